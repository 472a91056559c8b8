"""What people change about stories: merge, split, undo; each act authorised, logged and carried out at once.

The log only grows. Stories follow from it (``analysis.stories``), so undoing gives what would be had the change never
been made, whatever came since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import Detail, record, with_way
from casework.db import take_turn
from casework.roles import Actor
from casework.story_cluster import Found, ask_some, read_messages, read_sides
from casework.story_projection import TURN, arrange_again, count_stories
from casework.story_tables import StoryChangeMessageRow, StoryChangeRow, StoryItemRow, StoryMessageRow
from kentongan.batches import batched
from kentongan.errors import Conflict, KentonganError, NotFound

ChangeKind = Literal["merge", "split", "undo"]

MAX_REASON: Final = 1_000
"""Longest reason, in characters."""

STANDING_FOR: Final = 50
"""Messages of a merged story that are kept to stand for it, should the first ones lose their last copy."""

HINT: Final = "Daftarnya: `kentongan stories list`; unggahan yang baru masuk: `kentongan stories update`."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """One act of a person on stories."""

    number: int
    at: datetime
    actor: str
    """Id of the person."""
    actor_name: str
    """Their username then."""
    kind: ChangeKind
    reason: str
    undoes: int | None
    """Number of the change that an undo takes back."""
    undone_by: int | None
    """Number of the undo, where it was taken back."""
    one: tuple[str, ...]
    """Documents that stand for what it speaks about, one a message: of a merge the one story, of a split what was taken
    out. Messages that nobody has any more are left out."""
    other: tuple[str, ...]
    """Likewise: the other story, or what was left."""
    stories: tuple[str, ...]
    """The stories that hold these messages now."""


def merge_stories(
    session: Session, one: str, other: str, *, reason: str, actor: Actor, now: datetime, via: str | None = None
) -> StoryChange:
    """Make one story of two; each is named by its id or by any document in it.

    ``via`` is said in the audit ("baris perintah"). Raises NotAllowed, NotFound, KentonganError for a missing reason,
    Conflict where both are one story already.
    """
    actor, reason = begin_change(session, actor, reason, now=now)
    here, there = find_message(session, one), find_message(session, other)
    if here.story == there.story:
        raise Conflict(f"{one} dan {other} sudah satu cerita ({here.story}).", hint="Sebutkan dua cerita yang berbeda.")
    sides = [standing_for(session, here), standing_for(session, there)]
    number = write_change(session, "merge", sides, reason=reason, actor=actor, now=now)
    detail: Detail = {"cerita": [here.story, there.story], "alasan": reason}
    return carry_out(session, number, sides, object=here.story, detail=detail, actor=actor, now=now, via=via)


def split_story(
    session: Session, items: Sequence[str], *, reason: str, actor: Actor, now: datetime, via: str | None = None
) -> StoryChange:
    """Take documents out of their story, each with all others in the same words.

    What is left stays, and so does what was taken out, as far as it hangs together. Raises NotAllowed, NotFound,
    KentonganError for a missing reason or no documents, Conflict where they are of several stories or all of theirs.
    """
    actor, reason = begin_change(session, actor, reason, now=now)
    if not items:
        raise KentonganError("Tidak ada yang dipisahkan.", hint="Sebutkan id dokumen yang harus keluar dari ceritanya.")
    found = [find_message(session, item) for item in items]
    stories = sorted({row.story for row in found})
    if len(stories) > 1:
        raise Conflict(
            f"Dokumen-dokumen itu berada di {len(stories)} cerita: {', '.join(stories)}.",
            hint="Pisahkan dari satu cerita setiap kali.",
        )
    taken = list(dict.fromkeys(row.message for row in found))
    left = [row.message for row in messages_of(session, stories[0]) if row.message not in set(taken)]
    if not left:
        raise Conflict(
            f"Itu seluruh isi cerita {stories[0]}: tidak ada yang tersisa.",
            hint="Salinan yang kata-katanya sama selalu ikut; sebutkan sebagian saja dari versinya.",
        )
    sides = [taken, left]
    number = write_change(session, "split", sides, reason=reason, actor=actor, now=now)
    detail: Detail = {"keluar": list(dict.fromkeys(items))[:STANDING_FOR], "alasan": reason}
    return carry_out(session, number, sides, object=stories[0], detail=detail, actor=actor, now=now, via=via)


def undo_change(
    session: Session, number: int, *, reason: str, actor: Actor, now: datetime, via: str | None = None
) -> StoryChange:
    """Take back a merge or a split. Raises NotAllowed, NotFound, KentonganError for a missing reason, Conflict where it
    was taken back before or is an undo itself."""
    actor, reason = begin_change(session, actor, reason, now=now)
    row = session.get(StoryChangeRow, number)
    if row is None:
        raise NotFound(f"Perubahan cerita nomor {number} tidak ada.", hint="Lihat `kentongan stories history ID`.")
    if row.kind == "undo":
        raise Conflict(
            f"Perubahan {number} adalah pembatalan dan tidak dapat dibatalkan.",
            hint="Gabungkan atau pisahkan sekali lagi.",
        )
    earlier = session.scalar(select(StoryChangeRow.number).where(StoryChangeRow.undoes == number))
    if earlier is not None:
        raise Conflict(f"Perubahan {number} sudah dibatalkan (oleh perubahan {earlier}).")
    sides: list[list[str]] = [[], []]
    for side in read_sides(session, [number]):
        sides[side.side == "other"].append(side.message)
    undo = write_change(session, "undo", [], reason=reason, actor=actor, now=now, undoes=number)
    detail: Detail = {"membatalkan": number, "alasan": reason}
    return carry_out(session, undo, sides, object=f"change:{number}", detail=detail, actor=actor, now=now, via=via)


def story_history(session: Session, story: str) -> list[StoryChange]:
    """What people did to a story (its id, or a document in it), oldest first, undone changes and their undoing too.

    Raises NotFound.
    """
    messages = [row.message for row in messages_of(session, find_message(session, story).story)]
    side = StoryChangeMessageRow
    rows = ask_some(session, messages, lambda part: select(side.number).distinct().where(side.message.in_(part)))
    numbers = {row.number for row in rows}
    for part in batched(sorted(numbers), STANDING_FOR):
        numbers.update(session.scalars(select(StoryChangeRow.number).where(StoryChangeRow.undoes.in_(part))))
    return read_log(session, numbers)


def read_log(session: Session, numbers: Iterable[int]) -> list[StoryChange]:
    """Changes by their numbers, oldest first."""
    numbers = sorted(numbers)
    rows: list[StoryChangeRow] = []
    undone: dict[int, int] = {}
    for part in batched(numbers, STANDING_FOR):
        rows += session.scalars(select(StoryChangeRow).where(StoryChangeRow.number.in_(part)))
        taken_back = select(StoryChangeRow).where(StoryChangeRow.undoes.in_(part))
        undone |= {row.undoes: row.number for row in session.scalars(taken_back) if row.undoes is not None}
    sides = list(read_sides(session, {row.undoes or row.number for row in rows}))
    placed = {row.message: row for row in read_messages(session, {side.message for side in sides})}
    found = []
    for row in rows:
        spoken = [side for side in sides if side.number == (row.undoes or row.number) and side.message in placed]
        found.append(
            StoryChange(
                number=row.number,
                at=row.at,
                actor=row.actor,
                actor_name=row.actor_name,
                kind=cast(ChangeKind, row.kind),
                reason=row.reason,
                undoes=row.undoes,
                undone_by=undone.get(row.number),
                one=tuple(placed[side.message].first_document for side in spoken if side.side == "one"),
                other=tuple(placed[side.message].first_document for side in spoken if side.side == "other"),
                stories=tuple(sorted({placed[side.message].story for side in spoken})),
            )
        )
    return found


def begin_change(session: Session, actor: Actor, reason: str, *, now: datetime) -> tuple[Actor, str]:
    """The actor as they are now and the reason with its blanks folded, once it is their turn."""
    actor = authorise(session, actor, action="stories.change", now=now)
    folded = " ".join(reason.split())
    if not folded or len(folded) > MAX_REASON:
        raise KentonganError(
            "Perubahan cerita harus beralasan.", hint=f"Tulis alasannya, paling panjang {MAX_REASON} huruf."
        )
    take_turn(session, TURN)
    return actor, folded


def find_message(session: Session, document: str) -> Found:
    """The row of a document's message. Raises NotFound."""
    row = session.execute(
        select(*StoryMessageRow.__table__.columns)
        .join(StoryItemRow, StoryItemRow.message == StoryMessageRow.message)
        .where(StoryItemRow.document == document)
    ).one_or_none()
    if row is None:
        raise NotFound(f"Tidak ada cerita atau dokumen {document!r} di antara cerita.", hint=HINT)
    return row


