"""The reading order of a page: columns from left to right, parts that span columns where they stand.

A page is cut at clear vertical gutters first; where a title, a table or a legend spans the gutter, it is cut into bands
above, at and below it. Narrow or ragged neighbours (an unruled table) are not columns: they stay rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from assistant.ingest.imported.characters import is_cjk, raised
from assistant.ingest.imported.glyphs import Piece

_DEEPEST = 6


class Line(NamedTuple):
    """One line of a column, or a table; `left` and `right` are the edges of its column."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    table: bool
    left: float
    right: float
    column: int


def reading_order(pieces: Sequence[Piece], usual: float | None = None) -> list[Line]:
    """All lines of a page in reading order; `column` grows with every change of column or band.

    `usual` is the gutter of most pages: there even a column of one line is a column.
    """
    lines: list[Line] = []
    for number, block in enumerate(_blocks(list(pieces), 0, usual)):
        left, right = min(p.x0 for p in block), max(p.x1 for p in block)
        lines.extend(_line(row, left, right, number) for row in rows_of(block))
    return lines


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by baseline, top row first, each row from left to right. A table is a row of its own."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: -(p.top if p.table else p.base)):
        lead = max(rows[-1], key=lambda p: p.size) if rows else None
        if lead is None or piece.table or lead.table or abs(lead.base - piece.base) > 0.5 * max(lead.size, piece.size):
            rows.append([])
        rows[-1].append(piece)
    return [sorted(row, key=lambda p: p.x0) for row in rows]


def row_text(row: Sequence[Piece]) -> str:
    """The text of one row; raised small digits become superscripts."""
    lead = max(row, key=lambda p: (p.size * min(len(p.text), 4), -p.x0))
    text, end = "", 0.0
    for piece in row:
        small = piece.size < 0.85 * lead.size and piece.base > lead.base + 0.12 * lead.size
        up = small and bool(text) and piece.x0 - end < 0.3 * lead.size
        part = raised(piece.text) if up else piece.text
        if text and part:
            gap = piece.x0 - end > 0.12 * lead.size and not (is_cjk(text[-1]) and is_cjk(part[0]))
            text += " " if gap else ""
        text, end = text + part, piece.x1
    return text


def _line(row: list[Piece], left: float, right: float, column: int) -> Line:
    lead = max(row, key=lambda p: (p.size * min(len(p.text), 4), -p.x0))
    bold = 2 * sum(len(p.text) for p in row if p.bold) > sum(len(p.text) for p in row)
    x0, x1 = row[0].x0, max(p.x1 for p in row)
    return Line(row_text(row), x0, x1, lead.base, lead.size, bold, lead.table, left, right, column)


def _blocks(pieces: list[Piece], depth: int, usual: float | None) -> list[list[Piece]]:
    """Pieces in blocks of one column each, in reading order."""
    if not pieces:
        return []
    gutter = _gutter(pieces, usual, spanned=False) if depth < _DEEPEST else None
    if gutter is not None:
        left = [p for p in pieces if (p.x0 + p.x1) / 2 < gutter]
        right = [p for p in pieces if (p.x0 + p.x1) / 2 >= gutter]
        return [*_blocks(left, depth + 1, usual), *_blocks(right, depth + 1, usual)]
    gutter = _gutter(pieces, usual, spanned=True) if depth < _DEEPEST else None
    if gutter is None:
        return [pieces]
    blocks: list[list[Piece]] = []
    for spans, band in _bands(pieces, gutter):
        blocks.extend([band] if spans else _blocks(band, depth + 1, usual))
    return blocks


def _bands(pieces: list[Piece], gutter: float) -> list[tuple[bool, list[Piece]]]:
    """Runs of rows that span the gutter and runs of rows that do not, from top to bottom."""
    bands: list[tuple[bool, list[Piece]]] = []
    for row in rows_of(pieces):
        spans = any(p.x0 < gutter - 1 and p.x1 > gutter + 1 for p in row)
        if not bands or bands[-1][0] != spans:
            bands.append((spans, []))
        bands[-1][1].extend(row)
    return bands


