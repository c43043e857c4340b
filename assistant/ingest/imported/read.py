"""A user's file → an `ImportedDocument`. The file is opened once, not through a link, and parsed in another process.

The parser gets bytes and no path, no keys from the environment and no way to write; what it gives back is checked text.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import assistant
from assistant.ingest.imported.faults import fault, notice
from assistant.ingest.imported.limits import MAX_SOURCE, MAX_TITLE, Limits
from assistant.ingest.imported.records import Format, ImportedDocument, ImportedPage, ImportNotice
from assistant.text.language import language_of
from assistant.types import Language

Progress = Callable[[str, int, int], None]
_FORMATS: dict[str, Format] = {
    ".pdf": "pdf",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
_PASSED_ON = ("PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")
_SOURCE = re.compile(rf"[\w.-]{{1,{MAX_SOURCE}}}")


def read(
    path: Path,
    *,
    title: str = "",
    source: str = "own-copy",
    language: Language | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> ImportedDocument:
    """Read `path`; raises ImportFault. Without `title` the file name is the title, without `language` the text decides.

    `progress` is called with ("read", pages done, pages in all).
    """
    bounds = limits or Limits()
    name = _shown(path.name)
    label = source.strip()
    if not _SOURCE.fullmatch(label):
        raise fault("source", found=_shown(label), allowed=MAX_SOURCE)
    shown_title = _shown(title or path.stem)
    if not shown_title:
        raise fault("title")
    data, kind = _load(path, name, bounds)
    raw_pages, marks = _parsed(data, kind, name, bounds, progress)
    pages = tuple(ImportedPage(number=n, label=page[0], text=page[1]) for n, page in enumerate(raw_pages, start=1))
    if not any(page.text for page in pages):
        raise fault("no_text", file=name, found=len(pages))
    whole = "\n".join(page.text for page in pages)
    looks = language_of(whole)
    spoken = language or looks
    return ImportedDocument(
        id=document_id(label, shown_title, spoken),
        title=shown_title,
        language=spoken,
        source=label,
        file_name=name,
        format=kind,
        sha256=hashlib.sha256(data).hexdigest(),
        imported_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        pages=pages,
        notices=_notices(marks, pages, looks, spoken),
    )


def document_id(source: str, title: str, language: str) -> str:
    """The id of a document: the same for the same source label, title and language, so that a re-import replaces."""
    digest = hashlib.sha256("\0".join((source, title, language)).encode()).hexdigest()[:10]
    slug = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:40].strip("-") or "document"
    return f"{slug}-{language}-{digest}"


def _shown(text: str) -> str:
    """A title or name without control, bidi or line-break characters, at most 200 characters."""
    return " ".join("".join(c if c.isprintable() or c == " " else " " for c in text).split())[:MAX_TITLE].strip()


def _load(path: Path, name: str, limits: Limits) -> tuple[bytes, Format]:
    kind = _FORMATS.get(path.suffix.lower())
    if path.is_symlink():
        raise fault("link", file=name)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise fault("missing", file=name) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise fault("not_a_file", file=name)
    with os.fdopen(handle, "rb") as stream:
        start = stream.read(1024)
        if not start:
            raise fault("empty", file=name)
        is_pdf = b"%PDF-" in start
        if kind == "pdf" and not is_pdf:
            raise fault("not_pdf", file=name)
        kind = "pdf" if is_pdf else kind
        if kind is None:
            raise fault("format", file=name)
        allowed = limits.pdf_bytes if kind == "pdf" else limits.other_bytes
        data = start + stream.read(max(0, allowed + 1 - len(start)))
        if len(data) > allowed:
            raise fault("too_large", file=name, allowed=_megabytes(allowed))
    if not data.strip():
        raise fault("empty", file=name)
    return data, kind


def _parsed(
    data: bytes, kind: Format, name: str, limits: Limits, progress: Progress | None
) -> tuple[list[tuple[str, str]], dict[str, list[int]]]:
    """Run the worker on `data`; pages as (label, text) and the marked page numbers. Raises ImportFault."""
    process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
        [sys.executable, "-m", "assistant.ingest.imported.worker", kind, limits.model_dump_json()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(assistant.__file__).resolve().parent.parent,
        env={key: os.environ[key] for key in _PASSED_ON if key in os.environ} | {"PYTHONUTF8": "1"},
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limits.seconds, stop)
    timer.start()
    pages: list[tuple[str, str]] = []
    marks: dict[str, list[int]] = {}
    finished = False
    try:
        _feed(process.stdin, data)
        for message in _messages(process.stdout, limits):
            if "fault" in message:
                raise fault(str(message["fault"]), **{**_defaults(limits), "file": name, **message["values"]})
            if "progress" in message and progress is not None:
                progress("read", int(message["progress"][0]), int(message["progress"][1]))
            if "page" in message:
                pages.append((str(message["page"][0]), str(message["page"][1])))
            marks.update(message.get("marks", {}))
            finished = finished or "done" in message
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise fault("parser_died", **_defaults(limits), file=name) from error
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)
    if not finished:
        died = "too_slow" if late.is_set() or process.returncode == -24 else "parser_died"
        allowed = limits.seconds if died == "too_slow" else _megabytes(limits.memory_bytes)
        raise fault(died, file=name, allowed=allowed)
    return pages, marks


def _feed(stream: IO[bytes] | None, data: bytes) -> None:
    if stream is not None:
        try:
            stream.write(data)
        except BrokenPipeError:
            return
        _close(stream)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return


def _messages(stream: IO[bytes] | None, limits: Limits) -> Any:
    """JSON lines of the worker, as long as it keeps to the limits."""
    received, allowed = 0, 12 * limits.characters + 1_000_000
    while stream is not None and (line := stream.readline(allowed)):
        received += len(line)
        if received > allowed:
            raise ValueError("the worker gave more than allowed")
        if line.endswith(b"\n"):
            yield json.loads(line)


def _defaults(limits: Limits) -> dict[str, object]:
    return {"allowed": _megabytes(limits.memory_bytes), "page": "-"}


def _megabytes(size: int) -> int:
    return max(1, size // (1024 * 1024))


def _notices(
    marks: dict[str, list[int]], pages: tuple[ImportedPage, ...], looks: Language, spoken: Language
) -> tuple[ImportNotice, ...]:
    found = [
        notice(code, tuple(pages[i].label or str(i + 1) for i in marks[code] if 0 <= i < len(pages)))
        for code in ("scanned", "unreadable", "tables")
        if marks.get(code)
    ]
    if looks != spoken:
        found.append(notice("language", found=looks, given=spoken))
    return tuple(found)
