"""The glossary as terms, and which of them stand in a question.

Longest match wins; Latin terms need a boundary on both sides (CRS is not found in "crsx"; a digit ends a word of three or
more letters, as in CRS2级); a spelling that belongs to two terms comes back with both ids and is never resolved here. `never_map` look-alikes are reported as look-alikes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from assistant import strict_yaml
from assistant.places import shipped
from assistant.text.normalise import normalise
from assistant.types import Record

# from this many letters on a Latin term may take a plural "s"
_BEGINNING = 2
_PLURAL = 5


class Term(Record):
    """One glossary entry; `id` is its English name. `zh` is a name of record only where `confirmed`."""

    id: str
    zh: str
    category: str
    confirmed: bool
    spellings: tuple[str, ...]
    never_map: tuple[str, ...]

    def name(self, language: str) -> str:
        """The name to show: Chinese only when it is confirmed."""
        return self.zh if language == "zh" and self.confirmed else self.id


class Mention(Record):
    """A term found in normalised text; several `ids` when the spelling has several senses."""

    ids: tuple[str, ...]
    category: str
    surface: str
    start: int
    end: int
    look_alike_of: str = ""


class Scope(Record):
    """Which drugs are answered for (`assistant/lexicon/scope.yaml`)."""

    covered: tuple[str, ...]
    mentioned: tuple[str, ...]
    other_bispecifics: tuple[str, ...]
    other_anticancer: tuple[str, ...]
    not_entities: tuple[str, ...]
    plain_words: tuple[str, ...]

    def names_a_drug(self, term_id: str) -> bool:
        """Whether a look-alike of this term has to be asked about: an antibody or another drug of this list.

        Look-alikes of other terms (细胞激素, 爆发) are only kept from being read as the term.
        """
        listed = {*self.covered, *self.mentioned, *self.other_bispecifics, *self.other_anticancer}
        return term_id in listed or term_id.endswith("mab")


class Lexicon:
    """All terms by spelling. Build it once with `lexicon()`."""

    def __init__(self, terms: tuple[Term, ...], scope: Scope) -> None:
        self.terms = {term.id: term for term in terms}
        self.scope = scope
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._look_alikes: dict[str, str] = {}
        for term in terms:
            if term.category in scope.not_entities:
                continue
            for spelling in term.spellings:
                if _usable(spelling) and spelling not in scope.plain_words and term.id not in self._ids[spelling]:
                    self._ids[spelling].append(term.id)
        for term in terms:
            for spelling in map(_key, term.never_map):
                if spelling not in self._ids:
                    self._look_alikes[spelling] = term.id
        self._lengths = _lengths_by_beginning([*self._ids, *self._look_alikes])

    def name(self, term_id: str, language: str) -> str:
        """The name of `term_id` to show in `language`."""
        return self.terms[term_id].name(language) if term_id in self.terms else term_id

    def spellings(self, term_id: str) -> tuple[str, ...]:
        """All spellings of a term, normalised."""
        return self.terms[term_id].spellings

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The terms in normalised `text`, left to right, longest first, none overlapping."""
        found: list[Mention] = []
        position = 0
        while position < len(text):
            mention = self._at(text, position)
            if mention is None:
                position += 1
            else:
                found.append(mention)
                position = mention.end
        return tuple(found)

    def _at(self, text: str, start: int) -> Mention | None:
        if _is_latin(text[start]) and start > 0 and _is_latin(text[start - 1]):
            return None
        for length in self._lengths.get(text[start : start + _BEGINNING], ()):
            end = start + length
            if end > len(text):
                continue
            surface = text[start:end]
            ids = self._ids.get(surface)
            look_alike = self._look_alikes.get(surface)
            if ids is None and look_alike is None:
                continue
            if end < len(text) and _goes_on(surface, text[end]) and not _is_plural(surface, text, end):
                continue
            known = tuple(ids or ())
            category = self.terms[known[0]].category if known else "look-alike"
            return Mention(
                ids=known, category=category, surface=surface, start=start, end=end, look_alike_of=look_alike or ""
            )
        return None


def _lengths_by_beginning(spellings: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of the spellings that begin with the same characters, longest first; none is shorter than these."""
    found: dict[str, set[int]] = defaultdict(set)
    for spelling in spellings:
        if len(spelling) < _BEGINNING:
            raise ValueError(
                f"The spelling '{spelling}' is too short to be recognised; write at least {_BEGINNING} characters."
            )
        found[spelling[:_BEGINNING]].add(len(spelling))
    return {beginning: tuple(sorted(lengths, reverse=True)) for beginning, lengths in found.items()}


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _goes_on(surface: str, following: str) -> bool:
    """Whether the Latin word that ends `surface` goes on with `following`."""
    if not (_is_latin(surface[-1]) and _is_latin(following)):
        return False
    return not (following.isdigit() and len(surface) >= 3 and surface[-1].isalpha())


def _is_plural(surface: str, text: str, end: int) -> bool:
    """Whether only the "s" of an English plural follows the word (convulsions); never for short names."""
    if len(surface) < _PLURAL or not surface.isascii() or not surface[-1].isalpha() or text[end] != "s":
        return False
    return end + 1 == len(text) or not _is_latin(text[end + 1])


def _usable(spelling: str) -> bool:
    if len(spelling) >= 3:
        return True
    return len(spelling) == 2 and not spelling.isdigit()


def _key(spelling: str) -> str:
    return normalise(spelling).text.strip()


def load_terms(path: Path) -> tuple[Term, ...]:
    """The glossary file as terms, spellings normalised."""
    return tuple(
        Term(
            id=entry["en"],
            zh=entry["zh"],
            category=entry["category"],
            confirmed=entry["confirmed"] == "true",
            spellings=tuple(
                dict.fromkeys(
                    key
                    for spelling in [entry["en"], *entry["en_aliases"], entry["zh"], *entry["zh_aliases"]]
                    if (key := _key(spelling))
                )
            ),
            never_map=tuple(entry.get("never_map", ())),
        )
        for entry in strict_yaml.load(path)
    )


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped glossary with the shipped scope."""
    scope = Scope(**strict_yaml.load(Path(__file__).with_name("scope.yaml")))
    return Lexicon(load_terms(shipped("corpus") / "glossary.yaml"), scope)
