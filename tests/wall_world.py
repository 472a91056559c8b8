"""A small invented installation for the tests of the wall: two days of posts, a flood, complaints, hostile words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from casework_fixtures import migrated_file
from trend_world import START, Said, copies, fill, flood, new_casework, ordinary_days, said, tell_stories

from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from casework.trends.keeping import update_trends
from casework.trends.rising import update_issues
from kentongan.schema import Annotation
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store

NOW = START + timedelta(days=12, hours=15)
PERSONAL = "Budi Santoso NIK 3374010101800001 HP 081234567890 budi.santoso@surel.example"
HOSTILE = (
    f"<script>alert('{PERSONAL}')</script> banjir",
    "x" * 100_000,
    "\u202eterbalik\u202c \u2066kiri\u2069 banjir",
    "😀" * 500,
    f"@budisantoso {PERSONAL} banjir",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    settings: Settings
    store: Store
    casework: Casework
    lead: Actor


@contextmanager
def open_world(folder: Path, *, hostile: bool = False) -> Iterator[World]:
    """The installation; with ``hostile`` posts that carry personal data, markup and endless words are among its posts,
    many of them, so that they would lead an issue."""
    settings = new_casework(folder)
    settings = Settings(data_dir=folder, regions_file=settings.regions_file, region="99.01", sign_in="off")
    with open_store(settings) as store, open_casework(settings) as casework:
        for task in ("sentiment", "topic", "region", "hoax"):
            store.use_model(task, "uji", "1")  # type: ignore[arg-type]
        fill(store, ordinary_days(13))
        fill(store, flood(NOW - timedelta(hours=5), hours=5, each=14, words="banjir randu"))
        made = copies(NOW - timedelta(hours=4), hours=3, each=5)
        fill(store, made)
        if hostile:
            fill(store, hostile_posts(NOW - timedelta(hours=4)))
        store.annotate(
            Annotation(document=one.document.id, task="hoax", value="hoax", by="uji", version="1", at=NOW)
            for one in made[:3]
        )
        store.refresh()
        tell_stories(store, casework, settings, now=NOW)
        update_trends(store, casework, now=NOW)
        update_issues(store, casework, settings=settings, now=NOW)
        with casework.begin() as session:
            person = add_person(
                session, "dewi", name="Dewi", role="pimpinan", agency=None, actor=SYSTEM, now=NOW - timedelta(days=1)
            )
        yield World(
            settings=settings,
            store=store,
            casework=casework,
            lead=Actor(id=person.id, username=person.username, role=person.role),
        )


def hostile_posts(at: datetime) -> list[Said]:
    """Posts with hostile words, from accounts named like people, each of them many times."""
    return [
        said(
            f"h{number}-{copy}", text, at=at + timedelta(minutes=7 * copy + number), account=f"Budi Santoso {copy}",
            topic="environment_disaster", region="99.01.02", sentiment="negative",
        )
        for number, text in enumerate(HOSTILE) for copy in range(12 if len(text) < 10_000 else 1)
    ]  # fmt: skip


def empty_casework(folder: Path) -> Settings:
    """Settings of an installation in which nothing has happened."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    return Settings(data_dir=folder)
