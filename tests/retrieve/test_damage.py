"""No damage of the index folder gives a wrong or empty result: the answer is the same, or a fault names the command."""

from __future__ import annotations

import builtins
import errno
import io
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import IndexFault
from assistant.retrieve import index as index_module
from assistant.retrieve.index import Line, current_folder
from assistant.retrieve.search import Searcher
from assistant.retrieve.vectors import ExactSearch
from tests.retrieve.conftest import Found, Home, assert_names_the_command, found_by
from tests.retrieve.fakes import FakeEmbedder
from tests.tiny import write_tiny_corpus

# the files that must be among those damaged: what is on this list and not in the folder was renamed, not forgotten
EXPECTED = {
    "corpus.json",
    "imported.json",
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
}


def damages(content: bytes, chance: random.Random) -> Iterator[tuple[str, bytes | None]]:
    """Missing, empty, cut at four places, one bit turned at eight, a page of zeros, something appended."""
    yield "missing", None
    yield "empty", b""
    for at in [len(content) - 1, *(chance.randrange(1, len(content)) for _ in range(3))]:
        yield f"cut at {at}", content[:at]
    for at in [0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(6))]:
        yield f"bit at {at}", content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
    at = chance.randrange(len(content))
    zeros = content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096 :]
    if zeros != content:
        yield f"zeros from {at}", zeros
    yield "appended", content + b"\n"


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


def test_every_damaged_file_is_a_fault_that_names_the_command(home: Home) -> None:
    chance = random.Random(3)
    files = {n: c for n, c in files_of(home.folder).items() if not n.startswith("chroma/") and n != "meta.json"}
    assert files.keys() >= EXPECTED
    for name, content in files.items():
        for kind, damaged in damages(content, chance):
            put(home.folder / name, damaged)
            with pytest.raises(IndexFault, match="is damaged") as fault:
                home.open()
            assert_names_the_command(fault)
            assert name in fault.value.en, kind
            (home.folder / name).write_bytes(content)
    home.open()


def test_a_build_repairs_a_damaged_index(home: Home, right_answers: Found) -> None:
    for name in files_of(home.folder):
        (home.folder / name).write_bytes(b"damaged")
    with pytest.raises(IndexFault, match="is damaged") as fault:
        home.open()
    assert_names_the_command(fault)

    home.build()

    assert home.answers() == right_answers


@pytest.mark.parametrize("folder", ["text", "asked"])
def test_a_missing_folder_of_the_word_index_is_a_fault_and_not_an_empty_result(folder: str, home: Home) -> None:
    shutil.rmtree(home.folder / folder)

    with pytest.raises(IndexFault, match="is damaged"):
        home.open()


def test_a_damaged_description_is_a_fault_or_changes_no_answer(home: Home, right_answers: Found) -> None:
    meta = home.folder / "meta.json"
    content = meta.read_bytes()
    chance = random.Random(7)
    bits = [*range(0, 60, 7), *chance.sample(range(len(content)), 25)]
    turned = [content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :] for at in bits]
    for damaged in [*turned, *(kind for _, kind in damages(content, chance))]:
        put(meta, damaged)
        try:
            index = home.open()
        except IndexFault:
            pass
        else:
            assert found_by(Searcher(index, home.embedder, use_chroma=False)) == right_answers
        meta.write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"..", b"build-1", b"../../etc", b"/", b"build-1\nbuild-2"])
def test_a_damaged_pointer_is_a_missing_index_that_a_build_repairs(content: bytes, home: Home) -> None:
    (home.path / "index" / "current").write_bytes(content)

    assert current_folder(home.path) is None
    with pytest.raises(IndexFault, match="There is no index") as fault:
        home.open()
    assert_names_the_command(fault)
    home.build()
    assert home.open()


def test_a_damaged_database_of_the_vector_store_changes_no_answer(
    home: Home, right_answers: Found, tmp_path: Path
) -> None:
    chance = random.Random(11)
    content = (home.folder / "chroma" / "chroma.sqlite3").read_bytes()
    kinds = [*damages(content, chance), *(pair for _ in range(2) for pair in damages(content, chance))]
    for number, (kind, damaged) in enumerate(kinds):
        copy = Home(tmp_path / f"copy{number}", home.corpus, home.embedder)  # Chroma keeps a path open
        shutil.copytree(home.path, copy.path)
        put(copy.folder / "chroma" / "chroma.sqlite3", damaged)

        assert copy.answers() == right_answers, kind


def test_a_missing_vector_store_changes_no_answer(home: Home, right_answers: Found) -> None:
    shutil.rmtree(home.folder / "chroma")

    assert home.answers() == right_answers


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An index above the size at which Chroma writes its graph to disk."""
    place = tmp_path_factory.mktemp("large")
    home = Home(place / "home", write_tiny_corpus(place / "corpus"), FakeEmbedder())
    lines = index_module._lines
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            index_module,
            "_lines",
            lambda *given: (*lines(*given), *(Line(unit=0, text=f"row {n:04d}") for n in range(1100))),
        )
        home.build()
    return home


def test_a_damaged_graph_of_the_vector_store_is_not_opened_and_changes_no_answer(large: Home) -> None:
    right, chance = large.answers(), random.Random(5)
    assert type(Searcher(large.open(), large.embedder)._vectors).__name__ == "ChromaSearch"
    graph = {n: c for n, c in files_of(large.folder).items() if n.startswith("chroma/") and ".sqlite3" not in n}
    assert {Path(name).name for name in graph} >= {"data_level0.bin", "header.bin", "link_lists.bin", "length.bin"}
    for name, content in graph.items():
        for kind, damaged in damages(content, chance) if content else [("missing", None)]:
            put(large.folder / name, damaged)
            index = large.open()
            assert not index.chroma_intact, (name, kind)
            searcher = Searcher(index, large.embedder)
            assert isinstance(searcher._vectors, ExactSearch)
            (large.folder / name).write_bytes(content)
    assert found_by(searcher) == right


# --- no room on the disk ------------------------------------------------------------------------------------------------


class Full:
    """Every opening of a file for writing from number `first` on fails as on a full disk."""

    def __init__(self, first: int) -> None:
        self.first, self.count, self._open = first, 0, builtins.open

    def __call__(self, file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if set(mode) & set("wxa+") and "building.lock" not in str(file):
            self.count += 1
            if self.count >= self.first:
                raise OSError(errno.ENOSPC, "No space left on device", str(file))
        return self._open(file, mode, *rest, **named)


def opening_as(full: Full, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", full)


def test_a_disk_that_is_full_from_any_file_on_is_said_and_the_old_index_answers(
    home: Home, right_answers: Found
) -> None:
    counting = Full(first=1000)
    with pytest.MonkeyPatch.context() as patch:
        opening_as(counting, patch)
        home.build()
    assert counting.count > 15
    folder = home.folder
    for first in range(1, counting.count + 1):
        with pytest.MonkeyPatch.context() as patch:
            opening_as(Full(first), patch)
            with pytest.raises(IndexFault, match=r"No space left on device.*assistant index build") as fault:
                home.build()
        assert_names_the_command(fault)
        assert home.folder == folder
        # nothing of the half-built one is left to fill the disk further
        assert len(list((home.path / "index").glob("build-*"))) <= 2
    assert home.answers() == right_answers


def test_a_file_that_nobody_may_read_is_a_fault_that_names_the_command(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(IndexFault) as fault:
        home.open()
    assert_names_the_command(fault)
