"""One real assistant over the shipped corpus, the application over it, and a small stand-in where no question is asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")
pytest.importorskip("argon2")

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.config import Settings
from assistant.pipeline import Assistant
from assistant.serve.access import Access, decide
from assistant.serve.app import create_app

LOCAL = "http://127.0.0.1"
MAIN_JOB = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": 10, "weight_kg": 78}


@dataclass
class Unasked:
    """Stands where an assistant is needed and nothing is asked of it."""

    settings: Settings = field(default_factory=Settings)
    index: Any = None

    def ask(self, question: str, **_: Any) -> Any:
        raise AssertionError("asked")

    def search(self, query: str, k: int = 5) -> Any:
        raise AssertionError("searched")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve-home")


@pytest.fixture(scope="session")
def assistant(home: Path) -> Assistant:
    return Assistant.open(home)


@pytest.fixture(scope="session")
def client(assistant: Assistant) -> Iterator[TestClient]:
    """The endpoints on loopback, without users and without the page."""
    with TestClient(create_app(assistant, decide("127.0.0.1"), page=False), base_url=LOCAL) as opened:
        yield opened


Opens = Callable[..., Any]


@pytest.fixture
def opened() -> Iterator[Callable[[Access], TestClient]]:
    """Opens the endpoints with the access given, over an assistant that is asked nothing."""
    clients: list[TestClient] = []

    def open_app(access: Access, **options: Any) -> TestClient:
        app = create_app(Unasked(), access, page=False)
        opened_client = TestClient(app, base_url=LOCAL, raise_server_exceptions=False, **options)
        clients.append(opened_client)
        return opened_client.__enter__()

    yield open_app
    for one in clients:
        one.__exit__(None, None, None)


def apart(function: Callable[..., Any], *given: Any) -> Any:
    """Calls `function` in a thread of its own: an open browser of other tests keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *given).result()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The application on a real socket of loopback; gives its address."""
    sock = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", proxy_headers=False, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
    sock.close()
