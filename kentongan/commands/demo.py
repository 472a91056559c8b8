"""Coba semuanya dengan data contoh: kumpulkan situs dan linimasa Kabupaten Tirtamaya (rekaan), baca, buka dasbor.

Semua orang, instansi, dan kejadian di dalamnya rekaan. Data demo disimpan terpisah, di folder demo dalam data_dir.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kentongan.commands.output import say
from kentongan.commands.parser import Parser
from kentongan.commands.registry import COMMANDS
from kentongan.errors import KentonganError, Retry
from kentongan.settings import Settings, as_variables
from kentongan.times import ZONES, format_time, start_of_day

if TYPE_CHECKING:
    from casework.roles import Role

CENTRE = "Dinas Komunikasi dan Informatika"
"""The invented agency that runs the command centre (samples/agencies.toml)."""

STAFF: tuple[tuple[str, str, Role, str | None], ...] = (
    ("ani", "Ani Lestari", "analis", None),
    ("budi", "Budi Hartono", "hukum", None),
    ("citra", "Citra Wulandari", "petugas", CENTRE),
    ("dewi", "Dewi Anggraini", "pimpinan", None),
    ("eka", "Eka Prasetya", "peneliti", None),
    ("fajar", "Fajar Nugroho", "admin", None),
)
"""Invented people at work in the demo, one of each role: user name, name, role, agency."""

FIRST_PAGES: dict[Role, str] = {
    "analis": "isu",
    "hukum": "kasus",
    "petugas": "aduan",
    "pimpinan": "ringkasan",
    "peneliti": "label",
    "admin": "kelola",
}
"""The page on which each role finds its work first."""

BRIDGES = "jembatan"
"""Folder of what the invented agencies drop, and of the declaration of the bridges that read it."""

DANGER_HOURS = 14 * 24
"""How far back the demo looks for rumours of danger: the fortnight it tells of."""

AFTERWARDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Mencari isu yang naik", ("issues", "update")),
    ("Mencari aduan di balik rumor", ("rumours", "update")),
    ("Memasang aturan peringatan awal", ("alerts", "add", "--starter", "--back", "14", "--as", STAFF[0][0])),
    ("Menjalankan aturan peringatan", ("alerts", "run")),
    ("Menyusun kliping", ("clippings", "make")),
    ("Menyusun nota dinas hari ini", ("briefings", "make", "--missing")),
    ("Menyusun antrean pelabelan", ("labels", "queue", "--task", "sentiment", "--size", "60", "--missing")),
)
"""What is made of all that was taken in."""

EVENTFUL_DAYS_AGO = 4
"""How long before the end of the sample its rumour had spread and its flood begun: a day whose papers have much to
say."""

WAIT_SECONDS = 90.0
"""How long the dashboard may take to answer its health route."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stop", action="store_true", help="berhenti begitu dasbor menjawab (untuk uji coba)")
    parser.add_argument("--fresh", action="store_true", help="hapus data demo yang lama dan mulai dari hari ini")
    parser.add_argument("--posts", type=int, default=0, metavar="N", help="tambahkan N unggahan dari simulator")
    parser.add_argument("--port", type=int, default=None, help="port dasbor (bawaan: pengaturan dashboard_port)")


def read_anchor(folder: Path, *, now: datetime) -> datetime:
    """The local midnight at which the sample fortnight ends: kept from the first run, so that a second adds nothing."""
    file = folder / "anchor"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text((start_of_day(now, "WIB") + timedelta(days=1)).isoformat(), encoding="utf-8")
    return datetime.fromisoformat(file.read_text(encoding="utf-8"))


def demo_settings(settings: Settings) -> Settings:
    """The installation of the demo: a folder of its own, the invented regency, the sample sources."""
    import samples

    folder = settings.data_dir / "demo"
    return msgspec.structs.replace(
        settings,
        data_dir=folder,
        organisation="Command Center Tirtamaya",
        zone="WIB",
        region="99.01",
        regions_file=Path(samples.__file__).parent / "regions.csv",
        sources_file=folder / "sources.yml",
        bridges_file=folder / BRIDGES / "bridges.yml",
        crawl_delay=0.0,
        elasticsearch_index="kentongan-demo",
        # Invented stories and decisions never come into the casework of the real ones.
        database_url="",
        dashboard_person=STAFF[0][0],
        wall_playlist_file=Path(samples.__file__).parent / "dinding.toml",
        installation="sample",
        # The demo's people sign in with the passwords it prints.
        oidc_issuer="",
    )


