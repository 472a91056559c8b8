"""What the page of clippings does: makes an edition, corrects its items, issues it, writes its papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from casework.agencies import list_agencies
from casework.claim_matching import open_vectors
from casework.clippings.claims import read_claims
from casework.clippings.correcting import add_item, correct_item, leave_out, put_back, undo_last
from casework.clippings.editions import EditionName
from casework.clippings.issuing import issue_clipping, read_edition
from casework.clippings.making import make_clipping
from casework.clippings.message import clipping_text, file_name
from casework.clippings.paper import clipping_pdf
from casework.clippings.reading import clipping_history, find_clipping
from casework.clippings.records import Clipping, ClippingEvent, ClippingItem, Edition, Field
from casework.clippings.workbook import clipping_xlsx
from casework.roles import Actor
from dashboard.data import read_settings, shared_casework, shared_gazetteer, shared_store
from dashboard.visitor import VIA, page_actor

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingView:
    """An edition as its page shows it."""

    edition: Edition
    events: tuple[ClippingEvent, ...]
    agencies: Mapping[str, str]
    """Active agencies' names by code, in the order of their names."""

    @property
    def clipping(self) -> Clipping:
        return self.edition.clipping


def load_clipping(day: date, edition: EditionName, *, now: datetime) -> ClippingView | None:
    """The edition with its history; None where it is not made. Raises KentonganError."""
    with shared_casework().read() as session:
        found = find_clipping(session, day=day, edition=edition)
        if found is None:
            return None
        return ClippingView(
            edition=read_edition(shared_store(), session, found.id, settings=read_settings(), now=now),
            events=clipping_history(session, found.id),
            agencies={one.code: one.name for one in list_agencies(session, active=True)},
        )


def make_edition(day: date, edition: EditionName, *, now: datetime) -> Clipping:
    """Make the edition, or gather what came since. Raises KentonganError."""
    with shared_casework().read() as session:
        claims = read_claims(shared_store(), session, open_embed=open_vectors)
    return as_page(
        lambda session, actor: make_clipping(
            shared_store(), session, day=day, edition=edition, settings=read_settings(), gazetteer=shared_gazetteer(),
            actor=actor, now=now, claims=claims, via=VIA,
        ),
        now=now,
    )  # fmt: skip


def correct(item: ClippingItem, changes: Mapping[Field, str | int | bool | None], *, now: datetime) -> ClippingItem:
    """Set what the person changed, on what they saw. Raises KentonganError."""
    return as_page(
        lambda session, actor: correct_item(
            session, shared_store(), item.id, changes=changes, actor=actor, now=now, version=item.version, via=VIA
        ),
        now=now,
    )


def take_out(item: ClippingItem, *, reason: str, now: datetime) -> ClippingItem:
    """Leave the item out. Raises KentonganError."""
    return as_page(
        lambda session, actor: leave_out(
            session, item.id, reason=reason, actor=actor, now=now, version=item.version, via=VIA
        ),
        now=now,
    )


def take_in(item: ClippingItem, *, now: datetime) -> ClippingItem:
    """Put the item back. Raises KentonganError."""
    return as_page(
        lambda session, actor: put_back(session, item.id, actor=actor, now=now, version=item.version, via=VIA), now=now
    )


def add_article(clipping: Clipping, document: str, *, now: datetime) -> ClippingItem:
    """Take in an article by its id. Raises KentonganError."""
    return as_page(
        lambda session, actor: add_item(
            session, shared_store(), clipping.id, document=document, settings=read_settings(),
            gazetteer=shared_gazetteer(), actor=actor, now=now, via=VIA,
        ),
        now=now,
    )  # fmt: skip


def undo(clipping: Clipping, *, now: datetime) -> ClippingItem:
    """Take the last correction back. Raises KentonganError."""
    return as_page(
        lambda session, actor: undo_last(session, shared_store(), clipping.id, actor=actor, now=now, via=VIA), now=now
    )


def issue(clipping: Clipping, *, now: datetime) -> Edition:
    """Issue the edition as the person saw it. Raises KentonganError."""
    return as_page(
        lambda session, actor: issue_clipping(
            shared_store(), session, clipping.id, settings=read_settings(), actor=actor, now=now,
            version=clipping.version, via=VIA,
        ),
        now=now,
    )  # fmt: skip


def write_pdf(edition: Edition, *, now: datetime) -> bytes:
    """The edition as PDF, dated when it was issued, else now."""
    return clipping_pdf(edition, organisation=read_settings().organisation, now=edition.clipping.issued_at or now)


def write_xlsx(edition: Edition, *, now: datetime) -> bytes:
    """The edition as a workbook, dated likewise."""
    return clipping_xlsx(edition, organisation=read_settings().organisation, now=edition.clipping.issued_at or now)


def write_text(edition: Edition) -> str:
    """The edition as a WhatsApp message."""
    return clipping_text(edition)


def download_name(edition: Edition, suffix: str) -> str:
    return file_name(edition, suffix)


def as_page(do: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do an act in one transaction, in the name of the page's person."""
    with shared_casework().begin() as session:
        return do(session, page_actor(session, now=now))
