"""Characters as a reader expects them: ligatures resolved, full-width letters halved, line-end hyphens re-joined.

Never NFKC over the whole text: it would turn 10⁹/L into 109/L.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

SOFT = "\ufffe"
"""A hyphen at a line end, as pdfium marks it: to be dropped or kept when the lines are joined."""

_SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_HAN = "\u2e80-\u2fdf\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
_CJK = re.compile(f"[{_HAN}\u3000-\u303f\uff00-\uffef]")
_SPACED_HAN = re.compile(f"(?<=[{_HAN}，。；：！？、（）《》]) +(?=[{_HAN}，。；：！？、（）《》])")
_DECIMAL_POINT = re.compile(r"(?<=[0-9])．(?=[0-9])")
_DEGREE = re.compile(r"(?<=[\d\s])[◦∘º˚] ?C\b")
_BROKEN = re.compile(rf"([^\W_]+(?:-[^\W_]+)*-?){SOFT} ?([^\W_]+)")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W_]+)*")
# First halves that keep their hyphen even when nothing in the document tells ("step-" + "up").
_KEEPS_HYPHEN = frozenset(
    "step high low long short non anti well self dose cell follow first second third double single multi mid post pre "
    "half early late heavily newly real risk time grade intent progression disease event age year week day month "
    "red white bone plasma light heavy stem half-life evidence drug steroid off on all one two three".split()
)


@lru_cache(maxsize=4096)
def tidy(character: str) -> str:
    """One character as it is kept: itself, its plain form, a space, or nothing."""
    code = ord(character)
    if character in "\n" + SOFT:
        return character
    if character == "\u00ad":
        return SOFT
    if 0xFB00 <= code <= 0xFB06 or 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", character)
    if 0xFF01 <= code <= 0xFF5E:
        half = chr(code - 0xFEE0)
        return half if half.isalnum() or half in "%/+-<=>#&*@[]{}|~^_$" else character
    if character in "\u2010\u2011":
        return "-"
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\r\f\v":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def clean(text: str) -> str:
    """`text` with every character tidied and spaces inside lines collapsed; line breaks stay."""
    joined = _DECIMAL_POINT.sub(".", "".join(map(tidy, text)))
    joined = _DEGREE.sub("°C", joined)
    lines = (_SPACED_HAN.sub("", re.sub(" {2,}", " ", line)).strip() for line in joined.split("\n"))
    return "\n".join(lines)


def raised(text: str) -> str:
    """`text` as superscript where Unicode has the characters, so that 10 and a raised 9 never become 109."""
    return text.translate(_SUPERSCRIPTS) if any(c.isdigit() for c in text) else text


def is_cjk(character: str) -> bool:
    """Whether `character` is Chinese or full-width, and so takes no space at a line break."""
    return bool(_CJK.match(character))


def joint(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: a space, but nothing after a hyphen or beside Chinese."""
    if not before or not after or before[-1] in f"{SOFT} ":
        return ""
    if is_cjk(before[-1]) or is_cjk(after[0]):
        return ""
    cut = len(before) > 1 and before[-1] in "-–/" and before[-2].isalnum() and after[0].isalnum()
    return "" if cut else " "


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often each whole word (with its hyphens) stands in `texts`; evidence for re-joining."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.lower() for word in _WORDS.findall(text))
    return counts


def rejoin(text: str, words: Counter[str]) -> str:
    """Resolve every marked line-end hyphen: dropped inside a word, kept in a compound (BCMA-directed, step-up)."""

    def joined(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        return f"{left}-{right}" if _keeps_hyphen(left, right, words) else left + right

    while SOFT in text:
        replaced = _BROKEN.sub(joined, text)
        if replaced == text:
            return text.replace(SOFT, "-")
        text = replaced
    return text


def _keeps_hyphen(left: str, right: str, words: Counter[str]) -> bool:
    plain, hyphenated = words[(left + right).lower()], words[f"{left}-{right}".lower()]
    if plain != hyphenated:
        return hyphenated > plain
    last = left.rsplit("-", 1)[-1]
    name = sum(c.isupper() for c in last) > 1 or any(c.isdigit() for c in last) or not right[0].islower()
    return name or "-" in left or last.lower() in _KEEPS_HYPHEN
