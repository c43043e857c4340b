"""A rule as a form: its inputs with names, questions, choices and units in both languages, read from schema and data.

Nothing clinical is decided here. `forms.yaml` says which rules stand together, what a form leaves out and which units it
offers; names come from the labels, help from the questions that the rule itself asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from assistant import strict_yaml
from assistant.errors import RuleInputError
from assistant.rules.inputs import Number
from assistant.rules.load import load_tables
from assistant.rules.registry import RULES
from assistant.types import MissingInput, Record, Text

Kind = Literal["choice", "many", "number", "date", "text"]
_DATA = Path(__file__).with_name("forms.yaml")
# the question asked for a value is the help of its unit's neighbour too; a unit needs none of its own
_UNIT = "_unit"


class Option(Record):
    """One answer that can be chosen: the value that the rule takes, and its name."""

    value: str
    name: Text


class Field(Record):
    """One input of a form. `unit_of` names the number whose unit it is; `few` choices are shown side by side."""

    name: str
    kind: Kind
    label: Text
    help: Text | None = None
    unit: Text | None = None
    options: tuple[Option, ...] = ()
    unit_of: str = ""

    @property
    def few(self) -> bool:
        """Whether all choices fit beside each other."""
        return len(self.options) <= int(_data()["few"])


class Group(Record):
    """Rules that are offered together."""

    id: str
    title: Text
    rules: tuple[str, ...]


@cache
def _data() -> dict[str, Any]:
    return dict(strict_yaml.load(_DATA))


@cache
def groups() -> tuple[Group, ...]:
    """All groups in the order in which they are offered; every rule stands in one."""
    return tuple(Group.model_validate(entry) for entry in _data()["groups"])


def form(rule: str, missing: Iterable[MissingInput] = ()) -> tuple[Field, ...]:
    """The fields of `rule` in the order of its schema.

    `missing` is what the rule asked for with the answers given so far: the choices of an open list (the terms of CTCAE,
    the findings of one term) come from there. Raises RuleInputError for an unknown rule.
    """
    if rule not in RULES:
        raise RuleInputError(
            "rule",
            found=rule,
            allowed=", ".join(RULES),
            en=f"There is no rule '{rule}'; there are: {', '.join(RULES)}.",
            zh=f"没有名为“{rule}”的规则；现有：{'、'.join(RULES)}。",
        )
    asked = {entry.name: entry for entry in missing}
    left_out = _data()["left_out"].get(rule, [])
    fields = RULES[rule].inputs.model_fields
    return tuple(
        _field(name, info.annotation, fields, asked.get(name)) for name, info in fields.items() if name not in left_out
    )


def given(rule: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a form as inputs of `rule`: what is empty or unknown to the form stays out."""
    kinds = {field.name: field.kind for field in form(rule)}
    found: dict[str, Any] = {}
    for name, value in answers.items():
        values = [text for text in (str(v).strip() for v in _listed(value)) if text]
        if name in kinds and values:
            found[name] = values if kinds[name] == "many" else values[0]
    return found


def _listed(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        yield from value
    elif value is not None:
        yield value


def _field(name: str, annotation: Any, fields: Mapping[str, Any], asked: MissingInput | None) -> Field:
    tables = load_tables()
    question = tables.questions.get("measured_value" if (name == "value" and "term" in fields) else name)
    kind, values = _kind(name, annotation)
    values = values or _units(name) or (asked.options if asked is not None else ())
    unit_of = name.removesuffix(_UNIT) + "_value" if name.endswith(_UNIT) else "value" if name == "unit" else ""
    return Field(
        name=name,
        kind="choice" if values and kind == "text" else kind,
        label=tables.label(name),
        help=question.text if question is not None and not unit_of else None,
        unit=tables.label(question.unit) if question is not None and question.unit and not unit_of else None,
        options=tuple(_option(value) for value in values),
        unit_of=unit_of if unit_of in fields else "",
    )


def _option(value: str) -> Option:
    tables = load_tables()
    unit = tables.units.get(value)
    return Option(value=value, name=unit.label if unit is not None else tables.label(value))


def _kind(name: str, annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """The kind of an input and its closed choices, from its type."""
    inner = [part for part in get_args(annotation) if part is not type(None)] or [annotation]
    if get_origin(annotation) is tuple:
        closed = [part for part in get_args(annotation) if get_origin(part) is Literal]
        return "many", tuple(str(v) for part in closed for v in get_args(part))
    if get_origin(inner[0]) is Literal:
        return "choice", tuple(str(value) for value in get_args(inner[0]) if value != "unknown")
    if annotation == Number | None:
        return "number", ()
    if name == "grade":
        return "choice", tuple(_data()["grades"])
    return ("date" if name.endswith("_date") else "text"), ()


@cache
def _units(name: str) -> tuple[str, ...]:
    offered = _data()["units"].get(name)
    if offered == []:  # every unit with one meaning
        return tuple(unit.id for unit in load_tables().units.values() if not unit.ambiguous)
    return tuple(offered or ())
