"""The frozen records of an imported document. Offsets count characters of `ImportedPage.text`."""

from __future__ import annotations

from typing import Literal

from assistant.types import Language, Record, Text

Format = Literal["pdf", "markdown", "html", "text"]


class ImportedPage(Record):
    """One page: its place in the file (from 1), its printed label ("e209" or ""), its text.

    `text` holds paragraphs parted by empty lines; a heading is a paragraph that begins with `#` marks, a table is rows
    of `| … |`.
    """

    number: int
    label: str
    text: str


class ImportNotice(Record):
    """Something about the import that the user must see; `pages` are labels."""

    id: str
    pages: tuple[str, ...]
    text: Text


class ImportedDocument(Record):
    """A user's own copy of a document. `source` is the user's label, never an id of the corpus registry."""

    id: str
    title: str
    language: Language
    source: str
    file_name: str
    format: Format
    sha256: str
    imported_at: str
    pages: tuple[ImportedPage, ...]
    notices: tuple[ImportNotice, ...] = ()
    twin: str = ""


class Span(Record):
    """A piece of one page inside a chunk; `joint` is what stands before it in the chunk's text and not on the page."""

    page: int
    start: int
    end: int
    joint: str = ""


class ImportedChunk(Record):
    """A passage that can be found and quoted.

    `text` is exactly its spans: `"".join(span.joint + page.text[span.start:span.end])`. `twin` is the id of the chunk
    that says the same in the other language ("" when the document has no translation beside it).
    """

    id: str
    document: str
    number: int
    language: Language
    heading: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    words: int
    table: bool = False
    twin: str = ""
