"""A PDF → the text of its pages. Runs only in the worker; every refusal is a `Refused` with a code of `faults.yaml`."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from assistant.ingest.imported.characters import SOFT, rejoin, vocabulary
from assistant.ingest.imported.glyphs import Frame, Piece, pieces_of, read_glyphs
from assistant.ingest.imported.layout import reading_order, usual_gutter
from assistant.ingest.imported.limits import Limits
from assistant.ingest.imported.paragraphs import page_text, style_of
from assistant.ingest.imported.running import edge_rows, page_labels, running_pieces
from assistant.ingest.imported.tables import TableReader

_TAIL = 4096
_SCAN_CHARACTERS = 8
_STYLE_PAGES = 60


class Refused(Exception):
    """A document that is not read; `code` and `values` are those of `faults.fault`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class ReadPages(NamedTuple):
    """Labels and texts by page, and the numbers (from 0) of the pages with something to say about them."""

    labels: list[str]
    texts: list[str]
    scanned: list[int]
    unreadable: list[int]
    tables: list[int]


class _RawPage(NamedTuple):
    pieces: list[Piece]
    frame: Frame
    scanned: bool
    unreadable: bool


def read_pdf(data: bytes, limits: Limits, progress: Callable[[int, int], None]) -> ReadPages:
    """The pages of a PDF in reading order; raises `Refused`."""
    if b"%%EOF" not in data[-_TAIL:]:
        raise Refused("truncated")
    document = _open(data)
    count = len(document)
    if count == 0:
        raise Refused("damaged", page="-")
    if count > limits.pages:
        raise Refused("too_many_pages", found=count, allowed=limits.pages)
    tables = TableReader(data)
    pages: list[_RawPage] = []
    characters = 0
    for index in range(count):
        page, found = _read_page(document, index, tables, limits)
        pages.append(page)
        characters += found
        if characters > limits.characters:
            raise Refused("too_much_text", allowed=limits.characters, page=index + 1)
        progress(index + 1, count)
    edges = [edge_rows(page.pieces, page.frame) for page in pages]
    printed = page_labels(edges)
    removed = running_pieces(edges, printed)
    kept = [[p for p in page.pieces if id(p) not in gone] for page, gone in zip(pages, removed, strict=True)]
    usual = usual_gutter(kept)
    ordered = [reading_order(pieces, usual) for pieces in kept]
    style = style_of([line for lines in ordered[:: max(1, count // _STYLE_PAGES)] for line in lines])
    texts = _resolve([page_text(lines, style) for lines in ordered])
    return ReadPages(
        labels=[label or f"{n} (PDF)" for n, label in enumerate(printed, 1)] if printed else _labels(document),
        texts=texts,
        scanned=[i for i, page in enumerate(pages) if page.scanned],
        unreadable=[i for i, page in enumerate(pages) if page.unreadable],
        tables=[i for i, page in enumerate(pages) if any(piece.table for piece in page.pieces)],
    )


def _open(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refused("encrypted") from error
        raise Refused("damaged", page="-") from error


def _read_page(document: Any, index: int, tables: TableReader, limits: Limits) -> tuple[_RawPage, int]:
    try:
        page = document[index]
        textpage = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise Refused("damaged", page=index + 1) from error
    count = textpage.count_chars()
    if count > limits.page_characters:
        raise Refused("too_much_text", allowed=limits.page_characters, page=index + 1)
    glyphs, frame, raw_count = read_glyphs(page, textpage.raw)
    found, rest = tables.take(page, index, glyphs, frame)
    pieces = [*found, *pieces_of(rest)]
    solid = sum(len(piece.text) for piece in pieces)
    unreadable = raw_count >= _SCAN_CHARACTERS and _garbled(pieces, raw_count)
    drawn = solid < _SCAN_CHARACTERS and not unreadable and _has_picture(page)
    textpage.close()
    page.close()
    return _RawPage([] if unreadable else pieces, frame, drawn, unreadable), solid


def _garbled(pieces: Sequence[Piece], raw_count: int) -> bool:
    """Whether most characters of a page had no code: dropped as private or control characters, or replacement marks."""
    readable = sum(1 for piece in pieces for c in piece.text if c != "\ufffd")
    return readable < 0.5 * raw_count * 0.8


def _has_picture(page: Any) -> bool:
    kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING]
    return any(True for _ in page.get_objects(filter=kinds, max_depth=3))


def _labels(document: Any) -> list[str]:
    return [_label(document, index) for index in range(len(document))]


def _label(document: Any, index: int) -> str:
    """The label in the PDF's own table, else the number of the page in the file."""
    size = int(raw.FPDF_GetPageLabel(document, index, None, 0))
    if 2 < size <= 64:
        buffer = ctypes.create_string_buffer(size)
        raw.FPDF_GetPageLabel(document, index, buffer, size)
        label = buffer.raw.decode("utf-16-le", "ignore").rstrip("\0").strip()
        if re.fullmatch(r"[A-Za-z0-9.-]{1,12}", label):
            return label
    return str(index + 1)


def _resolve(texts: list[str]) -> list[str]:
    """Line-end hyphens resolved over the whole document, also where a word runs on to the next page."""
    for index in range(len(texts) - 1):
        rest = re.match(r"[a-z]+[.,;:]?(?= |\n|$)", texts[index + 1])
        if texts[index].endswith(SOFT) and rest:
            texts[index] += rest[0]
            texts[index + 1] = texts[index + 1][rest.end() :].lstrip(" ")
    words = vocabulary(texts)
    return [rejoin(text, words) for text in texts]
