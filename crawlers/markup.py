"""Turns bytes of markup into characters, and fragments of HTML into paragraphs."""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from typing import Any

from kentongan.errors import Quarantine

META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})""", re.IGNORECASE)
XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{2,40})["']""")
HEAD_BYTES = 4096
"""How far a charset declaration is looked for; browsers stop at 1024, Indonesian pages often put it later."""

MAX_NUL_SHARE = 0.01
"""Share of NUL bytes above which bytes are not text in any charset without them (UTF-16 that does not say so)."""

BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre"})
"""Elements after which a new paragraph begins."""

SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Characters, and whether some bytes had to be replaced by U+FFFD to get them."""

    text: str
    damaged: bool


def decode_markup(body: bytes, *, charset: str | None = None) -> Decoded:
    """The characters of HTML or XML bytes. ``charset`` is the one the server named, if it did.

    Bytes that are valid UTF-8 are UTF-8 whatever they claim: several outlets declare iso-8859-1 over UTF-8. Otherwise
    the declared charset counts, and without any declaration windows-1252, as browsers do. Raises Quarantine
    ("bad-charset") for bytes that are no text at all.
    """
    for bom, name in BOMS:
        if body.startswith(bom):
            return _decode(body, name)
    declared = _declared(body, charset)
    if declared.startswith(("utf-16", "utf-32")):
        return _decode(body, declared)
    if body.count(0) > MAX_NUL_SHARE * len(body):
        raise Quarantine("bad-charset", "Halaman memuat bita nol: susunan hurufnya (charset) tidak dinyatakan.")
    body = body.replace(b"\0", b"")
    try:
        return Decoded(text=body.decode("utf-8"), damaged=False)
    except UnicodeDecodeError:
        return _decode(body, declared or "windows-1252")


def _declared(body: bytes, charset: str | None) -> str:
    """The declared charset as Python names it; empty where none is declared or the name is unknown."""
    head = body[:HEAD_BYTES]
    named = (META_CHARSET.search(head), XML_ENCODING.search(head))
    for name in [charset or "", *(match.group(1).decode("ascii") for match in named if match)]:
        try:
            known = codecs.lookup(name.strip().strip("\"'")).name if name else ""
        except LookupError:
            continue
        if known and known not in ("ascii", "iso8859-1", "utf-7"):
            return known
        if known:
            return "windows-1252"  # what those labels mean on the web (WHATWG Encoding, table of labels)
    return ""


def _decode(body: bytes, charset: str) -> Decoded:
    try:
        return Decoded(text=body.decode(charset), damaged=False)
    except UnicodeDecodeError:
        return Decoded(text=body.decode(charset, errors="replace"), damaged=True)


def plain_text(markup: str) -> str:
    """A fragment of HTML as text: one line a paragraph, entities resolved, no markup. Never raises.

    Of a link whose words are its own address (cut with "..." for show) the whole address is taken.
    """
    from lxml import etree
    from lxml.html import fragment_fromstring

    if "<" not in markup:
        return _fold_lines(html.unescape(markup))
    try:
        root = fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return _fold_lines(html.unescape(re.sub(r"<[^>]*>", " ", markup)))
    for link in root.iter("a"):
        _show_whole_address(link)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if element.tag in BLOCKS:
            pieces.append("\n")
        if event == "start" and element.tag not in ("script", "style"):
            pieces.append(element.text or "")
        if event != "start" and element is not root:
            pieces.append(element.tail or "")
    return _fold_lines("".join(pieces))


def _show_whole_address(link: Any) -> None:
    """Let a link that shows the beginning of its address, cut for looks, show all of it."""
    href = str(link.get("href") or "")
    shown = "".join(link.itertext()).strip().rstrip("….")
    if shown and href.startswith(("http://", "https://")) and SCHEME.sub("", href).startswith(SCHEME.sub("", shown)):
        tail = link.tail
        link.clear()
        link.text, link.tail = href, tail


def _fold_lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
