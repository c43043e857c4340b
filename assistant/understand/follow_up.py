"""Whether a short message continues the conversation, and the question it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.lexicon.terms import Lexicon, Mention
from assistant.text.language import language_of
from assistant.text.normalise import normalise
from assistant.text.quantities import Quantity
from assistant.understand.cues import cue, pattern
from assistant.understand.state import State

_SHORT = {"zh": 12, "en": 5}
_LONGEST = 60
_GRADE = re.compile(r"\bgr(?:ade)?\s*[1-5]\b|[1-5一二三四五]\s*[级度]", re.ASCII)
_FILLERS = re.compile(
    r"\b(?:and|what|about|how|for|in|the|a|an|same|question|then|also|too|as|well|does|do|is|it|its|that|this|have|has|"
    r"there|to|of|with|per|by|according|now|so|ok|okay|but|if|on|one|ones|label|please|would|be|apply|applies|hold|true|"
    r"agree|say|says|rule|rules|drug|instead|or|under|via|from|at|delay|case)\b"
    r"|同样|一样|有没有|怎么样|怎样|如何|换成|如果|要是|那么|情况|问题|说明书|规定|[那呢吗也是的在按用和与都这个改么要有没?？]"
)


def continues(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> bool:
    """Whether `text` asks something only together with the question before it."""
    if len(text) < _LONGEST and cue("follow_up", text):
        return True
    if is_elliptic(text, mentions, lexicon):
        return True
    if mentions:
        return False
    language = language_of(text)
    words = len(text) if language == "zh" else len(text.split())
    return words <= _SHORT[language] or (words <= 2 * _SHORT[language] and bool(cue("anaphora", text)))


def is_bare_amount(text: str, quantities: Sequence[Quantity], state: State) -> bool:
    """Whether `text` is an amount and nothing else after a question that was no calculation ("58 kg", 58公斤)."""
    if state.rule or not state.question or not quantities:
        return False
    rest = text
    for quantity in sorted(quantities, key=lambda q: -q.start):
        rest = rest[: quantity.start] + " " + rest[quantity.end :]
    return not re.search(r"[a-z0-9\u4e00-\u9fff]", _FILLERS.sub(" ", rest))


def is_elliptic(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> bool:
    """Whether `text` names only a drug or a jurisdiction beside words without content ("Elrexfio as well?", EMA呢)."""
    rest = text
    for mention in reversed(mentions):
        if any(i in lexicon.scope.covered for i in mention.ids):
            rest = rest[: mention.start] + " " + rest[mention.end :]
    for name in ("jurisdiction_us", "jurisdiction_eu", "jurisdiction_cn"):
        rest = pattern(name).sub(" ", rest)
    return rest != text and not re.search(r"[a-z0-9\u4e00-\u9fff]", _FILLERS.sub(" ", rest))


def completed(before: str, question: str, drugs: Sequence[str], jurisdiction_named: bool, lexicon: Lexicon) -> str:
    """The question `before` with the new drug or jurisdiction in place of the old, followed by the new words."""
    plain = normalise(before).text
    if drugs:
        for mention in reversed(lexicon.mentions(plain)):
            if any(i in lexicon.scope.covered for i in mention.ids):
                plain = plain[: mention.start] + " " + plain[mention.end :]
    if jurisdiction_named:
        for name in ("jurisdiction_us", "jurisdiction_eu", "jurisdiction_cn"):
            plain = pattern(name).sub(" ", plain)
    if _GRADE.search(normalise(question).text):
        plain = _GRADE.sub(" ", plain)
    return " ".join([*drugs, plain.strip(), question])
