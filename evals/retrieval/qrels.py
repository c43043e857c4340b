"""Questions and judgements in BEIR's shape, derived from the keys of the question sets and from `families.jsonl`.

A unit (section, gap or conflict) is judged right for a question when
1. a statement of the section carries one of the facts of the question's key, or
2. the section is listed in `equal_sections.yaml` as stating the finding of one of these facts, or
3. the key names the gap or the conflict, or
4. the key allows a comparison as the answer, and a position of the conflict rests on one of the facts.
The rules know nothing of any ranking. All judgements are 1; what is not listed is 0.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant import strict_yaml
from assistant.errors import SettingError
from assistant.ingest.records import Corpus
from evals.retrieval.overlap import DATA, passages, shared
from evals.samples import load_samples

SETS = ("guidance", "gaps_conflicts")
SHORT = 12
Language = Literal["en", "zh"]
Split = Literal["dev", "test"]


class Written(BaseModel):
    """One question of `families.jsonl`: written for this comparison from the facts alone, split at random afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Split
    language: Language
    text: str
    facts_any: tuple[str, ...]


class Equal(BaseModel):
    """A finding that several sections state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: tuple[str, ...]
    sections: tuple[str, ...]


class Query(BaseModel):
    """One question. `right` are the units judged right; `no_shared_word` and `short` are measured, see `overlap.py`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Split
    language: Language
    source: str
    text: str
    right: frozenset[str]
    no_shared_word: bool
    short: bool


def written(path: Path = DATA / "families.jsonl") -> tuple[Written, ...]:
    """The questions written for this comparison; raises SettingError naming the line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Written.model_validate_json(line))
        except ValidationError as error:
            raise SettingError(f"{path}:{number}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from error
    return tuple(found)


def equal_sections(path: Path = DATA / "equal_sections.yaml") -> tuple[Equal, ...]:
    """The findings that several sections state."""
    return tuple(Equal(**entry) for entry in strict_yaml.load(path))


def derive(corpus: Corpus) -> tuple[Query, ...]:
    """All questions of one turn that have a judged unit, in the order of the sets."""
    judge = _Judge(corpus)
    words = passages(corpus)
    made = []
    for name in SETS:
        for sample in load_samples(name):
            if sample.history:
                continue
            expect = sample.expect
            right = judge.right(expect.facts_any, comparison="comparison" in expect.kind)
            right |= {f"gap:{gap}" for gap in expect.gaps_any} | {f"conflict:{key}" for key in expect.conflicts_any}
            made.append((sample.id, sample.family, sample.split, sample.language, name, sample.text, right))
    for own in written():
        right = judge.right(own.facts_any, comparison=True)
        made.append((own.id, own.family, own.split, own.language, "families", own.text, right))
    return tuple(
        Query(
            id=key,
            family=family,
            split=split,
            language=language,
            source=source,
            text=text,
            right=frozenset(right),
            no_shared_word=not shared(text, language, frozenset(right), words),
            short=language == "zh" and len(text) <= SHORT,
        )
        for key, family, split, language, source, text, right in made
        if right
    )


class _Judge:
    """Facts → the units that carry them."""

    def __init__(self, corpus: Corpus) -> None:
        self._sections: dict[str, set[str]] = defaultdict(set)
        self._conflicts: dict[str, set[str]] = defaultdict(set)
        for section in corpus.sections:
            for statement in section.statements:
                for fact in statement.facts:
                    self._sections[fact].add(f"section:{section.id}")
        for equal in equal_sections():
            for fact in equal.facts:
                self._sections[fact] |= {f"section:{section}" for section in equal.sections}
        for conflict in corpus.conflicts:
            for position in conflict.positions:
                for fact in position.facts:
                    self._conflicts[fact].add(f"conflict:{conflict.id}")

    def right(self, facts: tuple[str, ...], *, comparison: bool) -> set[str]:
        found: set[str] = set()
        for fact in facts:
            found |= self._sections[fact]
            if comparison:
                found |= self._conflicts[fact]
        return found


def write(folder: Path, queries: tuple[Query, ...]) -> None:
    """Write `queries.jsonl` and `qrels/{dev,test}.tsv` in BEIR's format."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    lines = [
        {
            "_id": q.id,
            "text": q.text,
            "metadata": {
                "family": q.family,
                "split": q.split,
                "language": q.language,
                "source": q.source,
                "no_shared_word": q.no_shared_word,
                "short": q.short,
            },
        }
        for q in queries
    ]
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    for split in ("dev", "test"):
        rows = [f"{q.id}\t{unit}\t1" for q in queries if q.split == split for unit in sorted(q.right)]
        text = "\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n"
        (folder / "qrels" / f"{split}.tsv").write_text(text, encoding="utf-8")


def load(split: Split, folder: Path = DATA) -> tuple[Query, ...]:
    """The committed questions of one split with their judgements; raises SettingError when there are none."""
    right: dict[str, set[str]] = defaultdict(set)
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        raise SettingError(f"{path} is missing. Run 'python -m evals.retrieval.build'.")
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, unit, _score = line.split("\t")
        right[query].add(unit)
    found = []
    for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["metadata"]["split"] == split:
            found.append(
                Query(id=entry["_id"], text=entry["text"], right=frozenset(right[entry["_id"]]), **entry["metadata"])
            )
    return tuple(found)
