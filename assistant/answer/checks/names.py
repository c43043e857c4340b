"""Names: drugs, toxicities, places and bodies of a sentence must be those of its evidence, and stay with their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from assistant.answer.checks.amounts import amounts_in, folded
from assistant.answer.checks.clauses import Clause, clauses_of, content, nearest
from assistant.answer.checks.record import Check, Support, outcome, words
from assistant.answer.checks.singular import singular
from assistant.lexicon.terms import Lexicon
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement

# kinds of glossary entries that are a clinical event of their own; a general word never contradicts a special one
_EVENTS = frozenset({"toxicity", "infection"})
_GENERAL = frozenset(
    {"infection", "neurotoxicity", "vaccination", "active infection", "opportunistic infection", "cytopenia"}
)
_SPLIT = re.compile(r"[;；。:：]|(?<!\d)\.(?!\d)|,\s|，|\bwhile\b|\bwhereas\b|\bversus\b|\bvs\b|而")

Finder = Callable[[str], set[str]]


def drugs_supported(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """Every drug of the sentence is named in the evidence."""
    return _named("drugs_supported", statement, support, lambda text: drugs_in(text, lexicon))


def toxicities_supported(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """Every toxicity or infection of the sentence is named in the evidence; a general word may stand for a special one."""
    return _own_first("toxicities_supported", statement, support, lambda text: events_in(text, lexicon) - _GENERAL)


def jurisdictions_supported(statement: AnswerStatement, support: Support) -> Check:
    """Every country or region of the sentence is one that its evidence names; where that names none, its document's."""
    return _own_first("jurisdictions_supported", statement, support, jurisdictions_in)


def bodies_supported(statement: AnswerStatement, support: Support) -> Check:
    """What is said in the name of a body (IMWG, ASTCT, a label, a guideline) is cited from it."""
    titles = tuple(citation.title for citation in support.cited)
    wider = support.model_copy(update={"names": (*support.names, *titles)})
    return _named("bodies_supported", statement, wider, bodies_in)


def names_kept_with_numbers(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """A number stays with its drug, its country and its body: those nearest to it in the evidence."""
    kinds: tuple[Finder, ...] = (
        lambda text: drugs_in(text, lexicon),
        jurisdictions_in,
        bodies_in,
    )
    faults = []
    for finder in kinds:
        known: dict[tuple[str, str], set[str]] = {}
        for passage in support.passages:
            for amount, names in _by_number(passage, finder, widely=True):
                known.setdefault(amount, set()).update(names)
        for amount, names in _by_number(statement.text, finder, widely=False):
            if names and known.get(amount) and not names & known[amount]:
                faults.append(f"{' '.join(amount)} with {sorted(names)}, evidence {sorted(known[amount])}")
    return outcome("names_kept_with_numbers", faults)


def names_kept_with_clauses(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """A clause about one of several drugs, places or events is about the same one in the evidence."""
    kinds: tuple[Finder, ...] = (
        lambda text: drugs_in(text, lexicon),
        jurisdictions_in,
        lambda text: events_in(text, lexicon) - _GENERAL,
    )
    evidence = [clause for passage in support.passages for clause in clauses_of(passage)]
    faults = []
    for finder in kinds:
        everywhere = set().union(*(finder(passage) for passage in support.passages), set())
        if len(everywhere) < 2:
            continue
        for clause in clauses_of(statement.text):
            names = finder(clause.text)
            bare = clause.model_copy(update={"tokens": _without_names(clause)})
            if not names or len(bare.tokens) < 2:
                continue
            said = nearest(bare, evidence)
            about = [finder(other.text) for other in said]
            if said and all(about) and not any(names & found for found in about):
                faults.append(f"{sorted(names)} in “{clause.text}”")
    return outcome("names_kept_with_clauses", faults)


def _without_names(clause: Clause) -> frozenset[str]:
    """The content tokens of a clause without its drugs, events and places."""
    text = clause.text
    for pattern in words()["jurisdictions"].values():
        text = re.sub(pattern, " ", text, flags=re.ASCII)
    return frozenset(token for token in content(text) if not token.startswith("@"))


def drugs_in(text: str, lexicon: Lexicon) -> set[str]:
    """The ids of the drugs named in `text`."""
    return {i for m in lexicon.mentions(singular(normalise(text).text)) if m.category == "drug" for i in m.ids}


def events_in(text: str, lexicon: Lexicon) -> set[str]:
    """The ids of the toxicities and infections named in `text`."""
    return {i for m in lexicon.mentions(singular(normalise(text).text)) if m.category in _EVENTS for i in m.ids}


def jurisdictions_in(text: str) -> set[str]:
    """The countries and regions named in `text`."""
    return _listed("jurisdictions", text)


def bodies_in(text: str) -> set[str]:
    """The bodies and kinds of document named in `text`."""
    return _listed("bodies", text)


def _listed(kind: str, text: str) -> set[str]:
    plain = normalise(text).text
    return {name for name, pattern in words()[kind].items() if re.search(pattern, plain, re.ASCII)}


def _named(name: str, statement: AnswerStatement, support: Support, finder: Finder) -> Check:
    evidence: set[str] = set()
    for text in (*support.passages, *support.names):
        evidence |= finder(text)
    return outcome(name, sorted(finder(statement.text) - evidence))


def _own_first(name: str, statement: AnswerStatement, support: Support, finder: Finder) -> Check:
    """The same, but the title of the section counts only when the passages themselves name nothing of the kind."""
    named = any(finder(passage) for passage in support.passages)
    return _named(name, statement, support.model_copy(update={"names": ()}) if named else support, finder)


def _by_number(text: str, finder: Finder, *, widely: bool) -> Iterable[tuple[tuple[str, str], set[str]]]:
    """Each amount of `text` with the names of its clause, or of the nearest clause before it that names any.

    `widely` then adds the names of the first clause that names any: it is the heading of what follows.
    """
    plain = folded(text)
    position, current, heading = 0, set[str](), set[str]()
    for match in [*_SPLIT.finditer(plain), None]:
        end = match.start() if match else len(plain)
        part = plain[position:end]
        named = finder(part)
        around = named or (current | heading if widely else current)
        for amount in amounts_in(part):
            yield (amount.value, amount.unit), around
        current = named or current
        heading = heading or named
        position = match.end() if match else end
