"""Some weeks of an invented district for the tests of alert rules: posts by the hour, and something for every kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from casework_fixtures import actor, migrated_file
from complaint_desk import Desk, open_desk
from search_stores import embedded_store
from sqlalchemy.orm import Session

from casework.db import Casework, open_casework
from casework.indicator_tables import BridgeRow, BridgeRunRow
from casework.people import first_admin
from casework.roles import Actor
from casework.story_tables import StoryItemRow, StoryMessageRow, StoryRow
from kentongan.schema import Annotation, Document, Gap, Kind, document_id
from kentongan.settings import Settings
from search.embedded import EmbeddedStore

UNTIL = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""A midnight in WIB: the end of what is known."""
DAYS = 24
START = UNTIL - timedelta(days=DAYS)
HOUR = timedelta(hours=1)
BUSY, QUIET = "kabar-ramai", "kabar-sepi"
SILENT_FROM = UNTIL - 16 * HOUR
"""From here on QUIET says nothing, though it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An open store and casework with people."""

    store: EmbeddedStore
    casework: Casework
    settings: Settings
    staff: dict[str, Actor]


def make_post(
    name: str, at: datetime, text: str, *, source: str = BUSY, author: str | None = None, kind: Kind = "post"
) -> Document:
    return Document(
        id=document_id("uji", name), kind=kind, publisher="uji", platform="x" if source == BUSY else "telegram",
        native_key=name, source=source, text=text, published_at=at, collected_at=at, author=author or f"akun {name}",
        sample=True,
    )  # fmt: skip


def write_posts() -> tuple[list[Document], list[Annotation]]:
    """Ordinary hours, then within the last day: a burst of health, a new word, and a day of anger."""
    random = np.random.default_rng(5)
    documents, labels = [], []

    def add(document: Document, *, topic: str, negative: bool) -> None:
        documents.append(document)
        said = {"topic": topic, "sentiment": "negative" if negative else "neutral"}
        labels.extend(
            Annotation(document=document.id, task=task, value=value, by="uji", version="1", at=document.collected_at)  # type: ignore[arg-type]
            for task, value in said.items()
        )

    for hour in range(DAYS * 24):
        at = START + hour * HOUR
        awake = 1.6 if 7 <= (at + timedelta(hours=7)).hour < 22 else 0.5
        angry = 0.8 if at >= UNTIL - 24 * HOUR else 0.3
        for source in (BUSY, QUIET):
            if source == QUIET and at >= SILENT_FROM:
                continue
            for n in range(int(random.poisson(awake))):
                topic = "health" if random.random() < 0.4 else "education"
                moment = at + timedelta(minutes=int(random.integers(60)))
                words = f"Antrean di loket {random.integers(400)} hari ini biasa saja"
                add(make_post(f"{hour}-{source}-{n}", moment, words, source=source), topic=topic,
                    negative=random.random() < angry)  # fmt: skip
    for n in range(24):
        at = UNTIL - 8 * HOUR + timedelta(minutes=5 * n)
        add(make_post(f"lonjakan-{n}", at, "Puskesmas kehabisan serum bisa ular"), topic="health", negative=True)
    return documents, labels


def write_story(session: Session, store: EmbeddedStore, name: str, posts: int, *, suspected: bool = True) -> str:
    """A story that spreads for the last hours, one account every ten minutes; its id."""
    documents = [
        make_post(f"{name}-{n}", UNTIL - 6 * HOUR + timedelta(minutes=10 * n), f"Kabar {name}: air keran beracun {n}")
        for n in range(posts)
    ]
    store.add(documents)
    store.annotate(
        Annotation(
            document=one.id,
            task="hoax",
            value="hoax" if suspected else "lain",
            by="uji",
            version="1",
            at=one.collected_at,
        )
        for one in documents
    )
    story, first = documents[0].id, documents[0].published_at
    session.add(
        StoryRow(
            id=story, centre=story, messages=1, items=posts, by_hand=0, spreads=posts, rebuts=0, asks=0, unclear=0,
            platforms=1, first_published_at=first, first_collected_at=first,
            last_collected_at=documents[-1].collected_at,
        )
    )  # fmt: skip
    session.add(
        StoryMessageRow(
            message=name, story=story, joined="auto", copies=posts, first_at=first, first_document=story, named=story
        )
    )
    session.add_all(
        StoryItemRow(
            document=one.id, message=name, revision="0" * 32, stance="spreads", source=one.source,
            platform=one.platform, published_at=one.published_at, collected_at=one.collected_at,
        )
        for one in documents
    )  # fmt: skip
    return story


def write_bridge(session: Session, name: str, *, stops: datetime) -> None:
    """A bridge that was read every two hours up to a moment."""
    first = START
    session.add(
        BridgeRow(name=name, every=120, late_after=600, last_run_at=stops, rows=3, failures=0, clogged=False)
    )  # fmt: skip
    session.flush()
    at = first
    while at < stops:
        session.add(BridgeRunRow(bridge=name, at=at, state="ok", rows=3, added=1, changed=0, refused=0))
        at += 2 * HOUR


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """The store and the desk with everything in them."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'casework.sqlite'}")
    with open_casework(settings) as casework, embedded_store(folder) as store:
        with casework.begin() as session:
            admin = first_admin(session, "ratna", name="Ratna Dewi", now=START)
        desk = open_desk(casework, settings)
        documents, labels = write_posts()
        store.add(documents)
        store.annotate(labels)
        store.add_gaps([Gap(source=BUSY, since=UNTIL - 4 * 24 * HOUR, until=UNTIL - 93 * HOUR, reason="uji")])
        with casework.begin() as session:
            write_story(session, store, "cerita", 14)
            write_bridge(session, "puskesmas", stops=UNTIL - 9 * HOUR)
            write_bridge(session, "pasar", stops=UNTIL)
        store.refresh()
        for day in range(10, 0, -1):
            earlier = Desk(casework, settings, desk.staff, UNTIL - timedelta(days=day))
            earlier.take(f"Lampu jalan padam sejak {day} malam di depan pasar Kalimanis, gelap sekali.")
        yield World(store=store, casework=casework, settings=settings, staff={**desk.staff, "admin": actor(admin)})


def at_work(world: World, casework: Casework) -> World:
    """The same store with another casework."""
    return replace(world, casework=casework)
