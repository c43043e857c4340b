"""A conversation as PDF, made in memory.

Latin letters are Helvetica, Chinese and signs the CID font STSong-Light: both are known to every PDF reader by name and are
not embedded. A sign that neither can show is written out (10⁹ as 10^9) or named by its code point, never left out.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from xml.sax.saxutils import escape

from assistant.present.export import Piece, TurnLike, joined, pieces
from assistant.present.words import say
from assistant.types import Language

_SIGNS = "STSong-Light"
_MARGIN_MM = 20
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_SAME = {
    **{ord(sign): "-" for sign in "\u2010\u2011\u2212"},
    **{ord(sign): " " for sign in "\u00a0\u2009\u202f"},
    ord("\u00b5"): "\u03bc",  # micro sign → Greek mu
    ord("✓"): "√",
    ord("✕"): "×",
    ord("•"): "·",
    ord("\u200b"): "",
}
_SIZES = {"title": 16, "question": 12, "kind": 10, "heading": 10, "small": 8, "quote": 9}
_BOLD = {"title", "question", "kind", "heading"}
_INDENT = {"statement": 8, "item": 8, "quote": 20}


def pdf(turns: Sequence[TurnLike], language: Language, on: date) -> bytes:
    """The conversation as the bytes of a PDF file: the same paragraphs as the Markdown, with numbered pages."""
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
    from reportlab.lib.units import mm  # type: ignore[import-untyped]
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
    from reportlab.platypus import SimpleDocTemplate  # type: ignore[import-untyped]

    if _SIGNS not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_SIGNS))
    title = say("page.title", language)
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        title=title,
        author="",
        lang="zh-CN" if language == "zh" else "en",
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN_MM * mm),
    )

    def foot(canvas: object, built: object) -> None:
        _foot(canvas, say("safety", language), built.page)  # type: ignore[attr-defined]

    document.build([_paragraph(piece) for piece in pieces(turns, language, on)], onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def drawable(text: str) -> str:
    """`text` in signs that the two fonts have: raised digits as ^n, what remains by name of its code point."""
    told = _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]).replace("−", "-"), text)
    return "".join(_drawable(sign) for sign in told.translate(_SAME))


def _drawable(sign: str) -> str:
    if sign.isspace():
        return " "
    if _has(sign):
        return sign
    plain = unicodedata.normalize("NFKD", sign)
    return plain if all(map(_has, plain)) else f"[U+{ord(sign):04X}]"


def _has(sign: str) -> bool:
    return _is_latin(sign) or _in_gbk(sign)


def _is_latin(sign: str) -> bool:
    return " " <= sign <= "~" or "\u00a1" <= sign <= "\u00ff"


def _in_gbk(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return sign.isprintable()


def _marked_up(text: str) -> str:
    """`text` for a paragraph: escaped, each run in the font that has its signs."""
    runs = ((latin, "".join(signs)) for latin, signs in groupby(drawable(text), key=_is_latin))
    return "".join(escape(run) if latin else f'<font name="{_SIGNS}">{escape(run)}</font>' for latin, run in runs)


def _paragraph(piece: Piece) -> object:
    from reportlab.lib.enums import TA_LEFT  # type: ignore[import-untyped]
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
    from reportlab.platypus import Paragraph

    size = _SIZES.get(piece.role, 10)
    style = ParagraphStyle(
        piece.role,
        fontName="Helvetica-Bold" if piece.role in _BOLD else "Helvetica",
        fontSize=size,
        leading=size * 1.45,
        leftIndent=_INDENT.get(piece.role, 0),
        spaceBefore=14 if piece.role == "question" else 6 if piece.role in _BOLD else 0,
        spaceAfter=3,
        alignment=TA_LEFT,
        textColor="#51646d" if piece.role in {"small", "quote"} else "#15242b",
        wordWrap="CJK" if any(sign >= "\u2e80" for sign in piece.text) else None,
        splitLongWords=1,
    )
    text = _marked_up(joined((piece.mark, piece.text, piece.after)))
    return Paragraph(f"{text}<br/>{_marked_up(piece.url)}" if piece.url else text, style)


def _foot(canvas: object, safety: str, page: int) -> None:
    from reportlab.lib.units import mm

    pen = canvas.beginText(_MARGIN_MM * mm, 10 * mm)  # type: ignore[attr-defined]
    for latin, signs in groupby(f"{drawable(safety)}   {page}", key=_is_latin):
        pen.setFont("Helvetica" if latin else _SIGNS, 7)
        pen.textOut("".join(signs))
    canvas.drawText(pen)  # type: ignore[attr-defined]
