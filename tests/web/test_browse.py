"""The guideline browser without a browser: every section opens in both languages with its sources; search finds all kinds."""

from __future__ import annotations

import pytest

from assistant.ingest.records import Corpus
from assistant.pipeline import Assistant
from assistant.web import browse


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("browse"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_section_is_listed_once_and_opens_with_twin_and_sources(shipped_corpus: Corpus, language: str) -> None:
    ids = [line.id for document in browse.listed(shipped_corpus, language) for line in document.sections]

    assert sorted(ids) == sorted({s.id for s in shipped_corpus.sections})
    for name in ids:
        view = browse.opened(shipped_corpus, name, language)
        assert [column.language for column in view.columns] == [language, "zh" if language == "en" else "en"]
        assert view.sources
        assert sum(document.opened for document in view.documents) == 1


def test_an_unknown_section_shows_the_list_alone(shipped_corpus: Corpus) -> None:
    view = browse.opened(shipped_corpus, "<script>", "en")

    assert (view.section, view.columns, view.sources) == ("", (), ())
    assert view.documents


@pytest.mark.parametrize(("query", "language"), [("IVIG threshold", "en"), ("免疫球蛋白替代", "zh")])
def test_search_finds_sections_and_known_gaps_in_the_page_language(
    assistant: Assistant, query: str, language: str
) -> None:
    found = browse.found(assistant, query, language)
    html = browse.shown(assistant, "", query, language)

    assert {"section", "gap"} <= {line.kind for line in found.found}
    assert all(line.title in html.replace("&lt;", "<").replace("&amp;", "&") for line in found.found[:1])
    titles = {s.id: s.title for s in assistant.index.corpus.sections if s.language == language}
    assert all(line.title == titles[line.section] for line in found.found if line.section)


@pytest.mark.parametrize("query", ["", "   ", "!!!", "<b>x</b>" * 100])
def test_odd_queries_never_fail_and_are_shown_as_text(assistant: Assistant, query: str) -> None:
    assert "<b>" not in browse.shown(assistant, "", query, "en")


def test_details_of_a_source_are_those_of_its_facts(shipped_corpus: Corpus) -> None:
    section = next(s for s in shipped_corpus.sections if s.language == "en" and len(s.statements) == 1)
    fact = shipped_corpus.facts[section.statements[0].facts[0]]
    source = browse.opened(shipped_corpus, section.id, "en").sources[0]

    assert source.title == shipped_corpus.sources[fact.source].title
    assert fact.locator in source.details
    assert source.confidence == fact.confidence
