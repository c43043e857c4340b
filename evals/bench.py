"""How fast and how large: answers, the baseline's bare search beside them, a cold question, building the index, memory.

`python -m evals.bench [--runs 5] [--cold 5] [--without-baseline]`. Medians over repeated runs, with the ratio to the LangChain
stack measured in the same process in turn with the answers, so that other work on the machine slows both alike. Everything that
depends on the state of a process (cold question, index, memory) is measured in fresh ones. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.bench_rules import machine
from evals.samples import load_samples

ROOT = Path(__file__).resolve().parent.parent
TASKS = ("guidance", "gaps_conflicts", "rules", "scope")
QUESTION = "How soon does CRS start with teclistamab?"
_STAGES = ("understand", "compose", "verify")
_EVERY = 4
_TOP = 12


class Budget(NamedTuple):
    """A limit and its unit."""

    limit: float
    unit: str


BUDGETS = {
    "answer p50": Budget(8, "ms"),
    "answer p95": Budget(25, "ms"),
    "answer p50 / baseline search p50": Budget(0.5, ""),
    "cold ask": Budget(1.5, "s"),
    "index build": Budget(5, "s"),
    "peak memory": Budget(350, "MB"),
}


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description="How fast and how large the assistant is.")
    parser.add_argument("--runs", type=int, default=5, help="passes over the questions")
    parser.add_argument("--cold", type=int, default=5, help="fresh processes for each cold measurement")
    parser.add_argument("--without-baseline", action="store_true", help="leave out what needs torch")
    parser.add_argument("--worker", choices=("index", "memory", "memory-web"), help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        sys.stdout.write(json.dumps(WORKERS[given.worker](given.home)))
        return
    write = sys.stdout.write
    write("\n".join([*machine(), ""]) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        built = [_fresh("index", Path(tempfile.mkdtemp(dir=folder))) for _ in range(max(1, given.cold // 2))]
        _fresh("index", home)
        write(_line("index build", [b["seconds"] for b in built]))
        write(_line("cold ask", _cold(home, given.cold)))
        write(f"  processor time of these, median: {statistics.median(_cold_cpu(home, given.cold)):.2f} s\n")
        for kind in ("memory", "memory-web"):
            measured = _fresh(kind, home)
            note = "torch was loaded" if measured["torch"] else "torch not loaded"
            write(
                _line("peak memory", [measured["megabytes"]], f" ({kind}, {measured['questions']} questions; {note})")
            )
        write(answers(home, given.runs, baseline=not given.without_baseline))
        write("\nimports of a cold question, own time (python -X importtime), largest first:\n")
        write("".join(f"  {line}\n" for line in import_times(home)))
        write("\n".join(["", *machine()[-1:]]) + "\n")


def answers(home: Path, runs: int, *, baseline: bool) -> str:
    """Percentiles of whole answers, of their stages and of the baseline's bare search, passes taken in turn."""
    from assistant.pipeline import Assistant

    assistant = Assistant.open(home)
    questions = [s.text for task in TASKS for s in load_samples(task, "dev") if not s.history]
    passes: list[tuple[list[float], list[float]]] = []
    stages: dict[str, list[float]] = {stage: [] for stage in _STAGES}
    search = _baseline(assistant.index.units) if baseline else None
    for text in questions[:: _EVERY * 4]:
        assistant.ask(text)
    for _ in range(runs):
        mine: list[float] = []
        theirs: list[float] = []
        for number, text in enumerate(questions):
            started = time.perf_counter()
            answer = assistant.ask(text)
            mine.append((time.perf_counter() - started) * 1000)
            for stage in _STAGES:
                stages[stage].append(answer.timings_ms.get(stage, 0.0))
            if search is not None and number % _EVERY == 0:
                started = time.perf_counter()
                search(text)
                theirs.append((time.perf_counter() - started) * 1000)
        passes.append((mine, theirs))
    lines = [f"\n{len(questions)} dev questions, {runs} passes; medians over the passes\n"]
    lines += [_line(f"answer p{part}", [_percentile(mine, part) for mine, _ in passes]) for part in (50, 95)]
    for stage, times in stages.items():
        lines.append(f"  {stage}: p50 {_percentile(times, 50):.2f} ms, p95 {_percentile(times, 95):.2f} ms\n")
    if search is not None:
        for part in (50, 95):
            lines.append(_line(f"baseline search p{part}", [_percentile(theirs, part) for _, theirs in passes], " ms"))
        ratios = [_percentile(mine, 50) / _percentile(theirs, 50) for mine, theirs in passes]
        lines.append(_line("answer p50 / baseline search p50", ratios))
    return "".join(lines)


