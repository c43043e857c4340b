"""The sign-off sheet shows every row of every table in words, in both languages, on one page without outside parts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.rules.listing import rules_page
from assistant.rules.load import load_tables
from assistant.rules.local_check import checked_tables
from assistant.rules.sheet import as_markdown, condition_in_words, sheets
from assistant.rules.sheet_html import as_html
from tests.rules.test_local_check import WARD

TABLES = load_tables()
PAGE = as_html(sheets(TABLES), version="abc")
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """Collects text, tags and attributes, and notes tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page() -> Page:
    parsed = Page()
    parsed.feed(PAGE)
    return parsed


def row(table: str, name: str):
    found = TABLES.tables[table]
    return condition_in_words(found, next(entry for entry in found.rows if entry.id == name), TABLES)


def test_days_are_given_by_their_first_and_last_day() -> None:
    words = row("restart.teclistamab_us", "s2_repeat")

    assert words.en == "last dose given: step-up dose 2; days since the last dose: 8 to 28 days"
    assert words.zh == "末次给药：递增剂量2；距末次给药天数：8 至 28 天"


def test_an_open_end_is_said_in_words() -> None:
    assert row("restart.teclistamab_us", "s1_late").en.endswith("days since the last dose: 8 or more days")


def test_a_number_with_decimals_keeps_its_open_and_closed_ends() -> None:
    assert row("ctcae_grade.anemia_v5", "g2").en.endswith(": at least 80 and less than 100 g/L")
    assert row("ctcae_grade.anemia_v5", "g2").zh.endswith("≥ 80 且 < 100 g/L")


def test_a_row_without_condition_says_so() -> None:
    assert row("ctcae_grade.anemia_v5", "none").en == "holds for every input"


def test_every_table_and_row_is_on_both_sheets() -> None:
    markdown = as_markdown(sheets(TABLES))

    for table in TABLES.tables.values():
        assert f"`{table.id}`" in markdown
        assert f'<section id="{table.id}">' in PAGE
    rows = sum(len(table.rows) for table in TABLES.tables.values())
    assert PAGE.count('<tr><th scope="row"') == rows
    assert len(re.findall(r"(?m)^\| (?!Row|---)", markdown)) == rows


def test_every_value_source_fact_and_confidence_of_a_row_is_shown() -> None:
    for sheet in sheets(TABLES):
        table = TABLES.tables[sheet.id]
        for shown, entry in zip(sheet.rows, table.rows, strict=True):
            said = " ".join(text.en for text in shown.values)
            for key, value in entry.then.items():
                assert f"{key}: {TABLES.label(value).en}" in said, f"{table.id}.{entry.id}"
            assert shown.facts == entry.facts
            assert shown.confidence == entry.confidence
            assert {source.partition("#")[0] for source in entry.source} == {
                source.partition(": ")[0] for source in shown.sources
            }


def test_each_row_has_two_signature_fields_with_name_and_date(page: Page) -> None:
    rows = sum(len(table.rows) for table in TABLES.tables.values())

    assert PAGE.count('<td class="sign">') == 2 * rows
    assert "".join(page.words).count("date / 日期") >= 2 * rows


def test_the_page_is_well_formed_and_needs_nothing_from_outside(page: Page) -> None:
    assert page.faults == []
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not {"src", "href", "srcset", "onload", "style"} & {name for name, _ in page.attributes}
    style = PAGE[PAGE.index("<style>") : PAGE.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_can_be_printed(page: Page) -> None:
    style = PAGE[PAGE.index("<style>") : PAGE.index("</style>")]

    assert "@page" in style
    assert "@media print" in style
    assert "break-inside: avoid" in style
    assert "&#" not in style


def test_chinese_text_is_marked_as_chinese(page: Page) -> None:
    assert PAGE.count('lang="zh"') > len(TABLES.tables)


def test_text_of_a_table_cannot_become_markup(tmp_path: Path) -> None:
    (tmp_path / "restart").mkdir()
    text = WARD.replace("ward handbook", "<script>alert(1)</script> | handbook")
    (tmp_path / "restart" / "teclistamab_us.yaml").write_text(text, encoding="utf-8")
    own = sheets(checked_tables(tmp_path), ["restart"])

    assert "<script>" not in as_html(own, version="x")
    assert "\\| handbook" in as_markdown(own)


def test_rows_of_the_hospital_are_marked(tmp_path: Path) -> None:
    (tmp_path / "restart").mkdir()
    (tmp_path / "restart" / "teclistamab_us.yaml").write_text(WARD, encoding="utf-8")

    shown = as_html(sheets(checked_tables(tmp_path), ["restart"]), version="x")

    assert "Teclistamab (ward handbook): the last dose was" in shown
    assert shown.count("Local row: ward handbook, 2026-01-01, checked by A. Reader, B. Reader") == 1


def test_the_page_of_rules_is_current() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "rules.md"

    assert page.read_text(encoding="utf-8") == rules_page(TABLES), "run: assistant rules page"
