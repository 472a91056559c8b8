"""What the public routes of complaints work with: casework, gazetteer, deadlines and suggestions, and the bounds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from casework.complaints.intake import take_complaint
from casework.complaints.outbox import Message, read_messages
from casework.complaints.records import Complaint, Intake, Taken
from casework.complaints.reopening import rate, reopen
from casework.complaints.reporters import find_with_code
from casework.complaints.webhook import receive_complaint
from casework.db import Casework
from casework.roles import SYSTEM
from casework.webhook_signature import Signature
from dashboard.rate_limit import RateLimit
from dashboard.tip_desk import LOOKUPS_EACH, LOOKUPS_TOGETHER, TIPS_EACH, TIPS_TOGETHER, WINDOW_S
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer
    from models.suggest import Suggester

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reporter sees of their complaint."""

    complaint: Complaint
    main: Complaint
    """The one that is worked on: itself, or what it was merged into."""
    agency: str | None
    messages: list[Message]


@dataclass(slots=True, kw_only=True)
class ComplaintDesk:
    """What the routes need; one a process. Nothing is opened before it is needed."""

    settings: Settings
    casework: Callable[[], Casework]
    gazetteer: Callable[[], Gazetteer]
    deadlines: Callable[[], Deadlines]
    suggester: Callable[[], Suggester | None]
    taken: RateLimit = field(
        default_factory=lambda: RateLimit(each=TIPS_EACH, together=TIPS_TOGETHER, window_s=WINDOW_S)
    )
    lookups: RateLimit = field(
        default_factory=lambda: RateLimit(each=LOOKUPS_EACH, together=LOOKUPS_TOGETHER, window_s=WINDOW_S)
    )
    refused: int = 0
    """Deliveries whose signature was not right, since this process began."""

    def count_refused(self, path: str) -> None:
        """Count a delivery that was refused, and log it at 1, 2, 4, 8 ...: never its content, never a flood."""
        self.refused += 1
        if self.refused & (self.refused - 1) == 0:
            log.warning("%s: tanda tangan kiriman salah, sejauh ini %d kali", path, self.refused)

    def take(self, intake: Intake, *, delivery: tuple[str, str] | None) -> Taken:
        """Take in what a form sent. Raises Quarantine, Retry."""
        with self.casework().begin() as session:
            return take_complaint(
                session,
                intake,
                deadlines=self.deadlines(),
                gazetteer=self.gazetteer(),
                suggester=self.suggester(),
                settings=self.settings,
                actor=SYSTEM,
                now=datetime.now(UTC),
                delivery=delivery,
            )

    def receive(self, body: bytes, *, signature: Signature, now: datetime) -> Taken:
        """Take in what a gateway sent. Raises Conflict, Retry."""
        with self.casework().begin() as session:
            return receive_complaint(
                session,
                body,
                signature=signature,
                deadlines=self.deadlines(),
                gazetteer=self.gazetteer(),
                suggester=self.suggester(),
                settings=self.settings,
                now=now,
            )

    def find(self, number: str, code: str) -> Found:
        """Where a complaint stands, for whoever knows its code. Raises NotFound for a wrong number or code."""
        from casework.agency_tables import AgencyRow
        from casework.complaints.listing import as_complaint
        from casework.complaints.tables import ComplaintRow

        with self.casework().read() as session:
            complaint = find_with_code(session, number, code=code)
            main = complaint
            if complaint.merged_into is not None:
                main = as_complaint(session.get_one(ComplaintRow, complaint.merged_into))
            agency = session.get(AgencyRow, main.agency) if main.agency else None
            messages = read_messages(session, complaint.id)
            return Found(complaint=complaint, main=main, agency=agency.name if agency else None, messages=messages)

    def rate(self, number: str, code: str, rating: int) -> None:
        """Note a reporter's rating. Raises NotFound, Conflict, KentonganError."""
        with self.casework().begin() as session:
            complaint = find_with_code(session, number, code=code)
            rate(
                session,
                complaint.id,
                rating=rating,
                actor=SYSTEM,
                version=None,
                now=datetime.now(UTC),
                deadlines=self.deadlines(),
                by_reporter=True,
            )

    def reopen(self, number: str, code: str, reason: str) -> None:
        """Open a complaint again for its reporter. Raises NotFound, Conflict, KentonganError."""
        with self.casework().begin() as session:
            complaint = find_with_code(session, number, code=code)
            reopen(
                session,
                complaint.id,
                reason=reason,
                actor=SYSTEM,
                version=None,
                now=datetime.now(UTC),
                deadlines=self.deadlines(),
                days=self.settings.complaint_reopen_days,
                by_reporter=True,
            )
