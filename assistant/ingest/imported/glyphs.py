"""A PDF page → runs of text with their places, through pdfium. Nothing here decides on order or meaning."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from assistant.ingest.imported.characters import SOFT, raised, tidy

_BOLD = ("bold", "black", "heavy", "semibold", "demi", "simhei", "heiti", "-medi")


class Glyph(NamedTuple):
    """One character; `base` is the height of its baseline, `size` its font size, `run` counts pdfium's lines."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    run: int


class Piece(NamedTuple):
    """A piece of a line, or a whole table (`table`), in page coordinates that grow upwards."""

    text: str
    x0: float
    x1: float
    base: float
    top: float
    size: float
    bold: bool
    table: bool = False


class Frame(NamedTuple):
    """The visible box of a page after turning it so that its text is upright; `turn` is in quarter turns."""

    x0: float
    y0: float
    x1: float
    y1: float
    turn: int

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.y1 - self.y0


class PageGlyphs(NamedTuple):
    """What stands on a page; `drawn` counts all its characters, readable or not."""

    glyphs: list[Glyph]
    frame: Frame
    drawn: int


def read_glyphs(page: Any, textpage: Any) -> PageGlyphs:
    """All upright visible characters of a page in the order of the file. Text at another angle than most is dropped."""
    count = raw.FPDFText_CountChars(textpage)
    turns = [_turn(raw.FPDFText_GetCharAngle(textpage, i)) for i in range(count)]
    made_up = [bool(raw.FPDFText_IsGenerated(textpage, i)) for i in range(count)]
    solid = [t for t, generated in zip(turns, made_up, strict=True) if not generated]
    turn = Counter(solid).most_common(1)[0][0] if solid else 0
    turn = turn if turn >= 0 else 0
    frame = _frame(page, turn)
    glyphs: list[Glyph] = []
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    run, bold, size, high = 0, False, 10.0, 0
    seen_font, matrix = (-1.0, -1, -1), raw.FS_MATRIX()
    for i in range(count):
        code = int(raw.FPDFText_GetUnicode(textpage, i))
        if code in (10, 13):
            run += 1
            continue
        if made_up[i]:
            if glyphs and glyphs[-1].text != " ":
                glyphs.append(glyphs[-1]._replace(text=" ", x0=glyphs[-1].x1, run=run))
            continue
        if turns[i] != turn:
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        code = _code_point(high, code)
        raw.FPDFText_GetLooseCharBox(textpage, i, box)
        raw.FPDFText_GetCharOrigin(textpage, i, x, y)
        x0, low, x1, up = _turned(box.left, box.bottom, box.right, box.top, turn)
        base = _turned(x.value, y.value, x.value, y.value, turn)[1]
        if x1 < frame.x0 or x0 > frame.x1 or up < frame.y0 or low > frame.y1:
            continue
        font = (raw.FPDFText_GetFontSize(textpage, i), raw.FPDFText_GetFontWeight(textpage, i), run)
        if font != seen_font:
            seen_font, bold = font, _is_bold(textpage, i)
            raw.FPDFText_GetMatrix(textpage, i, matrix)
            size = font[0] * (math.hypot(matrix.c, matrix.d) or 1.0)
        character = SOFT if code in (2, 0xFFFE) else tidy(chr(code)) if code else ""
        if character:
            glyphs.append(Glyph(character, x0, x1, base, size, bold, run))
    return PageGlyphs(glyphs, frame, len(solid))


def _code_point(high: int, low: int) -> int:
    """The code of a character, from two halves where it has two."""
    if not 0xDC00 <= low < 0xE000:
        return low
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00) if high else 0xFFFD


def _turn(angle: float) -> int:
    quarter = round(angle / (math.pi / 2))
    return quarter % 4 if abs(angle - quarter * math.pi / 2) < 0.1 else -1


def _turned(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float, float, float]:
    if turn == 1:
        return y0, -x1, y1, -x0
    if turn == 2:
        return -x1, -y1, -x0, -y0
    if turn == 3:
        return -y1, x0, -y0, x1
    return x0, y0, x1, y1


def _frame(page: Any, turn: int) -> Frame:
    """The page's box as pdfium resolves it (`get_cropbox` does not know inherited boxes)."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    return Frame(*_turned(box.left, box.bottom, box.right, box.top, turn), turn)


def _is_bold(textpage: Any, index: int) -> bool:
    buffer = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, index, buffer, 128, None)
    name = buffer.value.decode("utf-8", "replace").lower()
    return any(mark in name for mark in _BOLD)


def pieces_of(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Glyphs that follow one another on a line, cut at wide gaps (a gutter, a table cell)."""
    pieces: list[Piece] = []
    current: list[Glyph] = []
    for glyph in glyphs:
        if current and _breaks(current[-1], glyph):
            pieces.extend(_piece(current))
            current = []
        current.append(glyph)
    pieces.extend(_piece(current))
    return pieces


def _breaks(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size)
    return (
        glyph.run != last.run
        or abs(glyph.base - last.base) > 0.6 * size
        or glyph.x0 < last.x0 - 0.5 * size
        or glyph.x0 - last.x1 > 0.9 * size
    )


def _piece(glyphs: Sequence[Glyph]) -> list[Piece]:
    solid = [glyph for glyph in glyphs if glyph.text != " "]
    if not solid:
        return []
    text, base, size = text_of(glyphs)
    return [
        Piece(
            text.strip(),
            min(g.x0 for g in solid),
            max(g.x1 for g in solid),
            base,
            base + 0.8 * size,
            size,
            2 * sum(g.bold for g in solid) > len(solid),
        )
    ]


def text_of(glyphs: Sequence[Glyph]) -> tuple[str, float, float]:
    """The text of glyphs on one line with raised digits as superscripts, and the line's baseline and size."""
    solid = [g for g in glyphs if g.text != " "] or list(glyphs)
    size = Counter(round(g.size, 1) for g in solid).most_common(1)[0][0]
    largest = max(g.size for g in solid)
    size = largest if size < 0.85 * largest and sum(g.size > 0.9 * largest for g in solid) * 3 > len(solid) else size
    base = Counter(round(g.base, 1) for g in solid if g.size >= 0.85 * size).most_common(1)[0][0]
    groups = groupby(glyphs, key=lambda g: g.size < 0.85 * size and g.base > base + 0.12 * size)
    texts = ((up, "".join(g.text for g in group)) for up, group in groups)
    return "".join(raised(text) if up else text for up, text in texts), base, size
