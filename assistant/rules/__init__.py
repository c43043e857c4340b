"""Deterministic rules over tables kept as data: `run(name, inputs)` decides, `catalogue()` lists."""

from assistant.rules.registry import RULES, catalogue, run

__all__ = ["RULES", "catalogue", "run"]
