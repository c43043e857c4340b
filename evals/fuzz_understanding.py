"""Random and mutated questions against the understanding: exceptions, the slowest inputs, and how fast real questions are.

`python -m evals.fuzz_understanding [--n 100000] [--seed 20261122] [--json OUT]`. Three parts, all with the fixed seed:
random text (any Unicode, and words of the wards in any order), mutated questions of the development sets (characters
lost, doubled, swapped, replaced, pieces repeated up to the length limit), and those questions as they are, several times
each. Half of the fuzzed questions continue a conversation. exits with 1 on an exception or on a reading over the limit.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant.config import settings
from assistant.lexicon.terms import lexicon
from assistant.understand.reading import read
from assistant.understand.state import NEW, State
from evals.samples import load_samples, task_names

SEED = 20261122
LIMIT_MS = 200.0
NORMAL_BUDGET_MS = 3.0
_REPEATS = 5
_SHOWN = 5
_WORDS = (
    "teclistamab 特立妥 Tecvayli 塔奎妥 talquetamab 埃纳妥 elranatamab Lynozyfic 塔拉妥单抗 step-up dose 1 2 3 递增 爬坡 第二针 首针 38.5 ℃ 39度 37.8-38.5 "
    "三十八度五 101.3 °F BP 85/50 正常 血压低 不吸氧 room air 鼻导管 nasal cannula 3L 8 L/min 面罩 BiPAP 插管 去甲 norepinephrine vasopressin 一种升压药 "
    "ICE 5 ICANS CRS 几级 grade? 10 days ago 停了 天 两三天 半个月 a couple of days overdue 推迟 末次 距 kg 70 斤 市斤 lb mg/kg weekly 每周 q2w "
    "restart 怎么恢复 no 没 未 否认 不除外 待排 并非 yesterday 昨天 现在 now was if 如果 not , ， 。 ? ？ ; 、 3月3日 2026-03-02 today 20 March 血小板 20 "
    "×10⁹/L /µL g/L mg/dL ANC 0.4 IgG HBsAg 阳性 anti-HBc 阴性 肌酐 岁 男 托珠 tocilizumab seizure 抽搐 weakness or and -> → sorry 不对 new patient "
    "呢 why 为什么 M-protein M蛋白 → 降到 response 疗效 VGPR ferritin 铁蛋白 HLH IEC-HS ICAHT 避孕 contraception 活疫苗 hold 停药吗 预处理 住院 Ⅱ级推荐 sCR"
).split(" ")
_ALPHABETS = (
    "0123456789.-/~,:° ",
    "0123456789一二三四五六七八九十百千两半几点度级天周月",
    "abcdefghijklmnopqrstuvwxyz ",
    "的了吗呢不没未无有是在用打针药血压氧热烧",
    "\u200b\u200e\u202e\ufeff\u0301\ud7ff０１２３４５６７８９，．／％℃㎎㎏½²³⁹×µμ",
)


def main() -> None:
    """Run the three parts and print what was found."""
    parser = argparse.ArgumentParser(description="Fuzz the understanding.")
    parser.add_argument("--n", type=int, default=100_000, help="fuzzed readings")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    given = parser.parse_args()
    questions = real_questions()
    found = {
        "python": platform.python_version(),
        "seed": given.seed,
        "normal": timed_normally(questions),
        "fuzz": fuzz(given.n, given.seed, questions),
    }
    sys.stdout.write("\n".join(report(found)) + "\n")
    if given.json is not None:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fuzzed = found["fuzz"]
    if fuzzed["exceptions"] or fuzzed["max_ms"] > LIMIT_MS:
        sys.exit(1)


def real_questions() -> list[str]:
    """Every question and earlier turn of the development sets."""
    texts: dict[str, None] = {}
    for task in task_names():
        for sample in load_samples(task, "dev"):
            texts |= dict.fromkeys((*sample.history, sample.text))
    return list(texts)


def fuzz(number: int, seed: int, questions: list[str], *, longest: int | None = None) -> dict[str, Any]:
    """`number` fuzzed readings: exceptions with their input, times in ms, and the slowest inputs."""
    dice = random.Random(seed)  # noqa: S311 - reproducible test input, no secret
    times: list[float] = []
    exceptions: list[dict[str, str]] = []
    slowest: list[tuple[float, str]] = []
    state = NEW
    for text in inputs(number, dice, questions, longest=longest):
        before = state if dice.random() < 0.5 else NEW
        started = time.process_time()
        try:
            state = read(text, before, lexicon()).state
        except Exception:  # every exception is a finding: none may reach the user
            exceptions.append({"text": text, "before": repr(before), "trace": traceback.format_exc(limit=-3)})
            state = NEW
            continue
        elapsed = (time.process_time() - started) * 1000
        if elapsed > LIMIT_MS / 2:
            # the first use of a pattern compiles it: what counts is the fastest of three
            elapsed = min(elapsed, *(_once(text, before) for _ in range(2)))
        times.append(elapsed)
        slowest = sorted([*slowest, (elapsed, text)], reverse=True)[:_SHOWN] if _ranks(elapsed, slowest) else slowest
    return {
        "n": number,
        "exceptions": exceptions,
        **percentiles(times or [0.0]),
        "slowest": [{"ms": round(ms, 2), "length": len(text), "text": text[:200]} for ms, text in slowest],
    }


def timed_normally(questions: list[str]) -> dict[str, Any]:
    """Times of the real questions as they are, after one unmeasured round (tables and patterns are loaded once)."""
    for text in questions:
        _once(text, NEW)
    return {"n": len(questions), **percentiles([min(_once(text, NEW) for _ in range(_REPEATS)) for text in questions])}


def inputs(number: int, dice: random.Random, questions: list[str], *, longest: int | None = None) -> Iterator[str]:
    """Random text, ward words in any order, and mutated questions, a third each, up to `longest` characters."""
    longest = longest or settings().max_question
    kinds: tuple[Callable[[], str], ...] = (
        lambda: _random_text(dice),
        lambda: " ".join(dice.choice(_WORDS) for _ in range(dice.randint(1, 60))),
        lambda: mutated(dice.choice(questions), dice, longest),
    )
    for place in range(number):
        yield kinds[place % len(kinds)]()[:longest]


def mutated(question: str, dice: random.Random, longest: int) -> str:
    """`question` with a few small damages, now and then with a piece of it repeated up to the length limit."""
    text = question
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(text) + 1)
        end = min(len(text), place + dice.randint(1, 4))
        piece = dice.choice((dice.choice(_WORDS), dice.choice(dice.choice(_ALPHABETS)), text[place:end] * 2, ""))
        text = text[:place] + piece + text[end if dice.random() < 0.5 else place :]
    if dice.random() < 0.1:
        place = dice.randrange(len(text) + 1)
        piece = text[place : place + dice.randint(1, 12)] or " "
        text = text[:place] + piece * (longest // len(piece)) + text[place:]
    return text[:longest]


def _random_text(dice: random.Random) -> str:
    if dice.random() < 0.3:
        return "".join(chr(dice.randrange(0x20, 0xD7FF)) for _ in range(dice.randint(1, 80)))
    alphabet = dice.choice(_ALPHABETS)
    length = dice.choice((8, 40, 200, 1000))
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(1, length)))


def percentiles(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum in ms."""
    ordered = sorted(times)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p95_ms": round(ordered[max(0, int(len(ordered) * 0.95) - 1)], 3),
        "max_ms": round(ordered[-1], 3),
    }


