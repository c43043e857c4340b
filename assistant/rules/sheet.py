"""Every table as a sheet to read and sign: each row in words, with its values, its source and two signature fields.

What is shown is what the engine uses: conditions, values and sentences come from the loaded tables, nothing is retyped.
`sheets` gives the records, `as_markdown` and (in `sheet_html`) `as_html` write them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from assistant.rules.model import InputSpec, Interval, Row, Table
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import own_header
from assistant.types import Record, Text

SIGNATURES = (
    Text(en="First reader: name, date", zh="第一核对人：姓名、日期"),
    Text(en="Second reader: name, date", zh="第二核对人：姓名、日期"),
)
HITS = {
    "unique": Text(en="exactly one row holds", zh="恰有一行成立"),
    "highest": Text(en="of the rows that hold, the highest counts", zh="成立各行中取最高者"),
    "all": Text(en="every row that holds is shown", zh="所有成立的行均显示"),
}
HEADINGS = {
    "drug": Text(en="Drug", zh="药物"),
    "jurisdiction": Text(en="Jurisdiction or body", zh="辖区或机构"),
    "document": Text(en="Document", zh="文件"),
    "published_on": Text(en="Date of the document", zh="文件日期"),
    "in_force_from": Text(en="In force from", zh="生效日期"),
    "superseded": Text(en="Superseded since", zh="被取代日期"),
    "checked_on": Text(en="Checked on", zh="核对日期"),
    "checked_by": Text(en="Checked by", zh="核对人"),
    "hit": Text(en="Reading", zh="读法"),
    "only": Text(en="Only for", zh="仅适用于"),
    "notes": Text(en="Notes shown with every row", zh="每行均显示的说明"),
}
COLUMNS = (
    Text(en="Row", zh="行"),
    Text(en="Condition", zh="条件"),
    Text(en="Values and actions", zh="数值与处理"),
    Text(en="Sentence shown", zh="显示的句子"),
    Text(en="Source and place", zh="来源与出处"),
    *SIGNATURES,
)


class SheetRow(Record):
    """One row in words."""

    id: str
    condition: Text
    values: tuple[Text, ...]
    sentences: tuple[Text, ...]
    sources: tuple[str, ...]
    confidence: str
    facts: tuple[str, ...]
    mark: Text | None = None


class Sheet(Record):
    """One table in words: its header as (heading, content) and its rows."""

    id: str
    title: Text
    local: bool
    header: tuple[tuple[Text, Text], ...]
    rows: tuple[SheetRow, ...]


def sheets(tables: Tables, families: Iterable[str] | None = None) -> tuple[Sheet, ...]:
    """The sheets of all tables, or of those in `families`, in the order of their ids."""
    wanted = None if families is None else set(families)
    return tuple(
        _sheet(tables.tables[name], tables)
        for name in sorted(tables.tables)
        if wanted is None or tables.tables[name].family in wanted
    )


def _sheet(table: Table, tables: Tables) -> Sheet:
    header: dict[str, Text] = {
        "drug": tables.label(table.drug),
        "jurisdiction": tables.label(table.jurisdiction),
        "document": _same(table.document) if table.document else table.title,
        "published_on": _same(table.published_on),
    }
    if table.in_force_from:
        header["in_force_from"] = _same(table.in_force_from)
    if table.superseded:
        since, note = table.superseded.since, table.superseded.note
        header["superseded"] = Text(en=f"{since}: {note.en}", zh=f"{since}：{note.zh}")
    header |= {"checked_on": _same(table.checked_on), "checked_by": _same(", ".join(table.checked_by))}
    header["hit"] = HITS[table.hit]
    limits = {**table.only, **table.when_given}
    if limits:
        header["only"] = _joined([_choice(name, values, tables) for name, values in limits.items()], "; ", "；")
    if table.notes:
        header["notes"] = _joined([_sentence(table, None, key, tables) for key in table.notes], " ", "")
    return Sheet(
        id=table.id,
        title=table.title,
        local=table.local,
        header=tuple((HEADINGS[name], text) for name, text in header.items()),
        rows=tuple(_row(table, row, tables) for row in table.rows),
    )


def _row(table: Table, row: Row, tables: Tables) -> SheetRow:
    table = own_header(table, row)
    values = [_value(key, tables.label(value)) for key, value in row.then.items()]
    if not row.covered:
        gap = f" ({row.gap})" if row.gap else ""
        values.append(Text(en=f"not covered{gap}", zh=f"未收录{gap}"))
    if row.in_force_from:
        values.append(_pair(HEADINGS["in_force_from"], _same(row.in_force_from)))
    sentences = [_sentence(table, row, key, tables) for key in (row.say, *row.notes)]
    sentences += [_filled(row.note, table, row, tables)] if row.note else []
    mark = None
    if row.local is not None:
        given, by = row.local.published_on, ", ".join(row.local.checked_by)
        mark = Text(
            en=f"Local row: {row.local.title.en}, {given}, checked by {by}",
            zh=f"本地条目：{row.local.title.zh}，{given}，核对人 {by}",
        )
    return SheetRow(
        id=row.id,
        condition=condition_in_words(table, row, tables),
        values=tuple(values),
        sentences=tuple(sentences),
        sources=tuple(source.replace("#", ": ") for source in dict.fromkeys(row.source)),
        confidence=row.confidence,
        facts=row.facts,
        mark=mark,
    )


def _value(key: str, shown: Text) -> Text:
    """One result under its key, as the rule returns it."""
    return _same(f"{key}: {shown.en}") if shown.en == shown.zh else Text(en=f"{key}: {shown.en}", zh=shown.zh)


def condition_in_words(table: Table, row: Row, tables: Tables) -> Text:
    """When a row holds: "last dose given: step-up dose 1; days since the last dose: 8 to 28 days"."""
    parts = [
        _pair(tables.label(name), _span(condition, table.inputs[name], tables))
        if isinstance(condition, Interval)
        else _choice(name, condition, tables)
        for name, condition in row.when.items()
    ]
    return _joined(parts, "; ", "；") if parts else tables.say("common", "always")


def _span(interval: Interval, spec: InputSpec, tables: Tables) -> Text:
    """An interval in words; whole numbers are given by their first and last value."""
    unit = tables.label(spec.unit or "")
    low, high, one = interval.low, interval.high, Decimal(1)
    low_in, high_in = interval.low_closed, interval.high_closed
    if spec.kind == "whole_number":
        low, low_in = (low if low_in else low + one), True
        high, high_in = (high if high is None or high_in else high - one), True
    first = plain(low)
    if high is None:
        en, zh = (f"{first} or more", f"≥ {first}") if low_in else (f"more than {first}", f"> {first}")
    elif low == high:
        en = zh = first
    elif low_in and high_in:
        en, zh = f"{first} to {plain(high)}", f"{first} 至 {plain(high)}"
    else:
        en = (
            f"{'at least' if low_in else 'more than'} {first} and {'at most' if high_in else 'less than'} {plain(high)}"
        )
        zh = f"{'≥' if low_in else '>'} {first} 且 {'≤' if high_in else '<'} {plain(high)}"
    return Text(en=f"{en} {unit.en}".rstrip(), zh=f"{zh} {unit.zh}".rstrip())


def _choice(name: str, values: tuple[str, ...], tables: Tables) -> Text:
    return _pair(tables.label(name), _joined([tables.label(value) for value in values], " or ", "或"))


def _sentence(table: Table, row: Row | None, key: str, tables: Tables) -> Text:
    return _filled(tables.say(table.family, key), table, row, tables)


class _Open(defaultdict[str, str]):
    """A value that is only known when the rule runs stays a {name}."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _filled(template: Text, table: Table, row: Row | None, tables: Tables) -> Text:
    """A sentence with everything that the table gives filled in."""
    texts: Mapping[str, Text] = {
        **{key: tables.label(value) for key, value in (row.then if row else {}).items()},
        "drug": tables.label(table.drug),
        "jurisdiction": tables.label(table.jurisdiction),
        "document": table.title,
        "published_on": _same(table.published_on),
    }
    english = _Open(str, {name: text.en for name, text in texts.items()})
    chinese = _Open(str, {name: text.zh for name, text in texts.items()})
    return Text(en=template.en.format_map(english), zh=template.zh.format_map(chinese))


