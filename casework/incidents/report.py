"""The closing report of an incident as PDF: what happened when, who did what, how long it took. Names staff only.

Nothing of who called is in it, and none of their words: calls stand with their time, kind and place. The same incident
gives the same bytes, dated when it was closed; while it is open the report is a draft of that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework.incidents.records import (
    ENTRY_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    STATE_WORDS,
    TASK_WORDS,
    Call,
    LogEntry,
    Room,
    Task,
)
from casework.paper_text import cut_text
from casework.papers import make_pdf
from kentongan.times import format_day, format_time, to_zone

TEMPLATE = "laporan-insiden"
MOST_LINES = 400
"""Most lines of the log in a report, about ten pages; the newest are left out then, and the report says so."""
MOST_WORDS = 600
"""Most characters of one line of the log in a report."""


def make_closing_report(
    room: Room, *, organisation: str, zone: str, now: datetime, regions: Mapping[str, str] | None = None
) -> bytes:
    """The report as PDF/A-2b. ``regions`` names region codes."""
    incident = room.incident
    at = incident.closed_at or now
    shown = room.log[:MOST_LINES]
    values = {
        "title": f"Laporan insiden {incident.number}",
        "number": f"{incident.number}/LAP",
        "organisation": organisation,
        "sample": incident.sample,
        "draft": incident.state != "closed",
        "name": incident.title,
        "date": format_day(at, zone=zone, weekday=True),
        "facts": incident_facts(room, zone=zone, at=at, regions=regions or {}),
        "outcome": incident.outcome,
        "durations": list(durations(room, at=at)),
        "calls": [call_values(call, zone=zone) for call in room.calls],
        "tasks": [task_values(task, zone=zone, at=at) for task in room.tasks],
        "log": [entry_values(entry, zone=zone) for entry in shown],
        "log_note": f"{len(room.log) - len(shown)} baris terakhir tidak dicetak."
        if len(room.log) > MOST_LINES
        else None,
        "signer": incident.closed_name,
    }
    return make_pdf(TEMPLATE, values, now=at)


def incident_facts(room: Room, *, zone: str, at: datetime, regions: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the incident is, as name and value."""
    incident = room.incident
    facts = [
        ("Nomor", incident.number),
        ("Jenis", KIND_WORDS[incident.kind]),
        ("Tingkat akhir", LEVEL_WORDS[incident.level]),
        ("Keadaan", STATE_WORDS[incident.state]),
        ("Tempat", incident.place or "tidak disebut"),
        ("Wilayah", regions.get(incident.region or "", incident.region or "tidak diketahui")),
        ("Dibuka", f"{format_time(incident.opened_at, zone=zone)}, oleh {incident.opened_name}"),
    ]
    if incident.closed_at:
        facts.append(("Ditutup", f"{format_time(incident.closed_at, zone=zone)}, oleh {incident.closed_name}"))
    facts.append(("Berlangsung", duration_words(incident.lasted(at))))
    if room.merged:
        facts.append(("Gabungan dari", ", ".join(f"INS-{number:06d}" for number in room.merged)))
    return facts + [(f"Kaitan: {link.kind}", link.object) for link in room.links]


def durations(room: Room, *, at: datetime) -> list[tuple[str, str]]:
    """How long things took, from the opening."""
    opened = room.incident.opened_at
    first = min((task.given_at for task in room.tasks), default=None)
    done = [task for task in room.tasks if task.done_at is not None]
    late = [task for task in room.tasks if (task.done_at or at) > task.due_at and task.state != "cancelled"]
    found = [("Tugas pertama dibagi sesudah", duration_words(first - opened) if first else "tidak ada tugas")]
    if done:
        firsts = min(task.done_at for task in done if task.done_at is not None)
        found.append(("Tugas pertama selesai sesudah", duration_words(firsts - opened)))
    found.append(("Tugas selesai", f"{len(done)} dari {len(room.tasks)}"))
    found.append(("Tugas lewat batas", str(len(late))))
    return found


def call_values(call: Call, *, zone: str) -> dict[str, str]:
    return {
        "at": moment_words(call.received_at, zone=zone),
        "kind": KIND_WORDS[call.kind],
        "place": call.place or "tidak disebut",
    }


def task_values(task: Task, *, zone: str, at: datetime) -> dict[str, str]:
    late = " (lewat batas)" if task.state != "cancelled" and (task.done_at or at) > task.due_at else ""
    return {
        "what": task.what,
        "holder": task.holder,
        "due": moment_words(task.due_at, zone=zone),
        "state": TASK_WORDS[task.state] + late,
        "done": moment_words(task.done_at, zone=zone) if task.done_at else "",
        "note": task.note or "",
    }


def entry_values(entry: LogEntry, *, zone: str) -> dict[str, str]:
    # A call's line holds the caller's own words: they are not for a paper that goes round.
    said = "" if entry.act == "called" else cut_text(entry.text or "", most=MOST_WORDS, rest="(dipotong)")
    return {
        "at": moment_words(entry.at, zone=zone),
        "act": ENTRY_WORDS[entry.act],
        "by": entry.actor_name,
        "text": said,
    }


def moment_words(time: datetime, *, zone: str) -> str:
    """A moment for a column: "21-11-2026 07.42 WIB"."""
    return f"{to_zone(time, zone):%d-%m-%Y %H.%M} {zone}"


def duration_words(length: timedelta) -> str:
    """A length of time for a person: "2 hari 3 jam", "1 jam 5 menit", "40 detik"."""
    seconds = max(0, int(length.total_seconds()))
    parts = []
    for size, word in ((86_400, "hari"), (3_600, "jam"), (60, "menit"), (1, "detik")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {word}")
    return " ".join(parts[:2]) or "0 detik"
