"""What the tests of rumours share: a rumour that three accounts pass on, and complaints in two invented districts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework_fixtures import NOW
from complaint_courses import put_agencies, put_complaint
from kentongan_documents import FIRST
from sqlalchemy.orm import Session
from story_desk import id_of, post

from casework.db import Casework
from casework.rumours import RumourLink, list_rumour_links, update_rumour_links
from casework.story_keeping import update_stories
from kentongan.schema import Annotation, Task
from kentongan.settings import Settings
from search.store import Store

HERE, THERE = "33.99.01", "33.99.02"
RUMOUR = (
    "AWAS!! Stok obat puskesmas sengaja dikosongkan, obat darah tinggi dijual ke apotek oleh oknum. Yang percaya "
    "silakan antre sendiri, pasien lansia disuruh pulang. Sebarkan sebelum dihapus, hubungi 081234567890"
)
ASK = "Obat darah tinggi di puskesmas kosong sejak dua pekan lalu, pasien terpaksa beli di apotek."
MORE = (
    "Stok obat puskesmas habis, ibu saya disuruh beli sendiri.",
    "Obate entek terus neng puskesmas, dikon tuku neng apotek.",
    "Sudah tiga kali kontrol, obat selalu kosong di puskesmas pembantu.",
)
ORDINARY = (
    ("lalu-lintas", "Parkir di depan toko memakan badan jalan, macet tiap sore."),
    ("ketertiban", "Balap liar setiap malam minggu mengganggu tidur."),
    ("jalan", "Polisi tidur terlalu tinggi, motor tersangkut."),
    ("pendidikan", "Atap kelas lapuk, anak-anak belajar di teras."),
)


def put_rumour(store: Store, casework: Casework, settings: Settings, text: str = RUMOUR, *, first: int = 0) -> str:
    """Three accounts pass a message on; a person says its topic and district. Returns the story's id."""
    store.add([post(first + number, text) for number in range(3)])
    values: Mapping[Task, str] = {"topic": "health", "region": HERE, "hoax": "hoax"}
    store.annotate(
        Annotation(document=id_of(first + number), task=task, value=value, by="ani", at=NOW)
        for number in range(3)
        for task, value in values.items()
    )
    update_stories(store, casework, settings, now=NOW)
    return id_of(first)


def put_ask(
    session: Session, number: int, text: str = ASK, *, days: float = 6, region: str | None = HERE, **more: object
) -> int:
    """A complaint so many days before the rumour; returns its id."""
    columns: dict[str, object] = {"category": "kesehatan", **more}
    at: datetime = FIRST - timedelta(days=days)
    return put_complaint(session, number, text=text, received_at=at, region=region, **columns).row.id  # type: ignore[arg-type]


def put_fed(casework: Casework) -> list[int]:
    """Ordinary complaints in both districts, and four about the medicine in one; returns the ids of the four."""
    with casework.begin() as session:
        put_agencies(session)
        for number in range(40):
            category, text = ORDINARY[number % len(ORDINARY)]
            region = HERE if number % 2 else THERE
            put_ask(session, 100 + number, text, days=2 + number, region=region, category=category)
        return [
            put_ask(session, number, text, days=3 + 4 * number, course="forwarded", gaps=(1.0,))
            for number, text in enumerate((ASK, *MORE), 1)
        ]


def look(store: Store, casework: Casework) -> list[RumourLink]:
    """Look for what is behind the stories; the links there are then."""
    update_rumour_links(store, casework, now=NOW)
    with casework.read() as session:
        return list_rumour_links(session)
