"""Jalankan semua sumber pada jadwalnya, klasifikasikan yang baru, dan susun ceritanya, sampai dihentikan.

Sumber yang membawa berita baru dibaca lebih sering, yang diam lebih jarang, yang gagal diberi jeda. Yang terputus
dilanjutkan ketika dijalankan lagi. --once mengerjakan yang sudah waktunya, lalu berhenti.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

import msgspec

from kentongan.commands.output import Progress, say, show_progress, wants_json, write_lines
from kentongan.errors import BadSettings, NotConfigured, Retry
from kentongan.settings import Settings, as_variables
from kentongan.times import format_time, start_of_day

if TYPE_CHECKING:
    from crawlers.schedule import Schedule

REVISIT_EVERY = timedelta(hours=6)
"""Pause between two rounds in which pages that are in the store are asked for again."""

REVISITED = 500
"""Pages asked for again in one such round."""

REVISIT = "kunjungan:ulang"
"""Under which the schedule keeps those rounds; no source can be called so."""

HEADS = "kepala:harian"
"""Under which the schedule keeps the daily time stamp over the chains of custody."""

JUDGE, TELL = "peringatan:nilai", "peringatan:kirim"
"""Under which the schedule keeps the judging of alert rules and the sending of notices."""

JUDGE_AFTER = timedelta(minutes=11)
"""How long after an hour's end rules are judged: they settle for ten minutes (casework.alerts.evaluating.SETTLE)."""

TELL_EVERY = timedelta(minutes=1)
"""Pause between two rounds of sending: notices that failed wait at least as long."""

AGAIN = timedelta(hours=1)
"""Pause after a time stamp that could not be had, or a duty of a set hour that failed."""

DUTIES: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    # Deadlines end at midnight.
    "eskalasi:harian": ((0,), ("deadlines", "escalate")),
    # The hours at which editions close (casework.clippings.editions).
    "kliping:edisi": ((6, 12, 17), ("clippings", "make")),
    "nota:harian": ((6,), ("briefings", "make", "--missing")),
}
"""What is due at set hours of the local day: the name the schedule keeps it under, the hours, the command."""

LONGEST_WAIT = 60.0
"""Seconds after which the schedule is looked at again, whatever it said: a clock may have been set."""

REST, MOST_REST = 30.0, 900.0
"""Pause after a crawl that could not run at all (the store is away), in seconds; it doubles up to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did."""

    at: datetime
    read: int
    """Sources read."""
    new: int
    failed: tuple[str, ...]
    """Sources that could not be read; each has its gap on record."""
    due: datetime | None
    """When the next source is due."""


class CrawlRow(msgspec.Struct, frozen=True):
    """What the watch needs of a line that ``kentongan crawl --json`` writes."""

    source: str
    new: int
    fetched: int
    unchanged: int
    failed: int


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SUMBER", help="nama sumber; tanpa nama: semua yang aktif")
    parser.add_argument("--once", action="store_true", help="kerjakan yang sudah waktunya, lalu berhenti")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.schedule import Schedule
    from crawlers.sources import choose_sources, load_sources

    names = [source.name for source in choose_sources(load_sources(settings.sources_file), options.sources)]
    if not names:
        raise NotConfigured("sources_file", "Tidak ada sumber yang aktif.", hint="Daftarnya: `kentongan sources list`.")
    if not 0 < settings.watch_least_minutes <= settings.watch_most_minutes:
        raise BadSettings(
            f"Jeda terpendek {settings.watch_least_minutes:g} menit tidak cocok dengan yang terpanjang, "
            f"{settings.watch_most_minutes:g} menit.",
            hint="Perbaiki watch_least_minutes dan watch_most_minutes.",
        )
    with (
        only_watch(settings),
        Schedule(settings.collection_file) as schedule,
        # On a terminal each step draws a bar of its own.
        show_progress(settings, "mengawasi") if "KENTONGAN_JOB" in os.environ else nullcontext() as progress,
    ):
        watch = Watch(settings, schedule, names)
        with watch.stopping_on_signals():
            for done in watch.rounds(once=options.once):
                tell(done, settings, as_json=options.json, progress=progress)
    return 0


