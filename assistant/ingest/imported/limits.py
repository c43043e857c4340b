"""What an imported document may cost: every limit in one table, and the operating system's limits for the parser.

| Limit              | Value          | Enforced by                                                            |
|--------------------|----------------|------------------------------------------------------------------------|
| PDF file           | 60 MiB         | size checked before and while reading                                  |
| other file         | 10 MiB         | the same                                                               |
| pages              | 1,500          | the parser, before the first page is read                              |
| text per page      | 100,000 chars  | the parser; counted before the page is read                            |
| text in total      | 8,000,000 chars| the parser, and again by the process that receives the pages           |
| time               | 300 s          | wall clock, by the waiting process; CPU time, by `RLIMIT_CPU`          |
| memory             | 1,536 MiB      | `RLIMIT_AS` in the parser (Linux; elsewhere only the time limit holds) |
| files written      | none           | `RLIMIT_FSIZE` = 0 in the parser                                       |
| title, heading     | 200, 300 chars | cut                                                                    |
| source label       | 80 chars       | refused                                                                |
| chunks             | 20,000         | chunking                                                               |
| documents kept     | 500            | the store                                                              |

Parsers run in their own process, get the bytes through a pipe, and give back text only.
"""

from __future__ import annotations

import sys

from assistant.types import Record

MAX_TITLE = 200
MAX_SOURCE = 80
MAX_HEADING = 300
MAX_CHUNKS = 20_000
MAX_DOCUMENTS = 500


class Limits(Record):
    """The limits of one import; the defaults are the table above, tests lower them."""

    pdf_bytes: int = 60 * 1024 * 1024
    other_bytes: int = 10 * 1024 * 1024
    pages: int = 1_500
    page_characters: int = 100_000
    characters: int = 8_000_000
    seconds: int = 300
    memory_bytes: int = 1_536 * 1024 * 1024


def confine(limits: Limits) -> None:
    """Put the limits on this process for good, as far as the system can (Windows: not at all)."""
    if sys.platform == "win32":
        return
    import resource

    wanted = {
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(which, (allowed, allowed))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS; the wall clock still holds
            continue
