"""The guard set: its rephrasings cite real statements, its corruptions do what they say, its page holds what was measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.answer.verify import verify
from assistant.ingest.records import Corpus
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Language
from evals.guard import corrupt, drafts
from evals.guard.corrupt import CORRUPTIONS, Source
from evals.guard.results import Outcome, page, table


@pytest.fixture(scope="module")
def evidence(shipped_corpus: Corpus) -> Evidence:
    return Evidence(shipped_corpus)


def source(evidence: Evidence, language: Language) -> Source:
    book = CitationBook(evidence, language)
    text = {
        "en": "US label, teclistamab, CRS: do not give more than 0.3 mg/kg at least 8 to 28 days after hypotension.",
        "zh": "美国说明书，特立妥单抗，CRS：低血压后至少8至28天，不得给予0.3 mg/kg。",
    }[language]
    places = evidence.places("tec-contraindications", language)
    markers = [book.cite(place) for place in places]
    statement = AnswerStatement(text=text, markers=markers[0])
    return Source(
        draft=Draft(kind="guidance", statements=(statement,), citations=book.citations), number=0, language=language
    )


def test_every_rephrasing_cites_a_statement_of_the_corpus_and_the_halves_are_even(evidence: Evidence) -> None:
    items = drafts.paraphrases()

    assert len({item.id for item in items}) == len(items) == 128
    assert Counter((item.language, item.split) for item in items) == {
        (language, split): 32 for language in ("en", "zh") for split in ("dev", "test")
    }
    assert all(item.text != item.cited for item in items)
    assert sum(len(drafts.rephrased(evidence, split)) for split in ("dev", "test")) == len(items)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.__name__)
def test_a_corruption_changes_one_sentence_and_is_the_same_each_time(
    evidence: Evidence, lexicon: Lexicon, corruption: corrupt.Corruption, language: Language
) -> None:
    own = source(evidence, language)

    first = corruption(own, Random(3), lexicon)
    again = corruption(own, Random(3), lexicon)

    assert first is not None
    assert first == again
    assert first.draft != own.draft
    changed = [s for s in first.draft.statements if s not in own.draft.statements]
    assert [statement.text for statement in changed] == [first.sentence]


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.__name__)
def test_a_corrupted_rephrasing_does_not_come_through(
    evidence: Evidence, lexicon: Lexicon, corruption: corrupt.Corruption
) -> None:
    stopped = []
    for item in drafts.rephrased(evidence, "dev")[:12]:
        own = Source(draft=item.draft, number=0, language=item.language)
        corrupted = corruption(own, Random(1), lexicon)
        if corrupted is not None:
            checked, _ = verify(corrupted.draft, evidence, lexicon, item.language)
            wrong = {s.markers for s in corrupted.draft.statements if s.text == corrupted.sentence}
            stopped.append(not any(s.text == corrupted.sentence and s.markers in wrong for s in checked.statements))

    assert stopped.count(False) <= (1 if corruption is corrupt.numbers_exchanged else 0)


def test_the_table_counts_by_kind_and_language() -> None:
    outcomes = [
        Outcome(id="a", kind="unit_changed", origin="extractive", language="en", as_wanted=True),
        Outcome(id="b", kind="unit_changed", origin="extractive", language="en", as_wanted=False),
        Outcome(id="c", kind="correct", origin="rephrased", language="zh", as_wanted=False),
    ]

    shown = table(outcomes)

    assert "| unit changed | 50.0 % (1/2;" in shown
    assert "| rephrased | not measured (n = 0) | 100.0 % (1/1;" in shown


def test_the_page_says_when_a_half_was_not_scored(tmp_path: Path) -> None:
    (tmp_path / "dev.md").write_text("DEV TABLE", encoding="utf-8")

    shown = page(tmp_path)

    assert "DEV TABLE" in shown
    assert "Not scored." in shown
