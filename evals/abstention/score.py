"""`python -m evals.abstention.score`: how often the assistant answers what it cannot, and refuses what it can.

`--split dev` (default) also draws the threshold curve and writes `docs/abstention.md` with the kept results of both splits;
`--split test` is the frozen half, run once after weights and marks are settled.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.answer.abstain import fitted
from assistant.pipeline import Assistant
from evals.abstention.fit import cross_validated, guidance_rows, rows_of
from evals.abstention.measure import Measured, measure
from evals.abstention.questions import VERSION, load_questions
from evals.statistics import rate_line

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "abstention.md"
CURVE = Path(__file__).parents[2] / "docs" / "abstention.svg"
_OUTCOMES = ("answered", "hedged", "abstained", "asked_back")
_LABELS = ("answered", "partly", "gap", "adjacent", "out_of_corpus")


def tables(measured: Sequence[Measured]) -> str:
    """Outcomes by label and language, then the two error rates with 95 % intervals."""
    lines = [
        "| Question | Language | answered | shown as nearest only | not covered / out of scope | asked back |",
        "|---|---|---|---|---|---|",
    ]
    for label in _LABELS:
        for language in ("en", "zh"):
            own = [item for item in measured if (item.label, item.language) == (label, language)]
            counts = " | ".join(str(sum(item.outcome == outcome for item in own)) for outcome in _OUTCOMES)
            lines.append(f"| {label.replace('_', ' ')} | {language} | {counts} |")
    lines += ["", "| Error | English | Chinese |", "|---|---|---|"]
    for name, wanted, outcomes in (
        ("false answer on unanswerable, stated plainly", False, {"answered"}),
        ("the same, plain or shown as nearest only", False, {"answered", "hedged"}),
        ("false refusal on answerable", True, {"abstained"}),
        ("answerable shown as nearest only", True, {"hedged"}),
    ):
        cells = []
        for language in ("en", "zh"):
            own = [item for item in measured if (item.answerable, item.language) == (wanted, language)]
            cells.append(rate_line(sum(item.outcome in outcomes for item in own), len(own)))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def curve(assistant: Assistant, measured: Sequence[Measured]) -> tuple[str, list[tuple[float, float, float]]]:
    """The threshold curve on dev, cross-validated by family: (mark, false answers, refusals), as a table and as points."""
    rows = [*rows_of(measured), *guidance_rows(assistant)]
    odds = cross_validated(rows, tuple(rows[0].features))
    plain = np.array([row.counts == 1.0 for row in rows])
    right = np.array([row.answerable for row in rows])
    yes, no = odds[plain & right], odds[plain & ~right]
    points = [
        (float(mark), float((no >= mark).mean()), float((yes < mark).mean()))
        for mark in np.arange(np.floor(odds.min()), np.ceil(odds.max()) + 0.01, 0.25)
    ]
    lines = ["| Mark (log odds) | unanswerable at or above it | answerable below it |", "|---|---|---|"]
    lines += [f"| {mark:+.2f} | {100 * wrong:.1f} % | {100 * lost:.1f} % |" for mark, wrong, lost in points[::2]]
    return "\n".join(lines), points


def draw(points: Sequence[tuple[float, float, float]], path: Path) -> None:
    """The curve as SVG, with the two marks that are in use."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "abstention"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 3.8))
    marks = [mark for mark, _, _ in points]
    axes.plot(marks, [100 * wrong for _, wrong, _ in points], color="#b3382c", label="unanswerable, answered")
    axes.plot(
        marks,
        [100 * lost for _, _, lost in points],
        color="#1f5f8b",
        linestyle="--",
        label="answerable, below the mark",
    )
    for value, name in ((fitted().unsure, "refused below"), (fitted().enough, "plain above")):
        axes.axvline(value, color="#666666", linewidth=0.8)
        axes.annotate(name, (value, 101), rotation=90, fontsize=7, va="top", ha="right")
    axes.set(xlabel="mark (log odds)", ylabel="%", ylim=(0, 102))
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def page() -> str:
    """`docs/abstention.md` from the kept results; a split that was not measured says so."""
    found = {split: RESULTS / f"{split}.md" for split in ("dev", "test", "curve")}
    text = {
        name: path.read_text(encoding="utf-8") if path.is_file() else "Not measured." for name, path in found.items()
    }
    return _PAGE.format(
        version=VERSION, unsure=fitted().unsure, enough=fitted().enough, fitted_on=fitted().fitted_on, **text
    )


_PAGE = """# When the assistant answers and when it does not

Written by `python -m evals.abstention.score`. Questions: `evals/abstention/` (version {version}), half `dev`, half `test`.

A logistic regression over what the best found unit holds of the question (`assistant/answer/abstain.py`) gives log odds. Below
{unsure} the answer says that the sources do not cover the question; from {enough} on the statements are shown plainly; between
the two they are shown with the line that they are only the nearest ones found. Weights and both marks come from `dev` alone
(`python -m evals.abstention.fit`: at most 2 % of answerable questions refused, at most 16 % more hedged, cross-validated by family).
Fitted on: {fitted_on}.

## Frozen test half

{test}

Targets: false answers at most 1 %, false refusals at most 3 %. Both are missed. Why: `adjacent` questions share drug, topic and
most words with a section that does not hold the detail asked for. What separates them is the meaning of one word, which neither word overlap
nor the shipped embedding sees; the curve shows that no mark meets both targets. Every statement that is shown is still true, cited
and verified: the error is to show a true neighbour of the answer, not a false statement.

## Dev half

{dev}

## Threshold curve on dev, cross-validated by family

![False answers and refusals by mark](abstention.svg)

{curve}

A `partly` question whose open part was filled from elsewhere is not found by this count; the verifier keeps any number or name
that is not in the cited statement out of an answer.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one split, keep the result, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m evals.abstention.score", description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--home", type=Path, default=None, help="folder of the index; default: the user data folder")
    chosen = parser.parse_args(arguments)
    assistant = Assistant.open(chosen.home)
    measured = measure(assistant, load_questions(chosen.split))
    RESULTS.mkdir(exist_ok=True)
    shown = tables(measured)
    (RESULTS / f"{chosen.split}.md").write_text(shown, encoding="utf-8")
    kept = [{"id": m.id, "label": m.label, "outcome": m.outcome, "kind": m.kind} for m in measured]
    (RESULTS / f"{chosen.split}.json").write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")
    if chosen.split == "dev":
        table, points = curve(assistant, measured)
        (RESULTS / "curve.md").write_text(table, encoding="utf-8")
        draw(points, CURVE)
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{shown}\n")


if __name__ == "__main__":
    main()
