"""How much of a question's wording stands in the passage that answers it.

The measure: English word stems (Snowball, letters only or digits) and Chinese words (rjieba), both after normalising,
without the function words of `data/stop_words.txt`. A question "shares no content word" when none of these stands in
any passage judged right for it, in the same language (title and statements; of a gap or a conflict, all that it shows).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import rjieba
import Stemmer

from assistant.ingest.records import Corpus
from assistant.text.normalise import normalise

DATA = Path(__file__).with_name("data")
_LATIN = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_STEMMER = Stemmer.Stemmer("english")
# (unit id, language) → the content words of what the unit shows in that language
Passages = Mapping[tuple[str, str], frozenset[str]]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """The function words of both languages."""
    lines = (DATA / "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def content_words(text: str) -> frozenset[str]:
    """The content words of `text`: stems, numbers and Chinese words."""
    plain = normalise(text).text
    latin = {_STEMMER.stemWord(word) for word in _LATIN.findall(plain) if word not in stop_words()}
    han = {word for run in _HAN.findall(plain) for word in rjieba.cut(run) if word not in stop_words()}
    return frozenset(latin | han)


def passages(corpus: Corpus) -> dict[tuple[str, str], frozenset[str]]:
    """The content words of every unit in each of its languages."""
    shown: dict[tuple[str, str], str] = {}
    for section in corpus.sections:
        said = " ".join(statement.text for statement in section.statements)
        shown[f"section:{section.id}", section.language] = f"{section.title} {said}"
    for language in ("en", "zh"):
        for gap in corpus.gaps:
            parts = (gap.missing, gap.why, gap.open)
            shown[f"gap:{gap.id}", language] = " ".join(part.in_language(language) for part in parts)
        for conflict in corpus.conflicts:
            said = " ".join(f"{p.who.in_language(language)} {p.says.in_language(language)}" for p in conflict.positions)
            shown[f"conflict:{conflict.id}", language] = f"{conflict.title.in_language(language)} {said}"
    return {key: content_words(text) for key, text in shown.items()}


def shared(text: str, language: str, right: frozenset[str], words: Passages) -> frozenset[str]:
    """The content words of the question `text` that stand in any of the `right` units in `language`."""
    held = frozenset().union(*(words.get((unit, language), frozenset()) for unit in right))
    return content_words(text) & held
