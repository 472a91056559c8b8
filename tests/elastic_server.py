"""A real Elasticsearch for the tests of one session: the one ELASTICSEARCH_TEST_URL names, else one of its own."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HEAP = "512m"


def shared_folder() -> Path:
    """Where the starter script and its archive lie: KENTONGAN_SHARED, else ``shared`` beside the repository."""
    named = os.environ.get("KENTONGAN_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared"


def free_port(nodes: int) -> int:
    """A port that is free now with those after it, one for each node, and as many a hundred further, on which the
    nodes speak. Drawn, so that servers started at once take different ones, below those the system gives out itself."""
    for _ in range(100):
        first = random.randrange(10_000, 30_000)
        if all(is_free(first + further + node) for further in (0, 100) for node in range(nodes)):
            return first
    raise RuntimeError("no free ports between 10000 and 30000")


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def skip_or_fail(reason: str) -> None:
    """Skip, except where nothing that matters may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_server(*options: str, nodes: int = 1) -> Iterator[str]:
    """A server of its own, started with these options of the starter; gives its address and stops it in the end."""
    starter = shared_folder() / "elasticsearch" / "es.py"
    if not starter.is_file():
        skip_or_fail(f"no Elasticsearch: set ELASTICSEARCH_TEST_URL, or put its starter at {starter}")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME") and not list(Path("/usr/lib/jvm").glob("*")):
        skip_or_fail("no Java 17 for Elasticsearch: apt-get install openjdk-17-jre-headless, or set JAVA_HOME")
    port = free_port(nodes)
    url = f"http://127.0.0.1:{port}"
    try:
        started = control_server(url, "start", "--port", str(port), "--nodes", str(nodes), "--heap", HEAP, *options)
        if started.returncode != 0:
            pytest.fail(f"Elasticsearch did not start: {started.stderr[-2000:]}")
        yield started.stdout.strip().splitlines()[-1]
    finally:
        control_server(url, "stop")


def server_name(url: str) -> str:
    """The name under which the starter knows the server at an address."""
    return f"kentongan-tests-{os.getpid()}-{url.rpartition(':')[2]}"


def control_server(url: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Have the starter do something with a server of ours: start, stop, kill, revive."""
    starter = shared_folder() / "elasticsearch" / "es.py"
    words = [sys.executable, str(starter), command, "--name", server_name(url), *options]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def certificate_file(url: str) -> Path:
    """The certificate authority of a server that ``running_server("--tls", ...)`` started at ``url``."""
    folder = Path(tempfile.gettempdir()) / "kentongan-elasticsearch"
    return folder / server_name(url) / "tls" / "ca.crt"


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Address of a running server. Tests share it: each uses an alias of its own and deletes its indices."""
    given = os.environ.get("ELASTICSEARCH_TEST_URL")
    if given:
        yield given
        return
    with running_server() as url:
        yield url
