"""One assistant for all tests of the evaluation: it keeps no conversation, and its index takes seconds to build."""

from __future__ import annotations

import pytest

from assistant.pipeline import Assistant


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("evals-home"))
