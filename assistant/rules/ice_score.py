"""The ICE score of the ASTCT 2019 consensus: points of the five items, and the ICANS grade by this one domain.

Items are given as counts of correct answers, or answer by answer for orientation and naming. Nothing is assumed: an item
that was not tested is asked for. Example: orientation 3, naming 3, command 1, writing 0, attention 1 → ICE 8, grade 1.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.engine import look_up
from assistant.rules.inputs import Finding, Number, RuleInputs, contradiction, known
from assistant.rules.model import Table
from assistant.rules.rule import Rule
from assistant.rules.scale import on_scale
from assistant.rules.table_rule import questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill, word
from assistant.types import MissingInput, RuleResult, Text

Reply = Literal["correct", "wrong", "unknown"]


class Inputs(RuleInputs):
    """Inputs of `ice_score`: the number of correct answers of each item; what is left out is asked for."""

    orientation: Number | None = Field(None, description="How many of year, month, city, hospital are correct, 0 to 4.")
    year: Reply | None = Field(None, description="Orientation answer by answer, instead of the count.")
    month: Reply | None = Field(None, description="See year.")
    city: Reply | None = Field(None, description="See year.")
    hospital: Reply | None = Field(None, description="See year.")
    naming: Number | None = Field(None, description="How many of 3 objects are named correctly, 0 to 3.")
    object_1: Reply | None = Field(None, description="Naming answer by answer, instead of the count.")
    object_2: Reply | None = Field(None, description="See object_1.")
    object_3: Reply | None = Field(None, description="See object_1.")
    following_commands: Number | None = Field(None, description="1 when a simple command is followed, otherwise 0.")
    writing: Number | None = Field(None, description="1 when a standard sentence is written, otherwise 0.")
    attention: Number | None = Field(None, description="1 when the patient counts back from 100 by tens, otherwise 0.")
    unrousable: Finding | None = Field(None, description="The patient cannot be roused and cannot do the test.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The score with the grade of the ICE domain, or the items still to be tested."""
    items, domain = tables.tables["ice_score.items"], tables.tables["ice_score.domain"]
    version = tables.version(("ice_score",))
    given = inputs.model_dump(exclude_none=True)
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    counts, asked = _counts(inputs, tables, items)
    unrousable = known(inputs.unrousable)
    if unrousable == "present":
        _check_untestable(counts)
        counts, asked = {row.id: Decimal() for row in items.rows}, []
    if asked:
        missing = tuple(_question(name, tables, items) for name in asked)
        return RuleResult(rule="ice_score", version=version, inputs=echo, missing=missing)
    tested = look_up(items, counts, tables)
    points = {row.id: (counts[row.id] or Decimal()) * Decimal(row.then["points_each"]) for row in tested.rows}
    total = sum(points.values(), Decimal())
    outcome = look_up(domain, {"ice": total}, tables)
    table, row, trace = domain, outcome.rows[0], (*tested.trace, *outcome.trace)
    if row.then["domain_grade"] == "by_rousability":
        table = tables.tables["ice_score.zero"]
        final = look_up(table, {"unrousable": unrousable}, tables)
        if final.ask:
            missing = questions(final.ask, tables, [table], {})
            return RuleResult(rule="ice_score", version=version, inputs=echo, missing=missing)
        row, trace = final.rows[0], (*trace, *final.trace)
    most = sum((Decimal(row.then["most"]) for row in items.rows), Decimal())
    shown = [_item(row.id, points[row.id], row.then["most"], tables) for row in items.rows]
    listed = Text(en=", ".join(text.en for text in shown), zh="，".join(text.zh for text in shown))
    verdict = word(
        "ice_score",
        table,
        row,
        tables,
        trace=trace,
        values={"ice": plain(total), **{name: plain(value) for name, value in points.items()}},
        extra={"most": plain(most)},
        notes=(
            fill(tables.say("ice_score", "items"), {"items": listed}, tables),
            tables.say("ice_score", "worst_domain"),
        ),
    )
    return RuleResult(rule="ice_score", version=version, inputs=echo, verdicts=(verdict,))


def _counts(inputs: Inputs, tables: Tables, items: Table) -> tuple[dict[str, Decimal | None], list[str]]:
    """Correct answers per item where they are known, and the names of what still has to be tested."""
    counts: dict[str, Decimal | None] = {}
    asked: list[str] = []
    for row in items.rows:
        count = on_scale(tables, items.inputs[row.id], row.id, getattr(inputs, row.id))
        names = [name.strip() for name in row.then["answers"].split(",") if name.strip()]
        answers = {name: reply for name in names if (reply := known(getattr(inputs, name))) is not None}
        right = Decimal(sum(reply == "correct" for reply in answers.values()))
        if names and count is not None and not right <= count <= right + len(names) - len(answers):
            raise contradiction(
                row.id,
                plain(count),
                f"{plain(count)} correct answers are given, but the single answers say {plain(right)}. Correct one of the two.",
                f"填写答对{plain(count)}项，但逐项回答为{plain(right)}项。请改正其一。",
            )
        if count is None and len(answers) == len(names) and names:
            count = right
        if count is None:
            asked += [name for name in names if name not in answers] if answers else [row.id]
        counts[row.id] = count
    return counts, asked


def _check_untestable(counts: dict[str, Decimal | None]) -> None:
    for name, count in counts.items():
        if count:
            raise contradiction(
                name,
                plain(count),
                "a correct answer is given for a patient who cannot be roused. Correct one of the two.",
                "患者不能唤醒，却填写了答对的项目。请改正其一。",
            )


def _question(name: str, tables: Tables, items: Table) -> MissingInput:
    found = questions((name,), tables, [items], {})[0]
    return found if name in items.inputs else found.model_copy(update={"options": ("correct", "wrong")})


def _item(name: str, points: Decimal, most: str, tables: Tables) -> Text:
    return fill(tables.say("ice_score", "one_item"), {"item": name, "points": plain(points), "most": most}, tables)


RULE = Rule("ice_score", Text(en="ICE score (ASTCT 2019)", zh="ICE 评分（ASTCT 2019）"), Inputs, decide, ("ice_score",))
