"""Programs of the system that tests ask for a second opinion."""

from __future__ import annotations

import shutil

import pytest


def needs(*names: str) -> pytest.MarkDecorator:
    """Skips where one of these programs is missing, and names it."""
    missing = [name for name in names if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")
