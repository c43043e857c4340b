"""A question → what it asks: entities, route, rule inputs, and why. No language model is involved.

The route is decided in a fixed order; the first that applies wins, and its reason is kept for the trace.
"""

from __future__ import annotations

from typing import Any, Literal

from assistant.lexicon.spelling import Suggestion, suggestions
from assistant.lexicon.terms import Lexicon, Mention
from assistant.text.language import language_of
from assistant.text.normalise import normalise
from assistant.text.quantities import Quantity, quantities_in
from assistant.types import Jurisdiction, Language, Record
from assistant.understand import rule_calls
from assistant.understand.cues import cue
from assistant.understand.jurisdiction import jurisdictions_in
from assistant.understand.state import NEW, State

RouteKind = Literal["rule", "guidance", "clarify", "out_of_scope", "refused"]
_LOOK_ALIKE_LIMIT = 3


class RuleCall(Record):
    """A rule to run and the inputs that were read; `notes` are ids of warnings to show with the result."""

    rule: str
    inputs: dict[str, Any]
    notes: tuple[str, ...] = ()
    alternative: dict[str, Any] | None = None
    ask: tuple[str, ...] = ()


class Reading(Record):
    """One question as understood. `search` is the text to search with (a follow-up is completed from the state)."""

    question: str
    language: Language
    search: str
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    drugs: tuple[str, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    route: RouteKind
    reason: str
    call: RuleCall | None = None
    also_guidance: bool = False
    comparison: bool = False
    misspelt: tuple[Suggestion, ...] = ()
    look_alikes: tuple[Mention, ...] = ()
    foreign_drugs: tuple[str, ...] = ()
    carried_over: dict[str, str] = {}
    state: State = NEW


def read(question: str, state: State, lexicon: Lexicon, *, jurisdiction: Jurisdiction | None = None) -> Reading:
    """Understand `question` in the light of `state`; never raises for any text."""
    text = normalise(question).text.strip()
    language = language_of(question)
    if cue("new_patient", text):
        state = NEW
    mentions = lexicon.mentions(text)
    quantities = quantities_in(text)
    named = tuple(dict.fromkeys(i for m in mentions for i in m.ids if len(m.ids) == 1))
    drugs = tuple(drug for drug in named if drug in lexicon.scope.covered)
    foreign = tuple(d for d in named if d in (*lexicon.scope.other_bispecifics, *lexicon.scope.other_anticancer))
    asked_jurisdictions = jurisdictions_in(text) or ((jurisdiction,) if jurisdiction else ())
    base: dict[str, Any] = {
        "question": question,
        "language": language,
        "search": question,
        "mentions": mentions,
        "quantities": quantities,
        "drugs": drugs,
        "jurisdictions": asked_jurisdictions,
        "misspelt": suggestions(text, lexicon),
        "look_alikes": tuple(m for m in mentions if m.look_alike_of),
        "foreign_drugs": foreign,
        "comparison": bool(cue("comparison", text)),
        "state": state,
    }
    refusal = _out_of_scope(text, drugs, foreign, lexicon)
    if refusal:
        return Reading(route="refused" if refusal == "injection" else "out_of_scope", reason=refusal, **base)
    if base["look_alikes"] and not drugs:
        return Reading(route="clarify", reason="look_alike", **base)
    if base["misspelt"] and not drugs:
        return Reading(route="clarify", reason="misspelt", **base)
    call = rule_calls.from_question(text, quantities, drugs, asked_jurisdictions)
    carried: dict[str, str] = {}
    if call is None or call.partial:
        call, carried = rule_calls.continued(text, quantities, drugs, asked_jurisdictions, state, call)
    if call is not None:
        ready = RuleCall(
            rule=call.rule, inputs=call.inputs, notes=call.notes, alternative=call.alternative, ask=call.ask
        )
        base["state"] = State(
            rule=call.rule,
            inputs=call.inputs,
            drugs=(call.inputs["drug"],) if "drug" in call.inputs else drugs or state.drugs,
            jurisdiction=call.inputs.get("jurisdiction", ""),
            question=question if not carried else state.question or question,
        )
        also = bool(cue("management", text)) and call.rule in rule_calls.GRADES
        return Reading(
            route="rule", reason=f"wording of {call.rule}", call=ready, carried_over=carried, also_guidance=also, **base
        )
    return _guidance(text, state, base, lexicon)


def _guidance(text: str, state: State, base: dict[str, Any], lexicon: Lexicon) -> Reading:
    carried: dict[str, str] = {}
    if state.question and _is_follow_up(text, base):
        if base["drugs"]:
            base["search"] = _replace_drugs(state.question, base["drugs"], lexicon) + " " + base["question"]
        else:
            base["search"] = f"{state.question} {base['question']}"
            base["drugs"] = state.drugs
            if state.drugs:
                carried["drug"] = ", ".join(state.drugs)
        carried["question"] = state.question
    base["state"] = State(
        rule="",
        inputs={},
        drugs=base["drugs"],
        jurisdiction=(base["jurisdictions"] or ("",))[0],
        question=base["search"][:400],
    )
    return Reading(route="guidance", reason="no rule wording", carried_over=carried, **base)


def _is_follow_up(text: str, base: dict[str, Any]) -> bool:
    short = len(text) <= 12 if base["language"] == "zh" else len(text.split()) <= 5
    return (bool(cue("follow_up", text)) and len(text) < 60) or (short and not base["mentions"])


def _replace_drugs(question: str, drugs: tuple[str, ...], lexicon: Lexicon) -> str:
    """The earlier question with its drug names taken out and the new one put in front."""
    plain = normalise(question).text
    for mention in reversed(lexicon.mentions(plain)):
        if any(i in lexicon.scope.covered for i in mention.ids):
            plain = plain[: mention.start] + " " + plain[mention.end :]
    return " ".join([*drugs, plain])


def _out_of_scope(text: str, drugs: tuple[str, ...], foreign: tuple[str, ...], lexicon: Lexicon) -> str:
    for reason in ("injection", "chitchat", "writing", "record", "lay"):
        if cue(reason, text) and not cue(f"not_{reason}", text):
            return reason
    if cue("price", text) and not cue("not_price", text):
        return "price"
    others = lexicon.scope.other_bispecifics
    if not drugs and any(drug in others for drug in foreign) and not _about_bispecifics(text, lexicon):
        return "other_drug"
    return ""


def _about_bispecifics(text: str, lexicon: Lexicon) -> bool:
    ids = {i for mention in lexicon.mentions(text) for i in mention.ids}
    return bool(ids & {"bispecific antibody", "T-cell engager"})
