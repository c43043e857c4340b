"""How a delay is worded: which dose was the last one given, which one was missed, days since or days late.

"10 days late" is not "10 days since the last dose": the two never fill the same slot. Weeks become days exactly (7 each);
months, bounds, ranges and approximate amounts do not become a number. Two durations that could both be the delay, or two
doses that could both be the last one, give nothing: the rule asks.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.text.quantities import Quantity
from assistant.types import Record
from assistant.understand.calendar_days import DATE, actual_dates, days_between_dates
from assistant.understand.cues import cue
from assistant.understand.doses import DoseMention, dose_mentions, interval_in

_DAYS = {"day": Decimal(1), "week": Decimal(7), "hour": Decimal(0)}
_HOURS_OF_A_DAY = Decimal(24)
_NEAR = 26
_STOP = re.compile(r"[，,。；;？?！!]")
_NOT_A_DELAY_BEFORE = re.compile(
    r"(?:第|day|lasted|lasting|持续|for the last|in the last|grade \d on|发热|发烧|烧了|术后|化疗后|cr|缓解|达到.{0,6}|[改换](?:成|为|到)?)\s*$|every[\s-]*$|每\s*$|each\s*$"
)
_NOT_A_DELAY_AFTER = re.compile(r"\s*(?:一次|后?停药|(?:of )?(?:fever|steroids?|antibiotics)|old|岁|疗程)")
# 递增2后第10天: the days since that dose
_ORDINAL_SINCE = re.compile(r"(?:[123一二三]|剂量?|[针剂次量药])\s*(?:给药|用药)?之?后的?\s*第\s*$")
_SINCE_AFTER = re.compile(r"\s*(?:after|since|from|post)\b")
_NOT_GIVEN_BEFORE = re.compile(
    r"(?:\b(?:no|without|never (?:got|had|received)|(?:did|has|have)(?:n't| not) (?:yet )?(?:got|get|had|have|receive|received))(?: (?:the|a|any|his|her|their))?|还没(?:有)?打|没打|未打|尚未(?:打|给))\s*$",
    re.ASCII,
)
# "step-up 2 was due 3 days ago, not given": said of the dose somewhat later
_NEVER_CAME = re.compile(
    r"not (?:yet )?(?:given|done)|never (?:given|came)|没打|未打|没给|未给|没用|还没|尚未", re.ASCII
)
_PLANNED = re.compile(r"\b(?:supposed|meant|due|scheduled|planned) to (?:be|have been) (?:given|done)\b", re.ASCII)
_NOT_GIVEN_AFTER = re.compile(
    r"\s*(?:(?:dose|shot)\s*)?(?:(?:was|were|is|has|have|had)\s*)?(?:(?:been\s*)?(?:not|never)\b|(?:was|has)n't\b|not (?:yet )?given|还没|还未|尚未|没打|未打|没给|未给|没用|一直没)",
    re.ASCII,
)
_MISSED_AFTER = re.compile(
    r"(?!之?后|打?完).{0,4}?(?:was |is |has been |got )?(?:planned|scheduled|due|原定|原计划|计划|应该?|missed|late|skipped|never (?:happened|given|came)|not given|not yet|漏|一直没|没打|未打|没给|没用|没来|还没|推迟|延迟|拖)"
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
    from_dates: bool = False

    @property
    def timed(self) -> bool:
        """Whether any amount of time is given, exact or not."""
        return self.days_since is not None or self.days_late is not None or bool(self.unclear_amount)


def delay_in(text: str, quantities: tuple[Quantity, ...]) -> Delay:
    """The delay that normalised `text` words, read with its `quantities`."""
    exact: dict[bool, set[Decimal]] = {True: set(), False: set()}
    unclear = ""
    for quantity in _durations(text, quantities):
        if _is_exact(quantity):
            exact[_is_late(text, quantity)].add(_days(quantity))
        else:
            unclear = text[quantity.start : quantity.end].strip()
    late = _only(exact[True])
    since = _only(exact[False])
    if not exact[False] and late is None and not unclear:
        since = days_between_dates(text)
        if since is None and len(actual_dates(text)) > 2:
            unclear = " / ".join(match[0].strip() for match in actual_dates(text))
    from_dates = since is not None and not exact[False]
    if len(exact[False]) > 1 or len(exact[True]) > 1:
        unclear = " / ".join(str(days) for days in sorted(exact[False] | exact[True]))
    last, missed, open_reading = _roles(text, dose_mentions(text), since is not None and late is None)
    if late is not None and last and not missed and not cue("given", _PLANNED.sub(" ", text)):
        last, missed = "", last
    exactly_one = since is not None and not unclear
    return Delay(
        last_dose=_with_interval(last, interval_in(text)),
        missed_dose=missed,
        days_since=since if exactly_one else None,
        days_late=late if not exactly_one else None,
        unclear_amount="" if exactly_one or late is not None else unclear,
        open_reading=open_reading and exactly_one,
        from_dates=from_dates,
    )


def _durations(text: str, quantities: tuple[Quantity, ...]) -> list[Quantity]:
    """The durations that can be the delay: no dates, no intervals, no "day 2"; those tied to the last dose, if any are."""
    dates = [match.span() for match in DATE.finditer(text)]
    candidates = [
        q
        for q in quantities
        if (q.unit in {"day", "week", "month"} or (q.unit == "hour" and _tied_to_last_dose(text, q)))
        and not any(start <= q.start < end for start, end in dates)
        and not _is_something_else(text, q)
    ]
    tied = [q for q in candidates if _tied_to_last_dose(text, q)]
    return tied if tied and len(candidates) > 1 else candidates


def _is_something_else(text: str, quantity: Quantity) -> bool:
    before, after = text[max(0, quantity.start - 14) : quantity.start], text[quantity.end : quantity.end + 8]
    asks_how_many = quantity.approximate and text[quantity.start : quantity.end].strip().startswith("几")
    if asks_how_many and "了" not in before[-3:] and not after.startswith(("了", "没", "前")):
        return True  # 隔几天 asks for the number; 停了几天, 几天前 and 十几天 give one that is not exact
    if re.search(r"(?:末次|上次|最后一次|给药|打完|用药)\S{0,3}后?第\s*$", before) or _ORDINAL_SINCE.search(before):
        return False
    if (cue("day", before[-4:]) or "+" in text[quantity.start : quantity.end]) and _SINCE_AFTER.match(after):
        return False  # "day 12 after the last dose" counts from it
    return bool(_NOT_A_DELAY_BEFORE.search(before) or _NOT_A_DELAY_AFTER.match(after))


def _tied_to_last_dose(text: str, quantity: Quantity) -> bool:
    before = re.split(_STOP, text[max(0, quantity.start - 8) : quantity.start])[-1]
    after = re.split(_STOP, text[quantity.end : quantity.end + 12])[0]
    return bool(cue("since_last", after) or cue("since_last", before) or cue("late", after) or cue("late", before))


def _is_exact(quantity: Quantity) -> bool:
    """Whether the days are one whole number: hours only when they are full days."""
    whole = quantity.unit != "hour" or (quantity.value or Decimal(0)) % _HOURS_OF_A_DAY == 0
    return quantity.unit in _DAYS and quantity.exact and whole


def _days(quantity: Quantity) -> Decimal:
    value = quantity.value or Decimal(0)
    return value // _HOURS_OF_A_DAY if quantity.unit == "hour" else value * _DAYS[quantity.unit]


def _only(values: set[Decimal]) -> Decimal | None:
    return next(iter(values)) if len(values) == 1 else None


def _is_late(text: str, quantity: Quantity) -> bool:
    before, after = text[max(0, quantity.start - _NEAR) : quantity.start], text[quantity.end : quantity.end + _NEAR]
    if cue("past_due", before[-_NEAR:]) or cue("late_by", _STOP.split(before)[-1]):
        return True
    if cue("late", _STOP.split(before)[-1][-14:]) or cue("late", after[:12]):
        return not cue("since_explicit", _STOP.split(before)[-1] + " | " + _STOP.split(after)[0])
    if cue("since_last", after) or cue("since_last", before):
        return False
    return bool(cue("late", before) or cue("late", after) or cue("missed", before))


def _roles(text: str, mentions: tuple[DoseMention, ...], counted_since: bool) -> tuple[str, str, bool]:
    """Which named dose was given last and which was missed; and whether the missed one had to be read as the last."""
    given: list[str] = []
    missed, never = "", False
    for mention in mentions:
        before, after = text[max(0, mention.start - 22) : mention.start], text[mention.end : mention.end + 24]
        if _nearest(before, "missed", "given") or _MISSED_AFTER.match(after) or _is_the_next_dose(before, after):
            missed = mention.id
            never = never or bool(
                _NOT_GIVEN_BEFORE.search(before) or _NOT_GIVEN_AFTER.match(after) or _NEVER_CAME.search(after)
            )
        elif mention.id not in given:
            given.append(mention.id)
    # "missed" can mean late (docs/decisions/0003); a dose that was "not given yet" cannot be the last one given
    if missed and not never and not given and counted_since and cue("since_last", text):
        return missed, missed, True
    if len(given) == 2 and set(given) == {"first_treatment", "treatment"}:
        given = ["first_treatment"]
    explicit = last_dose_named(text)
    if explicit:
        return explicit, missed, False
    return (given[0] if len(given) == 1 else ""), missed, False


def last_dose_named(text: str) -> str:
    """The dose that `text` names in so many words as the last one given ("last was ... step-up dose 2"); "" for none."""
    named = (m.id for m in dose_mentions(text) if cue("last_named", text[max(0, m.start - 34) : m.start]))
    return next(named, "")


def _is_the_next_dose(before: str, after: str) -> bool:
    """Whether the dose is asked for rather than reported ("is step-up 2 due?", 下一步打第二针吗)."""
    return bool(
        re.match(r"\s*(?:due|next|now|today|yet|go in\b|be given|\?|？|能打|可以打|行吗|吗|不$|不[？?]|了吗)", after)
        or (
            re.search(
                r"(?:give|is|due|next|can (?:we|the|i)|should (?:we|the|i)|下一(?:步|针)|该打|能打|可以打|接)\s*$",
                before[-9:],
            )
            and re.search(r"\?|？|吗|能", after)
        )
    )


def _nearest(before: str, wanted: str, other: str) -> bool:
    first, second = cue(wanted, before), cue(other, before)
    return first is not None and (second is None or first.start() > second.start())


def _with_interval(dose: str, interval: str) -> str:
    if dose == "treatment" or (not dose and interval):
        return f"treatment_{interval}" if interval else dose
    return dose
