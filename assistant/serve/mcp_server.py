"""The MCP server: `ask`, `search` and every rule as tools with typed inputs. It reads and works out; it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from assistant import __version__
from assistant.errors import AssistantError
from assistant.rules import RULES
from assistant.serve import calls, faults
from assistant.serve.calls import Answers, AskInputs, SearchInputs, SearchResult
from assistant.serve.faults import Fault
from assistant.types import Answer, RuleResult, Text

NAME = "bispecific-assistant"
_INSTRUCTIONS = (
    "Decision support for professionals on T-cell-engaging bispecific antibodies in multiple myeloma; not a device; not "
    "for emergencies; verify before use. `ask` gives cited answers in English or Chinese; every other tool but `search` is "
    "a deterministic rule: give it only what is known, it asks back with `missing` and never guesses. Pass no names or "
    "record numbers. Repeat results with their citations and caveats; do not add numbers."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_TOOL = Text(en="tool", zh="工具")


@dataclass(frozen=True)
class _Offered:
    """One tool and what it does with checked arguments."""

    tool: Tool
    call: Callable[[dict[str, Any]], BaseModel]


def server(assistant: Answers) -> Server[Any]:
    """The server over one assistant, for any transport."""
    offered = {entry.tool.name: entry for entry in _offered(assistant)}

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[entry.tool for entry in offered.values()])

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        entry = offered.get(params.name)
        if entry is None:
            return _refusal(faults.unknown(_TOOL, ", ".join(offered)))
        try:
            record = await anyio.to_thread.run_sync(entry.call, dict(params.arguments or {}))
        except AssistantError as error:
            return _refusal(faults.of_error(error))
        except ValidationError as error:
            return _refusal(faults.of_invalid(error))
        text = record.model_dump_json()
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=record.model_dump(mode="json")
        )

    return Server(
        NAME, version=__version__, instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


def serve_stdio(assistant: Answers) -> None:
    """Speak MCP on standard input and output until the client leaves."""
    talks = server(assistant)

    async def main() -> None:
        async with stdio_server() as (incoming, outgoing):
            await talks.run(incoming, outgoing, talks.create_initialization_options())

    anyio.run(main)


def _offered(assistant: Answers) -> list[_Offered]:
    tables = calls.tables_of(assistant)
    found = [
        _Offered(
            tool=_tool("ask", "Answer a question with citations / 回答问题并给出引文", AskInputs, Answer),
            call=lambda given: calls.ask(assistant, AskInputs.model_validate(given)),
        ),
        _Offered(
            tool=_tool(
                "search", "Find sections, gaps and conflicts / 检索条目、缺口与分歧", SearchInputs, SearchResult
            ),
            call=lambda given: calls.search(assistant, SearchInputs.model_validate(given)),
        ),
    ]
    for rule in RULES.values():
        found.append(
            _Offered(
                tool=_tool(
                    rule.name, f"{rule.title.en} / {rule.title.zh}", rule.inputs, RuleResult, calls.described(rule)
                ),
                call=_runs(rule.name, tables),
            )
        )
    return found


def _runs(name: str, tables: Any) -> Callable[[dict[str, Any]], BaseModel]:
    return lambda given: calls.work_out(name, given, tables)


def _tool(name: str, title: str, inputs: type[BaseModel], result: type[BaseModel], about: str = "") -> Tool:
    return Tool(
        name=name,
        title=title,
        description=about or f"{title}. {(inputs.__doc__ or '').strip()}",
        input_schema=inputs.model_json_schema(),
        output_schema=result.model_json_schema(mode="serialization"),
        annotations=_READS,
    )


def _refusal(fault: Fault) -> CallToolResult:
    text = f"{fault.sentence('en')} / {fault.sentence('zh')}"
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
