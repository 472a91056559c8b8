"""Follow-ups given to agencies, and clarifications on their way to the public."""
