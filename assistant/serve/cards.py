"""Results of rules as CDS Hooks cards. A sentence is shown whole or not at all; nothing is ranked "critical" by us.

Fields, lengths and allowed values follow the published card attributes (CDS Hooks 2.0, "CDS Service Response": `summary` is
one sentence of fewer than 140 characters, `indicator` info, warning or critical, `detail` GitHub-flavoured Markdown).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from assistant.ingest.records import Source as Document
from assistant.present.words import label, place, say
from assistant.rules.rule import Rule
from assistant.serve.faults import Fault
from assistant.types import Language, MissingInput, Provenance, RuleResult, TraceStep, Verdict

LONGEST_SUMMARY = 139
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~])")
_WORDS = {
    "asks": ("{title}: more is needed. Open the detail.", "{title}：还需信息，请展开查看。"),
    "asks_for": ("{title} needs: {names}", "{title}还需：{names}"),
    "see": ("{title} ({place}): open the detail for the result.", "{title}（{place}）：结果请展开查看。"),
    "replaced": (
        "{title} ({place}): the document was replaced; this is not the answer. Open the detail.",
        "{title}（{place}）：所依据的文件已被替换，不作为答案，请展开查看。",
    ),
    "unusable": (
        "{title}: an input cannot be used ({name}). Open the detail.",
        "{title}：输入不可用（{name}），请展开查看。",
    ),
    "rule_source": ("{assistant}: rule {rule}", "{assistant}：规则 {rule}"),
    "inputs": ("Inputs", "输入"),
    "why": ("Why", "依据"),
    "neighbours": ("Rows beside it that do not apply", "相邻而不适用的条目"),
    "sources": ("Sources", "来源"),
    "needed": ("Needed", "所需输入"),
    "one_of": ("one of", "可选"),
    "nothing_guessed": ("Nothing was worked out: no input is guessed.", "未作计算：不猜测任何输入。"),
    "tables": ("Rule {rule}, tables {version}", "规则 {rule}，表格版本 {version}"),
}


class _Json(BaseModel):
    """Base of what goes out: an absent field is left out, never null."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Json):
    """The primary source of a card."""

    label: str = Field(min_length=1)
    url: str | None = None


class Card(_Json):
    """One card."""

    uuid: str
    summary: str = Field(min_length=1, max_length=LONGEST_SUMMARY)
    indicator: Literal["info", "warning", "critical"]
    source: Source
    detail: str = Field(min_length=1)


class Cards(_Json):
    """The response of a service."""

    cards: tuple[Card, ...]


def of_result(rule: Rule, result: RuleResult, documents: Mapping[str, Document], language: Language) -> Cards:
    """One card per verdict, or one that asks for what is missing."""
    if result.missing:
        return Cards(cards=(_asking(rule, result, language),))
    return Cards(cards=tuple(_of_verdict(rule, result, verdict, documents, language) for verdict in result.verdicts))


def of_fault(rule: Rule, fault: Fault, language: Language) -> Cards:
    """The card that names an input that cannot be used."""
    title = rule.title.in_language(language)
    detail = f"{_plain(fault.sentence(language))}\n\n{_say('nothing_guessed', language)}"
    return Cards(
        cards=(
            _card(
                _first(_say("unusable", language, title=title, name=fault.name), _say("asks", language, title=title)),
                "warning",
                _own(rule, language),
                detail,
                language,
            ),
        )
    )


def _of_verdict(
    rule: Rule, result: RuleResult, verdict: Verdict, documents: Mapping[str, Document], language: Language
) -> Card:
    title, where = (
        rule.title.in_language(language),
        place(verdict.jurisdiction, language) if verdict.jurisdiction else "",
    )
    told = verdict.summary.in_language(language)
    if verdict.status == "superseded":
        summary = _say("replaced", language, title=title, place=where or rule.name)
    else:
        summary = _first(told, _say("see", language, title=title, place=where or rule.name), title)
    shown = (
        f"~~{_plain(told)}~~ ({say('answer.superseded', language)})"
        if verdict.status == "superseded"
        else f"**{_plain(told)}**"
    )
    parts = [
        shown,
        _list("", (note.in_language(language) for note in verdict.notes)),
        _list(_say("inputs", language), _given(result, language)),
        *_rows(verdict.trace, language),
        _list(_say("sources", language), (_cited(one, documents, language) for one in verdict.provenance)),
        _plain(_say("tables", language, rule=rule.name, version=result.version)),
    ]
    indicator: Literal["info", "warning"] = "info" if verdict.status == "applies" else "warning"
    return _card(summary, indicator, _source(rule, verdict, documents, language), _joined(parts), language)


