"""A user's own question file → a report and a file of answers with their citations; docs/evaluating-your-own.md.

`assistant eval --questions my.csv [--out FOLDER] [--chat-model provider:model]`. Nothing of the file leaves the machine, unless
a chat model elsewhere is named.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from assistant.answer.phrase import phraser
from assistant.errors import QuestionError, SettingError
from assistant.pipeline import Assistant, check_question
from assistant.text.language import language_of
from assistant.types import Answer, AnswerKind
from evals.asking import Asked, Asking
from evals.chat_model import compare
from evals.chat_model import report as side_by_side
from evals.provenance import provenance
from evals.results import Run, check_line, line, result_of
from evals.samples import Expect, Sample
from evals.scorers.citations import Support, precision_of, recall_of
from evals.scorers.grounding import grounding
from evals.scorers.keyed import by_key
from evals.scorers.record import Scored
from evals.task_cards import TaskCard, load_cards

COLUMNS = ("question", "language", "history", "expect_kind", "must_include", "must_not")
KINDS: tuple[str, ...] = get_args(AnswerKind)
_ANSWER_COLUMNS = (
    "line",
    "question",
    "language",
    "kind",
    "answer",
    "citations",
    "passed",
    "why",
    "numbers_grounded",
    "citation_recall",
    "milliseconds",
)
Progress = Callable[[str, int, int], None]


def read_questions(path: Path, longest: int = 2000) -> tuple[Sample, ...]:
    """The rows as samples whose id is their line number; raises QuestionError naming every faulty line.

    UTF-8 with or without byte-order mark, comma or semicolon. Several values in one cell are separated by "|".
    """
    text = _text_of(path)
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    names = [name.strip().lower() for name in next(rows, [])]
    _check_header(names, path)
    samples, faults = [], []
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            count = f"{len(cells)} cells for {len(names)} columns; put text with a comma or semicolon in quotes"
            faults.append(f"line {rows.line_num}: {count}")
            continue
        try:
            samples.append(_sample(dict(zip(names, cells, strict=False)), rows.line_num, longest))
        except ValueError as fault:
            faults.append(f"line {rows.line_num}: {fault}")
        except QuestionError as fault:
            faults.append(f"line {rows.line_num}: {fault.en}")
    if faults:
        raise QuestionError(
            f"{path}: {len(faults)} faulty line(s).\n" + "\n".join(f"- {fault}" for fault in faults),
            f"{path}：{len(faults)}行有误。\n" + "\n".join(f"- {fault}" for fault in faults),
        )
    if not samples:
        raise QuestionError(f"{path} holds no question below its header.", f"{path} 的表头下没有问题。")
    return tuple(samples)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise QuestionError(
            f"{path} is not UTF-8 (byte {fault.start}). Save it as “CSV UTF-8”.",
            f"{path} 不是UTF-8编码（第{fault.start}字节）。请另存为“CSV UTF-8”。",
        ) from fault
    except OSError as fault:
        raise QuestionError(
            f"{path} cannot be read ({fault.strerror}).", f"无法读取 {path}（{fault.strerror}）。"
        ) from fault


def _check_header(names: list[str], path: Path) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    twice = [name for name in names if names.count(name) > 1]
    if "question" not in names or unknown or twice:
        found = ", ".join(names) or "nothing"
        raise QuestionError(
            f"{path}: the first line names the columns; found: {found}. Needed: question; allowed: {', '.join(COLUMNS)}, each once.",
            f"{path}：第一行须为列名；现为：{found}。必需：question；可用：{'、'.join(COLUMNS)}，各一次。",
        )


def _sample(row: dict[str, str], number: int, longest: int) -> Sample:
    question, language = row["question"].strip(), row.get("language", "").strip().lower()
    check_question(question, longest)
    if language not in ("", "en", "zh"):
        raise ValueError(f"language is '{language}'; allowed: en, zh or empty (as asked)")
    kinds = _several(row.get("expect_kind", ""))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ValueError(f"expect_kind is '{unknown[0]}'; allowed: {', '.join(KINDS)}")
    expect = Expect(
        kind=kinds,
        must_include=_several(row.get("must_include", "")),
        must_not=_several(row.get("must_not", "")),
    )
    return Sample(
        id=str(number),
        family=str(number),
        split="dev",
        language="zh" if (language or language_of(question)) == "zh" else "en",
        script="",
        style=(),
        history=_several(row.get("history", "")),
        text=question,
        expect=expect,
        severity="misleading",
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def evaluate(
    assistant: Assistant, samples: Sequence[Sample], progress: Progress | None = None
) -> tuple[Run, list[dict[str, str]]]:
    """The run over the rows, and one row of answers for each."""
    asking = Asking(assistant)
    found: dict[str, list[Scored]] = {"guidance": [], "citation_recall": [], "citation_precision": []}
    found |= {"numeric_grounding": [], "latency": []}
    rows = []
    for number, sample in enumerate(samples, start=1):
        started = asking.assistant.ask(sample.text, history=sample.history, language=sample.language)
        asked = Asked(sample, started, started.timings_ms["total"])
        by = {
            "guidance": by_key(asked),
            "citation_recall": _judged(asked, *recall_of(Support(started, asking))),
            "citation_precision": _judged(asked, *precision_of(Support(started, asking))),
            "numeric_grounding": grounding(asked, asking),
            "latency": _judged(asked, asked.milliseconds, []),
        }
        for name, scored in by.items():
            found[name].append(scored)
        rows.append(_answer_row(asked, by))
        if progress is not None:
            progress("your questions", number, len(samples))
    cards: dict[str, TaskCard] = {card.id: card for card in load_cards(tuple(found))}
    tasks = tuple(result_of(cards[name], scored) for name, scored in found.items())
    return Run(split="your questions", provenance=provenance(assistant.index), tasks=tasks), rows


def _judged(asked: Asked, value: float, why: list[str]) -> Scored:
    sample = asked.sample
    return Scored(
        id=sample.id,
        family=sample.family,
        language=sample.language,
        value=value,
        explanation="; ".join(why),
        question=sample.text,
    )


def _answer_row(asked: Asked, by: dict[str, Scored]) -> dict[str, str]:
    sample, answer, elapsed = asked
    key, numbers, recall = by["guidance"], by["numeric_grounding"], by["citation_recall"]
    return {
        "line": sample.id,
        "question": sample.text,
        "language": answer.language,
        "kind": answer.kind,
        "answer": answer.text,
        "citations": "\n".join(_citations(answer)),
        "passed": "" if not key.is_scored else "yes" if key.value == 1 else "no",
        "why": "; ".join(filter(None, (key.explanation, numbers.explanation, recall.explanation))),
        "numbers_grounded": "" if not numbers.is_scored else "yes" if numbers.value == 1 else "no",
        "citation_recall": "" if math.isnan(recall.value) else f"{recall.value:.3f}",
        "milliseconds": f"{elapsed:.1f}",
    }


def _citations(answer: Answer) -> list[str]:
    return [
        f"[{c.marker}] {c.title}; {c.locator}; {c.date}; {c.jurisdiction}; {c.url} — “{c.quote}”"
        for c in answer.citations
    ]


def write_answers(rows: Sequence[dict[str, str]], path: Path) -> None:
    """The answers as CSV with a byte-order mark, so that spreadsheets show Chinese; no cell can be taken for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, _ANSWER_COLUMNS)
        writer.writeheader()
        writer.writerows({name: _no_formula(cell) for name, cell in row.items()} for row in rows)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def page(run: Run, source: Path) -> str:
    """The report as Markdown."""
    titles = {card.id: card.title.en for card in load_cards()} | {"guidance": "What you expected"}
    lines = [f"# Your questions: {source.name}", "", f"n = {len(run.tasks[0].samples)} questions", ""]
    lines += ["| measure | figure |", "|---|---|"]
    lines += [f"| {titles[task.task]} | {line(task.metric, task.samples)} |" for task in run.tasks]
    expected = run.tasks[0]
    for name in ("kind", "must_include", "must_not"):
        lines.append(f"| expected: {name} | {check_line(expected.samples, name)} |")
    lines += ["", "Questions without an expectation are not scored by the first line.", "", "## What fell short", ""]
    for task in run.tasks:
        lines += [
            f"- line {sample.id}, {titles[task.task]}: {sample.question[:200]} → {sample.explanation[:300]}"
            for sample in task.wrong
        ]
    lines += ["", "## What these figures belong to", "", *(f"- {k}: {v}" for k, v in run.provenance.items()), ""]
    return "\n".join(lines)


