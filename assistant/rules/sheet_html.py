"""The sign-off sheet as one HTML page: no script, no outside resource, made to be printed on A4 across."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from assistant.rules.sheet import COLUMNS, SIGNATURES, Sheet, SheetRow
from assistant.types import Text

_STYLE = Path(__file__).with_name("sheet.css")
_TITLE = Text(en="Rules tables for sign-off", zh="规则表格签核单")
_HELP = Text(
    en="Compare each row with the source it names. Sign a row only when condition, values and sentence agree with it. "
    "A name in {braces} is filled in when the rule runs.",
    zh="请将每一行与所列来源逐一核对；条件、数值与句子均一致时方可签名。{大括号} 中的名称在规则运行时填入。",
)
_FIELDS = (Text(en="name", zh="姓名"), Text(en="date", zh="日期"))


def as_html(found: Iterable[Sheet], *, version: str) -> str:
    """One self-contained page with all sheets; `version` says which state of the tables it shows."""
    body = Markup("\n").join(_section(sheet) for sheet in found)
    return str(
        Markup(
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>{title}</title><style>{style}</style></head>\n"
            '<body><h1>{title} / <span lang="zh">{title_zh}</span></h1><p>{help}</p><p lang="zh">{help_zh}</p>'
            "<p>Version of the tables / 表格版本: {version}</p>\n{body}\n</body></html>\n"
        ).format(
            title=_TITLE.en,
            title_zh=_TITLE.zh,
            style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704 - a file of this package
            help=_HELP.en,
            help_zh=_HELP.zh,
            version=version,
            body=body,
        )
    )


def _section(sheet: Sheet) -> Markup:
    header = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(_short(heading), _short(content)) for heading, content in sheet.header
    )
    columns = Markup("").join(
        Markup('<th scope="col" class="c{}">{}</th>').format(number, _short(column))
        for number, column in enumerate(COLUMNS)
    )
    mark = Markup(' <span class="local">Local table / 本地表格</span>') if sheet.local else ""
    return Markup(
        '<section id="{id}"><h2>{en} / <span lang="zh">{zh}</span></h2><p><span class="id">{id}</span>{mark}</p>'
        "<dl>{header}</dl><table><thead><tr>{columns}</tr></thead><tbody>\n{rows}\n</tbody></table></section>"
    ).format(
        id=sheet.id,
        en=sheet.title.en,
        zh=sheet.title.zh,
        mark=mark,
        header=header,
        columns=columns,
        rows=Markup("\n").join(_row(row) for row in sheet.rows),
    )


def _row(row: SheetRow) -> Markup:
    facts = Text(en=", ".join(row.facts), zh=", ".join(row.facts))
    named = [Text(en=source, zh=source) for source in (*row.sources, row.confidence)]
    cells = [
        _lines([row.condition]),
        _lines(row.values),
        _lines(row.sentences),
        _lines([*named, facts, *([row.mark] if row.mark else [])]),
    ]
    empty = Markup("").join(Markup("<p>{}</p>").format(_short(field)) for field in _FIELDS)
    signed = [Markup('<td class="sign">{}</td>').format(empty) for _ in SIGNATURES]
    filled = Markup("").join([*(Markup("<td>{}</td>").format(cell) for cell in cells), *signed])
    return Markup('<tr><th scope="row" class="id">{}</th>{}</tr>').format(row.id, filled)


def _lines(texts: Iterable[Text]) -> Markup:
    return Markup("").join(
        Markup("<p>{}</p>").format(text.en)
        if text.en == text.zh
        else Markup('<p>{}</p><p class="zh" lang="zh">{}</p>').format(text.en, text.zh)
        for text in texts
    )


def _short(text: Text) -> Markup:
    if text.en == text.zh:
        return Markup("{}").format(text.en)
    return Markup('{} / <span lang="zh">{}</span>').format(text.en, text.zh)
