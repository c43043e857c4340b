"""A rule that is all data: pick the tables of the drug and jurisdiction, match their rows, word the result.

Most rules are a call of `decide_by_tables`; those that compute something pass an `extend` function, which adds values,
wording and caveats to the verdict of a row and never changes which row fired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from assistant.rules.engine import Facts, Outcome, look_up
from assistant.rules.model import InputSpec, Row, Table
from assistant.rules.tables import Tables, in_force
from assistant.rules.verdict import absent, context_of, fill, topic, word
from assistant.types import MissingInput, Provenance, RuleResult, Text, TraceStep, Verdict


@dataclass(frozen=True)
class Extra:
    """What a rule adds to the verdict of a row."""

    values: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, str | Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    provenance: tuple[Provenance, ...] = ()


Extend = Callable[[Table, Row], Extra]


def decide_by_tables(
    rule: str,
    facts: Facts,
    tables: Tables,
    *,
    drug: str | None,
    jurisdiction: str | None,
    echo: Mapping[str, str],
    as_of: date | None = None,
    extend: Extend | None = None,
    ask: tuple[str, ...] = (),
    families: tuple[str, ...] = (),
) -> RuleResult:
    """The result of a rule whose tables stand in `data/<rule>/`.

    `ask` names inputs that are needed whatever the table says; `families` are the folders the version covers. With no
    jurisdiction there is one verdict per document.
    """
    version = tables.version(families or (rule,))
    if drug is None and any(table.drug != "any" for table in tables.of(rule)):
        return RuleResult(rule=rule, version=version, inputs=dict(echo), missing=(which_drug(rule, tables),))
    echoed = {**echo, **({"jurisdiction": jurisdiction} if jurisdiction else {})}
    if drug is not None:
        echoed = {"drug": drug, **echoed}
    documents = documents_for(rule, drug, jurisdiction, facts, tables, as_of)
    found = [(table, look_up(table, facts, tables)) for table in documents]
    wanted = dict.fromkeys([*(name for _, outcome in found for name in outcome.ask), *ask])
    missing = questions(tuple(wanted), tables, [table for table, _ in found], facts)
    if missing:
        return RuleResult(rule=rule, version=version, inputs=echoed, missing=missing)
    verdicts = [verdict for table, outcome in found for verdict in _verdicts(rule, table, outcome, tables, extend)]
    verdicts += not_covered(rule, drug, jurisdiction, verdicts, tables, as_of)
    return RuleResult(rule=rule, version=version, inputs=echoed, verdicts=tuple(verdicts))


def documents_for(
    rule: str, drug: str | None, jurisdiction: str | None, facts: Facts, tables: Tables, as_of: date | None = None
) -> list[Table]:
    """The tables that speak of these facts and are in force, US before EU, current before superseded."""
    return sorted(
        (table for table in in_force(tables.of(rule, drug, jurisdiction), as_of) if _speaks_of(table, facts)),
        key=_order,
    )


def not_covered(
    rule: str,
    drug: str | None,
    jurisdiction: str | None,
    verdicts: list[Verdict],
    tables: Tables,
    as_of: date | None = None,
) -> list[Verdict]:
    """What has to be said beside `verdicts`: documents that start later, known absences, or that nothing is listed."""
    every = tables.of(rule, drug, jurisdiction)
    found: list[Verdict] = []
    if every and as_of is not None and not in_force(every, as_of):
        found.append(_too_early(rule, every, as_of, tables))
    answered = {verdict.jurisdiction for verdict in (*verdicts, *found)}
    applies = any(verdict.status == "applies" for verdict in verdicts)
    documented = {table.jurisdiction for table in every}
    found += [
        absent(rule, absence, drug or "", tables)
        for absence in tables.absent(rule, drug, jurisdiction)
        if absence.jurisdiction not in answered
        and (jurisdiction or absence.jurisdiction in documented or (not applies and absence.jurisdiction != "CN"))
    ]
    return found if verdicts or found else [_unlisted(rule, drug, jurisdiction, tables)]


def _order(table: Table) -> tuple[int, bool, str]:
    """US before EU before the rest; what is in force before what was replaced."""
    places = ("US", "EU", "CN")
    place = places.index(table.jurisdiction) if table.jurisdiction in places else len(places)
    return place, table.superseded is not None, table.id


def _speaks_of(table: Table, facts: Facts) -> bool:
    """Whether the document speaks of these facts at all: see `only` and `when_given` of a table."""
    not_other = all(facts.get(name) is None or facts.get(name) in allowed for name, allowed in table.only.items())
    return not_other and all(facts.get(name) in allowed for name, allowed in table.when_given.items())


def _verdicts(rule: str, table: Table, outcome: Outcome, tables: Tables, extend: Extend | None) -> list[Verdict]:
    found: list[Verdict] = []
    for row in outcome.rows:
        more = extend(table, row) if extend else Extra()
        trace = (*outcome.trace, *more.trace)
        said = word(rule, table, row, tables, trace=trace, values=more.values, extra=more.wording, notes=more.notes)
        found.append(said.model_copy(update={"provenance": (*said.provenance, *more.provenance)}))
    if not found:
        context = context_of(table, {})
        found.append(
            Verdict(
                jurisdiction=table.jurisdiction,
                status="not_covered",
                summary=fill(tables.say("common", "no_row"), context, tables),
                trace=outcome.trace,
            )
        )
    return found


def which_drug(rule: str, tables: Tables) -> MissingInput:
    """The question which drug is meant, with the drugs the rule has tables or known absences for."""
    named = [table.drug for table in tables.of(rule)]
    named += [absence.drug for absence in tables.absent(rule, None, None)]
    known = tuple(drug for drug in dict.fromkeys(named) if drug != "any")
    return MissingInput(name="drug", question=tables.questions["drug"].text, options=known)


def questions(names: tuple[str, ...], tables: Tables, used: list[Table], facts: Facts) -> tuple[MissingInput, ...]:
    """The questions for missing inputs; one that only matters after another answer waits for it."""
    entries = {name: tables.questions.get(name) for name in names}
    return tuple(
        question(name, tables, used, facts) for name, entry in entries.items() if not entry or entry.after not in names
    )


def question(name: str, tables: Tables, used: list[Table], facts: Facts) -> MissingInput:
    """The question for a missing input, with the answers that the tables in play still allow."""
    entry = tables.questions.get(name)
    label = tables.label(name)
    text = entry.text if entry else Text(en=f"Please give: {label.en}.", zh=f"请补充：{label.zh}。")
    options: dict[str, None] = {}
    for table in used:
        spec: InputSpec | None = table.inputs.get(name)
        for choice in spec.of if spec else ():
            outcome = look_up(table, {**facts, name: choice}, tables)
            if any(row.covered for row in (*outcome.rows, *outcome.possible)):
                options[choice] = None
    return MissingInput(name=name, question=text, options=tuple(options), unit=entry.unit if entry else None)


def _too_early(rule: str, candidates: list[Table], as_of: date, tables: Tables) -> Verdict:
    first = min(candidates, key=lambda table: table.in_force_from or table.published_on)
    context: dict[str, str | Text] = {
        "drug": first.drug,
        "jurisdiction": first.jurisdiction,
        "topic": topic(rule, tables),
        "as_of": as_of.isoformat(),
        "first": first.in_force_from or first.published_on,
    }
    summary = fill(tables.say("common", "before_first_date"), context, tables)
    return Verdict(jurisdiction=first.jurisdiction, status="not_covered", summary=summary)


def _unlisted(rule: str, drug: str | None, jurisdiction: str | None, tables: Tables) -> Verdict:
    context: dict[str, str | Text] = {
        "drug": drug or "",
        "topic": topic(rule, tables),
        "jurisdiction": jurisdiction or "any",
        "look_in": tables.say("common", "own_label"),
    }
    summary = fill(tables.say("common", "not_covered"), context, tables)
    return Verdict(jurisdiction=jurisdiction or "any", status="not_covered", summary=summary)
