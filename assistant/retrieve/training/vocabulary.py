"""The teacher's vocabulary, with Chinese characters and words in place of the scripts that are not asked in.

A Chinese token starts as the mean of the English pieces that stand opposite it: IBM Model 1 in both directions over aligned
statements, titles, glossary spellings and the questions of one section, the two probabilities multiplied, so that pieces
that stand opposite everything ("the", "of") count for nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.retrieve.training.groups import Group, Twin

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORD_COUNT = 4
LONGEST_WORD = 10
_ROUNDS = 8
_KEPT_PIECES = 6
_HAN = re.compile(r"[\u3400-\u9fff]+")
_UNUSED = re.compile(r"\[unused\d+\]")


def chinese_texts(groups: Iterable[Group]) -> list[str]:
    """All Chinese texts of the groups."""
    return [t for g in groups for t in (*g.asked_zh, *(twin.zh for twin in g.twins))]


def chinese_tokens(texts: Iterable[str], spellings: Iterable[str]) -> tuple[list[str], list[str]]:
    """Characters and words to add: every character that occurs, frequent words, and Chinese spellings of terms."""
    characters: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for text in texts:
        for run in _HAN.findall(text):
            characters.update(run)
            words.update(word for word in rjieba.cut(run) if len(word) > 1)
    named = {s for s in spellings if _HAN.fullmatch(s) and 2 <= len(s) <= LONGEST_WORD}
    characters.update(character for spelling in named for character in spelling)
    frequent = {word for word, count in words.items() if count >= WORD_COUNT and len(word) <= LONGEST_WORD}
    return sorted(characters), sorted(frequent | named)


def extended(teacher: str, characters: Sequence[str], words: Sequence[str]) -> tuple[str, list[int]]:
    """The tokenizer file with Chinese in it, and for each kept piece its row in the teacher's embedding.

    Rows of the new embedding: special tokens, kept pieces of the teacher, `characters`, `words`. Words are matched before
    the text is split into characters, longest first.
    """
    content: dict[str, Any] = json.loads(teacher)
    old: dict[str, int] = content["model"]["vocab"]
    kept = [piece for piece in sorted(old, key=old.__getitem__) if piece not in SPECIAL and _is_kept(piece)]
    pieces = [*SPECIAL, *kept, *characters]
    vocabulary = {piece: row for row, piece in enumerate(pieces)}
    content["model"]["vocab"] = vocabulary
    content["added_tokens"] = [_added(token, vocabulary[token], special=True) for token in SPECIAL] + [
        _added(word, len(pieces) + number, special=False) for number, word in enumerate(words)
    ]
    for name, token in content["post_processor"]["special_tokens"].items():
        token["ids"] = [vocabulary[name]]
    content["truncation"], content["padding"] = None, None
    return json.dumps(content, ensure_ascii=False), [old[piece] for piece in (*SPECIAL, *kept)]


def _added(content: str, row: int, *, special: bool) -> dict[str, object]:
    return {
        "id": row,
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": special,
    }


def _is_kept(piece: str) -> bool:
    """Latin and Greek letters, digits, signs; neither placeholders nor other scripts."""
    if _UNUSED.fullmatch(piece):
        return False
    letters = [c for c in piece.removeprefix("##") if unicodedata.category(c)[0] in "LM"]
    return all(unicodedata.name(c, "").startswith(("LATIN", "GREEK", "MICRO", "COMBINING")) for c in letters)


def without_words(tokenizer: str) -> str:
    """The same tokenizer, with words split into characters."""
    content: dict[str, Any] = json.loads(tokenizer)
    content["added_tokens"] = [token for token in content["added_tokens"] if token["special"]]
    return json.dumps(content, ensure_ascii=False)


def opposite_texts(groups: Iterable[Group], spellings: Iterable[Twin]) -> list[tuple[str, str]]:
    """(Chinese, English) texts that say the same: twins several times, so that they outweigh the questions of a group."""
    pairs: list[tuple[str, str]] = []
    for group in groups:
        pairs += [(twin.zh, twin.en) for twin in group.twins] * 3
        pairs.append((" ".join(group.asked_zh), " ".join(group.asked_en)))
    return pairs + [(twin.zh, twin.en) for twin in spellings] * 5


def first_rows(tokenizer: str, kept: int, embedding: NDArray[np.float32], pairs: Iterable[tuple[str, str]]) -> Any:
    """The embedding of the extended vocabulary, shape (tokens, dimension), float32.

    The first `kept` rows are `embedding`; a Chinese row is the mean of the pieces opposite it, at the usual length of a
    row; one that stands opposite nothing is the mean of all rows.
    """
    with_words, by_character = (Tokenizer.from_str(t) for t in (tokenizer, without_words(tokenizer)))
    chinese: list[list[int]] = []
    english: list[list[int]] = []
    for zh, en in pairs:
        for reader in (with_words, by_character):
            chinese.append([i for i in reader.encode(zh, add_special_tokens=False).ids if i >= kept])
            english.append([i for i in by_character.encode(en, add_special_tokens=False).ids if i < kept])
    size = with_words.get_vocab_size()
    z_ids, e_ids, forward, backward = _alignment(chinese, english, size)
    rows = np.zeros((size, embedding.shape[1]), dtype=np.float32)
    rows[:kept] = embedding
    usual = float(np.median(np.linalg.norm(embedding, axis=1)))
    rows[kept:] = embedding.mean(axis=0)
    weight = forward * backward
    order = np.lexsort((e_ids, -weight, z_ids))
    starts = np.flatnonzero(np.r_[True, np.diff(z_ids[order]) != 0])
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        best = order[start:end][:_KEPT_PIECES]
        mean = weight[best] @ embedding[e_ids[best]] / max(float(weight[best].sum()), 1e-12)
        length = float(np.linalg.norm(mean))
        if length > 0:
            rows[z_ids[order[start]]] = mean * (usual / length)
    return rows


def _alignment(
    chinese: Sequence[Sequence[int]], english: Sequence[Sequence[int]], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """IBM Model 1 both ways: for each (Chinese, English) token pair met, p(English | Chinese) and p(Chinese | English)."""
    z = [np.repeat(np.array(c, dtype=np.int64), len(e)) for c, e in zip(chinese, english, strict=True)]
    e = [np.tile(np.array(e, dtype=np.int64), len(c)) for c, e in zip(chinese, english, strict=True)]
    z_at = [np.repeat(np.arange(len(c)), len(e)) for c, e in zip(chinese, english, strict=True)]
    e_at = [np.tile(np.arange(len(e)), len(c)) for c, e in zip(chinese, english, strict=True)]
    keys, pair = np.unique(np.concatenate(z) * size + np.concatenate(e), return_inverse=True)
    z_place = _places(z_at, [len(c) for c in chinese])
    e_place = _places(e_at, [len(e) for e in english])
    z_ids, e_ids = keys // size, keys % size
    forward = _model_1(pair, e_place, z_ids, len(keys), size)
    backward = _model_1(pair, z_place, e_ids, len(keys), size)
    return z_ids, e_ids, forward, backward


def _places(within: Sequence[NDArray[np.int64]], lengths: Sequence[int]) -> NDArray[np.int64]:
    """Positions counted on from text to text."""
    starts = np.cumsum([0, *lengths[:-1]])
    return np.concatenate([place + start for place, start in zip(within, starts, strict=True)])


def _model_1(
    pair: NDArray[np.int64], explained: NDArray[np.int64], given: NDArray[np.int64], pairs: int, size: int
) -> NDArray[np.float64]:
    """p(explained token | given token) per pair, by expectation maximisation from uniform."""
    probability = np.ones(pairs)
    for _ in range(_ROUNDS):
        share = probability[pair]
        share /= np.bincount(explained, weights=share)[explained]
        count = np.bincount(pair, weights=share, minlength=pairs)
        probability = count / np.bincount(given, weights=count, minlength=size)[given]
    return probability
