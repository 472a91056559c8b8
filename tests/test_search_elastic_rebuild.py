"""The next index is made while others read and write; cut short anywhere and repeated, it loses and revives nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
from command_line import environment, run_command
from elastic_proxy import proxy_before
from search_documents import FIRST_DAY, build_world, fill, make_change, make_document, make_label
from search_stores import elastic_settings as elastic_settings

from kentongan.errors import Conflict, NotConfigured, Retry
from kentongan.schema import Query
from kentongan.settings import Settings
from search import elastic_rebuild
from search.elastic import ElasticStore
from search.elastic_connection import Server
from search.elastic_index import MAPPING_VERSION


@pytest.fixture
def server(elastic_settings: Settings) -> Iterator[Server]:
    opened = Server.open(elastic_settings)
    yield opened
    opened.close()


def indices(server: Server, settings: Settings) -> dict[str, list[str]]:
    """Every index of documents, with its aliases."""
    answer = server.ask("GET", f"/{settings.elasticsearch_index}-v*/_alias")
    return {name: sorted(said["aliases"]) for name, said in answer.items()}


def only_number(server: Server, settings: Settings) -> int:
    """The number of the one index that there is; it has the aliases of one in use."""
    ((name, aliases),) = indices(server, settings).items()
    assert aliases == [settings.elasticsearch_index, f"{name}-write"]
    return int(name.removeprefix(f"{settings.elasticsearch_index}-v{MAPPING_VERSION}-").partition("-")[0])


def is_replaced(server: Server, settings: Settings) -> bool:
    """Whether the alias leads to the second index and the first is still there."""
    found = indices(server, settings)
    first = f"{settings.elasticsearch_index}-v{MAPPING_VERSION}-1"
    return len(found) == 2 and found[first] == [f"{settings.elasticsearch_index}-spare"]


def test_a_rebuilt_store_answers_as_before_and_only_the_new_index_is_left(
    elastic_settings: Settings, server: Server
) -> None:
    with ElasticStore.connect(elastic_settings) as store:
        fill(store, build_world(200))
        before = list(store.search(Query(), limit=300).records), store.facets(Query(), fields=["topic", "sentiment"])
        store.rebuild()
        assert (
            list(store.search(Query(), limit=300).records),
            store.facets(Query(), fields=["topic", "sentiment"]),
        ) == before
        assert store.check().problems == ()
        assert only_number(server, elastic_settings) == 2
        store.rebuild()
        assert only_number(server, elastic_settings) == 3


def test_another_number_of_shards_is_taken_by_a_rebuild_and_counts_stay_exact(
    elastic_settings: Settings, server: Server
) -> None:
    world = build_world(200)
    with ElasticStore.connect(elastic_settings) as store:
        fill(store, world)
        before = [store.count(Query(), by=[by]) for by in ("author", "source", "day", "hashtag")]
    wider = msgspec.structs.replace(elastic_settings, elasticsearch_shards=3)
    with ElasticStore.connect(wider) as store:
        store.rebuild()
        assert [store.count(Query(), by=[by]) for by in ("author", "source", "day", "hashtag")] == before
        assert store.check().problems == ()
        store.drop(d.id for d in world.documents[:50])
        store.add(make_document(n) for n in range(1_000, 1_030))
        store.rebuild()
        assert store.count(Query())[0].count == 180
    (said,) = server.ask("GET", f"/{elastic_settings.elasticsearch_index}/_settings").values()
    assert said["settings"]["index"]["number_of_shards"] == "3"


def test_an_index_of_an_older_mapping_is_rebuilt_by_the_command_that_its_refusal_names(
    elastic_settings: Settings, server: Server
) -> None:
    alias = elastic_settings.elasticsearch_index
    with ElasticStore.connect(elastic_settings) as store:
        fill(store, build_world(60))
    server.ask("PUT", f"/{alias}/_mapping", {"_meta": {"mapping_version": MAPPING_VERSION - 1}})
    refused = run_command(elastic_settings, "count", "", "--json", status=None)
    assert refused.returncode != 0
    assert "kentongan store rebuild" in refused.stderr
    run_command(elastic_settings, "store", "rebuild")
    with ElasticStore.connect(elastic_settings) as store:
        assert store.check().documents == 60
        assert store.check().problems == ()


def test_a_program_of_the_older_version_stops_writing_once_the_index_is_replaced(
    elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ElasticStore.connect(elastic_settings)
    first = make_document(1)
    old.add([first])
    monkeypatch.setattr("search.elastic.MAPPING_VERSION", MAPPING_VERSION + 1)
    with ElasticStore.connect(elastic_settings, outdated=True) as new:
        new.rebuild()
    for write in (
        lambda: old.add([make_document(2)]),
        lambda: old.annotate([make_label(first, "topic", "health")]),
        lambda: old.drop([first.id]),
    ):
        with pytest.raises(NotConfigured, match="Perbarui program"):
            write()
    assert old.get([first.id, make_document(2).id])[1] is None
    old.close()


class Traffic:
    """Writers at work until stopped, each on documents of its own; they remember what was acknowledged."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopped = threading.Event()
        self.there: set[str] = set()
        self.dropped: set[str] = set()
        self.labelled: set[str] = set()
        self.labels: dict[str, set[str]] = {}
        self.words: dict[str, str] = {}

    def work(self, writer: int) -> int:
        number = 100_000 * (writer + 1)
        with ElasticStore.connect(self.settings) as store:
            rounds = 0
            while not self.stopped.is_set():
                documents = [make_document(number + n) for n in range(20)]
                number += 20
                store.add(documents)
                store.annotate(make_label(d, "topic", "health") for d in documents)
                store.observe([make_change(documents[0], f"berubah {number}", at=FIRST_DAY + timedelta(days=30))])
                store.drop([documents[-1].id])
                # Again what was written long ago: the copy may have passed it already.
                early = make_document(100_000 * (writer + 1))
                store.annotate([make_label(early, "hoax", "hoax", by=f"model-{rounds}")])
                self.there.update(d.id for d in documents[:-1])
                self.labelled.update(d.id for d in documents[:-1])
                self.dropped.add(documents[-1].id)
                self.labels.setdefault(early.id, set()).add(f"model-{rounds}")
                self.words[documents[0].id] = f"berubah {number}"
                rounds += 1
            return rounds

    def check(self) -> None:
        """Everything acknowledged is there once, and nothing that was dropped."""
        with ElasticStore.connect(self.settings) as store:
            store.refresh()
            records = {r.document.id: r for r in store.stream(Query())}
            assert store.count(Query())[0].count == len(records)
            assert set(records) == self.there
            assert not self.dropped & set(records)
            for name, models in self.labels.items():
                assert {said.by for said in records[name].annotations if said.task == "hoax"} == models
            assert all(records[name].newest.text == words for name, words in self.words.items())
            labelled = [r for r in records.values() if r.document.id in self.labelled]
            assert labelled and all(any(said.task == "topic" for said in r.annotations) for r in labelled)
            assert store.check().problems == ()


