"""A real Elasticsearch for the tests of one session: the one ELASTICSEARCH_TEST_URL names, else one of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HEAP = "512m"


def shared_folder() -> Path:
    """Where the starter script and its archive lie: KENTONGAN_SHARED, else ``shared`` beside the repository."""
    named = os.environ.get("KENTONGAN_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared"


def free_port() -> int:
    """A port that is free now and whose neighbour a hundred further, which the nodes speak on, is free too."""
    for port in range(9300 + os.getpid() % 97, 9900, 101):
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 100))
            except OSError:
                continue
            return port
    raise RuntimeError("no free pair of ports between 9300 and 10000")


def skip_or_fail(reason: str) -> None:
    """Skip, except where nothing that matters may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Address of a running server. Tests share it: each uses an alias of its own and deletes its indices."""
    given = os.environ.get("ELASTICSEARCH_TEST_URL")
    if given:
        yield given
        return
    starter = shared_folder() / "elasticsearch" / "es.py"
    if not starter.is_file():
        skip_or_fail(f"no Elasticsearch: set ELASTICSEARCH_TEST_URL, or put its starter at {starter}")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME") and not list(Path("/").glob("usr/lib/jvm/*")):
        skip_or_fail("no Java 17 for Elasticsearch: apt-get install openjdk-17-jre-headless, or set JAVA_HOME")
    name = f"kentongan-tests-{os.getpid()}"
    command = [sys.executable, str(starter)]
    start = [*command, "start", "--name", name, "--port", str(free_port()), "--heap", HEAP]
    try:
        started = subprocess.run(start, capture_output=True, text=True, check=False)
        if started.returncode != 0:
            pytest.fail(f"Elasticsearch did not start: {started.stderr[-2000:]}")
        yield started.stdout.strip().splitlines()[-1]
    finally:
        subprocess.run([*command, "stop", "--name", name], capture_output=True, check=False)
