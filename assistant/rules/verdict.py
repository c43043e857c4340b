"""From a matched row to a `Verdict`: wording filled in, caveats, trace and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from assistant.errors import TableError
from assistant.rules.model import Absence, Row, Table
from assistant.rules.tables import Tables
from assistant.types import Provenance, Text, TraceStep, Verdict

_CAVEATS = {"single_source": "single_source", "secondary": "secondary"}


class _Words:
    """The words of a context in one language, looked up only when a template names them."""

    def __init__(self, context: Mapping[str, str | Text], tables: Tables, language: str) -> None:
        self._context, self._tables, self._language = context, tables, language

    def __getitem__(self, name: str) -> str:
        value = self._context[name]
        text = self._tables.label(value) if isinstance(value, str) else value
        return text.in_language(self._language)


def fill(template: Text, context: Mapping[str, str | Text], tables: Tables) -> Text:
    """A wording template with its {names} replaced, each in its language."""
    words = [_Words(context, tables, language) for language in ("en", "zh")]
    try:
        return Text(en=template.en.format_map(words[0]), zh=template.zh.format_map(words[1]))
    except KeyError as missing:
        name, names = missing.args[0], ", ".join(sorted(context))
        raise TableError(
            f"wording '{template.en}': found {{{name}}}. Allowed: {names}. Correct the name.",
            f"措辞“{template.zh}”：占位符 {{{name}}} 无值。允许：{names}。",
        ) from missing


def context_of(table: Table, values: Mapping[str, str | Text]) -> dict[str, str | Text]:
    """What every template may name: drug, jurisdiction, document, and the values of the row and the rule."""
    return {
        **values,
        "drug": table.drug,
        "jurisdiction": table.jurisdiction,
        "document": table.title,
        "published_on": table.published_on,
    }


def own_header(table: Table, row: Row) -> Table:
    """The table as the document of `row`: of a hospital's own row in a shipped table, the hospital's document."""
    if row.local is None:
        return table
    own = {"title": row.local.title, "published_on": row.local.published_on, "notes": (), "superseded": None}
    return table.model_copy(update=own)


def provenance(table: Table, row: Row, tables: Tables) -> tuple[Provenance, ...]:
    """One record per fact of the row: source, locator, date, jurisdiction, confidence."""
    sources = row.source if len(row.source) == len(row.facts) else row.source * len(row.facts) or ("",) * len(row.facts)
    found: dict[str, list[str]] = {}
    for fact, source in zip(row.facts, sources, strict=True):
        found.setdefault(source, []).append(fact)
    return tuple(
        Provenance(
            facts=tuple(facts),
            source=source.partition("#")[0],
            locator=source.partition("#")[2],
            date=_date(source.partition("#")[0], own_header(table, row), tables),
            jurisdiction=table.jurisdiction,
            confidence=row.confidence,
        )
        for source, facts in found.items()
    )


def _date(source: str, table: Table, tables: Tables) -> str:
    document = tables.documents.get(source)
    return document.date if document else table.published_on


def caveats(rule: str, table: Table, row: Row, context: Mapping[str, str | Text], tables: Tables) -> list[Text]:
    """What must be shown with a row: its notes, those of its table, how sure the source is, and a local table."""
    shown = [fill(tables.say(rule, key), context, tables) for key in (*row.notes, *table.notes)]
    if row.note:
        shown.append(fill(row.note, context, tables))
    if row.confidence in _CAVEATS:
        shown.append(tables.say("common", _CAVEATS[row.confidence]))
    if table.local:
        shown.append(fill(tables.say("common", "local_table"), context, tables))
    return shown


def word(
    rule: str,
    table: Table,
    row: Row,
    tables: Tables,
    *,
    trace: tuple[TraceStep, ...],
    values: Mapping[str, str] | None = None,
    extra: Mapping[str, str | Text] | None = None,
    notes: tuple[Text, ...] = (),
) -> Verdict:
    """The verdict of one fired row. `values` are shown as results; `extra` only fills the wording."""
    table = own_header(table, row)
    results = {**row.then, **(values or {})}
    context = context_of(table, {**results, **(extra or {})})
    shown = caveats(rule, table, row, context, tables)
    gap = row.gap
    status: Literal["applies", "superseded", "not_covered"] = "applies" if row.covered else "not_covered"
    summary = fill(tables.say(rule, row.say), context, tables)
    if table.superseded and row.covered:
        status, gap = "superseded", gap or table.superseded.gap
        summary = fill(tables.say("common", "superseded"), {"summary": summary}, tables)
        shown.insert(0, fill(table.superseded.note, context, tables))
    return Verdict(
        jurisdiction=table.jurisdiction,
        status=status,
        summary=summary,
        values={"table": table.id, "row": row.id, **results},
        notes=(*shown, *notes),
        trace=trace,
        provenance=provenance(table, row, tables),
        gap=gap,
    )


def topic(rule: str, tables: Tables) -> Text:
    """What a rule is about, as the subject of a sentence."""
    return tables.labels.get(f"rule_{rule}") or tables.label(rule)


def absent(rule: str, absence: Absence, drug: str, tables: Tables) -> Verdict:
    """The verdict for a drug and jurisdiction without a table: not covered, the gap, and where to look."""
    context: dict[str, str | Text] = {
        "drug": drug,
        "jurisdiction": absence.jurisdiction,
        "topic": topic(rule, tables),
        "look_in": absence.look_in,
    }
    return Verdict(
        jurisdiction=absence.jurisdiction,
        status="not_covered",
        summary=fill(tables.say("common", "not_covered"), context, tables),
        gap=absence.gap,
    )
