"""A news site for the crawl's benchmark, served by Twisted in a process of its own as ``scrapy bench``'s is.

    python -m benchmarks.crawl_site PAGES

Sixteen hosts (127.0.1.1 to 127.0.1.16), each with a feed of its share of the pages. Prints the port.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, cast

HOSTS = tuple(f"127.0.1.{number}" for number in range(1, 17))
"""Loopback addresses that a Linux machine answers on without being told."""

PARAGRAPHS = 9
FURNITURE = 120
"""Links to other pages in menus and lists: a page of an Indonesian outlet has more of them than words."""

WORDS = (
    "warga", "dinas", "kecamatan", "banjir", "jalan", "pasar", "sekolah", "bantuan", "laporan", "petugas", "daerah",
    "pemerintah", "rumah", "sungai", "hujan", "kendaraan", "layanan", "anggaran", "kepala", "desa", "kabupaten",
    "rapat", "program", "pekan", "depan", "menurut", "data", "tahun", "ini",
)  # fmt: skip


def article_text(number: int) -> list[str]:
    """The paragraphs of one article."""
    chance = random.Random(number)
    return [
        f"Alinea {n} berita {number}: {' '.join(chance.choices(WORDS, k=chance.randint(35, 60)))}."
        for n in range(PARAGRAPHS)
    ]


def article_page(number: int, *, address: str, at: datetime) -> str:
    """The page of one article, some 20 kB."""
    title = f"Berita {number} dari Tirtamaya"
    linked = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": at.isoformat(),
        "author": {"@type": "Person", "name": "Ayu Lestari"}, "mainEntityOfPage": address,
    }  # fmt: skip
    links = "".join(
        f'<li class="menu-item"><a href="/indeks/{n}" title="Rubrik {n}">Rubrik {n} yang lain di situs ini</a></li>'
        for n in range(FURNITURE)
    )
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in article_text(number))
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title} - Kabar</title>'
        f'<link rel="canonical" href="{address}"><meta property="og:title" content="{title}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script></head><body>'
        f'<nav><ul>{links}</ul></nav><main><h1>{title}</h1><div class="isi">{paragraphs}</div></main>'
        f'<aside class="terkait"><ul>{links}</ul></aside><footer>Kabar Tirtamaya</footer></body></html>'
    )


def feed_page(addresses: list[str], *, at: datetime) -> str:
    """An RSS feed that lists pages."""
    stamp = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = "".join(f"<item><title>Berita</title><link>{a}</link><pubDate>{stamp}</pubDate></item>" for a in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>U</title>{items}</channel></rss>'


def serve(pages: int) -> None:
    """Answer until the process is ended."""
    from twisted.internet import reactor
    from twisted.web.resource import Resource
    from twisted.web.server import Site

    at = datetime.now(UTC) - timedelta(hours=1)

    class Kabar(Resource):
        isLeaf = True

        def render_GET(self, request: Any) -> bytes:
            host = request.getHeader("host")
            path = request.path.decode()
            which = HOSTS.index(host.partition(":")[0])
            if path == "/feed.xml":
                request.setHeader("Content-Type", "application/xml; charset=utf-8")
                return feed_page([f"http://{host}/b/{n}" for n in range(which, pages, len(HOSTS))], at=at).encode()
            if path.startswith("/b/"):
                request.setHeader("Content-Type", "text/html; charset=utf-8")
                return article_page(int(path[3:]), address=f"http://{host}{path}", at=at).encode()
            request.setResponseCode(404)
            return b"tidak ada"

    net: Any = reactor
    site: Any = cast(Any, Site)(cast(Any, Kabar)())
    port = net.listenTCP(0, site, interface=HOSTS[0]).getHost().port
    for host in HOSTS[1:]:
        net.listenTCP(port, site, interface=host)
    print(port, flush=True)
    net.run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
