"""Brings posts, news, fact-checks and complaints in from the outside world."""
