"""The wall against the usual dashboard: bytes and server CPU for each refresh, memory over a day, how soon it answers.

    python -m benchmarks.wall [--quick]

1,000,000 simulated posts of ten days in the embedded store, the last of them now (40,000 of two days with --quick, and
a quarter of the refreshes). Four screens ask as often as they do on a wall, through the whole application; the panels
are read again at their own pace. The usual dashboard is a script that runs anew for each session at each refresh: it
reads the posts of the last day out of the same store, counts them, and sends the table to the browser as Arrow (time,
kind, sentiment, topic, region, source; not even the words). Its cost grows with its rows, so it is given for 100,000
rows. Both must count the same sentiment.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from starlette.applications import Starlette

from benchmarks.briefing import TASKS, label, put_complaints
from benchmarks.figure import Figure, machine, run_alone
from casework.db import Casework, open_casework
from casework.deadlines import load_deadlines
from dashboard.wall.cameras import Cameras
from dashboard.wall.playlist import DEFAULT
from dashboard.wall.routes import WallDesk, wall_routes
from dashboard.wall.snapshot import Wall
from dashboard.wall.sources import WallSources, last_hours, posts_of
from kentongan.batches import batched
from kentongan.places import load_gazetteer
from kentongan.settings import Settings
from samples.simulate import Plan, simulate
from search.open import open_store
from search.store import Store

POSTS, QUICK_POSTS = 1_000_000, 40_000
DAYS, QUICK_DAYS = 10, 2
COMPLAINTS, QUICK_COMPLAINTS = 20_000, 2_000
REFRESHES, QUICK_REFRESHES = 2_880, 720
SCREENS = 4
SESSIONS = 20
SESSION_ROUNDS = 10
ROWS = 100_000
STEP = timedelta(seconds=DEFAULT.refresh_seconds)
WARM_UP = 0.4
"""Share of the refreshes before memory is looked at."""
MUST_BYTES, MUST_CPU = 50, 20
MUST_MIB = 1.0
"""Per 1,000 refreshes."""
MUST_COLD_S, MUST_REFRESH_S = 2.0, 0.15
START = datetime(2026, 11, 2, tzinfo=UTC)
AT_ONCE = 5_000
PACKAGES = ("starlette", "tantivy", "sqlalchemy", "msgspec")


@dataclass(slots=True)
class Clock:
    """The time that passes for the wall."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """One answer of the wall."""

    status: int
    tag: str
    sent: int
    """Bytes of its body and headers."""
    seconds: float


@dataclass(slots=True, kw_only=True)
class Served:
    """What the screens got over the whole run."""

    sent: list[int]
    seconds: list[float]
    cpu_s: float
    memory: list[tuple[int, float]]
    """(refresh, MiB) after the warm-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """What the usual dashboard did for one refresh."""

    rows: int
    cpu_s: float
    sent: int
    sentiment: Counter[str]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Bytes, CPU, memory, and seconds."""
    posts, days = (QUICK_POSTS, QUICK_DAYS) if quick else (POSTS, DAYS)
    refreshes = QUICK_REFRESHES if quick else REFRESHES
    until = START + timedelta(days=days)
    about = {"posts": posts, "screens": SCREENS, "refreshes": refreshes, **machine(*PACKAGES)}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), sign_in="off")
        with open_store(settings) as store, open_casework(settings) as casework:
            put_posts(store, posts, days=days)
            with casework.begin() as session:
                put_complaints(session, QUICK_COMPLAINTS if quick else COMPLAINTS, until=until)
            clock = Clock(until)
            desk = open_wall(settings, store, casework, clock)
            app = Starlette(routes=wall_routes(lambda: desk))
            cold = asyncio.run(open_page(app, desk))
            yield one("cold page", [cold], unit="s", must=MUST_COLD_S, detail=about)
            usual = [rerun(store, settings, until) for _ in range(2 if quick else 3)]
            check_same(desk, usual[0])
            crowd = asyncio.run(ask_at_once(app, clock))
            yield one(
                f"p95 of {SESSIONS} sessions at once",
                [percentile(crowd, 95)],
                unit="s",
                must=MUST_REFRESH_S,
                detail=about,
            )
            served = asyncio.run(run_screens(app, desk, clock, refreshes))
            desk.wall.close()
    yield one("p95 of a refresh", [percentile(served.seconds, 95)], unit="s", must=MUST_REFRESH_S, detail=about)
    sent = statistics.mean(served.sent)
    theirs = [ROWS * run.sent / run.rows for run in usual]
    yield ratio(
        "bytes for each refresh, usual / ours", theirs, sent, must=MUST_BYTES,
        detail={"ours": round(sent), "usual": round(statistics.median(theirs)), "rows read": usual[0].rows, **about},
    )  # fmt: skip
    own = served.cpu_s / len(served.sent)
    theirs = [ROWS * run.cpu_s / run.rows for run in usual]
    yield ratio(
        "server CPU for each refresh, usual / ours", theirs, own, must=MUST_CPU,
        detail={"ours_s": round(own, 5), "usual_s": round(statistics.median(theirs), 3), **about},
    )  # fmt: skip
    yield one("memory for 1,000 refreshes", [slope(served.memory)], unit="MiB", must=MUST_MIB, detail=about)


def put_posts(store: Store, posts: int, *, days: int) -> None:
    """Simulated posts with their true labels."""
    for task in (*TASKS, "region"):
        store.use_model(task, "truth", "1")
    for part in batched(simulate(Plan(posts=posts, start=START, days=days)), AT_ONCE):
        store.add(made.document for made in part)
        store.annotate(said for at, made in enumerate(part) for said in label(made, marked=at % 20 == 0))
    store.refresh()


def open_wall(settings: Settings, store: Store, casework: Casework, clock: Clock) -> WallDesk:
    gazetteer, deadlines = load_gazetteer(settings.regions_file), load_deadlines(settings)
    cameras = Cameras((), allowed="", user_agent="")
    sources = WallSources(
        settings=settings, playlist=DEFAULT, store=lambda: store, casework=lambda: casework,
        gazetteer=lambda: gazetteer, deadlines=lambda: deadlines, cameras=cameras,
    )  # fmt: skip
    return WallDesk(settings=settings, casework=lambda: casework, wall=Wall(sources), clock=clock)


async def ask(app: Starlette, path: str, *, tag: str = "") -> Got:
    """One request through the application."""
    headers = [(b"host", b"wall"), *([(b"if-none-match", tag.encode())] if tag else [])]
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("wall", 80),
    }  # fmt: skip
    answer: dict[str, Any] = {"status": 0, "headers": [], "body": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer["status"], answer["headers"] = message["status"], message["headers"]
        else:
            answer["body"] += message.get("body", b"")

    begun = time.perf_counter()
    await app(scope, receive, send)
    seconds = time.perf_counter() - begun
    named = {name.decode().lower(): value.decode() for name, value in answer["headers"]}
    sent = len(answer["body"]) + sum(len(name) + len(value) + 4 for name, value in answer["headers"])
    return Got(status=answer["status"], tag=named.get("etag", ""), sent=sent, seconds=seconds)


async def open_page(app: Starlette, desk: WallDesk) -> float:
    """Seconds from asking for the page to every panel of it, where nothing was read before."""
    begun = time.perf_counter()
    for path in ("/dinding", "/dinding/aset/v/wall.js", "/dinding/aset/v/wall.css"):
        assert (await ask(app, path)).status == 200
    while set(desk.wall.states) != set(desk.wall.names):
        await ask(app, "/dinding/data")
    return time.perf_counter() - begun


async def ask_at_once(app: Starlette, clock: Clock) -> list[float]:
    """Seconds that each of many sessions waits, all asking at the same moment, over several rounds."""
    waited = []
    for _ in range(SESSION_ROUNDS):
        clock.now += STEP
        answers = await asyncio.gather(*(ask(app, "/dinding/data") for _ in range(SESSIONS)))
        if {got.status for got in answers} != {200}:
            raise RuntimeError("a session was not answered")
        waited += [got.seconds for got in answers]
    return waited


async def run_screens(app: Starlette, desk: WallDesk, clock: Clock, refreshes: int) -> Served:
    """All answers to the screens; between two refreshes the panels that are due are read, as on a wall."""
    tags = [""] * SCREENS
    served = Served(sent=[], seconds=[], cpu_s=0.0, memory=[])
    begun = time.process_time()
    for number in range(refreshes):
        clock.now += STEP
        for screen in range(SCREENS):
            got = await ask(app, "/dinding/data", tag=tags[screen])
            tags[screen] = got.tag
            served.sent.append(got.sent)
            served.seconds.append(got.seconds)
        await asyncio.to_thread(desk.wall.settle)
        if number >= WARM_UP * refreshes and number % 10 == 0:
            gc.collect()
            served.memory.append((number, resident_mib()))
    served.cpu_s = time.process_time() - begun
    return served


def rerun(store: Store, settings: Settings, until: datetime) -> Rerun:
    """What the usual script does: read the day's posts, count them, make the table that goes to the browser."""
    import pyarrow as pa

    begun = time.process_time()
    since, _ = last_hours(until, zone=settings.zone)
    columns: dict[str, list[Any]] = {name: [] for name in ("time", "kind", "sentiment", "topic", "region", "source")}
    for record in store.stream(posts_of(since, until)):
        document, labels = record.document, record.labels
        columns["time"].append(document.published_at)
        columns["kind"].append(document.kind)
        columns["source"].append(document.source)
        columns["region"].append(document.region)
        for task in ("sentiment", "topic"):
            said = labels.get(task)
            columns[task].append(None if said is None else said.value)
    sentiment = Counter(value for value in columns["sentiment"] if value)
    for name in ("topic", "region", "source"):
        Counter(columns[name])
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    rows = len(columns["time"])
    return Rerun(rows=rows, cpu_s=time.process_time() - begun, sent=sink.getvalue().size, sentiment=sentiment)


