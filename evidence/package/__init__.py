"""The package of a case: its bag, its papers, its seal, and its way into the world."""
