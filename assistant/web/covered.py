"""Corpus → what the view "What is covered" shows, as plain data in one language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from assistant.ingest.coverage import DRUGS, LABEL_TOPICS, Cell, counts, coverage, topic_titles
from assistant.ingest.imported.store import Imported
from assistant.ingest.records import Corpus, Source
from assistant.places import shipped
from assistant.present.covered import (
    AccuracyLine,
    CellLine,
    ConflictLine,
    CountLine,
    Covered,
    DocumentLine,
    DrugTable,
    GapLine,
    PositionLine,
    TopicLine,
)
from assistant.present.frame import SourceLine
from assistant.types import Language, Text


def covered(corpus: Corpus, imported: Iterable[Imported], language: Language) -> Covered:
    """All that the view shows of `corpus` and of the user's own documents."""
    topics = topic_titles(shipped("corpus"))
    return Covered(
        counts=_counts(corpus),
        drugs=tuple(_drug(drug, coverage(corpus), topics, language) for drug in DRUGS),
        gaps=_gaps(corpus, topics, language),
        conflicts=_conflicts(corpus, language),
        documents=tuple(
            DocumentLine(title=document.title.in_language(language), date=document.checked_on)
            for document in corpus.documents
        ),
        own=tuple(
            DocumentLine(title=d.title, date=d.imported_at[:10], pages=len(d.pages))
            for d in (item.document for item in imported)
        ),
        sources=source_lines(corpus.sources.values(), language),
        version=corpus.version[:8],
        **_accuracy(language),
    )


def _accuracy(language: Language) -> dict[str, Any]:
    """The figures of the frozen questions as the last evaluation wrote them; nothing where none was run."""
    path = shipped("evals") / "results" / "summary.json"
    if not path.is_file():
        return {}
    summary = json.loads(path.read_text(encoding="utf-8"))
    run = summary["runs"].get("test")
    if run is None:
        return {}
    lines = [
        AccuracyLine(
            title=task["title"][language],
            measures=task["measures"][language],
            english=_figure(task, "en"),
            chinese=_figure(task, "zh"),
        )
        for task in summary["tasks"]
        if task["metric"] == "rate" and "test" in task["splits"]
    ]
    return {"accuracy": tuple(lines), "measured_on": run["created"][:10], "unsafe": summary["unsafe"]["test"]}


def _figure(task: dict[str, Any], language: str) -> str:
    figures = task["splits"]["test"]["figures"]
    found = figures.get(language) or figures.get("all")
    if found is None or found.get("value") is None:
        return "–"
    return f"{found['value']:.1%} ({found['low']:.1%}–{found['high']:.1%}; n = {found['n']})"


def source_lines(sources: Iterable[Source], language: Language) -> tuple[SourceLine, ...]:
    """The sources with date and address, the newest first; those without a date last."""
    return tuple(
        SourceLine(
            title=(language == "zh" and source.title_zh) or source.title,
            date=source.date,
            jurisdiction=source.jurisdiction,
            url=f"https://doi.org/{source.doi}" if source.doi else source.url,
        )
        for source in sorted(sources, key=lambda source: source.date, reverse=True)
    )


def _counts(corpus: Corpus) -> tuple[CountLine, ...]:
    """A gap or conflict is always written in both languages, so it counts in each."""
    found = counts(corpus)
    gaps, conflicts = found["known gaps"], found["conflicts"]
    return (
        CountLine(name="sections", en=found["sections (en)"], zh=found["sections (zh)"]),
        CountLine(name="statements", en=found["statements (en)"], zh=found["statements (zh)"]),
        CountLine(name="gaps", en=gaps, zh=gaps),
        CountLine(name="conflicts", en=conflicts, zh=conflicts),
        CountLine(name="sources", all=found["sources"]),
    )


def _drug(drug: str, cells: tuple[Cell, ...], topics: dict[str, Text], language: Language) -> DrugTable:
    rows = {topic: [cell for cell in cells if (cell.drug, cell.topic) == (drug, topic)] for topic in LABEL_TOPICS}
    return DrugTable(
        drug=drug,
        topics=tuple(
            TopicLine(title=topics[topic].in_language(language), cells=tuple(_cell(cell) for cell in row))
            for topic, row in rows.items()
        ),
    )


def _cell(cell: Cell) -> CellLine:
    return CellLine(jurisdiction=cell.jurisdiction, status=cell.status, gaps=cell.gaps, checked_on=cell.checked_on)


def _gaps(corpus: Corpus, topics: dict[str, Text], language: Language) -> tuple[GapLine, ...]:
    return tuple(
        GapLine(
            id=gap.id,
            topic=topics[gap.topic].in_language(language),
            missing=gap.missing.in_language(language),
            look=gap.open.in_language(language),
            drugs=gap.drugs,
            jurisdictions=gap.jurisdictions,
        )
        for gap in sorted(corpus.gaps, key=lambda gap: list(topics).index(gap.topic))
    )


def _conflicts(corpus: Corpus, language: Language) -> tuple[ConflictLine, ...]:
    return tuple(
        ConflictLine(
            title=conflict.title.in_language(language),
            positions=tuple(
                PositionLine(
                    who=position.who.in_language(language),
                    says=position.says.in_language(language),
                    sourced=bool(position.facts),
                )
                for position in conflict.positions
            ),
            handling=conflict.handling.in_language(language),
        )
        for conflict in corpus.conflicts
    )
