"""The evaluation: question sets are sound, scoring fails what is wrong, and a smoke subset runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.errors import SettingError
from assistant.ingest.records import Corpus
from assistant.pipeline import Assistant
from assistant.text.normalise import normalise
from assistant.types import Answer, Calculation, Citation
from evals.baseline import compare, faults_of, load_baseline, page
from evals.describe import describe
from evals.run import run_tasks, text_of, write
from evals.samples import DATASETS, Expect, Sample, load_samples, task_names
from evals.scoring import score


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("eval-home"))


def sample(**expect: object) -> Sample:
    return Sample(
        id="x",
        family="x",
        split="dev",
        language="en",
        script="latin",
        style=(),
        text="q",
        expect=Expect(**expect),
        severity="none",
    )


def answer(**changes: object) -> Answer:
    base = {"question": "q", "language": "en", "kind": "calculation", "text": "Repeat: 23.4 mg"}
    return Answer(**{**base, **changes})


RESULT = Calculation(
    rule="restart",
    version="1",
    inputs={},
    result=[{"values": {"dose_mg": "23.40", "next_dose": "step_up_2"}}],
    trace=(),
    citations=(),
)


def test_ids_are_unique_and_families_stay_in_one_split() -> None:
    samples = [s for task in task_names() for s in load_samples(task)]
    splits: dict[str, set[str]] = {}
    for s in samples:
        splits.setdefault(s.family, set()).add(s.split)

    assert len({s.id for s in samples}) == len(samples)
    assert all(len(found) == 1 for found in splits.values())


def test_every_expected_fact_and_gap_and_conflict_is_known(shipped_corpus: Corpus) -> None:
    known = set(shipped_corpus.facts) | {g.id for g in shipped_corpus.gaps} | {c.id for c in shipped_corpus.conflicts}
    for task in task_names():
        for s in load_samples(task):
            used = {*s.expect.facts_any, *s.expect.gaps_any, *s.expect.conflicts_any}
            assert used <= known, (s.id, used - known)


def test_no_question_of_an_evaluation_set_is_an_indexed_way_of_asking(shipped_corpus: Corpus) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\s?？。.!！]", "", normalise(text).text)

    units = (*shipped_corpus.gaps, *shipped_corpus.conflicts)
    asked = {bare(q) for s in shipped_corpus.sections for q in s.asked_as}
    asked |= {bare(q) for unit in units for q in (*unit.asked_en, *unit.asked_zh)}
    alone = [s for task in task_names() for s in load_samples(task) if not s.history]

    assert [s.id for s in alone if bare(s.text) in asked] == []


def test_no_question_of_one_split_is_nearly_the_same_as_one_of_the_other() -> None:
    def folded(split: str) -> list[str]:
        every = [s for task in task_names() for s in load_samples(task, split)]
        return [re.sub(r"\W", "", normalise("".join((*s.history, s.text))).text) for s in every]

    nearest = process.cdist(folded("dev"), folded("test"), scorer=Levenshtein.normalized_similarity)

    assert nearest.max() <= 0.9


def test_the_committed_statistics_describe_the_committed_sets() -> None:
    assert json.loads((DATASETS / "STATS.json").read_text(encoding="utf-8")) == describe()


@pytest.mark.parametrize(
    ("expect", "passes"),
    [
        ({"kind": ("calculation",), "rule": "restart", "values": {"dose_mg": "23.4"}}, True),
        ({"kind": ("calculation",), "rule": "restart", "values": {"dose_mg": "23.5"}}, False),
        ({"kind": ("calculation",), "rule": "dose", "values": {}}, False),
        ({"kind": ("guidance",)}, False),
        ({"must_include": ("23.4mg",)}, True),
        ({"must_include": ("4.68",)}, False),
        ({"must_not": ("23.4",)}, False),
        ({"facts_any": ("tec-302",)}, True),
        ({"facts_any": ("tec-301",)}, False),
    ],
)
def test_a_score_fails_what_is_wrong_and_passes_what_is_right(expect: dict[str, object], passes: bool) -> None:
    cited = Citation(
        marker="1",
        section="s",
        source="s",
        title="t",
        locator="",
        date="",
        jurisdiction="US",
        confidence="verified",
        language="en",
        quote="q",
        url="",
        facts=("tec-302",),
    )
    assert score(sample(**expect), answer(calculation=RESULT, citations=(cited,))).passed is passes


def test_a_wrong_calculation_is_counted_as_unsafe_and_a_question_back_is_not() -> None:
    wrong = score(sample(kind=("clarify",)), answer(calculation=RESULT))
    asked = score(sample(kind=("calculation",), rule="restart"), answer(kind="clarify", text="Which weight?"))

    assert (wrong.passed, wrong.unsafe) == (False, True)
    assert (asked.passed, asked.unsafe) == (False, False)


def test_an_unknown_set_is_named_with_those_that_exist() -> None:
    with pytest.raises(SettingError, match=r"'nothing'.*rules"):
        load_samples("nothing")


# every task that needs no more than the answers themselves; the whole run is `make evals`
SMOKE = (
    "abstention",
    "adversarial",
    "citation_precision",
    "citation_recall",
    "follow_ups",
    "gaps_conflicts",
    "guidance",
    "latency",
    "numeric_grounding",
    "route",
    "rules",
    "scope",
    "slots",
)


def test_a_smoke_subset_is_not_below_the_accepted_results(assistant: Assistant, tmp_path: Path) -> None:
    run = run_tasks(assistant, tasks=SMOKE, every=12)
    accepted = load_baseline()
    compared = compare(run, accepted)

    assert {comparison.task for comparison in compared} == set(SMOKE) - {"latency"}
    assert sum(comparison.common for comparison in compared) > 300
    assert faults_of(compared) == [], page(compared, accepted)

    write(run, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md",
        "results.json",
        "failures.jsonl",
        "provenance.json",
    }
    assert "95 % CI" in text_of(run)
    assert "every 12" in text_of(run).lower()
    made = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert {"commit", "dirty", "packages", "machine", "corpus", "tables", "questions", "tasks"} <= set(made)
