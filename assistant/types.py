"""The frozen records that stages pass to one another, and the public answer.

Data flows one way: `Question` → `Understanding` → (`RuleResult` | `Passage`s) → `Draft` → `Answer`.
No stage changes a record it was given; a stage that adds something makes a new record.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["en", "zh"]
Jurisdiction = Literal["US", "EU", "CN"]
Confidence = Literal["verified", "single_source", "secondary"]
AnswerKind = Literal["guidance", "calculation", "comparison", "clarify", "gap", "out_of_scope", "refused"]


class Record(BaseModel):
    """Base of all records: frozen, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """One piece of wording in both languages; the two say the same."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The wording in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


# --- rules -----------------------------------------------------------------------------------------------------------


class Provenance(Record):
    """Where one table row or value comes from.

    `facts` are ids in `corpus/facts`, `source` an id in `corpus/sources.yaml`, `locator` a place inside that document
    (table, section, page), `date` the document's own date as printed ("2025-03-20", "2025-07"; "" when not shown).
    """

    facts: tuple[str, ...]
    source: str
    locator: str
    date: str
    jurisdiction: str
    confidence: str


class TraceStep(Record):
    """One table row that was looked at: whether it fired, and why or why not, in both languages."""

    table: str
    row: str
    fired: bool
    why: Text


class MissingInput(Record):
    """An input that the rule needs and was not given: its name, the question to ask, and the allowed answers."""

    name: str
    question: Text
    options: tuple[str, ...] = ()
    unit: str | None = None


class Verdict(Record):
    """What one document (one jurisdiction, one version) says for the given inputs.

    `status`: "applies" (a row fired and is current), "superseded" (a row fired but its document was replaced: never the
    answer, `notes` say what to check), "not_covered" (no row is covered; `gap` names the known gap and where to look).
    `values` are the typed outputs: numbers as decimal strings with the unit in the key ("dose_mg": "23.4"), actions as ids.
    `summary` is the direct answer in one sentence; `notes` are caveats that must be shown with it.
    """

    jurisdiction: str
    status: Literal["applies", "superseded", "not_covered"]
    summary: Text
    values: dict[str, Any] = {}
    notes: tuple[Text, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    gap: str | None = None


class RuleResult(Record):
    """The result of one deterministic rule.

    When `missing` is not empty there are no verdicts: the rule asks instead of guessing.
    `inputs` echoes every input after unit conversion, with its unit. `version` is a hash of the tables used.
    """

    rule: str
    version: str
    inputs: dict[str, Any]
    verdicts: tuple[Verdict, ...] = ()
    missing: tuple[MissingInput, ...] = ()


# --- answers ---------------------------------------------------------------------------------------------------------


class Citation(Record):
    """One citation of an answer. `quote` is a verbatim substring of the cited section in `language`.

    `twin_quote` is the same statement in the other language ("" when there is none); `imported` says that the
    document is the user's own copy. `start` and `end` are the offsets of the quote in the text of the section
    (`body[start:end] == quote`); -1 when they are not known. `publisher` names authors, journal,
    volume and pages, or who publishes the document.
    """

    marker: str
    section: str
    source: str
    title: str
    locator: str
    date: str
    jurisdiction: str
    confidence: str
    language: str
    quote: str
    url: str
    section_title: str = ""
    facts: tuple[str, ...] = ()
    twin_quote: str = ""
    imported: bool = False
    start: int = -1
    end: int = -1
    publisher: str = ""


class AnswerStatement(Record):
    """One sentence of the answer with the markers of the citations (or the rule trace, "rule") that support it.

    `heading` says who says it. For a table row `text` reads it with its column heads; `header` and `cells` are the row itself,
    so that neighbouring rows can be shown as the table that they are.
    """

    text: str
    markers: tuple[str, ...]
    heading: str = ""
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


class Calculation(Record):
    """The result of a deterministic rule inside an answer. `result` is the verdicts as JSON."""

    rule: str
    version: str
    inputs: dict[str, Any]
    result: list[dict[str, Any]]
    trace: tuple[TraceStep, ...]
    citations: tuple[str, ...]


class Notice(Record):
    """Something the reader must see beside the answer: an id for software, a sentence for people."""

    id: str
    text: str


class Answer(Record):
    """The public answer; its JSON form is a stable interface: fields are added, never changed.

    `history` (the earlier user turns) and `jurisdiction` are what the question was asked with, so that it can be asked again;
    `history` is None when it was not kept.
    """

    question: str
    language: Language
    kind: AnswerKind
    text: str
    statements: tuple[AnswerStatement, ...] = ()
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None
    missing: tuple[MissingInput, ...] = ()
    warnings: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    carried_over: dict[str, str] = {}
    trace: tuple[str, ...] = ()
    mode: str = "extractive"
    history: tuple[str, ...] | None = None
    jurisdiction: str = ""
    versions: dict[str, str] = {}
    timings_ms: dict[str, float] = {}
