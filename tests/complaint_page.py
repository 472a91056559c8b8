"""An invented installation for tests of the page of complaints: agencies, staff, complaints in several stages."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import samples
from casework.agency_changes import load_agencies, load_agency_file
from casework.complaints.handling import forward, mark_secret, verify
from casework.complaints.intake import take_complaint
from casework.complaints.records import Complaint, Intake
from casework.db import Casework
from casework.deadlines import load_deadlines
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from kentongan.places import load_gazetteer
from kentongan.settings import Settings
from models.suggest import load_suggester

STAFF = (
    ("sari", "petugas", "Dinas Komunikasi dan Informatika"),
    ("dewi", "petugas", "Dinas Pekerjaan Umum"),
    ("budi", "hukum", None),
    ("pram", "pimpinan", None),
)
"""Username, role, agency; Sari's is the command centre."""

HOLE = "Jalan di depan Pasar Randu berlubang dalam, dua pengendara motor jatuh pekan ini. Mohon segera ditambal."
SAME_HOLE = "Lubang dalam di jalan depan Pasar Randu, pengendara motor jatuh lagi kemarin. Mohon ditambal segera."
WASTE = "Tumpukan sampah di Kecamatan Telaga tidak diangkut sepuluh hari, baunya menyengat sampai ke sekolah."
SECRET = "Saya melihat kepala bagian menerima amplop dari pemenang lelang di ruang rapat, saya takut diketahui."
HOSTILE = "<script>alert(1)</script> Lampu jalan mati di Randu sejak Senin, gelap sekali."


def settings_for(folder: Path, person: str = "sari") -> Settings:
    return Settings(
        data_dir=folder, region="99.01", regions_file=Path(samples.__file__).parent / "regions.csv",
        sign_in="off", dashboard_person=person,
    )  # fmt: skip


def put_desk(casework: Casework, settings: Settings, *, now: datetime) -> dict[str, Complaint]:
    """Agencies, staff, five complaints: a late one with the Dinas PU, its copy, one to verify, a hostile, a secret."""
    deadlines, gazetteer = load_deadlines(settings), load_gazetteer(settings.regions_file)
    suggester = load_suggester()
    actors: dict[str, Actor] = {}
    made: dict[str, Complaint] = {}
    agencies = load_agency_file(Path(samples.__file__).parent / "agencies.toml")
    with casework.begin() as session:
        load_agencies(session, agencies, actor=SYSTEM, now=now)
        for username, role, agency in STAFF:
            person = add_person(
                session, username, name=username.title(), role=role, agency=agency, actor=SYSTEM, now=now  # type: ignore[arg-type]
            )  # fmt: skip
            actors[username] = Actor(id=person.id, username=username, role=person.role)
        for name, text, title, days in (
            ("hole", HOLE, "Lubang depan Pasar Randu", 40),
            ("copy", SAME_HOLE, "Jalan berlubang lagi", 39),
            ("waste", WASTE, None, 0),
            ("hostile", HOSTILE, None, 0),
            ("secret", SECRET, None, 1),
        ):
            taken = take_complaint(
                session, Intake(channel="web", text=text, title=title, name="Orang Rekaan", contact="08120000000",
                received_at=now - timedelta(days=days)), deadlines=deadlines, gazetteer=gazetteer, suggester=suggester,
                settings=settings, actor=SYSTEM, now=now - timedelta(days=days),
            )  # fmt: skip
            made[name] = taken.complaint
        sari = {"actor": actors["sari"], "deadlines": deadlines}
        for name in ("hole",):
            one, then = made[name], now - timedelta(days=39)
            one = verify(session, one.id, category="jalan", version=one.version, now=then, **sari)  # type: ignore[arg-type]
            made[name] = forward(session, one.id, agency="dinas-pu", version=one.version, now=then, **sari)  # type: ignore[arg-type]
        one = made["secret"]
        made["secret"] = mark_secret(
            session, one.id, reason="laporan pelanggaran", version=one.version, now=now, **sari  # type: ignore[arg-type]
        )  # fmt: skip
    return made
