"""Embedding models: unit vectors, guarded zeros, an identity that changes with the model."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from assistant.errors import SettingError
from assistant.retrieve.embedding import (
    LONGEST,
    SHIPPED,
    StaticEmbedder,
    TransformerEmbedder,
    _fingerprint,
    embedder,
    unit_rows,
)
from assistant.retrieve.training.known import known_texts, write_known
from tests.tiny import write_tiny_corpus


@pytest.fixture(scope="module")
def shipped() -> StaticEmbedder:
    return StaticEmbedder(SHIPPED)


def test_vectors_have_length_one(shipped: StaticEmbedder) -> None:
    lengths = np.linalg.norm(shipped.encode(["cytokine release", "细胞因子释放综合征", "x"]), axis=1)

    assert lengths == pytest.approx([1, 1, 1], abs=1e-3)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00"])
def test_a_text_without_tokens_gives_a_zero_vector_and_no_nan(text: str, shipped: StaticEmbedder) -> None:
    vector = shipped.encode([text])[0]

    assert not vector.any()
    assert not np.isnan(vector).any()


def test_no_texts_give_no_rows(shipped: StaticEmbedder) -> None:
    assert shipped.encode([]).shape[0] == 0


def test_traditional_and_full_width_text_has_the_vector_of_plain_text(shipped: StaticEmbedder) -> None:
    left, right = shipped.encode(["特立妥單抗２８天", "特立妥单抗28天"])

    assert np.array_equal(left, right)


def test_a_zero_row_stays_zero_when_rows_are_scaled() -> None:
    assert unit_rows(np.array([[0, 0], [3, 4]], dtype=np.float32)).tolist() == [[0, 0], pytest.approx([0.6, 0.8])]


@pytest.mark.parametrize("name", ["vectors.safetensors", "tokenizer.json"])
def test_a_missing_model_file_is_an_error_naming_the_folder_and_the_remedy(name: str, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    (tmp_path / "model" / name).unlink()

    with pytest.raises(SettingError, match="make embedding") as caught:
        StaticEmbedder(tmp_path / "model")
    assert str(tmp_path / "model") in str(caught.value)


def test_a_truncated_model_is_an_error(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    path = tmp_path / "model" / "vectors.safetensors"
    path.write_bytes(path.read_bytes()[:5000])

    with pytest.raises(SettingError, match="cannot be loaded"):
        StaticEmbedder(tmp_path / "model")


@pytest.mark.parametrize("name", ["vectors.safetensors", "tokenizer.json"])
def test_the_identity_changes_with_every_file_that_changes_vectors(
    name: str, tmp_path: Path, shipped: StaticEmbedder
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    path = tmp_path / "model" / name
    content = path.read_bytes()
    path.write_bytes(content + b"\n" if name.endswith("json") else content[:-1] + bytes([content[-1] ^ 1]))

    assert StaticEmbedder(tmp_path / "model").identity != shipped.identity


def test_a_local_sentence_transformers_model_is_told_apart_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"a" * 200_000)
    before = _fingerprint(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"a" * 199_999 + b"b")

    assert _fingerprint(tmp_path) != before


def test_a_file_that_is_not_as_its_card_says_is_an_error_naming_it(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "model")
    (tmp_path / "model" / "card.json").write_text(json.dumps({"sha256": {"vectors.safetensors": "0" * 64}}))

    with pytest.raises(SettingError, match=r"vectors\.safetensors has SHA-256"):
        StaticEmbedder(tmp_path / "model")


def test_the_setting_static_is_the_static_model_and_a_folder_of_it_is_read_as_one(
    tmp_path: Path, shipped: StaticEmbedder
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "mine")

    assert embedder("static").identity == embedder(str(tmp_path / "mine")).identity == shipped.identity


WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "fever", "dose", "热", "剂", "weekly")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder as training writes it; the graph is the masked sum of token vectors."""
    onnx = pytest.importorskip("onnx")
    folder = tmp_path_factory.mktemp("transformer")
    tokenizer = Tokenizer(models.WordPiece({word: row for row, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(1).standard_normal((len(WORDS), 6)).astype(np.float32)
    helper, kind = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["rows", "input_ids"], ["tokens"]),
            helper.make_node("Cast", ["attention_mask"], ["weights"], to=kind.FLOAT),
            helper.make_node("Unsqueeze", ["weights", "last"], ["column"]),
            helper.make_node("Mul", ["tokens", "column"], ["kept"]),
            helper.make_node("ReduceSum", ["kept", "middle"], ["vectors"], keepdims=0),
        ],
        "small",
        [
            helper.make_tensor_value_info(name, kind.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("vectors", kind.FLOAT, ["texts", 6])],
        [
            onnx.numpy_helper.from_array(rows, "rows"),
            onnx.numpy_helper.from_array(np.array([2]), "last"),
            onnx.numpy_helper.from_array(np.array([1]), "middle"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")
    }
    (folder / "card.json").write_text(json.dumps({"sha256": digests}))
    return folder


def test_a_transformer_gives_unit_rows_in_the_order_of_the_texts(small: Path) -> None:
    model = TransformerEmbedder(small)
    texts = ["fever dose weekly dose", "热", "dose", "", "fever weekly"] * 20
    rows = model.encode(texts)

    assert rows.shape == (100, 6)
    assert np.linalg.norm(rows[[0, 1, 2, 4]], axis=1) == pytest.approx([1, 1, 1, 1], abs=1e-5)
    for text, row in zip(texts[:5], rows, strict=False):
        assert row == pytest.approx(model.encode([text])[0], abs=1e-6)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00"])
def test_a_transformer_gives_a_text_without_tokens_a_zero_row(text: str, small: Path) -> None:
    rows = TransformerEmbedder(small).encode([text, "fever"])

    assert not rows[0].any() and rows[1].any()


def test_a_transformer_given_nothing_gives_no_rows(small: Path) -> None:
    assert TransformerEmbedder(small).encode([]).shape == (0, 6)


def test_a_transformer_reads_traditional_and_full_width_text_as_plain(small: Path) -> None:
    left, right = TransformerEmbedder(small).encode(["熱 ｆｅｖｅｒ", "热 fever"])

    assert np.array_equal(left, right)


def test_a_transformer_reads_a_long_text_up_to_its_limit(small: Path) -> None:
    model = TransformerEmbedder(small)
    within, beyond = model.encode(["fever " * (LONGEST - 2), "fever " * (LONGEST - 2) + "dose " * 500])

    assert np.array_equal(within, beyond)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_or_changed_file_of_a_transformer_is_an_error_naming_the_remedy(
    name: str, small: Path, tmp_path: Path
) -> None:
    shutil.copytree(small, tmp_path / "model")
    path = tmp_path / "model" / name
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(SettingError, match=rf"{name} has SHA-256.*make embedding-transformer"):
        TransformerEmbedder(tmp_path / "model")
    path.unlink()
    with pytest.raises(SettingError, match="make embedding-transformer"):
        TransformerEmbedder(tmp_path / "model")


def test_a_transformer_is_told_apart_by_its_files(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "model")
    (tmp_path / "model" / "card.json").unlink()
    same = TransformerEmbedder(tmp_path / "model").identity
    path = tmp_path / "model" / "tokenizer.json"
    path.write_bytes(path.read_bytes() + b"\n")

    assert same == TransformerEmbedder(small).identity != TransformerEmbedder(tmp_path / "model").identity


def test_a_folder_with_a_transformer_is_read_as_one(small: Path) -> None:
    assert embedder(str(small)).identity == TransformerEmbedder(small).identity


@pytest.fixture
def with_known(small: Path, tmp_path: Path) -> Path:
    """The small model with the vectors of the tiny corpus' texts."""
    shutil.copytree(small, tmp_path / "known")
    write_known(tmp_path / "known", write_tiny_corpus(tmp_path / "corpus"))
    return tmp_path / "known"


def test_known_texts_have_the_vectors_that_would_be_computed(with_known: Path, small: Path, tmp_path: Path) -> None:
    texts = [*known_texts(tmp_path / "corpus"), "fever dose"]
    looked_up, computed = TransformerEmbedder(with_known).encode(texts), TransformerEmbedder(small).encode(texts)

    assert len(texts) > 20
    assert (looked_up * computed).sum(axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-3)
    assert np.linalg.norm(looked_up, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_known_texts_and_a_question_asked_again_are_not_computed(with_known: Path, tmp_path: Path) -> None:
    model = TransformerEmbedder(with_known)
    first = model.encode(["fever weekly"])
    model._session = None
    again = model.encode(["fever weekly", *known_texts(tmp_path / "corpus")])

    assert np.array_equal(first[0], again[0])
    with pytest.raises(AttributeError):
        model.encode(["weekly fever"])


def test_more_texts_than_are_remembered_keep_their_own_vectors(small: Path) -> None:
    model = TransformerEmbedder(small)
    texts = ["fever " * (n % 7 + 1) + "dose " * (n // 7 + 1) for n in range(700)]

    assert model.encode(texts) == pytest.approx(model.encode(texts), abs=1e-5)
    assert len(model._recent) <= 512


def test_a_changed_file_of_known_texts_is_an_error(with_known: Path) -> None:
    path = with_known / "known.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(SettingError, match=r"known\.safetensors has SHA-256"):
        TransformerEmbedder(with_known)


def test_known_vectors_do_not_change_the_identity(with_known: Path, small: Path) -> None:
    assert TransformerEmbedder(with_known).identity == TransformerEmbedder(small).identity