def report(found: dict[str, Any]) -> list[str]:
    """The figures as lines of text."""
    normal, fuzzed = found["normal"], found["fuzz"]
    lines = [
        f"Python {found['python']}, {platform.machine()}, seed {found['seed']}",
        f"real questions: n = {normal['n']}, p50 {normal['p50_ms']} ms, p95 {normal['p95_ms']} ms, max {normal['max_ms']} ms"
        f" (budget: p95 {NORMAL_BUDGET_MS} ms)",
        f"fuzzed: n = {fuzzed['n']}, exceptions = {len(fuzzed['exceptions'])}, p50 {fuzzed['p50_ms']} ms, "
        f"p95 {fuzzed['p95_ms']} ms, max {fuzzed['max_ms']} ms (limit: {LIMIT_MS} ms)",
    ]
    lines += [
        f"  slow: {entry['ms']} ms, {entry['length']} characters: {entry['text']!r}" for entry in fuzzed["slowest"]
    ]
    lines += [f"  exception: {entry['text']!r}\n{entry['trace']}" for entry in fuzzed["exceptions"][:_SHOWN]]
    return lines


def _once(text: str, state: State) -> float:
    started = time.process_time()
    read(text, state, lexicon())
    return (time.process_time() - started) * 1000


def _ranks(elapsed: float, slowest: list[tuple[float, str]]) -> bool:
    return len(slowest) < _SHOWN or elapsed > slowest[-1][0]


if __name__ == "__main__":
    main()