def _same(text: str) -> Text:
    return Text(en=text, zh=text)


def _pair(name: Text, content: Text) -> Text:
    return Text(en=f"{name.en}: {content.en}", zh=f"{name.zh}：{content.zh}")


def _joined(texts: list[Text], en: str, zh: str) -> Text:
    return Text(en=en.join(text.en for text in texts), zh=zh.join(text.zh for text in texts))


def as_markdown(found: Iterable[Sheet]) -> str:
    """The sheets as Markdown tables."""
    lines: list[str] = []
    for sheet in found:
        lines += [f"## {sheet.title.en} / {sheet.title.zh}", "", f"`{sheet.id}`{' (local table)' * sheet.local}", ""]
        lines += [f"- {_both(heading)}: {_both(content)}" for heading, content in sheet.header]
        lines += ["", _line(_both(column) for column in COLUMNS), _line("---" for _ in COLUMNS)]
        lines += [_line(_cells(row)) for row in sheet.rows]
        lines.append("")
    return "\n".join(lines)


def _cells(row: SheetRow) -> list[str]:
    source = "<br>".join([*row.sources, row.confidence, ", ".join(row.facts), *([_both(row.mark)] if row.mark else [])])
    stacked = ["<br>".join(_both(text) for text in texts) for texts in (row.values, row.sentences)]
    return [row.id, _both(row.condition), *stacked, source, *("" for _ in SIGNATURES)]


def _both(text: Text) -> str:
    return text.en if text.en == text.zh else f"{text.en} / {text.zh}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
