"""The declarations of all tasks (`tasks/*.yaml`): what each measures, on which data, who wrote it, and what it should reach.

`python -m evals.task_cards` says where a declaration no longer describes its data; `--refresh` writes hashes and counts anew
(the version and its reason are for a person to write).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import strict_yaml
from assistant.errors import SettingError
from assistant.types import Text
from evals.asking import Asking
from evals.scorers.record import Scored

HERE = Path(__file__).resolve().parent
CARDS = HERE / "tasks"
Scorer = Callable[[Asking, str], Iterator[Scored]]
_FILLED = Field(min_length=1)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PerSplit(_Strict):
    """A number for each split."""

    dev: int
    test: int


class DataFile(_Strict):
    """One file under `evals/`: its SHA-256, that of its test lines alone (in file order, each ended by a line feed), counts."""

    path: str = _FILLED
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    test_sha256: str = Field(pattern=r"^[0-9a-f]{64}$|^none$")
    samples: PerSplit
    families: PerSplit


class Target(_Strict):
    """What is to be reached, in the words of the issue that asks for it.

    `at_least` or `at_most` hold for the value of the task, `checks` (name → least rate) for single checks; each in every language.
    """

    says: str = _FILLED
    from_issue: str = _FILLED
    at_least: float | None = None
    at_most: float | None = None
    checks: dict[str, float] = {}


class Version(_Strict):
    """One version of samples, key and scoring."""

    version: str = _FILLED
    date: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    change: str = _FILLED


class TaskCard(_Strict):
    """One task. `metric`: how its values are put together; `gate`: whether a drop below the baseline fails the run."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: Text
    measures: Text
    languages: tuple[Literal["eng-Latn", "zho-Hans", "zho-Hant"], ...] = _FILLED
    written_by: str = _FILLED
    how: str = _FILLED
    second_reading: str = _FILLED
    splits: str = _FILLED
    licence: str = _FILLED
    superseded_by: str
    scorer: str = Field(pattern=r"^evals\.scorers\.[a-z_]+:[a-z_]+$")
    metric: Literal["rate", "mean", "milliseconds"]
    gate: bool
    target: Target
    limits: str = _FILLED
    versions: tuple[Version, ...] = _FILLED
    data: tuple[DataFile, ...] = _FILLED

    @property
    def version(self) -> str:
        """The version in force."""
        return self.versions[-1].version

    def run(self, asking: Asking, split: str) -> Iterator[Scored]:
        """Every sample of `split`, scored."""
        module, _, name = self.scorer.partition(":")
        scorer: Scorer = getattr(importlib.import_module(module), name)
        return scorer(asking, split)


def load_card(path: Path) -> TaskCard:
    """One declaration; raises SettingError naming the file and the field."""
    try:
        card = TaskCard.model_validate(strict_yaml.load(path, SettingError))
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if card.id != path.stem:
        raise SettingError(f"{path.name}: id is '{card.id}'; it must be the name of the file, '{path.stem}'.")
    return card


def load_cards(names: tuple[str, ...] = ()) -> tuple[TaskCard, ...]:
    """All declarations, or those named, in the order of their ids; raises SettingError for a name that does not exist."""
    known = {path.stem: path for path in sorted(CARDS.glob("*.yaml"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SettingError(
            f"There is no task '{unknown[0]}'; there are: {', '.join(known)}.",
            f"没有名为“{unknown[0]}”的任务；可用的任务有：{'、'.join(known)}。",
        )
    return tuple(load_card(known[name]) for name in names or known)


def described(path: str) -> DataFile:
    """A data file as it is now. Only ids, families and splits are looked at."""
    content = (HERE / path).read_bytes()
    samples: dict[str, int] = {"dev": 0, "test": 0}
    families: dict[str, set[str]] = {"dev": set(), "test": set()}
    frozen = hashlib.sha256()
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        split, family = _place(json.loads(line), number)
        samples[split] += 1
        families[split].add(family)
        if split == "test":
            frozen.update(f"{line}\n".encode())
    return DataFile(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        test_sha256=frozen.hexdigest() if samples["test"] else "none",
        samples=PerSplit(**samples),
        families=PerSplit(**{split: len(found) for split, found in families.items()}),
    )


def _place(entry: dict[str, Any], number: int) -> tuple[str, str]:
    """Split and family of one line; a line without a family is its own."""
    entry = {**entry, **entry.get("metadata", {})}
    return entry["split"], entry.get("family", entry.get("id", str(number)))


def faults(cards: tuple[TaskCard, ...] | None = None) -> list[str]:
    """Where declarations and data differ."""
    found = []
    for card in cards or load_cards():
        for file in card.data:
            now = described(file.path)
            found += [
                f"{card.id}.yaml: {file.path}: {name} is {declared}, the data give {actual}"
                for name, actual in now.model_dump().items()
                if (declared := file.model_dump()[name]) != actual
            ]
    return found


def refresh() -> None:
    """Write hashes and counts of every declaration anew, line by line; nothing else is touched."""
    for path in sorted(CARDS.glob("*.yaml")):
        lines, now = [], None
        for line in path.read_text(encoding="utf-8").splitlines():
            match = re.match(r"( +(?:- )?)(path|sha256|test_sha256|samples|families): *(.*)$", line)
            if match and match[2] == "path":
                now = described(match[3])
            elif match and now is not None:
                value = getattr(now, match[2])
                shown = value if isinstance(value, str) else f"{{dev: {value.dev}, test: {value.test}}}"
                line = f"{match[1]}{match[2]}: {shown}"
            lines.append(line)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Check the declarations of the tasks against their data.")
    parser.add_argument("--refresh", action="store_true", help="write hashes and counts anew")
    if parser.parse_args().refresh:
        refresh()
    found = faults()
    sys.stdout.write("".join(f"- {fault}\n" for fault in found) or "All declarations describe their data.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
