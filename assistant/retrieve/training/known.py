"""The corpus' own texts with their vectors, beside the transformer: what is asked of it over and over is looked up.

Made anew after a change of the corpus (`python -m assistant.retrieve.training known`, seconds, no torch); a text that is not in it is
computed, so a stale file costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from assistant.ingest.corpus import load_corpus
from assistant.retrieve.embedding import KNOWN, TransformerEmbedder, text_key
from assistant.retrieve.units import units_of


def known_texts(corpus_root: Path) -> list[str]:
    """Every line of the index and every statement that an answer may weigh, each once."""
    corpus = load_corpus(corpus_root)
    lines = [text for unit in units_of(corpus) for text in (*unit.asked_as, *unit.titles)]
    return list(dict.fromkeys([*lines, *(s.text for section in corpus.sections for s in section.statements)]))


def write_known(folder: Path, corpus_root: Path) -> int:
    """Write the vectors of the corpus' texts to the model `folder` and their digest to its card; returns how many."""
    (folder / KNOWN).unlink(missing_ok=True)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["sha256"].pop(KNOWN, None)
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    texts = known_texts(corpus_root)
    vectors = TransformerEmbedder(folder).encode(texts)
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    steps = np.round(vectors * (127 / np.where(largest == 0, 1, largest))).astype(np.int8)
    save_file({"keys": np.array([text_key(t) for t in texts], dtype=np.uint64), "steps": steps}, folder / KNOWN)
    card["sha256"][KNOWN] = hashlib.sha256((folder / KNOWN).read_bytes()).hexdigest()
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return len(texts)