def _asking(rule: Rule, result: RuleResult, language: Language) -> Card:
    title = rule.title.in_language(language)
    names = (", " if language == "en" else "、").join(label(item.name, language) for item in result.missing)
    parts = [
        _list(_say("needed", language), (_asked(item, language) for item in result.missing)),
        _list(_say("inputs", language), _given(result, language)),
        _say("nothing_guessed", language),
    ]
    summary = _first(_say("asks_for", language, title=title, names=names), _say("asks", language, title=title))
    return _card(summary, "info", _own(rule, language), _joined(parts), language)


def _card(summary: str, indicator: Any, source: Source, detail: str, language: Language) -> Card:
    return Card(
        uuid=str(uuid4()),
        summary=summary,
        indicator=indicator,
        source=source,
        detail=f"{detail}\n\n{say('safety', language)}",
    )


def _source(rule: Rule, verdict: Verdict, documents: Mapping[str, Document], language: Language) -> Source:
    """The first document that the verdict rests on; the rule itself where there is none."""
    for one in verdict.provenance:
        document = documents.get(one.source)
        if document is not None:
            parts = (_title(document, language), one.locator)
            url = document.url if document.url.startswith(("https://", "http://")) else None
            return Source(label=", ".join(filter(None, parts)), url=url)
    return _own(rule, language)


def _own(rule: Rule, language: Language) -> Source:
    return Source(label=_say("rule_source", language, assistant=say("page.title", language), rule=rule.name))


def _cited(one: Provenance, documents: Mapping[str, Document], language: Language) -> str:
    document = documents.get(one.source)
    title = _title(document, language) if document is not None else one.source
    where = place(one.jurisdiction, language) if one.jurisdiction else ""
    known = (
        say(f"confidence.{one.confidence}", language)
        if one.confidence in {"verified", "single_source", "secondary"}
        else ""
    )
    return ", ".join(filter(None, (title, one.locator, one.date, where, known)))


def _title(document: Document, language: Language) -> str:
    return document.title_zh if language == "zh" and document.title_zh else document.title


def _given(result: RuleResult, language: Language) -> Iterable[str]:
    """Every input with its id, which holds the unit ("weight_kg")."""
    for name, value in result.inputs.items():
        yield f"{label(name, language)} ({name}): {label(str(value), language)}"


def _asked(item: MissingInput, language: Language) -> str:
    options = f" ({_say('one_of', language)}: {', '.join(item.options)})" if item.options else ""
    unit = f" [{item.unit}]" if item.unit else ""
    return f"{item.name}: {item.question.in_language(language)}{options}{unit}"


def _rows(trace: tuple[TraceStep, ...], language: Language) -> tuple[str, str]:
    """The rows that fired, and those right beside them in the same table that did not."""
    beside = [
        step
        for number, step in enumerate(trace)
        if not step.fired
        and any(
            0 <= near < len(trace) and trace[near].fired and trace[near].table == step.table
            for near in (number - 1, number + 1)
        )
    ]
    fired = (step.why.in_language(language) for step in trace if step.fired)
    return _list(_say("why", language), fired), _list(
        _say("neighbours", language), (step.why.in_language(language) for step in beside)
    )


def _list(heading: str, lines: Iterable[str]) -> str:
    items = [f"- {_plain(line)}" for line in lines]
    if not items:
        return ""
    return "\n".join(([f"**{heading}**", ""] if heading else []) + items)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, parts))


def _first(*candidates: str) -> str:
    """The first that is short enough for a summary. A sentence that is too long is never cut: its end may turn it round."""
    return next(text for text in candidates if len(text) <= LONGEST_SUMMARY)


def _plain(text: str) -> str:
    """`text` so that Markdown shows it as it stands, addresses included: the one link of a card is its source."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("://", ":\\//").replace("www.", "www\\.")


def _say(key: str, language: Language, **values: str) -> str:
    return _WORDS[key][language == "zh"].format(**values)
