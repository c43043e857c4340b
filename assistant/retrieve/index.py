"""The index folder: built aside, swapped in whole, checked against the corpus and the model at every start.

```
<user data>/index/
  current            the name of the folder in use (replaced atomically)
  <name>/            corpus.json  units.json  lines.json  vocabulary.json  text/  asked/  vectors.npy  chroma/  meta.json
  building.lock      held by the one process that builds
```
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from assistant.errors import IndexFault
from assistant.ingest.corpus import corpus_version, load_corpus
from assistant.ingest.records import Corpus
from assistant.retrieve.embedding import Embedder, Vectors
from assistant.retrieve.lexical import Bm25
from assistant.retrieve.tokens import tokeniser
from assistant.retrieve.units import Unit, units_of
from assistant.retrieve.vectors import write_chroma
from assistant.types import Record

FORMAT = "1"
_UNITS = TypeAdapter(tuple[Unit, ...])
_REPAIR = "Run 'assistant index build'."
_REPAIR_ZH = "请运行 assistant index build。"
Progress = Callable[[str, int, int], None]


class Line(Record):
    """One searchable line: a way of asking, a title, or a passage of unit number `unit`."""

    unit: int
    text: str


class IndexMeta(Record):
    """What an index was built from; compared with what is installed now."""

    format: str
    corpus: str
    embedding: str
    built_at: str
    units: int
    lines: int


class Index:
    """An opened index: the corpus it was built from, its units and lines, and the parts that search them."""

    def __init__(self, folder: Path) -> None:
        try:
            self.meta = IndexMeta.model_validate_json((folder / "meta.json").read_text(encoding="utf-8"))
            self.corpus = Corpus.model_validate_json((folder / "corpus.json").read_bytes())
            self.units = _UNITS.validate_json((folder / "units.json").read_bytes())
            self.lines = TypeAdapter(tuple[Line, ...]).validate_json((folder / "lines.json").read_bytes())
            self.text = Bm25.load(folder / "text", len(self.units))
            self.asked = Bm25.load(folder / "asked", len(self.lines))
            self.vocabulary = tuple(
                frozenset(tokens) for tokens in json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            )
            self.vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False)
        except (OSError, ValueError, KeyError) as error:
            raise IndexFault(
                f"The index in {folder} is damaged ({type(error).__name__}). {_REPAIR}",
                f"{folder} 中的索引已损坏（{type(error).__name__}）。{_REPAIR_ZH}",
            ) from error
        if len(self.vectors) != len(self.lines) or len(self.units) != self.meta.units:
            raise IndexFault(
                f"The index in {folder} is incomplete: {len(self.lines)} lines, {len(self.vectors)} vectors. {_REPAIR}",
                f"{folder} 中的索引不完整：{len(self.lines)} 行，{len(self.vectors)} 个向量。{_REPAIR_ZH}",
            )
        self.folder = folder


def current_folder(home: Path) -> Path | None:
    """The index folder in use under `home`, or None when none was built."""
    pointer = home / "index" / "current"
    if not pointer.is_file():
        return None
    folder = home / "index" / pointer.read_text(encoding="utf-8").strip()
    return folder if (folder / "meta.json").is_file() else None


def open_index(home: Path, corpus_root: Path, embedder: Embedder) -> Index:
    """Open the current index; raises IndexFault when there is none, or when it belongs to other data or another model."""
    folder = current_folder(home)
    if folder is None:
        raise IndexFault(f"There is no index in {home}. {_REPAIR}", f"{home} 中没有索引。{_REPAIR_ZH}")
    index = Index(folder)
    expected = {"corpus": corpus_version(corpus_root), "embedding": embedder.identity, "format": FORMAT}
    for name, value in expected.items():
        found = getattr(index.meta, name)
        if found != value:
            raise IndexFault(
                f"The index was built for {name} '{found}', installed is '{value}'. {_REPAIR}",
                f"索引对应的 {name} 为“{found}”，当前安装的是“{value}”。{_REPAIR_ZH}",
            )
    return index


def build_index(home: Path, corpus_root: Path, embedder: Embedder, progress: Progress | None = None) -> Index:
    """Build a new index aside and make it the current one; the old one answers until the swap.

    The previous folder is kept for processes that still have it open; older ones are removed.
    """
    report = progress or (lambda stage, done, total: None)
    stages = ["corpus", "text", "questions", "vectors", "chroma", "swap"]
    root = home / "index"
    root.mkdir(parents=True, exist_ok=True)
    with _only_builder(root):
        old = current_folder(home)
        folder = root / f"build-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}"
        folder.mkdir()
        try:
            report(stages[0], 0, len(stages))
            corpus = load_corpus(corpus_root)
            units = units_of(corpus)
            lines = _lines(units)
            report(stages[1], 1, len(stages))
            tokens = tokeniser()
            Bm25.build([tokens(" ".join((*u.titles, *u.titles, *u.texts))) for u in units]).save(folder / "text")
            vocabulary = [sorted(set(tokens(" ".join((*u.titles, *u.texts, *u.asked_as))))) for u in units]
            (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
            report(stages[2], 2, len(stages))
            Bm25.build([tokens(line.text) for line in lines]).save(folder / "asked")
            report(stages[3], 3, len(stages))
            vectors = embedder.encode([line.text for line in lines])
            np.save(folder / "vectors.npy", vectors, allow_pickle=False)
            report(stages[4], 4, len(stages))
            write_chroma(folder / "chroma", vectors, {"embedding": embedder.identity, "corpus": corpus.version})
            (folder / "corpus.json").write_text(corpus.model_dump_json(), encoding="utf-8")
            (folder / "units.json").write_bytes(_UNITS.dump_json(units))
            (folder / "lines.json").write_bytes(TypeAdapter(tuple[Line, ...]).dump_json(lines))
            meta = IndexMeta(
                format=FORMAT,
                corpus=corpus.version,
                embedding=embedder.identity,
                built_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                units=len(units),
                lines=len(lines),
            )
            (folder / "meta.json").write_text(meta.model_dump_json(indent=1), encoding="utf-8")
            report(stages[5], 5, len(stages))
            index = Index(folder)
            _swap(root, folder.name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for leftover in root.glob("build-*"):
            if leftover not in (folder, old):
                shutil.rmtree(leftover, ignore_errors=True)
        report("done", len(stages), len(stages))
        return index


def _lines(units: tuple[Unit, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(unit=number, text=text) for number, unit in enumerate(units) for text in (*unit.asked_as, *unit.titles)
    )


def _swap(root: Path, name: str) -> None:
    pointer = root / "current.new"
    pointer.write_text(name, encoding="utf-8")
    with pointer.open("rb") as handle:
        os.fsync(handle.fileno())
    pointer.replace(root / "current")


@contextmanager
def _only_builder(root: Path) -> Iterator[None]:
    lock = root / "building.lock"
    if lock.exists() and _holder_is_gone(lock):
        lock.unlink(missing_ok=True)
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError as error:
        raise IndexFault(
            f"Another process is building the index ({lock}). Wait until it has finished.",
            f"另一个进程正在建立索引（{lock}），请等待其完成。",
        ) from error
    try:
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        yield
    finally:
        lock.unlink(missing_ok=True)


def _holder_is_gone(lock: Path) -> bool:
    """Whether the process that wrote `lock` no longer runs (a build that was killed leaves its lock behind)."""
    try:
        os.kill(int(lock.read_text(encoding="utf-8")), 0)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        return True
    except PermissionError:
        return False
    return False
