"""Instructions hidden in questions: made from templates, so that every attack meets every carrier in both languages."""
