"""Opens a page in a Chromium of its own, with an empty profile that goes with the capture, and has it read.

The browser knows the way to the recorder only (``evidence.capture.proxy``). A page whose scripts never end cannot be
read (``evidence.capture.reading``): the caller ends the browser then, and what was read before stays.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.capture.acquisition import Acquisition
from evidence.capture.cookies import read_cookies
from evidence.capture.proxy import OWN_PLACE, CaptureProxy
from evidence.capture.reading import MAX_NOTE, VIEWPORT, View, first_line, read_page
from kentongan.errors import NotConfigured

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Download, Page, Request, Response

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names that Chromium goes by on the systems we know."""
START_SECONDS = 60.0
"""How long the browser may take to start; on a busy machine it has taken ten."""
CLOCK_ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-pings",
    f"--gaia-url=https://{OWN_PLACE}",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
"""Beside playwright's own: no road around the recorder, by UDP or by the browser's own resolver, and nothing
asked on the browser's own behalf."""


def find_chromium(named: str) -> str:
    """The browser's path. Raises NotConfigured where there is none."""
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise NotConfigured(
            "chromium",
            f"Peramban Chromium {named or ''} tidak ditemukan.".replace("  ", " "),
            hint="Pasang dengan `apt-get install chromium`, atau sebut tempatnya di pengaturan chromium.",
        )
    return found


def visit(
    url: str,
    view: View,
    *,
    proxy: CaptureProxy,
    folder: Path,
    host: str,
    how: Acquisition,
    report: Callable[[str], None],
) -> None:
    """Open the page and fill the view. Raises NotConfigured where the browser is absent or does not start.

    ``folder`` takes the profile. Whoever calls ends the browser with ``end_browser`` where this takes too long.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise NotConfigured(
            "playwright",
            "Penangkap halaman belum terpasang.",
            hint='Pasang dengan `pip install "kentongan[evidence]"`.',
        ) from error

    executable = find_chromium(how.chromium)
    cookies: list[Any] = [] if how.cookies is None else read_cookies(how.cookies, host=host)
    with sync_playwright() as playwright:
        try:
            context = playwright.chromium.launch_persistent_context(
                profile_of(folder),
                executable_path=executable,
                # Root cannot have the browser's sandbox; everyone else gets it.
                chromium_sandbox=os.geteuid() != 0,
                args=[*FLAGS, f"--ignore-certificate-errors-spki-list={proxy.certificates.key_digest}"],
                proxy={"server": proxy.address, "username": proxy.username, "password": proxy.password},
                env={"PATH": os.environ.get("PATH", ""), "LANG": "id_ID.UTF-8", "HOME": str(folder)},
                viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
                user_agent=how.user_agent,
                locale="id-ID",
                timezone_id=CLOCK_ZONES[how.zone],
                reduced_motion="reduce",
                service_workers="block",
                accept_downloads=False,
            )
        except Error as error:
            raise NotConfigured(
                "chromium",
                f"Peramban {executable} tidak dapat dijalankan: {first_line(error)}.",
                hint="Coba jalankan peramban itu sendiri; di dalam kontainer ia membutuhkan izin untuk sandbox-nya.",
            ) from error
        try:
            if cookies:
                context.add_cookies(cookies)
            page = context.pages[0] if context.pages else context.new_page()
            _listen(context, page, view)
            view.opened.set()
            read_page(url, page, view, proxy=proxy, how=how, report=report)
        except Error as error:
            if not view.ended:
                view.note(f"Peramban berhenti sebelum selesai: {first_line(error)}.")
        finally:
            try:
                context.close()
            except Error:
                end_browser(folder)


def _listen(context: BrowserContext, page: Page, view: View) -> None:
    """Note what the page tries beside being read, and let nothing of it stop the visit."""

    def on_dialog(dialog: Dialog) -> None:
        view.note(f"Halaman membuka dialog ({dialog.type}); ditutup tanpa dijawab: {dialog.message[:MAX_NOTE]!r}.")
        dialog.dismiss()

    def on_page(opened: Page) -> None:
        if opened is not page:
            view.note("Halaman membuka jendela lain; jendela itu ditutup.")
            opened.close()

    def on_download(download: Download) -> None:
        view.note(f"Unduhan {download.url[:MAX_NOTE]} tidak disimpan sebagai berkas; jawabannya ada dalam arsip.")

    def on_request(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            view.asked.append(request.url)

    def on_response(response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            view.navigations.append((response.url, response.status))

    page.on("dialog", on_dialog)
    page.on("download", on_download)
    page.on("request", on_request)
    page.on("response", on_response)
    page.on("crash", lambda crashed: view.note("Tab peramban berhenti karena galat."))
    context.on("page", on_page)


def profile_of(folder: Path) -> Path:
    """Where a capture's browser keeps its profile, inside the capture's own folder."""
    return folder / "profil"


def end_browser(folder: Path) -> None:
    """Kill every process of the browser whose profile lies in this folder, which nobody else's does."""
    mark = os.fsencode(f"--user-data-dir={profile_of(folder)}")
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ValueError):
            continue  # it ended by itself meanwhile
