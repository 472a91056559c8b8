"""The pieces of the page of incidents and dangers as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from analysis.danger import DANGERS
from casework.incidents.dangers import UNANSWERED, Danger
from casework.incidents.records import ENTRY_WORDS, KIND_WORDS, Call, EntryAct, Incident, LogEntry, Task
from dashboard.words import Language, say
from kentongan.times import format_hour, format_time

WORDS_SHOWN = 110
"""Letters of a danger's words in the list; all of them stand beside the answer."""
LOG_SHOWN = 60
"""Lines of a log on the page; the report has them all."""

ENGLISH_KINDS: Mapping[str, str] = {
    "bendungan": "Dam or dyke", "banjir": "Flood", "gempa": "Earthquake", "tsunami": "Tsunami",
    "longsor": "Landslide", "kebakaran": "Fire", "kerusuhan": "Riot", "gunung-api": "Volcano", "wabah": "Outbreak",
    "kecelakaan": "Accident", "medis": "Medical emergency", "kejahatan": "Crime", "lain": "Other emergency",
}  # fmt: skip
ENGLISH_ENTRIES: Mapping[EntryAct, str] = {
    "opened": "opened", "called": "call came in", "noted": "note", "level": "level changed", "assigned": "task given",
    "task": "task updated", "linked": "linked", "merged": "merged", "closed": "closed", "reopened": "reopened",
    "retitled": "title changed",
}  # fmt: skip


def kind_words(kind: str, language: Language) -> str:
    """A kind of emergency or danger for a person."""
    if language == "en":
        return ENGLISH_KINDS[kind]
    return KIND_WORDS[kind]  # type: ignore[index]


def incident_rows(
    incidents: Sequence[Incident], language: Language, *, chosen: int | None, now: datetime, zone: str
) -> str:
    """Incidents as buttons: level, number, title, how long."""
    rows = []
    for one in incidents:
        since = say(
            "incidents_since", language, time=format_time(one.opened_at, zone=zone, language=language),
            length=length_words(one.lasted(now), language),
        )  # fmt: skip
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><div class="kt-chips">{level_chip(one)}'
            f"<b>{one.number}</b></div><p>{escape(one.title)}</p><small>{escape(since)}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def level_chip(incident: Incident) -> str:
    return f'<span class="chip state level-{incident.level}">{incident.level}</span>'


def danger_rows(
    dangers: Sequence[Danger], agencies: Mapping[str, str], language: Language, *, chosen: int | None, now: datetime
) -> str:
    """Dangers as buttons: the clock, what and where, whom it was asked of."""
    rows = []
    for one in dangers:
        said = " ".join(one.words.split())
        shown = said if len(said) <= WORDS_SHOWN else said[: WORDS_SHOWN - 1].rsplit(" ", 1)[0] + " …"
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><div class="kt-chips">'
            f"{danger_chip(one, language)}<b>{escape(kind_words(one.danger, language))}</b>"
            f'{clock_words(one, language, now=now)}</div><p dir="auto">{escape(shown)}</p>'
            f"<small>{escape(asked_words(one, agencies, language))}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def asked_words(danger: Danger, agencies: Mapping[str, str], language: Language) -> str:
    """Whom it was asked of; leadership too once the clock ran out."""
    late = f" · {say('dangers_asked_late', language)}" if danger.state == "expired" else ""
    name = agencies.get(danger.agency or "", danger.agency or say("dangers_agency_none", language))
    return say("dangers_asked", language, agency=name) + late


def danger_chip(danger: Danger, language: Language) -> str:
    """The state as a chip: dashed amber while nobody has answered, solid once somebody has."""
    style = "ask" if danger.state in UNANSWERED else "decided"
    return f'<span class="chip {style}">{say(f"dangers_state_{danger.state}", language)}</span>'


def post_danger_chip(danger: Danger | None, language: Language) -> str:
    """What a post carries whose story an agency was asked about; nothing for others."""
    if danger is None:
        return ""
    style = "ask" if danger.state in UNANSWERED else "decided"
    words = say("dangers_chip", language, state=say(f"dangers_state_{danger.state}", language))
    told = escape(danger.answer or DANGERS[danger.danger], quote=True)
    return (
        f'<a class="chip {style}" href="insiden?bahaya={danger.id}" target="_self" title="{told}">{escape(words)}</a>'
    )


