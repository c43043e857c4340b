"""The index folder: built aside, swapped in whole, checked against the corpus and the model at every start.

```
<user data>/index/
  current            the name of the folder in use (replaced atomically)
  <name>/            corpus.json  imported.json  units.json  lines.json  vocabulary.json  text/  asked/  vectors.npy  chroma/  meta.json
  building.lock      held by the one process that builds
```

`meta.json` holds the SHA-256 of every other file, so that a damaged file is a fault at opening and never a wrong answer
(`chroma.sqlite3` is written to by Chroma itself: what it returns is checked in `vectors.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from assistant.errors import IndexFault
from assistant.ingest.corpus import corpus_version, load_corpus
from assistant.ingest.imported.store import Imported, imported_version, load_all
from assistant.ingest.imported.units import section as imported_section
from assistant.ingest.imported.units import units as imported_units
from assistant.ingest.records import Corpus
from assistant.retrieve.chroma_server import Projection
from assistant.retrieve.embedding import Embedder, Vectors
from assistant.retrieve.lexical import Bm25
from assistant.retrieve.lock import only_builder
from assistant.retrieve.tokens import tokeniser
from assistant.retrieve.units import Unit, units_of
from assistant.retrieve.vectors import write_chroma
from assistant.types import Record

FORMAT = "4"
_UNITS = TypeAdapter(tuple[Unit, ...])
_IMPORTED = TypeAdapter(tuple[Imported, ...])
_REPAIR = "Run 'assistant index build'."
_REPAIR_ZH = "请运行 assistant index build。"
_FOLDER_NAME = re.compile(r"build-[0-9T-]+")
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
    files: dict[str, str]
    imported: str = ""


class Index:
    """An opened index: the corpus it was built from, its units and lines, and the parts that search them.

    `chroma_intact` says whether the files of the vector store are as they were written; if not, exact search takes over.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.meta = IndexMeta.model_validate_json((folder / "meta.json").read_text(encoding="utf-8"))
            damaged = [name for name, digest in self.meta.files.items() if _digest(folder / name) != digest]
            self.chroma_intact = not any(name.startswith("chroma/") for name in damaged)
            if any(not name.startswith("chroma/") for name in damaged):
                raise ValueError(f"changed since it was built: {', '.join(damaged)}")
            self.corpus = Corpus.model_validate_json((folder / "corpus.json").read_bytes())
            self.imported = _IMPORTED.validate_json((folder / "imported.json").read_bytes())
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
                f"The index in {folder} is damaged ({_first_line(error)}). {_REPAIR}",
                f"{folder} 中的索引已损坏（{_first_line(error)}）。{_REPAIR_ZH}",
            ) from error
        if not len(self.vectors) == len(self.lines) == self.meta.lines or len(self.units) != self.meta.units:
            raise IndexFault(
                f"The index in {folder} is incomplete: {len(self.lines)} lines, {len(self.vectors)} vectors. {_REPAIR}",
                f"{folder} 中的索引不完整：{len(self.lines)} 行，{len(self.vectors)} 个向量。{_REPAIR_ZH}",
            )
        self.folder = folder

    @property
    def projection(self) -> Projection:
        """What a Chroma server holds for this index; the same for every build of the same lines by the same model."""
        made_of = "\n".join((self.meta.format, self.meta.embedding, self.meta.files["lines.json"]))
        return Projection(
            fingerprint=hashlib.sha256(made_of.encode()).hexdigest()[:32],
            embedding=self.meta.embedding,
            corpus=self.meta.corpus,
            rows=int(self.vectors.any(axis=1).sum()) if len(self.vectors) else 0,
        )


def current_folder(home: Path) -> Path | None:
    """The index folder in use under `home`, or None when none was built."""
    pointer = home / "index" / "current"
    if not pointer.is_file():
        return None
    name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    if not _FOLDER_NAME.fullmatch(name):
        return None
    folder = home / "index" / name
    return folder if (folder / "meta.json").is_file() else None


