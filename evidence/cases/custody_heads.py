"""Has the heads of all chains of custody time-stamped once a day, so that none can be shortened or rewritten later.

A file of heads has one line a chain: a name that only who holds the case can make (a salted hash of its id), how many
entries it has, the hash of the last. Time-stamp authorities see the file's digest alone. Invented cases stand in a file
of their own, which only a test authority stamps. The first file of a day that was stamped stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.case_tables import CaseRow, CustodyRow, HeadRow, HeadsRow
from casework.db import Casework, take_turn
from casework.roles import SYSTEM, Actor
from evidence.cases.custody import Detail, broken, hash_line, read_lines, verify_chain
from evidence.objects import Objects
from evidence.records import ObjectRef
from kentongan.errors import Retry

TURN = "evidence heads"
"""What whoever writes a file of heads waits for with ``take_turn``."""


class Stamped(Protocol):
    """A time-stamp token as ``evidence.signing.timestamps`` gives it, checked already."""

    @property
    def authority(self) -> str: ...
    @property
    def response(self) -> bytes: ...
    @property
    def certificate_sha256(self) -> str: ...
    @property
    def time(self) -> datetime: ...


Stamp = Callable[[bytes], Sequence[Stamped]]
"""Gets tokens over these bytes. Raises Retry or another KentonganError where no authority gave one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadToken:
    """A token over a file of heads."""

    authority: str
    """Short name of the authority."""
    response: ObjectRef
    """The TimeStampResp in DER."""
    certificate_sha256: str
    """Fingerprint of the trust anchor it was checked with."""
    time: datetime
    """When the authority says it saw the digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """One file of heads with its tokens."""

    day: date
    number: int
    """From 1 within the day."""
    sample: bool
    file: ObjectRef
    tokens: tuple[HeadToken, ...]
    chains: int
    """How many chains are in it."""
    new: bool
    """False where the day had its file already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where one chain stood on a day."""

    day: date
    file: ObjectRef
    """The file of heads."""
    tokens: tuple[HeadToken, ...]
    n: int
    """Number of the chain's last entry then."""
    hash: str
    """Its hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How all chains stood at one moment."""

    text: bytes
    """The file of heads."""
    stands: tuple[tuple[str, int, str], ...]
    """Case id, number and hash of the last entry."""


