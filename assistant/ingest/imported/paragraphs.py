"""Lines in reading order → the text of a page: paragraphs, headings marked with `#`, tables as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from assistant.ingest.imported.characters import clean, is_cjk, joint
from assistant.ingest.imported.layout import Line

_END = re.compile(r"[.!?:;。！？：；][\"'”’)）】」⁰¹²³⁴-⁹,–\s]*$")
_BULLET = re.compile(r"^(?:[•●▪■◆○·‣]|[-–*] |\(?\d{1,2}[.)] |[（(][a-z一二三四五六七八九十\d]{1,2}[)）])")
_NUMBERED = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z\u4e00-\u9fff]|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十\d]+[章节部])"
)
_PROSE = re.compile(r"。|[.!?] [A-Z]|[.!?]$")
_CAPTION = re.compile(r"^(?:table|figure|fig\.?|box|panel|表|图)\s*\d", re.IGNORECASE)
_LONGEST_HEADING = 140
_DEEPEST = 4
_BODY_SHARE = 0.15


class Style(NamedTuple):
    """What the body of a document looks like; `heading_sizes` are the larger sizes, largest first."""

    body: float
    heading_sizes: tuple[float, ...]
    bold_body: bool


def style_of(lines: Sequence[Line]) -> Style:
    """The body size is the largest that a good share of the characters has; what is larger is a heading size."""
    weight: dict[float, int] = {}
    bold = total = 0
    for line in lines:
        if not line.table:
            weight[rounded(line.size)] = weight.get(rounded(line.size), 0) + len(line.text)
            total += len(line.text)
            bold += len(line.text) if line.bold else 0
    body = max((size for size in weight if weight[size] >= _BODY_SHARE * total), default=10.0)
    larger = tuple(sorted((size for size in weight if size >= 1.12 * body), reverse=True))
    return Style(body, larger, 2 * bold > total)


def rounded(size: float) -> float:
    """A font size as it is compared: to the half point."""
    return round(size * 2) / 2


def page_text(lines: Sequence[Line], style: Style) -> str:
    """The text of one page. Line-end hyphens stay marked; they are resolved with the whole document's vocabulary."""
    paragraphs: list[tuple[str, str]] = []
    for group in _groups(lines, style):
        mark = _mark(group, style)
        text = group[0].text if mark == "|" else _joined(group)
        if not clean(text).strip():
            continue
        before = next((i for i in range(len(paragraphs) - 1, -1, -1) if not _floats(paragraphs[i])), None)
        if before is not None and _continues(paragraphs[before], (mark, text), group[0]):
            last = paragraphs[before][1]
            paragraphs[before] = (mark, last + joint(last, text) + text)
        else:
            paragraphs.append((mark, text))
    return "\n\n".join(clean(f"{mark} {text}" if mark.startswith("#") else plain(text)) for mark, text in paragraphs)


def plain(text: str) -> str:
    """A paragraph that happens to begin with `#` is not a heading."""
    return "＃" + text[1:] if text.startswith("#") else text


def _floats(paragraph: tuple[str, str]) -> bool:
    """Whether a paragraph is a table or a caption, which may stand in the middle of a sentence."""
    return paragraph[0] == "|" or bool(_CAPTION.match(paragraph[1]))


def _joined(group: Sequence[Line]) -> str:
    text = ""
    for line in group:
        text += joint(text, line.text) + line.text
    return text


def _groups(lines: Sequence[Line], style: Style) -> list[list[Line]]:
    groups: list[list[Line]] = []
    leading = _leading(lines)
    for line in lines:
        if not groups or _starts(groups[-1], line, leading, style):
            groups.append([])
        groups[-1].append(line)
    return groups


def _leading(lines: Sequence[Line]) -> float:
    plain_lines = [line for line in lines if not line.table]
    steps = [a.base - b.base for a, b in pairwise(plain_lines) if a.column == b.column]
    positive = [step for step in steps if step > 0]
    return median(positive) if positive else 12.0


def _starts(group: list[Line], line: Line, leading: float, style: Style) -> bool:
    last = group[-1]
    if line.table or last.table or (line.column != last.column and not _one_title(last, line, style)):
        return True
    if abs(line.size - last.size) > 0.12 * last.size or (line.bold != last.bold and (_short(last) or _short(line))):
        return True
    widest = 1.8 * line.size if line.size >= 1.12 * style.body else 1.35 * max(leading, 0.9 * line.size)
    if last.base - line.base > widest or _BULLET.match(line.text):
        return True
    if _is_heading([*group], style) and not _is_heading([*group, line], style):
        return True
    indented = line.x0 - line.left > 0.8 * line.size and last.x0 - last.left < 0.5 * line.size
    ends_early = last.x1 < last.right - 0.12 * (last.right - last.left)
    ended = bool(_END.search(last.text))
    return (indented and (ended or ends_early)) or (ends_early and (ended or bool(_NUMBERED.match(line.text))))


def _one_title(last: Line, line: Line, style: Style) -> bool:
    """Whether two lines are one large heading although the second is too short to span the columns."""
    large = last.size >= 1.12 * style.body and abs(line.size - last.size) < 0.5
    return large and 0 < last.base - line.base < 1.8 * line.size and abs(line.x0 - last.x0) < 12 * line.size


def _short(line: Line) -> bool:
    return line.x1 - line.x0 < 0.75 * (line.right - line.left) or len(line.text) < 40


def _mark(group: Sequence[Line], style: Style) -> str:
    if group[0].table:
        return "|"
    if not _is_heading(group, style):
        return ""
    size = rounded(group[0].size)
    level = style.heading_sizes.index(size) + 1 if size in style.heading_sizes else len(style.heading_sizes) + 1
    return "#" * min(level, _DEEPEST)


def _is_heading(group: Sequence[Line], style: Style) -> bool:
    text = _joined(group)
    if len(group) > 4 or not 2 <= len(text) <= _LONGEST_HEADING or not any(c.isalpha() for c in text):
        return False
    if _CAPTION.match(text) or (is_cjk(text[0]) and len(text) > 45) or (len(text) > 40 and _PROSE.search(text)):
        return False
    large = group[0].size >= 1.12 * style.body
    bold = all(line.bold for line in group) and not style.bold_body and group[0].size > 0.9 * style.body
    if large:
        return text[-1] not in ",;，；"
    return bold and text[-1] not in ".,;。，；"


def _continues(last: tuple[str, str], new: tuple[str, str], line: Line) -> bool:
    """Whether a paragraph goes on in the next column."""
    if last[0] or new[0] or _BULLET.match(new[1]) or _END.search(last[1]):
        return False
    return (
        new[1][0].islower()
        or new[1][0].isdigit()
        or (is_cjk(new[1][0]) and is_cjk(last[1][-1]) and line.x0 - line.left < line.size)
    )
