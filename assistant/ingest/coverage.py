"""What the corpus covers, from its own data: drug × topic × jurisdiction → complete, partial or absent.

"complete" says that sections exist and no gap is known for that cell, not that a label is reproduced in full.
`python -m assistant.ingest.coverage` writes docs/coverage.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from assistant import strict_yaml
from assistant.ingest.corpus import load_corpus
from assistant.ingest.records import Corpus
from assistant.places import shipped
from assistant.types import Record, Text

Status = Literal["complete", "partial", "absent"]
DRUGS = ("teclistamab", "talquetamab", "elranatamab", "linvoseltamab")
JURISDICTIONS = ("US", "EU", "CN")
# Topics of which a label speaks; the others belong to no drug or jurisdiction.
LABEL_TOPICS = (
    "indication",
    "dosing",
    "interval",
    "restart",
    "premedication",
    "monitoring",
    "preparation",
    "crs",
    "icans",
    "rechallenge",
    "infection",
    "immunoglobulin",
    "vaccination",
    "cytopenia",
    "skin_oral_weight",
    "other_toxicity",
    "interactions",
    "reproduction",
    "populations",
)
_SYMBOL = {"complete": "●", "partial": "◐", "absent": "○"}


class Cell(Record):
    """One drug, topic and jurisdiction: its sections, its known gaps, its sources and when it was last checked."""

    drug: str
    topic: str
    jurisdiction: str
    status: Status
    sections: tuple[str, ...]
    gaps: tuple[str, ...]
    sources: tuple[str, ...]
    checked_on: str


def coverage(corpus: Corpus) -> tuple[Cell, ...]:
    """All cells, by drug, topic and jurisdiction."""
    return tuple(
        _cell(corpus, drug, topic, jurisdiction)
        for drug in DRUGS
        for topic in LABEL_TOPICS
        for jurisdiction in JURISDICTIONS
    )


def _cell(corpus: Corpus, drug: str, topic: str, jurisdiction: str) -> Cell:
    sections = [
        s
        for s in corpus.sections
        if s.language == "en" and s.topic == topic and drug in s.drugs and jurisdiction in s.jurisdictions
    ]
    gaps = [
        g.id
        for g in corpus.gaps
        if g.topic == topic and drug in g.drugs and (jurisdiction in g.jurisdictions or not g.jurisdictions)
    ]
    facts = [corpus.facts[f] for s in sections for statement in s.statements for f in statement.facts]
    checked = {d.id: d.checked_on for d in corpus.documents}
    status: Status = "absent" if not sections else "partial" if gaps else "complete"
    return Cell(
        drug=drug,
        topic=topic,
        jurisdiction=jurisdiction,
        status=status,
        sections=tuple(s.id for s in sections),
        gaps=tuple(gaps),
        sources=tuple(dict.fromkeys(f.source for f in facts)),
        checked_on=min((checked[s.document] for s in sections), default=""),
    )


def counts(corpus: Corpus) -> dict[str, int]:
    """Sections and statements per language, sources, facts, gaps, conflicts."""
    english = [s for s in corpus.sections if s.language == "en"]
    chinese = [s for s in corpus.sections if s.language == "zh"]
    return {
        "documents": len(corpus.documents),
        "sections (en)": len(english),
        "sections (zh)": len(chinese),
        "statements (en)": sum(len(s.statements) for s in english),
        "statements (zh)": sum(len(s.statements) for s in chinese),
        "facts": len(corpus.facts),
        "sources": len(corpus.sources),
        "known gaps": len(corpus.gaps),
        "conflicts": len(corpus.conflicts),
        "ways of asking (en)": sum(len(s.asked_as) for s in english),
        "ways of asking (zh)": sum(len(s.asked_as) for s in chinese),
    }


def render(corpus: Corpus, topics: dict[str, Text]) -> str:
    """The coverage page as Markdown."""
    cells = coverage(corpus)
    lines = [
        "# Coverage",
        "",
        "Generated from the corpus by `assistant index coverage`; do not edit.",
        "",
        "● sections exist and no gap is known · ◐ sections exist and something is known to be missing · ○ nothing in the corpus.",
        "Complete never means that a label is reproduced in full. An empty cell is answered as “not covered”.",
        "",
        *_counts(corpus),
        *_overview(cells, topics),
        *_details(cells, topics),
        "",
        "## Known gaps",
        "",
        "| id | not covered | where to look |",
        "|---|---|---|",
        *(f"| {gap.id} | {gap.missing.en} | {gap.open.en} |" for gap in corpus.gaps),
        "",
        "## Conflicts shown both ways",
        "",
        "| id | point |",
        "|---|---|",
        *(f"| {conflict.id} | {conflict.title.en} |" for conflict in corpus.conflicts),
        "",
    ]
    return "\n".join(lines)


def _counts(corpus: Corpus) -> Iterable[str]:
    yield from ("| | |", "|---|---|")
    yield from (f"| {name} | {value} |" for name, value in counts(corpus).items())
    yield ""


def _overview(cells: tuple[Cell, ...], topics: dict[str, Text]) -> Iterable[str]:
    yield from ("## Labels at a glance", "")
    yield "| topic | " + " | ".join(f"{drug} {j}" for drug in DRUGS for j in JURISDICTIONS) + " |"
    yield "|---|" + "---|" * (len(DRUGS) * len(JURISDICTIONS))
    for topic in LABEL_TOPICS:
        row = [
            _SYMBOL[c.status]
            for d in DRUGS
            for j in JURISDICTIONS
            for c in cells
            if (c.drug, c.topic, c.jurisdiction) == (d, topic, j)
        ]
        yield f"| {topics[topic].en} / {topics[topic].zh} | " + " | ".join(row) + " |"
    yield ""


def _details(cells: tuple[Cell, ...], topics: dict[str, Text]) -> Iterable[str]:
    yield from (
        "## Cell by cell",
        "",
        "| drug | topic | jurisdiction | status | sections | known gaps | sources | checked on |",
    )
    yield "|---|---|---|---|---|---|---|---|"
    for c in cells:
        if c.status != "absent" or c.gaps:
            yield (
                f"| {c.drug} | {topics[c.topic].en} | {c.jurisdiction} | {c.status} | {', '.join(c.sections) or '-'} "
                f"| {', '.join(c.gaps) or '-'} | {', '.join(c.sources) or '-'} | {c.checked_on or '-'} |"
            )


def topic_titles(root: Path) -> dict[str, Text]:
    """Topic ids with their titles."""
    return {entry["id"]: Text(en=entry["en"], zh=entry["zh"]) for entry in strict_yaml.load(root / "topics.yaml")}


def main() -> None:
    """Write docs/coverage.md in a checkout."""
    root = shipped("corpus")
    page = root.parent / "docs" / "coverage.md"
    page.write_text(render(load_corpus(root), topic_titles(root)), encoding="utf-8")
    sys.stdout.write(f"written: {page}\n")


if __name__ == "__main__":
    main()
