"""Klarifikasi: susun, setujui oleh orang lain, catat terbitnya per saluran, tarik.

Yang terbit adalah yang disetujui, kata demi kata: teks yang diubah harus disetujui lagi.
Contoh: kentongan clarifications draft topic health --title "Vaksin aman" --text "Vaksin aman." --as ani
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, adding_actions
from kentongan.commands.output import wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import parse_time

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.followups.clarifications import Draft
    from casework.followups.publishing import Outlet

MOST_READ = 100_000
"""Most characters read from standard input."""


def configure(parser: argparse.ArgumentParser) -> None:
    from casework.verdict_rules import CHANNELS

    action = adding_actions(parser, number="nomor klarifikasi, misalnya KL-000012 atau 12")

    listing = action("list", "klarifikasi yang berjalan, terbaru di atas", number=False, person=False)
    which = listing.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="juga yang ditarik")
    which.add_argument("--to-retract", action="store_true", help="yang terbit meski putusannya tidak berlaku lagi")
    listing.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    action("show", "satu klarifikasi dengan riwayatnya", person=False)
    draft = action("draft", "susun sebuah klarifikasi", number=False)
    draft.add_argument("kind", choices=("complaint", "story", "incident", "topic"), help="tentang apa")
    draft.add_argument("object", metavar="TENTANG", help="nomor aduan atau insiden, id cerita, kode topik")
    draft.add_argument("--title", required=True, metavar="JUDUL", help="judulnya")
    draft.add_argument("--text", required=True, metavar="TEKS", help='teksnya; "-" membaca masukan standar')
    draft.add_argument("--review", type=int, metavar="NOMOR", help="pemeriksaan yang putusannya mendasarinya")
    draft.add_argument("--topic", metavar="TOPIK", help="topik yang bersangkutan")
    draft.add_argument("--region", metavar="KODE", help="wilayah yang bersangkutan")
    edit = action("edit", "ubah judul atau teksnya; persetujuannya gugur")
    edit.add_argument("--title", metavar="JUDUL", help="judul yang baru")
    edit.add_argument("--text", metavar="TEKS", help='teks yang baru; "-" membaca masukan standar')
    approve = action("approve", "setujui; bukan oleh penulisnya")
    publish = action("publish", "catat bahwa ia terbit di sebuah saluran")
    publish.add_argument(
        "--channel", action="append", required=True, metavar="SALURAN[=ALAMAT]",
        help=f"boleh diulang; saluran: {', '.join(CHANNELS)}",
    )  # fmt: skip
    publish.add_argument("--at", metavar="WAKTU", help="kapan terbit; tanpa ini sekarang")
    retract = action("retract", "tarik")
    retract.add_argument("--reason", required=True, metavar="ALASAN", help="mengapa")
    for one in (edit, approve, publish, retract):
        one.add_argument("--version", type=int, metavar="VERSI", help="versi yang dibaca; tanpa ini yang sekarang")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        reading = {"list": run_list, "show": run_show}
        return reading.get(options.action, run_act)(options, settings, casework, now)


def run_list(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.clarifications import DRAFT_STATES, DRAFT_WORDS, MOST_LISTED, OPEN_DRAFTS, list_drafts

    with casework.read() as session:
        found = list_drafts(session, states=DRAFT_STATES if options.all else OPEN_DRAFTS, limit=MOST_LISTED)
    if options.to_retract:
        found = [one for one in found if one.to_retract]
    as_json = wants_json(options.json)
    rows = [
        row_of(one)
        if as_json
        else {
            "nomor": one.number,
            "status": "perlu ditarik" if one.to_retract else DRAFT_WORDS[one.state],
            "judul": one.title,
            "saluran": ", ".join(dict.fromkeys(p.channel for p in one.publications)) or "-",
        }
        for one in found
    ]
    write_rows(rows, as_json=as_json, empty="Tidak ada klarifikasi seperti itu.")
    return 0


def run_show(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.clarifications import draft_history, parse_draft_number, read_draft

    number = parse_draft_number(options.number)
    with casework.read() as session:
        row = row_of(read_draft(session, number))
        row["history"] = [
            {"at": one.at, "by": one.actor_name, "act": one.act, "state": one.state, "note": one.note, **one.detail}
            for one in draft_history(session, number)
        ]
    write_lines([row])
    return 0


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.clarifications import parse_draft_number, read_draft
    from casework.followups.drafting import (
        approve_clarification,
        draft_clarification,
        edit_clarification,
        retract_draft,
    )
    from casework.followups.publishing import publish_draft

    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        if options.action == "draft":
            done = draft_clarification(
                session, kind=options.kind, object=options.object, title=options.title, text=read_words(options.text),
                review=options.review, topic=options.topic, region=options.region, actor=actor, now=now, via=VIA,
            )  # fmt: skip
        else:
            number = parse_draft_number(options.number)
            version = read_draft(session, number).version if options.version is None else options.version
            if options.action == "edit":
                text = None if options.text is None else read_words(options.text)
                done = edit_clarification(
                    session, number, title=options.title, text=text, actor=actor, version=version, now=now, via=VIA
                )
            elif options.action == "approve":
                done = approve_clarification(session, number, actor=actor, version=version, now=now, via=VIA)
            elif options.action == "publish":
                outlets = [outlet_of(one, options.at, zone=settings.zone) for one in options.channel]
                done = publish_draft(
                    session, number, outlets=outlets, actor=actor, version=version, now=now, via=VIA
                )  # fmt: skip
            else:
                done = retract_draft(
                    session, number, reason=options.reason, actor=actor, version=version, now=now, via=VIA
                )
    write_lines([row_of(done)])
    return 0


def outlet_of(said: str, at: str | None, *, zone: str) -> Outlet:
    """A channel as it is typed: "radio", or "situs=https://..."."""
    from casework.followups.publishing import Outlet

    channel, _, address = said.partition("=")
    try:
        when = None if at is None else parse_time(at, zone=zone)
    except ValueError as error:
        raise KentonganError(str(error), hint="Tulis seperti 2026-11-21T09:00 atau 21 November 2026 09.00.") from error
    return Outlet(channel=channel.strip(), address=address.strip() or None, at=when)


def read_words(given: str) -> str:
    """The words themselves, or standard input for "-"."""
    return sys.stdin.buffer.read(MOST_READ).decode("utf-8", "replace") if given == "-" else given


def row_of(one: Draft) -> dict[str, object]:
    """A clarification for a program; times in UTC."""
    return {
        "number": one.number,
        "state": one.state,
        "about": f"{one.object_kind}:{one.object}",
        "title": one.title,
        "text": one.text,
        "review": one.review,
        "topic": one.topic,
        "region": one.region,
        "drafted_by": one.drafted_name,
        "approved_by": one.approved_name,
        "published_at": one.published_at,
        "publications": one.publications,
        "to_retract": one.to_retract,
        "version": one.version,
    }
