"""The outcome of a run as a record: what each task gave, how it is put into one line, and how it is kept on disk.

Of the frozen test split only ids, values and names of failed checks are kept, so that reading a result is not tuning on it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evals.scorers.record import Scored
from evals.statistics import mean_line, mean_of_parts, percentile, rate_line, wilson
from evals.task_cards import TaskCard

Metric = Literal["rate", "mean", "milliseconds"]
LANGUAGES = ("en", "zh", "both")


class TaskResult(BaseModel):
    """One task on one split."""

    model_config = ConfigDict(frozen=True)

    task: str
    version: str
    metric: Metric
    samples: tuple[Scored, ...]

    @property
    def scored(self) -> tuple[Scored, ...]:
        """The samples that count."""
        return tuple(sample for sample in self.samples if sample.is_scored)

    @property
    def wrong(self) -> tuple[Scored, ...]:
        """The samples that count and are not fully right; none for a time."""
        return () if self.metric == "milliseconds" else tuple(s for s in self.scored if s.is_wrong)

    @property
    def unsafe(self) -> tuple[Scored, ...]:
        """The samples where a wrong calculation or a forbidden statement was shown."""
        return tuple(sample for sample in self.samples if sample.unsafe)

    @property
    def value(self) -> float:
        """The rate or mean over all samples that count; for times the median."""
        values = [sample.value for sample in self.scored]
        if self.metric == "milliseconds":
            return percentile(values, 0.5)
        return sum(values) / len(values) if values else math.nan


class Run(BaseModel):
    """All tasks of one run on one split, with what the numbers belong to."""

    model_config = ConfigDict(frozen=True)

    split: str
    every: int = 1
    provenance: dict[str, Any]
    tasks: tuple[TaskResult, ...]

    def task(self, name: str) -> TaskResult | None:
        """The result of one task, if it was run."""
        return next((task for task in self.tasks if task.task == name), None)


def result_of(card: TaskCard, samples: Iterable[Scored]) -> TaskResult:
    """The samples of one task as its result."""
    return TaskResult(task=card.id, version=card.version, metric=card.metric, samples=tuple(samples))


def line(metric: Metric, samples: Sequence[Scored]) -> str:
    """One figure with n and interval."""
    values, families = [s.value for s in samples], [s.family for s in samples]
    if metric == "rate":
        kept = [value for value in values if not math.isnan(value)]
        return rate_line(sum(value == 1 for value in kept), len(kept))
    if metric == "mean":
        return mean_line(values, families)
    if not values:
        return "not measured (n = 0)"
    return f"median {percentile(values, 0.5):.1f} ms, p95 {percentile(values, 0.95):.1f} ms (n = {len(values)})"


def interval(result: TaskResult) -> tuple[float, float, float]:
    """Value, low and high of a task; NaN bounds for times."""
    values = [sample.value for sample in result.scored]
    if result.metric == "rate":
        low, high = wilson(sum(value == 1 for value in values), len(values))
        return result.value, low, high
    if result.metric == "mean":
        return mean_of_parts(values, [sample.family for sample in result.scored])
    return result.value, math.nan, math.nan


def by_language(result: TaskResult) -> dict[str, tuple[Scored, ...]]:
    """The samples of each language that occurs."""
    found = {name: tuple(s for s in result.samples if s.language == name) for name in LANGUAGES}
    return {name: samples for name, samples in found.items() if samples}


def check_names(result: TaskResult) -> list[str]:
    """The names of all checks of a task."""
    return sorted({name for sample in result.samples for name in sample.checks})


def check_line(samples: Iterable[Scored], name: str) -> str:
    """The rate of one check."""
    values = [sample.checks[name] for sample in samples if name in sample.checks]
    return rate_line(sum(values), len(values))


def severities(result: TaskResult) -> dict[str, int]:
    """How many wrong answers there are of each severity."""
    return {name: sum(s.severity == name for s in result.wrong) for name in ("none", "misleading", "could_harm")}


def frozen(sample: Scored) -> Scored:
    """A test sample as it may be kept: without question, answer, passage and reason."""
    return Scored(
        id=sample.id,
        family=sample.family,
        language=sample.language,
        value=sample.value,
        checks=sample.checks,
        severity=sample.severity,
        unsafe=sample.unsafe,
    )


def brief(sample: Scored) -> Scored:
    """A dev sample as it is kept: question, answer and passage only where something is wrong."""
    return sample if sample.is_wrong or sample.unsafe else frozen(sample)


def save(run: Run, path: Path) -> None:
    """Write `run`; NaN becomes null."""
    keep = frozen if run.split == "test" else brief
    entries = []
    for task in run.tasks:
        samples = [
            json.dumps(_without_empty(keep(s).model_dump(mode="json")), ensure_ascii=False, allow_nan=False)
            for s in task.samples
        ]
        head = json.dumps({"task": task.task, "version": task.version, "metric": task.metric})[:-1]
        entries.append(head + ', "samples": [\n' + ",\n".join(samples) + "\n]}")
    top = json.dumps({"split": run.split, "every": run.every, "provenance": run.provenance}, ensure_ascii=False)[:-1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(top + ', "tasks": [\n' + ",\n".join(entries) + "\n]}\n", encoding="utf-8")


def _without_empty(entry: dict[str, Any]) -> dict[str, Any]:
    value = entry.pop("value")
    kept = {name: item for name, item in entry.items() if item not in ("", [], {}, False)}
    unscored = value is None or math.isnan(value)
    return {**kept, "value": None if unscored else round(value, 6)}


def load(path: Path) -> Run | None:
    """A kept run; None when there is none."""
    if not path.is_file():
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    for task in known["tasks"]:
        for sample in task["samples"]:
            sample["value"] = math.nan if sample["value"] is None else sample["value"]
    return Run.model_validate(known)
