"""Writes a whole briefing: what matters in three lines, then its parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from casework.briefings.content import Content, Line, Part, compose, keep_used, number, quote
from casework.briefings.doubts import LEAST_COPIES, join_lines, tell_doubts
from casework.briefings.gathering import Gathering
from casework.briefings.missing import tell_missing
from casework.briefings.moving import issues_counted, tell_issues, tell_sentiment
from casework.briefings.owed import first_complaint, tell_indicators, tell_owed
from casework.figures import PERCENT, Sources
from casework.paper_text import spell_number
from casework.trends.issues import list_issues
from kentongan.errors import KentonganError
from kentongan.schema import Query
from kentongan.times import to_zone, zone_of

READ_AT: Final = time(6, 30)
"""When a morning's briefing is read, in the installation's zone."""
LENGTH: Final = timedelta(hours=24)
"""How far back it looks."""


def period_of(day: date, *, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The 24 hours up to this moment; of a day that is over, up to 06.30 of it.

    Raises KentonganError for a day that has not begun.
    """
    local = to_zone(now, zone)
    if day > local.date():
        raise KentonganError("Hari itu belum tiba.", hint="Pilih hari ini atau hari sebelumnya.")
    until = local.replace(microsecond=0) if day == local.date() else datetime.combine(day, READ_AT, zone_of(zone))
    return until - LENGTH, until


def write_content(
    sources: Sources, *, since: datetime, until: datetime, name_region: Callable[[str], str]
) -> Content:  # fmt: skip
    """Everything a briefing of [since, until) says. Raises Retry where the store or the database is away."""
    desk = Gathering(sources=sources, since=since, until=until, name_region=name_region)
    parts = (
        tell_issues(desk), tell_sentiment(desk), tell_doubts(desk), tell_owed(desk), tell_indicators(desk),
        tell_missing(desk),
    )  # fmt: skip
    first = Part(key="ringkas", title="Yang perlu diketahui", lines=tell_first(desk))
    invented = any(
        cell.key[0] == "true" for cell in sources.store.count(Query(since=since, until=until), by=("sample",))
    )
    content = Content(
        since=since, until=until, parts=(first, *parts), figures=tuple(desk.figures.values()),
        sample=invented or "sample" in sources.memo,
    )  # fmt: skip
    return Content(
        since=since, until=until, parts=content.parts, figures=keep_used(content), sample=content.sample,
    )  # fmt: skip


def tell_first(desk: Gathering) -> tuple[Line, ...]:
    """What matters, in three lines: what people speak of, what is suspected, what is late."""
    return (tell_talk(desk), tell_suspicion(desk), tell_late(desk))


def tell_talk(desk: Gathering) -> Line:
    """How much was said, how much of it negative, and the strongest issue."""
    posts = desk.ask_store("unggahan", unit="unggahan")
    if not posts.value:
        return compose("Tidak ada unggahan yang terkumpul; keadaan percakapan warga tidak diketahui.")
    negative = desk.ask_store("negatif", unit=PERCENT, measure="share", by="sentiment", label="negative")
    felt = compose(", {negative} negatif", negative=negative) if negative.value is not None else ()
    if not issues_counted(desk):
        return compose("Warga menulis {posts} unggahan{felt}.", posts=posts, felt=felt)
    issue = next(iter(list_issues(desk.sources.session, since=desk.since, until=desk.until, limit=1)), None)
    if issue is None:
        return compose("Warga menulis {posts} unggahan{felt}; tidak ada isu yang naik.", posts=posts, felt=felt)
    return compose(
        "Warga menulis {posts} unggahan{felt}. Isu yang paling naik: {title} ({number}).", posts=posts, felt=felt,
        title=quote(issue.title), number=number(issue.number, f"isu?isu={issue.id}"),
    )  # fmt: skip


def tell_suspicion(desk: Gathering) -> Line:
    """What is suspected and waits for somebody."""
    clauses: list[Line] = []
    growing = desk.ask_time("cerita-menyebar", "growing_stories", unit="cerita", least=LEAST_COPIES)
    if growing.value:
        unchecked = desk.ask_time(
            "cerita-belum-diperiksa", "growing_stories", unit="cerita", least=LEAST_COPIES, looked="unchecked"
        )
        least = quote(spell_number(LEAST_COPIES))
        words = "{growing} cerita disalin {least} kali atau lebih, {unchecked} belum diperiksa"
        clauses.append(compose(words, growing=growing, least=least, unchecked=unchecked))
    suspected = desk.ask_time("terindikasi-cerita", "suspected_stories", unit="cerita")
    if suspected.value:
        clauses.append(compose("{n} cerita terindikasi hoaks menurut model", n=suspected))
    waiting = desk.ask_moment("bahaya-belum-dijawab", "dangers_unanswered", unit="kabar bahaya")
    if waiting.value:
        clauses.append(compose("{n} kabar bahaya perlu dipastikan instansi", n=waiting))
    if not clauses:
        return compose("Tidak ada cerita yang menyebar, dan tidak ada kabar bahaya yang menunggu jawaban.")
    return compose("Perlu diperiksa: {clauses}.", clauses=join_lines(clauses, mark="; "))


def tell_late(desk: Gathering) -> Line:
    """What is late."""
    clauses: list[Line] = []
    unknown = first_complaint(desk) is None
    red = None if unknown else desk.ask_moment("kode-merah", "complaints_red", unit="aduan")
    if red is not None and red.value:
        clauses.append(compose("{n} aduan kode merah", n=red))
    late = desk.ask_moment("tindak-lanjut-lewat", "followups_overdue", unit="tindak lanjut")
    if late.value:
        clauses.append(compose("{n} tindak lanjut instansi", n=late))
    incidents = desk.ask_moment("insiden-terbuka", "incidents_open", unit="insiden")
    tail = compose("; {n} insiden masih terbuka", n=incidents) if incidents.value else ()
    known = compose(" (aduan belum dimasukkan ke sistem)") if unknown else ()
    if not clauses:
        return compose("Tidak ada yang lewat waktu{known}{tail}.", known=known, tail=tail)
    return compose("Lewat waktu: {clauses}{known}{tail}.", clauses=join_lines(clauses), known=known, tail=tail)
