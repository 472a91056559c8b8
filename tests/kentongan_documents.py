"""Documents for the tests of the command line and of scoring: a few lines of invented life, as many as wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kentongan.schema import Document, Kind, document_id

FIRST = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
"""When the first of them was published; each next one a minute later."""

SENTENCES = (
    "Jalan depan pasar rusak parah, saya kecewa sekali dengan dinas",
    "Terima kasih petugas puskesmas, pelayanannya ramah dan cepat",
    "Harga beras di pasar naik lagi minggu ini, warga mengeluh",
    "Banjir di Kecamatan Randu sudah surut, jembatan bisa dilewati",
    "Jadwal imunisasi anak di balai desa hari Kamis pukul delapan",
    "Lampu jalan padam sudah tiga malam, tolong segera diperbaiki",
    "Festival budaya kemarin meriah sekali, anak-anak senang",
)


def make_document(number: int, *, kind: Kind = "post", text: str | None = None, sample: bool = False) -> Document:
    """The document of this number: the same each time it is asked for."""
    publisher = {"article": "kabar.example", "complaint": "aduan.example"}.get(kind, "sosial.example")
    key = f"{kind}-{number}"
    return Document(
        id=document_id(publisher, key),
        kind=kind,
        publisher=publisher,
        platform="web" if kind == "article" else "mastodon",
        native_key=key,
        source="uji",
        text=text or f"{SENTENCES[number % len(SENTENCES)]} nomor {number}",
        title=f"Berita nomor {number}" if kind == "article" else None,
        published_at=FIRST + timedelta(minutes=number),
        collected_at=FIRST + timedelta(days=1),
        sample=sample,
    )