def run_own(
    assistant: Assistant, source: Path, out: Path, *, chat_model: str = "", progress: Progress | None = None
) -> str:
    """Answer `source`, write `report.md` and `answers.csv` into `out`, and return the report.

    With `chat_model` the report also sets the extractive mode and that model side by side.
    """
    samples = read_questions(source, assistant.settings.max_question)
    plain = Assistant(assistant.index, assistant.settings)
    run, rows = evaluate(plain, samples, progress)
    text = page(run, source)
    if chat_model:
        text += "\n" + beside(plain, chat_model, samples, source.name)
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_answers(rows, out / "answers.csv")
        (out / "report.md").write_text(text, encoding="utf-8")
    except OSError as fault:
        raise SettingError(f"{out} cannot be written ({fault.strerror}). Name another folder with --out.") from fault
    return text


def beside(plain: Assistant, chat_model: str, samples: Sequence[Sample], name: str) -> str:
    """The extractive mode and a chat model on the same questions, as Markdown."""
    configured = plain.settings.model_copy(update={"chat_model": chat_model})
    chatting = Assistant(plain.index, configured, phrase=phraser(configured))
    made = {**provenance(plain.index), "chat_model": chat_model}
    return side_by_side(compare(chatting, plain, samples), task=name, split="your questions", made=made)
