"""A server that is busy, full or away for a while: writes wait for it, lose nothing, and say what is the matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from elastic_proxy import Proxy, proxy_before
from search_documents import make_document, make_label
from search_stores import elastic_settings as elastic_settings

from kentongan.errors import Retry
from kentongan.schema import Query
from kentongan.settings import Settings
from search.elastic import ElasticStore
from search.elastic_connection import LONG_WAITS, Server


@pytest.fixture
def proxy(elastic_settings: Settings) -> Iterator[Proxy]:
    with proxy_before(elastic_settings.elasticsearch_url) as running:
        yield running


class Clock:
    """Stands in for waiting: no time passes, but after so many seconds of it the trouble is ended."""

    def __init__(self, end_trouble: Callable[[], None] = lambda: None) -> None:
        self.waited = 0.0
        self.over_after = float("inf")
        self.end_trouble = end_trouble

    def pause(self, seconds: float) -> None:
        self.waited += seconds
        if self.waited >= self.over_after:
            self.end_trouble()


@pytest.mark.parametrize("status", [429, 503])
def test_writes_to_a_server_that_refuses_for_a_minute_all_arrive(
    elastic_settings: Settings, proxy: Proxy, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    def accept() -> None:
        proxy.refusing = None

    clock = Clock(accept)
    through = msgspec.structs.replace(elastic_settings, elasticsearch_url=proxy.url)
    documents = [make_document(n) for n in range(30)]
    with ElasticStore.connect(through, pause=clock.pause) as store:
        for act, result in (
            (lambda: store.add(documents).new, 30),
            (lambda: store.annotate(make_label(d, "topic", "health") for d in documents), 30),
            (lambda: store.drop([documents[0].id]), 1),
            (lambda: len(list(store.stream(Query()))), 29),
        ):
            proxy.refusing, clock.waited, clock.over_after = status, 0.0, 60.0
            assert act() == result
            assert 60 <= clock.waited < 80, "seconds"
        store.refresh()
        assert [(b.key, b.count) for b in store.count(Query(), by=["topic"])] == [(("health",), 29)]
    assert f"menjawab {status}; dicoba lagi dalam" in caplog.text


def test_a_server_that_stays_busy_is_given_up_after_two_minutes_and_the_same_call_succeeds_later(
    elastic_settings: Settings, proxy: Proxy
) -> None:
    clock = Clock()
    through = msgspec.structs.replace(elastic_settings, elasticsearch_url=proxy.url)
    documents = [make_document(n) for n in range(30)]
    with ElasticStore.connect(through, pause=clock.pause) as store:
        store.add(documents[:10])
        proxy.refusing = 429
        with pytest.raises(Retry, match="sibuk"):
            store.add(documents)
        assert 90 < clock.waited < 150, "seconds"
        assert proxy.refused == len(LONG_WAITS) + 1
        with pytest.raises(Retry, match="sibuk"):
            store.search(Query())
        assert proxy.refused < len(LONG_WAITS) + 10, "who waits at a screen is told soon"
        proxy.refusing = None
        added = store.add(documents)
        assert (added.new, added.known) == (20, 10)


def test_a_server_whose_disk_is_full_says_so_goes_on_answering_and_is_written_again_once_there_is_space(
    elastic_settings: Settings,
) -> None:
    alias = elastic_settings.elasticsearch_index
    server = Server.open(elastic_settings)

    def set_full(full: bool) -> None:
        # What the server itself sets when its disk reaches the flood stage, and takes away when there is space again.
        server.ask("PUT", f"/{alias}*/_settings", {"index.blocks.read_only_allow_delete": full or None})

    clock = Clock(lambda: set_full(False))
    documents = [make_document(n) for n in range(20)]
    with ElasticStore.connect(elastic_settings, pause=clock.pause) as store:
        store.add(documents[:10])
        set_full(True)
        with pytest.raises(Retry, match="Lapangkan cakram"):
            store.add(documents)
        with pytest.raises(Retry, match="Lapangkan cakram"):
            store.annotate([make_label(documents[0], "topic", "health")])
        with pytest.raises(Retry, match="Lapangkan cakram"):
            store.use_model("topic", "linear", "1")
        with pytest.raises(Retry, match="Lapangkan cakram"):
            store.drop([documents[0].id])
        assert store.get([documents[1].id])[0] is not None
        clock.waited, clock.over_after = 0.0, 30.0
        added = store.add(documents)
        assert (added.new, added.known) == (10, 10)
        assert store.check().problems == ()
    server.close()
