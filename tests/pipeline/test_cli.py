"""The command line as a user meets it: whole processes, output, exit status, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.pipeline import Assistant


@pytest.fixture(scope="module")
def run(assistant: Assistant, home: Path):
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ASSISTANT_HOME": str(home), "PYTHONWARNINGS": "default"}
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=120,
        )

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
