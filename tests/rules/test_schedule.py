"""The calendar file of a schedule: valid, the same each time, and without anything about a patient."""

from __future__ import annotations

from assistant.rules import run
from assistant.rules.calendar_file import calendar_text

INPUTS = {
    "drug": "teclistamab",
    "schedule": "monotherapy",
    "jurisdiction": "US",
    "start_date": "2026-01-05",
    "repeats": 2,
}


def test_each_dated_step_is_one_entry() -> None:
    text = calendar_text(run("schedule", INPUTS), "en")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 5
    days = [line.split(":")[1] for line in text.split("\r\n") if line.startswith("DTSTART")]
    assert days == ["20260105", "20260108", "20260111", "20260118", "20260125"]
    assert "SUMMARY:Teclistamab\\, step-up dose 2 (0.3 mg/kg)" in text


def test_the_same_result_gives_the_same_bytes() -> None:
    result = run("schedule", INPUTS)
    assert calendar_text(result, "zh") == calendar_text(result, "zh")
    assert len({line for line in calendar_text(result, "zh").split("\r\n") if line.startswith("UID")}) == 5


def test_lines_end_with_crlf_and_are_at_most_75_bytes() -> None:
    for language in ("en", "zh"):
        text = calendar_text(run("schedule", INPUTS), language)  # type: ignore[arg-type]
        assert text.endswith("END:VCALENDAR\r\n")
        assert "\n" not in text.replace("\r\n", "")
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_chinese_names_stand_in_the_chinese_file() -> None:
    assert "特立妥单抗，递增剂量2（0.3 mg/kg）" in calendar_text(run("schedule", INPUTS), "zh")


def test_one_document_can_be_chosen() -> None:
    both = run("schedule", {**INPUTS, "schedule": None})
    text = calendar_text(both, "en", document="schedule.teclistamab_us_combination")
    assert text.count("BEGIN:VEVENT") == 4
    assert "daratumumab" in text


def test_without_a_start_date_the_calendar_is_empty() -> None:
    text = calendar_text(run("schedule", {"drug": "elranatamab"}), "en")
    assert "VEVENT" not in text and text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
