"""Rumor dan aduan: cerita mana yang mungkin dipicu oleh aduan yang belum selesai. Cari, lihat, nilai.

update mencari di balik cerita terbaru; list dan show menyebut kata, tempat, dan aduannya. Temuan adalah dugaan sampai
seorang analis atau hukum membenarkan (confirm) atau menolaknya (refuse) dengan alasan.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kentongan.commands.acting import VIA, actor_named, adding_actions
from kentongan.commands.output import say, wants_json, write_lines, write_table
from kentongan.errors import BadSettings
from kentongan.settings import Settings
from kentongan.times import format_day, format_time

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.rumour_records import RumourLink

STATES = {"confirm": "confirmed", "refuse": "refused", "reopen": "suspected"}
"""Action: what a link becomes."""
CUT = 70
"""Letters of a story's words in a table."""
DAYS = 30
"""How far back links are listed, in days."""
MOST_DAYS = 3_660


def configure(parser: argparse.ArgumentParser) -> None:
    action = adding_actions(parser, number="nomor kaitan, misalnya RMR-12 atau 12")

    action("update", "cari aduan di balik cerita yang terakhir bertambah", number=False, person=False)
    listing = action("list", "kaitan yang dibenarkan dan yang terindikasi, yang paling mungkin di atas", number=False,
                     person=False)  # fmt: skip
    listing.add_argument("--days", type=float, default=DAYS, metavar="N", help=f"rumor N hari ini (bawaan: {DAYS})")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="paling banyak N kaitan (bawaan: 20)")
    listing.add_argument("--refused", action="store_true", help="hanya yang ditolak")
    listing.add_argument("--answered", action="store_true", help="hanya yang aduannya sudah dijawab sebelum rumor")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    showing = action("show", "satu kaitan: aduan, buktinya, dan penilaian orang", person=False)
    showing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    for name, words in (
        ("confirm", "benarkan: rumor itu memang menyangkut aduan ini"),
        ("refuse", "tolak: aduan itu bukan sebabnya; tidak diusulkan lagi untuk cerita ini"),
        ("reopen", "tarik kembali penilaian"),
    ):
        judged = action(name, words)
        judged.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
        judged.add_argument("--version", type=int, default=None, metavar="N", help="versi yang Anda lihat")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        chosen = {"update": run_update, "list": run_list, "show": run_show}
        return chosen.get(options.action, run_judge)(options, settings, casework, now)


def run_update(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.rumours import list_rumour_links, update_rumour_links
    from kentongan.places import load_gazetteer
    from search.open import open_store

    gazetteer = load_gazetteer(settings.regions_file)
    with open_store(settings) as store:
        changed = update_rumour_links(
            store, casework, now=now, gazetteer=gazetteer, within=settings.region or None
        )  # fmt: skip
    with casework.read() as session:
        links = list_rumour_links(session, since=now - timedelta(days=DAYS))
    write_lines(
        [
            {
                "changed": changed,
                "suspected": sum(link.state == "suspected" for link in links),
                "confirmed": sum(link.state == "confirmed" for link in links),
            }
        ]
    )
    return 0


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.rumour_records import FINDING_WORDS, STATE_WORDS
    from casework.rumours import list_rumour_links

    if options.limit < 1 or not 0 < options.days < MOST_DAYS:
        raise BadSettings("--limit dan --days harus lebih dari nol.")
    with casework.read() as session:
        links = list_rumour_links(
            session, since=now - timedelta(days=options.days), limit=options.limit,
            states=("refused",) if options.refused else ("suspected", "confirmed"),
            finding="answered" if options.answered else None,
        )  # fmt: skip
    if wants_json(options.json):
        write_lines(as_row(link) for link in links)
    elif not links:
        say("Tidak ada kaitan rumor dengan aduan. Cari dengan `kentongan rumours update`.")
    else:
        columns = ("nomor", "rumor", "mulai", "temuan", "nilai", "keadaan", "aduan", "masih terbuka")
        rows = [
            (
                link.number, link.title[:CUT], format_day(link.began_at, zone=settings.zone),
                FINDING_WORDS[link.finding], f"{link.score:.2f}", STATE_WORDS[link.state], str(len(link.cluster)),
                str(link.open),
            )
            for link in links
        ]  # fmt: skip
        write_table(columns, rows, caption="Dugaan dari kata, tempat, dan waktu; bukan bukti sebab.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.rumours import link_history, parse_link, read_link

    with casework.read() as session:
        link = read_link(session, parse_link(options.number))
        history = link_history(session, link.id)
    if wants_json(options.json):
        write_lines([{**as_row(link), "history": history}])
        return 0
    show(link, settings)
    for said in history:
        from casework.rumour_records import STATE_WORDS

        when = format_time(said.at, zone=settings.zone)
        print(f"{when} · {said.actor_name} · {STATE_WORDS[said.state]}: {said.reason}")
    return 0


def show(link: RumourLink, settings: Settings) -> None:
    """One link for a person."""
    from casework.rumour_records import FINDING_WORDS, STATE_WORDS

    print(f"{link.number} · {STATE_WORDS[link.state]} · nilai {link.score:.2f} · versi {link.version}")
    print(f"Rumor sejak {format_time(link.began_at, zone=settings.zone)} ({link.story}): {link.title}")
    print(f"{FINDING_WORDS[link.finding].capitalize()}: {len(link.cluster)} aduan, {link.open} masih terbuka.")
    words = [one.value for one in link.evidence if one.what == "word"]
    print(f"Kata yang sama: {', '.join(words) or '-'}. Tempat: {link.region or 'tidak disebut'}.")
    rows = [
        (
            one.number, format_day(one.received_at, zone=settings.zone), one.region or "-", one.agency or "-",
            "terbuka" if one.open else "selesai",
        )
        for one in link.complaints
    ]  # fmt: skip
    write_table(("aduan", "masuk", "wilayah", "instansi", "keadaan"), rows)


def run_judge(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.rumours import judge_link, parse_link, read_link

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        link = read_link(session, parse_link(options.number))
        link = judge_link(
            session, link.id, state=STATES[options.action],  # type: ignore[arg-type]
            reason=options.reason, actor=actor,
            version=link.version if options.version is None else options.version, now=now, via=VIA,
        )  # fmt: skip
    write_lines([as_row(link)])
    return 0


def as_row(link: RumourLink) -> Mapping[str, Any]:
    """A link as a line of JSON: ids, never the words of a complaint."""
    from dataclasses import asdict

    return {"number": link.number, **asdict(link), "open": link.open}
