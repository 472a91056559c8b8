"""Reads off a page in the browser what a person would see: document, words, links to its terms, and the picture.

It is read in a world of its own beside the page's scripts, so that a page cannot lie about its words by rewriting the
browser's functions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence.capture.acquisition import Acquisition
from evidence.capture.proxy import CaptureProxy

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, FloatRect, Page

VIEWPORT = (1366, 900)
"""Width and height of the window in pixels: the commonest width of office screens."""
WIDEST = 4_000
"""Width of the picture in pixels, for pages wider than the window."""
SETTLE_SECONDS = 8.0
"""How long a loaded page may go on asking for more before it is taken as it stands."""
QUIET_SECONDS = 0.4
"""How long no request must be under way for a page to count as settled."""
SCROLL_SECONDS = 15.0
"""How long a page is scrolled through to make it load its pictures."""
STEP_MILLISECONDS = 60.0
QUESTION_MILLISECONDS = 10_000
"""How long one question to the page may take."""
MAX_NOTE = 200
"""Characters of a page's own words in a note."""

SIZE = """(() => { const d = document.documentElement, b = document.body;
  return [Math.max(d.scrollWidth, b ? b.scrollWidth : 0), Math.max(d.scrollHeight, b ? b.scrollHeight : 0)]; })()"""
DOCUMENT = """(() => { const s = new XMLSerializer(), t = document.doctype;
  const d = (t ? s.serializeToString(t) + "\\n" : "") + document.documentElement.outerHTML;
  return [d.slice(0, %d), d.length]; })()"""
WORDS = """(() => { const t = document.body ? document.body.innerText : ""; return [t.slice(0, %d), t.length]; })()"""
TERMS = """(() => { const named = document.querySelector('link[rel~="terms-of-service"], a[rel~="terms-of-service"], \
a[rel~="terms"]'); if (named) return named.href;
  for (const a of document.querySelectorAll("a[href]"))
    if (/\\b(ketentuan|syarat|terms)\\b/i.test(a.textContent) && /^https?:/.test(a.href)) return a.href;
  return null; })()"""
MEDIA = "document.querySelectorAll('video, audio').length"
TITLE = "document.title"


@dataclass(slots=True, kw_only=True)
class View:
    """What was read off the page so far; filled as the visit goes on, so that an ended browser leaves what it had."""

    navigations: list[tuple[str, int]] = field(default_factory=list)
    """Address and status of each answer that was or became the page, redirects included."""
    asked: list[str] = field(default_factory=list)
    """Addresses the page itself was asked from."""
    final_url: str | None = None
    title: str | None = None
    document: bytes | None = None
    words: bytes | None = None
    picture: bytes | None = None
    terms: str | None = None
    browser: str | None = None
    user_agent: str | None = None
    failed: str | None = None
    """Why the page did not load, in the browser's words."""
    notes: list[str] = field(default_factory=list)
    """What was left, each a sentence in Indonesian."""
    opened: threading.Event = field(default_factory=threading.Event)
    """Set when the browser runs and the visit begins."""
    ended: bool = False
    """Whether the browser was ended because the visit took too long."""

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def read_page(
    url: str,
    page: Page,
    view: View,
    *,
    proxy: CaptureProxy,
    how: Acquisition,
    report: Callable[[str], None],
) -> None:
    """Load the page, scroll through it, and read it: first what is small and certain, the picture last."""
    from playwright.sync_api import Error, TimeoutError

    limits = how.limits
    end = time.monotonic() + limits.total_seconds
    session = page.context.new_cdp_session(page)
    view.browser = session.send("Browser.getVersion")["product"]
    report("memuat halaman")
    try:
        page.goto(url, wait_until="load", timeout=limits.load_seconds * 1000)
        _settle(page, proxy, seconds=min(SETTLE_SECONDS, _share(end)))
    except TimeoutError:
        view.note(f"Halaman belum selesai dimuat dalam {limits.load_seconds:.0f} detik; diambil sebagaimana adanya.")
        # A script that does not end would let nobody read the page.
        session.send("Runtime.terminateExecution")
    except Error as error:
        view.failed = first_line(error)
        return
    report("menggulir halaman")
    _scroll(page, session, height=limits.height, seconds=min(SCROLL_SECONDS, _share(end)))
    _settle(page, proxy, seconds=min(SETTLE_SECONDS, _share(end)))
    report("membaca isi halaman")
    view.final_url = page.url
    view.title = str(_ask(session, TITLE) or "")[:500] or None
    view.user_agent = str(_ask(session, "navigator.userAgent"))
    view.document = _cut(_ask(session, DOCUMENT % limits.document_bytes), view, what="Dokumen (dom.html)")
    view.words = _cut(_ask(session, WORDS % limits.document_bytes), view, what="Teks (teks.txt)")
    terms = _ask(session, TERMS)
    view.terms = str(terms)[:2000] if terms else None
    if len(page.frames) > 1:
        frames = len(page.frames) - 1
        view.note(f"Isi {frames} bingkai (iframe) tidak ada dalam dom.html; jawabannya ada dalam halaman.warc.gz.")
    media = _ask(session, MEDIA)
    if media:
        view.note(f"Halaman memuat {media} video atau audio; hanya bagian yang diminta peramban yang tersimpan.")
    report("memotret halaman")
    width, height = _ask(session, SIZE)
    if height > limits.height:
        view.note(f"Gambar dipotong pada {limits.height} piksel; tinggi halamannya {height} piksel.")
    clip: FloatRect = {
        "x": 0.0,
        "y": 0.0,
        "width": min(width, WIDEST),
        "height": max(1, min(height, limits.height)),
    }
    left = max(1.0, end - time.monotonic()) * 1000
    try:
        view.picture = page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide", timeout=left)
    except Error as error:
        view.note(f"Gambar halaman tidak dapat diambil: {first_line(error)}.")


