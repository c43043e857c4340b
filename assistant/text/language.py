"""Which language a text is in: English or Chinese. Mixed text with Chinese sentence structure counts as Chinese."""

from __future__ import annotations

import re

from assistant.types import Language

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def has_chinese(text: str) -> bool:
    """Whether `text` holds a Chinese character."""
    return bool(_HAN.search(text))


def language_of(text: str) -> Language:
    """The language that carries the sentence: "zh" for two or more Chinese characters (or more than Latin words), else "en"."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    return "zh" if (han >= 2 and han * 3 >= words) or han > words else "en"
