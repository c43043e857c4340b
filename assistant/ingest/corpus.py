"""The corpus folder → one `Corpus` record. Reads everything, checks only what reading needs; `check.py` does the rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant import strict_yaml
from assistant.errors import CorpusError
from assistant.ingest.markdown import read_sections
from assistant.ingest.records import Conflict, Corpus, Document, Fact, Gap, Position, Section, Source
from assistant.types import Text

LANGUAGES = ("en", "zh")
_NOT_CONTENT = {"url", "also", "also_sources", "confidence", "attribution", "id"}


def load_corpus(root: Path) -> Corpus:
    """Everything under `root`; raises CorpusError for the first file that cannot be read."""
    documents = _documents(root)
    return Corpus(
        version=corpus_version(root),
        sources=load_sources(root / "sources.yaml"),
        facts=load_facts(root / "facts"),
        documents=documents,
        sections=tuple(section for document in documents for section in load_document(root, document.id)),
        gaps=_gaps(root / "gaps.yaml"),
        conflicts=_conflicts(root / "conflicts.yaml"),
    )


def corpus_version(root: Path) -> str:
    """The first 12 hex digits of the SHA-256 over all corpus files (path and content, sorted by path)."""
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in {".md", ".yaml"}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def load_document(root: Path, document: str) -> list[Section]:
    """The sections of one document folder in both languages: all English ones, then all Chinese ones."""
    shared = {entry["id"]: entry for entry in entries_of(root / document / "sections.yaml")}
    sections = []
    for language in LANGUAGES:
        path = root / document / f"{language}.md"
        for raw in read_sections(path, language):
            if raw.id not in shared:
                raise CorpusError(
                    f"{path}:{raw.line}: section '{raw.id}' is missing in {document}/sections.yaml; add it."
                )
            with _readable(root / document / "sections.yaml", raw.id):
                entry = shared[raw.id]
                sections.append(
                    Section(
                        id=raw.id,
                        document=document,
                        language=language,
                        title=raw.title,
                        topic=entry["topic"],
                        drugs=tuple(entry["drugs"]),
                        jurisdictions=tuple(entry["jurisdictions"]),
                        body=raw.body,
                        statements=tuple(raw.statements),
                        asked_as=tuple(entry["asked_as"][language]),
                    )
                )
    unwritten = sorted(set(shared) - {section.id for section in sections})
    if unwritten:
        raise CorpusError(
            f"{root / document / 'sections.yaml'}: {unwritten} stand in neither en.md nor zh.md; write them or take them out."
        )
    return sections


def entries_of(path: Path) -> list[dict[str, Any]]:
    """The entries of a list file, each a mapping with an `id` that stands once."""
    entries = strict_yaml.load(path)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get("id") for entry in entries):
        raise CorpusError(f"{path}: must be a list of entries, each with an 'id'.")
    twice = sorted(key for key, count in Counter(str(entry["id"]) for entry in entries).items() if count > 1)
    if twice:
        raise CorpusError(f"{path}: {twice} stand twice; ids are unique and never reused.")
    return entries


@contextmanager
def _readable(path: Path, entry_id: str) -> Iterator[None]:
    """A missing key or a value of the wrong shape becomes a CorpusError that names file and entry."""
    try:
        yield
    except KeyError as error:
        raise CorpusError(f"{path}: '{entry_id}' has no key {error}; add it.") from error
    except (ValidationError, TypeError, AttributeError) as error:
        raise CorpusError(f"{path}: '{entry_id}' has a value of the wrong shape: {error}") from error


def _documents(root: Path) -> tuple[Document, ...]:
    documents = []
    for entry in entries_of(root / "manifest.yaml"):
        with _readable(root / "manifest.yaml", entry["id"]):
            documents.append(
                Document(
                    id=entry["id"], title=Text(**entry["title"]), kind=entry["kind"], checked_on=entry["checked_on"]
                )
            )
    return tuple(documents)


def load_sources(path: Path) -> dict[str, Source]:
    """The registry of sources by id."""
    known = set(Source.model_fields)
    sources = {}
    for entry in entries_of(path):
        with _readable(path, entry["id"]):
            sources[entry["id"]] = Source(**{key: value for key, value in entry.items() if key in known})
    return sources


def load_facts(folder: Path) -> dict[str, Fact]:
    """All carried facts by id; an id that stands twice is an error."""
    facts: dict[str, Fact] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in entries_of(path):
            if entry["id"] in facts:
                raise CorpusError(f"{path}: fact '{entry['id']}' stands twice; ids are never reused.")
            with _readable(path, entry["id"]):
                facts[entry["id"]] = _fact(entry)
    return facts


def _fact(entry: dict[str, Any]) -> Fact:
    return Fact(
        id=entry["id"],
        topic=entry["topic"],
        source=entry["source"],
        locator=entry.get("locator", ""),
        date=entry.get("date", ""),
        jurisdiction=entry.get("jurisdiction", ""),
        confidence=entry["confidence"],
        attribution=entry.get("attribution", ""),
        url=entry.get("url", ""),
        also_sources=tuple(entry.get("also_sources", ())),
        text=flatten({key: value for key, value in entry.items() if key not in _NOT_CONTENT}),
    )


def flatten(value: Any) -> str:
    """Keys and scalars of a nested value as one string."""
    if isinstance(value, dict):
        return " ; ".join(f"{key} {flatten(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ; ".join(flatten(inner) for inner in value)
    return str(value)


def _gaps(path: Path) -> tuple[Gap, ...]:
    gaps = []
    for entry in entries_of(path):
        with _readable(path, entry["id"]):
            gap = Gap(
                id=entry["id"],
                topic=entry["topic"],
                drugs=tuple(entry["drugs"]),
                jurisdictions=tuple(entry["jurisdictions"]),
                missing=Text(**entry["missing"]),
                why=Text(**entry["why"]),
                open=Text(**entry["open"]),
                asked_en=tuple(entry["asked_as"]["en"]),
                asked_zh=tuple(entry["asked_as"]["zh"]),
            )
            gaps.append(gap)
    return tuple(gaps)


def _conflicts(path: Path) -> tuple[Conflict, ...]:
    conflicts = []
    for entry in entries_of(path):
        with _readable(path, entry["id"]):
            conflict = Conflict(
                id=entry["id"],
                topic=entry["topic"],
                drugs=tuple(entry["drugs"]),
                jurisdictions=tuple(entry["jurisdictions"]),
                title=Text(**entry["title"]),
                positions=tuple(
                    Position(who=Text(**p["who"]), says=Text(**p["says"]), facts=tuple(p["facts"]))
                    for p in entry["positions"]
                ),
                handling=Text(**entry["handling"]),
                source=entry["source"],
                asked_en=tuple(entry["asked_as"]["en"]),
                asked_zh=tuple(entry["asked_as"]["zh"]),
            )
            conflicts.append(conflict)
    return tuple(conflicts)
