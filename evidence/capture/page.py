"""Captures a page: what its server answered, what a person saw, its certificate, and how all of it was obtained.

The bytes are those the server sent (``evidence.capture.proxy``), the sight is Chromium's
(``evidence.capture.browser``). Nothing is half-written: the files are kept at the end, all or none is named by a
capture. A page that answers "gone" is captured as that, since what the server said then is evidence too.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from crawlers.addresses import host_of, normalise_url
from evidence.capture.acquisition import Acquisition
from evidence.capture.acquisition_account import write_acquisition
from evidence.capture.archive import write_archive
from evidence.capture.browser import START_SECONDS, end_browser, visit
from evidence.capture.certificates import chain_to_pem
from evidence.capture.exchanges import Exchange, Failure, Fault, Recorder
from evidence.capture.network import Reach, Unanswered
from evidence.capture.proxy import CaptureProxy
from evidence.capture.reading import View
from evidence.capture.robots import judge_robots, read_robots
from evidence.objects import Objects
from evidence.records import Capture, CaptureFile, CaptureName
from kentongan import __version__
from kentongan.errors import KentonganError

ENDING_SECONDS = 15.0
"""How long a browser that was ended may take to be gone."""
PREFIX = "tangkapan-"
LEFT_BEHIND = timedelta(hours=1)
"""Age from which a capture's folder belongs to no running capture; none runs longer than minutes."""
MOST_NAMED = 50
"""Answers cut short, and requests without an answer, that are named one by one; the rest is counted."""
GONE = frozenset({404, 410, 451})
"""Statuses of a page that is not there (any more), or was taken down for legal reasons (RFC 7725)."""

DOWNLOAD = "Download is starting"
"""What the browser says where an address gives a file to save."""

HINTS: dict[Fault, str] = {
    "address": "Penangkap hanya membuka alamat di internet terbuka.",
    "unresolved": "Periksa ejaan alamatnya; mungkin situsnya sudah tidak ada.",
    "refused": "Coba lagi nanti; bila tetap begitu, catat bahwa situsnya tidak terjangkau.",
    "certificate": "Bila tetap perlu ditangkap, tambahkan --accept-broken-certificate; masalahnya ikut tercatat.",
    "silent": "Coba lagi nanti.",
    "type": "Sebut alamat yang dimulai dengan http:// atau https://.",
}


def capture_page(
    url: str,
    *,
    objects: Objects,
    scratch: Path,
    how: Acquisition,
    allow_private: bool = False,
    now: datetime,
    report: Callable[[str], None] = lambda stage: None,
) -> Capture:
    """Open the page in a browser and keep what it was; returns the capture, whose files lie in ``objects``.

    ``scratch`` is a folder for what goes again; ``allow_private`` lets the page's own host, and no other, be a private
    address (sample sites); ``report`` is told each stage in Indonesian. A page that answers with an error is returned
    with that status (``is_whole`` tells). Raises KentonganError where nothing answered: an address that is none or
    private, a name nobody knows, a connection refused, a certificate that does not hold, a full disk; NotConfigured
    without a browser.
    """
    address = check_address(url)
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        scratch.mkdir(parents=True, exist_ok=True)
        _sweep(scratch, now=now)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=scratch, ignore_cleanup_errors=True) as name:
            return _capture(
                address, Path(name), objects=objects, how=how, allow_private=allow_private, clock=clock, report=report
            )
    except OSError as error:
        raise KentonganError(
            f"Halaman tidak dapat ditangkap: {error.strerror or error}.",
            hint=f"Periksa ruang disk dan izin {scratch}, lalu ulangi; tidak ada yang tersimpan setengah jadi.",
        ) from error


def check_address(url: str) -> str:
    """The address as it will be asked for. Raises KentonganError for one that is no page's."""
    address = url.strip()
    try:
        normalise_url(address)
    except ValueError as error:
        raise KentonganError(f"{address[:200]!r} bukan alamat halaman.", hint=HINTS["type"]) from error
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise KentonganError(
            "Alamatnya memuat nama atau kata sandi.",
            hint="Hapus bagian sebelum @; kata sandi tidak boleh ikut terekam.",
        )
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise KentonganError(f"{address[:200]!r} memuat spasi atau karakter kendali.", hint="Salin ulang alamatnya.")
    return address


