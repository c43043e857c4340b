"""A real HTTP server on loopback that speaks the OpenAI chat protocol: streamed or not, rule calls, and every way to fail."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "ModelAnswer"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    answer: Any = None
    """Arguments of the structured answer: an object, text sent as it is, or a function of the request."""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    content: str = ""
    refusal: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "a fault"
    wait_s: float = 0.0
    """Before anything is sent."""
    pause_s: float = 0.0
    """Between two events of a stream."""
    blank_comments: int = 0
    """Blank comment lines before the events, each after a pause."""
    characters: int = 7
    """Of the arguments in each event of a stream; 0: all of the first sentence in the first event, the rest in the second."""
    packet: int = 0
    """Bytes of the stream in each packet; 0: one event each."""
    stop_after: int | None = None
    """Events after which the connection ends …"""
    stop: str = "reset"
    """… by a reset, by "close" in the middle of the body, or by "end": an orderly end of the body."""
    raw: bytes = b""
    """Sent instead of everything else."""
    finish: str = ""
    hold_at: int | None = None
    """The event before which the stream waits for `ChatServer.go_on`."""


def first_statement(request: dict[str, Any]) -> dict[str, Any]:
    """The answer of a careful model: the first offered statement word for word, with its keys."""
    line = next(line for line in request["messages"][-1]["content"].splitlines() if re.match(r"\[\d", line))
    keys = re.match(r"(?:\[[^\]]+\])+", line)
    assert keys is not None
    return {"sentences": [{"text": line[keys.end() :].strip(), "markers": re.findall(r"\[([^\]]+)\]", keys[0])}]}


class ChatServer:
    """Replies in order; the last one is repeated. `requests` and `keys` hold what arrived."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self.go_on = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                outer.paths.append(self.path)
                outer.requests.append(body)
                outer.keys.append(self.headers.get("Authorization", ""))
                reply = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                if callable(reply.answer):
                    reply = replace(reply, answer=reply.answer(body))
                outer.closing.wait(reply.wait_s)
                with contextlib.suppress(OSError):
                    self._reply(reply, body)

            def do_GET(self) -> None:
                outer.paths.append(self.path)
                self.send_error(404)

            def _reply(self, reply: Reply, body: dict[str, Any]) -> None:
                if reply.status != 200:
                    return self._whole(json.dumps({"error": {"message": reply.error}}).encode(), reply)
                if reply.raw:
                    return self._whole(reply.raw, reply)
                if not body.get("stream"):
                    return self._whole(json.dumps(completion(reply)).encode(), reply)
                return self._stream(reply)

            def _whole(self, payload: bytes, reply: Reply) -> None:
                self.send_response(reply.status)
                self.send_header("Content-Type", "text/event-stream" if reply.raw else "application/json")
                self.send_header("Content-Length", str(len(payload)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            def _stream(self, reply: Reply) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for _ in range(reply.blank_comments):
                    outer.closing.wait(reply.pause_s)
                    self._chunk(b": \n\n")
                for number, event in enumerate(events(reply)):
                    if number == reply.stop_after:
                        return self._stop(reply.stop)
                    if number == reply.hold_at:
                        outer.go_on.wait(60)
                    outer.closing.wait(reply.pause_s)
                    line = b"data: " + event + b"\n\n"
                    size = reply.packet or len(line)
                    for start in range(0, len(line), size):
                        self._chunk(line[start : start + size])
                return self._chunk(b"")

            def _chunk(self, data: bytes) -> None:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

            def _stop(self, how: str) -> None:
                if how == "end":
                    return self._chunk(b"")
                if how == "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_WR) if how == "close" else self.connection.close()
                return None

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that left is no fault of the server."""
                if not isinstance(sys.exc_info()[1], OSError):
                    super().handle_error(request, client_address)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop, without waiting for replies that are still slow."""
        self.closing.set()
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


def _arguments(reply: Reply) -> list[tuple[str, str]]:
    calls = [(name, json.dumps(arguments)) for name, arguments in reply.calls]
    if reply.answer is not None:
        text = reply.answer if isinstance(reply.answer, str) else json.dumps(reply.answer, ensure_ascii=False)
        calls.append((ANSWER, text))
    return calls


def completion(reply: Reply) -> dict[str, Any]:
    """The reply as one object."""
    calls = [
        {"id": f"call-{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(_arguments(reply))
    ]
    message: dict[str, Any] = {"role": "assistant", "content": reply.content or None}
    message |= {"tool_calls": calls} if calls else {}
    message |= {"refusal": reply.refusal} if reply.refusal else {}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "fake",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish or "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def events(reply: Reply) -> Iterator[bytes]:
    """The reply as the events of a stream, UTF-8 as it is."""
    yield _event({"role": "assistant", "content": ""})
    size = reply.characters or 1
    for start in range(0, len(reply.content), size):
        yield _event({"content": reply.content[start : start + size]})
    if reply.refusal:
        yield _event({"refusal": reply.refusal})
    for number, (name, arguments) in enumerate(_arguments(reply)):
        head = {"id": f"call-{number}", "type": "function", "function": {"name": name, "arguments": ""}}
        yield _event({"tool_calls": [{"index": number, **head}]})
        size = reply.characters or arguments.index("}") + 1
        for start in range(0, len(arguments), size):
            piece = {"arguments": arguments[start : start + size]}
            yield _event({"tool_calls": [{"index": number, "function": piece}]})
    yield _event({}, reply.finish or ("tool_calls" if _arguments(reply) else "stop"))
    yield b"[DONE]"


def _event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    whole = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return json.dumps(whole, ensure_ascii=False).encode()
