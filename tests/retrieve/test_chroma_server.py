"""A Chroma server holds a projection of the index; killed, hung, foreign or half filled, it changes no answer."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from assistant import doctor, index_cli
from assistant.config import Settings
from assistant.errors import IndexFault, SettingError
from assistant.retrieve import chroma_server
from assistant.retrieve.chroma_server import (
    ChromaServer,
    Projection,
    ServerSearch,
    fill_server,
    forget_other_versions,
    server_of,
)
from assistant.retrieve.embedding import Vectors
from assistant.retrieve.search import Searcher
from assistant.retrieve.store import vector_search
from assistant.retrieve.vectors import ChromaSearch, ExactSearch, fill
from tests.retrieve.chroma_process import PATIENCE_S, ChromaProcess, free_port
from tests.retrieve.conftest import Found, Home, found_by
from tests.retrieve.fakes import FakeEmbedder
from tests.retrieve.server_reader import QUERIES, projection_of
from tests.retrieve.test_vectors import random_vectors

ROOT = Path(__file__).parents[2]


class NoExact(ExactSearch):
    """Its vectors are there; searching them is an error: what is found comes from the server."""

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        raise AssertionError("exact search was asked")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    process = ChromaProcess(tmp_path_factory.mktemp("server"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def client(running: ChromaProcess) -> Iterator[Any]:
    opened = chroma_server._client(running.address, 20)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma_server, "_FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(chroma_server, "_LONGEST_PAUSE_S", 0.2)


def of(vectors: Vectors, fingerprint: str) -> Projection:
    return projection_of(vectors).model_copy(update={"fingerprint": fingerprint})


def connected(search: ServerSearch) -> ServerSearch:
    assert search.wait(PATIENCE_S), search.state
    return search


def again_connected(search: ServerSearch, query: Vectors) -> ServerSearch:
    """Ask until the server answers again."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        search.nearest(query, 3)
        if search.wait(1):
            return search
        time.sleep(0.05)
    raise AssertionError(search.state)


def rows(found: list[tuple[int, float]]) -> list[int]:
    return [row for row, _ in found]


# --- the address --------------------------------------------------------------------------------------------------------


def configured(**values: Any) -> Settings:
    return Settings(**values)


def test_without_an_address_there_is_no_server() -> None:
    assert server_of(configured()) is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://chroma.example.org", "https://chroma.example.org"),
        ("https://api.trychroma.com:443/", "https://api.trychroma.com:443"),
        ("https://gateway.example.org/chroma/", "https://gateway.example.org/chroma"),
    ],
)
def test_an_address_with_or_without_port_and_path_is_taken(url: str, kept: str) -> None:
    server = server_of(configured(chroma_url=url, chroma_tenant="ward", chroma_database="mm", chroma_timeout_s=2))

    assert server is not None
    assert (server.url, server.tenant, server.database, server.timeout_s) == (kept, "ward", "mm", 2)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://me:hunter2@host",
        "http://hunter2@host",
        "http://host?token=hunter2",
        "http://host#hunter2",
        "http://[::1",
    ],
)
def test_an_address_that_cannot_be_used_is_a_fault_that_repeats_no_secret(url: str) -> None:
    with pytest.raises(SettingError, match="ASSISTANT_CHROMA_URL") as fault:
        server_of(configured(chroma_url=url))
    assert "hunter2" not in fault.value.en + fault.value.zh
    assert "ASSISTANT_CHROMA_URL" in fault.value.zh


def test_a_token_is_not_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(SettingError, match="unencrypted"):
        server_of(configured(chroma_url="http://chroma.ward:8000", chroma_token="hunter2"))

    for url in ("https://chroma.ward", "http://127.0.0.1:8000", "http://localhost:8000"):
        server = server_of(configured(chroma_url=url, chroma_token="hunter2"))
        assert server is not None
        assert server.headers == {"x-chroma-token": "hunter2", "Authorization": "Bearer hunter2"}


@pytest.mark.parametrize("token", ["two words", "密钥", "line\nbreak"])
def test_a_token_that_no_header_can_carry_is_a_fault_that_does_not_repeat_it(token: str) -> None:
    with pytest.raises(SettingError, match="ASSISTANT_CHROMA_TOKEN") as fault:
        server_of(configured(chroma_url="https://host", chroma_token=token))
    assert token not in fault.value.en + fault.value.zh


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", "https://host")
    monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", "hunter2")

    server = server_of(Settings())

    assert server is not None
    assert server.headers["x-chroma-token"] == "hunter2"
    assert "hunter2" not in repr(server) + repr(Settings()) + server.model_dump_json()


