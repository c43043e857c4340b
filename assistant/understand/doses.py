"""Which administration a piece of text speaks of: step-up dose 1–3, the first treatment dose, or a later treatment dose."""

from __future__ import annotations

import re

from assistant.types import Record

_ORDINALS = {"1": r"1|one|first|1st|i\b|一|首", "2": r"2|two|second|2nd|ii\b|二|两", "3": r"3|three|third|3rd|iii\b|三"}
_STEP_EN = r"(?:step[- ]?up|step|priming|ramp[- ]?up|sud|su)"
_DOSE_EN = r"(?:dose|injection|shot|priming dose)"
_STEP_ZH = r"(?:剂量)?(?:递增|爬坡|滴定)"


def _step_patterns(number: str) -> list[str]:
    o = _ORDINALS[number]
    return (
        [
            rf"{_STEP_EN}\s*{_DOSE_EN}?\s*(?:number\s*)?#?(?:{o})(?!\d|\s*(?:mg(?!\s*(?:[?？+]|$|and\b|&))|days?|d\b|weeks?|kg|µg))",
            rf"{_DOSE_EN}\s*(?:number|no\.?)\s*(?:{o})\s*(?:of|in)\s*(?:the\s*)?{_STEP_EN}",
            rf"\b(?:{o})\s*(?:[a-z]+mab\s+|tecvayli\s+|talvey\s+|elrexfio\s+|tec\s+|tal\s+)?{_STEP_EN}\s*{_DOSE_EN}?",
            rf"(?:{_STEP_ZH}|阶梯)(?:给药|剂量)?的?第?(?:{o})(?:针|次|剂|步|个)?(?:给药|剂量)?(?!\d|天|周|月|日|\.\d)",
            rf"第?(?:{o})(?:针|次|剂|步)的?(?:{_STEP_ZH}|阶梯)(?:给药|剂量|量)?",
            rf"(?<!治疗)第(?:{o})(?:针|剂|步)",
            rf"第(?:{o})次(?:给药|用药|注射|打药)",
        ]
        + ([r"首针", r"首剂(?!量)"] if number == "1" else [])
        + ([r"both step-?\s?ups?(?: doses?)?", r"两[次针](?:递增|爬坡|阶梯)(?:剂量)?都?"] if number == "2" else [])
        + [
            rf"\b(?:{o})\s+(?:(?!treatment|full|maintenance|target|weekly|biweekly|monthly|fortnightly)[a-z-]+\s+)?(?:dose|injection|shot)\b",
            rf"\b(?:dose|injection|shot|d)\s*#?(?:{number})\b(?!\s*(?:mg|days?|weeks?|kg|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
        ]
    )


_FIRST_TREATMENT = [
    r"(?:first|1st) (?:[a-z]+ )?(?:full|treatment|target|maintenance|tx) (?:dose|injection|shot)",
    r"(?:first|1st) full",
    r"(?:first|1st) (?:treatment|tx)\b",
    r"首次(?:治疗|足量|全量|维持)(?:剂量|给药)?",
    r"第一(?:次|个|针)(?:治疗剂量|治疗量|足量|全量|维持)(?:（首次治疗剂量）|\(首次治疗剂量\))?",
    r"首个治疗(?:剂)?量",
    r"第一针(?:足量|全量|治疗量|治疗剂量)",
]
_EVERY_4 = [
    r"every[- ]4[- ]weeks?",
    r"\bmonthly\b",
    r"every (?:4|four) weeks?",
    r"\bq4w\b",
    r"每(?:4|四)周",
    r"(?:4|四)周一次",
]
_EVERY_2 = [
    r"隔周",
    r"every[- ]2[- ]weeks?",
    r"every other week",
    r"every-other-week",
    r"两周(?:方案|期|那|疗)",
    r"every (?:2|two|other) weeks?",
    r"\bq2w\b",
    r"biweekly",
    r"fortnightly",
    r"两周一次",
    r"2周一次",
    r"每(?:两|2|二)周",
    r"双周",
]
_WEEKLY = [
    r"周疗",
    r"周剂量",
    r"\b(?:weekly|wkly)\b",
    r"\bq1?w\b",
    r"every week",
    r"once a week",
    r"every 1 week",
    r"每周",
    r"(?<!隔)(?<!两)(?<!2)(?<!二)(?<!4)(?<!四)周一次",
    r"每星期",
]
_TREATMENT = [
    r"(?:full|treatment|maintenance|target) (?:dose|injection)s?",
    r"治疗剂量",
    r"维持(?:剂量|期|治疗)",
    r"足量",
    r"全量",
]


