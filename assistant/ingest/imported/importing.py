"""The import from end to end: read, chunk, pair, keep. The index is built afterwards."""

from __future__ import annotations

from pathlib import Path

from assistant.ingest.imported import store
from assistant.ingest.imported.chunk import chunk, unsearched
from assistant.ingest.imported.faults import fault
from assistant.ingest.imported.limits import Limits
from assistant.ingest.imported.pair import pair
from assistant.ingest.imported.read import Progress, read
from assistant.ingest.imported.store import Imported
from assistant.types import Language


def import_file(
    path: Path,
    home: Path,
    *,
    title: str = "",
    source: str = "own-copy",
    language: Language | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import one file into `home`; the same title, source and language replace. An ImportFault changes nothing."""
    item = _prepared(path, title, source, language, limits, progress)
    store.save(home, [item])
    return item


def import_pair(
    english: Path,
    chinese: Path,
    home: Path,
    *,
    title: str = "",
    title_zh: str = "",
    source: str = "own-copy",
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[Imported, Imported]:
    """Import an original and its translation and align them; both are kept or neither. Raises ImportFault."""
    en = _prepared(english, title, source, None, limits, progress)
    zh = _prepared(chinese, title_zh or title, source, None, limits, progress)
    if (en.document.language, zh.document.language) != ("en", "zh"):
        raise fault("same_language", found=f"{en.document.language}, {zh.document.language}")
    twins = pair(en, zh)
    store.save(home, twins)
    return twins


def _prepared(
    path: Path, title: str, source: str, language: Language | None, limits: Limits | None, progress: Progress | None
) -> Imported:
    document = read(path, title=title, source=source, language=language, limits=limits, progress=progress)
    chunks = chunk(document)
    notices = (*document.notices, *unsearched(document))
    return Imported(document=document.model_copy(update={"notices": notices}), chunks=chunks)