def clock_words(danger: Danger, language: Language, *, now: datetime) -> str:
    """The time left, in red once it has run out; nothing for one that is answered."""
    left = danger.remaining(now)
    if left is None:
        return ""
    hours, minutes = divmod(int(abs(left) / timedelta(minutes=1)), 60)
    time = say("dangers_hours" if hours else "dangers_minutes", language, hours=hours, minutes=minutes)
    late = left <= timedelta(0)
    words = say("dangers_late" if late else "dangers_left", language, time=time)
    return f'<span class="kt-clock{" late" if late else ""}">{escape(words)}</span>'


def task_rows(tasks: Sequence[Task], language: Language, *, now: datetime, zone: str) -> str:
    """Tasks: what, who, until when; red where it is overdue."""
    rows = []
    for task in tasks:
        late = task.is_overdue(now)
        due = format_hour(task.due_at, zone=zone, language=language)
        if now.date() != task.due_at.date():
            due = format_time(task.due_at, zone=zone, language=language)
        clock = say("incidents_task_late" if late else "incidents_task_due", language, time=due)
        waiting = task.state in ("open", "blocked")
        state = f'<span class="chip state">{say(f"incidents_state_{task.state}", language)}</span>'
        note = f" · {escape(task.note)}" if task.note else ""
        rows.append(
            f'<div class="kt-task{"" if waiting else " done"}"><b>{escape(task.what)}</b>'
            f'<span class="kt-chips">{state}'
            + (f'<span class="kt-clock{" late" if late else ""}">{escape(clock)}</span>' if waiting else "")
            + f"</span><small>{escape(task.holder)}{note}</small></div>"
        )
    return "".join(rows)


def log_rows(log: Sequence[LogEntry], language: Language, *, zone: str) -> str:
    """The log, newest first: time, who, what."""
    cells = []
    for entry in list(reversed(log))[:LOG_SHOWN]:
        act = (ENTRY_WORDS if language == "id" else ENGLISH_ENTRIES)[entry.act]
        time = format_time(entry.at, zone=zone, language=language)
        detail = entry.detail.get("pelaksana")
        who = f" · {detail}" if detail else ""
        text = f": {entry.text}" if entry.text else ""
        cells.append(
            f"<span>{escape(time)}</span><span>{escape(entry.actor_name)}</span>"
            f"<p dir='auto'><b>{escape(act)}</b>{escape(text + str(who))}</p>"
        )
    return f'<div class="kt-log">{"".join(cells)}</div>'


def call_rows(calls: Sequence[Call], language: Language, *, zone: str) -> str:
    """Calls: when, where, the masked words, what to know of them."""
    rows = []
    for call in calls:
        time = format_time(call.received_at, zone=zone, language=language)
        place = f" · {escape(call.place)}" if call.place else ""
        point = f" · {call.lat:.5f}, {call.lon:.5f}" if call.lat is not None and call.lon is not None else ""
        words = f'<p dir="auto">{escape(call.words)}</p>' if call.words else ""
        note = f'<p class="kt-note">{escape(call.reason)}</p>' if call.reason else ""
        rows.append(
            f'<article class="kt-post"><div class="kt-meta"><b>#{call.id}</b> · {escape(time)}{place}{point}</div>'
            f"{words}{note}</article>"
        )
    return "".join(rows)


def held_rows(calls: Sequence[Call], language: Language, *, chosen: int | None, zone: str) -> str:
    """Held calls as buttons: when, why."""
    rows = [
        f'<div class="kt-case" data-key="{call.id}" role="button" tabindex="0" '
        f'aria-pressed="{"true" if call.id == chosen else "false"}"><div class="kt-chips"><b>#{call.id}</b>'
        f'<span class="kt-clock late">{format_time(call.received_at, zone=zone, language=language)}</span></div>'
        f"<small>{escape(call.reason or '')}</small></div>"
        for call in calls
    ]
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def length_words(length: timedelta, language: Language) -> str:
    """A length of time, in hours and minutes."""
    hours, minutes = divmod(int(length / timedelta(minutes=1)), 60)
    return say("dangers_hours" if hours else "dangers_minutes", language, hours=hours, minutes=minutes)
