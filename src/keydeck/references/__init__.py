"""Finding who uses a secret."""
