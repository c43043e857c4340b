"""Records → HTML for the page. Templates escape everything; what they make passes an allow-list before it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.present import parts
from assistant.present.markdown import inline_html
from assistant.present.words import label, place, say
from assistant.types import Answer, Citation, Language

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_TAGS = frozenset(
    "a article aside blockquote br button caption code dd del details div dl dt em fieldset footer form h1 h2 h3 h4 h5 h6 "
    "header hr input label legend li mark nav ol option p pre section select small span strong sub summary sup table tbody "
    "td th thead time tr ul".split()
)
_ATTRIBUTES = {
    "*": {"class", "lang", "title", "role", "tabindex", "id"},
    "a": {"href", "target"},
    "button": {"type", "name", "value"},
    "details": {"open"},
    "form": {"autocomplete"},
    "input": {"type", "name", "value", "checked", "inputmode", "placeholder", "pattern", "required"},
    "label": {"for"},
    "option": {"value", "selected"},
    "select": {"name", "required"},
    "th": {"scope", "colspan"},
    "td": {"colspan"},
    "ol": {"start"},
    "time": {"datetime"},
}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(say=say, place=place, label=label, parts=parts)
    made.filters["markdown"] = lambda text: Markup(inline_html(text))  # noqa: S704 - the parser escapes raw HTML
    made.filters["groupby_run"] = _runs
    return made


def _runs(items: list[dict[str, Any]], key: str) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The items in their order, those that follow one another with the same `key` together."""
    return [(value, list(run)) for value, run in groupby(items, key=lambda item: item[key])]


def render(template: str, language: str, **values: Any) -> str:
    """One template as clean HTML; `language` chooses the words."""
    return clean(_environment().get_template(template).render(language=language, **values))


def clean(html: str) -> str:
    """Only the tags and attributes that the page uses; everything else is removed."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        generic_attribute_prefixes={"data-", "aria-"},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def answer_html(answer: Answer, turn: int | str, *, asked: Sequence[Any] | None = (), live: str = "") -> str:
    """The answer with citation chips, calculation, warnings, missing inputs and references.

    `turn` is the number of the turn in the conversation, or the name of the place outside it; chips carry it, so that a
    click names one citation. `asked` are the lines of a form for what is missing (`present.desk.FieldLine`), None when
    it cannot be answered any more; `live` says
    that the answer is still being written.
    """
    return render(
        "answer.html",
        answer.language,
        answer=answer,
        turn=turn,
        groups=_groups(answer),
        tiles=_tiles(answer),
        asked=asked,
        live=live,
    )


def marks_of(citations: tuple[Citation, ...]) -> tuple[str, ...]:
    """The confidence words that must be shown with a statement: those of its citations that are not verified."""
    return tuple(dict.fromkeys(c.confidence for c in citations if c.confidence != "verified"))


def _groups(answer: Answer) -> list[dict[str, Any]]:
    """Blocks in reading order; statements under the same heading stand together, each position of a conflict alone."""
    groups: list[dict[str, Any]] = []
    for block in parts.blocks(answer):
        heading, text, alone = parts.position(block, answer.language)
        if alone or not groups or (groups[-1]["role"], groups[-1]["heading"]) != (block.role, heading):
            groups.append({"role": block.role, "heading": heading, "items": []})
        cited = parts.numbered(block.markers, answer.citations)
        item = {"text": text, "citations": cited, "marks": marks_of(cited), "by_rule": "rule" in block.markers}
        groups[-1]["items"].append({**item, "header": block.header, "cells": block.cells})
    return _apart(groups) if answer.kind == "comparison" else groups


def _apart(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups of statements that follow one another, gathered as the sides of one comparison."""
    found: list[dict[str, Any]] = []
    for group in groups:
        if group["role"] == "frame":
            found.append(group)
        elif found and found[-1]["role"] == "sides":
            found[-1]["items"].append(group)
        else:
            found.append({"role": "sides", "heading": "", "items": [group]})
    return found


def _tiles(answer: Answer) -> list[dict[str, str]]:
    """The results that a reader looks for first, one per document that applies: the amount or the grade."""
    if answer.calculation is None:
        return []
    tiles = []
    for verdict in answer.calculation.result:
        values = verdict.get("values", {})
        if verdict.get("status") != "applies":
            continue
        shown = _headline(values, answer.language)
        if shown:
            who = place(str(verdict.get("jurisdiction", "")), answer.language)
            tiles.append({"value": shown[0], "what": shown[1], "who": who})
    return tiles


def _headline(values: dict[str, Any], language: Language) -> tuple[str, str] | None:
    what = label(str(values["next_dose"]), language) if values.get("next_dose") else ""
    for name in ("dose_mg", "dose_mg_per_kg", "grade"):
        if values.get(name):
            return say(f"result.{name}", language, value=values[name]), what
    return None
