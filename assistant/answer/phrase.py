"""The optional chat model: it may phrase what was found; it never computes and never adds a number, a drug or a citation.

`ASSISTANT_CHAT_MODEL=provider:model` switches it on through LangChain's `init_chat_model`. It gets the question and the
offered statements with their markers and returns sentences with markers. Its draft passes the same verifier; when a
sentence fails, or the model times out, refuses or ignores the format, the extractive draft is shown with one line saying so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field

from assistant.answer.cite import Evidence
from assistant.answer.draft import Draft
from assistant.answer.prompts import load_prompt
from assistant.answer.sentences import say
from assistant.answer.verify import verify
from assistant.config import Settings
from assistant.errors import SettingError
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Notice
from assistant.understand.reading import Reading

Phraser = Callable[[Reading, Draft, Evidence, Lexicon], Draft]
_PHRASED = {"guidance", "comparison"}


class PhrasedSentence(BaseModel):
    """One sentence of the model with the markers of the statements that support it."""

    text: str = Field(description="One sentence in the language of the question.")
    markers: list[str] = Field(description="Markers of the supporting statements, as offered.")


class Phrased(BaseModel):
    """The model's answer."""

    sentences: list[PhrasedSentence]


def phraser(configured: Settings) -> Phraser | None:
    """The phraser for the configured chat model; None in the extractive mode."""
    if not configured.chat_model:
        return None
    model = _model(configured)

    def phrase(reading: Reading, draft: Draft, evidence: Evidence, lexicon: Lexicon) -> Draft:
        if draft.kind not in _PHRASED or not draft.statements:
            return draft
        try:
            said = model.invoke(_messages(reading, draft))
        except Exception as error:
            return _unphrased(draft, reading, type(error).__name__)
        if not isinstance(said, Phrased) or not said.sentences:
            return _unphrased(draft, reading, "empty")
        statements = tuple(AnswerStatement(text=s.text.strip(), markers=tuple(s.markers)) for s in said.sentences)
        proposed = draft.model_copy(update={"statements": statements})
        _, failed = verify(proposed, evidence, lexicon, reading.language)
        return _unphrased(draft, reading, failed[0].name) if failed else proposed

    return phrase


def _model(configured: Settings) -> Any:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": configured.chat_timeout_s, "temperature": 0}
    if configured.chat_base_url:
        options["base_url"] = configured.chat_base_url
    try:
        return init_chat_model(configured.chat_model, **options).with_structured_output(Phrased)
    except Exception as error:
        raise SettingError(
            f"ASSISTANT_CHAT_MODEL={configured.chat_model} cannot be used ({type(error).__name__}). "
            "Write provider:model, install its LangChain package and set its key in the environment.",
            f"ASSISTANT_CHAT_MODEL={configured.chat_model} 无法使用（{type(error).__name__}）。"
            "请按 provider:model 填写，安装对应的LangChain组件，并在环境变量中设置密钥。",
        ) from error


def _messages(reading: Reading, draft: Draft) -> list[tuple[str, str]]:
    prompt = load_prompt("phrase", reading.language)
    offered = "\n".join(f"[{']['.join(s.markers)}] {s.text}" for s in draft.statements)
    return prompt.render(question=reading.question, statements=offered)


def _unphrased(draft: Draft, reading: Reading, reason: str) -> Draft:
    notice = Notice(id="model_failed", text=say("model_failed", reading.language, reason=reason))
    return draft.model_copy(update={"warnings": (*draft.warnings, notice)})
