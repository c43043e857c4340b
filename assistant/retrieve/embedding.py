"""Embedding models: text → unit vectors, without torch.

`ASSISTANT_EMBEDDING` chooses the model:

- "": the default one;
- "static": a vector per token, in `model/` (`tokenizer.json`, `vectors.safetensors` float16, `card.json`);
- "transformer": a small one in `model_transformer/` (`tokenizer.json`, `model.onnx` int8, `card.json`, and `known.safetensors`, the
  vectors of the corpus' own texts), read by onnxruntime;
- a folder with either of these sets of files;
- a local path or name of any sentence-transformers model (this one does need torch).

A file whose SHA-256 is not the one in the card is an error at loading.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.errors import SettingError
from assistant.text.normalise import normalise

Vectors = NDArray[np.float32]
SHIPPED = Path(__file__).with_name("model")
TRAINED = Path(__file__).with_name("model_transformer")
# Longest text the transformer reads, in tokens; the rest of a longer one does not count
LONGEST = 128
# Vectors of the corpus' texts: `keys` (texts,) and `steps` (texts, dimension), int8, each row at its own scale
KNOWN = "known.safetensors"
_TOGETHER = 32
_RECENT = 512


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
            _checked(folder, ("tokenizer.json", "vectors.safetensors"))
            content = (folder / "tokenizer.json").read_bytes() + (folder / "vectors.safetensors").read_bytes()
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._vectors = load_file(folder / "vectors.safetensors")["vectors"].astype(np.float32)
        except Exception as error:
            raise _unloadable(folder, error, "make embedding") from error
        self.identity = "static-" + hashlib.sha256(content).hexdigest()[:12]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension)."""
        rows = np.zeros((len(texts), self._vectors.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            ids = self._tokenizer.encode(normalise(text).text, add_special_tokens=False).ids
            if ids:
                row[:] = self._vectors[ids].mean(axis=0)
        return unit_rows(rows)


class TransformerEmbedder:
    """A small transformer in ONNX: token ids → unit vectors, pooling in the graph.

    The vectors of the corpus' own texts are looked up, not computed; so are those of the latest questions.
    """

    def __init__(self, folder: Path) -> None:
        try:
            digests = _checked(folder, ("tokenizer.json", "model.onnx"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.enable_truncation(LONGEST)
            self._session = _session(folder / "model.onnx")
            self._dimension = int(self._session.get_outputs()[0].shape[1])
            self._known, self._steps = _known(folder, self._dimension)
        except Exception as error:
            raise _unloadable(folder, error, "make embedding-transformer") from error
        self.identity = "transformer-" + hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (texts, dimension); texts of like length are computed together."""
        with self._lock:
            held = [self._recent.get(text) for text in texts]
        places = [
            self._known.get(text_key(text)) if row is None else None for text, row in zip(texts, held, strict=True)
        ]
        new = [n for n, (row, place) in enumerate(zip(held, places, strict=True)) if row is None and place is None]
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for n, (row, place) in enumerate(zip(held, places, strict=True)):
            if row is not None:
                rows[n] = row
            elif place is not None:
                rows[n] = self._steps[place]
        rows = unit_rows(rows)
        if new:
            computed = self._compute([texts[n] for n in new])
            rows[new] = computed
            with self._lock:
                self._recent.update({texts[n]: row for n, row in zip(new[-_RECENT:], computed[-_RECENT:], strict=True)})
                while len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
        return rows

    def _compute(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        ids = [self._tokenizer.encode(normalise(text).text).ids for text in texts]
        # the two tokens that are always there are no content
        order = sorted((n for n in range(len(ids)) if len(ids[n]) > 2), key=lambda n: len(ids[n]))
        for start in range(0, len(order), _TOGETHER):
            chunk = order[start : start + _TOGETHER]
            padded = np.zeros((len(chunk), len(ids[chunk[-1]])), dtype=np.int64)
            mask = np.zeros_like(padded)
            for line, number in enumerate(chunk):
                padded[line, : len(ids[number])] = ids[number]
                mask[line, : len(ids[number])] = 1
            rows[chunk] = self._session.run(None, {"input_ids": padded, "attention_mask": mask})[0]
        return unit_rows(rows)


def text_key(text: str) -> int:
    """The key of a text among the known ones."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _known(folder: Path, dimension: int) -> tuple[dict[int, int], NDArray[np.int8]]:
    """Row by key, and the rows; empty when the folder holds none."""
    if not (folder / KNOWN).is_file():
        return {}, np.zeros((0, dimension), dtype=np.int8)
    _checked(folder, (KNOWN,))
    stored = load_file(folder / KNOWN)
    if stored["steps"].shape != (len(stored["keys"]), dimension):
        raise ValueError(f"{KNOWN} has shape {stored['steps'].shape}, expected ({len(stored['keys'])}, {dimension})")
    return {key: row for row, key in enumerate(stored["keys"].tolist())}, stored["steps"]


def _session(path: Path) -> Any:
    """An onnxruntime session on at most two threads that sleep between questions."""
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # what the optimiser finds in this graph saves 3 % of a question and costs half of the loading time
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _checked(folder: Path, names: Sequence[str]) -> list[str]:
    """The SHA-256 of the files that make the vectors; ValueError when one is not as its card says."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8")) if (folder / "card.json").is_file() else {}
    digests = []
    for name in names:
        with (folder / name).open("rb") as handle:
            digests.append(hashlib.file_digest(handle, "sha256").hexdigest())
        expected = card.get("sha256", {}).get(name)
        if expected is not None and digests[-1] != expected:
            raise ValueError(f"{name} has SHA-256 {digests[-1][:12]}…, its card.json says {expected[:12]}…")
    return digests


def _unloadable(folder: Path, error: Exception, remedy: str) -> SettingError:
    return SettingError(
        f"The embedding model in {folder} cannot be loaded ({error}). Reinstall, or rebuild it with '{remedy}'.",
        f"无法加载 {folder} 中的向量模型（{error}）。请重新安装，或运行 {remedy} 重新生成。",
    )


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
    """The model named by `setting` (see the top of this module), or the default one when it is empty."""
    if setting == "static":
        return StaticEmbedder(SHIPPED)
    default = setting in {"", "transformer"}
    folder = TRAINED if default else Path(setting).expanduser()
    if default or (folder / "model.onnx").is_file():
        return TransformerEmbedder(folder)
    if (folder / "vectors.safetensors").is_file():
        return StaticEmbedder(folder)
    return SentenceTransformersEmbedder(setting)
