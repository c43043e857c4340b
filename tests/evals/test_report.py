"""The pages and the summary come from kept results alone, and never show a test question."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from evals import plots, report
from evals.results import load, save
from tests.evals.scored import result, run, scored

SECRET = "the frozen question"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    dev = run(
        result(
            scored("a1-en", 0, question="How <b>soon</b>?", answer="In | 2 days", cited=("[1] s: q",), explanation="kind gap",
                   checks={"kind": False}, severity="misleading"),
            scored("b1-zh", 1),
            scored("c1-zh", math.nan),
        ),
        result(*(scored(f"{n:02}-en", float(n)) for n in range(1, 30)), task="latency", metric="milliseconds"),
    )  # fmt: skip
    frozen = scored("t1-en", 0, question=SECRET, answer=SECRET, explanation=SECRET, checks={"kind": False}, unsafe=True)
    for split, made in (("dev", dev), ("test", run(result(frozen), split="test"))):
        save(made, tmp_path / f"{split}.json")
    report.write(report.kept(tmp_path), docs=tmp_path, results=tmp_path)
    return tmp_path


def test_nothing_of_a_test_question_is_kept_or_shown_but_its_id(pages: Path) -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in pages.iterdir())

    assert SECRET not in everything
    assert "t1-en" in (pages / "evaluation.md").read_text(encoding="utf-8")


def test_a_dev_failure_is_shown_with_question_answer_passage_and_cause(pages: Path) -> None:
    page = (pages / "evaluation.md").read_text(encoding="utf-8")

    for part in ("`a1-en` (misleading)", "How &lt;b>soon", "In / 2 days", "&#91;1] s: q", "cause: kind: kind gap"):
        assert part in page


def test_figures_stand_with_n_and_interval_and_unscored_samples_do_not_count(pages: Path) -> None:
    page = (pages / "evaluation.md").read_text(encoding="utf-8")

    assert "0.0 % (0/1; 95 % CI" in page
    assert "100.0 % (1/1; 95 % CI" in page
    assert "p95 28.0 ms (n = 29)" in page


def test_the_html_page_needs_nothing_from_outside(pages: Path) -> None:
    html = (pages / "evaluation.html").read_text(encoding="utf-8")

    assert "<svg" in html
    assert not re.search(r"<script|<link|<img|url\(http|src=", html)
    assert "<b>soon" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(set(ids)) == len(ids)
    assert {match for match in re.findall(r"(?:url\(#|href=\"#)([^\")]+)", html)} <= set(ids)


def test_the_summary_for_the_page_has_rates_intervals_and_what_they_belong_to(pages: Path) -> None:
    summary = json.loads((pages / "summary.json").read_text(encoding="utf-8"))
    rules = next(task for task in summary["tasks"] if task["id"] == "rules")

    assert rules["splits"]["dev"]["figures"]["all"]["value"] == 0.5
    assert rules["splits"]["dev"]["figures"]["all"]["n"] == 2
    assert rules["splits"]["dev"]["figures"]["all"]["low"] < 0.5 < rules["splits"]["dev"]["figures"]["all"]["high"]
    assert rules["splits"]["test"]["unsafe"] == 1
    assert summary["known_failures"] == 1
    assert summary["runs"]["dev"]["commit"] == "abc1234"


def test_a_target_is_met_only_when_every_language_reaches_it(tmp_path: Path) -> None:
    def verdict(english: float, chinese: float) -> str:
        checks = {"recall@1": bool(english)}, {"recall@1": bool(chinese)}
        task = result(
            scored("a1-en", english, checks=checks[0]), scored("b1-zh", chinese, checks=checks[1]), task="retrieval"
        )
        report.write({"dev": run(task)}, docs=tmp_path, results=tmp_path)
        rows = (tmp_path / "evaluation.md").read_text(encoding="utf-8").splitlines()
        found = [row for row in rows if row.startswith(("| Retrieval | dev", "| retrieval | dev | recall@1"))]
        assert len(found) == 2
        return " ".join("not met" if "**not met**" in row else "met" for row in found)

    assert verdict(1, 1) == "met met"
    assert verdict(1, 0) == "not met not met"


def test_a_guard_table_is_read_row_by_row(tmp_path: Path) -> None:
    row = "| {} | 100.0 % (9/9; 95 % CI 70.1–100.0) | 50.0 % (2/4; 95 % CI 15.0–85.0) |"
    (tmp_path / "dev.md").write_text("\n".join(row.format(kind) for kind in ("unit changed", "extractive")), "utf-8")

    assert plots.guard_counts(tmp_path / "dev.md") == {"unit changed": (11, 13), "extractive": (11, 13)}
    drawn = plots.guard((tmp_path / "none.md", tmp_path / "dev.md"))
    assert drawn is not None
    assert "unit changed (n = 13)" in drawn
    assert "extractive" not in drawn


def test_what_was_not_run_is_said_to_be_not_run(tmp_path: Path) -> None:
    report.write({}, docs=tmp_path, results=tmp_path)

    page = (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "Not run: dev, test" in page
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["known_failures"] is None


def test_a_kept_run_comes_back_as_it_was(tmp_path: Path) -> None:
    made = run(result(scored("a1-en", 0, question="q", cited=("p",)), scored("b1-zh", math.nan)))
    save(made, tmp_path / "dev.json")

    again = load(tmp_path / "dev.json")

    assert again is not None
    assert again.tasks[0].samples[0] == made.tasks[0].samples[0]
    assert math.isnan(again.tasks[0].samples[1].value)
    assert load(tmp_path / "test.json") is None


def test_plots_without_a_kept_result_are_left_out(tmp_path: Path) -> None:
    nothing = tmp_path / "none.json"

    assert plots.retrieval(nothing) is None
    assert plots.abstention(nothing) is None
    assert plots.scale(nothing) is None
    assert plots.guard((nothing,)) is None
    assert plots.latency(None) is None


def test_the_retrieval_plot_reads_the_committed_comparison(tmp_path: Path) -> None:
    row = "| {} (n = 9, 4 families) | {} | 0.800 (0.700–0.900) | 0.900 (0.800–1.000) | 1.000 (0.900–1.000) | 0.8 | | |"
    names = [(q, r) for q in ("English", "Chinese") for r in (plots._OURS, plots._OTHER)]
    lines = ["## Split: test", "", *(row.format(*name) for name in names), "", "## Questions"]
    (tmp_path / "retrieval.md").write_text("\n".join(lines), encoding="utf-8")

    assert plots.retrieval_rows(tmp_path / "retrieval.md", "test")["English", plots._OURS][1] == (0.9, 0.8, 1.0)
    assert "<svg" in (plots.retrieval(tmp_path / "retrieval.md") or "")
    assert plots.retrieval(tmp_path / "retrieval.md", "dev") is None
