"""A stored answer asked again: what counts as a change, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assistant import pipeline, replay_cli
from assistant.errors import QuestionError
from assistant.replay import read_answer, replay
from assistant.types import Answer, AnswerStatement, Calculation
from tests.answer.cited import cited

STORED = Answer(
    question="when?",
    language="en",
    kind="guidance",
    text="After 8 days. [1]",
    statements=(AnswerStatement(text="After 8 days.", markers=("1",)),),
    citations=(cited(),),
    history=("earlier",),
    jurisdiction="US",
    versions={"corpus": "a", "index_built_at": "x"},
)


class Asked:
    """Stands for the assistant: gives one answer and keeps how it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.with_: dict[str, Any] = {}

    def ask(self, question: str, **how: Any) -> Answer:
        self.with_ = {"question": question, **how}
        return self.answer


def again(**changes: Any) -> Any:
    return replay(STORED, Asked(STORED.model_copy(update=changes)))  # type: ignore[arg-type]


def test_the_question_is_asked_as_it_was() -> None:
    asked = Asked(STORED)

    found = replay(STORED, asked)  # type: ignore[arg-type]

    assert asked.with_ == {"question": "when?", "language": "en", "jurisdiction": "US", "history": ("earlier",)}
    assert found.same
    assert not found.notes


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"kind": "gap"}, "kind"),
        ({"statements": (AnswerStatement(text="After eight days.", markers=("1",)),)}, "statements"),
        ({"statements": (AnswerStatement(text="After 9 days.", markers=("1",)),)}, "numbers"),
        ({"citations": (cited(date="2026-01"),)}, "citations"),
        ({"citations": (cited(quote="Another quote."),)}, "citations"),
        (
            {
                "calculation": Calculation(
                    rule="dose", version="1", inputs={}, result=[{"values": {"dose_mg": "4.2"}}], trace=(), citations=()
                )
            },
            "result",
        ),
    ],
)
def test_a_change_is_named(changes: dict[str, Any], part: str) -> None:
    found = again(**changes)

    assert not found.same
    assert part in {change.part for change in found.changes}


def test_another_refusal_is_a_change_although_there_is_no_statement() -> None:
    stored = STORED.model_copy(update={"statements": (), "citations": (), "text": "Out of scope."})
    found = replay(stored, Asked(stored.model_copy(update={"text": "Not covered."})))  # type: ignore[arg-type]

    assert [change.part for change in found.changes] == ["text", "text"]


def test_versions_are_listed_but_are_no_change_and_the_hour_of_the_build_is_neither() -> None:
    found = again(versions={"corpus": "b", "index_built_at": "y"})

    assert found.same
    assert [(change.part, change.before, change.after) for change in found.versions] == [("corpus", "a", "b")]


def test_timings_are_not_compared() -> None:
    assert again(timings_ms={"total": 1.0}).same


def test_a_history_that_was_not_stored_is_said() -> None:
    stored = STORED.model_copy(update={"history": None})

    found = replay(stored, Asked(STORED))  # type: ignore[arg-type]

    assert "earlier turns were not stored" in found.notes[0][0]
    assert found.notes[0][1]


def test_another_mode_is_said() -> None:
    assert "openai:x" in again(mode="openai:x").notes[0][0]


def test_a_line_of_a_batch_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"id": "q1", **STORED.model_dump(mode="json")}), encoding="utf-8")

    assert read_answer(path) == STORED


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", '{"question": 1}', '"x"'])
def test_what_is_not_an_answer_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(QuestionError, match="assistant ask --json") as caught:
        read_answer(path)
    assert "保存方法" in caught.value.zh


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="cannot be read"):
        read_answer(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("after", "code", "said"),
    [
        (STORED, 0, "says the same"),
        (STORED.model_copy(update={"kind": "gap"}), 1, "guidance → gap"),
        (STORED.model_copy(update={"language": "zh", "kind": "gap"}), 1, "guidance → gap"),
        (None, 2, "not a stored answer"),
    ],
)
def test_the_exit_status_says_same_changed_or_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: Answer | None, code: int, said: str
) -> None:
    app = typer.Typer()
    app.command()(replay_cli.replay)
    path = tmp_path / "answer.json"
    path.write_text("{}" if after is None else STORED.model_dump_json(), encoding="utf-8")
    monkeypatch.setattr(pipeline.Assistant, "open", lambda **_: Asked(after or STORED))

    result = CliRunner().invoke(app, [str(path)])

    assert result.exit_code == code
    assert said in result.output


def test_a_chinese_answer_is_reported_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(replay_cli.replay)
    path = tmp_path / "answer.json"
    stored = STORED.model_copy(update={"language": "zh"})
    path.write_text(stored.model_dump_json(), encoding="utf-8")
    monkeypatch.setattr(pipeline.Assistant, "open", lambda **_: Asked(stored.model_copy(update={"kind": "gap"})))

    result = CliRunner().invoke(app, [str(path)])

    assert "回答有变化" in result.output
