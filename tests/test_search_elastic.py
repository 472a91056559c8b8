"""What only the Elasticsearch store has to get right: its server's moods, its index and alias, writers at once."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from elastic_server import certificate_file, control_server, running_server
from search_documents import FIRST_DAY, make_change, make_document, make_label
from search_stores import elastic_settings as elastic_settings
from search_stores import new_alias

from kentongan.errors import BadSettings, KentonganError, NotConfigured, NotFound, Retry
from kentongan.schema import Query
from kentongan.settings import Settings
from search import elastic
from search.elastic import ElasticStore
from search.elastic_connection import Server
from search.elastic_index import MAPPING_VERSION

NO_WAITS = (0.0, 0.0)


@dataclass
class Moody:
    """A server that answers each request with the next of its statuses, then with 200."""

    url: str
    statuses: list[int]
    asked: list[str] = field(default_factory=list)
    logins: list[str | None] = field(default_factory=list)


@pytest.fixture
def moody() -> Iterator[Callable[[list[int]], Moody]]:
    """Starts a real HTTP server that behaves like an Elasticsearch in trouble."""
    running: list[ThreadingHTTPServer] = []

    def start(statuses: list[int]) -> Moody:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                told.asked.append(f"{self.command} {self.path}")
                told.logins.append(self.headers.get("authorization"))
                status = told.statuses.pop(0) if told.statuses else 200
                body = json.dumps(
                    {"error": {"type": "es_rejected_execution_exception"}} if status > 299 else {}
                ).encode()
                self.send_response(status)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        told = Moody(f"http://127.0.0.1:{server.server_port}", statuses)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        running.append(server)
        return told

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def open_server(url: str, **changes: object) -> Server:
    return Server.open(Settings(elasticsearch_url=url, **changes), waits=NO_WAITS)  # type: ignore[arg-type]


def test_a_server_that_is_busy_for_a_moment_is_waited_for(moody: Callable[[list[int]], Moody]) -> None:
    told = moody([429, 503])
    server = open_server(told.url)
    assert server.ask("GET", "/x/_search") == {}
    assert len(told.asked) == 3
    server.close()


def test_a_server_that_stays_busy_is_told_as_retry(moody: Callable[[list[int]], Moody]) -> None:
    told = moody([429] * 50)
    server = open_server(told.url)
    with pytest.raises(Retry, match="sibuk"):
        server.ask("GET", "/x/_search")
    assert len(told.asked) == len(NO_WAITS) + 1, "the attempts are bounded"
    server.close()


def test_a_server_that_is_away_is_told_as_retry_with_what_to_check() -> None:
    server = open_server("http://127.0.0.1:9")
    with pytest.raises(Retry, match="ELASTICSEARCH_URL"):
        server.ask("GET", "/")
    server.close()


@pytest.mark.parametrize(("status", "setting"), [(401, "PASSWORD"), (403, "USER")])
def test_a_refused_login_names_the_setting(moody: Callable[[list[int]], Moody], status: int, setting: str) -> None:
    server = open_server(moody([status]).url)
    with pytest.raises(NotConfigured) as caught:
        server.ask("GET", "/")
    assert caught.value.setting.endswith(setting)
    server.close()


def test_an_api_key_is_used_instead_of_user_and_password(moody: Callable[[list[int]], Moody]) -> None:
    told = moody([])
    login = {"elasticsearch_user": "ani", "elasticsearch_password": "rahasia"}
    for changes in (login, {**login, "elasticsearch_api_key": "a3VuY2k="}, {}):
        server = open_server(told.url, **changes)
        server.ask("GET", "/")
        server.close()
    assert told.logins == ["Basic " + b64encode(b"ani:rahasia").decode(), "ApiKey a3VuY2k=", None]


@pytest.mark.parametrize("url", ["es.kota.go.id", "http://es.kota.go.id", "ftp://"])
def test_an_address_without_scheme_or_port_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(NotConfigured, match="9200"):
        open_server(url)


def test_a_missing_certificate_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"tidak-ada\.crt"):
        open_server("https://127.0.0.1:9200", elasticsearch_ca_file=tmp_path / "tidak-ada.crt")


def test_two_processes_that_start_at_once_share_one_index(elastic_settings: Settings) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: ElasticStore.connect(elastic_settings), range(6)))
    documents = [make_document(number) for number in range(6)]
    for store, document in zip(stores, documents, strict=True):
        assert store.add([document]).new == 1
    stores[0].refresh()
    for store in stores:
        assert store.count(Query())[0].count == 6
        store.close()


def test_an_alias_that_leads_to_a_foreign_index_is_refused(elastic_settings: Settings) -> None:
    server = Server.open(elastic_settings)
    alias = elastic_settings.elasticsearch_index
    server.ask("PUT", f"/{alias}-lain", {"aliases": {alias: {}}})
    server.close()
    with pytest.raises(BadSettings, match="bukan buatan Kentongan"):
        ElasticStore.connect(elastic_settings)


def test_an_index_that_has_the_name_of_the_alias_is_refused(elastic_settings: Settings) -> None:
    server = Server.open(elastic_settings)
    server.ask("PUT", f"/{elastic_settings.elasticsearch_index}")
    server.close()
    with pytest.raises(KentonganError, match="KENTONGAN_ELASTICSEARCH_INDEX"):
        ElasticStore.connect(elastic_settings)


@pytest.mark.parametrize(("version", "hint"), [(99, "Perbarui program"), (0, "kentongan store rebuild")])
def test_an_index_of_another_mapping_version_is_refused_not_misread(
    elastic_settings: Settings, version: int, hint: str
) -> None:
    ElasticStore.connect(elastic_settings).close()
    server = Server.open(elastic_settings)
    server.ask("PUT", f"/{elastic_settings.elasticsearch_index}/_mapping", {"_meta": {"mapping_version": version}})
    server.close()
    with pytest.raises(NotConfigured, match=f"versi {version}.*{hint}"):
        ElasticStore.connect(elastic_settings)


def test_an_index_deleted_under_a_running_store_is_said_and_not_made_anew_by_a_write(
    elastic_settings: Settings,
) -> None:
    with ElasticStore.connect(elastic_settings) as store:
        server = Server.open(elastic_settings)
        server.ask("DELETE", f"/{elastic_settings.elasticsearch_index}-v{MAPPING_VERSION}-1")
        for use in (
            lambda: store.add([make_document(1)]),
            lambda: store.drop([make_document(1).id]),
            lambda: store.annotate([make_label(make_document(1), "topic", "health")]),
            lambda: store.get([make_document(1).id]),
        ):
            with pytest.raises(NotConfigured, match="tidak ada lagi"):
                use()
        assert server.ask("GET", f"/{elastic_settings.elasticsearch_index}", accept=(404,))["status"] == 404
        server.close()


def test_annotators_of_one_document_at_once_lose_nothing(elastic_settings: Settings) -> None:
    document = make_document(1)
    with ElasticStore.connect(elastic_settings) as store:
        store.add([document])
        labels = [make_label(document, "sentiment", "negative", by=f"model-{n}") for n in range(24)]
        with ThreadPoolExecutor(8) as pool:
            new = list(pool.map(lambda label: store.annotate([label]), labels))
        assert new == [1] * 24
        (record,) = store.get([document.id])
        assert record is not None
        assert {label.by for label in record.annotations} == {label.by for label in labels}


def test_labels_written_while_the_model_changes_count_by_the_new_model(elastic_settings: Settings) -> None:
    documents = [make_document(number) for number in range(40)]
    with ElasticStore.connect(elastic_settings) as store:
        store.add(documents)
        store.annotate(make_label(d, "sentiment", "negative") for d in documents)
        with ThreadPoolExecutor(3) as pool:
            waiting = [
                pool.submit(store.annotate, [make_label(d, "sentiment", "positive", version="2") for d in half])
                for half in (documents[:20], documents[20:])
            ]
            waiting.append(pool.submit(store.use_model, "sentiment", "linear", "2"))
            for one in waiting:
                one.result()
        store.refresh()
        (bucket,) = store.count(Query(), by=["sentiment"])
        assert (bucket.key, bucket.count) == (("positive",), 40)


def test_the_choice_of_a_model_that_was_cut_short_is_finished_by_repeating_it(elastic_settings: Settings) -> None:
    documents = [make_document(number) for number in range(10)]
    with ElasticStore.connect(elastic_settings) as store:
        store.add(documents)
        for version, value in (("1", "negative"), ("2", "positive")):
            store.annotate(make_label(d, "sentiment", value, version=version) for d in documents)
        store.use_model("sentiment", "linear", "1")
        store.choose_model("sentiment", "linear|2")
        store.use_model("sentiment", "linear", "2")
        store.refresh()
        (bucket,) = store.count(Query(), by=["sentiment"])
        assert (bucket.key, bucket.count) == (("positive",), 10)


def test_a_stream_is_one_frozen_view_while_documents_come_and_go(elastic_settings: Settings) -> None:
    with ElasticStore.connect(elastic_settings) as store:
        store.add(make_document(number) for number in range(1_200))
        store.refresh()
        seen = []
        for number, record in enumerate(store.stream(Query())):
            seen.append(record.document.id)
            if number == 0:
                store.add(make_document(n) for n in range(2_000, 2_100))
                store.drop(make_document(n).id for n in range(1_100, 1_200))
                store.refresh()
        assert len(seen) == len(set(seen)) == 1_200


def test_a_page_larger_than_one_request_is_whole_and_the_next_goes_on_from_it(
    elastic_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "HITS_A_REQUEST", 7)
    documents = [make_document(number) for number in range(50)]
    with ElasticStore.connect(elastic_settings) as store:
        store.add(documents)
        store.refresh()
        page = store.search(Query(), limit=40)
        rest = store.search(Query(), limit=40, after=page.after)
        assert page.total == rest.total == 50
        numbers = [int(record.document.native_key) for record in (*page.records, *rest.records)]
        assert numbers == list(range(49, -1, -1))
        assert len(list(store.stream(Query()))) == 50


def test_nothing_of_a_call_is_written_when_one_of_its_documents_is_missing(elastic_settings: Settings) -> None:
    documents = [make_document(number) for number in range(700)]
    with ElasticStore.connect(elastic_settings) as store:
        store.add(documents)
        stranger = make_document(9_999)
        with pytest.raises(NotFound):
            store.annotate(make_label(d, "topic", "health") for d in [*documents, stranger])
        with pytest.raises(NotFound):
            store.observe([make_change(d, "lain", at=FIRST_DAY + timedelta(days=30)) for d in [*documents, stranger]])
        assert all(r and not r.annotations and not r.observations for r in store.get([d.id for d in documents]))


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_a_server_with_passwords_and_its_own_certificate_is_used_with_them_and_refused_without(tmp_path: Path) -> None:
    with running_server("--password", "rahasia-uji", "--tls") as url:
        authority = certificate_file(url)
        login = Settings(
            elasticsearch_url=url,
            elasticsearch_index=new_alias(),
            elasticsearch_user="elastic",
            elasticsearch_password="rahasia-uji",
            elasticsearch_ca_file=authority,
        )
        with ElasticStore.connect(login) as store:
            assert store.add([make_document(1)]).new == 1
        for wrong, setting in (
            (msgspec.structs.replace(login, elasticsearch_password="salah"), "PASSWORD"),
            (msgspec.structs.replace(login, elasticsearch_user=""), "PASSWORD"),
            (msgspec.structs.replace(login, elasticsearch_api_key="c2FsYWg6c2FsYWg="), "PASSWORD"),
            (msgspec.structs.replace(login, elasticsearch_ca_file=None), "CA_FILE"),
        ):
            with pytest.raises(NotConfigured) as caught:
                ElasticStore.connect(wrong)
            assert caught.value.setting.endswith(setting)
            assert "rahasia-uji" not in str(caught.value)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_a_server_killed_in_the_middle_of_writing_is_waited_for_and_loses_nothing_it_acknowledged(
    tmp_path: Path,
) -> None:
    with running_server() as url:
        settings = Settings(elasticsearch_url=url, elasticsearch_index=new_alias())
        documents = [make_document(number) for number in range(3_000)]
        revived = []

        def revive(seconds: float) -> None:
            if len(revived) < len(killed):
                control_server(url, "revive", "--node", "1")
                revived.append(seconds)
            else:
                time.sleep(seconds)

        killed: list[int] = []
        with ElasticStore.connect(settings, pause=revive) as store:
            for start in range(0, 3_000, 100):
                batch = documents[start : start + 100]
                if start in (700, 1_900):
                    control_server(url, "kill", "--node", "1")
                    killed.append(start)
                assert store.add(batch).new == 100
                store.annotate(make_label(d, "topic", "health") for d in batch)
            assert len(revived) == 2
            store.refresh()
            assert sorted(r.document.id for r in store.stream(Query())) == sorted(d.id for d in documents)
            assert [(b.key, b.count) for b in store.count(Query(), by=["topic"])] == [(("health",), 3_000)]
            assert store.check().problems == ()
