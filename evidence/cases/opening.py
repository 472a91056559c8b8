"""Opens cases and numbers them: KASUS-2026-0001, counting up within the year without a hole."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import Detail
from casework.case_tables import CaseRow
from casework.db import take_turn
from casework.roles import Actor
from evidence.cases.rows import as_cases, check_words, record_act
from evidence.records import Case
from kentongan.times import to_zone

TURN = "evidence cases"
"""What whoever opens a case waits for with ``take_turn``: numbers have no hole, and one story gets one case."""
LEAST_TITLE, MOST_TITLE = 3, 200
"""Length of a title, in characters."""
LEAST_PURPOSE = 10
"""Shortest purpose, in characters: the law on personal data asks for one, and a word is none."""
SALT_BYTES = 16
"""Length of the salt that hides a case's name in the daily heads; nobody guesses 128 bits."""


def open_case(
    session: Session,
    *,
    title: str,
    purpose: str,
    actor: Actor,
    now: datetime,
    sample: bool = False,
    zone: str = "WIB",
    via: str | None = None,
) -> Case:
    """Open a case. ``sample`` says that it is for invented data; ``zone`` is the one its year is counted in.

    Raises NotAllowed, and KentonganError where title or purpose say nothing.
    """
    actor = authorise(session, actor, action="cases.open", now=now)
    title = check_words(title, what="Judul kasus", least=LEAST_TITLE, most=MOST_TITLE)
    purpose = check_words(purpose, what="Tujuan kasus", least=LEAST_PURPOSE)
    take_turn(session, TURN)
    row = insert_case(session, title=title, purpose=purpose, actor=actor, now=now, sample=sample, zone=zone, via=via)
    return as_cases(session, [row])[0]


def insert_case(
    session: Session,
    *,
    title: str,
    purpose: str,
    actor: Actor,
    now: datetime,
    sample: bool,
    zone: str,
    via: str | None,
) -> CaseRow:
    """Write a new case and the first entry of its chain. The caller has authorised, and holds ``TURN``."""
    year = to_zone(now, zone).year
    number = (session.scalar(select(func.max(CaseRow.number)).where(CaseRow.year == year)) or 0) + 1
    row = CaseRow(
        id=f"KASUS-{year}-{number:04d}",
        year=year,
        number=number,
        title=title,
        purpose=purpose,
        state="open",
        held=False,
        sample=sample,
        opened_at=now,
        opened_by=actor.username,
        chain_salt=secrets.token_hex(SALT_BYTES),
    )
    session.add(row)
    session.flush()
    detail: Detail = {"judul": title, "tujuan": purpose, "contoh": sample}
    record_act(session, row.id, act="opened", object="case", detail=detail, actor=actor, now=now, via=via)
    return row
