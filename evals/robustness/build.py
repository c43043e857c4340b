"""Writes variants.jsonl from the dev questions: the same question with one thing typed otherwise. The meaning never changes.

`python -m evals.robustness.build`. Which words slip is drawn with a seed made of the sample's id, so that the file is the same
each time; it is committed, so that a change of the dev questions shows as a change of the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Literal

from opencc import OpenCC
from pydantic import BaseModel, ConfigDict

from assistant.lexicon.terms import lexicon
from assistant.text.normalise import normalise
from evals.samples import Sample, load_samples

VARIANTS = Path(__file__).with_name("variants.jsonl")
SETS = ("rules", "guidance", "gaps_conflicts", "follow_ups")
PER_KIND = 90  # variants of one kind and language, at most
SEED = 20261122
Kind = Literal["typo", "typo_drug", "width", "traditional", "unit"]
KINDS: tuple[Kind, ...] = ("typo", "typo_drug", "width", "traditional", "unit")
_WORD = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z]{6,}(?![A-Za-z0-9-])")
# slips of a pinyin keyboard: the same sound
_SAME_SOUND = {
    "剂量": "计量",
    "几级": "几极",
    "处理": "处里",
    "重新": "从新",
    "需要": "须要",
    "怎么": "咋么",
    "多久": "多就",
    "停药": "停要",
    "预防": "预房",
    "感染": "感然",
}
_CELSIUS = re.compile(r"(\d{2}(?:\.\d)?)\s*(?:°\s*[Cc]|℃)")
_DAYS = re.compile(r"(?<![\d第.~-])(\d{1,2})(\s*)(days|天)(?!内)")
_WEEKS = re.compile(r"(?<![\d第.~-])(\d{1,2})(\s*)(weeks|周)(?!岁|围|期)")
_KILOGRAMS = re.compile(r"(?<![\d.])(\d{2,3})(\s*)(kg|公斤)(?!\s*/)")
_GIGA_PER_LITRE = re.compile(r"(\d+(?:\.\d+)?)\s*[×x*]\s*10(?:⁹|\^9)\s*/\s*[Ll](?![a-z])")


class Variant(BaseModel):
    """One variant; `of` is the id of the dev question in the set `task`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Literal["dev"]
    language: str
    task: str
    of: str
    kind: Kind
    text: str


def load_variants(path: Path = VARIANTS) -> tuple[Variant, ...]:
    """The committed variants."""
    return tuple(Variant.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines())


def build() -> tuple[Variant, ...]:
    """All variants of the dev questions, at most PER_KIND of a kind and language, spread over the sets by lot."""
    samples = [(task, sample) for task in SETS for sample in load_samples(task, "dev")]
    samples.sort(key=lambda item: Random(f"{SEED}{item[1].id}").random())  # noqa: S311 - a fixed order, no secret
    counts: Counter[tuple[str, str]] = Counter()
    families: set[tuple[str, str, str]] = set()
    found = []
    for task, sample in samples:
        for kind, text in variants(sample):
            place = (sample.family, sample.language, kind)
            if counts[kind, sample.language] == PER_KIND or place in families:
                continue
            counts[kind, sample.language] += 1
            families.add(place)
            found.append(_variant(task, sample, kind, text))
    return tuple(sorted(found, key=lambda variant: variant.id))


def _variant(task: str, sample: Sample, kind: Kind, text: str) -> Variant:
    return Variant(
        id=f"{sample.id}~{kind}",
        family=sample.family,
        split="dev",
        language=sample.language,
        task=task,
        of=sample.id,
        kind=kind,
        text=text,
    )


def variants(sample: Sample) -> Iterator[tuple[Kind, str]]:
    """(kind, text) for each way in which this question can be typed otherwise."""
    made: dict[Kind, str] = {
        "typo": _slipped(sample, drugs=False),
        "typo_drug": _slipped(sample, drugs=True),
        "width": wide(sample.text),
        "traditional": _traditional(sample),
        "unit": other_unit(sample.text),
    }
    yield from ((kind, text) for kind, text in made.items() if text and text != sample.text)


def _slipped(sample: Sample, *, drugs: bool) -> str:
    """One word with two neighbouring letters swapped, or one Chinese word of the same sound; "" when there is none."""
    chance = Random(f"{SEED}{sample.id}{drugs}")  # noqa: S311 - a slip of the keyboard, no secret
    names = [m for m in lexicon().mentions(normalise(sample.text).text) if m.category == "drug"]
    words = [w for w in _WORD.finditer(sample.text) if any(w[0].lower() == m.surface for m in names) is drugs]
    if words:
        word = chance.choice(words)
        places = [n for n in range(word.start() + 1, word.end() - 2) if sample.text[n] != sample.text[n + 1]]
        at = chance.choice(places or [word.start() + 1])
        return f"{sample.text[:at]}{sample.text[at + 1]}{sample.text[at]}{sample.text[at + 2 :]}"
    slips = [word for word in _SAME_SOUND if word in sample.text and not drugs]
    return sample.text.replace(slips[0], _SAME_SOUND[slips[0]], 1) if slips else ""


def wide(text: str) -> str:
    """Latin letters, digits and signs in full width, as a Chinese keyboard in the wrong mode types them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _traditional(sample: Sample) -> str:
    return str(_to_traditional().convert(sample.text)) if sample.script == "simplified" else ""


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2tw")


def other_unit(text: str) -> str:
    """The first amount that has an exactly equal one in another unit, so written; "" when there is none."""
    for pattern, again in (
        (_CELSIUS, lambda m: f"{_plain(Decimal(m[1]) * 9 / 5 + 32)}°F"),
        (_GIGA_PER_LITRE, lambda m: f"{_plain(Decimal(m[1]) * 1000)}/µL"),
        (_KILOGRAMS, lambda m: f"{m[1]} kilograms" if m[3] == "kg" and text.isascii() else f"{int(m[1]) * 2}市斤"),
        (_WEEKS, lambda m: f"{int(m[1]) * 7}{m[2]}{'days' if m[3] == 'weeks' else '天'}"),
        (_DAYS, _in_weeks),
    ):
        match = pattern.search(text)
        if match is not None:
            return f"{text[: match.start()]}{again(match)}{text[match.end() :]}"
    return ""


def _in_weeks(match: re.Match[str]) -> str:
    """Days as weeks where they are whole weeks; otherwise as typed."""
    weeks, rest = divmod(int(match[1]), 7)
    if rest or not weeks:
        return match[0]
    unit = "周" if match[3] == "天" else "week" if weeks == 1 else "weeks"
    return f"{weeks}{match[2]}{unit}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def lines(variants_: tuple[Variant, ...]) -> str:
    """The file as text."""
    return "".join(json.dumps(v.model_dump(), ensure_ascii=False) + "\n" for v in variants_)


if __name__ == "__main__":
    VARIANTS.write_text(lines(build()), encoding="utf-8")
