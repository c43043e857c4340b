"""One turn of the chat model through LangChain's `create_agent`: rules are its tools, the answer is structured.

It yields sentences as the model finishes them, or the result of the rule that it called. Nothing here is verified yet, and
no sentence is changed. Tracing to other services is switched off for the call, whatever the environment says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assistant.answer.agent_faults import ModelFault
from assistant.answer.agent_rules import Offer, unconfirmed
from assistant.answer.agent_sentences import ModelAnswer, ModelSentence, SentenceReader, read_answer
from assistant.answer.draft import Draft
from assistant.rules import RULES

ANSWER_TOOL = ModelAnswer.__name__
_MODEL_CALLS = 3  # two rule calls that are refused, and the answer
# How providers name why a reply ended, and what says that it did not end by itself
_FINISH = ("finish_reason", "stop_reason", "done_reason")
_NOT_FINISHED = frozenset({"", "length", "max_tokens", "MAX_TOKENS"})
Said = ModelSentence | Draft
WorkOut = Callable[[Offer], Draft]


def turn(model: Any, messages: list[tuple[str, str]], offered: Sequence[Offer], work_out: WorkOut) -> Iterator[Said]:
    """The sentences of one answer, each when it is finished; or the draft of the rule that was called, which ends the turn.

    Raises ModelFault for an answer that is empty, malformed or not complete; faults of the connection are raised as the
    provider's library raises them.
    """
    from langchain.agents import create_agent
    from langchain.agents.middleware import ModelCallLimitMiddleware
    from langchain.agents.structured_output import StructuredOutputError, ToolStrategy
    from langsmith import tracing_context

    worked: list[Draft] = []
    one_at_a_time = threading.Lock()
    agent: Any = create_agent(
        model,
        [_tool(offer, work_out, worked, one_at_a_time) for offer in offered],
        response_format=ToolStrategy(ModelAnswer, handle_errors=False),
        middleware=[ModelCallLimitMiddleware(run_limit=_MODEL_CALLS, exit_behavior="error")],
    )
    listener = _Listener()
    with tracing_context(enabled=False):
        try:
            for mode, data in agent.stream({"messages": messages}, stream_mode=["messages", "updates"]):
                yield from listener.heard(data[0]) if mode == "messages" else listener.updated(data)
                if worked and not listener.answered:
                    yield worked[0]
                    return  # a result speaks for itself; nothing that a model says about it is shown
                if listener.ended:
                    break  # an agent with an answer tool would ask again and again for it
        except StructuredOutputError:
            raise ModelFault("cut" if listener.cut_off else "format") from None
    yield from listener.rest()


class _Listener:
    """Follows the stream of one turn and knows which sentences were already handed on."""

    def __init__(self) -> None:
        self._reader = SentenceReader()
        self._streamed = False
        self._names: dict[tuple[str, Any], str] = {}
        self._count = 0
        self._answer: ModelAnswer | None = None
        self._last: Any = None
        self._finish = ""
        self.ended = False

    @property
    def answered(self) -> bool:
        """Whether the model has said something of its answer."""
        return self._count > 0 or self._answer is not None

    @property
    def cut_off(self) -> bool:
        """Whether the streamed answer is not complete, and it was not the model that ended it."""
        return self._streamed and not self._reader.is_json() and self._finish in _NOT_FINISHED

    def heard(self, message: Any) -> Iterator[ModelSentence]:
        """The sentences that one piece of the stream completes; pieces of rule calls and of prose give none."""
        metadata = message.response_metadata
        self._finish = next((str(metadata[name]) for name in _FINISH if metadata.get(name)), self._finish)
        for chunk in getattr(message, "tool_call_chunks", None) or ():
            key = (str(message.id), chunk.get("index"))
            name = self._names.setdefault(key, chunk.get("name") or "")
            if name == ANSWER_TOOL and chunk.get("args"):
                self._streamed = True
                found = self._reader.feed(chunk["args"])
                self._count += len(found)
                yield from found

    def updated(self, update: dict[str, Any]) -> Iterator[ModelSentence]:
        """Keeps the model's message and its answer when a step of the agent ends; a message without a call is the last."""
        for state in update.values():
            for message in (state or {}).get("messages", ()):
                if message.type == "ai":
                    self._last = message
                    if message.invalid_tool_calls:
                        raise ModelFault("format")
                    self.ended = not message.tool_calls
            self._answer = (state or {}).get("structured_response") or self._answer
        yield from ()

    def rest(self) -> Iterator[ModelSentence]:
        """The sentences not handed on yet; a ModelFault when the answer as a whole is not complete."""
        if self._streamed:
            # LangChain closes what is cut off ("at least 2" for "at least 24"): only the text as it came decides
            self._answer = self._reader.whole()
            if self._answer is None:
                raise ModelFault("cut" if self.cut_off else "format")
        if self._answer is None:
            self._answer = self._in_words()
        yield from self._answer.sentences[self._count :]

    def _in_words(self) -> ModelAnswer:
        """The answer of a model that wrote it as text instead of calling the answer tool."""
        text = str(self._last.text) if self._last is not None else ""
        if self._last is not None and self._last.additional_kwargs.get("refusal"):
            raise ModelFault("declined")
        if not text.strip():
            raise ModelFault("empty")
        answer = read_answer(text)
        if answer is None:
            raise ModelFault("format")
        return answer


def _tool(offer: Offer, work_out: WorkOut, worked: list[Draft], one_at_a_time: threading.Lock) -> Any:
    """The rule of `offer` as a tool that runs on the inputs of the offer or not at all; its draft goes to `worked`."""
    from langchain_core.tools import StructuredTool

    def refusal(names: Sequence[str]) -> str:
        return (
            f"Refused: {', '.join(names)} does not stand in the question as it was read. "
            f"Only these inputs may be used: {offer.inputs}."
        )

    def call(**inputs: Any) -> str:
        names = unconfirmed(offer, inputs)
        if names:
            return refusal(names)
        with one_at_a_time:  # calls of one message run in threads, and the citations of an answer are counted once
            if not worked:
                worked.append(work_out(offer))
        return "The result is shown to the reader."

    rule = RULES[offer.rule]
    return StructuredTool.from_function(
        func=call,
        name=offer.rule,
        description=f"{rule.title.en} ({rule.title.zh}). Inputs as read from the question: {offer.inputs}.",
        args_schema=rule.inputs,
        handle_tool_error=True,
        handle_validation_error=lambda fault: refusal(sorted({str(e["loc"][0]) for e in fault.errors() if e["loc"]})),
    )
