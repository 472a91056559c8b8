"""Rumours and reports of danger: asked of the agency responsible first, on a clock of 15 minutes, day and night.

| state | in Indonesian | off the hoax lists | from |
|---|---|---|---|
| waiting | perlu dipastikan | yes | raised by the scan or a person |
| expired | belum dijawab | yes | waiting, once the clock ran out; leadership is asked too |
| confirmed | dipastikan benar | yes | an answer; can open an incident in one step |
| denied | dibantah | no | an answer, which the hoax desk then finds beside the story |
| unclear | belum pasti | no | an answer: the agency cannot say |

Whether a story is held is asked of the documents in it, so it stays held when stories are merged or split.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, cast

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from casework.incidents.tables import DangerDocumentRow, DangerEventRow, DangerRow
from casework.said_numbers import read_said_number
from casework.story_tables import StoryItemRow, StoryMessageRow
from kentongan.batches import batched
from kentongan.errors import Conflict, NotFound

CLOCK = timedelta(minutes=15)
"""How long an agency has to answer; asked for by the project, of the clock on the wall."""
MOST_LISTED = 500
"""Most dangers one call lists."""
AT_ONCE = 500
"""Ids in one question to the database."""

DangerState = Literal["waiting", "expired", "confirmed", "denied", "unclear"]
STATE_WORDS: Mapping[DangerState, str] = MappingProxyType(
    {
        "waiting": "perlu dipastikan",
        "expired": "belum dijawab",
        "confirmed": "dipastikan benar",
        "denied": "dibantah",
        "unclear": "belum pasti",
    }
)
UNANSWERED: tuple[DangerState, ...] = ("waiting", "expired")
OFF_LISTS: tuple[DangerState, ...] = ("waiting", "expired", "confirmed")
"""States that keep a story off the lists of suspected hoaxes: what is confirmed is none."""
Answer = Literal["confirmed", "denied", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """A danger as it was when read; ``state`` is that of the moment asked about, see ``as_danger``."""

    id: int
    danger: str
    """One of ``analysis.danger.DANGERS``."""
    document: str
    """The document it was raised on."""
    story: str | None
    """The story that held it then; None for a document that is in none."""
    region: str | None
    agency: str | None
    """Code of the agency asked; None where none is known for this danger, so that leadership has to answer."""
    words: str
    """The document's words when it was raised, masked."""
    reasons: tuple[str, ...]
    """The words that made the rules raise it, or what the person said who did."""
    raised_at: datetime
    raised_name: str
    due_at: datetime
    state: DangerState
    answer: str | None
    answer_source: str | None
    """Whom or what the answer rests on ("posko BPBD Randu, lewat radio")."""
    answered_at: datetime | None
    answered_name: str | None
    incident: int | None
    """The incident that was opened on it."""
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people say: "KB-000007"."""
        return f"KB-{self.id:06d}"

    def remaining(self, now: datetime) -> timedelta | None:
        """Time left on the clock, negative once it ran out; None for one that is answered."""
        return self.due_at - now if self.state in UNANSWERED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerEvent:
    """One thing that happened to a danger."""

    at: datetime
    act: str
    """"raised", "joined", "moved", "expired", "answered", "incident"."""
    actor_name: str
    detail: Mapping[str, object]


def parse_danger(said: str) -> int:
    """The id behind "KB-000007", "kb 7" or "7". Raises NotFound for anything else."""
    return read_said_number(said, example="KB-000007", what="kabar bahaya")


def list_dangers(
    session: Session,
    *,
    now: datetime,
    states: Sequence[DangerState] = UNANSWERED,
    agency: str | None = None,
    limit: int = 100,
) -> list[Danger]:
    """Dangers in these states at ``now``, the soonest due first; only those of an agency where one is named."""
    stored = {*states, *(("waiting",) if "expired" in states else ())}
    chosen = select(DangerRow).where(DangerRow.state.in_(stored)).order_by(DangerRow.due_at, DangerRow.id)
    if agency is not None:
        chosen = chosen.where(DangerRow.agency == agency)
    found = [as_danger(row, now=now) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]
    return [danger for danger in found if danger.state in states]


def read_danger(session: Session, danger: int, *, now: datetime) -> Danger:
    """The danger of this id. Raises NotFound."""
    row = session.get(DangerRow, danger, populate_existing=True)
    if row is None:
        raise NotFound(f"Kabar bahaya KB-{danger:06d} tidak ada.", hint="Daftarnya: `kentongan dangers list`.")
    return as_danger(row, now=now)


def danger_history(session: Session, danger: int) -> list[DangerEvent]:
    """What happened to a danger, oldest first."""
    rows = session.scalars(select(DangerEventRow).where(DangerEventRow.danger == danger).order_by(DangerEventRow.id))
    return [DangerEvent(at=row.at, act=row.act, actor_name=row.actor_name, detail=row.detail) for row in rows]


def danger_documents(session: Session, danger: int) -> list[str]:
    """Every document that was found to say it, the first one first."""
    rows = session.scalars(
        select(DangerDocumentRow.document)
        .where(DangerDocumentRow.danger == danger)
        .order_by(DangerDocumentRow.at, DangerDocumentRow.document)
    )
    return list(rows)


def dangers_held(session: Session) -> set[str]:
    """Ids of the stories, and of the documents, that stay off every hoax list until an agency has answered."""
    return ids_in(session, UNANSWERED)


def dangers_off_lists(session: Session) -> set[str]:
    """The same, and those that an agency confirmed: what lists and counts of suspected hoaxes leave out."""
    return ids_in(session, OFF_LISTS)


def ids_in(session: Session, states: Sequence[DangerState]) -> set[str]:
    """Documents of the dangers in these states, all that is in a story with one of them, and those stories' ids."""
    named = (
        select(DangerDocumentRow.document)
        .join(DangerRow, DangerRow.id == DangerDocumentRow.danger)
        .where(DangerRow.state.in_(states))
    )
    stories = (
        select(StoryMessageRow.story)
        .join(StoryItemRow, StoryItemRow.message == StoryMessageRow.message)
        .where(StoryItemRow.document.in_(named))
    )
    inside = (
        select(StoryItemRow.document)
        .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
        .where(StoryMessageRow.story.in_(stories))
    )
    return set(session.scalars(union(named, stories, inside)))


