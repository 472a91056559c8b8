"""Placeholder until its part is written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]


def configure(actions: Actions) -> None:
    """Nothing yet."""
