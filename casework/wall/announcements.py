"""Announcements on the wall: what a person writes for everybody in the room, with its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import record, with_way
from casework.roles import Actor
from casework.wall.tables import WallAnnouncementRow
from kentongan.errors import KentonganError, NotFound

MAX_TEXT: Final = 200
"""Longest announcement, in characters: three lines on a screen that is read from three metres."""
LONGEST: Final = timedelta(days=31)
"""An announcement that stays longer is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One announcement."""

    id: int
    text: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime
    withdrawn_at: datetime | None


def announce(
    session: Session, text: str, *, ends_at: datetime, actor: Actor, now: datetime, via: str | None = None
) -> Announcement:
    """Put words on the wall from now until ``ends_at``. Raises NotAllowed, and KentonganError for what cannot stand
    there."""
    acting = authorise(session, actor, action="wall.announce", now=now)
    words = " ".join(text.split())
    if not words or len(words) > MAX_TEXT or not words.isprintable():
        raise KentonganError(
            f"Pengumuman harus 1 sampai {MAX_TEXT} huruf, tanpa huruf kendali.", hint="Ringkas menjadi satu kalimat."
        )
    if not now < ends_at <= now + LONGEST:
        raise KentonganError(f"Pengumuman berlaku paling lama {LONGEST.days} hari sejak sekarang.")
    row = WallAnnouncementRow(
        text=words, starts_at=now, ends_at=ends_at, written_at=now, written_by=acting.id, withdrawn_at=None
    )
    session.add(row)
    session.flush()
    detail = with_way({"text": words, "ends_at": ends_at.isoformat()}, via)
    record(session, acting, action="wall.announce", object=f"pengumuman:{row.id}", detail=detail, now=now)
    return as_announcement(row)


def withdraw_announcement(
    session: Session, announcement: int, *, actor: Actor, now: datetime, via: str | None = None
) -> Announcement:
    """Take an announcement off the wall. Raises NotAllowed, NotFound. Doing it again changes nothing."""
    acting = authorise(session, actor, action="wall.announce", now=now)
    row = session.get(WallAnnouncementRow, announcement, populate_existing=True)
    if row is None:
        raise NotFound(f"Pengumuman {announcement} tidak ada.", hint="Daftarnya: `kentongan wall list`.")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        session.flush()
        known = f"pengumuman:{announcement}"
        record(session, acting, action="wall.withdraw", object=known, detail=with_way({}, via), now=now)
    return as_announcement(row)


def current_announcements(session: Session, *, now: datetime, limit: int = 10) -> list[Announcement]:
    """What stands on the wall now, the newest first."""
    row = WallAnnouncementRow
    chosen = (
        select(row)
        .where(row.starts_at <= now, row.ends_at > now, row.withdrawn_at.is_(None))
        .order_by(row.starts_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [as_announcement(one) for one in session.scalars(chosen)]


def as_announcement(row: WallAnnouncementRow) -> Announcement:
    return Announcement(
        id=row.id, text=row.text, starts_at=row.starts_at, ends_at=row.ends_at, written_at=row.written_at,
        withdrawn_at=row.withdrawn_at,
    )  # fmt: skip
