"""Typed dates: the one full date of a question, and the days between two dates when that is not a guess."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from assistant.types import Record
from assistant.understand.cues import cue

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMES = "|".join(_MONTHS)
DATE = re.compile(
    r"(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n3>{_NAMES})[a-z]*(?:,?\s+(?P<y3>20\d\d))?|(?P<n4>{_NAMES})[a-z]*\.?\s+(?P<d4>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+(?P<y4>20\d\d))?",
    re.ASCII,
)
_LEAP_YEAR = 2024
_TODAY_DAY = re.compile(
    r"(?:今天|今日|现在)(?:是|已经?|都)?\s*(?P<a>\d{1,2})[号日]|\btoday(?: is|'s)?(?: the)? (?P<b>\d{1,2})(?:st|nd|rd|th)\b",
    re.ASCII,
)
# 03/04: month and day in an order that is not said
NUMERIC_DATE = re.compile(
    r"(?<![\d/.])(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01])(?![\d/.]|\s*(?:分|points?|mg))"
)


class _Day(Record):
    """A date as typed; `year` is 0 when it is not said, `today` when the words before it say so."""

    year: int
    month: int
    day: int
    today: bool

    def on(self, year: int) -> date:
        """The calendar date; raises ValueError for a day that does not exist."""
        return date(self.year or year, self.month, self.day)


def days_between_dates(text: str) -> Decimal | None:
    """Days from the last dose to today when exactly two dates are typed; None when the count would depend on a guess.

    Without years, a span that goes over the end of February would differ by a day in a leap year: it is not counted.
    """
    found = [_day(text, match) for match in actual_dates(text)]
    if len(found) == 1 and (day := _TODAY_DAY.search(text)):
        return _later_that_month(found[0], int(day["a"] or day["b"]))
    if len(found) != 2:
        return None
    years = {day.year for day in found if day.year}
    if len(years) == 1:
        found = [day.model_copy(update={"year": next(iter(years))}) for day in found]
    earlier, later = sorted(found, key=lambda day: day.today) if any(d.today for d in found) else found
    try:
        spans = {_span(earlier, later, year) for year in range(_LEAP_YEAR, _LEAP_YEAR + 4)}
    except ValueError:
        return None
    days = spans.pop()
    return Decimal(days) if not spans and days > 0 else None


def actual_dates(text: str) -> list[re.Match[str]]:
    """The dates in `text` on which something was done or which is today; a date that was only planned is none."""
    return [
        match
        for match in DATE.finditer(text)
        if not cue("planned_date", text[max(0, match.start() - 14) : match.start()])
    ]


def full_date_in(text: str) -> str:
    """The one date in `text`, typed with its year, as 2026-01-31; "" for none, several, or a day that does not exist."""
    found = list(DATE.finditer(text))
    if len(found) != 1 or not _year(found[0]):
        return ""
    try:
        return _day(text, found[0]).on(0).isoformat()
    except ValueError:
        return ""


def _later_that_month(first: _Day, today: int) -> Decimal | None:
    """Days to a later day of the same month (3月3号打的，今天20号); None when the month is not certain."""
    try:
        exists = first.model_copy(update={"day": today}).on(_LEAP_YEAR + 1)
    except ValueError:
        return None
    return Decimal(exists.day - first.day) if today > first.day else None


def _span(earlier: _Day, later: _Day, year: int) -> int:
    start, end = earlier.on(year), later.on(year)
    if end < start and not later.year:
        end = later.on(year + 1)
    return (end - start).days


def _year(match: re.Match[str]) -> int:
    """The year as typed; 0 when there is none."""
    return int(match["y"] or match["y3"] or match["y4"] or 0)


def _day(text: str, match: re.Match[str]) -> _Day:
    name = match["n3"] or match["n4"]
    month = _MONTHS.index(name) + 1 if name else int(match["m"] or match["m2"])
    before = text[max(0, match.start() - 8) : match.start()]
    return _Day(
        year=_year(match),
        month=month,
        day=int(match["d"] or match["d2"] or match["d3"] or match["d4"]),
        today=bool(cue("now", before)),
    )
