"""The abstention questions: which can be answered from the facts, which only in part, and which not at all.

One JSON object per line of `questions.jsonl`; README.md says what each label means and how the set was written. The
`test` split is frozen: thresholds are chosen on `dev`, and a change to a test question is a new `VERSION` and a new
`TEST_SHA256`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import SettingError

QUESTIONS = Path(__file__).with_name("questions.jsonl")
VERSION = "2"
TEST_SHA256 = "67b10f034b87f91cd0f6f460ad5e3d4c89c75b326c8b9976e05df7a6196f9c84"
"""SHA-256 of the test lines in file order, each ended by one line feed, UTF-8."""

Label = Literal["answered", "partly", "gap", "adjacent", "out_of_corpus"]
Split = Literal["dev", "test"]


class AbstentionQuestion(BaseModel):
    """One question with its key. `family` groups the same question in both languages.

    `facts` are the facts that answer it (`answered`) or part of it (`partly`); `gaps` the known gaps that an honest
    answer names; `missing_part` says in words what the facts leave open and is filled for `partly` only. `severity` is
    the harm of answering wrongly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    family: str = Field(min_length=1)
    split: Split
    language: Literal["en", "zh"]
    script: Literal["latin", "simplified", "traditional", "mixed"]
    text: str = Field(min_length=1)
    label: Label
    facts: tuple[str, ...]
    gaps: tuple[str, ...]
    missing_part: str
    why: str = Field(min_length=1, pattern=r"^[^\n]+$")
    severity: Literal["could_harm", "misleading", "none"]

    @model_validator(mode="after")
    def _key_fits_label(self) -> Self:
        found = (bool(self.facts), bool(self.gaps), bool(self.missing_part))
        allowed = {
            "answered": {(True, False, False)},
            "partly": {(True, False, True), (True, True, True)},
            "gap": {(False, True, False)},
            "adjacent": {(False, False, False)},
            "out_of_corpus": {(False, False, False)},
        }[self.label]
        if found not in allowed:
            named = [name for name, full in zip(("facts", "gaps", "missing_part"), found, strict=True) if full]
            raise ValueError(
                f"label '{self.label}' does not go with {', '.join(named) or 'an empty key'}: answered has facts only; "
                "partly has facts and missing_part, and gaps if one is known; gap has gaps only; "
                "adjacent and out_of_corpus have none"
            )
        return self


def load_questions(split: Split | None = None, path: Path = QUESTIONS) -> tuple[AbstentionQuestion, ...]:
    """The questions in file order, optionally of one split.

    Raises SettingError naming file and line for a line that is no sound record, an id that stands twice, or a family
    that stands in both splits.
    """
    questions: list[AbstentionQuestion] = []
    ids: set[str] = set()
    splits: dict[str, Split] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            question = AbstentionQuestion.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "record"
            raise _faulty(path, number, f"{place}: {first['msg']}") from error
        if question.id in ids:
            raise _faulty(path, number, f"id '{question.id}' stands twice; every question needs its own")
        if splits.setdefault(question.family, question.split) != question.split:
            raise _faulty(path, number, f"family '{question.family}' stands in both splits; keep it in one")
        ids.add(question.id)
        questions.append(question)
    return tuple(question for question in questions if split is None or question.split == split)


def _faulty(path: Path, number: int, found: str) -> SettingError:
    return SettingError(
        f"{path}:{number}: {found}. See README.md beside it for the fields.",
        f"{path}:{number}:{found}。字段说明见同一文件夹的README.md。",
    )
