"""Chroma and exact search agree, and each known trap of Chroma is closed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.retrieve.embedding import Vectors, unit_rows
from assistant.retrieve.vectors import COLLECTION, ChromaSearch, ExactSearch, fill, open_chroma, write_chroma
from tests.retrieve.fakes import FakeCollection

ROOT = Path(__file__).parents[2]


def random_vectors(rows: int, seed: int = 1) -> Vectors:
    return unit_rows(np.random.default_rng(seed).standard_normal((rows, 24)).astype(np.float32))


def collection_in(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return client.get_collection(COLLECTION, embedding_function=None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ExactSearch]:
    """1,500 vectors (above the size at which Chroma writes its graph to disk), one of them zero."""
    folder = tmp_path_factory.mktemp("chroma")
    vectors = random_vectors(1500)
    vectors[7] = 0
    write_chroma(folder, vectors, {"embedding": "fake-1", "corpus": "abc"})
    return folder, ExactSearch(vectors)


def test_chroma_finds_the_ten_rows_that_exact_search_finds(store: tuple[Path, ExactSearch]) -> None:
    folder, exact = store
    chroma = open_chroma(folder, exact)

    assert isinstance(chroma, ChromaSearch)
    for query in random_vectors(40, seed=2):
        expected, found = exact.nearest(query, 10), chroma.nearest(query, 10)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)


def test_the_space_is_cosine_and_not_the_default(store: tuple[Path, ExactSearch]) -> None:
    assert collection_in(store[0]).configuration["hnsw"]["space"] == "cosine"


def test_no_embedding_function_is_attached_that_could_download_a_model(store: tuple[Path, ExactSearch]) -> None:
    collection = collection_in(store[0])

    assert collection.configuration.get("embedding_function") is None
    assert collection._embedding_function is None


def test_the_collection_says_which_model_and_corpus_it_was_made_from(store: tuple[Path, ExactSearch]) -> None:
    assert collection_in(store[0]).metadata == {"embedding": "fake-1", "corpus": "abc"}


def test_a_zero_vector_is_not_stored_and_never_found(store: tuple[Path, ExactSearch]) -> None:
    folder, exact = store

    assert collection_in(folder).count() == 1499
    assert 7 not in [row for row, _ in open_chroma(folder, exact).nearest(random_vectors(1, seed=3)[0], 1499)]


def test_a_zero_query_finds_nothing_in_either_search(store: tuple[Path, ExactSearch]) -> None:
    folder, exact = store
    zero = np.zeros(24, dtype=np.float32)

    assert exact.nearest(zero, 10) == []
    assert open_chroma(folder, exact).nearest(zero, 10) == []


def test_asking_for_more_than_there_is_gives_all(store: tuple[Path, ExactSearch]) -> None:
    exact = ExactSearch(random_vectors(5))

    assert len(exact.nearest(random_vectors(1)[0], 50)) == 5


def test_an_index_without_vectors_finds_nothing(tmp_path: Path) -> None:
    empty = np.zeros((3, 24), dtype=np.float32)
    write_chroma(tmp_path, empty, {"embedding": "fake-1", "corpus": "abc"})
    chroma = open_chroma(tmp_path, ExactSearch(empty))

    assert [cosine for _, cosine in chroma.nearest(random_vectors(1)[0], 10) if cosine > 0] == []
    assert ExactSearch(np.zeros((0, 24), dtype=np.float32)).nearest(random_vectors(1)[0], 10) == []


def test_equal_vectors_come_in_row_order_from_both_searches(tmp_path: Path) -> None:
    same = np.repeat(random_vectors(1), 6, axis=0)
    write_chroma(tmp_path, same, {"embedding": "fake-1", "corpus": "abc"})
    exact = ExactSearch(same)

    assert [row for row, _ in exact.nearest(same[0], 6)] == list(range(6))
    assert [row for row, _ in open_chroma(tmp_path, exact).nearest(same[0], 6)] == list(range(6))


def test_the_name_of_the_collection_is_one_that_chroma_takes() -> None:
    assert 3 <= len(COLLECTION) <= 512
    assert COLLECTION.isascii()


class Panic(BaseException):
    """As raised by Chroma's Rust core: not an Exception."""


