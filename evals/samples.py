"""The question sets: one JSON object per line, checked on reading. See datasets/README.md for the meaning of the fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import SettingError

DATASETS = Path(__file__).with_name("datasets")


class Expect(BaseModel):
    """What a right answer must show. An empty field is not checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: tuple[str, ...] = ()
    facts_any: tuple[str, ...] = ()
    gaps_any: tuple[str, ...] = ()
    conflicts_any: tuple[str, ...] = ()
    must_include: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    rule: str = ""
    values: dict[str, Any] = {}
    missing: tuple[str, ...] = ()


class Sample(BaseModel):
    """One question. `family` groups the same question in both languages and its paraphrases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Literal["dev", "test"]
    language: Literal["en", "zh"]
    script: str
    style: tuple[str, ...]
    history: tuple[str, ...] = ()
    text: str
    expect: Expect
    severity: Literal["could_harm", "misleading", "none"]


def task_names() -> tuple[str, ...]:
    """The names of all question sets."""
    return tuple(sorted(path.stem for path in DATASETS.glob("*.jsonl")))


def load_samples(task: str, split: str | None = None) -> tuple[Sample, ...]:
    """The samples of one set, optionally of one split; raises SettingError naming file and line."""
    path = DATASETS / f"{task}.jsonl"
    if not path.is_file():
        raise SettingError(f"There is no question set '{task}'; there are: {', '.join(task_names())}.")
    samples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            samples.append(Sample.model_validate_json(line))
        except ValidationError as error:
            raise SettingError(f"{path}:{number}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from error
    return tuple(sample for sample in samples if split is None or sample.split == split)
