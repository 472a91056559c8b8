"""The command that captures a page for a case: what its server answered, and what a person saw in a browser."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import Progress, say, show_progress, write_lines
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.db import Casework
    from crawlers.sources import Source
    from evidence.objects import Objects
    from evidence.records import Capture

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

WORDS = (
    "tangkap sebuah halaman untuk kasus: jawaban servernya, gambarnya, isinya, sertifikatnya, dan cara memperolehnya. "
    "Untuk dokumen, dokumennya ikut diamankan. Halaman yang sudah tidak ada dicatat sebagai tidak ada (keluar dengan 1)"
)


def configure(actions: Actions) -> None:
    action = actions.add_parser("capture", prog="kentongan evidence capture", help="tangkap halaman", description=WORDS)
    action.add_argument("page", metavar="ALAMAT|DOKUMEN", help="alamat halaman, atau id dokumen yang alamatnya dipakai")
    action.add_argument("--case", default=None, metavar="KASUS", help="nomor kasus; wajib untuk sebuah alamat")
    action.add_argument("--account", default=None, metavar="NAMA", help="akun yang dipakai melihat; hanya dicatat")
    action.add_argument(
        "--cookies",
        type=Path,
        default=None,
        metavar="BERKAS",
        help="kuki akun itu (cookies.txt); tak disimpan",
    )
    action.add_argument("--user-agent", default=None, metavar="TEKS", help="sebutan peramban, bila situsnya menuntut")
    action.add_argument(
        "--accept-broken-certificate",
        action="store_true",
        help="tangkap walau sertifikat servernya tidak sah; masalahnya dicatat",
    )
    add_person(action, required=True, words="siapa yang menangkap")
    action.set_defaults(run_action=run_capture)


def run_capture(options: argparse.Namespace, settings: Settings) -> int:
    """Capture the page and put it into its case; 1 where the server answered with an error instead of the page."""
    from casework.db import open_casework
    from evidence.capture.acquisition import Acquisition
    from evidence.capture.page import capture_page, check_address, is_whole
    from evidence.cases.captures import add_capture
    from evidence.objects import Objects

    # A job that is cancelled gets this signal: the browser must not outlive it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    objects = Objects(settings.objects_dir)
    with open_casework(settings) as casework:
        if "://" in options.page:
            document, url = None, check_address(options.page)
            case, role, private = choose_case(options, settings, casework, url)
        else:
            document = options.page
            case, role, url, private = secure_first(options, settings, casework, objects)
            say(f"Dokumennya diamankan di {case}.")
        how = Acquisition(
            by=options.username,
            role=role,
            account=options.account,
            cookies=None if options.cookies is None else read_text(options.cookies),
            user_agent=options.user_agent,
            accept_broken_certificate=options.accept_broken_certificate,
            proxy=settings.http_proxy,
            chromium=settings.chromium,
            zone=settings.zone,
            command=shlex.join(["kentongan", *sys.argv[1:]]),
        )
        with show_progress(settings, "Menangkap halaman") as progress:
            capture = capture_page(
                url, objects=objects, scratch=settings.evidence_dir / "sementara", how=how, allow_private=private,
                now=datetime.now(UTC), report=told_to(progress),
            )  # fmt: skip
        now = datetime.now(UTC)
        with casework.begin() as session:
            actor = actor_named(session, options.username, now=now)
            capture = add_capture(session, case, capture, document=document, actor=actor, now=now, via=VIA)
    write_lines([row_of(case, capture)])
    if not is_whole(capture):
        say(capture.missing[0] if capture.missing else f"Server menjawab {capture.status}.")
        return 1
    return 0


def told_to(progress: Progress) -> Callable[[str], None]:
    """Tells each stage of a capture as a step of its progress."""
    steps = 0

    def report(stage: str) -> None:
        nonlocal steps
        steps += 1
        progress(steps, None, stage)

    return report


def choose_case(options: argparse.Namespace, settings: Settings, casework: Casework, url: str) -> tuple[str, str, bool]:
    """The case for an address, the person's role, and whether the address may be private; before a browser is started.

    Raises KentonganError without a case, NotFound, NotAllowed, and Conflict for a closed case or where invented and
    real data would mix.
    """
    from casework.access import authorise
    from evidence.cases import read_case

    if options.case is None:
        raise KentonganError(
            "Sebuah alamat harus masuk ke kasus yang disebut.", hint="Tambahkan --case KASUS, atau sebut id dokumennya."
        )
    source = source_of(settings, url)
    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = authorise(session, actor_named(session, options.username, now=now), action="cases.secure", now=now)
        case = read_case(session, options.case)
    if case.state != "open":
        raise Conflict(f"Kasus {case.id} sudah ditutup.", hint="Buka lagi kasusnya, atau pakai kasus lain.")
    sample = source is not None and source.sample
    if case.sample != sample:
        kinds = ("data contoh", "data nyata")
        this, that = kinds if sample else kinds[::-1]
        raise Conflict(f"{url} adalah {this}, sedangkan kasus {case.id} berisi {that}.", hint="Pakai kasus lain.")
    return case.id, actor.role, source is not None and source.allow_private


def secure_first(
    options: argparse.Namespace, settings: Settings, casework: Casework, objects: Objects
) -> tuple[str, str, str, bool]:
    """Secure a document, then: its case, the person's role, the page's address, and whether that may be private."""
    from crawlers.by_hand import PICTURES
    from evidence.cases import find_case, secure_document
    from search.open import open_store

    with open_store(settings) as store:
        [record] = store.get([options.page])
    if record is None:
        raise NotFound(f"Dokumen {options.page} tidak ada.", hint="Cari idnya dengan `kentongan search --json`.")
    if not record.document.url:
        raise KentonganError(f"Dokumen {options.page} tidak punya alamat.", hint="Sebut alamat halamannya.")
    source = source_of(settings, record.document.url)
    now = datetime.now(UTC)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        kept = secure_document(
            session, record, objects=objects, archive_dir=settings.archive_dir, case=options.case, actor=actor, now=now,
            pictures_dir=settings.data_dir / PICTURES, zone=settings.zone, via=VIA,
        )  # fmt: skip
        case = options.case or find_case(session, record.document.id, sample=kept.sample)
    if case is None:
        raise Conflict(f"Dokumen {options.page} berpindah kasus sementara ini.", hint="Ulangi.")
    return case, actor.role, record.document.url, source is not None and source.allow_private


def source_of(settings: Settings, url: str) -> Source | None:
    """The declared source on whose own host a page lies, first one that may be private, as for the crawler; or None."""
    from crawlers.addresses import host_of
    from crawlers.sources import load_sources

    own = [source for source in load_sources(settings.sources_file) if host_of(source.url) == host_of(url)]
    return next((source for source in own if source.allow_private), own[0] if own else None)


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KentonganError(f"Berkas {file} tidak terbaca: {error}.", hint="Periksa nama dan isinya.") from error


def row_of(case: str, capture: Capture) -> dict[str, object]:
    """A capture as the command writes it."""
    return {
        "case": case,
        "capture": capture.id,
        "document": capture.document,
        "url": capture.url,
        "final_url": capture.final_url,
        "status": capture.status,
        "title": capture.title,
        "at": capture.at,
        "files": {file.name: file.object.sha256 for file in capture.files},
        "missing": list(capture.missing),
    }
