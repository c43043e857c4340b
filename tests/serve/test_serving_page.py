"""docs/serving.md: every example is carried out against a running server and shows what the page says."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.cli import app
from assistant.config import Settings
from assistant.pipeline import Assistant
from assistant.serve.access import decide
from assistant.serve.app import create_app
from assistant.serve.limits import Attempts
from tests.serve.conftest import listening

PAGE = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```bash\n(.+?)\n```\n→ `(.+?)`\n", PAGE, re.DOTALL)
ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with listening(create_app(assistant, decide("127.0.0.1"), page=False)) as found:
        yield found


def test_every_command_on_the_page_says_what_it_shows() -> None:
    assert len(EXAMPLES) == PAGE.count("```bash") > 8


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_an_example_shows_what_the_page_says(address: str, command: str, shown: str) -> None:
    words = shlex.split(command.replace(ADDRESS, address))
    assert words[0] == "curl"
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1].encode() if "-d" in words else None

    response = httpx.request("POST" if body else "GET", words[1], headers=headers, content=body, timeout=60)

    assert shown in response.text


def test_the_python_client_on_the_page_runs(address: str) -> None:
    code, shown = re.findall(r"```python\n(.+?)```\n→ `(.+?)`\n", PAGE, re.DOTALL)[0]
    out = io.StringIO()

    with contextlib.redirect_stdout(out):
        exec(compile(code.replace(ADDRESS, address), "docs/serving.md", "exec"), {})

    assert shown in out.getvalue()


def test_the_configuration_for_mcp_clients_names_a_command_that_exists() -> None:
    config = json.loads(re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)[0])
    (server,) = config["mcpServers"].values()

    assert server["command"] == "assistant"
    assert server["args"][0] in {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]


def test_the_options_on_the_page_are_those_of_the_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "assistant", "serve", "--help"], capture_output=True, text=True, check=True, timeout=120
    ).stdout

    for option in set(
        re.findall(r"(?<![\w-])--(?:host|users|allow-host|tls-\w+|trusted-proxy(?:-header)?)(?![\w-])", PAGE)
    ):
        assert option in shown, option


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    settings = Settings()

    assert f"| {settings.serve_at_once} (`ASSISTANT_SERVE_AT_ONCE`)" in PAGE
    assert f"| {settings.serve_per_minute} (`ASSISTANT_SERVE_PER_MINUTE`)" in PAGE
    assert f"| {settings.max_question:,} characters" in PAGE
    assert (Attempts.PER_NAME, Attempts.PER_ADDRESS, Attempts.WAIT_S) == (5, 20, 300.0)
    assert "five wrong passwords a name waits five minutes at that address, after twenty the address waits" in PAGE
