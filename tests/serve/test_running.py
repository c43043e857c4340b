"""How the server starts, and what it says when it cannot."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assistant.errors import SettingError
from assistant.serve import app as application
from assistant.serve.access import decide
from tests.serve.conftest import Unasked


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The servers that were run, none of which serves."""
    runs: list[Any] = []
    monkeypatch.setattr(application, "_LOGGING", None)  # the logging of the other tests stays theirs
    monkeypatch.setattr(application, "create_app", lambda *_: FastAPI())
    monkeypatch.setattr(
        application.uvicorn.Server, "run", lambda server, sockets: runs.append((server.config, sockets))
    )
    return runs


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_neither_the_client_nor_a_header_is_believed_and_uvicorn_writes_no_addresses(started: list[Any]) -> None:
    application.serve(Unasked(), decide("127.0.0.1"), port=free_port())

    ((config, (sock,)),) = started
    assert config.proxy_headers is False
    assert config.access_log is False
    assert sock.getsockname()[0] == "127.0.0.1"
    sock.close()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_tls_files_that_cannot_be_used_are_named(started: list[Any], tmp_path: Path, content: str | None) -> None:
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    if content is not None:
        certificate.write_text(content)
        key.write_text(content)

    with pytest.raises(SettingError, match=r"server\.pem"):
        application.serve(Unasked(), decide("127.0.0.1"), port=free_port(), certificate=certificate, key=key)

    assert started == []


def test_a_port_that_is_taken_is_named(started: list[Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match="--port"):
            application.serve(Unasked(), decide("127.0.0.1"), port=port)


def test_one_tls_file_without_the_other_is_a_wrong_call() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "serve", "--tls-cert", "server.pem"],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 2
    assert "--tls-key" in done.stderr
