"""A document of 500 pages: progress is told, every page arrives, memory and time stay within the limits."""

from __future__ import annotations

from pathlib import Path

from assistant.ingest.imported.chunk import chunk
from assistant.ingest.imported.limits import Limits
from assistant.ingest.imported.read import read
from tests.ingest.imported.plain_pdf import Word, plain_pdf

PAGES = 500
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")


def _page(number: int) -> list[Word]:
    words = [Word(50, 810, "Handbook of invented medicine"), Word(290, 30, str(number))]
    for row in range(50):
        name = NAMES[(number + row) % len(NAMES)]
        words.append(
            Word(
                50,
                770 - 14 * row,
                f"Line {row} of leaf {number * 7} says that {name} is given with care and is then watched.",
            )
        )
    return words


def test_five_hundred_pages(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(plain_pdf([_page(n) for n in range(1, PAGES + 1)]))
    told: list[tuple[str, int, int]] = []
    document = read(path, limits=Limits(memory_bytes=512 * 1024 * 1024), progress=lambda *step: told.append(step))
    assert len(document.pages) == PAGES
    assert [page.label for page in document.pages] == [str(n) for n in range(1, PAGES + 1)]
    assert all(f"leaf {n * 7} says" in document.pages[n - 1].text for n in (1, 250, 500))
    assert not any("Handbook" in page.text for page in document.pages)
    assert told[-1] == ("read", PAGES, PAGES)
    assert 50 <= len(told) <= 110
    assert [step[1] for step in told] == sorted(step[1] for step in told)
    chunks = chunk(document)
    assert all(80 <= piece.words <= 250 for piece in chunks)
