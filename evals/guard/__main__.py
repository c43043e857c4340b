"""`python -m evals.guard`: catch rates per kind and language, wrong rejections, and `docs/verification.md`.

`--split dev` (default) uses the extractive drafts of dev questions and the dev half of the rephrasings; `--split test` the
frozen half, which is scored once after the checks are settled. `--misses` lists what came through and what was refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from assistant.answer.cite import Evidence
from assistant.answer.verify import verify
from assistant.lexicon.terms import Lexicon, lexicon
from assistant.pipeline import Assistant
from evals.guard.corrupt import CORRUPTIONS, Corrupted, Source
from evals.guard.drafts import Correct, extractive, rephrased
from evals.guard.results import Outcome, page, table

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[2] / "docs" / "verification.md"
SEED = 20251122
PER_KIND = 140  # corrupted drafts of one kind, language and origin, at most


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the set, run the verifier over it, print the tables and keep the counts."""
    parser = argparse.ArgumentParser(prog="python -m evals.guard", description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--misses", action="store_true", help="list what came through and what was refused")
    parser.add_argument("--home", type=Path, default=None, help="folder of the index; default: the user data folder")
    chosen = parser.parse_args(arguments)
    assistant = Assistant.open(chosen.home)
    evidence, terms = Evidence(assistant.index.corpus), lexicon()
    correct = rephrased(evidence, chosen.split)
    if chosen.split == "dev":
        correct += extractive(assistant)
    outcomes = [*right(correct, evidence, terms), *wrong(correct, evidence, terms)]
    sys.stdout.write(f"{table(outcomes)}\n")
    if chosen.misses:
        for outcome in outcomes:
            if not outcome.as_wanted:
                sys.stdout.write(json.dumps(outcome.model_dump(), ensure_ascii=False) + "\n")
    RESULTS.mkdir(exist_ok=True)
    kept: dict[str, object] = {"seed": SEED, "corpus": assistant.index.corpus.version, "drafts": len(outcomes)}
    kept["not_as_wanted"] = [outcome.counted() for outcome in outcomes if not outcome.as_wanted]
    (RESULTS / f"{chosen.split}.json").write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
    (RESULTS / f"{chosen.split}.md").write_text(table(outcomes) + "\n", encoding="utf-8")
    PAGE.write_text(page(RESULTS), encoding="utf-8")


def right(correct: Sequence[Correct], evidence: Evidence, terms: Lexicon) -> list[Outcome]:
    """Each sentence of a correct draft: wanted is that it comes through unchanged."""
    outcomes = []
    for item in correct:
        checked, failed = verify(item.draft, evidence, terms, item.language)
        kept = {statement.text for statement in checked.statements}
        for statement in item.draft.statements:
            outcomes.append(
                Outcome(
                    id=item.id,
                    kind="correct",
                    origin=item.origin,
                    language=item.language,
                    sentence=statement.text,
                    as_wanted=statement.text in kept,
                    checks=tuple(f"{check.name}: {check.detail}" for check in failed),
                )
            )
    return outcomes


def wrong(correct: Sequence[Correct], evidence: Evidence, terms: Lexicon) -> list[Outcome]:
    """Each corrupted draft: wanted is that the corrupted sentence does not come through."""
    outcomes = []
    for corruption in CORRUPTIONS:
        for origin in ("extractive", "rephrased"):
            for language in ("en", "zh"):
                pool = [c for c in correct if (c.origin, c.language) == (origin, language)]
                for item, corrupted in _sample(pool, corruption, terms):
                    checked, failed = verify(corrupted.draft, evidence, terms, item.language)
                    markers = {s.markers for s in corrupted.draft.statements if s.text == corrupted.sentence}
                    through = any(s.text == corrupted.sentence and s.markers in markers for s in checked.statements)
                    outcomes.append(
                        Outcome(
                            id=item.id,
                            kind=corrupted.kind,
                            origin=item.origin,
                            language=item.language,
                            sentence=corrupted.sentence,
                            as_wanted=not through,
                            checks=tuple(f"{check.name}: {check.detail}" for check in failed),
                        )
                    )
    return outcomes


def _sample(pool: Sequence[Correct], corruption: object, terms: Lexicon) -> list[tuple[Correct, Corrupted]]:
    """At most PER_KIND corrupted drafts, the same ones each time: the generator is seeded by kind and draft."""
    name = getattr(corruption, "__name__", "")
    order = sorted(pool, key=lambda item: Random(f"{SEED}{name}{item.id}").random())  # noqa: S311 - a sample, not a secret
    found: list[tuple[Correct, Corrupted]] = []
    seen: set[str] = set()
    for item in order:
        random = Random(f"{SEED}{name}{item.id}sentence")  # noqa: S311 - a sample, not a secret
        foreign = tuple(
            other.draft.statements[0].text
            for other in random.sample(list(pool), min(4, len(pool)))
            if not {s.text for s in other.draft.statements} & {s.text for s in item.draft.statements}
        )
        number = random.randrange(len(item.draft.statements))
        source = Source(draft=item.draft, number=number, language=item.language, foreign=foreign)
        corrupted = corruption(source, random, terms)  # type: ignore[operator]
        if corrupted is None or f"{corrupted.sentence}{corrupted.draft.statements[number].markers}" in seen:
            continue
        seen.add(f"{corrupted.sentence}{corrupted.draft.statements[number].markers}")
        found.append((item, corrupted))
        if len(found) == PER_KIND:
            break
    return found


if __name__ == "__main__":
    main()
