"""An amount of drug in words: the fixed amount, or the amount per kilogram times the weight, exactly."""

from __future__ import annotations

from decimal import Decimal

from assistant.rules.inputs import plausible
from assistant.rules.quantities import choices, rounded, to_base
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import MissingInput, Text


def weight_in_kg(tables: Tables, value: Decimal | None, unit: str | None) -> Decimal | MissingInput | None:
    """The weight in kilograms, the question for its unit, or None when no weight was given."""
    if value is None:
        return None
    found = tables.units.get(unit or "")
    if unit is None or (found is not None and found.ambiguous):
        entry = tables.questions["weight_unit"]
        options = found.ambiguous if found else choices(tables, "weight")
        return MissingInput(name="weight_unit", question=entry.text, options=tuple(options))
    return plausible(tables, "weight_kg", to_base(tables, "weight", "weight_unit", value, unit))


def amount(tables: Tables, then: dict[str, str], weight: Decimal | None) -> Extra:
    """The amount of a row: values, the words for `{dose}`, and the caveats that belong to it.

    `then` holds `dose_mg` (fixed) or `dose_mg_per_kg`; with a weight the product is exact, without one it is left open.
    """
    if "dose_mg" in then:
        return Extra(wording={"dose": fill(tables.say("common", "dose_fixed"), then, tables)})
    if "dose_mg_per_kg" not in then:
        return Extra()
    if weight is None:
        words = fill(tables.say("common", "dose_per_kg"), then, tables)
        return Extra(wording={"dose": words}, notes=(tables.say("common", "weight_needed"),))
    product = Decimal(then["dose_mg_per_kg"]) * weight
    exact, shown = plain(product), rounded(product, tables.say("common", "display_mg").en)
    context: dict[str, str | Text] = {**then, "dose_mg": exact, "shown_mg": shown, "weight_kg": plain(weight)}
    key = "dose_by_weight" if exact == shown else "dose_by_weight_rounded"
    return Extra(
        values={"dose_mg": exact},
        wording={"dose": fill(tables.say("common", key), context, tables)},
        notes=(tables.say("common", "band_table"),),
    )
