"""The load script: what it counts, and where it writes."""

from __future__ import annotations

import anyio
import httpx
import pytest

from evals import load
from tests.serve.conftest import apart


def test_errors_are_counted_by_name_and_do_not_count_as_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "EVERY_S", 0.1)

    async def ask(number: int, turn: int) -> str:
        if number == 1:
            raise httpx.ReadError("gone")
        return "status 429" if number == 2 else ""

    run = apart(anyio.run, lambda: load.measure("x", ask, users=3, seconds=load.EVERY_S, pid=None))

    assert (len(run.took_ms), run.errors) == (1, {"ReadError": 1, "status 429": 1})
    assert "| 3 |" in run.row()
    assert "status 429: 1" in run.row()


def test_percentiles_of_nothing_are_no_numbers() -> None:
    assert load.percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert str(load.percentile([], 95)) == "nan"


def test_the_figures_go_between_the_marks_and_nowhere_else() -> None:
    page = f"before\n{load.BEGIN}\nold\n{load.END}\nafter\n"

    assert load.written(page, "new\n") == f"before\n{load.BEGIN}\nnew\n{load.END}\nafter\n"
    with pytest.raises(ValueError, match="marks"):
        load.written("no marks", "new\n")
    assert load.BEGIN in load.PAGE.read_text(encoding="utf-8")
