"""Where the answers to figures' questions come from, and what is counted only once for one paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from casework.deadlines import Deadlines, load_deadlines
from kentongan.settings import Settings
from search.store import Store

Arguments = Mapping[str, Any]
"""Texts, numbers and ISO times by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where answers come from, within one transaction."""

    store: Store
    session: Session
    settings: Settings
    now: datetime
    memo: dict[object, Any] = field(default_factory=dict)
    """What several questions need, counted once. Start a new one for a new moment of looking."""

    def deadlines(self) -> Deadlines:
        """Deadline rules, days off and zone."""
        if "deadlines" not in self.memo:
            self.memo["deadlines"] = load_deadlines(self.settings)
        return cast(Deadlines, self.memo["deadlines"])


def read_moment(arguments: Arguments, name: str) -> datetime:
    """A moment among the arguments. Raises ValueError where it has no zone."""
    moment = datetime.fromisoformat(arguments[name])
    if moment.tzinfo is None:
        raise ValueError(f"{name} must carry a zone: {arguments[name]}")
    return moment
