"""Training of the embedding models from the corpus alone; nothing here is imported on the answer path."""
