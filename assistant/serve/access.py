"""Who may use the server, decided before it starts: nobody else's machine without users."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SettingError
from assistant.types import Record

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound to


class Access(Record):
    """The decision: where to listen, under which names, who signs in how, and how much one user may ask at a time.

    `hosts` are the names that requests may carry in their Host header, without port; empty means any, and only stands with
    users. `proxies` are the addresses from which the name in `proxy_header` is believed.
    """

    host: str
    users: Path | None = None
    proxy_header: str = ""
    proxies: tuple[str, ...] = ()
    hosts: tuple[str, ...] = _LOOPBACK_NAMES
    per_minute: int = 120
    at_once: int = 4

    @property
    def demands_users(self) -> bool:
        """Whether every request needs a user."""
        return self.users is not None or bool(self.proxy_header)

    def believes(self, address: str) -> bool:
        """Whether `address` is a trusted proxy."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in ipaddress.ip_network(proxy) for proxy in self.proxies)


def decide(
    host: str,
    *,
    users: Path | None = None,
    proxy_header: str = "",
    proxies: Sequence[str] = (),
    hosts: Sequence[str] = (),
    per_minute: int = 120,
    at_once: int = 4,
) -> Access:
    """The access for these options; raises SettingError instead of starting open to others."""
    if bool(proxy_header) != bool(proxies):
        raise SettingError(
            "Found one of --trusted-proxy-header and --trusted-proxy. Allowed: both or none, for a header that anyone may "
            "send says nothing. Name both.",
            "--trusted-proxy-header 与 --trusted-proxy 只给了一个。须同时给出或都不给：任何人都能发送的请求头没有意义。请补全。",
        )
    for proxy in proxies:
        _checked(proxy)
    known = users is not None or bool(proxy_header)
    if not known and (not is_loopback(host) or hosts):
        raise SettingError(
            f"Found the address '{host}'{' and --allow-host' if hosts else ''} without users. Allowed without users: only "
            "127.0.0.1, for one person on one machine. Add users (assistant users add NAME --file FILE, then --users FILE), "
            "or --trusted-proxy ADDRESS with --trusted-proxy-header NAME.",
            f"监听地址为“{host}”{'并给出 --allow-host' if hosts else ''}，但没有用户。无用户时只允许127.0.0.1（一人一机）。"
            "请添加用户（assistant users add 名称 --file 文件，再用 --users 文件），"
            "或同时给出 --trusted-proxy 地址 与 --trusted-proxy-header 名称。",
        )
    return Access(
        host=host,
        users=users,
        proxy_header=proxy_header.lower(),
        proxies=tuple(proxies),
        hosts=_names(host, tuple(name.lower() for name in hosts)),
        per_minute=per_minute,
        at_once=at_once,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _names(host: str, more: tuple[str, ...]) -> tuple[str, ...]:
    if is_loopback(host):
        return (*_LOOPBACK_NAMES, *more)
    if not more:
        return ()
    own = () if host in _ANY else (f"[{host}]" if ":" in host else host.lower(),)
    return (*_LOOPBACK_NAMES, *own, *more)


def _checked(proxy: str) -> None:
    try:
        ipaddress.ip_network(proxy)
    except ValueError:
        raise SettingError(
            f"--trusted-proxy: found '{proxy}'. Allowed: an address such as 10.0.0.1 or a network such as 10.0.0.0/24.",
            f"--trusted-proxy：读到“{proxy}”。允许：地址（如10.0.0.1）或网段（如10.0.0.0/24）。",
        ) from None
