"""What the tests of stories share: posts, a store with its casework, and what the tables of stories hold."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from datetime import timedelta

from casework_fixtures import NOW
from kentongan_documents import FIRST
from sqlalchemy import select, text

from casework.db import Casework
from casework.stories import Story, read_story
from casework.story_keeping import StoriesUpdated, update_stories
from casework.story_tables import StoryItemRow, StoryMessageRow
from kentongan.schema import Document, document_id
from kentongan.settings import Settings
from search.store import Store

MESSAGE = (
    "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar limbah pabrik, warga RT 05 sudah "
    "dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. Simpan air secukupnya dan kabari keluarga."
)
VARIANT = MESSAGE.replace("truk tangki", "mobil bak")
FURTHER = VARIANT.replace("secukupnya", "sebanyak-banyaknya")
OTHER = (
    "Lomba baca puisi untuk murid sekolah dasar dibuka sampai Jumat sore, tidak dipungut biaya. Berkas dikumpulkan di "
    "balai desa, panitia menyediakan piala dan buku tulis untuk sepuluh peserta terbaik dari setiap kelas."
)


def words(seed: int, count: int) -> str:
    """Invented words that no other seed shares."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 9))) for _ in range(count))


def post(number: int, text: str, *, source: str = "uji", platform: str = "x", seconds: float = 60.0) -> Document:
    """A post, so many seconds after the one before it."""
    at = FIRST + timedelta(seconds=number * seconds)
    return Document(
        id=document_id("sosial.example", str(number)), kind="post", publisher="sosial.example", platform=platform,
        native_key=str(number), source=source, text=text, published_at=at, collected_at=at + timedelta(seconds=20),
    )  # fmt: skip


def id_of(number: int) -> str:
    return document_id("sosial.example", str(number))


class Desk:
    """A store with its casework, and short words for what tests do with both."""

    def __init__(self, store: Store, casework: Casework, settings: Settings) -> None:
        self.store, self.casework, self.settings = store, casework, settings

    def update(self, *texts: str, first: int = 0, rebuild: bool = False) -> StoriesUpdated:
        """Add posts of these texts, numbered from ``first``, and bring the stories up to date."""
        self.store.add(post(first + number, text) for number, text in enumerate(texts))
        return update_stories(self.store, self.casework, self.settings, now=NOW, rebuild=rebuild)

    def parts(self) -> set[frozenset[str]]:
        return set(stories_of(self.casework).values())

    def story(self, number: int) -> Story:
        with self.casework.read() as session:
            return read_story(session, id_of(number))


def stories_of(casework: Casework) -> dict[str, frozenset[str]]:
    """All stories: ids of their items."""
    found: dict[str, set[str]] = {}
    with casework.read() as session:
        asked = select(StoryItemRow.document, StoryMessageRow.story).join(
            StoryMessageRow, StoryMessageRow.message == StoryItemRow.message
        )
        for document, story in session.execute(asked):
            found.setdefault(story, set()).add(document)
    return {story: frozenset(documents) for story, documents in found.items()}


def tables_of(casework: Casework) -> list[list[tuple[object, ...]]]:
    """Everything the tables of stories hold, in order."""
    tables = ("story_item", "story_message", "story", "story_link")
    with casework.read() as session:
        return [sorted(map(tuple, session.execute(text(f"SELECT * FROM {table}"))), key=repr) for table in tables]


def numbers(*parts: Sequence[int]) -> set[frozenset[str]]:
    return {frozenset(map(id_of, part)) for part in parts}