def test_writers_that_go_on_during_a_rebuild_lose_nothing_and_what_they_drop_stays_dropped(
    elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setattr(elastic_rebuild, "LEVEL", 30)
    traffic = Traffic(elastic_settings)
    with ElasticStore.connect(elastic_settings) as store, ThreadPoolExecutor(2) as pool:
        store.add(make_document(n) for n in range(3_000))
        traffic.there.update(make_document(n).id for n in range(50, 3_000))
        working = [pool.submit(traffic.work, writer) for writer in range(2)]
        try:
            while len(traffic.dropped) < 3:
                time.sleep(0.05)
            store.drop(make_document(n).id for n in range(50))
            for _ in range(3):
                store.rebuild()
        finally:
            traffic.stopped.set()
        assert min(one.result() for one in working) > 3
    traffic.check()
    assert only_number(server, elastic_settings) == 4


def test_a_reader_of_a_frozen_view_finishes_it_although_the_index_was_replaced_meanwhile(
    elastic_settings: Settings, server: Server
) -> None:
    with ElasticStore.connect(elastic_settings) as store, ThreadPoolExecutor(1) as pool:
        store.add(make_document(n) for n in range(2_500))
        store.refresh()
        reading = store.stream(Query())
        seen = [next(reading).document.id]
        rebuilding = pool.submit(store.rebuild)
        while not is_replaced(server, elastic_settings):
            assert not rebuilding.done()
            time.sleep(0.05)
        seen += [record.document.id for record in reading]
        rebuilding.result()
        assert len(seen) == len(set(seen)) == 2_500
        assert only_number(server, elastic_settings) == 2


def test_a_rebuild_killed_at_any_moment_leaves_a_store_in_use_and_is_finished_by_repeating_it(
    elastic_settings: Settings, server: Server, trials: Callable[[int, int], int]
) -> None:
    count = trials(3, 30)
    with ElasticStore.connect(elastic_settings) as store:
        store.add(make_document(n) for n in range(2_000))
        begun = time.monotonic()
        run_command(elastic_settings, "store", "rebuild", apart=True)
        takes = time.monotonic() - begun
        for trial in range(count):
            with subprocess.Popen(
                [sys.executable, "-m", "kentongan", "store", "rebuild"],
                env=environment(elastic_settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as process:  # fmt: skip
                time.sleep(takes * (trial + 1) / (count + 1))
                process.send_signal(signal.SIGKILL)
            assert store.count(Query())[0].count == 2_000, "searches go on"
            run_command(elastic_settings, "store", "rebuild")
            assert len(indices(server, elastic_settings)) == 1
            assert store.add([make_document(10_000 + trial)]).new == 1, "writing goes on"
            assert store.check().problems == ()
            store.drop([make_document(10_000 + trial).id])
            store.refresh()


def test_a_rebuild_killed_in_its_last_second_says_to_writers_how_to_go_on(
    elastic_settings: Settings, server: Server
) -> None:
    with ElasticStore.connect(elastic_settings, pause=lambda _: None) as store:
        store.add([make_document(1)])
        server.ask("PUT", f"/{elastic_settings.elasticsearch_index}/_block/write")
        with pytest.raises(Retry, match="kentongan store rebuild"):
            store.add([make_document(2)])
        store.rebuild()
        assert store.add([make_document(2)]).new == 1


def test_of_two_rebuilds_the_one_that_was_overtaken_says_so_and_the_store_is_whole(
    elastic_settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ElasticStore.connect(elastic_settings) as first, ElasticStore.connect(elastic_settings) as second:
        first.add(make_document(n) for n in range(500))
        remove = elastic_rebuild.remove_dropped
        overtaken = iter([True])

        def overtake(*told: object) -> None:
            if next(overtaken, False):
                second.rebuild()
            remove(*told)  # type: ignore[arg-type]

        monkeypatch.setattr(elastic_rebuild, "remove_dropped", overtake)
        with pytest.raises(Conflict, match="penyusunan lain"):
            first.rebuild()
        assert first.add([make_document(1_000)]).new == 1
        assert first.check().documents == 501
        assert len(indices(server, elastic_settings)) == 1


@pytest.mark.parametrize("lost", [1, 2, 1_000])
def test_a_flip_whose_answer_is_lost_neither_undoes_itself_nor_takes_the_new_index_away(
    elastic_settings: Settings, server: Server, lost: int
) -> None:
    with proxy_before(elastic_settings.elasticsearch_url) as proxy:
        through = msgspec.structs.replace(elastic_settings, elasticsearch_url=proxy.url)
        with ElasticStore.connect(through, pause=lambda _: None) as store:
            store.add(make_document(n) for n in range(100))
            proxy.losing, proxy.to_lose = "/_aliases", lost
            if lost < 1_000:
                store.rebuild()
            else:
                with pytest.raises(Retry):
                    store.rebuild()
            proxy.to_lose = 0
            assert store.add([make_document(1_000)]).new == 1
            assert store.check().documents == 101
            assert store.check().problems == ()
            store.rebuild()
            assert store.check().documents == 101
    assert only_number(server, elastic_settings) == 3


@pytest.mark.parametrize("step", ["copy_changes", "remove_dropped", "wait_for_copies", "flip"])
def test_a_rebuild_that_fails_at_any_step_leaves_the_old_index_in_use_and_open_and_no_other(
    elastic_settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise Retry("terputus")

    with ElasticStore.connect(elastic_settings) as store:
        store.add(make_document(n) for n in range(100))
        with monkeypatch.context() as patch, pytest.raises(Retry, match="terputus"):
            patch.setattr(elastic_rebuild, step, fail)
            store.rebuild()
        assert only_number(server, elastic_settings) == 1
        assert store.add([make_document(1_000)]).new == 1
        store.rebuild()
        assert store.check().documents == 101