def is_whole(capture: Capture) -> bool:
    """Whether the page answered as a page and not with an error or a redirect that leads nowhere."""
    return 200 <= capture.status < 300


def _capture(
    url: str,
    folder: Path,
    *,
    objects: Objects,
    how: Acquisition,
    allow_private: bool,
    clock: Callable[[], datetime],
    report: Callable[[str], None],
) -> Capture:
    recorder, view, began = Recorder(how.limits), View(), clock()
    reach = Reach(
        own_host=host_of(url),
        allow_private=allow_private,
        accept_broken=how.accept_broken_certificate,
        proxy=how.proxy,
        seconds=how.limits.answer_seconds,
    )
    with CaptureProxy(recorder, reach=reach, folder=folder, clock=clock) as proxy:
        report("membaca robots.txt")
        try:
            answer = read_robots(url, proxy=proxy)
        except Unanswered as unanswered:
            raise _refusal(url, unanswered.fault, unanswered.why) from unanswered
        _visit_in_time(url, view, proxy=proxy, folder=folder, how=how, report=report)
        ended = clock()
        proxy.stop()
    if recorder.trouble is not None:
        raise recorder.trouble
    page = _page_answer(url, view, recorder)
    report("menyusun arsip")
    capture_id = secrets.token_hex(10)
    missing = _say_missing(page, view, recorder)
    exchanges = recorder.exchanges
    with (folder / "halaman.warc.gz").open("w+b") as archive:
        info = {
            "software": f"Kentongan/{__version__}",
            "format": "WARC File Format 1.1",
            "isPartOf": capture_id,
            "description": "Satu halaman dan semua yang dimuatnya; lihat perolehan.json.",
        }
        bodies = write_archive(
            archive, exchanges, info=info, begun=began, scratch=folder, logged_in=how.cookies is not None
        )
        archive.seek(0)
        files = _keep_files(archive, page, view, objects)
    final_url = _final_url(page, view)
    robots = judge_robots(url, final_url, answer)
    told = write_acquisition(
        capture_id, url, final_url, page, view, exchanges, bodies, how=how, robots=robots, began=began, ended=ended,
        files=files, missing=missing,
    )  # fmt: skip
    return Capture(
        id=capture_id,
        url=url,
        final_url=final_url,
        at=page.at,
        status=page.status,
        title=view.title,
        files=(*files, CaptureFile(name="perolehan.json", object=objects.put(told))),
        missing=missing,
    )


def _sweep(scratch: Path, *, now: datetime) -> None:
    """Remove what captures left that were killed: a profile may hold an account's cookies."""
    for left in scratch.glob(f"{PREFIX}*"):
        if left.stat().st_mtime < (now - LEFT_BEHIND).timestamp():
            shutil.rmtree(left, ignore_errors=True)


