"""Invented articles for tests of clippings: a day of news about Tirtamaya, with copies, other regions and no matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy.orm import Session

from casework.agency_changes import AgencyGiven, add_agency
from casework.roles import Actor
from kentongan.places import Gazetteer
from kentongan.regions import Region
from kentongan.schema import Annotation, Document, Task, document_id

DAY = datetime(2026, 11, 21, tzinfo=UTC).date()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""After the evening edition closed (17.00 WIB)."""
MODEL, VERSION = "nada-uji", "1"

FLOOD = (
    "RANDU - Banjir merendam Jalan Waduk Lama di Kecamatan Randu sejak dini hari. Sebanyak 312 rumah terendam dan dua "
    "dapur umum dibuka. Badan Penanggulangan Bencana Daerah menyiagakan empat perahu karet di tepi waduk itu. Warga "
    "berharap saluran yang tersumbat segera dikeruk sebelum hujan berikutnya datang."
)
HEALTH = (
    "TIRTAMAYA - Dinas Kesehatan Kabupaten Tirtamaya mengakui obat darah tinggi kosong di tiga puskesmas. Antrean "
    "mengular sejak subuh. Pasien diminta kembali pekan depan. Kepala dinas menyebut pengiriman terlambat karena jalan "
    "terputus."
)
PRICE = (
    "TIRTAMAYA - Harga beras medium naik menjadi Rp15.600 per kilogram. Pedagang di Pasar Induk mengeluhkan pasokan. "
    "Pembeli mengurangi belanja mereka sejak awal pekan ini."
)
PRICE_MARKET = (
    "TIRTAMAYA - Pasar murah beras digelar serentak. Enam ton beras di lapangan Wanajati habis dalam dua jam saja. "
    "Kecamatan Wanajati kebagian paling banyak."
)
ELSEWHERE = (
    "SEMARANG - Dinas Kesehatan Kota Semarang membuka posko di lima kelurahan. Pemerintah Kota Semarang menyiapkan "
    "ambulans dan tenaga medis."
)
NATIONAL = "JAKARTA - Indeks saham ditutup menguat pada perdagangan hari ini. Investor menunggu keputusan suku bunga."


def article(
    key: str, title: str, text: str, *, at: datetime, publisher: str = "kabar.example",
    collected: datetime | None = None, url: str | None = None,
) -> Document:  # fmt: skip
    """An article published at a moment (aware)."""
    return Document(
        id=document_id(publisher, key), kind="article", publisher=publisher, platform="web", native_key=key,
        source=publisher.partition(".")[0], text=text, title=title, url=url or f"https://{publisher}/{key}",
        published_at=at, collected_at=collected or at, sample=True,
    )  # fmt: skip


def hour(wib: float, *, day: int = 21) -> datetime:
    """A moment of November 2026 by the clock of WIB."""
    minutes = round(wib * 60) - 7 * 60
    return datetime.fromtimestamp(datetime(2026, 11, day, tzinfo=UTC).timestamp() + minutes * 60, UTC)


def day_of_news() -> list[Document]:
    """The noon edition of 21 November (06.00 to 12.00 WIB): four stories of ours in six publications, two of others."""
    copy = FLOOD.replace("sejak dini hari", "sejak Sabtu dini hari")
    return [
        article("banjir", "Banjir Randu, 312 Rumah Terendam", FLOOD, at=hour(6)),
        article("banjir-2", "312 Rumah Terendam Banjir di Randu", copy, at=hour(7.5), publisher="suara.example"),
        article("banjir-3", "Banjir Randu Rendam 312 Rumah", FLOOD, at=hour(8), publisher="warta.example"),
        article("obat", "Obat Kosong di Tiga Puskesmas, Pasien Kecewa", HEALTH, at=hour(9)),
        article("beras", "Harga Beras Medium Naik Lagi", PRICE, at=hour(10), publisher="suara.example"),
        article("pasar", "Pasar Murah Beras Diserbu Warga", PRICE_MARKET, at=hour(11.5)),
        article("semarang", "Semarang Buka Posko Kesehatan", ELSEWHERE, at=hour(9)),
        article("saham", "Indeks Saham Menguat", NATIONAL, at=hour(9), publisher="warta.example"),
    ]


def labels(documents: Sequence[Document]) -> list[Annotation]:
    """What models would say of ``day_of_news``: tone, topic and region."""
    said: dict[str, dict[Task, tuple[str, float] | None]] = {
        "banjir": {"topic": ("environment_disaster", 0.9), "tone": ("neutral", 0.7), "region": ("99.01.02", 1.0)},
        "obat": {"topic": ("health", 0.95), "tone": ("negative", 0.91), "region": ("99.01", 1.0)},
        "beras": {"topic": ("economy_prices", 0.9), "tone": None},
        "pasar": {"topic": ("economy_prices", 0.8), "tone": ("positive", 0.8)},
        "semarang": {"topic": ("health", 0.9), "tone": ("negative", 0.9), "region": ("98.01", 1.0)},
    }
    return [
        annotation(document, task, label)
        for document in documents
        for task, label in said.get(document.native_key, {}).items()
    ]


def annotation(document: Document, task: Task, label: tuple[str, float] | None) -> Annotation:
    """A model's word; None for one that abstains."""
    value, p = label or ("negative", 0.4)
    return Annotation(
        document=document.id, task=task, value=value, by=MODEL, version=VERSION, at=NOW, probabilities={value: p},
        abstained=label is None,
    )  # fmt: skip


@cache
def gazetteer() -> Gazetteer:
    """Tirtamaya with three districts, and a regency beside it."""
    named = [
        ("99", "provinsi", None, "Provinsi Contoh"), ("99.01", "kabkota", "99", "Kabupaten Tirtamaya"),
        ("99.01.02", "kecamatan", "99.01", "Randu"), ("99.01.03", "kecamatan", "99.01", "Telaga"),
        ("99.01.04", "kecamatan", "99.01", "Wanajati"), ("98", "provinsi", None, "Provinsi Lain"),
        ("98.01", "kabkota", "98", "Kota Semarang"),
    ]  # fmt: skip
    return Gazetteer(
        Region(code=code, level=level, parent=parent, name=name, population=None, lat=None, lon=None)  # type: ignore[arg-type]
        for code, level, parent, name in named
    )


def add_agencies(session: Session, *, actor: Actor, now: datetime) -> None:
    """Three agencies of Tirtamaya and a district office."""
    for code, name, kind, fields, aliases in (
        ("dinkes", "Dinas Kesehatan", "opd", ["kesehatan"], ["Dinkes"]),
        ("bpbd", "Badan Penanggulangan Bencana Daerah", "opd", ["bencana"], ["BPBD"]),
        ("disdag", "Dinas Perdagangan", "opd", ["ekonomi"], ["Disdag"]),
        ("kec-randu", "Kecamatan Randu", "kecamatan", [], []),
    ):
        given = AgencyGiven(code=code, name=name, kind=kind, fields=tuple(fields), aliases=tuple(aliases))  # type: ignore[arg-type]
        add_agency(session, given, actor=actor, now=now)
