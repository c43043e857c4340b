"""Tables of a PDF page as Markdown rows: ruled ones where pdfplumber finds cells, and those with horizontal rules only.

The text of a cell is always taken from pdfium's characters (spaces, raised digits), never from pdfplumber.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple

import pdfplumber
import pypdfium2.raw as raw

from assistant.ingest.imported.characters import clean, joint
from assistant.ingest.imported.glyphs import Frame, Glyph, Piece, text_of

_FEWEST_PATHS, _MOST_PATHS = 3, 4_000
_RULE_LENGTH = 60.0


class Box(NamedTuple):
    """A rectangle in page coordinates that grow upwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, glyph: Glyph) -> bool:
        """Whether the middle of `glyph` lies inside."""
        middle = (glyph.x0 + glyph.x1) / 2
        return self.x0 <= middle <= self.x1 and self.y0 <= glyph.base + 0.3 * glyph.size <= self.y1


class TableReader:
    """Finds tables in one PDF; opens it with pdfplumber only when a page has lines that could be a table."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._plumber: Any = None

    def take(self, page: Any, index: int, glyphs: list[Glyph], frame: Frame) -> tuple[list[Piece], list[Glyph]]:
        """The tables of a page as pieces, and the glyphs that belong to none."""
        paths = sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3))
        if not _FEWEST_PATHS <= paths <= _MOST_PATHS or frame.turn or page.get_rotation() or not glyphs:
            return [], glyphs
        found, rules = self._geometry(index, frame)
        pieces: list[Piece] = []
        for cells in found:
            rows, glyphs = _ruled(cells, glyphs)
            pieces.extend(rows)
        for box in _between_rules(rules):
            rows, glyphs = _open_table(box, glyphs)
            pieces.extend(rows)
        return pieces, glyphs

    def _geometry(self, index: int, frame: Frame) -> tuple[list[list[list[Box | None]]], list[Box]]:
        if self._plumber is None:
            self._plumber = pdfplumber.open(BytesIO(self._data))
        page = self._plumber.pages[index]
        left, top = page.bbox[0], page.bbox[1]

        def box(edges: Sequence[float]) -> Box:
            x0, y0, x1, y1 = edges
            return Box(x0 - left + frame.x0, frame.y1 - (y1 - top), x1 - left + frame.x0, frame.y1 - (y0 - top))

        tables = [
            [[box(cell) if cell else None for cell in row.cells] for row in table.rows] for table in page.find_tables()
        ]
        rules = [
            box((edge["x0"], edge["top"], edge["x1"], edge["bottom"]))
            for edge in page.horizontal_edges
            if edge["x1"] - edge["x0"] > _RULE_LENGTH
        ]
        page.close()
        return tables, rules


def _ruled(rows: list[list[Box | None]], glyphs: list[Glyph]) -> tuple[list[Piece], list[Glyph]]:
    cells = [cell for row in rows for cell in row if cell]
    inside = [[_cell_text([g for g in glyphs if cell.holds(g)]) if cell else "" for cell in row] for row in rows]
    filled = [row for row in inside if any(row)]
    if len(filled) < 2 or max(sum(map(bool, row)) for row in filled) < 2 or len(rows[0]) < 2:
        return [], glyphs
    outline = Box(*(f(c[i] for c in cells) for i, f in enumerate((min, min, max, max))))
    return _finish(filled, outline, glyphs)


def _cell_text(glyphs: list[Glyph]) -> str:
    text = ""
    for line in _lines(glyphs):
        piece = text_of(line)[0].strip()
        text += joint(text, piece) + piece
    return text


def _lines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs by baseline, top line first, each from left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted((g for g in glyphs), key=lambda g: -g.base):
        tallest = max(lines[-1], key=lambda g: g.size) if lines else None
        if tallest is None or abs(tallest.base - glyph.base) > 0.55 * max(tallest.size, glyph.size):
            lines.append([])
        lines[-1].append(glyph)
    ordered = [sorted(line, key=lambda g: (g.x0, g.text != " ")) for line in lines]
    return [line for line in ordered if any(g.text != " " for g in line)]


def _between_rules(rules: list[Box]) -> list[Box]:
    """Boxes between the first and last of three or more rules of equal extent, as journals set tables."""
    groups: list[list[Box]] = []
    for rule in sorted(rules, key=lambda r: -r.y1):
        for group in groups:
            if abs(group[0].x0 - rule.x0) < 3 and abs(group[0].x1 - rule.x1) < 3:
                group.append(rule)
                break
        else:
            groups.append([rule])
    boxes = []
    for group in groups:
        heights = sorted({round(rule.y1) for rule in group})
        if len(heights) >= 3 and heights[-1] - heights[0] > 20:
            boxes.append(Box(group[0].x0 - 2, heights[0], group[0].x1 + 2, heights[-1]))
    return boxes


def _open_table(box: Box, glyphs: list[Glyph]) -> tuple[list[Piece], list[Glyph]]:
    """A table without vertical rules: columns are the gaps that run through every row."""
    lines = _lines([g for g in glyphs if box.holds(g)])
    if len(lines) < 2:
        return [], glyphs
    size = text_of(lines[0])[2]
    edges = _column_edges(lines, box, size)
    if len(edges) < 3:
        return [], glyphs
    grid = []
    for line in lines:
        cells = [[g for g in line if left <= (g.x0 + g.x1) / 2 < right] for left, right in pairwise(edges)]
        grid.append([text_of(cell)[0].strip() if cell else "" for cell in cells])
    rows = [grid[0]]
    for row in grid[1:]:
        if row[0] and any(row[1:]):
            rows.append(row)
        elif not row[0] and len(rows) > 1:
            rows[-1] = [cell + joint(cell, more) + more for cell, more in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
    return _finish(rows, box, glyphs)


def _column_edges(lines: list[list[Glyph]], box: Box, size: float) -> list[float]:
    covered = sorted((g.x0, g.x1) for line in lines for g in line if g.text != " ")
    edges, reach = [box.x0], covered[0][1]
    for x0, x1 in covered[1:]:
        if x0 - reach > 0.8 * size:
            edges.append((x0 + reach) / 2)
        reach = max(reach, x1)
    return [*edges, box.x1]


def _finish(rows: list[list[str]], box: Box, glyphs: list[Glyph]) -> tuple[list[Piece], list[Glyph]]:
    width = max(map(len, rows))
    shown = [markdown_row([*row, *[""] * (width - len(row))]) for row in rows]
    shown.insert(1, "|" + " --- |" * width)
    sizes = [g.size for g in glyphs if box.holds(g)]
    piece = Piece("\n".join(shown), box.x0, box.x1, box.y0, box.y1, sizes[0] if sizes else 0.0, bold=False, table=True)
    return [piece], [g for g in glyphs if not box.holds(g)]


def markdown_row(cells: Sequence[str]) -> str:
    """One table row; a bar inside a cell becomes a slash, so that cells can be told apart."""
    return "| " + " | ".join(clean(cell.replace("|", "/").replace("\n", " ")) for cell in cells) + " |"
