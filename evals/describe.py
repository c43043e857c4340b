"""Descriptive statistics of the question sets; `python -m evals.describe` writes datasets/STATS.json."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from evals.samples import DATASETS, Sample, load_samples, task_names

SHORT_ZH = 12


def describe() -> dict[str, Any]:
    """Counts per set: samples, families, splits, languages, scripts, styles, short Chinese questions, lengths."""
    return {name: _of_set(load_samples(name)) for name in task_names()}


def _of_set(samples: tuple[Sample, ...]) -> dict[str, Any]:
    families = {s.family: s.split for s in samples}
    return {
        "samples": len(samples),
        "families": len(families),
        "families_by_split": dict(sorted(Counter(families.values()).items())),
        "samples_by_split": dict(sorted(Counter(s.split for s in samples).items())),
        "languages": dict(sorted(Counter(s.language for s in samples).items())),
        "scripts": dict(sorted(Counter(s.script for s in samples).items())),
        "styles": dict(sorted(Counter(style for s in samples for style in s.style).items())),
        "severity": dict(sorted(Counter(s.severity for s in samples).items())),
        "short_chinese": sum(s.language == "zh" and len(s.text) <= SHORT_ZH for s in samples),
        "median_length": {
            language: sorted(len(s.text) for s in samples if s.language == language)[
                sum(s.language == language for s in samples) // 2
            ]
            for language in ("en", "zh")
        },
    }


if __name__ == "__main__":
    (DATASETS / "STATS.json").write_text(json.dumps(describe(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
