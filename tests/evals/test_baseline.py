"""A run beside the accepted results: what changed, and what fails."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from assistant.errors import SettingError
from evals.baseline import accept, compare, faults_of, load_baseline, page
from tests.evals.scored import result, run, scored

BEFORE = run(result(scored("a1-en", 1), scored("b1-en", 0), scored("c1-en", math.nan), scored("d1-zh", 1)))


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    accept(BEFORE, tmp_path / "dev.json")
    return tmp_path / "dev.json"


def test_an_unchanged_run_passes(accepted: Path) -> None:
    compared = compare(BEFORE, load_baseline(accepted))

    assert faults_of(compared) == []
    assert compared[0].changes == ()
    assert "nothing below the baseline" in page(compared, load_baseline(accepted))


def test_a_drop_fails_and_names_the_changed_samples(accepted: Path) -> None:
    after = run(
        result(scored("a1-en", 0, explanation="kind gap", question="How soon?"), scored("b1-en", 0), scored("d1-zh", 1))
    )

    compared = compare(after, load_baseline(accepted))
    text = page(compared, load_baseline(accepted))

    assert len(faults_of(compared)) == 1
    assert "worse: rules `a1-en`" in text
    assert "kind gap" in text
    assert "not accepted" in text


def test_a_sample_lost_and_another_won_is_listed_but_no_drop(accepted: Path) -> None:
    after = run(result(scored("a1-en", 0), scored("b1-en", 1), scored("d1-zh", 1)))

    compared = compare(after, load_baseline(accepted))

    assert faults_of(compared) == []
    assert [change.sample.id for change in compared[0].changes] == ["a1-en", "b1-en"]
    assert compared[0].paired is not None
    assert compared[0].paired[:2] == (1, 1)


def test_a_new_unsafe_answer_fails_even_when_the_rate_rises(accepted: Path) -> None:
    after = run(result(scored("a1-en", 1), scored("b1-en", 1), scored("d1-zh", 1, unsafe=True)))

    assert any("unsafe" in fault and "d1-zh" in fault for fault in faults_of(compare(after, load_baseline(accepted))))


def test_only_common_samples_are_compared(accepted: Path) -> None:
    after = run(result(scored("a1-en", 1), scored("new-en", 0)))

    assert faults_of(compare(after, load_baseline(accepted))) == []


def test_times_are_not_gated_and_other_tasks_of_the_baseline_are_kept(tmp_path: Path) -> None:
    place = tmp_path / "dev.json"
    accept(run(result(scored("a1-en", 1), task="scope")), place)
    accept(run(result(scored("a1-en", 1)), result(scored("a1-en", 9.5), task="latency", metric="milliseconds")), place)

    assert set(load_baseline(place).tasks) == {"rules", "scope"}


@pytest.mark.parametrize("changes", [{"split": "test"}, {"every": 4}])
def test_only_a_whole_dev_run_is_accepted(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(SettingError, match="whole run of the dev split"):
        accept(run(result(scored("a1-en", 1)), **changes), tmp_path / "dev.json")  # type: ignore[arg-type]


def test_without_a_baseline_the_command_to_write_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="assistant eval --accept"):
        load_baseline(tmp_path / "dev.json")


def test_a_run_of_the_other_split_is_not_compared(accepted: Path) -> None:
    with pytest.raises(SettingError, match=r"'dev'.*'test'"):
        compare(run(split="test"), load_baseline(accepted))
