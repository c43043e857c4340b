"""The corpus that ships: no fault, nothing left out, the abstract word for word."""

from __future__ import annotations

from pathlib import Path

from assistant import strict_yaml
from assistant.ingest.check import check_whole, repeated_asked_as
from assistant.ingest.records import Corpus
from assistant.lexicon.terms import Lexicon
from assistant.places import shipped

ROOT = shipped("corpus")


def test_the_shipped_corpus_has_no_fault() -> None:
    assert check_whole(ROOT) == []


def test_every_fact_is_carried_in_both_languages(shipped_corpus: Corpus) -> None:
    for language in ("en", "zh"):
        carried = {
            fact
            for section in shipped_corpus.sections
            if section.language == language
            for statement in section.statements
            for fact in statement.facts
        }
        assert set(shipped_corpus.facts) - carried == set()


def test_every_statement_has_a_source_with_title_publisher_and_licence_note(shipped_corpus: Corpus) -> None:
    for section in shipped_corpus.sections:
        for statement in section.statements:
            assert statement.facts, section.id
            for fact in statement.facts:
                source = shipped_corpus.sources[shipped_corpus.facts[fact].source]
                assert source.title, source.id
                assert source.publisher, source.id
                assert source.licence_note, source.id


def test_the_abstract_of_the_guideline_is_carried_verbatim(shipped_corpus: Corpus) -> None:
    entries = strict_yaml.load(ROOT / "facts" / "abstract.yaml")
    for language, key in (("en", "statement"), ("zh", "statement_zh")):
        section = next(s for s in shipped_corpus.sections if s.id == "imwg-abstract" and s.language == language)
        assert [s.text for s in section.statements] == [entry[key] for entry in entries]


def test_every_quote_stands_at_its_offsets(shipped_corpus: Corpus) -> None:
    for section in shipped_corpus.sections:
        for statement in section.statements:
            assert section.body[statement.start : statement.end] == statement.quote


def test_no_way_of_asking_is_shown(shipped_corpus: Corpus) -> None:
    for section in shipped_corpus.sections:
        lines = {line.strip("|- ") for line in section.body.splitlines()}
        assert not lines & set(section.asked_as), section.id


def test_ways_of_asking_point_to_one_section(shipped_corpus: Corpus) -> None:
    """Known doubles: they may only become fewer."""
    known: set[str] = set()

    assert set(repeated_asked_as(shipped_corpus)) <= known


def test_the_glossary_has_at_least_600_terms_in_both_languages(lexicon: Lexicon) -> None:
    assert len(lexicon.terms) >= 600
    assert all(term.zh and term.spellings for term in lexicon.terms.values())


def test_no_glossary_term_stands_twice() -> None:
    entries = strict_yaml.load(ROOT / "glossary.yaml")

    assert len({entry["en"] for entry in entries}) == len(entries)


def test_every_document_folder_has_both_twins() -> None:
    for folder in (path.parent for path in ROOT.glob("*/sections.yaml")):
        assert {path.name for path in Path(folder).iterdir()} == {"en.md", "zh.md", "sections.yaml"}
