"""YAML in which every scalar stays the text that was typed, and a repeated key is an error.

Plain YAML loading turns `012` into 10, `1:30` into 90 and `NO` into false; none of that may happen to a clinical number.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import AssistantError, CorpusError


class _TextLoader(yaml.CBaseLoader):
    """CBaseLoader (all scalars are text) that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key}' stands twice; keep one", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load(path: Path, error: type[AssistantError] = CorpusError) -> Any:
    """The content of `path` with text scalars; raises `error` naming file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506 - a base loader: text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise error(f"{path}: {fault}", f"{path}：{fault}") from fault
