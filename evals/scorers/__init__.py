"""One small module per task: what is asked, and what value and explanation an answer gets."""
