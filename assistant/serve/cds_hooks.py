"""The CDS Hooks endpoints: discovery, and one service per rule that answers with cards.

A service reads the inputs of its rule from the `extension` of the request and nothing else. It asks for no prefetch and does
not read FHIR resources: which observation is the weight of today, or which order is a step-up dose, is for the client to know.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from assistant.errors import RuleInputError
from assistant.rules import RULES
from assistant.rules.rule import Rule
from assistant.serve import calls, cards, faults
from assistant.serve.calls import Answers
from assistant.serve.faults import Fault, Refused
from assistant.types import Language, Text

INPUTS = "org.bispecific-assistant.inputs"
# rules whose result belongs to an order that is about to be signed; the others belong to an open record
_ORDERS = {
    "dose",
    "restart",
    "schedule",
    "interval",
    "premedication",
    "tocilizumab_dose",
    "ig_replacement",
    "infection_prophylaxis",
    "toxicity_action",
    "crs_management",
    "icans_management",
}
_SERVICE = Text(en="service", zh="服务")
_USAGE = (
    "Send the inputs of the rule as the object extension['{inputs}'] (JSON Schema: GET /api/rules/{rule}). context and "
    "prefetch are not read, no FHIR server is called. Without inputs the card asks for them. Accept-Language: zh gives "
    "Chinese cards. Decision support for professionals; not a device; verify before use."
)


class Call(BaseModel):
    """A request as the specification requires it; further fields are allowed and not read."""

    model_config = ConfigDict(extra="ignore")

    hook: str = Field(min_length=1)
    hookInstance: UUID  # noqa: N815 - the name in the specification
    context: dict[str, Any]
    extension: dict[str, Any] = {}


def hook_of(rule: str) -> str:
    """The hook that the service of a rule is for."""
    return "order-sign" if rule in _ORDERS else "patient-view"


def services() -> dict[str, list[dict[str, str]]]:
    """The discovery response."""
    return {
        "services": [
            {
                "hook": hook_of(rule.name),
                "title": rule.title.en,
                "description": calls.described(rule),
                "id": rule.name,
                "usageRequirements": _USAGE.format(inputs=INPUTS, rule=rule.name),
            }
            for rule in RULES.values()
        ]
    }


def router(assistant: Answers) -> APIRouter:
    """GET /cds-services and POST /cds-services/{id}."""
    hooks = APIRouter(prefix="/cds-services", tags=["cds-hooks"])

    @hooks.get("", summary="Discovery: one service per rule")
    def discovery() -> dict[str, list[dict[str, str]]]:
        return services()

    @hooks.post("/{service}", response_model=cards.Cards, summary="The result of a rule as cards")
    async def call(service: str, request: Request) -> Response:
        rule = RULES.get(service)
        if rule is None:
            raise Refused(faults.unknown(_SERVICE, calls.rule_names()))
        given = calls.inputs_of(await request.body())
        if given is None:
            return _outcome(faults.not_json())
        try:
            asked = Call.model_validate(given)
        except ValidationError as error:
            return _outcome(faults.of_invalid(error).model_copy(update={"status": 400}))
        if asked.hook != hook_of(rule.name):
            return _outcome(_other_hook(asked.hook, rule))
        language: Language = "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
        found = await run_in_threadpool(_cards, assistant, rule, asked.extension.get(INPUTS), language)
        return Response(found.model_dump_json(exclude_none=True), media_type="application/json")

    return hooks


def _cards(assistant: Answers, rule: Rule, given: object, language: Language) -> cards.Cards:
    if given is not None and not isinstance(given, dict):
        return cards.of_fault(rule, _no_object(given), language)
    try:
        result = calls.work_out(rule.name, given or {}, calls.tables_of(assistant))
    except RuleInputError as error:
        return cards.of_fault(rule, faults.of_error(error), language)
    return cards.of_result(rule, result, assistant.index.corpus.sources, language)


def _outcome(fault: Fault) -> JSONResponse:
    """A refusal in the shape that the specification asks for: a FHIR OperationOutcome."""
    issue = {
        "severity": "error",
        "code": "invalid",
        "details": {"text": fault.sentence("en")},
        "diagnostics": fault.sentence("zh"),
    }
    return JSONResponse({"resourceType": "OperationOutcome", "issue": [issue]}, status_code=fault.status)


def _no_object(given: object) -> Fault:
    return Fault(
        status=422,
        name=INPUTS,
        found=Text(en=f"a value of type {type(given).__name__}", zh=f"类型为 {type(given).__name__} 的值"),
        allowed=Text(en="an object of inputs", zh="由输入组成的对象"),
        do=Text(en="Send the inputs as an object.", zh="请以对象形式发送输入。"),
    )


def _other_hook(found: str, rule: Rule) -> Fault:
    return Fault(
        status=400,
        name="hook",
        found=Text(en=f"the hook '{found[:60]}'", zh=f"hook“{found[:60]}”"),
        allowed=Text(en=hook_of(rule.name), zh=hook_of(rule.name)),
        do=Text(en="Call the service from the hook that discovery names.", zh="请从发现端点所列的hook调用。"),
    )
