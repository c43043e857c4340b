"""Every metadata filter is hard, several values of a kind are alternatives, several kinds hold together."""

from __future__ import annotations

import pytest

from assistant.retrieve.filters import Filters
from assistant.retrieve.search import Searcher
from tests.retrieve.conftest import Home

QUESTION = "examplemab dose fever IgG 发热 剂量 newest grading immunoglobulin 免疫球蛋白 restart 漏打 appointment"


@pytest.fixture(scope="module")
def searcher(built: Home) -> Searcher:
    return Searcher(built.open(), built.embedder, use_chroma=False)


def found(searcher: Searcher, **filters: tuple[str, ...]) -> set[str]:
    return {hit.unit.id for hit in searcher.search(QUESTION, Filters(**filters), k=50)}


def test_without_a_condition_everything_may_be_found(searcher: Searcher) -> None:
    assert found(searcher) == {unit.id for unit in searcher.index.units}


@pytest.mark.parametrize(
    ("filters", "units"),
    [
        ({"documents": ("ex-trial",)}, {"section:ex-igg"}),
        ({"documents": ("ex-trial", "gaps")}, {"section:ex-igg", "gap:gap-1"}),
        ({"confidences": ("secondary",)}, {"section:ex-dosing"}),
        ({"confidences": ("single_source",)}, {"section:ex-igg", "conflict:conflict-1"}),
        ({"confidences": ("verified",), "documents": ("ex-label",)}, {"section:ex-restart", "section:ex-crs"}),
        ({"confidences": ("weak",)}, set()),
        ({"languages": ("fr",)}, set()),
        ({"documents": ("ex-trial",), "confidences": ("verified",)}, set()),
    ],
)
def test_only_what_matches_is_found(searcher: Searcher, filters: dict[str, tuple[str, ...]], units: set[str]) -> None:
    assert found(searcher, **filters) == units


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_corpus_in_both_languages_is_found_in_each(searcher: Searcher, language: str) -> None:
    assert found(searcher, languages=(language,)) == found(searcher)


def test_a_unit_about_no_drug_or_no_region_in_particular_passes(searcher: Searcher) -> None:
    general = {unit.id for unit in searcher.index.units if not unit.jurisdictions}

    assert found(searcher, drugs=("anything",)) == {unit.id for unit in searcher.index.units}
    assert found(searcher, jurisdictions=("EU",)) == general < {unit.id for unit in searcher.index.units}
