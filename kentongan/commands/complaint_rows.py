"""How a complaint is shown on the command line: as a JSON line, or as a row of a table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.times import format_last_day

if TYPE_CHECKING:
    from casework.complaints.duplicates import Candidate
    from casework.complaints.records import Complaint, ComplaintEvent
    from casework.complaints.reporters import Reporter

SHOWN = 60
"""Letters of a complaint in a table."""


def row_of(complaint: Complaint, now: datetime) -> dict[str, object]:
    """A complaint for a program; times in UTC. Its words are masked."""
    return {
        "number": complaint.number,
        "ticket": complaint.ticket,
        "publisher": complaint.publisher,
        "channel": complaint.channel,
        "stage": complaint.stage,
        "stage_since": complaint.stage_since,
        "received_at": complaint.received_at,
        "kind": complaint.kind,
        "category": complaint.category,
        "category_given": complaint.category_given,
        "agency": complaint.agency,
        "region": complaint.region,
        "place": complaint.place,
        "title": complaint.title,
        "text": complaint.text,
        "clock": complaint.clock,
        "due_at": complaint.due_at,
        "red": complaint.is_red(now),
        "finished_at": complaint.finished_at,
        "rating": complaint.rating,
        "held": complaint.held,
        "secret": complaint.secret,
        "merged_into": complaint.merged_into,
        "suggestion": complaint.suggestion,
        "document": complaint.document,
        "sample": complaint.sample,
        "version": complaint.version,
    }


def line_of(complaint: Complaint, now: datetime, *, zone: str) -> dict[str, object]:
    """A complaint for a person's table."""
    from casework.complaints.records import CHANNEL_WORDS, STAGE_WORDS

    said = " ".join((complaint.title or complaint.text).split())
    return {
        "nomor": complaint.number,
        "tahap": STAGE_WORDS[complaint.stage],
        "tenggat": due_words(complaint, now, zone=zone),
        "instansi": complaint.agency or "-",
        "kanal": CHANNEL_WORDS[complaint.channel],
        "isi": said if len(said) <= SHOWN else said[: SHOWN - 1] + "…",
        "ditahan": complaint.held or "-",
    }


def due_words(complaint: Complaint, now: datetime, *, zone: str) -> str:
    """The last day of the deadline, KODE MERAH where it is over; "-" where no clock runs."""
    if complaint.due_at is None:
        return "jeda" if complaint.clock else "-"
    day = format_last_day(complaint.due_at, zone=zone)
    return f"KODE MERAH ({day})" if complaint.is_red(now) else day


def event_row(event: ComplaintEvent) -> dict[str, object]:
    """One thing that happened, for a program."""
    return {
        "at": event.at,
        "act": event.act,
        "from": event.stage_from,
        "to": event.stage_to,
        "agency": event.agency,
        "reason": event.reason,
        "note": event.note,
        "by": event.actor_name,
        "recorded_at": event.recorded_at,
        **event.detail,
    }


def reporter_row(reporter: Reporter) -> dict[str, object]:
    """Who filed it, for whoever may read that."""
    return {
        "number": reporter.number,
        "channel": reporter.channel,
        "anonymous": reporter.anonymous,
        "name": reporter.name,
        "contact": reporter.contact,
        "address": reporter.address,
        "text": reporter.text,
        "raw": reporter.raw,
        "code": reporter.code,
        "forgotten_at": reporter.forgotten_at,
    }


def candidate_row(candidate: Candidate) -> dict[str, object]:
    """A complaint that may be the same, for a program."""
    return {
        "number": candidate.complaint.number,
        "score": round(candidate.score, 3),
        "shared": candidate.shared,
        "text": candidate.complaint.text,
    }
