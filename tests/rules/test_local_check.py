"""The check of a hospital's own tables: each fault is found and explained, and sound tables pass."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import RuleInputError, TableError
from assistant.rules import run
from assistant.rules.load import DATA, REGISTERS, load_tables
from assistant.rules.local_check import check_folder, checked_tables
from tests.rules.checking import all_cases

TODAY = date(2026, 6, 1)
BAD = sorted((Path(__file__).parent / "bad_local").glob("*.yaml"))
RULES_WITHOUT_TABLES = {"convert"}
WARD = """\
id: restart.teclistamab_us
replaces: rows
title: {en: "ward handbook", zh: "病区手册"}
published_on: "2026-01-01"
checked_on: "2026-02-01"
checked_by: [A. Reader, B. Reader]
rows:
  - id: s2_repeat
    when: {last_dose: step_up_2, days_since_last_dose: "[8, 29)"}
    then: {action: restart_schedule, next_dose: step_up_1, dose_mg_per_kg: "0.06"}
    say: restart_schedule
    facts: [own-1]
    source: "ward-handbook#p. 3"
    confidence: verified
"""


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    (tmp_path / "restart").mkdir()
    (tmp_path / "restart" / "teclistamab_us.yaml").write_text(WARD, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def every_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All shipped tables as if a hospital had written them."""
    folder = tmp_path_factory.mktemp("own")
    for path in DATA.glob("*/*.yaml"):
        if path.parent.name not in REGISTERS:
            (folder / path.parent.name).mkdir(exist_ok=True)
            text = re.sub(r"(?m)^checked_by:.*$", "checked_by: [A. Reader, B. Reader]", path.read_text("utf-8"))
            text = text.replace("published_on: undated", "published_on: 2026-11-22")
            (folder / path.parent.name / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_each_fault_is_one_line_with_file_place_found_allowed_and_remedy(path: Path, tmp_path: Path) -> None:
    expected = re.findall(r"^# expect: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert expected, "the file must say which message it expects"
    (tmp_path / "restart").mkdir()
    shutil.copy(path, tmp_path / "restart" / path.name)

    faults = check_folder(tmp_path, today=TODAY)

    said = "\n".join(fault.en for fault in faults)
    for part in expected:
        assert part in said
    for fault in faults:
        assert path.name in fault.en
        assert "\n" not in fault.en
        assert re.search(r"Allowed: .+[.?]$", fault.en)
        assert ".." not in fault.en.partition(path.name)[2]
        assert re.search(r"[\u4e00-\u9fff]", fault.zh)
    if path.stem != "future_date":  # without a clock a date ahead is not seen
        with pytest.raises(TableError, match=r"fault\(s\) in all"):
            run("restart", {"drug": "teclistamab"}, local_tables=tmp_path)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("restart.yaml", "the place 'restart.yaml'"),
        ("restart/deep/x.yaml", "the place 'restart/deep/x.yaml'"),
        ("restart/x.yml", "the ending '.yml'"),
        ("wording/restart.yaml", "Only tables can be your own"),
        ("resart/x.yaml", "Rename the folder to 'restart'"),
        ("zzz/x.yaml", "Move the file to a folder of a rule"),
    ],
)
def test_a_file_in_the_wrong_place_is_named(place: str, said: str, tmp_path: Path) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(WARD, encoding="utf-8")

    faults = check_folder(tmp_path)

    assert len(faults) == 1
    assert said in faults[0].en


def test_a_missing_and_an_empty_folder_are_faults(tmp_path: Path) -> None:
    assert "no such folder" in check_folder(tmp_path / "nowhere")[0].en
    assert "found no table" in check_folder(tmp_path)[0].en
    with pytest.raises(TableError, match="no such folder"):
        run("restart", {"drug": "teclistamab"}, local_tables=tmp_path / "nowhere")


