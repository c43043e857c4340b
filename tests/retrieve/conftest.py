"""One small index, built once and copied by the tests that damage it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.errors import IndexFault
from assistant.retrieve.index import Index, build_index, open_index
from assistant.retrieve.search import Searcher
from tests.retrieve.fakes import FakeEmbedder
from tests.tiny import write_tiny_corpus

QUESTIONS = (
    "start over after missed appointment",
    "打完针发烧怎么办",
    "0.06 mg/kg syringe",
    "IgG below 400 mg/dL 免疫球蛋白",
)
Found = tuple[tuple[tuple[str, float, float, float], ...], ...]


@dataclass(frozen=True)
class Home:
    """A user data folder with an index of the corpus in `corpus`."""

    path: Path
    corpus: Path
    embedder: FakeEmbedder

    @property
    def folder(self) -> Path:
        return self.path / "index" / (self.path / "index" / "current").read_text(encoding="utf-8")

    def build(self) -> Index:
        return build_index(self.path, self.corpus, self.embedder)

    def open(self) -> Index:
        return open_index(self.path, self.corpus, self.embedder)

    def answers(self, *, use_chroma: bool = True) -> Found:
        """What the fixed questions find, with scores, from a fresh opening."""
        return found_by(Searcher(self.open(), self.embedder, use_chroma=use_chroma))


def found_by(searcher: Searcher) -> Found:
    return tuple(
        tuple(
            (h.unit.id, round(h.score, 6), round(h.coverage, 6), round(h.nearness, 4)) for h in searcher.search(q, k=6)
        )
        for q in QUESTIONS
    )


def assert_names_the_command(fault: pytest.ExceptionInfo[IndexFault]) -> None:
    assert "assistant index build" in fault.value.en
    assert "assistant index build" in fault.value.zh
    assert fault.value.en != fault.value.zh


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The index that no test may change."""
    place = tmp_path_factory.mktemp("built")
    home = Home(place / "home", write_tiny_corpus(place / "corpus"), FakeEmbedder())
    home.build()
    return home


@pytest.fixture(scope="session")
def right_answers(built: Home) -> Found:
    return built.answers()


@pytest.fixture
def home(built: Home, tmp_path: Path) -> Home:
    """A copy that a test may damage, with a corpus of its own."""
    shutil.copytree(built.path, tmp_path / "home")
    shutil.copytree(built.corpus, tmp_path / "corpus")
    return Home(tmp_path / "home", tmp_path / "corpus", FakeEmbedder())