def _share(end: float) -> float:
    """A quarter of the time that is left, in seconds: what comes after must have its part."""
    return max(0.0, end - time.monotonic()) / 4


def _settle(page: Page, proxy: CaptureProxy, *, seconds: float) -> None:
    """Wait until nothing is under way for a moment, or the time is over."""
    end = time.monotonic() + seconds
    quiet = time.monotonic()
    while (now := time.monotonic()) < end:
        if proxy.recorder.busy:
            quiet = now
        elif now - quiet >= QUIET_SECONDS:
            return
        page.wait_for_timeout(STEP_MILLISECONDS)


def _scroll(page: Page, session: CDPSession, *, height: int, seconds: float) -> None:
    """Go through the page window by window, so that pictures that wait to be seen are loaded, and back to its top."""
    end = time.monotonic() + seconds
    at = 0
    while time.monotonic() < end and at < min(_ask(session, SIZE)[1], height):
        at += VIEWPORT[1]
        _ask(session, f"window.scrollTo(0, {at})")
        page.wait_for_timeout(STEP_MILLISECONDS)
    _ask(session, "window.scrollTo(0, 0)")


def _ask(session: CDPSession, expression: str) -> Any:
    """The value of an expression, asked in a world beside the page's own scripts."""
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "kentongan"})
    answer = session.send(
        "Runtime.evaluate",
        {
            "expression": expression,
            "contextId": world["executionContextId"],
            "returnByValue": True,
            "timeout": QUESTION_MILLISECONDS,
        },
    )
    return answer["result"].get("value")


def _cut(answer: Any, view: View, *, what: str) -> bytes | None:
    """The text of an answer that says how long it would have been; None where the page did not answer."""
    if not isinstance(answer, list):
        view.note(f"{what} tidak dapat dibaca.")
        return None
    text, length = answer
    if len(text) < length:
        view.note(f"{what} dipotong pada {len(text)} dari {length} huruf.")
    # Half a pair at the cut, and lone surrogates of the page's own, have no UTF-8.
    return str(text).encode("utf-8", "replace")


def first_line(error: Exception) -> str:
    """What the browser says went wrong, without the address and the name of the call."""
    line = str(error).partition("\n")[0].rstrip(".")
    return line.rpartition(": ")[2].partition(" at http")[0][:MAX_NOTE]
