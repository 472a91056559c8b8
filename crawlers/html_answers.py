"""Reads answers in HTML into trees."""

from __future__ import annotations

import re
from typing import Any

from crawlers.kinds import Answer
from crawlers.markup import decode_markup
from kentongan.errors import Quarantine

HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|main|div|a|p|ul|table)\b", re.IGNORECASE)


def read_tree(answer: Answer) -> Any:
    """The root element of a page. Raises Quarantine ("not-html", "bad-charset")."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    charset = re.search(r"charset=([^;\s]+)", answer.header("content-type") or "", re.IGNORECASE)
    decoded = decode_markup(answer.body, charset=charset.group(1) if charset else None)
    if not HTML.search(decoded.text[:200_000]):
        raise Quarantine("not-html", f"{answer.url} bukan halaman HTML.")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded.text).encode("utf-8", "replace")
    try:
        return document_fromstring(text, parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, RecursionError) as error:
        raise Quarantine("not-html", f"{answer.url} tidak dapat dibaca sebagai HTML: {error}.") from error
