"""A morning for the tests of briefings: posts, stories, complaints and everything else a briefing speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from casework_fixtures import NOW, actor
from complaint_courses import put_agencies, put_complaint
from search_documents import make_document

from casework.briefings.making import make_briefing
from casework.briefings.records import Briefing
from casework.db import Casework, open_casework
from casework.followups.tables import DraftRow, FollowUpRow
from casework.incidents.tables import DangerRow, IncidentRow
from casework.indicator_tables import IndicatorSeriesRow, MeasurementRow
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from casework.rumour_tables import RumourLinkRow, RumourMemberRow
from casework.story_keeping import update_stories
from casework.tip_tables import TipRow
from casework.trends.hours import hour_of
from casework.trends.tables import IssueRow, TrendHourRow, TrendSpanRow
from casework.verdict_tables import DecisionRow, EventRow, ReviewRow
from kentongan.schema import BY_HAND, Annotation, Document, Gap, document_id
from kentongan.settings import Settings
from search.store import Store

DAY = timedelta(days=1)
POSTS, BEFORE, COPIES, SUSPECTS = 45, 20, 8, 2
"""Plain posts of the last 24 hours, posts a week earlier, copies of one story, posts marked as likely hoaxes."""
RUMOUR = (
    "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar limbah pabrik, warga RT 05 sudah "
    "dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. Simpan air secukupnya dan kabari keluarga."
)
NAMES = {"99.01.01": "Randu"}


@dataclass(slots=True)
class Morning:
    """An installation on one morning, and who works there."""

    store: Store
    casework: Casework
    settings: Settings
    people: dict[str, Actor]

    def make(self, *, now: datetime = NOW, by: str = "ani", **more: Any) -> Briefing:
        with self.casework.begin() as session:
            return make_briefing(
                self.store, session, day=None, settings=self.settings, name_region=lambda code: NAMES.get(code, code),
                actor=self.people[by], now=now, **more,
            )  # fmt: skip

    def add(self, *posts: Document) -> None:
        self.store.add(posts)
        self.store.refresh()


def post(number: int, *, hours: float, **more: Any) -> Document:
    """A post so many hours before NOW, whatever its number."""
    at = NOW - timedelta(hours=hours)
    return make_document(number, published_at=at, collected_at=at + timedelta(minutes=5), **more)


def labels(document: Document, **said: str) -> list[Annotation]:
    return [
        Annotation(document=document.id, task=task, value=value, by="linear", version="1", at=NOW)  # type: ignore[arg-type]
        for task, value in said.items()
    ]


@contextmanager
def morning(store: Store, settings: Settings) -> Iterator[Morning]:
    """A morning on this store and this empty casework."""
    with bare_morning(store, settings) as made:
        put_posts(made)
        update_stories(store, made.casework, settings=settings, now=NOW)
        put_desk(made)
        yield made


@contextmanager
def bare_morning(store: Store, settings: Settings) -> Iterator[Morning]:
    """People, and nothing else."""
    with open_casework(settings) as casework:
        with casework.begin() as session:
            people = {
                name: actor(add_person(session, name, name=name.title(), role=role, actor=SYSTEM, now=NOW - 9 * DAY))  # type: ignore[arg-type]
                for name, role in (("ani", "analis"), ("dewi", "pimpinan"), ("peni", "peneliti"))
            }
        yield Morning(store=store, casework=casework, settings=settings, people=people)


def put_posts(made: Morning) -> None:
    """Posts of the day by topic and sentiment, copies of a rumour, last week's, one that a person entered, a gap."""
    for task in ("sentiment", "topic", "hoax"):
        made.store.use_model(task, "linear", "1")  # type: ignore[arg-type]
    posts: list[Document] = []
    said: list[Annotation] = []
    for number in range(POSTS):
        posts.append(
            post(number, hours=1 + number % 20, text=f"harga beras nomor {number} di pasar naik lagi pagi ini")
        )
        mood = "negative" if number < 30 else "positive" if number < 40 else "neutral"
        said += labels(posts[-1], topic="economy_prices" if number < 25 else "health", sentiment=mood)
    for number in range(COPIES):
        posts.append(post(100 + number, hours=5 + number, text=RUMOUR, author=f"akun{number}"))
        hoax = "hoax" if number < SUSPECTS else "lain"
        said += labels(posts[-1], topic="environment_disaster", sentiment="neutral", hoax=hoax)
    posts += [post(200 + number, hours=24 * 7 + 1 + number % 20) for number in range(BEFORE)]
    made.add(*posts, post(300, hours=2, source=BY_HAND))
    made.store.annotate(said)
    made.store.add_gaps([Gap(source="linimasa", since=NOW - DAY / 2, until=NOW - DAY / 4, reason="mati")])
    made.store.refresh()