@pytest.mark.parametrize("model", ["sentence-transformers-/data/模型/my model-1a2b", "x" * 2000])
def test_the_name_of_the_collection_is_one_that_chroma_takes_whatever_the_model_is_called(model: str) -> None:
    projection = Projection(fingerprint="ab" * 16, embedding=model, corpus="c", rows=1)

    assert projection.collection.isascii()
    assert 3 <= len(projection.collection) <= 128
    assert "/data/" not in str(projection.metadata)
    assert all(len(str(value).encode()) <= 256 for value in projection.metadata.values())


# --- filling --------------------------------------------------------------------------------------------------------------


def test_filling_writes_once_and_the_second_time_nothing(running: ChromaProcess, client: Any) -> None:
    vectors = random_vectors(700, seed=11)
    vectors[7] = 0
    projection = of(vectors, "twice")

    assert fill_server(running.address, projection, vectors) is True
    assert fill_server(running.address, projection, vectors) is False
    collection = client.get_collection(projection.collection, embedding_function=None)
    assert collection.count() == 699
    assert dict(collection.metadata) == projection.metadata
    assert collection.configuration["hnsw"]["space"] == "cosine"
    assert collection.configuration.get("embedding_function") is None


def test_a_half_filled_collection_is_completed_without_being_emptied(running: ChromaProcess, client: Any) -> None:
    vectors = random_vectors(700, seed=12)
    projection = of(vectors, "half")
    half = client.create_collection(
        projection.collection,
        embedding_function=None,
        metadata=projection.metadata,
        configuration=chroma_server.CONFIGURATION,
    )
    fill(half, vectors[:350], 300)

    assert fill_server(running.address, projection, vectors) is True
    whole = client.get_collection(projection.collection, embedding_function=None)
    assert whole.id == half.id
    assert whole.count() == 700


FOREIGN: dict[str, Callable[[Any, Projection, Vectors], None]] = {
    "another model": lambda client, p, v: fill(made(client, p, metadata=p.metadata | {"embedding": "other"}), v, 300),
    "no metadata": lambda client, p, v: fill(made(client, p, metadata=None), v, 300),
    "another space": lambda client, p, v: fill(made(client, p, configuration={"hnsw": {"space": "l2"}}), v, 300),
    "other vectors": lambda client, p, v: fill(made(client, p), random_vectors(len(v), seed=99), 300),
    "too many rows": lambda client, p, v: fill(made(client, p), random_vectors(len(v) + 5, seed=99), 300),
    "another dimension": lambda client, p, v: fill(made(client, p), v[:, :8], 300),
    "rows of other names": lambda client, p, v: made(client, p).upsert(
        ids=[f"x{row}" for row in range(len(v))], embeddings=v
    ),
}


def made(client: Any, projection: Projection, **other: Any) -> Any:
    standard = {"metadata": projection.metadata, "configuration": chroma_server.CONFIGURATION}
    return client.create_collection(projection.collection, embedding_function=None, **standard | other)


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_collection_of_that_name_is_not_used_and_is_replaced_by_a_build(
    kind: str, running: ChromaProcess, client: Any
) -> None:
    vectors = random_vectors(120, seed=13)
    projection = of(vectors, "foreign-" + kind.replace(" ", "-"))
    FOREIGN[kind](client, projection, vectors)
    exact = ExactSearch(vectors)

    search = ServerSearch(running.address, projection, exact)
    assert not search.wait(PATIENCE_S)
    assert "exact search; the Chroma server" in search.state
    assert search.nearest(QUERIES[0], 5) == exact.nearest(QUERIES[0], 5)

    assert fill_server(running.address, projection, vectors) is True
    search = connected(ServerSearch(running.address, projection, NoExact(vectors)))
    assert rows(search.nearest(QUERIES[0], 5)) == rows(exact.nearest(QUERIES[0], 5))


