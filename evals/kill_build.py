"""Whether a build of the index can be stopped anywhere: killed at random points, or with no room left on the disk.

`python -m evals.kill_build --points 50` builds the shipped corpus and kills the builder (SIGKILL) at 50 points drawn with a
fixed seed: every other one at a file operation of the build, the rest after a stretch of time, which also meets Chroma
while it writes. `--how full` draws a largest file size instead (RLIMIT_FSIZE): every write beyond it fails as on a full disk.
A build that
was through before its point is not counted, and another point is drawn. After each point a fresh process opens what is there and searches; it must find what was found before the first point, and
every failed build must have said what to do. At the end a build is let through.

This process imports everything once and forks for each point; it never opens the index itself, so that no thread or lock
of a store is inherited. Needs a system with fork (not Windows).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from assistant.errors import IndexFault
from assistant.places import shipped
from assistant.retrieve.embedding import Embedder, embedder
from assistant.retrieve.index import build_index, open_index
from assistant.retrieve.search import Searcher

QUESTIONS = (
    "When is teclistamab restarted after a missed dose?",
    "细胞因子释放综合征 2 级怎么处理",
    "0.06 mg/kg",
    "发热",
)
FILE_OPERATIONS = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"})
SEED = 7
Report = dict[str, Any]


def main() -> None:
    """Run all points, print one line each, and end with 1 when one of them left a wrong or unusable index."""
    parser = argparse.ArgumentParser(description="Stop builds of the index at random points.")
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--how", choices=("kill", "full"), default="kill")
    parser.add_argument("--corpus", type=Path, default=None, help="a corpus folder; default: the shipped one")
    parser.add_argument("--home", type=Path, default=None, help="an empty folder; default: a temporary one")
    parser.add_argument("--embedder", default="", help="module:Class of the model; default: the shipped one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-build-") as folder:
        stand = _Stand(given.home or Path(folder), given.corpus or shipped("corpus"), _model(given.embedder))
        faults = stand.run(given.points, given.seed, given.how)
    sys.stdout.write(f"{given.points} points ({given.how}), {len(faults)} wrong\n" + "".join(f"{f}\n" for f in faults))
    raise SystemExit(1 if faults else 0)


def _model(name: str) -> Embedder:
    if not name:
        return embedder("")
    module, _, cls = name.partition(":")
    model: Embedder = getattr(importlib.import_module(module), cls)()
    return model


class _Stand:
    """One home folder, one corpus, one model; every action in a process of its own."""

    def __init__(self, home: Path, corpus: Path, model: Embedder) -> None:
        self.home, self.corpus, self.model = home, corpus, model
        import chromadb  # noqa: F401 - imported once, here, and not after every fork

    def run(self, points: int, seed: int, how: str) -> list[str]:
        """What went wrong, one line each."""
        first = _forked(self.build)
        whole = _forked(self.build)
        right = _forked(self.answers)
        if "answers" not in right:
            return [f"the undisturbed build does not answer: {first} {right}"]
        chance, faults, stopped = random.Random(seed), [], 0  # noqa: S311 - drawn points, no secret
        for number in range(1, 3 * points + 1):
            if stopped == points:
                break
            point = self.point(how, whole, chance, number)
            built = _forked(partial(self.build, **point), kill_after=point.get("after_s"))
            stopped += "seconds" not in built
            found = _forked(self.answers)
            fault = _wrong(how, built, found, right)
            said = built.get("said", "finished" if "seconds" in built else "killed")
            sys.stdout.write(f"{number:3d} {json.dumps(point)} {said} -> {fault or 'answers as before'}\n")
            faults += [f"{number} {point}: {fault}"] if fault else []
        if stopped < points:
            faults.append(f"only {stopped} of {points} builds were stopped before their end")
        last, found = _forked(self.build), _forked(self.answers)
        if "seconds" not in last or found != right:
            faults.append(f"the build after all points: {last} {found}")
        if len(folders := list((self.home / "index").glob("build-*"))) > 2:
            faults.append(f"{len(folders)} folders are left")
        return faults

    @staticmethod
    def point(how: str, whole: Report, chance: random.Random, number: int) -> Report:
        """Where the next build is stopped, drawn over what the `whole` build did."""
        if how == "full":
            return {"largest_file": int(whole["largest_file"] * chance.random() ** 3)}
        if number % 2:
            return {"operation": chance.randint(1, whole["operations"])}
        return {"after_s": chance.uniform(0, whole["seconds"])}

    def build(self, operation: int = 0, largest_file: int = -1, after_s: float = 0) -> Report:
        """Build once; die at file operation number `operation`, or with no file larger than `largest_file` bytes."""
        counted = 0

        def count(event: str, _: tuple[Any, ...]) -> None:
            nonlocal counted
            if event in FILE_OPERATIONS:
                counted += 1
                if counted == operation:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        if largest_file >= 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        started = time.perf_counter()
        try:
            index = build_index(self.home, self.corpus, self.model)
        except IndexFault as fault:
            return {"said": fault.en}
        files = [path.stat().st_size for path in index.folder.rglob("*") if path.is_file()]
        return {"seconds": time.perf_counter() - started, "operations": counted, "largest_file": max(files)}

    def answers(self) -> Report:
        """What the questions find in the index that is there, or what opening it says."""
        try:
            searcher = Searcher(open_index(self.home, self.corpus, self.model), self.model)
        except IndexFault as fault:
            return {"said": fault.en}
        hits = [searcher.search(question, k=6) for question in QUESTIONS]
        return {
            "answers": [[[hit.unit.id, round(hit.score, 6), round(hit.nearness, 4)] for hit in row] for row in hits]
        }


def _wrong(how: str, built: Report, found: Report, right: Report) -> str:
    if found != right:
        return f"it answers otherwise: {found}"
    if how == "full" and "said" in built and "assistant index build" not in built["said"]:
        return f"the message names no remedy: {built['said']}"
    if "fault" in built:
        return f"a fault that is no message: {built['fault']}"
    return ""


def _forked(act: Callable[[], Report], kill_after: float | None = None) -> Report:
    """What `act` returns in a forked process, {} when it was killed, {"fault"} when it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            said = act()
        except BaseException as fault:  # the process ends here, whatever it was
            said = {"fault": repr(fault)}
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            json.dump(said, out)
        os._exit(0)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, encoding="utf-8") as out:
        text = out.read()
    os.waitpid(child, 0)
    report: Report = json.loads(text) if text else {}
    return report


if __name__ == "__main__":
    main()
