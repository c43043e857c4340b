"""How search grows: 10^3 to 10^6 synthetic chunks in Chroma (embedded), exact numpy search and BM25.

`python -m evals.scale run --sizes 1000 10000 100000` measures and adds to `evals/scale.json`; `python -m evals.scale shipped`
adds what the shipped corpus takes (build, memory of an answering process); `python -m evals.scale page` writes `docs/scaling.md` and `docs/scaling.svg` from that file and from nothing else.

Vectors: a vector of the shipped index (the model's own clustering) plus Gaussian noise, scaled to length 1; the page says
how near the neighbours lie in both. Texts: the tokens of a line of the shipped corpus plus words drawn by Zipf's law. Every
step is a process of its own, pinned to one processor core, so that memory is that of the step and no step uses two cores.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.bench_rules import machine

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "evals" / "scale.json"
SEED = 20261122
NOISE = 0.7
QUERY_NOISE = 0.3
QUERIES = 200
DEPTHS = (10, 120)
WORDS, TAIL_WORDS, ZIPF = 50_000, 12, 1.3
_CHUNK = 50_000
Measured = dict[str, Any]


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description="How search grows with the number of chunks.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure")
    run.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    run.add_argument("--limit-s", type=float, default=2400.0, help="longest time for one step of one size")
    run.add_argument("--results", type=Path, default=RESULTS)
    shipped = commands.add_parser("shipped", help="measure the shipped corpus")
    shipped.add_argument("--repeats", type=int, default=5)
    shipped.add_argument("--results", type=Path, default=RESULTS)
    commands.add_parser("page", help="write docs/scaling.md and docs/scaling.svg")
    step = commands.add_parser("step", help=argparse.SUPPRESS)
    step.add_argument("name", choices=sorted(STEPS))
    step.add_argument("folder", type=Path)
    step.add_argument("size", type=int)
    step.add_argument("--all-cores", action="store_true", help="do not pin the process to one core")
    given = parser.parse_args()
    if given.command == "step":
        if not given.all_cores:
            _one_core()
        sys.stdout.write(json.dumps(STEPS[given.name](given.folder, given.size)))
    elif given.command == "shipped":
        _add_shipped(given.results, given.repeats)
    elif given.command == "page":
        from evals.scale_page import write_page

        write_page(ROOT / "docs")
    else:
        for size in given.sizes:
            _add(given.results, size, measure(size, given.limit_s))


def measure(size: int, limit_s: float) -> Measured:
    """Everything about one size; a step that takes longer than `limit_s` seconds is reported as not finished."""
    folder = Path(tempfile.mkdtemp(prefix="scale-"))
    measured: Measured = {"chunks": size, "date": time.strftime("%Y-%m-%d"), "load_before": os.getloadavg()}
    try:
        for name in SIZED:
            sys.stderr.write(f"{size}: {name}\n")
            measured[name] = _in_a_process(name, folder, size, limit_s)
            if "unfinished" in measured[name]:
                sys.stderr.write(f"{size}: {name}: {measured[name]['unfinished']}\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return measured | {"load_after": os.getloadavg()}


def _in_a_process(name: str, folder: Path, size: int, limit_s: float) -> Measured:
    if name.endswith("_query") and not (folder / name.removesuffix("_query")).exists():
        return {"unfinished": "not measured, nothing was built"}
    command = [sys.executable, "-m", "evals.scale", "step", name, str(folder), str(size)]
    if name.startswith("shipped"):
        command.append("--all-cores")
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, cwd=ROOT, env=os.environ | threads, capture_output=True, text=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired:
        return {"unfinished": f"stopped after {limit_s:.0f} s{_how_far(name, folder)}"}
    if done.returncode != 0:
        return {"unfinished": f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"}
    measured: Measured = json.loads(done.stdout)
    return measured


def _how_far(name: str, folder: Path) -> str:
    """How many vectors a stopped build had written; the unfinished store is removed."""
    if name != "chroma_build":
        return ""
    from assistant.retrieve.vectors import COLLECTION, _client

    try:
        held = _client(folder / "chroma").get_collection(COLLECTION, embedding_function=None).count()
    except Exception as fault:  # a store that was being written: any fault only means that it cannot be read
        held = f"unknown ({fault})"
    shutil.rmtree(folder / "chroma", ignore_errors=True)
    return f" with {held} vectors written"


def _add(results: Path, size: int, measured: Measured) -> None:
    known = _known(results)
    known |= {"settings": settings_of_the_run(), "corpus": neighbours_of_the_corpus()}
    known["sizes"][str(size)] = measured
    known["sizes"] = dict(sorted(known["sizes"].items(), key=lambda pair: int(pair[0])))
    _write(results, known)


def _add_shipped(results: Path, repeats: int) -> None:
    """Measure the shipped corpus `repeats` times and add the medians and all figures."""
    limit_s, known = 600.0, _known(results)
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        builds = [_in_a_process("shipped_build", Path(folder), 0, limit_s) for _ in range(repeats)]
        serves = [_in_a_process("shipped_serve", Path(folder), 50, limit_s) for _ in range(repeats)]
        agreement = _in_a_process("shipped_agreement", Path(folder), 200, limit_s)
    if failed := [step["unfinished"] for step in (*builds, *serves, agreement) if "unfinished" in step]:
        raise SystemExit(f"Nothing was added: {failed[0]}")
    known["shipped"] = {
        "date": time.strftime("%Y-%m-%d"),
        "load": os.getloadavg(),
        "builds": builds,
        "serves": serves,
        "agreement": agreement,
    }
    _write(results, known)


def _known(results: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else {"sizes": {}}
    return known


def _write(results: Path, known: dict[str, Any]) -> None:
    known |= {"machine": machine()[:-1]}
    results.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def settings_of_the_run() -> Measured:
    """What a reader needs to repeat the run."""
    import chromadb

    from assistant.retrieve.vectors import CONFIGURATION

    return {
        "seed": SEED,
        "noise": NOISE,
        "query_noise": QUERY_NOISE,
        "queries": QUERIES,
        "hnsw": CONFIGURATION["hnsw"],
        "chromadb": chromadb.__version__,
        "numpy": np.__version__,
    }


# --- the steps ---------------------------------------------------------------------------------------------------------


def make_data(folder: Path, size: int) -> Measured:
    """Write `vectors.npy` (size, dimension) and `queries.npy`."""
    centres = centres_of_the_corpus()
    chance = np.random.default_rng(SEED)
    written = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(size, centres.shape[1])
    )
    for start in range(0, size, _CHUNK):
        stop = min(size, start + _CHUNK)
        written[start:stop] = _near(centres[chance.integers(0, len(centres), stop - start)], NOISE, chance)
    written.flush()
    chosen = chance.integers(0, size, QUERIES)
    np.save(folder / "queries.npy", _near(np.asarray(written[chosen]), QUERY_NOISE, chance))
    return {"dimension": centres.shape[1], "neighbours": _neighbours(np.asarray(written[: min(size, _CHUNK)]))}


def exact(folder: Path, size: int) -> Measured:
    """Search all vectors in memory; what it finds is the truth for the recall of the others."""
    from assistant.retrieve.vectors import ExactSearch

    memory = _Memory()
    started = time.perf_counter()
    search = ExactSearch(np.load(folder / "vectors.npy"))
    opened = time.perf_counter() - started
    queries = np.load(folder / "queries.npy")

    def ask(depth: int, query: NDArray[np.float32]) -> list[int]:
        return [row for row, _ in search.nearest(query, depth)]

    measured: Measured = {"open_s": opened, "disk_mb": _megabytes(folder / "vectors.npy")}
    for depth in DEPTHS:
        times, found = _timed(partial(ask, depth), queries)
        np.save(folder / f"truth{depth}.npy", np.array([rows + [-1] * (depth - len(rows)) for rows in found]))
        measured[f"top{depth}"] = times
    return measured | memory.added()


def chroma_build(folder: Path, size: int) -> Measured:
    """Write the embedded store as `assistant index build` does."""
    from assistant.retrieve.vectors import write_chroma

    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    _library()
    memory = _Memory()
    started, busy = time.perf_counter(), time.process_time()
    write_chroma(folder / "chroma", vectors, {"embedding": "synthetic"})
    took, busy = time.perf_counter() - started, time.process_time() - busy
    return {
        "seconds": took,
        "cpu_s": busy,
        "per_second": size / took,
        "disk_mb": _megabytes(folder / "chroma"),
    } | memory.added()


def chroma_query(folder: Path, size: int) -> Measured:
    """Open and search the embedded store, without our own vectors in memory."""
    from assistant.retrieve.vectors import COLLECTION, _client

    queries = np.load(folder / "queries.npy")
    library = _library()
    memory = _Memory()
    started = time.perf_counter()
    collection = _client(folder / "chroma").get_collection(COLLECTION, embedding_function=None)
    collection.query(query_embeddings=[queries[0].tolist()], n_results=1, include=[])
    measured: Measured = {"open_s": time.perf_counter() - started}

    def ask(depth: int, query: NDArray[np.float32]) -> list[int]:
        found = collection.query(query_embeddings=[query.tolist()], n_results=depth, include=[])
        return [int(row) for row in found["ids"][0]]

    answers: dict[int, list[list[int]]] = {}
    for depth in DEPTHS:
        times, found = _timed(partial(ask, depth), queries)
        measured[f"top{depth}"], answers[depth] = times, found
    measured |= memory.added() | {"library_mb": library}
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    for depth, found in answers.items():
        measured[f"top{depth}"] |= _recall(found, np.load(folder / f"truth{depth}.npy"), vectors, queries)
    return measured


def bm25_build(folder: Path, size: int) -> Measured:
    """Index the texts; making them up is not counted."""
    from assistant.retrieve.lexical import Bm25

    documents = _documents(np.random.default_rng(SEED + 1), size)
    memory = _Memory()
    started, busy = time.perf_counter(), time.process_time()
    index = Bm25.build(documents)
    index.save(folder / "bm25")
    took, busy = time.perf_counter() - started, time.process_time() - busy
    tokens = sum(len(document) for document in documents) / size
    return {
        "seconds": took,
        "cpu_s": busy,
        "per_second": size / took,
        "disk_mb": _megabytes(folder / "bm25"),
        "tokens": tokens,
    } | memory.added()


def bm25_query(folder: Path, size: int) -> Measured:
    """Score every document, as the assistant does, and take the best ten."""
    from assistant.retrieve.lexical import Bm25

    queries = _documents(np.random.default_rng(SEED + 2), QUERIES)
    chance = np.random.default_rng(SEED + 3)
    asked = [[str(token) for token in chance.choice(query, min(8, len(query)), replace=False)] for query in queries]
    memory = _Memory()
    started = time.perf_counter()
    index = Bm25.load(folder / "bm25", size)
    measured: Measured = {"open_s": time.perf_counter() - started}

    def best(tokens: list[str]) -> list[int]:
        scores = index.scores(tokens)
        rows = np.argpartition(-scores, min(10, len(scores) - 1))[:10]
        return [int(row) for row in rows[np.argsort(-scores[rows], kind="stable")]]

    times, _ = _timed(best, asked)
    return measured | {"top10": times} | memory.added()


def shipped_build(folder: Path, size: int) -> Measured:
    """Build the index of the shipped corpus in `folder`, in a process that has imported what it needs."""
    from assistant.places import shipped
    from assistant.retrieve.embedding import embedder
    from assistant.retrieve.index import build_index

    model, stages = embedder(""), []
    _library()
    started, busy = time.perf_counter(), time.process_time()
    index = build_index(
        folder, shipped("corpus"), model, lambda name, *_: stages.append((name, time.perf_counter() - started))
    )
    took, busy = time.perf_counter() - started, time.process_time() - busy
    return {
        "seconds": took,
        "cpu_s": busy,
        "lines": len(index.lines),
        "embedding": index.meta.embedding,
        "stages": {name: after - at for (name, at), (_, after) in itertools.pairwise(stages)},
        "disk_mb": _megabytes(index.folder),
    }


def shipped_serve(folder: Path, size: int) -> Measured:
    """Open the index of `shipped_build` and answer `size` dev questions; the memory of the whole process."""
    from assistant.pipeline import Assistant

    questions = _dev_questions(size)
    started = time.perf_counter()
    assistant = Assistant.open(folder, build=False)
    opened = time.perf_counter() - started
    for question in questions:
        assistant.ask(question)
    heavy = [name for name in ("torch", "chromadb", "onnxruntime") if name in sys.modules]
    return {"open_s": opened, "rss_mb": _Memory.now()["VmRSS"], "peak_mb": _Memory.now()["VmHWM"], "imported": heavy}


def shipped_agreement(folder: Path, size: int) -> Measured:
    """How far the embedded store finds what exact search finds among the lines of the index of `shipped_build`."""
    from assistant.places import shipped
    from assistant.retrieve.embedding import embedder
    from assistant.retrieve.index import open_index
    from assistant.retrieve.vectors import ChromaSearch, ExactSearch

    model = embedder("")
    index = open_index(folder, shipped("corpus"), model)
    exact = ExactSearch(index.vectors)
    store = ChromaSearch.open(index.folder / "chroma", exact)
    queries = [query for query in model.encode(_dev_questions(size)) if query.any()]
    measured: Measured = {"questions": len(queries)}
    for depth in DEPTHS:
        measured[f"exact_top{depth}"], right = _timed(_rows_by(exact.nearest, depth), queries)
        measured[f"top{depth}"], found = _timed(_rows_by(store.asked, depth), queries)
        measured[f"top{depth}"]["same"] = float(np.mean([a == b for a, b in zip(found, right, strict=True)]))
    return measured


def _rows_by(search: Callable[[Any, int], list[tuple[int, float]]], depth: int) -> Callable[[Any], list[int]]:
    return lambda query: [row for row, _ in search(query, depth)]


def _dev_questions(count: int) -> list[str]:
    """`count` questions, evenly spread over the dev splits of all question sets."""
    from evals.samples import load_samples, task_names

    questions = [sample.text for task in task_names() for sample in load_samples(task, split="dev")]
    return questions[:: max(1, len(questions) // count)][:count]


SIZED = ("data", "exact", "chroma_build", "chroma_query", "bm25_build", "bm25_query")
STEPS: dict[str, Callable[[Path, int], Measured]] = {
    "shipped_build": shipped_build,
    "shipped_serve": shipped_serve,
    "shipped_agreement": shipped_agreement,
    "data": make_data,
    "exact": exact,
    "chroma_build": chroma_build,
    "chroma_query": chroma_query,
    "bm25_build": bm25_build,
    "bm25_query": bm25_query,
}


# --- what the data are made of -----------------------------------------------------------------------------------------


def corpus_lines() -> list[str]:
    """The searchable lines of the shipped corpus."""
    from assistant.ingest.corpus import load_corpus
    from assistant.places import shipped
    from assistant.retrieve.units import units_of

    units = units_of(load_corpus(shipped("corpus")))
    return [text for unit in units for text in (*unit.asked_as, *unit.titles)]


def centres_of_the_corpus() -> NDArray[np.float32]:
    """The vectors of those lines by the shipped model, shape (lines, dimension), without zero rows."""
    from assistant.retrieve.embedding import embedder

    vectors: NDArray[np.float32] = embedder("").encode(corpus_lines())
    return vectors[vectors.any(axis=1)]


def neighbours_of_the_corpus() -> dict[str, float]:
    """How near the neighbours of a line of the shipped corpus lie."""
    return _neighbours(centres_of_the_corpus())


def _neighbours(vectors: NDArray[np.float32]) -> dict[str, float]:
    """The median cosine of the 1st, 10th and 120th neighbour, over 300 rows."""
    rows = np.random.default_rng(SEED).integers(0, len(vectors), 300)
    cosines = vectors[rows] @ vectors.T
    cosines[np.arange(len(rows)), rows] = -1
    ordered = -np.sort(-cosines, axis=1)
    return {str(rank): float(np.median(ordered[:, rank - 1])) for rank in (1, 10, 120)}


def _near(centres: NDArray[np.float32], noise: float, chance: np.random.Generator) -> NDArray[np.float32]:
    rows = centres + noise / np.sqrt(centres.shape[1]) * chance.standard_normal(centres.shape, dtype=np.float32)
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def _documents(chance: np.random.Generator, size: int) -> list[list[str]]:
    from assistant.retrieve.tokens import tokeniser

    tokens = tokeniser()
    lines = [tokens(line) for line in corpus_lines()]
    words = [f"w{number}" for number in range(WORDS)]
    tail = np.minimum(chance.zipf(ZIPF, (size, TAIL_WORDS)), WORDS) - 1
    return [
        lines[line] + [words[word] for word in row]
        for line, row in zip(chance.integers(0, len(lines), size).tolist(), tail.tolist(), strict=True)
    ]


# --- measuring ---------------------------------------------------------------------------------------------------------


def _timed(ask: Callable[[Any], list[int]], queries: Any) -> tuple[dict[str, float], list[list[int]]]:
    """Median and 95th percentile in milliseconds after three queries to warm up, and what was found."""
    for query in list(queries)[:3]:
        ask(query)
    times, found = [], []
    busy = time.process_time()
    for query in queries:
        started = time.perf_counter()
        found.append(ask(query))
        times.append(1000 * (time.perf_counter() - started))
    cpu = 1000 * (time.process_time() - busy) / len(times)
    return {"p50_ms": float(np.percentile(times, 50)), "p95_ms": float(np.percentile(times, 95)), "cpu_ms": cpu}, found


def _recall(
    found: list[list[int]], truth: NDArray[np.int64], vectors: NDArray[np.float32], queries: NDArray[np.float32]
) -> dict[str, float]:
    """The share of the true rows found (a row as near as the last true one counts), and of searches that miss none."""
    shares = []
    for rows, right, query in zip(found, truth, queries, strict=True):
        right = right[right >= 0]
        last = float((vectors[right] @ query).min()) - 1e-6
        shares.append(int((vectors[np.sort(rows)] @ query >= last).sum()) / len(right))
    return {"recall": float(np.mean(shares)), "complete": float(np.mean([share >= 1 for share in shares]))}


class _Memory:
    """What this process holds more than when this was made, now and at its highest, in megabytes (2^20 bytes)."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the highest is counted from here on
        self._before = self.now()["VmRSS"]

    def added(self) -> dict[str, float]:
        """What was added since."""
        now = self.now()
        return {"memory_mb": now["VmRSS"] - self._before, "peak_mb": now["VmHWM"] - self._before}

    @staticmethod
    def now() -> dict[str, float]:
        """Resident memory now (VmRSS) and at its highest (VmHWM), in megabytes."""
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return {
            line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))
        }


def _library() -> float:
    """What importing chromadb alone adds to memory, in megabytes; imported before anything is timed."""
    memory = _Memory()
    import chromadb  # noqa: F401 - for its size

    return memory.added()["memory_mb"]


def _megabytes(path: Path) -> float:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_size for file in files) / 2**20


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    main()
