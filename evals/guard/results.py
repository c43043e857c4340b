"""Outcomes → rates with intervals, and the tables of `docs/verification.md`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.statistics import rate_line


class Outcome(BaseModel):
    """One sentence and what the verifier did with it; `as_wanted`: a correct one came through, a corrupted one did not."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    origin: str
    language: str
    sentence: str = ""
    as_wanted: bool
    checks: tuple[str, ...] = ()

    def counted(self) -> dict[str, str | bool]:
        """The outcome without its sentence, as it is kept."""
        return {
            "id": self.id,
            "kind": self.kind,
            "origin": self.origin,
            "language": self.language,
            "ok": self.as_wanted,
        }


def table(outcomes: Sequence[Outcome]) -> str:
    """Catch rate per kind and language, then wrong rejections, as a Markdown table."""
    lines = ["| Fault put in | English | Chinese |", "|---|---|---|"]
    kinds = dict.fromkeys(outcome.kind for outcome in outcomes if outcome.kind != "correct")
    for kind in kinds:
        cells = [_rate([o for o in outcomes if (o.kind, o.language) == (kind, language)]) for language in ("en", "zh")]
        lines.append(f"| {kind.replace('_', ' ')} | {' | '.join(cells)} |")
    corrupted = [o for o in outcomes if o.kind != "correct"]
    lines += ["", f"Corrupted drafts: {len(corrupted)}, stopped {_rate(corrupted)}", ""]
    lines += ["| Correct sentences wrongly refused | English | Chinese |", "|---|---|---|"]
    for origin in ("extractive", "rephrased"):
        cells = []
        for language in ("en", "zh"):
            own = [o for o in outcomes if (o.kind, o.origin, o.language) == ("correct", origin, language)]
            cells.append(rate_line(sum(not o.as_wanted for o in own), len(own)))
        lines.append(f"| {origin} | {' | '.join(cells)} |")
    return "\n".join(lines)


def page(folder: Path) -> str:
    """`docs/verification.md` from the kept tables; a split that was not scored says so."""
    text = {}
    for split in ("dev", "test"):
        path = folder / f"{split}.md"
        text[split] = path.read_text(encoding="utf-8") if path.is_file() else "Not scored."
    return Path(__file__).with_name("page.md").read_text(encoding="utf-8").format(**text)


def _rate(outcomes: Sequence[Outcome]) -> str:
    return rate_line(sum(outcome.as_wanted for outcome in outcomes), len(outcomes))
