"""Many users at once: how long an answer takes, what fails, and whether memory grows.

    python -m evals.load --users 50 --seconds 180 [--write]

Starts a server of its own on loopback in which every made-up user is a user with limits, as behind a reverse proxy, and
stops it at the end. First every user sends one question per five seconds to /api/ask, then the same through the queue of
the page, as a browser does: one tab with its heartbeat, "New patient" after six questions. `--new-tabs` opens a new tab
instead and closes the old one, which measures what closed tabs leave behind. `--write` puts the figures into
docs/serving.md. Nothing is kept but times and counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import numpy as np
import typer

from assistant import __version__
from assistant.present.words import say

PAGE = Path(__file__).resolve().parents[1] / "docs" / "serving.md"
BEGIN, END = "<!-- load: written by evals/load.py -->", "<!-- load: end -->"
KINDS = ("guidance", "dose", "restart", "grading", "comparison", "gap")
QUESTIONS = tuple(say(f"example.{kind}", language) for kind in KINDS for language in ("en", "zh"))
EVERY_S = 5.0
TURNS = 6
MOST_USERS, MOST_SECONDS = 200, 600
_HEADER = "X-Remote-User"
_START_S = 120.0
_PATIENCE_S = 60.0
Ask = Callable[[int, int], Awaitable[str]]


@dataclass
class Run:
    """What one target showed: milliseconds of the questions that were answered, and the errors by name."""

    target: str
    took_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    rss_mb: list[float] = field(default_factory=list)
    load: tuple[float, float] = (0.0, 0.0)

    def row(self) -> str:
        """The figures as a line of a Markdown table."""
        p50, p95 = (percentile(self.took_ms, share) for share in (50, 95))
        wrong = ", ".join(f"{name}: {count}" for name, count in self.errors.items()) or "0"
        memory = (
            f"{self.rss_mb[0]:.0f} → {self.rss_mb[-1]:.0f} MB (most {max(self.rss_mb):.0f})"
            if self.rss_mb
            else "not read"
        )
        return (
            f"| {self.target} | {len(self.took_ms) + self.errors.total()} | {p50:.0f} ms | {p95:.0f} ms | "
            f"{max(self.took_ms, default=float('nan')):.0f} ms | {wrong} | {memory} | {self.load[0]:.1f} → {self.load[1]:.1f} |"
        )


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` percent lie; nan for no values."""
    return float(np.percentile(values, share)) if values else float("nan")


