"""Fixtures that several rooms share; everything else is a factory beside its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest.corpus import load_corpus
from assistant.ingest.records import Corpus
from assistant.lexicon.terms import Lexicon
from assistant.lexicon.terms import lexicon as shipped_lexicon
from assistant.places import shipped
from tests.tiny import write_tiny_corpus


@pytest.fixture
def tiny_corpus(tmp_path: Path) -> Path:
    """A faultless corpus folder of its own for one test to damage."""
    return write_tiny_corpus(tmp_path / "corpus")


@pytest.fixture(scope="session")
def shipped_corpus() -> Corpus:
    return load_corpus(shipped("corpus"))


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return shipped_lexicon()
