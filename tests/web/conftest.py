"""A real browser, and the page served with the real assistant."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.samples import SampleAssistant

LOCALE = {"en": "en-US", "zh": "zh-CN"}
Opened = Callable[..., Any]
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _absent(what: str) -> None:
    """Skip, but fail where the browser tests have to run."""
    if os.environ.get("CI"):
        pytest.fail(
            f"{what} is needed for the browser tests and was not found; they are never skipped where CI is set."
        )
    pytest.skip(f"{what} was not found; the browser tests need it.")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    candidates = [os.environ.get("CHROMIUM"), "/usr/bin/chromium", *map(shutil.which, ("chromium", "google-chrome"))]
    found = next((path for path in candidates if path and Path(path).exists()), None)
    if found is None:
        _absent("Chromium")
    return str(found)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One headless Chromium for all tests."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def address(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page with the real assistant on a free port, its index in a folder of its own."""
    from assistant import Assistant
    from assistant.web.app import launch

    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_HOME", str(home))
        assistant = Assistant.open(home)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        page = launch(assistant, port=port, wait=False)
        yield f"http://127.0.0.1:{port}/"
        page.close(verbose=False)


@pytest.fixture(scope="session")
def slow_address(chromium: str) -> Iterator[str]:
    """The page with a made-up assistant that takes its time for every sentence, as a chat model does."""
    from assistant.web.app import launch

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = launch(SampleAssistant(pause_s=1.0), port=port, wait=False)
    yield f"http://127.0.0.1:{port}/"
    page.close(verbose=False)


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opened]:
    """Opens the page in a new context; afterwards nothing may have left the machine or been reported as an error."""
    contexts, outside, faults = [], [], []

    def open_page(
        language: str = "en",
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        at: str = address,
        zoom: float = 1,
    ) -> Any:
        """`zoom` 2 is what a browser shows at 200 %: half the space in the page's own pixels."""
        context = browser.new_context(
            viewport={"width": int(width / zoom), "height": int(height / zoom)},
            device_scale_factor=zoom,
            locale=LOCALE[language],
            color_scheme=scheme,
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=at.rstrip("/"))
        contexts.append(context)
        page = context.new_page()

        def watch(request: Any) -> None:
            if not request.url.startswith((at, "data:", "blob:")):
                outside.append(request.url)

        page.on("request", watch)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(at)
        page.wait_for_function("tongue => document.documentElement.lang === tongue", arg=language)
        page.wait_for_selector(".welcome .example")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []
    assert faults == []
