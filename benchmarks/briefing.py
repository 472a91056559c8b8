"""The morning briefing: how long the paper of a day takes, from the question to the finished PDF and HTML.

    python -m benchmarks.briefing [--quick]

One simulated day of 100,000 documents (20,000 with --quick, whose bound is that share of the full one though the PDF
costs the same) in the embedded store, with their true sentiment and topic as labels, every twentieth spreading post
marked as a likely hoax, their stories and hourly voices up to date as the hourly step keeps them, and 20,000 complaints
of two months (4,000). Timed is what a morning does: gather every figure, write the draft, print it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.figure import Figure, run_alone, seconds_figure
from casework.agency_tables import AgencyRow
from casework.briefings.html import make_page
from casework.briefings.making import make_briefing
from casework.briefings.paper import make_paper
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.db import Casework, open_casework
from casework.roles import SYSTEM
from casework.story_keeping import update_stories
from casework.trends.keeping import update_trends
from casework.trends.rising import update_issues
from kentongan.batches import batched
from kentongan.schema import Annotation, Task, document_id
from kentongan.settings import Settings
from samples.simulate import Plan, simulate
from samples.simulate_truth import Simulated
from search.open import open_store
from search.store import Store

POSTS, QUICK_POSTS = 100_000, 20_000
COMPLAINTS, QUICK_COMPLAINTS = 20_000, 4_000
RUNS = 3
MUST_SECONDS = 20
START = datetime(2026, 11, 2, tzinfo=UTC)
MARKED = 20
"""One spreading post of so many is marked as a likely hoax."""
TASKS: tuple[Task, ...] = ("sentiment", "topic", "hoax")
AT_ONCE = 5_000
PACKAGES = ("typst", "sqlalchemy", "tantivy")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Seconds from the question to the finished papers."""
    posts, complaints = (QUICK_POSTS, QUICK_COMPLAINTS) if quick else (POSTS, COMPLAINTS)
    now = START + timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with open_store(settings) as store, open_casework(settings) as casework:
            put_day(store, posts)
            with casework.begin() as session:
                put_complaints(session, complaints, until=now)
            update_stories(store, casework, settings, now=now)
            update_trends(store, casework, now=now)
            update_issues(store, casework, settings=settings, now=now)
            runs = [time_morning(store, casework, settings, now=now) for _ in range(RUNS)]
    must = MUST_SECONDS * posts / POSTS
    figure = seconds_figure(
        "briefing", f"briefing of a day with {posts:,} documents", seconds=[one[0] for one in runs], must=must,
        packages=PACKAGES,
    )  # fmt: skip
    yield replace(figure, detail={"figures": runs[0][1], "complaints": complaints, **figure.detail})


def time_morning(store: Store, casework: Casework, settings: Settings, *, now: datetime) -> tuple[float, int]:
    """Seconds for one morning, and how many figures its paper has."""
    begun = time.perf_counter()
    with casework.begin() as session:
        made = make_briefing(
            store, session, day=None, settings=settings, name_region=str, actor=SYSTEM, now=now, again=True
        )
    make_paper(made, organisation=settings.organisation, zone=settings.zone, base="")
    make_page(made, organisation=settings.organisation, zone=settings.zone, base="")
    return time.perf_counter() - begun, len(made.content.figures)


def put_day(store: Store, posts: int) -> None:
    """The simulated day with its labels."""
    for task in TASKS:
        store.use_model(task, "truth", "1")
    for part in batched(simulate(Plan(posts=posts, start=START, days=1)), AT_ONCE):
        store.add(one.document for one in part)
        store.annotate(said for at, one in enumerate(part) for said in label(one, marked=at % MARKED == 0))
    store.refresh()


def label(one: Simulated, *, marked: bool) -> Iterator[Annotation]:
    """What is true of a document, as a model's labels."""
    spreads = one.truth.stance == "spreads"
    said: dict[Task, str] = {"topic": one.truth.topic, "hoax": "hoax" if spreads and marked else "lain"}
    if one.document.kind in ("post", "comment"):
        said["sentiment"] = one.truth.sentiment
    for task, value in said.items():
        yield Annotation(
            document=one.document.id, task=task, value=value, by="truth", version="1", at=one.document.collected_at
        )


def put_complaints(session: Session, count: int, *, until: datetime) -> None:
    """Complaints of two months at eight agencies, three of four ended."""
    session.add_all(
        AgencyRow(
            code=f"opd-{at}",
            name=f"Dinas {at}",
            aliases=[],
            kind="opd",
            fields=[],
            dangers=[],
            confirmed=True,
            active=True,
        )
        for at in range(8)
    )
    session.flush()
    rows: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    for number in range(1, count + 1):
        at = until - timedelta(days=60 * number / count)
        ended = number % 4 != 0 and number > count // 30
        steps = ["menunggu_verifikasi", "diteruskan", *(["diproses", "selesai"] if ended else [])]
        times = [at + timedelta(hours=9 * step) for step in range(len(steps))]
        known = f"ADU-2026-{number:06d}"
        rows.append(
            {
                "id": number, "number": known, "publisher": "kentongan", "ticket": known, "text": "Lampu jalan padam.",
                "document": document_id("kentongan", known), "received_at": at, "stage": steps[-1], "channel": "web",
                "stage_since": times[-1], "agency": f"opd-{number % 8}", "kind": "pengaduan", "secret": False,
                "sample": False, "given": {}, "finished_at": times[-1] if ended else None, "version": 1,
            }
        )  # fmt: skip
        events += [
            {
                "complaint": number, "at": moment, "recorded_at": moment, "act": "put", "stage_to": stage, "detail": {},
                "stage_from": None, "agency": f"opd-{number % 8}" if stage == "diteruskan" else None,
                "actor": "sistem", "actor_name": "sistem",
            }
            for moment, stage in zip(times, steps, strict=True)
        ]  # fmt: skip
    for table, made in ((ComplaintRow, rows), (ComplaintEventRow, events)):
        for part in batched(made, AT_ONCE):
            session.execute(insert(table), list(part))


if __name__ == "__main__":
    run_alone(measure, __doc__)
