"""The public answer: what is said when the verifier repaired, dropped or refused everything, and the recorded versions."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer import finish as finishing
from assistant.answer.checks.record import Check
from assistant.answer.draft import Draft
from assistant.answer.finish import finish, index_version, tables_version
from assistant.types import Answer, AnswerStatement, Language
from assistant.understand.reading import Reading


class Meta:
    """What an index says of itself."""

    def __init__(self, **changes: str) -> None:
        self.format = changes.get("format", "1")
        self.corpus = changes.get("corpus", "c")
        self.embedding = changes.get("embedding", "e")
        self.built_at = changes.get("built_at", "2026-01-01T00:00:00Z")
        self.files = {"lines.json": changes.get("lines", "l")}


class FakeIndex:
    def __init__(self, **changes: str) -> None:
        self.meta = Meta(**changes)


def answer(draft: Draft, failed: tuple[Check, ...] = (), language: Language = "en") -> Answer:
    nothing: dict[str, Any] = {"mentions": (), "quantities": (), "drugs": (), "jurisdictions": ()}
    reading = Reading(question="q", language=language, search="", route="guidance", reason="r", **nothing)
    return finish(reading, draft, failed, FakeIndex(), {}, mode="extractive")  # type: ignore[arg-type]


SAID = Draft(kind="guidance", statements=(AnswerStatement(text="A.", markers=("1",)),))


def failed(name: str, number: int, done: str) -> Check:
    return Check(name=name, passed=False, detail="d", sentence=number, outcome=done)


def test_repairs_are_counted_by_sentence_and_not_by_check() -> None:
    checks = (
        failed("numbers_supported", 0, "dropped"),
        failed("units_supported", 0, "dropped"),
        failed("polarity_kept", 1, "requoted"),
    )

    shown = {notice.id: notice.text for notice in answer(SAID, checks).warnings}

    assert set(shown) == {"verifier_dropped", "verifier_requoted"}
    assert all(text.startswith("1 ") for text in shown.values())


@pytest.mark.parametrize(
    ("check", "language", "reason"),
    [
        ("numbers_supported", "en", "a number, unit or limit"),
        ("drugs_supported", "en", "a drug, country, event or body"),
        ("polarity_kept", "en", "the opposite"),
        ("offered_markers", "en", "does not say it"),
        ("short_enough", "en", "the wording"),
        ("units_supported", "zh", "数值、单位或界限"),
        ("opposites_kept", "zh", "意思相反"),
    ],
)
def test_when_nothing_is_left_the_answer_abstains_and_says_why(check: str, language: Language, reason: str) -> None:
    empty = Draft(kind="guidance")

    said = answer(empty, (failed(check, 0, "dropped"),), language)

    assert said.kind == "gap"
    assert reason in said.text
    assert not said.warnings


@pytest.mark.parametrize("group", sorted(finishing._GROUPS))
def test_every_group_of_checks_has_its_reason_in_both_languages(group: str) -> None:
    for language in ("en", "zh"):
        assert finishing.say(f"unverified_{group}", language)


def test_an_answer_records_every_version() -> None:
    versions = answer(SAID).versions

    assert {"assistant", "corpus", "embedding", "index", "index_built_at", "tables"} <= set(versions)
    assert all(versions.values())


def test_the_version_of_the_index_changes_with_what_it_is_made_of_and_not_with_the_hour() -> None:
    plain = index_version(FakeIndex())  # type: ignore[arg-type]

    assert index_version(FakeIndex(built_at="later")) == plain  # type: ignore[arg-type]
    for part in ("format", "corpus", "embedding", "lines"):
        assert index_version(FakeIndex(**{part: "other"})) != plain  # type: ignore[arg-type]


def test_the_version_of_the_tables_is_that_of_all_of_them() -> None:
    tables = finishing.load_tables()

    assert tables_version() == tables.version(tuple(sorted(tables.families)))
    assert tables_version() != tables.version(("restart",))
