"""The parts of a briefing about what people say: issues that rise, and sentiment with its range by topic."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from casework.briefings.content import Line, Part, PartTable, compose, number, quote
from casework.briefings.gathering import Gathering, name_topic
from casework.figure_records import PERCENT, Figure, Measure
from casework.trends.hours import hour_of
from casework.trends.issues import agency_of_issue, list_issues
from casework.trends.records import REASON_WORDS, Issue
from casework.trends.tables import TrendSpanRow
from kentongan.schema import ABSTAINED, TOPICS, UNLABELLED

MOST_ISSUES: Final = 5
"""Issues a page has room for."""
MOST_REASONS: Final = 3
MOST_TOPICS: Final = 5
WEEK: Final = timedelta(days=7)
LEAST_READ: Final = 20
"""Posts with a sentiment from which a topic's share is printed: of fewer, one post more moves it by 5 points."""
SHOWN_REASONS: Final = frozenset({"term", "hashtag", "place"})
"""What may be printed of an issue's reasons: no account, and no story or complaint by its number."""


def tell_issues(desk: Gathering) -> Part:
    """What moved: issues that rise, each with its agency, its voices against the usual, and why."""
    title = "Isu yang naik"
    session = desk.sources.session
    if not issues_counted(desk):
        return Part(key="isu", title=title, absent=(compose("Isu belum dihitung untuk masa ini, jadi tidak disebut."),))
    issues = list_issues(session, since=desk.since, until=desk.until, limit=MOST_ISSUES)
    if not issues:
        return Part(key="isu", title=title, lines=(compose("Tidak ada isu yang naik di luar kebiasaan."),))
    if any(issue.sample for issue in issues):
        desk.note_sample()
    total = desk.ask_time("isu-naik", "issues_rising", unit="isu")
    return Part(
        key="isu",
        title=title,
        lines=(compose("{total} isu naik di luar kebiasaan; yang paling kuat di atas.", total=total),),
        table=PartTable(
            header=("Isu", "Instansi", "Suara", "Biasanya", "Yang menonjol"),
            rows=tuple(tell_issue(desk, issue) for issue in issues),
            numbers=(False, False, True, True, False),
        ),
    )


def issues_counted(desk: Gathering) -> bool:
    """Whether voices were counted for any hour of the briefing's time: without that nobody looked for issues."""
    row = TrendSpanRow
    chosen = select(row.hour).where(row.hour >= hour_of(desk.since), row.hour <= hour_of(desk.until)).limit(1)
    return desk.sources.session.scalar(chosen) is not None


def tell_issue(desk: Gathering, issue: Issue) -> tuple[Line, ...]:
    """One issue as a row."""
    until = min(issue.last_at, desk.until).isoformat()
    voices = desk.ask_time(
        f"{issue.number}-suara", "series_voices", unit="suara", series=issue.key, since=issue.opened_at.isoformat(),
        until=until,
    )  # fmt: skip
    usual = desk.ask_time(f"{issue.number}-biasa", "issue_expected", unit="suara", decimals=1, issue=issue.id)
    agency = agency_of_issue(desk.sources.session, issue)
    return (
        compose("{number} {title}", number=number(issue.number, f"isu?isu={issue.id}"), title=quote(issue.title)),
        (quote(agency.name),) if agency is not None else compose("belum ditetapkan"),
        compose("{voices}", voices=voices),
        compose("{usual}", usual=usual),
        tell_reasons(desk, issue),
    )


def tell_reasons(desk: Gathering, issue: Issue) -> Line:
    """Why it rises, in words: what its posts have more of than before."""
    shown = [reason for reason in issue.reasons if reason.what in SHOWN_REASONS]
    shown.sort(key=lambda reason: -reason.z)
    named = [
        f"{REASON_WORDS[one.what]} {desk.name_region(one.value) if one.what == 'place' else one.value}"
        for one in shown[:MOST_REASONS]
    ]
    return (quote(", ".join(named)),) if named else compose("belum jelas")


