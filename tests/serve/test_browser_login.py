"""Signing in with a real browser: what it sends by itself (Origin, cookies, redirects) is what the guard expects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from assistant.pipeline import Assistant
from assistant.serve.access import decide
from assistant.serve.app import create_app
from assistant.serve.users import add
from tests.serve.conftest import apart, listening
from tests.web.conftest import CHROMIUM_ARGS, chromium  # noqa: F401 - a fixture

PASSWORD = "three plain words"


@pytest.fixture(scope="module")
def guarded(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    users: Path = tmp_path_factory.mktemp("users") / "users"
    add(users, "ward-3", PASSWORD)
    with listening(create_app(assistant, decide("127.0.0.1", users=users))) as address:
        yield address


@pytest.mark.parametrize(("locale", "button"), [("en-US", "Sign in"), ("zh-CN", "登录")])
def test_a_person_signs_in_with_a_browser_and_asks(
    chromium: str,  # noqa: F811
    guarded: str,
    locale: str,
    button: str,
) -> None:
    assert apart(steps, chromium, guarded, locale, button) == []


def steps(chromium: str, address: str, locale: str, button: str) -> list[str]:  # noqa: F811
    """Sign in wrongly, then rightly, then ask; gives what was requested from elsewhere."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        page = browser.new_context(locale=locale, viewport={"width": 360, "height": 740}).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(f"{address}/")
        assert page.url == f"{address}/login?next=%2F"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.fill("#name", "ward-3")
        page.fill("#password", "wrong password")
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("[role=alert]")
        page.fill("#name", "ward-3")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector(".welcome .example")
        assert page.url == f"{address}/"

        page.locator(".welcome .example").first.click()
        page.wait_for_selector(".statement, .answer", timeout=60_000)
        browser.close()
        return [url for url in asked if not url.startswith((address, "data:", "blob:"))]
