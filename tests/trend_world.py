"""A small invented world for the tests of trends: ordinary days, and floods one can plant in them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from casework_fixtures import migrated_file

import samples
from casework.db import Casework
from casework.story_keeping import update_stories
from kentongan.schema import Annotation, Document, Task, document_id
from kentongan.settings import Settings
from kentongan.times import ZONES
from search.store import Store

START = datetime(2026, 11, 2, tzinfo=ZONES["WIB"])
"""A Monday."""
RANDU, TELAGA, KOTA = "99.01.02", "99.01.03", "99.01.01"
TOPICS = ("health", "education", "environment_disaster", "economy_prices")
EVERYDAY = (
    "pagi", "jalan", "macet", "hujan", "warung", "kopi", "sekolah", "pasar", "motor", "kantor", "teman", "rumah",
    "makan", "siang", "cuaca", "panas",
)  # fmt: skip
RUMOUR = (
    "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar limbah pabrik, warga RT 05 sudah "
    "dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. Simpan air secukupnya dan kabari keluarga."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A post and what is said about it."""

    document: Document
    topic: str | None
    region: str | None
    sentiment: str | None = "neutral"

    def moved(self, by: timedelta) -> Said:
        """The same, so much later."""
        document = self.document
        return replace(
            self,
            document=replace(
                document, published_at=document.published_at + by, collected_at=document.collected_at + by
            ),
        )


def said(
    key: str, text: str, *, at: datetime, account: str | None, topic: str | None = None, region: str | None = None,
    source: str = "uji", kind: str = "post", sentiment: str | None = "neutral",
) -> Said:  # fmt: skip
    document = Document(
        id=document_id("sosial.example", key), kind=kind, publisher="sosial.example", platform="x", native_key=key,  # type: ignore[arg-type]
        source=source, text=text, author=account, published_at=at, collected_at=at + timedelta(seconds=20), sample=True,
    )  # fmt: skip
    return Said(document=document, topic=topic, region=region, sentiment=sentiment)


def ordinary_days(days: int, *, seed: int = 1, by_day: int = 4, by_night: int = 1) -> list[Said]:
    """Posts of people who talk about this and that, more of them by day."""
    rng = random.Random(seed)
    made = []
    for hour in range(24 * days):
        for number in range(by_day if 6 <= hour % 24 <= 21 else by_night):
            at = START + timedelta(hours=hour, seconds=rng.randrange(3600))
            made.append(
                said(
                    f"{seed}-{hour}-{number}", " ".join(rng.sample(EVERYDAY, 6)), at=at,
                    account=f"akun{rng.randrange(60)}", topic=rng.choice(TOPICS),
                    region=rng.choice((RANDU, TELAGA, KOTA, None)), source=rng.choice(("uji", "forum")),
                )
            )  # fmt: skip
    return made


def flood(
    at: datetime, *, hours: int, each: int, words: str, topic: str = "environment_disaster", region: str | None = RANDU,
    seed: int = 9,
) -> list[Said]:  # fmt: skip
    """So many voices an hour, each with the words among some of its own."""
    rng = random.Random(seed)
    return [
        said(
            f"f{seed}-{hour}-{number}", " ".join((*rng.sample(EVERYDAY, 3), words)),
            at=at + timedelta(hours=hour, minutes=3 * number), account=f"warga{seed}-{hour}-{number}", topic=topic,
            region=region, sentiment="negative",
        )
        for hour in range(hours) for number in range(each)
    ]  # fmt: skip


def copies(at: datetime, *, hours: int, each: int, text: str = RUMOUR, seed: int = 5) -> list[Said]:
    """One message, posted by many accounts."""
    return [
        said(
            f"c{seed}-{hour}-{number}", text, at=at + timedelta(hours=hour, minutes=2 * number),
            account=f"penerus{seed}-{hour}-{number}", topic="health", region=TELAGA,
        )
        for hour in range(hours) for number in range(each)
    ]  # fmt: skip


def new_casework(folder: Path) -> Settings:
    """Settings of an installation whose casework has its tables, and the invented regency's districts."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    return Settings(data_dir=folder, regions_file=Path(samples.__file__).parent / "regions.csv")


def fill(store: Store, posts: Iterable[Said]) -> None:
    """Put posts into a store, with their labels."""
    posts = list(posts)
    store.add(one.document for one in posts)
    store.annotate(note for one in posts for note in notes_on(one))
    store.refresh()


def notes_on(one: Said) -> Sequence[Annotation]:
    labels: dict[Task, str | None] = {"topic": one.topic, "region": one.region, "sentiment": one.sentiment}
    return [
        Annotation(
            document=one.document.id, task=task, value=value, by="uji", version="1", at=one.document.collected_at
        )
        for task, value in labels.items()
        if value is not None
    ]


def tell_stories(store: Store, casework: Casework, settings: Settings, *, now: datetime) -> None:
    update_stories(store, casework, settings, now=now)
