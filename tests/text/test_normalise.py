"""The normal form: one spelling for widths, dashes and scripts, numbers unharmed, an offset for every character kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.text.normalise import normalise, simplify

CLINICAL = st.text(
    st.sampled_from("体温３８。５℃發燒后週１ 0·6㎎/㎏ＣＲＳ≥≧½²⁹₂①ﬁİ−–\u200b\u202e\ufeff個劑量遞增"), max_size=40
)


def plain(text: str) -> str:
    return normalise(text).text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("10⁹/L", "10⁹/l"),
        ("2×10⁹", "2×10⁹"),
        ("5³", "5³"),
        ("10⁻⁵", "10⁻⁵"),
        ("1½", "1½"),
        ("2⅓周", "2⅓周"),
        ("¾", "¾"),
    ],
)
def test_superscripts_and_fractions_do_not_melt_into_the_number_before_them(typed: str, text: str) -> None:
    assert plain(typed) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [("SpO₂88%", "spo2 88%"), ("②10天前", "2 10天前"), ("⒈5mg", "1. 5mg"), ("剂量①后", "剂量1 后")],
)
def test_subscripts_and_circled_digits_do_not_melt_into_the_number_after_them(typed: str, text: str) -> None:
    assert plain(typed) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("５０ｋｇ", "50kg"),
        ("３８．５", "38.5"),
        ("ＣＲＳ　２級", "crs 2级"),
        ("（１）：％／，", "(1):%/,"),
        ("＞７天", ">7天"),
        ("Ⅲ级", "iii级"),
    ],
)
def test_full_width_becomes_half_width(typed: str, text: str) -> None:
    assert plain(typed) == text


@pytest.mark.parametrize("dash", ["‐", "‑", "‒", "–", "—", "−", "﹣", "－"])
def test_every_dash_and_minus_is_one_hyphen(dash: str) -> None:
    assert plain(f"2{dash}3天") == "2-3天"


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\u00ad", "\x00", "\x1b", "\ud800", "\ue000"]
)
def test_invisible_and_bidirectional_characters_go(sign: str) -> None:
    assert plain(f"te{sign}c 1{sign}0天") == "tec 10天"


@pytest.mark.parametrize("typed", ["38。5度", "38·5度", "38．5度", "３８。５度", "38•5度"])
def test_a_slipped_or_raised_decimal_point_is_a_point(typed: str) -> None:
    assert plain(typed) == "38.5度"


def test_a_lancet_dose_keeps_its_size() -> None:
    assert plain("0·06 mg/kg") == "0.06 mg/kg"


@pytest.mark.parametrize("typed", ["打完针。5天后", "第2针。然后", "2.5·10⁹/L", "5·10^9/L"])
def test_a_full_stop_or_multiplication_dot_is_no_decimal_point(typed: str) -> None:
    assert plain(typed) == typed.lower()


@pytest.mark.parametrize("typed", ["88 µmol/L", "88 μmol/L"])
def test_micro_sign_and_greek_letter_are_one(typed: str) -> None:
    assert plain(typed) == "88 \u00b5mol/l"


@pytest.mark.parametrize("typed", ["38℃", "38°C", "38ºC", "38˚C"])
def test_every_degree_sign_is_one(typed: str) -> None:
    assert plain(typed) == "38°c"


@pytest.mark.parametrize(("typed", "text"), [("≧7", "≥7"), ("⩾7", "≥7"), ("≦7", "≤7"), ("⩽7", "≤7")])
def test_every_bound_sign_is_one(typed: str, text: str) -> None:
    assert plain(typed) == text


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("遞增劑量給藥後過了兩週", "递增剂量给药后过了两周"),
        ("細胞激素釋放症候群", "细胞激素释放症候群"),
        ("體溫發燒嗎", "体温发烧吗"),
        ("個月", "个月"),
    ],
)
def test_traditional_becomes_simplified_at_the_same_length(traditional: str, simplified: str) -> None:
    assert simplify(traditional) == simplified
    assert plain(traditional) == simplified


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF)))
def test_simplifying_never_changes_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\x00"])
def test_nothing_readable_gives_empty_text(text: str) -> None:
    assert plain(text).strip() == ""


def test_spaces_of_any_kind_become_one_space() -> None:
    assert plain(" a \u3000\n\u00a0 b") == "a b"


def test_a_span_points_to_what_was_typed() -> None:
    typed = "他\u200b说：ＣＲＳ ３８。５℃"
    result = normalise(typed)
    start = result.text.index("38.5")

    assert typed[slice(*result.span(start, start + 4))] == "３８。５"
    assert result.span(3, 3) == (0, 0)


@given(st.text() | CLINICAL)
@example("İ\u0130ß")
@example("\ud800")
def test_it_never_raises_and_every_kept_character_has_its_offset(typed: str) -> None:
    result = normalise(typed)

    assert result.original == typed
    assert len(result.offsets) == len(result.text)
    assert list(result.offsets) == sorted(result.offsets)
    assert all(0 <= offset < len(typed) for offset in result.offsets)


@given(st.text() | CLINICAL)
def test_the_character_at_an_offset_is_the_one_that_was_folded(typed: str) -> None:
    """A kept character is what it was folded from: the same digit, or the same letter in another case, width or script."""
    result = normalise(typed)
    for character, offset in zip(result.text, result.offsets, strict=True):
        origin = typed[offset]
        if character.isdecimal():
            assert character in unicodedata.normalize("NFKC", origin)
        elif character.isascii() and character.isalpha():
            assert character in plain(origin)


@given(st.text() | CLINICAL)
def test_normalising_twice_changes_nothing_more(typed: str) -> None:
    once = plain(typed).strip()

    assert plain(once).strip() == once
