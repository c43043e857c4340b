"""One bad fixture per failure: each fault is reported by a sentence that names the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest import check
from assistant.ingest.check import check_whole, repeated_asked_as
from assistant.ingest.corpus import load_corpus
from tests.tiny import replace, sections_yaml


def test_the_tiny_corpus_has_no_fault(tiny_corpus: Path) -> None:
    assert check_whole(tiny_corpus) == []


# what goes wrong → file, text, replacement, what the message must say
ONE_FAULT = {
    "a section is missing in Chinese": (
        "ex-label/zh.md",
        "## 用examplemab后发热怎么处理？ {#ex-crs}\n\nexamplemab的美国说明书以体温至少38.0 C为发热，并备好托珠单抗8 mg/kg。 {ex-2}\n",
        "",
        ["ex-label: en.md and zh.md must hold the same sections in the same order", "['ex-crs']"],
    ),
    "twins stand in another order": (
        "ex-label/zh.md",
        "## examplemab的递增剂量是多少？ {#ex-dosing}",
        "## 发热？ {#ex-crs}\n\n发热时处理。 {ex-2}\n\n## 剂量？ {#ex-dosing}",
        ["ex-label: en.md and zh.md must hold the same sections in the same order"],
    ),
    "a section id stands twice in a document": (
        "ex-label/en.md",
        "{#ex-crs}",
        "{#ex-restart}",
        ["section ids must be unique; repeated: ['ex-restart']"],
    ),
    "a section id stands in two documents": (
        "ex-trial/en.md",
        "{#ex-igg}",
        "{#ex-crs}",
        ["'ex-crs' is missing in ex-trial/sections.yaml; add it"],
    ),
    "a topic is unknown": (
        "ex-label/sections.yaml",
        "topic: crs",
        "topic: fevers",
        ["ex-label#ex-crs: topic 'fevers' is not in corpus/topics.yaml"],
    ),
    "a jurisdiction is unknown": (
        "ex-label/sections.yaml",
        "jurisdictions: [US]",
        "jurisdictions: [USA]",
        ["ex-label#ex-restart: jurisdictions ['USA'] are not allowed"],
    ),
    "a section is too short": (
        "ex-trial/en.md",
        "In the first trial of examplemab, IgG fell below 400 mg/dL in 2 of 3 people, and neutrophils fell to 0.5 × 10⁹/L.",
        "IgG was below 400 mg/dL in 2 of 3; 0.5 × 10⁹/L.",
        ["ex-trial#ex-igg:", "Merge or split it"],
    ),
    "a section has no statement": (
        "ex-trial/en.md",
        "In the first trial of examplemab, IgG fell below 400 mg/dL in 2 of 3 people, and neutrophils fell to 0.5 × 10⁹/L. {ex-3}",
        "",
        ["ex-trial#ex-igg: has no statement"],
    ),
    "a statement is missing in one twin": (
        "ex-label/zh.md",
        "- examplemab递增剂量1之后，超过7天则重新开始。 {ex-1}\n",
        "",
        ["ex-label#ex-restart: 2 English and 1 Chinese statements; they must pair up"],
    ),
    "twins cite different facts": (
        "ex-label/zh.md",
        "托珠单抗8 mg/kg。 {ex-2}",
        "托珠单抗8 mg/kg。 {ex-2, ex-1}",
        ["ex-label#ex-crs: statement 1 cites ('ex-2',) in English and ('ex-2', 'ex-1') in Chinese"],
    ),
    "a number differs between the twins": (
        "ex-label/zh.md",
        "0.06 mg/kg",
        "0.6 mg/kg",
        ["ex-label#ex-dosing: statement 1: numbers differ between the twins: ['0.06', '0.6']"],
    ),
    "a trailing zero differs between the twins": (
        "ex-label/zh.md",
        "1.5 mg/kg",
        "1.50 mg/kg",
        ["statement 3: numbers differ between the twins: ['1.5', '1.50']"],
    ),
    "an exponent differs between the twins": (
        "ex-trial/zh.md",
        "0.5×10⁹/L",
        "0.5×10⁸/L",
        ["numbers differ between the twins: ['10^8', '10^9']"],
    ),
    "a number stands in no fact": (
        "ex-label/en.md",
        "more than 7 days",
        "more than 9 days",
        ["ex-label/en.md#ex-restart: numbers ['9'] do not stand in facts ['ex-1']", "more than 9 days"],
    ),
    "a fact is unknown": (
        "ex-label/en.md",
        "at hand. {ex-2}",
        "at hand. {ex-99}",
        ["ex-label/en.md#ex-crs: facts ['ex-99'] are not in corpus/facts"],
    ),
    "a fact is carried by no statement": (
        "facts/facts.yaml",
        "- {id: ex-4,",
        "- {id: ex-5, topic: dosing, source: us-label, confidence: verified, statement: Nothing}\n- {id: ex-4,",
        ["facts: 'ex-5' is carried by no statement; write one or take the fact out"],
    ),
    "a fact names an unregistered source": (
        "facts/facts.yaml",
        "source: us-label, locator: table 1",
        "source: eu-label, locator: table 1",
        ["facts: 'ex-4' names source 'eu-label', which is not in corpus/sources.yaml; register it"],
    ),
    "a fact names an unregistered confirming source": (
        "facts/facts.yaml",
        "also_sources: [trial-a]",
        "also_sources: [trial-b]",
        ["facts: 'ex-2' names also_sources ['trial-b']", "register them"],
    ),
    "a fact has a confidence that is not carried": (
        "facts/facts.yaml",
        "confidence: secondary",
        "confidence: weak",
        ["facts: 'ex-4' has confidence 'weak'; allowed are verified, single_source, secondary"],
    ),
    "a registered source is used by no fact": (
        "sources.yaml",
        "- {id: trial-a,",
        "- {id: unused, title: t, publisher: p, kind: k, version: '', date: '', jurisdiction: '', doi: '', url: '',\n"
        "   licence_note: ''}\n- {id: trial-a,",
        ["sources.yaml: 'unused' is used by no fact; take it out"],
    ),
    "too few ways of asking": (
        "ex-label/sections.yaml",
        "      - missed appointment 1 carry on or start over\n",
        "",
        ["ex-label#ex-restart: 7 asked_as questions in en; 8 to 12 are wanted"],
    ),
    "the Chinese title is not Chinese": (
        "ex-trial/zh.md",
        "## 试验中IgG降低有多常见？",
        "## How often was IgG low?",
        ["ex-trial#ex-igg: the title in zh.md is not Chinese"],
    ),
    "a gap has an unknown topic": (
        "gaps.yaml",
        "topic: crs",
        "topic: storms",
        ["gaps.yaml#gap-1: topic 'storms' is not in corpus/topics.yaml"],
    ),
    "a gap says nothing in one language": (
        "gaps.yaml",
        "zh: 未读到。",
        "zh: ''",
        ["gaps.yaml#gap-1: 'why' is empty in one language"],
    ),
    "the numbers of a gap differ": (
        "gaps.yaml",
        "请打开2026年论文。",
        "请打开2025年论文。",
        ["gaps.yaml#gap-1: numbers of 'open' differ between the languages"],
    ),
    "a conflict has one position": (
        "conflicts.yaml",
        "    - {who: {en: The label, zh: 说明书}, says: {en: Gives no threshold., zh: 未给阈值。}, facts: [ex-2]}\n",
        "",
        ["conflicts.yaml#conflict-1: fewer than two positions"],
    ),
    "the numbers of a conflict differ": (
        "conflicts.yaml",
        "低于400 mg/dL",
        "低于500 mg/dL",
        ["conflicts.yaml#conflict-1: numbers differ between the languages"],
    ),
    "a conflict cites an unknown fact": (
        "conflicts.yaml",
        "facts: [ex-2]",
        "facts: [ex-77]",
        ["conflicts.yaml#conflict-1: facts ['ex-77'] are unknown"],
    ),
    "a section is announced and not written": (
        "ex-trial/sections.yaml",
        "- id: ex-igg",
        sections_yaml("ex-crs") + "- id: ex-igg",
        ["ex-trial/sections.yaml: ['ex-crs'] stand in neither en.md nor zh.md; write them or take them out"],
    ),
    "a section is written and not announced": (
        "ex-trial/sections.yaml",
        "- id: ex-igg",
        "- id: ex-ig",
        ["section 'ex-igg' is missing in ex-trial/sections.yaml; add it"],
    ),
    "a document is not in the manifest": (
        "manifest.yaml",
        "- {id: ex-trial, title: {en: The trial, zh: 试验}, kind: evidence, checked_on: '2026-06-01'}\n",
        "",
        ["ex-trial: is not in manifest.yaml; add an entry or remove the folder"],
    ),
    "a key is missing in sections.yaml": (
        "ex-trial/sections.yaml",
        "  topic: infection\n",
        "",
        ["ex-trial/sections.yaml: 'ex-igg' has no key 'topic'; add it"],
    ),
    "one language of asked_as is missing": (
        "ex-trial/sections.yaml",
        "    zh:\n",
        "    cn:\n",
        ["ex-trial/sections.yaml: 'ex-igg' has no key 'zh'; add it"],
    ),
    "a title is given in one language only": (
        "manifest.yaml",
        "{en: The trial, zh: 试验}",
        "{en: The trial}",
        ["manifest.yaml: 'ex-trial' has a value of the wrong shape"],
    ),
    "a source lacks its date": (
        "sources.yaml",
        "date: '2023', ",
        "",
        ["sources.yaml: 'trial-a' has a value of the wrong shape", "date"],
    ),
    "a fact id stands twice": (
        "facts/facts.yaml",
        "id: ex-4",
        "id: ex-3",
        ["facts.yaml: ['ex-3'] stand twice; ids are unique and never reused"],
    ),
    "a key stands twice in an entry": (
        "facts/facts.yaml",
        "{id: ex-4, topic: dosing",
        "{id: ex-4, topic: dosing, topic: crs",
        ["facts.yaml", "key 'topic' stands twice; keep one"],
    ),
    "a gap id stands twice": (
        "gaps.yaml",
        "- id: gap-1",
        "- {id: gap-1}\n- id: gap-1",
        ["gaps.yaml: ['gap-1'] stand twice"],
    ),
    "a list file is no list": ("topics.yaml", "- {id: restart", "id: restart\nx: {id: restart", ["topics.yaml"]),
    "the manifest is empty": ("manifest.yaml", "", "", ["manifest.yaml: must be a list of entries"]),
    "a file is not YAML": ("gaps.yaml", "- id: gap-1", "- id: [gap-1", ["gaps.yaml"]),
    "a line names no facts": (
        "ex-trial/en.md",
        " {ex-3}",
        "",
        ["en.md:8: this line names no facts. End it with their ids in braces"],
    ),
}


@pytest.mark.parametrize("name", ONE_FAULT)
def test_a_fault_is_reported_with_its_place_and_remedy(name: str, tiny_corpus: Path) -> None:
    file, old, new, said = ONE_FAULT[name]
    if name == "the manifest is empty":
        (tiny_corpus / file).write_text("", encoding="utf-8")
    else:
        replace(tiny_corpus, file, old, new)

    faults = check_whole(tiny_corpus)

    assert any(all(part in fault for part in said) for fault in faults), faults


def test_a_section_id_used_by_two_documents_is_reported(tiny_corpus: Path) -> None:
    for name in ("en.md", "zh.md", "sections.yaml"):
        path = tiny_corpus / "ex-trial" / name
        path.write_text(path.read_text(encoding="utf-8").replace("ex-igg", "ex-crs"), encoding="utf-8")

    assert any("section id 'ex-crs' is used by 2 documents" in fault for fault in check_whole(tiny_corpus))


def test_a_document_without_sections_is_reported_and_does_not_stop_the_check(tiny_corpus: Path) -> None:
    for name in ("en.md", "zh.md"):
        (tiny_corpus / "ex-trial" / name).write_text("---\ntitle: x\n---\n", encoding="utf-8")
    (tiny_corpus / "ex-trial" / "sections.yaml").write_text("[]\n", encoding="utf-8")

    faults = check_whole(tiny_corpus)

    assert any("has no section; write en.md and zh.md" in fault for fault in faults)
    assert "facts: 'ex-3' is carried by no statement; write one or take the fact out." in faults


@pytest.mark.parametrize("name", ["en.md", "zh.md", "sections.yaml"])
def test_a_missing_file_is_a_fault_that_names_it(name: str, tiny_corpus: Path) -> None:
    (tiny_corpus / "ex-trial" / name).unlink()

    faults = check_whole(tiny_corpus)

    assert len(faults) == 1
    assert f"ex-trial/{name}" in faults[0]


def test_a_file_that_is_not_utf8_is_a_fault_that_names_it(tiny_corpus: Path) -> None:
    (tiny_corpus / "ex-trial" / "zh.md").write_bytes("---\n---\n## 试验 {#ex-igg}".encode("gbk"))

    assert "zh.md: cannot be read" in check_whole(tiny_corpus)[0]


def test_only_the_guidelines_own_facts_are_attributed_to_the_guideline(tiny_corpus: Path) -> None:
    (tiny_corpus / "ex-trial").rename(tiny_corpus / "imwg-2024")
    replace(tiny_corpus, "manifest.yaml", "id: ex-trial", "id: imwg-2024")

    faults = check_whole(tiny_corpus)

    assert any("imwg-2024#ex-igg: facts ['ex-3'] are not marked as the guideline's own" in fault for fault in faults)

    replace(tiny_corpus, "facts/facts.yaml", "{id: ex-3, ", "{id: ex-3, attribution: guideline-text, ")
    assert check_whole(tiny_corpus) == []


def test_a_way_of_asking_that_stands_at_two_sections_is_found(tiny_corpus: Path) -> None:
    replace(tiny_corpus, "ex-trial/sections.yaml", "antibody level low in person 1", "how much goes into syringe 1")

    assert repeated_asked_as(load_corpus(tiny_corpus)) == {
        "how much goes into syringe 1": ["ex-label#ex-dosing", "ex-trial#ex-igg"]
    }


def test_the_command_prints_the_faults_and_fails(
    tiny_corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "shipped", lambda _: tiny_corpus)

    assert check.main([]) == 0
    assert check.main(["ex-label", "ex-trial"]) == 0
    assert capsys.readouterr().out == "No fault found.\nNo fault found.\n"

    replace(tiny_corpus, "ex-label/zh.md", "0.06 mg/kg", "0.6 mg/kg")
    assert check.main(["ex-label"]) == 1
    assert "numbers differ between the twins" in capsys.readouterr().out
