"""The set of utterances is sound: ids, families, splits, slots, entities, sizes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml
from rapidfuzz.distance import Levenshtein

from assistant.errors import SettingError
from assistant.rules import RULES, run
from evals.understanding.utterances import ENTITY_CATEGORIES, UTTERANCES, Utterance, load_utterances

ALL = load_utterances()
RULE_CALLS = [utterance for utterance in ALL if utterance.route == "rule"]
GLOSSARY = Path(__file__).parents[2] / "corpus" / "glossary.yaml"


def test_ids_are_unique_and_begin_with_their_family() -> None:
    assert [item for item, count in Counter(utterance.id for utterance in ALL).items() if count > 1] == []
    assert [u.id for u in ALL if not u.id.startswith(f"{u.family}-{u.language}-")] == []


def test_each_family_lies_in_one_split_and_one_stratum() -> None:
    places = defaultdict(set)
    for utterance in ALL:
        places[utterance.family].add((utterance.split, utterance.stratum))
    assert [family for family, found in places.items() if len(found) > 1] == []


def test_no_question_stands_in_two_families() -> None:
    families = defaultdict(set)
    for utterance in ALL:
        families[(utterance.history, utterance.text)].add(utterance.family)
    assert [question for question, found in families.items() if len(found) > 1] == []


def test_no_near_duplicate_crosses_the_splits() -> None:
    def whole(utterance: Utterance) -> str:
        return " / ".join((*utterance.history, utterance.text))

    dev, test = (load_utterances(split) for split in ("dev", "test"))
    close = [
        (one.id, other.id)
        for one in dev
        for other in test
        if Levenshtein.normalized_similarity(whole(one), whole(other), score_cutoff=0.9) > 0.9
        or Levenshtein.normalized_similarity(one.text, other.text, score_cutoff=0.9) > 0.9
    ]
    assert close == []


def test_a_rule_is_named_where_a_rule_answers_and_only_there() -> None:
    assert [u.id for u in ALL if (u.route == "rule") != bool(u.rule)] == []
    assert [u.id for u in ALL if u.route != "rule" and (u.slots or u.open)] == []
    assert {name for u in ALL for name in (u.rule, *u.rule_or) if name} <= set(RULES)


@pytest.mark.parametrize("utterance", RULE_CALLS, ids=lambda utterance: utterance.id)
def test_slots_and_open_inputs_suit_the_rule(utterance: Utterance) -> None:
    schema = RULES[utterance.rule].inputs
    named = {*utterance.slots, *utterance.open, *utterance.slots_free, *utterance.may_ask}
    assert named <= set(schema.model_fields)
    result = run(utterance.rule, utterance.slots)
    missing = [item.name for item in result.missing]
    assert set(missing) <= set(utterance.open)
    assert bool(result.verdicts) == (not missing)
    # An input in doubt is never keyed as known; only the rule itself may ask again for a value it has (vasopressin alone).
    assert (set(utterance.open) - set(missing)).isdisjoint(utterance.slots)
    assert set(utterance.may_ask) <= {*utterance.slots, *utterance.slots_free, *utterance.open}


def test_entities_are_glossary_terms_of_the_scored_categories() -> None:
    terms = {term["en"]: term["category"] for term in yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))}
    named = {entity for utterance in ALL for entity in (*utterance.entities, *utterance.entities_free)}
    assert {entity for entity in named if terms.get(entity) not in ENTITY_CATEGORIES} == set()


def test_an_approximate_amount_fixes_no_number() -> None:
    amounts = [amount for utterance in ALL for amount in utterance.quantities]
    assert [amount for amount in amounts if (amount.value is None) != (amount.comparator == "~")] == []


def test_follow_ups_have_a_history_and_others_none() -> None:
    assert [u.id for u in ALL if bool(u.history) != ("follow_up" in u.style)] == []


def test_sizes_are_those_promised() -> None:
    assert len(ALL) == 813
    assert len({u.family for u in ALL}) == 305
    assert Counter(u.split for u in ALL) == {"dev": 545, "test": 268}
    assert len({u.family for u in ALL if u.split == "test"}) == 101
    scripts = Counter(u.script for u in ALL)
    assert scripts["traditional"] >= 60 and scripts["mixed"] >= 60
    assert 100 * sum(u.language == "zh" for u in ALL) >= 45 * len(ALL)
    assert 3 * sum("shorthand" in u.style for u in ALL) >= len(ALL)


def test_a_faulty_line_is_named_by_file_and_number(tmp_path: Path) -> None:
    lines = UTTERANCES.read_text(encoding="utf-8").splitlines()[:2]
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join([lines[0], json.dumps({**json.loads(lines[1]), "route": "rules"})]), encoding="utf-8")
    with pytest.raises(SettingError, match=r"broken\.jsonl:2: route"):
        load_utterances(path=broken)


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(SettingError, match="dev, test"):
        load_utterances("train")
