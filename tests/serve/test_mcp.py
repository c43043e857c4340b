"""The MCP server, spoken to by the client of the official SDK: over HTTP on loopback and over standard input and output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from assistant.pipeline import Assistant
from assistant.rules import RULES, run
from assistant.serve.access import decide
from assistant.serve.app import create_app
from assistant.serve.users import add
from tests.serve.conftest import MAIN_JOB, Unasked, apart, listening

PASSWORD = "three plain words"


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with listening(create_app(assistant, decide("127.0.0.1"), page=False)) as found:
        yield found


@pytest.fixture(params=["http", "stdio"])
def server(request: pytest.FixtureRequest, home: Path, assistant: Assistant) -> Any:
    """What a client connects to."""
    if request.param == "http":
        return f"{request.getfixturevalue('address')}/mcp"
    environment = {**os.environ, "ASSISTANT_HOME": str(home)}
    return stdio_client(StdioServerParameters(command=sys.executable, args=["-m", "assistant", "mcp"], env=environment))


def test_a_client_lists_calls_and_is_corrected(server: Any) -> None:
    async def talk() -> None:
        async with Client(server) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"ask", "search", *RULES}
            assert tools["restart"].input_schema == RULES["restart"].inputs.model_json_schema()
            assert tools["ask"].input_schema["required"] == ["question"]
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())

            worked = await client.call_tool("restart", MAIN_JOB)
            assert not worked.is_error
            assert worked.structured_content == run("restart", MAIN_JOB).model_dump(mode="json")
            assert worked.structured_content["verdicts"][0]["values"]["dose_mg"] == "23.4"

            asked = await client.call_tool("restart", {"drug": "teclistamab"})
            assert asked.structured_content["missing"][0]["name"] == "last_dose"

            answer = await client.call_tool("ask", {"question": "特立妥单抗递增剂量2已过10天，体重78 kg，怎么办？"})
            assert answer.structured_content["language"] == "zh"
            assert "23.4 mg" in answer.structured_content["text"]
            assert answer.structured_content["citations"]

            found = await client.call_tool("search", {"query": "onset of CRS", "k": 2})
            assert len(found.structured_content["hits"]) == 2

            for name, inputs, named in (
                ("restart", {**MAIN_JOB, "drug": "tecvayli?"}, "drug"),
                ("restart", {"weight": 78}, "weight"),
                ("ask", {"question": ""}, "question"),
                ("ask", {"question": "CRS?", "language": "fr"}, "language"),
                ("nothing", {}, "restart"),
            ):
                wrong = await client.call_tool(name, inputs)
                text = wrong.content[0].text
                assert wrong.is_error
                assert named in text
                assert "允许" in text

    apart(anyio.run, talk)


def test_over_http_a_user_is_needed_where_users_are(tmp_path: Path) -> None:
    users = tmp_path / "users"
    add(users, "ward-3", PASSWORD)
    app = create_app(Unasked(), decide("127.0.0.1", users=users), page=False)

    async def talk(address: str) -> None:
        async with (
            httpx2.AsyncClient(auth=("ward-3", PASSWORD)) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            worked = await client.call_tool("restart", MAIN_JOB)
            assert worked.structured_content["verdicts"][0]["values"]["dose_mg"] == "23.4"
        with pytest.raises((MCPError, ExceptionGroup, httpx2.HTTPError)):
            async with Client(f"{address}/mcp") as client:
                await client.list_tools()

    with listening(app) as address:
        apart(anyio.run, talk, address)