def usual_gutter(pages: Sequence[Sequence[Piece]]) -> float | None:
    """The gutter that at least a third of the pages share, to within 10 points."""
    filled = [list(pieces) for pieces in pages if pieces]
    both = [_gutter(p, None, spanned=False) or _gutter(p, None, spanned=True) for p in filled]
    found = [gutter for gutter in both if gutter is not None]
    near = Counter(round(gutter / 10) for gutter in found).most_common(1)
    if not near or 3 * near[0][1] < len(filled):
        return None
    return median(gutter for gutter in found if round(gutter / 10) == near[0][0])


def _gutter(pieces: list[Piece], usual: float | None, *, spanned: bool) -> float | None:
    """The x of the best gutter: no piece crosses it, or (`spanned`) few do; None when the sides are not columns."""
    size = median(p.size for p in pieces)
    least = max(5.0, 0.6 * size)
    rows = len(rows_of(pieces))
    low, high = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    if high - low < 16 * size or (rows < 3 and usual is None):
        return None
    allowed = max(1, rows * 2 // 5) if spanned else 0
    best: tuple[int, float, float] | None = None
    for start, end, crossing in _valleys(pieces, allowed):
        if end - start < least or (spanned and crossing == 0):
            continue
        middle = (start + end) / 2
        rest = [p for p in pieces if not (p.x0 < middle - 1 and p.x1 > middle + 1)]
        sides = [[p for p in rest if p.x1 <= middle + 1], [p for p in rest if p.x0 >= middle - 1]]
        known = usual is not None and start - 2 <= usual <= end + 2
        if all(sides) and (known or _are_columns(*sides)) and _abreast(*sides):
            rank = (crossing, start - end, middle)
            best = rank if best is None or rank < best else best
    return best[2] if best else None


def _valleys(pieces: list[Piece], allowed: int) -> list[tuple[float, float, int]]:
    """Intervals of x that at most `allowed` pieces cover, with the most that cover any part of them."""
    events = sorted([(p.x0, 1) for p in pieces] + [(p.x1, -1) for p in pieces])
    valleys: list[tuple[float, float, int]] = []
    depth, previous = 0, events[0][0]
    for x, change in events:
        if x > previous and depth <= allowed:
            if valleys and valleys[-1][1] == previous and depth == valleys[-1][2]:
                valleys[-1] = (valleys[-1][0], x, depth)
            else:
                valleys.append((previous, x, depth))
        depth, previous = depth + change, x
    return valleys


def _are_columns(left: list[Piece], right: list[Piece]) -> bool:
    """Whether two sides are columns of prose. Where their lines do not share baselines, even a narrow one is."""
    baselines = [p.base for p in right]
    shared = sum(any(abs(p.base - base) < 1 for base in baselines) for p in left)
    aligned = 2 * shared > min(len(left), len(right))
    return all(_is_column(side, 9 if aligned else 5) for side in (left, right))


def _is_column(side: list[Piece], narrowest: float) -> bool:
    """Whether pieces look like a column: three rows or more, wide enough for their size, mostly filled."""
    rows = rows_of(side)
    if any(p.table for p in side):
        return True
    if len(rows) < 3:
        return False
    left, right = min(p.x0 for p in side), max(p.x1 for p in side)
    fill = median((row[-1].x1 - row[0].x0) / (right - left) for row in rows)
    return right - left > narrowest * median(p.size for p in side) and fill > 0.5


def _abreast(left: list[Piece], right: list[Piece]) -> bool:
    """Whether two sides stand beside each other and not one below the other."""
    low = max(min(p.base for p in left), min(p.base for p in right))
    high = min(max(p.top for p in left), max(p.top for p in right))
    return high > low
