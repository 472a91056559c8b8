"""The robots.txt files of earlier crawls that may still be gone by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

KEPT_FOR = timedelta(hours=24)
"""How long a robots.txt may be gone by before it is asked for again (RFC 9309, 2.4)."""


@dataclass(slots=True)
class KeptRobots:
    """What one crawl knows of robots.txt files without asking, and what it learns."""

    known: Mapping[str, str | None] = field(default_factory=dict)
    """Text by the file's address, no older than KEPT_FOR; None where the host had none."""
    learned: dict[str, str | None] = field(default_factory=dict)
    """What this crawl was answered."""
