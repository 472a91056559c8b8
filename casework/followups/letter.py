"""The letter of assignment (surat tugas) of a follow-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from casework.followups.records import OBJECT_WORDS, FollowUp
from casework.papers import make_pdf
from kentongan.times import format_day

TEMPLATE: Final = "surat-tugas"
NO_NUMBER: Final = "........................................"
"""Written in by hand where the office has not given one yet."""


def make_assignment_letter(
    followup: FollowUp,
    *,
    agency: str,
    organisation: str,
    number: str,
    zone: str,
    now: datetime,
    topic_words: str | None = None,
) -> bytes:
    """The letter as PDF/A-2b, to be signed by hand. ``number`` is the office's; empty leaves room for it.

    ``topic_words`` say a topic as people read it, where the follow-up is about one.
    """
    named = topic_words if followup.object_kind == "topic" and topic_words else followup.object
    values = {
        "title": f"Surat tugas {followup.number}",
        "number": number.strip() or NO_NUMBER,
        "organisation": organisation,
        "sample": followup.sample,
        "bases": [{"article": one.article, "law": one.law, "says": one.says} for one in followup.bases],
        "agency": agency,
        "about": f"{OBJECT_WORDS[followup.object_kind]} {named}",
        "subject": followup.title,
        "task": followup.task.split("\n"),
        "due": last_day(followup.due_at, zone=zone),
        "followup": followup.number,
        "date": format_day(now, zone=zone),
        "sign_head": f"Atas nama {organisation}",
        "warnings": [
            *(["Data contoh: rekaan, tidak ditugaskan kepada siapa pun."] if followup.sample else []),
            *followup.warnings,
        ],
    }
    return make_pdf(TEMPLATE, values, now=now)


def last_day(due_at: datetime, *, zone: str) -> str:
    """The day that ends at this midnight, for a person."""
    return format_day(due_at - timedelta(seconds=1), zone=zone, weekday=True)
