"""The plots of the evaluation page as SVG text; every point comes from a kept result, and None means that there is none."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.results import TaskResult
from evals.statistics import percentile, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
# rows of the kept guard tables that count correct sentences refused, not faults stopped
WRONGLY_REFUSED = ("extractive", "rephrased")
# the frozen half first
GUARD_RESULTS = (HERE / "guard" / "results" / "test.md", HERE / "guard" / "results" / "dev.md")
_BLUE, _RED, _GREEN, _GREY = "#1f5f8b", "#b3382c", "#3f7d3a", "#666666"
_OURS, _OTHER = "this retriever", "LangChain + Chroma + all-MiniLM-L6-v2"


def _axes(name: str, *, height: float = 3.6) -> tuple[Any, Axes]:
    """A figure of the page; `name` keeps the ids inside its SVG apart from those of the other plots."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = name
    mpl.rcParams["svg.fonttype"] = "none"  # words stay words: small, searchable, read aloud
    mpl.rcParams["font.family"] = "sans-serif"
    mpl.rcParams["font.size"] = 9
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7.2, height))
    figure.set_label(name)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any, described: str) -> str:
    """The figure as an `svg` element with a text for those who do not see it."""
    from matplotlib import pyplot as plt

    figure.tight_layout()
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    text = out.getvalue()[out.getvalue().index("<svg") :]
    text = re.sub(r'( id="|url\(#|href="#)', rf"\1{figure.get_label()}-", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{described}" ', 1)


def retrieval(page: Path = DOCS / "retrieval.md", split: str = "test") -> str | None:
    """Recall@1 and @5 by language beside the baseline, from the committed comparison."""
    rows = retrieval_rows(page, split)
    shown = [name for name in ("English", "Chinese") if {(name, _OURS), (name, _OTHER)} <= set(rows)]
    if not shown:
        return None
    figure, axes = _axes("retrieval")
    for place, name in enumerate(shown):
        for step, (ranker, colour) in enumerate(((_OURS, _BLUE), (_OTHER, _RED))):
            for cut, alpha in ((0, 1.0), (1, 0.5)):
                value, low, high = rows[name, ranker][cut]
                label = f"{ranker}, recall@{(1, 5)[cut]}" if place == 0 else None
                at = place * 5 + step * 2 + cut * 0.8
                axes.bar(at, value, 0.75, color=colour, alpha=alpha, label=label)
                axes.errorbar(at, value, [[value - low], [high - value]], color="#222222", capsize=2, linewidth=1)
    axes.set(ylim=(0, 1.02), ylabel="share of questions")
    axes.set_xticks([place * 5 + 1.4 for place in range(len(shown))], shown)
    axes.legend(frameon=False, fontsize=7, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return _svg(figure, "Recall of this retriever and of the baseline by language")


def retrieval_rows(page: Path, split: str) -> dict[tuple[str, str], list[tuple[float, float, float]]]:
    """(questions, ranker) → recall@1, @5, @10 with their intervals, read from the table of one split."""
    if not page.is_file():
        return {}
    part = page.read_text(encoding="utf-8").partition(f"## Split: {split}\n")[2].partition("\n## ")[0]
    found = {}
    for row in part.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        values = [re.fullmatch(r"(\d\.\d+) \((\d\.\d+)–(\d\.\d+)\)", cell) for cell in cells[2:5]]
        if len(cells) > 4 and all(values):
            figures = [(float(m[1]), float(m[2]), float(m[3])) for m in values if m is not None]
            found[cells[0].split(" (n =")[0], cells[1]] = figures
    return found


def abstention(curve: Path = HERE / "abstention" / "results" / "curve.md") -> str | None:
    """False answers and refusals by mark, from the committed threshold curve on dev."""
    if not curve.is_file():
        return None
    pattern = re.compile(r"\| ([+-]\d+\.\d+) \| (\d+\.\d+) % \| (\d+\.\d+) % \|")
    points = [tuple(map(float, m.groups())) for m in pattern.finditer(curve.read_text(encoding="utf-8"))]
    if not points:
        return None
    figure, axes = _axes("abstention")
    marks = [mark for mark, _, _ in points]
    axes.plot(marks, [wrong for _, wrong, _ in points], color=_RED, label="unanswerable, at or above the mark")
    axes.plot(marks, [lost for *_, lost in points], color=_BLUE, linestyle="--", label="answerable, below the mark")
    axes.set(xlabel="mark (log odds)", ylabel="%", ylim=(0, 102))
    axes.legend(frameon=False, fontsize=8)
    return _svg(figure, "False answers and refusals by mark")


def latency(task: TaskResult | None) -> str | None:
    """How the times of one run are distributed."""
    values = sorted(sample.value for sample in task.scored) if task is not None else []
    if not values:
        return None
    figure, axes = _axes("latency", height=3.0)
    parts = [(number + 1) / len(values) for number in range(len(values))]
    axes.step(values, parts, color=_BLUE, where="post")
    for part, name in ((0.5, "median"), (0.95, "p95")):
        at = percentile(values, part)
        axes.axvline(at, color=_GREY, linewidth=0.8)
        axes.annotate(f"{name} {at:.0f} ms", (at, 0.02), fontsize=8, rotation=90, ha="right")
    axes.set(xscale="log", xlabel="milliseconds", ylabel="share of questions answered", ylim=(0, 1.02))
    return _svg(figure, "Share of questions answered within a time")


def scale(results: Path = HERE / "scale.json") -> str | None:
    """Time of one search by number of chunks, from the committed measurement."""
    if not results.is_file():
        return None
    sizes = {int(size): entry for size, entry in json.loads(results.read_text(encoding="utf-8"))["sizes"].items()}
    figure, axes = _axes("scale", height=3.2)
    for key, name, colour in (
        ("exact", "exact", _RED),
        ("chroma_query", "Chroma", _BLUE),
        ("bm25_query", "BM25", _GREEN),
    ):
        points = [(n, e[key]["top10"]["p50_ms"]) for n, e in sorted(sizes.items()) if "top10" in e.get(key, {})]
        if points:
            axes.plot([n for n, _ in points], [ms for _, ms in points], "o-", color=colour, label=name, markersize=4)
    axes.set(xscale="log", yscale="log", xlabel="chunks", ylabel="ms, median of one search")
    axes.legend(frameon=False, fontsize=8)
    return _svg(figure, "Time of one search by number of chunks")


def guard_counts(results: Path) -> dict[str, tuple[int, int]]:
    """Row of the kept table → (count, all) over both languages: faults stopped, correct sentences refused."""
    if not results.is_file():
        return {}
    counts: dict[str, tuple[int, int]] = {}
    for row in results.read_text(encoding="utf-8").splitlines():
        pairs = [(int(m[1]), int(m[2])) for m in re.finditer(r"\((\d+)/(\d+);", row)]
        if row.startswith("|") and pairs:
            counts[row.split("|")[1].strip()] = sum(n for n, _ in pairs), sum(total for _, total in pairs)
    return counts


def guard(results: Sequence[Path] = GUARD_RESULTS) -> str | None:
    """Catch rate per kind of fault with intervals, from the committed outcomes (the frozen half where it was run)."""
    counts = next((found for path in results if (found := guard_counts(path))), {})
    kinds = sorted((kind for kind in counts if kind not in WRONGLY_REFUSED), reverse=True)
    if not kinds:
        return None
    figure, axes = _axes("guard", height=0.9 + 0.26 * len(kinds))
    for at, kind in enumerate(kinds):
        right, total = counts[kind]
        low, high = wilson(right, total)
        value = right / total
        axes.errorbar(value, at, xerr=[[value - low], [high - value]], fmt="o", color=_BLUE, capsize=2, markersize=4)
    names = [f"{kind} (n = {counts[kind][1]})" for kind in kinds]
    axes.set_yticks(range(len(kinds)), names)
    lowest = min(wilson(*counts[kind])[0] for kind in kinds)
    axes.set(xlabel="share stopped, with 95 % interval", xlim=(min(0.9, lowest) - 0.01, 1.005))
    return _svg(figure, "Share of corrupted drafts stopped, by kind of fault")
