"""Every row agrees with the carried facts: they exist, are usable, and source, confidence, dates and numbers match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.rules.load import load_tables
from assistant.rules.model import Row, Table
from assistant.rules.trace import plain

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["verified", "single_source", "secondary"]
TABLES = load_tables().tables
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Words of a fact that print a number, and keys whose numbers do not come from a source.
WORDS = {
    "weekly": "1",
    "every week": "1",
    "one": "1",
    "once": "1",
    "daily": "1",
    "two": "2",
    "twice": "2",
    "three": "3",
}
STRUCTURE = {"places", "met", "grade", "order"}
# Parts of a sentence whose digits name a thing: gaps, placeholders, scales, places in documents, years, idioms.
IGNORED = re.compile(
    r"gap-\d+|\{\w+\}|CTCAE v\d(\.\d)?|CD\d+|\d+月|H1|IL-\d|IgG\d?|10\^9|10⁹|1次|\b(?:19|20)\d\d(?!\d)"
    r"|(?:[Tt]able|[Ss]ections?|表|CART-|ENGAGE-)\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?节|\d+(?:\(\d+\))?:e?\d+(?:[-–]e?\d+)?"
)
LEAVE_OUT = {"id", "url", "also", "source", "source_text", "date", "confidence", "topic"}


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
        source = table.document if table.document in (fact.get("also_sources") or ()) else fact["source"]
        expected.append(f"{source}#{locator}" if locator else source)
    assert list(written) == expected, "run scripts/fill_rule_sources.py"


@pytest.mark.parametrize(("table", "row"), list(rows()), ids=[f"{table.id}.{row.id}" for table, row in rows()])
def test_the_numbers_of_a_row_stand_in_its_facts(table: Table, row: Row) -> None:
    printed = {"0", *_printed(row.facts, LEAVE_OUT)}
    for key, value in row.then.items():
        neutral = key.endswith("_factor") and Decimal(value) == 1
        if NUMBER.fullmatch(value) and key not in STRUCTURE and not neutral:
            assert _plain(value) in printed, f"{key}: {value} does not stand in {', '.join(row.facts)}"


def _plain(number: str) -> str:
    return plain(Decimal(number))


def test_gaps_exist() -> None:
    assert gaps()
    named = {row.gap for _, row in rows() if row.gap}
    named |= {absence.gap for absence in load_tables().absences if absence.gap}
    named |= {table.superseded.gap for table in TABLES.values() if table.superseded and table.superseded.gap}
    assert sorted(name for name in named if name not in gaps()) == []


def test_documents_carry_the_date_of_the_register() -> None:
    register = yaml.safe_load((ROOT / "corpus" / "sources.yaml").read_text(encoding="utf-8"))
    dates = {entry["id"]: str(entry["date"]) for entry in register}
    for name, document in load_tables().documents.items():
        assert document.date == dates[name], "run scripts/fill_rule_sources.py"


@pytest.mark.parametrize("family", sorted({table.family for table in TABLES.values()}))
def test_the_numbers_written_in_sentences_stand_in_the_facts_of_their_rows(family: str) -> None:
    """A number in a wording template that no placeholder fills has to be printed by a fact of a row that says it."""
    tables = load_tables()
    rows_of: dict[str, set[str]] = {}
    for table in tables.of(family):
        for row in table.rows:
            for key in (row.say, *row.notes, *table.notes):
                rows_of.setdefault(key, set()).update(row.facts)
    faults: list[str] = []
    for key, names in rows_of.items():
        text = tables.say(family, key)
        printed = _printed(sorted(names), {"id", "url", "also"})
        for language, whole in (("en", text.en), ("zh", text.zh)):
            bare = IGNORED.sub(" ", whole)
            faults += [f"{key} ({language}): {n}" for n in NUMBER.findall(bare) if _plain(n) not in printed]
    assert faults == []


def _printed(names: Iterable[str], without: set[str]) -> set[str]:
    """The numbers that facts print, in digits or as one of the words known here."""
    parts = [part for name in names for key, part in facts()[name].items() if key not in without]
    text = " ".join(str(part) for part in parts).lower().replace(",", "")
    found = {_plain(number) for number in NUMBER.findall(text)}
    return found | {number for word, number in WORDS.items() if re.search(rf"\b{word}\b", text)}
