"""The optional chat model against a real HTTP server that speaks the OpenAI protocol: it may phrase and nothing else."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.pipeline import Assistant

QUESTION = "how soon after subcutaneous dosing does CRS start?"


class FakeModel:
    """A server with one reply for every request; `reply` is the arguments of the structured-output call, or a status."""

    def __init__(self) -> None:
        self.reply: Any = {}
        self.status = 200
        self.delay_s = 0.0
        self.requests: list[dict[str, Any]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.requests.append(body)
                time.sleep(fake.delay_s)
                content = fake.reply if isinstance(fake.reply, str) else json.dumps(fake.reply)
                message: dict[str, Any] = {"role": "assistant", "content": content}
                if body.get("tools"):
                    call = {
                        "id": "1",
                        "type": "function",
                        "function": {"name": body["tools"][0]["function"]["name"], "arguments": content},
                    }
                    message = {"role": "assistant", "content": None, "tool_calls": [call]}
                payload = json.dumps(
                    {
                        "id": "x",
                        "object": "chat.completion",
                        "created": 0,
                        "model": "fake",
                        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
                    }
                ).encode()
                self.send_response(fake.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def model() -> Iterator[FakeModel]:
    fake = FakeModel()
    yield fake
    fake.server.shutdown()


@pytest.fixture
def phrased(assistant: Assistant, home: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.setenv("ASSISTANT_CHAT_MODEL", "openai:fake")
    monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", model.url)
    monkeypatch.setenv("ASSISTANT_CHAT_TIMEOUT_S", "2")
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key")
    return Assistant.open(home)


def test_a_faithful_phrasing_is_shown_with_its_citations(phrased: Assistant, model: FakeModel) -> None:
    model.reply = {
        "sentences": [
            {"text": "After subcutaneous dosing, CRS typically starts after at least 24 hours.", "markers": ["1"]}
        ]
    }

    answer = phrased.ask(QUESTION)

    assert answer.mode == "openai:fake"
    assert answer.statements[0].text.startswith("After subcutaneous dosing, CRS")
    assert answer.citations[0].marker == "1"
    assert not answer.warnings


@pytest.mark.parametrize(
    "sentence",
    [
        {"text": "CRS typically starts after at least 42 hours.", "markers": ["1"]},
        {"text": "CRS typically starts after at least 24 hours.", "markers": ["9"]},
        {"text": "CRS typically starts after at least 24 hours.", "markers": []},
        {"text": "With blinatumomab CRS starts after at least 24 hours.", "markers": ["1"]},
        {"text": "皮下给药后至少24小时。", "markers": ["1"]},
    ],
    ids=["number changed", "citation invented", "no citation", "drug added", "wrong language"],
)
def test_a_corrupted_phrasing_falls_back_to_the_extractive_answer_and_says_so(
    phrased: Assistant, assistant: Assistant, model: FakeModel, sentence: dict[str, Any]
) -> None:
    model.reply = {"sentences": [sentence]}

    answer = phrased.ask(QUESTION)

    assert [s.text for s in answer.statements] == [s.text for s in assistant.ask(QUESTION).statements]
    assert "model_failed" in [warning.id for warning in answer.warnings]


@pytest.mark.parametrize(
    "reply", ["not json", {"sentences": []}, {"other": 1}], ids=["no json", "empty", "wrong shape"]
)
def test_a_reply_that_ignores_the_format_falls_back(phrased: Assistant, model: FakeModel, reply: Any) -> None:
    model.reply = reply

    answer = phrased.ask(QUESTION)

    assert answer.statements
    assert "model_failed" in [warning.id for warning in answer.warnings]


def test_a_slow_model_falls_back_within_its_time_limit(phrased: Assistant, model: FakeModel) -> None:
    model.delay_s = 30

    started = time.monotonic()
    answer = phrased.ask(QUESTION)

    assert time.monotonic() - started < 25
    assert "model_failed" in [warning.id for warning in answer.warnings]


def test_a_rate_limit_falls_back(phrased: Assistant, model: FakeModel) -> None:
    model.status = 429

    assert "model_failed" in [warning.id for warning in phrased.ask(QUESTION).warnings]


def test_a_calculation_never_reaches_the_model(phrased: Assistant, model: FakeModel) -> None:
    answer = phrased.ask("missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg")

    assert answer.kind == "calculation"
    assert model.requests == []


def test_the_key_appears_in_no_answer(phrased: Assistant, model: FakeModel) -> None:
    model.status = 500

    assert "not-a-real-key" not in phrased.ask(QUESTION).model_dump_json()
