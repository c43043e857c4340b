"""How many of the eight HLH-2004 criteria are met, not met and not known; never a diagnosis by itself.

What was not given counts as not known, and the result says whether it could still change the answer. Example: 39.0 °C,
spleen enlarged, ferritin 12,000 µg/L, nothing else → 3 met, 5 not known, not decided.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.engine import look_up
from assistant.rules.inputs import Finding, Number, RuleInputs, contradiction, known, plausible
from assistant.rules.quantities import convert
from assistant.rules.rule import Rule
from assistant.rules.table_rule import questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill, word
from assistant.types import RuleResult, Text

_NUMBERS = ("temperature_c", "triglycerides_mmol_l", "triglycerides_mg_dl", "ferritin_ug_l", "soluble_cd25_u_ml")
_FINDINGS = ("splenomegaly", "haemophagocytosis", "low_nk_activity")
_LINEAGES = ("hb_g_l", "platelets_10e9_l", "neutrophils_10e9_l")
_ASKED = (
    "temperature_c",
    "splenomegaly",
    *_LINEAGES,
    "triglycerides_mmol_l",
    "fibrinogen_g_l",
    "haemophagocytosis",
    "low_nk_activity",
    "ferritin_ug_l",
    "soluble_cd25_u_ml",
)


class Inputs(RuleInputs):
    """Inputs of `hlh_2004`; the unit is part of the name. What is left out counts as not known."""

    molecular_diagnosis: Finding | None = Field(None, description="A molecular diagnosis of HLH has been made.")
    temperature_c: Number | None = Field(None, description="Highest temperature in °C.")
    splenomegaly: Finding | None = Field(None, description="The spleen is enlarged.")
    hb_g_l: Number | None = Field(None, description="Haemoglobin in g/L.")
    platelets_10e9_l: Number | None = Field(None, description="Platelets in 10^9/L.")
    neutrophils_10e9_l: Number | None = Field(None, description="Neutrophils in 10^9/L.")
    triglycerides_mmol_l: Number | None = Field(None, description="Fasting triglycerides in mmol/L.")
    triglycerides_mg_dl: Number | None = Field(None, description="Fasting triglycerides in mg/dL, instead.")
    fibrinogen_g_l: Number | None = Field(None, description="Fibrinogen in g/L.")
    fibrinogen_mg_dl: Number | None = Field(None, description="Fibrinogen in mg/dL, instead.")
    haemophagocytosis: Finding | None = Field(None, description="Seen in marrow, spleen, nodes or liver.")
    low_nk_activity: Finding | None = Field(None, description="NK activity is low or absent.")
    ferritin_ug_l: Number | None = Field(None, description="Ferritin in µg/L, the same number as ng/mL.")
    soluble_cd25_u_ml: Number | None = Field(None, description="Soluble CD25 (soluble IL-2 receptor) in U/mL.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The count of criteria and whether HLH-2004 is fulfilled, not fulfilled or not decided."""
    version = tables.version(("hlh_2004",))
    given = inputs.model_dump(exclude_none=True)
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    criteria, result = tables.tables["hlh_2004.criteria"], tables.tables["hlh_2004.result"]
    if not given:
        missing = questions(_ASKED, tables, [criteria], {})
        return RuleResult(rule="hlh_2004", version=version, inputs=echo, missing=missing)
    cells = {name: plausible(tables, name, getattr(inputs, name)) for name in _LINEAGES}
    lines = look_up(tables.tables["hlh_2004.lineages"], cells, tables)
    low = sum((Decimal(row.then["low"]) for row in lines.rows), Decimal())
    open_lines = len(_LINEAGES) - len(lines.rows)
    facts: dict[str, str | Decimal | None] = {
        **{name: plausible(tables, name, getattr(inputs, name)) for name in _NUMBERS},
        **{name: known(getattr(inputs, name)) for name in _FINDINGS},
        "fibrinogen_g_l": _fibrinogen(inputs, tables),
        "low_lineages": low,
        "possible_low_lineages": low + open_lines,
    }
    outcome = look_up(criteria, facts, tables)
    every = dict.fromkeys(row.then["criterion"] for row in criteria.rows)
    met = [name for name in every if any(_is(row.then, name, "present") for row in outcome.rows)]
    not_met = [name for name in every if any(_is(row.then, name, "absent") for row in outcome.rows)]
    unknown = [name for name in every if name not in met and name not in not_met]
    counts = {"criteria_met": met, "criteria_not_met": not_met, "criteria_unknown": unknown}
    final = look_up(
        result,
        {
            "molecular_diagnosis": known(inputs.molecular_diagnosis) or "not_stated",
            "criteria_met": Decimal(len(met)),
            "criteria_possible": Decimal(len(met) + len(unknown)),
        },
        tables,
    )
    verdict = word(
        "hlh_2004",
        result,
        final.rows[0],
        tables,
        trace=(*lines.trace, *outcome.trace, *final.trace),
        values={
            **{name: str(len(names)) for name, names in counts.items()},
            "met": ", ".join(met),
            "unknown": ", ".join(unknown),
        },
        notes=tuple(
            _list(key, names, tables)
            for key, names in (("met_list", met), ("not_met_list", not_met), ("unknown_list", unknown))
            if names
        ),
    )
    return RuleResult(rule="hlh_2004", version=version, inputs=echo, verdicts=(verdict,))


def _is(then: dict[str, str], criterion: str, met: str) -> bool:
    return then["criterion"] == criterion and then["met"] == met


def _fibrinogen(inputs: Inputs, tables: Tables) -> Decimal | None:
    for one, other in (("fibrinogen_g_l", "fibrinogen_mg_dl"), ("triglycerides_mmol_l", "triglycerides_mg_dl")):
        if getattr(inputs, one) is not None and getattr(inputs, other) is not None:
            raise contradiction(
                other,
                plain(getattr(inputs, other)),
                f"{one} is given as well. Give one of the two.",
                f"同时填写了 {one}，请只填其一。",
            )
    value = inputs.fibrinogen_g_l
    if inputs.fibrinogen_mg_dl is not None:
        value = convert(tables, "mass_concentration", "fibrinogen_mg_dl", inputs.fibrinogen_mg_dl, "mg_dl", "g_l")
    return plausible(tables, "fibrinogen_g_l", value)


def _list(key: str, names: list[str], tables: Tables) -> Text:
    labels = [tables.label(name) for name in names]
    listed = Text(en="; ".join(label.en for label in labels), zh="；".join(label.zh for label in labels))
    return fill(tables.say("hlh_2004", key), {"list": listed}, tables)


RULE = Rule("hlh_2004", Text(en="HLH-2004 criteria", zh="HLH-2004 标准"), Inputs, decide, ("hlh_2004",))
