"""The pieces of the page of cases as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.words import Language, say
from evidence.law.question_flow import RouteStanding, Standing
from evidence.law.rulebook import Rulebook
from evidence.records import ACT_WORDS, Act, Capture, Case, CaseDocument, CustodyEntry, ObjectRef
from kentongan.numbers import format_number
from kentongan.times import format_time

NEWEST = 12
"""Links of a chain that are shown; the whole is `kentongan cases custody KASUS`."""

ENGLISH_ACTS: dict[Act, str] = {
    "opened": "opened",
    "collected": "collected",
    "secured": "secured",
    "captured": "captured",
    "viewed": "viewed",
    "scored": "scored",
    "decided": "decided",
    "answered": "answered",
    "built": "package built",
    "exported": "exported",
    "redacted": "redacted",
    "transferred": "transferred",
    "verified": "verified",
    "held": "put on hold",
    "released": "released",
    "closed": "closed",
    "reopened": "reopened",
    "noted": "noted",
}
"""Each act of a chain in English; ``evidence.records.ACT_WORDS`` has them in Indonesian."""


def case_rows(cases: Sequence[Case], language: Language, *, chosen: str | None, zone: str) -> str:
    """Cases as buttons, one below the other."""
    rows = []
    for case in cases:
        pressed = "true" if case.id == chosen else "false"
        counts = say(
            "cases_counts", language, documents=format_number(len(case.documents), language=language),
            captures=format_number(len(case.captures), language=language),
        )  # fmt: skip
        opened = say(
            "cases_opened", language, time=format_time(case.opened_at, zone=zone, language=language),
            name=case.opened_by,
        )  # fmt: skip
        head = f"<b>{escape(case.id)}</b>{state_chips(case, language)}"
        rows.append(
            f'<div class="kt-case" data-key="{escape(case.id, quote=True)}" role="button" tabindex="0" '
            f'aria-pressed="{pressed}"><div class="kt-chips">{head}</div>'
            f'<p dir="auto">{escape(case.title)}</p><small>{escape(counts)} · {escape(opened)}</small></div>'
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def state_chips(case: Case, language: Language) -> str:
    """How a case stands, each as a chip."""
    chips = [f'<span class="chip state">{say(f"cases_state_{case.state}", language)}</span>']
    if case.held:
        chips.append(f'<span class="chip decided">{say("cases_held", language)}</span>')
    return "".join(chips)


def secured_note(one: CaseDocument, language: Language, *, zone: str) -> str:
    """When a document was secured, what is kept of it, under which digest."""
    said = say(
        "cases_secured_at", language, time=format_time(one.secured_at, zone=zone, language=language),
        name=one.secured_by,
    )  # fmt: skip
    kept = say("cases_archive_none", language) if one.raw is None else archive_words(one.raw, language)
    return (
        f'<p class="kt-note">{escape(said)} · {escape(kept)}</p>'
        f'<div class="kt-hash">sha256 {escape(one.snapshot.sha256)}</div>'
    )


def archive_words(raw: ObjectRef, language: Language) -> str:
    return say("cases_archive", language, size=f"{format_number(raw.size / 1024, language=language, decimals=1)} KiB")


def capture_rows(captures: Sequence[Capture], language: Language, *, zone: str) -> str:
    """Captures: address, when, what the page answered, what is missing."""
    rows = []
    for capture in captures:
        at = format_time(capture.at, zone=zone, language=language)
        missing = "".join(f"<li>{escape(words)}</li>" for words in capture.missing)
        rows.append(
            f'<article class="kt-post"><div class="kt-meta"><b>{escape(at)}</b> · HTTP {capture.status}</div>'
            f"<p>{escape(capture.title or capture.url)}</p>"
            f'<div class="kt-hash">{escape(capture.url)}</div>'
            f"{f'<ul class=kt-list>{missing}</ul>' if missing else ''}</article>"
        )
    return "".join(rows)


def chain_rows(chain: Sequence[CustodyEntry], language: Language, *, zone: str) -> str:
    """The newest links of a chain, newest first: number, time, act, by whom, hash."""
    cells = []
    for entry in list(reversed(chain))[:NEWEST]:
        act = (ACT_WORDS if language == "id" else ENGLISH_ACTS)[entry.act]
        time = format_time(entry.at, zone=zone, language=language)
        about = "" if entry.object == "case" else f" · {entry.object}"
        cells.append(
            f"<span>{entry.n}</span><span>{escape(time)}</span><b>{act}</b>"
            f"<span>{escape(entry.actor)}{escape(about)} · {entry.hash[:12]}</span>"
        )
    return f'<div class="kt-chain">{"".join(cells)}</div>'


def route_rows(standing: Standing, rulebook: Rulebook, language: Language) -> str:
    """Where a case may go: each route, open, shut with the reason, or how many answers it still wants."""
    rows = []
    for route, stands in standing.routes.items():
        label = rulebook.route(route).label
        chip, why = route_words(stands, language)
        note = f'<p class="kt-note">{escape(why)}</p>' if why else ""
        rows.append(
            f'<article class="kt-post"><div class="kt-chips"><b>{escape(label)}</b>{chip}</div>{note}</article>'
        )
    return "".join(rows)


def route_words(stands: RouteStanding, language: Language) -> tuple[str, str]:
    """A chip that says how a route stands, and why."""
    if stands.blocked:
        return f'<span class="chip decided">{say("cases_route_shut", language)}</span>', stands.blocked[0].text
    waiting = len(stands.unanswered) + len(stands.unconfirmed)
    if waiting:
        words = say("cases_route_asks", language, count=waiting)
        return f'<span class="chip unsure">{escape(words)}</span>', ""
    if stands.needs:
        return f'<span class="chip unsure">{say("cases_route_needs", language)}</span>', stands.needs[0].text
    return f'<span class="chip state">{say("cases_route_open", language)}</span>', ""


def handout_links(names: Sequence[str], language: Language) -> str:
    """Links to the files of a case that may be downloaded."""
    links = "".join(
        f'<a class="kt-go" href="bukti/{escape(name, quote=True)}" target="_self" download>'
        f"{say('cases_take_package' if name.endswith('.zip') else 'cases_take_letter', language)}</a>"
        for name in names
    )
    return f'<div class="kt-gos">{links}</div><p class="kt-note">{escape(say("cases_take_note", language))}</p>'
