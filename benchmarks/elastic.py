"""What writing into Elasticsearch costs, beside the client library's own ``helpers.bulk`` with its defaults.

    python -m benchmarks.elastic [--quick]

Both sides write the same sources, made beforehand, into a new index of the same mapping on one real node, in turn:
theirs as the dictionaries that ``helpers.bulk`` wants, ours through the store's own bulk path. The second pair of
figures begins at the documents: ours is ``add``, theirs makes each source as ours does and hands it to
``helpers.bulk``. The client's CPU is this process's own, all threads; the node runs on the same machine, which holds
the rate down.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.classify_stream import make_stream
from benchmarks.figure import Figure, machine, ratio_interval, run_alone
from kentongan.schema import EPOCH, Document, document_id
from kentongan.settings import Settings
from search.elastic import ElasticStore
from search.elastic_bulk import encode_line, write_lines
from search.elastic_connection import Server
from search.elastic_index import MAPPING_VERSION, PROPERTIES, open_index
from search.elastic_pages import read_pages
from search.elastic_records import encode_source
from search.fields import assemble_record

MUST_CPU, MUST_RATE = 1 / 3, 2
DOCUMENTS, ROUNDS = 20_000, 5
QUICK_DOCUMENTS, QUICK_ROUNDS = 8_000, 2
WARM_UP = 3
"""Rounds until the server's rate no longer grows from one to the next."""
HEAP = "1g"
PACKAGES = ("elasticsearch", "elastic-transport", "msgspec")


@dataclass(frozen=True, slots=True)
class Round:
    """One side's writing of all documents into a new index."""

    cpu: float
    """Seconds of this process, all its threads."""
    seconds: float
    contents: str
    """Digest over every document the index then held, by id."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """CPU a document and documents a second, from sources that are ready; unless quick, from documents too."""
    size, rounds = (QUICK_DOCUMENTS, QUICK_ROUNDS) if quick else (DOCUMENTS, ROUNDS)
    documents = make_documents(size)
    sources = [make_source(document) for document in documents]
    with running_node() as url:
        ours, theirs = alternate(
            url, rounds, lambda a: write_ours(url, a, sources), lambda a: write_theirs(url, a, sources)
        )
        yield from compare("from ready sources", size, ours, theirs, bound=True)
        if quick:
            return
        ours, theirs = alternate(
            url,
            rounds,
            lambda a: add_ours(url, a, documents),
            lambda a: write_theirs(url, a, map(make_source, documents)),
        )
        yield from compare("from documents, projection included", size, ours, theirs, bound=False)


def make_documents(size: int) -> list[Document]:
    """The mixed stream as documents, a minute apart."""
    return [
        Document(
            id=document_id("ukur.example", str(number)), kind=one.kind, publisher="ukur.example", platform="web",
            native_key=str(number), source=f"sumber-{number % 20}", text=one.text,
            url=f"https://ukur.example/{number}", author=f"akun-{number % 500}",
            published_at=EPOCH + timedelta(days=20_000, minutes=number), collected_at=EPOCH + timedelta(days=21_000),
        )
        for number, one in enumerate(make_stream(size))
    ]  # fmt: skip


def make_source(document: Document) -> dict[str, Any]:
    """What the store keeps of a document that nothing was learned about yet."""
    return encode_source(assemble_record(document, (), (), {}), 0)


def write_theirs(url: str, alias: str, sources: Any) -> None:
    """The client library's way: its defaults but for a longer timeout."""
    from elasticsearch import Elasticsearch, helpers

    with Elasticsearch([url], request_timeout=60) as client:
        actions = ({"_op_type": "create", "_index": alias, "_id": one["id"], "_source": one} for one in sources)
        helpers.bulk(client, actions)


def write_ours(url: str, alias: str, sources: Sequence[dict[str, Any]]) -> None:
    """The store's own way, from the same dictionaries."""
    server = Server.open(Settings(elasticsearch_url=url))
    index = open_index(server, alias, PROPERTIES, version=MAPPING_VERSION)
    for outcome in write_lines(index, (encode_line("create", one["id"], one) for one in sources)):
        assert outcome.status == 201
    server.close()


def add_ours(url: str, alias: str, documents: Sequence[Document]) -> None:
    with ElasticStore.connect(Settings(elasticsearch_url=url, elasticsearch_index=alias)) as store:
        assert store.add(documents).new == len(documents)


