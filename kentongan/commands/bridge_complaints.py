"""Hands complaints that came over a bridge to the intake of complaints, with what an installation knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.settings import Settings

VIA = "jembatan"
"""What the record says of complaints that came this way."""

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.bridge_runs import ComplaintTaker, Kept
    from casework.roles import Actor
    from crawlers.bridges.records import BridgeComplaint


def complaint_taker(settings: Settings, actor: Actor, now: datetime) -> ComplaintTaker:
    """Takes complaints of a bridge into casework; what it needs is opened when the first one comes."""

    def take(session: Session, complaints: Sequence[BridgeComplaint]) -> Kept:
        from casework.bridge_intake import as_intake
        from casework.bridge_runs import Kept
        from casework.complaints.importing import take_complaints
        from casework.deadlines import load_deadlines
        from crawlers.file_rows import RefusedRow
        from kentongan.places import load_gazetteer
        from models.suggest import load_suggester

        taken = take_complaints(
            session, [as_intake(one) for one in complaints], deadlines=load_deadlines(settings),
            gazetteer=load_gazetteer(settings.regions_file, boundaries=settings.boundaries_file),
            suggester=load_suggester(), settings=settings, actor=actor, now=now,
            as_of=now, via=VIA,
        )  # fmt: skip
        refused = (
            RefusedRow(line=place + 1, reason=error.reason, message=f"Aduan {complaints[place].ticket}: {error}")
            for place, error in taken.refused
        )
        return Kept(added=taken.new, changed=taken.changed, refused=tuple(refused))

    return take
