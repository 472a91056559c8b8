"""A desk for the tests of complaints: small regions, the shipped deadlines, an agency and its staff, acts in a line."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from casework_fixtures import NOW, actor, add

import samples
from casework.agencies import take_agency
from casework.complaints.importing import TakenMany, take_complaints
from casework.complaints.intake import take_complaint
from casework.complaints.listing import get_complaint
from casework.complaints.records import Complaint, Intake, Taken
from casework.db import Casework
from casework.deadlines import Deadlines, load_deadlines
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from kentongan.places import Gazetteer
from kentongan.regions import read_regions
from kentongan.settings import Settings

REGIONS = Path(samples.__file__).parent / "regions.csv"
AGENCY = "Dinas PUPR Tirtamaya"
"""Agency of the petugas that ``casework_fixtures`` adds."""
HOLE = "Lubang besar di Jalan Melati depan Pasar Kalimanis, sudah tiga pengendara jatuh. Mohon segera ditambal."


@cache
def regions() -> Gazetteer:
    """The invented regency alone: quick to index."""
    return Gazetteer(read_regions(REGIONS))


@cache
def deadlines() -> Deadlines:
    return load_deadlines(Settings())


@dataclass(slots=True)
class Desk:
    """An open casework with people, and what complaints are taken in with."""

    casework: Casework
    settings: Settings
    staff: dict[str, Actor]
    now: datetime = NOW

    def tools(self, **more: Any) -> dict[str, Any]:
        return {
            "deadlines": deadlines(), "gazetteer": regions(), "suggester": None, "settings": self.settings,
            "now": self.now, **more,
        }  # fmt: skip

    def take(self, text: str = HOLE, *, by: str = "petugas", **more: Any) -> Taken:
        intake = Intake(**{"channel": "telepon", "text": text, **more})
        with self.casework.begin() as session:
            return take_complaint(session, intake, actor=self.staff[by], **self.tools())

    def import_all(self, *intakes: Intake, **more: Any) -> TakenMany:
        with self.casework.begin() as session:
            return take_complaints(session, intakes, actor=SYSTEM, **self.tools(**more))

    def do(self, act: Any, complaint: int, *, by: str = "petugas", **more: Any) -> Complaint:
        """One act with the complaint as it stands."""
        with self.casework.begin() as session:
            seen = get_complaint(session, complaint, actor=self.staff[by], now=self.now)
            given = {"version": seen.version, "actor": self.staff[by], "now": self.now, "deadlines": deadlines()}
            done: Complaint = act(session, complaint, **{**given, **more})
            return done

    def get(self, complaint: int, *, by: str = "hukum") -> Complaint:
        with self.casework.read() as session:
            return get_complaint(session, complaint, actor=self.staff[by], now=self.now)

    def later(self, **more: float) -> Desk:
        """The same desk at a later time."""
        return Desk(self.casework, self.settings, self.staff, self.now + timedelta(**more))


def open_desk(casework: Casework, settings: Settings) -> Desk:
    """An analyst, a petugas of the agency, one of another agency, and legal staff."""
    with casework.begin() as session:
        take_agency(session, AGENCY, now=NOW)
        take_agency(session, "Dinas Lain", now=NOW)
    staff = {role: actor(add(casework, f"si-{role}", role)) for role in ("analis", "hukum", "pimpinan", "petugas")}
    with casework.begin() as session:
        other = add_person(session, "si-lain", name="Lain", role="petugas", agency="Dinas Lain", actor=SYSTEM, now=NOW)
    staff["lain"] = actor(other)
    return Desk(casework, settings, staff)


def write_sp4n(file: Path, *rows: Mapping[str, str]) -> Path:
    """An export in SP4N's manner; what a row leaves out is filled in."""
    usual = {
        "Tracking ID": "7000001", "Tanggal Masuk": "2026-11-09 08:15", "Judul": "Jalan berlubang", "Isi Laporan": HOLE,
        "Klasifikasi": "Pengaduan Tidak Berkadar Pengawasan", "Kategori": "Jalan", "Kecamatan": "Randu",
        "Sumber Laporan": "Website", "Dinas Tujuan": AGENCY, "Status": "Belum Terverifikasi", "Tanggal Selesai": "",
    }  # fmt: skip
    full = [{**usual, **row} for row in rows]
    columns = list(dict.fromkeys(name for row in full for name in row))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        writer.writerows(full)
    return file