def alternate(
    url: str, rounds: int, ours: Callable[[str], None], theirs: Callable[[str], None]
) -> tuple[list[Round], list[Round]]:
    """Both sides in turn, each time into an index of its own; the first rounds warm the server up and do not count.
    Raises where the two differ in content."""
    done: tuple[list[Round], list[Round]] = ([], [])
    for number in range(-WARM_UP, rounds):
        for side, act in zip(done, (ours, theirs), strict=True):
            taken = write_once(url, act)
            if number >= 0:
                side.append(taken)
    if len({one.contents for side in done for one in side}) != 1:
        raise AssertionError("the two sides did not write the same documents")
    return done


def write_once(url: str, act: Callable[[str], None]) -> Round:
    """One writing into a new index, which is read back and removed."""
    settings = Settings(elasticsearch_url=url, elasticsearch_index=f"ukur-{uuid4().hex[:12]}")
    alias = settings.elasticsearch_index
    ElasticStore.connect(settings).close()
    cpu, begun = time.process_time(), time.perf_counter()
    act(alias)
    taken = time.process_time() - cpu, time.perf_counter() - begun
    server = Server.open(settings)
    server.ask("POST", f"/{alias}/_refresh")
    contents = hashlib.blake2b(digest_size=16)
    body = {"query": {"match_all": {}}, "sort": ["id"], "size": 2_000, "track_total_hits": False}
    for hit in read_pages(server, f"/{alias}/_search", body):
        contents.update(repr((hit["_id"], sorted(hit["_source"].items()))).encode())
    for name in (f"{alias}-v{MAPPING_VERSION}-1", f"{alias}-state-v1-1"):
        server.ask("DELETE", f"/{name}", accept=(404,))
    server.close()
    return Round(*taken, contents.hexdigest())


def compare(begin: str, size: int, ours: Sequence[Round], theirs: Sequence[Round], *, bound: bool) -> Iterator[Figure]:
    """The two figures of one pair of sides; ``bound``: those that must hold."""
    detail: dict[str, object] = {
        "documents": size,
        "rounds": len(ours),
        "same_documents_in_both": True,
        "ours": about(size, ours),
        "theirs": about(size, theirs),
        **machine(*PACKAGES),
    }
    value, low, high = ratio_interval([one.cpu for one in ours], [one.cpu for one in theirs])
    yield Figure(
        benchmark="elastic", figure=f"client CPU a document against helpers.bulk, {begin}",
        value=round(value, 3), low=round(low, 3), high=round(high, 3), unit="x",
        must=f"<= {MUST_CPU:.3f}" if bound else "<= 1", holds=value <= (MUST_CPU if bound else 1), detail=detail,
    )  # fmt: skip
    value, low, high = ratio_interval([1 / one.seconds for one in ours], [1 / one.seconds for one in theirs])
    yield Figure(
        benchmark="elastic", figure=f"documents a second into a real node against helpers.bulk, {begin}",
        value=round(value, 2), low=round(low, 2), high=round(high, 2), unit="x",
        must=f">= {MUST_RATE if bound else 1}", holds=value >= (MUST_RATE if bound else 1), detail=detail,
    )  # fmt: skip


def about(size: int, rounds: Sequence[Round]) -> dict[str, object]:
    """Every round of a side, in the units a reader compares."""
    return {
        "cpu_microseconds_a_document": [round(one.cpu / size * 1e6, 1) for one in rounds],
        "documents_a_second": [round(size / one.seconds) for one in rounds],
    }


@contextmanager
def running_node() -> Iterator[str]:
    """ELASTICSEARCH_TEST_URL, else a node of its own, stopped in the end."""
    given = os.environ.get("ELASTICSEARCH_TEST_URL")
    if given:
        yield given
        return
    folder = Path(os.environ.get("KENTONGAN_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    starter = folder / "elasticsearch" / "es.py"
    if not starter.is_file() or not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise SystemExit(f"no Elasticsearch: set ELASTICSEARCH_TEST_URL, or install Java 17 and have {starter}")
    name = ("--name", f"ukur-{os.getpid()}")
    try:
        started = subprocess.run(
            [sys.executable, str(starter), "start", *name, "--port", "9380", "--heap", HEAP],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        yield started.stdout.strip().splitlines()[-1]
    finally:
        subprocess.run([sys.executable, str(starter), "stop", *name], capture_output=True, check=False)


if __name__ == "__main__":
    run_alone(measure, __doc__)
