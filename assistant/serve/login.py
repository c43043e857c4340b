"""The sign-in page for people; programs send their password with each call instead."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from assistant.present.words import say
from assistant.serve.callers import COOKIE, SESSION_S, Callers, address_of
from assistant.serve.faults import Fault

_WORDS = {
    "en": {"name": "Name", "password": "Password", "enter": "Sign in"},
    "zh": {"name": "用户名", "password": "密码", "enter": "登录"},
}
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())


def router(callers: Callers) -> APIRouter:
    """GET and POST /login, POST /logout."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/login")
    def show(request: Request, next: str = "/") -> Response:
        return _page(request, inside(next))

    @pages.post("/login")
    async def enter(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        name, password, wanted = (fields.get(key, [""])[0] for key in ("name", "password", "next"))
        found = await callers.signed_in(name, password, address_of(request))
        if isinstance(found, Fault):
            return _page(request, inside(wanted), found)
        response = RedirectResponse(inside(wanted), status_code=303)
        response.set_cookie(COOKIE, found, max_age=SESSION_S, httponly=True, samesite="strict", secure=_by_tls(request))
        return response

    @pages.post("/logout")
    def leave(request: Request) -> Response:
        callers.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=_by_tls(request))
        return response

    return pages


def inside(wanted: str) -> str:
    """`wanted` if it is an address on this server, else the page: nobody is sent elsewhere after signing in."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if plain and "\\" not in wanted else "/"


def _page(request: Request, wanted: str, fault: Fault | None = None) -> Response:
    language = "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
    html = _PAGES.get_template("login.html").render(
        language="zh-CN" if language == "zh" else "en",
        words=_WORDS[language],
        say=partial(say, language=language),
        next=wanted,
        fault=f"{fault.found.in_language(language)}. {fault.do.in_language(language)}" if fault else "",
    )
    headers = {"Cache-Control": "no-store"}
    if fault is not None and fault.retry_after_s:
        headers["Retry-After"] = str(fault.retry_after_s)
    return HTMLResponse(html, status_code=fault.status if fault else 200, headers=headers)


def _by_tls(request: Request) -> bool:
    """Whether the browser came by TLS; a made-up header only keeps its sender's own cookie from being sent back."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
