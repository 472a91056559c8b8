"""Captures a page as its server sent it and as a person saw it, with how it was obtained."""
