"""Records that a clarification went out: on which channels, where, when, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.followups.clarifications import Draft, lock_draft, record_draft_act, words_hash
from casework.followups.tables import DraftRow, PublicationRow
from casework.roles import Actor
from casework.verdict_clarifications import publish_clarification
from casework.verdict_records import get_review
from casework.verdict_rules import CHANNELS, check_address, check_channels
from kentongan.errors import Conflict, KentonganError
from kentongan.schema import require_aware

SPOKEN: Final = frozenset({"radio", "televisi", "whatsapp", "media", "siaran_pers", "telegram"})
"""Channels that may have no public address; every other one has one that people can open."""
EARLY: Final = timedelta(minutes=5)
"""How far before its approval a publication may be noted, for clocks that differ; more would be a publication that
nobody had approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Where a clarification went out."""

    channel: str
    address: str | None = None
    at: datetime | None = None
    """When; None: now."""


def publish_draft(
    session: Session,
    draft: int,
    *,
    outlets: Sequence[Outlet],
    actor: Actor,
    version: int,
    now: datetime,
    via: str | None = None,
) -> Draft:
    """Record that an approved clarification went out, or that a published one went out on further channels.

    One that rests on a verdict is also recorded there (``casework.verdict_clarifications``), once, so its first
    publication needs a public https address. Raises NotAllowed, NotFound, Conflict (not approved, other words than
    were approved, a verdict that changed since, a channel recorded before), KentonganError.
    """
    actor = authorise(session, actor, action="clarifications.publish", now=now)
    row = lock_draft(session, draft, states=("approved", "published"), doing="dinyatakan terbit", version=version)
    if row.approved_words != words_hash(row.title, row.text):
        raise Conflict("Teksnya bukan yang disetujui.", hint="Minta persetujuan lagi.")
    checked = check_outlets(session, row, outlets, now=now)
    if row.review is not None:
        expect_same_verdict(session, row)
        if row.verdict_clarification is None:
            row.verdict_clarification = publish_on_verdict(session, row, checked, actor=actor, now=now, via=via)
    for outlet in checked:
        session.add(
            PublicationRow(
                draft=row.id, channel=outlet.channel, address=outlet.address, at=outlet.at or now, recorded_at=now,
                actor=actor.id, actor_name=actor.username,
            )
        )  # fmt: skip
    row.state = "published"
    first = min(outlet.at or now for outlet in checked)
    row.published_at = first if row.published_at is None else min(row.published_at, first)
    detail = {"saluran": [outlet.channel for outlet in checked]}
    return record_draft_act(session, row, act="published", detail=detail, actor=actor, now=now, via=via)


def check_outlets(
    session: Session, row: DraftRow, outlets: Sequence[Outlet], *, now: datetime
) -> tuple[Outlet, ...]:  # fmt: skip
    """The outlets, complete and new. Raises Conflict and KentonganError."""
    check_channels([outlet.channel for outlet in outlets])
    known = select(PublicationRow.channel, PublicationRow.address).where(PublicationRow.draft == row.id)
    seen = {(found.channel, found.address) for found in session.execute(known)}
    checked = []
    for outlet in outlets:
        address = outlet.address
        if address is not None:
            address = check_address(f"Alamat {CHANNELS[outlet.channel]}", address, schemes=("https", "http"))
        elif outlet.channel not in SPOKEN:
            raise KentonganError(
                f"Alamat {CHANNELS[outlet.channel]} belum disebut.", hint="Sebut alamat tempat orang membacanya."
            )
        require_aware("at", outlet.at)
        if outlet.at is not None and outlet.at > now:
            raise KentonganError("Waktu terbitnya belum tiba.", hint="Catat sesudah terbit.")
        if outlet.at is not None and row.approved_at is not None and outlet.at < row.approved_at - EARLY:
            raise Conflict("Waktu terbitnya sebelum disetujui.", hint="Periksa tanggal dan jamnya.")
        if (outlet.channel, address) in seen:
            raise Conflict(f"Terbitnya di {CHANNELS[outlet.channel]} memang sudah dicatat.")
        seen.add((outlet.channel, address))
        checked.append(Outlet(channel=outlet.channel, address=address, at=outlet.at))
    return tuple(checked)


def expect_same_verdict(session: Session, row: DraftRow) -> None:
    """Raise Conflict where the verdict is not the one that the approval rests on."""
    assert row.review is not None
    review = get_review(session, row.review)
    if review.state != "decided" or review.round != row.review_round:
        raise Conflict(
            f"Putusan pemeriksaan {row.review} berubah sejak klarifikasi ini disetujui.",
            hint="Ubah teksnya menurut putusan yang berlaku, lalu minta persetujuan lagi.",
        )


def publish_on_verdict(
    session: Session, row: DraftRow, outlets: Sequence[Outlet], *, actor: Actor, now: datetime, via: str | None
) -> int:
    """Record it on its verdict; returns the number there. Raises KentonganError without a public https address."""
    assert row.review is not None
    url = next((o.address for o in outlets if o.address is not None and o.address.startswith("https://")), None)
    if url is None:
        raise KentonganError(
            "Klarifikasi atas sebuah putusan pertama kali terbit di alamat https yang dapat dibaca umum.",
            hint="Catat dulu terbitnya di situs, lalu saluran lain.",
        )
    channels = tuple(dict.fromkeys(outlet.channel for outlet in outlets))
    said = publish_clarification(
        session, row.review, text=f"{row.title}\n{row.text}", url=url, channels=channels,
        version=get_review(session, row.review).version, actor=actor, now=now, via=via,
    )  # fmt: skip
    return said.id
