"""Decides whether an article page gives a document: it can be read, its date can be true, and it is no cookie wall."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawlers.documents import PageRead, read_page
from crawlers.kinds import Answer, Entry
from crawlers.plausibility import require_plausible
from crawlers.sources import Source
from kentongan.errors import Quarantine
from kentongan.schema import Document

CONSENT = re.compile(
    r"\b(?:cookies?|kuki|privasi|privacy|persetujuan|consent|izin anda|data pribadi|personal data|geolokasi"
    r"|javascript|peramban|browser)\b",
    re.IGNORECASE,
)
"""Words of which a wall speaks: consent to cookies, or a check of the browser."""

CONTROL = re.compile(
    rb"<(?:button|input|a)\b[^>]*>[^<]{0,40}(?:setuju|terima|izinkan|lanjutkan|accept|agree|allow|continue)"
    rb"|<input\b[^>]{0,200}value=[\"'](?:setuju|terima|izinkan|lanjutkan|accept|agree|allow|continue)"
    rb"|<form\b[^>]{0,200}(?:consent|izin|setuju|challenge)",
    re.IGNORECASE,
)
"""What one is to press on it."""

MIN_WALL_SHARE = 0.5
"""Share of a page's paragraphs that must speak so. Articles on privacy exceed it too; they carry their own time."""


def accept_page(answers: Sequence[Answer], *, source: Source, entry: Entry, asked: Sequence[str] = ()) -> PageRead:
    """The document in an article's pages, the first first; see ``read_page``. Raises Quarantine with its reason, those
    of ``read_page`` too."""
    first, *further = answers
    read = read_page(first, source=source, entry=entry, further=further, asked=asked)
    require_plausible(read.document)
    require_no_wall(read.document, first, entry=entry)
    return read


def require_no_wall(document: Document, answer: Answer, *, entry: Entry) -> None:
    """Raise Quarantine ("wall") where a page asks for consent or a browser instead of showing its article.

    Such a page knows no publication time; with that of its listing it would pass for an article.
    """
    if entry.published_raw is None or document.published_raw != entry.published_raw:
        return
    paragraphs = document.text.split("\n")
    spoken = sum(CONSENT.search(paragraph) is not None for paragraph in paragraphs)
    if spoken >= MIN_WALL_SHARE * len(paragraphs) and CONTROL.search(answer.body):
        raise Quarantine("wall", f"{answer.url} meminta persetujuan atau memeriksa peramban, bukan menampilkan berita.")