def check_same(desk: WallDesk, usual: Rerun) -> None:
    """Raise RuntimeError where the wall and the usual dashboard count differently."""
    data = desk.wall.states["sentiment"].data
    hours = msgspec.to_builtins(data)["hours"]
    ours = Counter({name: sum(hour[name] for hour in hours) for name in ("negative", "neutral", "positive")})
    if ours != usual.sentiment:
        raise RuntimeError(f"the wall counts {dict(ours)}, the usual dashboard {dict(usual.sentiment)}")


def resident_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def slope(memory: Sequence[tuple[int, float]]) -> float:
    """MiB more after 1,000 refreshes, by least squares."""
    numbers, sizes = np.array([one[0] for one in memory]), np.array([one[1] for one in memory])
    return float(1_000 * np.polyfit(numbers - numbers.mean(), sizes, 1)[0])


def percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))


def one(figure: str, values: Sequence[float], *, unit: str, must: float, detail: dict[str, object]) -> Figure:
    """A value that may not be above ``must``."""
    low, value, high = min(values), statistics.median(values), max(values)
    return Figure(
        benchmark="wall", figure=figure, value=float(f"{value:.3g}"), low=float(f"{low:.3g}"),
        high=float(f"{high:.3g}"), unit=unit, must=f"<= {must:g}", holds=value <= must, detail=detail,
    )  # fmt: skip


def ratio(figure: str, theirs: Sequence[float], own: float, *, must: float, detail: dict[str, object]) -> Figure:
    """How many times ours the usual costs; its own runs give the interval."""
    values = [value / own for value in theirs]
    value = statistics.median(values)
    return Figure(
        benchmark="wall", figure=figure, value=float(f"{value:.3g}"), low=float(f"{min(values):.3g}"),
        high=float(f"{max(values):.3g}"), unit="x", must=f">= {must:g}", holds=value >= must, detail=detail,
    )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
