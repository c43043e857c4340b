"""One real assistant over the shipped corpus for the tests of whole answers in this room."""

from __future__ import annotations

import pytest

from assistant.pipeline import Assistant


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("assistant-home"))
