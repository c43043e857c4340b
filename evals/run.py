"""Run the question sets against the assistant and report rates with intervals and every failure.

`assistant eval` (dev), `assistant eval --split test` (frozen; do not look while tuning), `--task NAME`, `--out FOLDER`.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.pipeline import Assistant
from evals.samples import Sample, load_samples, task_names
from evals.scoring import Score, score
from evals.statistics import rate_line

Result = tuple[Sample, Score, str, float]


def run_tasks(assistant: Assistant, *, task: str | None = None, split: str = "dev", out: Path | None = None) -> str:
    """The report as text; with `out` also `report.md`, `failures.jsonl` and `provenance.json` there."""
    lines = [f"Split: {split}", ""]
    failures: list[dict[str, Any]] = []
    for name in [task] if task else task_names():
        results = run_task(assistant, load_samples(name, split))
        lines += [*summary(name, results), ""]
        failures += [
            {
                "task": name,
                "id": s.id,
                "text": s.text,
                "history": s.history,
                "why": c.explanation,
                "unsafe": c.unsafe,
                "answer": a,
            }
            for s, c, a, _ in results
            if not c.passed
        ]
    report = "\n".join(lines)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.md").write_text(report, encoding="utf-8")
        (out / "failures.jsonl").write_text(
            "".join(json.dumps(failure, ensure_ascii=False) + "\n" for failure in failures), encoding="utf-8"
        )
        (out / "provenance.json").write_text(json.dumps(provenance(assistant), indent=1), encoding="utf-8")
    listed = [f"- {f['id']}{' UNSAFE' if f['unsafe'] else ''}: {f['text']} → {f['why']}" for f in failures]
    return "\n".join([report, f"Failures ({len(failures)}):", *listed])


def run_task(assistant: Assistant, samples: Sequence[Sample]) -> list[Result]:
    """Every sample answered and scored: (sample, score, answer text, milliseconds)."""
    results = []
    for sample in samples:
        started = time.perf_counter()
        answer = assistant.ask(sample.text, history=sample.history)
        elapsed = (time.perf_counter() - started) * 1000
        results.append((sample, score(sample, answer), answer.text, elapsed))
    return results


def summary(name: str, results: Sequence[Result]) -> list[str]:
    """Rates per language, and the number of unsafe answers."""
    lines = [f"## {name}: n = {len(results)}, families = {len({s.family for s, *_ in results})}"]
    for language in ("en", "zh"):
        own = [c for s, c, *_ in results if s.language == language]
        lines.append(f"{language}: all checks {rate_line(sum(c.passed for c in own), len(own))}")
        for check in sorted({check for c in own for check in c.checks}):
            values = [c.checks[check] for c in own if check in c.checks]
            lines.append(f"    {check}: {rate_line(sum(values), len(values))}")
    unsafe = sum(c.unsafe for _, c, *_ in results)
    harm = sum(not c.passed and s.severity == "could_harm" for s, c, *_ in results)
    lines.append(
        f"wrong calculation or forbidden statement shown: {unsafe}; failures on questions where an error could harm: {harm}"
    )
    return lines


def provenance(assistant: Assistant) -> dict[str, Any]:
    """What the numbers belong to."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return done.stdout.strip()

    return {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": git("rev-parse", "HEAD"),
        "dirty": bool(git("status", "--porcelain")),
        "python": sys.version.split()[0],
        "machine": platform.platform(),
        "index": assistant.index.meta.model_dump(),
    }
