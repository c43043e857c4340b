"""Scored samples and answers for the tests of the evaluation."""

from __future__ import annotations

from evals.results import Run, TaskResult
from evals.scorers.record import Scored

PROVENANCE = {
    "created": "2026-01-01T00:00:00Z",
    "commit": "abc1234",
    "dirty": False,
    "corpus": "c",
    "tables": "t",
    "embedding": "e",
}


def scored(id: str, value: float, **changes: object) -> Scored:
    base = {"id": id, "family": id[:2], "language": "zh" if "zh" in id else "en", "value": value}
    return Scored.model_validate({**base, **changes})


def result(*samples: Scored, task: str = "rules", metric: str = "rate") -> TaskResult:
    return TaskResult.model_validate({"task": task, "version": "1", "metric": metric, "samples": samples})


def run(*tasks: TaskResult, split: str = "dev", every: int = 1) -> Run:
    return Run(split=split, every=every, provenance=PROVENANCE, tasks=tasks)
