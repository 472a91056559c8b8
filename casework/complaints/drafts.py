"""A post that is a complaint: an analyst makes a draft of it, and a person submits it. Until then nobody acts on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from casework.complaints.changing import begin_change, complete_change, whole_second
from casework.complaints.intake import take_complaint
from casework.complaints.records import Complaint, Intake, Taken
from casework.roles import Actor
from kentongan.errors import Conflict, NotFound
from kentongan.settings import Settings
from search.store import Store

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer
    from models.suggest import Suggester

MAX_TITLE = 100
"""Longest title made of a post's first line, in characters."""


def draft_from_post(
    session: Session,
    document: str,
    *,
    store: Store,
    deadlines: Deadlines,
    gazetteer: Gazetteer | None,
    suggester: Suggester | None,
    settings: Settings,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Taken:
    """A held draft of a post, with its newest words and its place; the same post again gives the same draft.

    Who wrote the post is no reporter and is not kept. Raises NotAllowed, NotFound, and Conflict for what is a
    complaint already.
    """
    record = store.get([document])[0]
    if record is None:
        raise NotFound(f"Dokumen {document[:40]} tidak ada.", hint="Cari dahulu: `kentongan search KATA`.")
    post = record.document
    if post.kind == "complaint":
        raise Conflict(
            "Dokumen itu sudah sebuah aduan.", hint=f"Nomor asalnya {post.native_key}: `kentongan complaints list`."
        )
    region = record.labels.get("region")
    intake = Intake(
        channel="unggahan",
        text=record.newest.text,
        title=record.newest.title or record.newest.text.split("\n")[0][:MAX_TITLE],
        place=post.place,
        region=post.region or (region.value if region is not None and not region.abstained else None),
        name=post.author or "",
        anonymous=True,
        given={"unggahan": document, "platform": post.platform},
        held="draft",
        sample=post.sample,
    )
    return take_complaint(
        session, intake, deadlines=deadlines, gazetteer=gazetteer, suggester=suggester, settings=settings,
        actor=actor, now=now, delivery=("draft", document), via=via,
    )  # fmt: skip


def submit(
    session: Session,
    complaint: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """File a draft: from now on it is a complaint on the clock. Raises NotFound, NotAllowed, Conflict."""
    change = begin_change(session, complaint, act="submitted", actor=actor, version=version, now=now)
    if change.row.held != "draft":
        raise Conflict(f"Aduan {change.row.number} bukan rancangan.", hint="Tidak ada yang perlu diajukan.")
    change.row.held, change.row.received_at, change.row.stage_since = None, whole_second(now), whole_second(now)
    return complete_change(session, change, now=now, deadlines=deadlines, via=via)