def put_desk(made: Morning) -> None:
    """Everything of casework, straight into the tables."""
    since = NOW - DAY
    with made.casework.begin() as session:
        put_agencies(session)
        ids = []
        for number, (days, course, gaps, more) in enumerate(
            (
                (0.5, "waiting", (), {}), (0.2, "waiting", (), {}), (40, "forwarded", (1,), {}),
                (40, "forwarded", (1,), {"agency": "dlh"}), (41, "worked", (1, 2), {}), (20, "done", (1, 2, 16.5), {}),
                (0.3, "waiting", (), {"secret": True}), (0.3, "waiting", (), {"held": "place"}),
            ),
            1,
        ):  # fmt: skip
            put = put_complaint(
                session, number, received_at=NOW - timedelta(days=days), course=course, gaps=tuple(gaps), **more
            )
            ids.append(put.row.id)
        common = {"object_kind": "topic", "object": "health", "agency": "dlh", "task": "Periksa.", "basis": []}
        for late in (True, False):
            session.add(
                FollowUpRow(
                    **common, title="Tugas", due_at=NOW - DAY if late else NOW + DAY, state="assigned", sample=False,
                    assigned_at=NOW - 9 * DAY, assigned_by="sistem", assigned_name="sistem",
                )
            )  # fmt: skip
        for number, raised in enumerate((since + DAY / 2, since - DAY)):
            session.add(
                DangerRow(
                    danger="banjir", document=document_id("sosial.example", f"bahaya{number}"), words="tanggul",
                    reasons=[], raised_at=raised, raised_name="sistem", due_at=raised, state="waiting", sample=False,
                    version=1,
                )
            )  # fmt: skip
        session.add(
            IncidentRow(
                title="Kebakaran Pasar 7", kind="kebakaran", level="siaga", state="open", opened_at=since, sample=False,
                opened_by="sistem", opened_name="sistem",
            )
        )  # fmt: skip
        for number in range(3):
            session.add(
                TipRow(
                    code=f"kode{number}", channel="phone", state="new", text="Benarkah?", received_at=since + DAY / 3,
                    due_at=NOW,
                )
            )  # fmt: skip
        session.add(
            DraftRow(
                object_kind="topic", object="health", title="Vaksin aman", text="Vaksin aman.", state="published",
                drafted_at=since, drafted_by="sistem", drafted_name="sistem", edited_by="sistem", approved_at=since,
                approved_by=made.people["dewi"].id, approved_name="dewi", approved_words="x",
                published_at=since + DAY / 3, sample=False,
            )
        )  # fmt: skip
        put_verdict(session, made, at=since + DAY / 2)
        put_trends(session, since=since)
        put_indicators(session)
        session.flush()
        link = RumourLinkRow(
            story=story_of(made), finding="waiting", began_at=since + DAY / 2, title="air ledeng", cluster=ids[2:4],
            topic="environment_disaster", region="99.01.01", score=0.8, parts={}, evidence=[], state="suspected",
            at=NOW, sample=False,
        )  # fmt: skip
        session.add(link)
        session.flush()
        session.add_all([RumourMemberRow(link=link.id, complaint=one) for one in ids[2:4]])


def story_of(made: Morning) -> str:
    from casework.stories import list_stories

    with made.casework.read() as session:
        return list_stories(session)[0].id


