"""Characters and hyphens."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.imported.characters import SOFT, clean, joint, rejoin


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("ｅｆｆｉｃｉｅｎｔ　ｕｓｅ　１２．５％", "efficient use 12.5%"),
        ("剂量１．５ｍｇ／ｋｇ，每周", "剂量1.5mg/kg，每周"),
        ("ﬁrst eﬀect, oﬃce, ﬂow", "first effect, office, flow"),
        ("⽤药⽅案", "用药方案"),
        ("10⁹/L, 1½, 5³", "10⁹/L, 1½, 5³"),
        ("多 发 性 骨 髓 瘤", "多发性骨髓瘤"),
        ("hid\u200bden\u202e text\U000e0041\ue000", "hidden text"),
        ("38.0 ◦C and 39 º C", "38.0 °C and 39 °C"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("non\u2011small", "non-small"),
    ],
)
def test_characters_are_made_plain(found: str, kept: str) -> None:
    assert clean(found) == kept


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (f"immuno{SOFT}globulin", "immunoglobulin"),
        (f"step{SOFT}up", "step-up"),
        (f"BCMA{SOFT}directed", "BCMA-directed"),
        (f"IL{SOFT}6", "IL-6"),
        (f"T-cell{SOFT}engaging", "T-cell-engaging"),
        (f"high{SOFT}risk", "high-risk"),
        (f"one{SOFT}two{SOFT}three", "one-two-three"),
        (f"end{SOFT}", "end-"),
    ],
)
def test_line_end_hyphens(words: str, expected: str) -> None:
    assert rejoin(words, Counter()) == expected


def test_the_document_decides_about_hyphens() -> None:
    assert rejoin(f"co{SOFT}trimoxazole", Counter({"co-trimoxazole": 1})) == "co-trimoxazole"
    assert rejoin(f"follow{SOFT}ing", Counter({"following": 2})) == "following"


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("the end", "of it", " "),
        ("多发性", "骨髓瘤", ""),
        ("每 4", "周", ""),
        ("IL-", "6", ""),
        ("9–", "14", ""),
        ("a –", "b", " "),
    ],
)
def test_lines_are_joined(before: str, after: str, between: str) -> None:
    assert joint(before, after) == between


@given(st.text(max_size=300))
def test_clean_never_fails_and_is_stable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
