"""Opens stores for tests, of either kind, each empty and gone afterwards, and asks them short questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from kentongan.schema import Query
from kentongan.settings import Settings
from search.aliases import NO_ALIASES, AliasFile
from search.elastic import ElasticStore
from search.elastic_connection import Server
from search.embedded import EmbeddedStore
from search.store import Dimension, Page, Store

ENGINES = ("embedded", "elasticsearch")


def new_alias() -> str:
    """A name that no other test uses."""
    return f"uji-{uuid4().hex[:12]}"


def delete_indices(settings: Settings) -> None:
    """Remove everything that a test's alias left on the server."""
    server = Server.open(settings)
    for name in server.ask("GET", f"/{settings.elasticsearch_index}*", params={"expand_wildcards": "all"}):
        server.ask("DELETE", f"/{name}")
    server.close()


@pytest.fixture
def elastic_settings(elasticsearch_url: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings for an alias of this test's own; its indices go afterwards."""
    settings = Settings(data_dir=tmp_path, elasticsearch_url=elasticsearch_url, elasticsearch_index=new_alias())
    yield settings
    delete_indices(settings)


@contextmanager
def elastic_store(url: str, *, aliases: AliasFile = NO_ALIASES) -> Iterator[ElasticStore]:
    """An empty store on the server at ``url``."""
    settings = Settings(elasticsearch_url=url, elasticsearch_index=new_alias())
    try:
        with ElasticStore.connect(settings, aliases=aliases) as store:
            yield store
    finally:
        delete_indices(settings)


@contextmanager
def embedded_store(folder: Path, *, aliases: AliasFile = NO_ALIASES) -> Iterator[EmbeddedStore]:
    """An empty store in a new folder under ``folder``."""
    with EmbeddedStore(folder / uuid4().hex, aliases=aliases) as store:
        yield store


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of either kind."""
    with ExitStack() as stack:
        if request.param == "embedded":
            yield stack.enter_context(embedded_store(tmp_path))
        else:
            yield stack.enter_context(elastic_store(request.getfixturevalue("elasticsearch_url")))


def ids_of(page: Page) -> list[str]:
    return [record.document.id for record in page.records]


def found(store: Store, text: str = "", **filters: object) -> set[str]:
    """The native keys of what a query finds."""
    query = Query(text=text, **filters)  # type: ignore[arg-type]
    return {record.document.native_key for record in store.search(query, limit=500).records}


def counted(store: Store, *by: Dimension, query: Query | None = None, zone: str = "WIB") -> dict[tuple[str, ...], int]:
    return {bucket.key: bucket.count for bucket in store.count(query or Query(), by=by, zone=zone)}


def all_pages(store: Store, query: Query, *, limit: int) -> list[str]:
    ids: list[str] = []
    after: str | None = None
    while True:
        page = store.search(query, limit=limit, after=after)
        ids += ids_of(page)
        after = page.after
        if after is None:
            return ids
        assert len(page.records) == limit, "only the last page is short"