def _baseline(units: Sequence[Any]) -> Callable[[str], Any]:
    from evals.retrieval.baseline import LangChainChroma, MiniLm

    stack = LangChainChroma(units, MiniLm())
    return lambda text: stack.store.similarity_search(text, k=5)


def _percentile(values: Sequence[float], part: int) -> float:
    return sorted(values)[min(len(values) - 1, round(part / 100 * (len(values) - 1)))]


def _line(name: str, values: Sequence[float], note: str = "") -> str:
    middle = statistics.median(values)
    spread = f", {min(values):.2f}–{max(values):.2f} over {len(values)}" if len(values) > 1 else ""
    budget = BUDGETS.get(name)
    if budget is None:
        return f"{name}: {middle:.2f}{note}{spread}\n"
    kept = "kept" if middle <= budget.limit else "NOT kept"
    return f"{name}: {middle:.2f} {budget.unit}{note}{spread}; budget {budget.limit:g} {budget.unit}: {kept}\n"


def _fresh(worker: str, home: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.bench", "--worker", worker, "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - itself
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "ASSISTANT_HOME": str(home)}


def _cold(home: Path, repeats: int) -> list[float]:
    """Seconds from starting `assistant ask` to its end; once unmeasured first, so that files are in the system's cache."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        _ask(home)
        times.append(time.perf_counter() - started)
    return times[1:]


def _cold_cpu(home: Path, repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        before = os.times()
        _ask(home)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return times


def _ask(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *options, "-m", "assistant", "ask", QUESTION]
    return subprocess.run(  # noqa: S603 - the assistant itself
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=_environment(home)
    )


def import_times(home: Path) -> list[str]:
    """The modules that cost most to import, by their own time, and the total."""
    found: list[tuple[int, str]] = []
    for line in _ask(home, "-X", "importtime").stderr.splitlines():
        match = re.fullmatch(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", line)
        if match:
            found.append((int(match[1]), match[2]))
    packages: dict[str, int] = {}
    for own, name in found:
        packages[name.split(".")[0]] = packages.get(name.split(".")[0], 0) + own
    largest = sorted(packages.items(), key=lambda item: -item[1])[:_TOP]
    total = sum(own for own, _ in found) / 1e6
    return [f"{own / 1000:8.1f} ms  {name}" for name, own in largest] + [f"{len(found)} modules, {total:.2f} s in all"]


def _index(home: Path) -> dict[str, Any]:
    from assistant.places import shipped
    from assistant.retrieve.embedding import embedder
    from assistant.retrieve.index import build_index

    model = embedder("")
    started = time.perf_counter()
    build_index(home, shipped("corpus"), model)
    return {"seconds": time.perf_counter() - started}


def _memory(home: Path) -> dict[str, Any]:
    from assistant.pipeline import Assistant

    return _asked(Assistant.open(home))


def _memory_web(home: Path) -> dict[str, Any]:
    from assistant.pipeline import Assistant
    from assistant.web.app import build

    assistant = Assistant.open(home)
    build(assistant)
    return _asked(assistant)


def _asked(assistant: Any) -> dict[str, Any]:
    import resource

    questions = [s.text for task in TASKS for s in load_samples(task, "dev") if not s.history][::_EVERY]
    for text in questions:
        assistant.ask(text)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return {"megabytes": megabytes, "questions": len(questions), "torch": "torch" in sys.modules}


WORKERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "index": _index,
    "memory": _memory,
    "memory-web": _memory_web,
}


if __name__ == "__main__":
    main()