@pytest.mark.parametrize(
    "collection",
    [
        FakeCollection(fault=RuntimeError("Error loading hnsw index")),
        FakeCollection(fault=Panic("index out of bounds")),
        FakeCollection(ids=["3"]),
        FakeCollection(ids=["3", "3", "3", "3", "3"]),
        FakeCollection(ids=["0", "1", "2", "3", "4711"]),
        FakeCollection(ids=["0", "1", "2", "3", "-1"]),
        FakeCollection(ids=["0", "1", "2", "3", "x"]),
    ],
    ids=[
        "failing",
        "panicking",
        "stale: one row of five",
        "one row five times",
        "foreign row",
        "negative row",
        "no row",
    ],
)
def test_a_store_that_fails_or_returns_too_little_is_answered_for_by_exact_search(collection: FakeCollection) -> None:
    exact = ExactSearch(random_vectors(50))
    query = random_vectors(1, seed=9)[0]

    assert ChromaSearch(collection, exact).nearest(query, 5) == exact.nearest(query, 5)


def test_how_near_a_row_is_comes_from_our_own_vectors_and_not_from_the_store() -> None:
    exact = ExactSearch(random_vectors(5))
    query = random_vectors(1, seed=9)[0]
    nearly = [1 - float(exact.vectors[row] @ query) + 5e-4 for row in (4, 3, 2, 1, 0)]

    found = ChromaSearch(FakeCollection(ids=["4", "3", "2", "1", "0"], distances=nearly), exact).asked(query, 5)

    assert [row for row, _ in found] == [row for row, _ in exact.nearest(query, 5)]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in exact.nearest(query, 5)])


def test_an_interrupt_by_the_user_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        ChromaSearch(FakeCollection(fault=KeyboardInterrupt()), ExactSearch(random_vectors(5))).nearest(
            random_vectors(1)[0], 2
        )


def test_a_store_with_too_few_rows_is_not_used(tmp_path: Path) -> None:
    vectors = random_vectors(20)
    write_chroma(tmp_path, vectors[:19], {"embedding": "fake-1", "corpus": "abc"})
    exact = ExactSearch(vectors)

    assert open_chroma(tmp_path, exact) is exact


def test_a_store_with_the_vectors_of_another_index_is_not_used(tmp_path: Path) -> None:
    write_chroma(tmp_path, random_vectors(20, seed=5), {"embedding": "fake-1", "corpus": "abc"})
    exact = ExactSearch(random_vectors(20, seed=6))
    # the rows are there, but what lies nearest to a vector is not that vector

    query = random_vectors(1, seed=8)[0]
    assert open_chroma(tmp_path, exact).nearest(query, 20) == exact.nearest(query, 20)


def test_a_store_with_vectors_of_another_length_is_not_used(tmp_path: Path) -> None:
    vectors = random_vectors(20)
    write_chroma(tmp_path, vectors[:, :8], {"embedding": "fake-1", "corpus": "abc"})
    exact = ExactSearch(vectors)

    assert open_chroma(tmp_path, exact) is exact


def test_a_store_in_which_one_vector_was_changed_is_not_used(tmp_path: Path) -> None:
    vectors = random_vectors(50)
    changed = vectors.copy()
    changed[37] = random_vectors(1, seed=8)[0]
    write_chroma(tmp_path, changed, {"embedding": "fake-1", "corpus": "abc"})
    exact = ExactSearch(vectors)

    assert open_chroma(tmp_path, exact) is exact


def test_a_store_that_measures_other_distances_is_answered_for_by_exact_search() -> None:
    exact = ExactSearch(random_vectors(5))
    query = random_vectors(1, seed=9)[0]
    foreign = FakeCollection(ids=["4", "3", "2", "1", "0"], distances=[0.1, 0.2, 0.3, 0.4, 0.5])

    with pytest.raises(ValueError, match="other distances"):
        ChromaSearch(foreign, exact).asked(query, 5)
    assert ChromaSearch(foreign, exact).nearest(query, 5) == exact.nearest(query, 5)


def test_filling_twice_replaces_what_was_there(tmp_path: Path) -> None:
    """`add` on a known id says nothing and keeps the old vector."""
    write_chroma(tmp_path, random_vectors(30, seed=5), {"embedding": "fake-1", "corpus": "abc"})
    vectors = random_vectors(30, seed=6)
    fill(collection_in(tmp_path), vectors, 7)
    exact = ExactSearch(vectors)

    assert collection_in(tmp_path).count() == 30
    assert open_chroma(tmp_path, exact) is not exact


