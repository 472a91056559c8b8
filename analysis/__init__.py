"""Pure functions over documents, vectors and counts."""
