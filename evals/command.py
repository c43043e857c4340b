"""What `assistant eval` does with its options: which are for each other, what is run, what is written, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SettingError
from assistant.pipeline import Assistant
from evals import baseline
from evals.own_questions import run_own
from evals.progress import task_bar
from evals.run import run_tasks, text_of, write
from evals.task_cards import load_cards

OWN_FOLDER = Path("evaluation-of-your-questions")


def evaluate(
    assistant: Assistant,
    *,
    tasks: Sequence[str] = (),
    split: str = "dev",
    every: int = 1,
    against: bool = False,
    accept: bool = False,
    questions: Path | None = None,
    chat_model: str = "",
    out: Path | None = None,
) -> tuple[str, bool]:
    """The report, and whether nothing is below the baseline (always true without `against`)."""
    _check_options(split, every, against, accept, questions, chat_model)
    if questions is not None:
        with task_bar() as progress:
            folder = out or OWN_FOLDER
            text = run_own(assistant, questions, folder, chat_model=chat_model, progress=progress)
        return f"{text}\nWritten: {folder / 'report.md'}, {folder / 'answers.csv'}", True
    load_cards(tuple(tasks))  # a wrong name is said before anything is run
    accepted = baseline.load_baseline() if against else None
    with task_bar() as progress:
        run = run_tasks(assistant, tasks=tasks, split=split, every=every, progress=progress)
    compared, sound = "", True
    if accepted is not None:
        comparisons = baseline.compare(run, accepted)
        compared, sound = baseline.page(comparisons, accepted), not baseline.faults_of(comparisons)
    if out is not None:
        write(run, out, compared)
    if accept:
        baseline.accept(run)
        compared = f"{compared}\n\nAccepted: {baseline.BASELINE.name}".strip()
    return "\n\n".join(filter(None, (text_of(run), compared))), sound


def _check_options(
    split: str, every: int, against: bool, accept: bool, questions: Path | None, chat_model: str
) -> None:
    if chat_model and questions is None:
        raise SettingError(
            "--chat-model goes with --questions; for the committed sets: python -m evals.chat_model.",
            "--chat-model须与--questions一起使用；内置题集请用：python -m evals.chat_model。",
        )
    if questions is not None and (against or accept):
        raise SettingError(
            "--questions has no baseline: leave out --against and --accept.",
            "--questions没有基线：请去掉--against和--accept。",
        )
    if split == "test" and (against or accept):
        raise SettingError(
            "The baseline belongs to the dev split: leave out --split test.", "基线只用于dev部分：请去掉--split test。"
        )
    if accept and every != 1:
        raise SettingError(
            "Only a whole run can be accepted: leave out --every.", "只有完整的运行才能被接受：请去掉--every。"
        )