class Watch:
    """The rounds: sources that are due, then models, stories and tips, then what is owed, then pages seen before, then
    the day's time stamp; each step a process of its own."""

    def __init__(self, settings: Settings, schedule: Schedule, names: Sequence[str]) -> None:
        from crawlers.schedule import Bounds

        self.settings = settings
        self.schedule = schedule
        self.names = list(names)
        self.bounds = Bounds(
            least=timedelta(minutes=settings.watch_least_minutes), most=timedelta(minutes=settings.watch_most_minutes)
        )
        self.stop = Event()
        self.step: subprocess.Popen[str] | None = None
        self.unread = True
        """Whether documents may be in the store that no model has read or that are in no story; so at the start, after
        a kill."""
        self.rest = REST
        self.stamps = settings.timestamp_authorities_file is not None
        """Whether there are authorities to stamp the chains of custody."""

    def rounds(self, *, once: bool) -> Iterator[Round]:
        """Work until stopped, or ``once`` through what is due. Yields what each round did."""
        while not self.stop.is_set():
            due = self.schedule.due(self.names, now=datetime.now(UTC))
            if due:
                yield self.read_sources(due)
            if self.unread and not self.stop.is_set():
                self.unread = self.run_step("score") != 0 or self.run_step("stories", "update") != 0
                if not self.unread and not self.stop.is_set():
                    # Tips that came while the store was away; those that cannot be matched yet say so themselves.
                    self.run_step("tips", "match")
                if not self.unread and not self.stop.is_set():
                    # Copies are in their stories by now: one question a story, one voice an account and story.
                    for step in (("dangers", "scan"), ("issues", "update"), ("rumours", "update")):
                        if not self.stop.is_set():
                            self.run_step(*step)
            self.keep_duties()
            if self.schedule.due([REVISIT], now=datetime.now(UTC)) and not self.stop.is_set():
                self.visit_again()
            if self.stamps and self.schedule.due([HEADS], now=datetime.now(UTC)) and not self.stop.is_set():
                self.stamp_heads()
            if once:
                return
            self.stop.wait(self.pause())

    def read_sources(self, due: Sequence[str]) -> Round:
        """One crawl of these sources. Where it cannot run at all, they stay due and a rest follows."""
        status = self.run_step("crawl", *due, "--json")
        rows = [msgspec.json.decode(line, type=CrawlRow) for line in self.said.splitlines()] if status in (0, 1) else []
        now = datetime.now(UTC)
        failed = tuple(row.source for row in rows if row.failed and not row.fetched and not row.unchanged)
        if rows:
            self.rest = REST
            self.save_turns(rows, failed, now)
        elif not self.stop.is_set():
            self.stop.wait(self.rest)
            self.rest = min(2 * self.rest, MOST_REST)
        new = sum(row.new for row in rows)
        self.unread = self.unread or new > 0
        return Round(at=now, read=len(rows), new=new, failed=failed, due=self.schedule.next_due(self.names))

    def save_turns(self, rows: Sequence[CrawlRow], failed: Sequence[str], now: datetime) -> None:
        from crawlers.schedule import next_turn

        turns = self.schedule.turns()
        self.schedule.save(
            next_turn(
                turns.get(row.source), source=row.source, new=row.new, failed=row.source in failed, now=now,
                bounds=self.bounds, jitter=random.uniform(-1, 1),
            )
            for row in rows
        )  # fmt: skip

    def visit_again(self) -> None:
        """Ask again for pages that are in the store; changed ones are new to the models."""
        from crawlers.schedule import Turn

        first = REVISIT not in self.schedule.turns()
        if not first and self.run_step("crawl", "--revisit", "--limit", str(REVISITED), *self.names, "--json") == 0:
            self.unread = True
        for whose in ("tips", "complaints", "incidents"):
            if not self.stop.is_set():
                self.run_step(whose, "forget")
        now = datetime.now(UTC)
        self.schedule.save([Turn(source=REVISIT, due=now + REVISIT_EVERY, interval=REVISIT_EVERY)])

    def keep_duties(self) -> None:
        """What is owed to agencies, citizens and readers: bridges that are due, complaints into the search, news to
        those who complained, rules of alerts and their notices, and what is due at set hours. What fails says so
        itself and is due again next time."""
        if self.settings.bridges_file is not None and not self.stop.is_set():
            self.run_step("bridges", "run", "--due", "--json")
        if not self.stop.is_set():
            self.run_step("complaints", "index")
        if self.settings.complaint_messages_url and not self.stop.is_set():
            self.run_step("complaints", "send")
        self.keep_alerts()
        self.keep_hours()

    def keep_alerts(self) -> None:
        """Judge rules once an hour is over and what came late in it is there, and send what waits each minute."""
        from crawlers.schedule import Turn

        for name, step in ((JUDGE, "run"), (TELL, "send")):
            if self.schedule.due([name], now=datetime.now(UTC)) and not self.stop.is_set():
                self.run_step("alerts", step)
                now = datetime.now(UTC)
                whole = now.replace(minute=0, second=0, microsecond=0)
                due = whole + timedelta(hours=1) + JUDGE_AFTER if name == JUDGE else now + TELL_EVERY
                self.schedule.save([Turn(source=name, due=due, interval=due - now)])

    def keep_hours(self) -> None:
        """The duties whose hour has come."""
        from crawlers.schedule import Turn

        for name, (hours, step) in DUTIES.items():
            if self.schedule.due([name], now=datetime.now(UTC)) and not self.stop.is_set():
                done = self.run_step(*step) == 0
                now = datetime.now(UTC)
                due = next_hour(now, hours, self.settings.zone) if done else now + AGAIN
                self.schedule.save([Turn(source=name, due=due, interval=AGAIN)])

    def stamp_heads(self) -> None:
        """Ask for the day's time stamp over the chains of custody; an authority that is away is asked again."""
        from crawlers.schedule import Turn

        stamped = self.run_step("evidence", "heads") == 0
        now = datetime.now(UTC)
        due = next_hour(now, (0,), self.settings.zone) if stamped else now + AGAIN
        self.schedule.save([Turn(source=HEADS, due=due, interval=AGAIN)])

    def pause(self) -> float:
        """Seconds until there is something to do."""
        due = self.schedule.next_due([*self.names, REVISIT, *DUTIES, JUDGE, TELL, *([HEADS] if self.stamps else [])])
        wait = (due - datetime.now(UTC)).total_seconds() if due else 0.0
        return min(max(wait, 0.2), LONGEST_WAIT)

    def run_step(self, *words: str) -> int:
        """One command of Kentongan in a process of its own; its exit status. What it wrote is in ``said``."""
        environment = {**os.environ, **as_variables(self.settings)}
        environment.pop("KENTONGAN_JOB", None)
        with subprocess.Popen(
            [sys.executable, "-m", "kentongan", *words], env=environment, stdout=subprocess.PIPE, text=True,
            # A terminal's interrupt reaches it through this process alone: a crawl takes a second one for haste.
            start_new_session=True,
        ) as self.step:  # fmt: skip
            self.said, _ = self.step.communicate()
            return self.step.returncode

    @contextmanager
    def stopping_on_signals(self) -> Iterator[None]:
        """Within, an interrupt or a request to end lets the step under way end tidily, and then the rounds."""

        def end(number: int, frame: object) -> None:
            self.stop.set()
            if self.step is not None and self.step.poll() is None:
                self.step.send_signal(signal.SIGTERM)

        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def next_hour(now: datetime, hours: Sequence[int], zone: str) -> datetime:
    """The next of these hours of the local day, in UTC; later than ``now``. Indonesia's zones have no summer time."""
    midnight = start_of_day(now, zone)
    days = (midnight, midnight + timedelta(days=1))
    return next(
        at.astimezone(UTC) for at in (day + timedelta(hours=hour) for day in days for hour in sorted(hours)) if at > now
    )


@contextmanager
def only_watch(settings: Settings) -> Iterator[None]:
    """Hold the folder's one place for a watch; the system frees it however the process ends. Raises Retry where
    another process has it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "watch.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Retry(
                f"`kentongan watch` lain sudah berjalan untuk {settings.data_dir}.", hint="Hentikan yang itu dulu."
            ) from error
        yield


def tell(done: Round, settings: Settings, *, as_json: bool, progress: Progress | None) -> None:
    """Say what a round did."""
    if progress is not None:
        progress(done.new, None, f"{done.read} sumber dibaca, {done.new} dokumen baru")
    if wants_json(as_json):
        write_lines([done])
        return
    parts = [f"{done.read} sumber dibaca, {done.new} dokumen baru"]
    if done.failed:
        parts.append(f"gagal: {', '.join(done.failed)}")
    if done.due is not None:
        parts.append(f"berikutnya {format_time(done.due, zone=settings.zone)}")
    say(f"{format_time(done.at, zone=settings.zone)} · {'; '.join(parts)}")
