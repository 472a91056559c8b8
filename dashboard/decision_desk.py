"""What the decision page gathers for a topic or a district: trend, complaints, indicators, what was done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from casework.complaints.listing import list_complaints
from casework.complaints.records import Complaint
from casework.followups.decision_paper import make_decision_paper
from casework.followups.decisions import Decision, list_decisions, record_decision
from casework.followups.past import (
    FinishedAgency,
    PastAct,
    Scope,
    count_open,
    finished_agencies,
    list_past,
)
from casework.indicators import IndicatorState, latest_indicators
from dashboard.data import POSTS, Overview, load_overview, load_scope, read_settings, shared_casework
from dashboard.visitor import VIA, page_actor
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.schema import Query
from kentongan.times import format_day

RED_SHOWN = 5
"""Overdue complaints that are listed."""
DECISIONS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """Everything the page shows of one scope and range."""

    scope: Scope
    since: datetime
    until: datetime
    overview: Overview
    open: int
    red: int
    red_complaints: tuple[Complaint, ...]
    """The longest overdue of the district; empty where a topic or words narrow the scope."""
    agencies: tuple[FinishedAgency, ...]
    past: tuple[PastAct, ...]
    indicators: tuple[IndicatorState, ...]
    decisions: tuple[Decision, ...]

    @property
    def finished(self) -> int:
        return sum(one.finished for one in self.agencies)


def load_decision(scope: Scope, *, since: datetime, until: datetime, now: datetime) -> DecisionView:
    """Gather it. Raises BadQuery and Retry."""
    settings = read_settings()
    query = Query(
        text=scope.words, since=since, until=until, topics=(scope.topic,) if scope.topic else (),
        regions=(scope.region,) if scope.region else (),
    )  # fmt: skip
    overview = load_overview(query, step="day", zone=settings.zone)
    documents, daily = load_scope(scope, zone=settings.zone)
    place = scope.region or settings.region
    with shared_casework().read() as session:
        open_count, red = count_open(session, scope, documents=documents, now=now)
        listed = (
            list_complaints(session, region=scope.region, red=True, now=now, limit=RED_SHOWN)
            if documents is None
            else []
        )
        return DecisionView(
            scope=scope,
            since=since,
            until=until,
            overview=overview,
            open=open_count,
            red=red,
            red_complaints=tuple(listed),
            agencies=tuple(finished_agencies(session, scope, documents=documents, since=since, until=until)),
            past=tuple(list_past(session, scope, until=now, now=now, daily=daily, zone=settings.zone)),
            indicators=tuple(latest_indicators(session, region=place, now=now)) if place else (),
            decisions=tuple(list_decisions(session, topic=scope.topic, region=scope.region, limit=DECISIONS_SHOWN)),
        )


def record(
    view: DecisionView, *, question: str, options: Sequence[str], chosen: int, reason: str, now: datetime
) -> Decision:
    """Keep a decision with the figures on the page. Raises KentonganError."""
    with shared_casework().begin() as session:
        return record_decision(
            session, question=question, options=options, chosen=chosen, reason=reason, since=view.since,
            until=view.until, figures=figures_of(view, now=now), topic=view.scope.topic, region=view.scope.region,
            words=view.scope.words, sample=view.overview.sample, actor=page_actor(session, now=now), now=now, via=VIA,
        )  # fmt: skip


def figures_of(view: DecisionView, *, now: datetime) -> Mapping[str, Any]:
    """What stands on the page, in Indonesian words, for the record and its sheet."""
    zone = read_settings().zone
    decided = sum(view.overview.sentiment.get(label, 0) for label in ("negative", "neutral", "positive"))
    negative = view.overview.sentiment.get("negative", 0)
    pairs = [
        ("Keadaan pada", format_day(now, zone=zone)),
        (say("decisions_posts", "id"), format_number(sum(view.overview.kinds.get(kind, 0) for kind in POSTS))),
        (say("decisions_negative", "id"), f"{format_number(100 * negative / decided)} %" if decided else "-"),
        ("Cakupan pengumpulan", f"{format_number(100 * view.overview.coverage)} %"),
        ("Aduan terbuka", format_number(view.open)),
        ("Aduan kode merah", format_number(view.red)),
        ("Aduan selesai dalam masa ini", format_number(view.finished)),
        *((one.name, indicator_words(one, "id", zone=zone)) for one in view.indicators),
    ]
    return {
        "angka": [list(pair) for pair in pairs],
        "sebelumnya": [
            [act.number, act.title, act.who, took_words(act, "id"), followed_words(act, "id")] for act in view.past
        ],
    }


def took_words(act: PastAct, language: Language) -> str:
    """How long it took: "4 hari", or that it goes on."""
    if act.took is None:
        return say("past_going", language)
    days = act.took / timedelta(days=1)
    if days < 1:
        return say("past_took_less", language)
    return say("past_took", language, days=format_number(days, language=language, decimals=0 if days >= 10 else 1))


def followed_words(act: PastAct, language: Language) -> str:
    """Complaints before and after; "-" where they cannot be known."""
    if act.before is None:
        return "-"
    before = format_number(act.before, language=language)
    if act.after is None:
        return say("past_followed_waiting", language, before=before)
    return say("past_followed", language, before=before, after=format_number(act.after, language=language))


def indicator_words(one: IndicatorState, language: Language, *, zone: str) -> str:
    """A value with its unit, its day, and that it is old: "14.500 Rp/kg (1 Oktober 2026)"."""
    value = format_number(one.value, language=language, decimals=one.decimals)
    old = f", {say('decisions_old', language)}" if one.old else ""
    return f"{value} {one.unit} ({format_day(one.time, zone=zone, language=language)}{old})"


def make_sheet(decision: Decision, *, topic: str | None, place: str | None, now: datetime) -> bytes:
    """The decision sheet as PDF; ``topic`` and ``place`` in words."""
    settings = read_settings()
    about = [("Topik", topic), ("Wilayah", place), ("Kata", decision.words)]
    return make_decision_paper(
        decision, about=[(name, value) for name, value in about if value], organisation=settings.organisation,
        zone=settings.zone, now=now,
    )  # fmt: skip