def put_verdict(session: Any, made: Morning, *, at: datetime) -> None:
    """A verdict of two persons on a document of no story."""
    review = ReviewRow(
        anchor=document_id("sosial.example", "putusan"), words="x", state="decided", round=1, version=1,
        opened_by=made.people["ani"].id, opened_at=at,
    )  # fmt: skip
    session.add(review)
    session.flush()
    for seat, name in enumerate(("ani", "dewi"), 1):
        session.add(
            DecisionRow(
                review=review.id, round=1, seat=seat, person=made.people[name].id, username=name, name=name, words="x",
                status="false", kind="scam", reasons="Sumber resmi membantahnya tadi pagi.", cited=[], decided_at=at,
            )
        )  # fmt: skip
    session.add(
        EventRow(review=review.id, round=1, at=at, person=made.people["dewi"].id, username="dewi", act="agreed")
    )


def put_trends(session: Any, *, since: datetime) -> None:
    """Hours that were counted, and an issue that rose by 40 voices where 9.5 were usual."""
    first = hour_of(since)
    for hour in range(first, first + 25):
        session.add(
            TrendSpanRow(
                hour=hour, documents=9, marks="x", items=9, stories=9, coverage=1.0, missing=[], made_at=NOW
            )
        )  # fmt: skip
    for hour in range(first + 4, first + 8):
        session.add(TrendHourRow(series="topik:economy_prices", hour=hour, posts=15, voices=10, negative=6, decided=9))
    session.add(
        IssueRow(
            opened_at=since + timedelta(hours=4), last_at=since + timedelta(hours=8), state="ended", members={},
            reach=0, ended_at=since + timedelta(hours=9), key="topik:economy_prices", series=["topik:economy_prices"],
            topic="economy_prices",
            title="Harga beras 15 ribu ramai", voices=40, posts=60, expected=9.5, p=1e-9, peak_at=since, documents=[],
            sample=False,
            reasons=[
                {"what": "term", "value": "beras", "inside": 30, "usual": 2.0, "z": 9.0, "example": ""},
                {"what": "account", "value": "@rahasia", "inside": 9, "usual": 0.1, "z": 20.0, "example": ""},
                {"what": "place", "value": "99.01.01", "inside": 9, "usual": 0.1, "z": 5.0, "example": ""},
            ],
        )
    )  # fmt: skip


def put_indicators(session: Any) -> None:
    """One below its target, one that is old, one that is right."""
    for code, target, days, value in (
        ("imunisasi", 95.0, 1, 80.5),
        ("anggaran", None, 400, 39.3),
        ("air", 90.0, 1, 97.0),
    ):
        session.add(
            IndicatorSeriesRow(
                code=code, name=f"Indikator {code}", unit="%", decimals=1, target=target, direction="higher",
                every_days=30,
            )
        )  # fmt: skip
        session.flush()
        at = NOW - timedelta(days=days)
        session.add(
            MeasurementRow(series=code, region="99.01", time=at, value=value, unit="%", source="berkas", recorded_at=at)
        )


class PaperReader(HTMLParser):
    """Reads a paper's HTML as a person does: the figures with their printed words, and the plain words around them.

    Dates, things' own numbers and words from elsewhere are marked as such; they are no figures.
    """

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.plain = ""
        self.inside: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "br"):
            return
        said = dict(attrs)
        figure = said.get("data-figure")
        marked = tag in ("time", "cite", "code", "style", "title") or "nd-number" in (said.get("class") or "")
        self.inside.append((tag, figure if figure is not None else "" if marked else None))
        if figure is not None:
            self.figures.append((figure, ""))
            self.links.append(said["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1][0] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        mark = next((mark for _, mark in reversed(self.inside) if mark is not None), None)
        if mark is None:
            self.plain += f" {data}"
        elif mark:
            key, words = self.figures[-1]
            self.figures[-1] = (key, words + data)


def read_paper(html: str) -> PaperReader:
    """The paper without its annex."""
    reader = PaperReader()
    reader.feed(re.sub(r'<section class="nd-annex">.*?</section>', "", html, flags=re.DOTALL))
    return reader