def demo_password(username: str) -> str:
    """What an invented person signs in with: known to all, as is everything of the sample."""
    return f"tirtamaya-{username}-contoh"


def staff_table(address: str) -> list[str]:
    """Who may sign in, with which password, and the page on which their role finds its work first."""
    rows = [("peran", "nama pengguna", "kata sandi", "mulai dari")]
    rows += [(role, name, demo_password(name), f"{address}/{FIRST_PAGES[role]}") for name, _, role, _ in STAFF]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    return ["  ".join([*(cell.ljust(size) for cell, size in zip(row, wide, strict=False)), row[3]]) for row in rows]


def run_step(title: str, arguments: Sequence[str], settings: Settings) -> None:
    """One command of Kentongan in a process of its own. Raises KentonganError with its last words where it fails."""
    say(f"• {title} …")
    done = subprocess.run(
        [sys.executable, "-m", "kentongan", *arguments],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise KentonganError(f"{title} gagal: {(done.stderr or done.stdout).strip()[-2000:]}")
    for line in done.stdout.splitlines():
        say(f"  {summary_of(msgspec.json.decode(line))}")


def run_here(title: str, arguments: Sequence[str], settings: Settings) -> None:
    """One command of Kentongan in this process, where most take less time than to start another. Raises KentonganError
    where it fails."""
    say(f"• {title} …")
    name, *words = arguments
    module = importlib.import_module(f"kentongan.commands.{COMMANDS[name][0]}")
    parser = Parser(prog=f"kentongan {name}")
    module.configure(parser)
    with redirect_stdout(io.StringIO()) as said:
        status = module.run(parser.parse_args(words), settings)
    if status != 0:
        raise KentonganError(f"{title} gagal.", hint=f"Jalankan lagi `kentongan {name} --help` untuk melihat caranya.")
    for line in said.getvalue().splitlines():
        say(f"  {summary_of(msgspec.json.decode(line))}")


def make_seal(settings: Settings, *, now: datetime) -> None:
    """Test keys that packages of invented data are sealed and stamped with, where there are none yet."""
    from evidence.signing.chosen_keys import keys_folder
    from evidence.signing.trial_keys import make_test_keys

    folder = keys_folder(settings.evidence_dir)
    if not folder.exists():
        say("• Membuat kunci uji untuk paket bukti …")
        make_test_keys(folder, now=now)


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with the settings laid over it."""
    return {**os.environ, **as_variables(settings)}


def summary_of(row: dict[str, object]) -> str:
    """One report row as "kabar: fetched 60, new 60"."""
    name, *rest = row.items()
    return f"{name[1]}: " + ", ".join(f"{key} {value}" for key, value in rest if telling(value))


def telling(value: object) -> bool:
    """Whether a value says something in one line: not nothing, and no table of its own."""
    if isinstance(value, dict) and not all(isinstance(one, int) for one in value.values()):
        return False
    return value not in (0, {}, [], None, "")


@contextmanager
def running_dashboard(settings: Settings, *, port: int) -> Iterator[str]:
    """A dashboard in a process of its own, from the moment it answers until the block ends. Yields its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "kentongan", "dashboard", "--port", str(port)], env=environment(settings)
    ) as process:
        address = f"http://{settings.dashboard_host}:{port}"
        try:
            wait_until_healthy(f"{address}/sehat", process)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the health route answers 200. Raises Retry where it does not in time, or the process ended."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Retry(
                "Dasbor berhenti sebelum menjawab.", hint="Jalankan `kentongan dashboard` untuk melihat sebabnya."
            )
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Retry(f"Dasbor tidak menjawab dalam {WAIT_SECONDS:.0f} detik.")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from dashboard.serve import choose_port
    from samples.complaints import write_complaints
    from samples.indicators import write_indicators
    from samples.server import serve_samples
    from samples.world import sample_gaps, write_sources
    from search.open import open_store

    begun = time.monotonic()
    demo = demo_settings(settings)
    if options.fresh:
        shutil.rmtree(demo.data_dir, ignore_errors=True)
    now = datetime.now(UTC)
    anchor = read_anchor(demo.data_dir, now=now)
    say("DATA CONTOH: Kabupaten Tirtamaya dan semua isinya rekaan.")
    with serve_samples(anchor, now=now) as base_url:
        write_sources(demo.data_dir / "sources.yml", base_url)
        write_complaints(demo.data_dir / "aduan.csv", anchor, now=now)
        run_step("Mengumpulkan berita, cek fakta, dan linimasa", ["crawl"], demo)
        run_here("Memuat daftar instansi", ["agencies", "load", str(agency_file())], demo)
        run_step("Memasukkan aduan", ["import", str(demo.data_dir / "aduan.csv"), "--as", "tirtamaya"], demo)
        write_indicators(demo.data_dir / BRIDGES, anchor, now=now)
        run_here("Membaca jembatan ke sistem instansi", ["bridges", "run"], demo)
        with open_store(demo) as store:
            store.add_gaps(sample_gaps(anchor))
        if options.posts:
            add_simulated(demo, options.posts, until=now)
        run_here("Membaca sentimen, topik, dan daerah", ["score"], demo)
        run_here("Menyusun salinan menjadi cerita", ["stories", "update"], demo)
        run_here("Mencari kabar bahaya yang perlu dipastikan", ["dangers", "scan", "--hours", str(DANGER_HOURS)], demo)
        add_staff(demo, now=now)
        make_seal(demo, now=now)
        day = (anchor - timedelta(days=EVENTFUL_DAYS_AGO)).astimezone(ZONES[demo.zone]).date().isoformat()
        for title, arguments in (
            *AFTERWARDS,
            ("Menyusun kliping hari yang ramai", ("clippings", "make", "--day", day, "--edition", "siang")),
            ("Menyusun nota dinas hari yang ramai", ("briefings", "make", "--missing", "--day", day)),
        ):
            run_here(title, arguments, demo)
        port = choose_port(demo.dashboard_host, settings.dashboard_port if options.port is None else options.port)
        here = msgspec.structs.replace(demo, dashboard_port=port)
        run_here("Memasang layar dinding", ("wall", "add", "Layar contoh", "--as", STAFF[-1][0]), here)
        with running_dashboard(demo, port=port) as address:
            say(f"Selesai dalam {time.monotonic() - begun:.0f} detik.")
            print(address, flush=True)
            if demo.sign_in == "required":
                say("Masuk sebagai (DATA CONTOH, semua orang ini rekaan):")
                for line in staff_table(address):
                    say(f"  {line}")
            if options.stop:
                return 0
            ends = format_time(anchor.astimezone(ZONES["WIB"]) - timedelta(minutes=1), zone="WIB")
            say(f"Dasbor terbuka; data contoh berakhir {ends}. Berhenti dengan Ctrl+C; mulai ulang dengan --fresh.")
            while True:
                time.sleep(3600)


def agency_file() -> Path:
    """The agencies of the invented regency."""
    import samples

    return Path(samples.__file__).parent / "agencies.toml"


def add_staff(demo: Settings, *, now: datetime) -> None:
    """The people of the demo with their passwords, where they are not there yet."""
    from casework.accounts.beginning import give_sample_password
    from casework.db import open_casework
    from casework.people import add_person, list_people
    from casework.roles import SYSTEM

    with open_casework(demo) as casework, casework.begin() as session:
        there = {person.username: person for person in list_people(session)}
        for username, name, role, agency in STAFF:
            person = there.get(username) or add_person(
                session, username, name=name, role=role, agency=agency, actor=SYSTEM, now=now
            )
            give_sample_password(session, person, demo_password(username), settings=demo, now=now)


def add_simulated(demo: Settings, posts: int, *, until: datetime) -> None:
    """Fill the demo up with simulated posts that end now."""
    from samples.simulate import Plan, simulate
    from search.open import open_store

    say(f"• Menambahkan {posts} unggahan simulasi …")
    plan = Plan(posts=posts, start=until - timedelta(days=14), days=14)
    with open_store(demo) as store:
        store.add(made.document for made in simulate(plan))
