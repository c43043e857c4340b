"""The same questions answered with and without the configured chat model, side by side.

`ASSISTANT_CHAT_MODEL=provider:model python -m evals.chat_model --split dev --task guidance` (`--limit N` for the first N
families, `--out FILE` for a Markdown file). It works with any model that the assistant can be given; see docs/chat-model.md.

The checks of citations and numbers are written here once more and simply, so that they do not lean on the verifier that
they measure: a key that opens a quote which stands in its section, a number that stands in what the sentence cites.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from assistant.answer.agent_faults import Reason, worded
from assistant.answer.sentences import say
from assistant.errors import AssistantError, SettingError
from assistant.pipeline import Assistant
from assistant.text.numbers import numbers_in
from assistant.types import Answer
from evals.run import provenance
from evals.samples import Sample, load_samples, task_names
from evals.scoring import Score, score
from evals.statistics import rate_line

Mode = Literal["extractive", "chat"]
MODES: tuple[Mode, ...] = ("extractive", "chat")
_LONGEST_WORDS = 90


class Asked(BaseModel):
    """One question in one mode: its answer, its score, and what took how long."""

    model_config = ConfigDict(frozen=True)

    sample: Sample
    mode: Mode
    answer: Answer
    score: Score
    cited: bool
    grounded: bool
    milliseconds: float


def compare(chatting: Assistant, plain: Assistant, samples: Sequence[Sample]) -> list[Asked]:
    """Every sample asked in both modes, one after the other."""
    return [
        _ask(assistant, mode, sample)
        for sample in samples
        for mode, assistant in (("extractive", plain), ("chat", chatting))
    ]


def _ask(assistant: Assistant, mode: Any, sample: Sample) -> Asked:
    started = time.perf_counter()
    answer = assistant.ask(sample.text, history=sample.history)
    elapsed = (time.perf_counter() - started) * 1000
    return Asked(
        sample=sample,
        mode=mode,
        answer=answer,
        score=score(sample, answer),
        cited=_is_cited(assistant, answer),
        grounded=_is_grounded(assistant, answer),
        milliseconds=elapsed,
    )


def _is_cited(assistant: Assistant, answer: Answer) -> bool:
    """Every statement has a key, and every key opens a quote that stands in its section (or the rule result)."""
    quotes = {}
    for citation in answer.citations:
        section = assistant.section(citation.section, "zh" if citation.language == "zh" else "en")
        quotes[citation.marker] = section is not None and citation.quote in section.body
    return all(
        statement.markers and all(quotes.get(m, m == "rule" or m.startswith("conflict:")) for m in statement.markers)
        for statement in answer.statements
    )


def _is_grounded(assistant: Assistant, answer: Answer) -> bool:
    """Every number of a statement stands in the quotes that it cites, in the heads of their table columns, or in the rule."""
    rule = numbers_in(str(answer.calculation.result)) if answer.calculation is not None else set()
    for statement in answer.statements:
        if any(marker.startswith("conflict:") for marker in statement.markers):
            continue  # positions are worded by the corpus, not by a model
        allowed = set(rule) if "rule" in statement.markers else set()
        for citation in answer.citations:
            if citation.marker in statement.markers:
                section = assistant.section(citation.section, "zh" if citation.language == "zh" else "en")
                readings = [s.text for s in section.statements if s.quote == citation.quote] if section else []
                allowed |= numbers_in(" ".join([citation.quote, citation.section_title, *readings]))
        if numbers_in(statement.text) - allowed:
            return False
    return True


def report(asked: Sequence[Asked], *, task: str, split: str, made: dict[str, Any]) -> str:
    """The comparison as Markdown."""
    lines = [f"# Chat model and extractive answers: {task}, {split}", ""]
    lines += [f"n = {len(asked) // 2} questions, families = {len({a.sample.family for a in asked})}", ""]
    lines += ["| check | " + " | ".join(MODES) + " |", "|---|---|---|"]
    for language in ("en", "zh"):
        rows = [a for a in asked if a.sample.language == language]
        lines += [_row(f"{language}: {name}", rows, passed) for name, passed in _CHECKS.items()]
        if language == "en":
            lines += [_row(f"en: at most {_LONGEST_WORDS} words", rows, _is_short)]
        lines += [_length_row(language, rows)]
    lines += [_time_row(asked), "", *_fallbacks(asked), "", *_differences(asked), ""]
    return "\n".join([*lines, "## What these numbers belong to", "", *(f"- {k}: {v}" for k, v in made.items()), ""])


def _facts(one: Asked) -> bool | None:
    return one.score.checks.get("facts")


_CHECKS: dict[str, Callable[[Asked], bool | None]] = {
    "all checks of the key": lambda one: one.score.passed,
    "an expected fact is cited": _facts,
    "citations open": lambda one: one.cited,
    "numbers stand in what is cited": lambda one: one.grounded,
    "nothing unsafe": lambda one: not one.score.unsafe,
}


def _row(name: str, rows: Sequence[Asked], passed: Callable[[Asked], bool | None]) -> str:
    cells = []
    for mode in MODES:
        values = [value for one in rows if one.mode == mode and (value := passed(one)) is not None]
        cells.append(rate_line(sum(values), len(values)))
    return f"| {name} | {' | '.join(cells)} |"


def _length_row(language: str, rows: Sequence[Asked]) -> str:
    cells = []
    for mode in MODES:
        lengths = [_words(one.answer) for one in rows if one.mode == mode and one.answer.statements]
        cells.append(f"{statistics.median(lengths):.0f}" if lengths else "-")
    unit = "characters" if language == "zh" else "words"
    return f"| {language}: {unit} of the statements, median | {' | '.join(cells)} |"


def _is_short(one: Asked) -> bool:
    return _words(one.answer) <= _LONGEST_WORDS


def _time_row(asked: Sequence[Asked]) -> str:
    cells = []
    for mode in MODES:
        times = sorted(one.milliseconds for one in asked if one.mode == mode)
        last = times[int(0.95 * (len(times) - 1))]
        cells.append(f"median {statistics.median(times):.0f}, 95th percentile {last:.0f}")
    return f"| milliseconds | {' | '.join(cells)} |"


def _words(answer: Answer) -> int:
    """Words of the statements; in Chinese each character counts as one."""
    text = " ".join(statement.text for statement in answer.statements)
    return len(re.findall(r"[一-鿿]|[^\s一-鿿]+", text))


def _fallbacks(asked: Sequence[Asked]) -> list[str]:
    """How often the model was asked, answered, and fell back, and for which reasons."""
    chat = [one.answer for one in asked if one.mode == "chat"]
    sent = [answer for answer in chat if "chat_model" in answer.versions]
    reasons = Counter(filter(None, map(_reason, sent)))
    return [
        f"- asked of the model: {rate_line(len(sent), len(chat))}",
        f"- fell back to the extractive answer: {rate_line(sum(reasons.values()), len(sent))}",
        *(f"    - {reason}: {count}" for reason, count in reasons.most_common()),
        f"- chose a rule: {sum(any(w.id == 'rule_chosen' for w in answer.warnings) for answer in sent)}",
    ]


def _reason(answer: Answer) -> str:
    """The reason of a fallback; "" when there was none."""
    said = {say("model_failed", answer.language, reason=worded(r, answer.language)): r for r in get_args(Reason)}
    return next((said.get(notice.text, "unknown") for notice in answer.warnings if notice.id == "model_failed"), "")


def _differences(asked: Sequence[Asked]) -> list[str]:
    """Every question that only one of the two modes gets right."""
    pairs = list(zip(asked[::2], asked[1::2], strict=True))
    worse = [(p, c) for p, c in pairs if p.score.passed and not c.score.passed]
    better = [(p, c) for p, c in pairs if c.score.passed and not p.score.passed]
    lines = [f"- right only without the model: {len(worse)}"]
    lines += [f"    - `{c.sample.id}` {_plain(c.sample.text)} → {_plain(c.score.explanation)}" for _, c in worse]
    lines += [f"- right only with the model: {len(better)}"]
    return lines + [f"    - `{c.sample.id}` {_plain(c.sample.text)}" for _, c in better]


def _plain(text: str) -> str:
    return text.replace("|", "/").replace("<", "&lt;").replace("\n", " ")[:300]


def _of_families(samples: Sequence[Sample], limit: int | None) -> list[Sample]:
    """The samples of the first `limit` families, in their order; all without a limit."""
    families = list(dict.fromkeys(sample.family for sample in samples))[:limit]
    return [sample for sample in samples if sample.family in set(families)]


def run(task: str, split: str, *, limit: int | None = None, home: Path | None = None) -> str:
    """The report for the configured chat model; a SettingError when none is configured."""
    samples = _of_families(load_samples(task, split), limit)
    chatting = Assistant.open(home)
    if not chatting.settings.chat_model:
        raise SettingError(
            "No chat model is configured. Set ASSISTANT_CHAT_MODEL=provider:model; see docs/chat-model.md.",
            "尚未配置对话模型。请设置 ASSISTANT_CHAT_MODEL=提供方:模型，见 docs/chat-model.md。",
        )
    plain = Assistant(chatting.index, chatting.settings)
    asked = compare(chatting, plain, samples)
    versions = next((one.answer.versions for one in asked if "chat_model" in one.answer.versions), {})
    made = provenance(chatting)
    made.pop("index")
    kept = ("chat_model", "prompts", "corpus", "embedding", "index", "assistant")
    return report(
        asked, task=task, split=split, made={**made, **{name: versions[name] for name in kept if name in versions}}
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; an expected error is one sentence on standard error and status 1."""
    parser = argparse.ArgumentParser(prog="python -m evals.chat_model", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--task", default="guidance", choices=task_names(), help="question set (default: guidance)")
    parser.add_argument("--split", default="dev", choices=("dev", "test"), help="test is frozen: not for tuning")
    parser.add_argument("--limit", type=int, help="only the first N families of questions")
    parser.add_argument("--out", type=Path, help="Markdown file to write as well")
    given = parser.parse_args(arguments)
    try:
        text = run(given.task, given.split, limit=given.limit)
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(text)
    if given.out is not None:
        given.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
