"""The checks of the verifier: each is one small function (statement, support) → Check."""
