"""The filters that every question to the store shares: words, time range, kind, labels, region, source."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta

from kentongan.errors import BadQuery
from kentongan.schema import KINDS, SENTIMENTS, TOPICS, Query
from kentongan.settings import Settings
from kentongan.times import ZONES


def configure_question(parser: argparse.ArgumentParser) -> None:
    """Add the query and its filters to a command's parser."""
    parser.add_argument(
        "query", nargs="?", default="", metavar="KUERI", help='kata, "frasa", DAN ATAU BUKAN; kosong: semua'
    )
    parser.add_argument("--from", dest="since", metavar="WAKTU", help="mulai (2026-11-12, 2026-11-12T07:00), termasuk")
    parser.add_argument("--to", dest="until", metavar="WAKTU", help="sampai; sebuah tanggal termasuk seluruh harinya")
    parser.add_argument("--kind", action="append", default=[], choices=KINDS, help="jenis dokumen (boleh diulang)")
    parser.add_argument("--sentiment", action="append", default=[], choices=[*SENTIMENTS, "abstained", "none"])
    parser.add_argument("--topic", action="append", default=[], choices=[*TOPICS, "abstained", "none"])
    parser.add_argument("--hoax", action="append", default=[], metavar="LABEL", help="label dugaan hoaks")
    parser.add_argument("--region", action="append", default=[], metavar="KODE", help="kode wilayah, termasuk isinya")
    parser.add_argument("--source", action="append", default=[], metavar="NAMA", help="nama sumber")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def read_moment(text: str | None, *, zone: str, end: bool = False) -> datetime | None:
    """A date or time as typed, in the installation's zone. A bare date used as an end means the end of that day."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuery(
            f"Waktu {text!r} tidak terbaca.", hint="Tulis seperti 2026-11-12 atau 2026-11-12T07:00."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONES[zone])
    whole_day = len(text) <= len("2026-11-12")
    return moment + timedelta(days=1) if end and whole_day else moment


def read_question(options: argparse.Namespace, settings: Settings) -> Query:
    """The Query that the options ask. Raises BadQuery on an unreadable or backward time range."""
    since = read_moment(options.since, zone=settings.zone)
    until = read_moment(options.until, zone=settings.zone, end=True)
    if since and until and until <= since:
        raise BadQuery("Rentang waktunya terbalik: --to mendahului --from.")

    def chosen(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values)

    return Query(
        text=options.query,
        since=since,
        until=until,
        kinds=tuple(options.kind),
        sentiments=chosen(options.sentiment),
        topics=chosen(options.topic),
        hoax=chosen(options.hoax),
        regions=chosen(options.region),
        sources=chosen(options.source),
    )
