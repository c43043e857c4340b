"""The glossary as terms, and which of them stand in a question.

Longest match wins; Latin terms need a boundary on both sides (CRS is not found in "crsx"; a digit ends a word of three or
more letters, as in CRS2级); a spelling that belongs to two terms comes back with both ids and is never resolved here. `never_map` look-alikes are reported as look-alikes.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from assistant import strict_yaml
from assistant.places import shipped
from assistant.text.normalise import normalise
from assistant.types import Record


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
                if _usable(spelling) and term.id not in self._ids[spelling]:
                    self._ids[spelling].append(term.id)
        for term in terms:
            for spelling in map(_key, term.never_map):
                if spelling not in self._ids:
                    self._look_alikes[spelling] = term.id
        self._longest = max(len(s) for s in [*self._ids, *self._look_alikes])
        self._first = {s[0] for s in [*self._ids, *self._look_alikes]}

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
            mention = self._at(text, position) if text[position] in self._first else None
            if mention is None:
                position += 1
            else:
                found.append(mention)
                position = mention.end
        return tuple(found)

    def _at(self, text: str, start: int) -> Mention | None:
        if _is_latin(text[start]) and start > 0 and _is_latin(text[start - 1]):
            return None
        for end in range(min(len(text), start + self._longest), start, -1):
            surface = text[start:end]
            ids = self._ids.get(surface)
            look_alike = self._look_alikes.get(surface)
            if ids is None and look_alike is None:
                continue
            if end < len(text) and _goes_on(surface, text[end]):
                continue
            known = tuple(ids or ())
            category = self.terms[known[0]].category if known else "look-alike"
            return Mention(
                ids=known, category=category, surface=surface, start=start, end=end, look_alike_of=look_alike or ""
            )
        return None


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _goes_on(surface: str, following: str) -> bool:
    """Whether the Latin word that ends `surface` goes on with `following`."""
    if not (_is_latin(surface[-1]) and _is_latin(following)):
        return False
    return not (following.isdigit() and len(surface) >= 3 and surface[-1].isalpha())


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
