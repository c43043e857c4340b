"""Who says a statement: the guideline's name stands only over what is marked as its text or a summary of it."""

from __future__ import annotations

import pytest

from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.sources import said_by
from assistant.ingest.records import Corpus
from assistant.types import Language

OWN = {"guideline-text", "guideline-summary"}
NAME: dict[Language, str] = {"en": "IMWG, bispecific antibodies", "zh": "IMWG双特异性抗体"}
OTHER: dict[Language, str] = {"en": "another IMWG document", "zh": "IMWG其他文件"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_the_guidelines_own_facts_stand_under_its_name(shipped_corpus: Corpus, language: Language) -> None:
    evidence = Evidence(shipped_corpus)
    named, others = 0, 0
    for section in (s for s in shipped_corpus.sections if s.language == language):
        for place in evidence.places(section.id, language):
            book = CitationBook(evidence, language)
            book.cite(place)
            for citation in book.citations:
                heading = said_by(citation, evidence, language)
                marks = {shipped_corpus.facts[fact].attribution for fact in citation.facts}
                if NAME[language] in heading:
                    assert marks <= OWN, (section.id, heading, marks)
                    named += 1
                elif "IMWG" in heading:
                    assert OTHER[language] in heading, (section.id, heading)
                    assert citation.source != "imwg-bispecific-2024", section.id
                    others += 1

    assert named > 20
    assert others > 20
