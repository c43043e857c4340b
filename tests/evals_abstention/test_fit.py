"""The fit of abstention: it recovers what it is given, its marks keep their shares, and outcomes are read as documented."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.types import Answer, AnswerStatement, Notice
from evals.abstention.fit import HEDGED_AT_MOST, REFUSED_AT_MOST, Row, cross_validated, fit, logistic
from evals.abstention.measure import Measured, outcome_of
from evals.abstention.questions import AbstentionQuestion
from evals.abstention.score import tables


def question(label: str = "answered", **changes: object) -> AbstentionQuestion:
    plain: dict[str, object] = {
        "id": "x-en",
        "family": "x",
        "split": "dev",
        "language": "en",
        "script": "latin",
        "text": "?",
        "label": label,
        "facts": ("f",) if label in {"answered", "partly"} else (),
        "gaps": ("gap-1",) if label == "gap" else (),
        "missing_part": "m" if label == "partly" else "",
        "why": "w",
        "severity": "none",
    }
    return AbstentionQuestion.model_validate(plain | changes)


def answer(kind: str, **changes: object) -> Answer:
    return Answer.model_validate({"question": "?", "language": "en", "kind": kind, "text": "t", **changes})


SAID = (AnswerStatement(text="A.", markers=("1",)),)
NEAR = (Notice(id="nearest_only", text="near"),)


@pytest.mark.parametrize(
    ("label", "given", "outcome"),
    [
        ("answered", answer("guidance"), "answered"),
        ("answered", answer("guidance", warnings=NEAR), "hedged"),
        ("answered", answer("gap"), "abstained"),
        ("answered", answer("clarify"), "asked_back"),
        ("adjacent", answer("comparison"), "answered"),
        ("gap", answer("guidance", gaps=("gap-1",)), "abstained"),
        ("gap", answer("guidance", gaps=("gap-2",)), "answered"),
        ("partly", answer("gap", statements=SAID), "answered"),
        ("partly", answer("gap"), "abstained"),
        ("adjacent", answer("gap", statements=SAID), "abstained"),
        ("out_of_corpus", answer("out_of_scope"), "abstained"),
    ],
)
def test_an_outcome_is_read_from_the_answer(label: str, given: Answer, outcome: str) -> None:
    assert outcome_of(question(label), given) == outcome


def rows(count: int = 400) -> list[Row]:
    random = np.random.default_rng(7)
    found = []
    for n in range(count):
        value, noise = float(random.normal()), float(random.normal())
        answerable = bool(random.random() < 1 / (1 + np.exp(-2 * value)))
        found.append(Row(family=f"f{n // 2}", features={"real": value, "noise": noise}, answerable=answerable))
    return found


def test_the_regression_finds_the_feature_that_matters() -> None:
    own = rows()
    x = np.array([[row.features["real"], row.features["noise"]] for row in own])
    weights, _ = logistic(x, np.array([float(row.answerable) for row in own]), np.ones(len(own)))

    assert 1.2 < weights[0] < 2.8
    assert abs(weights[1]) < 0.5


def test_the_marks_keep_their_shares_of_answerable_questions() -> None:
    own = rows()
    odds = cross_validated(own, ("real", "noise"))
    right = odds[[row.answerable for row in own]]

    found = fit(own, fitted_on="here")

    assert (right < found.unsure - 0.001).mean() <= REFUSED_AT_MOST
    assert (right < found.enough - 0.001).mean() <= REFUSED_AT_MOST + HEDGED_AT_MOST
    assert found.related < found.unsure <= found.enough


def test_cross_validation_never_sees_the_family_it_scores() -> None:
    own = rows(60)
    flipped = [row.model_copy(update={"answerable": not row.answerable}) if row.family == "f0" else row for row in own]

    assert np.allclose(cross_validated(own, ("real", "noise"))[:2], cross_validated(flipped, ("real", "noise"))[:2])


def test_the_tables_count_both_errors_by_language() -> None:
    plain = {"family": "x", "kind": "guidance", "section": "", "right_section": True, "features": {}}
    measured = [
        Measured(id="1", language="en", label="adjacent", outcome="answered", **plain),
        Measured(id="2", language="en", label="adjacent", outcome="hedged", **plain),
        Measured(id="3", language="zh", label="answered", outcome="abstained", **plain),
    ]

    shown = tables(measured)

    assert "| false answer on unanswerable, stated plainly | 50.0 % (1/2;" in shown
    assert "| false refusal on answerable | not measured (n = 0) | 100.0 % (1/1;" in shown
