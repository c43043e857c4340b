"""The user's imported documents on disk: written aside, then renamed; an import that breaks off leaves the old one.

```
<user data>/imported/
  <document id>/        document.json   chunks.jsonl
  .new-<id>-<random>/   being written; removed by the next writer
  .old-<id>-<random>/   replaced a moment ago; used again when its successor never arrived
  importing.lock        held by the one process that writes
```
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.ingest.imported.faults import fault
from assistant.ingest.imported.limits import MAX_DOCUMENTS
from assistant.ingest.imported.records import ImportedChunk, ImportedDocument
from assistant.types import Record

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_MARK = re.compile(r"\.old-(?P<id>[a-z0-9-]+)-[0-9a-f]{8}")


class Imported(Record):
    """One imported document with its chunks."""

    document: ImportedDocument
    chunks: tuple[ImportedChunk, ...]


def list_documents(home: Path) -> tuple[str, ...]:
    """The ids of all imported documents under `home`, sorted."""
    root = home / "imported"
    if not root.is_dir():
        return ()
    folders = [path.name for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    found = {name for name in folders if _ID.fullmatch(name)}
    return tuple(sorted(found | {mark["id"] for name in folders if (mark := _MARK.fullmatch(name))}))


def load(home: Path, document_id: str) -> Imported:
    """One imported document; raises ImportFault when it is unknown or damaged."""
    folder = _folder(home, document_id)
    try:
        document = ImportedDocument.model_validate_json((folder / "document.json").read_bytes())
        lines = (folder / "chunks.jsonl").read_text(encoding="utf-8").split("\n")
        chunks = tuple(ImportedChunk.model_validate_json(line) for line in lines if line)
    except (OSError, ValueError) as error:
        raise fault("stored_damaged", found=document_id) from error
    if document.id != document_id or any(chunk.document != document_id for chunk in chunks):
        raise fault("stored_damaged", found=document_id)
    return Imported(document=document, chunks=chunks)


def load_all(home: Path) -> tuple[Imported, ...]:
    """All imported documents, by id."""
    return tuple(load(home, document_id) for document_id in list_documents(home))


def imported_version(home: Path) -> str:
    """A hash that changes whenever the imported documents do; an index remembers it to know that it is stale."""
    digest = hashlib.sha256()
    for document_id in list_documents(home):
        for name in ("document.json", "chunks.jsonl"):
            path = _folder(home, document_id) / name
            digest.update(f"{document_id}/{name}\0".encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]


def save(home: Path, documents: Iterable[Imported]) -> None:
    """Keep documents (one, or the two of a pair) and replace those of the same id. Raises ImportFault."""
    new = tuple(documents)
    with _writing(home) as root:
        kept = set(list_documents(home)) | {item.document.id for item in new}
        if len(kept) > MAX_DOCUMENTS:
            raise fault("too_many_documents", allowed=MAX_DOCUMENTS)
        for item in (*new, *_left_alone(home, {item.document.id: item.document.twin for item in new})):
            _write(root, item)


def remove(home: Path, document_id: str) -> None:
    """Delete an imported document; its translation stays, no longer paired. Raises ImportFault when it is unknown."""
    _folder(home, document_id)
    with _writing(home) as root:
        for item in _left_alone(home, {document_id: ""}):
            _write(root, item)
        gone = root / f".gone-{secrets.token_hex(4)}"
        if (root / document_id).exists():
            (root / document_id).rename(gone)
        for old in root.glob(f".old-{document_id}-*"):
            _discard(old)
        _discard(gone)


def _left_alone(home: Path, twins: dict[str, str]) -> list[Imported]:
    """Documents that point to one of `twins` as their translation although that one no longer points back."""
    unpaired = []
    for document_id in list_documents(home):
        if document_id in twins or not any(_points_to(home, document_id, other) for other in twins):
            continue
        item = load(home, document_id)
        if twins[item.document.twin] != document_id:
            chunks = tuple(chunk.model_copy(update={"twin": ""}) for chunk in item.chunks)
            unpaired.append(Imported(document=item.document.model_copy(update={"twin": ""}), chunks=chunks))
    return unpaired


def _points_to(home: Path, document_id: str, other: str) -> bool:
    try:
        return bool(json.loads((_folder(home, document_id) / "document.json").read_bytes())["twin"] == other)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _folder(home: Path, document_id: str) -> Path:
    """Where a document lies; never outside `<home>/imported`, never through a link."""
    root = home / "imported"
    if _ID.fullmatch(document_id):
        folder = root / document_id
        if folder.is_dir() and not folder.is_symlink():
            return folder
        old = sorted(root.glob(f".old-{document_id}-????????"))
        if old and not old[-1].is_symlink():
            return old[-1]
    known = ", ".join(list_documents(home)[:20]) or "-"
    raise fault("unknown_document", found=document_id[:100], allowed=known)


def _write(root: Path, item: Imported) -> None:
    name, mark = item.document.id, secrets.token_hex(4)
    if not _ID.fullmatch(name):
        raise fault("unknown_document", found=name[:100], allowed="-")
    new, old = root / f".new-{name}-{mark}", root / f".old-{name}-{mark}"
    new.mkdir(mode=0o700)
    lines = "".join(chunk.model_dump_json() + "\n" for chunk in item.chunks)
    for file_name, text in (("document.json", item.document.model_dump_json(indent=1)), ("chunks.jsonl", lines)):
        with (new / file_name).open("x", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
    if (root / name).exists():
        (root / name).rename(old)
    new.rename(root / name)
    for replaced in root.glob(f".old-{name}-????????"):
        _discard(replaced)


def _discard(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _writing(home: Path) -> Iterator[Path]:
    root = home / "imported"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise fault("store", found=root) from error
    if root.is_symlink() or not root.is_dir():
        raise fault("store", found=root)
    lock = root / "importing.lock"
    if lock.exists() and _holder_is_gone(lock):
        lock.unlink(missing_ok=True)
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise fault("store_busy", found=lock) from error
    except OSError as error:
        raise fault("store", found=root) from error
    try:
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        _recover(root)
        yield root
    finally:
        lock.unlink(missing_ok=True)


def _recover(root: Path) -> None:
    """Finish or undo what an interrupted writer left: the old document comes back when its successor never arrived."""
    for path in sorted(root.iterdir()):
        mark = _MARK.fullmatch(path.name)
        if mark and not (root / mark["id"]).exists():
            path.rename(root / mark["id"])
        elif mark or path.name.startswith((".new-", ".gone-")):
            _discard(path)


def _holder_is_gone(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text(encoding="utf-8")), 0)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        return True
    except OSError:
        return False
    return False
