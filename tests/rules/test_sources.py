"""Every row agrees with the carried facts: they exist, are usable, and source, confidence, dates and numbers match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.rules.load import load_tables
from assistant.rules.model import Row, Table

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["verified", "single_source", "secondary"]
TABLES = load_tables().tables
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Numbers that a row may hold without the fact printing them in digits: calendar arithmetic from words.
WORDS = {
    "weekly": "1",
    "each week": "1",
    "once": "1",
    "one": "1",
    "two": "2",
    "three": "3",
    "daily": "1",
    "every week": "1",
}


@lru_cache(maxsize=1)
def facts() -> dict[str, dict[str, Any]]:
    """The carried facts by id."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "corpus" / "facts").glob("*.yaml")):
        found |= {fact["id"]: fact for fact in yaml.safe_load(path.read_text(encoding="utf-8")) or []}
    return found


@lru_cache(maxsize=1)
def gaps() -> set[str]:
    """The ids of the known gaps, where the corpus carries them."""
    path = ROOT / "corpus" / "gaps.yaml"
    return {gap["id"] for gap in yaml.safe_load(path.read_text(encoding="utf-8"))} if path.exists() else set()


def rows() -> Iterator[tuple[Table, Row]]:
    """Every row of every shipped table."""
    for table in TABLES.values():
        for row in table.rows:
            yield table, row


@pytest.mark.parametrize(("table", "row"), list(rows()), ids=[f"{table.id}.{row.id}" for table, row in rows()])
def test_source_and_confidence_agree_with_the_facts(table: Table, row: Row) -> None:
    used = [facts()[name] for name in row.facts]
    assert row.confidence == max((fact["confidence"] for fact in used), key=ORDER.index)
    written = row.source if len(row.source) == len(row.facts) else row.source * len(row.facts)
    expected = []
    for fact in used:
        locator = str(fact.get("locator") or "").replace('"', "'").strip()
        expected.append(f"{fact['source']}#{locator}" if locator else fact["source"])
    assert list(written) == expected, "run scripts/fill_rule_sources.py"


@pytest.mark.parametrize(("table", "row"), list(rows()), ids=[f"{table.id}.{row.id}" for table, row in rows()])
def test_the_numbers_of_a_row_stand_in_its_facts(table: Table, row: Row) -> None:
    text = " ".join(str(facts()[name]) for name in row.facts).lower().replace(",", "")
    printed = {_plain(number) for number in NUMBER.findall(text)}
    printed |= {number for word, number in WORDS.items() if word in text}
    for key, value in row.then.items():
        if NUMBER.fullmatch(value) and table.family not in {"ideal_weight"}:
            assert _plain(value) in printed, f"{key}: {value} does not stand in {', '.join(row.facts)}"


def _plain(number: str) -> str:
    return f"{float(number):g}"


def test_gaps_exist() -> None:
    if not gaps():
        pytest.skip("corpus/gaps.yaml is not carried yet")
    named = {row.gap for _, row in rows() if row.gap}
    named |= {absence.gap for absence in load_tables().absences if absence.gap}
    named |= {table.superseded.gap for table in TABLES.values() if table.superseded and table.superseded.gap}
    assert sorted(name for name in named if name not in gaps()) == []


def test_documents_carry_the_date_of_the_register() -> None:
    register = yaml.safe_load((ROOT / "corpus" / "sources.yaml").read_text(encoding="utf-8"))
    dates = {entry["id"]: str(entry["date"]) for entry in register}
    for name, document in load_tables().documents.items():
        assert document.date == dates[name], "run scripts/fill_rule_sources.py"