def tell_sentiment(desk: Gathering) -> Part:
    """How many spoke, how they felt with the range, and the topics they spoke about most."""
    title = "Percakapan dan sentimen"
    posts = desk.ask_store("unggahan", unit="unggahan")
    if not posts.value:
        nothing = compose("Tidak ada unggahan yang terkumpul dalam masa ini.")
        return Part(key="sentimen", title=title, absent=(nothing,))
    before = desk.ask_store(
        "unggahan-pekan-lalu", unit="unggahan", since=desk.since - WEEK, until=desk.until - WEEK
    )  # fmt: skip
    lines: list[Line] = [
        compose(
            "{posts} unggahan dan komentar; pada jam yang sama sepekan sebelumnya {before}.", posts=posts, before=before
        )
        if before.value
        else compose("{posts} unggahan dan komentar; sepekan sebelumnya tidak ada yang terkumpul.", posts=posts)
    ]
    absent: list[Line] = []
    share = tell_share(desk)
    if share is None:
        absent.append(compose("Sentimen belum dibaca untuk masa ini."))
    else:
        lines.append(share)
        unsure = desk.ask_store("sentimen-ragu", unit="unggahan", by="sentiment", label=ABSTAINED)
        unread = desk.ask_store("sentimen-belum", unit="unggahan", by="sentiment", label=UNLABELLED)
        lines.append(
            compose("Model ragu pada {unsure} unggahan, dan {unread} belum dibaca.", unsure=unsure, unread=unread)
        )
    return Part(
        key="sentimen", title=title, lines=tuple(lines), table=tell_topics(desk, shared=share is not None),
        absent=tuple(absent),
    )  # fmt: skip


def tell_share(desk: Gathering) -> Line | None:
    """The share of negative and positive posts; None where no post has a sentiment."""
    negative = desk.ask_store("negatif", unit=PERCENT, measure="share", by="sentiment", label="negative")
    positive = desk.ask_store("positif", unit=PERCENT, measure="share", by="sentiment", label="positive")
    if negative.value is None:
        return None
    low = desk.ask_store("negatif-rendah", unit=PERCENT, measure="share_low", by="sentiment", label="negative")
    high = desk.ask_store("negatif-tinggi", unit=PERCENT, measure="share_high", by="sentiment", label="negative")
    words = "Dari yang terbaca, {negative} negatif{span} dan {positive} positif."
    span: Line = compose(" (rentang {low} sampai {high})", low=low, high=high)
    if low.value is None:
        span = compose(" (galat modelnya belum diukur)")
    return compose(words, negative=negative, positive=positive, span=span)


def tell_topics(desk: Gathering, *, shared: bool) -> PartTable | None:
    """The topics with most posts; None where no topic was read."""
    counted = [
        (topic, desk.ask_store(f"{topic}-unggahan", unit="unggahan", by="topic", label=topic)) for topic in TOPICS
    ]
    counted.sort(key=lambda one: -(one[1].value or 0))
    rows: list[tuple[Line, ...]] = []
    for topic, posts in counted[:MOST_TOPICS]:
        if not posts.value:
            continue
        complaints = desk.ask_store(
            f"{topic}-aduan", unit="aduan", by="topic", label=topic, kinds=("complaint",)
        )  # fmt: skip
        row: list[Line] = [(quote(name_topic(topic)),), compose("{n}", n=posts)]
        if shared:
            row.append(tell_topic_share(desk, topic))
        rows.append((*row, compose("{n}", n=complaints)))
    if not rows:
        return None
    header = ("Topik", "Unggahan", *(["Negatif (rentang)"] if shared else []), "Aduan warga")
    return PartTable(header=header, rows=tuple(rows), numbers=(False, *([True] * (len(header) - 1))))


def tell_topic_share(desk: Gathering, topic: str) -> Line:
    """The share of negative posts of one topic, with its range."""

    def ask(name: str, measure: Measure) -> Figure:
        return desk.ask_store(
            f"{topic}-{name}", unit=PERCENT, measure=measure, by="sentiment", label="negative", topics=(topic,)
        )

    value, low, high = ask("negatif", "share"), ask("rendah", "share_low"), ask("tinggi", "share_high")
    if value.value is None:
        return compose("belum terbaca")
    if desk.count_read(topic) < LEAST_READ:
        return compose("terlalu sedikit")
    if low.value is None:
        return compose("{value}", value=value)
    return compose("{value} ({low} sampai {high})", value=value, low=low, high=high)
