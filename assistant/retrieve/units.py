"""What is searched: one unit per section, gap, conflict or imported chunk, with the texts under which it can be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from assistant.ingest.records import Conflict, Corpus, Gap, Section
from assistant.types import Record

UnitKind = Literal["section", "gap", "conflict", "imported"]


class Unit(Record):
    """One thing a question can find. `id` is "section:…", "gap:…", "conflict:…" or "imported:…".

    `texts` are shown content in each language present; `asked_as` are ways of asking, indexed and never shown.
    """

    id: str
    kind: UnitKind
    document: str
    topic: str
    drugs: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    asked_as: tuple[str, ...]


def units_of(corpus: Corpus) -> tuple[Unit, ...]:
    """All units of the corpus, in corpus order."""
    return tuple(
        [
            *_section_units(corpus.sections),
            *(_gap_unit(gap) for gap in corpus.gaps),
            *(_conflict_unit(conflict) for conflict in corpus.conflicts),
        ]
    )


def _section_units(sections: tuple[Section, ...]) -> Iterator[Unit]:
    by_id: dict[str, list[Section]] = {}
    for section in sections:
        by_id.setdefault(section.id, []).append(section)
    for section_id, twins in by_id.items():
        first = twins[0]
        yield Unit(
            id=f"section:{section_id}",
            kind="section",
            document=first.document,
            topic=first.topic,
            drugs=first.drugs,
            jurisdictions=first.jurisdictions,
            titles=tuple(twin.title for twin in twins),
            texts=tuple(twin.body for twin in twins),
            asked_as=tuple(question for twin in twins for question in twin.asked_as),
        )


def _gap_unit(gap: Gap) -> Unit:
    return Unit(
        id=f"gap:{gap.id}",
        kind="gap",
        document="gaps",
        topic=gap.topic,
        drugs=gap.drugs,
        jurisdictions=gap.jurisdictions,
        titles=(),
        texts=(gap.missing.en, gap.missing.zh),
        asked_as=(*gap.asked_en, *gap.asked_zh),
    )


def _conflict_unit(conflict: Conflict) -> Unit:
    says = [position.says for position in conflict.positions]
    return Unit(
        id=f"conflict:{conflict.id}",
        kind="conflict",
        document="conflicts",
        topic=conflict.topic,
        drugs=conflict.drugs,
        jurisdictions=conflict.jurisdictions,
        titles=(conflict.title.en, conflict.title.zh),
        texts=(" ".join(s.en for s in says), "".join(s.zh for s in says)),
        asked_as=(*conflict.asked_en, *conflict.asked_zh),
    )
