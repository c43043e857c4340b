"""Millilitres, vials and injections for an amount in mg, by the vial strengths that a label lists.

Never chooses between strengths that the sources leave open, never rounds an amount of drug. Example: 23.4 mg of
teclistamab from 10 mg/mL vials → 2.34 mL, 1 vial.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from assistant.rules.engine import look_up
from assistant.rules.model import Row, Table
from assistant.rules.quantities import decimal, rounded
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.rules.verdict import caveats, context_of, fill, provenance
from assistant.types import Text


def volumes(tables: Tables, table: Table, row: Row, dose: Extra) -> Extra:
    """Volume, vials and injections of a dose row as values and notes; nothing when the amount in mg is not known."""
    amount = {**row.then, **dose.values}.get("dose_mg")
    vials = tables.of("vials", table.drug, table.jurisdiction)
    if amount is None or not vials:
        return Extra()
    steps = row.when.get("step")
    step = steps[0] if isinstance(steps, tuple) else None
    looked = [(vial, look_up(vial, {"step": step}, tables)) for vial in vials]
    found = [(vial, fired) for vial, outcome in looked for fired in outcome.rows]
    drawn = [_draw(vial, fired, Decimal(amount), tables) for vial, fired in found if "mg_per_ml" in fired.then]
    notes = [note for one in drawn for note in one.notes]
    values = dict(drawn[0].values) if len(drawn) == 1 else {}
    for vial, fired in found:
        if "max_ml" in fired.then and len(drawn) == 1:
            injections = ceil(drawn[0].volume / Fraction(Decimal(fired.then["max_ml"])))
            values["injections"] = str(injections)
            notes.append(_injections(vial, fired, injections, tables))
        elif not fired.covered:
            notes.append(fill(tables.say("vials", fired.say), context_of(vial, fired.then), tables))
    return Extra(
        values=values,
        notes=tuple(notes),
        trace=tuple(step for _, outcome in looked for step in outcome.trace),
        provenance=tuple(source for vial, fired in found for source in provenance(vial, fired, tables)),
    )


@dataclass(frozen=True)
class Drawn:
    """The exact volume from one strength in mL, its results and its words."""

    volume: Fraction
    values: dict[str, str]
    notes: tuple[Text, ...]


def _draw(vial: Table, row: Row, amount: Decimal, tables: Tables) -> Drawn:
    volume = Fraction(amount) / Fraction(Decimal(row.then["mg_per_ml"]))
    shown = rounded(decimal(volume), tables.say("vials", "display_ml").en)
    count = ceil(Fraction(amount) / Fraction(Decimal(row.then["vial_mg"])))
    many = fill(tables.say("vials", "vial_one" if count == 1 else "vial_many"), {"count": str(count)}, tables)
    context = context_of(vial, {**row.then, "volume_ml": shown, "vials": many})
    key = row.say if Fraction(Decimal(shown)) == volume else f"{row.say}_rounded"
    words = (fill(tables.say("vials", key), context, tables), *caveats("vials", vial, row, context, tables))
    return Drawn(volume, {"volume_ml": shown, "vials": str(count)}, words)


def _injections(vial: Table, row: Row, count: int, tables: Tables) -> Text:
    """The words for the number of injections, by the largest volume that one injection may have."""
    many = fill(tables.say("vials", "injection_one" if count == 1 else "injection_many"), {"count": str(count)}, tables)
    key = row.say if row.confidence == "verified" else f"{row.say}_{row.confidence}"
    return fill(tables.say("vials", key), context_of(vial, {**row.then, "injections": many}), tables)
