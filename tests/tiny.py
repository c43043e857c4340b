"""A corpus of four sections, one gap and one conflict in which `check` finds nothing: the base of every bad fixture."""

from __future__ import annotations

from pathlib import Path

SOURCES = """\
- {id: us-label, title: Examplemab prescribing information, publisher: FDA, kind: label, version: '', date: '2025-03',
   jurisdiction: US, doi: '', url: '', licence_note: public}
- {id: trial-a, title: First trial, publisher: Journal, kind: trial, version: '', date: '2023', jurisdiction: '', doi: '',
   url: '', licence_note: cited}
"""
FACTS = """\
- {id: ex-1, topic: restart, source: us-label, locator: section 2.5, date: '2025-03', jurisdiction: US, confidence: verified,
   statement: After step-up dose 1 restart when more than 7 days have passed}
- {id: ex-2, topic: crs, source: us-label, locator: section 5.1, date: '2025-03', jurisdiction: US, confidence: verified,
   also_sources: [trial-a], statement: Temperature of at least 38.0 C; give 8 mg/kg tocilizumab}
- {id: ex-3, topic: infection, source: trial-a, locator: abstract, date: '2023', confidence: single_source,
   statement: IgG below 400 mg/dL in 2 of 3 people; cells 0.5 x 10^9/L}
- {id: ex-4, topic: dosing, source: us-label, locator: table 1, date: '2025-03', jurisdiction: US, confidence: secondary,
   statement: Step-up dose 1 0.06 mg/kg and 2 0.3 mg/kg then 1.5 mg/kg}
"""
MANIFEST = """\
- {id: ex-label, title: {en: The label, zh: 说明书}, kind: label, checked_on: '2026-06-01'}
- {id: ex-trial, title: {en: The trial, zh: 试验}, kind: evidence, checked_on: '2026-06-01'}
"""
TOPICS = """\
- {id: restart, en: Restart, zh: 重新给药}
- {id: crs, en: CRS, zh: 细胞因子释放综合征}
- {id: infection, en: Infection, zh: 感染}
- {id: dosing, en: Dosing, zh: 给药}
"""
GAPS = """\
- id: gap-1
  topic: crs
  drugs: []
  jurisdictions: []
  missing: {en: The 2026 grading is not covered., zh: 未收录2026版分级。}
  why: {en: It was not read., zh: 未读到。}
  open: {en: Open the 2026 paper., zh: 请打开2026年论文。}
  asked_as: {en: [newest grading of cytokine storm], zh: [最新的分级]}
"""
CONFLICTS = """\
- id: conflict-1
  topic: infection
  drugs: []
  jurisdictions: []
  title: {en: Immunoglobulin threshold, zh: 免疫球蛋白阈值}
  positions:
    - {who: {en: The trial, zh: 试验}, says: {en: Replace below 400 mg/dL., zh: 低于400 mg/dL时补充。}, facts: [ex-3]}
    - {who: {en: The label, zh: 说明书}, says: {en: Gives no threshold., zh: 未给阈值。}, facts: [ex-2]}
  handling: {en: Show both., zh: 两者都列出。}
  source: us-label
  asked_as: {en: [when to give immunoglobulin], zh: [何时补丙球]}
"""
LABEL_EN = """\
---
document: ex-label
language: en
---

## How is examplemab restarted after a gap? {#ex-restart}

The US label of examplemab counts the days from the last dose that was given, never from the appointment that was missed. {ex-1}

- After step-up dose 1 of examplemab, start again when more than 7 days have passed. {ex-1}

## What is done for fever after examplemab? {#ex-crs}

The US label of examplemab takes a temperature of at least 38.0 C as fever and has tocilizumab 8 mg/kg ready at hand. {ex-2}

## Which step-up doses of examplemab are given? {#ex-dosing}

| Dose | Amount | |
|---|---|---|
| Step-up dose 1 | 0.06 mg/kg | {ex-4} |
| Step-up dose 2 | 0.3 mg/kg | {ex-4} |
| Treatment dose | 1.5 mg/kg | {ex-4} |
"""
LABEL_ZH = """\
---
document: ex-label
language: zh
---

## examplemab中断后如何重新给药？ {#ex-restart}

examplemab的美国说明书从末次实际给药日起计算天数，而不是从错过的预约日起算。 {ex-1}

- examplemab递增剂量1之后，超过7天则重新开始。 {ex-1}

## 用examplemab后发热怎么处理？ {#ex-crs}

examplemab的美国说明书以体温至少38.0 C为发热，并备好托珠单抗8 mg/kg。 {ex-2}

## examplemab的递增剂量是多少？ {#ex-dosing}

| 剂量 | 用量 | |
|---|---|---|
| 递增剂量1 | 0.06 mg/kg | {ex-4} |
| 递增剂量2 | 0.3 mg/kg | {ex-4} |
| 治疗剂量 | 1.5 mg/kg | {ex-4} |
"""
TRIAL_EN = """\
---
document: ex-trial
language: en
---

## How often was IgG low in the trial? {#ex-igg}

In the first trial of examplemab, IgG fell below 400 mg/dL in 2 of 3 people, and neutrophils fell to 0.5 × 10⁹/L. {ex-3}
"""
TRIAL_ZH = """\
---
document: ex-trial
language: zh
---

## 试验中IgG降低有多常见？ {#ex-igg}

examplemab的首个试验中，3人中有2人IgG低于400 mg/dL，中性粒细胞降至0.5×10⁹/L。 {ex-3}
"""
_ASKED = {
    "ex-restart": ("missed appointment {} carry on or start over", "漏打第{}次接着打吗"),
    "ex-crs": ("hot and shivering after shot {} what now", "打完第{}针发烧怎么办"),
    "ex-dosing": ("how much goes into syringe {}", "第{}支抽多少"),
    "ex-igg": ("antibody level low in person {}", "第{}位抗体水平低"),
}
_TOPIC = {"ex-restart": "restart", "ex-crs": "crs", "ex-dosing": "dosing", "ex-igg": "infection"}


def sections_yaml(*ids: str) -> str:
    """The `sections.yaml` of the sections `ids`, with eight ways of asking in each language."""
    return "".join(
        f"- id: {key}\n  topic: {_TOPIC[key]}\n  drugs: []\n  jurisdictions: [US]\n  asked_as:\n"
        + "    en:\n"
        + "".join(f"      - {_ASKED[key][0].format(n)}\n" for n in range(1, 9))
        + "    zh:\n"
        + "".join(f"      - {_ASKED[key][1].format(n)}\n" for n in range(1, 9))
        for key in ids
    )


def write_tiny_corpus(root: Path) -> Path:
    """Write the corpus to `root` and return it."""
    files = {
        "sources.yaml": SOURCES,
        "facts/facts.yaml": FACTS,
        "manifest.yaml": MANIFEST,
        "topics.yaml": TOPICS,
        "gaps.yaml": GAPS,
        "conflicts.yaml": CONFLICTS,
        "ex-label/en.md": LABEL_EN,
        "ex-label/zh.md": LABEL_ZH,
        "ex-label/sections.yaml": sections_yaml("ex-restart", "ex-crs", "ex-dosing"),
        "ex-trial/en.md": TRIAL_EN,
        "ex-trial/zh.md": TRIAL_ZH,
        "ex-trial/sections.yaml": sections_yaml("ex-igg"),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return root


def replace(root: Path, name: str, old: str, new: str) -> None:
    """Replace the one occurrence of `old` in the file `name` by `new`."""
    path = root / name
    content = path.read_text(encoding="utf-8")
    assert content.count(old) >= 1, f"{old!r} is not in {name}"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
