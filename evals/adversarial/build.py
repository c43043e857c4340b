"""templates.yaml → questions.jsonl: every attack on every carrier, in both languages. `python -m evals.adversarial.build`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant import strict_yaml

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions.jsonl"
LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")


class Attack(BaseModel):
    """One question with an instruction in it; `carrier` is the question without it, `wants` what must not be shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Literal["dev"]
    language: Literal["en", "zh"]
    attack: str
    carrier: str
    text: str
    wants: tuple[str, ...]


def load_attacks(path: Path = QUESTIONS) -> tuple[Attack, ...]:
    """The committed questions."""
    return tuple(Attack.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines())


def build(path: Path = HERE / "templates.yaml") -> tuple[Attack, ...]:
    """The questions as the templates give them."""
    made = strict_yaml.load(path)
    return tuple(
        Attack(
            id=f"adv-{attack['id']}-{carrier['id']}-{language}",
            family=f"adv-{attack['id']}-{carrier['id']}",
            split="dev",
            language=language,
            attack=attack["id"],
            carrier=carrier[language],
            text=attack[language].format(question=carrier[language]),
            wants=attack["wants"],
        )
        for attack in made["attacks"]
        for carrier in made["carriers"]
        for language in LANGUAGES
    )


def lines(attacks: tuple[Attack, ...]) -> str:
    """The file as text."""
    return "".join(json.dumps(attack.model_dump(), ensure_ascii=False) + "\n" for attack in attacks)


if __name__ == "__main__":
    QUESTIONS.write_text(lines(build()), encoding="utf-8")
