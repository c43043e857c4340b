"""A document → chunks of 80–250 words under one heading, whole sentences, each with its places on the pages.

A chunk is shorter only when its section is. Table rows stay whole, and a table that is cut repeats its head. Reference
lists and dot-leader contents lines are not chunked: a citation of them would quote a title as if it were a finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.ingest.imported.characters import is_cjk
from assistant.ingest.imported.faults import fault, notice
from assistant.ingest.imported.limits import MAX_CHUNKS, MAX_HEADING
from assistant.ingest.imported.records import ImportedChunk, ImportedDocument, ImportNotice, Span
from assistant.ingest.imported.sentences import sentences_in, word_count

_FEWEST, _USUAL, _MOST = 80, 190, 250
_HEADING = re.compile(r"(#{1,4}) (\S[^\n]*)")
_REFERENCES = re.compile(
    r"(?:[\d.]+\s*)?(?:references|bibliography|literature cited|reference list|参考文献|參考文獻|文献)\s*",
    re.IGNORECASE,
)
_CONTENTS_LINE = re.compile(r"(?:\. ?){5,}\s*\d")
_UNFINISHED = re.compile(r"[^.!?:;。！？：；”’）)\]⁰-⁹¹²³\s]\Z")


class _Head(NamedTuple):
    """The first row of a table and the line under it."""

    page: int
    start: int
    end: int
    words: int


class _Atom(NamedTuple):
    """A sentence or a table row. `glued`: it goes on with the sentence before; `head`: the table head it belongs to."""

    page: int
    start: int
    end: int
    words: int
    opens: bool
    glued: bool = False
    head: _Head | None = None


class _Section(NamedTuple):
    heading: tuple[str, ...]
    atoms: list[_Atom]


def chunk(document: ImportedDocument) -> tuple[ImportedChunk, ...]:
    """The chunks of `document` in reading order; raises ImportFault when there are too many."""
    chunks: list[ImportedChunk] = []
    for section in _sections(document):
        if _is_references(section.heading):
            continue
        for atoms in _packed(section.atoms):
            chunks.append(_chunk(document, len(chunks) + 1, section.heading, atoms))
            if len(chunks) > MAX_CHUNKS:
                raise fault("too_many_chunks", file=document.file_name, allowed=MAX_CHUNKS)
    return tuple(chunks)


def unsearched(document: ImportedDocument) -> tuple[ImportNotice, ...]:
    """A notice that names the pages of reference lists, when there are any."""
    pages = [atom.page for section in _sections(document) if _is_references(section.heading) for atom in section.atoms]
    labels = tuple(dict.fromkeys(document.pages[page - 1].label or str(page) for page in pages))
    return (notice("references", labels),) if labels else ()


def _is_references(heading: tuple[str, ...]) -> bool:
    return any(_REFERENCES.fullmatch(part) for part in heading)


def _sections(document: ImportedDocument) -> list[_Section]:
    sections = [_Section((), [])]
    path: list[tuple[int, str]] = []
    for page, start, block in _paragraphs(document):
        heading = _HEADING.fullmatch(block)
        if heading:
            level = len(heading[1])
            path = [(depth, title) for depth, title in path if depth < level] + [(level, heading[2][:MAX_HEADING])]
            sections.append(_Section(tuple(title for _, title in path), []))
        elif not _CONTENTS_LINE.search(block):
            sections[-1].atoms.extend(_atoms(document, page, start, block, sections[-1].atoms))
    return [section for section in sections if section.atoms]


def _paragraphs(document: ImportedDocument) -> Iterator[tuple[int, int, str]]:
    for page in document.pages:
        for match in re.finditer(r"(?:(?!\n\n).)+", page.text, re.DOTALL):
            block = match[0].strip("\n")
            if block:
                yield page.number, match.start() + match[0].index(block), block


def _atoms(document: ImportedDocument, page: int, start: int, block: str, before: list[_Atom]) -> list[_Atom]:
    if block.startswith("|"):
        return _table_atoms(page, start, block)
    glued = bool(before) and before[-1].page == page - 1 and _runs_on(document, before[-1], block)
    atoms: list[_Atom] = []
    for s in sentences_in(block):
        words = word_count(block[s.start : s.end])
        atoms.append(_Atom(page, start + s.start, start + s.end, words, opens=not atoms, glued=glued and not atoms))
    return atoms


def _table_atoms(page: int, start: int, block: str) -> list[_Atom]:
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", block)]
    if len(lines) < 3:
        return [_Atom(page, start, start + len(block), word_count(block), opens=True)]
    head = _Head(page, start, start + lines[1][1], word_count(block[: lines[1][1]]))
    atoms = [_Atom(*head, opens=True)]
    atoms += [_Atom(page, start + a, start + b, word_count(block[a:b]), opens=False, head=head) for a, b in lines[2:]]
    return atoms


def _runs_on(document: ImportedDocument, last: _Atom, block: str) -> bool:
    """Whether a paragraph at the top of a page goes on with the sentence at the foot of the page before."""
    text = document.pages[last.page - 1].text
    if last.head is not None or text[last.end :].strip() or not _UNFINISHED.search(text[: last.end]):
        return False
    return block[0].islower() or block[0].isdigit() or is_cjk(block[0])


def _packed(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Atoms in parts of like size: none above the most, none below the fewest unless there is only one."""
    total = sum(atom.words for atom in atoms)
    count = 1 if total <= _MOST else math.ceil(total / _USUAL)
    target = total / count
    parts: list[list[_Atom]] = [[]]
    size = 0
    for atom in atoms:
        full = size + atom.words > _MOST
        enough = size >= target or (atom.opens and size >= max(_FEWEST, 0.8 * target))
        if parts[-1] and count > 1 and (full or (enough and not atom.glued)):
            parts.append([])
            size = atom.head.words if atom.head else 0
        parts[-1].append(atom)
        size += atom.words
    if len(parts) > 1 and _size(parts[-1]) < _FEWEST:
        parts[-2:] = _shared([*parts[-2], *parts[-1]]) or parts[-2:]
    return parts


