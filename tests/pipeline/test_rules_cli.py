"""The command group `assistant rules` as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.errors import TableError
from assistant.pipeline import Assistant
from tests.rules.test_local_check import WARD
from tests.rules.test_local_tables import TABLE

QUESTION = "teclistamab step-up dose 2 was given ten days ago, US label, 78 kg: how to go on?"
GIVEN = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": 10, "jurisdiction": "US"}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two own tables: one that fills a gap, one that puts a row into a shipped table."""
    folder = tmp_path / "own"
    (folder / "restart").mkdir(parents=True)
    (folder / "restart" / "talquetamab_us.yaml").write_text(TABLE, encoding="utf-8")
    (folder / "restart" / "teclistamab_us.yaml").write_text(WARD, encoding="utf-8")
    return folder


def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "ASSISTANT_TABLES"} | variables
    return subprocess.run(
        [sys.executable, "-m", "assistant", "rules", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )


def run_restart(*arguments: str, **variables: str) -> dict[str, object]:
    done = call("run", "restart", "--json", json.dumps(GIVEN), *arguments, **variables)
    assert done.returncode == 0, done.stderr
    verdict: dict[str, object] = json.loads(done.stdout)["verdicts"][0]
    return verdict


def test_run_takes_own_tables_by_option_and_by_setting(own: Path) -> None:
    shipped = run_restart()
    by_option = run_restart("--tables", str(own))
    by_setting = run_restart(ASSISTANT_TABLES=str(own))

    assert "Local table" not in json.dumps(shipped)
    assert "Local table" in json.dumps(by_option["notes"])
    assert by_option == by_setting


def test_run_takes_a_date() -> None:
    verdict = run_restart("--as-of", "2001-01-01")

    assert verdict["status"] == "not_covered"
    assert "2001-01-01" in json.dumps(verdict["summary"])


def test_run_writes_the_calendar_of_a_schedule(tmp_path: Path) -> None:
    target = tmp_path / "plan.ics"
    given = '{"drug": "teclistamab", "start_date": "2026-01-05", "jurisdiction": "US", "schedule": "monotherapy"}'

    done = call("run", "schedule", "--json", given, "--ics", str(target), "--lang", "zh")

    text = target.read_bytes().decode("utf-8")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rule"] == "schedule"
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "DTSTART;VALUE=DATE:20260105" in text
    assert "特立妥单抗" in text
    assert f"{text.count('BEGIN:VEVENT')} entries" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "dose", "--json", "{}", "--ics", "x.ics"), "only 'schedule' has a calendar"),
        (("run", "dose", "--json", "{}", "--as-of", "2026-02-30"), "a calendar date such as 2026-01-31"),
        (("run", "dose", "--json", "{}", "--tables", "nowhere"), "no such folder"),
        (("run", "schedule", "--json", '{"drug": "teclistamab"}', "--ics", "x.ics"), "the result has no dates"),
        (("run", "schedule", "--json", "{}", "--ics", "x.ics", "--lang", "fr"), "allowed: en, zh"),
        (("tables", "--rule", "nothing"), "allowed: dose"),
        (("tables", "--out", "nowhere/sheet.html", "--rule", "bsa"), "cannot be written"),
        (("tables", "--tables", "nowhere"), "no such folder"),
        (("check",), "Missing argument"),
    ],
)
def test_bad_input_is_one_clear_sentence(arguments: tuple[str, ...], said: str) -> None:
    done = call(*arguments)

    assert done.returncode != 0
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_tables_prints_markdown_and_writes_one_html_page(tmp_path: Path) -> None:
    target = tmp_path / "sheet.html"
    printed = call("tables", "--rule", "restart")
    written = call("tables", "--html", "--out", str(target))

    assert "`restart.teclistamab_us`" in printed.stdout
    assert "`dose." not in printed.stdout
    assert written.returncode == 0, written.stderr
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "written to" in written.stderr


def test_tables_shows_own_tables_as_such(own: Path) -> None:
    done = call("tables", "--rule", "restart", "--tables", str(own))

    assert "`restart.talquetamab_us` (local table)" in done.stdout
    assert "Local row: ward handbook" in done.stdout


def test_check_says_that_own_tables_are_sound(own: Path) -> None:
    done = call("check", str(own))

    assert done.returncode == 0
    assert "No fault found." in done.stdout


def test_check_lists_every_fault_and_fails(own: Path) -> None:
    path = own / "restart" / "teclistamab_us.yaml"
    path.write_text(WARD.replace("B. Reader", "A. Reader").replace("ward-handbook#p. 3", ""), encoding="utf-8")

    done = call("check", str(own))

    assert done.returncode == 1
    assert "two different reviewers" in done.stdout
    assert "rows.s2_repeat.source: found nothing" in done.stdout
    assert "2 fault(s)." in done.stdout


def test_page_writes_the_list_of_rules(tmp_path: Path) -> None:
    done = call("page", "--out", str(tmp_path / "rules.md"))

    assert done.returncode == 0, done.stderr
    assert "## restart" in (tmp_path / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_with_own_tables_says_local_table(assistant: Assistant, own: Path, language: str) -> None:
    local = Assistant(assistant.index, Settings(tables=str(own)))

    answer = local.ask(QUESTION, language=language)  # type: ignore[arg-type]
    shipped = assistant.ask(QUESTION, language=language)  # type: ignore[arg-type]

    mark, document = {"en": ("Local table: ", "ward handbook"), "zh": ("本地表格：", "病区手册")}[language]
    assert answer.kind == "calculation"
    assert mark in answer.text
    assert any(document in statement.text and "4.68" in statement.text for statement in answer.statements)
    assert mark not in shipped.text
    assert answer.versions["rules"] != shipped.versions["rules"]


def test_an_own_table_fills_a_gap_in_an_answer(assistant: Assistant, own: Path) -> None:
    question = "talquetamab step-up dose 1 was given 9 days ago, US label: how to restart?"

    answer = Assistant(assistant.index, Settings(tables=str(own))).ask(question)

    assert answer.kind == "calculation"
    assert "Local table: own label copy, 2000-01-01" in answer.text
    assert assistant.ask(question).kind == "gap"


def test_faulty_own_tables_are_reported_before_the_first_question(assistant: Assistant, own: Path) -> None:
    (own / "restart" / "x.yaml").write_text("- x\n", encoding="utf-8")

    with pytest.raises(TableError, match="assistant rules check"):
        Assistant(assistant.index, Settings(tables=str(own)))
