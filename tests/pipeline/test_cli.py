"""The command line as a user meets it: whole processes, output, exit status, no traceback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import assistant.cli as program
from assistant import __version__
from assistant.batch import answer_file
from assistant.errors import QuestionError
from assistant.pipeline import Assistant
from assistant.present.text import render_text
from tests.pipeline.chat_server import ChatServer, Reply, first_statement

GUIDANCE = "how soon after subcutaneous dosing does CRS start?"
KEY = "sk-only-in-the-environment-5120"


@pytest.fixture(scope="module")
def run(assistant: Assistant, home: Path):
    def call(*arguments: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ASSISTANT_HOME": str(home), "PYTHONWARNINGS": "default"}
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**environment, **(variables or {})},
            timeout=120,
        )

    return call


@pytest.fixture
def inside(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The same program within this process, on the assistant that is open already."""

    def call(*arguments: str, stdin: str = "", opened: Assistant = assistant) -> Result:
        monkeypatch.setattr(program, "_open", lambda **_: opened)
        return CliRunner().invoke(program.app, list(arguments), input=stdin)

    return call


def test_ask_prints_the_result_its_row_and_its_source(run) -> None:
    done = run("ask", "missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg")

    assert done.returncode == 0, done.stderr
    assert "23.4 mg" in done.stdout
    assert "2025-03-20" in done.stdout


