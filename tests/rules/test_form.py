"""Every rule can be filled in as a form: all inputs named in both languages, all choices taken by the rule."""

from __future__ import annotations

import re

import pytest

from assistant.errors import RuleInputError
from assistant.rules import RULES, run
from assistant.rules.form import Field, form, given, groups
from assistant.rules.load import load_tables

HAN = re.compile(r"[\u4e00-\u9fff]")
EVERY = [(rule, field) for rule in RULES for field in form(rule)]
# written the same in both languages
SAME = {"linvoseltamab", "CPAP", "BiPAP", "κ", "λ", "1", "2", "3", "4", "ICANS", "CRS", "PR", "VGPR"}


def refused(rule: str, inputs: dict[str, str]) -> str:
    """The input that the rule cannot use, or ""."""
    try:
        run(rule, inputs)
    except RuleInputError as error:
        return error.name
    return ""


def test_every_rule_stands_in_one_group() -> None:
    assert sorted(rule for group in groups() for rule in group.rules) == sorted(RULES)


@pytest.mark.parametrize(("rule", "field"), EVERY, ids=[f"{rule}-{field.name}" for rule, field in EVERY])
def test_every_field_has_a_name_and_a_way_to_answer(rule: str, field: Field) -> None:
    named = load_tables().labels
    assert field.name in named, f"add a name for {field.name} to data/labels"
    assert (
        field.options
        or field.kind in {"number", "date"}
        or (rule, field.name)
        in {
            ("ctcae_grade", "term"),
            ("ctcae_grade", "findings"),
        }
    )
    for option in field.options:
        assert option.name.en.strip()
        assert field.unit_of or field.name.endswith("unit") or HAN.search(option.name.zh) or option.name.zh in SAME


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (r, f)
        for r, f in EVERY
        if f.kind == "choice" and not f.unit_of and f.name not in {"from_unit", "to_unit", "reference_unit"}
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_choice_is_one_the_rule_takes(rule: str, field: Field) -> None:
    for option in field.options:
        assert refused(rule, {field.name: option.value}) != field.name, option.value


@pytest.mark.parametrize(
    ("rule", "field"),
    [(r, f) for r, f in EVERY if f.unit_of and r != "ctcae_grade"],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_unit_offered_is_taken_with_its_number(rule: str, field: Field) -> None:
    for option in field.options:
        assert refused(rule, {field.unit_of: "1", field.name: option.value}) != field.name, option.value


def test_the_terms_and_findings_of_ctcae_come_from_what_the_rule_asks() -> None:
    terms = {f.name: f for f in form("ctcae_grade", run("ctcae_grade", {}).missing)}["term"]
    findings = {f.name: f for f in form("ctcae_grade", run("ctcae_grade", {"term": "mucositis_oral"}).missing)}

    assert terms.kind == "choice"
    assert "mucositis_oral" in {option.value for option in terms.options}
    assert findings["findings"].kind == "many"
    assert "modified_diet" in {option.value for option in findings["findings"].options}


def test_answers_left_open_stay_out_and_unknown_names_are_dropped() -> None:
    answers = {"temperature_value": " 38.5 ", "fever": "", "oxygen_device": None, "name": "x"}

    assert given("crs_grade", answers) == {"temperature_value": "38.5"}
    assert given("ctcae_grade", {"findings": "death"}) == {"findings": ["death"]}


def test_a_count_and_the_answers_it_counts_are_not_both_offered() -> None:
    names = {field.name for field in form("ice_score")}

    assert {"year", "object_1"} <= names
    assert not {"orientation", "naming"} & names


def test_an_unknown_rule_is_named_with_those_that_exist() -> None:
    with pytest.raises(RuleInputError, match=r"no rule 'crs'.*crs_grade"):
        form("crs")