def messages_of(session: Session, story: str) -> list[Found]:
    """The rows of a story's messages, the most copied first."""
    columns = StoryMessageRow.__table__.columns
    ordered = select(*columns).where(columns.story == story).order_by(columns.copies.desc(), columns.message)
    return list(session.execute(ordered))


def standing_for(session: Session, row: Found) -> list[str]:
    """The messages that stand for a story in a merge, the one that was named first."""
    others = [other.message for other in messages_of(session, row.story) if other.message != row.message]
    return [row.message, *others[: STANDING_FOR - 1]]


def write_change(
    session: Session,
    kind: ChangeKind,
    sides: Sequence[Sequence[str]],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    undoes: int | None = None,
) -> int:
    """Write a change into the log; returns its number."""
    row = StoryChangeRow(at=now, actor=actor.id, actor_name=actor.username, kind=kind, reason=reason, undoes=undoes)
    session.add(row)
    session.flush()
    spoken = [
        {"number": row.number, "side": side, "place": place, "message": message}
        for side, messages in zip(("one", "other"), sides, strict=False)
        for place, message in enumerate(messages)
    ]
    if spoken:
        session.execute(insert(StoryChangeMessageRow), spoken)
    return row.number


def carry_out(
    session: Session,
    number: int,
    sides: Sequence[Sequence[str]],
    *,
    object: str,
    detail: Detail,
    actor: Actor,
    now: datetime,
    via: str | None,
) -> StoryChange:
    """Arrange what a change speaks about, and write the audit; returns the change as it stands in the log."""
    count_stories(session, arrange_again(session, {message for side in sides for message in side}))
    [change] = read_log(session, [number])
    full = with_way({**detail, "nomor": number}, via)
    record(session, actor, action=f"stories.{change.kind}", object=f"story:{object}", detail=full, now=now)
    return change
