"""What a reporter may do about an answer, by themselves or through staff: rate it, or have the complaint reopened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from casework.complaints.changing import begin_change, complete_change, require_words
from casework.complaints.records import Complaint, Stage
from casework.roles import Actor
from kentongan.errors import Conflict, KentonganError

if TYPE_CHECKING:
    from casework.deadlines import Deadlines

BEST = 5
"""Ratings go from 1 to 5, as LAPOR!'s stars do."""


def reopen(
    session: Session,
    complaint: int,
    *,
    reason: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    deadlines: Deadlines,
    days: int,
    by_reporter: bool = False,
    via: str | None = None,
) -> Complaint:
    """Open a complaint again that was ended: with its agency, else at verification. Its clocks begin anew.

    ``days`` is how long after its end that may be done (setting ``complaint_reopen_days``). Raises NotFound,
    NotAllowed, Conflict (not ended, or too long ago), and KentonganError without a reason.
    """
    change = begin_change(
        session, complaint, act="reopened", actor=actor, version=version, now=now, by_reporter=by_reporter
    )
    row = change.row
    ended = row.finished_at or row.stage_since
    if now > ended + timedelta(days=days):
        raise Conflict(
            f"Aduan {row.number} berakhir lebih dari {days} hari lalu, jadi tidak dapat dibuka kembali.",
            hint="Masukkan aduan baru dan sebut nomor ini di dalamnya.",
        )
    words = require_words(reason, what="Alasan")
    row.finished_at = row.rating = None
    to: Stage = "diproses" if row.agency is not None else "menunggu_verifikasi"
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, to=to, reason=words)


def rate(
    session: Session,
    complaint: int,
    *,
    rating: int,
    actor: Actor,
    version: int | None,
    now: datetime,
    deadlines: Deadlines,
    by_reporter: bool = False,
    via: str | None = None,
) -> Complaint:
    """Note what the reporter gives the answer, 1 to 5; the complaint is closed with it. Once rated it stays so.

    Raises NotFound, NotAllowed, Conflict, and KentonganError for another number.
    """
    if not 1 <= rating <= BEST:
        raise KentonganError(f"Nilai {rating} tidak ada.", hint=f"Nilainya 1 sampai {BEST}.")
    change = begin_change(
        session, complaint, act="rated", actor=actor, version=version, now=now, by_reporter=by_reporter
    )
    if change.row.rating is not None:
        raise Conflict(f"Aduan {change.row.number} sudah dinilai {change.row.rating}.", hint="Nilainya tetap.")
    change.row.rating = rating
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, detail={"nilai": rating})
