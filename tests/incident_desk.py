"""What the tests of incidents share: a place to call from, agencies, and acts in one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from casework_fixtures import NOW, actor
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.db import Casework
from casework.incidents.intake import Emergency, TakenCall, take_emergency
from casework.incidents.records import Incident
from casework.incidents.room import open_incident
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from kentongan.places import Region

RANDU = Region(code="99.01.01", name="Randu", level="kecamatan", parent="99.01", population=None, lat=None, lon=None)
MARKET = (-7.10, 110.40)
SEA = (-20.0, 100.0)


@dataclass(frozen=True, slots=True)
class Places:
    """A gazetteer of one district around MARKET."""

    def find(self, text: str, *, within: str | None = None) -> Region | None:
        return RANDU if "Randu" in text else None

    def locate(self, lat: float, lon: float) -> Region | None:
        return RANDU

    def is_plausible(self, lat: float, lon: float) -> bool:
        return (lat, lon) != SEA


def call(
    session: Session, *, minutes: float = 0, kind: str = "kebakaran", by: Actor = SYSTEM, **said: Any
) -> TakenCall:
    """A call for help, so many minutes after NOW."""
    now = NOW + timedelta(minutes=minutes)
    return take_emergency(session, Emergency(kind=kind, **said), places=Places(), within="99.01", actor=by, now=now)


def opened(session: Session, by: Actor, *, level: str = "darurat", minutes: float = 0, **more: Any) -> Incident:
    """An incident a person opened."""
    return open_incident(
        session, **{"title": "Kebakaran Pasar Kalimanis", "kind": "kebakaran", **more}, level=level, actor=by,
        now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip


def put_agencies(casework: Casework) -> None:
    """The agency for dams and floods, another, and the command centre."""
    rows: tuple[tuple[str, str, str, list[str]], ...] = (
        ("bpbd", "BPBD Tirtamaya", "opd", ["bendungan", "banjir", "longsor"]),
        ("dinas-pu", "Dinas PUPR Tirtamaya", "opd", []),
        ("pusat", "Command Center Tirtamaya", "pusat", []),
    )
    with casework.begin() as session:
        for code, name, kind, dangers in rows:
            session.add(
                AgencyRow(
                    code=code, name=name, aliases=[], kind=kind, fields=[], dangers=dangers, region=None, contact=None,
                    confirmed=True, active=True,
                )
            )  # fmt: skip


def officer(casework: Casework, username: str, agency: str) -> Actor:
    """A petugas of this agency."""
    with casework.begin() as session:
        return actor(
            add_person(session, username, name=username.title(), role="petugas", agency=agency, actor=SYSTEM, now=NOW)
        )