def _digest(path: Path) -> str:
    """The SHA-256 of a file; "" when there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    graph_on_disk = any(name.endswith("index_metadata.pickle") for name in names)
    return {name: _digest(folder / name) for name in names if _never_rewritten(name, graph_on_disk=graph_on_disk)}


def _never_rewritten(name: str, *, graph_on_disk: bool) -> bool:
    """Chroma writes to its database at every opening, and to the files of a graph too small to be kept on disk."""
    if not name.startswith("chroma/"):
        return True
    return graph_on_disk and not name.startswith("chroma/chroma.sqlite3")


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def open_index(home: Path, corpus_root: Path, embedder: Embedder) -> Index:
    """Open the current index; raises IndexFault when there is none, or when it belongs to other data or another model."""
    try:
        folder = current_folder(home)
    except OSError as error:
        raise IndexFault(
            f"The index in {home} cannot be read ({error}). See who may read it, then: {_REPAIR}",
            f"无法读取 {home} 中的索引（{error}）。请检查读取权限，然后：{_REPAIR_ZH}",
        ) from error
    if folder is None:
        raise IndexFault(f"There is no index in {home}. {_REPAIR}", f"{home} 中没有索引。{_REPAIR_ZH}")
    try:
        index = Index(folder)
    except IndexFault:
        newer = current_folder(home)
        if newer is None or newer == folder:
            raise
        index = Index(newer)  # two builds ended while the first of them was being read, and removed it
    expected = {
        "corpus": corpus_version(corpus_root),
        "embedding": embedder.identity,
        "format": FORMAT,
        "imported": imported_version(home),
    }
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
    try:
        return _build_index(home, corpus_root, embedder, progress or (lambda stage, done, total: None))
    except OSError as error:
        raise IndexFault(
            f"The index could not be written in {home} ({error}). The one in use is unchanged. Make room, then: {_REPAIR}",
            f"无法在 {home} 中写入索引（{error}）。正在使用的索引未变。请先腾出空间，然后：{_REPAIR_ZH}",
        ) from error


def _build_index(home: Path, corpus_root: Path, embedder: Embedder, report: Progress) -> Index:
    stages = ["corpus", "vectors", "text", "questions", "chroma", "swap"]
    root = home / "index"
    root.mkdir(parents=True, exist_ok=True)
    with only_builder(root / "building.lock"):
        old = current_folder(home)
        folder = root / f"build-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{time.time_ns() % 10**9}"
        folder.mkdir()
        try:
            report(stages[0], 0, len(stages))
            corpus = load_corpus(corpus_root)
            imported = load_all(home)
            units = (*units_of(corpus), *imported_units(imported))
            lines = _lines(units, imported)
            report(stages[1], 1, len(stages))
            vectors = embedder.encode([line.text for line in lines])
            np.save(folder / "vectors.npy", vectors, allow_pickle=False)
            of = {"embedding": embedder.identity, "corpus": corpus.version}
            with ThreadPoolExecutor(1, "chroma") as beside:  # Chroma works outside of Python's lock
                written = beside.submit(write_chroma, folder / "chroma", vectors, of)
                report(stages[2], 2, len(stages))
                tokens = lru_cache(maxsize=None)(tokeniser())  # a title is in its unit twice and is a line of its own
                Bm25.build([_tokens_of((*u.titles, *u.titles, *u.texts), tokens) for u in units]).save(folder / "text")
                vocabulary = [sorted(set(_tokens_of((*u.titles, *u.texts, *u.asked_as), tokens))) for u in units]
                (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
                report(stages[3], 3, len(stages))
                Bm25.build([tokens(line.text) for line in lines]).save(folder / "asked")
                report(stages[4], 4, len(stages))
                written.result()
            (folder / "corpus.json").write_text(corpus.model_dump_json(), encoding="utf-8")
            (folder / "imported.json").write_bytes(_IMPORTED.dump_json(imported))
            (folder / "units.json").write_bytes(_UNITS.dump_json(units))
            (folder / "lines.json").write_bytes(TypeAdapter(tuple[Line, ...]).dump_json(lines))
            meta = IndexMeta(
                format=FORMAT,
                corpus=corpus.version,
                embedding=embedder.identity,
                built_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                units=len(units),
                lines=len(lines),
                files=_digests(folder),
                imported=imported_version(home),
            )
            (folder / "meta.json").write_text(meta.model_dump_json(indent=1), encoding="utf-8")
            report(stages[5], 5, len(stages))
            index = Index(folder)
            _swap(root, folder.name)
        except BaseException:
            if current_folder(home) != folder:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        kept = {folder} if _holds_removed(old, imported) else {folder, old}
        for leftover in root.glob("build-*"):
            if leftover not in kept:
                shutil.rmtree(leftover, ignore_errors=True)
        report("done", len(stages), len(stages))
        return index


def _tokens_of(pieces: Iterable[str], tokens: Callable[[str], list[str]]) -> list[str]:
    """The tokens of all pieces; no word, name or bigram reaches from one piece into the next."""
    return [token for piece in pieces for token in tokens(piece)]


def _lines(units: tuple[Unit, ...], imported: tuple[Imported, ...]) -> tuple[Line, ...]:
    """Ways of asking and titles; an imported passage has no ways of asking, so its sentences take their place."""
    sentences = {
        f"imported:{chunk.id}": [s.text for s in imported_section(chunk, item.document).statements]
        for item in imported
        for chunk in item.chunks
    }
    return tuple(
        Line(unit=number, text=text)
        for number, unit in enumerate(units)
        for text in (*unit.asked_as, *unit.titles, *sentences.get(unit.id, ()))
    )


def _holds_removed(old: Path | None, imported: tuple[Imported, ...]) -> bool:
    """Whether the previous index holds a user's document that has been removed since: then it must not stay on disk."""
    if old is None or not (old / "imported.json").is_file():
        return False
    known = {item.document.id for item in imported}
    try:
        before = _IMPORTED.validate_json((old / "imported.json").read_bytes())
    except ValueError:
        return True
    return any(item.document.id not in known for item in before)


def _swap(root: Path, name: str) -> None:
    pointer = root / "current.new"
    pointer.write_text(name, encoding="utf-8")
    with pointer.open("rb") as handle:
        os.fsync(handle.fileno())
    pointer.replace(root / "current")
