"""Learn the weights of `assistant/retrieve/ranking.py` from the dev questions: `python -m evals.retrieval.train`.

A conditional logit over the candidates of each question in the whole corpus (the sum of the probabilities of its right units
is raised), with an L2 penalty; solved to convergence, so that the same data give the same weights. The questions of one family weigh as much as those of any other. Prints the recall
of five-fold cross-validation over families beside that of the unweighted fusion; the test split is never read.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.config import settings
from assistant.ingest.corpus import load_corpus
from assistant.lexicon.terms import lexicon
from assistant.places import shipped
from assistant.retrieve.embedding import embedder
from assistant.retrieve.ranking import FEATURES, WEIGHTS_FILE, Weights
from assistant.retrieve.search import Filters, Searcher
from assistant.retrieve.units import units_of
from assistant.understand.reading import read
from assistant.understand.state import NEW
from evals.retrieval.metrics import first_right, mean_reciprocal_rank, recall
from evals.retrieval.qrels import Query, load
from evals.retrieval.views import index_of, only

PENALTY = 1e-3
FOLDS = 5
Numbers = NDArray[np.float64]


class Example(NamedTuple):
    """One question with its candidates: features (candidates × features), which are right, the fused sums, the ids."""

    query: Query
    features: Numbers
    right: NDArray[np.bool_]
    fused: Numbers
    ids: tuple[str, ...]


def main() -> None:
    """Train, print the cross-validation, write the weights."""
    parser = argparse.ArgumentParser(description="Learn the weights of the ranking from the dev questions.")
    parser.add_argument("--dry", action="store_true", help="print only; write nothing")
    given = parser.parse_args()
    model = embedder(settings().embedding)
    corpus = load_corpus(shipped("corpus"))
    queries = load("dev")
    whole = examples(Searcher(index_of(corpus, units_of(corpus), model), model, use_chroma=False), queries)
    across: list[Example] = []
    for language, other in (("en", "zh"), ("zh", "en")):
        view = index_of(corpus, only(corpus, other), model)
        asked = [query for query in queries if query.language == language]
        across += examples(Searcher(view, model, use_chroma=False), asked)
    scores = cross_validated(whole)
    for name, found in (("whole corpus", whole), ("other language only", across)):
        sys.stdout.write(f"{name}\n")
        show("  fused ranks", found, lambda example: example.fused)
        show("  cross-validated", found, scores)
    vector = fit(whole)
    learned = Weights(
        weights={name: round(float(weight), 4) for name, weight in zip(FEATURES, vector, strict=True)},
        embedding=model.identity,
        questions=len(queries),
        families=len({query.family for query in queries}),
    )
    sys.stdout.write(learned.model_dump_json(indent=1) + "\n")
    if not given.dry:
        WEIGHTS_FILE.write_text(json.dumps(learned.model_dump(), indent=1) + "\n", encoding="utf-8")


def examples(searcher: Searcher, queries: Sequence[Query]) -> list[Example]:
    """The candidates of every question, found as the assistant finds them."""
    made = []
    terms = lexicon()
    for query in queries:
        reading = read(query.text, NEW, terms)
        filters = Filters(drugs=reading.drugs, jurisdictions=reading.jurisdictions)
        found = searcher.candidates(reading.search, filters)
        ids = tuple(searcher.index.units[row].id for row in found.rows)
        right = np.array([unit in query.right for unit in ids], dtype=bool)
        made.append(Example(query, found.features, right, found.fused, ids))
    return made


def fit(found: Sequence[Example]) -> Numbers:
    """The weights that make the right units likeliest; questions without a right or a wrong candidate teach nothing."""
    useful = [example for example in found if example.right.any() and not example.right.all()]
    features = np.concatenate([example.features for example in useful])
    right = np.concatenate([example.right for example in useful]).astype(float)
    sizes = np.array([len(example.right) for example in useful])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    question = np.repeat(np.arange(len(useful)), sizes)
    members = Counter(example.query.family for example in useful)
    share = np.array([1 / members[example.query.family] for example in useful])
    share /= share.sum()
    spread = features.std(axis=0) + 1e-9

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = features @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[question])
        every = np.add.reduceat(powers, starts)
        hit = np.maximum(np.add.reduceat(powers * right, starts), 1e-300)
        slope = (powers / every[question] - powers * right / hit[question]) * share[question]
        value = -float(share @ np.log(hit / every)) + PENALTY * float(((weights * spread) ** 2).sum())
        return value, features.T @ slope + 2 * PENALTY * weights * spread**2

    solved = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    return np.asarray(solved.x, dtype=float)


def cross_validated(found: Sequence[Example]) -> Callable[[Example], Numbers]:
    """Scores of each question by weights that were learned without its family."""
    fold = {example.query.family: zlib.crc32(example.query.family.encode()) % FOLDS for example in found}
    weights = [fit([e for e in found if fold[e.query.family] != number]) for number in range(FOLDS)]
    return lambda example: example.features @ weights[fold[example.query.family]]


def show(name: str, found: Sequence[Example], scores: Callable[[Example], Numbers]) -> None:
    """One line per language."""
    for language in ("en", "zh"):
        own = [example for example in found if example.query.language == language]
        ranks = []
        for example in own:
            order = np.argsort(-scores(example), kind="stable")
            ranks.append(first_right([example.ids[place] for place in order], example.query.right))
        cells = [f"recall@{cut} {recall(ranks, cut).value:.3f}" for cut in (1, 5, 10)]
        mean = mean_reciprocal_rank(ranks, [example.query.family for example in own]).value
        sys.stdout.write(f"{name}, {language} (n = {len(own)}): {', '.join(cells)}, MRR {mean:.3f}\n")


if __name__ == "__main__":
    main()
