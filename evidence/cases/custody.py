"""The chain of custody of a case: what happened to it, when and by whom, each line naming the hash of the one before.

A line is canonical JSON (keys sorted, no spaces, UTF-8, nothing escaped that need not be), so anybody can compute the
chain again from ``custody.jsonl`` with a JSON reader and SHA-256. The chain shows that nothing inside it was changed,
dropped or put in; that nothing was cut off at its end, only a hash of its last line that is kept elsewhere can show:
the daily heads (``evidence.cases.custody_heads``) and the package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_tables import CaseRow, CustodyRow
from casework.roles import Actor
from casework.tip_intake import storable
from evidence.records import ACTS, Act, CustodyEntry
from kentongan.errors import NotFound, Quarantine
from kentongan.schema import require_aware

START: Final = "0" * 64
"""What the first line names as the hash of the one before."""
CLOCK_WENT_BACK: Final = "jam_mundur"
"""In an entry's detail, where our clock stood before the previous entry's time and that time was written instead."""

Detail = Mapping[str, str | int | float | bool | list[str] | None]
"""What else an entry says, by name. Times as ISO text."""

KEYS: Final = frozenset({"act", "actor", "at", "detail", "n", "object", "previous", "role"})


def append_entry(
    session: Session, case_id: str, *, act: Act, object: str, detail: Detail, actor: Actor, now: datetime
) -> CustodyEntry:
    """Add one entry to the end of a case's chain, in the caller's transaction, and return it.

    Who may act is the caller's to ask; chains of one case are written one after the other. Where the clock went back,
    the entry carries the time of the one before it and says so. Raises NotFound for an unknown case.
    """
    require_aware("now", now)
    if act not in ACTS:
        raise ValueError(f"unknown act {act!r}")
    locked = select(CaseRow.id).where(CaseRow.id == case_id).with_for_update()
    if session.scalar(locked) is None:
        raise NotFound(f"Kasus {case_id} tidak ada.", hint="Daftarnya: `kentongan cases list`.")
    ended = select(CustodyRow.n, CustodyRow.at, CustodyRow.hash).where(CustodyRow.case_id == case_id)
    last = session.execute(ended.order_by(CustodyRow.n.desc()).limit(1)).one_or_none()
    n, previous, at = (1, START, now) if last is None else (last.n + 1, last.hash, max(now, last.at))
    line = make_line(
        n=n, at=at, act=act, actor=actor.username, role=actor.role, object=object,
        detail={**detail, CLOCK_WENT_BACK: True} if at != now else detail, previous=previous,
    )  # fmt: skip
    entry = read_line(line)
    session.add(CustodyRow(case_id=case_id, n=n, at=at, act=act, actor=actor.username, line=line, hash=entry.hash))
    session.flush()
    return entry


def read_chain(session: Session, case_id: str) -> tuple[CustodyEntry, ...]:
    """The chain of a case as it is kept, first entry first; it is not checked (``verify_chain`` does). Empty for an
    unknown case. Raises Quarantine for a line that cannot be read."""
    return tuple(read_line(line) for line in read_lines(session, case_id))


def read_lines(session: Session, case_id: str) -> list[str]:
    """The lines of a case's chain, without newlines, as they stand in ``custody.jsonl``."""
    chosen = select(CustodyRow.line).where(CustodyRow.case_id == case_id).order_by(CustodyRow.n)
    return list(session.scalars(chosen))


def verify_chain(lines: Iterable[str], *, head: str | None = None) -> None:
    """Raise Quarantine ("bad-chain") where the lines are not one whole chain, naming the first that is wrong.

    ``head`` is the hash that the last line must have; without it, lines that were cut off at the end, and changes to
    the last one, are not seen.
    """
    previous, at, number = START, None, 0
    for number, line in enumerate(lines, 1):
        entry = read_line(line, number=number)
        said = json.loads(line)["previous"]
        if entry.n != number:
            raise broken(number, f"nomornya {entry.n}")
        if said != previous:
            raise broken(number, "tidak menyambung pada baris sebelumnya")
        if at is not None and entry.at < at:
            raise broken(number, "waktunya sebelum waktu baris sebelumnya")
        previous, at = entry.hash, entry.at
    if head is not None and previous != head:
        raise broken(number, f"sidik baris terakhir {previous}, seharusnya {head}")


def make_line(
    *, n: int, at: datetime, act: str, actor: str, role: str, object: str, detail: Detail, previous: str
) -> str:
    """One entry as its canonical line, without the newline. ``at`` is aware."""
    entry = {
        "act": act, "actor": storable(actor), "at": format_at(at), "detail": clean_detail(detail), "n": n,
        "object": storable(object), "previous": previous, "role": role,
    }  # fmt: skip
    return canonical(entry)


def canonical(value: Mapping[str, Any]) -> str:
    """The one spelling of a JSON object. Raises ValueError for a number that is none (NaN, infinity)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def clean_detail(detail: Detail) -> dict[str, str | int | float | bool | list[str] | None]:
    """The detail with text that every database and reader can keep. Raises TypeError for any other kind of value."""
    cleaned: dict[str, str | int | float | bool | list[str] | None] = {}
    for name, value in detail.items():
        if isinstance(value, str):
            cleaned[storable(name)] = storable(value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            cleaned[storable(name)] = [storable(one) for one in value]
        elif value is None or isinstance(value, bool | int | float):
            cleaned[storable(name)] = value
        else:
            raise TypeError(f"{name} in a custody detail is a {type(value).__name__}")
    return cleaned


def format_at(at: datetime) -> str:
    """The time as lines write it: UTC, six digits of a second, "Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_line(line: str) -> str:
    """SHA-256 of a line's bytes, as 64 hex digits."""
    return hashlib.sha256(line.encode()).hexdigest()


class LineShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a line must hold."""

    act: Act
    actor: str
    at: str
    detail: dict[str, str | int | float | bool | list[str] | None]
    n: int
    object: str
    previous: str
    role: str


def read_line(line: str, *, number: int | None = None) -> CustodyEntry:
    """The entry of a line; ``number`` says where it stands. Raises Quarantine ("bad-chain") for any other spelling."""
    try:
        shape = msgspec.json.decode(line.encode(), type=LineShape)
        at = datetime.strptime(shape.at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        if canonical(json.loads(line)) != line or format_at(at) != shape.at:
            raise broken(number, "penulisannya tidak baku")
    except (ValueError, UnicodeEncodeError) as error:
        raise broken(number, f"tidak terbaca ({error})") from error
    return CustodyEntry(
        n=shape.n, at=at, act=shape.act, actor=shape.actor, role=shape.role, object=shape.object,
        detail=shape.detail, line=line, hash=hash_line(line),
    )  # fmt: skip


def broken(number: int | None, why: str) -> Quarantine:
    where = "Baris" if number is None else f"Baris {number}"
    return Quarantine(
        "bad-chain",
        f"{where} rantai penjagaan rusak: {why}.",
        hint="Bandingkan dengan cadangan dan dengan kepala harian; jangan ubah apa pun sebelum disalin.",
    )
