"""The sentences of `faults.yaml` as errors and notices: what was found, what is allowed, what to do."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant import strict_yaml
from assistant.errors import ImportFault
from assistant.ingest.imported.records import ImportNotice
from assistant.types import Text

_SHOWN_PAGES = 40


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = strict_yaml.load(Path(__file__).with_name("faults.yaml"))
    return loaded


def fault(code: str, **values: object) -> ImportFault:
    """The error `code` with its values filled in; an unknown code or a missing value is a KeyError."""
    sentence = _sentences()["faults"][code]
    return ImportFault(sentence["en"].format(**values), sentence["zh"].format(**values))


def notice(code: str, pages: tuple[str, ...] = (), **values: object) -> ImportNotice:
    """The notice `code`; a long list of pages is cut in the sentence and whole in `pages`."""
    sentence = _sentences()["notices"][code]
    shown, more = pages[:_SHOWN_PAGES], len(pages) > _SHOWN_PAGES
    text = Text(
        en=sentence["en"].format(pages=", ".join(shown) + (f" … ({len(pages)} pages)" if more else ""), **values),
        zh=sentence["zh"].format(pages="、".join(shown) + (f" …（共 {len(pages)} 页）" if more else ""), **values),
    )
    return ImportNotice(id=code, pages=pages, text=text)


def codes() -> tuple[str, ...]:
    """All codes of faults and notices, for tests and documentation."""
    return tuple(code for group in _sentences().values() for code in group)
