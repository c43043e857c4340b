"""The optional chat model: it may phrase what was found, or choose a rule; it never computes and adds no fact.

`ASSISTANT_CHAT_MODEL=provider:model` switches it on through LangChain's `init_chat_model`. The deterministic route stays
first: a calculation, a question back, a gap, a conflict between sources and a refusal never reach the model. For guidance it
gets the question and the offered statements with their keys, and returns sentences with keys. Each finished sentence passes
the verifier before anyone sees it. The first faulty one ends the attempt, and the model is asked once more to go on from
there; a second fault, or any fault of the connection, gives the extractive answer with one line saying so.

When the model calls a rule instead, on inputs that our own reading holds, the rule's result is shown in its own words before
the extractive statements, and nothing that the model says beside it: it could only repeat or contradict it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer.agent import Said, turn
from assistant.answer.agent_deadline import until
from assistant.answer.agent_faults import MENDABLE, ModelFault, worded
from assistant.answer.agent_parts import SentencePart, StatusPart
from assistant.answer.agent_rules import Offer, offers
from assistant.answer.agent_sentences import ModelSentence
from assistant.answer.cite import Evidence
from assistant.answer.draft import Draft
from assistant.answer.prompts import load_prompt, stamp
from assistant.answer.sentences import say
from assistant.answer.verify import Verifier, verify
from assistant.config import Settings
from assistant.errors import SettingError
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Language, Notice, Record
from assistant.understand.reading import Reading
from assistant.understand.state import State

WorkOut = Callable[[Offer], Draft]
_PHRASED = frozenset({"guidance", "comparison"})
PROMPTS = ("phrase", "repair")


class Outcome(Record):
    """The draft to show, and whether the chat model was asked and phrased it."""

    draft: Draft
    asked: bool = False
    phrased: bool = False


Phrasing = Generator[SentencePart | StatusPart, None, Outcome]


class Phraser:
    """Phrases drafts with one chat model; safe to share between threads, because it keeps nothing of a question."""

    def __init__(self, model: Any, configured: Settings) -> None:
        self.name = configured.chat_model
        self._model = model
        self._seconds = configured.chat_timeout_s
        self._tables = configured.tables_folder

    def versions(self, language: Language) -> dict[str, str]:
        """The model and the prompts, as an answer records them."""
        return {"chat_model": self.name, "prompts": " ".join(stamp(name, language) for name in PROMPTS)}

    def phrase(
        self, reading: Reading, before: State, draft: Draft, evidence: Evidence, lexicon: Lexicon, work_out: WorkOut
    ) -> Phrasing:
        """Yields verified sentences and returns the draft to show; `before` is the state before this question.

        `work_out` runs an offered rule and words its result with citations.
        """
        if draft.kind not in _PHRASED or draft.calculation or draft.conflicts or not draft.statements:
            return Outcome(draft=draft)
        yield StatusPart(status="phrasing", language=reading.language)
        answering = _Answering(reading, draft, evidence, lexicon)
        rules = offers(reading, before, self._tables)
        deadline = time.monotonic() + self._seconds
        try:
            yield from self._attempts(answering, rules, work_out, deadline)
        except ModelFault as fault:
            yield StatusPart(status="fallback", language=reading.language)
            return Outcome(draft=_unphrased(draft, reading, fault), asked=True)
        if answering.result is not None:
            return Outcome(draft=_with_result(answering.result, draft, reading), asked=True)
        return Outcome(draft=answering.draft, asked=True, phrased=True)

    def _attempts(
        self, answering: _Answering, rules: Sequence[Offer], work_out: WorkOut, deadline: float
    ) -> Generator[SentencePart | StatusPart, None, None]:
        try:
            yield from self._attempt(answering, answering.messages(), rules, work_out, deadline)
        except ModelFault as fault:
            if fault.reason not in MENDABLE:
                raise
            yield StatusPart(status="repairing", language=answering.reading.language)
            yield from self._attempt(answering, answering.messages_again(fault), (), work_out, deadline)
        answering.check_whole()

    def _attempt(
        self,
        answering: _Answering,
        messages: list[tuple[str, str]],
        rules: Sequence[Offer],
        work_out: WorkOut,
        deadline: float,
    ) -> Generator[SentencePart, None, None]:
        said: Said
        for said in until(deadline, lambda: turn(self._model, messages, rules, work_out)):
            if isinstance(said, Draft):
                answering.result = said
            else:
                yield from answering.add(said)


@dataclass
class _Answering:
    """The answer to one question while it grows: what was accepted, the first sentence that was not, or a rule's result."""

    reading: Reading
    extractive: Draft
    evidence: Evidence
    lexicon: Lexicon
    rejected: str = ""
    result: Draft | None = None
    _accepted: list[AnswerStatement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._verifier = Verifier(self.extractive, self.evidence, self.lexicon, self.reading.language)

    @property
    def draft(self) -> Draft:
        """The draft of what was accepted so far."""
        return self.extractive.model_copy(update={"statements": tuple(self._accepted)})

    def add(self, sentence: ModelSentence) -> Generator[SentencePart, None, None]:
        """Take a sentence of the model if it passes every check; otherwise a ModelFault ends the attempt."""
        statement = AnswerStatement(text=_bare(sentence), markers=tuple(dict.fromkeys(sentence.markers)))
        if statement.text in {accepted.text for accepted in self._accepted}:
            return
        faults = self._verifier.faults(statement)
        if faults:
            names = ", ".join(dict.fromkeys(check.detail or check.name for check in faults))
            self.rejected = f"{statement.text} ({names})"
            raise ModelFault("checks")
        self._accepted.append(statement)
        cited = tuple(c for c in self.extractive.citations if c.marker in statement.markers)
        yield SentencePart(sentence=statement, citations=cited)

    def check_whole(self) -> None:
        """The answer as a whole must pass what its sentences passed one by one, and hold a sentence of the model."""
        if self.result is not None:
            return
        if not self._accepted:
            raise ModelFault("empty")
        checked, _ = verify(self.draft, self.evidence, self.lexicon, self.reading.language)
        if checked.statements != self.draft.statements:
            raise ModelFault("checks")

    def messages(self) -> list[tuple[str, str]]:
        """The first request."""
        return load_prompt("phrase", self.reading.language).render(**self._values())

    def messages_again(self, fault: ModelFault) -> list[tuple[str, str]]:
        """The second and last request: what stands already, and what was wrong."""
        language = self.reading.language
        return load_prompt("repair", language).render(
            **self._values(),
            written="\n".join(s.text for s in self._accepted) or "-",
            fault=self.rejected or worded(fault.reason, language),
        )

    def _values(self) -> dict[str, str]:
        return {
            "question": self.reading.question,
            "before": self.reading.carried_over.get("question", "-"),
            "statements": "\n".join(f"[{']['.join(s.markers)}] {s.text}" for s in self.extractive.statements),
        }


def _with_result(result: Draft, extractive: Draft, reading: Reading) -> Draft:
    """The result of the rule that the model chose, before the extractive statements, and a notice that says so."""
    language, calculation = reading.language, result.calculation
    inputs = calculation.inputs if calculation is not None else {}
    said = ("，" if language == "zh" else ", ").join(f"{name} = {value}" for name, value in inputs.items())
    rule = calculation.rule if calculation is not None else ""
    chosen = Notice(id="rule_chosen", text=worded("rule_chosen", language, rule=rule, inputs=said))
    return result.model_copy(
        update={
            "statements": (*result.statements, *extractive.statements),
            "tail": (*result.tail, *extractive.tail),
            "warnings": (*extractive.warnings, *result.warnings, chosen),
        }
    )


def phraser(configured: Settings) -> Phraser | None:
    """The phraser for the configured chat model; None in the extractive mode. Raises SettingError when it cannot be used."""
    return Phraser(_model(configured), configured) if configured.chat_model else None


def _model(configured: Settings) -> Any:
    import langchain.agents  # noqa: F401 - slow to load: now, not within the first answer
    from langchain.chat_models import init_chat_model

    name = configured.chat_model
    options: dict[str, Any] = {"timeout": configured.chat_timeout_s, "temperature": 0, "max_retries": 0}
    if configured.chat_base_url:
        options["base_url"] = configured.chat_base_url
    try:
        return init_chat_model(name, **options)
    except Exception as error:  # each provider's library has faults of its own; their text may hold a key
        en, zh = _remedy(name, error)
    raise SettingError(f"ASSISTANT_CHAT_MODEL={name} {en}", f"ASSISTANT_CHAT_MODEL={name}：{zh}")


def _remedy(name: str, error: Exception) -> tuple[str, str]:
    """What to do when a model cannot be set up, in both languages; nothing of the error's own text but a package name."""
    if isinstance(error, ImportError):
        package = str(error).partition("`pip install ")[2].partition("`")[0] or f"langchain-{name.partition(':')[0]}"
        return (
            f"needs a package that is not installed. Install it: pip install {package}",
            f"所需的组件尚未安装。请安装：pip install {package}",
        )
    if type(error) is ValueError:
        return (
            'names no provider that LangChain knows. Write provider:model, for example "openai:gpt-4o" or "ollama:qwen3".',
            "未指明LangChain支持的提供方。请按“提供方:模型”填写，例如“openai:gpt-4o”或“ollama:qwen3”。",
        )
    variable = f"{name.partition(':')[0].upper()}_API_KEY"
    return (
        f"could not be set up ({type(error).__name__}). Set its key in the environment, usually {variable}; "
        "for a server of your own that wants no key, any word will do.",
        f"无法启用（{type(error).__name__}）。请在环境变量中设置密钥，通常为 {variable}；"
        "自建服务器若不需要密钥，填任意一个词即可。",
    )


def _bare(sentence: ModelSentence) -> str:
    """The words of a sentence on one line, without the keys that a model likes to repeat in its text."""
    text = sentence.text
    for marker in sentence.markers:
        text = re.sub(rf"\s*\[{re.escape(marker)}\]", "", text)
    return " ".join(text.split())


def _unphrased(draft: Draft, reading: Reading, fault: ModelFault) -> Draft:
    language = reading.language
    notice = Notice(id="model_failed", text=say("model_failed", language, reason=worded(fault.reason, language)))
    return draft.model_copy(update={"warnings": (*draft.warnings, notice)})
