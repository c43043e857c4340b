"""Write `source`, `confidence` and the documents register of the rules tables from the carried facts.

Run after adding rows: `python scripts/fill_rule_sources.py`. Rows name fact ids; this script looks each up under
`corpus/facts/` and writes its source id and locator after `facts`. Nothing else in a table is touched.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "assistant" / "rules" / "data"
REGISTERS = {"labels", "wording", "questions", "coverage"}
ORDER = ["verified", "single_source", "secondary"]
FACTS_LINE = re.compile(r"^(?P<indent>\s+)facts: \[(?P<ids>[^\]]*)\]\s*$")
FACTS_INLINE = re.compile(r"facts: \[(?P<ids>[^\]]*)\](?:, source: (?:\"[^\"]*\"|\[[^\]]*\]))?")


def facts() -> dict[str, dict[str, Any]]:
    """Every carried fact by id."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "corpus" / "facts").glob("*.yaml")):
        for fact in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            found[fact["id"]] = fact
    return found


def source_of(fact: dict[str, Any], document: str = "") -> str:
    """`source#locator`, or `source` alone when the place inside the document is not known.

    A fact that was read in several documents names the one its table is about (`document:` of the table).
    """
    locator = str(fact.get("locator") or "").replace('"', "'").strip()
    source = document if document in (fact.get("also_sources") or ()) else str(fact["source"])
    return f"{source}#{locator}" if locator else source


def written(ids: list[str], known: dict[str, dict[str, Any]], document: str = "") -> str:
    """The value of `source` for a row: one string when all facts share it, otherwise one per fact."""
    sources = [source_of(known[name], document) for name in ids]
    return (
        json.dumps(sources[0], ensure_ascii=False)
        if len(set(sources)) == 1
        else json.dumps(sources, ensure_ascii=False)
    )


def fill(text: str, known: dict[str, dict[str, Any]]) -> str:
    """The text of a table with `source` after each `facts` and the weakest confidence of the facts."""
    lines: list[str] = []
    confidence = ""
    named = re.search(r"^document: (\S+)$", text, re.MULTILINE)
    document = named[1] if named else ""
    for line in text.split("\n"):
        block = FACTS_LINE.match(line)
        if block:
            ids = [name.strip() for name in block["ids"].split(",")]
            confidence = max((known[name]["confidence"] for name in ids), key=ORDER.index)
            lines += [line, f"{block['indent']}source: {written(ids, known, document)}"]
            continue
        if re.match(r"^\s+source: ", line):
            continue
        if confidence and re.match(r"^\s+confidence: ", line):
            line, confidence = re.sub(r"confidence: \w+", f"confidence: {confidence}", line), ""
        inline = FACTS_INLINE.search(line)
        if inline and not line.lstrip().startswith("facts:"):
            ids = [name.strip() for name in inline["ids"].split(",")]
            weakest = max((known[name]["confidence"] for name in ids), key=ORDER.index)
            line = (
                line[: inline.start()]
                + f"facts: [{inline['ids']}], source: {written(ids, known, document)}"
                + line[inline.end() :]
            )
            line = re.sub(r"confidence: \w+", f"confidence: {weakest}", line)
        lines.append(line)
    return "\n".join(lines)


def main() -> int:
    """Fill every table; exit status 1 when a fact id is not known."""
    known = facts()
    used: set[str] = set()
    for path in sorted(DATA.glob("*/*.yaml")):
        if path.parent.name in REGISTERS:
            continue
        text = path.read_text(encoding="utf-8")
        ids = {name.strip() for match in FACTS_INLINE.finditer(text) for name in match["ids"].split(",")}
        unknown = sorted(ids - set(known))
        if unknown:
            print(f"{path}: unknown facts {', '.join(unknown)}", file=sys.stderr)
            return 1
        path.write_text(fill(text, known), encoding="utf-8")
        used |= {known[name]["source"] for name in ids}
        used |= {
            source
            for name in ids
            for source in known[name].get("also_sources") or ()
            if f"document: {source}\n" in text
        }
    sources = {
        entry["id"]: entry for entry in yaml.safe_load((ROOT / "corpus" / "sources.yaml").read_text(encoding="utf-8"))
    }
    lines = ["# Documents that rows name, with the date printed on them. Written by scripts/fill_rule_sources.py."]
    lines += [f"- {{id: {name}, date: {json.dumps(str(sources[name]['date']))}}}" for name in sorted(used)]
    (DATA / "documents.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
