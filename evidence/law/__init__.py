"""The law's questions before evidence leaves: the rulebook, the answers, the routes, the grounds."""
