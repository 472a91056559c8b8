"""The pieces of the page Kelola as HTML: people, sessions, ages, audit. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from casework.audit import AuditEntry, Detail
from dashboard.admin_people_desk import PersonLine
from dashboard.words import WORDS, Language, say
from kentongan.numbers import format_number
from kentongan.schema import KINDS
from kentongan.times import format_hour, format_last_day, format_time

LONGEST_DETAIL = 300
"""Characters of an entry's detail that are shown; the CSV has all of it."""


def state_chip(line: PersonLine, language: Language, *, zone: str, now: datetime) -> str:
    """Whether a person may enter: a sign and a word."""
    person = line.person
    if not person.active:
        return f'<span class="chip unsure">✕ {say("admin_is_closed", language)}</span>'
    if person.expires_at is not None:
        day = format_last_day(person.expires_at, zone=zone, language=language)
        if now >= person.expires_at:
            return f'<span class="chip unsure">✕ {say("admin_is_ended", language, day=day)}</span>'
        return f'<span class="chip state">{say("admin_is_guest", language, day=day)}</span>'
    return f'<span class="chip state">✓ {say("admin_is_active", language)}</span>'


def door_chips(line: PersonLine, language: Language, *, zone: str) -> str:
    """How a person signs in: password, second factor, lock, sessions."""
    standing = line.standing
    password = "admin_no_password"
    if standing.password:
        password = "admin_must_change" if standing.must_change else "admin_has_password"
    words = [
        say(password, language),
        say("admin_has_factor" if standing.factor else "admin_no_factor", language),
        say("admin_sessions_open", language, count=standing.sessions),
    ]
    if standing.locked_until is not None:
        time = format_hour(standing.locked_until, zone=zone, language=language)
        words.insert(0, say("admin_is_locked", language, time=time))
    return "".join(f'<span class="chip state">{escape(one)}</span>' for one in words)


def person_rows(
    lines: Sequence[PersonLine], language: Language, *, chosen: str | None, zone: str, now: datetime
) -> str:
    """People as buttons: name, role, agency, and whether they may enter."""
    rows = []
    for line in lines:
        person = line.person
        pressed = "true" if person.username == chosen else "false"
        role = say(f"role_{person.role}", language)
        where = f" · {escape(person.agency)}" if person.agency else ""
        shut = "" if line.may_enter(now) else " kt-shut"
        rows.append(
            f'<div class="kt-case kt-person{shut}" data-key="{escape(person.username, quote=True)}" tabindex="0" '
            f'role="button" aria-pressed="{pressed}"><b dir="auto">{escape(person.name)}</b>'
            f"{state_chip(line, language, zone=zone, now=now)}"
            f"<small>{escape(person.username)} · {role}{where}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def age_table(ages: Sequence[Mapping[str, int]], language: Language) -> str:
    """Documents by kind and age, with sums; nothing is a dot, so that a zero does not look like a number."""
    heads = ["admin_age_30", "admin_age_180", "admin_age_365", "admin_age_old"]
    made = [f'<th scope="col">{say(head, language)}</th>' for head in heads]
    rows = []
    for kind in KINDS:
        cells = [age.get(kind, 0) for age in ages]
        if any(cells):
            drawn = "".join(f"<td>{number_or_dot(cell, language)}</td>" for cell in (*cells, sum(cells)))
            rows.append(f'<tr><th scope="row">{say(f"admin_kind_{kind}", language)}</th>{drawn}</tr>')
    return (
        f'<table class="kt-ledger"><thead><tr><th scope="col">{say("admin_kind", language)}</th>{"".join(made)}'
        f'<th scope="col">{say("admin_sum", language)}</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def number_or_dot(count: int, language: Language) -> str:
    return format_number(count, language=language) if count else "·"


def audit_table(entries: Sequence[AuditEntry], names: Mapping[str, str], language: Language, *, zone: str) -> str:
    """Entries as a table: when, who, act, thing, detail. ``names`` is person id to user name."""
    heads = ("admin_audit_when", "admin_audit_by", "admin_audit_act", "admin_audit_thing", "admin_audit_detail")
    head = "".join(f'<th scope="col">{say(one, language)}</th>' for one in heads)
    rows = []
    for one in entries:
        when = format_time(one.at, zone=zone, language=language)
        rows.append(
            f"<tr><td>{when}</td><td>{escape(one.actor_name)}</td>"
            f"<td>{escape(family_words(one.action, language))} <small>{escape(one.action)}</small></td>"
            f'<td class="kt-thing">{thing_link(one.object, names)}</td>'
            f'<td class="kt-thing">{detail_words(one.detail)}</td></tr>'
        )
    return f'<table class="kt-ledger kt-audit"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def family_words(action: str, language: Language) -> str:
    """What an act's family is called; the act's own code stands beside it."""
    key = f"admin_family_{action.partition('.')[0]}"
    return say(key, language) if key in WORDS else action.partition(".")[0]


def thing_link(object: str, names: Mapping[str, str]) -> str:
    """A thing of the audit; a person by their user name, and a case as a link to its page."""
    kind, _, key = object.partition(":")
    if kind == "person" and key in names:
        name = escape(names[key], quote=True)
        return f'<a href="kelola?orang={name}" target="_self">{name}</a>'
    if kind == "case" and key:
        return f'<a href="kasus?kasus={escape(key, quote=True)}" target="_self">{escape(key)}</a>'
    return escape(object)


def detail_words(detail: Detail) -> str:
    """An entry's detail as "name: value" on one line."""
    said = " · ".join(
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in detail.items()
        if value not in (None, "", [])
    )
    return escape(said if len(said) <= LONGEST_DETAIL else f"{said[:LONGEST_DETAIL]} …")


def person_head(line: PersonLine, language: Language, *, zone: str, now: datetime) -> str:
    """One person: name, role, whether they may enter and how."""
    person = line.person
    role = say(f"role_{person.role}", language)
    where = f'<span class="chip state">{escape(person.agency)}</span>' if person.agency else ""
    added = say("admin_added", language, time=format_time(person.created_at, zone=zone, language=language))
    return (
        f'<h4 class="kt-case-title" dir="auto">{escape(person.name)} <small>{escape(person.username)}</small></h4>'
        f'<div class="kt-chips"><span class="chip state">{role}</span>{where}'
        f"{state_chip(line, language, zone=zone, now=now)}"
        f'{door_chips(line, language, zone=zone)}</div><p class="kt-note">{escape(added)}</p>'
    )
