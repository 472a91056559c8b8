"""Writing many documents at once: requests bounded, several on their way, refusals named and the others written."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from search_documents import make_document
from search_stores import elastic_settings as elastic_settings

from benchmarks.elastic import alternate, make_documents, make_source, write_ours, write_theirs
from kentongan.errors import Quarantine
from kentongan.schema import Query
from kentongan.settings import Settings
from search import elastic_bulk
from search.elastic import ElasticStore
from search.elastic_bulk import encode_line, split_batches, write_lines
from search.elastic_connection import Server
from search.elastic_index import MAPPING_VERSION, PROPERTIES, Index, open_index


@pytest.fixture
def index(elastic_settings: Settings) -> Iterator[Index]:
    """An empty index of documents."""
    server = Server.open(elastic_settings)
    yield open_index(server, elastic_settings.elasticsearch_index, PROPERTIES, version=MAPPING_VERSION)
    server.close()


def test_bulk_requests_are_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_bulk, "REQUEST_BYTES", 1_000)
    lines = [encode_line("create", str(n), {"text": "x" * (3_000 if n == 5 else 300)}) for n in range(12)]
    batches = list(split_batches(lines))
    assert [line for batch in batches for line in batch] == lines
    assert all(len(batch) == 1 or sum(len(line.encoded) for line in batch) <= 1_000 for batch in batches)


def test_documents_the_server_will_never_take_are_named_and_all_others_are_written(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_bulk, "REQUEST_LINES", 3)
    lines = [encode_line("create", f"nomor-{n}", {"tidak_dikenal": 1} if n in (1, 17) else {}) for n in range(30)]
    outcomes = []
    with pytest.raises(Quarantine, match="menolak 2 dokumen") as caught:
        outcomes += write_lines(index, lines)
    assert "nomor-1:" in caught.value.message and "nomor-17:" in caught.value.message
    index.server.ask("POST", f"/{index.alias}/_refresh")
    assert index.server.ask("GET", f"/{index.alias}/_count")["count"] == 28


def test_requests_go_out_on_several_connections_at_once_and_every_action_has_its_outcome(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_bulk, "REQUEST_LINES", 10)
    together = threading.Barrier(elastic_bulk.CONNECTIONS, timeout=60)
    send = elastic_bulk.send_batch

    def send_together(*told: object, **options: object) -> object:
        together.wait()
        return send(*told, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(elastic_bulk, "send_batch", send_together)
    lines = [encode_line("create", f"nomor-{n}", {}) for n in range(80)]
    outcomes = list(write_lines(index, lines))
    assert sorted(outcome.id for outcome in outcomes) == sorted(line.id for line in lines)
    assert {outcome.status for outcome in outcomes} == {201}


def test_more_documents_than_one_request_takes_are_counted_and_kept_once_each(
    elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_bulk, "REQUEST_LINES", 50)
    documents = [make_document(number) for number in range(1_000)]
    with ElasticStore.connect(elastic_settings) as store:
        assert store.add(documents[:300]).new == 300
        added = store.add([*documents, *documents[:10]])
        assert (added.new, added.known) == (700, 310)
        assert store.drop(d.id for d in documents[:400]) == 400
        store.refresh()
        assert store.count(Query())[0].count == 600


def test_both_sides_of_the_benchmark_write_the_same_and_a_difference_is_noticed(elasticsearch_url: str) -> None:
    sources = [make_source(document) for document in make_documents(30)]
    ours, theirs = alternate(
        elasticsearch_url, 1, lambda a: write_ours(elasticsearch_url, a, sources),
        lambda a: write_theirs(elasticsearch_url, a, sources),
    )  # fmt: skip
    assert ours[0].contents == theirs[0].contents
    with pytest.raises(AssertionError, match="same documents"):
        alternate(
            elasticsearch_url, 1, lambda a: write_ours(elasticsearch_url, a, sources),
            lambda a: write_theirs(elasticsearch_url, a, sources[:-1]),
        )  # fmt: skip
