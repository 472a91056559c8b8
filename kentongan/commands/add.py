"""Tambah unggahan yang tidak boleh dikumpulkan mesin: Facebook, TikTok, Instagram, pesan WhatsApp yang diteruskan.

Isi paling sedikit satu dari --url, --text, dan --picture. Yang dimasukkan tangan ditandai dan tidak pernah ikut
dihitung dalam jumlah unggahan.
Contoh: kentongan add --platform whatsapp --text "Tanggul jebol!" --time "12/11/2026 10:15 WIB" --by siti
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from kentongan.commands.output import say, write_rows
from kentongan.errors import NotFound
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    from crawlers.by_hand import PLATFORMS

    parser.add_argument("--platform", required=True, choices=list(PLATFORMS), metavar="NAMA", help=", ".join(PLATFORMS))
    parser.add_argument("--time", required=True, metavar="WAKTU", help='kapan diunggah ("12/11/2026 10:15 WIB")')
    parser.add_argument("--by", required=True, metavar="NAMA", help="siapa yang memasukkan")
    parser.add_argument("--url", default="", metavar="ALAMAT", help="alamat unggahan")
    parser.add_argument("--text", default="", metavar="TEKS", help="teks unggahan, disalin apa adanya")
    parser.add_argument("--picture", type=Path, default=None, metavar="BERKAS", help="tangkapan layar: PNG, JPEG, WebP")
    parser.add_argument("--author", default="", metavar="AKUN", help="akun publik; tidak untuk WhatsApp")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.entries import save_entry
    from casework.roles import SYSTEM
    from crawlers.by_hand import MAX_PICTURE, Entry
    from search.open import open_store

    picture = None
    if options.picture is not None:
        try:
            with options.picture.open("rb") as file:
                picture = file.read(MAX_PICTURE + 1)
        except OSError as error:
            raise NotFound(f"Gambar {options.picture} tidak terbaca: {error.strerror}.") from error
    entry = Entry(
        platform=options.platform,
        time=options.time,
        actor=options.by,
        text=options.text,
        url=options.url,
        author=options.author,
        picture=picture,
    )
    with open_store(settings) as store, open_casework(settings) as casework:
        saved = save_entry(
            entry, settings=settings, store=store, casework=casework, actor=SYSTEM, now=datetime.now(UTC)
        )
    if not saved.new:
        say("Sudah pernah dimasukkan; tidak ada yang ditambahkan.")
    row = {"id": saved.document.id, "new": saved.new, "platform": saved.document.platform, "url": saved.document.url}
    write_rows([row], as_json=options.json, empty="")
    return 0
