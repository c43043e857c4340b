"""The versioned prompt files of `prompts/`: strict headers, declared variables, English and Chinese twins, a lock of hashes.

A text never changes under its version. After a change raise the version in both twins and run
`python -m assistant.answer.prompts`, which enters it into the lock beside the versions before it.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import yaml
from pydantic import ValidationError

from assistant.errors import PromptError
from assistant.places import shipped
from assistant.types import Language, Record

_STAMPED = 12  # characters of a hash that an answer records
_VARIABLE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


class PromptHeader(Record):
    """The front matter of a prompt file."""

    id: str
    version: int
    language: Language
    variables: tuple[str, ...]
    output: str
    changed: str


class Prompt(Record):
    """One prompt in one language: system and user templates with `{{ variable }}` places."""

    header: PromptHeader
    system: str
    user: str

    def render(self, **values: str) -> list[tuple[str, str]]:
        """LangChain messages; a missing or undeclared value is a PromptError naming all of them."""
        missing = sorted(set(self.header.variables) ^ set(values))
        if missing:
            raise PromptError(f"Prompt '{self.header.id}': values and declared variables differ: {missing}.")

        def fill(template: str) -> str:
            return _VARIABLE.sub(lambda match: values[match[1]], template)

        return [("system", fill(self.system)), ("user", fill(self.user))]


def load_prompt(prompt_id: str, language: Language, root: Path | None = None) -> Prompt:
    """The prompt `prompt_id` in `language`; raises PromptError naming the file and the fault."""
    return read_prompt((root or shipped("prompts")) / f"{prompt_id}.{language}.md")


def read_prompt(path: Path) -> Prompt:
    """Read and check one prompt file."""
    try:
        text = path.read_text(encoding="utf-8")
        _, head, body = text.split("---\n", 2)
        header = PromptHeader(**yaml.safe_load(head))
        system, user = re.split(r"^# user\n", body.split("# system\n", 1)[1], maxsplit=1, flags=re.MULTILINE)
    except (OSError, ValueError, IndexError, TypeError, ValidationError, yaml.YAMLError) as error:
        raise PromptError(
            f"{path}: not a prompt file ({error}). It needs front matter (id, version, language, variables, output, changed), "
            "'# system' and '# user'."
        ) from error
    used = set(_VARIABLE.findall(body))
    if used != set(header.variables):
        raise PromptError(
            f"{path}: declared variables {sorted(header.variables)}, used {sorted(used)}; make them equal."
        )
    return Prompt(header=header, system=system.strip(), user=user.strip())


def stamp(prompt_id: str, language: Language, root: Path | None = None) -> str:
    """What an answer records of a prompt: `id.language@version:` and the first characters of its hash."""
    path = (root or shipped("prompts")) / f"{prompt_id}.{language}.md"
    return f"{_key(path)}:{_sha256(path)[:_STAMPED]}"


def lock_of(root: Path) -> dict[str, str]:
    """`id.language@version` → SHA-256 of each prompt file under `root`."""
    return {_key(path): _sha256(path) for path in sorted(root.glob("*.md"))}


def locked(root: Path) -> dict[str, str]:
    """The committed lock: every version that ever was, so that an old answer can be traced and no version is used twice."""
    loaded: dict[str, str] = json.loads((root / "LOCK.json").read_text(encoding="utf-8"))
    return loaded


def add_to_lock(root: Path) -> tuple[str, ...]:
    """Enter new versions into the lock and return them; a known version with another text is a PromptError."""
    known, now = locked(root), lock_of(root)
    changed = sorted(key for key in now if known.get(key, now[key]) != now[key])
    if changed:
        raise PromptError(
            f"{root}: the text of {', '.join(changed)} changed. Give it a new version, and say what changed in 'changed'."
        )
    text = json.dumps({**known, **now}, indent=1, sort_keys=True) + "\n"
    (root / "LOCK.json").write_text(text, encoding="utf-8")
    return tuple(key for key in now if key not in known)


def _key(path: Path) -> str:
    header = read_prompt(path).header
    return f"{header.id}.{header.language}@{header.version}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    add_to_lock(shipped("prompts"))
