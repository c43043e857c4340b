"""Reading rule inputs: exact numbers, closed choices, and errors that say what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from assistant.errors import RuleInputError
from assistant.rules.tables import Tables
from assistant.rules.trace import plain

_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")

Drug = Literal["teclistamab", "talquetamab", "elranatamab", "linvoseltamab"]
Finding = Literal["present", "absent", "unknown"]
Jurisdiction = Literal["US", "EU", "CN"]


class RuleInputs(BaseModel):
    """Base of the inputs of every rule: frozen, and an unknown name is an error. None means "not given"."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number")
    if isinstance(value, int | float | Decimal):
        value = str(value)
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.match(text):
            raise ValueError("a number written in digits")
        return Decimal(text)
    return value


Number = Annotated[
    Decimal, BeforeValidator(_number), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})
]
InputsT = TypeVar("InputsT", bound=RuleInputs)


def wrong(name: str, found: object, allowed: str, allowed_zh: str | None = None) -> RuleInputError:
    """The error for one unusable input."""
    return RuleInputError(
        name,
        found=str(found),
        allowed=allowed,
        en=f"{name}: found '{found}'. Allowed: {allowed}.",
        zh=f"{name}：读到“{found}”。允许：{allowed_zh or allowed}。",
    )


def contradiction(name: str, found: str, en: str, zh: str) -> RuleInputError:
    """The error for two inputs that cannot both be true."""
    return RuleInputError(name, found=found, allowed="inputs that agree", en=f"{name}: {en}", zh=f"{name}：{zh}")


def read_inputs(model: type[InputsT], given: Mapping[str, Any]) -> InputsT:
    """The inputs as a checked record; an unusable one is a `RuleInputError` naming it, what was found and allowed."""
    try:
        return model.model_validate({name: _tidy(value) for name, value in given.items() if value is not None})
    except ValidationError as faults:
        raise input_error(model, faults) from faults


def input_error(model: type[RuleInputs], faults: ValidationError) -> RuleInputError:
    """The first fault of pydantic as the error for one unusable input."""
    fault = faults.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else "inputs"
    if fault["type"] == "extra_forbidden":
        names = list(model.model_fields)
        near = get_close_matches(name, names, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return wrong(name, "an unknown input", f"{', '.join(names)}{hint}")
    choices = [str(choice) for choice in _choices(model, name)]
    allowed = ", ".join(choices) or fault["msg"].removeprefix("Value error, ")
    near = get_close_matches(str(fault["input"]), choices, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    zh = None if choices else "以数字写出的数值"
    return wrong(name, fault["input"], f"{allowed}{hint}", zh)


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _choices(model: type[BaseModel], name: str) -> tuple[Any, ...]:
    field = model.model_fields.get(name)
    if field is None:
        return ()
    found: list[Any] = []
    stack = [field.annotation]
    while stack:
        part = stack.pop()
        arguments = get_args(part)
        if arguments and all(isinstance(argument, str) for argument in arguments):
            found.extend(arguments)
        else:
            stack.extend(argument for argument in arguments if argument is not type(None))
    return tuple(found)


def plausible(
    tables: Tables, name: str, value: Decimal | None, *, whole: bool = False, said: str = ""
) -> Decimal | None:
    """The value, if it lies within the plausibility limits of `name`; otherwise an error naming `said` or `name`."""
    if value is None:
        return None
    if whole and value != value.to_integral_value():
        raise wrong(said or name, plain(value), "a whole number", "整数")
    bound = tables.bounds.get(name)
    if bound is not None and value not in bound.range:
        unit = tables.label(bound.unit)
        low, high = plain(bound.range.low), plain(bound.range.high) if bound.range.high is not None else "∞"
        raise wrong(
            said or name,
            f"{plain(value)} {unit.en}".rstrip(),
            f"{low} to {high} {unit.en} (limits of plausibility, not clinical limits)".replace("  ", " "),
            f"{low}–{high} {unit.zh}（合理性范围，非临床界值）",
        )
    return value


def read_date(name: str, text: str | None) -> date | None:
    """A calendar date written 2026-01-31; anything else is a `RuleInputError`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise wrong(name, text, "a calendar date such as 2026-01-31", "如 2026-01-31 的日期") from fault


def known(finding: str | None) -> str | None:
    """A finding that is present or absent; "unknown" counts as not given."""
    return None if finding == "unknown" else finding
