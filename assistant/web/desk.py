"""What the calculators do, as plain functions: choose a rule, work it out, and show what it still needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from assistant.errors import AssistantError
from assistant.present.desk import Desk, RuleGroup, RuleLine, desk_html, lines, worked_html
from assistant.rules import RULES, run
from assistant.rules.calendar_file import calendar_text
from assistant.rules.form import form, given, groups
from assistant.types import Answer, Language, MissingInput, Record

_LONGEST = 4000  # characters of all answers of one form


class WorksOut(Protocol):
    """What the calculators need of an assistant."""

    def work_out(self, rule: str, inputs: Mapping[str, Any], *, language: Language = "en") -> Answer:
        """The result of a rule as an answer."""


class Worked(Record):
    """A rule with the answers given, its result, or the sentence that says why there is none."""

    rule: str = ""
    inputs: dict[str, Any] = {}
    answer: Answer | None = None
    error: str = ""
    calendar: str = ""


def chosen(rule: str) -> Worked:
    """The empty form of `rule`; the list alone for a name that is no rule."""
    return Worked(rule=rule if rule in RULES else "")


def worked_out(assistant: WorksOut, rule: str, answers: str, language: Language) -> Worked:
    """The result of `rule` for the answers of its form (a JSON object as the page sends it)."""
    try:
        inputs = given(rule, sent(answers))
        answer = assistant.work_out(rule, inputs, language=language)
        return Worked(rule=rule, inputs=inputs, answer=answer, calendar=_calendar(rule, inputs, answer, language))
    except AssistantError as fault:
        return Worked(rule=rule if rule in RULES else "", error=fault.in_language(language))


def again(assistant: WorksOut, worked: Worked, language: Language) -> Worked:
    """The same in another language."""
    if worked.answer is None:
        return worked
    return worked_out(assistant, worked.rule, json.dumps(worked.inputs), language)


def form_html(worked: Worked, language: Language) -> str:
    """The list of rules and the form with the answers given."""
    asked: tuple[MissingInput, ...] = worked.answer.missing if worked.answer is not None else ()
    offered = asked
    if worked.rule and worked.answer is None:
        offered = run(worked.rule, {}).missing
    elif worked.rule:
        offered = (*asked, *_open_lists(worked))
    return desk_html(
        Desk(
            groups=tuple(
                RuleGroup(
                    title=group.title, rules=tuple(RuleLine(name=name, title=RULES[name].title) for name in group.rules)
                )
                for group in groups()
            ),
            rule=worked.rule,
            title=RULES[worked.rule].title if worked.rule else None,
            lines=lines(form(worked.rule, offered), worked.inputs, {m.name for m in asked}) if worked.rule else (),
        ),
        language,
    )


def result_html(worked: Worked, language: Language) -> str:
    """The result below the form; empty before anything was worked out."""
    if worked.answer is None and not worked.error:
        return ""
    return worked_html(worked.answer, language, error=worked.error, calendar=worked.calendar)


def _open_lists(worked: Worked) -> tuple[MissingInput, ...]:
    """The questions with choices that come first: with the list's own answer left out, and with everything else left out."""
    alone = run(worked.rule, {}).missing
    first = {m.name: v for m in alone if (v := worked.inputs.get(m.name)) is not None}
    return (*run(worked.rule, first).missing, *alone)


def sent(answers: str) -> dict[str, Any]:
    """The answers of a form as the page sends them; none when they are too long or not a JSON object."""
    if len(answers) > _LONGEST:
        return {}
    try:
        found = json.loads(answers)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _calendar(rule: str, inputs: Mapping[str, Any], answer: Answer, language: Language) -> str:
    dated = rule == "schedule" and "start_date" in inputs and answer.calculation is not None
    return calendar_text(run(rule, inputs), language) if dated else ""
