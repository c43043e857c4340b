"""The named JSON endpoints under /api: ask, rules, search. The schema of all of them is at /api/openapi.json."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.rules import RULES, catalogue
from assistant.rules.rule import Rule
from assistant.serve import calls, faults
from assistant.serve.calls import Answers, AskInputs, SearchInputs, SearchResult
from assistant.serve.faults import Refusal, Refused
from assistant.types import Answer, RuleResult, Text

RULE = Text(en="rule", zh="规则")
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The body is not a JSON object."},
    401: {"model": Refusal, "description": "No user, or a wrong password."},
    413: {"model": Refusal, "description": "The body is too long."},
    422: {"model": Refusal, "description": "An input is unusable; `error.name` says which one."},
    429: {"model": Refusal, "description": "Too many requests; Retry-After says when to come again."},
}


def router(assistant: Answers) -> APIRouter:
    """The endpoints over one assistant."""
    api = APIRouter(prefix="/api", tags=["api"], responses=_REFUSALS)

    @api.post("/ask", response_model=Answer, summary="Answer one question, with citations")
    def ask(inputs: AskInputs) -> Response:
        # the answer as `assistant ask --json` prints it, without a second serialisation by the framework
        return _as_json(calls.ask(assistant, inputs).model_dump_json())

    @api.post(
        "/search", response_model=SearchResult, summary="List the sections, gaps and conflicts that a query finds"
    )
    def search(inputs: SearchInputs) -> Response:
        return _as_json(calls.search(assistant, inputs).model_dump_json())

    @api.get("/rules", summary="All rules with the JSON Schemas of their inputs and result")
    def rules() -> list[dict[str, Any]]:
        return catalogue()

    @api.get("/rules/{name}", summary="One rule with the JSON Schemas of its inputs and result")
    def rule(name: str) -> dict[str, Any]:
        found = next((entry for entry in catalogue() if entry["name"] == name), None)
        if found is None:
            raise Refused(faults.unknown(RULE, calls.rule_names()))
        return found

    for entry in RULES.values():
        # one endpoint per rule, so that the schema of each names its inputs
        api.add_api_route(
            f"/rules/{entry.name}",
            _runs(assistant, entry),
            methods=["POST"],
            name=f"rule_{entry.name}",
            summary=f"{entry.title.en} / {entry.title.zh}",
            response_model=RuleResult,
            openapi_extra={
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": calls.schema_of(entry)}},
                }
            },
        )

    @api.post("/rules/{name}", include_in_schema=False)
    def unknown_rule(name: str) -> None:
        raise Refused(faults.unknown(RULE, calls.rule_names()))

    return api


def _runs(assistant: Answers, rule: Rule) -> Callable[[Request], Awaitable[Response]]:
    async def work_out(request: Request) -> Response:
        given = calls.inputs_of(await request.body())
        if given is None:
            raise Refused(faults.not_json())
        result = await run_in_threadpool(calls.work_out, rule.name, given, calls.tables_of(assistant))
        return _as_json(result.model_dump_json())

    return work_out


def _as_json(text: str) -> Response:
    return Response(text, media_type="application/json")


def refused(_: Request, error: Exception) -> JSONResponse:
    """The response to `Refused`."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class alone
    return error.fault.response()
