"""When an answer is given, given as the nearest only, or not given."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer.abstain import Assessor, Fitted, Strength, fitted, in_domain
from assistant.answer.cite import Evidence
from assistant.ingest.records import Corpus
from assistant.pipeline import Assistant
from assistant.retrieve.search import Hit
from assistant.retrieve.units import Unit
from assistant.types import Language
from assistant.understand.reading import Reading

MARKS = Fitted(weights={"coverage": 10.0}, constant=-5.0, enough=2.0, unsure=0.0, related=-2.0)


def reading(search: str = "crs onset", language: Language = "en", **changes: Any) -> Reading:
    nothing: dict[str, Any] = {"mentions": (), "quantities": (), "drugs": (), "jurisdictions": (), **changes}
    return Reading(question=search, language=language, search=search, route="guidance", reason="r", **nothing)


def hit(coverage: float = 1.0, **changes: Any) -> Hit:
    unit = Unit(
        id="section:none",
        kind="section",
        document="d",
        topic="t",
        drugs=(),
        jurisdictions=(),
        titles=("Onset",),
        texts=("CRS starts early in the US.",),
        asked_as=(),
    )
    return Hit(unit=unit, score=1.0, coverage=coverage, nearness=0.5, asked_share=0.5, **changes)


@pytest.fixture(scope="module")
def assessor(shipped_corpus: Corpus) -> Assessor:
    return Assessor(
        Evidence(shipped_corpus),
        lambda text: text.lower().split(),
        lambda token: 99.0 if token in {"\0", "zebra"} else 1.0 + len(token),
        lambda _, __: 0.5,
        MARKS,
    )


@pytest.mark.parametrize(
    ("coverage", "drugs", "strength"),
    [
        (1.0, (), Strength.ENOUGH),
        (0.6, (), Strength.UNSURE),
        (0.4, (), Strength.WEAK),
        (0.1, (), Strength.NONE),
        (0.1, ("teclistamab",), Strength.WEAK),
    ],
)
def test_the_marks_decide(assessor: Assessor, coverage: float, drugs: tuple[str, ...], strength: Strength) -> None:
    assert assessor.strength(reading(drugs=drugs), [hit(coverage)]) is strength


def test_a_question_in_strange_words_is_outside_whatever_its_odds(assessor: Assessor) -> None:
    strange = reading().model_copy(update={"search": "zebra zebra"})

    assert assessor.strength(strange, [hit(0.6)]) is Strength.NONE
    assert assessor.strength(strange.model_copy(update={"drugs": ("teclistamab",)}), [hit(0.6)]) is Strength.UNSURE


def test_nothing_found_is_not_covered_in_the_domain_and_outside_it_otherwise(assessor: Assessor) -> None:
    assert assessor.strength(reading(), []) is Strength.NONE
    assert assessor.strength(reading(drugs=("teclistamab",)), []) is Strength.WEAK


def test_a_unit_that_is_not_about_the_drug_named_is_never_enough(assessor: Assessor) -> None:
    other = hit(1.0, missing_drugs=("talquetamab",))

    assert assessor.strength(reading(drugs=("talquetamab",)), [other]) is Strength.WEAK
    assert assessor.strength(reading(foreign_drugs=("blinatumomab",)), [other]) is Strength.NONE


@pytest.mark.parametrize(
    ("search", "name", "value"),
    [
        ("crs in canada", "place_absent", 1.0),
        ("crs in the us", "place_absent", 0.0),
        ("how many hours", "number_absent", 1.0),
        ("crs starts", "number_absent", 0.0),
        ("发生率是多少", "number_absent", 1.0),
    ],
)
def test_what_the_unit_lacks_is_seen(assessor: Assessor, search: str, name: str, value: float) -> None:
    assert assessor.features(reading(search), [hit()])[name] == value


def test_the_shipped_weights_belong_to_features_that_exist_and_marks_are_in_order(assessor: Assessor) -> None:
    shipped = fitted()

    assert set(shipped.weights) == set(assessor.features(reading(), [hit()]))
    assert shipped.related < shipped.unsure < shipped.enough
    assert shipped.fitted_on


def test_in_domain_needs_a_drug_or_a_term() -> None:
    assert not in_domain(reading())
    assert in_domain(reading(drugs=("teclistamab",)))


@pytest.mark.parametrize(
    "question", ["Can filled teclistamab syringes go through the pneumatic tube?", "特立妥单抗注射器能走气动传输吗"]
)
def test_a_detail_that_no_source_holds_is_refused_or_shown_as_near_only(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)

    near = "nearest_only" in {notice.id for notice in answer.warnings}
    assert answer.kind in {"gap", "out_of_scope"} or near