def _visit_in_time(
    url: str, view: View, *, proxy: CaptureProxy, folder: Path, how: Acquisition, report: Callable[[str], None]
) -> None:
    """Visit the page on a thread of its own, and end the browser where that takes too long."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tangkapan") as pool:
        visited = pool.submit(
            visit, url, view, proxy=proxy, folder=folder, host=host_of(url), how=how, report=report
        )  # fmt: skip
        # Ended before it began: then there is nothing to wait for.
        visited.add_done_callback(lambda done: view.opened.set())
        try:
            view.opened.wait(START_SECONDS)
            visited.result(timeout=how.limits.total_seconds)
        except FutureTimeoutError:
            view.ended = True
            view.note(
                f"Halaman tidak selesai dibaca dalam {how.limits.total_seconds:.0f} detik (skrip yang tidak berakhir, "
                "misalnya); peramban dihentikan."
            )
            end_browser(folder)
            visited.result(timeout=ENDING_SECONDS)
        except BaseException:
            end_browser(folder)
            raise


def _page_answer(url: str, view: View, recorder: Recorder) -> Exchange:
    """The exchange that is the page. Raises KentonganError where the page's address never answered."""
    for address, status in reversed(view.navigations):
        wanted = address.partition("#")[0]
        found = [exchange for exchange in recorder.exchanges if exchange.url == wanted and exchange.status == status]
        if found:
            asked_as_page = [
                e for e in found if any(n.lower() == "upgrade-insecure-requests" for n, _ in e.sent_headers)
            ]
            return (asked_as_page or found)[-1]
    answered = recorder.answer_of(url)
    if answered is not None:
        return answered
    failure = recorder.failure_of(url)
    if failure is not None:
        raise _refusal(url, failure.fault, failure.why)
    raise KentonganError(f"{url} tidak dapat ditangkap: {view.failed or 'tidak ada jawaban'}.", hint="Coba lagi nanti.")


def _refusal(url: str, fault: Fault, why: str) -> KentonganError:
    return KentonganError(f"{url} tidak ditangkap: {why}.", hint=HINTS.get(fault, "Coba lagi nanti."))


def _final_url(page: Exchange, view: View) -> str:
    shown = view.final_url or ""
    return shown if shown.startswith(("http://", "https://")) else page.url


def _say_missing(page: Exchange, view: View, recorder: Recorder) -> tuple[str, ...]:
    """Everything that could not be captured, the page's own fate first."""
    said = []
    if page.status in GONE:
        said.append(f"Server menjawab {page.status}: halaman itu tidak ada saat ditangkap. Jawabannya disimpan.")
    elif 300 <= page.status < 400:
        onward = recorder.failure_of(view.asked[-1]) if view.asked else None
        why = f"{onward.url} {onward.why}" if onward is not None else "pengalihannya tidak berakhir"
        said.append(f"Halaman mengalihkan (status {page.status}) dan tidak sampai ke isinya: {why}.")
    elif page.status >= 400:
        said.append(f"Server menjawab {page.status}, bukan halamannya. Jawabannya disimpan.")
    if page.tls is not None and page.tls.problem is not None:
        said.append(f"Keaslian server tidak terjamin: {page.tls.problem}; ditangkap karena diminta demikian.")
    if view.failed == DOWNLOAD:
        said.append("Alamat ini memberi berkas untuk diunduh, bukan halaman; berkasnya ada dalam halaman.warc.gz.")
    elif view.failed is not None:
        said.append(f"Peramban tidak menampilkan halamannya ({view.failed}); tidak ada gambar, dokumen, dan teksnya.")
    said += view.notes
    cuts = {"length": "melewati batas ukuran", "time": "waktunya habis", "disconnect": "sambungannya terputus"}
    said += _first(
        [f"{exchange.url} tersimpan sebagian: {cuts[exchange.cut]}." for exchange in recorder.exchanges if exchange.cut]
    )
    return (*said, *_first([_say_failure(failure) for failure in recorder.failures]))


def _say_failure(failure: Failure) -> str:
    return f"{failure.url}: {failure.why}."


def _first(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - MOST_NAMED
    return [*sentences[:MOST_NAMED], *([f"Dan {more} lagi seperti itu."] if more > 0 else [])]


def _keep_files(archive: IO[bytes], page: Exchange, view: View, objects: Objects) -> list[CaptureFile]:
    """Keep what there is of a capture's files, perolehan.json aside."""
    chain = page.tls.chain if page.tls is not None else ()
    read: tuple[tuple[CaptureName, bytes | None], ...] = (
        ("layar.png", view.picture),
        ("dom.html", view.document),
        ("teks.txt", view.words),
        ("sertifikat.pem", chain_to_pem(chain) if chain else None),
    )
    first = CaptureFile(name="halaman.warc.gz", object=objects.put(archive))
    return [first, *(CaptureFile(name=name, object=objects.put(data)) for name, data in read if data is not None)]
