"""Cerita: salinan dan varian satu pesan di antara semua unggahan dan komentar. Lihat, susun, gabungkan, pisahkan.

update menempatkan yang baru (--rebuild: semuanya dari awal). list menyebut cerita yang terakhir bertambah; show isinya;
suggest pasangan cerita yang mirip dan perlu dilihat orang. merge, split, dan undo adalah keputusan seseorang (--as),
beralasan (--reason), tercatat (history), dan dapat dibatalkan. Hanya yang menyebarkan dihitung sebagai salinan; yang
membantah dan yang bertanya disebut tersendiri, dan yang ditambahkan dengan tangan tidak ikut dihitung.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, show_progress, wants_json, write_lines, write_rows, write_table
from kentongan.errors import BadSettings
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.db import Casework
    from casework.incidents.dangers import Danger
    from casework.stories import Story, StoryChange
    from kentongan.schema import Record
    from search.store import Store

STANCE_WORDS = {"spreads": "salinan", "rebuts": "membantah", "asks": "bertanya", "unclear": "tidak jelas"}
KIND_WORDS = {"merge": "digabungkan", "split": "dipisahkan", "undo": "dibatalkan"}
SHOWN = 10
"""Versions, and words of a suggestion's texts, shown to a person."""
CUT = 160
"""Characters of a text in a table."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(name: str, words: str, *, json: bool = True) -> argparse.ArgumentParser:
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        if json:
            action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return action

    update = add("update", "tempatkan unggahan baru, atau yang kata-katanya berubah, ke dalam cerita")
    update.add_argument("--rebuild", action="store_true", help="susun semua cerita dari awal; keputusan orang tetap")
    listing = add("list", "cerita yang terakhir bertambah")
    listing.add_argument("--days", type=float, default=None, metavar="N", help="hanya yang bertambah dalam N hari ini")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="paling banyak N cerita (bawaan: 20)")
    listing.add_argument("--least", type=int, default=2, metavar="N", help="paling sedikit N unggahan (bawaan: 2)")
    add("show", "isi satu cerita").add_argument("id", metavar="ID", help="id cerita, atau dokumen di dalamnya")
    suggest = add("suggest", "pasangan cerita yang mirip, untuk diputuskan orang")
    suggest.add_argument("id", metavar="ID", nargs="?", help="hanya yang mirip cerita ini")
    suggest.add_argument("--limit", type=int, default=20, metavar="N", help="paling banyak N pasangan (bawaan: 20)")
    add("history", "siapa mengubah apa pada satu cerita").add_argument("id", metavar="ID")
    merge = add("merge", "jadikan dua cerita satu")
    merge.add_argument("one", metavar="ID")
    merge.add_argument("other", metavar="ID")
    split = add("split", "keluarkan dokumen (dengan semua yang kata-katanya sama) dari ceritanya")
    split.add_argument("items", metavar="ID", nargs="+")
    undo = add("undo", "batalkan sebuah penggabungan atau pemisahan")
    undo.add_argument("number", metavar="NOMOR", type=int)
    for action in (merge, split, undo):
        add_person(action, required=True, words="siapa yang memutuskan")
        action.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "update":
            return update(options, settings, casework, now=now)
        if options.action in ("merge", "split", "undo"):
            with casework.begin() as session:
                show_changes([change(options, session, now=now)], settings, as_json=options.json)
            return 0
        with casework.read() as session:
            if options.action == "list":
                return list_all(options, settings, session, now=now)
            if options.action == "suggest":
                return suggest(options, session)
            if options.action == "history":
                from casework.stories import story_history

                show_changes(story_history(session, options.id), settings, as_json=options.json)
                return 0
            from casework.incidents.dangers import dangers_beside
            from casework.stories import read_story

            story = read_story(session, options.id)
            danger = danger_words(dangers_beside(session, [story.id], now=now).get(story.id))
    from search.open import open_store

    with open_store(settings) as store:
        show(story, store, settings, danger=danger, as_json=wants_json(options.json))
    return 0


def update(options: argparse.Namespace, settings: Settings, casework: Casework, *, now: datetime) -> int:
    from analysis.stance import MODEL
    from casework.story_keeping import update_stories
    from search.open import open_store

    with open_store(settings) as store, show_progress(settings, "menyusun cerita") as progress:
        done = update_stories(store, casework, settings, now=now, report=progress, rebuild=options.rebuild)
    if done.why:
        say(done.why)
    row = {
        "model": " ".join(MODEL),
        "documents": done.documents,
        "removed": done.removed,
        "items": done.items,
        "stories": done.stories,
    }
    write_rows([row], as_json=options.json, empty="")
    return 0


def change(options: argparse.Namespace, session: Session, *, now: datetime) -> StoryChange:
    """The act that was asked for, done in the name of the person that was named."""
    from casework.stories import merge_stories, split_story, undo_change

    actor = actor_named(session, options.username, now=now)
    reason: str = options.reason
    if options.action == "merge":
        return merge_stories(session, options.one, options.other, reason=reason, actor=actor, now=now, via=VIA)
    if options.action == "split":
        return split_story(session, options.items, reason=reason, actor=actor, now=now, via=VIA)
    return undo_change(session, options.number, reason=reason, actor=actor, now=now, via=VIA)


def list_all(options: argparse.Namespace, settings: Settings, session: Session, *, now: datetime) -> int:
    from dataclasses import asdict

    from casework.incidents.dangers import dangers_beside
    from casework.stories import list_stories

    if options.limit < 1 or options.least < 1 or (options.days is not None and not 0 < options.days < 36_500):
        raise BadSettings("--limit, --least, dan --days harus lebih dari nol.")
    since = None if options.days is None else now - timedelta(days=options.days)
    found = list_stories(session, since=since, limit=options.limit, least_items=options.least)
    dangers = dangers_beside(session, [one.id for one in found], now=now)
    if wants_json(options.json):
        write_lines({**asdict(one), "danger": danger_words(dangers.get(one.id))} for one in found)
    elif not found:
        say("Belum ada cerita dengan salinan. Susun dengan `kentongan stories update`.")
    else:
        columns = (
            "cerita",
            "salinan",
            "versi",
            "membantah",
            "bertanya",
            "tidak jelas",
            "platform",
            "mulai",
            "terakhir",
            "kabar bahaya",
        )
        rows = [
            (one.id, *map(str, (one.spreads, one.messages, one.rebuts, one.asks, one.unclear, one.platforms)),
             format_time(one.first_published_at, zone=settings.zone),
             format_time(one.last_collected_at, zone=settings.zone), danger_words(dangers.get(one.id)) or "")
            for one in found
        ]  # fmt: skip
        write_table(columns, rows)
    return 0


def danger_words(danger: Danger | None) -> str | None:
    """What an agency is asked, or has said, about a story; None where nobody was asked."""
    from casework.incidents.dangers import STATE_WORDS

    if danger is None:
        return None
    said = f": {danger.answer}" if danger.answer else ""
    return f"{STATE_WORDS[danger.state]} ({danger.number}){said}"


def suggest(options: argparse.Namespace, session: Session) -> int:
    from casework.stories import read_story, suggest_merges

    story = None if options.id is None else read_story(session, options.id).id
    rows = [
        {
            "one": pair.one,
            "other": pair.other,
            "score": round(pair.score, 3),
            "documents": [pair.one_document, pair.other_document],
        }
        for pair in suggest_merges(session, story=story, limit=options.limit)
    ]
    write_rows(rows, as_json=options.json, empty="Tidak ada pasangan cerita yang perlu dilihat.")
    return 0


def show_changes(changes: list[StoryChange], settings: Settings, *, as_json: bool) -> None:
    """Acts on stories, as JSON lines or for a person."""
    if wants_json(as_json):
        write_lines(changes)
    elif not changes:
        say("Belum ada yang mengubah cerita ini.")
    else:
        rows = [
            (str(one.number), format_time(one.at, zone=settings.zone), one.actor_name,
             KIND_WORDS[one.kind] + (f" (no. {one.undoes})" if one.undoes else "")
             + (f", dibatalkan oleh no. {one.undone_by}" if one.undone_by else ""),
             one.reason, "\n".join(one.stories))
            for one in changes
        ]  # fmt: skip
        write_table(("no.", "waktu", "oleh", "perubahan", "alasan", "cerita sekarang"), rows)


def show(story: Story, store: Store, settings: Settings, *, danger: str | None, as_json: bool) -> None:
    """What a story is: its centre's words, figures, and its versions with the most copied first."""
    from kentongan.schema import BY_HAND

    counted = [item for item in story.items if item.source != BY_HAND]
    stances = Counter[str](item.stance for item in counted)
    platforms = Counter(item.platform for item in counted if item.stance == "spreads")
    versions = Counter(item.message for item in story.items).most_common()
    shown = [story.centre, *(message for message, _ in versions[:SHOWN])]
    texts = dict(zip(shown, map(text_of, store.get(shown)), strict=True))
    earliest = min(item.published_at for item in counted or story.items)
    first = min(counted or story.items, key=lambda item: (item.collected_at, item.document))
    summary = {
        "story": story.id,
        "centre": story.centre,
        "danger": danger,
        "text": texts[story.centre],
        "items": len(story.items),
        **{stance: stances[stance] for stance in STANCE_WORDS},
        "by_hand": len(story.items) - len(counted),
        "by_person": sum(item.joined == "person" for item in story.items),
        "platforms": dict(platforms.most_common()),
        "first_collected_at": first.collected_at,
        "first_document": first.document,
        "first_published_at": earliest,
        "versions": len(versions),
    }
    if as_json:
        write_lines([summary, *({"message": message, "items": count} for message, count in versions)])
        return
    if danger:
        print(f"Kabar bahaya: {danger}")
    print(f"Cerita {story.id}\n\n{texts[story.centre] or '(teksnya sudah tidak disimpan)'}\n")
    print(", ".join(f"{stances[stance]} {words}" for stance, words in STANCE_WORDS.items()))
    print("Platform salinan: " + (", ".join(f"{name} {count}" for name, count in platforms.most_common()) or "-"))
    print(f"Terbit paling awal di koleksi ini: {format_time(earliest, zone=settings.zone)}")
    print(f"Pertama dikumpulkan: {format_time(first.collected_at, zone=settings.zone)} ({first.document})")
    if summary["by_hand"]:
        print(f"Ditambahkan dengan tangan, tidak dihitung: {summary['by_hand']}")
    if summary["by_person"]:
        print(f"Di sini karena keputusan orang: {summary['by_person']}")
    rows = [(str(count), message, (texts[message] or "")[:CUT]) for message, count in versions[:SHOWN]]
    write_table(("banyaknya", "pertama", "kata-katanya"), rows, title=f"{len(versions)} versi")


def text_of(record: Record | None) -> str | None:
    """The newest words; None where the store has them no more."""
    return None if record is None else record.newest.text
