"""Every fault of the corpus as a sentence that names file, section and remedy.

`python -m assistant.ingest.check [DOCUMENT …]` checks single documents while they are being written;
`assistant index check` checks everything.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.errors import CorpusError
from assistant.ingest.corpus import entries_of, load_corpus, load_document, load_facts, load_sources
from assistant.ingest.records import Corpus, Fact, Section, Source
from assistant.places import shipped
from assistant.text.numbers import numbers_in

JURISDICTIONS = {"US", "EU", "CN", "other"}
ASKED_AS = range(8, 13)
WORDS_EN = range(20, 321)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDS = {w: str(i) for i, w in enumerate("zero one two three four five six seven eight nine ten".split())}


def faults_of_document(
    sections: list[Section], topics: set[str], facts: dict[str, Fact], sources: dict[str, Source]
) -> Iterator[str]:
    """The faults of one document, given its sections in both languages."""
    if not sections:
        yield "a document of manifest.yaml has no section; write en.md and zh.md or take it out."
        return
    by_language = {language: [s for s in sections if s.language == language] for language in ("en", "zh")}
    document = sections[0].document
    english, chinese = by_language["en"], by_language["zh"]
    if [s.id for s in english] != [s.id for s in chinese]:
        differing = sorted({s.id for s in english} ^ {s.id for s in chinese})
        yield f"{document}: en.md and zh.md must hold the same sections in the same order; differing: {differing or 'order'}."
    repeated = [key for key, count in Counter(s.id for s in english).items() if count > 1]
    if repeated:
        yield f"{document}: section ids must be unique; repeated: {repeated}."
    twins = {s.id: s for s in chinese}
    for section in english:
        yield from _faults_of_section(section, topics)
        twin = twins.get(section.id)
        if twin is not None:
            yield from _faults_of_twins(section, twin)
    for section in sections:
        yield from _faults_of_statements(section, facts, sources)


def _faults_of_section(section: Section, topics: set[str]) -> Iterator[str]:
    where = f"{section.document}#{section.id}"
    if section.topic not in topics:
        yield f"{where}: topic '{section.topic}' is not in corpus/topics.yaml; use one that is."
    unknown = set(section.jurisdictions) - JURISDICTIONS
    if unknown:
        yield f"{where}: jurisdictions {sorted(unknown)} are not allowed; use {sorted(JURISDICTIONS)}."
    words = len(re.findall(r"\w+", section.body))
    if words not in WORDS_EN and section.topic != "ctcae" and "|" not in section.body:
        yield f"{where}: {words} words; a section has 40 to 250. Merge or split it."
    if not section.statements:
        yield f"{where}: has no statement."


def _faults_of_twins(english: Section, chinese: Section) -> Iterator[str]:
    where = f"{english.document}#{english.id}"
    if len(english.statements) != len(chinese.statements):
        yield f"{where}: {len(english.statements)} English and {len(chinese.statements)} Chinese statements; they must pair up."
        return
    for number, (en, zh) in enumerate(zip(english.statements, chinese.statements, strict=True), start=1):
        if en.facts != zh.facts:
            yield f"{where}: statement {number} cites {en.facts} in English and {zh.facts} in Chinese; make them equal."
        difference = numbers_in(en.text) ^ numbers_in(zh.text)
        if difference:
            yield f"{where}: statement {number}: numbers differ between the twins: {sorted(difference)}. EN: {en.text} | ZH: {zh.text}"
    for twin in (english, chinese):
        if len(twin.asked_as) not in ASKED_AS:
            yield f"{where}: {len(twin.asked_as)} asked_as questions in {twin.language}; 8 to 12 are wanted."
    if not re.search(r"[\u4e00-\u9fff]", chinese.title):
        yield f"{where}: the title in zh.md is not Chinese."


def _faults_of_statements(section: Section, facts: dict[str, Fact], sources: dict[str, Source]) -> Iterator[str]:
    where = f"{section.document}/{section.language}.md#{section.id}"
    for statement in section.statements:
        if section.body[statement.start : statement.end] != statement.quote:
            yield f"{where}: the quote is not found at its offsets: {statement.quote}"
        unknown = [fact for fact in statement.facts if fact not in facts]
        if unknown:
            yield f"{where}: facts {unknown} are not in corpus/facts (weak facts are not carried). Statement: {statement.text}"
            continue
        allowed = allowed_numbers([facts[fact] for fact in statement.facts], sources)
        extra = {n for n in numbers_in(statement.text) if n not in allowed and n.lstrip("0") not in allowed}
        if extra:
            yield f"{where}: numbers {sorted(extra)} do not stand in facts {list(statement.facts)}. Statement: {statement.text}"


def allowed_numbers(facts: Iterable[Fact], sources: dict[str, Source]) -> set[str]:
    """Every number that the facts (text, locator, date) and their registered sources (title, version, date) hold."""
    text = []
    for fact in facts:
        text += [fact.text, fact.locator, fact.date, fact.jurisdiction]
        source = sources.get(fact.source)
        if source is not None:
            text += [source.title, source.title_zh, source.publisher, source.version, source.date]
    joined = " ".join(text)
    words = re.findall(r"[a-z]+", joined.lower())
    months = {f"{_MONTHS.index(w[:3]) + 1:02d}" for w in words if w[:3] in _MONTHS}
    return (
        set(numbers_in(joined)) | {m.lstrip("0") for m in months} | months | {_WORDS[w] for w in words if w in _WORDS}
    )


def faults_of_corpus(corpus: Corpus, topics: set[str]) -> Iterator[str]:
    """All faults of the whole corpus: documents, coverage of facts and sources, gaps, conflicts."""
    for document in corpus.documents:
        sections = [s for s in corpus.sections if s.document == document.id]
        yield from faults_of_document(sections, topics, corpus.facts, corpus.sources)
    counted = Counter(s.id for s in corpus.sections if s.language == "en")
    for section_id, count in counted.items():
        if count > 1:
            yield f"section id '{section_id}' is used by {count} documents; ids are unique over the corpus."
    used = {fact for s in corpus.sections for statement in s.statements for fact in statement.facts}
    for fact in sorted(set(corpus.facts) - used):
        yield f"facts: '{fact}' is carried by no statement; write one or take the fact out."
    yield from _faults_of_provenance(corpus)
    yield from _faults_of_gaps(corpus, topics)
    yield from _faults_of_conflicts(corpus)


def repeated_asked_as(corpus: Corpus) -> dict[str, list[str]]:
    """Ways of asking that stand at more than one section, with those sections; each should point to one and no other."""
    where: dict[str, set[str]] = {}
    for section in corpus.sections:
        for question in section.asked_as:
            where.setdefault(question.strip().lower(), set()).add(f"{section.document}#{section.id}")
    return {question: sorted(sections) for question, sections in where.items() if len(sections) > 1}


def _faults_of_provenance(corpus: Corpus) -> Iterator[str]:
    for fact in corpus.facts.values():
        if fact.source not in corpus.sources:
            yield f"facts: '{fact.id}' names source '{fact.source}', which is not in corpus/sources.yaml; register it."
        if fact.confidence not in {"verified", "single_source", "secondary"}:
            yield f"facts: '{fact.id}' has confidence '{fact.confidence}'; allowed are verified, single_source, secondary."
    used = {fact.source for fact in corpus.facts.values()} | {s for f in corpus.facts.values() for s in f.also_sources}
    for fact in corpus.facts.values():  # a document that only confirms a fact is registered too
        unregistered = sorted(set(fact.also_sources) - set(corpus.sources))
        if unregistered:
            yield f"facts: '{fact.id}' names also_sources {unregistered}, not in corpus/sources.yaml; register them."
    for source in sorted(set(corpus.sources) - used):
        yield f"sources.yaml: '{source}' is used by no fact; take it out."
    yield from _faults_of_attribution(corpus)


def _faults_of_attribution(corpus: Corpus) -> Iterator[str]:
    text = {"guideline-text", "guideline-summary"}
    for section in corpus.sections:
        if section.document != "imwg-2024":
            continue
        for statement in section.statements:
            foreign = [f for f in statement.facts if f in corpus.facts and corpus.facts[f].attribution not in text]
            if foreign:
                yield f"imwg-2024#{section.id}: facts {foreign} are not marked as the guideline's own; move the statement."


def _faults_of_gaps(corpus: Corpus, topics: set[str]) -> Iterator[str]:
    for gap in corpus.gaps:
        if gap.topic not in topics:
            yield f"gaps.yaml#{gap.id}: topic '{gap.topic}' is not in corpus/topics.yaml."
        for name, text in (("missing", gap.missing), ("why", gap.why), ("open", gap.open)):
            if not text.en or not text.zh:
                yield f"gaps.yaml#{gap.id}: '{name}' is empty in one language."
            elif numbers_in(text.en) ^ numbers_in(text.zh):
                yield f"gaps.yaml#{gap.id}: numbers of '{name}' differ between the languages."


def _faults_of_conflicts(corpus: Corpus) -> Iterator[str]:
    for conflict in corpus.conflicts:
        if len(conflict.positions) < 2:
            yield f"conflicts.yaml#{conflict.id}: fewer than two positions."
        for position in conflict.positions:
            if numbers_in(position.says.en) ^ numbers_in(position.says.zh):
                yield f"conflicts.yaml#{conflict.id}: numbers differ between the languages: {position.says.en}"
            unknown = [fact for fact in position.facts if fact not in corpus.facts]
            if unknown:
                yield f"conflicts.yaml#{conflict.id}: facts {unknown} are unknown."


def known_topics(root: Path) -> set[str]:
    """The topic ids of `corpus/topics.yaml`."""
    return {entry["id"] for entry in entries_of(root / "topics.yaml")}


def _strays(root: Path) -> Iterator[str]:
    """Document folders that the manifest does not name: nobody would read them."""
    named = {entry["id"] for entry in entries_of(root / "manifest.yaml")}
    for folder in sorted(path.parent for path in root.glob("*/sections.yaml")):
        if folder.name not in named:
            yield f"{folder.name}: is not in manifest.yaml; add an entry or remove the folder."


def check_whole(root: Path) -> list[str]:
    """All faults of the corpus under `root`; an unreadable file is the only fault then reported."""
    try:
        return [*_strays(root), *faults_of_corpus(load_corpus(root), known_topics(root))]
    except CorpusError as error:
        return [str(error)]


def _check_documents(root: Path, documents: list[str]) -> list[str]:
    facts = load_facts(root / "facts")
    sources = load_sources(root / "sources.yaml") if (root / "sources.yaml").exists() else {}
    found: list[str] = []
    for document in documents:
        try:
            sections = load_document(root, document)
            found += faults_of_document(sections, known_topics(root), facts, sources)
        except CorpusError as error:
            found.append(str(error))
    return found


def main(arguments: list[str]) -> int:
    """Print all faults; exit status 1 when there is one."""
    root = shipped("corpus")
    found = _check_documents(root, arguments) if arguments else check_whole(root)
    sys.stdout.write("".join(f"- {fault}\n" for fault in found) or "No fault found.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
