"""`python -m assistant.retrieve.training static|transformer|known [--out FOLDER] [--corpus FOLDER]` (needs the `train` extra)."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.places import shipped
from assistant.retrieve.embedding import SHIPPED, TRAINED


def main() -> None:
    """Train the named model and write its folder."""
    parser = argparse.ArgumentParser(prog="python -m assistant.retrieve.training", description=__doc__)
    parser.add_argument("model", choices=("static", "transformer", "known"))
    parser.add_argument("--out", type=Path, help="the model folder to write; default: the one the assistant reads")
    parser.add_argument("--corpus", type=Path, help="the corpus to train on; default: the shipped one")
    parser.add_argument("--steps", type=int, help="contrastive steps of the transformer; default: as in its card")
    chosen = parser.parse_args()
    corpus = chosen.corpus or shipped("corpus")
    if chosen.model == "static":
        from assistant.retrieve.training.static import train as train_static

        train_static(chosen.out or SHIPPED, corpus)
    elif chosen.model == "known":
        from assistant.retrieve.training.known import write_known

        write_known(chosen.out or TRAINED, corpus)
    else:
        from assistant.retrieve.training.transformer import Plan
        from assistant.retrieve.training.transformer import train as train_transformer

        plan = Plan() if chosen.steps is None else Plan(steps=chosen.steps)
        train_transformer(chosen.out or TRAINED, corpus, plan)


if __name__ == "__main__":
    main()
