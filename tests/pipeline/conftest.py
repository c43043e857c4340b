"""One real assistant over the shipped corpus for all tests of the whole path."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.pipeline import Assistant


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assistant-home")


@pytest.fixture(scope="session")
def assistant(home: Path) -> Assistant:
    return Assistant.open(home)
