"""Write docs/scaling.md and docs/scaling.svg from evals/scale.json; no figure on the page comes from anywhere else."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.chroma_hazards import HAZARDS
from evals.scale import DEPTHS, RESULTS

HERE = Path(__file__).resolve().parent
# where the embedded store stops being the right choice: a rebuild, and one process' copy, that nobody would wait or pay for
LONGEST_BUILD_S, LARGEST_COPY_MB = 600.0, 2048.0
_COLOURS = {"Chroma": "#1b6ca8", "exact": "#b5541c", "BM25": "#3f7d3a"}
Sizes = dict[int, dict[str, Any]]


def write_page(docs: Path, results: Path = RESULTS) -> None:
    """Write both files into `docs`."""
    known = json.loads(results.read_text(encoding="utf-8"))
    (docs / "scaling.md").write_text(page(known), encoding="utf-8")
    draw({int(size): measured for size, measured in known["sizes"].items()}, docs / "scaling.svg")


def page(known: dict[str, Any]) -> str:
    """The page as Markdown."""
    sizes: Sizes = {int(size): measured for size, measured in known["sizes"].items()}
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - Markdown from our own figures, no page for a browser
    )
    environment.filters |= {"number": number, "median": statistics.median}
    return environment.get_template("scaling.md.j2").render(
        known=known,
        sizes=sizes,
        crossing=crossing(sizes),
        last_fit=last_fit(sizes),
        longest_build_s=LONGEST_BUILD_S,
        largest_copy_mb=LARGEST_COPY_MB,
        depth=DEPTHS[-1],
        hazards=HAZARDS,
        unfinished=[
            (size, step, measured[step]["unfinished"])
            for size, measured in sizes.items()
            for step in measured
            if isinstance(measured[step], dict) and "unfinished" in measured[step]
        ],
    )


def number(value: float) -> str:
    """Three significant digits without an exponent; whole numbers with thin groups of three."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def crossing(sizes: Sizes) -> int | None:
    """The smallest measured size at which Chroma takes less processor time for ten rows than exact search."""
    for size, measured in sizes.items():
        chroma, exact = measured["chroma_query"], measured["exact"]
        if "top10" in chroma and "top10" in exact and chroma["top10"]["cpu_ms"] < exact["top10"]["cpu_ms"]:
            return size
    return None


def last_fit(sizes: Sizes) -> int | None:
    """The largest measured size whose build and whose copy in one process keep the limits."""
    fitting = [
        size
        for size, measured in sizes.items()
        if measured["chroma_build"].get("cpu_s", float("inf")) <= LONGEST_BUILD_S
        and measured["chroma_query"].get("memory_mb", float("inf")) <= LARGEST_COPY_MB
    ]
    return max(fitting, default=None)


def draw(sizes: Sizes, path: Path) -> None:
    """Build rate, query time, memory and disk over the number of chunks, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "scaling", "font.size": 9, "svg.fonttype": "none"})
    panels: list[tuple[str, str, dict[str, tuple[str, ...]]]] = [
        (
            "Build: chunks per second of processor time",
            "1/s",
            {"Chroma": ("chroma_build", "rate"), "BM25": ("bm25_build", "rate")},
        ),
        (
            "Query, best 10: processor time (ms)",
            "ms",
            {
                "Chroma": ("chroma_query", "top10", "cpu_ms"),
                "exact": ("exact", "top10", "cpu_ms"),
                "BM25": ("bm25_query", "top10", "cpu_ms"),
            },
        ),
        (
            "Memory of a searching process (MB)",
            "MB",
            {
                "Chroma": ("chroma_query", "memory_mb"),
                "exact": ("exact", "memory_mb"),
                "BM25": ("bm25_query", "memory_mb"),
            },
        ),
        (
            "Disk (MB)",
            "MB",
            {"Chroma": ("chroma_build", "disk_mb"), "exact": ("exact", "disk_mb"), "BM25": ("bm25_build", "disk_mb")},
        ),
    ]
    figure, axes = plt.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
    for axis, (title, unit, lines) in zip(axes.flat, panels, strict=True):
        for name, keys in lines.items():
            points = [(size, value) for size, measured in sizes.items() if (value := _value(measured, size, keys)) > 0]
            if points:
                axis.loglog(*zip(*points, strict=True), "o-", color=_COLOURS[name], label=name, markersize=4)
        axis.set(title=title, xlabel="chunks", ylabel=unit)
        axis.grid(visible=True, which="major", linewidth=0.4)
        axis.legend(frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _value(measured: dict[str, Any], size: int, keys: tuple[str, ...]) -> float:
    """The figure under `keys`; 0 when that step did not finish."""
    if keys[-1] == "rate":
        busy = measured[keys[0]].get("cpu_s", 0)
        return size / busy if busy else 0.0
    found: Any = measured
    for key in keys:
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return float(found) if isinstance(found, int | float) else 0.0
