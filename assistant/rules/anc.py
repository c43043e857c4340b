"""The absolute neutrophil count from the white cell count and the share of segmented and band neutrophils.

Never leaves the bands out silently: they are asked for. Example: 2.0 × 10⁹/L, 14.8 % + 5.0 % → 0.396 × 10⁹/L.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.formula import Constants, decide_by_formula
from assistant.rules.inputs import Number, RuleInputs, contradiction, plausible
from assistant.rules.measured import echo_of, measured, needed_value
from assistant.rules.model import Row
from assistant.rules.quantities import choices
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `anc`."""

    wbc_value: Number | None = Field(None, description="White cell count.")
    wbc_unit: str | None = Field(None, description="10e9_l, 10e3_ul, per_ul or per_mm3.")
    segmented_percent: Number | None = Field(None, description="Segmented neutrophils in % of the white cells.")
    bands_percent: Number | None = Field(None, description="Band neutrophils in % of the white cells; 0 if none.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The absolute neutrophil count in 10⁹/L."""
    units = choices(tables, "cell_count")
    wbc = measured(tables, "wbc", inputs.wbc_value, inputs.wbc_unit, units=units, to="10e9_l")
    segmented = plausible(tables, "segmented_percent", inputs.segmented_percent)
    bands = plausible(tables, "bands_percent", inputs.bands_percent)
    whole = Decimal(tables.tables["anc.segs_and_bands"].rows[0].then["whole_percent"])
    if segmented is not None and bands is not None and segmented + bands > whole:
        total = plain(segmented + bands)
        raise contradiction(
            "bands_percent",
            f"{total} %",
            f"segmented and band neutrophils together are {total} % of the white cells. Correct one of the two.",
            f"分叶核与杆状核合计为白细胞的 {total} %，请改正其一。",
        )
    echo = echo_of(tables, wbc=wbc, segmented_percent=segmented, bands_percent=bands)

    def compute(numbers: Constants, row: Row) -> Extra:
        neutrophils = needed_value(segmented) + needed_value(bands)
        return Extra({"anc_10e9_l": plain(needed_value(wbc) * neutrophils / numbers["whole_percent"])}, echo)

    return decide_by_formula(
        "anc",
        tables,
        compute,
        needed={"wbc_value": wbc, "segmented_percent": segmented, "bands_percent": bands},
        facts={},
        echo=echo,
        as_of=as_of,
    )


RULE = Rule("anc", Text(en="Absolute neutrophil count", zh="中性粒细胞绝对计数"), Inputs, decide, ("anc",))
