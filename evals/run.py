"""Run the declared tasks and say what came out.

`assistant eval` (dev), `--split test` (frozen: not for tuning), `--task NAME` (may stand several times), `--against baseline`,
`--accept`, `--out FOLDER`. The work is in `scorers/`, the declarations in `tasks/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.pipeline import Assistant
from evals import provenance as facts
from evals.asking import Asking
from evals.results import Run, TaskResult, by_language, check_line, check_names, line, result_of, save, severities
from evals.task_cards import TaskCard, load_cards

Progress = Callable[[str, int, int], None]


def run_tasks(
    assistant: Assistant,
    *,
    tasks: Sequence[str] = (),
    split: str = "dev",
    every: int = 1,
    progress: Progress | None = None,
) -> Run:
    """The named tasks (default: all) on one split; `every` keeps only every n-th family."""
    cards = load_cards(tuple(tasks))
    made = facts.provenance(assistant.index)
    asking = Asking(assistant, every=every)
    # times first: a question is timed when it is first asked, and later tasks find it answered
    order = sorted(cards, key=lambda card: card.metric != "milliseconds")
    found = {card.id: _run(card, asking, split, progress) for card in order}
    return Run(split=split, every=every, provenance=made, tasks=tuple(found[card.id] for card in cards))


def _run(card: TaskCard, asking: Asking, split: str, progress: Progress | None) -> TaskResult:
    expected = sum(file.samples.test if split == "test" else file.samples.dev for file in card.data) // asking.every
    samples = []
    for number, sample in enumerate(card.run(asking, split), start=1):
        samples.append(sample)
        if progress is not None:
            progress(card.id, min(number, expected), expected)
    return result_of(card, samples)


def text_of(run: Run) -> str:
    """The run as Markdown: rates per language and check, severities, every failure of the dev split."""
    lines = [f"# Evaluation: {run.split}", ""]
    if run.every > 1:
        lines += [f"Every {run.every}th family only: a quick look, not a result.", ""]
    for task in run.tasks:
        lines += [*summary(task), ""]
    lines += ["## Failures", ""]
    for task in run.tasks:
        lines += [failure_line(task.task, sample, run.split) for sample in task.wrong]
    return "\n".join(lines)


def summary(task: TaskResult) -> list[str]:
    """One task: its figure in each language, its checks, and how bad what is wrong is."""
    families = len({sample.family for sample in task.samples})
    unscored = len(task.samples) - len(task.scored)
    lines = [
        f"## {task.task} (version {task.version}): n = {len(task.samples)} in {families} families, unscored {unscored}"
    ]
    for language, samples in by_language(task).items():
        lines.append(f"{language}: {line(task.metric, samples)}")
        lines += [f"    {name}: {check_line(samples, name)}" for name in check_names(task)]
    if task.metric != "milliseconds":
        rated = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in severities(task).items())
        lines.append(f"wrong: {len(task.wrong)} ({rated}); unsafe: {len(task.unsafe)}")
    return lines


def failure_line(task: str, sample: Any, split: str) -> str:
    """One failure; of the test split only its id and the failed checks."""
    mark = " UNSAFE" if sample.unsafe else ""
    failed = ", ".join(name for name, passed in sample.checks.items() if not passed)
    if split == "test":
        return f"- {task} {sample.id}{mark}: {failed}"
    return f"- {task} {sample.id}{mark} ({sample.severity}): {sample.question} → {sample.explanation}"


def write(run: Run, out: Path, more: str = "") -> None:
    """`report.md`, `results.json`, `failures.jsonl` and `provenance.json` into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.md").write_text("\n\n".join([text_of(run), more]).strip() + "\n", encoding="utf-8")
    save(run, out / "results.json")
    failures = [
        {"task": task.task, **(sample.model_dump() if run.split != "test" else {"id": sample.id})}
        for task in run.tasks
        for sample in task.wrong
    ]
    lines = [json.dumps(failure, ensure_ascii=False) + "\n" for failure in failures]
    (out / "failures.jsonl").write_text("".join(lines), encoding="utf-8")
    (out / "provenance.json").write_text(json.dumps(run.provenance, indent=1, ensure_ascii=False), encoding="utf-8")


def provenance(assistant: Assistant) -> dict[str, Any]:
    """What the numbers of a run with `assistant` belong to; `index` holds the meta data of the index."""
    return {**facts.provenance(assistant.index), "index": assistant.index.meta.model_dump()}
