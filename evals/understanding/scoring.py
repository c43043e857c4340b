"""One utterance against its key: route, rule inputs, entities, quantities, and what would be shown to the user.

The checks are independent: a right route with a wrong input fails `slots` only. `wrong_calculation` is the dangerous one:
a result is shown, without a question, that the key does not allow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.answer.calculate import NEEDS_DRUG
from assistant.answer.whole_schedule import whole_schedule
from assistant.errors import RuleInputError
from assistant.lexicon.terms import lexicon
from assistant.rules import run
from assistant.text.quantities import Quantity
from assistant.types import RuleResult
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW
from evals.understanding.utterances import ENTITY_CATEGORIES, Amount, Utterance

# litres beside oxygen are litres per minute (a convention of the keys)
_UNITS = {"litre": "l/min"}
# an input with this value is as good as not given: the rule asks for it
UNKNOWN = "unknown"


class Outcome(BaseModel):
    """What one utterance leads to: the route, the rule with its inputs, and what the rule makes of them.

    `verdicts` are the results that would be shown, `asked` the inputs that would be asked for; never both.
    """

    model_config = ConfigDict(frozen=True)

    route: str
    rule: str = ""
    inputs: dict[str, str] = {}
    asked: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    also_guidance: bool = False
    comparison: bool = False

    @property
    def shows_result(self) -> bool:
        """Whether a result is shown without a question."""
        return bool(self.verdicts)

    @property
    def shown(self) -> tuple[object, ...]:
        """What the user gets to see, to compare an English with a Chinese wording."""
        return (self.route, self.rule, frozenset(self.asked), self.verdicts)


class Counts(BaseModel):
    """Items in the key, items found, and items that are both; for micro-averaged precision, recall and F1."""

    model_config = ConfigDict(frozen=True)

    keyed: int = 0
    found: int = 0
    both: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(keyed=self.keyed + other.keyed, found=self.found + other.found, both=self.both + other.both)

    @property
    def f1(self) -> float:
        """F1; 1 when nothing is keyed and nothing found."""
        return 2 * self.both / (self.keyed + self.found) if self.keyed + self.found else 1.0


class Score(BaseModel):
    """The checks of one utterance that apply, the counts for F1, and why a check failed."""

    model_config = ConfigDict(frozen=True)

    id: str
    checks: dict[str, bool]
    wrong_calculation: bool
    entities: Counts
    quantities: Counts
    why: tuple[str, ...]
    outcome: Outcome


def score(utterance: Utterance) -> Score:
    """All checks of `utterance` against what is read now."""
    reading = reading_of(utterance)
    outcome = outcome_of(reading)
    return score_outcome(utterance, outcome, reading)


def reading_of(utterance: Utterance) -> Reading:
    """The reading of the last turn, with the state that the earlier turns leave."""
    state = NEW
    for turn in utterance.history:
        state = read(turn, state, lexicon()).state
    return read(utterance.text, state, lexicon())


def outcome_of(reading: Reading) -> Outcome:
    """What `reading` leads to; the rule is run as the answer room runs it."""
    common = {"route": reading.route, "also_guidance": reading.also_guidance, "comparison": reading.comparison}
    if reading.route != "rule" or reading.call is None:
        return Outcome(**common)
    call = reading.call
    inputs = {n: v for n, v in call.inputs.items() if not n.startswith("_") and v is not None}
    shown = {name: str(value) for name, value in inputs.items()}
    if call.rule in NEEDS_DRUG and "drug" not in inputs:
        return Outcome(**common, rule=call.rule, inputs=shown, asked=("drug",))
    try:
        result = whole_schedule(inputs, None) if call.inputs.get("_every_step") else run(call.rule, inputs)
    except RuleInputError as error:
        return Outcome(**common, rule=call.rule, inputs=shown, asked=(error.name,))
    asked = tuple(missing.name for missing in result.missing)
    return Outcome(**common, rule=call.rule, inputs=shown, asked=asked, verdicts=() if asked else _verdicts(result))


def score_outcome(utterance: Utterance, outcome: Outcome, reading: Reading) -> Score:
    """The checks of one outcome; separate from reading so that a test can hand in an outcome of its own."""
    checks, why = {}, []
    routes = {utterance.route, *utterance.route_or}
    rules = {utterance.rule, *utterance.rule_or} - {""}
    checks["route"] = outcome.route in routes and (outcome.route != "rule" or not rules or outcome.rule in rules)
    if not checks["route"]:
        why.append(f"route {_route(outcome)}, expected {'/'.join(sorted(routes))} {'/'.join(sorted(rules))}".strip())
    if utterance.route == "rule" and outcome.route == "rule" and checks["route"]:
        differing = slot_differences(utterance, outcome.inputs, outcome.asked)
        checks["slots"] = not differing
        why += differing
        asked = asked_wrongly(utterance, outcome)
        checks["asks"] = not asked
        why += asked
    elif utterance.route == "rule" and "rule" in routes and len(routes) == 1:
        checks["slots"] = False
    if checks["route"] and outcome.route == "rule":
        checks["also"] = outcome.also_guidance == (utterance.also == "guidance") or outcome.rule != utterance.rule
        why += [] if checks["also"] else [f"also_guidance {outcome.also_guidance}, expected {utterance.also!r}"]
    if checks["route"] and outcome.route == "guidance" and utterance.comparison:
        checks["comparison"] = outcome.comparison
        why += [] if checks["comparison"] else ["not read as a comparison"]
    wrong = wrong_calculation(utterance, outcome)
    why += [f"WRONG CALCULATION SHOWN: {wrong}"] if wrong else []
    entities, missed = entity_counts(utterance, reading)
    quantities, unread = quantity_counts(utterance, reading.quantities)
    return Score(
        id=utterance.id,
        checks=checks,
        wrong_calculation=bool(wrong),
        entities=entities,
        quantities=quantities,
        why=(*why, *missed, *unread),
        outcome=outcome,
    )


def slot_differences(utterance: Utterance, inputs: Mapping[str, str], asked: tuple[str, ...] = ()) -> list[str]:
    """How the inputs differ from the keyed slots.

    An open input has to be left out, or "unknown"; a slot that the key lets be asked for may be left out when it is asked.
    """
    differences = []
    given = {name: value for name, value in inputs.items() if not (value == UNKNOWN and name not in utterance.slots)}
    given = _one_name_for_weight(given)
    wanted = _one_name_for_weight(utterance.slots)
    for name in sorted({*given, *wanted} - set(utterance.slots_free)):
        found, keyed = given.get(name), wanted.get(name)
        left_to_ask = found is None and _names_one_of(name, set(utterance.may_ask)) and _names_one_of(name, set(asked))
        if not same(found, keyed) and not left_to_ask:
            differences.append(f"{name} = {found}, expected {keyed}")
    return differences


def asked_wrongly(utterance: Utterance, outcome: Outcome) -> list[str]:
    """Questions that the key does not allow, or the missing question for an open input."""
    allowed = {*utterance.open, *utterance.may_ask}
    extra = [name for name in outcome.asked if not _names_one_of(name, allowed)]
    found = [f"asks for {', '.join(extra)}, allowed: {', '.join(sorted(allowed)) or 'nothing'}"] if extra else []
    if utterance.open and not any(_names_one_of(name, set(utterance.open)) for name in outcome.asked):
        found.append(f"asks for {', '.join(outcome.asked) or 'nothing'}, expected {', '.join(utterance.open)}")
    return found


def wrong_calculation(utterance: Utterance, outcome: Outcome) -> str:
    """Why the result that is shown is not allowed by the key; "" when none is shown, or it is."""
    if not outcome.shows_result:
        return ""
    if "rule" not in {utterance.route, *utterance.route_or}:
        return f"{outcome.rule} answers, the key expects {utterance.route}"
    if outcome.rule not in {utterance.rule, *utterance.rule_or}:
        return f"{outcome.rule} answers, the key expects {utterance.rule}"
    if utterance.route != "rule" or outcome.rule != utterance.rule:
        return ""  # an allowed alternative: its inputs are not keyed
    if utterance.open:
        return f"{', '.join(utterance.open)} should have been asked for"
    return "; ".join(slot_differences(utterance, outcome.inputs, outcome.asked))


def entity_counts(utterance: Utterance, reading: Reading) -> tuple[Counts, list[str]]:
    """Drugs and toxicities of the last turn; a name with several senses is no entity yet."""
    free = set(utterance.entities_free)
    found = {
        mention.ids[0]
        for mention in reading.mentions
        if len(mention.ids) == 1 and mention.category in ENTITY_CATEGORIES and mention.ids[0] not in free
    }
    keyed = set(utterance.entities) - free
    counts = Counts(keyed=len(keyed), found=len(found), both=len(keyed & found))
    differing = sorted(keyed ^ found)
    return counts, [f"entities {', '.join(_sign(name, keyed) for name in differing)}"] if differing else []


def quantity_counts(utterance: Utterance, quantities: Iterable[Quantity]) -> tuple[Counts, list[str]]:
    """Amounts of the last turn by value and unit, each as often as it is typed."""
    free = Counter(_keyed(amount) for amount in utterance.quantities_free)
    keyed = Counter(_keyed(amount) for amount in utterance.quantities)
    inexact = {unit for value, unit in (*keyed, *free) if not value}
    found = Counter(_found(q, inexact) for q in quantities)
    for amount, times in free.items():
        found[amount] -= min(times, max(0, found[amount] - keyed[amount]))
    both = keyed & +found
    counts = Counts(keyed=keyed.total(), found=(+found).total(), both=both.total())
    differing = [f"-{_shown(a)}" for a in (keyed - both).elements()] + [
        f"+{_shown(a)}" for a in (+found - both).elements()
    ]
    return counts, [f"quantities {', '.join(differing)}"] if differing else []


def same(found: object, keyed: object) -> bool:
    """Equal as numbers where both are numbers, otherwise as text."""
    if found is None or keyed is None:
        return found is keyed
    try:
        return Decimal(str(found)) == Decimal(str(keyed))
    except InvalidOperation:
        return str(found) == str(keyed)


def _one_name_for_weight(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`weight_kg` as value and unit: two names for one input."""
    found = dict(inputs)
    if "weight_kg" in found:
        found |= {"weight_value": found.pop("weight_kg"), "weight_unit": "kg"}
    return found


