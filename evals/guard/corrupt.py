"""Correct draft → corrupted draft, one fault at a time, chosen by a seeded generator.

Each corruption changes one sentence (or adds one) so that it no longer says what its citation says. It returns None where
the sentence has nothing to corrupt in this way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from assistant import strict_yaml
from assistant.answer.checks.amounts import amounts_in
from assistant.answer.checks.names import drugs_in, events_in
from assistant.answer.checks.wording import held
from assistant.answer.draft import Draft
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Language, Record

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)", re.ASCII)
_WORDS = strict_yaml.load(Path(__file__).with_name("corruptions.yaml"))


class Corrupted(Record):
    """The corrupted draft and the sentence that must not come through."""

    kind: str
    draft: Draft
    sentence: str


class Source(Record):
    """What a corruption is given: the draft, the number of the sentence, its language, other sentences to borrow."""

    draft: Draft
    number: int
    language: Language
    foreign: tuple[str, ...] = ()

    @property
    def statement(self) -> AnswerStatement:
        """The sentence to corrupt."""
        return self.draft.statements[self.number]


Corruption = Callable[[Source, Random, Lexicon], Corrupted | None]


def _changed(
    kind: str, source: Source, text: str | None = None, markers: tuple[str, ...] | None = None
) -> Corrupted | None:
    statement = source.statement
    update: dict[str, object] = {}
    if text is not None and text != statement.text:
        update["text"] = text
    if markers is not None and markers != statement.markers:
        update["markers"] = markers
    if not update:
        return None
    statements = list(source.draft.statements)
    statements[source.number] = statement.model_copy(update=update)
    draft = source.draft.model_copy(update={"statements": tuple(statements)})
    return Corrupted(kind=kind, draft=draft, sentence=statements[source.number].text)


def number_changed(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """One number becomes ten times as much, a tenth, one more, or a number of another cited statement."""
    text = source.statement.text
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = random.choice(found)
    value = float(match[0])
    others = [
        number[0]
        for citation in source.draft.citations
        if citation.marker not in source.statement.markers
        for number in _NUMBER.finditer(citation.quote)
    ]
    candidates = [f"{value * 10:g}", f"{value / 10:g}", f"{value + 1:g}", *(random.sample(others, 1) if others else ())]
    own = " ".join(c.quote for c in source.draft.citations if c.marker in source.statement.markers)
    held = set(_NUMBER.findall(own + text))
    fresh = [number for number in candidates if number not in held and float(number) != value]
    if not fresh:
        return None
    return _changed("number_changed", source, text[: match.start()] + random.choice(fresh) + text[match.end() :])


def numbers_exchanged(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """Two numbers of one sentence with the same unit change places."""
    text = source.statement.text
    amounts = {amount.value: amount.unit for amount in amounts_in(text)}
    found = [match for match in _NUMBER.finditer(text) if match[0] in amounts]
    pairs = [
        (a, b)
        for n, a in enumerate(found)
        for b in found[n + 1 :]
        if a[0] != b[0] and amounts[a[0]] == amounts[b[0]] and amounts[a[0]]
    ]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    return _changed(
        "numbers_exchanged", source, text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
    )


def _swap(kind: str, source: Source, random: Random, pairs: object) -> Corrupted | None:
    """One of the listed replacements, at one place of the sentence."""
    text = source.statement.text
    found = [(match, str(new)) for old, new in _pairs(pairs) for match in re.finditer(old, text)]
    if not found:
        return None
    match, new = random.choice(found)
    return _changed(kind, source, text[: match.start()] + match.expand(new) + text[match.end() :])


def _pairs(pairs: object) -> list[tuple[str, str]]:
    return [(str(old), str(new)) for old, new in pairs] if isinstance(pairs, list) else []


def unit_changed(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """The unit of one number becomes another."""
    return _swap("unit_changed", source, random, _WORDS["units"])


def bound_changed(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """At least becomes more than, up to becomes at least, and so on."""
    return _swap("bound_changed", source, random, _WORDS["bounds"][source.language])


def negation_flipped(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """A "not" is put in or taken out."""
    return _swap("negation_flipped", source, random, _WORDS["negations"][source.language])


def jurisdiction_swapped(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """One country or region becomes another that the sentence does not name, or two change places."""
    text = source.statement.text
    pairs = [(old, new) for old, new in _pairs(_WORDS["jurisdictions"][source.language]) if not re.search(new, text)]
    first, second = ("US", "EU") if source.language == "en" else ("美国", "欧盟")
    joined = re.search(rf"(?:{first}|{second})\s?(?:and|or|/|和|或|、)\s?(?:the\s)?(?:{first}|{second})", text)
    if first in text and second in text and not joined:
        turned = text.replace(first, "\0").replace(second, first).replace("\0", second)
        return _changed("jurisdiction_swapped", source, turned)
    return _swap("jurisdiction_swapped", source, random, [list(pair) for pair in pairs])


def drug_swapped(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """One drug becomes another, everywhere in the sentence."""
    return _renamed("drug_swapped", source, random, lexicon, _WORDS["drugs"], drugs_in(source.statement.text, lexicon))


def toxicity_swapped(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """One toxicity becomes another, everywhere in the sentence."""
    named = events_in(source.statement.text, lexicon)
    return _renamed("toxicity_swapped", source, random, lexicon, _WORDS["toxicities"], named)


def _renamed(
    kind: str, source: Source, random: Random, lexicon: Lexicon, names: dict[str, dict[str, str]], named: set[str]
) -> Corrupted | None:
    text = source.statement.text
    present = [name for name in sorted(named & set(names)) if _spelled(name, text, names, source.language)]
    if not present:
        return None
    old = random.choice(present)
    others = [name for name in names if name not in named]
    if not others:
        return None
    new = names[random.choice(others)][source.language]
    pattern = re.escape(_spelled(old, text, names, source.language))
    return _changed(kind, source, re.sub(pattern, new, text, flags=re.IGNORECASE))


def _spelled(name: str, text: str, names: dict[str, dict[str, str]], language: str) -> str:
    spelled = names[name][language]
    return spelled if spelled.lower() in text.lower() else ""


def citation_moved(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """The sentence cites another statement that was offered."""
    own = {citation.quote for citation in source.draft.citations if citation.marker in source.statement.markers}
    others = [
        citation.marker
        for citation in source.draft.citations
        if citation.marker not in source.statement.markers
        and citation.quote not in own
        and not _says(citation.quote, source.statement.text)
    ]
    if not others or not own:
        return None
    return _changed("citation_moved", source, markers=(random.choice(others),))


def _says(quote: str, text: str) -> bool:
    """Whether another passage happens to say the same: then the citation is another, not a wrong one."""
    return held(text, (quote,)) > 0.7 and set(_NUMBER.findall(text)) <= set(_NUMBER.findall(quote))


def citation_invented(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """The sentence cites something that was not offered."""
    markers = random.choice((("99",), ("0",), ("imwg-2024",), (*source.statement.markers, "17x"), ("conflict:none",)))
    return _changed("citation_invented", source, markers=markers)


def sentence_added(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """A sentence that nothing supports is added under the marker of another one."""
    written = _WORDS["added"][source.language]
    return _added("sentence_added", source, random.choice([*written, *source.foreign[:4]]))


def instruction_obeyed(source: Source, random: Random, lexicon: Lexicon) -> Corrupted | None:
    """The draft does what an instruction inside a question or a document asked for."""
    return _added("instruction_obeyed", source, random.choice(_WORDS["obeyed"][source.language]))


def _added(kind: str, source: Source, text: str) -> Corrupted | None:
    if any(text == statement.text for statement in source.draft.statements):
        return None
    added = AnswerStatement(text=text, markers=source.statement.markers)
    draft = source.draft.model_copy(update={"statements": (*source.draft.statements, added)})
    return Corrupted(kind=kind, draft=draft, sentence=text)


CORRUPTIONS: tuple[Corruption, ...] = (
    number_changed,
    numbers_exchanged,
    unit_changed,
    bound_changed,
    drug_swapped,
    toxicity_swapped,
    negation_flipped,
    jurisdiction_swapped,
    citation_moved,
    citation_invented,
    sentence_added,
    instruction_obeyed,
)
