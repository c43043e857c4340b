"""The loaded tables and registers as one record, how rules find theirs, and the checks across files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from assistant.errors import TableError
from assistant.rules.model import UNDATED, Absence, Bound, Document, Interval, Question, Row, Table, Unit
from assistant.types import Text


@dataclass(frozen=True)
class Tables:
    """Everything under `data/`: decision tables by id, wording by rule, and the registers."""

    tables: dict[str, Table]
    digests: dict[str, str]
    labels: dict[str, Text]
    wording: dict[str, dict[str, Text]]
    questions: dict[str, Question]
    units: dict[str, Unit]
    bounds: dict[str, Bound]
    absences: tuple[Absence, ...]
    documents: dict[str, Document]

    @cached_property
    def families(self) -> dict[str, list[Table]]:
        """The tables by family, in the order of their ids."""
        found: dict[str, list[Table]] = {}
        for name in sorted(self.tables):
            found.setdefault(self.tables[name].family, []).append(self.tables[name])
        return found

    def of(self, family: str, drug: str | None = None, jurisdiction: str | None = None) -> list[Table]:
        """The tables of a family, of one drug and one jurisdiction where given, in the order of their ids."""
        return [
            table
            for table in self.families.get(family, [])
            if (drug is None or table.drug in (drug, "any"))
            and (jurisdiction is None or table.jurisdiction == jurisdiction)
        ]

    def absent(self, rule: str, drug: str | None, jurisdiction: str | None) -> list[Absence]:
        """The known absences of a rule for a drug and jurisdiction."""
        return [
            absence
            for absence in self.absences
            if absence.rule == rule
            and (drug is None or absence.drug in (drug, "any"))
            and (jurisdiction is None or absence.jurisdiction == jurisdiction)
        ]

    def label(self, key: str) -> Text:
        """The name of an id in both languages; an id without one is shown as it stands."""
        return self.labels.get(key) or _as_it_stands(key)

    def say(self, rule: str, key: str) -> Text:
        """A wording template of a rule, or of the wording common to all rules."""
        return self.wording.get(rule, {}).get(key) or self.wording["common"][key]

    def version(self, families: tuple[str, ...]) -> str:
        """A short hash over the tables of these families: it changes when one of their bytes changes."""
        names = sorted(table.id for family in families for table in self.families.get(family, []))
        parts = [f"{name}:{self.digests[name]}" for name in names]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@lru_cache(maxsize=4096)
def _as_it_stands(key: str) -> Text:
    """The text of an id without a label; most are numbers of the tables."""
    return Text(en=key, zh=key)


def in_force(tables: list[Table], as_of: date | None) -> list[Table]:
    """The tables in force on `as_of`; without a date all of them, superseded ones marked as such by themselves."""
    if as_of is None:
        return tables
    day = as_of.isoformat()
    started = [table for table in tables if _reached(table.in_force_from or table.published_on, day)]
    return [_on_day(table, day) for table in started]


def _on_day(table: Table, day: str) -> Table:
    """The table as it stood on `day`: rows that start later are not covered, and a later replacement is not known."""
    rows = tuple(
        row
        if row.in_force_from is None or _reached(row.in_force_from, day)
        else row.model_copy(update={"covered": False, "say": "row_not_in_force", "notes": (), "then": {}})
        for row in table.rows
    )
    replaced = table.superseded if table.superseded and _reached(table.superseded.since, day) else None
    return table.model_copy(update={"rows": rows, "superseded": replaced})


def _reached(start: str, day: str) -> bool:
    """Whether `day` is on or after `start`; a month counts from its first day, an undated document from the beginning."""
    return start == UNDATED or day[: len(start)] >= start


def check_references(loaded: Tables) -> None:
    """Raise a `TableError` at the first row id, input, label or wording key that points nowhere."""
    for table in loaded.tables.values():
        if len(set(table.row_ids)) != len(table.rows):
            twice = next(name for name in table.row_ids if table.row_ids.count(name) > 1)
            raise _fault(
                table, f"rows.{twice}", "the row id is used twice", "each row id once", "Rename one of the rows"
            )
        if table.hit == "highest" and not table.rank:
            raise _fault(table, "rank", "no `rank`", "the key of `then` that orders the rows", "Add `rank:`")
        for row in table.rows:
            for place, found, allowed, remedy in row_faults(loaded, table, row):
                raise _fault(table, place, found, allowed, remedy)


def row_faults(loaded: Tables, table: Table, row: Row) -> Iterator[tuple[str, str, str, str]]:
    """The inputs, choices and wording keys of a row that point nowhere: place, found, allowed, remedy."""
    for name, condition in row.when.items():
        spec = table.inputs.get(name)
        place = f"rows.{row.id}.when.{name}"
        if spec is None:
            yield place, "unknown input", ", ".join(table.inputs), "Declare it under `inputs` or correct it"
        elif isinstance(condition, Interval) != (spec.kind != "choice"):
            allowed = "values of `of`" if spec.kind == "choice" else 'an interval such as "[8, 29)"'
            yield place, "the wrong kind of condition", allowed, "Correct the condition"
        elif not isinstance(condition, Interval):
            for value in condition:
                if value not in spec.of:
                    yield place, f"'{value}'", ", ".join(spec.of), "Correct the value or extend `of`"
    for key in (row.say, *row.notes):
        if key not in loaded.wording.get(table.family, {}) and key not in loaded.wording.get("common", {}):
            known = ", ".join(sorted(loaded.wording.get(table.family, {})))
            yield f"rows.{row.id}", f"wording '{key}'", known, f"Add it to wording/{table.family}.yaml"


def _fault(table: Table, place: str, found: str, allowed: str, remedy: str) -> TableError:
    return TableError(
        f"{table.id}: {place}: found {found}. Allowed: {allowed}. {remedy}.",
        f"{table.id}：{place}：读到 {found}。允许：{allowed}。请改正。",
    )
