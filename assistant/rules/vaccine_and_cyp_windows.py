"""When live vaccines are to be avoided, and when CYP substrates are at highest risk, by label; with dates if given.

Says nothing on inactivated vaccines. Example: elranatamab, EU SmPC, live vaccine, last dose 2026-03-02 → not before
four weeks later, as printed.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, Jurisdiction, RuleInputs, read_date
from assistant.rules.model import Row, Table
from assistant.rules.periods import days, weeks
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.verdict import fill
from assistant.types import RuleResult, Text

_DATES = ("start_date", "last_dose_date", "step_up_2_date", "first_treatment_date", "crs_end_date")


class Inputs(RuleInputs):
    """Inputs of `vaccine_and_cyp_windows`; dates are written 2026-01-31."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    topic: Literal["live_vaccine", "cyp_substrate"] | None = Field(None, description="Which window.")
    start_date: str | None = Field(None, description="Date of step-up dose 1.")
    last_dose_date: str | None = Field(None, description="Date of the last dose of treatment.")
    step_up_2_date: str | None = Field(None, description="Date of the last step-up dose.")
    first_treatment_date: str | None = Field(None, description="Date of the first treatment dose.")
    crs_end_date: str | None = Field(None, description="Date on which CRS ended.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The window by each covered label, with calendar dates where the date it counts from was given."""
    written = {name: getattr(inputs, name) for name in _DATES}
    dates = {name: read_date(name, text) for name, text in written.items()}
    echo = {name: value for name, value in {"topic": inputs.topic, **written}.items() if value is not None}

    def extend(table: Table, row: Row) -> Extra:
        found = _dates(row, dates, tables)
        parts = [fill(tables.say("vaccine_and_cyp_windows", key), values, tables) for key, values in found]
        shown = Text(en="".join(part.en for part in parts), zh="".join(part.zh for part in parts))
        results = {name: day for _, values in found for name, day in values.items() if name.endswith(("from", "until"))}
        return Extra(values=results, wording={"dates": shown})

    return decide_by_tables(
        "vaccine_and_cyp_windows",
        {"topic": inputs.topic},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


def _dates(row: Row, given: dict[str, date | None], tables: Tables) -> list[tuple[str, dict[str, str]]]:
    """The wording keys and dates that follow from the dates given."""
    found: list[tuple[str, dict[str, str]]] = []
    start, last = given["start_date"], given["last_dose_date"]
    if "weeks_before" in row.then and start:
        first = start - weeks(row.then["weeks_before"], tables)
        found.append(("dates_before", {"start_date": start.isoformat(), "no_vaccine_from": first.isoformat()}))
    if "weeks_after" in row.then and last:
        end = last + weeks(row.then["weeks_after"], tables)
        found.append(("dates_after", {"last_dose_date": last.isoformat(), "no_vaccine_until": end.isoformat()}))
    for key, name in (
        ("days_after_first_treatment", "first_treatment_date"),
        ("days_after_step_up", "step_up_2_date"),
        ("days_after_crs", "crs_end_date"),
    ):
        day = given[name]
        if key in row.then and day:
            end = day + days(row.then[key])
            found.append(("dates_cyp", {"counted_from": day.isoformat(), "risk_until": end.isoformat()}))
    return found


RULE = Rule(
    "vaccine_and_cyp_windows",
    Text(en="Live vaccines and CYP substrates: windows", zh="活疫苗与CYP底物的时间窗"),
    Inputs,
    decide,
    ("vaccine_and_cyp_windows",),
)
