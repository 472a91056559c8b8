"""Runs the real crawler in a process of its own, at another time or with a short patience, and measures it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from crawlers.process import PATIENCE, TIMEOUT, run_crawl
from crawlers.report import CrawlReport
from crawlers.revisit import Revisit
from crawlers.sources import Source
from kentongan.settings import Settings, as_variables, load_settings
from search.open import open_store

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to run, and how."""

    sources: Sequence[Source]
    later_h: float = 0.0
    """Hours by which the crawl's clock is ahead."""
    revisit: Revisit | None = None
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Addresses that the resolver gives for some names, as an attacker's own name server may."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it."""

    report: CrawlReport
    rss_mb: float
    """Peak of resident memory."""
    log: str = ""
    """What was written to standard error."""


def start_order(settings: Settings, order: Order) -> subprocess.Popen[bytes]:
    """A crawl that is under way."""
    environ = {**os.environ, **as_variables(settings), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    environ.pop("KENTONGAN_SHARED", None)
    settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, __file__, msgspec.json.encode(order).decode()],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=settings.data_dir.parent,
    )  # fmt: skip


def carry_out(settings: Settings, order: Order) -> Outcome:
    """A crawl from beginning to end."""
    out, err = start_order(settings, order).communicate(timeout=300)
    assert out, err.decode()
    told = msgspec.json.decode(out, type=Outcome)
    return Outcome(report=told.report, rss_mb=told.rss_mb, log=err.decode())


def answer_names(hosts: Mapping[str, str]) -> None:
    """Let this process's resolver know some names more."""
    import socket

    ask, ask_all = socket.gethostbyname, socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        return ask_all(hosts.get(host, host), *rest, **more)

    socket.gethostbyname = lambda host: ask(hosts.get(host, host))
    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    given = msgspec.json.decode(sys.argv[1], type=Order)
    answer_names(given.hosts)
    found = load_settings(folder=Path(os.devnull))
    ahead = timedelta(hours=given.later_h)
    with open_store(found) as opened:
        report = run_crawl(
            found, given.sources, opened, clock=lambda: datetime.now(UTC) + ahead, revisit=given.revisit,
            timeout=given.timeout, patience=given.patience,
        )  # fmt: skip
    # Not ru_maxrss: that counts the process which started this one, until it became a program of its own.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    sys.stdout.write(json.dumps({"report": json.loads(msgspec.json.encode(report)), "rss_mb": peak}))
