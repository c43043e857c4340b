"""Reads the values of `response`: units, falls and rises in %, ratios, and what one finding says about another.

A rise needs the lowest confirmed value. Where it is missing the rise is left open, unless the value now is so low that
no lowest value could make it a progression.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from assistant.rules.engine import Facts
from assistant.rules.inputs import contradiction, plausible, wrong
from assistant.rules.quantities import as_fraction, convert, decimal
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import MissingInput

if TYPE_CHECKING:
    from assistant.rules.response import Inputs

_ZERO = Decimal()
# A test that was not done: no criterion that rests on it is met.
_NOT_DONE = "not_done"
# Which inputs a derived fact is made of: these are asked for, never the derived fact.
MADE_OF: dict[str, tuple[str, ...]] = {
    "serum_baseline_g_l": ("serum_m_baseline",),
    "urine_baseline_mg_24h": ("urine_m_baseline",),
    "flc_baseline_mg_l": ("involved_chain", "flc_kappa_baseline", "flc_lambda_baseline"),
    "flc_ratio_baseline": ("flc_kappa_baseline", "flc_lambda_baseline"),
    "serum_now_g_l": ("serum_m_now",),
    "serum_fall_percent": ("serum_m_baseline", "serum_m_now"),
    "serum_lowest_g_l": ("serum_m_lowest",),
    "serum_rise_g_l": ("serum_m_now", "serum_m_lowest"),
    "serum_rise_percent": ("serum_m_now", "serum_m_lowest"),
    "urine_now_mg_24h": ("urine_m_now",),
    "urine_fall_percent": ("urine_m_baseline", "urine_m_now"),
    "urine_rise_mg_24h": ("urine_m_now", "urine_m_lowest"),
    "urine_rise_percent": ("urine_m_now", "urine_m_lowest"),
    "flc_fall_percent": ("involved_chain", "flc_kappa_now", "flc_lambda_now"),
    "flc_rise_mg_l": ("involved_chain", "flc_kappa_now", "flc_lambda_now", "flc_difference_lowest"),
    "flc_rise_percent": ("involved_chain", "flc_kappa_now", "flc_lambda_now", "flc_difference_lowest"),
    "flc_ratio_now": ("flc_kappa_now", "flc_lambda_now"),
    "marrow_fall_percent": ("marrow_baseline_percent", "marrow_now_percent"),
    "marrow_rise_points": ("marrow_now_percent", "marrow_lowest_percent"),
    "marrow_rise_percent": ("marrow_now_percent", "marrow_lowest_percent"),
}
_UNITS = {"serum": ("g_l", "g_dl"), "urine": ("mg_24h", "g_24h"), "flc": ("mg_l", "mg_dl")}
_LIMITS = {"serum": "serum_m_g_l", "urine": "urine_m_mg_24h", "flc": "flc_mg_l"}


@dataclass(frozen=True)
class Readings:
    """The facts for the tables, and the questions for units that were left out."""

    facts: Facts
    units: tuple[MissingInput, ...]


def read(inputs: Inputs, tables: Tables) -> Readings:
    """Every fact that the values given allow; the rest is None."""
    units: list[MissingInput] = []
    serum = _converted(inputs, tables, "serum", ("serum_m_baseline", "serum_m_now", "serum_m_lowest"), units)
    urine = _converted(inputs, tables, "urine", ("urine_m_baseline", "urine_m_now", "urine_m_lowest"), units)
    chains = ("flc_kappa_baseline", "flc_lambda_baseline", "flc_kappa_now", "flc_lambda_now", "flc_difference_lowest")
    flc = _converted(inputs, tables, "flc", chains, units)
    marrow = [
        plausible(tables, "marrow_percent", value)
        for value in (inputs.marrow_baseline_percent, inputs.marrow_now_percent, inputs.marrow_lowest_percent)
    ]
    skipped = set(inputs.not_done)
    involved, before = _involved(inputs, flc["flc_kappa_baseline"], flc["flc_lambda_baseline"])
    _, now = _involved(inputs, flc["flc_kappa_now"], flc["flc_lambda_now"])
    serum_now, urine_now = serum["serum_m_now"], urine["urine_m_now"]
    return Readings(
        facts={
            "serum_baseline_g_l": serum["serum_m_baseline"],
            "urine_baseline_mg_24h": urine["urine_m_baseline"],
            "flc_baseline_mg_l": involved,
            "flc_ratio_baseline": _ratio(flc["flc_kappa_baseline"], flc["flc_lambda_baseline"]),
            "flc_ratio_now": _NOT_DONE
            if "light_chains" in skipped
            else _ratio(flc["flc_kappa_now"], flc["flc_lambda_now"]),
            "serum_now_g_l": serum_now,
            "urine_now_mg_24h": urine_now,
            "marrow_baseline_percent": marrow[0],
            "marrow_now_percent": _NOT_DONE if "marrow" in skipped else marrow[1],
            "serum_fall_percent": _fall(tables, serum["serum_m_baseline"], serum_now),
            "urine_fall_percent": _fall(tables, urine["urine_m_baseline"], urine_now),
            "flc_fall_percent": _fall(tables, before, now),
            "marrow_fall_percent": _fall(tables, marrow[0], marrow[1]),
            "serum_lowest_g_l": serum["serum_m_lowest"],
            **_rise(tables, "serum_rise", "g_l", serum_now, serum["serum_m_lowest"]),
            **_rise(tables, "urine_rise", "mg_24h", urine_now, urine["urine_m_lowest"]),
            **_rise(tables, "flc_rise", "mg_l", now, flc["flc_difference_lowest"]),
            **_rise(tables, "marrow_rise", "points", marrow[1], marrow[2]),
            "serum_immunofixation": _immunofixation("serum", inputs.serum_immunofixation, serum_now),
            "urine_immunofixation": _immunofixation("urine", inputs.urine_immunofixation, urine_now),
            "clonal_plasma_cells": _NOT_DONE if "marrow" in skipped else inputs.clonal_plasma_cells,
            "plasmacytoma": "not_imaged" if inputs.plasmacytoma == "unknown" else inputs.plasmacytoma,
        },
        units=tuple(units),
    )


def _converted(
    inputs: Inputs, tables: Tables, kind: str, names: tuple[str, ...], asked: list[MissingInput]
) -> dict[str, Decimal | None]:
    """The values of one kind in the unit of the tables; without their unit all are left open and the unit is asked."""
    unit, allowed = getattr(inputs, f"{kind}_unit"), _UNITS[kind]
    values: dict[str, Decimal | None] = {name: getattr(inputs, name) for name in names}
    if unit is not None and unit not in allowed:
        raise wrong(f"{kind}_unit", unit, ", ".join(allowed))
    if unit is None:
        # Nothing is nothing in every unit.
        if any(values.values()):
            name = f"{kind}_unit"
            asked.append(MissingInput(name=name, question=tables.questions[name].text, options=allowed))
            return dict.fromkeys(names)
        return values
    measure = tables.units[allowed[0]].kind
    for name, value in values.items():
        if value is not None:
            exact = convert(tables, measure, name, value, unit, allowed[0])
            plausible(tables, _LIMITS[kind], abs(exact) if name == "flc_difference_lowest" else exact)
            values[name] = exact
    _check_lowest(kind, values.get(f"{kind}_m_baseline"), values.get(f"{kind}_m_lowest"))
    return values


def _check_lowest(kind: str, baseline: Decimal | None, lowest: Decimal | None) -> None:
    if baseline is not None and lowest is not None and lowest > baseline:
        raise contradiction(
            f"{kind}_m_lowest",
            f"{plain(lowest)} > {plain(baseline)}",
            "the lowest value is above the value at baseline. Correct one of the two.",
            "最低值高于基线值，请改正其一。",
        )


def _involved(inputs: Inputs, kappa: Decimal | None, lam: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """The involved chain and the difference of involved and uninvolved chain."""
    if kappa is None or lam is None or inputs.involved_chain is None:
        return None, None
    one, other = (kappa, lam) if inputs.involved_chain == "kappa" else (lam, kappa)
    return one, one - other


def _ratio(kappa: Decimal | None, lam: Decimal | None) -> Decimal | None:
    if kappa is None or lam is None:
        return None
    return decimal(Fraction(kappa) / Fraction(lam)) if lam else Decimal("Infinity")


def _percent(tables: Tables, part: Decimal, whole: Decimal) -> Decimal:
    share = decimal(Fraction(part) / Fraction(whole))
    return decimal(as_fraction(tables, "share", "percent", share, "fraction", "percent"))


def _fall(tables: Tables, before: Decimal | None, now: Decimal | None) -> Decimal | None:
    """The fall from baseline in %; nothing falls from a baseline of nothing."""
    if before is None or now is None:
        return None
    return _percent(tables, before - now, before) if before > 0 else _ZERO


def _rise(
    tables: Tables, name: str, unit: str, now: Decimal | None, lowest: Decimal | None
) -> dict[str, Decimal | None]:
    """The rise from the lowest value; without it the largest possible rise, with the rise in % left open."""
    key, share = f"{name}_{unit}", f"{name}_percent"
    if now is None or lowest is None:
        return {key: now, share: None}
    rise = now - lowest
    if lowest <= 0:
        return {key: rise, share: Decimal("Infinity") if rise > 0 else _ZERO}
    return {key: rise, share: _percent(tables, rise, lowest)}


def _immunofixation(where: str, said: str | None, now: Decimal | None) -> str | None:
    """An M-protein that electrophoresis shows is positive on immunofixation as well."""
    if now is None or not now:
        return said
    if said == "negative":
        raise contradiction(
            f"{where}_immunofixation",
            "negative",
            "immunofixation is negative, but an M-protein is given. Correct one of the two.",
            "免疫固定电泳阴性，同时又填有 M 蛋白，请改正其一。",
        )
    return "positive"
