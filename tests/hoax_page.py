"""What the tests of the hoax desk share: an office with suspected stories, a fact-check, complaints and people."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casework_fixtures import migrated_file
from complaint_courses import put_agencies, put_complaint
from streamlit.testing.v1 import AppTest

from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from casework.rumours import update_rumour_links
from casework.story_keeping import update_stories
from kentongan.schema import Annotation, Document, document_id, revision_hash
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
BEGAN = NOW - timedelta(hours=30)
BANSOS = (
    "Dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini, daftar di tautan sebelum ditutup. Sebarkan ke semua "
    "grup keluarga supaya tidak ada yang ketinggalan, petugas hanya melayani sampai sore https://bansos.example/daftar"
)
VARIANT = BANSOS.replace("sampai sore", "sampai malam nanti")
DENIAL = f"SALAH, jangan percaya: ini penipuan. {BANSOS}"
LOWONGAN = (
    "Lowongan kerja tanpa tes di perusahaan air minum daerah, bayar administrasi dahulu lewat rekening ini, kuota "
    "tinggal lima belas orang dan pendaftaran ditutup malam ini juga tanpa perpanjangan lagi."
)
PASAR = "Pasar malam di alun-alun ramai sekali, jajanannya enak dan harganya masih murah untuk keluarga."
ASKED = (
    "Dana bansos saya belum cair, sudah daftar tiga kali tidak ada hasil.",
    "Bansos untuk keluarga kami tidak cair sejak bulan lalu, petugas bilang tunggu daftar baru.",
    "Kapan dana bansos warga cair? Nama ibu saya hilang dari daftar.",
    "Daftar penerima bansos tidak jelas, dana tetangga cair kami tidak.",
)
ORDINARY = (
    ("lalu-lintas", "Parkir di depan toko memakan badan jalan, macet tiap sore."),
    ("ketertiban", "Balap liar setiap malam minggu mengganggu tidur."),
    ("jalan", "Polisi tidur terlalu tinggi, motor tersangkut."),
    ("pendidikan", "Atap kelas lapuk, anak-anak belajar di teras."),
)
HOSTILE = (
    "<script>alert(1)</script> \u202edibalik\u202c " + "a" * 100_000 + " " + "\N{FIRE}" * 500 + " obat rahasia ini "
    "menyembuhkan semua penyakit dalam semalam, jangan beritahu dokter mana pun"
)
REASONS = "Dinas Sosial menyatakan tautan pendaftaran bantuan ini bukan miliknya."
REFERENCE = "https://dinsos.tirtamaya.example/klarifikasi/12"
PEOPLE = (("ani", "analis"), ("budi", "hukum"), ("citra", "petugas"), ("dewi", "pimpinan"), ("eko", "analis"))
TEXTS = (
    (1, BANSOS, "x"), (2, BANSOS, "x"), (3, BANSOS, "telegram"), (4, VARIANT, "telegram"), (5, DENIAL, "x"),
    (6, LOWONGAN, "x"), (7, PASAR, "x"), (8, HOSTILE, "x"),
)  # fmt: skip
SUSPECTED = {1: 0.93, 2: 0.91, 3: 0.92, 4: 0.9, 6: 0.95, 8: 0.97}
"""Number of a post: the model's probability; it commits itself on all of them."""


def id_of(number: int) -> str:
    return document_id("sosial.example", str(number))


def post(number: int, text: str, platform: str) -> Document:
    at = BEGAN + timedelta(minutes=20 * number)
    return Document(
        id=id_of(number), kind="post", publisher="sosial.example", platform=platform, native_key=str(number),
        source=platform, text=text, author=f"akun_{number}", published_at=at, collected_at=at, sample=True,
    )  # fmt: skip


def said(number: int, text: str) -> Annotation:
    """What the model says of a post; unsure of those that are not in SUSPECTED."""
    chance = SUSPECTED.get(number, 0.2)
    return Annotation(
        document=id_of(number), task="hoax", value="hoax" if chance > 0.5 else "lain", by="linear-hoax",
        version="1.0.0", at=NOW, probabilities={"hoax": chance, "lain": 1 - chance}, abstained=chance < 0.5,
        revision=revision_hash(None, text),
    )  # fmt: skip


def make_office(folder: Path, *, person: str = "ani") -> Settings:
    """Its posts, stories, fact-check, complaints that may feed one, and people; the pages act for ``person``."""
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(
        data_dir=folder,
        region="99.01",
        regions_file=ROOT / "samples" / "regions.csv",
        dashboard_person=person,
        sign_in="off",
    )
    with open_store(settings) as store, open_casework(settings) as casework:
        fill_store(store)
        with casework.begin() as session:
            for username, role in PEOPLE:
                agency = "Dinas Sosial" if role == "petugas" else None
                add_person(session, username, name=username.title(), role=role, agency=agency, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
        update_stories(store, casework, settings, now=NOW)
        feed_complaints(store, casework)
    return settings


def fill_store(store: Store) -> None:
    check = Document(
        id=document_id("cekfakta.example", "1"), kind="factcheck", publisher="cekfakta.example", platform="web",
        native_key="1", source="cekfakta", title="[SALAH] Tautan Pendaftaran Bansos Rp2,4 Juta untuk Warga Tirtamaya",
        text="Beredar pesan dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini dengan daftar di tautan.",
        url="https://cekfakta.example/1", published_at=BEGAN + timedelta(hours=20), collected_at=NOW, sample=True,
        facts={"rating": "false", "claim": "Dana bansos Rp2,4 juta untuk warga Tirtamaya cair, daftar di tautan"},
    )  # fmt: skip
    store.add([*(post(*one) for one in TEXTS), check])
    store.annotate(said(number, text) for number, text, _ in TEXTS)
    store.annotate(
        Annotation(document=id_of(number), task=task, value=value, by="ani", at=NOW)
        for number in (1, 2, 3, 4)
        for task, value in (("topic", "social_religion"), ("region", "99.01.02"))
    )  # fmt: skip
    store.use_model("hoax", "linear-hoax", "1.0.0")
    store.refresh()


def feed_complaints(store: Store, casework: Casework) -> None:
    """Complaints about the aid that waited when the rumour began."""
    with casework.begin() as session:
        put_agencies(session)
        for number in range(40):
            category, words = ORDINARY[number % len(ORDINARY)]
            put_complaint(
                session, 100 + number, text=words, received_at=BEGAN - timedelta(days=2 + number),
                region="99.01.02" if number % 2 else "99.01.03", category=category,
            )  # fmt: skip
        for number, words in enumerate(ASKED, 1):
            put_complaint(
                session, number, text=words, received_at=BEGAN - timedelta(days=3 + 2 * number), region="99.01.02",
                category="bantuan-sosial", course="forwarded", gaps=(1.0,),
            )  # fmt: skip
    update_rumour_links(store, casework, now=NOW)


def draw_desk() -> None:
    from dashboard.app_pages.hoaxes import show_hoaxes
    from dashboard.data import read_settings

    show_hoaxes(read_settings(), language="id")


def draw_english() -> None:
    from dashboard.app_pages.hoaxes import show_hoaxes
    from dashboard.data import read_settings

    show_hoaxes(read_settings(), language="en")


def open_page(function: object = draw_desk, **address: str) -> AppTest:
    made = AppTest.from_function(function, default_timeout=60)  # type: ignore[arg-type]
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def told(page: AppTest) -> str:
    """Everything the page says, what is drawn by the clickable component included."""
    assert not page.exception, page.exception
    drawn = [str(one.proto) for one in page.get("bidi_component")]
    return " ".join([*(str(element.proto.body) for element in page.get("html")), *drawn])
