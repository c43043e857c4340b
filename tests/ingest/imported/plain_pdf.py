"""The smallest PDF that holds given words at given places, made by hand so that tests need no PDF writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 595, 842


class Word(NamedTuple):
    """Words set in Helvetica with their left end at `x`, `y`."""

    x: float
    y: float
    text: str
    size: float = 10


def plain_pdf(pages: Sequence[Sequence[Word]], extra: bytes = b"") -> bytes:
    """A PDF with one content stream per page; `extra` is put before every page's words."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    kids = []
    for words in pages:
        stream = extra + b"\n".join(_drawn(word) for word in words)
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R %b >>"
        fonts = b"/Resources << /Font << /F1 3 0 R >> >>"
        kids.append(len(objects) + 1)
        objects.append(page % (WIDTH, HEIGHT, len(objects), fonts))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return assemble(objects)


def assemble(objects: Sequence[bytes]) -> bytes:
    """Objects numbered from 1 as a file with its cross-reference table; the first is the catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _drawn(word: Word) -> bytes:
    text = word.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
    return b"BT /F1 %.1f Tf %.2f %.2f Td (%b) Tj ET" % (word.size, word.x, word.y, text)
