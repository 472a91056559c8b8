"""Ambil artikel dari sebuah halaman HTML yang disimpan, sebagai JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from kentongan.commands.output import write_lines
from kentongan.errors import NotFound
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS.html")
    parser.add_argument("--url", required=True, metavar="URL", help="alamat asal halaman itu")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.articles import extract_article

    if not options.file.is_file():
        raise NotFound(f"Berkas {options.file} tidak ada.")
    article = extract_article(options.file.read_bytes(), options.url)
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
