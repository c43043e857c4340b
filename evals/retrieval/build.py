"""Write the committed questions and judgements anew, and on request the corpus in BEIR's format.

`python -m evals.retrieval.build` writes `data/queries.jsonl`, `data/qrels/` and `data/STATS.json`; with `--export FOLDER`
it writes a whole BEIR data set there, `corpus.jsonl` included (one document per unit, both languages in it).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from assistant.ingest.corpus import load_corpus
from assistant.ingest.records import Corpus
from assistant.places import shipped
from assistant.retrieve.units import units_of
from evals.retrieval.overlap import DATA
from evals.retrieval.qrels import Query, derive, write


def main() -> None:
    """Write the files and print the statistics."""
    parser = argparse.ArgumentParser(description="Derive the judged questions.")
    parser.add_argument("--export", type=Path, help="write a whole BEIR data set to this folder as well")
    given = parser.parse_args()
    corpus = load_corpus(shipped("corpus"))
    queries = derive(corpus)
    write(DATA, queries)
    stats = json.dumps(statistics(queries), indent=1, ensure_ascii=False) + "\n"
    (DATA / "STATS.json").write_text(stats, encoding="utf-8")
    if given.export is not None:
        write(given.export, queries)
        export_corpus(given.export, corpus)
    sys.stdout.write(stats)


def statistics(queries: tuple[Query, ...]) -> dict[str, Any]:
    """Counts and the measured shares."""
    short = sum(q.short for q in queries)
    unshared = sum(q.no_shared_word for q in queries)
    return {
        "questions": len(queries),
        "families": len({q.family for q in queries}),
        "families_by_split": dict(sorted(Counter({q.family: q.split for q in queries}.values()).items())),
        "by_split_and_language": dict(sorted(Counter(f"{q.split} {q.language}" for q in queries).items())),
        "by_source": dict(sorted(Counter(q.source for q in queries).items())),
        "share_no_content_word": unshared,
        "share_no_content_word_part": round(unshared / len(queries), 4),
        "share_no_content_word_by_language": {
            language: sum(q.no_shared_word for q in queries if q.language == language) for language in ("en", "zh")
        },
        "short_chinese": short,
        "short_chinese_part": round(short / len(queries), 4),
        "judged_right_per_question": round(sum(len(q.right) for q in queries) / len(queries), 2),
    }


def export_corpus(folder: Path, corpus: Corpus) -> None:
    """`corpus.jsonl`: one document per unit; ways of asking are not part of it."""
    lines = [
        {
            "_id": unit.id,
            "title": " / ".join(unit.titles),
            "text": "\n\n".join(unit.texts),
            "metadata": {"topic": unit.topic, "drugs": unit.drugs, "jurisdictions": unit.jurisdictions},
        }
        for unit in units_of(corpus)
    ]
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