def stamp_heads(
    casework: Casework,
    *,
    objects: Objects,
    stamp: Stamp,
    day: date,
    now: datetime,
    actor: Actor = SYSTEM,
    sample: bool = False,
    again: bool = False,
) -> Heads | None:
    """Have the heads of the real cases' chains (or with ``sample`` of the invented ones') stamped for this day.

    Returns the day's file as it was stamped before where there is one and ``again`` does not ask for another; None
    where there is no case. The authorities are asked outside any transaction. Raises NotAllowed, and what ``stamp``
    raises: nothing is written then, and the next call begins anew.
    """
    with casework.read() as session:
        actor = authorise(session, actor, action="evidence.stamp", now=now)
        known = find_heads(session, day, sample=sample)
        if known is not None and not again:
            return as_heads(session, known, new=False)
        taken = take_snapshot(session, sample=sample)
    if not taken.stands:
        return None
    answers = stamp(taken.text)
    if not answers:
        raise Retry("Tidak ada otoritas cap waktu yang menjawab.", hint="Ulangi nanti: `kentongan evidence heads`.")
    file = objects.put(taken.text)
    tokens = [(answer, objects.put(answer.response)) for answer in answers]
    with casework.begin() as session:
        take_turn(session, TURN)
        actor = authorise(session, actor, action="evidence.stamp", now=now)
        known = find_heads(session, day, sample=sample)
        if known is not None and not again:
            return as_heads(session, known, new=False)
        row = HeadsRow(
            day=day.isoformat(), sample=sample, number=known.number + 1 if known else 1, file=file.sha256,
            file_size=file.size, stamped_at=now, stamped_by=actor.username,
            tokens=[
                {
                    "authority": answer.authority, "sha256": kept.sha256, "size": kept.size,
                    "certificate_sha256": answer.certificate_sha256, "time": answer.time.isoformat(),
                }
                for answer, kept in tokens
            ],
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(HeadRow(heads=row.id, case_id=case, n=n, hash=hash) for case, n, hash in taken.stands)
        detail: Detail = {
            "nomor": row.number,
            "contoh": sample,
            "berkas": file.sha256,
            "rantai": len(taken.stands),
            "otoritas": [answer.authority for answer in answers],
        }
        about = f"heads:{day.isoformat()}"
        audit.record(session, actor, action="evidence.stamp", object=about, detail=detail, now=now)
        return as_heads(session, row, new=True)


def take_snapshot(session: Session, *, sample: bool) -> Snapshot:
    """How all real or all invented chains stand, in one question to the database."""
    last = select(CustodyRow.case_id, func.max(CustodyRow.n).label("n")).group_by(CustodyRow.case_id).subquery()
    rows = session.execute(
        select(CaseRow.id, CaseRow.chain_salt, CustodyRow.n, CustodyRow.hash)
        .join(last, last.c.case_id == CaseRow.id)
        .join(CustodyRow, (CustodyRow.case_id == last.c.case_id) & (CustodyRow.n == last.c.n))
        .where(CaseRow.sample == sample)
        .order_by(CaseRow.year, CaseRow.number)
    ).all()
    lines = sorted(f"{name_chain(row.id, row.chain_salt)} {row.n} {row.hash}\n" for row in rows)
    return Snapshot(text="".join(lines).encode(), stands=tuple((row.id, row.n, row.hash) for row in rows))


def name_chain(case_id: str, chain_salt: str) -> str:
    """What a chain is called in files of heads: SHA-256 over the salt's bytes and the case's id, in hex."""
    return hashlib.sha256(bytes.fromhex(chain_salt) + case_id.encode()).hexdigest()


def heads_of(session: Session, case_id: str) -> tuple[Head, ...]:
    """The daily heads that hold this case's chain, oldest first; of several in a day the last."""
    chosen = (
        select(HeadsRow, HeadRow.n, HeadRow.hash)
        .join(HeadRow, HeadRow.heads == HeadsRow.id)
        .where(HeadRow.case_id == case_id)
        .order_by(HeadsRow.day, HeadsRow.number)
    )
    by_day = {
        row.day: Head(day=date.fromisoformat(row.day), file=file_of(row), tokens=tokens_of(row), n=n, hash=hash)
        for row, n, hash in session.execute(chosen)
    }
    return tuple(by_day.values())


def check_chain(session: Session, case_id: str, *, objects: Objects) -> tuple[int, int]:
    """Compute a case's chain again and compare it with every daily head; returns how many entries and heads agree.

    The heads are read from the kept files, not from the database beside the chain. The tokens over them are checked in
    a package (``evidence verify``). Raises Quarantine where anything differs, NotFound for a file that is
    missing.
    """
    lines = read_lines(session, case_id)
    verify_chain(lines)
    hashes = [hash_line(line) for line in lines]
    salt = session.scalar(select(CaseRow.chain_salt).where(CaseRow.id == case_id))
    name = name_chain(case_id, salt or "")
    heads = heads_of(session, case_id)
    for head in heads:
        stood = [line.split(" ") for line in objects.read(head.file.sha256).decode().splitlines()]
        told = [(int(n), hash) for chain, n, hash in stood if chain == name]
        if told != [(head.n, head.hash)] or head.n > len(hashes) or hashes[head.n - 1] != head.hash:
            raise broken(head.n, f"tidak sama dengan kepala harian {head.day.isoformat()}")
    return len(lines), len(heads)


def find_heads(session: Session, day: date, *, sample: bool) -> HeadsRow | None:
    """The day's last file of heads; None where it has none."""
    chosen = select(HeadsRow).where(HeadsRow.day == day.isoformat(), HeadsRow.sample == sample)
    return session.scalar(chosen.order_by(HeadsRow.number.desc()).limit(1))


def as_heads(session: Session, row: HeadsRow, *, new: bool) -> Heads:
    chains = session.scalar(select(func.count()).select_from(HeadRow).where(HeadRow.heads == row.id)) or 0
    return Heads(
        day=date.fromisoformat(row.day), number=row.number, sample=row.sample, file=file_of(row),
        tokens=tokens_of(row), chains=chains, new=new,
    )  # fmt: skip


def file_of(row: HeadsRow) -> ObjectRef:
    return ObjectRef(sha256=row.file, size=row.file_size)


def tokens_of(row: HeadsRow) -> tuple[HeadToken, ...]:
    return tuple(
        HeadToken(
            authority=one["authority"],
            response=ObjectRef(sha256=one["sha256"], size=one["size"]),
            certificate_sha256=one["certificate_sha256"],
            time=datetime.fromisoformat(one["time"]),
        )
        for one in row.tokens
    )
