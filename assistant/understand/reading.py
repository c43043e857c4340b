"""A question → what it asks: entities, route, rule inputs, and why. No language model is involved.

The route is decided in a fixed order; the first that applies wins, and its reason is kept for the trace.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from assistant.lexicon.spelling import Suggestion, doubtful_names, suggestions
from assistant.lexicon.terms import Lexicon, Mention
from assistant.text.language import language_of
from assistant.text.normalise import normalise
from assistant.text.quantities import Quantity, quantities_in
from assistant.types import Jurisdiction, Language, Record
from assistant.understand import rule_calls
from assistant.understand.corrections import corrected
from assistant.understand.cues import cue, pattern
from assistant.understand.follow_up import completed, continues, is_bare_amount
from assistant.understand.jurisdiction import jurisdictions_in
from assistant.understand.question import Call, Question
from assistant.understand.scope import out_of_scope, unknown_antibody, without_disclaimed, without_identifiers
from assistant.understand.state import NEW, State

RouteKind = Literal["rule", "guidance", "clarify", "out_of_scope", "refused"]
# Glossary categories whose terms open another subject when they stand beside nothing but a drug or a dose
_OTHER_TOPICS = frozenset({"infection", "supportive", "response", "population", "guideline", "target", "procedure"})
_OF_DOSING = frozenset({"restart", "dose", "schedule", "interval"})
_REMEMBERED = 400
_WORD = re.compile(r"[^\W_]")


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
    call: Call | None = None
    also_guidance: bool = False
    comparison: bool = False
    misspelt: tuple[Suggestion, ...] = ()
    look_alikes: tuple[Mention, ...] = ()
    foreign_drugs: tuple[str, ...] = ()
    unknown_name: str = ""
    carried_over: dict[str, str] = {}
    state: State = NEW


def read(question: str, state: State, lexicon: Lexicon, *, jurisdiction: Jurisdiction | None = None) -> Reading:
    """Understand `question` in the light of `state`; never raises for any text."""
    text = normalise(question).text.strip()
    if cue("new_patient", text):
        state = NEW
        text = pattern("new_patient").sub(" ", text, count=1).strip(" ,.，。:：;；")
    typed, text = text, without_identifiers(text)
    asked = without_disclaimed(text)
    base = _entities(question, text, asked, state, lexicon, jurisdiction)
    if asked == text != typed:
        base["search"] = text
    turned_away = _turned_away(text, typed, state, base, lexicon)
    if turned_away is not None:
        return turned_away
    asked_as = Question(
        text=text, quantities=base["quantities"], drugs=base["drugs"], jurisdictions=base["jurisdictions"]
    )
    # a toxicity belongs to a question on grades or on what to do; beside a dose or a restart it opens another subject
    others = _OTHER_TOPICS | ({"toxicity"} if state.rule in _OF_DOSING else set())
    other_topic = any(mention.category in others for mention in base["mentions"])
    call, carried = rule_calls.in_conversation(asked_as, state, other_topic)
    if call is None and is_bare_amount(text, base["quantities"], state):
        call, carried = _completed(text, state, lexicon)
    if call is not None:
        return _calculation(call, carried, text, state, base)
    return _guidance(asked, state, base, lexicon)


def _turned_away(text: str, typed: str, state: State, base: dict[str, Any], lexicon: Lexicon) -> Reading | None:
    """The reading of a question that gets no content, or has to be made clear first; None when it goes on."""
    refusal = out_of_scope(typed, base["drugs"], base["mentions"], lexicon, before=state.drugs)
    if not _WORD.search(text):
        refusal = "chitchat"  # nothing but signs
    if refusal:
        return Reading(route="refused" if refusal == "injection" else "out_of_scope", reason=refusal, **base)
    if base["drugs"]:
        return None
    for reason, found in (("look_alike", base["look_alikes"]), ("misspelt", base["misspelt"])):
        if found:
            return Reading(route="clarify", reason=reason, **base)
    doubtful = doubtful_names(text, lexicon)
    name, part = (doubtful[0], True) if doubtful else unknown_antibody(text, base["mentions"])
    if not name:
        return None
    base["unknown_name"] = name
    return Reading(
        route="clarify" if part else "out_of_scope", reason="part_of_a_name" if part else "unknown_name", **base
    )


def _entities(
    question: str, text: str, asked: str, state: State, lexicon: Lexicon, jurisdiction: Jurisdiction | None
) -> dict[str, Any]:
    mentions = lexicon.mentions(text)
    meant = mentions if asked == text else lexicon.mentions(asked)
    named = tuple(dict.fromkeys(i for m in meant for i in m.ids if len(m.ids) == 1))
    drugs = tuple(drug for drug in named if drug in lexicon.scope.covered)
    foreign = {*lexicon.scope.other_bispecifics, *lexicon.scope.other_anticancer}
    return {
        "question": question,
        "language": language_of(question),
        "search": question if asked == text else asked,
        "mentions": mentions,
        "quantities": corrected(text, quantities_in(text)),
        "drugs": drugs,
        "jurisdictions": jurisdictions_in(text) or ((jurisdiction,) if jurisdiction else ()),
        "misspelt": () if drugs else suggestions(text, lexicon),
        "look_alikes": tuple(m for m in mentions if m.look_alike_of and lexicon.scope.names_a_drug(m.look_alike_of)),
        "foreign_drugs": tuple(drug for drug in named if drug in foreign),
        "comparison": bool(cue("comparison", text)),
        "state": state,
    }


def _calculation(call: Call, carried: dict[str, str], text: str, state: State, base: dict[str, Any]) -> Reading:
    base["state"] = State(
        rule=call.rule,
        inputs={name: value for name, value in call.inputs.items() if value is not None},
        drugs=(call.inputs["drug"],) if call.inputs.get("drug") else base["drugs"] or state.drugs,
        jurisdiction=call.inputs.get("jurisdiction") or "",
        question=(state.question or base["question"]) if carried else base["question"],
    )
    also = bool(cue("also_managed", text)) and call.rule in rule_calls.GRADES
    also = also or (call.rule == "convert" and bool(cue("igg", text)))
    return Reading(
        route="rule",
        reason=f"wording of {call.rule}",
        call=call,
        carried_over=carried,
        also_guidance=also,
        **base,
    )


def _completed(text: str, state: State, lexicon: Lexicon) -> tuple[Call | None, dict[str, str]]:
    """The call of the question before together with the bare amount that follows it ("tocilizumab dose?", "58 kg")."""
    together = f"{normalise(state.question).text}, {text}"
    named = tuple(dict.fromkeys(i for m in lexicon.mentions(together) for i in m.ids if i in lexicon.scope.covered))
    question = Question(
        text=together,
        quantities=corrected(together, quantities_in(together)),
        drugs=named or state.drugs,
        jurisdictions=jurisdictions_in(together),
    )
    return rule_calls.from_question(question), {"question": state.question}


def _guidance(asked: str, state: State, base: dict[str, Any], lexicon: Lexicon) -> Reading:
    carried: dict[str, str] = {}
    if state.question and continues(asked, lexicon.mentions(asked), lexicon):
        jurisdictions = jurisdictions_in(asked)
        base["search"] = completed(state.question, base["search"], base["drugs"], bool(jurisdictions), lexicon)
        if not base["drugs"] and state.drugs:
            base["drugs"] = state.drugs
            carried["drug"] = ", ".join(state.drugs)
        carried["question"] = state.question
    base["state"] = State(
        drugs=base["drugs"],
        jurisdiction=(base["jurisdictions"] or ("",))[0],
        question=base["search"][:_REMEMBERED],
    )
    return Reading(route="guidance", reason="no rule wording", carried_over=carried, **base)
