"""The process that parses: `python -m assistant.ingest.imported.worker FORMAT LIMITS`, the file on standard input.

It answers with JSON lines on standard output and touches nothing else: `{"progress": [done, total]}`, `{"page": […]}`,
`{"marks": {…}}`, then `{"done": true}`; or one `{"fault": code, "values": {…}}`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from assistant.ingest.imported import markup
from assistant.ingest.imported.limits import Limits, confine
from assistant.ingest.imported.pdf import Refused, read_pdf

_READERS = {"html": markup.read_html, "markdown": markup.read_markdown, "text": markup.read_text}


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _parse(kind: str, data: bytes, limits: Limits) -> None:
    if kind == "pdf":
        last = [0]

        def progress(done: int, total: int) -> None:
            if done == total or done - last[0] >= max(1, total // 100):
                last[0] = done
                _say(progress=[done, total])

        read = read_pdf(data, limits, progress)
        for label, text in zip(read.labels, read.texts, strict=True):
            _say(page=[label, text])
        _say(marks={"scanned": read.scanned, "unreadable": read.unreadable, "tables": read.tables})
        return
    decoded = markup.decode(data)
    if decoded is None:
        raise Refused("encoding")
    if len(decoded) > limits.characters:
        raise Refused("too_much_text", allowed=limits.characters, page="-")
    pages = _READERS[kind](decoded)
    if len(pages) > limits.pages:
        raise Refused("too_many_pages", found=len(pages), allowed=limits.pages)
    for number, page in enumerate(pages, start=1):
        _say(page=[str(number) if len(pages) > 1 else "", page])


def main() -> int:
    """Parse standard input; the exit code is 0 whenever an answer was given."""
    kind, limits = sys.argv[1], Limits.model_validate_json(sys.argv[2])
    data = sys.stdin.buffer.read()
    confine(limits)
    try:
        _parse(kind, data, limits)
    except Refused as refused:
        _say(fault=refused.code, values=refused.values)
    except (MemoryError, RecursionError):
        _say(fault="parser_died", values={})
    else:
        _say(done=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
