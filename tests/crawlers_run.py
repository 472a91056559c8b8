"""Runs the real crawler in a process of its own, as the command line does: a reactor starts once a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crawlers.process import run_crawl
from crawlers.report import CrawlReport, SourceReport
from crawlers.sources import Source
from kentongan.schema import Document, Query
from kentongan.settings import Settings, as_variables, load_settings
from search.open import open_store

ROOT = Path(__file__).resolve().parent.parent


def start_crawl(settings: Settings, sources: Sequence[Source]) -> subprocess.Popen[bytes]:
    """A crawl that is under way."""
    environ = {**os.environ, **as_variables(settings), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    environ.pop("KENTONGAN_SHARED", None)
    return subprocess.Popen(
        [sys.executable, __file__, msgspec.json.encode(sources).decode()],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=settings.data_dir.parent,
    )  # fmt: skip


def crawl(settings: Settings, sources: Sequence[Source]) -> CrawlReport:
    """A crawl from beginning to end."""
    out, err = start_crawl(settings, sources).communicate(timeout=120)
    assert out, err.decode()
    return msgspec.json.decode(out, type=CrawlReport)


def report_of(report: CrawlReport, name: str) -> SourceReport:
    return next(source for source in report.sources if source.source == name)


def stored(settings: Settings) -> list[Document]:
    """Everything in the store, by native key."""
    with open_store(settings) as store:
        store.refresh()
        documents = [record.document for record in store.stream(Query())]
    return sorted(documents, key=lambda document: document.native_key)


if __name__ == "__main__":
    chosen = msgspec.json.decode(sys.argv[1], type=list[Source])
    found = load_settings(folder=Path(os.devnull))
    steps: list[tuple[int, int]] = []
    with open_store(found) as opened:
        told = run_crawl(
            found, chosen, opened, clock=lambda: datetime.now(UTC), on_progress=lambda d, t, _: steps.append((d, t))
        )
    assert all(done <= total for done, total in steps), steps
    sys.stdout.write(json.dumps(json.loads(msgspec.json.encode(told))))
