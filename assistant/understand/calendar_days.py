"""Two typed dates → the days between them, when that is not a guess."""

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
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n3>{_NAMES})[a-z]*|(?P<n4>{_NAMES})[a-z]*\.?\s+(?P<d4>\d{{1,2}})(?!\d)",
    re.ASCII,
)
_LEAP_YEAR = 2024


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
    found = [_day(text, match) for match in DATE.finditer(text)]
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


def _span(earlier: _Day, later: _Day, year: int) -> int:
    start, end = earlier.on(year), later.on(year)
    if end < start and not later.year:
        end = later.on(year + 1)
    return (end - start).days


def _day(text: str, match: re.Match[str]) -> _Day:
    name = match["n3"] or match["n4"]
    month = _MONTHS.index(name) + 1 if name else int(match["m"] or match["m2"])
    before = text[max(0, match.start() - 8) : match.start()]
    return _Day(
        year=int(match["y"] or 0),
        month=month,
        day=int(match["d"] or match["d2"] or match["d3"] or match["d4"]),
        today=bool(cue("now", before)),
    )
