"""How fast the rules are: loading of all tables and time per rule, in repeated fresh processes.

`python -m evals.bench_rules [--processes 15] [--repeats 20]`. Every process imports the rules, loads all tables once and
runs every case of tests/rules/cases (those that give a result or ask back). Wall time is what a user waits; processor
time does not count the waiting for other programs, so the two differ on a busy machine. Budget: loading under 150 ms,
any rule under 1 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "rules" / "cases"
LOAD_BUDGET_MS = 150.0
RULE_BUDGET_MS = 1.0


def main() -> None:
    """Run the processes and print the report."""
    parser = argparse.ArgumentParser(description="How fast the rules are.")
    parser.add_argument("--processes", type=int, default=15, help="fresh processes")
    parser.add_argument("--repeats", type=int, default=20, help="runs of each case in each process")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        sys.stdout.write(json.dumps(measure(given.repeats)))
        return
    measured = [_fresh_process(given.repeats) for _ in range(given.processes)]
    sys.stdout.write("\n".join([*machine(), "", *report(measured)]) + "\n")


def measure(repeats: int) -> dict[str, Any]:
    """What one process measures, in milliseconds: import, loading, and the median of each case of each rule."""
    imported = _Timer()
    from assistant.rules import RULES
    from assistant.rules.load import load_tables

    times: dict[str, Any] = {"import": imported.stop()}
    loading = _Timer()
    tables = load_tables()
    times["load"] = loading.stop()
    times |= {"tables": len(tables.tables), "rows": sum(len(table.rows) for table in tables.tables.values())}
    times["version"] = tables.version(tuple(tables.families))
    times["rules"] = {name: _rule_times(name, repeats) for name in RULES}
    return times


def _rule_times(name: str, repeats: int) -> list[tuple[float, float]]:
    """Median wall and processor time of each case of a rule, inputs read and checked included."""
    import yaml

    from assistant.errors import RuleInputError
    from assistant.rules import run

    found: list[tuple[float, float]] = []
    for path in sorted((CASES / name).glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader):  # noqa: S506 - text only
            try:
                run(name, case["input"])
            except RuleInputError:
                continue
            runs = []
            for _ in range(repeats):
                timer = _Timer()
                run(name, case["input"])
                runs.append(timer.stop())
            found.append((statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs)))
    return found


class _Timer:
    """Wall and processor time since it was made, in milliseconds."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time_ns(), time.perf_counter_ns()

    def stop(self) -> tuple[float, float]:
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        return (wall - self._wall) / 1e6, (cpu - self._cpu) / 1e6


def _fresh_process(repeats: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.bench_rules", "--worker", "--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - itself
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def machine() -> list[str]:
    """What the figures depend on."""
    model = ""
    described = Path("/proc/cpuinfo")
    if described.exists():
        lines = described.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    busy = ", ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "not known"
    return [
        f"machine: {platform.system()} {platform.machine()}, {model or platform.processor()}, {os.cpu_count()} cores",
        f"python: {platform.python_implementation()} {platform.python_version()}",
        f"load of the machine (1, 5, 15 minutes): {busy}",
    ]


def report(measured: list[dict[str, Any]]) -> list[str]:
    """The medians over all processes, and whether they keep the budget."""
    first = measured[0]
    lines = [
        f"{first['tables']} tables, {first['rows']} rows, version {first['version']}; {len(measured)} fresh processes",
        "",
        "| step | wall median | wall min–max | processor median | budget |",
        "|---|---|---|---|---|",
        _line("import assistant.rules", [m["import"] for m in measured], None),
        _line("load all tables", [m["load"] for m in measured], LOAD_BUDGET_MS),
        "",
        "| rule | cases | wall median (ms) | slowest case: wall (ms) | processor (ms) | budget 1 ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, cases in first["rules"].items():
        if not cases:
            lines.append(f"| {name} | 0 | | | | no case |")
            continue
        per_case = [
            [statistics.median(m["rules"][name][number][kind] for m in measured) for kind in (0, 1)]
            for number in range(len(cases))
        ]
        slowest = max(per_case)
        middle = statistics.median(wall for wall, _ in per_case)
        kept = (
            "kept" if slowest[0] <= RULE_BUDGET_MS else "kept by the median" if middle <= RULE_BUDGET_MS else "broken"
        )
        lines.append(f"| {name} | {len(cases)} | {middle:.3f} | {slowest[0]:.3f} | {slowest[1]:.3f} | {kept} |")
    return lines


def _line(name: str, times: list[tuple[float, float]], budget: float | None) -> str:
    walls, processor = [wall for wall, _ in times], statistics.median(cpu for _, cpu in times)
    middle = statistics.median(walls)
    kept = "" if budget is None else f"{budget:.0f} ms {'kept' if middle <= budget else 'broken'}"
    return f"| {name} | {middle:.1f} ms | {min(walls):.1f}–{max(walls):.1f} | {processor:.1f} ms | {kept} |"


if __name__ == "__main__":
    main()
