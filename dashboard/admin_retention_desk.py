"""What the page Kelola reads and does about what is kept: documents by age, citizens' personal data, the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import streamlit as st
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.complaints.reporters import forget_reporters as forget_complainants
from casework.incidents.callers import forget_callers
from casework.roles import Actor
from casework.tip_reporters import forget_reporters as forget_tippers
from dashboard.data import FRESH_SECONDS, forget_answers, read_settings, shared_casework, shared_store
from dashboard.visitor import page_actor
from evidence.retention import LONGEST_REASON, prune_old, weigh_old
from kentongan.errors import KentonganError
from kentongan.schema import Kind, Query
from kentongan.settings import Settings
from kentongan.times import start_of_day
from search.retention import Pruned
from search.store import Health

MOST_HERE: Final = 50_000
"""Documents that a page weighs or removes at once: about a minute of reading; more is the command line's."""
AGES: Final = (30, 180, 365)
"""Days at which the ages of documents are parted."""

Personal = Literal["tips", "complaints", "incidents"]
"""Whose personal data: of reporters of suspected hoaxes, of complainants, of emergency callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long one kind of personal data is kept, by which setting, and how it is blanked."""

    setting: str
    """Name of the setting with the days."""
    forget: Callable[[Session, int, Actor, datetime], int]
    """Blanks what is past its days; returns how many."""

    def days(self, settings: Settings) -> int:
        return int(getattr(settings, self.setting))


PERSONAL: Final[Mapping[Personal, Keeping]] = {
    "tips": Keeping(
        setting="tip_reporter_days",
        forget=lambda session, days, actor, now: len(forget_tippers(session, days=days, actor=actor, now=now)),
    ),
    "complaints": Keeping(
        setting="complaint_reporter_days",
        forget=lambda session, days, actor, now: forget_complainants(session, days=days, actor=actor, now=now),
    ),
    "incidents": Keeping(
        setting="emergency_caller_days",
        forget=lambda session, days, actor, now: len(forget_callers(session, days=days, actor=actor, now=now)),
    ),
}  # fmt: skip
"""Personal data of citizens: casework's own functions blank them."""


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def count_ages(today: datetime) -> list[dict[str, int]]:
    """Documents by kind, for each stretch of age that ``AGES`` parts, youngest first. Raises Retry."""
    ends = [None, *(today - timedelta(days=days) for days in AGES)]
    begins = [*ends[1:], None]
    return [
        {bucket.key[0]: bucket.count for bucket in shared_store().count(Query(since=since, until=until), by=("kind",))}
        for since, until in zip(begins, ends, strict=True)
    ]


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_health() -> tuple[Health, dict[str, int]]:
    """How the store is, and its documents by kind. Raises Retry."""
    store = shared_store()
    return store.health(), {bucket.key[0]: bucket.count for bucket in store.count(Query(), by=("kind",))}


def old_documents(days: int, kinds: tuple[Kind, ...], *, now: datetime) -> Query:
    """Documents that were published before the day ``days`` days ago began, of these kinds (none: all)."""
    return Query(until=start_of_day(now, read_settings().zone) - timedelta(days=days), kinds=kinds)


def count_matches(query: Query) -> int:
    """How many documents match. Raises Retry."""
    return shared_store().count(query)[0].count


def weigh_documents(query: Query, *, now: datetime) -> Pruned:
    """What ``remove_documents`` would do. Raises NotAllowed, Retry."""
    return weigh_old(shared_store(), shared_casework(), query, actor=admin_now(now=now), now=now)


def remove_documents(query: Query, *, reason: str, now: datetime) -> Pruned:
    """Remove what matches for good, for this reason. Raises NotAllowed, KentonganError, Retry."""
    done = prune_old(
        shared_store(), shared_casework(), query, reason=reason, most=MOST_HERE, actor=admin_now(now=now), now=now
    )
    forget_answers()
    count_ages.clear()
    load_health.clear()
    return done


def check_may_prune(*, now: datetime) -> None:
    """Raise NotAllowed for whoever may not remove anything: the numbers here are for those who may."""
    with shared_casework().read() as session:
        authorise(session, page_actor(session, now=now), action="store.prune", now=now)


def admin_now(*, now: datetime) -> Actor:
    """Who acts on this page. Raises NotAllowed, also for a page that stayed open longer than its session: that one may
    only read, so a transaction that may write is asked in."""
    with shared_casework().begin() as session:
        return page_actor(session, now=now)


def weigh_personal(*, now: datetime) -> dict[Personal, int]:
    """How many personal data are past their days: blanked in a transaction that is given up. Raises NotAllowed."""
    found: dict[Personal, int] = {}
    for kind, keeping in PERSONAL.items():
        with shared_casework().begin() as session:
            actor = page_actor(session, now=now)
            found[kind] = keeping.forget(session, keeping.days(read_settings()), actor, now)
            session.rollback()
    return found


def blank_personal(*, reason: str, now: datetime) -> int:
    """Blank all personal data that are past their days; the audit has the reason. Returns how many.

    Raises NotAllowed, KentonganError without a reason.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise KentonganError("Alasannya belum diisi.", hint="Tulis mengapa data pribadi ini dikosongkan.")
    blanked = 0
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        for kind, keeping in PERSONAL.items():
            count = keeping.forget(session, keeping.days(read_settings()), actor, now)
            if count:
                detail: audit.Detail = {"alasan": reason, "jumlah": count}
                audit.record(session, actor, action="retention.blanked", object=kind, detail=detail, now=now)
            blanked += count
    return blanked
