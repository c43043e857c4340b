"""Chunks: whole sentences under one heading, of a readable size, each with its place on the page."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.imported.chunk import chunk, unsearched
from assistant.ingest.imported.records import ImportedDocument, ImportedPage
from assistant.ingest.imported.sentences import sentences_in, word_count
from assistant.ingest.imported.units import locator


def _document(*pages: str, language: str = "en") -> ImportedDocument:
    made = tuple(ImportedPage(number=n, label=f"e{n}", text=text) for n, text in enumerate(pages, start=1))
    return ImportedDocument(
        id="own-en-1", title="T", language=language, source="own", file_name="t.pdf", format="pdf", sha256="0" * 64,
        imported_at="2026-01-01T00:00:00Z", pages=made,
    )  # fmt: skip


def _faithful(document: ImportedDocument) -> None:
    for piece in chunk(document):
        spans = (span.joint + document.pages[span.page - 1].text[span.start : span.end] for span in piece.spans)
        assert piece.text == "".join(spans)


def test_chunks_are_exactly_their_places(journal: ImportedDocument, journal_zh: ImportedDocument) -> None:
    for document in (journal, journal_zh):
        assert chunk(document)
        _faithful(document)


def test_chunks_are_of_readable_size() -> None:
    text = "\n\n".join(f"Paragraph {p}. " + "This is a sentence of eight words indeed. " * 9 for p in range(30)).strip()
    chunks = chunk(_document(f"# One\n\n{text}", f"# Two\n\n{text}"))
    assert all(80 <= piece.words <= 250 for piece in chunks)
    assert {piece.heading for piece in chunks} == {("One",), ("Two",)}
    assert all(piece.text.endswith(".") for piece in chunks)


def test_chinese_chunks_are_of_readable_size() -> None:
    text = "\n\n".join(f"第{p}段说明给药方案和剂量调整的规定。" * 6 for p in range(40))
    chunks = chunk(_document(f"# 方案\n\n{text}", language="zh"))
    assert all(80 <= piece.words <= 250 for piece in chunks)
    assert all(piece.text.endswith("。") for piece in chunks)


def test_a_sentence_that_crosses_a_page_stays_whole_and_names_both_pages() -> None:
    document = _document("# A\n\nThe dose is given", "on day 1 of the cycle. Then wait.")
    [piece] = chunk(document)
    assert piece.text == "The dose is given on day 1 of the cycle. Then wait."
    assert locator(document, piece) == "pp. e1–e2"
    assert locator(document, piece, piece.text.index("Then")) == "p. e2"
    assert locator(document, piece, 0, 5) == "p. e1"
    _faithful(document)


def test_headings_make_a_path() -> None:
    document = _document("# A\n\nx one.\n\n## B\n\nx two.\n\n### C\n\nx three.\n\n## D\n\nx four.")
    assert [piece.heading for piece in chunk(document)] == [("A",), ("A", "B"), ("A", "B", "C"), ("A", "D")]


def test_a_long_table_repeats_its_head() -> None:
    rows = "\n".join(
        f"| Drug {n} | a dose of {n} mg per kilogram of body weight given by injection | note |" for n in range(60)
    )
    document = _document(f"# T\n\n| Drug | Dose | Remark |\n| --- | --- | --- |\n{rows}")
    chunks = chunk(document)
    assert len(chunks) > 1
    assert all(piece.text.startswith("| Drug | Dose | Remark |\n| --- | --- | --- |\n| Drug ") for piece in chunks)
    assert all(piece.table and piece.words <= 250 for piece in chunks)
    _faithful(document)


def test_references_and_contents_lines_are_not_searched(journal: ImportedDocument) -> None:
    assert not any("does not exist. J Tests" in piece.text for piece in chunk(journal))
    assert [notice.pages for notice in unsearched(journal)] == [("e207",)]
    assert chunk(_document("1.1 Dose . . . . . . . 5 1.2 Grade . . . . . . . 6")) == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Give 0.06 mg/kg i.v. once. Then wait.", 2),
        ("See Smith et al. 2024 for it. It holds (Fig. 2).", 2),
        ("It fell.¹²,¹³ Then it rose.", 2),
        ("发热即为1级。无低血压；无低氧！是吗？", 4),
        ("Version 2.1 of CTCAE v5.0 is old.", 1),
        ("| a. B | c. D |\n| e. F | g |", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences_in(text)) == count


@given(st.text(max_size=600))
def test_sentences_never_overlap_and_lose_nothing(text: str) -> None:
    spans = sentences_in(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())


@given(st.lists(st.text(alphabet="ab. \n#|。一二1", max_size=200), min_size=1, max_size=3))
def test_any_text_can_be_chunked(pages: list[str]) -> None:
    _faithful(_document(*pages))


def test_words_count_alike_in_both_languages() -> None:
    assert word_count("Tocilizumab 8 mg/kg is given") == 5
    assert word_count("细胞因子释放综合征的分级标准为") == 9
