"""Cari akun yang bergerak bersama: salinan, tautan, tagar, atau waktu yang sama, lebih sering daripada kebetulan.

Yang dibandingkan ialah unggahan dan komentar yang cocok dengan kueri dalam rentangnya (bawaan: semua). Dua akun
dihubungkan bila sedikitnya tiga kali, pada kesempatan yang terpisah, mengunggah isi yang sama dalam jendela waktu yang
sempit, dan itu mengejutkan menurut dua model acak: siapa yang mengunggah (menurut keaktifan tiap akun pada jam itu) dan
kapan (kebiasaan tiap akun tetap, waktunya digeser). p sudah dikoreksi untuk beberapa jendela; q adalah laju temuan
palsu atas semua pasangan akun yang mungkin ditemukan, dan yang ditampilkan paling banyak 0,05. Penjelasan yang wajar
(rilis pers, berita yang dibagikan, akun berjadwal, ...) disebut bila unggahannya memang menunjukkannya. Temuan ini alat
bantu analis, bukan tuduhan. Bila satu isi sangat ramai (lebih dari 100 unggahan lain dalam jendela yang sama),
unggahannya tidak dibandingkan.

Contoh: kentongan coordination banjir --from 2026-11-01 --to 2026-11-14 --graphml banjir.graphml
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kentongan.commands.output import Progress, say, show_progress, wants_json, write_lines, write_table
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery, BadSettings
from kentongan.numbers import format_number
from kentongan.schema import EPOCH, Query
from kentongan.settings import Settings
from kentongan.times import format_time, to_zone

if TYPE_CHECKING:
    from analysis.coordination import Coordination
    from analysis.coordination_explanations import Explanation
    from analysis.coordination_groups import Edge, Group, JointMoment
    from casework.coordination_posts import Read
    from search.store import View

    Explained = Mapping[Edge, Sequence[Explanation]]

MOST_POSTS: Final = 500_000
"""Posts looked at in one run: near copies of more would take more than a gigabyte."""

FEW_POSTS: Final = 1_000
"""Below this what is usual at an hour is not well known, and the person is told."""

SHOWN_MOMENTS: Final = 5
"""Joint posts of an edge that the table for a person lists; the JSON lines have all."""

LONGEST_WINDOW: Final = 21_600
"""Longest window that may be asked for, in seconds: within a quarter of a day everybody meets."""

PROGRESS_EVERY: Final = 1_000

TRACE_NAMES: Final = {"copy": "salinan", "link": "tautan", "hashtag": "tagar", "moment": "waktu saja"}


def configure(parser: argparse.ArgumentParser) -> None:
    configure_question(parser)
    parser.add_argument(
        "--window",
        action="append",
        type=int,
        default=[],
        metavar="DETIK",
        help="jendela waktu (boleh diulang; bawaan 10, 60, 300, dan 900 detik)",
    )
    parser.add_argument("--graphml", metavar="BERKAS", help="simpan juga sebagai GraphML (Gephi, Cytoscape)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from analysis.coordination import WINDOWS, find_coordination
    from analysis.coordination_explanations import explain_edge, prepare_background
    from casework.coordination_posts import make_acts
    from search.open import open_store
    from search.series import volume_of

    if not all(0 < window <= LONGEST_WINDOW for window in options.window):
        raise BadQuery(f"--window antara 1 dan {LONGEST_WINDOW} detik.")
    if options.graphml and not Path(options.graphml).absolute().parent.is_dir():
        raise BadSettings(f"Folder untuk {options.graphml} tidak ada.", hint="Buat foldernya lebih dahulu.")
    question = volume_of(read_question(options, settings))
    with open_store(settings) as store, show_progress(settings, "membaca unggahan") as progress:
        with store.freeze() as view:
            posts, articles = read_posts(view, question, progress)
        progress(0, None, "mengelompokkan salinan")
        acts, news = make_acts(posts, articles)
        progress(0, None, "membandingkan akun")
        found = find_coordination(
            acts,
            windows=options.window or WINDOWS,
            report=lambda done, total: progress(done, total, "membandingkan akun"),
        )
    background = prepare_background(acts, news=news)
    explained = {edge: explain_edge(edge, background) for edge in found.edges}
    urls = {read.document.id: read.document.url for read in posts}
    if wants_json(options.json):
        write_lines(
            group_row(number, group, explained, urls, zone=settings.zone)
            for number, group in enumerate(found.groups, start=1)
        )
    else:
        for number, group in enumerate(found.groups, start=1):
            show_group(number, group, explained, urls, zone=settings.zone)
    if options.graphml:
        from analysis.coordination_graphml import write_graphml

        write_graphml(found, explained, Path(options.graphml))
        say(f"GraphML tersimpan di {options.graphml}.")
    say_outcome(found, sample=any(read.document.sample for read in posts))
    return 0


def read_posts(view: View, question: Query, progress: Progress) -> tuple[list[Read], list[Read]]:
    """The posts to compare, and the articles of the same days that may explain them, whatever their words.

    Raises BadQuery where the question asks for no posts or for too many.
    """
    from casework.coordination_posts import NEWS_KINDS, read_records

    kinds = tuple(kind for kind in question.kinds if kind not in NEWS_KINDS) or ("post", "comment")
    if question.kinds and not set(kinds) & set(question.kinds):
        raise BadQuery("Berita tidak dibandingkan.", hint="Pilih --kind post atau --kind comment.")
    asked = replace(question, kinds=kinds)
    total = view.count(asked)[0].count
    if total > MOST_POSTS:
        raise BadQuery(
            f"{format_number(total)} unggahan terlalu banyak sekaligus (paling banyak {format_number(MOST_POSTS)}).",
            hint="Persempit kuerinya atau rentang waktunya (--from, --to).",
        )
    posts: list[Read] = []
    for number, record in enumerate(view.stream(asked), start=1):
        posts += read_records([record])
        if number % PROGRESS_EVERY == 0:
            progress(number, total, "membaca unggahan")
    news = Query(since=question.since, until=question.until, kinds=NEWS_KINDS)
    articles = read_records(view.stream(news)) if view.count(news)[0].count <= MOST_POSTS else []
    return posts, articles


def moment_text(time: int, *, zone: str) -> str:
    """A time in milliseconds since 1970 as an ISO moment in a zone."""
    return to_zone(EPOCH + timedelta(milliseconds=time), zone).isoformat(timespec="seconds")


def group_row(
    number: int, group: Group, explained: Explained, urls: Mapping[str, str | None], *, zone: str
) -> dict[str, object]:
    """A group as one line of JSON."""
    from analysis.coordination_explanations import STANDING, count_reasons

    posts = group.posts
    return {
        "group": number,
        "accounts": [{"platform": one.platform, "handle": one.handle} for one in group.accounts],
        "density": round(group.density, 3),
        "posts": len(posts),
        "since": moment_text(posts[0].time, zone=zone),
        "until": moment_text(posts[-1].time, zone=zone),
        "explanations": dict(count_reasons(explained[edge] for edge in group.edges)),
        "edges": [edge_row(edge, explained[edge], urls, zone=zone) for edge in group.edges],
        "note": STANDING,
    }


def edge_row(
    edge: Edge, explanations: Sequence[Explanation], urls: Mapping[str, str | None], *, zone: str
) -> dict[str, object]:
    """An edge with the posts behind it."""
    return {
        "one": {"platform": edge.one.platform, "handle": edge.one.handle},
        "other": {"platform": edge.other.platform, "handle": edge.other.handle},
        "trace": edge.trace,
        "window_s": edge.window,
        "moments": edge.moments,
        "expected": float(f"{edge.expected:.3g}"),
        "p": float(f"{edge.p:.3g}"),
        "q": float(f"{edge.q:.3g}"),
        "explanations": [{"reason": one.reason, "sentence": one.sentence} for one in explanations],
        "joint": [
            {
                "content": joint.content,
                "apart_s": joint.apart / 1000,
                "posts": [
                    {"id": act.id, "at": moment_text(act.time, zone=zone), "url": urls.get(act.id)}
                    for act in (joint.first, joint.second)
                ],
            }
            for joint in edge.joint
        ],
    }


def show_group(number: int, group: Group, explained: Explained, urls: Mapping[str, str | None], *, zone: str) -> None:
    """A group as tables for a person: its edges, then the posts behind each."""
    rows = [
        [
            f"{edge.one.handle} ({edge.one.platform})", f"{edge.other.handle} ({edge.other.platform})",
            TRACE_NAMES[edge.trace], f"{edge.window} dtk", format_number(edge.moments),
            format_number(edge.expected, decimals=2), f"{edge.p:.1e}", f"{edge.q:.1e}",
        ]
        for edge in group.edges
    ]  # fmt: skip
    title = (
        f"Kelompok {number}: {len(group.accounts)} akun bergerak bersama, {len(group.posts)} unggahan, "
        f"kerapatan {format_number(group.density, decimals=2)}"
    )
    write_table(("akun", "akun", "jejak", "jendela", "bersama", "menurut acak", "p", "q"), rows, title=title)
    for edge in group.edges:
        sys.stdout.write(f"{edge.one.handle} dan {edge.other.handle} ({TRACE_NAMES[edge.trace]}):\n")
        for joint in edge.joint[:SHOWN_MOMENTS]:
            sys.stdout.write(f"  {tell_moment(joint, urls, zone=zone)}\n")
        if len(edge.joint) > SHOWN_MOMENTS:
            sys.stdout.write(f"  dan {len(edge.joint) - SHOWN_MOMENTS} lagi (--json menampilkan semua)\n")
        for explanation in explained[edge]:
            sys.stdout.write(f"  Penjelasan wajar: {explanation.sentence}\n")


def tell_moment(joint: JointMoment, urls: Mapping[str, str | None], *, zone: str) -> str:
    """One pair of posts on a line."""
    when = format_time((EPOCH + timedelta(milliseconds=joint.first.time)).astimezone(UTC), zone=zone)
    places = " | ".join(urls.get(act.id) or act.id for act in (joint.first, joint.second))
    return f"{when}, selisih {format_number(joint.apart / 1000, decimals=1)} dtk: {places}"


def say_outcome(found: Coordination, *, sample: bool) -> None:
    """What was looked at, in sentences for the person."""
    from analysis.coordination_explanations import STANDING
    from analysis.coordination_pairs import MIN_MOMENTS

    if sample:
        say("DATA CONTOH: unggahan yang dibandingkan ini rekaan.")
    if found.unnamed:
        say(f"{format_number(found.unnamed)} unggahan tanpa nama akun tidak dibandingkan.")
    if found.crowded:
        say(f"{format_number(found.crowded)} unggahan dengan isi yang terlalu ramai disisihkan.")
    looked = f"{format_number(found.acts)} unggahan dari {format_number(found.accounts)} akun"
    if not found.tested:
        say(
            f"{looked}: terlalu sedikit untuk diuji. Tidak ada dua akun yang masing-masing punya {MIN_MOMENTS} "
            "unggahan dengan isi yang juga dipakai akun lain. Perluas kueri atau rentang waktunya."
        )
        return
    windows = ", ".join(str(window) for window in found.windows)
    tested = f"{looked}, {format_number(found.tested)} pasangan diuji pada jendela {windows} detik"
    if found.groups:
        say(f"{tested}: {len(found.groups)} kelompok dengan kemiripan waktu yang tidak biasa. {STANDING}")
    else:
        say(f"{tested}: tidak ada kemiripan waktu di luar kebetulan.")
    if found.acts < FEW_POSTS:
        say(f"Hanya {format_number(found.acts)} unggahan: apa yang biasa pada tiap jam belum banyak diketahui.")
