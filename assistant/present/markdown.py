"""Markdown of the corpus → safe HTML, with the cited passage marked.

A passage is a verbatim piece of the section: a table row is marked as a row, anything else inside its paragraph or
list item. Raw HTML in the Markdown is shown as text, never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Private-use characters: they stand for the start and the end of the passage until the HTML is made.
_START, _END = "\ue000", "\ue001"
_LEAD = re.compile(r"\s*(?:[-*+]\s+|#+\s+|>\s*|\d+[.)]\s+)?")
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
    marked = "\n".join(_marked_line(line) for line in text[start:end].split("\n"))
    html = _render(_PARSER.parse(text[:start] + marked + text[end:]))
    return html.replace(_START, '<mark class="hit">').replace(_END, "</mark>")


def _marked_line(line: str) -> str:
    """The line with the signs of start and end around its words; the mark of a list item or heading stays outside."""
    words = line.strip()
    lead = _LEAD.match(line)
    begin = lead.end() if lead else 0
    return f"{line[:begin]}{_START}{line[begin:].rstrip()}{_END}" if words and line[begin:].strip() else line


def _render(tokens: Sequence[Token]) -> str:
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