def _size(atoms: list[_Atom]) -> int:
    repeated = atoms[0].head.words if atoms[0].head else 0
    return repeated + sum(atom.words for atom in atoms)


def _shared(atoms: list[_Atom]) -> list[list[_Atom]]:
    """The atoms of a chunk and a short rest as one chunk, or as two of like size; empty when neither fits."""
    if _size(atoms) <= _MOST:
        return [atoms]
    cuts = [[atoms[:n], atoms[n:]] for n in range(1, len(atoms)) if not atoms[n].glued]
    best = min(cuts, key=lambda cut: max(map(_size, cut)), default=[])
    return best if best and max(map(_size, best)) <= _MOST else []


def _chunk(document: ImportedDocument, number: int, heading: tuple[str, ...], atoms: list[_Atom]) -> ImportedChunk:
    spans: list[Span] = []
    first = atoms[0]
    if first.head is not None:
        spans.append(Span(page=first.head.page, start=first.head.start, end=first.head.end))
    for atom in atoms:
        text = document.pages[atom.page - 1].text
        last = spans[-1] if spans else None
        if last is not None and last.page == atom.page and not text[last.end : atom.start].strip():
            spans[-1] = last.model_copy(update={"end": atom.end})
        else:
            spans.append(Span(page=atom.page, start=atom.start, end=atom.end, joint=_joint(document, last, atom)))
    text = "".join(s.joint + document.pages[s.page - 1].text[s.start : s.end] for s in spans)
    return ImportedChunk(
        id=f"{document.id}:{number}",
        document=document.id,
        number=number,
        language=document.language,
        heading=heading,
        text=text,
        spans=tuple(spans),
        words=word_count(text),
        table=any(line.startswith("|") for line in text.split("\n")),
    )


def _joint(document: ImportedDocument, last: Span | None, atom: _Atom) -> str:
    if last is None:
        return ""
    if atom.head is not None:
        return "\n"
    if not atom.glued:
        return "\n\n"
    before, after = document.pages[last.page - 1].text[last.end - 1], document.pages[atom.page - 1].text[atom.start]
    return "" if is_cjk(before) or is_cjk(after) else " "
