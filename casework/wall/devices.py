"""The wall's screens: added with a code that serves once, known by a token, shut out again.

The code is typed or followed once on the screen; what the screen holds from then on is a token of 256 bits, of which
only the digest is kept. A code is short-lived, a token lasts until somebody revokes the screen.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import record, with_way
from casework.roles import Actor
from casework.wall.tables import WallDeviceRow
from kentongan.errors import KentonganError, NotFound

LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters of a code: 32 that are not mistaken for one another on paper."""
CODE_LETTERS: Final = 12
"""Letters of a code, 5 random bits each: 60 bits, which nobody guesses within CODE_LASTS."""
CODE_LASTS: Final = timedelta(minutes=30)
"""How long a code may be used: the way from the desk to the screen."""
SEEN_EVERY: Final = timedelta(minutes=5)
"""How often a screen's use is written down: not with each of its requests."""
MAX_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One screen."""

    id: int
    name: str
    added_at: datetime
    code_until: datetime
    paired_at: datetime | None
    """When it exchanged its code; None while it waits for that."""
    seen_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A screen that was just added."""

    device: Device
    code: str
    """"K7QM-2XPD-9FTR": shown once, kept nowhere."""


def add_device(session: Session, name: str, *, actor: Actor, now: datetime, via: str | None = None) -> Added:
    """Add a screen. Raises NotAllowed, and KentonganError for a name that is empty or too long."""
    acting = authorise(session, actor, action="wall.manage", now=now)
    called = " ".join(name.split())
    if not called or len(called) > MAX_NAME or not called.isprintable():
        raise KentonganError(f"Nama layar harus 1 sampai {MAX_NAME} huruf.", hint="Sebutkan tempatnya: Lobi.")
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
    row = WallDeviceRow(
        name=called, code=digest_of(letters), code_until=now + CODE_LASTS, token=None, added_at=now, paired_at=None,
        seen_at=None, revoked_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, acting, action="wall.add", object=f"layar:{row.id}", detail=with_way({"name": called}, via), now=now
    )
    code = "-".join(letters[at : at + 4] for at in range(0, CODE_LETTERS, 4))
    return Added(device=as_device(row), code=code)


def pair_device(session: Session, code: str, *, now: datetime) -> tuple[Device, str] | None:
    """The screen whose code this is and its new token; None for a code that is wrong, used, too old or revoked."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    chosen = select(WallDeviceRow).where(WallDeviceRow.code == digest_of(letters)).with_for_update()
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is None or row.revoked_at is not None or now >= row.code_until:
        return None
    token = secrets.token_urlsafe(32)
    row.code, row.token, row.paired_at, row.seen_at = None, digest_of(token), now, now
    session.flush()
    return as_device(row), token


def find_device(session: Session, token: str) -> Device | None:
    """The screen that holds this token; None where none does, or it was revoked."""
    row = session.scalar(select(WallDeviceRow).where(WallDeviceRow.token == digest_of(token)))
    return None if row is None or row.revoked_at is not None else as_device(row)


def is_stale(device: Device, *, now: datetime) -> bool:
    """Whether its use should be written down again (``mark_seen``)."""
    return device.seen_at is None or now - device.seen_at >= SEEN_EVERY


def mark_seen(session: Session, device: int, *, now: datetime) -> None:
    """Write down that a screen asked."""
    session.execute(update(WallDeviceRow).where(WallDeviceRow.id == device).values(seen_at=now))


def revoke_device(session: Session, device: int, *, actor: Actor, now: datetime, via: str | None = None) -> Device:
    """Shut a screen out from its next request on. Raises NotAllowed, NotFound. Doing it again changes nothing."""
    acting = authorise(session, actor, action="wall.manage", now=now)
    row = session.get(WallDeviceRow, device, populate_existing=True)
    if row is None:
        raise NotFound(f"Layar {device} tidak ada.", hint="Daftarnya: `kentongan wall list`.")
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        record(session, acting, action="wall.revoke", object=f"layar:{device}", detail=with_way({}, via), now=now)
    return as_device(row)


def list_devices(session: Session) -> list[Device]:
    """Every screen, in the order they were added."""
    return [as_device(row) for row in session.scalars(select(WallDeviceRow).order_by(WallDeviceRow.id))]


def as_device(row: WallDeviceRow) -> Device:
    return Device(
        id=row.id, name=row.name, added_at=row.added_at, code_until=row.code_until, paired_at=row.paired_at,
        seen_at=row.seen_at, revoked_at=row.revoked_at,
    )  # fmt: skip


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
