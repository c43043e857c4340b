"""How well the verifier guards: corrupted drafts it must stop, correct drafts it must let through (`python -m evals.guard`)."""
