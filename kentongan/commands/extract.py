"""Ambil artikel dari sebuah halaman HTML yang disimpan (juga yang dimampatkan dengan gzip), sebagai JSON."""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path

from kentongan.commands.output import write_lines
from kentongan.errors import NotFound, Quarantine
from kentongan.settings import Settings

GZIP = b"\x1f\x8b"
"""How a gzip file begins, whatever its name."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS.html")
    parser.add_argument("--url", required=True, metavar="URL", help="alamat asal halaman itu")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.addresses import normalise_url
    from crawlers.articles import extract_article
    from crawlers.kinds import refusing_surprises

    try:
        normalise_url(options.url)
    except ValueError as error:
        raise Quarantine(
            "bad-address", f"{options.url!r} bukan alamat http atau https.", hint="Tulis alamat lengkapnya di --url."
        ) from error
    html = read_saved_page(options.file, limit=settings.crawl_max_bytes)
    with refusing_surprises(options.url):
        article = extract_article(html, options.url)
    write_lines(
        [
            {
                "title": article.title,
                "text": article.text,
                "author": article.author,
                "published_at": article.published_at,
                "canonical_url": article.canonical_url,
            }
        ]
    )
    return 0


def read_saved_page(file: Path, *, limit: int) -> bytes:
    """The bytes of a saved page, decompressed where they are gzip's.

    Raises NotFound for a file that cannot be read, Quarantine for one that is damaged ("bad-gzip") or holds more than
    ``limit`` bytes ("too-large").
    """
    if not file.is_file():
        raise NotFound(f"Berkas {file} tidak ada.")
    try:
        with file.open("rb") as opened:
            body = opened.read(limit + 1)
    except OSError as error:
        raise NotFound(f"Berkas {file} tidak terbaca: {error.strerror}.") from error
    if body.startswith(GZIP) and len(body) <= limit:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = inflate.decompress(body, limit + 1)
        except zlib.error as error:
            raise Quarantine("bad-gzip", f"Berkas {file} rusak: gzip-nya tidak dapat dibuka.") from error
        if len(body) <= limit and not inflate.eof:
            raise Quarantine("bad-gzip", f"Berkas {file} terpotong: gzip-nya tidak selesai.")
    if len(body) > limit:
        raise Quarantine("too-large", f"Berkas {file} lebih besar dari {limit} bita.", hint="Batasnya crawl_max_bytes.")
    return body
