"""Invented complaints with their histories, put straight into the tables, for tests of figures over many of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.complaints.tables import ComplaintEventRow, ComplaintReporterRow, ComplaintRow
from kentongan.schema import document_id

AGENCIES = {"dinas-pu": "Dinas PUPR Tirtamaya", "dlh": "Dinas Lingkungan Hidup Tirtamaya"}
COURSES: dict[str, tuple[str, ...]] = {
    "waiting": ("menunggu_verifikasi",),
    "forwarded": ("menunggu_verifikasi", "diteruskan"),
    "worked": ("menunggu_verifikasi", "diteruskan", "diproses"),
    "done": ("menunggu_verifikasi", "diteruskan", "diproses", "selesai"),
    "rated": ("menunggu_verifikasi", "diteruskan", "diproses", "selesai", "ditutup"),
    "reopened": ("menunggu_verifikasi", "diteruskan", "selesai", "diproses"),
    "archived": ("menunggu_verifikasi", "diarsipkan"),
}


@dataclass(frozen=True)
class Put:
    """One invented complaint and what was put of it."""

    row: ComplaintRow
    steps: tuple[tuple[datetime, str], ...]


def put_agencies(session: Session) -> None:
    for code, name in AGENCIES.items():
        session.add(
            AgencyRow(code=code, name=name, aliases=[], kind="opd", fields=[], dangers=[], confirmed=True, active=True)
        )
    session.flush()


def put_complaint(
    session: Session, number: int, *, received_at: datetime, gaps: tuple[float, ...] = (), course: str = "waiting",
    text: str = "Lampu jalan padam.", title: str | None = None, reporter: tuple[str, str] = ("", ""),
    **columns: object,
) -> Put:  # fmt: skip
    """One complaint whose stages follow each other by these gaps, in days."""
    stages = COURSES[course]
    times = [received_at]
    for gap in gaps[: len(stages) - 1]:
        times.append(times[-1] + timedelta(days=gap))
    steps = tuple(zip(times, stages[: len(times)], strict=True))
    agency = columns.pop("agency", "dinas-pu")
    last = steps[-1][1]
    ended = [at for at, stage in steps if stage == "selesai"] if last in ("selesai", "ditutup") else []
    row = ComplaintRow(
        number=f"ADU-2026-{number:06d}", publisher="kentongan", ticket=f"ADU-2026-{number:06d}", title=title,
        text=text, document=document_id("kentongan", f"ADU-2026-{number:06d}"), received_at=received_at,
        stage=last, stage_since=steps[-1][0], agency=agency if len(steps) > 1 and course != "archived" else None,
        finished_at=ended[0] if ended else None,
        **{"channel": "web", "kind": "pengaduan", "secret": False, "sample": False, "given": {}, **columns},
    )  # fmt: skip
    session.add(row)
    session.flush()
    for at, (moment, stage) in enumerate(steps):
        session.add(
            ComplaintEventRow(
                complaint=row.id, at=moment, recorded_at=moment, act="put", stage_from=None if at == 0 else stage,
                stage_to=stage, agency=agency if stage == "diteruskan" else None, actor="sistem", actor_name="sistem",
                detail={},
            )
        )  # fmt: skip
    name, contact = reporter
    session.add(
        ComplaintReporterRow(
            complaint=row.id, channel="web", name=name or None, contact=contact or None, text=text, anonymous=False,
            at=received_at,
        )
    )  # fmt: skip
    session.flush()
    return Put(row=row, steps=steps)


def put_many(session: Session, count: int, *, since: datetime, days: int, seed: int) -> list[Put]:
    """Complaints of every course, spread over some days; some secret, held or merged."""
    chance = random.Random(seed)
    made: list[Put] = []
    for number in range(1, count + 1):
        course = chance.choice(list(COURSES))
        hidden: dict[str, object] = {}
        roll = chance.random()
        if roll < 0.08:
            hidden["secret"] = True
        elif roll < 0.14:
            hidden["held"] = "draft"
        made.append(
            put_complaint(
                session, number, received_at=since + timedelta(days=chance.uniform(0, days)), course=course,
                gaps=tuple(chance.uniform(0.1, 9) for _ in range(4)), channel=chance.choice(["web", "lapor", "sms"]),
                category=chance.choice(["jalan", "lingkungan", None]), agency=chance.choice(list(AGENCIES)),
                region=chance.choice(["33.99.01", "33.99.02", None]),
                rating=chance.randint(1, 5) if course == "rated" else None, **hidden,
            )
        )  # fmt: skip
    return made
