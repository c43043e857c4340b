"""The comparison of chat model and extractive answers, over the loopback server that speaks the OpenAI protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.types import AnswerStatement
from evals import chat_model
from evals.samples import load_samples
from tests.pipeline.chat_server import ChatServer, Reply, first_statement


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    serving = ChatServer(Reply(answer=first_statement))
    monkeypatch.setenv("ASSISTANT_CHAT_MODEL", "openai:fake")
    monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", serving.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-only-in-the-environment")
    yield serving
    serving.close()


def line(report: str, start: str) -> str:
    return next(text for text in report.splitlines() if text.strip().startswith(start))


def test_a_careful_model_is_compared_side_by_side(server: ChatServer, home: Path) -> None:
    report = chat_model.run("guidance", "dev", limit=6, home=home)

    assert line(report, "| check |") == "| check | extractive | chat |"
    for check in ("citations open", "numbers stand in what is cited"):
        for language in ("en", "zh"):
            cells = line(report, f"| {language}: {check}").split("|")[2:4]
            assert all(cell.strip().startswith("100.0 %") for cell in cells), cells
    assert re.search(r"fell back to the extractive answer: 0\.0 % \(0/\d+", report)
    assert "chat_model: openai:fake" in report
    assert "phrase.en@" in report or "phrase.zh@" in report
    assert "sk-only" not in report
    assert server.requests


def test_the_fallbacks_are_counted_with_their_reason(server: ChatServer, home: Path) -> None:
    server.replies[:] = [Reply(status=429)]

    report = chat_model.run("guidance", "dev", limit=2, home=home)

    asked = len(server.requests)
    assert f"({asked}/{asked};" in line(report, "- fell back")
    assert line(report, "- rate_limit").strip() == f"- rate_limit: {asked}"
    assert line(report, "- right only without the model").endswith(": 0")


def test_the_checks_of_the_comparison_fail_what_is_wrong(assistant: Assistant) -> None:
    answer = assistant.ask("how soon after subcutaneous dosing does CRS start?")
    first = answer.statements[0]

    def with_first(**changes: object) -> object:
        return answer.model_copy(update={"statements": (first.model_copy(update=changes),)})

    assert chat_model._is_cited(assistant, answer)
    assert chat_model._is_grounded(assistant, answer)
    assert not chat_model._is_cited(assistant, with_first(markers=()))  # type: ignore[arg-type]
    assert not chat_model._is_cited(assistant, with_first(markers=("99",)))  # type: ignore[arg-type]
    assert not chat_model._is_grounded(assistant, with_first(text="After 42 hours."))  # type: ignore[arg-type]
    moved = tuple(c.model_copy(update={"quote": "Elsewhere."}) for c in answer.citations)
    assert not chat_model._is_cited(assistant, answer.model_copy(update={"citations": moved}))


def test_words_are_counted_in_both_scripts(assistant: Assistant) -> None:
    answer = assistant.ask("dose of blinatumomab?")
    said = (AnswerStatement(text="CRS 至少24 小时 after", markers=("1",)),)

    assert chat_model._words(answer.model_copy(update={"statements": said})) == 7
    assert chat_model._words(answer) == 0


def test_a_limit_keeps_whole_families() -> None:
    samples = load_samples("guidance", "dev")
    few = chat_model._of_families(samples, 3)

    assert len({sample.family for sample in few}) == 3
    assert {s.id for s in few} == {s.id for s in samples if s.family in {f.family for f in few}}
    assert chat_model._of_families(samples, None) == list(samples)


def test_without_a_model_it_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.delenv("ASSISTANT_CHAT_MODEL", raising=False)

    assert chat_model.main(["--limit", "1"]) == 1
    assert "ASSISTANT_CHAT_MODEL" in capsys.readouterr().err


def test_the_report_is_printed_and_written(
    server: ChatServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    target = tmp_path / "report.md"

    assert chat_model.main(["--task", "scope", "--limit", "2", "--out", str(target)]) == 0
    assert capsys.readouterr().out == target.read_text(encoding="utf-8")
