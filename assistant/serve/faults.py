"""What a caller is told when a request cannot be served: what was found, what is allowed, what to do, in both languages."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.responses import JSONResponse

from assistant.errors import AssistantError, QuestionError, RuleInputError
from assistant.types import Record, Text

_AGREE = Text(en="inputs that agree", zh="相互一致的输入")
_LONGEST_ECHO = 60
_EXPECTED = {
    "missing": ("a value for it", "须提供其值"),
    "extra_forbidden": ("the fields of the schema at /api/openapi.json", "/api/openapi.json 中接口模式所列的字段"),
    "string_type": ("a text", "文本"),
    "int_type": ("a whole number", "整数"),
    "int_parsing": ("a whole number", "整数"),
    "greater_than_equal": ("at least {ge}", "不小于{ge}"),
    "less_than_equal": ("at most {le}", "不大于{le}"),
    "too_long": ("at most {max_length} entries", "最多{max_length}项"),
    "tuple_type": ("a list", "列表"),
    "dict_type": ("an object", "对象"),
}


class Fault(Record):
    """One refusal: the HTTP status, the input or part it is about ("" for the whole request), and three sentences.

    `retry_after_s` is how long to wait before the same request may pass; 0 when waiting does not help.
    """

    status: int
    name: str = ""
    found: Text
    allowed: Text
    do: Text
    retry_after_s: int = 0

    def sentence(self, language: str) -> str:
        """The three sentences in one line, for readers that show one line only."""
        zh = language == "zh"
        found, allowed, do = (part.in_language(language) for part in (self.found, self.allowed, self.do))
        return f"读到：{found}。允许：{allowed}。{do}" if zh else f"Found: {found}. Allowed: {allowed}. {do}"

    def body(self) -> dict[str, Any]:
        """The JSON body of the refusal; `detail` is the line that pages show."""
        told = self.model_dump(mode="json", include={"name", "found", "allowed", "do"})
        return {"error": told, "detail": f"{self.sentence('en')} / {self.sentence('zh')}"}

    def response(self, **headers: str) -> JSONResponse:
        """The HTTP response, with Retry-After where waiting helps."""
        if self.retry_after_s:
            headers["Retry-After"] = str(self.retry_after_s)
        return JSONResponse(self.body(), status_code=self.status, headers=headers)


class Told(Record):
    """The `error` of a refusal, as the schema of the endpoints shows it."""

    name: str
    found: Text
    allowed: Text
    do: Text


class Refusal(Record):
    """The body of every response that is not a result."""

    error: Told
    detail: str


class Refused(Exception):
    """Raised inside an endpoint; the application answers with the fault it carries."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.status)
        self.fault = fault


def of_error(error: AssistantError) -> Fault:
    """The fault for an error of the assistant: the caller's inputs are 422, the server's own state is 503."""
    if isinstance(error, RuleInputError):
        return Fault(
            status=422,
            name=error.name,
            found=Text(en=f"{error.name}: '{_short(error.found)}'", zh=f"{error.name}：“{_short(error.found)}”"),
            allowed=_allowed(error),
            do=Text(en=f"Correct '{error.name}' and send again.", zh=f"请更正“{error.name}”后重新发送。"),
        )
    if isinstance(error, QuestionError):
        return Fault(
            status=422,
            name="question",
            found=Text(en=error.en.rstrip("."), zh=error.zh.rstrip("。")),
            allowed=Text(en="a question in English or Chinese, not too long", zh="不过长的中文或英文问题"),
            do=Text(en="Change the question and ask again.", zh="请修改问题后再问。"),
        )
    return Fault(
        status=503,
        found=Text(en=error.en.rstrip("."), zh=error.zh.rstrip("。")),
        allowed=Text(en="an index, tables and settings that fit together", zh="相互匹配的索引、表格与设置"),
        do=Text(
            en="Tell whoever runs this server; `assistant doctor` shows what is wrong.",
            zh="请告知服务器管理者；`assistant doctor` 会显示问题所在。",
        ),
    )


def of_validation(fault: Any) -> Fault:
    """The fault for the first error of pydantic. What was typed is never repeated, only its kind: it may be a question."""
    kind = str(fault["type"])
    if kind == "json_invalid":
        return not_json()
    name = _short(".".join(str(part) for part in fault["loc"] if part != "body") or "body")
    given = type(fault.get("input")).__name__
    if kind == "missing":
        found = Text(en=f"no '{name}'", zh=f"缺少“{name}”")
    elif kind == "extra_forbidden":
        found = Text(en=f"an unknown field '{name}'", zh=f"未知字段“{name}”")
    else:
        found = Text(en=f"{name}: an unusable value of type {given}", zh=f"{name}：不可用的 {given} 类型的值")
    return Fault(
        status=422,
        name=name,
        found=found,
        allowed=_expected(kind, fault.get("ctx", {})),
        do=Text(en=f"Correct '{name}' and send again.", zh=f"请更正“{name}”后重新发送。"),
    )


def _expected(kind: str, limits: dict[str, Any]) -> Text:
    """What pydantic would have taken, in words; the schema says the rest."""
    if kind in _EXPECTED:
        en, zh = _EXPECTED[kind]
        return Text(en=en.format(**limits), zh=zh.format(**limits))
    choices = str(limits.get("expected", "")).replace(" or ", ", ")
    if choices:
        return Text(en=choices, zh=choices)
    return Text(en="what the schema at /api/openapi.json says", zh="/api/openapi.json 中接口模式所述")


def of_invalid(error: ValidationError) -> Fault:
    """The same for a validation error that was raised outside an endpoint."""
    return of_validation(error.errors()[0])


def not_json() -> Fault:
    """The body is not a JSON object."""
    return Fault(
        status=400,
        name="body",
        found=Text(en="a body that is not a JSON object in UTF-8", zh="请求正文不是UTF-8编码的JSON对象"),
        allowed=Text(en="one JSON object", zh="一个JSON对象"),
        do=Text(en="Send a JSON object with Content-Type application/json.", zh="请以 application/json 发送JSON对象。"),
    )


def unknown(what: Text, allowed: str) -> Fault:
    """Something was named that does not exist here."""
    return Fault(
        status=404,
        found=Text(en=f"an unknown {what.en}", zh=f"未知的{what.zh}"),
        allowed=Text(en=allowed, zh=allowed),
        do=Text(en="Choose one of these.", zh="请从中选择。"),
    )


def unexpected() -> Fault:
    """Something failed that no one expected; nothing of the request is repeated."""
    return Fault(
        status=500,
        found=Text(en="a fault of this program", zh="本程序出现故障"),
        allowed=Text(
            en="any request that the schema at /api/openapi.json describes", zh="/api/openapi.json 所述的请求"
        ),
        do=Text(
            en="Try again; if it stays, tell whoever runs this server.", zh="请重试；若仍出现，请告知服务器管理者。"
        ),
    )


def _allowed(error: RuleInputError) -> Text:
    if error.allowed == _AGREE.en:
        return _AGREE
    _, mark, allowed = error.zh.partition("允许：")
    return Text(en=error.allowed, zh=allowed.rstrip("。") if mark else error.allowed)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
