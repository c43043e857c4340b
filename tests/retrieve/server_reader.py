"""One application process: searches through the server without a pause and compares every result with exact search.

`python -m tests.retrieve.server_reader URL VECTORS.npy`; prints "server" or "exact" whenever who answers changes, and at the
end of its input one line of JSON: how often each answered, and how many results were not those of exact search.
"""

from __future__ import annotations

import json
import sys
import threading

import numpy as np

from assistant.retrieve.chroma_server import ChromaServer, Projection, ServerSearch
from assistant.retrieve.vectors import ExactSearch
from tests.retrieve.test_vectors import random_vectors

QUERIES = random_vectors(60, seed=4)


class CountingExact(ExactSearch):
    """Counts how often it answers."""

    count = 0

    def nearest(self, query: np.ndarray, count: int) -> list[tuple[int, float]]:
        self.count += 1
        return super().nearest(query, count)


def projection_of(vectors: np.ndarray) -> Projection:
    return Projection(fingerprint="0" * 31 + "1", embedding="fake-1", corpus="abc", rows=int(vectors.any(axis=1).sum()))


def main() -> None:
    vectors = np.load(sys.argv[2])
    exact, oracle = CountingExact(vectors), ExactSearch(vectors)
    search = ServerSearch(ChromaServer(url=sys.argv[1], timeout_s=20), projection_of(vectors), exact)
    expected = [oracle.nearest(query, 20) for query in QUERIES]
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    asked, wrong, told = 0, 0, ""
    while not stop.wait(0.003):
        number = asked % len(QUERIES)
        before = exact.count
        found = search.nearest(QUERIES[number], 20)
        right = [row for row, _ in found] == [row for row, _ in expected[number]]
        wrong += not (right and np.allclose([c for _, c in found], [c for _, c in expected[number]], atol=1e-5))
        asked += 1
        who = "exact" if exact.count > before else "server"
        if who != told:
            say(who)
            told = who
    say(json.dumps({"asked": asked, "exact": exact.count, "wrong": wrong}))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
