"""Three real nodes: the stores' contract holds on them, and one of them may die while scorers and a writer work."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from command_line import run_command
from elastic_server import control_server, running_server
from kentongan_documents import make_document
from search_stores import delete_indices, new_alias

from kentongan.errors import Retry
from kentongan.schema import Query
from kentongan.settings import Settings
from search.elastic import ElasticStore
from search.elastic_connection import Server

pytestmark = pytest.mark.timeout(1800)

NODES = 3
SEED = 20261124
SCORERS = 4
REST_S = 2.0
"""Pause of a scorer between two runs: most of a run is its start, which takes the processor from the nodes."""
WRITE_S = 0.3
"""Pause of the writer between two batches of 20: what it adds is scored for every task before the end."""
TASKS = ("sentiment", "hoax", "topic", "language", "region")
"""What each post is scored for."""
CONTRACT = ("test_search_contract.py", "test_search_contract_questions.py")
AGREEMENT = ("test_search_agreement.py", "test_search_property.py")


@pytest.fixture(scope="module")
def first_node() -> Iterator[str]:
    """The address of the first of three nodes; by it the starter knows the cluster."""
    with running_server(nodes=NODES) as url:
        yield url


@pytest.fixture
def cluster_url(first_node: str) -> str:
    """All three addresses, as an installation names them."""
    start, _, port = first_node.rpartition(":")
    return ",".join(f"{start}:{int(port) + number}" for number in range(NODES))


def run_tests(url: str, *words: str) -> None:
    """Run tests of other files on this cluster, in a process of their own."""
    folder = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words],
        cwd=folder.parent, env={**os.environ, "ELASTICSEARCH_TEST_URL": url}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout


def files(*names: str) -> list[str]:
    return [str(Path(__file__).parent / name) for name in names]


def test_what_goes_in_comes_out_the_same_on_three_nodes(cluster_url: str) -> None:
    chosen = "elasticsearch and (twice or exactly or dropped or model)"
    run_tests(cluster_url, "-k", chosen, *files(CONTRACT[0]))


@pytest.mark.long
def test_the_whole_contract_holds_on_three_nodes(cluster_url: str) -> None:
    run_tests(cluster_url, "-k", "elasticsearch", *files(*CONTRACT))
    run_tests(cluster_url, *files(*AGREEMENT))


class Writer:
    """Adds posts until stopped; what failed is repeated until it was acknowledged."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopped = threading.Event()
        self.acknowledged: list[str] = []

    def work(self) -> None:
        with ElasticStore.connect(self.settings) as store:
            number = 0
            while not self.stopped.wait(WRITE_S):
                batch = [make_document(number + n) for n in range(20)]
                try:
                    store.add(batch)
                except Retry:
                    continue
                self.acknowledged += [document.id for document in batch]
                number += 20


def score_slice(settings: Settings, number: int) -> int:
    """Run the scorer of one slice; 0 where it finished, else it said what is the matter, without a stack trace."""
    done = run_command(settings, "score", "--slice", f"{number + 1}/{SCORERS}", status=None, timeout=300)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def keep_scoring(settings: Settings, number: int, stopped: threading.Event) -> int:
    """Run one slice's scorer again and again until stopped; how many runs finished."""
    finished = 0
    while True:
        finished += score_slice(settings, number) == 0
        if stopped.wait(REST_S):
            return finished


def wait_for_copies(settings: Settings) -> None:
    """Wait until every shard has its second copy again."""
    server = Server.open(settings)
    for _ in range(120):
        health = server.ask("GET", f"/_cluster/health/{settings.elasticsearch_index}*", accept=(408,))
        if health["status"] == "green" and health["number_of_nodes"] == NODES:
            server.close()
            return
        time.sleep(0.5)
    pytest.fail("the cluster did not become whole again")


def copies_of(settings: Settings) -> set[int]:
    """How many documents each copy of the index has."""
    server = Server.open(settings)
    server.ask("POST", f"/{settings.elasticsearch_index}/_refresh")
    stats = server.ask("GET", f"/{settings.elasticsearch_index}/_stats/docs", params={"level": "shards"})
    server.close()
    (index,) = stats["indices"].values()
    ((_, copies),) = index["shards"].items()
    assert len(copies) == 2
    return {copy["docs"]["count"] for copy in copies}


def test_a_node_killed_while_four_scorers_and_a_writer_work_loses_nothing_and_doubles_nothing(
    first_node: str, cluster_url: str, tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    for trial in range(trials(1, 10)):
        chance = random.Random(SEED + trial)
        settings = Settings(
            data_dir=tmp_path / str(trial), elasticsearch_url=cluster_url, elasticsearch_index=new_alias()
        )
        ElasticStore.connect(settings).close()
        wait_for_copies(settings)
        writer = Writer(settings)
        node = str(chance.randint(1, NODES))
        with ThreadPoolExecutor(SCORERS + 1) as pool:
            writing = pool.submit(writer.work)
            scoring = [pool.submit(keep_scoring, settings, number, writer.stopped) for number in range(SCORERS)]
            try:
                time.sleep(chance.uniform(2, 8))
                before = len(writer.acknowledged)
                control_server(first_node, "kill", "--node", node)
                time.sleep(chance.uniform(0, 4))
                revived = control_server(first_node, "revive", "--node", node)
                assert revived.returncode == 0, revived.stderr
                wait_for_copies(settings)
            finally:
                writer.stopped.set()
            writing.result()
            assert sum(one.result() for one in scoring) > 0
        assert 0 < before < len(writer.acknowledged), "it was written before the kill and after"
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(partial(score_slice, settings), range(SCORERS))) == [0] * SCORERS
        with ElasticStore.connect(settings) as store:
            store.refresh()
            records = list(store.stream(Query()))
            assert sorted(r.document.id for r in records) == sorted(writer.acknowledged), f"seed {SEED + trial}"
            for record in records:
                assert Counter(said.task for said in record.annotations) == dict.fromkeys(TASKS, 1)
            assert store.check().problems == ()
        assert copies_of(settings) == {len(writer.acknowledged)}
        delete_indices(settings)