_FAMILIES = tuple(
    (dose, tuple(re.compile(pattern, re.ASCII) for pattern in patterns))
    for dose, patterns in (
        ("first_treatment", _FIRST_TREATMENT),
        *((f"step_up_{n}", _step_patterns(n)) for n in "123"),
        ("treatment", _TREATMENT),
    )
)
_INTERVALS = tuple(
    (interval, re.compile("|".join(patterns), re.ASCII))
    for interval, patterns in (("every_4_weeks", _EVERY_4), ("every_2_weeks", _EVERY_2), ("weekly", _WEEKLY))
)
# "the third injection": which administration that is depends on the drug
THIRD = "third"
_STEP_WORD = re.compile(
    rf"{_STEP_EN}|{_STEP_ZH}|阶梯|treatment|full|target|maintenance|tx\b|治疗|足量|全量|维持", re.ASCII
)
_ORDINAL_ALONE = tuple(
    (f"step_up_{n}", re.compile(rf"\b(?:{_ORDINALS[n]})\s+one\b|第(?:{_ORDINALS[n]})(?:个|针|次|剂)")) for n in "123"
)


# "step-up dose 1 or 2", 递增1或2, 递增1-2: the second number names another administration
_ALTERNATIVE = re.compile(
    r"\s*(?:-|~|/|、|或者?|还是|到|至|和|与|及|\bor\b|\band\b|\bto\b|&)\s*(?:第|step-?\s?up\s*(?:dose\s*)?|dose\s*|递增|爬坡)?(?P<n>[123]|[一二三]|two|three|second|third)"
    r"(?![\d.]|\s*(?:mg|µg|kg|days?|d\b|weeks?|w\b|hours?|h\b|天|周|月|日|小时|公斤|级|度|°|l\b|/))",
    re.ASCII,
)
_NUMBERS = {"一": "1", "二": "2", "三": "3", "two": "2", "second": "2", "three": "3", "third": "3"}


class DoseMention(Record):
    """One administration named in normalised text; `id` as the rules know it, "treatment" when the interval is not said.

    The id is `THIRD` for a third injection that is not said to be a step-up dose.
    """

    id: str
    start: int
    end: int


def dose_mentions(text: str) -> tuple[DoseMention, ...]:
    """The administrations named in `text`, left to right; a longer wording hides a shorter one inside it."""
    found: list[DoseMention] = []
    for dose, patterns in _FAMILIES:
        for pattern in patterns:
            found += [DoseMention(id=dose, start=m.start(), end=m.end()) for m in pattern.finditer(text)]
    found.sort(key=lambda m: (m.start, -(m.end - m.start)))
    kept: list[DoseMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    marked = (
        m.model_copy(update={"id": THIRD}) if m.id == "step_up_3" and not _STEP_WORD.search(text, m.start, m.end) else m
        for m in kept
    )
    return tuple(part for mention in marked for part in (mention, *_alternative(text, mention)))


def _alternative(text: str, mention: DoseMention) -> tuple[DoseMention, ...]:
    """The administration that a second number after a step-up dose names; () for none."""
    match = _ALTERNATIVE.match(text, mention.end) if mention.id.startswith("step_up_") else None
    if match is None:
        return ()
    number = _NUMBERS.get(match["n"], match["n"])
    if mention.id == f"step_up_{number}":
        return ()
    return (DoseMention(id=f"step_up_{number}", start=match.start("n"), end=match.end()),)


def interval_in(text: str) -> str:
    """The treatment interval named in `text`: "every_4_weeks", "every_2_weeks", "weekly", or ""."""
    return next((interval for interval, pattern in _INTERVALS if pattern.search(text)), "")


def ordinal_in(text: str) -> str:
    """The step-up dose that a follow-up names by its number alone ("and the second one?", 那第二针呢); "" for none."""
    return next((dose for dose, pattern in _ORDINAL_ALONE if pattern.search(text)), "")
