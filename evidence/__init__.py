"""Packages for court that nobody can quietly change."""
