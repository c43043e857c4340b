"""Reading of one YAML file in which every scalar stays the text that was typed and a repeated key is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from assistant.errors import TableError

_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_TAGS = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


class TextLoader(_BASE):  # type: ignore[misc]
    """YAML parser without any typing of scalars; the nodes are turned into text, lists and mappings by `_plain`."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag of a node: text, list or mapping, nothing else."""
        return _TAGS[kind]

    def descend_resolver(self, current: Any, index: Any) -> None:
        """Nothing to resolve by place."""

    def ascend_resolver(self) -> None:
        """Nothing to resolve by place."""


def read(path: Path) -> Any:
    """The content of one YAML file; a fault is a `TableError` that names the file and the line."""
    try:
        loader = TextLoader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            return None if node is None else _plain(node)
        finally:
            loader.dispose()
    except TableError as fault:
        raise TableError(f"{path}: {fault.en}", f"{path}：{fault.zh}") from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        reason = str(fault).replace("\n", " ")
        raise TableError(
            f"{path}: not readable as YAML: {reason}. Allowed: UTF-8 YAML. Correct the named line.",
            f"{path}：无法按 YAML 读取：{reason}。请改正所示的行。",
        ) from fault


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(entry) for entry in node.value]
    pairs: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str) or key in pairs:
            line = key_node.start_mark.line + 1
            raise TableError(
                f"Line {line}: the key '{key}' is written twice. Allowed: each key once. Remove one of the two.",
                f"第 {line} 行：键“{key}”重复。每个键只能出现一次，请删除其中一个。",
            )
        pairs[key] = _plain(value_node)
    return pairs
