"""The fixture files, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest.imported.read import read
from assistant.ingest.imported.records import ImportedDocument

FILES = Path(__file__).with_name("files")


@pytest.fixture(scope="session")
def files() -> Path:
    return FILES


@pytest.fixture(scope="session")
def journal() -> ImportedDocument:
    return read(FILES / "journal-en.pdf", title="Use of examplemab", source="example-2024")


@pytest.fixture(scope="session")
def journal_zh() -> ImportedDocument:
    return read(FILES / "journal-zh.pdf", title="examplemab 的使用", source="example-2024")
