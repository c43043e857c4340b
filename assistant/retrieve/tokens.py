"""Text → the tokens that index and query share.

Per text: concept tokens for glossary terms ("@cytokine release syndrome", the same from English and Chinese, so that a
question finds a passage in the other language), English word stems, rjieba words, Chinese bigrams, numbers as typed.

A drug name is its concept and nothing else. Its spelling gives no words and no bigrams: otherwise the one passage that
happens to print the brand would be taken for the answer to every question that uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from assistant.lexicon.terms import Lexicon, Mention, lexicon
from assistant.text.normalise import normalise

_LATIN = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_STOP = frozenset(
    "a an the of to in on for with and or is are was were be been do does did i my me we our it its this that these those "
    "what which who how when where why can could should would may might will shall has have had at by from as if so not "
    "patient patients please tell give given there any much many".split()
)
_STOP_HAN = frozenset(
    "的 了 吗 呢 吧 啊 是 在 有 和 与 及 或 也 都 就 要 把 被 给 对 从 到 这 那 个 什么 怎么 如何 怎样 请问 患者 病人".split()
)


class Tokeniser:
    """Tokens for one glossary. Stateless after construction; build it once with `tokeniser()`."""

    def __init__(self, terms: Lexicon) -> None:
        self._lexicon = terms
        self._stem = Stemmer.Stemmer("english")

    def __call__(self, text: str) -> list[str]:
        """The tokens of `text` (as typed; it is normalised here), with repeats, concepts first."""
        plain = normalise(text).text
        mentions = self._lexicon.mentions(plain)
        rest = _without([mention for mention in mentions if mention.category == "drug"], plain)
        return _concepts(mentions) + self._words(rest) + self._han(rest)

    def concepts(self, plain: str) -> list[str]:
        """The concept tokens of normalised text; an ambiguous spelling gives one token per sense."""
        return _concepts(self._lexicon.mentions(plain))

    def is_drug(self, token: str) -> bool:
        """Whether a concept token names a drug."""
        term = self._lexicon.terms.get(token[1:])
        return term is not None and term.category == "drug"

    def _words(self, plain: str) -> list[str]:
        tokens = []
        for word in _LATIN.findall(plain):
            if word not in _STOP:
                tokens.append(self._stem.stemWord(word))
                if "-" in word:
                    tokens += [self._stem.stemWord(part) for part in word.split("-") if part not in _STOP]
        return tokens

    def _han(self, plain: str) -> list[str]:
        tokens = []
        for run in _HAN_RUN.findall(plain):
            tokens += [word for word in _words(run) if word not in _STOP_HAN and len(word) > 1]
            tokens += ["_" + run[i : i + 2] for i in range(len(run) - 1)]
            if len(run) == 1:
                tokens.append(run)
        return tokens


def _concepts(mentions: Iterable[Mention]) -> list[str]:
    return [f"@{term}" for mention in mentions for term in mention.ids]


def _without(mentions: Iterable[Mention], plain: str) -> str:
    """`plain` with blanks where the mentions stand."""
    kept = list(plain)
    for mention in mentions:
        kept[mention.start : mention.end] = " " * (mention.end - mention.start)
    return "".join(kept)


@lru_cache(maxsize=1)
def tokeniser() -> Tokeniser:
    """The tokeniser over the shipped glossary."""
    return Tokeniser(lexicon())


def _words(run: str) -> list[str]:
    """The words of a run of Chinese characters."""
    import rjieba  # reads its dictionary when it is imported; English questions do without

    return list(rjieba.cut(run))
