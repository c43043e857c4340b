"""Embedding models: unit vectors, guarded zeros, an identity that changes with the model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingError
from assistant.retrieve.embedding import SHIPPED, StaticEmbedder, _fingerprint, unit_rows


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
