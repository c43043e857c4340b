"""The users file: one `name:hash` per line, passwords hashed with Argon2id. It is read again whenever it has changed."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import threading
import time
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import SettingError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_VERIFIED_FOR_S = 300.0
_MOST_VERIFIED = 1000


class Users:
    """Who may sign in. Thread-safe.

    A password that was verified is remembered for five minutes as a keyed digest, so that an API client is not slowed by
    the hash, made slow on purpose, at every call. A changed or removed line ends that at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hasher = PasswordHasher()
        # a name that does not exist costs as much time as one that does
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, float] = {}
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._hashes: dict[str, str] = {}
        if not self._current():
            raise SettingError(
                f"{path}: found no user. At least one is needed. Add one: assistant users add NAME --file {path}",
                f"{path}：没有用户，至少需要一个。请添加：assistant users add 名称 --file {path}",
            )

    def hash_of(self, name: str) -> str | None:
        """The hash of a user; None for a name that may not sign in. A new password gives a new hash."""
        return self._current().get(name)

    def right(self, name: str, password: str) -> bool:
        """Whether `password` is the one of `name`; takes as long for a name that does not exist."""
        known = self.hash_of(name)
        digest = hmac.digest(self._key, f"{name}\0{known}\0{password}".encode(), hashlib.sha256)
        now = time.monotonic()
        with self._lock:
            if known is not None and self._verified.get(digest, 0.0) > now:
                return True
        if len(password) > LONGEST_PASSWORD:
            return False
        if not _matches(self._hasher, known or self._nobody, password) or known is None:
            return False
        with self._lock:
            if len(self._verified) >= _MOST_VERIFIED:
                self._verified.clear()
            self._verified[digest] = now + _VERIFIED_FOR_S
        return True

    def _current(self) -> dict[str, str]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        stamp = (found.st_mtime_ns, found.st_size)
        with self._lock:
            if stamp != self._stamp:
                self._hashes = read(self._path)
                self._stamp = stamp
                self._verified.clear()
            return self._hashes


def read(path: Path) -> dict[str, str]:
    """The hashes by name; raises SettingError for a file that others may read or write, or that holds a faulty line."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingError(
            f"{path}: found mode {stat.S_IMODE(mode):o}. Only its owner may read it. Run: chmod 600 {path}",
            f"{path}：权限为 {stat.S_IMODE(mode):o}，只允许所有者读取。请运行：chmod 600 {path}",
        )
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, _, hashed = line.strip().partition(":")
        if not _NAME.fullmatch(name) or not hashed.startswith("$argon2id$") or name in found:
            raise SettingError(
                f"{path}, line {number}: found no new name with an Argon2id hash. Write lines with "
                "`assistant users add` only.",
                f"{path} 第{number}行：不是新用户名加Argon2id哈希。请只用 `assistant users add` 写入。",
            )
        found[name] = hashed
    return found


def add(path: Path, name: str, password: str) -> bool:
    """Write `name` with `password`; returns whether the name was there before. Raises SettingError for unusable ones."""
    if not _NAME.fullmatch(name):
        raise SettingError(
            f"found the name '{name[:64]}'. Allowed: 1 to 64 of A-Z a-z 0-9 . _ @ -, a letter or digit first.",
            f"读到用户名“{name[:64]}”。允许：1至64个 A-Z a-z 0-9 . _ @ -，以字母或数字开头。",
        )
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or name.lower() in password.lower():
        raise SettingError(
            f"The password is too short, too long or holds the name. Allowed: {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} "
            "characters; several words are easiest to type.",
            f"密码过短、过长或含有用户名。允许：{SHORTEST_PASSWORD}至{LONGEST_PASSWORD}个字符；多个词最易输入。",
        )
    users = read(path) if path.exists() else {}
    before = name in users
    users[name] = PasswordHasher().hash(password)
    _write(path, users)
    return before


def remove(path: Path, name: str) -> None:
    """Take `name` out; whoever is signed in under it is signed out. Raises SettingError for an unknown name."""
    users = read(path)
    if name not in users:
        raise SettingError(
            f"{path}: found no user '{name}'. There are: {', '.join(users) or 'none'}.",
            f"{path}：没有用户“{name}”。现有：{', '.join(users) or '无'}。",
        )
    del users[name]
    _write(path, users)


def _write(path: Path, users: dict[str, str]) -> None:
    """Replace the file in whole; nobody but its owner can read it at any moment."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(f"{name}:{hashed}\n" for name, hashed in users.items())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise _unreadable(path, error) from error


def _matches(hasher: PasswordHasher, hashed: str, password: str) -> bool:
    try:
        return bool(hasher.verify(hashed, password))
    except (VerificationError, InvalidHashError):
        return False


def _unreadable(path: Path, error: Exception) -> SettingError:
    return SettingError(
        f"{path}: the users file cannot be used ({type(error).__name__}). Name a file that this program may read and "
        f"write: assistant users add NAME --file {path}",
        f"{path}：用户文件不可用（{type(error).__name__}）。请指定本程序可读写的文件：assistant users add 名称 --file {path}",
    )
