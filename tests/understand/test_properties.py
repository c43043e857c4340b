"""Laws of reading: it never raises, and the spelling of the same facts does not change the call."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from tests.understand.reading_of import call_of, reading_of
from tests.understand.test_rule_calls import CALLS

_WORDS = (
    "teclistamab 特立妥 塔奎妥 step-up dose 1 2 递增 第二针 38.5 ℃ 39度 BP 正常 血压低 不吸氧 鼻导管 3L 去甲 ICE 5 ICANS CRS 几级 grade? "
    "10 days ago 停了 天 kg 70 斤 市斤 weekly 每周 restart 怎么恢复 no 没 未 yesterday 现在 not , ， 。 ? 3月3日 today 血小板 20 ×10⁹/L IgG g/L mg/dL "
    "HBsAg 阳性 肌酐 岁 男 托珠 seizure weakness or 、 -> sorry 不对 new patient 呢"
).split(" ")
_SENTENCES = st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join)
_CHINESE = [text for text, *_ in CALLS if any("\u4e00" <= character <= "\u9fff" for character in text)]
_TRADITIONAL = OpenCC("s2t")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), _SENTENCES), st.one_of(st.text(max_size=80), _SENTENCES))
@example("\x00", "\ud7ff")
@example("999999999999999999 days ago teclistamab", "1/0")
def test_reading_never_raises_whatever_is_typed(first: str, second: str) -> None:
    reading_of(first, second)


@pytest.mark.parametrize("text", _CHINESE)
def test_traditional_characters_give_the_same_call(text: str) -> None:
    assert call_of(_TRADITIONAL.convert(text)) == call_of(text)


@pytest.mark.parametrize("text", [text for text, *_ in CALLS])
def test_full_width_characters_give_the_same_call(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)

    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)
    assert call_of(wide) == call_of(text)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "teclistamab step-up dose 2 was 10 days ago, 70 kg, what next?",
            "特立妥递增2打完10天了，70公斤，下一步怎么打",
        ),
        ("weekly teclistamab, last dose 5 weeks ago, restart?", "特立妥每周一次，末次5周前，怎么恢复"),
        ("step-up dose 2 of talquetamab, 60 kg, how many mg?", "塔奎妥递增2，60公斤，多少mg"),
        ("38.6, BP normal, nasal cannula 3 L/min, CRS grade?", "38.6，血压正常，鼻导管3L/min，CRS几级"),
        ("39, two vasopressors, room air, grade?", "39，两种升压药，未吸氧，几级"),
        ("ICE 5, wakes to voice, no seizure, ICANS grade?", "ICE 5分，呼唤可醒，无抽搐，ICANS几级"),
        ("tocilizumab dose for 70 kg?", "托珠70公斤用多少mg"),
        ("platelets 20 x10^9/L, CTCAE grade?", "血小板20×10⁹/L，CTCAE几级"),
        ("IgG 3.2 g/L, no infections, start IVIG?", "IgG 3.2 g/L，无感染，要补丙球吗"),
    ],
)
def test_english_and_chinese_give_the_same_call(english: str, chinese: str) -> None:
    assert call_of(english) == call_of(chinese)
