"""A file of questions → a file of answers, line by line; a line that cannot be read gets an answer object that says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, QuestionError
from assistant.text.language import language_of
from assistant.types import Answer

if TYPE_CHECKING:
    from assistant.pipeline import Assistant


def answer_file(
    assistant: Assistant, source: Path, target: Path, *, language: Any = "auto", jurisdiction: Any = None
) -> tuple[int, int]:
    """Answer every line of `source` into `target`; returns (answered, not readable). Never stops at a bad line."""
    try:
        lines = source.read_bytes().split(b"\n")
    except OSError as error:
        raise QuestionError(
            f"{source} cannot be read ({error.strerror}).", f"无法读取 {source}（{error.strerror}）。"
        ) from error
    if lines and not lines[-1].strip():
        lines.pop()
    if target.exists() and target.samefile(source):
        raise QuestionError(
            f"{target} holds the questions; name another file for the answers.",
            f"{target} 是问题文件；请为答案另指定文件。",
        )
    try:
        out = target.open("w", encoding="utf-8")
    except OSError as error:
        raise QuestionError(
            f"{target} cannot be written ({error.strerror}). Name a file in an existing folder.",
            f"无法写入 {target}（{error.strerror}）。请指定现有文件夹中的文件。",
        ) from error
    answered = 0
    with out:
        for number, line in enumerate(lines, start=1):
            identity, answer, readable = _answer_line(assistant, line, number, language, jurisdiction)
            answered += readable
            out.write(json.dumps({"id": identity, **answer.model_dump(mode="json")}, ensure_ascii=False) + "\n")
            out.flush()  # what is answered stays, whatever happens to the next line
    return answered, len(lines) - answered


def _answer_line(
    assistant: Assistant, line: bytes, number: int, language: Any, jurisdiction: Any
) -> tuple[str, Answer, bool]:
    """The id of the line, its answer, and whether the line could be read."""
    identity = str(number)
    try:
        sample = json.loads(line.decode("utf-8-sig"))  # files saved by some editors start with a byte-order mark
        identity = str(sample.get("id", number)) if isinstance(sample, dict) else identity
        if not isinstance(sample, dict) or not isinstance(sample.get("text"), str):
            return identity, _unreadable(number, 'an object with "text" is needed', "需要含有“text”的对象"), False
        history = sample.get("history") or []
        if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
            en, zh = '"history" must be a list of earlier questions', "“history”须为先前问题的列表"
            return identity, _unreadable(number, en, zh, sample["text"]), False
        answer = assistant.ask(sample["text"], language=language, jurisdiction=jurisdiction, history=history)
        return identity, answer, True
    except (json.JSONDecodeError, UnicodeDecodeError):
        return identity, _unreadable(number, "it is not a JSON object in UTF-8", "不是UTF-8编码的JSON对象"), False
    except AssistantError as error:
        return identity, _unreadable(number, error.en, error.zh, sample["text"]), False


def _unreadable(number: int, en: str, zh: str, question: str = "") -> Answer:
    language = language_of(question)
    text = f"第{number}行无法回答：{zh}" if language == "zh" else f"Line {number} cannot be answered: {en}"
    return Answer(question=question, language=language, kind="refused", text=text)
