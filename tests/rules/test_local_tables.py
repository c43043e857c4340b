"""A hospital's own tables: added or put in place of a shipped one, and shown as such."""

from __future__ import annotations

from pathlib import Path

from assistant.rules import run

TABLE = """\
id: restart.talquetamab_us
title: {en: "own label copy", zh: "本院说明书副本"}
drug: talquetamab
jurisdiction: US
published_on: "2000-01-01"
checked_on: "2000-02-01"
checked_by: [reader one, reader two]
inputs:
  last_dose: {kind: choice, of: [step_up_1]}
  days_since_last_dose: {kind: whole_number, range: "[0, inf)", unit: days}
hit: unique
rows:
  - id: any
    when: {last_dose: step_up_1}
    then: {action: restart_schedule, next_dose: step_up_1, dose_mg: "1"}
    say: restart_schedule
    facts: [own-1]
    source: "own-label#table"
    confidence: verified
"""


def test_a_local_table_fills_a_gap_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "restart").mkdir()
    (tmp_path / "restart" / "talquetamab_us.yaml").write_text(TABLE, encoding="utf-8")
    inputs = {"drug": "talquetamab", "last_dose": "step_up_1", "days_since_last_dose": "9", "jurisdiction": "US"}
    verdict = run("restart", inputs, local_tables=tmp_path).verdicts[0]
    assert verdict.status == "applies"
    assert any("own hospital" in note.en and "本院" in note.zh for note in verdict.notes)
    assert verdict.provenance[0].source == "own-label"
    assert run("restart", inputs).verdicts[0].gap == "gap-027"


def test_a_local_table_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "restart").mkdir()
    (tmp_path / "restart" / "talquetamab_us.yaml").write_text(TABLE, encoding="utf-8")
    inputs = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": "9", "jurisdiction": "US"}
    assert run("restart", inputs, local_tables=tmp_path).version != run("restart", inputs).version
