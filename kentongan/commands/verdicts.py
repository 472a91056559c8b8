"""Putusan dua orang atas sebuah cerita: buka pemeriksaan, putuskan terpisah, cabut, terbitkan klarifikasi.

Dua orang yang berbeda memutuskan tanpa melihat pilihan satu sama lain; keputusan pertama baru terlihat setelah yang
kedua masuk. Bila sama, putusan ditetapkan; bila berbeda, putaran berikutnya dimulai dengan keputusan berikutnya.
Contoh: kentongan verdicts decide 3 --status false --kind scam --reasons "Dinas Sosial menyatakan tautan itu palsu."
--reference https://dinsos.example/klarifikasi --as sari
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_lines
from kentongan.commands.verdict_rows import (
    Shown,
    review_line,
    shown_line,
    write_events,
    write_reviews,
    write_shown,
)
from kentongan.errors import BadSettings, NotFound
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.db import Casework
    from casework.roles import Actor
    from casework.verdict_records import Review
    from search.store import Store

MOST_READ = 1_000_000
"""Most letters read from standard input: far more than a reason may have, so that a longer one is refused in words."""
DONE = {
    "open": "Pemeriksaan dibuka. Dua orang perlu memutuskan: `kentongan verdicts decide {}`.",
    "take-back": "Keputusan Anda ditarik.",
    "withdraw": "Putusan dicabut.",
    "close": "Pemeriksaan ditutup tanpa putusan.",
    "reopen": "Pemeriksaan dibuka kembali.",
    "publish": "Klarifikasi tercatat.",
    "retract": "Klarifikasi tercatat sudah ditarik.",
}
"""What is said after an act; a decision has its own words."""
AFTER_DECISION = {
    "open": "Keputusan tersimpan. Isinya terlihat oleh orang lain setelah orang kedua memutuskan.",
    "decided": "Kedua keputusan sama: putusan ditetapkan.",
    "disagreement": "Kedua keputusan berbeda dan kini terlihat. Keputusan berikutnya memulai putaran baru.",
}


class Common(TypedDict):
    """What every act takes."""

    actor: Actor
    now: datetime
    via: str


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.verdict_rules import CHANNELS, FALSEHOOD_KINDS, KIND_WORDS, OUTCOMES, STATUS_WORDS

    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(
        name: str, words: str, *, takes: str | None = "NOMOR", person: str | None = None
    ) -> argparse.ArgumentParser:
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        if takes == "NOMOR":
            action.add_argument("number", type=int, metavar=takes)
        elif takes:
            action.add_argument("document", metavar=takes, help="id dokumen")
        reading = person is None
        add_person(action, required=not reading, words=person or "siapa yang membaca; keputusannya sendiri terlihat")
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return action

    listing = add("list", "pemeriksaan yang menunggu keputusan, terlama di atas", takes=None)
    listing.add_argument("--all", action="store_true", help="juga yang sudah selesai")
    add("show", "satu pemeriksaan dengan keputusannya")
    add("history", "semua yang terjadi pada pemeriksaan sebuah cerita", takes="DOKUMEN")
    add("open", "buka pemeriksaan atas cerita sebuah dokumen", takes="DOKUMEN", person="siapa yang membuka")
    decide = add("decide", "beri keputusan Anda", person="siapa yang memutuskan")
    known = ", ".join(f"{code} ({STATUS_WORDS[code]})" for code in OUTCOMES)
    decide.add_argument("--status", required=True, choices=OUTCOMES, metavar="PUTUSAN", help=known)
    known = ", ".join(f"{code} ({KIND_WORDS[code]})" for code in FALSEHOOD_KINDS)
    decide.add_argument("--kind", default=None, choices=FALSEHOOD_KINDS, metavar="JENIS", help=known)
    decide.add_argument("--reasons", required=True, metavar="TEKS", help='alasan; "-" membaca masukan standar')
    decide.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="RUJUKAN",
        help="alamat https:// atau id dokumen; boleh diulang",
    )
    add("take-back", "tarik keputusan Anda sebelum orang kedua memutuskan", person="siapa yang menarik keputusannya")
    for name, words in (
        ("withdraw", "cabut putusan yang sudah ditetapkan"),
        ("close", "tutup pemeriksaan tanpa putusan"),
        ("reopen", "buka kembali yang dicabut atau ditutup, dengan kata-kata pesannya yang sekarang"),
        ("retract", "catat bahwa sebuah klarifikasi sudah ditarik"),
    ):
        add(name, words, person="siapa yang bertindak").add_argument(
            "--reason", required=True, metavar="ALASAN", help="mengapa"
        )
    publish = add("publish", "catat bahwa klarifikasi atas putusan ini sudah terbit", person="siapa yang mencatat")
    publish.add_argument("--text", required=True, metavar="TEKS", help='teks klarifikasi; "-" membaca masukan standar')
    publish.add_argument("--url", required=True, metavar="ALAMAT", help="alamat https:// tempat orang membacanya")
    publish.add_argument(
        "--channel", action="append", required=True, choices=list(CHANNELS), metavar="SALURAN",
        help=f"boleh diulang: {', '.join(CHANNELS)}",
    )  # fmt: skip


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action in ("list", "history"):
            return (list_all if options.action == "list" else history)(options, settings, casework, now=now)
        with open_store(settings) as store:
            if options.action == "show":
                return show(options, settings, casework, store, now=now)
            review, said = act(options, casework, store, now=now)
    if wants_json(options.json):
        write_lines([review])
    say(said)
    return 0


def act(options: argparse.Namespace, casework: Casework, store: Store, *, now: datetime) -> tuple[Review, str]:
    """Do what was asked for; the review as the actor sees it then, and a sentence about it."""
    from casework.verdict_clarifications import retract_clarification
    from casework.verdict_reviews import open_review
    from casework.verdicts import read_review

    # Standard input and the store come first: a transaction that may write waits for nobody.
    if options.action == "decide":
        options.reasons = read_text(options.reasons)
        require_documents(store, options.reference)
    elif options.action == "publish":
        options.text = read_text(options.text)
    if options.action == "open":
        words = words_of(store, options.document)
        with casework.begin() as session:
            actor = actor_named(session, options.username, now=now)
            review = open_review(session, options.document, words=words, actor=actor, now=now, via=VIA)
        return review, DONE["open"].format(review.id)
    if options.action == "retract":
        with casework.begin() as session:
            actor = actor_named(session, options.username, now=now)
            out = retract_clarification(session, options.number, reason=options.reason, actor=actor, now=now, via=VIA)
            return read_review(session, out.verdict.review, actor=actor), DONE["retract"]
    with casework.read() as session:
        seen = read_review(session, options.number, actor=None)
    words = words_of(store, seen.anchor) if options.action in ("decide", "reopen") else seen.words
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        review = change(options, session, seen, words=words, actor=actor, now=now)
    return review, AFTER_DECISION[review.state] if options.action == "decide" else DONE[options.action]


def change(
    options: argparse.Namespace, session: Session, seen: Review, *, words: str, actor: Actor, now: datetime
) -> Review:
    """Do an act on a review that was ``seen``; the review after it."""
    from casework import verdict_reviews
    from casework.verdict_clarifications import publish_clarification
    from casework.verdicts import read_review

    common: Common = {"actor": actor, "now": now, "via": VIA}
    if options.action == "decide":
        return verdict_reviews.decide(
            session,
            seen.id,
            round=seen.next_round,
            words=words,
            status=options.status,
            kind=options.kind,
            reasons=options.reasons,
            references=options.reference,
            **common,
        )
    if options.action == "take-back":
        return verdict_reviews.take_back(session, seen.id, **common)
    if options.action == "publish":
        version, channels = seen.version, options.channel
        publish_clarification(
            session, seen.id, text=options.text, url=options.url, channels=channels, version=version, **common
        )
        return read_review(session, seen.id, actor=actor)
    why: str = options.reason
    if options.action == "reopen":
        return verdict_reviews.reopen_review(session, seen.id, words=words, reason=why, version=seen.version, **common)
    end = {"withdraw": verdict_reviews.withdraw_verdict, "close": verdict_reviews.close_review}[options.action]
    return end(session, seen.id, reason=why, version=seen.version, **common)


def list_all(options: argparse.Namespace, settings: Settings, casework: Casework, *, now: datetime) -> int:
    from casework.verdict_clarifications import clarifications_to_retract
    from casework.verdict_states import STATE_WORDS
    from casework.verdicts import MAX_REVIEWS, OPEN_STATES, list_reviews

    with casework.read() as session:
        reader = actor_named(session, options.username, now=now) if options.username else None
        states = tuple(STATE_WORDS) if options.all else OPEN_STATES
        reviews = list_reviews(session, states=states, actor=reader, limit=MAX_REVIEWS)
        stale = clarifications_to_retract(session)
    if wants_json(options.json):
        write_lines(review_line(review, now=now) for review in reviews)
    elif not reviews:
        say("Tidak ada pemeriksaan yang menunggu. Buka dengan `kentongan verdicts open DOKUMEN --as NAMA`.")
    else:
        write_reviews(reviews, now=now, zone=settings.zone)
    for clarification in stale:
        say(
            f"Klarifikasi {clarification.id} perlu ditarik, putusannya tidak berlaku lagi: {clarification.url} "
            f"(lalu: `kentongan verdicts retract {clarification.id}`)."
        )
    return 0


def history(options: argparse.Namespace, settings: Settings, casework: Casework, *, now: datetime) -> int:
    from casework.verdicts import verdict_history

    with casework.read() as session:
        reader = actor_named(session, options.username, now=now) if options.username else None
        events = verdict_history(session, options.document, actor=reader)
    if wants_json(options.json):
        write_lines(events)
    elif not events:
        say("Cerita dokumen ini belum pernah diperiksa.")
    else:
        write_events(events, zone=settings.zone)
    return 0


def show(options: argparse.Namespace, settings: Settings, casework: Casework, store: Store, *, now: datetime) -> int:
    from dataclasses import replace

    from casework.verdict_clarifications import list_clarifications
    from casework.verdicts import carried_verdicts, compare_words, read_review, read_standing

    with casework.read() as session:
        reader = actor_named(session, options.username, now=now) if options.username else None
        review = read_review(session, options.number, actor=reader)
        standing = read_standing(session, review.anchor)
        carried = len(carried_verdicts(session, review.anchor))
        clarifications = list_clarifications(session, review=review.id)
    verdict = standing.verdict
    judged = verdict.anchor if verdict else review.anchor
    record, judged_record = store.get([review.anchor, judged])
    if verdict is not None:
        newest = judged_record.newest.hash if judged_record else None
        standing = replace(standing, verdict=compare_words(verdict, newest))
    shown = Shown(
        review=review,
        standing=standing,
        carried=carried,
        clarifications=clarifications,
        text=record.newest.text if record else None,
    )
    if wants_json(options.json):
        write_lines([shown_line(shown)])
    else:
        write_shown(shown, zone=settings.zone)
    return 0


def words_of(store: Store, document: str) -> str:
    """Name of a document's newest words. Raises NotFound where the store does not have it."""
    record = store.get([document])[0]
    if record is None:
        raise NotFound(f"Dokumen {document} tidak ada di koleksi.", hint="Cari dengan `kentongan search`.")
    return record.newest.hash


def require_documents(store: Store, references: list[str]) -> None:
    """Raise NotFound where a reference is the id of a document that the store does not have."""
    from casework.verdict_rules import DOCUMENT_ID

    for reference in references:
        if DOCUMENT_ID.fullmatch(reference):
            words_of(store, reference)


def read_text(given: str) -> str:
    """The words themselves, or standard input for "-". Raises BadSettings where that is no text."""
    if given != "-":
        return given
    try:
        return sys.stdin.buffer.read(MOST_READ).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadSettings("Masukan standar bukan teks UTF-8.") from error
