"""A user's own question file: what is read, what is refused with its line, and what is written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assistant.errors import QuestionError
from assistant.pipeline import Assistant
from evals.own_questions import read_questions, run_own

ASKED = "How soon does CRS usually start after subcutaneous teclistamab?"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "my.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_both_signs_and_a_byte_order_mark_are_read(tmp_path: Path, encoding: str, sign: str) -> None:
    rows = [["question", "expect_kind", "must_include"], ["CRS几级？", "clarify|guidance", "CRS"]]

    (found,) = read_questions(written(tmp_path, "\r\n".join(sign.join(row) for row in rows), encoding))

    assert (found.text, found.language, found.id) == ("CRS几级？", "zh", "2")
    assert found.expect.kind == ("clarify", "guidance")
    assert found.expect.must_include == ("CRS",)


def test_history_is_several_turns_and_a_quoted_cell_may_hold_signs_and_lines(tmp_path: Path) -> None:
    text = 'question,history,language\n"And, then?\nWhen?","First turn|Second turn",EN\n'

    (found,) = read_questions(written(tmp_path, text))

    assert found.history == ("First turn", "Second turn")
    assert (found.text, found.language) == ("And, then?\nWhen?", "en")


def test_every_faulty_line_is_named_at_once(tmp_path: Path) -> None:
    text = "question,language,expect_kind\ngood one,en,\nwhat,fr,\nwhat,en,advice\n!!!,en,\na,b,c,d\n"

    with pytest.raises(QuestionError) as fault:
        read_questions(written(tmp_path, text))

    said = str(fault.value)
    assert "4 faulty" in said
    for part in ("line 3: language is 'fr'", "line 4: expect_kind is 'advice'", "line 5:", "line 6: 4 cells"):
        assert part in said
    assert "line 2" not in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frage\nx\n", r"found: frage\. Needed: question"),
        ("question,question\nx,y\n", "each once"),
        ("question,answer\nx,y\n", "allowed: question, language"),
        ("question\n\n", "holds no question"),
        ("", "found: nothing"),
    ],
)
def test_a_faulty_file_says_what_is_needed(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        read_questions(written(tmp_path, text))


def test_another_encoding_and_a_missing_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="CSV UTF-8"):
        read_questions(written(tmp_path, "question\n怎么处理\n", "gbk"))
    with pytest.raises(QuestionError, match="cannot be read"):
        read_questions(tmp_path / "none.csv")


def test_answers_and_report_are_written_with_citations(assistant: Assistant, tmp_path: Path) -> None:
    rows = f"question,expect_kind,must_not\n{ASKED},guidance|comparison,977\n{ASKED},out_of_scope,\n=1+1 CRS?,,\n"
    out = tmp_path / "out"

    text = run_own(assistant, written(tmp_path, rows), out)

    answers = list(csv.DictReader((out / "answers.csv").open(encoding="utf-8-sig", newline="")))
    assert [row["line"] for row in answers] == ["2", "3", "4"]
    assert [row["passed"] for row in answers] == ["yes", "no", ""]
    assert "[1]" in answers[0]["citations"]
    assert answers[0]["citations"].count("“") >= 1
    assert answers[2]["question"] == "'=1+1 CRS?"
    assert "50.0 % (1/2" in text
    assert "line 3" in text
    assert (out / "report.md").read_text(encoding="utf-8") == text
    assert (out / "answers.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_language_of_a_row_decides_the_language_of_its_answer(assistant: Assistant, tmp_path: Path) -> None:
    run_own(assistant, written(tmp_path, f"question,language\n{ASKED},zh\n"), tmp_path / "out")

    (row,) = csv.DictReader((tmp_path / "out" / "answers.csv").open(encoding="utf-8-sig", newline=""))
    assert row["language"] == "zh"
