"""The index is swapped in whole, belongs to its corpus and model, and is never silently wrong."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import CorpusError, IndexFault
from assistant.retrieve.index import Index, build_index, current_folder, open_index
from assistant.retrieve.lock import only_builder
from assistant.retrieve.search import Searcher
from tests.retrieve.conftest import Found, Home, found_by
from tests.retrieve.fakes import FakeEmbedder
from tests.tiny import replace

STAGES = ["corpus", "text", "questions", "vectors", "chroma", "swap"]
ROOT = Path(__file__).parents[2]


class Halt(Exception):
    """Raised inside a build."""


# --- building ---------------------------------------------------------------------------------------------------------


def test_a_build_reports_every_stage_in_order(home: Home) -> None:
    told: list[tuple[str, int, int]] = []
    build_index(home.path, home.corpus, home.embedder, lambda *stage: told.append(stage))

    assert told == [*((stage, done, 6) for done, stage in enumerate(STAGES)), ("done", 6, 6)]


def test_two_builds_of_one_corpus_answer_alike(home: Home, right_answers: Found) -> None:
    home.build()
    home.build()

    assert home.answers() == right_answers


def test_a_rebuild_shows_the_new_corpus(home: Home) -> None:
    replace(home.corpus, "ex-label/en.md", "at hand.", "at hand, says the label.")
    index = home.build()

    assert "says the label" in next(u for u in index.units if u.id == "section:ex-crs").texts[0]
    assert home.open().meta.corpus == index.meta.corpus


def test_only_the_folder_in_use_and_the_one_before_it_are_kept(home: Home) -> None:
    before = home.folder
    for _ in range(3):
        before, _ = home.folder, home.build()

    assert {p for p in (home.path / "index").glob("build-*")} == {before, home.folder}


@pytest.mark.parametrize("stage", STAGES)
def test_the_old_index_answers_when_a_build_fails_midway(stage: str, home: Home, right_answers: Found) -> None:
    def halt(name: str, done: int, total: int) -> None:
        if name == stage:
            raise Halt

    folder = home.folder
    with pytest.raises(Halt):
        build_index(home.path, home.corpus, home.embedder, halt)

    assert home.answers() == right_answers
    assert list((home.path / "index").glob("build-*")) == [folder]


def test_a_fault_after_the_swap_leaves_the_new_index_in_use(home: Home, right_answers: Found) -> None:
    def halt(name: str, done: int, total: int) -> None:
        if name == "done":
            raise Halt

    folder = home.folder
    with pytest.raises(Halt):
        build_index(home.path, home.corpus, home.embedder, halt)

    assert home.folder != folder
    assert home.answers() == right_answers


def test_an_opened_index_goes_on_answering_while_and_after_another_is_built(home: Home, right_answers: Found) -> None:
    searcher = Searcher(home.open(), home.embedder)
    seen: list[Found] = []
    build_index(home.path, home.corpus, home.embedder, lambda *_: seen.append(found_by(searcher)))

    assert set(seen) == {right_answers}
    assert found_by(searcher) == right_answers


def test_an_index_can_be_opened_at_any_moment_of_a_build(home: Home) -> None:
    stop, opened, faults = threading.Event(), [], []

    def read() -> None:
        while not stop.is_set():
            try:
                opened.append(home.open().meta.corpus)
            except IndexFault as fault:
                faults.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        home.build()
    finally:
        stop.set()
        reader.join()

    assert opened
    assert not faults


def test_a_faulty_corpus_stops_the_build_and_the_old_index_stays(home: Home) -> None:
    folder = home.folder
    replace(home.corpus, "ex-label/en.md", " {ex-2}", "")

    with pytest.raises(CorpusError, match="names no facts"):
        home.build()
    assert home.folder == folder


def test_a_full_disk_is_said_and_the_old_index_stays(
    home: Home, right_answers: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    folder = home.folder
    with pytest.raises(IndexFault, match=r"No space left on device.*assistant index build"):
        home.build()
    monkeypatch.undo()

    assert list((home.path / "index").glob("build-*")) == [folder]
    assert home.answers() == right_answers


# --- the right index --------------------------------------------------------------------------------------------------


def assert_names_the_command(fault: pytest.ExceptionInfo[IndexFault]) -> None:
    assert "assistant index build" in fault.value.en
    assert "assistant index build" in fault.value.zh
    assert fault.value.en != fault.value.zh


def test_no_index_is_a_fault_that_names_the_command(home: Home, tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="There is no index") as fault:
        open_index(tmp_path / "elsewhere", home.corpus, home.embedder)
    assert_names_the_command(fault)


def test_a_changed_corpus_is_a_fault_that_names_the_command(home: Home) -> None:
    replace(home.corpus, "ex-label/en.md", "0.06 mg/kg", "0.6 mg/kg")

    with pytest.raises(IndexFault, match="The index was built for corpus") as fault:
        home.open()
    assert_names_the_command(fault)


def test_a_changed_glossary_is_a_changed_corpus(home: Home) -> None:
    (home.corpus / "glossary.yaml").write_text("- {en: new}\n", encoding="utf-8")

    with pytest.raises(IndexFault, match="built for corpus"):
        home.open()


def test_another_embedding_model_is_a_fault_that_names_the_command(home: Home) -> None:
    with pytest.raises(IndexFault, match="built for embedding 'fake-1', installed is 'fake-2'") as fault:
        open_index(home.path, home.corpus, FakeEmbedder("fake-2"))
    assert_names_the_command(fault)


def test_an_index_of_another_format_is_a_fault_that_names_the_command(home: Home) -> None:
    meta = home.folder / "meta.json"
    meta.write_text(meta.read_text().replace('"format": "', '"format": "0'), encoding="utf-8")

    with pytest.raises(IndexFault, match="built for format") as fault:
        home.open()
    assert_names_the_command(fault)


# --- damage -----------------------------------------------------------------------------------------------------------

FILES = [
    "corpus.json",
    "units.json",
    "lines.json",
    "vocabulary.json",
    "vectors.npy",
    "text/data.csc.index.npy",
    "text/indices.csc.index.npy",
    "text/indptr.csc.index.npy",
    "text/params.index.json",
    "text/vocab.index.json",
    "asked/data.csc.index.npy",
    "asked/vocab.index.json",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "one bit"])
def test_a_damaged_file_is_a_fault_that_names_the_command(name: str, damage: str, home: Home) -> None:
    path = home.folder / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "one bit":
        at = len(content) * 2 // 3
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"")

    with pytest.raises(IndexFault, match="is damaged") as fault:
        home.open()
    assert_names_the_command(fault)
    home.build()
    home.open()


def test_a_missing_folder_of_the_word_index_is_a_fault_and_not_an_empty_result(home: Home) -> None:
    shutil.rmtree(home.folder / "text")

    with pytest.raises(IndexFault, match="is damaged"):
        home.open()


def test_one_wrong_bit_of_the_description_is_a_fault_or_changes_no_answer(home: Home, right_answers: Found) -> None:
    meta = home.folder / "meta.json"
    content = meta.read_bytes()
    chance = random.Random(7)
    for at in [*range(0, 60, 7), *chance.sample(range(len(content)), 25)]:
        meta.write_bytes(content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :])
        try:
            index = home.open()
        except IndexFault:
            continue
        assert found_by(Searcher(index, home.embedder, use_chroma=False)) == right_answers


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"..", b"build-1", b"../../etc", b"/", b"build-1\nbuild-2"])
def test_a_damaged_pointer_is_a_missing_index_that_a_build_repairs(content: bytes, home: Home) -> None:
    (home.path / "index" / "current").write_bytes(content)

    assert current_folder(home.path) is None
    with pytest.raises(IndexFault, match="There is no index") as fault:
        home.open()
    assert_names_the_command(fault)
    home.build()
    assert home.open()


def damaged_stores() -> list[tuple[str, float]]:
    chance = random.Random(11)
    return [
        (kind, chance.random()) for kind in ["one bit"] * 12 + ["truncated"] * 4 + ["zeros"] * 4 + ["empty", "missing"]
    ]


def test_a_damaged_vector_store_changes_no_answer(home: Home, right_answers: Found, tmp_path: Path) -> None:
    for number, (kind, share) in enumerate(damaged_stores()):
        copy = Home(tmp_path / f"copy{number}", home.corpus, home.embedder)
        shutil.copytree(home.path, copy.path)
        path = copy.folder / "chroma" / "chroma.sqlite3"
        content = path.read_bytes()
        at = int(share * (len(content) - 1))
        damaged = {
            "one bit": content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :],
            "zeros": content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096 :],
            "truncated": content[:at],
            "empty": b"",
        }
        if kind == "missing":
            shutil.rmtree(path.parent)
        else:
            path.write_bytes(damaged[kind])

        assert copy.answers() == right_answers, (kind, at)


def test_a_damaged_graph_of_the_vector_store_is_not_opened(tmp_path: Path, home: Home) -> None:
    """Files of the graph exist only for larger indexes: their digests are kept like those of any other file."""
    graph = home.folder / "chroma" / "segment" / "data_level0.bin"
    graph.parent.mkdir()
    graph.write_bytes(b"graph")
    meta = home.folder / "meta.json"
    meta.write_text(
        meta.read_text().replace('"files": {', '"files": {"chroma/segment/data_level0.bin": "' + "0" * 64 + '",'),
        encoding="utf-8",
    )

    index = Index(home.folder)

    assert not index.chroma_intact
    assert type(Searcher(index, home.embedder)._vectors).__name__ == "ExactSearch"


# --- one builder ------------------------------------------------------------------------------------------------------

HOLD = "import sys; from pathlib import Path; from assistant.retrieve.lock import only_builder\n"
HOLD += "with only_builder(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def holder(lock: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_build_beside_a_running_one_is_refused_and_one_after_a_killed_one_goes_on(home: Home) -> None:
    process = holder(home.path / "index" / "building.lock")
    try:
        with pytest.raises(IndexFault, match="Another process is building the index") as fault:
            home.build()
        assert "另一个进程" in fault.value.zh
        assert home.open()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    assert home.build()


@pytest.mark.parametrize("content", ["", "1", "our own number", "no number"])
def test_a_lock_file_that_nobody_holds_stops_nobody(content: str, home: Home) -> None:
    """A process number in the file means nothing: it may have been given to another process since."""
    content = content.replace("our own number", str(os.getpid()))
    (home.path / "index" / "building.lock").write_text(content, encoding="utf-8")

    assert home.build()


def test_two_threads_cannot_build_at_once(tmp_path: Path) -> None:
    with (
        only_builder(tmp_path / "lock"),
        pytest.raises(IndexFault, match="Another process"),
        only_builder(tmp_path / "lock"),
    ):
        pass
    with only_builder(tmp_path / "lock"):
        pass


BUILD = """
import os, sys
from pathlib import Path
import chromadb
from assistant.retrieve.index import build_index
from tests.retrieve.fakes import FakeEmbedder
home, corpus, stage = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def told(name, done, total):
    print(name, flush=True)
    if name == stage:
        os.kill(os.getpid(), 9)
while True:
    build_index(home, corpus, FakeEmbedder(), told)
"""


def building(home: Home, stage: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILD, str(home.path), str(home.corpus), stage]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.parametrize("stage", ["vectors", "swap", "done", "random 1", "random 2", "random 3"])
def test_a_build_killed_at_any_moment_leaves_an_index_that_answers(
    stage: str, home: Home, right_answers: Found
) -> None:
    process = building(home, stage)
    assert process.stdout is not None
    if stage.startswith("random"):
        process.stdout.readline()
        time.sleep(random.Random().uniform(0, 1.0))
        process.kill()
    _, said = process.communicate()

    assert process.returncode == -signal.SIGKILL, said
    assert home.answers() == right_answers
    home.build()
    assert home.answers() == right_answers
    assert len(list((home.path / "index").glob("build-*"))) <= 2
