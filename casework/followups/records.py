"""Follow-ups as frozen records, their states and words.

| from | act | by | to |
|---|---|---|---|
| | ``assign_followup`` | followups.assign | assigned |
| assigned | ``answer_followup``, the agency or for it | followups.answer | answered |
| answered | ``return_followup``, with a reason | followups.assign | assigned |
| answered | ``close_followup``, with what came of it | followups.assign | closed |
| assigned, answered | ``cancel_followup``, with a reason | followups.assign | cancelled |
| closed, cancelled | ``reopen_followup``, with a reason | followups.assign | assigned |
| assigned | ``extend_followup``, ``remind_agencies`` | followups.assign, followups.remind | assigned |

Everything else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import msgspec

from casework.followups.legal_basis import UsedBasis
from casework.followups.tables import FollowUpEventRow, FollowUpRow

FollowUpState = Literal["assigned", "answered", "closed", "cancelled"]
STATE_WORDS: Mapping[FollowUpState, str] = MappingProxyType(
    {"assigned": "ditugaskan", "answered": "dijawab", "closed": "selesai", "cancelled": "dibatalkan"}
)
FOLLOWUP_STATES: tuple[FollowUpState, ...] = get_args(FollowUpState)
OPEN_STATES: tuple[FollowUpState, ...] = ("assigned", "answered")
"""The states in which somebody still owes something."""

ObjectKind = Literal["complaint", "story", "case", "incident", "topic"]
"""What a follow-up can be about."""
OBJECT_KINDS: tuple[ObjectKind, ...] = get_args(ObjectKind)
OBJECT_WORDS: Mapping[ObjectKind, str] = MappingProxyType(
    {"complaint": "aduan", "story": "cerita", "case": "kasus", "incident": "insiden", "topic": "topik"}
)
Reminded = Literal["soon", "late"]
"""The last reminder of a follow-up: shortly before it was due, or after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceGrounds:
    """What opened the way to the police: the answers to a case's law questions, as they stood when it was assigned.

    Made by ``evidence.followups.police_grounds`` only. ``casework`` refuses the police without it.
    """

    case: str
    route: str
    """"police"."""
    rulebook: str
    """SHA-256 of the rulebook the questions were answered under."""
    articles: tuple[str, ...]
    """Provisions that can carry the report, as a lawyer cites them."""
    warnings: tuple[str, ...]
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up as it was when read."""

    id: int
    object_kind: ObjectKind
    object: str
    """Number of the complaint or incident, id of the story or case, code of the topic."""
    topic: str | None
    region: str | None
    agency: str
    """Its code."""
    title: str
    task: str
    bases: tuple[UsedBasis, ...]
    grounds: PoliceGrounds | None
    due_at: datetime
    """The midnight that ends the due day; aware, in UTC."""
    state: FollowUpState
    answer: str | None
    answered_at: datetime | None
    result: str | None
    """What came of it, or why it was cancelled."""
    ended_at: datetime | None
    reminded: Reminded | None
    assigned_at: datetime
    assigned_by: str
    assigned_name: str
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people use: "TL-000012"."""
        return f"TL-{self.id:06d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def is_overdue(self, now: datetime) -> bool:
        """Whether the agency owes an answer that was due before ``now``."""
        return self.state == "assigned" and self.due_at <= now

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of its legal basis."""
        said = [f"{basis.article}: {basis.warning}." for basis in self.bases if basis.warning]
        return (*said, *(self.grounds.warnings if self.grounds else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpEvent:
    """One thing that happened to a follow-up."""

    at: datetime
    act: str
    """"assigned", "answered", "returned", "closed", "cancelled", "reopened", "extended", "reminded"."""
    state: FollowUpState
    note: str | None
    actor_name: str
    detail: Mapping[str, Any]


EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "assigned": "ditugaskan",
        "answered": "dijawab",
        "returned": "dikembalikan untuk dilengkapi",
        "closed": "ditutup",
        "cancelled": "dibatalkan",
        "reopened": "dibuka kembali",
        "extended": "tenggatnya diundur",
        "reminded": "diingatkan",
    }
)


def as_followup(row: FollowUpRow) -> FollowUp:
    """The row as a record."""
    return FollowUp(
        id=row.id,
        object_kind=cast(ObjectKind, row.object_kind),
        object=row.object,
        topic=row.topic,
        region=row.region,
        agency=row.agency,
        title=row.title,
        task=row.task,
        bases=msgspec.convert(row.basis, tuple[UsedBasis, ...]),
        grounds=None if row.grounds is None else msgspec.convert(row.grounds, PoliceGrounds),
        due_at=row.due_at,
        state=cast(FollowUpState, row.state),
        answer=row.answer,
        answered_at=row.answered_at,
        result=row.result,
        ended_at=row.ended_at,
        reminded=cast("Reminded | None", row.reminded),
        assigned_at=row.assigned_at,
        assigned_by=row.assigned_by,
        assigned_name=row.assigned_name,
        sample=row.sample,
        version=row.version,
    )


def as_event(row: FollowUpEventRow) -> FollowUpEvent:
    """The row as a record."""
    return FollowUpEvent(
        at=row.at, act=row.act, state=cast(FollowUpState, row.state), note=row.note, actor_name=row.actor_name,
        detail=row.detail,
    )  # fmt: skip
