"""A curated Markdown file (one document, one language) → its sections' titles, bodies and statements."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.errors import CorpusError
from assistant.ingest.records import Statement

_HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\}$")
_FACTS = re.compile(r"\s*\{(?P<ids>[A-Za-z0-9_.+-]+(?:\s*,\s*[A-Za-z0-9_.+-]+)*)\}\s*$")
_RULE_ROW = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")


class RawSection:
    """A section as written: id, title, body without fact braces, statements with offsets into the body."""

    def __init__(self, section_id: str, title: str, language: str, line: int) -> None:
        self.id = section_id
        self.title = title
        self.language = language
        self.line = line
        self.statements: list[Statement] = []
        self._lines: list[str] = []
        self._header: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The section as shown: its lines without fact braces."""
        return "\n".join(self._lines).strip("\n")

    def add(self, line: str, where: str) -> None:
        """Take one source line; raises CorpusError for a statement without facts."""
        if not line.strip():
            self._header = ()
            if self._lines:
                self._lines.append("")
            return
        if line.startswith("|"):
            self._add_table_line(line, where)
            return
        self._header = ()
        match = _FACTS.search(line)
        if match is None:
            raise CorpusError(
                f"{where}: this line names no facts. End it with their ids in braces, for example {{tec-301}}."
            )
        shown = line[: match.start()].rstrip()
        text = shown[2:] if shown.startswith("- ") else shown
        if not text.strip(" -"):
            raise CorpusError(
                f"{where}: this line names facts and says nothing; write the statement before the braces."
            )
        self._append(shown, text, text, _ids(match))

    def _add_table_line(self, line: str, where: str) -> None:
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if not self._header:
            if cells[-1]:
                raise CorpusError(f"{where}: the last column of a table holds the fact ids; leave its header empty.")
            self._header = cells[:-1]
            self._lines.append(_row(self._header))
            return
        if _RULE_ROW.match(line.strip()):
            self._lines.append("|" + " --- |" * len(self._header))
            return
        match = _FACTS.search(cells[-1])
        if match is None or len(cells) != len(self._header) + 1:
            raise CorpusError(
                f"{where}: a table row needs {len(self._header)} cells and a last cell with fact ids in braces; "
                f"found {len(cells)} cells, the last one '{cells[-1]}'."
            )
        shown_cells = cells[:-1]
        row = _row(shown_cells)
        self._append(row, row, self._reading(shown_cells), _ids(match), self._header, shown_cells)

    def _reading(self, cells: tuple[str, ...]) -> str:
        colon, comma = ("：", "；") if self.language == "zh" else (": ", "; ")
        return comma.join(
            f"{head}{colon}{cell}" if head else cell for head, cell in zip(self._header, cells, strict=True) if cell
        )

    def _append(
        self,
        line: str,
        quote: str,
        text: str,
        facts: tuple[str, ...],
        header: tuple[str, ...] = (),
        cells: tuple[str, ...] = (),
    ) -> None:
        start = len("\n".join(self._lines)) + (1 if self._lines else 0) + line.index(quote)
        self._lines.append(line)
        self.statements.append(
            Statement(
                text=text, quote=quote, start=start, end=start + len(quote), facts=facts, header=header, cells=cells
            )
        )


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _ids(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in match["ids"].split(","))


def read_sections(path: Path, language: str) -> list[RawSection]:
    """All sections of `path`, written in `language`, in order; raises CorpusError naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}). Every document folder needs en.md and zh.md.") from error
    start = _end_of_front_matter(lines, path)
    sections: list[RawSection] = []
    for number, line in enumerate(lines[start:], start=start + 1):
        where = f"{path}:{number}"
        if line.startswith("#"):
            match = _HEADING.match(line.rstrip())
            if match is None:
                raise CorpusError(f"{where}: a heading is written '## Question {{#section-id}}'; found '{line}'.")
            sections.append(RawSection(match["id"], match["title"], language, number))
        elif sections:
            sections[-1].add(line.rstrip(), where)
        elif line.strip():
            raise CorpusError(f"{where}: text before the first section; move it under a heading.")
    return sections


def _end_of_front_matter(lines: list[str], path: Path) -> int:
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise CorpusError(f"{path}: must begin with front matter between two '---' lines (document, language, title).")
    return lines.index("---", 1) + 1
