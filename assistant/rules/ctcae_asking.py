"""What `ctcae_grade` matches and asks for: a table is looked up once per finding, and the worst row counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.rules.ctcae_values import Facts, Specs
from assistant.rules.engine import Outcome, look_up, rank
from assistant.rules.model import Question, Row, Table
from assistant.rules.tables import Tables
from assistant.types import MissingInput

# What to ask for, when a fact that is read off the inputs is not known.
_ASK = {
    "below_lln": ("lln",),
    "above_uln": ("uln",),
    "times_uln": ("uln",),
    "times_baseline": ("baseline",),
    "above_baseline": ("baseline",),
    "baseline_times_uln": ("baseline", "uln"),
    "temperature_c": ("temperature_value",),
    "finding": ("findings",),
}
_KEPT = ("baseline_state", "baseline_below_lln", "fever_hours")
_NEEDS_VALUE = ("lln", "uln", "baseline", *_KEPT[:2])


@dataclass(frozen=True)
class Reading:
    """The inputs as read: facts for the tables, findings, names of the inputs given, units, first questions."""

    term: str
    facts: Facts
    findings: tuple[str, ...]
    given: frozenset[str]
    units: tuple[str, ...]
    missing: tuple[MissingInput, ...]

    @property
    def measured(self) -> bool:
        """Whether a value or a temperature was given."""
        return bool({"value", "temperature_value"} & self.given)


def look_up_all(table: Table, reading: Reading, tables: Tables) -> Outcome:
    """The rows with the highest grade over all findings, what is still open, and the trace of the deciding look-up."""
    outcomes = [
        look_up(table, {**reading.facts, "finding": finding}, tables) for finding in reading.findings or (None,)
    ]
    best = max((rank(table, row) for outcome in outcomes for row in outcome.rows), default=None)
    rows = {row.id: row for outcome in outcomes for row in outcome.rows if rank(table, row) == best}
    graded = [row for row in rows.values() if not row.covered] or list(rows.values())
    open_rows = {
        row.id: row for outcome in outcomes for row in outcome.possible if best is None or rank(table, row) > best
    }
    deciding = next((outcome for outcome in outcomes if graded and graded[0] in outcome.rows), outcomes[0])
    return replace(deciding, rows=tuple(graded), ask=(), possible=tuple(open_rows.values()))


def ask_for(
    found: list[tuple[Table, Outcome]], reading: Reading, tables: Tables, specs: Specs
) -> tuple[MissingInput, ...]:
    """The questions whose answers could still change a grade of one of the versions."""
    wanted: dict[str, None] = {}
    for table, outcome in found:
        for row in _open(table, outcome, reading, specs):
            for name in table.inputs:
                if name in row.when and _unknown(name, reading):
                    wanted |= dict.fromkeys(_ASK.get(name) or ((name,) if name in _KEPT else ("value",)))
    names = [name for name in wanted if name not in reading.given]
    if reading.units and not reading.measured and {"value", *_NEEDS_VALUE} & set(names):
        names = list(dict.fromkeys(["value", *(name for name in names if name not in _NEEDS_VALUE)]))
    names = sorted(names, key=lambda name: name not in ("value", "lln", "uln"))
    if "value" in names and "fever_hours" in names:
        names.remove("fever_hours")
    return tuple(_question(name, tables, specs) for name in names if _wording(name, tables).after not in names)


def _unknown(name: str, reading: Reading) -> bool:
    return reading.facts.get(name) is None and (name != "finding" or not reading.findings)


def _open(table: Table, outcome: Outcome, reading: Reading, specs: Specs) -> list[Row]:
    """The open rows worth asking about: after a hit by value no further findings, after a hit by finding no value.

    A row in another unit than the one the value was given in is not asked about.
    """
    other_units = (
        {name for name, spec in specs.items() if spec.units} - set(_ASK) if "value" in reading.given else set()
    )
    unknown = {row.id: {name for name in row.when if _unknown(name, reading)} for row in outcome.possible}
    fitting = [row for row in outcome.possible if not unknown[row.id] & other_units]
    by_value = [row for row in fitting if unknown[row.id] != {"finding"}]
    if any(row.when for row in outcome.rows):
        return by_value if reading.measured else []
    if not reading.measured or by_value:
        return by_value if reading.measured else fitting
    return fitting if _named_by_findings_first(table, fitting) else []


def _named_by_findings_first(table: Table, by_finding: list[Row]) -> bool:
    """Whether a finding gives a grade below the lowest one that a value gives, so that the value alone says too little."""
    by_value = [rank(table, row) for row in table.rows if row.when and set(row.when) != {"finding"}]
    return any(rank(table, row) < min(by_value, default=rank(table, row) + 1) for row in by_finding)


def _wording(name: str, tables: Tables) -> Question:
    return tables.questions["measured_value" if name == "value" else name]


def _question(name: str, tables: Tables, specs: Specs) -> MissingInput:
    entry = _wording(name, tables)
    options = specs["finding"].of if name == "findings" else specs[name].of if name in specs else ()
    return MissingInput(name=name, question=entry.text, options=options, unit=entry.unit)
