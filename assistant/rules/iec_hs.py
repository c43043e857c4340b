"""Whether findings fit the definition of IEC-HS (Hines 2023) as a guideline restates it; never a diagnosis, never a grade.

Only the core ferritin criterion has a number. Example: ferritin 5,000 µg/L with an upper limit of 400, attributed to the
therapy and separate from CRS and ICANS → fits the definition.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from pydantic import Field

from assistant.rules.engine import look_up
from assistant.rules.inputs import Finding, Number, RuleInputs, known, plausible, wrong
from assistant.rules.quantities import decimal
from assistant.rules.rule import Rule
from assistant.rules.table_rule import questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill, provenance, word
from assistant.types import RuleResult, Text

_FEATURES = ("new_or_worse_cytopenia", "coagulopathy_low_fibrinogen", "raised_transaminases")
_ASK = {
    "ferritin_times_uln": ("ferritin_ug_l", "ferritin_uln_ug_l"),
    "ferritin_above_infusion": ("ferritin_ug_l", "ferritin_at_infusion_ug_l"),
}


class Inputs(RuleInputs):
    """Inputs of `iec_hs`."""

    attributed_to_therapy: Finding | None = Field(None, description="Attributed to the cell or engager therapy.")
    separate_from_crs_icans: Finding | None = Field(None, description="Separate from CRS and ICANS.")
    ferritin_ug_l: Number | None = Field(None, description="Ferritin now in µg/L (ng/mL is the same number).")
    ferritin_uln_ug_l: Number | None = Field(None, description="Upper limit of normal of ferritin in µg/L.")
    ferritin_at_infusion_ug_l: Number | None = Field(None, description="Ferritin at infusion in µg/L.")
    ferritin_rising_fast: Finding | None = Field(None, description="Rising fast by clinical judgement.")
    new_or_worse_cytopenia: Finding | None = Field(None, description="Named in the result; does not decide.")
    coagulopathy_low_fibrinogen: Finding | None = Field(None, description="Named in the result; does not decide.")
    raised_transaminases: Finding | None = Field(None, description="Named in the result; does not decide.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """Whether the definition is fitted, or what still has to be known."""
    version = tables.version(("iec_hs",))
    given = inputs.model_dump(exclude_none=True)
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    table, result = tables.tables["iec_hs.ferritin"], tables.tables["iec_hs.result"]
    ferritin = look_up(table, _ferritin(inputs, tables), tables)
    high = True if ferritin.rows else None if ferritin.ask else False
    facts = {
        "attributed_to_therapy": known(inputs.attributed_to_therapy),
        "separate_from_crs_icans": known(inputs.separate_from_crs_icans),
        "ferritin_criterion": None if high is None else "present" if high else "absent",
    }
    outcome = look_up(result, facts, tables)
    if outcome.ask:
        names = [name for name in outcome.ask if name != "ferritin_criterion"]
        if "ferritin_criterion" in outcome.ask:
            names += [part for name in ferritin.ask for part in _ASK.get(name, (name,)) if part not in given]
        missing = questions(tuple(dict.fromkeys(names)), tables, [result, table], {})
        return RuleResult(rule="iec_hs", version=version, inputs=echo, missing=missing)
    row = outcome.rows[0]
    counted = ferritin.rows if "ferritin_criterion" in row.when else ()
    verdict = word(
        "iec_hs",
        result,
        row,
        tables,
        trace=(*ferritin.trace, *outcome.trace),
        values={"ferritin_rows": ", ".join(entry.id for entry in counted)},
        notes=(
            _features(inputs, tables),
            *(tables.say("iec_hs", note) for entry in counted for note in entry.notes),
        ),
    )
    sources = [found for entry in counted for found in provenance(table, entry, tables)]
    verdict = verdict.model_copy(update={"provenance": tuple(dict.fromkeys((*verdict.provenance, *sources)))})
    return RuleResult(rule="iec_hs", version=version, inputs=echo, verdicts=(verdict,))


def _ferritin(inputs: Inputs, tables: Tables) -> dict[str, str | Decimal | None]:
    names = ("ferritin_ug_l", "ferritin_uln_ug_l", "ferritin_at_infusion_ug_l")
    now, upper, before = (plausible(tables, "ferritin_ug_l", getattr(inputs, name), said=name) for name in names)
    if upper is not None and upper <= 0:
        raise wrong("ferritin_uln_ug_l", plain(upper), "a positive number", "正数")
    return {
        "ferritin_times_uln": None if now is None or upper is None else decimal(Fraction(now) / Fraction(upper)),
        "ferritin_above_infusion": None if now is None or before is None else "present" if now > before else "absent",
        "ferritin_rising_fast": known(inputs.ferritin_rising_fast),
    }


def _features(inputs: Inputs, tables: Tables) -> Text:
    labels = [tables.label(name) for name in _FEATURES if getattr(inputs, name) == "present"]
    if not labels:
        return tables.say("iec_hs", "no_features")
    listed = Text(en=", ".join(label.en for label in labels), zh="、".join(label.zh for label in labels))
    return fill(tables.say("iec_hs", "features"), {"list": listed}, tables)


RULE = Rule("iec_hs", Text(en="IEC-HS definition", zh="IEC-HS 定义"), Inputs, decide, ("iec_hs",))
