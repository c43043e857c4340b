"""The page on the same application: it is served, its queue answers, and what it does not use is not there."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

gr = pytest.importorskip("gradio")

from assistant.pipeline import Assistant  # noqa: E402
from assistant.serve.access import decide  # noqa: E402
from assistant.serve.app import create_app  # noqa: E402
from assistant.serve.page_memory import KEPT_AFTER_CLOSING, MOST_SESSIONS, forget_closed, forget_shown_before  # noqa: E402
from evals.load import PageUsers, question  # noqa: E402
from tests.serve.conftest import MAIN_JOB, apart, listening  # noqa: E402


@pytest.fixture(scope="module")
def app(assistant: Assistant) -> FastAPI:
    access = decide("127.0.0.1", proxy_header="X-Remote-User", proxies=["127.0.0.1"], per_minute=40)
    return create_app(assistant, access)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with listening(app) as found:
        yield found


ME = {"X-Remote-User": "dr-li"}


def test_page_and_endpoints_are_one_application(address: str) -> None:
    page = httpx.get(address, headers=ME)

    assert page.status_code == 200
    assert "Myeloma bispecifics assistant" in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert httpx.get(f"{address}/config", headers=ME).json()["run_history"] is False
    assert httpx.post(f"{address}/api/rules/restart", json=MAIN_JOB, headers=ME).status_code == 200
    assert httpx.get(address).status_code == 403


def test_the_queue_of_the_page_answers_and_counts_among_the_requests_of_its_user(address: str) -> None:
    async def talk() -> tuple[list[str], list[str]]:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            config: dict[str, Any] = (await client.get("/config", headers=ME)).json()
            page = PageUsers(client, config)
            answered = [await page.ask(0, turn) for turn in range(3)]
            over = [await page.ask(1, turn) for turn in range(41)]
            await page.close()
            return answered, over

    answered, over = apart(anyio.run, talk)

    assert answered == ["", "", ""]
    assert over[0] == ""
    assert over[-1] == "status 429"


def test_the_load_script_asks_in_both_languages() -> None:
    asked = {question(number, turn) for number in range(12) for turn in range(12)}

    assert any(text.isascii() for text in asked)
    assert any("一" <= character <= "鿿" for text in asked for character in text)


def test_the_command_refuses_another_address_without_users_before_anything_is_opened(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "serve", "--host", "0.0.0.0", "--no-browser"],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert "without users" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.dumps(str(home)) not in done.stderr


def test_an_open_tab_does_not_grow_with_every_question(app: FastAPI, address: str) -> None:
    holder = app.state.page_sessions

    async def talk() -> int:
        dropped = 0
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            page = PageUsers(client, (await client.get("/config", headers=ME)).json())
            for turn in range(4):
                assert await page.ask(2, turn) == ""
                dropped += forget_shown_before(holder)  # between two questions, as it happens while the server runs
            await page.close()
        return dropped

    # nothing to drop: Gradio no longer files values under new numbers, and `forget_shown_before` can go
    assert apart(anyio.run, talk) > 0

    parts = len(holder.blocks.default_config.blocks)
    for session in holder.session_data.values():
        assert len(session.config_values) <= parts
        assert len(session.blocks_config.blocks) <= parts
    assert holder.capacity == MOST_SESSIONS


def naive_now() -> datetime:
    """The time as Gradio notes it down: local, without a zone."""
    return datetime.now().astimezone().replace(tzinfo=None)


def test_a_closed_tab_is_forgotten_and_an_open_one_is_not() -> None:
    now = datetime.fromtimestamp(1e9, UTC).replace(tzinfo=None)
    long_ago = now - KEPT_AFTER_CLOSING
    holder = SimpleNamespace(
        lock=threading.Lock(),
        session_data={name: SimpleNamespace(is_closed=name != "open") for name in ("open", "closed", "asleep")},
        time_last_used={"open": long_ago, "closed": long_ago, "asleep": long_ago + timedelta(seconds=1)},
    )

    assert forget_closed(holder, now) == 1
    assert set(holder.session_data) == set(holder.time_last_used) == {"open", "asleep"}


def test_gradio_still_keeps_sessions_where_they_are_forgotten() -> None:
    blocks = gr.Blocks()
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/")
    holder = blocks.state_holder

    assert app is not None
    assert holder["a tab"].is_closed is False
    assert holder.time_last_used["a tab"] <= naive_now()
    holder["a tab"].is_closed = True
    assert forget_closed(holder, naive_now() + KEPT_AFTER_CLOSING) == 1
    assert "a tab" not in holder