def test_two_versions_live_side_by_side_until_the_others_are_forgotten(running: ChromaProcess, client: Any) -> None:
    old, new = random_vectors(60, seed=14), random_vectors(60, seed=15)
    client.create_collection("of-somebody-else", embedding_function=None)
    for vectors, name in ((old, "old"), (new, "new")):
        fill_server(running.address, of(vectors, name), vectors)
    readers = [
        connected(ServerSearch(running.address, of(vectors, name), NoExact(vectors)))
        for vectors, name in ((old, "old"), (new, "new"))
    ]
    for reader, vectors in zip(readers, (old, new), strict=True):
        assert rows(reader.nearest(QUERIES[0], 5)) == rows(ExactSearch(vectors).nearest(QUERIES[0], 5))

    gone = forget_other_versions(running.address, of(new, "new"))

    assert "assistant-old" in gone
    names = {collection.name for collection in client.list_collections()}
    assert {"of-somebody-else", "assistant-new"} <= names
    assert not {name for name in names if name.startswith("assistant-")} - {"assistant-new"}


def test_a_collection_that_is_not_there_is_said_with_the_command_that_fills_it(running: ChromaProcess) -> None:
    vectors = random_vectors(20, seed=16)
    search = ServerSearch(running.address, of(vectors, "never-filled"), ExactSearch(vectors))

    assert not search.wait(PATIENCE_S)
    assert "assistant index build" in search.state
    assert search.nearest(vectors[3], 1)[0][0] == 3


def test_a_collection_deleted_under_a_reader_is_answered_for_by_exact_search(
    running: ChromaProcess, client: Any
) -> None:
    vectors = random_vectors(60, seed=17)
    projection = of(vectors, "deleted")
    fill_server(running.address, projection, vectors)
    search = connected(ServerSearch(running.address, projection, ExactSearch(vectors)))

    client.delete_collection(projection.collection)

    assert search.nearest(QUERIES[0], 5) == ExactSearch(vectors).nearest(QUERIES[0], 5)
    assert not search.connected
    fill_server(running.address, projection, vectors)
    again_connected(search, QUERIES[0])


def test_a_server_that_is_gone_leaves_the_built_index_in_use_and_says_what_to_do() -> None:
    vectors = random_vectors(20)

    with pytest.raises(IndexFault, match=r"could not be filled.*assistant index build") as fault:
        fill_server(ChromaServer(url=f"http://127.0.0.1:{free_port()}"), of(vectors, "gone"), vectors)
    assert "assistant index build" in fault.value.zh


def test_an_index_without_vectors_needs_nothing_of_the_server(running: ChromaProcess) -> None:
    empty = np.zeros((3, 24), dtype=np.float32)
    fill_server(running.address, of(empty, "empty"), empty)
    search = ServerSearch(running.address, of(empty, "empty"), ExactSearch(empty))
    search.wait(PATIENCE_S)

    assert [cosine for _, cosine in search.nearest(QUERIES[0], 5) if cosine > 0] == []


# --- answers of an index --------------------------------------------------------------------------------------------------


def test_two_builds_of_one_corpus_have_one_projection_and_another_model_has_another(home: Home) -> None:
    first, second = home.build().projection, home.build().projection
    other = Home(home.path.parent / "other", home.corpus, FakeEmbedder("fake-2")).build().projection

    assert first == second
    assert other.fingerprint != first.fingerprint


def test_whole_answers_through_the_server_are_those_without_it(
    running: ChromaProcess, built: Home, right_answers: Found
) -> None:
    index = built.open()
    fill_server(running.address, index.projection, index.vectors)
    searcher = Searcher(index, built.embedder, server=running.address)
    assert isinstance(searcher._vectors, ServerSearch)
    connected(searcher._vectors)._exact = NoExact(index.vectors)

    assert found_by(searcher) == right_answers


def test_without_a_server_the_embedded_store_is_opened_and_by_setting_none(built: Home) -> None:
    index = built.open()
    exact = ExactSearch(index.vectors)

    assert isinstance(vector_search(index, exact), ChromaSearch)
    assert vector_search(index, exact, use_chroma=False, server=ChromaServer(url="http://127.0.0.1:1")) is exact


