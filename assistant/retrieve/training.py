"""Train the shipped static embedding model from the corpus alone: `make embedding` (needs the `train` extra; seed fixed).

Pairs that should lie near each other: two ways of asking for the same section (across languages too), a way of asking and
the section's title or a statement, a statement and its twin, a term and its other-language spelling. Other pairs of a
batch are the negatives; batches hold at most one pair per section, so that sections about the same row of another drug
push each other apart. Questions of the evaluation sets are never used.
"""

from __future__ import annotations

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
from assistant.ingest.records import Corpus, Section
from assistant.lexicon.terms import load_terms
from assistant.places import shipped
from assistant.retrieve.embedding import SHIPPED
from assistant.text.normalise import normalise

SEED = 20240501
VOCABULARY = 14000
DIMENSION = 192
EPOCHS = 3
BATCH = 256
_ROUNDS = 6
# (anchor, positive, group): the group is what both belong to
Pair = tuple[str, str, str]


def training_pairs(corpus: Corpus, rng: random.Random) -> list[Pair]:
    """Pairs from sections, gaps and conflicts."""
    pairs: list[Pair] = []
    by_id: dict[str, list[Section]] = {}
    for section in corpus.sections:
        by_id.setdefault(section.id, []).append(section)
    for section_id, twins in by_id.items():
        pairs += _asked_pairs([q for twin in twins for q in twin.asked_as], section_id, rng)
        for twin in twins:
            for question in twin.asked_as:
                pairs.append((question, twin.title, section_id))
                pairs.append((question, rng.choice(twin.statements).text, section_id))
        if len(twins) == 2:
            pairs.append((twins[0].title, twins[1].title, section_id))
            aligned = zip(twins[0].statements, twins[1].statements, strict=True)
            pairs += [(a.text, b.text, f"{section_id}/{n}") for n, (a, b) in enumerate(aligned)]
    for gap in corpus.gaps:
        pairs += _asked_pairs([*gap.asked_en, *gap.asked_zh], gap.id, rng)
    for conflict in corpus.conflicts:
        pairs += _asked_pairs([*conflict.asked_en, *conflict.asked_zh], conflict.id, rng)
    return pairs


def _asked_pairs(asked: list[str], group: str, rng: random.Random) -> list[Pair]:
    """Ways of asking for the same thing, paired at random several times, within and across languages."""
    pairs: list[Pair] = []
    for _ in range(_ROUNDS):
        rng.shuffle(asked)
        pairs += [(a, b, group) for a, b in zip(asked[::2], asked[1::2], strict=False)]
    return pairs


def glossary_pairs(rng: random.Random) -> list[Pair]:
    """Spellings of one term, paired at random and across languages."""
    pairs: list[Pair] = []
    for term in load_terms(shipped("corpus") / "glossary.yaml"):
        spellings = list(term.spellings)
        pairs += [(term.id, other, f"term/{term.id}") for other in spellings[1:]]
        rng.shuffle(spellings)
        pairs += [(a, b, f"term/{term.id}") for a, b in zip(spellings[::2], spellings[1::2], strict=False)]
    return pairs


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


def batches(pairs: list[Pair], rng: random.Random) -> list[list[tuple[str, str]]]:
    """Batches in which no group occurs twice."""
    rng.shuffle(pairs)
    made: list[tuple[set[str], list[tuple[str, str]]]] = []
    open_from = 0
    for anchor, positive, group in pairs:
        for seen, batch in made[open_from:]:
            if group not in seen and len(batch) < BATCH:
                seen.add(group)
                batch.append((anchor, positive))
                break
        else:
            made.append(({group}, [(anchor, positive)]))
        while open_from < len(made) and len(made[open_from][1]) >= BATCH:
            open_from += 1
    return [batch for _, batch in made if len(batch) >= 8]


def train(folder: Path = SHIPPED) -> None:
    """Train and write the model to `folder`."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    started = time.time()
    rng = random.Random(SEED)  # noqa: S311 - reproducible shuffling, nothing secret
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    corpus = load_corpus(shipped("corpus"))
    pairs = [(normalise(a).text, normalise(b).text, g) for a, b, g in training_pairs(corpus, rng) + glossary_pairs(rng)]
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
        "corpus": corpus_version(shipped("corpus")),
        "seed": SEED,
        "pairs": len(pairs),
        "vocabulary": tokenizer.get_vocab_size(),
        "dimension": DIMENSION,
        "epochs": EPOCHS,
        "training_seconds": round(time.time() - started),
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


if __name__ == "__main__":
    train()
