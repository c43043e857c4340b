"""docs/scaling.md is what its figures say, and every test it names is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals.chroma_hazards import HAZARDS
from evals.scale import RESULTS
from evals.scale_page import crossing, last_fit, number, page

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_is_what_its_figures_say() -> None:
    known = json.loads(RESULTS.read_text(encoding="utf-8"))

    assert (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8") == page(known)


def test_the_page_has_every_size_of_the_issue_and_says_what_did_not_finish() -> None:
    known = json.loads(RESULTS.read_text(encoding="utf-8"))
    said = page(known)

    assert [int(size) for size in known["sizes"]][:3] == [1000, 10_000, 100_000]
    for measured in known["sizes"].values():
        for step in measured.values():
            if isinstance(step, dict) and "unfinished" in step:
                assert step["unfinished"] in said


@pytest.mark.parametrize("test", sorted({test for tests in HAZARDS.values() for test in tests}))
def test_every_hazard_of_chroma_has_the_test_that_the_page_names(test: str) -> None:
    name, _, case = test.partition("[")
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "retrieve").glob("test_*.py")]
    defined = [text for text in files if re.search(rf"^def {name}\(", text, re.MULTILINE)]

    assert len(defined) == 1
    assert f'"{case.removesuffix("]")}"' in defined[0] if case else True


def sizes(chroma_cpu: dict[int, float], exact_cpu: dict[int, float], build_s: dict[int, float]) -> dict[int, dict]:
    return {
        size: {
            "chroma_query": {"top10": {"cpu_ms": chroma_cpu[size]}, "memory_mb": 10.0},
            "exact": {"top10": {"cpu_ms": exact_cpu[size]}},
            "chroma_build": {"cpu_s": build_s[size]},
        }
        for size in chroma_cpu
    }


def test_where_the_embedded_store_stops_is_read_from_the_figures() -> None:
    measured = sizes({10: 2.0, 100: 2.0, 1000: 2.0}, {10: 1.0, 100: 3.0, 1000: 30.0}, {10: 1, 100: 10, 1000: 6000})
    measured[10_000] = {
        "chroma_query": {"unfinished": "not measured"},
        "exact": {"top10": {"cpu_ms": 300.0}},
        "chroma_build": {"unfinished": "stopped"},
    }

    assert crossing(measured) == 100
    assert last_fit(measured) == 100
    assert crossing({10: measured[10]}) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.01234, "0.0123"), (3.14159, "3.14"), (99.96, "100"), (1234.5, "1 234"), (1_000_000, "1 000 000")],
)
def test_figures_are_shown_with_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown
