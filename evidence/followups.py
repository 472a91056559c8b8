"""Assigns follow-ups to the police: only from a case whose law questions opened that way (``evidence.law.grounds``).

The gate is here and in ``casework.followups.assigning``, which refuses the police without what this makes. What the
press published stops at the rulebook: the route to the police is shut for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.followups.assigning import Due, assign_followup
from casework.followups.legal_basis import BasisFile
from casework.followups.records import FollowUp, PoliceGrounds
from casework.roles import Actor
from evidence.law.grounds import check_export
from evidence.law.rulebook import Rulebook
from evidence.objects import Objects
from kentongan.errors import NotAllowed
from kentongan.working_days import Calendar


def police_grounds(
    session: Session, case_id: str, *, rulebook: Rulebook, objects: Objects, now: datetime, zone: str
) -> PoliceGrounds:
    """What opens the way to the police for a case.

    Raises NotAllowed where the law's answers shut it (the press, opinion), Conflict where something is still to be
    answered, NotFound, Quarantine for a damaged snapshot.
    """
    grounds = check_export(session, case_id, route="police", rulebook=rulebook, objects=objects, now=now, zone=zone)
    left = tuple(entry.article for entry in grounds.entries if entry.ground == "left")
    if not left:
        raise NotAllowed(f"Tidak ada pasal yang dapat memuat laporan polisi untuk kasus {case_id}.")
    return PoliceGrounds(
        case=grounds.case, route=grounds.route, rulebook=grounds.rulebook.sha256, articles=left,
        warnings=grounds.warnings, checked_at=now,
    )  # fmt: skip


def assign_to_police(
    session: Session,
    case_id: str,
    *,
    agency: str,
    title: str,
    task: str,
    bases: Sequence[str],
    book: BasisFile,
    due: Due,
    calendar: Calendar,
    rulebook: Rulebook,
    objects: Objects,
    zone: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> FollowUp:
    """Give a police unit a task about a case. Raises as ``police_grounds`` and ``assign_followup`` do."""
    authorise(session, actor, action="followups.assign", now=now)
    grounds = police_grounds(session, case_id, rulebook=rulebook, objects=objects, now=now, zone=zone)
    return assign_followup(
        session, kind="case", object=case_id, agency=agency, title=title, task=task, bases=bases, book=book, due=due,
        calendar=calendar, zone=zone, actor=actor, now=now, grounds=grounds, via=via,
    )  # fmt: skip
