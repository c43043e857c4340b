"""Hand-made answers and an assistant that gives them, so that the page is tested without corpus and index."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.answer.agent_parts import AnswerPart, FinalPart, SentencePart, StatusPart
from assistant.errors import QuestionError
from assistant.types import (
    Answer,
    AnswerStatement,
    Calculation,
    Citation,
    Language,
    MissingInput,
    Notice,
    Text,
    TraceStep,
)
from assistant.understand.state import State

ROW = {
    "en": "| Step-up dose 2 | 8 to 28 days | repeat step-up dose 2 |",
    "zh": "| 递增剂量2 | 8–28天 | 重复递增剂量2 |",
}
BODY = {
    "en": f"Count days since the last dose.\n\n| Last dose | Time since | What to do |\n|---|---|---|\n{ROW['en']}\n\n- Premedicate.",
    "zh": f"按距末次给药的天数计算。\n\n| 末次剂量 | 间隔 | 处理 |\n|---|---|---|\n{ROW['zh']}\n\n- 给予预处理。",
}

OWN_BODY = "The first sentence of the copy. The second sentence of the copy."


@dataclass(frozen=True)
class Section:
    """A section as the assistant opens it."""

    id: str
    title: str
    body: str
    language: str


def citation(marker: str = "1", language: str = "en", **changes: object) -> Citation:
    values: dict[str, object] = {
        "marker": marker,
        "section": "restart",
        "source": "us-label",
        "title": "US label, restart table",
        "locator": "Table 2",
        "date": "2025-03-20",
        "jurisdiction": "US",
        "confidence": "verified",
        "language": language,
        "quote": ROW[language],
        "twin_quote": ROW["zh" if language == "en" else "en"],
        "url": "https://example.org/label",
    }
    return Citation.model_validate({**values, **changes})


def step(row: str, *, fired: bool = False, why: str = "days since the last dose: 10 > 7 days") -> TraceStep:
    return TraceStep(table="restart.x", row=row, fired=fired, why=Text(en=why, zh=f"中文 {why}"))


def restart(language: Language = "en") -> Answer:
    """A calculation with a warning, as the restart rule gives it."""
    said = {
        "en": "Repeat step-up dose 2: 0.3 mg/kg × 78 kg = 23.4 mg.",
        "zh": "重复递增剂量2：0.3 mg/kg × 78 kg = 23.4 mg。",
    }
    note = {"en": "Give pretreatment.", "zh": "给予预处理。"}
    warning = {"en": "Read as: the last dose given.", "zh": "按末次给药计算。"}
    return Answer(
        question="q",
        language=language,
        kind="calculation",
        text=f"{said[language]} [1]\n{note[language]}\n{warning[language]}",
        statements=(
            AnswerStatement(text=said[language], markers=("1", "rule"), heading="US"),
            AnswerStatement(text=note[language], markers=("rule",), heading="US"),
        ),
        citations=(citation(language=language),),
        calculation=Calculation(
            rule="restart",
            version="abc123",
            inputs={"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": "10", "weight_kg": "78"},
            result=[
                {
                    "jurisdiction": "US",
                    "status": "applies",
                    "values": {"dose_mg": "23.4", "next_dose": "step_up_2"},
                    "provenance": [
                        {
                            "source": "us-label",
                            "locator": "Table 2",
                            "date": "2025-03-20",
                            "jurisdiction": "US",
                            "confidence": "verified",
                        }
                    ],
                }
            ],
            trace=(
                step("far", why="last dose given: other; days: 1"),
                step("s2_too_soon"),
                step("s2_next"),
                step("s2_repeat", fired=True, why="days since the last dose: 8 ≤ 10 ≤ 28 days"),
                step("s2_late"),
                step("elsewhere", why="last dose given: other; days: 2"),
            ),
            citations=("1",),
        ),
        warnings=(Notice(id="missed_read_as_last", text=warning[language]),),
    )


def clarify() -> Answer:
    """A question back: one input with options, one with a unit."""
    which, weight = Text(en="Which drug is it?", zh="哪种药物？"), Text(en="What is the weight?", zh="体重是多少？")
    return Answer(
        question="q",
        language="en",
        kind="clarify",
        text=f"{which.en}\n{weight.en}",
        missing=(
            MissingInput(name="drug", question=which, options=("teclistamab", "talquetamab")),
            MissingInput(name="weight_kg", question=weight, unit="kg"),
        ),
    )


def asks_weight() -> Answer:
    """A question back of the dose rule, as the assistant gives it."""
    weight = Text(en="What is the weight?", zh="体重是多少？")
    return Answer(
        question="q",
        language="en",
        kind="clarify",
        text=weight.en,
        missing=(MissingInput(name="weight_value", question=weight, unit="kg"),),
        trace=("route: rule (wording of dose)",),
    )


def long_guidance() -> Answer:
    """Twelve statements with one citation, for streaming."""
    said = [
        f"Statement number {n} of a long answer, said at some length so that it fills a line." for n in range(1, 13)
    ]
    return Answer(
        question="q",
        language="en",
        kind="guidance",
        text="\n".join(f"{text} [1]" for text in said),
        statements=tuple(AnswerStatement(text=text, markers=("1",)) for text in said),
        citations=(citation(),),
    )


def guidance(text: str = "CRS starts after at least 24 hours.", **changes: object) -> Answer:
    """One statement with one citation."""
    return Answer(
        question="q",
        language="en",
        kind="guidance",
        text=f"{text} [1]",
        statements=(AnswerStatement(text=text, markers=("1",), heading="When does CRS start?"),),
        citations=(citation(**changes),),
    )


def own_copy(**changes: object) -> dict[str, object]:
    """What makes a citation one of the user's own copy."""
    values: dict[str, object] = {
        "section": "imported:demo:3",
        "source": "imported:demo",
        "title": "Demo paper",
        "locator": "p. e207",
        "date": "",
        "jurisdiction": "",
        "confidence": "user_copy",
        "quote": "The second sentence of the copy.",
        "twin_quote": "",
        "url": "",
        "imported": True,
    }
    return {**values, **changes}


