"""HTML, Markdown and plain text → the same page text as a PDF gives: paragraphs, `#` headings, table rows.

Only words are kept: no script, no style, no comment, no hidden element, no link target, no image.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from assistant.ingest.imported.characters import clean, is_cjk, joint, raised
from assistant.ingest.imported.paragraphs import plain
from assistant.ingest.imported.tables import markdown_row

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SKIPPED = frozenset(
    "script style template noscript head nav svg math iframe object canvas form button select textarea dialog audio "
    "video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt figcaption figure footer header hr html li "
    "main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_INLINE = {"br": "\n", "sup": "\ue000"}
_HEADINGS = {f"h{level}": min(level, 4) for level in range(1, 7)}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
_WRAPPED, _WRAPPED_HAN = 45, 22
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING_LINE = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?[ \t]+[A-Z\u4e00-\u9fff][^\n]{1,90}[^\n.。;；,，]"
    r"|[一二三四五六七八九十]{1,3}、[^\n。；]{1,40}"
    r"|第[一二三四五六七八九十\d]{1,3}[章节部][^\n。]{0,40}|[A-Z][A-Z \-/]{4,80})"
)


class _Reader(HTMLParser):
    """Collects blocks. Elements inside a skipped or hidden one are counted, not read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._text: list[str] = []
        self._mark = ""
        self._skipped: list[str] = []
        self._rows: list[list[str]] | None = None
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        if tag not in _VOID and (tag in _SKIPPED or _is_hidden(attrs)):
            self._skipped.append(tag)
        elif tag in _INLINE:
            self._text.append(_INLINE[tag])
        elif tag in _HEADINGS:
            self._flush()
            self._mark = "#" * _HEADINGS[tag] + " "
        elif tag == "table":
            self._flush()
            self._rows = []
        elif self._rows is not None and tag == "tr":
            self._rows.append([])
        elif self._rows is not None and tag in {"td", "th"}:
            self._flush()
        elif tag in _BLOCKS and self._rows is None:
            self._flush()
            self._mark = "- " if tag == "li" else ""

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                while self._skipped and self._skipped.pop() != tag:
                    pass
            return
        if tag == "sup":
            self._text.append("\ue001")
        elif self._rows is not None and tag in {"td", "th"}:
            if self._rows:
                self._rows[-1].append(self._taken().replace("\n", " "))
        elif tag == "table" and self._rows is not None:
            self._table()
        elif (tag in _BLOCKS or tag in _HEADINGS) and self._rows is None:
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._text.append(re.sub(r"\s+", " ", data.replace("\ue000", "").replace("\ue001", "")))

    def finish(self) -> str:
        """The whole text."""
        self.close()
        if self._rows is not None:
            self._table()
        self._flush()
        return "\n\n".join(self.blocks)

    def _taken(self) -> str:
        text, self._text = "".join(self._text), []
        return clean(_SUP.sub(lambda m: raised(m[1]), text)).strip()

    def _flush(self) -> None:
        text, mark, self._mark = self._taken(), self._mark, ""
        if text and self._rows is None:
            self.blocks.append(mark + (text.replace("\n", " ") if mark.startswith("#") else plain(text)))

    def _table(self) -> None:
        rows, self._rows = [row for row in self._rows or [] if any(row)], None
        self._text = []
        if rows:
            width = max(map(len, rows))
            shown = [markdown_row([*row, *[""] * (width - len(row))]) for row in rows]
            shown.insert(1, "|" + " --- |" * width)
            self.blocks.append("\n".join(shown))


_SUP = re.compile("\ue000([^\ue001]{0,40})\ue001?")


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    given = {name: value or "" for name, value in attrs}
    return "hidden" in given or given.get("aria-hidden") == "true" or bool(_HIDDEN.search(given.get("style", "")))


def read_html(text: str) -> list[str]:
    """The text of an HTML file as one page."""
    reader = _Reader()
    reader.feed(text)
    return [reader.finish()]


def read_markdown(text: str) -> list[str]:
    """The text of a Markdown file as one page; raw HTML inside it is treated as HTML."""
    body = _FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # links of every kind lose their target below
    rendered: str = parser.render(body)
    return read_html(rendered)


def read_text(text: str) -> list[str]:
    """The pages of a plain text file (parted by form feeds); short numbered or capital lines are headings."""
    pages = []
    for page in text.replace("\r\n", "\n").replace("\r", "\n").split("\f"):
        blocks = re.split(r"\n[ \t]*\n", page)
        pages.append("\n\n".join(shown for block in blocks for shown in _text_block(clean(block).strip("\n"))))
    while len(pages) > 1 and not pages[-1]:
        pages.pop()
    return pages


def _text_block(block: str) -> list[str]:
    first, _, rest = block.partition("\n")
    if not block.strip():
        return []
    if first.startswith("#") or _HEADING_LINE.fullmatch(first):
        heading = first if re.match(r"#{1,4} ", first) else f"## {first.lstrip('#').strip()}"
        return [heading, *_text_block(rest)]
    lines = [first]
    for line in rest.split("\n") if rest else []:
        wrapped = len(lines[-1]) >= (_WRAPPED_HAN if is_cjk(lines[-1][-1:] or " ") else _WRAPPED)
        if wrapped and not re.match(r"[-*•|#]|\(?\d{1,2}[.)、]", line):
            lines[-1] += joint(lines[-1], line) + line
        else:
            lines.append(line)
    return ["\n".join(lines)]


def decode(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with a mark or GB 18030; None when it is none of them."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None
