"""Nothing stands under the name of the IMWG 2024 guideline that is not the guideline's own text or a summary of it."""

from __future__ import annotations

import pytest

from assistant.ingest.records import Corpus
from assistant.rules.load import load_tables

OWN = {"guideline-text", "guideline-summary"}
# a summary of the guideline that was carried without an attribution mark; its row states no advice
UNMARKED_SUMMARY = {"crs-mgmt-imwg"}
TABLES = sorted(name for name, table in load_tables().tables.items() if table.jurisdiction == "IMWG 2024")


def test_there_are_tables_of_the_guideline() -> None:
    assert len(TABLES) >= 4


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_guideline_rests_only_on_the_guidelines_own_facts(name: str, shipped_corpus: Corpus) -> None:
    for row in load_tables().tables[name].rows:
        foreign = [f for f in row.facts if f not in UNMARKED_SUMMARY and shipped_corpus.facts[f].attribution not in OWN]
        assert foreign == [], row.id


def test_the_unmarked_summary_carries_no_advice_of_the_guideline() -> None:
    rows = [row for name in TABLES for row in load_tables().tables[name].rows if set(row.facts) & UNMARKED_SUMMARY]

    assert rows
    assert not any(row.covered for row in rows)
