"""Questions that get no content: out of scope, a name that could be another drug, an instruction inside the question."""

from __future__ import annotations

from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.lexicon.terms import Lexicon, lexicon
from assistant.types import MissingInput, Text
from assistant.understand.reading import Reading


def turned_away(reading: Reading, terms: Lexicon) -> Draft:
    """One polite, specific sentence and what the assistant can do instead."""
    language = reading.language
    if reading.reason == "look_alike":
        mention = reading.look_alikes[0]
        values = {
            code: {"surface": mention.surface, "name": terms.name(mention.look_alike_of, code)} for code in ("en", "zh")
        }
        return _question("look_alike", language, values)
    if reading.reason == "misspelt":
        suggestion = reading.misspelt[0]
        values = {
            code: {"surface": suggestion.surface, "name": terms.name(suggestion.id, code)} for code in ("en", "zh")
        }
        return _question("did_you_mean", language, values)
    if reading.reason == "part_of_a_name":
        values = {code: {"surface": reading.unknown_name} for code in ("en", "zh")}
        return _question("part_of_a_name", language, values)
    if reading.reason == "other_drug":
        return other_drug(reading.foreign_drugs[0], language)
    if reading.reason == "unknown_name":
        return Draft(kind="out_of_scope", lead=(say("unknown_name", language, surface=reading.unknown_name),))
    kind = "refused" if reading.route == "refused" else "out_of_scope"
    return Draft(kind=kind, lead=(say(reading.reason, language),))


def other_drug(drug: str, language: str) -> Draft:
    """A drug that this assistant does not answer for."""
    name = lexicon().name(drug, language)
    return Draft(kind="out_of_scope", lead=(say("other_drug", language, name=name[:1].upper() + name[1:]),))


def _question(name: str, language: str, values: dict[str, dict[str, str]]) -> Draft:
    question = Text(en=say(name, "en", **values["en"]), zh=say(name, "zh", **values["zh"]))
    return Draft(
        kind="clarify", lead=(question.in_language(language),), missing=(MissingInput(name="drug", question=question),)
    )
