"""Calendar periods before and after a date: days, weeks and calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from assistant.rules.quantities import to_base
from assistant.rules.tables import Tables


def days(count: str) -> timedelta:
    """A number of days as printed in a table."""
    return timedelta(days=int(count))


def weeks(count: str, tables: Tables) -> timedelta:
    """A number of weeks as printed in a table."""
    return timedelta(days=int(to_base(tables, "time", "weeks", Decimal(count), "week")))


def add_months(start: date, count: str) -> date:
    """The same day of the month, `count` calendar months later; the last day where that month is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + int(count), 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
