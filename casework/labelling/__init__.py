"""Texts labelled by two people each: queues, labels, agreement, what was settled, and its export for training."""
