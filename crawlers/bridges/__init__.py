"""Bridges to agencies' own systems: a declaration each, read into complaints, indicators or events."""