def report(runs: list[Run], users: int, seconds: int) -> str:
    """The runs as Markdown."""
    day = datetime.now(UTC).date().isoformat()
    head = (
        f"{users} users, one question each per {EVERY_S:.0f} s for {seconds} s, version {__version__}, {day}, "
        f"{os.cpu_count()} cores shared with the load script itself. Load average: of the whole machine at start and end.\n\n"
        "| target | asked | p50 | p95 | slowest | errors | server memory, start → end | load average |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(run.row() for run in runs) + "\n"


def written(page: str, table: str) -> str:
    """`page` with `table` between its two marks; raises ValueError when a mark is missing."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"docs/serving.md: found no '{BEGIN}' … '{END}'. Put both marks back.")
    return f"{before}{BEGIN}\n{table}{END}{after}"


async def measure(
    target: str, ask: Ask, *, users: int, seconds: float, pid: int | None, before_asking: Ask | None = None
) -> Run:
    """All users at once against one target, until `seconds` have passed; the time of `before_asking` is not counted."""
    run = Run(target)
    start = time.perf_counter()
    before = os.getloadavg()[0]
    watching = asyncio.create_task(_watch(run, pid))
    await asyncio.gather(*(_user(run, ask, before_asking, number, users, start, seconds) for number in range(users)))
    watching.cancel()
    if pid is not None:
        run.rss_mb.append(rss_mb(pid))
    run.load = (before, os.getloadavg()[0])
    return run


async def _user(
    run: Run, ask: Ask, before_asking: Ask | None, number: int, users: int, start: float, seconds: float
) -> None:
    """One user: a question every five seconds, spread evenly over the users; late ones are not left out."""
    turn = 0
    while (due := number * EVERY_S / users + turn * EVERY_S) < seconds:
        await asyncio.sleep(max(0.0, start + due - time.perf_counter()))
        began = time.perf_counter()
        try:
            fault = "" if before_asking is None else await before_asking(number, turn)
            began = time.perf_counter()
            fault = fault or await ask(number, turn)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = type(error).__name__
        if fault:
            run.errors[fault] += 1
        else:
            run.took_ms.append((time.perf_counter() - began) * 1000)
        turn += 1


async def _watch(run: Run, pid: int | None) -> None:
    while pid is not None:
        run.rss_mb.append(rss_mb(pid))
        await asyncio.sleep(5)


def rss_mb(pid: int) -> float:
    """The resident memory of a process in MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def question(number: int, turn: int) -> str:
    """What user `number` asks as its question number `turn`."""
    return QUESTIONS[(number * 5 + turn) % len(QUESTIONS)]


def asks_api(client: httpx.AsyncClient) -> Ask:
    """Questions to /api/ask."""

    async def ask(number: int, turn: int) -> str:
        response = await client.post("/api/ask", json={"question": question(number, turn)}, headers=_who(number))
        if response.status_code != 200:
            return f"status {response.status_code}"
        return "" if response.json()["text"] else "no text"

    return ask


class PageUsers:
    """Questions through the queue of the page: one session per user, emptied or begun anew after six questions."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any], *, new_tabs: bool = False) -> None:
        self._client, self._new_tabs = client, new_tabs
        self._names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        self._events = config["dependencies"]
        self._sessions: dict[int, tuple[str, asyncio.Task[None]]] = {}

    async def ask(self, number: int, turn: int) -> str:
        """One question; the time ends when the whole answer is there."""
        return await self._fire(number, "question", "submit", question(number, turn))

    async def begin(self, number: int, turn: int) -> str:
        """What a user does before the question number `turn`: a new patient, or a new tab, after every six."""
        if turn % TURNS == 0 and number in self._sessions:
            if not self._new_tabs:
                return await self._fire(number, "new-patient", "click")
            await self._leave(number)
        return ""

    async def _fire(self, number: int, part: str, kind: str, text: str = "") -> str:
        trigger = next(identity for identity, name in self._names.items() if name == part)
        event = next(entry for entry in self._events if [trigger, kind] in entry["targets"])
        given = {"question": text, "language": "en", "answer-in": "auto", "jurisdiction": "all"}
        session = self._session(number)
        joined = await self._client.post(
            "/gradio_api/queue/join",
            json={
                "data": [given.get(str(self._names.get(identity))) for identity in event["inputs"]],
                "fn_index": event["id"],
                "session_hash": session,
                "trigger_id": trigger,
                "event_data": None,
            },
            headers=_who(number),
        )
        if joined.status_code != 200:
            return f"status {joined.status_code}"
        return await asyncio.wait_for(self._answer(number, session, joined.json()["event_id"]), _PATIENCE_S)

    async def close(self) -> None:
        """End all sessions, as closed tabs do."""
        for number in list(self._sessions):
            await self._leave(number)

    async def _answer(self, number: int, session: str, event: str) -> str:
        address = f"/gradio_api/queue/data?session_hash={session}"
        async with self._client.stream("GET", address, headers=_who(number)) as stream:
            if stream.status_code != 200:
                return f"status {stream.status_code}"
            async for line in stream.aiter_lines():
                message = json.loads(line[6:]) if line.startswith("data: ") else {}
                if message.get("event_id") == event and message.get("msg") == "process_completed":
                    return "" if message.get("success") else "not completed"
        return "stream ended"

    def _session(self, number: int) -> str:
        if number not in self._sessions:
            session = uuid4().hex
            self._sessions[number] = (session, asyncio.create_task(self._heartbeat(number, session)))
        return self._sessions[number][0]

    async def _heartbeat(self, number: int, session: str) -> None:
        with suppress(httpx.HTTPError):
            address = f"/gradio_api/heartbeat/{session}"
            async with self._client.stream("GET", address, headers=_who(number), timeout=None) as stream:
                async for _ in stream.aiter_lines():
                    pass

    async def _leave(self, number: int) -> None:
        _, beat = self._sessions.pop(number)
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


def _who(number: int) -> dict[str, str]:
    return {_HEADER: f"user-{number}"}


@asynccontextmanager
async def _server() -> AsyncIterator[tuple[str, int]]:
    """A server of this machine's own: its address and process number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--port", str(port), "--trusted-proxy", "127.0.0.1", "--trusted-proxy-header", _HEADER]
    process = subprocess.Popen(  # noqa: S603 - this program itself, once
        [sys.executable, "-m", "assistant", "serve", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        await _until_ready(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


async def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.HTTPError):
                if (await client.get(f"{address}/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.5)
    raise RuntimeError(f"The server was not ready within {_START_S:.0f} s. Run `assistant doctor`.")


async def load(users: int, seconds: int, *, new_tabs: bool = False) -> list[Run]:
    """Both targets, one after the other, on a server that was asked each question once before."""
    no_limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with (
        _server() as (address, pid),
        httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S, limits=no_limits) as client,
    ):
        watched = pid if Path(f"/proc/{pid}/status").exists() else None
        ask = asks_api(client)
        for turn in range(len(QUESTIONS)):
            await ask(0, turn)
        runs = [await measure("`/api/ask`", ask, users=users, seconds=seconds, pid=watched)]
        config = (await client.get("/config", headers=_who(0))).json()
        page = PageUsers(client, config, new_tabs=new_tabs)
        for number in range(users):  # every tab is open before it is measured, as its own conversation takes memory
            await page.ask(number, 0)
        more: dict[str, Any] = {"users": users, "seconds": seconds, "pid": watched, "before_asking": page.begin}
        target = "the page's queue, new tabs" if new_tabs else "the page's queue"
        runs.append(await measure(target, page.ask, **more))
        await page.close()
    return runs


def main(
    users: Annotated[int, typer.Option(min=1, max=MOST_USERS, help="Users at once.")] = 50,
    seconds: Annotated[int, typer.Option(min=5, max=MOST_SECONDS, help="Seconds per target.")] = 180,
    new_tabs: Annotated[bool, typer.Option("--new-tabs", help="A new tab instead of a new patient.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Put the figures into docs/serving.md.")] = False,
) -> None:
    """Ask as many users would, and print how long answers took."""
    table = report(asyncio.run(load(users, seconds, new_tabs=new_tabs)), users, seconds)
    typer.echo(table)
    if write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
