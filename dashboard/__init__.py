"""The pages and the wall."""
