"""Tren sebuah pertanyaan: volume, suara, sentimen, topik, tagar, sumber, wilayah, istilah, dan nama.

Contoh: kentongan trends banjir --from 2026-11-08 --to 2026-11-14 --by day
Tanpa --kind yang dihitung adalah unggahan dan komentar; tanpa --from, tujuh hari yang berakhir pada hari --to.
Bagian ("share") diambil dari semua yang terkumpul dari asal yang sama, dengan selang 95 %; "before" adalah masa
sepanjang itu tepat sebelumnya, "usual" median jam-jam yang sama pada minggu-minggu sebelumnya, dibawa ke banyaknya yang
terkumpul sekarang. Masa yang lebih dari separuhnya tidak terkumpul tidak dijadikan pembanding. Galat sentimen adalah
selisih yang biasa terjadi pada perkara yang belum pernah dilihat model; bagian yang dikoreksi dengan label orang:
`kentongan drift weekly`. Istilah dan nama instansi dibaca dari contoh acak; nama orang tidak dicari.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.output import say, wants_json, write_lines, write_table
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import ZONES, start_of_day

if TYPE_CHECKING:
    from analysis.trends import Movement
    from casework.trend_reading import TrendReport

Row = dict[str, object]

DEFAULT_DAYS = 7
"""Days of the range where --from is not given, the last one included: a week has each weekday once."""
MOST = 10
"""Values listed of each kind where nothing else is asked."""
NAMES = {
    "topic": "Topik",
    "region": "Wilayah",
    "hashtag": "Tagar",
    "source": "Sumber",
    "organisation": "Instansi dan lembaga",
    "figure": "Daftar alias",
}
"""Kind of a value: the title of its table."""
SENTIMENT_WORDS = {"negative": "negatif", "neutral": "netral", "positive": "positif"}


def configure(parser: argparse.ArgumentParser) -> None:
    configure_question(parser)
    parser.add_argument(
        "--by", choices=("hour", "day"), default="day", help="deret per jam atau per hari (bawaan: day)"
    )
    parser.add_argument("--zone", choices=sorted(ZONES), help="zona waktu (bawaan: pengaturan zone)")
    parser.add_argument("--top", type=int, default=MOST, metavar="N", help=f"nilai tiap jenis (bawaan: {MOST})")
    parser.add_argument("--no-words", action="store_true", help="hitungan saja, tanpa istilah dan nama")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.trend_reading import describe_trends
    from search.aliases import AliasFile
    from search.open import open_store

    if options.top < 1:
        raise BadQuery("--top harus lebih dari nol.")
    zone = options.zone or settings.zone
    asked = read_question(options, settings)
    until = asked.until or datetime.now(UTC)
    since = asked.since or start_of_day(until - timedelta(microseconds=1), zone) - timedelta(days=DEFAULT_DAYS - 1)
    with open_store(settings) as store, open_casework(settings) as casework, casework.read() as session:
        report = describe_trends(
            store, session, asked, since=since, until=until, step=options.by, zone=zone,
            aliases=AliasFile(settings.aliases_path), models_dir=settings.models_dir, words=not options.no_words,
        )  # fmt: skip
    if wants_json(options.json):
        write_lines(trend_rows(report, top=options.top))
    else:
        write_report(report, value_names(report, settings), top=options.top)
    say_notes(report, words=not options.no_words)
    return 0


def trend_rows(report: TrendReport, *, top: int) -> Iterator[Row]:
    """The report as JSON lines; "what" says of what each one is."""
    counts = report.counts
    yield {
        "what": "volume", "since": counts.now.since, "until": counts.now.until, "collected": counts.now.collected,
        **movement_row(report.volume), "voices": report.voices.count if report.voices else None,
        "voices_by": report.voices.by if report.voices else None, "coverage": round(report.coverage, 4),
        "sample": counts.sample,
    }  # fmt: skip
    for stretch in report.stretches:
        yield {
            "what": counts.step, "start": stretch.start.isoformat(), "count": stretch.total,
            "collected": stretch.collected, "coverage": round(stretch.coverage, 4),
            **{label: count for label, count in stretch.counts.items() if count},
        }  # fmt: skip
    for one in report.sentiment:
        yield {
            "what": "sentiment", "value": one.label, "count": one.count, "of": one.decided, "share": rounded(one.value),
            "low": rounded(one.low), "high": rounded(one.high), "abstained": report.abstained,
            "unread": report.unread, "error_of": report.error.model if report.error else None,
            "error_matters": report.error.matters if report.error else None,
        }  # fmt: skip
    for kind, movements in by_kind(report):
        for movement in movements[:top]:
            yield {"what": kind, "value": movement.label, **movement_row(movement)}
    for term in report.terms[:top]:
        yield {
            "what": "term", "value": term.value, "inside": term.inside, "usual": round(term.usual, 1),
            "z": round(term.z, 2), "example": term.example,
        }  # fmt: skip


def by_kind(report: TrendReport) -> Iterator[tuple[str, Sequence[Movement]]]:
    """Each kind of value with its movements, in the order of the tables."""
    yield from report.fields.items()
    yield "organisation", report.organisations
    yield "figure", report.figures


def movement_row(one: Movement) -> Row:
    """A movement as part of an output row."""
    return {
        "count": one.now.count, "share": rounded(one.now.value), "low": rounded(one.now.low),
        "high": rounded(one.now.high), "before": one.before.count if one.before else None,
        "before_share": rounded(one.before.value) if one.before else None,
        "usual": None if one.usual is None else round(one.usual, 1),
        "change": None if one.change is None else round(one.change, 2), "sure": one.sure,
    }  # fmt: skip


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def percent(value: float | None) -> str:
    """A share for people: two figures where it is small."""
    if value is None:
        return "–"
    return f"{format_number(100 * value, decimals=0 if value >= 0.1 else 1)} %"


def span(low: float | None, high: float | None) -> str:
    """An interval of shares for people."""
    return "–" if low is None or high is None else f"{percent(low).removesuffix(' %')}–{percent(high)}"


def write_report(report: TrendReport, names: Mapping[str, str], *, top: int) -> None:
    """The report as tables for a person; ``names`` has what values are called."""
    name = {"hour": "jam", "day": "hari"}[report.counts.step]
    sure = {True: "ya", False: "tidak", None: "–"}
    write_table(
        [name, "jumlah", "terkumpul", "bagian", "cakupan"],
        [
            [
                f"{one.start:%Y-%m-%d}" if report.counts.step == "day" else f"{one.start:%Y-%m-%d %H.%M}",
                format_number(one.total), format_number(one.collected or 0),
                percent(one.total / one.collected if one.collected else None), f"{100 * one.coverage:.0f} %",
            ]
            for one in report.stretches
        ],
        title="Volume",
    )  # fmt: skip
    write_table(
        ["sentimen", "jumlah", "bagian", "biasanya di antara"],
        [
            [SENTIMENT_WORDS[one.label], format_number(one.count), percent(one.value), span(one.low, one.high)]
            for one in report.sentiment
        ],
        title="Sentimen",
        caption=f"ragu: {format_number(report.abstained)}, belum dibaca: {format_number(report.unread)}",
    )
    for kind, movements in by_kind(report):
        rows = [
            [
                names.get(one.label, one.label), format_number(one.now.count),
                f"{percent(one.now.value)} ({span(one.now.low, one.now.high)})",
                format_number(one.before.count) if one.before else "–",
                "–" if one.usual is None else format_number(one.usual), sure[one.sure],
            ]
            for one in movements[:top]
        ]  # fmt: skip
        if rows:
            columns = [NAMES[kind].lower(), "jumlah", "bagian (95 %)", "sebelumnya", "biasanya", "pasti berubah"]
            write_table(columns, rows, title=NAMES[kind])
    if report.terms:
        write_table(
            ["istilah", "suara", "sebelumnya", "z"],
            [
                [one.value, str(one.inside), format_number(one.usual, decimals=1), format_number(one.z, decimals=1)]
                for one in report.terms[:top]
            ],
            title="Istilah yang naik",
        )


def value_names(report: TrendReport, settings: Settings) -> dict[str, str]:
    """Names of the districts in a report, by code."""
    from kentongan.places import load_gazetteer

    gazetteer = load_gazetteer(settings.regions_file)
    found = {one.label: gazetteer.get(one.label) for one in report.fields["region"]}
    return {code: region.name for code, region in found.items() if region is not None}


def say_notes(report: TrendReport, *, words: bool) -> None:
    """What a reader must know of these figures, on standard error."""
    counts = report.counts
    if counts.sample:
        say("DATA CONTOH: sebagian atau semua yang dihitung ini rekaan.")
    if report.voices is None:
        say("Suara tidak dihitung: akunnya terlalu banyak untuk pertanyaan ini.")
    elif report.voices.by == "voices":
        say(f"{format_number(report.voices.count)} suara (akun dan cerita tiap jam, deret {report.voices.series}).")
    else:
        say(f"{format_number(report.voices.count)} akun berbeda.")
    if report.error is None:
        say("Galat sentimen tidak diketahui: model yang berlaku tidak membawa ujinya.")
    else:
        off = ", ".join(f"{SENTIMENT_WORDS[one]} {100 * error:.0f}" for one, error in report.error.error.items())
        say(
            f"Bagian sentimen biasanya meleset sekian poin: {off} (akar rata-rata kuadrat; {report.error.model}, "
            f"{report.error.matters} perkara yang belum pernah dilihatnya). Dengan label orang: "
            "`kentongan drift weekly`."
        )
    if words:
        read, total = report.sampled
        before, total_before = report.sampled_before
        say(
            f"Istilah dan instansi dari {format_number(read)} dari {format_number(total)} dokumen, dibandingkan dengan "
            f"{format_number(before)} dari {format_number(total_before)} sebelumnya."
        )
    if counts.gaps:
        say(f"Ada {len(counts.gaps)} celah pengumpulan dalam rentang ini dan pembandingnya.")
