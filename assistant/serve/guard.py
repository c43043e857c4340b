"""What stands before everything that is served: host, origin, size, user, limits; and the log that holds no question.

A page of another site must reach nothing here, also by a name that it lets point to this machine: the Host header has to be
one of the known names, and whatever a browser sends from another origin is refused. No answer is ever given cross-origin.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.serve import faults
from assistant.serve.callers import Caller, Callers
from assistant.serve.faults import Fault
from assistant.serve.limits import Limits
from assistant.types import Text

_SAFE = {"GET", "HEAD", "OPTIONS"}
_OPEN = {"/health", "/ready"}
_MACHINES = ("/api/", "/mcp", "/cds-services")
# the page has no uploads, no proxying and no history on the server; what Gradio offers of these is not served
_CLOSED = (
    "/gradio_api/upload",
    "/gradio_api/proxy=",
    "/gradio_api/run-history",
    "/gradio_api/deep_link",
    "/gradio_api/runs",
)
_UNCOUNTED = {"/login", "/logout", "/gradio_api/cancel", "/gradio_api/reset"}
_STREAM = "/gradio_api/queue/data"
_LONGEST_BODY = {"machines": 1_000_000, "login": 10_000, "page": 10_000_000}
_LOGGED = re.compile(r"/(?:api/(?:ask|search|rules)|mcp|cds-services|health|ready|login|logout|gradio_api/[a-z_]+)?")
_LOG = logging.getLogger("assistant.serve")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # links to sources say not where they were followed; "no-referrer" would make the browser hide its Origin from us too
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'none'; form-action 'self'",
}


class Guard:
    """The outermost application: it refuses, or passes on and watches over what comes back."""

    def __init__(self, app: ASGIApp, *, callers: Callers) -> None:
        self._app, self._callers, self._access = app, callers, callers.access
        self._limits = Limits(per_minute=self._access.per_minute, at_once=self._access.at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:  # nothing here speaks over web sockets
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, watched = time.perf_counter(), _Watched(send, private=_is_machine(scope["path"]))
        try:
            await self._checked(scope, receive, watched)
        except Exception as error:
            # the words of an exception may hold a question: only its kind and place are written down
            _LOG.error("%s at %s", type(error).__name__, _place(error))
            if not watched.begun:
                await faults.unexpected().response()(scope, receive, watched)
        took = (time.perf_counter() - started) * 1000
        _LOG.info("%s %s %s %.0f ms", scope["method"], logged(scope["path"]), watched.status, took)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, path = HTTPConnection(scope), scope["path"]
        refusal = self._foreign(request) if path not in _OPEN else None
        refusal = refusal or _closed(path) or _announced_too_long(request)
        if refusal is not None:
            await refusal.response()(scope, receive, send)
            return
        signs_in = path == "/login" and self._callers.users is not None
        caller = Caller(name="", by="nobody") if path in _OPEN or signs_in else await self._callers.of(request)
        if isinstance(caller, Fault):
            await self._turned_away(caller, request)(scope, receive, send)
            return
        if caller.by == "session" and scope["method"] not in _SAFE and not _own(request):
            await _from_elsewhere().response()(scope, receive, send)
            return
        with self._counted(caller, scope) as too_many:
            if too_many is not None:
                await too_many.response()(scope, receive, send)
                return
            if scope["method"] in _SAFE:
                await self._app(scope, receive, send)
                return
            body = await _read(receive, _longest(path))
            if body is None:
                await _too_long(_longest(path)).response()(scope, receive, send)
                return
            await self._app(scope, _again(body, receive), send)

    def _foreign(self, request: HTTPConnection) -> Fault | None:
        """The fault for a request under an unknown name, or from a page of another site."""
        host = request.headers.get("host", "")
        if self._access.hosts and _without_port(host) not in self._access.hosts:
            return Fault(
                status=421,
                found=Text(en="a Host header with an unknown name", zh="Host请求头中的名称未知"),
                allowed=Text(en=", ".join(self._access.hosts), zh=", ".join(self._access.hosts)),
                do=Text(
                    en="Use one of these names, or start with --allow-host NAME.",
                    zh="请使用其中之一，或以 --allow-host 名称 启动。",
                ),
            )
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return _from_elsewhere()
        # a link on another page may open the page; anything else from there is refused
        if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _is_opened(request):
            return _from_elsewhere()
        return None

    def _turned_away(self, fault: Fault, request: HTTPConnection) -> Response:
        path = request.url.path
        if fault.status == 401 and _is_machine(path):
            return fault.response(**{"WWW-Authenticate": 'Basic realm="assistant", charset="UTF-8"'})
        if (
            fault.status == 401
            and request.scope["method"] == "GET"
            and "text/html" in request.headers.get("accept", "")
        ):
            wanted = path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(wanted, safe='')}", status_code=303)
        return fault.response()

    @contextmanager
    def _counted(self, caller: Caller, scope: Scope) -> Iterator[Fault | None]:
        """Count the request among those of its user; yields the fault when it is one too many."""
        streams = scope["path"] == _STREAM
        if caller.by == "nobody" or (scope["method"] in _SAFE and not streams) or scope["path"] in _UNCOUNTED:
            yield None
            return
        too_many = None
        if streams:
            self._limits.join(caller.name)
        else:
            too_many = self._limits.enter(caller.name)
        try:
            yield too_many
        finally:
            if too_many is None:
                self._limits.leave(caller.name)


class _Watched:
    """Passes messages on, adds the headers that every response has, and remembers the status."""

    def __init__(self, send: Send, *, private: bool) -> None:
        self._send, self._private = send, private
        self.begun, self.status = False, 0

    async def __call__(self, message: Message) -> None:
        """One message to the client."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            for name in [name for name in headers.keys() if name.startswith("access-control-")]:  # noqa: SIM118
                del headers[name]
            if self._private:
                headers["Cache-Control"] = "no-store"
        await self._send(message)