def dangers_beside(session: Session, ids: Iterable[str], *, now: datetime) -> dict[str, Danger]:
    """The danger that each of these stories or documents belongs to: one that waits before one that is answered, then
    the newest. Ids without one are left out."""
    found: dict[str, Danger] = {}
    for part in batched(sorted(set(ids)), AT_ONCE):
        own_story = (
            select(StoryItemRow.document, StoryMessageRow.story)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryItemRow.document.in_(part))
        )
        story_of = {one: one for one in part} | {row.document: row.story for row in session.execute(own_story)}
        stories = set(story_of.values())
        members: dict[str, set[str]] = {one: {one} for one in part}
        inside = (
            select(StoryMessageRow.story, StoryItemRow.document)
            .join(StoryItemRow, StoryItemRow.message == StoryMessageRow.message)
            .join(DangerDocumentRow, DangerDocumentRow.document == StoryItemRow.document)
            .where(StoryMessageRow.story.in_(stories))
        )
        said: dict[str, set[str]] = {}
        for story, document in session.execute(inside):
            said.setdefault(story, set()).add(document)
        for one in part:
            members[one] |= said.get(story_of[one], set())
        documents = {document for group in members.values() for document in group}
        rows = session.execute(
            select(DangerDocumentRow.document, DangerRow)
            .join(DangerRow, DangerRow.id == DangerDocumentRow.danger)
            .where(DangerDocumentRow.document.in_(documents))
        )
        by_document: dict[str, list[Danger]] = {}
        for document, row in rows:
            by_document.setdefault(document, []).append(as_danger(row, now=now))
        for one in part:
            dangers = [danger for document in members[one] for danger in by_document.get(document, ())]
            if dangers:
                found[one] = max(dangers, key=lambda danger: (danger.state in UNANSWERED, danger.id))
    return found


def refuse_held(session: Session, document: str, *, now: datetime) -> None:
    """Raise Conflict where the document's story waits for an agency's word: no verdict is opened on it before that."""
    danger = dangers_beside(session, [document], now=now).get(document)
    if danger is not None and danger.state in UNANSWERED:
        raise Conflict(
            f"Cerita ini kabar bahaya yang perlu dipastikan instansi dahulu ({danger.number}, "
            f"{STATE_WORDS[danger.state]}).",
            hint=f"Tunggu jawabannya, atau jawab: `kentongan dangers show {danger.id}`.",
        )


def lock_danger(session: Session, danger: int) -> DangerRow:
    """The row, held until the transaction ends. Raises NotFound."""
    row = session.scalar(
        select(DangerRow).where(DangerRow.id == danger).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise NotFound(f"Kabar bahaya KB-{danger:06d} tidak ada.", hint="Daftarnya: `kentongan dangers list`.")
    return row


def as_danger(row: DangerRow, *, now: datetime) -> Danger:
    """The row as a record. One whose clock ran out is "expired" from that moment, written down or not."""
    state = cast(DangerState, row.state)
    return Danger(
        id=row.id,
        danger=row.danger,
        document=row.document,
        story=row.story,
        region=row.region,
        agency=row.agency,
        words=row.words,
        reasons=tuple(row.reasons),
        raised_at=row.raised_at,
        raised_name=row.raised_name,
        due_at=row.due_at,
        state="expired" if state == "waiting" and row.due_at <= now else state,
        answer=row.answer,
        answer_source=row.answer_source,
        answered_at=row.answered_at,
        answered_name=row.answered_name,
        incident=row.incident,
        sample=row.sample,
        version=row.version,
    )
