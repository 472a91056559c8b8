"""The filters that every question to the store shares: words, time range, kind, labels, region, source."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from kentongan.errors import BadQuery
from kentongan.schema import ABSTAINED, KINDS, SENTIMENTS, TOPICS, UNLABELLED, Query
from kentongan.settings import Settings
from kentongan.times import ZONES


def configure_question(parser: argparse.ArgumentParser) -> None:
    """Add the query and its filters to a command's parser."""
    configure_filters(parser)
    parser.add_argument("--to", dest="until", metavar="WAKTU", help="sampai; sebuah tanggal termasuk seluruh harinya")


def configure_filters(parser: argparse.ArgumentParser) -> None:
    """Add the query and its filters, all but the end of the time range, which ``export`` reads for itself."""
    parser.add_argument(
        "query",
        nargs="?",
        default="",
        metavar="KUERI",
        help='kata, "frasa", DAN ATAU BUKAN DEKAT/5, @alias, bidang:nilai; kosong: semua',
    )
    parser.add_argument("--from", dest="since", metavar="WAKTU", help="mulai (2026-11-12, 2026-11-12T07:00), termasuk")
    parser.add_argument("--kind", action="append", default=[], choices=KINDS, help="jenis dokumen (boleh diulang)")
    for option, labels in (("--sentiment", SENTIMENTS), ("--topic", TOPICS)):
        known = (*labels, ABSTAINED, UNLABELLED)
        words = "salah satu: " + ", ".join(known) + " (boleh diulang)"
        parser.add_argument(option, action="append", default=[], choices=known, metavar="LABEL", help=words)
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
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZONES[zone])
        whole_day = len(text) <= len("2026-11-12")
        # In UTC here, so that a moment no calendar holds is refused like any other.
        return (moment + timedelta(days=1) if end and whole_day else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuery(
            f"Waktu {text!r} tidak terbaca.", hint="Tulis seperti 2026-11-12 atau 2026-11-12T07:00."
        ) from None


def read_question(options: argparse.Namespace, settings: Settings) -> Query:
    """The Query that the options ask. Raises BadQuery on an unreadable or backward time range, or no region code."""
    from search.query_fields import REGION

    since = read_moment(options.since, zone=settings.zone)
    until = read_moment(options.until, zone=settings.zone, end=True)
    if since and until and until <= since:
        raise BadQuery("Rentang waktunya terbalik: --to mendahului --from.")

    for code in options.region:
        if not REGION.fullmatch(code) and code not in (ABSTAINED, UNLABELLED):
            raise BadQuery(f"Kode wilayah {code!r} tidak terbaca.", hint="Tulis seperti 33, 33.74 atau 33.74.01.")
    return Query(
        text=options.query,
        since=since,
        until=until,
        kinds=tuple(options.kind),
        sentiments=tuple(options.sentiment),
        topics=tuple(options.topic),
        hoax=tuple(options.hoax),
        regions=tuple(options.region),
        sources=tuple(options.source),
    )
