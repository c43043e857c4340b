"""Every task is declared completely, and the declaration describes the data that are there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import SettingError
from evals import task_cards
from evals.task_cards import CARDS, described, faults, load_card, load_cards, refresh

WANTED = {
    "abstention",
    "adversarial",
    "bilingual_agreement",
    "citation_precision",
    "citation_recall",
    "follow_ups",
    "gaps_conflicts",
    "guard",
    "guidance",
    "latency",
    "numeric_grounding",
    "retrieval",
    "robustness",
    "route",
    "rules",
    "scope",
    "slots",
}


def test_every_task_that_the_evaluation_promises_is_declared() -> None:
    assert {card.id for card in load_cards()} == WANTED


def test_hashes_and_counts_of_every_declaration_are_those_of_its_data() -> None:
    assert faults() == [], "python -m evals.task_cards --refresh, and a new version with its reason"


@pytest.mark.parametrize("card", load_cards(), ids=lambda card: card.id)
def test_a_declaration_is_complete_and_its_scorer_exists(card: task_cards.TaskCard) -> None:
    module, _, name = card.scorer.partition(":")

    assert hasattr(__import__(module, fromlist=[name]), name)
    assert card.title.zh != card.title.en
    assert card.measures.zh != card.measures.en
    assert len({version.version for version in card.versions}) == len(card.versions)


def test_there_are_at_least_five_hundred_families_and_a_third_of_them_is_frozen() -> None:
    files = {file.path: file for card in load_cards() for file in card.data}
    answers = [file for path, file in files.items() if path.startswith("datasets/")]
    dev, test = (sum(getattr(file.families, split) for file in answers) for split in ("dev", "test"))

    assert dev + test >= 500
    assert 0.3 < test / (dev + test) < 0.37


def test_a_changed_data_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CARDS.parent / "datasets", tmp_path / "datasets")
    changed = tmp_path / "datasets" / "scope.jsonl"
    first, *others = changed.read_text(encoding="utf-8").splitlines()
    changed.write_text("\n".join([first.replace('"text"', '"text" '), *others[1:]]) + "\n", encoding="utf-8")
    monkeypatch.setattr(task_cards, "HERE", tmp_path)

    found = faults((load_card(CARDS / "scope.yaml"),))

    assert any("sha256" in fault for fault in found)
    assert any("samples" in fault for fault in found)


def test_refreshing_writes_what_the_data_give_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (CARDS / "rules.yaml").read_text(encoding="utf-8")
    now = described("datasets/rules.jsonl")
    (tmp_path / "rules.yaml").write_text(text.replace(now.sha256, "0" * 64), encoding="utf-8")
    monkeypatch.setattr(task_cards, "CARDS", tmp_path)

    refresh()

    assert (tmp_path / "rules.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("found", "put", "message"),
    [
        ("limits:", "limit:", r"limits: Field required"),
        ("metric: rate", "metric: share", r"metric: Input should be 'rate'"),
        ("id: scope", "id: scopes", r"id is 'scopes'"),
        ('limits: "One', 'limits: ""\n# "One', r"limits: String should have at least 1"),
    ],
)
def test_a_faulty_declaration_is_named_with_file_and_field(tmp_path: Path, found: str, put: str, message: str) -> None:
    text = (CARDS / "scope.yaml").read_text(encoding="utf-8")
    assert found in text
    (tmp_path / "scope.yaml").write_text(text.replace(found, put, 1), encoding="utf-8")

    with pytest.raises(SettingError, match=rf"scope\.yaml: {message}"):
        load_card(tmp_path / "scope.yaml")


def test_an_unknown_task_is_named_with_those_that_exist() -> None:
    with pytest.raises(SettingError, match=r"'nothing'.*rules"):
        load_cards(("nothing",))
