"""The one web application: page, JSON endpoints, MCP and CDS Hooks behind one guard; and how it is run."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.routing import Route

from assistant import __version__
from assistant.errors import AssistantError, SettingError
from assistant.serve import api, cds_hooks, faults, login, mcp_server, page_memory, readiness
from assistant.serve.access import Access, is_loopback
from assistant.serve.callers import Callers
from assistant.serve.calls import Answers
from assistant.serve.faults import Fault, Refused
from assistant.serve.guard import Guard
from assistant.types import Text

# questions of the page that wait for their turn; one more is told to come again
_LONGEST_QUEUE = 200
_BACKLOG = 2048
_LOG = logging.getLogger("assistant.serve")
_DESCRIPTION = (
    "Cited answers and deterministic rules on T-cell-engaging bispecific antibodies in multiple myeloma. Decision support for "
    "professionals; not a device; not for emergencies; verify before use. No names or record numbers in questions."
)


def create_app(assistant: Answers, access: Access, *, page: bool = True) -> FastAPI:
    """The application over one assistant; without `page` the endpoints alone (no Gradio is loaded)."""
    manager = StreamableHTTPSessionManager(
        app=mcp_server.server(assistant),
        json_response=True,
        stateless=True,
        # the guard checks hosts and origins of everything, by the names that were allowed at the start
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as running:
            await running.enter_async_context(manager.run())
            if page:
                await running.enter_async_context(page_memory.forgetting(app.state.page_sessions))
            yield

    app = FastAPI(
        title="Myeloma bispecifics assistant",
        description=_DESCRIPTION,
        version=__version__,
        openapi_url="/api/openapi.json",
        # the documentation pages of FastAPI load scripts from elsewhere
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    callers = Callers(access)
    app.include_router(api.router(assistant))
    app.include_router(cds_hooks.router(assistant))
    app.include_router(readiness.router(assistant))
    if callers.users is not None:
        app.include_router(login.router(callers))
    app.router.routes.append(Route("/mcp", endpoint=StreamableHTTPASGIApp(manager), include_in_schema=False))
    _answer_faults(app)
    app.add_middleware(Guard, callers=callers)
    if page:
        app.state.page_sessions = _mount_page(app, assistant)
    return app


def serve(
    assistant: Answers,
    access: Access,
    *,
    port: int,
    open_browser: bool = False,
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve until interrupted. Raises SettingError when the address cannot be listened on or TLS files cannot be used."""
    app = create_app(assistant, access)
    config = uvicorn.Config(
        app,
        # addresses are what the connection says: a header names a client only through `Access.believes`
        proxy_headers=False,
        # the guard writes the log of requests; uvicorn's would hold the inputs of links
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        log_config=_LOGGING,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    try:
        config.load()
    except OSError as error:
        raise SettingError(
            f"--tls-cert {certificate} with --tls-key {key} cannot be used ({type(error).__name__}). Name a certificate and "
            "its key as PEM files.",
            f"--tls-cert {certificate} 与 --tls-key {key} 不可用（{type(error).__name__}）。请指定PEM格式的证书与密钥。",
        ) from error
    listening = _listening(access.host, port)
    address = _address(access.host, port, tls=certificate is not None)
    _LOG.info("listening on %s", address)
    if access.users is not None and certificate is None and not is_loopback(access.host):
        _LOG.warning("no TLS: without a proxy that does it, passwords travel in the clear (docs/serving.md)")
    if open_browser:
        later = threading.Timer(1.0, webbrowser.open, [address])
        later.daemon = True
        later.start()
    uvicorn.Server(config).run(sockets=[listening])


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "assistant.serve": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # the library logs messages as they come, and they hold questions
        "mcp": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
    },
}


def _mount_page(app: FastAPI, assistant: Any) -> Any:
    """Put the page at "/", after everything else; gives what holds its sessions."""
    from assistant.web.app import build, page_options

    # isort: split
    import gradio as gr

    blocks = build(assistant).queue(max_size=_LONGEST_QUEUE, api_open=False)
    blocks.state_session_capacity = page_memory.MOST_SESSIONS
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        # what is asked is kept by the page itself, masked, and by nothing else
        run_history=False,
        mcp_server=False,
        pwa=False,
        **page_options(),
    )
    return blocks.state_holder


def _answer_faults(app: FastAPI) -> None:
    async def of_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AssistantError)  # noqa: S101 - registered for this class alone
        return faults.of_error(error).response()

    async def of_validation(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return faults.of_validation(error.errors()[0]).response()

    async def of_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101
        return _of_status(error.status_code).response(**(error.headers or {}))

    app.add_exception_handler(Refused, api.refused)
    app.add_exception_handler(AssistantError, of_error)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(HTTPException, of_http)


def _of_status(status: int) -> Fault:
    if status == 404:
        return faults.unknown(Text(en="address", zh="地址"), "/, /api, /mcp, /cds-services, /health, /ready")
    return Fault(
        status=status,
        found=Text(en=f"a request that is refused with status {status}", zh=f"请求被拒绝，状态码{status}"),
        allowed=Text(en="what /api/openapi.json describes", zh="/api/openapi.json 所述的请求"),
        do=Text(en="Change the request and send it again.", zh="请修改请求后重新发送。"),
    )


def _address(host: str, port: int, *, tls: bool) -> str:
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/"


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError:
        raise SettingError(
            f"The page cannot listen on {host}:{port}; another program may use it. Choose another: --port {port % 65535 + 1}.",
            f"页面无法在 {host}:{port} 上启动，该端口可能已被占用。请换一个：--port {port % 65535 + 1}。",
        ) from None
