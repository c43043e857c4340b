"""The reader of curated Markdown: what is a statement, where it stands, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import CorpusError
from assistant.ingest.markdown import RawSection, read_sections

FRONT = "---\ndocument: d\n---\n"
TABLE = "## T {#t}\n\n| Dose | Days | |\n|---|:-:|---|\n| one | more than 7 | {f-1, f-2} |\n| two |  | {f-3} |\n"


def read(tmp_path: Path, text: str, language: str = "en") -> list[RawSection]:
    path = tmp_path / f"{language}.md"
    path.write_text(text, encoding="utf-8")
    return read_sections(path, language)


def test_a_paragraph_line_is_a_statement_without_its_braces(tmp_path: Path) -> None:
    (section,) = read(tmp_path, FRONT + "## Why? {#why-so}\n\nBecause of 0.06 mg/kg. {tec-301, tec-302}\n")

    assert (section.id, section.title, section.body) == ("why-so", "Why?", "Because of 0.06 mg/kg.")
    (statement,) = section.statements
    assert (statement.text, statement.facts) == ("Because of 0.06 mg/kg.", ("tec-301", "tec-302"))


def test_a_list_item_is_quoted_without_its_dash(tmp_path: Path) -> None:
    (section,) = read(tmp_path, FRONT + "## A {#a}\n\nFirst. {f}\n\n- Second. {f}\n- Third. {g}\n")

    assert [s.quote for s in section.statements] == ["First.", "Second.", "Third."]
    assert section.body == "First.\n\n- Second.\n- Third."


def test_a_table_row_is_read_with_its_column_heads(tmp_path: Path) -> None:
    (section,) = read(tmp_path, FRONT + TABLE)

    first, second = section.statements
    assert (first.text, first.facts) == ("Dose: one; Days: more than 7", ("f-1", "f-2"))
    assert second.text == "Dose: two"
    assert first.header == ("Dose", "Days")
    assert first.cells == ("one", "more than 7")
    assert "{" not in section.body


def test_a_chinese_table_row_is_read_with_chinese_punctuation(tmp_path: Path) -> None:
    (section,) = read(tmp_path, FRONT + TABLE, language="zh")

    assert section.statements[0].text == "Dose：one；Days：more than 7"


def test_quotes_stand_at_their_offsets_in_paragraphs_lists_and_tables(tmp_path: Path) -> None:
    text = FRONT + TABLE + "\nAfter the table. {f-1}\n\n- An item. {f-2}\n\n\n\nLast. {f-3}\n"
    (section,) = read(tmp_path, text)

    assert len(section.statements) == 5
    assert all(section.body[s.start : s.end] == s.quote for s in section.statements)


LINE = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="{}|#"), min_size=1, max_size=30
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "- "]), LINE.filter(lambda line: line.strip() == line and line.strip(" -")))
    )
)
def test_quotes_stand_at_their_offsets_for_any_lines(lines: list[tuple[str, str]]) -> None:
    section = RawSection("a", "A", "en", 1)
    for dash, text in lines:
        section.add(f"{dash}{text} {{f-1}}", "here")

    assert len(section.statements) == len(lines)
    assert all(section.body[s.start : s.end] == s.quote for s in section.statements)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("## A {#a}\n", None, "must begin with front matter"),
        ("---\ndocument: d\n", None, "must begin with front matter"),
        ("", None, "must begin with front matter"),
        (FRONT + "Stray. {f}\n", 4, "text before the first section; move it under a heading"),
        (FRONT + "## No id\n", 4, "a heading is written '## Question {#section-id}'"),
        (FRONT + "### Deep {#deep}\n", 4, "a heading is written '## Question {#section-id}'"),
        (FRONT + "## A {#Upper}\n", 4, "a heading is written '## Question {#section-id}'"),
        (FRONT + "## A {#a}\n\nNo facts.\n", 6, "this line names no facts"),
        (FRONT + "## A {#a}\n\nEmpty braces. {}\n", 6, "this line names no facts"),
        (FRONT + "## A {#a}\n\n- {f}\n", 6, "names facts and says nothing"),
        (FRONT + "## A {#a}\n\nNot at the end {f} of the line.\n", 6, "this line names no facts"),
        (FRONT + "## A {#a}\n\n| x | y |\n", 6, "leave its header empty"),
        (FRONT + "## A {#a}\n\n| x | |\n|---|---|\n| 1 |  |\n", 8, "a last cell with fact ids in braces"),
        (FRONT + "## A {#a}\n\n| x | |\n|---|---|\n| 1 | 2 | {f} |\n", 8, "a table row needs 1 cells"),
    ],
)
def test_a_faulty_line_is_named_with_file_line_and_reason(
    text: str, line: int | None, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, text)

    assert reason in str(caught.value)
    assert str(tmp_path / "en.md") + (f":{line}:" if line else ":") in str(caught.value)


def test_a_table_ends_at_a_blank_line_and_the_next_one_has_its_own_header(tmp_path: Path) -> None:
    second = "\n| Drug | |\n|---|---|\n| b | {f} |\n"
    (section,) = read(tmp_path, FRONT + TABLE + second)

    assert section.statements[-1].text == "Drug: b"
