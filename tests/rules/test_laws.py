"""Laws that hold for all inputs, tried on many drawn ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.rules import run

STEPS = ["step_up_1", "step_up_2", "first_treatment", "treatment_weekly", "treatment_every_2_weeks", "treatment_76"]
LAST = ["step_up_1", "step_up_2", "first_treatment", "treatment_weekly", "treatment_every_2_weeks"]
PRESSURE = [
    ("absent", None),
    ("present", "none"),
    ("absent", "one"),
    ("present", "one_plus_vasopressin"),
    ("present", "two_or_more"),
]
PRESSURE_RANK = [0, 1, 2, 2, 3]
OXYGEN = [
    ("none", None),
    ("nasal_cannula", "2"),
    ("blow_by", None),
    ("nasal_cannula", "6"),
    ("nasal_cannula", "6.1"),
    ("facemask", None),
    ("cpap", None),
    ("mechanical_ventilation", None),
]
OXYGEN_RANK = [0, 1, 1, 1, 2, 2, 3, 3]
quick = settings(max_examples=150, deadline=None)


def later(step: str) -> int:
    """How far along the schedule a step is; all treatment doses are equally far."""
    return min(STEPS.index(step), 2)


@quick
@given(st.sampled_from(["teclistamab", "elranatamab"]), st.sampled_from(LAST), st.integers(0, 400), st.integers(0, 400))
def test_a_longer_delay_never_restarts_at_a_later_step(drug: str, last: str, one: int, other: int) -> None:
    short, long = sorted((one, other))
    steps = [
        run("restart", {"drug": drug, "last_dose": last, "days_since_last_dose": days, "jurisdiction": "US"})
        .verdicts[0]
        .values["next_dose"]
        for days in (short, long)
    ]
    assert later(steps[0]) >= later(steps[1])


def grade(**inputs: Any) -> int:
    """The grade of findings with fever."""
    return int(run("crs_grade", {"fever": "present", **inputs}).verdicts[0].values["grade"])


def findings(pressure: int, oxygen: int) -> dict[str, Any]:
    """Inputs for one degree of blood pressure and one of oxygen."""
    hypotension, vasopressors = PRESSURE[pressure]
    device, flow = OXYGEN[oxygen]
    return {
        "hypotension": hypotension,
        "vasopressors": vasopressors,
        "oxygen_device": device,
        "oxygen_flow_l_min": flow,
    }


@quick
@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 7), st.integers(0, 7))
def test_a_worse_finding_never_lowers_the_grade(p_one: int, p_two: int, o_one: int, o_two: int) -> None:
    better_p, worse_p = sorted((p_one, p_two), key=PRESSURE_RANK.__getitem__)
    better_o, worse_o = sorted((o_one, o_two), key=OXYGEN_RANK.__getitem__)
    assert grade(**findings(better_p, better_o)) <= grade(**findings(worse_p, worse_o))


@quick
@given(st.integers(0, 4), st.integers(0, 7))
def test_the_grade_is_that_of_the_worse_finding(pressure: int, oxygen: int) -> None:
    alone = [grade(**findings(pressure, 0)), grade(**findings(0, oxygen))]
    assert grade(**findings(pressure, oxygen)) == max(alone)


@quick
@given(st.permutations(["fever", "hypotension", "vasopressors", "oxygen_device"]), st.integers(0, 4))
def test_the_order_of_findings_does_not_matter(order: list[str], pressure: int) -> None:
    given_ = {"fever": "present", **findings(pressure, 5)}
    shuffled = {name: given_[name] for name in order}
    assert run("crs_grade", shuffled) == run("crs_grade", {name: shuffled[name] for name in sorted(shuffled)})


@quick
@given(st.integers(300, 430))
def test_the_unit_of_temperature_does_not_matter(tenths: int) -> None:
    celsius = Decimal(tenths) / 10
    fahrenheit = celsius * 9 / 5 + 32
    rest = {"fever_earlier": "absent", "hypotension": "absent", "oxygen_device": "none"}
    one = run("crs_grade", {"temperature_value": str(celsius), "temperature_unit": "C", **rest}).verdicts
    other = run("crs_grade", {"temperature_value": str(fahrenheit), "temperature_unit": "F", **rest}).verdicts
    assert one[0].values == other[0].values


@quick
@given(st.integers(200, 3000), st.sampled_from(["step_up_1", "step_up_2", "first_treatment"]))
def test_the_unit_of_weight_does_not_matter(tenths: int, step: str) -> None:
    kilograms = Decimal(tenths) / 10
    base = {"drug": "teclistamab", "step": step, "jurisdiction": "US", "schedule": "monotherapy"}
    doses = [
        run("dose", {**base, "weight_value": str(value), "weight_unit": unit}).verdicts[0].values["dose_mg"]
        for value, unit in ((kilograms, "kg"), (kilograms * 2, "jin_mainland"), (kilograms * 1000, "g"))
    ]
    assert len(set(doses)) == 1


@quick
@given(st.integers(200, 3000), st.integers(200, 3000))
def test_a_heavier_patient_never_gets_less(one: int, other: int) -> None:
    light, heavy = sorted((one, other))
    doses = [
        Decimal(
            run(
                "dose",
                {
                    "drug": "talquetamab",
                    "step": "treatment_weekly",
                    "weight_value": str(Decimal(weight) / 10),
                    "weight_unit": "kg",
                    "jurisdiction": "EU",
                },
            )
            .verdicts[0]
            .values["dose_mg"]
        )
        for weight in (light, heavy)
    ]
    assert doses[0] <= doses[1]


@quick
@given(
    st.dictionaries(
        st.sampled_from(
            ["fever", "fever_earlier", "antipyretic_given", "anticytokine_given", "hypotension", "hypoxia"]
        ),
        st.sampled_from(["present", "absent", "unknown"]),
    )
)
def test_what_is_not_given_is_asked_for_or_cannot_matter(given_: dict[str, str]) -> None:
    """If a grade comes out, completing the unknown findings either way gives the same grade, or the caveat names it."""
    result = run("crs_grade", given_)
    if result.missing or result.verdicts[0].values["grade"] in {"not_crs", "none"}:
        return
    for name in ("fever_earlier", "antipyretic_given", "anticytokine_given"):
        for value in ("present", "absent"):
            if given_.get(name, "unknown") == "unknown":
                again = run("crs_grade", {**given_, name: value})
                assert again.verdicts[0].values["grade"] == result.verdicts[0].values["grade"]


@quick
@given(st.sampled_from(LAST), st.integers(0, 400))
def test_the_same_question_has_the_same_answer(last: str, days: int) -> None:
    inputs = {"drug": "teclistamab", "last_dose": last, "days_since_last_dose": days}
    assert run("restart", inputs) == run("restart", inputs)
