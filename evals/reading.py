"""`python -m evals.reading`: how long answers are and whether they say who says it, over the dev questions.

Measure: the text of guidance, comparison and gap answers without citation markers and table rules. English: words between spaces.
Chinese: characters other than spaces, divided by 1.6. "Stated source" is the share of statements under a heading that names the kind
of document.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.pipeline import Assistant
from assistant.types import Answer
from evals.samples import load_samples
from evals.statistics import rate_line

_MARKERS = re.compile(r"\[\d+\]|^\|[-|]+\|$|\|", re.MULTILINE)
_READ = frozenset({"guidance", "comparison", "gap"})
CHARACTERS_PER_WORD = 1.6


def words(answer: Answer) -> float:
    """The length of an answer in English words, or in Chinese characters divided by 1.6."""
    text = _MARKERS.sub(" ", answer.text)
    if answer.language == "en":
        return float(len(text.split()))
    return len("".join(text.split())) / CHARACTERS_PER_WORD


def report(answers: Sequence[Answer]) -> str:
    """Median and 95th percentile by language, and the share of statements with a stated source."""
    lines = [
        "| Language | answers | median words | 95th percentile | statements that say who says it |",
        "|---|---|---|---|---|",
    ]
    for language in ("en", "zh"):
        own = [answer for answer in answers if answer.language == language and answer.kind in _READ]
        lengths = sorted(words(answer) for answer in own)
        said = [statement for answer in own for statement in answer.statements]
        named = sum(
            bool(statement.heading) or any(m.startswith("conflict:") for m in statement.markers) for statement in said
        )
        if not lengths:
            continue
        late = lengths[min(len(lengths) - 1, int(0.95 * len(lengths)))]
        share = rate_line(named, len(said))
        lines.append(f"| {language} | {len(own)} | {statistics.median(lengths):.0f} | {late:.0f} | {share} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer the dev questions and print the table."""
    parser = argparse.ArgumentParser(prog="python -m evals.reading", description=__doc__)
    parser.add_argument("--home", type=Path, default=None, help="folder of the index; default: the user data folder")
    assistant = Assistant.open(parser.parse_args(arguments).home)
    samples = [sample for task in ("guidance", "gaps_conflicts") for sample in load_samples(task, "dev")]
    sys.stdout.write(report([assistant.ask(sample.text, history=sample.history) for sample in samples]) + "\n")


if __name__ == "__main__":
    main()
