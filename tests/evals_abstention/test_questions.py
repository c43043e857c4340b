"""The abstention set is sound: keys exist, labels hold what they say, splits are apart, and the test half is frozen."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from opencc import OpenCC
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.errors import SettingError
from assistant.ingest.records import Corpus
from assistant.places import shipped
from assistant.text.normalise import normalise
from evals.abstention.questions import QUESTIONS, TEST_SHA256, AbstentionQuestion, load_questions
from evals.samples import load_samples, task_names

SPLIT_SEED = 20261122


@pytest.fixture(scope="module")
def questions() -> tuple[AbstentionQuestion, ...]:
    return load_questions()


def record(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "id": "x-en",
        "family": "x",
        "split": "dev",
        "language": "en",
        "script": "latin",
        "text": "q",
        "label": "answered",
        "facts": ["tec-301"],
        "gaps": [],
        "missing_part": "",
        "why": "w",
        "severity": "none",
    }
    return base | changes


def written(tmp_path: Path, *records: dict[str, object]) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def bare(text: str) -> str:
    return re.sub(r"\W", "", normalise(text).text)


def test_every_fact_of_a_key_exists_and_may_be_used(
    questions: tuple[AbstentionQuestion, ...], shipped_corpus: Corpus
) -> None:
    usable = {id for id, fact in shipped_corpus.facts.items() if fact.confidence != "weak"}
    assert [(q.id, set(q.facts) - usable) for q in questions if not set(q.facts) <= usable] == []


def test_every_gap_of_a_key_exists(questions: tuple[AbstentionQuestion, ...], shipped_corpus: Corpus) -> None:
    known = {gap.id for gap in shipped_corpus.gaps}
    assert [(q.id, set(q.gaps) - known) for q in questions if not set(q.gaps) <= known] == []


def test_every_family_asks_in_both_languages_with_one_key(questions: tuple[AbstentionQuestion, ...]) -> None:
    families: dict[str, list[AbstentionQuestion]] = {}
    for q in questions:
        families.setdefault(q.family, []).append(q)

    for family, members in families.items():
        assert {q.language for q in members} == {"en", "zh"}, family
        assert len({(q.label, q.facts, q.gaps, q.missing_part, q.severity) for q in members}) == 1, family


def test_the_set_is_large_enough_and_mixed_as_planned(questions: tuple[AbstentionQuestion, ...]) -> None:
    share = {label: n / len(questions) for label, n in Counter(q.label for q in questions).items()}

    assert len(questions) >= 420
    assert len({q.family for q in questions}) >= 200
    assert len(load_questions("test")) >= 300
    assert 0.40 <= share["answered"] <= 0.50
    assert 0.08 <= share["partly"] <= 0.12
    assert 0.08 <= share["gap"] <= 0.12
    assert 0.22 <= share["adjacent"] <= 0.30
    assert 0.08 <= share["out_of_corpus"] <= 0.12


def test_chinese_is_asked_in_every_script_and_the_field_says_which(questions: tuple[AbstentionQuestion, ...]) -> None:
    scripts = Counter(q.script for q in questions if q.language == "zh")
    simplified = OpenCC("t2s")

    assert min(scripts[s] for s in ("simplified", "traditional", "mixed")) >= 40
    assert {q.script for q in questions if q.language == "en"} == {"latin"}
    for q in questions:
        assert bool(re.search(r"[\u4e00-\u9fff]", q.text)) == (q.language == "zh"), q.id
        assert (simplified.convert(q.text) != q.text) == (q.script == "traditional"), q.id


def test_every_fact_file_is_asked_about(questions: tuple[AbstentionQuestion, ...]) -> None:
    answered = {fact for q in questions if q.label == "answered" for fact in q.facts}
    for path in sorted((shipped("corpus") / "facts").glob("*.yaml")):
        held = set(re.findall(r"^- id: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert len(answered & held) >= 3, path.name


def test_the_split_is_the_seeded_half_of_the_families_of_each_label(questions: tuple[AbstentionQuestion, ...]) -> None:
    for label in {q.label for q in questions}:
        families = sorted({q.family for q in questions if q.label == label})
        random.Random(SPLIT_SEED).shuffle(families)
        drawn = set(families[: (len(families) + 1) // 2])
        assert {q.family for q in questions if q.label == label and q.split == "test"} == drawn, label


def test_no_question_is_an_indexed_way_of_asking(
    questions: tuple[AbstentionQuestion, ...], shipped_corpus: Corpus
) -> None:
    units = (*shipped_corpus.gaps, *shipped_corpus.conflicts)
    asked = {bare(text) for section in shipped_corpus.sections for text in section.asked_as}
    asked |= {bare(text) for unit in units for text in (*unit.asked_en, *unit.asked_zh)}

    assert [q.id for q in questions if bare(q.text) in asked] == []


def test_no_text_stands_twice(questions: tuple[AbstentionQuestion, ...]) -> None:
    assert [text for text, n in Counter(bare(q.text) for q in questions).items() if n > 1] == []


def test_no_frozen_question_is_nearly_one_that_is_tuned_on() -> None:
    tuned = [bare(q.text) for q in load_questions("dev")]
    tuned += [bare("".join((*s.history, s.text))) for task in task_names() for s in load_samples(task, "dev")]
    frozen = [bare(q.text) for q in load_questions("test")]

    assert process.cdist(frozen, tuned, scorer=Levenshtein.normalized_similarity).max() <= 0.9


def test_the_frozen_half_has_not_changed_without_a_new_version() -> None:
    lines = [line for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if json.loads(line)["split"] == "test"]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()

    assert digest == TEST_SHA256, "a frozen question changed: raise VERSION and set TEST_SHA256 anew"


def test_a_split_holds_its_own_questions_only() -> None:
    assert {q.split for q in load_questions("dev")} == {"dev"}
    assert len(load_questions("dev")) + len(load_questions("test")) == len(load_questions())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"facts": []}, "label 'answered' does not go with an empty key"),
        ({"gaps": ["gap-001"]}, "label 'answered' does not go with facts, gaps"),
        ({"label": "partly"}, "label 'partly' does not go with facts"),
        ({"label": "gap"}, "label 'gap' does not go with facts"),
        ({"label": "adjacent"}, "label 'adjacent' does not go with facts"),
        ({"label": "out_of_corpus", "facts": [], "missing_part": "m"}, "does not go with missing_part"),
        ({"label": "unsure"}, "label: Input should be"),
        ({"why": "one\ntwo"}, "why: String should match"),
        ({"note": "n"}, "note: Extra inputs"),
    ],
)
def test_a_faulty_line_is_named_with_file_and_line(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    path = written(tmp_path, record(id="w-en", family="w"), record(**changes))

    with pytest.raises(SettingError, match=re.escape(message)) as caught:
        load_questions(path=path)
    assert f"{path}:2: " in str(caught.value)
    assert f"{path}:2:" in caught.value.zh


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (record(), "id 'x-en' stands twice"),
        (record(id="x-zh", split="test"), "family 'x' stands in both splits"),
    ],
)
def test_a_line_that_clashes_with_an_earlier_one_is_named(
    tmp_path: Path, second: dict[str, object], message: str
) -> None:
    path = written(tmp_path, record(), second)

    with pytest.raises(SettingError, match=re.escape(message)) as caught:
        load_questions(path=path)
    assert f"{path}:2: " in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"label": "partly", "missing_part": "m"},
        {"label": "partly", "missing_part": "m", "gaps": ["gap-001"]},
        {"label": "gap", "facts": [], "gaps": ["gap-001"]},
        {"label": "adjacent", "facts": []},
        {"label": "out_of_corpus", "facts": []},
    ],
)
def test_a_sound_line_of_each_label_is_read(tmp_path: Path, changes: dict[str, object]) -> None:
    (question,) = load_questions(path=written(tmp_path, record(**changes)))
    assert question.label == changes.get("label", "answered")
