"""The accepted results, and whether a run falls below them.

`assistant eval --accept` writes `baselines/dev.json`: the value of every sample. `assistant eval --against baseline` compares:
every changed sample is listed; a rate or mean of a gated task below the accepted one, or an unsafe answer that was not unsafe
before, fails the run. Only samples that both have are compared, so a subset of the questions can be held to its part.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from assistant.errors import SettingError
from evals.results import Run, TaskResult
from evals.scorers.record import Scored
from evals.statistics import Interval, Paired, mcnemar, paired_difference
from evals.task_cards import load_cards

BASELINE = Path(__file__).with_name("baselines") / "dev.json"
_NOISE = 1e-6


class Accepted(BaseModel):
    """One task as it was accepted: values by sample id (None: not scored) and the ids of unsafe answers."""

    model_config = ConfigDict(frozen=True)

    version: str
    values: dict[str, float | None]
    unsafe: tuple[str, ...]


class Baseline(BaseModel):
    """The accepted results of one split."""

    model_config = ConfigDict(frozen=True)

    split: str
    created: str
    commit: str
    tasks: dict[str, Accepted]


class Change(NamedTuple):
    """One sample that is not as it was accepted."""

    task: str
    sample: Scored
    before: float


class Comparison(NamedTuple):
    """One task beside its accepted result; `faults` are the reasons to fail."""

    task: str
    common: int
    before: float
    after: float
    difference: Interval
    paired: Paired | None
    changes: tuple[Change, ...]
    faults: tuple[str, ...]


def accept(run: Run, path: Path = BASELINE) -> None:
    """Keep `run` as the baseline; raises SettingError for a run that is not a whole one of the dev split."""
    if run.split != "dev" or run.every != 1:
        raise SettingError("Only a whole run of the dev split can be accepted: leave out --split and --every.")
    known = json.loads(path.read_text(encoding="utf-8"))["tasks"] if path.is_file() else {}
    gated = {card.id for card in load_cards() if card.gate}
    fresh = {task.task: _accepted(task) for task in run.tasks if task.task in gated}
    kept = {name: entry for name, entry in known.items() if name in gated and name not in fresh}
    tasks = dict(sorted({**kept, **{name: entry.model_dump() for name, entry in fresh.items()}}.items()))
    head = {"split": run.split, "created": run.provenance["created"], "commit": run.provenance["commit"]}
    body = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in tasks.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{json.dumps(head)[:-1]}, "tasks": {{\n{body}\n}}}}\n', encoding="utf-8")


def _accepted(task: TaskResult) -> Accepted:
    return Accepted(
        version=task.version,
        values={s.id: None if math.isnan(s.value) else round(s.value, 6) for s in task.samples},
        unsafe=tuple(sample.id for sample in task.unsafe),
    )


def load_baseline(path: Path = BASELINE) -> Baseline:
    """The accepted results; raises SettingError when none were accepted."""
    if not path.is_file():
        raise SettingError(
            f"There is no accepted baseline ({path.name}). Write one with: assistant eval --accept",
            f"尚无已接受的基线（{path.name}）。请先运行：assistant eval --accept",
        )
    return Baseline.model_validate_json(path.read_text(encoding="utf-8"))


def compare(run: Run, baseline: Baseline) -> tuple[Comparison, ...]:
    """Every gated task of `run` that has an accepted result."""
    if run.split != baseline.split:
        raise SettingError(f"The baseline was accepted on '{baseline.split}'; this run is of '{run.split}'.")
    found = [_compared(task, baseline.tasks[task.task]) for task in run.tasks if task.task in baseline.tasks]
    return tuple(found)


def _compared(task: TaskResult, accepted: Accepted) -> Comparison:
    known = {name: value for name, value in accepted.values.items() if value is not None}
    common = [sample for sample in task.scored if sample.id in known]
    before, after = [known[sample.id] for sample in common], [sample.value for sample in common]
    families = [sample.family for sample in common]
    changes = tuple(
        Change(task.task, sample, known[sample.id])
        for sample in common
        if abs(sample.value - known[sample.id]) > _NOISE
    )
    mean_before = sum(before) / len(before) if before else math.nan
    mean_after = sum(after) / len(after) if after else math.nan
    unsafe = [sample.id for sample in task.unsafe if sample.id not in accepted.unsafe]
    faults = []
    if mean_after < mean_before - _NOISE:
        faults.append(f"{task.task}: {mean_after:.4f}, accepted {mean_before:.4f} (n = {len(common)})")
    if unsafe:
        faults.append(f"{task.task}: unsafe and not so before: {', '.join(unsafe)}")
    is_rate = task.metric == "rate"
    return Comparison(
        task=task.task,
        common=len(common),
        before=mean_before,
        after=mean_after,
        difference=paired_difference(before, after, families),
        paired=mcnemar([b == 1 for b in before], [a == 1 for a in after]) if is_rate else None,
        changes=changes,
        faults=tuple(faults),
    )


def faults_of(comparisons: tuple[Comparison, ...]) -> list[str]:
    """All reasons to fail."""
    return [fault for comparison in comparisons for fault in comparison.faults]


def page(comparisons: tuple[Comparison, ...], baseline: Baseline) -> str:
    """The comparison as Markdown."""
    lines = [
        f"## Against the baseline of {baseline.created} ({baseline.commit[:7]})",
        "",
        "| task | n | before | after | difference (95 % CI over families) | lost / won | exact McNemar p |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in comparisons:
        low, high = c.difference.low, c.difference.high
        between = "" if math.isnan(low) else f" ({low:+.4f} to {high:+.4f})"
        sided = f"{c.paired.only_before} / {c.paired.only_after}" if c.paired else ""
        p = "" if c.paired is None or math.isnan(c.paired.p) else f"{c.paired.p:.3f}"
        lines.append(
            f"| {c.task} | {c.common} | {c.before:.4f} | {c.after:.4f} | {c.difference.value:+.4f}{between} | {sided} | {p} |"
        )
    changed = [change for comparison in comparisons for change in comparison.changes]
    lines += ["", f"Changed samples: {len(changed)}", ""]
    for task, sample, before in changed:
        sign = "worse" if sample.value < before else "better"
        lines.append(f"- {sign}: {task} `{sample.id}` {before:.3g} → {sample.value:.3g} {sample.question[:120]}")
        lines += [f"    - {sample.explanation[:300]}"] if sample.explanation else []
    faults = faults_of(comparisons)
    lines += ["", "Verdict: " + ("not accepted" if faults else "nothing below the baseline"), ""]
    return "\n".join([*lines, *(f"- {fault}" for fault in faults)])
