"""Who is calling: a session of the page, a password at each call, or a name that a trusted proxy vouches for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import secrets
import threading
import time
from typing import Literal

import anyio
import anyio.to_thread
from starlette.requests import HTTPConnection

from assistant.serve.access import Access
from assistant.serve.faults import Fault
from assistant.serve.limits import Attempts
from assistant.serve.users import Users
from assistant.types import Record, Text

COOKIE = "assistant_session"
SESSION_S = 12 * 60 * 60
_MOST_SESSIONS = 10_000
_LONGEST_NAME = 128
# hashing takes 64 MiB each time; the rest of the requests wait their turn
_HASHES_AT_ONCE = 2
_LOG = logging.getLogger("assistant.serve")


class Caller(Record):
    """A known caller and how it is known."""

    name: str
    by: Literal["nobody", "session", "password", "proxy"]


class Sessions:
    """Who is signed in on the page: random tokens, kept in memory as digests, each bound to the hash of its user's password."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, tuple[str, str, float]] = {}

    def begin(self, name: str, hashed: str) -> str:
        """A new token for `name`."""
        token, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            if len(self._open) >= _MOST_SESSIONS:
                self._open = {key: entry for key, entry in self._open.items() if entry[2] > now}
            if len(self._open) >= _MOST_SESSIONS:
                self._open.pop(next(iter(self._open)))
            self._open[_digest(token)] = (name, hashed, now + SESSION_S)
        return token

    def name_of(self, token: str, users: Users) -> str | None:
        """The user of a token; None once it has ended or the user was removed or has a new password."""
        with self._lock:
            name, hashed, ends = self._open.get(_digest(token), ("", "", 0.0))
        if ends <= time.monotonic() or users.hash_of(name) != hashed:
            self.end(token)
            return None
        return name

    def end(self, token: str) -> None:
        """Sign out."""
        with self._lock:
            self._open.pop(_digest(token), None)


class Callers:
    """Tells who a request is from, by the access that was decided."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.users = Users(access.users) if access.users is not None else None
        self.sessions = Sessions()
        self.attempts = Attempts()
        self._hashing = anyio.CapacityLimiter(_HASHES_AT_ONCE)

    async def of(self, request: HTTPConnection) -> Caller | Fault:
        """The caller of `request`, or the fault that refuses it."""
        if not self.access.demands_users:
            return Caller(name="", by="nobody")
        vouched = self._vouched(request)
        if vouched is not None:
            return vouched
        if self.users is None:
            return _not_through_the_proxy()
        token = request.cookies.get(COOKIE, "")
        name = self.sessions.name_of(token, self.users) if token else None
        if name is not None:
            return Caller(name=name, by="session")
        return await self._by_password(request)

    async def signed_in(self, name: str, password: str, address: str) -> str | Fault:
        """A session token for the right password."""
        assert self.users is not None  # noqa: S101 - the login page stands only with a users file
        fault = await self._checked(name, password, address)
        hashed = self.users.hash_of(name)
        return fault or self.sessions.begin(name, hashed or "")

    def _vouched(self, request: HTTPConnection) -> Caller | None:
        if not self.access.proxy_header or not self.access.believes(address_of(request)):
            return None
        names = request.headers.getlist(self.access.proxy_header)
        # twice the header: one of them may be the client's own
        if len(names) != 1 or not names[0].strip() or len(names[0]) > _LONGEST_NAME or not names[0].isprintable():
            return None
        return Caller(name=names[0].strip(), by="proxy")

    async def _by_password(self, request: HTTPConnection) -> Caller | Fault:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return no_user()
        try:
            name, mark, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return no_user()
        if not mark:
            return no_user()
        fault = await self._checked(name, password, address_of(request))
        return fault or Caller(name=name, by="password")

    async def _checked(self, name: str, password: str, address: str) -> Fault | None:
        assert self.users is not None  # noqa: S101 - asked only with a users file
        fault = self.attempts.refused(name, address)
        if fault is not None:
            return fault
        if await anyio.to_thread.run_sync(self.users.right, name, password, limiter=self._hashing):
            self.attempts.right(name, address)
            return None
        self.attempts.wrong(name, address)
        # what was typed as a name may be a password typed into the wrong field: it is not written down
        _LOG.warning("a wrong name or password from %s", address)
        return wrong_password()


def address_of(request: HTTPConnection) -> str:
    """The address of the other end of the connection; never what a header says."""
    return request.client.host if request.client is not None else ""


def no_user() -> Fault:
    """The request says not who it is from."""
    return Fault(
        status=401,
        found=Text(en="no user", zh="没有用户"),
        allowed=Text(en="a user of this server, with a password", zh="本服务器的用户及其密码"),
        do=Text(en="Sign in at /login, or send HTTP Basic credentials.", zh="请在 /login 登录，或发送HTTP Basic凭据。"),
    )


def wrong_password() -> Fault:
    """The name or the password is wrong; which of them is not said."""
    return Fault(
        status=401,
        found=Text(en="a wrong name or password", zh="用户名或密码错误"),
        allowed=Text(en="a user of this server, with a password", zh="本服务器的用户及其密码"),
        do=Text(en="Type both again.", zh="请重新输入。"),
    )


def _not_through_the_proxy() -> Fault:
    return Fault(
        status=403,
        found=Text(en="a request without a user from the trusted proxy", zh="请求不带可信代理给出的用户"),
        allowed=Text(en="requests through the proxy, after signing in there", zh="经代理登录后的请求"),
        do=Text(en="Open the address of the proxy.", zh="请打开代理的地址。"),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
