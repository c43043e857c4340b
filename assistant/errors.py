"""Every error a user can meet, as one small tree.

AssistantError
├── QuestionError       the question cannot be read at all (empty, too long, control characters)
├── RuleInputError      a rule was given an input that is absent, impossible, unit-less or contradictory
├── TableError          a rules table, shipped or local, is faulty
├── CorpusError         a corpus file is faulty
├── IndexFault          the search index is missing, stale or damaged
├── ImportFault         a user's own document cannot be imported
├── PromptError         a prompt file is faulty
└── SettingError        a setting or environment variable is wrong

Each message says what was found, what is allowed, and what to do.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of all errors meant for a reader; `str(error)` is the English sentence, `zh` the Chinese one."""

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh or en

    def in_language(self, language: str) -> str:
        """The message in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


class QuestionError(AssistantError):
    """The question cannot be read."""


class RuleInputError(AssistantError):
    """A rule input is unusable; `name` says which one, `found` what was given, `allowed` what would be accepted."""

    def __init__(self, name: str, *, found: str, allowed: str, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.name = name
        self.found = found
        self.allowed = allowed


class TableError(AssistantError):
    """A rules table is faulty; the message names file, key path, found, allowed and remedy."""


class CorpusError(AssistantError):
    """A corpus file is faulty; the message names file, section and remedy."""


class IndexFault(AssistantError):
    """The search index is missing, stale or damaged; the message names the repair command."""


class ImportFault(AssistantError):
    """A user's document cannot be imported; the message says why and what to try."""


class PromptError(AssistantError):
    """A prompt file is faulty."""


class SettingError(AssistantError):
    """A setting is wrong; the message names it, the value found and the values allowed."""
