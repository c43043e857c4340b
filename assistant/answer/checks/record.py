"""What a check is given and what it says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from assistant import strict_yaml
from assistant.types import Citation, Record


class Check(Record):
    """The outcome of one check on one sentence.

    For a check that failed, `sentence` is the number of the sentence in its draft (-1: a citation), and `outcome` what
    became of it: "requoted" or "dropped".
    """

    name: str
    passed: bool
    detail: str = ""
    sentence: int = -1
    outcome: str = ""


class Support(Record):
    """What a sentence may lean on: its own citations and rule result, and what else was offered in this turn.

    `passages` are the cited statements as sentences (a table row read with its column heads), the rule's own wording when
    the sentence names the rule, and the positions of a conflict that it names. `names` are the titles of the cited
    sections with their jurisdictions: they may lend a name, never a number. `others` are the passages that were
    offered and that the sentence does not name. `rows` are the cited table rows: head cell and reading.
    """

    cited: tuple[Citation, ...] = ()
    passages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    offered: frozenset[str] = frozenset()
    language: str


def outcome(name: str, faults: object) -> Check:
    """A Check that passes when `faults` is empty and otherwise names them."""
    return Check(name=name, passed=not faults, detail=str(faults) if faults else "")


@cache
def words() -> dict[str, Any]:
    """The word lists of the checks, both languages, from `words.yaml`."""
    loaded: dict[str, Any] = strict_yaml.load(Path(__file__).with_name("words.yaml"))
    return loaded
