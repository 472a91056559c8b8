"""Does what an officer decides on the page of complaints: one function from an act's name and form to its change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from casework.complaints.drafts import submit
from casework.complaints.handling import (
    archive,
    finish,
    follow_up,
    forward,
    mark_secret,
    release,
    resume,
    send_back,
    verify,
    wait_for_reporter,
)
from casework.complaints.listing import parse_number
from casework.complaints.merging import merge, unmerge
from casework.complaints.records import Complaint, ComplaintKind, Stage
from casework.complaints.reopening import reopen
from casework.complaints.transitions import Act
from dashboard.complaint_desk import VIA, find_viewer
from dashboard.data import read_settings, shared_casework, shared_deadlines, shared_gazetteer


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was filled in for an act; an act reads only what it needs."""

    words: str = ""
    """The reason, note, question or answer."""
    kind: ComplaintKind | None = None
    category: str | None = None
    region: str | None = None
    agency: str | None = None
    into: str = ""
    """Number of the complaint it is joined to."""
    stage: Stage | None = None
    """Of a held complaint whose status word nobody knew."""
    secret: bool = True
    """Whether it becomes secret or is so no longer."""


def decide(complaint: int, act: Act, decision: Decision, *, version: int, now: datetime) -> Complaint:
    """Do it in the name of who acts on pages. ``version`` is the one that was shown.

    Raises KentonganError: not allowed, not possible at this stage, changed meanwhile, or words missing.
    """
    settings = read_settings()
    with shared_casework().begin() as session:
        viewer = find_viewer(session, now=now)
        if viewer.actor is None:
            assert viewer.why is not None
            raise viewer.why
        done: dict[str, Any] = {
            "actor": viewer.actor, "version": version, "now": now, "deadlines": shared_deadlines(), "via": VIA,
        }  # fmt: skip
        if act == "verified":
            return verify(
                session, complaint, kind=decision.kind, category=decision.category, region=decision.region,
                gazetteer=shared_gazetteer(), **done,
            )  # fmt: skip
        if act == "forwarded":
            return forward(session, complaint, agency=decision.agency or "", note=decision.words, **done)
        if act == "returned":
            return send_back(session, complaint, reason=decision.words, **done)
        if act == "followed_up":
            return follow_up(session, complaint, note=decision.words, **done)
        if act == "waiting":
            return wait_for_reporter(session, complaint, reason=decision.words, **done)
        if act == "resumed":
            return resume(session, complaint, note=decision.words, **done)
        if act == "finished":
            return finish(session, complaint, answer=decision.words, **done)
        if act == "archived":
            return archive(session, complaint, reason=decision.words, **done)
        if act == "merged":
            return merge(session, complaint, into=parse_number(decision.into), **done)
        if act == "unmerged":
            return unmerge(session, complaint, **done)
        if act == "reopened":
            days = settings.complaint_reopen_days
            return reopen(session, complaint, reason=decision.words, days=days, **done)
        if act == "released":
            return release(session, complaint, reason=decision.words, stage=decision.stage, **done)
        if act == "submitted":
            return submit(session, complaint, **done)
        if act == "secret":
            return mark_secret(session, complaint, reason=decision.words, secret=decision.secret, **done)
    raise ValueError(f"the page has no act {act!r}")


def as_kind(said: str) -> ComplaintKind:
    """The kind of this name, as the form offers it."""
    return cast(ComplaintKind, said)