def test_a_build_by_command_fills_the_server_and_doctor_says_who_answers(
    running: ChromaProcess, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", running.address.url)
    monkeypatch.setenv("ASSISTANT_CHROMA_TIMEOUT_S", "20")
    home = Home(home.path, home.corpus, FakeEmbedder("fake-by-command"))
    monkeypatch.setattr("assistant.retrieve.index.build_index", lambda *_: home.build())

    first = CliRunner().invoke(index_cli.index_app, ["build"], catch_exceptions=False)
    index = home.open()

    assert f"{index.projection.rows} vectors in collection {index.projection.collection}, written" in first.output
    second = CliRunner().invoke(index_cli.index_app, ["build", "--forget-others"], catch_exceptions=False)
    assert "already there" in second.output
    assert "of other versions deleted" in second.output
    assert doctor.vectors(Settings(), index).startswith(f"Chroma server {running.address.url}, collection assistant-")
    gone = Settings(chroma_url=f"http://127.0.0.1:{free_port()}")
    assert doctor.vectors(gone, index).startswith("exact search; the Chroma server http://127.0.0.1")
    assert doctor.vectors(Settings(chroma_url=""), index) == "embedded Chroma"
    assert doctor.vectors(Settings(vectors="exact"), index) == "exact search"


# --- a server that fails ----------------------------------------------------------------------------------------------------


class Reader:
    """A process of `tests.retrieve.server_reader`."""

    def __init__(self, url: str, vectors: Path) -> None:
        command = [sys.executable, "-m", "tests.retrieve.server_reader", url, str(vectors)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def reaches(self, who: str) -> None:
        """Wait until `who` answers this process."""
        assert self.process.stdout is not None
        while (line := self.process.stdout.readline().strip()) != who:
            assert line, "the reader ended"

    def end(self) -> dict[str, int]:
        said, _ = self.process.communicate("")
        report: dict[str, int] = json.loads(said.strip().splitlines()[-1])
        return report


def test_three_processes_go_on_answering_exactly_while_the_server_is_killed_and_restarted(
    running: ChromaProcess, tmp_path: Path
) -> None:
    """1,500 vectors: more than Chroma needs to write its graph to disk, which has been lost in restarts before."""
    vectors = random_vectors(1500)
    vectors[7] = 0
    np.save(tmp_path / "vectors.npy", vectors)
    fill_server(running.address, projection_of(vectors), vectors)
    readers = [Reader(running.address.url, tmp_path / "vectors.npy") for _ in range(3)]
    try:
        for reader in readers:
            reader.reaches("server")
        running.kill()
        for reader in readers:
            reader.reaches("exact")
        running.start()
        for reader in readers:
            reader.reaches("server")
        assert fill_server(running.address, projection_of(vectors), vectors) is False, "rows were lost"
        reports = [reader.end() for reader in readers]
    finally:
        running.ensure()
        for reader in readers:
            reader.process.kill()
            reader.process.communicate()

    assert [report["wrong"] for report in reports] == [0, 0, 0]
    assert all(report["asked"] > report["exact"] > 0 for report in reports)


def test_a_server_that_hangs_is_answered_for_and_used_again_when_it_goes_on(running: ChromaProcess) -> None:
    vectors = random_vectors(80, seed=18)
    exact = ExactSearch(vectors)
    fill_server(running.address, of(vectors, "hangs"), vectors)
    brief = running.address.model_copy(update={"timeout_s": 3.0})
    search = connected(ServerSearch(brief, of(vectors, "hangs"), exact))
    assert running.process is not None
    running.process.send_signal(signal.SIGSTOP)
    try:
        for query in QUERIES:  # the signal may arrive after the first of them
            assert rows(search.nearest(query, 5)) == rows(exact.nearest(query, 5))
        assert not search.connected
    finally:
        running.process.send_signal(signal.SIGCONT)
    again_connected(search, QUERIES[0])


class Fake:
    """Attempts to connect fail until `there`; then queries do as `collection` says."""

    def __init__(self, vectors: Vectors) -> None:
        self.attempts, self.there, self.closed = 0, False, 0
        self.store = ChromaSearch(self, ExactSearch(vectors))
        self.vectors = vectors
        self.answers = True

    def opened(self, *_: Any) -> tuple[Fake, ChromaSearch]:
        self.attempts += 1
        if not self.there:
            raise ConnectionError("refused")
        return self, self.store

    def close(self) -> None:
        self.closed += 1

    def query(self, query_embeddings: list[list[float]], n_results: int, **_: Any) -> dict[str, Any]:
        if not self.answers:
            raise ConnectionError("reset")
        found = ExactSearch(self.vectors).nearest(np.array(query_embeddings[0], dtype=np.float32), n_results)
        return {"ids": [[str(row) for row, _ in found]], "distances": [[1 - cosine for _, cosine in found]]}


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> tuple[Fake, ServerSearch, Clock]:
    monkeypatch.setattr(chroma_server, "_FIRST_PAUSE_S", 1.0)
    monkeypatch.setattr(chroma_server, "_LONGEST_PAUSE_S", 60.0)
    vectors = random_vectors(30)
    fake, clock = Fake(vectors), Clock()
    monkeypatch.setattr(chroma_server, "opened", fake.opened)
    search = ServerSearch(ChromaServer(url="http://nowhere"), projection_of(vectors), ExactSearch(vectors), now=clock)
    search.wait(PATIENCE_S)
    return fake, search, clock


def test_a_server_that_is_gone_is_tried_again_after_growing_pauses(fake: tuple[Fake, ServerSearch, Clock]) -> None:
    server, search, clock = fake
    tried = []
    for second in range(200):
        clock.at = float(second)
        before = server.attempts
        search.nearest(QUERIES[0], 3)
        search.wait(PATIENCE_S)
        tried += [second] * (server.attempts - before)

    assert tried == [1, 3, 7, 15, 31, 63, 123, 183]


def test_questions_between_two_tries_do_not_touch_the_server(fake: tuple[Fake, ServerSearch, Clock]) -> None:
    server, search, _ = fake
    for query in QUERIES:
        assert len(search.nearest(query, 3)) == 3

    assert server.attempts == 1


def test_after_a_recovery_pauses_start_short_again(fake: tuple[Fake, ServerSearch, Clock]) -> None:
    server, search, clock = fake
    for clock.at in (1.0, 3.0, 7.0):
        search.nearest(QUERIES[0], 3)
        search.wait(PATIENCE_S)
    server.there, clock.at = True, 15.0
    search.nearest(QUERIES[0], 3)
    assert search.wait(PATIENCE_S)
    search.nearest(QUERIES[0], 3)

    server.answers = False
    search.nearest(QUERIES[0], 3)
    assert (search.connected, server.closed) == (False, 1)
    server.answers, clock.at = True, 16.0
    search.nearest(QUERIES[0], 3)
    assert search.wait(PATIENCE_S)


def test_a_server_that_is_checked_well_but_always_fails_is_not_tried_ever_faster(
    fake: tuple[Fake, ServerSearch, Clock],
) -> None:
    server, search, clock = fake
    server.there, server.answers = True, False
    attempts = []
    for second in range(1, 40):
        clock.at = float(second)
        search.nearest(QUERIES[0], 3)
        search.wait(PATIENCE_S)
        search.nearest(QUERIES[0], 3)
        attempts.append(server.attempts)

    assert attempts[-1] <= 7


def test_a_hanging_attempt_does_not_keep_the_next_one_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, clock, held, tries = random_vectors(30), Clock(), threading.Event(), []

    def hang(*_: Any) -> None:
        tries.append(1)
        held.wait(PATIENCE_S)
        raise ConnectionError("at last")

    monkeypatch.setattr(chroma_server, "opened", hang)
    search = ServerSearch(ChromaServer(url="http://nowhere"), projection_of(vectors), ExactSearch(vectors), now=clock)
    for clock.at in (1.0, 20.0, 31.0, 40.0):
        assert len(search.nearest(QUERIES[0], 3)) == 3
    held.set()
    search.wait(PATIENCE_S)

    assert len(tries) == 2


# --- the token ------------------------------------------------------------------------------------------------------------


class Echo(BaseHTTPRequestHandler):
    """Refuses everything and repeats the token it was sent, as careless gateways do."""

    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
        if self.path.endswith("/heartbeat"):
            self._send(200, b'{"nanosecond heartbeat": 1}')
        else:
            self._send(401, f'{{"error": "AuthError", "message": "bad {self.headers["x-chroma-token"]}"}}'.encode())

    def _send(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def test_the_token_is_sent_with_every_call_and_stands_in_no_log_state_or_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    Echo.seen.clear()
    vectors = random_vectors(20)
    with HTTPServer(("127.0.0.1", 0), Echo) as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{gateway.server_port}/ward"
        server = ChromaServer(url=url, token=SecretStr("hunter2-hunter2"), timeout_s=20)
        search = ServerSearch(server, of(vectors, "token"), ExactSearch(vectors))
        search.wait(PATIENCE_S)
        with pytest.raises(IndexFault) as fault:
            fill_server(server, of(vectors, "token"), vectors)
        gateway.shutdown()

    assert len(Echo.seen) >= 4
    assert {(call["x-chroma-token"], call["authorization"]) for call in Echo.seen} == {
        ("hunter2-hunter2", "Bearer hunter2-hunter2")
    }
    assert all(call["path"].startswith("/ward/api/v2/") for call in Echo.seen)
    assert "***" in search.state
    assert "hunter2" not in caplog.text + search.state + fault.value.en + fault.value.zh
