"""Which units a search may return: metadata filters as masks over all units.

A unit that names no drug or no jurisdiction is about all of them and passes those two filters. Language, document and
confidence are of what is shown: there the unit itself must match, and a gap, which carries no facts, has no confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.ingest.imported.store import Imported
from assistant.ingest.records import Corpus
from assistant.retrieve.units import Unit
from assistant.types import Record

Mask = NDArray[np.bool_]
LANGUAGES = ("en", "zh")
USER_COPY = "user_copy"


class Filters(Record):
    """What a unit must be about. Empty means: no condition; several values of one kind: any of them.

    `languages` are "en" and "zh"; `documents` folder names of the corpus, "gaps", "conflicts" and "imported:<id>";
    `confidences` those of facts ("verified", "single_source", "secondary") and "user_copy".
    """

    drugs: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()


class Content(Protocol):
    """What the masks are made from; an opened index is one."""

    units: tuple[Unit, ...]
    corpus: Corpus
    imported: tuple[Imported, ...]


class UnitFilter:
    """Masks over the units of one index; each value is looked up once and kept."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._masks: dict[tuple[str, str], Mask] = {}
        self._values: dict[str, Sequence[frozenset[str]]] = {}

    def mask(self, wanted: Filters) -> Mask:
        """Which units pass, shape (units,)."""
        passing = np.ones(len(self._content.units), dtype=bool)
        for kind in Filters.model_fields:
            if values := getattr(wanted, kind):
                passing &= np.any([self._mask(kind, value) for value in values], axis=0)
        return passing

    def _mask(self, kind: str, value: str) -> Mask:
        if (kind, value) not in self._masks:
            about_all = kind in {"drugs", "jurisdictions"}
            held = self._of(kind)
            passing = [value in values or (about_all and not values) for values in held]
            self._masks[kind, value] = np.array(passing, dtype=bool)
        return self._masks[kind, value]

    def _of(self, kind: str) -> Sequence[frozenset[str]]:
        """The values of every unit."""
        if kind not in self._values:
            made = {
                "drugs": lambda: [frozenset(unit.drugs) for unit in self._content.units],
                "jurisdictions": lambda: [frozenset(unit.jurisdictions) for unit in self._content.units],
                "documents": lambda: [frozenset((unit.document,)) for unit in self._content.units],
                "languages": lambda: self._by_unit(_languages(self._content)),
                "confidences": lambda: self._by_unit(_confidences(self._content)),
            }
            self._values[kind] = made[kind]()
        return self._values[kind]

    def _by_unit(self, known: dict[str, frozenset[str]]) -> list[frozenset[str]]:
        return [known.get(unit.id, known.get(unit.document, frozenset())) for unit in self._content.units]


def _languages(content: Content) -> dict[str, frozenset[str]]:
    """By unit id, or by document for a user's copy; gaps and conflicts are written in both languages."""
    found: dict[str, set[str]] = {}
    for section in content.corpus.sections:
        found.setdefault(f"section:{section.id}", set()).add(section.language)
    known = {key: frozenset(values) for key, values in found.items()}
    known |= {document: frozenset(LANGUAGES) for document in ("gaps", "conflicts")}
    return known | {f"imported:{item.document.id}": frozenset((item.document.language,)) for item in content.imported}


def _confidences(content: Content) -> dict[str, frozenset[str]]:
    """By unit id: the confidence of every fact that the unit rests on."""
    facts = content.corpus.facts

    def of(names: Iterable[str]) -> frozenset[str]:
        return frozenset(facts[name].confidence for name in names if name in facts)

    carried: dict[str, set[str]] = {}
    for section in content.corpus.sections:
        for statement in section.statements:
            carried.setdefault(f"section:{section.id}", set()).update(statement.facts)
    for conflict in content.corpus.conflicts:
        carried[f"conflict:{conflict.id}"] = {fact for position in conflict.positions for fact in position.facts}
    known = {key: of(names) for key, names in carried.items()}
    return known | {f"imported:{item.document.id}": frozenset((USER_COPY,)) for item in content.imported}
