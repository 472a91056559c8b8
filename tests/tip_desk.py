"""A desk for the tests of tips: a story of copies in a store, a fact-check, a verdict, and a tip in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from casework_fixtures import NOW
from verdict_desk import REASONS, REFERENCES

from analysis.claims import ClaimMatcher, FactCheck
from casework.db import Casework
from casework.roles import SYSTEM, Actor
from casework.story_keeping import update_stories
from casework.tip_intake import Taken, TipIntake, take_tip
from casework.tip_matching import match_tip
from casework.tips import Tip
from casework.verdict_clarifications import publish_clarification
from casework.verdict_records import Clarification
from casework.verdict_reviews import decide, open_review
from casework.verdicts import read_review
from kentongan.schema import Document, document_id, revision_hash
from kentongan.settings import Settings
from search.store import Store

HOAX = (
    "Pemkab Tirtamaya membagikan bantuan sosial Rp2,4 juta untuk semua warga, daftar lewat tautan "
    "bit.ly/bansos-tirta sebelum tengah malam. Sebarkan ke semua grup keluarga!"
)
OTHER = "Air sungai di Kecamatan Randu berubah hijau sejak pagi, ikan mati mengapung di dekat bendungan lama."
CHECK_TITLE = "[SALAH] Vaksin sekolah di Tirtamaya membuat puluhan murid pingsan"
CHECKED = "Vaksin sekolah di Tirtamaya membuat puluhan murid pingsan, orang tua diminta menolak imunisasi"
CLARIFICATION = "Tautan pendaftaran bantuan sosial itu bukan milik Pemkab Tirtamaya. Jangan isi data Anda."
CLARIFICATION_URL = "https://tirtamaya.example/klarifikasi/7"


def post(name: str, text: str, *, minute: int = 0) -> Document:
    """An invented post."""
    when = datetime(2026, 11, 20, 1, 0, tzinfo=UTC) + timedelta(minutes=minute)
    return Document(
        id=document_id("sosial.example", name),
        kind="post",
        publisher="sosial.example",
        platform="mastodon",
        native_key=name,
        source="uji",
        text=text,
        published_at=when,
        collected_at=when,
    )


def fact_check() -> Document:
    """An invented fact-check."""
    when = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    return Document(
        id=document_id("periksa.example", "vaksin"),
        kind="factcheck",
        publisher="periksa.example",
        platform="web",
        native_key="vaksin",
        source="uji",
        title=CHECK_TITLE,
        text=CHECKED,
        url="https://periksa.example/vaksin",
        published_at=when,
        collected_at=when,
    )


def matcher() -> ClaimMatcher:
    """The index of that one fact-check."""
    known = fact_check()
    check = FactCheck(id=known.id, title=CHECK_TITLE, claim=CHECKED, verdict="false", url=known.url)
    return ClaimMatcher([check])


def put_story(store: Store, casework: Casework, settings: Settings) -> str:
    """A story of three copies and the fact-check, in the store and arranged; the id of its first item."""
    copies = [post(f"bansos-{n}", HOAX + "!" * n, minute=n) for n in range(3)]
    store.add([*copies, post("sungai", OTHER, minute=9), fact_check()])
    store.refresh()
    update_stories(store, casework, settings, now=NOW)
    return copies[0].id


def publish_on(casework: Casework, document: str, text: str, *, one: Actor, other: Actor) -> Clarification:
    """Two decide that the story is a scam, the first publishes the clarification."""
    words = revision_hash(None, text)
    with casework.begin() as session:
        review = open_review(session, document, words=words, actor=one, now=NOW).id
    for person in (one, other):
        with casework.begin() as session:
            seen = read_review(session, review, actor=person)
            decide(
                session, review, round=seen.next_round, words=words, status="false", kind="scam",
                reasons=REASONS, references=REFERENCES, actor=person, now=NOW,
            )  # fmt: skip
    return publish_again(casework, review, actor=one)


def publish_again(casework: Casework, review: int, *, actor: Actor) -> Clarification:
    with casework.begin() as session:
        version = read_review(session, review, actor=actor).version
        return publish_clarification(
            session, review, text=CLARIFICATION, url=CLARIFICATION_URL, channels=["situs"], version=version,
            actor=actor, now=NOW,
        )  # fmt: skip


def enter(
    casework: Casework, settings: Settings, text: str, *, now: datetime = NOW, actor: Actor = SYSTEM, **more: object
) -> Taken:
    """Take a tip in by phone, unless said otherwise."""
    intake = TipIntake(**{"channel": "phone", "text": text, **more})  # type: ignore[arg-type]
    with casework.begin() as session:
        return take_tip(session, intake, settings=settings, actor=actor, now=now)


def enter_matched(casework: Casework, store: Store, settings: Settings, text: str, **more: object) -> Tip:
    taken = enter(casework, settings, text, **more)  # type: ignore[arg-type]
    return match_tip(casework, store, taken.tip.id, claims=matcher, now=NOW)