def test_every_fault_of_every_file_is_listed(ward: Path) -> None:
    text = WARD.replace("ward-handbook#p. 3", "").replace("repeat\n", "repeat\n").replace("restart_schedule,", "go,")
    (ward / "restart" / "teclistamab_us.yaml").write_text(text, encoding="utf-8")
    (ward / "restart" / "linvoseltamab_us.yaml").write_text("- x\n", encoding="utf-8")

    said = [fault.en for fault in check_folder(ward)]

    assert len(said) == 3
    assert {"linvoseltamab_us.yaml", "teclistamab_us.yaml"} == {re.findall(r"\w+\.yaml", line)[0] for line in said}


def test_the_shipped_tables_written_as_own_tables_pass(every_table: Path) -> None:
    assert [fault.en for fault in check_folder(every_table)] == []


def test_every_verdict_of_an_own_table_says_local_table(every_table: Path) -> None:
    seen = 0
    for case in all_cases():
        try:
            result = run(case.rule, case.input, as_of=case.as_of, local_tables=every_table)
        except RuleInputError:
            continue
        for verdict in result.verdicts:
            if (verdict.status != "not_covered" or verdict.trace) and case.rule not in RULES_WITHOUT_TABLES:
                seen += 1
                assert any(note.en.startswith("Local table: ") for note in verdict.notes), case.label
                assert any(note.zh.startswith("本地表格：") for note in verdict.notes), case.label
    assert seen > 500


def test_own_rows_take_the_place_of_shipped_rows_and_name_their_document(ward: Path) -> None:
    given = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": "10", "jurisdiction": "US"}

    own = run("restart", given, local_tables=ward)
    shipped = run("restart", given)

    assert (own.verdicts[0].values["action"], shipped.verdicts[0].values["action"]) == (
        "restart_schedule",
        "repeat_dose",
    )
    assert "ward handbook" in own.verdicts[0].summary.en
    assert "病区手册" in own.verdicts[0].summary.zh
    assert own.verdicts[0].notes[0].en.startswith("Local table: ")
    assert (own.verdicts[0].provenance[0].source, own.verdicts[0].provenance[0].date) == ("ward-handbook", "2026-01-01")
    assert own.version != shipped.version


def test_the_other_rows_of_the_shipped_table_stay_as_they_are(ward: Path) -> None:
    given = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": "3", "jurisdiction": "US"}

    assert run("restart", given, local_tables=ward).verdicts == run("restart", given).verdicts


def test_own_rows_that_leave_a_gap_in_the_shipped_table_are_a_fault(ward: Path) -> None:
    path = ward / "restart" / "teclistamab_us.yaml"
    path.write_text(WARD.replace("[8, 29)", "[9, 29)"), encoding="utf-8")

    said = check_folder(ward)[0].en

    assert "no row for last_dose = step_up_2, days_since_last_dose = 8" in said


def test_a_changed_file_is_read_anew(ward: Path) -> None:
    first = checked_tables(ward)
    path = ward / "restart" / "teclistamab_us.yaml"
    path.write_text(WARD.replace("ward handbook", "ward handbook, second edition"), encoding="utf-8")

    row = next(row for row in checked_tables(ward).tables["restart.teclistamab_us"].rows if row.id == "s2_repeat")

    assert row.local is not None
    assert row.local.title.en == "ward handbook, second edition"
    assert checked_tables(ward) is not first


def test_own_tables_never_reach_the_shipped_ones(ward: Path) -> None:
    checked_tables(ward)

    assert all(row.local is None for table in load_tables().tables.values() for row in table.rows)
    assert not any(table.local for table in load_tables().tables.values())


def test_a_row_id_used_twice_among_own_rows_is_a_fault(ward: Path) -> None:
    path = ward / "restart" / "teclistamab_us.yaml"
    path.write_text(WARD + WARD[WARD.index("  - id") :], encoding="utf-8")

    assert "used twice" in check_folder(ward)[0].en
