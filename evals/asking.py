"""The assistant with a memory: a question that several tasks need is asked once, and how long it took is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from assistant.answer.cite import Evidence
from assistant.lexicon.terms import Lexicon, lexicon
from assistant.pipeline import Assistant
from assistant.types import Answer
from evals.samples import Sample, load_samples, task_names

_T = TypeVar("_T")


class Asked(NamedTuple):
    """One question of a set with its answer."""

    sample: Sample
    answer: Answer
    milliseconds: float


class Asking:
    """Asks and remembers. `ask` has the signature of `Assistant.ask`, so that other modules can be handed this instead.

    `every` keeps only every n-th family of each task: a quick look, never a result to publish.
    """

    def __init__(self, assistant: Assistant, *, every: int = 1) -> None:
        self.assistant = assistant
        self.index = assistant.index
        self.every = every
        self.evidence = Evidence(assistant.index.corpus, assistant.index.imported)
        self.lexicon: Lexicon = lexicon()
        self._known: dict[tuple[str, tuple[str, ...]], tuple[Answer, float]] = {}

    def timed(self, question: str, history: Sequence[str] = ()) -> tuple[Answer, float]:
        """The answer and the milliseconds that it took when it was first asked."""
        key = (question, tuple(history))
        if key not in self._known:
            started = time.perf_counter()
            answer = self.assistant.ask(question, history=history)
            self._known[key] = answer, (time.perf_counter() - started) * 1000
        return self._known[key]

    def ask(self, question: str, *, history: Sequence[str] = ()) -> Answer:
        """The answer."""
        return self.timed(question, history)[0]

    def of_set(self, name: str, split: str) -> list[Asked]:
        """The samples of one question set, asked."""
        return [Asked(s, *self.timed(s.text, s.history)) for s in self.some(load_samples(name, split))]

    def of_all_sets(self, split: str) -> list[Asked]:
        """The samples of all question sets, asked."""
        return [asked for name in task_names() for asked in self.of_set(name, split)]

    def some(self, items: Sequence[_T]) -> Sequence[_T]:
        """The items of every n-th family, so that twins stay together; items without a family count one by one."""
        families = [getattr(item, "family", number) for number, item in enumerate(items)]
        kept = set(list(dict.fromkeys(families))[:: self.every])
        return [item for item, family in zip(items, families, strict=True) if family in kept]
