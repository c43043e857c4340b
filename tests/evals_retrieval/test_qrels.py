"""The judged questions: derived by rule, committed as derived, kept apart, measured as described."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.errors import SettingError
from assistant.ingest.records import Corpus
from assistant.retrieve.units import units_of
from assistant.text.normalise import normalise
from evals.retrieval.build import export_corpus, statistics
from evals.retrieval.overlap import DATA, content_words, passages, shared
from evals.retrieval.qrels import Query, derive, equal_sections, load, write, written
from evals.samples import load_samples, task_names


@pytest.fixture(scope="module")
def queries(shipped_corpus: Corpus) -> tuple[Query, ...]:
    return derive(shipped_corpus)


def bare(text: str) -> str:
    return re.sub(r"\W", "", normalise(text).text)


def test_what_is_committed_is_what_the_rules_derive(queries: tuple[Query, ...], tmp_path: Path) -> None:
    write(tmp_path, queries)

    for name in ("queries.jsonl", "qrels/dev.tsv", "qrels/test.tsv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), "run python -m evals.retrieval.build"
    assert json.loads((DATA / "STATS.json").read_text(encoding="utf-8")) == statistics(queries)


def test_the_set_is_as_large_and_as_hard_as_it_has_to_be(queries: tuple[Query, ...]) -> None:
    assert len({query.family for query in queries}) >= 400
    assert sum(query.no_shared_word for query in queries) / len(queries) >= 1 / 3
    assert sum(query.short for query in queries) / len(queries) >= 1 / 5


def test_every_judged_unit_is_in_the_corpus(queries: tuple[Query, ...], shipped_corpus: Corpus) -> None:
    known = {unit.id for unit in units_of(shipped_corpus)}

    assert all(query.right and query.right <= known for query in queries)


def test_a_family_lies_in_one_split_and_in_both_languages(queries: tuple[Query, ...]) -> None:
    splits: dict[str, set[str]] = {}
    languages: dict[str, set[str]] = {}
    for query in queries:
        splits.setdefault(query.family, set()).add(query.split)
        languages.setdefault(query.family, set()).add(query.language)

    assert all(len(found) == 1 for found in splits.values())
    assert all(found == {"en", "zh"} for family, found in languages.items() if family.startswith("ret-"))


def test_no_written_question_is_an_indexed_way_of_asking_or_a_question_of_another_set(shipped_corpus: Corpus) -> None:
    units = (*shipped_corpus.gaps, *shipped_corpus.conflicts)
    asked = {bare(q) for s in shipped_corpus.sections for q in s.asked_as}
    asked |= {bare(q) for unit in units for q in (*unit.asked_en, *unit.asked_zh)}
    asked |= {bare(s.text) for task in task_names() for s in load_samples(task) if not s.history}
    texts = [bare(own.text) for own in written()]

    assert [text for text in texts if text in asked] == []
    assert len(set(texts)) == len(texts)


def test_no_question_of_one_split_is_nearly_the_same_as_one_of_the_other(queries: tuple[Query, ...]) -> None:
    sides = [[bare(query.text) for query in queries if query.split == split] for split in ("dev", "test")]

    assert process.cdist(*sides, scorer=Levenshtein.normalized_similarity).max() <= 0.9


def test_every_fact_and_section_named_is_known_and_none_is_weak(shipped_corpus: Corpus) -> None:
    sections = {section.id for section in shipped_corpus.sections}
    facts = {fact for own in written() for fact in own.facts_any}
    facts |= {fact for equal in equal_sections() for fact in equal.facts}

    assert {section for equal in equal_sections() for section in equal.sections} <= sections
    assert all(len(equal.sections) > 1 for equal in equal_sections())
    assert {fact for fact in facts if shipped_corpus.facts[fact].confidence == "weak"} == set()


def test_a_section_listed_as_equal_is_right_whenever_the_other_is(queries: tuple[Query, ...]) -> None:
    asked = next(query for query in queries if "section:linvo-interval-us" in query.right)

    assert "section:linvoseltamab-q4w-us" in asked.right


def test_the_committed_questions_are_read_back_as_written(queries: tuple[Query, ...]) -> None:
    assert load("dev") == tuple(query for query in queries if query.split == "dev")


def test_missing_judgements_name_the_command(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"evals\.retrieval\.build"):
        load("dev", tmp_path)


def test_a_faulty_question_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "families.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")

    with pytest.raises(SettingError, match=r"families\.jsonl:1"):
        written(tmp_path / "families.jsonl")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How long does the infusion take?", {"long", "infus"}),
        ("How many of them are on it?", set()),
        ("怎么处理发热", {"处理", "发热"}),
        ("０.06 mg/kg", {"0.06", "mg", "kg"}),
    ],
)
def test_content_words_are_stems_and_words_without_function_words(text: str, words: set[str]) -> None:
    assert content_words(text) == words


def test_words_are_compared_within_one_language_and_over_every_right_passage() -> None:
    words = {("a", "en"): frozenset({"fever"}), ("a", "zh"): frozenset({"发热"}), ("b", "en"): frozenset({"dose"})}

    assert shared("fever dose", "en", frozenset({"a", "b"}), words) == {"fever", "dose"}
    assert shared("fever dose", "en", frozenset({"b"}), words) == {"dose"}
    assert shared("fever", "zh", frozenset({"a"}), words) == set()


def test_ways_of_asking_are_not_part_of_a_passage(shipped_corpus: Corpus) -> None:
    section = next(s for s in shipped_corpus.sections if s.language == "en")
    other = section.model_copy(update={"asked_as": ("zebra crossing",)})
    words = passages(shipped_corpus.model_copy(update={"sections": (other,)}))

    assert "zebra" not in words[f"section:{section.id}", "en"]


def test_an_export_is_a_whole_data_set(shipped_corpus: Corpus, tmp_path: Path) -> None:
    export_corpus(tmp_path, shipped_corpus)
    documents = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]

    assert {"_id", "title", "text", "metadata"} <= set(documents[0])
    assert {document["_id"] for document in documents} == {unit.id for unit in units_of(shipped_corpus)}
