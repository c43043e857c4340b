"""Embedding models: text → unit vectors. The shipped one is static (a vector per token) and needs no torch.

The model folder holds `tokenizer.json`, `vectors.safetensors` (float16, vocabulary × dimension) and `card.json`.
Any sentence-transformers model can take its place by setting `ASSISTANT_EMBEDDING` to a local path or model name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.errors import SettingError
from assistant.text.normalise import normalise

Vectors = NDArray[np.float32]
SHIPPED = Path(__file__).with_name("model")


class Embedder(Protocol):
    """What the index needs of a model: an identity that changes when its vectors would, and unit vectors."""

    identity: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension); a text without known tokens gives a zero row."""
        ...


class StaticEmbedder:
    """The mean of token vectors, normalised to length 1."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            content = (folder / "tokenizer.json").read_bytes() + (folder / "vectors.safetensors").read_bytes()
            self._vectors = load_file(folder / "vectors.safetensors")["vectors"].astype(np.float32)
        except Exception as error:
            raise SettingError(
                f"The embedding model in {folder} cannot be loaded ({error}). Reinstall, or rebuild it with 'make embedding'.",
                f"无法加载 {folder} 中的向量模型（{error}）。请重新安装，或运行 make embedding 重新生成。",
            ) from error
        self.identity = "static-" + hashlib.sha256(content).hexdigest()[:12]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension)."""
        rows = np.zeros((len(texts), self._vectors.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            ids = self._tokenizer.encode(normalise(text).text, add_special_tokens=False).ids
            if ids:
                row[:] = self._vectors[ids].mean(axis=0)
        return unit_rows(rows)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, by local path or name; needs the `train` extra."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise SettingError(
                f"ASSISTANT_EMBEDDING={name} needs the extra 'train': pip install 'bispecific-assistant[train]'.",
                f"ASSISTANT_EMBEDDING={name} 需要附加组件 train：pip install 'bispecific-assistant[train]'。",
            ) from error
        self._model = SentenceTransformer(name, local_files_only=Path(name).exists())
        self.identity = f"sentence-transformers-{name}" + (
            f"-{_fingerprint(Path(name))}" if Path(name).is_dir() else ""
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension)."""
        return unit_rows(np.asarray(self._model.encode(list(texts)), dtype=np.float32))


def _fingerprint(folder: Path) -> str:
    """A hash over the files of a local model: names, sizes, and the first and last 64 KiB of each."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}".encode())
        with path.open("rb") as handle:
            digest.update(handle.read(1 << 16))
            handle.seek(max(0, size - (1 << 16)))
            digest.update(handle.read())
    return digest.hexdigest()[:12]


def unit_rows(rows: Vectors) -> Vectors:
    """Each row scaled to length 1; a zero row stays zero (its cosine with anything is then 0, not NaN)."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)


@lru_cache(maxsize=2)
def embedder(setting: str = "") -> Embedder:
    """The model named by `setting`, or the shipped one when it is empty."""
    return SentenceTransformersEmbedder(setting) if setting else StaticEmbedder(SHIPPED)
