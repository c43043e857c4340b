"""The calculators as HTML: the list of rules, and the form of the chosen one with the answers given so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from markupsafe import Markup

from assistant.present.html import answer_html, render
from assistant.types import Answer, Language, Record, Text

# citations of a worked-out result carry this in the place of a turn's number
PLACE = "desk"


class FieldLike(Protocol):
    """One input of a form, as `assistant.rules.form.Field` describes it."""

    @property
    def name(self) -> str:
        """The input of the rule."""

    @property
    def unit_of(self) -> str:
        """The number whose unit this is; "" for any other input."""


class RuleLine(Record):
    """One rule in the list."""

    name: str
    title: Text


class RuleGroup(Record):
    """Rules listed under one heading."""

    title: Text
    rules: tuple[RuleLine, ...]


class FieldLine(Record):
    """One line of the form: a field, its unit if it has one, what was given, and whether the rule asks for it."""

    field: Any
    values: tuple[str, ...] = ()
    unit: Any = None
    unit_values: tuple[str, ...] = ()
    asked: bool = False


class Desk(Record):
    """All that the view shows; `rule` is "" while none is chosen."""

    groups: tuple[RuleGroup, ...]
    rule: str = ""
    title: Text | None = None
    lines: tuple[FieldLine, ...] = ()


def desk_html(desk: Desk, language: Language) -> str:
    """The view of the calculators."""
    return render("desk.html", language, desk=desk)


def worked_html(answer: Answer | None, language: Language, *, error: str = "", calendar: str = "") -> str:
    """The result of a form: what is still needed, or the answer with its citations; `calendar` is iCalendar text."""
    complete = answer is not None and not answer.missing
    shown = Markup(answer_html(answer, PLACE)) if answer is not None and complete else ""  # noqa: S704 - cleaned there
    needed = answer.missing if answer is not None else ()
    return render("desk_result.html", language, answer=shown, missing=needed, error=error, calendar=calendar)


def lines(
    fields: Sequence[FieldLike], given: Mapping[str, object], asked: Collection[str] = ()
) -> tuple[FieldLine, ...]:
    """The fields as lines: a unit stands beside its number. `given` holds the answers, `asked` the inputs that are needed."""
    units = {field.unit_of: field for field in fields if field.unit_of}
    made = []
    for field in fields:
        if field.unit_of:
            continue
        unit = units.get(field.name)
        needed = field.name in asked or (unit is not None and unit.name in asked)
        made.append(
            FieldLine(
                field=field,
                values=_texts(given.get(field.name)),
                unit=unit,
                unit_values=_texts(given.get(unit.name)) if unit is not None else (),
                asked=needed,
            )
        )
    return tuple(made)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)
