"""How a delay is worded: which dose was the last one given, which one was missed, days since or days late.

"10 days late" is not "10 days since the last dose": the two never fill the same slot. Weeks become days exactly (7 each);
months and approximate amounts do not become a number. Two dates ("last dose 3 March, today 20 March") are subtracted.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from assistant.text.quantities import Quantity
from assistant.types import Record
from assistant.understand.cues import cue
from assistant.understand.doses import DoseMention, dose_mentions, interval_in

_DAYS = {"day": Decimal(1), "week": Decimal(7)}
_NEAR = 26
_LEAP_YEAR = 2024
_MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    r"(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})日?|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n3>{'|'.join(m[:3] for m in _MONTHS)})[a-z]*"
    rf"|(?P<n4>{'|'.join(m[:3] for m in _MONTHS)})[a-z]*\.?\s+(?P<d4>\d{{1,2}})(?!\d)"
)


class Delay(Record):
    """What the wording of a delay says; absent parts are None or "".

    `open_reading` is set when a dose is named as missed while the days are counted from "the last dose": the named dose is
    then read as the last one given, and the other reading must be shown beside the result.
    """

    last_dose: str = ""
    missed_dose: str = ""
    days_since: Decimal | None = None
    days_late: Decimal | None = None
    unclear_amount: str = ""
    open_reading: bool = False


def delay_in(text: str, quantities: tuple[Quantity, ...]) -> Delay:
    """The delay that normalised `text` words, read with its `quantities`."""
    mentions = dose_mentions(text)
    interval = interval_in(text)
    dates = [match.span() for match in _DATE.finditer(text)]
    durations = [
        q
        for q in quantities
        if q.unit in {"day", "week", "month", "hour"}
        and not _part_of_interval(text, q)
        and not any(start <= q.start < end for start, end in dates)
    ]
    days_since: Decimal | None = None
    days_late: Decimal | None = None
    unclear = ""
    for quantity in durations:
        if quantity.unit not in _DAYS or quantity.value is None or quantity.upper or quantity.comparator != "=":
            if quantity.unit != "hour":
                unclear = text[quantity.start : quantity.end].strip()
            continue
        days = quantity.value * _DAYS[quantity.unit]
        if _is_late(text, quantity):
            days_late = days
        else:
            days_since = days if days_since is None else days_since
    if days_since is None and days_late is None:
        days_since = _days_between_dates(text)
    last, missed, open_reading = _roles(text, mentions, days_since is not None)
    if days_late is not None and last and not missed and not cue("given", text):
        last, missed = "", last
    return Delay(
        last_dose=_with_interval(last, interval),
        missed_dose=missed,
        days_since=days_since,
        days_late=days_late,
        unclear_amount=unclear if days_since is None and days_late is None else "",
        open_reading=open_reading,
    )


def _part_of_interval(text: str, quantity: Quantity) -> bool:
    """Whether the duration is the treatment interval ("every 2 weeks", 每两周一次) and not a delay."""
    before, after = text[max(0, quantity.start - 7) : quantity.start], text[quantity.end : quantity.end + 3]
    return (bool(re.search(r"every\s*$|每\s*$|\bq\s*$|第\s*$", before)) and "第" not in before) or after.startswith(
        "一次"
    )


def _is_late(text: str, quantity: Quantity) -> bool:
    before, after = text[max(0, quantity.start - _NEAR) : quantity.start], text[quantity.end : quantity.end + _NEAR]
    if cue("since_last", after) or cue("since_last", before):
        return False
    return bool(cue("late", before) or cue("late", after) or cue("missed", before))


def _roles(text: str, mentions: tuple[DoseMention, ...], counted_since: bool) -> tuple[str, str, bool]:
    """Which named dose was given last and which was missed; and whether the missed one had to be read as the last."""
    last = missed = ""
    for mention in mentions:
        before, after = text[max(0, mention.start - 22) : mention.start], text[mention.end : mention.end + 12]
        is_missed = _nearest(before, "missed", "given") or bool(
            re.match(r"\s*(?:was |is )?(?:missed|late|漏|没打|未打|没给|推迟|延迟)", after)
        )
        if is_missed:
            missed = mention.id
        else:
            last = mention.id
    if missed and not last and counted_since and cue("since_last", text):
        return missed, missed, True
    return last, missed, False


def _nearest(before: str, wanted: str, other: str) -> bool:
    first, second = cue(wanted, before), cue(other, before)
    return first is not None and (second is None or first.start() > second.start())


def _with_interval(dose: str, interval: str) -> str:
    if dose == "treatment" or (not dose and interval):
        return f"treatment_{interval}" if interval else dose
    return dose


class _Day(Record):
    """A date as typed; `year` is 0 when it is not said, `today` when the words before it say so."""

    year: int
    month: int
    day: int
    today: bool

    def on(self, year: int) -> date:
        """The calendar date; raises ValueError for a day that does not exist."""
        return date(self.year or year, self.month, self.day)


def _days_between_dates(text: str) -> Decimal | None:
    """Days from the last dose to today when exactly two dates are typed; None when the count would depend on a guess.

    Without years, a span that goes over the end of February would differ by a day in a leap year: it is not counted.
    """
    found = [_day(text, match) for match in _DATE.finditer(text)]
    if len(found) != 2:
        return None
    earlier, later = sorted(found, key=lambda day: day.today) if any(d.today for d in found) else found
    try:
        spans = {_span(earlier, later, year) for year in (_LEAP_YEAR, _LEAP_YEAR + 1, _LEAP_YEAR + 2, _LEAP_YEAR + 3)}
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
    month = [m[:3] for m in _MONTHS].index(name) + 1 if name else int(match["m"] or match["m2"])
    before = text[max(0, match.start() - 8) : match.start()]
    return _Day(
        year=int(match["y"] or 0),
        month=month,
        day=int(match["d"] or match["d2"] or match["d3"] or match["d4"]),
        today=bool(cue("now", before)),
    )
