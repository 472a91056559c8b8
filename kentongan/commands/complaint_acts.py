"""The acts of `kentongan complaints` that change one complaint, and the one that takes one in."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named
from kentongan.commands.complaint_import import open_gazetteer, open_suggester
from kentongan.commands.complaint_rows import row_of
from kentongan.commands.output import say, write_lines
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.complaints.records import Complaint
    from casework.db import Casework
    from casework.deadlines import Deadlines
    from casework.roles import Actor


def run_add(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.drafts import draft_from_post
    from casework.complaints.intake import take_complaint
    from casework.complaints.records import Intake
    from casework.deadlines import load_deadlines
    from kentongan.commands.tip_rows import read_words
    from search.open import open_store

    deadlines, gazetteer, suggester = load_deadlines(settings), open_gazetteer(settings), open_suggester()
    if options.from_post:
        with open_store(settings) as store, casework.begin() as session:
            actor = actor_named(session, options.username, now=now)
            taken = draft_from_post(
                session, options.from_post, store=store, deadlines=deadlines, gazetteer=gazetteer,
                suggester=suggester, settings=settings, actor=actor, now=now, via=VIA,
            )  # fmt: skip
    else:
        intake = Intake(
            channel=options.channel,
            text=read_words(options.text),
            title=options.title or None,
            place=options.place or None,
            name=options.name,
            contact=options.contact,
            anonymous=options.anonymous,
            secret=options.secret,
        )
        with casework.begin() as session:
            actor = actor_named(session, options.username, now=now)
            taken = take_complaint(
                session, intake, deadlines=deadlines, gazetteer=gazetteer, suggester=suggester, settings=settings,
                actor=actor, now=now, via=VIA,
            )  # fmt: skip
    if not taken.new:
        say("Sudah pernah dimasukkan; tidak ada yang ditambahkan.")
    show_to_store(casework, settings, now=now)
    write_lines([{**row_of(taken.complaint, now), "code": taken.code, "new": taken.new}])
    return 0


def run_act(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.complaints.listing import get_complaint, parse_number
    from casework.deadlines import load_deadlines

    deadlines = load_deadlines(settings)
    with casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        seen = get_complaint(session, parse_number(options.number), actor=actor, now=now)
        done = act(session, seen, options, actor=actor, now=now, deadlines=deadlines, settings=settings)
    show_to_store(casework, settings, now=now)
    write_lines([row_of(done, now)])
    return 0


def act(
    session: Session,
    seen: Complaint,
    options: argparse.Namespace,
    *,
    actor: Actor,
    now: datetime,
    deadlines: Deadlines,
    settings: Settings,
) -> Complaint:
    """Do what was asked with the complaint as it was just read."""
    from casework.complaints import handling, merging, reopening
    from casework.complaints.drafts import submit
    from casework.complaints.listing import parse_number

    number, version, via = seen.id, seen.version, VIA
    match options.action:
        case "submit":
            return submit(session, number, actor=actor, version=version, now=now, deadlines=deadlines, via=via)
        case "verify":
            return handling.verify(
                session, number, actor=actor, version=version, now=now, deadlines=deadlines, via=via,
                kind=options.kind, category=options.category, region=options.region,
                gazetteer=open_gazetteer(settings),
            )  # fmt: skip
        case "forward":
            return handling.forward(
                session, number, agency=options.agency, note=options.note, actor=actor, version=version, now=now,
                deadlines=deadlines, via=via,
            )  # fmt: skip
        case "return" | "archive" | "wait":
            give = {
                "return": handling.send_back, "archive": handling.archive, "wait": handling.wait_for_reporter,
            }[options.action]  # fmt: skip
            return give(
                session, number, reason=options.reason, actor=actor, version=version, now=now, deadlines=deadlines,
                via=via,
            )  # fmt: skip
        case "answer":
            return handling.follow_up(
                session, number, note=options.note, actor=actor, version=version, now=now, deadlines=deadlines, via=via
            )
        case "resume":
            return handling.resume(
                session, number, note=options.note, actor=actor, version=version, now=now, deadlines=deadlines, via=via
            )
        case "finish":
            return handling.finish(
                session, number, answer=options.answer, actor=actor, version=version, now=now, deadlines=deadlines,
                via=via,
            )  # fmt: skip
        case "merge":
            return merging.merge(
                session, number, into=parse_number(options.into), actor=actor, version=version, now=now,
                deadlines=deadlines, via=via,
            )  # fmt: skip
        case "unmerge":
            return merging.unmerge(session, number, actor=actor, version=version, now=now, deadlines=deadlines, via=via)
        case "reopen":
            return reopening.reopen(
                session, number, reason=options.reason, actor=actor, version=version, now=now, deadlines=deadlines,
                days=settings.complaint_reopen_days, via=via,
            )  # fmt: skip
        case "rate":
            return reopening.rate(
                session, number, rating=options.rating, actor=actor, version=version, now=now, deadlines=deadlines,
                via=via,
            )  # fmt: skip
        case "secret":
            return handling.mark_secret(
                session, number, secret=not options.lift, reason=options.reason, actor=actor, version=version, now=now,
                deadlines=deadlines, via=via,
            )  # fmt: skip
        case "release":
            return handling.release(
                session, number, reason=options.reason, stage=options.stage, actor=actor, version=version, now=now,
                deadlines=deadlines, via=via,
            )  # fmt: skip
        case other:
            raise ValueError(f"unknown action {other!r}")


def show_to_store(casework: Casework, settings: Settings, *, now: datetime) -> None:
    """Bring the store up to date; where it is away, say so: `kentongan complaints index` does it later."""
    from casework.complaints.projection import index_complaints
    from search.open import open_store

    try:
        with open_store(settings) as store:
            index_complaints(casework, store, now=now, zone=settings.zone)
    except KentonganError as error:
        say(f"Tersimpan, tetapi pencarian belum diperbarui: {error}")
        say("Ulangi nanti dengan `kentongan complaints index`.")
