"""Does a question find its passage: judged questions, rankers behind one protocol, and their comparison in one run."""
