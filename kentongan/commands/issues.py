"""Isu: apa yang sedang naik, sejak kapan, dan mengapa. Dihitung per suara (satu akun, satu cerita, satu jam).

update menghitung jam yang berubah lalu mencari isu; list menyebut yang terkuat; show dan why satu isu dengan sebabnya;
series menulis deret per jam. Satu banjir salinan adalah satu isu. Jam yang tidak terkumpul ditulis kosong, bukan nol.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.acting import actor_named, add_person
from kentongan.commands.output import say, show_progress, wants_json, write_lines, write_rows
from kentongan.errors import BadSettings, NotFound
from kentongan.settings import Settings
from kentongan.times import ZONES, format_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.db import Casework
    from casework.trends.records import HourSeries, Issue, IssueReason

LISTED_DAYS = 7.0
"""Days of ``list`` where nothing else is asked."""
SERIES_DAYS = 7.0
"""Days of ``series`` likewise."""
MOST_DAYS = 180.0
"""Longest stretch that is asked about, in days: as long as hours are kept."""
AROUND = timedelta(hours=24)
"""What ``series`` shows around an issue."""


def configure(parser: argparse.ArgumentParser) -> None:
    from kentongan.schema import TOPICS

    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(name: str, words: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return action

    update = add("update", "hitung jam yang berubah, lalu buka, lanjutkan, dan akhiri isu")
    add_person(update, required=False, words="siapa yang menjalankan (bawaan: sistem)")
    listing = add("list", "isu beberapa hari ini, yang paling jauh di atas biasanya dahulu")
    listing.add_argument("--days", type=float, default=LISTED_DAYS, metavar="N", help="mundur N hari (bawaan: 7)")
    listing.add_argument("--state", choices=("rising", "ended"), default=None, help="hanya yang sedang naik, atau reda")
    listing.add_argument(
        "--topic", choices=TOPICS, default=None, metavar="TOPIK", help=f"satu dari {', '.join(TOPICS)}"
    )
    listing.add_argument("--region", default=None, metavar="KODE", help="hanya di wilayah ini dan di dalamnya")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="paling banyak N isu (bawaan: 20)")
    for name, words in (("show", "satu isu: angka, sebab, contoh"), ("why", "sebab sebuah isu, satu baris satu sebab")):
        add(name, words).add_argument("number", metavar="NOMOR", help="nomor isu, misalnya ISU-12 atau 12")
    series = add("series", "deret per jam: sebuah isu, atau deret seperti topik:health atau tagar:banjir")
    series.add_argument("name", metavar="ISU|DERET", help="ISU-12, semua, topik:…, wilayah:…, tagar:…, istilah:…")
    series.add_argument("--days", type=float, default=None, metavar="N", help="mundur N hari (bawaan: 7)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.trends.issues import get_issue
    from casework.trends.records import parse_issue

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "update":
            return update(options, settings, casework, now=now)
        with casework.read() as session:
            if options.action == "list":
                return list_all(options, settings, session, now=now)
            if options.action == "series":
                return show_series(options, settings, session, now=now)
            issue = get_issue(session, parse_issue(options.number))
    if options.action == "why":
        rows = [reason_row(reason) for reason in issue.reasons]
        write_rows(rows, as_json=options.json, empty="Tidak ada kata, tempat, atau sumber yang menonjol.")
    else:
        show(issue, settings, as_json=wants_json(options.json))
    return 0


def update(options: argparse.Namespace, settings: Settings, casework: Casework, *, now: datetime) -> int:
    from casework.access import authorise
    from casework.roles import SYSTEM
    from casework.trends.keeping import update_trends
    from casework.trends.rising import update_issues
    from search.open import open_store

    with casework.read() as session:
        actor = actor_named(session, options.username, now=now) if options.username else SYSTEM
        authorise(session, actor, action="issues.update", now=now)
    with open_store(settings) as store, show_progress(settings, "menghitung suara tiap jam") as progress:
        made = update_trends(store, casework, now=now, report=progress)
        found = update_issues(store, casework, settings=settings, now=now)
    row = {
        "hours": made.hours,
        "documents": made.documents,
        "terms": made.terms,
        "opened": [f"ISU-{id}" for id in found.opened],
        "going_on": found.going_on,
        "ended": [f"ISU-{id}" for id in found.ended],
    }
    write_rows([row], as_json=options.json, empty="")
    return 0


def list_all(options: argparse.Namespace, settings: Settings, session: Session, *, now: datetime) -> int:
    from casework.trends.issues import list_issues

    if options.limit < 1 or not 0 < options.days <= MOST_DAYS:
        raise BadSettings(f"--limit dan --days harus lebih dari nol, --days paling banyak {MOST_DAYS:.0f}.")
    found = list_issues(
        session, since=now - timedelta(days=options.days), state=options.state, topic=options.topic,
        region=options.region, limit=options.limit,
    )  # fmt: skip
    json = wants_json(options.json)
    rows = [issue_row(one) if json else issue_line(one, settings) for one in found]
    empty = "Tidak ada isu dalam waktu itu. Perbarui dengan `kentongan issues update`."
    write_rows(rows, as_json=json, empty=empty)
    return 0


def issue_row(issue: Issue) -> Mapping[str, object]:
    """An issue as a line of JSON, with its number."""
    from dataclasses import asdict

    return {"number": issue.number, **asdict(issue)}


def issue_line(issue: Issue, settings: Settings) -> Mapping[str, object]:
    """An issue as a row for a person."""
    from casework.trends.records import STATE_WORDS

    return {
        "isu": issue.number,
        "judul": issue.title + (" [DATA CONTOH]" if issue.sample else ""),
        "keadaan": STATE_WORDS[issue.state],
        "suara": issue.voices,
        "biasanya": f"{issue.expected:.1f}".replace(".", ","),
        "sejak": format_time(issue.opened_at, zone=settings.zone),
        "sampai": format_time(issue.last_at, zone=settings.zone),
    }


def reason_row(reason: IssueReason) -> Mapping[str, object]:
    from casework.trends.records import REASON_WORDS

    return {
        "sebab": REASON_WORDS[reason.what],
        "nilai": reason.value,
        "sekarang": reason.inside,
        "biasanya": round(reason.usual, 1),
        "z": round(reason.z, 1),
        "contoh": reason.example,
    }


def show(issue: Issue, settings: Settings, *, as_json: bool) -> None:
    """One issue in full."""
    if as_json:
        write_lines([issue_row(issue)])
        return
    line = issue_line(issue, settings)
    print(f"{line['isu']}: {line['judul']}")
    print(f"{line['suara']} suara ({issue.posts} unggahan), biasanya {line['biasanya']}; {line['keadaan']}")
    print(f"Sejak {line['sejak']} sampai {line['sampai']}, puncak {format_time(issue.peak_at, zone=settings.zone)}")
    print(f"Deret: {', '.join(issue.series)}")
    if issue.story:
        print(f"Sebagian besar salinan cerita {issue.story}: `kentongan stories show {issue.story}`")
    write_rows([reason_row(one) for one in issue.reasons], as_json=False, empty="Tidak ada sebab yang menonjol.")
    print("Contoh: " + ", ".join(issue.documents))


def show_series(options: argparse.Namespace, settings: Settings, session: Session, *, now: datetime) -> int:
    """The hours of an issue's leading series, or of the series of a name."""
    from casework.trends.hours import read_hours
    from casework.trends.issues import get_issue
    from casework.trends.posts import query_of
    from casework.trends.records import NUMBER, parse_issue

    days = SERIES_DAYS if options.days is None else options.days
    if not 0 < days <= MOST_DAYS:
        raise BadSettings(f"--days harus lebih dari nol, paling banyak {MOST_DAYS:.0f}.")
    since, until, name = now - timedelta(days=days), now, options.name
    if NUMBER.fullmatch(name):
        issue = get_issue(session, parse_issue(name))
        name = issue.key
        if options.days is None:
            since, until = issue.opened_at - AROUND, min(now, issue.last_at + AROUND)
    try:
        query_of(name)
    except ValueError:
        raise NotFound(
            f"Deret {name!r} tidak dikenal.", hint="Seperti semua, topik:health, wilayah:33.74, tagar:banjir."
        ) from None
    rows = hour_rows(read_hours(session, [name], since=since, until=until), settings)
    if not any(row["suara"] is not None for row in rows):
        say("Jam-jam itu belum dihitung atau tidak terkumpul. Hitung dengan `kentongan issues update`.")
    write_rows(rows, as_json=options.json, empty="Tidak ada jam dalam waktu itu.")
    return 0


def hour_rows(read: HourSeries, settings: Settings) -> list[dict[str, object]]:
    """A series' hours; what was not collected has no counts."""
    zone = ZONES[settings.zone]
    return [
        {
            "jam": (read.start + timedelta(hours=at)).astimezone(zone).isoformat(),
            "suara": whole_or_none(read.counts[0, at]),
            "unggahan": whole_or_none(read.posts[0, at]),
            "terkumpul": None if math.isnan(read.coverage[at]) else round(float(read.coverage[at]), 3),
        }
        for at in range(read.counts.shape[1])
    ]


def whole_or_none(value: float) -> int | None:
    return None if math.isnan(value) else int(value)
