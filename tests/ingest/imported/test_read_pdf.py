"""PDFs come out as a person reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2

from assistant.ingest.imported.read import read
from assistant.ingest.imported.records import ImportedDocument
from tests.ingest.imported.plain_pdf import HEIGHT, Word, plain_pdf


def whole(document: ImportedDocument) -> str:
    return "\n\n".join(page.text for page in document.pages)


def _written(folder: Path, pages: list[list[Word]], extra: bytes = b"") -> Path:
    path = folder / "made.pdf"
    path.write_bytes(plain_pdf(pages, extra))
    return path


def test_two_columns_are_read_one_after_the_other(journal: ImportedDocument) -> None:
    sections = ["1 Introduction", "2 Before the first dose", "2.1 Dose schedule", "3 Cytokine", "4 Infections"]
    places = [journal.pages[0].text.index(f"# {title}") for title in sections]
    assert places == sorted(places)
    assert "before the right one begins. Step-up dosing of examplemab" in journal.pages[0].text


def test_text_across_both_columns_stands_before_them(journal: ImportedDocument) -> None:
    text = journal.pages[0].text
    assert text.startswith("# Efficient and official use of examplemab: an invented consensus for software tests\n")
    assert text.index("This summary stands across") < text.index("# 1 Introduction")


def test_ligatures_and_line_end_hyphens_are_resolved(journal: ImportedDocument) -> None:
    text = whole(journal)
    for word in ("efflux", "baffling", "affinity", "sufficient", "official", "affidavit"):
        assert word in text
    for word in ("hypogammaglobulinaemia", "uncharacteristically", "immunocompromised", "recommendations"):
        assert word in text
    assert not re.search("[\ufb00-\ufb06\ufffe\u00ad]", text)


def test_compounds_keep_their_hyphen(journal: ImportedDocument) -> None:
    text = whole(journal)
    for word in ("T-cell-engaging", "BCMA-directed", "GPRC5D-directed", "Step-up", "work-up"):
        assert word in text


def test_raised_digits_stay_raised(journal: ImportedDocument, journal_zh: ImportedDocument) -> None:
    for document in (journal, journal_zh):
        assert "0.5 × 10⁹/L" in whole(document)
        assert "109/L" not in whole(document)
    assert "L,¹²,¹³ and" in whole(journal)


def test_degrees_are_written_as_one_sign(journal: ImportedDocument) -> None:
    assert "Fever of 38.0 °C or more" in whole(journal)


def test_printed_page_labels_are_found(journal: ImportedDocument, journal_zh: ImportedDocument) -> None:
    assert [page.label for page in journal.pages] == ["e205", "e206", "e207"]
    assert [page.label for page in journal_zh.pages] == ["31", "32"]


def test_running_headers_and_footers_are_gone(journal: ImportedDocument, journal_zh: ImportedDocument) -> None:
    for gone in ("www.example.org", "Review", "e205", "e206", "e207"):
        assert gone not in whole(journal)
    assert "测试杂志" not in whole(journal_zh)
    assert not re.search("第 ?3[12] ?页", whole(journal_zh))


def test_a_table_with_horizontal_rules_only_keeps_its_rows(journal: ImportedDocument) -> None:
    assert "| Step-up dose 1 | Day 1 | 0.06 mg/kg | in hospital |" in whole(journal)
    assert "| First full dose | Day 7 | 1.5 mg/kg | in hospital, platelets above 50 × 10⁹/L |" in whole(journal)


def test_a_ruled_table_keeps_its_rows(journal: ImportedDocument, journal_zh: ImportedDocument) -> None:
    assert "| Infection | Measure | Start |\n| --- | --- | --- |\n| Herpes zoster | aciclovir | dose 1 |" in whole(
        journal
    )
    assert "| 递增剂量 2 | 第 4 天 | 0.3 mg/kg |" in whole(journal_zh)


def test_pages_with_tables_are_named(journal: ImportedDocument) -> None:
    assert {notice.id: notice.pages for notice in journal.notices} == {"tables": ("e206",)}


def test_chinese_lines_join_without_spaces(journal_zh: ImportedDocument) -> None:
    text = whole(journal_zh)
    assert journal_zh.language == "zh"
    assert "因此国际公认的建议强调，免疫功能低下者在最初几剂期间需要预防、监测和住院。" in text
    assert not re.search("[\u4e00-\u9fff] [\u4e00-\u9fff]", text.replace("# ", ""))


def test_columns_are_found_when_the_file_is_written_row_by_row(tmp_path: Path) -> None:
    left = [f"Left column line {n} goes on and on to the edge of it" for n in "abcdefghij"]
    right = [f"Right column line {n} goes on and on to the edge too" for n in "abcdefghij"]
    words = []
    for n, (one, two) in enumerate(zip(left, right, strict=True)):
        words += [Word(50, 700 - 12 * n, one), Word(310, 700 - 12 * n, two)]
    document = read(_written(tmp_path, [words]))
    text = document.pages[0].text
    assert text.index("Left column line j") < text.index("Right column line a")
    assert "edge of it Left" in text


def test_three_columns_under_one_title(tmp_path: Path) -> None:
    words = [Word(50, 760, "A long heading that spans all of the three columns of this page", 16)]
    for column, x in enumerate((50, 225, 400)):
        words += [Word(x, 720 - 11 * n, f"C{column} L{n} words fill this column", 9) for n in range(20)]
    text = read(_written(tmp_path, [words])).pages[0].text
    places = [text.index(mark) for mark in ("# A long", "C0 L0 ", "C0 L19 ", "C1 L0 ", "C1 L19 ", "C2 L0 ", "C2 L19 ")]
    assert places == sorted(places)


def test_a_narrow_side_bar_is_not_mixed_into_the_text(tmp_path: Path) -> None:
    words = []
    for n in range(40):
        words += [Word(180, 700 - 12 * n, f"M{n} main column text goes on here", 9)]
        words += [Word(375, 700 - 12 * n, f"R{n} right column text goes on here", 9)]
    words += [Word(50, 600 - 9 * n, f"S{n} side bar text small", 7) for n in range(14)]
    text = read(_written(tmp_path, [words])).pages[0].text
    for mark in ("M", "R", "S"):
        assert re.search(rf"{mark}1 [^MRS]+{mark}2 [^MRS]+{mark}3 ", text)
    assert not re.search("[⁰¹²³⁴-⁹]", text)


def test_pages_before_the_first_printed_number_say_so(tmp_path: Path) -> None:
    names = ["cover", "preface", "alpha", "beta", "gamma", "delta"]
    pages = [[Word(50, 700, f"The page about {name} has its own words.")] for name in names]
    for number, page in enumerate(pages[2:], start=1):
        page.append(Word(290, 30, str(number)))
    document = read(_written(tmp_path, pages))
    assert [page.label for page in document.pages] == ["1 (PDF)", "2 (PDF)", "1", "2", "3", "4"]


def test_an_unruled_list_of_doses_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [("Dose 1", "0.06 mg/kg"), ("Dose 2", "0.3 mg/kg"), ("Dose 3", "1.5 mg/kg"), ("Dose 4", "1.5 mg/kg")]
    words = [Word(x, 700 - 14 * n, text) for n, row in enumerate(rows) for x, text in zip((50, 200), row, strict=True)]
    text = read(_written(tmp_path, [words])).pages[0].text
    assert re.search(r"Dose 1\s+0\.06 mg/kg\s+Dose 2\s+0\.3 mg/kg\s+Dose 3", text)


def test_text_outside_the_page_and_slanted_stamps_are_left_out(tmp_path: Path) -> None:
    stamp = b"BT /F1 8 Tf 0 1 -1 0 20 300 Tm (Downloaded from somewhere by someone) Tj ET\n"
    words = [Word(50, 700, "The body of the page stands here and is read."), Word(50, HEIGHT + 40, "printer mark")]
    text = read(_written(tmp_path, [words], stamp)).pages[0].text
    assert text == "The body of the page stands here and is read."


def test_a_page_number_alone_is_not_text(tmp_path: Path) -> None:
    names = ["alpha", "beta", "gamma", "delta"]
    pages = [
        [Word(50, 700, f"The page about {name} has its own words."), Word(290, 30, str(n))]
        for n, name in enumerate(names, 7)
    ]
    document = read(_written(tmp_path, pages))
    assert [page.label for page in document.pages] == ["7", "8", "9", "10"]
    assert document.pages[0].text == "The page about alpha has its own words."


def test_without_printed_numbers_the_place_in_the_file_counts(tmp_path: Path) -> None:
    document = read(_written(tmp_path, [[Word(50, 700, "First words.")], [Word(50, 700, "Second words.")]]))
    assert [page.label for page in document.pages] == ["1", "2"]


def test_scanned_pages_among_others_are_named(files: Path, tmp_path: Path) -> None:
    mixed = pypdfium2.PdfDocument.new()
    for name, pages in (("journal-en.pdf", [0]), ("scanned.pdf", [0]), ("journal-en.pdf", [1])):
        mixed.import_pages(pypdfium2.PdfDocument(files / name), pages)
    mixed.save(tmp_path / "mixed.pdf")
    document = read(tmp_path / "mixed.pdf")
    notices = {notice.id: notice for notice in document.notices}
    assert notices["scanned"].pages == ("2",)
    assert "OCR" in notices["scanned"].text.en
    assert "扫描" in notices["scanned"].text.zh
    assert document.pages[1].text == ""
    assert "Introduction" in document.pages[0].text


def test_blank_pages_are_no_scans(tmp_path: Path) -> None:
    document = read(_written(tmp_path, [[Word(50, 700, "Some words.")], []]))
    assert document.notices == ()
