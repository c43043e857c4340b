"""The rules as LangChain tools and the search as a LangChain retriever, called through LangChain's own interfaces."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.langchain_adapter import AssistantRetriever, rule_tools
from assistant.pipeline import Assistant
from assistant.retrieve.filters import Filters
from assistant.rules import RULES, run
from tests.rules.checking import all_cases
from tests.rules.test_local_check import WARD

GIVEN = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": 10, "jurisdiction": "US"}


@pytest.fixture(scope="module")
def tools() -> dict[str, StructuredTool]:
    return {tool.name: tool for tool in rule_tools()}


def test_there_is_one_typed_tool_per_rule(tools: dict[str, StructuredTool]) -> None:
    assert list(tools) == list(RULES)
    for name, tool in tools.items():
        assert tool.args_schema is RULES[name].inputs
        assert RULES[name].title.en in tool.description
        assert RULES[name].title.zh in tool.description


def test_every_tool_has_a_schema_that_a_chat_model_can_be_given(tools: dict[str, StructuredTool]) -> None:
    for name, tool in tools.items():
        function = convert_to_openai_tool(tool)["function"]
        assert function["name"] == name
        assert set(function["parameters"]["properties"]) == set(RULES[name].inputs.model_fields)
        assert all(entry.get("description") for entry in function["parameters"]["properties"].values())
        json.dumps(function)


def test_a_tool_returns_the_result_of_the_rule(tools: dict[str, StructuredTool]) -> None:
    assert tools["restart"].invoke(GIVEN) == run("restart", GIVEN).model_dump_json()


def test_a_tool_call_gives_a_tool_message(tools: dict[str, StructuredTool]) -> None:
    message = tools["restart"].invoke({"type": "tool_call", "id": "1", "name": "restart", "args": GIVEN})

    assert isinstance(message, ToolMessage)
    assert message.status == "success"
    assert json.loads(str(message.content))["verdicts"][0]["values"]["next_dose"] == "step_up_2"


def test_a_tool_works_from_asynchronous_code(tools: dict[str, StructuredTool]) -> None:
    assert asyncio.run(tools["restart"].ainvoke(GIVEN)) == tools["restart"].invoke(GIVEN)


def test_the_first_case_of_every_rule_gives_the_same_through_its_tool(tools: dict[str, StructuredTool]) -> None:
    seen: set[str] = set()
    for case in all_cases():
        if case.rule in seen or "error" in case.output or case.as_of:
            continue
        seen.add(case.rule)
        assert tools[case.rule].invoke(case.input) == run(case.rule, case.input).model_dump_json(), case.label
    assert seen == set(RULES)


def test_missing_inputs_are_asked_for(tools: dict[str, StructuredTool]) -> None:
    result = json.loads(tools["restart"].invoke({"drug": "teclistamab"}))

    assert result["verdicts"] == []
    assert {entry["name"] for entry in result["missing"]} >= {"last_dose"}


@pytest.mark.parametrize(
    ("rule", "given", "said"),
    [
        ("restart", {"drug": "teclistmab"}, "did you mean teclistamab?"),
        ("restart", {"drgu": "teclistamab"}, "did you mean drug?"),
        ("dose", {"drug": "teclistamab", "step": "step_up_1", "weight_value": "nan"}, "a number written in digits"),
        ("dose", {"drug": "teclistamab", "step": "step_up_1", "weight_value": -70, "weight_unit": "kg"}, "-70 kg"),
        ("schedule", {"drug": "teclistamab", "start_date": "2026-02-30"}, "a calendar date"),
    ],
)
def test_an_unusable_input_comes_back_as_a_message(
    tools: dict[str, StructuredTool], rule: str, given: dict[str, object], said: str
) -> None:
    plain = tools[rule].invoke(given)
    message = tools[rule].invoke({"type": "tool_call", "id": "1", "name": rule, "args": given})

    assert plain.startswith("Unusable input '")
    assert said in plain
    assert message.status == "error"
    assert message.content == plain


def test_tools_take_a_date_and_own_tables(tmp_path: Path) -> None:
    (tmp_path / "restart").mkdir()
    (tmp_path / "restart" / "teclistamab_us.yaml").write_text(WARD, encoding="utf-8")
    own = {tool.name: tool for tool in rule_tools(tables=tmp_path)}
    early = {tool.name: tool for tool in rule_tools(as_of=date(2001, 1, 1))}

    assert "Local table: " in own["restart"].invoke(GIVEN)
    assert json.loads(early["restart"].invoke(GIVEN))["verdicts"][0]["status"] == "not_covered"


@pytest.fixture(scope="module")
def retriever(assistant: Assistant) -> AssistantRetriever:
    return AssistantRetriever(assistant=assistant, k=4)


def test_the_retriever_finds_what_the_search_finds(assistant: Assistant, retriever: AssistantRetriever) -> None:
    question = "How soon does CRS start with teclistamab?"

    found = retriever.invoke(question)

    assert isinstance(retriever, BaseRetriever)
    assert all(isinstance(document, Document) for document in found)
    assert [document.id for document in found] == [
        hit.unit.id.removeprefix("section:") for hit in assistant.search(question, 4)
    ]


@pytest.mark.parametrize(("question", "language"), [("Who gets IVIG?", "en"), ("哪些患者需要静脉用免疫球蛋白？", "zh")])
def test_documents_carry_section_source_confidence_and_a_verbatim_quote(
    assistant: Assistant, retriever: AssistantRetriever, question: str, language: str
) -> None:
    sections = [document for document in retriever.invoke(question) if document.metadata["kind"] == "section"]

    assert sections
    for document in sections:
        meta = document.metadata
        section = assistant.section(meta["section"], language)
        assert section is not None
        assert document.page_content == section.body
        assert meta["language"] == language
        assert meta["quote"] in document.page_content
        assert meta["source"]
        assert meta["confidence"] in {"verified", "single_source", "secondary"}
        assert meta["citations"][0]["quote"] == meta["quote"]
    json.dumps([document.metadata for document in sections], ensure_ascii=False)


def test_a_gap_is_found_as_a_gap_without_a_source(retriever: AssistantRetriever) -> None:
    found = retriever.invoke("talquetamab US restart table after a delay")
    gaps = [document for document in found if document.metadata["kind"] == "gap"]

    assert gaps
    assert all(document.metadata["source"] == "" and document.page_content for document in gaps)


def test_the_retriever_works_in_a_batch_and_in_asynchronous_code(retriever: AssistantRetriever) -> None:
    question = "Who gets IVIG?"

    assert retriever.batch([question])[0] == retriever.invoke(question)
    assert asyncio.run(retriever.ainvoke(question)) == retriever.invoke(question)


def test_the_language_can_be_set(assistant: Assistant) -> None:
    found = AssistantRetriever(assistant=assistant, k=2, language="zh").invoke("Who gets IVIG?")

    assert found[0].metadata["language"] == "zh"


class Recorder:
    """Keeps what it is asked for and finds nothing."""

    def __init__(self) -> None:
        self.asked: dict[str, object] = {}

    def passages(self, query: str, k: int, **given: object) -> tuple[()]:
        self.asked = {"query": query, "k": k, **given}
        return ()


def test_the_filters_of_the_retriever_reach_the_search() -> None:
    recorder = Recorder()
    wanted = Filters(
        drugs=("teclistamab",),
        jurisdictions=("US",),
        languages=("en",),
        documents=("teclistamab-label",),
        confidences=("verified",),
    )

    AssistantRetriever(assistant=recorder, k=3, filters=wanted).invoke("What goes in before it?")

    assert recorder.asked == {"query": "What goes in before it?", "k": 3, "language": "auto", "filters": wanted}
