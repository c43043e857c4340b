"""The view "What is covered": it says what the corpus holds, no more and no less, in both languages."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from assistant.ingest.corpus import load_corpus
from assistant.ingest.coverage import counts, coverage
from assistant.ingest.records import Corpus
from assistant.places import shipped
from assistant.present.covered import SYMBOLS, CellLine, Covered, DrugTable, TopicLine, covered_html
from assistant.present.words import say
from assistant.types import Language
from assistant.web import covered as corpus_view
from assistant.web import handlers
from tests.web.samples import SampleAssistant

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_CELL = re.compile(r"<td>(.*?)</td>", re.S)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(shipped("corpus"))


@pytest.fixture(scope="module")
def shown(corpus: Corpus) -> dict[str, str]:
    document = SimpleNamespace(title="Ward protocol", imported_at="2026-11-20T08:00:00", pages=(1, 2))
    assistant = SampleAssistant()
    assistant.index = SimpleNamespace(corpus=corpus, imported=(SimpleNamespace(document=document),))  # type: ignore[attr-defined]
    return {language: handlers.covered(assistant, language) for language in LANGUAGES}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_has_a_symbol_and_a_word(language: Language, corpus: Corpus, shown: dict[str, str]) -> None:
    cells = _CELL.findall(shown[language])
    expected = coverage(corpus)

    assert len(cells) == len(expected)
    for status, symbol in SYMBOLS.items():
        told = [cell for cell in cells if symbol in cell]
        assert len(told) == sum(cell.status == status for cell in expected)
        assert all(f">{say(f'status.{status}', language)}<" in cell for cell in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_are_those_of_the_corpus(language: Language, corpus: Corpus, shown: dict[str, str]) -> None:
    found = counts(corpus)
    for name in ("sections (en)", "sections (zh)", "statements (en)", "statements (zh)", "sources"):
        assert f'<span class="much">{found[name]}</span>' in shown[language]
    for name in ("known gaps", "conflicts"):
        assert shown[language].count(f'<span class="much">{found[name]}</span>') >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_conflict_and_source_is_listed(language: Language, corpus: Corpus, shown: dict[str, str]) -> None:
    for gap in corpus.gaps:
        assert f'<li id="{gap.id}"' in shown[language]
        assert _escaped(gap.missing.in_language(language)) in shown[language]
        assert _escaped(gap.open.in_language(language)) in shown[language]
    for conflict in corpus.conflicts:
        for position in conflict.positions:
            assert _escaped(position.who.in_language(language)) in shown[language]
            assert _escaped(position.says.in_language(language)) in shown[language]
    listed = shown[language].partition('class="source-list"')[2]
    assert listed.count("<li>") == len(corpus.sources)
    addressed = sum(bool(source.url or source.doi) for source in corpus.sources.values())
    assert listed.count('<a href="http') == addressed
    assert listed.count("noopener noreferrer") == addressed


def test_links_inside_the_view_lead_somewhere(shown: dict[str, str]) -> None:
    for page in shown.values():
        goals = set(re.findall(r'href="#([^"]+)"', page))
        assert goals <= set(re.findall(r' id="([^"]+)"', page))
        assert any(goal.startswith("gap-") for goal in goals)


def test_each_language_is_said_in_its_own_words(shown: dict[str, str]) -> None:
    english, chinese = shown["en"], shown["zh"]

    assert "Intended use" in english
    assert "verify before use" in english
    assert "checked on 20" in english
    assert "预期用途" in chinese
    assert "核对于20" in chinese
    assert "Intended use" not in chinese
    assert not re.search(
        r"[\u4e00-\u9fff]", english.partition('id="covered-labels"')[2].partition('id="covered-sources"')[0]
    )


def test_own_documents_are_listed_apart(shown: dict[str, str]) -> None:
    assert "Ward protocol" in shown["en"].partition("Your own documents")[2]
    assert "共2页 · 导入于2026-11-20" in shown["zh"]


def test_cell_checked_on_another_day_shows_its_own_day() -> None:
    days = ("2026-11-22", "2026-11-22", "2026-10-01")
    cells = tuple(CellLine(jurisdiction="US", status="complete", checked_on=day) for day in days)
    table = DrugTable(drug="teclistamab", topics=(TopicLine(title="Dosing", cells=cells),))
    page = covered_html(Covered(counts=({"name": "sources", "all": 1},), drugs=(table,)), "en")

    assert page.count("2026-11-22") == 1
    assert page.count("2026-10-01") == 1


def test_without_a_corpus_the_view_still_says_what_it_is_for() -> None:
    page = handlers.covered(SampleAssistant(), "en")

    assert "Intended use" in page
    assert "No corpus is loaded" in page
    assert handlers.covered(SampleAssistant(), "en", shown=False) == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figures_of_the_last_evaluation_stand_in_the_view(shipped_corpus: Corpus, language: str) -> None:
    summary = json.loads((shipped("evals") / "results" / "summary.json").read_text(encoding="utf-8"))
    view = corpus_view.covered(shipped_corpus, (), language)
    rules = next(task for task in summary["tasks"] if task["id"] == "rules")
    line = next(line for line in view.accuracy if line.title == rules["title"][language])

    assert f"{rules['splits']['test']['figures']['en']['value']:.1%}" in line.english
    assert view.unsafe == summary["unsafe"]["test"]
    assert line.chinese in covered_html(view, language)
