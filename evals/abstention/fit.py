"""`python -m evals.abstention.fit`: fit the weights of abstention on dev and choose its marks; writes `assistant/answer/abstain.json`.

Positive: dev questions that the facts answer (wholly or in part), and dev guidance questions (each counting less, so that
they do not outnumber the rest). Negative: `adjacent` and `out_of_corpus`. Known gaps are left out: a gap unit that is found
leads to the gap, whatever the odds. Run it again after the retrieval features have changed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.answer.abstain import FITTED, Fitted
from assistant.pipeline import Assistant
from assistant.understand.state import NEW
from evals.abstention.measure import Measured, measure
from evals.abstention.questions import load_questions
from evals.samples import load_samples

Numbers = NDArray[np.float64]

# a question is refused only where this share of answerable dev questions (cross-validated) would be; hedged likewise
REFUSED_AT_MOST = 0.02
HEDGED_AT_MOST = 0.16
_GUIDANCE_COUNTS = 0.5
_SHRINK = 1.0  # ridge on standardised weights
_FOLDS = 10


class Row(BaseModel):
    """One question for the fit."""

    model_config = ConfigDict(frozen=True)

    family: str
    features: dict[str, float]
    answerable: bool
    counts: float = 1.0


def rows_of(measured: Sequence[Measured]) -> list[Row]:
    """The questions on which the odds decide."""
    return [
        Row(family=item.family, features=item.features, answerable=item.answerable)
        for item in measured
        if item.features and item.label != "gap" and not item.section.startswith("gap:")
    ]


def guidance_rows(assistant: Assistant) -> list[Row]:
    """Dev guidance questions, as positives."""
    rows = []
    for sample in load_samples("guidance", "dev"):
        if sample.history or "guidance" not in sample.expect.kind:
            continue
        reading = assistant._read(sample.text, "auto", None, NEW)
        hits = assistant._hits(reading) if reading.route == "guidance" else ()
        if hits and not hits[0].missing_drugs and hits[0].unit.kind != "gap":
            features = assistant._guidance.assessor.features(reading, hits)
            rows.append(Row(family=sample.family, features=features, answerable=True, counts=_GUIDANCE_COUNTS))
    return rows


def logistic(x: Numbers, y: Numbers, counts: Numbers) -> tuple[Numbers, float]:
    """Weights and constant of a ridge logistic regression by Newton's method; `x` has shape (rows, features)."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    design = np.hstack([(x - centre) / spread, np.ones((len(x), 1))])
    ridge = np.diag([_SHRINK] * x.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (counts * (y - chance)) - ridge @ beta
        curve = design.T @ (design * (counts * chance * (1 - chance))[:, None]) + ridge
        step = np.linalg.solve(curve, slope)
        beta += step
        if float(np.abs(step).max()) < 1e-9:
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - centre @ weights)


def cross_validated(rows: Sequence[Row], names: Sequence[str]) -> Numbers:
    """The log odds of each row from a fit that did not see its family."""
    x, y, counts = _arrays(rows, names)
    families = sorted({row.family for row in rows})
    fold = {family: n % _FOLDS for n, family in enumerate(families)}
    folds = np.array([fold[row.family] for row in rows])
    odds = np.zeros(len(rows))
    for k in range(_FOLDS):
        weights, constant = logistic(x[folds != k], y[folds != k], counts[folds != k])
        odds[folds == k] = x[folds == k] @ weights + constant
    return odds


def fit(rows: Sequence[Row], *, fitted_on: str) -> Fitted:
    """The weights over all rows, and the marks from the cross-validated odds."""
    names = tuple(rows[0].features)
    odds = cross_validated(rows, names)
    x, y, counts = _arrays(rows, names)
    weights, constant = logistic(x, y, counts)
    right = np.sort(odds[y > 0])
    unsure = float(right[int(REFUSED_AT_MOST * len(right))])
    enough = float(right[int((REFUSED_AT_MOST + HEDGED_AT_MOST) * len(right))])
    return Fitted(
        weights={name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        constant=round(constant, 4),
        enough=round(enough, 3),
        unsure=round(unsure, 3),
        related=round(unsure - 1.0, 3),
        fitted_on=fitted_on,
    )


def _arrays(rows: Sequence[Row], names: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    x = np.array([[row.features[name] for name in names] for row in rows])
    return x, np.array([float(row.answerable) for row in rows]), np.array([row.counts for row in rows])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(prog="python -m evals.abstention.fit", description=__doc__)
    parser.add_argument("--home", type=Path, default=None, help="folder of the index; default: the user data folder")
    chosen = parser.parse_args(arguments)
    assistant = Assistant.open(chosen.home)
    rows = [*rows_of(measure(assistant, load_questions("dev"))), *guidance_rows(assistant)]
    meta = assistant.index.meta
    found = fit(rows, fitted_on=f"corpus {meta.corpus}, embedding {meta.embedding}, {len(rows)} dev questions")
    FITTED.write_text(json.dumps(found.model_dump(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(FITTED.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
