"""Answers as plain text for a terminal."""

from __future__ import annotations

from assistant.present.parts import traces_of
from assistant.present.text import render_text
from tests.web.samples import clarify, guidance, restart, step


def test_calculation_shows_statement_inputs_row_neighbours_and_source() -> None:
    shown = render_text(restart())

    assert "- Repeat step-up dose 2: 0.3 mg/kg × 78 kg = 23.4 mg. [1]" in shown
    assert "- Give pretreatment. [rule]" in shown
    assert "body weight: 78 kg" in shown
    assert "days since the last dose: 10 days" in shown
    assert "* s2_repeat: days since the last dose: 8 ≤ 10 ≤ 28 days" in shown
    assert [row for row in ("s2_too_soon", "s2_next", "s2_late") if f"- {row}:" in shown] == [
        "s2_too_soon",
        "s2_next",
        "s2_late",
    ]
    assert "[1] US label, restart table · Table 2 · 2025-03-20 · United States · verified" in shown
    assert "not for emergencies" in shown


def test_nothing_is_said_twice() -> None:
    shown = render_text(restart())

    assert shown.count("Read as: the last dose given.") == 1
    assert shown.count("Give pretreatment.") == 1
    assert render_text(clarify()).count("Which drug is it?") == 1


def test_chinese_answer_is_chinese() -> None:
    shown = render_text(restart("zh"))

    assert "体重： 78 kg" in shown
    assert "为何不是相邻的行" in shown
    assert "已核实" in shown
    assert "United States" not in shown


def test_table_row_quotes_are_shown_without_markdown() -> None:
    assert "“Step-up dose 2 · 8 to 28 days · repeat step-up dose 2”" in render_text(guidance())


def test_missing_inputs_show_options_and_unit() -> None:
    shown = render_text(clarify())

    assert "? Which drug is it?" in shown
    assert "one of: Teclistamab, Talquetamab" in shown
    assert "in kg" in shown


def test_neighbours_are_the_rows_that_failed_on_what_decided() -> None:
    trace = (
        step("grade_2_fluids", why="vasopressors: one, not none"),
        step("grade_2_oxygen", why="oxygen device: cannula, not mask"),
        step("grade_3", fired=True, why="fever criterion: met; vasopressors: one"),
        step("grade_3_oxygen", why="oxygen flow: 2 ≤ 6 L/min"),
        step("grade_4_oxygen", why="oxygen device: cannula, not CPAP"),
        step("grade_4", why="vasopressors: one, not several"),
    )
    answer = restart()
    assert answer.calculation is not None
    (table,) = traces_of(answer.calculation.model_copy(update={"trace": trace}))

    assert {"grade_2_fluids", "grade_4"} <= {row.row for row in table.near}