def test_ask_json_is_one_answer_object_with_the_stable_fields(run) -> None:
    done = run("ask", "体温38.5℃，需一种升压药，鼻导管2 L/min，CRS几级？", "--json")

    answer = json.loads(done.stdout)
    assert set(answer) >= {
        "question",
        "language",
        "kind",
        "text",
        "statements",
        "citations",
        "calculation",
        "missing",
        "warnings",
        "suggestions",
        "versions",
        "timings_ms",
    }
    assert set(answer["citations"][0]) >= {
        "marker",
        "section",
        "source",
        "title",
        "locator",
        "date",
        "jurisdiction",
        "confidence",
        "language",
        "quote",
        "url",
    }
    assert set(answer["calculation"]) >= {"rule", "version", "inputs", "result", "trace", "citations"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", ""), "holds no words"),
        (("ask", "x" * 20_000), "20,000 characters"),
        (("ask", "CRS", "--lang", "fr"), "allowed: auto, en, zh"),
        (("ask", "CRS", "--jurisdiction", "UK"), "allowed: US, EU, CN"),
        (("ask", "--batch", "missing.jsonl"), "--out"),
        (("rules", "run", "dose", "--json", "{"), "not JSON"),
        (("rules", "run", "dose", "--json", "[1]"), "an object of inputs is needed"),
        (
            (
                "rules",
                "run",
                "dose",
                "--json",
                '{"drug": "teclistamab", "step": "step_up_1", "weight_value": -70, "weight_unit": "kg"}',
            ),
            "-70 kg",
        ),
        (("rules", "run", "dose", "--json", '{"drug": "aspirin"}'), "teclistamab"),
        (("rules", "run", "nothing", "--json", "{}"), "nothing"),
        (("rules", "show", "nothing"), "allowed:"),
        (("ask", "CRS", "--out", "x.jsonl"), "--out is for the answers of --batch"),
        (("ask", "CRS", "--batch", "in.jsonl", "--out", "x.jsonl"), "takes its questions from the file"),
        (("ask", "--batch", "in.jsonl", "--out", "x.jsonl", "--stream"), "no --stream"),
        (("ask", "？！", "--lang", "zh"), "没有可读的文字"),
        (("search", "？！", "、"), "holds no words"),
        (("import", "a.pdf", "--pair", "b.pdf", "c.pdf"), "give one of them"),
        (("serve", "--port", "99999"), "65535"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_a_failing_exit_status(run, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)

    assert done.returncode != 0
    assert said in done.stderr.replace("│", " ").replace("\n", " ").replace("  ", " ") or said in " ".join(
        done.stderr.split()
    )
    assert "Traceback" not in done.stderr


def test_a_batch_answers_every_line_and_says_which_could_not_be_read(run, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        '{"id": "a", "text": "dose of blinatumomab?"}',
        "",
        "not json",
        '{"id": "b"}',
        '{"id": "c", "text": ""}',
        '{"id": "d", "text": "70 kg", "history": ["dose of teclistamab step-up dose 1"]}',
        '{"id": "e", "text": "CRS", "history": "no list"}',
        '{"id": "f", "text": 7}',
    ]
    source.write_bytes("\n".join(lines).encode() + b'\n\xff\xfe\n{"id": "g", "text": "' + "特立妥".encode() + b'"}\n')

    done = run("ask", "--batch", str(source), "--out", str(target))

    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert done.returncode == 0, done.stderr
    assert [answer["id"] for answer in answers] == ["a", "2", "3", "b", "c", "d", "e", "f", "9", "g"]
    assert answers[0]["kind"] == "out_of_scope"
    assert answers[5]["kind"] == "calculation"
    unreadable = [answer for answer in answers if answer["id"] in {"2", "3", "b", "c", "e", "f", "9"}]
    assert all(answer["kind"] == "refused" and "cannot be answered" in answer["text"] for answer in unreadable)
    assert "3 answered, 7 not readable" in done.stderr


@pytest.mark.parametrize(
    ("target", "said"), [("missing/folder/out.jsonl", "cannot be written"), ("in.jsonl", "holds the questions")]
)
def test_a_batch_that_cannot_be_written_is_one_sentence_and_loses_no_question(
    assistant: Assistant, tmp_path: Path, target: str, said: str
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "CRS"}\n', encoding="utf-8")

    with pytest.raises(QuestionError, match=said):
        answer_file(assistant, source, tmp_path / target)
    assert source.read_text(encoding="utf-8") == '{"text": "CRS"}\n'


def test_a_batch_file_may_start_with_a_byte_order_mark(assistant: Assistant, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": "dose of blinatumomab?"}\r\n', encoding="utf-8-sig")

    assert answer_file(assistant, source, target) == (1, 0)
    assert json.loads(target.read_text(encoding="utf-8"))["id"] == "a"


def test_the_index_survives_bad_input(run) -> None:
    run("ask", "x" * 20_000)

    assert run("ask", "dose of blinatumomab?").returncode == 0


def test_rules_list_and_show_and_run(run) -> None:
    listed = run("rules", "list")
    shown = run("rules", "show", "restart")
    done = run(
        "rules",
        "run",
        "restart",
        "--json",
        '{"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": 10}',
    )

    assert {"dose", "restart", "crs_grade"} <= {line.split()[0] for line in listed.stdout.splitlines()}
    assert "days_since_last_dose" in shown.stdout
    assert json.loads(done.stdout)["verdicts"][0]["values"]["next_dose"] == "step_up_2"


def test_search_lists_units_and_doctor_is_content(run) -> None:
    found = json.loads(run("search", "CRS onset", "--k", "3", "--json").stdout)
    doctor = run("doctor")

    assert len(found) == 3
    assert doctor.returncode == 0
    assert "units" in doctor.stdout


def test_an_index_for_another_corpus_is_reported_by_doctor_with_the_command_to_run(tmp_path: Path) -> None:
    environment = {**os.environ, "ASSISTANT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "doctor"], capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode == 1
    assert "assistant index build" in done.stdout


def test_a_question_needs_no_quotation_marks(inside) -> None:
    assert inside("ask", "dose", "of", "blinatumomab?").stdout == inside("ask", "dose of blinatumomab?").stdout


def test_choices_may_be_written_in_any_case(inside) -> None:
    answer = json.loads(inside("ask", GUIDANCE, "--lang", "ZH", "--jurisdiction", "us", "--json").stdout)

    assert answer["language"] == "zh"


def test_the_version_is_an_option_too(inside) -> None:
    assert inside("--version").stdout.strip() == __version__ == inside("version").stdout.strip()


def test_a_terminal_without_unicode_still_gets_chinese(run, home: Path) -> None:
    variables = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("ask", "贝林妥欧单抗的剂量？", variables=variables)

    assert done.returncode == 0, done.stderr
    assert "本助手" in done.stdout


def test_a_port_in_use_is_one_sentence_with_the_option_to_choose_another(
    inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = inside("serve", "--port", str(port), "--no-browser")

    assert type(done.exception).__name__ == "SettingError"
    assert f"127.0.0.1:{port}" in str(done.exception)
    assert "--port" in str(done.exception)


@pytest.mark.parametrize(("command", "extra"), [("serve", "web"), ("eval", "evals")])
def test_a_missing_extra_is_named_with_its_installation(
    inside, monkeypatch: pytest.MonkeyPatch, command: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, "assistant.web.app" if extra == "web" else "evals.command", None)

    done = inside(command)

    assert type(done.exception).__name__ == "SettingError"
    assert f"[{extra}]" in str(done.exception)


# --- streaming and conversation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        GUIDANCE,
        "皮下给药后CRS多久出现？",
        "missed teclistamab step-up dose 2 by ten days, 78 kg",
        "dose of blinatumomab?",
    ],
)
def test_what_is_streamed_without_a_model_reads_like_what_is_asked(inside, question: str) -> None:
    streamed = inside("ask", question, "--stream")

    assert streamed.exit_code == 0
    assert _lines(streamed.stdout) == _lines(inside("ask", question).stdout)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def test_streamed_json_is_one_part_per_line_and_the_last_is_the_answer(inside) -> None:
    parts = [json.loads(line) for line in inside("ask", GUIDANCE, "--stream", "--json").stdout.splitlines()]
    asked = json.loads(inside("ask", GUIDANCE, "--json").stdout)

    sentences = [part["sentence"] for part in parts if part["kind"] == "sentence"]
    assert [part["kind"] for part in parts[:3]] == ["status", "status", "sentence"]
    assert {**parts[-1]["answer"], "timings_ms": {}} == {**asked, "timings_ms": {}}
    assert sentences == asked["statements"]


def test_a_conversation_carries_over_until_a_new_patient_and_ends_with_its_input(inside) -> None:
    asked = "dose of teclistamab step-up dose 1"
    done = inside("chat", stdin=f"{asked}\n70 kg\nnew\n70 kg\n？！\n")

    assert done.exit_code == 0
    first, second = done.stdout.split("A new patient")
    assert "4.2 mg" in first
    assert "4.2 mg" not in second
    assert "没有可读的文字" in second or "holds no words" in second
    assert "请用中文或英文提问" in done.stderr
    assert "sent to the chat model" not in done.stderr


def test_an_empty_line_ends_a_conversation(inside) -> None:
    done = inside("chat", "--lang", "zh", stdin="\nCRS\n")

    assert done.exit_code == 0
    assert "CRS" not in done.stdout
    assert "Ask in English" not in done.stderr


@pytest.fixture
def server() -> Iterator[ChatServer]:
    serving = ChatServer(Reply())
    yield serving
    serving.close()


def with_model(server: ChatServer) -> dict[str, str]:
    return {
        "ASSISTANT_CHAT_MODEL": "openai:fake",
        "ASSISTANT_CHAT_BASE_URL": server.url,
        "OPENAI_API_KEY": KEY,
    }


@pytest.fixture
def phrased(home: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    for name, value in with_model(server).items():
        monkeypatch.setenv(name, value)
    return Assistant.open(home)


def first_and_wrong(request: dict[str, Any]) -> dict[str, Any]:
    """The first offered statement word for word, and a sentence with a number that stands nowhere."""
    sentences = first_statement(request)["sentences"]
    return {"sentences": [*sentences, {**sentences[0], "text": "CRS starts after 4711 hours."}]}


def test_a_streamed_answer_of_a_model_reads_like_the_answer(inside, phrased: Assistant, server: ChatServer) -> None:
    server.replies[:] = [Reply(answer=first_statement)]
    answer = phrased.ask(GUIDANCE)

    streamed = inside("ask", GUIDANCE, "--stream", opened=phrased)

    statement = answer.statements[0]
    assert len(answer.statements) == 1
    assert streamed.stdout.startswith(f"- {statement.text} [{statement.markers[0]}]\n")
    assert _lines(streamed.stdout) == _lines(render_text(answer))


def test_sentences_that_are_withdrawn_are_said_to_be(inside, phrased: Assistant, server: ChatServer) -> None:
    server.replies[:] = [Reply(answer=first_and_wrong)]
    answer = phrased.ask(GUIDANCE)

    streamed = inside("ask", GUIDANCE, "--stream", opened=phrased).stdout

    before, after = streamed.split("The sentences above are withdrawn; this is the answer:")
    assert len(_lines(before)) == 1
    assert "4711" not in streamed
    assert _lines(after) == _lines(render_text(answer))
    assert "The chat model gave no usable answer" in after


def test_a_conversation_says_that_questions_are_sent_to_a_model(inside, phrased: Assistant, server: ChatServer) -> None:
    server.replies[:] = [Reply(answer=first_statement)]
    done = inside("chat", stdin=f"{GUIDANCE}\n", opened=phrased)

    assert done.exit_code == 0
    assert phrased.ask(GUIDANCE).statements[0].text in done.stdout
    assert "sent to the chat model openai:fake" in done.stderr
    assert "发送给对话模型 openai:fake" in done.stderr


def test_the_key_of_a_provider_appears_in_no_output_of_any_command(run, server: ChatServer, tmp_path: Path) -> None:
    """The worst server: it refuses the key and repeats it in its error."""
    server.replies[:] = [Reply(status=401, error=f"Incorrect API key provided: {KEY}")]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"text": GUIDANCE}) + "\n", encoding="utf-8")
    variables = {**with_model(server), "OPENAI_LOG": "debug"}
    said = []
    for arguments in (
        ("ask", GUIDANCE, "--json"),
        ("ask", GUIDANCE, "--stream"),
        ("ask", "--batch", str(source), "--out", str(target)),
        ("doctor",),
    ):
        done = run(*arguments, variables=variables)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout + done.stderr)
    said.append(target.read_text(encoding="utf-8"))

    assert server.keys
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert "did not accept the key" in said[0]
    assert not [text for text in said if KEY in text]