def comparison(language: str) -> Answer:
    """A conflict with three positions; nobody's passage carries the last one."""
    told = {
        "en": (
            "US label: Step-up on days 1/4/7.",
            "EU product information: Step-up on days 1/3/5.",
            "IMWG 2024 guideline: Its position is unknown here.",
        ),
        "zh": (
            "美国说明书：第1/4/7天递增。",
            "欧盟产品信息：第1/3/5天递增。",
            "IMWG 2024指南：其立场在此未知。",
        ),
    }[language]
    lead = {"en": "Sources differ: step-up days", "zh": "各来源说法不一：递增日程"}[language]
    markers = (("1", "conflict:cf-01"), ("2", "conflict:cf-01"), ("conflict:cf-01",))
    return Answer.model_validate(
        {
            "question": "q",
            "language": language,
            "kind": "comparison",
            "text": "\n".join([lead, *told]),
            "statements": [{"text": text, "markers": marks} for text, marks in zip(told, markers, strict=True)],
            "citations": [citation("1", language), citation("2", language)],
            "conflicts": ["cf-01"],
        }
    )


@dataclass
class SampleAssistant:
    """Gives the answers above and remembers how it was asked; `pause_s` is the time before each part of a streamed answer."""

    asked: list[dict[str, object]] = field(default_factory=list)
    worked: list[dict[str, object]] = field(default_factory=list)
    pause_s: float = 0.0

    def stream_in(
        self, state: State, question: str, *, language: str = "auto", jurisdiction: str | None = None
    ) -> Iterator[AnswerPart]:
        self.asked.append({"question": question, "language": language, "jurisdiction": jurisdiction, "state": state})
        if not question.strip():
            raise QuestionError("The question holds no words.", "问题中没有文字。")
        if question == "fault":
            raise ZeroDivisionError("secret patient name")
        answer, after = self._answer(question, language), State(question=question)
        if question == "weight?":
            after = State(rule="dose", inputs={"drug": "teclistamab", "step": "step_up_1"}, drugs=("teclistamab",))
        yield StatusPart(status="understood", language=answer.language)
        for statement in answer.statements:
            time.sleep(self.pause_s)
            yield SentencePart(sentence=statement, citations=answer.citations)
        if question == "withdrawn":
            yield StatusPart(status="fallback", language=answer.language)
        time.sleep(self.pause_s)
        yield FinalPart(answer=answer, state=after)

    def _answer(self, question: str, language: str) -> Answer:
        if question == "own":
            return guidance(**own_copy())
        if question == "weight?":
            return asks_weight()
        if question.startswith("long"):
            return long_guidance()
        return restart("zh" if language == "zh" or "药" in question else "en")

    def work_out(self, rule: str, inputs: Mapping[str, object], *, language: Language = "en") -> Answer:
        self.worked.append({"rule": rule, **inputs})
        return restart(language)

    def section(self, section_id: str, language: Language) -> Section | None:
        if section_id == "imported:demo:3":
            return Section(section_id, "Demo paper", OWN_BODY, "en")
        if section_id != "restart":
            return None
        title = {"en": "How is it restarted?", "zh": "如何重新给药？"}
        return Section(section_id, title[language], BODY[language], language)