def _names_one_of(name: str, wanted: set[str]) -> bool:
    """Whether asking for `name` asks for one of `wanted`: a value and its unit are one question."""
    stems = {_stem(other) for other in wanted}
    return name in wanted or _stem(name) in stems


def _stem(name: str) -> str:
    return name.removesuffix("_value").removesuffix("_unit")


def _verdicts(result: RuleResult) -> tuple[str, ...]:
    shown = ({"jurisdiction": v.jurisdiction, "status": v.status, **_plain(v.values)} for v in result.verdicts)
    return tuple(str(sorted(values.items(), key=str)) for values in shown)


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _route(outcome: Outcome) -> str:
    return f"{outcome.route} {outcome.rule}".strip()


def _keyed(amount: Amount) -> tuple[str, str]:
    return _number(None if amount.value is None else Decimal(amount.value)), _UNITS.get(amount.unit, amount.unit)


def _found(quantity: Quantity, inexact: set[str]) -> tuple[str, str]:
    """Value and unit; without the value where the key has only the unit of an approximate amount."""
    unit = _UNITS.get(quantity.unit, quantity.unit)
    about = not quantity.exact and unit in inexact
    return "" if about else _number(quantity.value), unit


def _number(value: Decimal | None) -> str:
    return "" if value is None else str(value.normalize())


def _sign(name: str, keyed: set[str]) -> str:
    return f"-{name}" if name in keyed else f"+{name}"


def _shown(amount: tuple[str, str]) -> str:
    return f"{amount[0] or '?'} {amount[1]}"
