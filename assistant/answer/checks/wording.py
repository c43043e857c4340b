"""How a sentence is worded: language, quotes, table rows, instructions, length, and whether its evidence says it at all."""

from __future__ import annotations

import re

from assistant.answer.checks.amounts import amount_values, amounts_in
from assistant.answer.checks.clauses import content
from assistant.answer.checks.record import Check, Support, outcome, words
from assistant.text.language import has_chinese
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement

_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{4,})[”」』\"]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
_ENGLISH_RUN = re.compile(r"(?:[A-Za-z][A-Za-z'-]*[ ,]+){6,}[A-Za-z'-]+")
_LONGEST = {"en": 480, "zh": 240}
# shares of the content words of a sentence that its evidence must hold, chosen on the dev half of the guard set
GROUNDED = 0.45
BETTER_BY = 0.05


def language_right(statement: AnswerStatement, support: Support) -> Check:
    """The sentence is in the language of the answer; a name of the other one may stand in it as its evidence writes it.

    A quote of the user's own copy keeps its language, and so does a cited line word for word.
    """
    if support.cited and all(citation.imported for citation in support.cited):
        return outcome("language_right", "")
    if any(c.language == support.language for c in support.cited) and statement.text in support.passages:
        return outcome("language_right", "")
    evidence = normalise(" ".join((*support.passages, *support.names))).text
    if support.language == "en":
        foreign = _HAN_RUN.findall(statement.text) if _ENGLISH_WORD.search(statement.text) else [statement.text]
    else:
        foreign = _ENGLISH_RUN.findall(statement.text) if has_chinese(statement.text) else [statement.text]
    faults = [text for text in foreign if normalise(text).text not in evidence]
    return outcome("language_right", f"not in {support.language}: {faults}" if faults else "")


def quotes_kept(statement: AnswerStatement, support: Support) -> Check:
    """What stands between quotation marks stands word for word in the evidence."""
    evidence = [normalise(text).text for text in (*support.passages, *(c.quote for c in support.cited))]
    quoted = [normalise(text).text.strip(" .,。，") for text in _QUOTED.findall(statement.text)]
    return outcome("quotes_kept", [text for text in quoted if not any(text in passage for passage in evidence)])


def rows_kept(statement: AnswerStatement, support: Support) -> Check:
    """A clause about one of several cited table rows takes its numbers from this row."""
    faults = []
    if len(support.rows) > 1:
        for part in re.split(r"[;；。]|(?<!\d)\.(?!\d)|,\s|，", statement.text):
            plain = normalise(part).text
            named = [row for row in support.rows if row[0] and normalise(row[0]).text in plain]
            if len({head for head, _ in named}) == 1:
                own = amount_values(reading for _, reading in named)
                foreign = {amount.value for amount in amounts_in(part)} - own
                others = amount_values(reading for _, reading in support.rows)
                faults += sorted(foreign & others)
    if "|" in statement.text and not any(statement.text.strip() == c.quote.strip() for c in support.cited):
        faults.append("a table row that is not the cited one")
    return outcome("rows_kept", faults)


def no_instructions(statement: AnswerStatement, support: Support) -> Check:
    """A sentence holds no link, markup, instruction or talk about the model that its evidence does not hold."""
    said, evidence = normalise(statement.text).text, normalise(" ".join(support.passages)).text
    found = [match[0] for pattern in words()["instructions"] for match in re.finditer(pattern, said)]
    return outcome("no_instructions", [text for text in found if text not in evidence])


def short_enough(statement: AnswerStatement, support: Support) -> Check:
    """One sentence is no longer than the longest that can be read at a glance, unless it is the cited one."""
    longest = max([_LONGEST[support.language], *(len(passage) + 20 for passage in support.passages)])
    return outcome("short_enough", f"{len(statement.text)} characters" if len(statement.text) > longest else "")


def grounded(statement: AnswerStatement, support: Support) -> Check:
    """The evidence holds enough of the sentence's words for it to say the same."""
    if not support.passages:
        return outcome("grounded", "")
    share = held(statement.text, (*support.passages, *support.names))
    return outcome("grounded", f"{share:.2f} of its words in the evidence" if share < GROUNDED else "")


def cites_the_right_one(statement: AnswerStatement, support: Support) -> Check:
    """No other passage that was offered says the sentence clearly better than those it names."""
    if not support.passages or not support.others:
        return outcome("cites_the_right_one", "")
    own = held(statement.text, support.passages)
    best = max(held(statement.text, (other,)) for other in support.others)
    return outcome("cites_the_right_one", f"{own:.2f}, another one {best:.2f}" if best > own + BETTER_BY else "")


def held(text: str, passages: tuple[str, ...]) -> float:
    """The share (0–1) of the content tokens of `text` that `passages` hold; 1 when it has none."""
    said = set(content(text))
    found: set[str] = set()
    for passage in passages:
        found |= set(content(passage))
    return len(said & found) / len(said) if said else 1.0
