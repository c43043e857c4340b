"""`assistant eval`: options that do not go together, the verdict, and a user's own questions with a chat model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import SettingError
from assistant.pipeline import Assistant
from evals import baseline, command
from evals.own_questions import run_own
from tests.evals.scored import result, run, scored
from tests.pipeline.chat_server import ChatServer, Reply, first_statement

ASKED = "How soon does CRS usually start after subcutaneous teclistamab?"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    serving = ChatServer(Reply(answer=first_statement))
    monkeypatch.setenv("ASSISTANT_CHAT_BASE_URL", serving.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-only-in-the-environment")
    yield serving
    serving.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chat_model": "openai:x"}, "goes with --questions"),
        ({"questions": Path("q.csv"), "against": True}, "no baseline"),
        ({"questions": Path("q.csv"), "accept": True}, "no baseline"),
        ({"split": "test", "accept": True}, "dev split"),
        ({"split": "test", "against": True}, "dev split"),
        ({"accept": True, "every": 3}, "whole run"),
        ({"tasks": ("nothing",)}, "'nothing'"),
    ],
)
def test_options_that_do_not_go_together_are_named(
    assistant: Assistant, options: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        command.evaluate(assistant, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("accepted_value", "exit_code"), [(0, 0), (1, 1)])
def test_a_drop_below_the_baseline_ends_with_status_one(
    assistant: Assistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    accepted_value: int,
    exit_code: int,
) -> None:
    baseline.accept(run(result(scored("a1-en", accepted_value))), tmp_path / "dev.json")
    now = run(result(scored("a1-en", 0, question="How soon?", explanation="kind gap", severity="none")))
    monkeypatch.setattr("assistant.cli._open", lambda: assistant)
    monkeypatch.setattr(command, "run_tasks", lambda *_, **__: now)
    monkeypatch.setattr(
        command.baseline,
        "load_baseline",
        lambda: baseline.Baseline.model_validate_json((tmp_path / "dev.json").read_text()),
    )

    done = CliRunner().invoke(app, ["eval", "--task", "rules", "--against", "baseline", "--out", str(tmp_path / "out")])

    assert done.exit_code == exit_code, done.output
    assert ("worse: rules `a1-en`" in done.output) is bool(exit_code)
    assert "Against the baseline" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_own_questions_are_answered_from_the_command_line(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.cli._open", lambda: assistant)
    (tmp_path / "my.csv").write_text(f"question\n{ASKED}\n", encoding="utf-8")

    done = CliRunner().invoke(app, ["eval", "--questions", str(tmp_path / "my.csv"), "--out", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "answers.csv").is_file()


def test_own_questions_are_set_beside_a_chat_model(assistant: Assistant, server: ChatServer, tmp_path: Path) -> None:
    from assistant.config import settings

    (tmp_path / "my.csv").write_text(f"question,expect_kind\n{ASKED},guidance|comparison\n", encoding="utf-8")
    configured = Assistant(assistant.index, settings())

    text = run_own(configured, tmp_path / "my.csv", tmp_path / "out", chat_model="openai:fake")

    assert "| check | extractive | chat |" in text
    assert "openai:fake" in text
    assert server.requests
    assert "sk-only" not in text


def test_a_chat_model_that_cannot_be_used_is_named(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "my.csv").write_text(f"question\n{ASKED}\n", encoding="utf-8")

    with pytest.raises(SettingError):
        run_own(assistant, tmp_path / "my.csv", tmp_path / "out", chat_model="nobody:x")
