"""The index is swapped in whole, belongs to its corpus and model, and is never silently wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import CorpusError, IndexFault
from assistant.retrieve import index as index_module
from assistant.retrieve.index import build_index, open_index
from assistant.retrieve.lock import only_builder
from assistant.retrieve.search import Searcher
from tests.retrieve.conftest import Found, Home, assert_names_the_command, found_by
from tests.retrieve.fakes import FakeEmbedder
from tests.tiny import replace

STAGES = ["corpus", "vectors", "text", "questions", "chroma", "swap"]
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


def test_an_index_that_two_builds_have_overtaken_while_it_was_opened_is_opened_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken = home.folder
    for _ in range(2):
        home.build()
    assert not overtaken.exists()
    read = iter([overtaken])
    real = index_module.current_folder
    monkeypatch.setattr(index_module, "current_folder", lambda place: next(read, None) or real(place))

    assert home.open().folder == home.folder


def test_a_faulty_corpus_stops_the_build_and_the_old_index_stays(home: Home) -> None:
    folder = home.folder
    replace(home.corpus, "ex-label/en.md", " {ex-2}", "")

    with pytest.raises(CorpusError, match="names no facts"):
        home.build()
    assert home.folder == folder


# --- the right index --------------------------------------------------------------------------------------------------


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
