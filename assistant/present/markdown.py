"""Markdown of the corpus → safe HTML, with the cited passage marked.

A passage is a verbatim piece of the section: a table row is marked as a row, anything else inside its paragraph or
list item. Raw HTML in the Markdown is shown as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Private-use characters: they stand for the start and the end of the passage until the HTML is made.
_START, _END = "\ue000", "\ue001"
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])


def to_html(text: str, passage: str = "") -> str:
    """`text` as HTML; the first occurrence of `passage` carries `<mark>`, or its table row the class "hit"."""
    clean = text.replace(_START, "").replace(_END, "")
    start = clean.find(passage) if passage.strip() else -1
    if start < 0:
        return str(_PARSER.render(clean))
    if passage.lstrip().startswith("|") or _in_table(clean, start):
        return _with_rows(clean, start, start + len(passage))
    return _with_mark(clean, start, start + len(passage))


def inline_html(text: str) -> str:
    """One sentence as HTML without a paragraph around it; a Markdown table inside becomes a real table."""
    html = str(_PARSER.render(text.replace(_START, "").replace(_END, ""))).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html[3:-4]
    return html


def _in_table(text: str, start: int) -> bool:
    return text[text.rfind("\n", 0, start) + 1 :].lstrip().startswith("|")


def _with_rows(text: str, start: int, end: int) -> str:
    tokens = _PARSER.parse(text)
    first, last = text.count("\n", 0, start), text.count("\n", 0, end)
    for token in tokens:
        if token.type == "tr_open" and token.map and token.map[0] <= last and token.map[1] > first:
            token.attrJoin("class", "hit")
    return _render(tokens)


def _with_mark(text: str, start: int, end: int) -> str:
    start += len(text[start:end]) - len(text[start:end].lstrip("-*+ \t\n#>"))
    tokens = _PARSER.parse(
        text[:start]
        + _START
        + text[start:end].rstrip()
        + _END
        + text[start:end][len(text[start:end].rstrip()) :]
        + text[end:]
    )
    return _render(tokens).replace(_START, '<mark class="hit">').replace(_END, "</mark>")


def _render(tokens: Sequence[Token]) -> str:
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
