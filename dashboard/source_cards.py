"""The pieces of the page of sources as HTML and SVG: rows with their strips, one source, jobs, refused inputs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Final

from analysis.series import share_lost
from casework.jobs import Job
from crawlers.state import Refused
from dashboard.charts import HATCH, bar
from dashboard.home_cards import moment_words as since_words
from dashboard.indicator_words import age_words
from dashboard.links import safe_address
from dashboard.source_desk import DAYS, SourceState, SourceView
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.schema import Gap
from kentongan.settings import Settings
from kentongan.times import format_day, format_hour, format_time, to_zone

STRIP_WIDTH: Final = 168.0
STRIP_HEIGHT: Final = 22.0
GAPS_SHOWN: Final = 4
ADDRESS_SHOWN: Final = 90
RUNNING: Final = ("running", "queued")


def source_rows(
    view: SourceView, shown: Sequence[SourceState], language: Language, *, chosen: str | None, zone: str
) -> str:
    """Sources as buttons: name, how it stands, the strip of a fortnight, when it was read."""
    rows = []
    for one in shown:
        name, standing = one.source.name, say(f"sources_standing_{one.standing}", language)
        lost = hours_lost(one.gaps, view.first_day, view.until)
        words = say(
            "sources_strip", language, name=one.title, standing=standing,
            total=format_number(sum(one.days), language=language),
            lost=format_number(lost, language=language, decimals=1),
        )  # fmt: skip
        read = say("sources_read_never", language)
        if one.last_success is not None:
            time = since_words(one.last_success, language, now=view.until, zone=zone)
            read = say("sources_read_at", language, time=time)
        brought = row_volume(one, language)
        label = escape(words, quote=True)
        rows.append(
            f'<div class="kt-row kt-source" data-key="{escape(name, quote=True)}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if name == chosen else "false"}" aria-label="{label}" title="{label}">'
            f'<span class="kt-name">{escape(one.title)}</span>{standing_chip(one, language)}'
            f"{draw_strip(one, view)}<small>{escape(read)}{brought}</small></div>"
        )
    return f'<div class="kt-rows kt-source-list">{"".join(rows)}</div>'


def row_volume(one: SourceState, language: Language) -> str:
    """What it brought lately beside its usual, on a line of its own; nothing where it cannot be judged."""
    if one.volume is None or one.volume.state == "new":
        return ""
    found, expected = (format_number(value, language=language) for value in (one.volume.found, one.volume.expected))
    words = say("sources_brought_short", language, found=found, hours=one.volume.hours, expected=expected)
    return f"<br>{escape(words)}"


def standing_chip(one: SourceState, language: Language) -> str:
    return f'<span class="chip kt-standing-{one.standing}">{say(f"sources_standing_{one.standing}", language)}</span>'


def draw_strip(one: SourceState, view: SourceView) -> str:
    """The documents of each day as columns, with what was not collected hatched over the hours it took."""
    largest = max(one.days, default=0) or 1
    slot, span = STRIP_WIDTH / DAYS, timedelta(days=DAYS)
    parts = [bar(0, STRIP_HEIGHT - 0.8, STRIP_WIDTH, 0.8, "floor")]
    for number, count in enumerate(one.days):
        if count:
            height = max(1.5, (STRIP_HEIGHT - 1) * count / largest)
            parts.append(bar(number * slot + 0.8, STRIP_HEIGHT - height, slot - 1.6, height, "usual"))
    for gap in one.gaps:
        begin, end = max(gap.since, view.first_day), min(gap.until, view.until)
        if end > begin:
            x = STRIP_WIDTH * ((begin - view.first_day) / span)
            parts.append(bar(x, 0, max(STRIP_WIDTH * ((end - begin) / span), 2.0), STRIP_HEIGHT, "lost"))
    return (
        f'<svg class="kt-spark kt-strip" viewBox="0 0 {STRIP_WIDTH:.0f} {STRIP_HEIGHT:.0f}" '
        f'preserveAspectRatio="none" aria-hidden="true">{HATCH}{"".join(parts)}</svg>'
    )


def hours_lost(gaps: Sequence[Gap], since: datetime, until: datetime) -> float:
    """Hours of the time that lie in any of the gaps."""
    return share_lost(gaps, since, until) * ((until - since) / timedelta(hours=1))


def source_facts(one: SourceState, settings: Settings, language: Language, *, now: datetime) -> str:
    """What is known of one source, fact by fact."""
    source, zone = one.source, settings.zone
    facts = [
        (say("sources_read", language), read_words(one, language, zone=zone, now=now)),
        (say("sources_brought", language), brought_words(one, language)),
        (say("sources_next", language), next_words(one, language, zone=zone, now=now)),
        (say("sources_fault", language), fault_words(one, language, zone=zone)),
        (say("sources_pause", language), pause_words(one, settings, language)),
        (say("sources_kind", language), f"{source.kind} · {source.platform}"),
    ]
    if source.legal:
        facts.append((say("sources_legal", language), source.legal))
    rows = "".join(f"<span>{escape(name)}</span><div>{escape(words)}</div>" for name, words in facts)
    address = safe_address(source.url)
    shown = escape(shorten(source.url, ADDRESS_SHOWN))
    link = (
        f'<a href="{escape(source.url, quote=True)}" target="_blank" rel="noopener noreferrer">{shown}</a>'
        if address
        else shown
    )
    seen = (
        say("sources_unchecked", language)
        if source.checked is None
        else say("sources_checked", language, day=source.checked.isoformat())
    )
    return (
        f'<p class="kt-note kt-address">{link} · {escape(seen)}</p><div class="kt-facts-list">{rows}</div>'
        + gap_list(one, language, zone=zone)
    )


def read_words(one: SourceState, language: Language, *, zone: str, now: datetime) -> str:
    if one.last_success is None:
        return say("sources_never", language)
    age = age_words(max(now - one.last_success, timedelta()), language)
    return f"{format_time(one.last_success, zone=zone, language=language)} ({age})"


def brought_words(one: SourceState, language: Language) -> str:
    """What it brought lately beside its usual, with the band."""
    total = say("sources_total", language, count=format_number(sum(one.days), language=language))
    volume = one.volume
    if volume is None or volume.state == "new":
        return f"{total}; {say('sources_brought_new', language)}" if one.source.enabled else total
    numbers = {
        name: format_number(value, language=language)
        for name, value in (("found", volume.found), ("expected", volume.expected), ("low", volume.low),
                            ("high", volume.high))
    }  # fmt: skip
    return f"{say('sources_brought_words', language, hours=volume.hours, **numbers)}; {total}"


def next_words(one: SourceState, language: Language, *, zone: str, now: datetime) -> str:
    if one.missing:
        return say("sources_missing", language, names=", ".join(one.missing))
    if one.turn is None:
        return say("sources_next_none", language)
    due = say("sources_next_due", language)
    if one.turn.due > now:
        due = format_time(one.turn.due, zone=zone, language=language)
    failures = one.turn.failures
    return f"{due} ({say('sources_failures', language, count=failures)})" if failures else due


def fault_words(one: SourceState, language: Language, *, zone: str) -> str:
    """The newest thing that went wrong, in words, with its time."""
    said = []
    if one.gaps:
        newest = max(one.gaps, key=lambda gap: gap.until)
        said.append(f"{format_time(newest.until, zone=zone, language=language)}: {newest.reason}")
    if one.report is not None:
        at, report = one.report
        if report.failed:
            count = format_number(report.failed, language=language)
            told = say("sources_fault_pages", language, count=count)
            said.append(f"{format_time(at, zone=zone, language=language)}: {told}")
        if report.left:
            said.append(say("sources_left", language, count=format_number(report.left, language=language)))
    return "; ".join(said) or say("sources_fault_none", language)


def pause_words(one: SourceState, settings: Settings, language: Language) -> str:
    """How long it waits between two requests, and what robots.txt says."""
    declared, robots = one.source.crawl_delay, one.robots
    pause = max(settings.crawl_delay, declared or 0.0, (robots.delay if robots else None) or 0.0)
    said = [say("sources_pause_words", language, seconds=seconds_words(pause, language))]
    if robots is None:
        said.append(say("sources_robots_unknown", language))
    else:
        said.append(say("sources_robots_free" if robots.allowed else "sources_robots_shut", language))
        if robots.delay:
            said.append(say("sources_pause_robots", language, seconds=seconds_words(robots.delay, language)))
    return "; ".join(said)


def seconds_words(seconds: float, language: Language) -> str:
    return format_number(seconds, language=language, decimals=0 if seconds == int(seconds) else 1)


def gap_list(one: SourceState, language: Language, *, zone: str) -> str:
    """The newest gaps of a source, each with its reason."""
    title = f'<div class="kt-family">{say("sources_gaps", language)}</div>'
    if not one.gaps:
        return f'{title}<p class="kt-note">{say("sources_gaps_none", language)}</p>'
    newest = sorted(one.gaps, key=lambda gap: gap.until, reverse=True)
    items = [
        say(
            "sources_gap", language, since=moment_words(gap.since, language, zone=zone),
            until=moment_words(gap.until, language, zone=zone), reason=gap.reason,
            hours=format_number((gap.until - gap.since) / timedelta(hours=1), language=language, decimals=1),
        )
        for gap in newest[:GAPS_SHOWN]
    ]  # fmt: skip
    if len(newest) > GAPS_SHOWN:
        items.append(say("sources_gaps_more", language, count=len(newest) - GAPS_SHOWN))
    return f'{title}<ul class="kt-gap-list">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'


def moment_words(moment: datetime, language: Language, *, zone: str) -> str:
    """A day without its year and the hour: "17 November 06.00"."""
    day = format_day(moment, zone=zone, language=language).rpartition(" ")[0]
    return f"{day} {format_hour(moment, zone=zone, language=language).removesuffix(f' {zone}')}"


def job_rows(jobs: Sequence[Job], language: Language, *, zone: str, chosen: int | None) -> str:
    """Jobs as buttons: what, how far, since when; running ones first."""
    rows = []
    for job in sorted(jobs, key=lambda job: job.state not in RUNNING):
        state = say(f"sources_job_state_{job.state}", language)
        local = to_zone(job.started_at or job.created_at, zone)
        said = [state, progress_words(job, language), moment_words(local, language, zone=zone), job.actor_name]
        note = job.error or job.note or ""
        meter = ""
        if job.state in RUNNING and job.total:
            share = min(100.0, 100 * (job.done or 0) / job.total)
            meter = f'<span class="kt-bar track"><i class="kt-done-part" style="width:{share:.1f}%"></i></span>'
        rows.append(
            f'<div class="kt-case" data-key="{job.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if job.id == chosen else "false"}">'
            f"<b>{job.id} · {escape(job_words(job, language))}</b>{meter}"
            f"<small>{escape(' · '.join(part for part in said if part))}</small>"
            + (f"<small>{escape(shorten(note, 160))}</small>" if note else "")
            + "</div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def job_words(job: Job, language: Language) -> str:
    """What a job does, for a person."""
    name, *rest = job.arguments or ("?",)
    if name == "crawl":
        named = [one for one in rest if not one.startswith("-")]
        return say("sources_job_crawl", language, what=", ".join(named) or say("sources_job_crawl_all", language))
    if name in ("import", "score", "train"):
        return say(f"sources_job_{name}", language)
    return say("sources_job_other", language, what=name)


def progress_words(job: Job, language: Language) -> str:
    if job.done is None or job.state not in RUNNING:
        return ""
    done = format_number(job.done, language=language)
    if job.total is None:
        return say("sources_job_progress_open", language, done=done)
    return say("sources_job_progress", language, done=done, total=format_number(job.total, language=language))


def refused_rows(refused: Sequence[Refused], language: Language, *, zone: str, chosen: str | None) -> str:
    """Refused inputs as buttons: why, from where, when."""
    rows = []
    for one in refused:
        key = refused_key(one)
        when = moment_words(one.at, language, zone=zone)
        rows.append(
            f'<div class="kt-case" data-key="{key}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if key == chosen else "false"}"><b>{escape(one.source)}</b> '
            f'<span class="chip">{escape(one.reason)}</span><p dir="auto">{escape(shorten(one.message, 200))}</p>'
            f"<small>{escape(when)} · {escape(shorten(one.url, ADDRESS_SHOWN))}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def refused_key(refused: Refused) -> str:
    """A short name for a refused input in an address: it has no number of its own."""
    return sha256("\0".join((refused.source, refused.url, refused.reason)).encode("utf-8", "replace")).hexdigest()[:16]


def shorten(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
