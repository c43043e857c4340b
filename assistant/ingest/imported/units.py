"""Chunks → what the index searches, and sections and citations of the user's copy.

What is made here never carries a fact id and never names a source of the registry. Source, title and locator of a
citation never come from the text: they are what the user gave and the page that the passage stands on.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.ingest.imported.records import ImportedChunk, ImportedDocument
from assistant.ingest.imported.sentences import sentences_in
from assistant.ingest.imported.store import Imported
from assistant.ingest.records import Section, Statement
from assistant.lexicon.terms import Lexicon, lexicon
from assistant.retrieve.units import Unit
from assistant.text.normalise import normalise
from assistant.types import Citation

TOPIC = "imported"
CONFIDENCE = "user_copy"


def units(imported: Iterable[Imported], terms: Lexicon | None = None) -> tuple[Unit, ...]:
    """One unit per chunk, in order. A chunk without its own drug names is about the drugs of its heading or title."""
    known = terms or lexicon()
    made: list[Unit] = []
    for item in imported:
        usual = drugs_in(item.document.title, known)
        made.extend(
            Unit(
                id=unit_id(chunk),
                kind="imported",
                document=f"imported:{item.document.id}",
                topic=TOPIC,
                drugs=drugs_in(chunk.text, known) or drugs_in(" ".join(chunk.heading), known) or usual,
                jurisdictions=(),
                titles=(" – ".join(chunk.heading[-2:]) or item.document.title,),
                texts=(chunk.text,),
                asked_as=(),
            )
            for chunk in item.chunks
        )
    return tuple(made)


def unit_id(chunk: ImportedChunk) -> str:
    """The id of a chunk in the index: "imported:<document>:<number>"."""
    return f"imported:{chunk.id}"


def drugs_in(text: str, terms: Lexicon) -> tuple[str, ...]:
    """The drugs that are answered for and named in `text`; empty (no filter) when it names none of them."""
    covered = set(terms.scope.covered)
    mentions = terms.mentions(normalise(text).text)
    return tuple(sorted({mention.ids[0] for mention in mentions if len(mention.ids) == 1} & covered))


def statements(chunk: ImportedChunk) -> tuple[Statement, ...]:
    """The sentences and table rows of a chunk, none with a fact. The two head lines of a table are no statements."""
    found: list[Statement] = []
    header: tuple[str, ...] = ()
    last = 0
    for stretch in sentences_in(chunk.text):
        quote = chunk.text[stretch.start : stretch.end]
        cells = tuple(cell.strip() for cell in quote.strip("|").split("|")) if quote.startswith("|") else ()
        if not cells or "\n\n" in chunk.text[last : stretch.start]:
            header = ()
        last = stretch.end
        if cells and (not header or set(quote) <= set("|- ")):
            header = header or cells
            continue
        text = _reading(header, cells, chunk.language) if cells else quote
        place = {"start": stretch.start, "end": stretch.end}
        found.append(Statement(text=text, quote=quote, facts=(), header=header, cells=cells, **place))
    return tuple(found)


def _reading(header: tuple[str, ...], cells: tuple[str, ...], language: str) -> str:
    colon, comma = ("：", "；") if language == "zh" else (": ", "; ")
    pairs = zip(header, cells, strict=False)
    return comma.join(f"{head}{colon}{cell}" if head else cell for head, cell in pairs if cell)


def section(chunk: ImportedChunk, document: ImportedDocument) -> Section:
    """A chunk in the shape of a corpus section, so that sentences can be chosen from it; it has no facts."""
    return Section(
        id=unit_id(chunk),
        document=f"imported:{document.id}",
        language=chunk.language,
        title=" – ".join(chunk.heading[-2:]) or document.title,
        topic=TOPIC,
        drugs=(),
        jurisdictions=(),
        body=chunk.text,
        statements=statements(chunk),
        asked_as=(),
    )


def cite(
    document: ImportedDocument,
    chunk: ImportedChunk,
    marker: str,
    start: int = 0,
    end: int | None = None,
    twin: ImportedChunk | None = None,
) -> Citation:
    """The citation of `chunk.text[start:end]`, marked as the user's copy; `twin` is shown beside it as a whole."""
    return Citation(
        marker=marker,
        section=unit_id(chunk),
        source=f"imported:{document.id}",
        title=document.title,
        locator=locator(document, chunk, start, end),
        date="",
        jurisdiction="",
        confidence=CONFIDENCE,
        language=chunk.language,
        quote=chunk.text[start:end],
        url="",
        section_title=" – ".join(chunk.heading[-2:]),
        twin_quote=twin.text if twin is not None else "",
        imported=True,
    )


def locator(document: ImportedDocument, chunk: ImportedChunk, start: int = 0, end: int | None = None) -> str:
    """The printed pages of `chunk.text[start:end]` ("p. e209", "第32页"), or the heading where there are no pages."""
    stop = len(chunk.text) if end is None else end
    pages: list[int] = []
    position = 0
    for span in chunk.spans:
        begin = position + len(span.joint)
        position = begin + span.end - span.start
        if begin < stop and position > start and span.page not in pages:
            pages.append(span.page)
    labels = [document.pages[page - 1].label for page in pages]
    if not all(labels):
        mark = "“{}”" if document.language == "zh" else "section “{}”"
        return mark.format(chunk.heading[-1]) if chunk.heading else ""
    shown = labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"
    if document.language == "zh":
        return f"第{shown}页"
    return f"p. {shown}" if len(labels) == 1 else f"pp. {shown}"
