"""Whether a question is outside the scope of the assistant, and why; a covered drug or term of the domain keeps it in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.lexicon.terms import Lexicon, Mention
from assistant.understand.cues import cue, pattern

_FORMS = ("injection", "chitchat", "order", "writing", "record", "lay", "price")
# Terms that make a question one on T-cell engagers or on myeloma, whatever else it names
_CORE = frozenset(
    {
        "bispecific antibody",
        "T-cell engager",
        "trispecific antibody",
        "chimeric antigen receptor T cell",
        "B-cell maturation antigen",
        "G protein-coupled receptor class C group 5 member D",
        "multiple myeloma",
        "relapsed or refractory multiple myeloma",
        "newly diagnosed multiple myeloma",
        "cytokine release syndrome",
        "immune effector cell-associated neurotoxicity syndrome",
        "International Myeloma Working Group",
        "plasma cell leukaemia",
        "AL amyloidosis",
        "POEMS syndrome",
        "smouldering myeloma",
        "MGUS",
        "extramedullary disease",
    }
)
_DOMAIN = frozenset({"toxicity", "supportive", "infection", "response", "guideline", "target"})
_NAMES = frozenset({"drug", "look-alike"})
_FRAGMENT = 4


def out_of_scope(
    text: str, drugs: Sequence[str], mentions: Sequence[Mention], lexicon: Lexicon, *, before: Sequence[str] = ()
) -> str:
    """The reason why normalised `text` is not answered with content ("lay", "other_drug", ...); "" when it is in scope.

    `before` are the covered drugs of the turn before, with which a partner drug ("with daratumumab") may be combined.
    """
    for reason in _FORMS:
        if cue(reason, text) and not cue(f"not_{reason}", text):
            return reason
    if cue("greeting", text) and not mentions and not re.search(r"\d", text):
        return "chitchat"
    if drugs or (before and cue("combination", text)):
        return ""
    ids = {i for mention in mentions for i in mention.ids}
    if cue("other_regimen", text) or (cue("dual_antiplatelet", text) and not ids & _CORE):
        return "other_subject"
    if cue("antiplatelet", text) and ids & {"bispecific antibody"} and not (ids & _CORE - {"bispecific antibody"}):
        return "other_subject"
    if ids & _CORE or cue("engager", text):
        return ""
    named = {i for mention in mentions if len(mention.ids) == 1 for i in mention.ids}
    if named & {*lexicon.scope.other_bispecifics, *lexicon.scope.other_anticancer}:
        return "other_drug"
    if cue("other_disease", text):
        return "other_subject"
    in_domain = any(mention.category in _DOMAIN for mention in mentions)
    return "other_subject" if cue("other_medicine", text) and not in_domain else ""


def unknown_antibody(text: str, mentions: Sequence[Mention]) -> tuple[str, bool]:
    """A name built like that of an antibody that is no term of the glossary, and whether it is only part of a name."""
    for name in ("antibody_en", "antibody_zh"):
        for match in pattern(name).finditer(text):
            surface = re.sub(r"^(?:用|打|给|上|换|和|与|或|的|前|后|对|治|某|个|了)+", "", match[0])
            start = match.end() - len(surface)
            if any(m.category in _NAMES and m.start < match.end() and start < m.end for m in mentions):
                continue
            stem = re.sub(r"单抗$|[a-z]?mab$", "", surface).strip("-")
            return surface, len(stem) < (3 if name == "antibody_zh" else _FRAGMENT) or surface.startswith("-")
    return "", False


def without_identifiers(text: str) -> str:
    """`text` without bed, record and telephone numbers: they are no amounts and not part of what is asked."""
    return pattern("identifier").sub(",", text)


def without_disclaimed(text: str) -> str:
    """`text` without what the writer says is not asked for ("not lymphoma, myeloma: ...", 不问价格，只问规格)."""
    kept = pattern("disclaimed").sub(" ", text).strip(" ，,。;；:：-")
    return kept or text
