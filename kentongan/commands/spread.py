"""Penyebaran sebuah cerita: salinan per jam atau hari menurut platform, kemunculan pertama, akun, tautan, cek fakta.

ID adalah id cerita atau id salah satu dokumennya. Yang dihitung salinan hanya yang menyebarkan; yang membantah dan yang
bertanya disebut tersendiri, dan yang dimasukkan tangan tidak ikut dihitung. Semua angka tentang koleksi kita: waktu
yang tidak terkumpul ditandai. Akun dan tautan adalah alat kerja analis; banyak menyalin bukan bukti niat siapa pun.
Di pipa keluarannya baris JSON: satu baris "summary", lalu "bin", "first", "account", "site", "factcheck", "gap".
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.output import say, wants_json, write_lines
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.spread import StorySpread

Row = dict[str, object]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="id cerita atau dokumen")
    parser.add_argument(
        "--by", choices=("hour", "day"), default=None, help="per jam atau hari (bawaan: menurut lamanya)"
    )
    parser.add_argument(
        "--top", type=int, default=10, metavar="N", help="paling banyak sekian akun dan situs (bawaan: 10)"
    )
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.spread import read_spread
    from kentongan.commands.spread_tables import write_spread
    from kentongan.errors import BadQuery
    from search.open import open_store

    if options.top < 1:
        raise BadQuery("--top sedikitnya 1.")
    with open_store(settings) as store, open_casework(settings) as casework, casework.read() as session:
        found = read_spread(
            store, session, options.id, now=datetime.now(UTC), zone=settings.zone, step=options.by, top=options.top
        )
    if wants_json(options.json):
        write_lines(spread_rows(found))
    else:
        write_spread(found)
    if found.sample:
        say("DATA CONTOH: cerita ini rekaan.")
    if found.missing:
        say(f"{found.missing} dokumen cerita ini tidak ada lagi di penyimpanan: dihitung, tanpa akun dan tautannya.")
    return 0


def spread_rows(found: StorySpread) -> list[Row]:
    """The spread as rows, each with its kind under "row"."""
    spread = found.spread
    rows: list[Row] = [
        {
            "row": "summary",
            "story": found.story,
            "centre": found.centre,
            "copies": spread.copies,
            **{stance: spread.others.get(stance, 0) for stance in ("rebuts", "asks", "unclear")},
            "by_hand": spread.by_hand,
            "accounts": spread.accounts,
            "unnamed": spread.unnamed,
            "platforms": spread.platforms,
            "step": spread.step,
            "earlier": spread.earlier,
        }
    ]
    for one in spread.timeline:
        coverage = {platform: round(share, 4) for platform, share in one.coverage.items()}
        rows.append(
            {
                "row": "bin",
                "start": one.start,
                "copies": one.copies,
                "others": one.others,
                "by_hand": one.by_hand,
                "coverage": coverage,
            }
        )
    overall = [one for one in (spread.first, spread.first_by_hand) if one is not None]
    rows += [{"row": "first", "of": "all", "first": one} for one in overall]
    rows += [{"row": "first", "of": "platform", "first": one} for one in spread.first_by_platform]
    rows += [{"row": "account", "account": one} for one in spread.amplifiers]
    rows += [{"row": "site", "site": one} for one in spread.sites]
    for effect in spread.factchecks:
        rows.append(
            {
                "row": "factcheck",
                "factcheck": effect.factcheck,
                "before": effect.before,
                "after": effect.after,
                "rate_before": effect.rate_before,
                "rate_after": effect.rate_after,
                "coverage_before": effect.coverage_before,
                "coverage_after": effect.coverage_after,
                "half_after_hours": effect.half_after.total_seconds() / 3600 if effect.half_after else None,
            }
        )
    rows += [{"row": "gap", "gap": gap} for gap in spread.gaps]
    return rows
