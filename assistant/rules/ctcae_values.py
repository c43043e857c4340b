"""Reads the value of `ctcae_grade`: exact units, multiples of ULN and baseline, and on which side of a limit it lies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from assistant.rules.inputs import contradiction, known, plausible, wrong
from assistant.rules.model import InputSpec
from assistant.rules.quantities import as_fraction, choices, decimal, to_base
from assistant.rules.scale import on_scale
from assistant.rules.tables import Tables
from assistant.rules.trace import plain

if TYPE_CHECKING:
    from assistant.rules.ctcae_grade import Inputs

Facts = dict[str, str | Decimal | None]
Specs = dict[str, InputSpec]
_LIMITS = ("lln", "uln", "baseline")


def accepted_units(tables: Tables, specs: Specs) -> tuple[str, ...]:
    """Every unit the value of a term may be given in; weights and stools a day need a baseline beside them."""
    units = [unit for spec in specs.values() for unit in spec.units]
    units += choices(tables, "weight") if "percent_lost" in specs else ()
    units += ["stools_per_day"] if "stools_over_baseline" in specs else []
    return tuple(dict.fromkeys(units))


def read_value(inputs: Inputs, value: Decimal, unit: str, tables: Tables, specs: Specs) -> Facts:
    """The facts that the value, the limits of normal and the baseline give for the tables of a term."""
    if unit not in accepted_units(tables, specs):
        raise wrong("unit", unit, ", ".join(accepted_units(tables, specs)))
    _check_limits(inputs)
    name = next((name for name, spec in specs.items() if unit in spec.units), None)
    if name is None:
        return _from_baseline(inputs, value, unit, tables, specs)
    exact = _in_unit(tables, value, unit, specs[name], "unit")
    limits = _limits(inputs, unit, name, tables, specs)
    return {**_compared(inputs, exact, limits), name: _checked(tables, specs, name, decimal(exact))}


def _limits(inputs: Inputs, unit: str, name: str, tables: Tables, specs: Specs) -> dict[str, Fraction | None]:
    """The limits of normal and the baseline in the unit of the value; beside a multiple, as multiples of the same."""
    found: dict[str, Fraction | None] = dict.fromkeys(_LIMITS)
    if name in ("times_uln", "times_baseline"):
        whole = name.removeprefix("times_")
        measure = getattr(inputs, whole)
        for limit in ("uln", "baseline"):
            given = getattr(inputs, limit)
            found[limit] = None if given is None else Fraction(given) / Fraction(measure or 1)
        return {**found, whole: Fraction(1)}
    for limit in _LIMITS:
        given = getattr(inputs, limit)
        if given is not None:
            found[limit] = _in_unit(tables, given, inputs.reference_unit or unit, specs[name], "reference_unit")
    return found


def _check_limits(inputs: Inputs) -> None:
    for limit in _LIMITS:
        given = getattr(inputs, limit)
        if given is not None and given <= 0:
            raise wrong(limit, plain(given), "a positive number", "正数")
    if inputs.lln is not None and inputs.uln is not None and inputs.lln > inputs.uln:
        raise contradiction(
            "lln",
            f"{plain(inputs.lln)} > {plain(inputs.uln)}",
            "the lower limit of normal lies above the upper limit. Correct one of the two.",
            "正常值下限高于上限。请改正其一。",
        )


def _from_baseline(inputs: Inputs, value: Decimal, unit: str, tables: Tables, specs: Specs) -> Facts:
    """The loss of weight in percent, or the rise of stools, from two values; nothing while the baseline is not known."""
    if inputs.baseline is None:
        return {}
    other = inputs.reference_unit or unit
    if "percent_lost" in specs:
        before = plausible(
            tables, "weight_kg", to_base(tables, "weight", "reference_unit", inputs.baseline, other), said="baseline"
        )
        now = plausible(tables, "weight_kg", to_base(tables, "weight", "unit", value, unit), said="value")
        share = decimal(1 - Fraction(now or 0) / Fraction(before or 1))
        lost = to_base(tables, "share", "value", share, "fraction")
        return {"percent_lost": _checked(tables, specs, "percent_lost", lost)}
    if other != unit:
        raise wrong("reference_unit", other, unit)
    return {"stools_over_baseline": _checked(tables, specs, "stools_over_baseline", value - inputs.baseline)}


def _in_unit(tables: Tables, value: Decimal, unit: str, spec: InputSpec, name: str) -> Fraction:
    """The value in the unit of the table, as an exact fraction, so that a multiple of a limit is exact as well."""
    if unit not in spec.units or spec.unit is None:
        raise wrong(name, unit, ", ".join(spec.units))
    return as_fraction(tables, tables.units[unit].kind, name, value, unit, spec.unit)


def _checked(tables: Tables, specs: Specs, name: str, value: Decimal) -> Decimal:
    within = on_scale(tables, specs[name], "value", plausible(tables, name, value, said="value"))
    return value if within is None else within


def _compared(inputs: Inputs, value: Fraction, limits: dict[str, Fraction | None]) -> Facts:
    """On which side of each limit the value and the baseline lie, and the multiples; None where a limit is not known."""
    lln, uln, baseline = (limits[limit] for limit in _LIMITS)
    facts: Facts = {
        "below_lln": None if lln is None else _side(value < lln),
        "above_uln": None if uln is None else _side(value > uln),
        "above_baseline": None if baseline is None else _side(value > baseline),
        "times_uln": _ratio(value, uln),
        "times_baseline": _ratio(value, baseline),
        "baseline_times_uln": None,
        "baseline_below_lln": known(inputs.baseline_below_lln),
        "baseline_state": known(inputs.baseline_state),
    }
    if baseline is not None and lln is not None:
        facts["baseline_below_lln"] = _agree(inputs, "baseline_below_lln", _side(baseline < lln))
    if baseline is not None and uln is not None:
        facts["baseline_times_uln"] = _ratio(baseline, uln)
        facts["baseline_state"] = _agree(inputs, "baseline_state", "above_uln" if baseline > uln else "not_above_uln")
    if facts["baseline_state"] == "above_uln" and uln is None and baseline is not None and value >= baseline:
        facts["above_uln"] = "present"
    if facts["baseline_state"] == "not_above_uln" and facts["above_uln"] == "present":
        facts["above_baseline"] = "present"
    return facts


def _agree(inputs: Inputs, name: str, derived: str) -> str:
    said = known(getattr(inputs, name))
    if said is not None and said != derived:
        raise contradiction(
            name,
            said,
            f"'{said}' is given, but the baseline and the limits of normal say '{derived}'. Correct one of the two.",
            f"填写为“{said}”，但按基线值和正常值界限应为“{derived}”。请改正其一。",
        )
    return derived


def _side(holds: bool) -> str:
    return "present" if holds else "absent"


def _ratio(value: Fraction, limit: Fraction | None) -> Decimal | None:
    return None if limit is None else decimal(value / limit)
