"""An office with a day of news, for tests of clippings: on the embedded store and SQLite, or on a server of each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import cast

import clipping_articles as world
import pytest
from casework_fixtures import actor, add, migrated_file
from postgres_server import new_database
from search_stores import elastic_store

from casework.clippings.claims import Claims
from casework.clippings.correcting import add_item, correct_item, leave_out, undo_last
from casework.clippings.editions import EditionName
from casework.clippings.issuing import issue_clipping, read_edition
from casework.clippings.making import make_clipping
from casework.clippings.reading import find_clipping
from casework.clippings.records import Clipping, ClippingItem, Edition, Field
from casework.db import Casework, open_casework
from casework.people import first_admin
from casework.roles import Actor, Role
from kentongan.schema import Document
from kentongan.settings import Settings
from search.embedded import EmbeddedStore
from search.store import Store

CLOCK = (world.NOW + timedelta(seconds=second) for second in count())
"""No two acts of one person fall on the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A clipping's surroundings, with short names for its acts."""

    store: Store
    casework: Casework
    settings: Settings
    staff: dict[Role, Actor]

    def make(self, edition: EditionName = "siang", *, day: date = world.DAY, claims: Claims | None = None) -> Clipping:
        with self.casework.begin() as session:
            return make_clipping(
                self.store, session, day=day, edition=edition, settings=self.settings, gazetteer=world.gazetteer(),
                actor=self.staff["analis"], now=next(CLOCK), claims=claims,
            )  # fmt: skip

    def read(self, *, revision: int | None = None) -> Edition:
        with self.casework.read() as session:
            found = find_clipping(session, day=world.DAY, edition="siang")
            assert found is not None
            return read_edition(
                self.store, session, found.id, settings=self.settings, now=next(CLOCK), revision=revision
            )

    def item(self, words: str) -> ClippingItem:
        return next(item for item in self.read().items if words in item.title)

    def correct(self, words: str, *, by: Role = "analis", **changes: str | int | bool | None) -> ClippingItem:
        item = self.item(words)
        with self.casework.begin() as session:
            return correct_item(
                session, self.store, item.id, changes=cast("dict[Field, str | int | bool | None]", changes),
                actor=self.staff[by], now=next(CLOCK), version=item.version,
            )  # fmt: skip

    def leave(self, words: str, reason: str = "iklan") -> ClippingItem:
        with self.casework.begin() as session:
            return leave_out(session, self.item(words).id, reason=reason, actor=self.staff["analis"], now=next(CLOCK))

    def undo(self) -> ClippingItem:
        with self.casework.begin() as session:
            clipping = self.read().clipping.id
            return undo_last(session, self.store, clipping, actor=self.staff["analis"], now=next(CLOCK))

    def issue(self, *, by: Role = "analis", version: int | None = None) -> Edition:
        with self.casework.begin() as session:
            clipping = self.read().clipping
            return issue_clipping(
                self.store, session, clipping.id, settings=self.settings, actor=self.staff[by], now=next(CLOCK),
                version=version or clipping.version,
            )  # fmt: skip

    def add(self, document: Document) -> ClippingItem:
        with self.casework.begin() as session:
            return add_item(
                session, self.store, self.read().clipping.id, document=document.id, settings=self.settings,
                gazetteer=world.gazetteer(), actor=self.staff["analis"], now=next(CLOCK),
            )  # fmt: skip

    def tone_of(self, key: str) -> tuple[str | None, bool, bool]:
        """What counts in the store for an article's tone: value, whether a person says it, whether it abstains."""
        self.store.refresh()
        (record,) = self.store.get([article(key).id])
        assert record is not None
        label = record.labels["tone"]
        return label.value, label.by_person, label.abstained


def article(key: str) -> Document:
    return next(one for one in world.day_of_news() if one.native_key == key)


def fill(store: Store) -> None:
    documents = world.day_of_news()
    store.add(documents)
    store.annotate(world.labels(documents))
    store.refresh()


def staff_up(casework: Casework) -> dict[Role, Actor]:
    """People and agencies of Tirtamaya."""
    with casework.begin() as session:
        made: dict[Role, Actor] = {"admin": actor(first_admin(session, "ratna", name="Ratna Dewi", now=world.NOW))}
    roles: tuple[Role, ...] = ("analis", "pimpinan", "petugas")
    made |= {role: actor(add(casework, f"si-{role}", role)) for role in roles}
    with casework.begin() as session:
        world.add_agencies(session, actor=made["admin"], now=world.NOW)
    return made


def home(folder: Path, *, database_url: str = "") -> Settings:
    return Settings(data_dir=folder, region="99.01", organisation="Pusat Contoh", database_url=database_url)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, Actor]]:
    """A folder with the day of news and the staff, copied by each test: filling it takes longer."""
    folder = tmp_path_factory.mktemp("kliping") / "var"
    with EmbeddedStore(home(folder).store_dir) as store:
        fill(store)
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    with open_casework(home(folder)) as casework:
        return folder, staff_up(casework)


@pytest.fixture
def desk(ready: tuple[Path, dict[Role, Actor]], tmp_path: Path) -> Iterator[Desk]:
    """The day of news on a desk of its own: embedded store, SQLite."""
    settings = home(Path(shutil.copytree(ready[0], tmp_path / "var")))
    with EmbeddedStore(settings.store_dir) as store, open_casework(settings) as casework:
        yield Desk(store=store, casework=casework, settings=settings, staff=ready[1])


@pytest.fixture(params=["embedded, SQLite", "Elasticsearch, PostgreSQL"])
def either_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The same, also on a server of each."""
    if request.param.startswith("embedded"):
        yield request.getfixturevalue("desk")
        return
    made = request.getfixturevalue("migrated_postgres")
    with (
        new_database(request.getfixturevalue("postgres_url"), template=made) as url,
        elastic_store(request.getfixturevalue("elasticsearch_url")) as store,
    ):
        settings = home(tmp_path, database_url=url)
        with open_casework(settings) as casework:
            fill(store)
            yield Desk(store=store, casework=casework, settings=settings, staff=staff_up(casework))
