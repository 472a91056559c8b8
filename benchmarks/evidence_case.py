"""Makes a case that is ready for its package: documents, captures, a verdict of two persons, answers, test keys.

Everything goes through the parts that people use; only the captured pages are invented, in a size that pages have.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec

from casework.db import Casework, open_casework
from casework.people import add_person, first_admin
from casework.roles import SYSTEM, Actor
from casework.verdict_reviews import decide, open_review
from crawlers.archive import Archive, Sent
from crawlers.kinds import Answer
from evidence.cases.captures import add_capture
from evidence.cases.changes import hold_case
from evidence.cases.opening import open_case
from evidence.cases.securing import secure_document
from evidence.law.questions import answer, choose_route
from evidence.law.rulebook import read_rulebook
from evidence.law.rulebook_form import Route
from evidence.objects import Objects
from evidence.package.records import Issuer, Sources
from evidence.records import Capture, CaptureFile
from evidence.signing.chosen_keys import keys_folder
from evidence.signing.seal import load_key
from evidence.signing.timestamps import Authority
from evidence.signing.trial_authority import serve_test_authority
from evidence.signing.trial_keys import CA_FILE, SEAL_FILE, TRIAL_PASSWORD, make_test_keys
from kentongan.schema import Annotation, Document, Record, Revision, document_id, revision_hash
from kentongan.settings import Settings

WARC_BYTES = 1_000_000
"""Of a captured page with its resources: the median page of the HTTP Archive weighs 2 MB, much of it pictures that a
news page loads and a post does not."""
PICTURE_SIZE = (1366, 3000)
"""Of a captured page's picture, in pixels: four screens."""
PICTURE_NOISE = 80_000
"""Pixels of it that compress badly, which makes a PNG of about 300 KB."""
REASONS = "Dinas Sosial menyatakan tautan pendaftaran bantuan ini bukan miliknya."
REFERENCES = ("https://dinsos.tirtamaya.example/klarifikasi/12",)
REASON = "Diperiksa bersama bagian hukum menurut berkas perkara nomor dua belas."
ANSWERS: Mapping[str, str] = {
    "jurnalistik": "tidak",
    "bentuk": "pernyataan_fakta",
    "pihak_dirugikan": "konsumen",
    "pengetahuan": "ada_bukti",
    "kerusuhan": "tidak_ada",
    "tanggal_perbuatan": "2026-11-01",
    "tujuan": "ditetapkan",
    "masa_simpan": "sampai_perkara_selesai",
    "pembatasan": "hanya_yang_perlu",
    "penahanan": "ditahan",
}
"""With these a report to the police is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCase:
    """A case and who works on it."""

    id: str
    settings: Settings
    sources: Sources
    keys: Path
    """Folder of the test keys."""
    legal: Actor
    """Legal staff, who may build."""
    analyst: Actor
    documents: tuple[str, ...]

    @property
    def casework(self) -> Casework:
        return self.sources.casework


@contextmanager
def made_case(
    settings: Settings,
    *,
    documents: int,
    now: datetime,
    route: Route | None = "police",
    decided: bool = True,
    warc_bytes: int = WARC_BYTES,
    text: str = "Bansos Rp2,4 juta cair hari ini, daftar di tautan.",
) -> Iterator[MadeCase]:
    """A case of invented posts, each with its raw answer and a capture, ready to be built."""
    with open_casework(settings) as casework:
        analyst, legal = add_people(casework, now=now)
        objects = Objects(settings.objects_dir)
        sources = Sources(
            casework=casework, objects=objects, rulebook=read_rulebook(), store=None, models_dir=settings.models_dir
        )
        with casework.begin() as session:
            case = open_case(
                session, title="Bansos palsu", purpose="Memeriksa penipuan bansos yang merugikan warga", actor=legal,
                now=now, sample=True,
            )  # fmt: skip
        records = [make_record(number, folder=settings.archive_dir, text=text, now=now) for number in range(documents)]
        for number, record in enumerate(records):
            capture = make_capture(number, record.document, objects=objects, now=now, warc_bytes=warc_bytes)
            with casework.begin() as session:
                secure_document(
                    session, record, objects=objects, archive_dir=settings.archive_dir, case=case.id, actor=analyst,
                    now=now,
                )  # fmt: skip
                add_capture(session, case.id, capture, document=record.document.id, actor=analyst, now=now)
        if records and decided:
            decide_twice(casework, records[0], (analyst, legal), now=now)
        made = MadeCase(
            id=case.id, settings=settings, sources=sources, keys=keys_folder(settings.evidence_dir), legal=legal,
            analyst=analyst, documents=tuple(record.document.id for record in records),
        )  # fmt: skip
        if route is not None:
            answer_law(made, route, now=now)
        make_test_keys(made.keys, now=now)
        yield made


def add_people(casework: Casework, *, now: datetime) -> tuple[Actor, Actor]:
    """An analyst and legal staff."""
    with casework.begin() as session:
        first_admin(session, "ratna", name="Ratna Dewi", now=now)
        ani = add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=now)
        budi = add_person(session, "budi", name="Budi Santoso", role="hukum", actor=SYSTEM, now=now)
    return tuple(Actor(id=one.id, username=one.username, role=one.role) for one in (ani, budi))  # type: ignore[return-value]


def make_record(number: int, *, folder: Path, text: str, now: datetime) -> Record:
    """A post with its answer in the archive and one label."""
    url = f"https://sosial.example/{number}"
    at = now - timedelta(days=1, minutes=number)
    page = Answer(
        url=url, status=200, headers=(("Content-Type", "text/html"),), body=f"<p>{text} {number}</p>".encode(), at=at
    )
    with Archive(folder, run="ukur", now=now) as archive:
        raw = archive.write_response(page, sent=Sent(url=url))
    document = Document(
        id=document_id("sosial.example", str(number)), kind="post", publisher="sosial.example", platform="mastodon",
        native_key=str(number), source="ukur", text=f"{text} {number}", published_at=at,
        collected_at=at + timedelta(minutes=1), url=url, author=f"@akun{number}", raw=raw, sample=True,
    )  # fmt: skip
    newest = Revision(hash=revision_hash(None, document.text), text=document.text, raw=raw)
    label = Annotation(
        document=document.id, task="sentiment", value="negative", by="linear", version="1.0.0", at=at,
        probabilities={"negative": 0.8, "neutral": 0.15, "positive": 0.05}, revision=newest.hash,
    )  # fmt: skip
    return Record(document=document, newest=newest, annotations=(label,), labels={"sentiment": label})


def make_capture(
    number: int, document: Document, *, objects: Objects, now: datetime, warc_bytes: int = WARC_BYTES
) -> Capture:
    """A captured page of a real size: bytes that do not compress, and a picture that does as pages do."""
    noise = random.Random(number)
    files = {
        "halaman.warc.gz": gzip.compress(noise.randbytes(warc_bytes), 1, mtime=0),
        "layar.png": draw_page(noise, document.text),
        "dom.html": f"<html><body>{document.text}</body></html>".encode() * 300,
        "teks.txt": document.text.encode(),
    }
    kept = {name: objects.put(data) for name, data in files.items()}
    told = {"format": 1, "files": {name: {"sha256": one.sha256, "size": one.size} for name, one in kept.items()}}
    kept["perolehan.json"] = objects.put(msgspec.json.encode(told))
    return Capture(
        id=f"{number:020x}", url=document.url or "", final_url=document.url or "", at=now, status=200, title="Unggahan",
        files=tuple(CaptureFile(name=name, object=one) for name, one in kept.items()),  # type: ignore[arg-type]
    )  # fmt: skip


def draw_page(noise: random.Random, text: str) -> bytes:
    """A PNG like that of a page: flat areas, words, and one part that compresses badly."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", PICTURE_SIZE, (244, 246, 248))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((200, 120, 1166, 620), fill=(255, 255, 255), outline=(200, 205, 210))
    pen.text((240, 160), text, fill=(20, 20, 20), font_size=28)
    side = int(PICTURE_NOISE**0.5)
    picture.paste(Image.frombytes("RGB", (side, side), noise.randbytes(3 * side * side)), (240, 260))
    out = BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def decide_twice(casework: Casework, record: Record, people: tuple[Actor, Actor], *, now: datetime) -> None:
    """Two persons decide that the record is a scam."""
    document, words = record.document.id, record.newest.hash
    with casework.begin() as session:
        review = open_review(session, document, words=words, actor=people[0], now=now)
    for person in people:
        with casework.begin() as session:
            decide(
                session, review.id, round=1, words=words, status="false", kind="scam", reasons=REASONS,
                references=REFERENCES, actor=person, now=now,
            )  # fmt: skip


def answer_law(made: MadeCase, route: Route, *, now: datetime) -> None:
    """Give every answer, hold the case, and choose the route."""
    rulebook, objects = made.sources.rulebook, made.sources.objects
    with made.casework.begin() as session:
        hold_case(session, made.id, reason=REASON, actor=made.legal, now=now)
        for question, value in ANSWERS.items():
            answer(session, made.id, question, value, REASON, rulebook=rulebook, actor=made.legal, now=now)
        choose_route(session, made.id, route, rulebook=rulebook, objects=objects, actor=made.legal, now=now)


@contextmanager
def trial_issuer(keys: Path) -> Iterator[Issuer]:
    """The test keys as an issuer, with the local time authority running; nobody signs the report."""
    with serve_test_authority(keys) as address:
        authority = Authority(name="uji", url=address, certificate=(keys / CA_FILE).read_bytes(), test=True)
        yield Issuer(
            organisation="Dinas Komunikasi dan Informatika Tirtamaya", zone="WIB",
            seal=load_key(keys / SEAL_FILE, TRIAL_PASSWORD), authorities=(authority,),
        )  # fmt: skip
