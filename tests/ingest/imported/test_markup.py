"""Markdown, HTML and plain text; only visible words are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.imported.markup import decode, read_html, read_markdown, read_text
from assistant.ingest.imported.read import read


def test_markdown_keeps_headings_lists_and_tables() -> None:
    source = "---\ntitle: x\n---\n# Protocol\n\nGive **0.06 mg/kg** [here](javascript:alert(1)).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    text = "# Protocol\n\nGive 0.06 mg/kg here.\n\n- one\n\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert read_markdown(source) == [text]


def test_html_keeps_visible_words_only() -> None:
    source = """<html><head><title>t</title><style>p{}</style></head><body><nav>menu</nav><h2>Dose</h2>
    <p>Below 0.5 × 10<sup>9</sup>/L<script>alert(1)</script> stop.<br>Next line</p><p hidden>hidden one</p>
    <div style="display: none">hidden <p>two</p></div><span aria-hidden="true">three</span><!-- four -->
    <img src=x onerror=alert(1) alt="five"><template>six</template><table><tr><th>a</th><th>b</th></tr>
    <tr><td>1</td><td><p>2</p></td></tr></table><p>End</body>"""
    [text] = read_html(source)
    assert text == "## Dose\n\nBelow 0.5 × 10⁹/L stop.\nNext line\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nEnd"


def test_raw_html_in_markdown_is_treated_as_html() -> None:
    assert read_markdown("Words <script>alert(1)</script> stay.\n\n<div hidden>gone</div>\n") == ["Words stay."]


def test_plain_text_pages_headings_and_wrapped_lines() -> None:
    wrapped = "A line that was wrapped by an editor at a fixed width goes\non in the next line.\n\n1. Dose\nGive it."
    assert read_text(f"{wrapped}\fPage two") == [
        "A line that was wrapped by an editor at a fixed width goes on in the next line.\n\n## 1. Dose\n\nGive it.",
        "Page two",
    ]
    assert read_text("一、给药方案\n每周一次。") == ["## 一、给药方案\n\n每周一次。"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "notes.txt").write_bytes("骨髓瘤的治疗方案，每周一次。".encode(encoding))
    document = read(tmp_path / "notes.txt")
    assert document.pages[0].text == "骨髓瘤的治疗方案，每周一次。"
    assert document.language == "zh"
    assert document.pages[0].label == ""


def test_a_wrong_language_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("骨髓瘤的治疗方案，每周一次。", encoding="utf-8")
    assert [notice.id for notice in read(tmp_path / "notes.txt", language="en").notices] == ["language"]


@given(st.text(max_size=400))
def test_readers_never_fail(text: str) -> None:
    for reader in (read_html, read_markdown, read_text):
        assert reader(text)


@given(st.text(alphabet="<>/\"'=!-&;#tabledivhrsupcript \n|*[]()", max_size=300))
def test_readers_survive_markup(text: str) -> None:
    for reader in (read_html, read_markdown, read_text):
        assert reader(text)


@given(st.binary(max_size=300))
def test_decoding_never_fails(data: bytes) -> None:
    text = decode(data)
    assert text is None or "\0" not in text
