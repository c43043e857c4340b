"""Does a question find its passage? The rank of the first right unit, for this retriever and for the stack beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.config import settings
from assistant.retrieve.embedding import embedder
from assistant.retrieve.units import units_of
from evals.asking import Asking
from evals.retrieval.metrics import first_right
from evals.retrieval.qrels import Query, load
from evals.retrieval.rankers import Ranker, ThisRetriever
from evals.retrieval.views import index_of
from evals.scorers.record import Scored

DEEPEST = 10


def first_five(asking: Asking, split: str) -> Iterator[Scored]:
    """1 when a right unit is among the first five, with recall at 1 and 10 as checks."""
    model = embedder(settings().embedding)
    index = index_of(asking.index.corpus, units_of(asking.index.corpus), model)
    yield from ranked(ThisRetriever(index, model), asking.some(load("test" if split == "test" else "dev")))


def ranked(ranker: Ranker, queries: Sequence[Query]) -> Iterator[Scored]:
    """Every query with the rank of its first right unit."""
    for query in queries:
        found = ranker.rank(query.text, DEEPEST)
        rank = first_right(found, query.right)
        right = 0 < rank <= 5
        yield Scored(
            id=query.id,
            family=query.family,
            language=query.language,
            value=float(right),
            explanation="" if right else f"rank {rank or f'> {DEEPEST}'}; right: {', '.join(sorted(query.right))}",
            checks={"recall@1": rank == 1, "recall@5": right, "recall@10": rank > 0},
            severity="" if right else "none",
            question=query.text,
            answer=", ".join(found[:5]),
        )
