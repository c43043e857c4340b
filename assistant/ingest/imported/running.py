"""What repeats at the edges of pages: printed labels ("e209"), and running headers and footers, which are removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.ingest.imported.glyphs import Frame, Piece
from assistant.ingest.imported.layout import row_text, rows_of

_ZONE, _WIDER_ZONE, _NUMBER = 0.12, 0.17, 12
_ROWS = 3
_NUMBER_ONLY = re.compile(
    r"(?:第#页|page#(?:of\d+)?|[-–—]#[-–—]|#/\d+|第\d+页|page\d+(?:of\d+)?|[-–—]\d+[-–—]|#)(?:共\d+页)?"
)
_LABEL = re.compile(r"(?<![A-Za-z0-9.,/-])([A-Za-z]?)(\d{1,5})(?![A-Za-z0-9%/-]|[.,]\d)")
Row = tuple[bool, str, list[Piece]]


def edge_rows(pieces: Sequence[Piece], frame: Frame) -> list[Row]:
    """The first and last rows of a page that lie in its margins; a bare number may stand a little further in.

    Returns:
        For each row: whether it is at the top, its text, its pieces.
    """
    rows = rows_of([piece for piece in pieces if not piece.table])

    def margin(row: list[Piece]) -> float:
        return (_WIDER_ZONE if len(row_text(row)) <= _NUMBER else _ZONE) * frame.height

    top = [(True, row_text(row), row) for row in rows[:_ROWS] if row[0].base > frame.y1 - margin(row)]
    bottom = [(False, row_text(row), row) for row in rows[-_ROWS:] if row[0].base < frame.y0 + margin(row)]
    return top + [row for row in bottom if row[2] not in [t[2] for t in top]]


def page_labels(edges: Sequence[Sequence[Row]]) -> list[str] | None:
    """The labels printed on the pages, or None: the prefix and offset that count up on at least half of the pages."""
    votes: Counter[tuple[str, int]] = Counter()
    for index, rows in enumerate(edges):
        votes.update({(m[1], int(m[2]) - index) for _, text, _ in rows for m in _LABEL.finditer(text)})
    filled = sum(1 for rows in edges if rows)
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    if not ranked or ranked[0][1] < max(2, (filled + 1) // 2):
        return None
    (prefix, offset), _ = ranked[0]
    return [f"{prefix}{offset + index}" if offset + index > 0 else "" for index in range(len(edges))]


def running_pieces(edges: Sequence[Sequence[Row]], labels: Sequence[str] | None) -> list[set[int]]:
    """Per page, the `id()` of pieces in running headers and footers: the same words on several pages, or the label."""
    keys = [[(top, _key(text, labels[i] if labels else "")) for top, text, _ in rows] for i, rows in enumerate(edges)]
    pages_with: Counter[tuple[bool, str]] = Counter()
    for page in keys:
        pages_with.update(set(page))
    needed = 2 if len(edges) < 5 else 3
    return [
        {
            id(piece)
            for key, (_, _, row) in zip(page_keys, rows, strict=True)
            if pages_with[key] >= needed or _NUMBER_ONLY.fullmatch(key[1]) or _carries_label(key, page_keys)
            for piece in row
        }
        for page_keys, rows in zip(keys, edges, strict=True)
    ]


def _carries_label(key: tuple[bool, str], page_keys: Sequence[tuple[bool, str]]) -> bool:
    """Whether the outermost row of a page begins or ends with the page's own label, as a footer does."""
    ends = [k for k in page_keys if k[0] == key[0]]
    outermost = ends[0] if key[0] else ends[-1]
    return key == outermost and len(key[1]) < 120 and (key[1].startswith("#") or key[1].endswith("#"))


def _key(text: str, label: str) -> str:
    bare = re.sub(rf"(?<![A-Za-z0-9]){re.escape(label)}(?![A-Za-z0-9])", "#", text) if label else text
    return re.sub(r"\s+", "", bare).lower()