def test_every_row_is_sent_once_under_its_own_name_also_when_vectors_are_equal(tmp_path: Path) -> None:
    """One id twice in one call is an error in Chroma."""
    same = np.repeat(random_vectors(1), 6, axis=0)
    same[3] = 0
    write_chroma(tmp_path, same, {"embedding": "fake-1", "corpus": "abc"})

    assert sorted(collection_in(tmp_path).get(include=[])["ids"]) == ["0", "1", "2", "4", "5"]


def test_a_query_has_no_filter_that_chroma_could_refuse_and_no_text_that_it_would_embed() -> None:
    """An empty `where` is an error in Chroma; texts would call for its own model, which has to be downloaded."""
    exact = ExactSearch(random_vectors(5))
    collection = FakeCollection(ids=["0"])
    ChromaSearch(collection, exact).nearest(random_vectors(1)[0], 1)

    assert set(collection.asked) == {"query_embeddings", "n_results", "include"}


def test_the_store_is_not_made_to_write_its_graph_too_often(store: tuple[Path, ExactSearch]) -> None:
    """A low threshold has lost graphs."""
    assert collection_in(store[0]).configuration["hnsw"]["sync_threshold"] >= 1000


def test_every_row_can_be_asked_for_at_once(store: tuple[Path, ExactSearch]) -> None:
    """A search narrower than what it is asked for ends in "Cannot return the results in a contiguous 2D array"."""
    folder, exact = store
    query = random_vectors(1, seed=3)[0]

    found = ChromaSearch.open(folder, exact).asked(query, 1499)

    assert sorted(row for row, _ in found) == [row for row in range(1500) if row != 7]


def test_a_store_can_be_written_anew_in_the_same_place_while_an_old_reader_is_there(tmp_path: Path) -> None:
    """Without closing, Chroma says "attempt to write a readonly database"."""
    first, second = ExactSearch(random_vectors(20, seed=5)), ExactSearch(random_vectors(20, seed=6))
    query = random_vectors(1, seed=8)[0]
    write_chroma(tmp_path / "store", first.vectors, {"embedding": "fake-1", "corpus": "abc"})
    shutil.rmtree(tmp_path / "store")
    write_chroma(tmp_path / "store", second.vectors, {"embedding": "fake-1", "corpus": "abc"})

    store = open_chroma(tmp_path / "store", second)
    assert isinstance(store, ChromaSearch)
    assert [row for row, _ in store.nearest(query, 5)] == [row for row, _ in second.nearest(query, 5)]


WRITE = """
import sys
from tests.retrieve.test_vectors import collection_in, random_vectors
from assistant.retrieve.vectors import fill
fill(collection_in(sys.argv[1]), random_vectors(1650, seed=21), 2000)
"""


def test_a_reader_is_right_after_another_process_wrote_to_the_store(tmp_path: Path) -> None:
    """An open client then counts all rows and finds a few of them, without an error."""
    exact = ExactSearch(random_vectors(1500, seed=20))
    write_chroma(tmp_path, exact.vectors, {"embedding": "fake-1", "corpus": "abc"})
    store = open_chroma(tmp_path, exact)
    assert isinstance(store, ChromaSearch)
    queries = random_vectors(20, seed=22)
    expected = [[row for row, _ in exact.nearest(query, 10)] for query in queries]
    assert [[row for row, _ in store.nearest(query, 10)] for query in queries] == expected

    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], check=True, cwd=ROOT)

    assert [[row for row, _ in store.nearest(query, 10)] for query in queries] == expected
    assert open_chroma(tmp_path, exact) is exact


@pytest.mark.parametrize("count", [1, 5, 49, 50, 80])
def test_exact_search_is_a_full_sort_with_ties_in_row_order(count: int) -> None:
    vectors = np.repeat(random_vectors(25), 2, axis=0)
    query = random_vectors(1, seed=9)[0]
    cosines = np.round(vectors @ query, 6)

    assert [row for row, _ in ExactSearch(vectors).nearest(query, count)] == sorted(
        range(50), key=lambda row: (-cosines[row], row)
    )[:count]


def test_a_missing_store_is_answered_for_by_exact_search(tmp_path: Path) -> None:
    exact = ExactSearch(random_vectors(20))

    assert open_chroma(tmp_path / "nothing", exact) is exact
