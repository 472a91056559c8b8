"""Cocokkan setiap teks di berkas JSONL ({"id", "text"} per baris; "-": masukan baku) dengan cek fakta yang terkumpul.

Hasilnya {"id", "matches": [{"id", "score", "band", "title", "verdict", "url", "shared", ...}]} per baris, paling
mungkin di atas. score adalah peluang bahwa klaimnya sama; band: same (klaim yang sama), related (berkaitan, perlu
dilihat orang), none (tidak ada hubungan yang terlihat). shared adalah kata yang ada di keduanya. Cek fakta yang ditarik
penerbitnya ditandai withdrawn dan tidak pernah same. --found hanya menulis same dan related. Baris yang rusak disebut
dengan nomornya dan dilewati.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kentongan.batches import batched
from kentongan.commands.input_lines import open_input, read_lines, require_input
from kentongan.commands.output import say, write_lines
from kentongan.errors import BadSettings, NotFound
from kentongan.settings import Settings

if TYPE_CHECKING:
    from analysis.claims import ClaimMatch

BATCH = 256
"""Texts matched at a time."""
MOST = 50
"""Most fact-checks listed for a text: more are not judged."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BERKAS.jsonl", help='"-" membaca masukan baku')
    parser.add_argument("--top", type=int, default=10, metavar="N", help="paling banyak sekian per teks (bawaan 10)")
    parser.add_argument("--found", action="store_true", help="tanpa yang band-nya none")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.claim_matching import open_claims
    from search.open import open_store

    if not 1 <= options.top <= MOST:
        raise BadSettings(f"--top harus antara 1 dan {MOST}.")
    require_input(options.file)
    with open_store(settings) as store:
        matcher = open_claims(store)
    if not len(matcher):
        raise NotFound(
            "Belum ada cek fakta di penyimpanan, jadi tidak ada yang dapat dicocokkan.",
            hint="Kumpulkan dulu: `kentongan crawl`, atau `kentongan import BERKAS`.",
        )
    if not matcher.semantic:
        say("Vektor klaim tidak terpasang: dicocokkan menurut kata dan huruf saja.")
    refused: list[int] = []
    with open_input(options.file) as source:
        for lines in batched(read_lines(source, refused), BATCH):
            found = matcher.match([line.text for line in lines], top=options.top)
            write_lines(
                {"id": line.id, "matches": [as_row(one) for one in ones if not (options.found and one.band == "none")]}
                for line, ones in zip(lines, found, strict=True)
            )
    return 1 if refused else 0


def as_row(match: ClaimMatch) -> Mapping[str, object]:
    """One match of an output line."""
    return {
        "id": match.id,
        "score": round(match.score, 4),
        "band": match.band,
        "title": match.title,
        "verdict": match.verdict,
        "verdict_raw": match.verdict_raw,
        "url": match.url,
        "published_at": match.published_at,
        "shared": match.shared,
        "withdrawn": match.withdrawn,
    }
