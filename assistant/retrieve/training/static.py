"""The static model: one vector per token, trained with in-batch negatives (`make embedding`; seed fixed)."""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from assistant.ingest.corpus import corpus_version, load_corpus
from assistant.retrieve.training.pairs import batches, glossary_pairs, training_pairs
from assistant.text.normalise import normalise

SEED = 20240501
VOCABULARY = 14000
DIMENSION = 192
EPOCHS = 3


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """A Unigram tokenizer over normalised bilingual text."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Replace("\n", " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Punctuation()]
    )
    trainer = trainers.UnigramTrainer(vocab_size=VOCABULARY, special_tokens=["<unk>"], unk_token="<unk>")  # noqa: S106 - the name of a token, not a password
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def train(folder: Path, corpus_root: Path) -> None:
    """Train on the corpus in `corpus_root` and write the model to `folder`."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    started = time.time()
    rng = random.Random(SEED)  # noqa: S311 - reproducible shuffling, nothing secret
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    corpus = load_corpus(corpus_root)
    drawn = training_pairs(corpus, rng) + glossary_pairs(corpus_root / "glossary.yaml", rng)
    pairs = [(normalise(a).text, normalise(b).text, g) for a, b, g in drawn]
    texts = [normalise(s.body).text for s in corpus.sections] + [t for a, b, _ in pairs for t in (a, b)]
    tokenizer = train_tokenizer(texts)
    model = StaticEmbedding(tokenizer, embedding_dim=DIMENSION)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
    for epoch in range(EPOCHS):
        total, count = 0.0, 0
        for batch in batches(pairs, rng):
            left, right = (_encode(model, tokenizer, [pair[side] for pair in batch]) for side in (0, 1))
            scores = left @ right.T * 20.0
            target = torch.arange(len(batch))
            loss = (
                torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
            ) / 2
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total, count = total + loss.item(), count + 1
        sys.stdout.write(f"epoch {epoch + 1}/{EPOCHS}: loss {total / max(count, 1):.4f} over {count} batches\n")
        sys.stdout.flush()
    folder.mkdir(parents=True, exist_ok=True)
    vectors = model.embedding.weight.detach().numpy().astype(np.float16)
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file({"vectors": vectors}, folder / "vectors.safetensors")
    card = {
        "kind": "static, mean of token vectors",
        "corpus": corpus_version(corpus_root),
        "seed": SEED,
        "pairs": len(pairs),
        "vocabulary": tokenizer.get_vocab_size(),
        "dimension": DIMENSION,
        "epochs": EPOCHS,
        "training_seconds": round(time.time() - started),
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("tokenizer.json", "vectors.safetensors")
        },
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{card}\n")


def _encode(model: Any, tokenizer: Tokenizer, texts: list[str]) -> Any:
    import torch

    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    ids = [e.ids or [0] for e in encoded]
    offsets = torch.tensor(np.cumsum([0] + [len(i) for i in ids[:-1]]))
    flat = torch.tensor([t for i in ids for t in i])
    return torch.nn.functional.normalize(model.embedding(flat, offsets), dim=1)
