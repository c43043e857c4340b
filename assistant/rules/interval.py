"""Whether the dosing interval may become longer, by response and time, for each label.

Decides only by the conditions a label prints; says "stay" when one is not met. Example: teclistamab weekly, complete
response or better held for 6 months → every 2 weeks may be given (US label).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.amounts import amount
from assistant.rules.inputs import Drug, Finding, Jurisdiction, Number, RuleInputs, known, plausible, wrong
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import RuleResult, Text

_NUMBERS = ("months_in_response", "weeks_on_treatment", "weeks_every_2_weeks")
_COUNTS = ("full_doses", "week", "response_confirmed_times")


class Inputs(RuleInputs):
    """Inputs of `interval`; each label asks only for those its conditions name."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    schedule: Literal["monotherapy", "with_daratumumab"] | None = Field(
        None, description="with_daratumumab: the teclistamab combination, by week of treatment."
    )
    current_interval: Literal["weekly", "every_2_weeks", "every_4_weeks"] | None = Field(
        None, description="The interval now."
    )
    response: Literal["less_than_pr", "pr", "vgpr", "cr_or_better"] | None = Field(
        None, description="The response now (IMWG)."
    )
    months_in_response: Number | None = Field(None, description="Months for which this response has been held.")
    weeks_on_treatment: Number | None = Field(None, description="Completed weeks of treatment.")
    weeks_every_2_weeks: Number | None = Field(None, description="Completed weeks on the every-2-week schedule.")
    response_maintained: Finding | None = Field(None, description="Whether the response has been maintained.")
    full_doses: Number | None = Field(None, description="Doses of 200 mg given (linvoseltamab).")
    week: Number | None = Field(None, description="Current week of treatment; week 1 holds step-up dose 1.")
    response_confirmed_times: Number | None = Field(
        None, description="Consecutive assessments that confirmed an adequate response (talquetamab)."
    )
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The interval that each covered label allows now."""
    _check_schedule(inputs, tables)
    numbers: dict[str, Decimal | None] = {
        name: plausible(tables, name, getattr(inputs, name), whole=name in _COUNTS) for name in (*_NUMBERS, *_COUNTS)
    }
    words = {
        "schedule": inputs.schedule,
        "current_interval": inputs.current_interval,
        "response": inputs.response,
        "response_maintained": known(inputs.response_maintained),
    }
    echo = {name: value for name, value in words.items() if value is not None}
    echo |= {name: plain(value) for name, value in numbers.items() if value is not None}

    def extend(table: Table, row: Row) -> Extra:
        return Extra(wording={**echo, **amount(tables, row.then, None).wording})

    return decide_by_tables(
        "interval",
        {**words, **numbers},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


def _check_schedule(inputs: Inputs, tables: Tables) -> None:
    known_schedules = {
        name for table in tables.of("interval", inputs.drug) for name in table.when_given.get("schedule", ())
    }
    if inputs.drug and inputs.schedule == "with_daratumumab" and inputs.schedule not in known_schedules:
        raise wrong("schedule", inputs.schedule, f"monotherapy ({inputs.drug})")


RULE = Rule("interval", Text(en="Longer dosing interval", zh="延长给药间隔"), Inputs, decide, ("interval",))