def logged(path: str) -> str:
    """As much of a path as may be written down: what comes after it may have been typed by a person."""
    found = _LOGGED.match(path)
    return found[0] if found and found[0] != "/" else "/" if path == "/" else "/…"


async def _read(receive: Receive, longest: int) -> bytes | None:
    """The whole body; None when it is longer than it may be, whatever its length was said to be."""
    parts: list[bytes] = []
    read = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        read += len(parts[-1])
        if read > longest:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then what the client does next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _announced_too_long(request: HTTPConnection) -> Fault | None:
    length = request.headers.get("content-length", "0")
    longest = _longest(request.url.path)
    return _too_long(longest) if not length.isdecimal() or int(length) > longest else None


def _too_long(longest: int) -> Fault:
    return Fault(
        status=413,
        name="body",
        found=Text(en="a body that is too long", zh="请求正文过长"),
        allowed=Text(en=f"at most {longest:,} bytes", zh=f"最多{longest:,}字节"),
        do=Text(en="Send less at a time.", zh="请减少单次发送的内容。"),
    )


def _longest(path: str) -> int:
    kind = "machines" if _is_machine(path) else "login" if path == "/login" else "page"
    return _LONGEST_BODY[kind]


def _closed(path: str) -> Fault | None:
    if not path.startswith(_CLOSED):
        return None
    return faults.unknown(Text(en="address", zh="地址"), "/, /api, /mcp, /cds-services")


def _is_machine(path: str) -> bool:
    return path.startswith(_MACHINES)


def _is_opened(request: HTTPConnection) -> bool:
    """Whether a person followed a link to the page: a top-level GET."""
    headers = request.headers
    return (
        request.scope["method"] == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _own(request: HTTPConnection) -> bool:
    """Whether a browser says that the request comes from a page of this server; its Origin was checked before."""
    return "origin" in request.headers or request.headers.get("sec-fetch-site") == "same-origin"


def _from_elsewhere() -> Fault:
    return Fault(
        status=403,
        found=Text(en="a request from a page of another site", zh="来自其他网站页面的请求"),
        allowed=Text(
            en="requests of this server's own page, and programs without a browser",
            zh="本服务器自己的页面，以及非浏览器程序",
        ),
        do=Text(en="Open the page of this server.", zh="请打开本服务器的页面。"),
    )


def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host.lower())


def _place(error: Exception) -> str:
    place, trace = "?", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place, trace = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}", trace.tb_next
    return place
