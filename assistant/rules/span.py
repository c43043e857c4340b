"""The base of all table records, and the interval: a range of numbers in bracket form."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

_NUMBER = r"-?\d+(?:\.\d+)?"
_INTERVAL = re.compile(rf"^(?P<open>[\[(])\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER}|inf)\s*(?P<close>[\])])$")


class Entry(BaseModel):
    """Base of all table records: frozen, and unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(Entry):
    """A range in bracket form: "[8, 29)" is 8 ≤ x < 29; "inf" leaves it open upwards."""

    low: Decimal
    low_closed: bool
    high: Decimal | None
    high_closed: bool

    @classmethod
    def parse(cls, text: object) -> Interval:
        """Read "[8, 29)"; anything else is a ValueError that says what is allowed."""
        match = _INTERVAL.match(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError('an interval such as "[8, 29)" or "(7, inf)" is expected')
        low = Decimal(match["low"])
        high = None if match["high"] == "inf" else Decimal(match["high"])
        low_closed, high_closed = match["open"] == "[", match["close"] == "]"
        if high is None and high_closed:
            raise ValueError('an open end is written "inf)"')
        if high is not None and (high < low or (high == low and not (low_closed and high_closed))):
            raise ValueError("the interval is empty: its upper end must lie above its lower end")
        return cls(low=low, low_closed=low_closed, high=high, high_closed=high_closed)

    def below(self, value: Decimal) -> bool:
        """Whether `value` lies below the interval."""
        return value < self.low or (value == self.low and not self.low_closed)

    def above(self, value: Decimal) -> bool:
        """Whether `value` lies above the interval."""
        return self.high is not None and (value > self.high or (value == self.high and not self.high_closed))

    def __contains__(self, value: Decimal) -> bool:
        return not self.below(value) and not self.above(value)
