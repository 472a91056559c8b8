"""What the page Kelola reads of the audit: entries by filter, the acts there are, and a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import msgspec
import streamlit as st
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.audit import AuditEntry, list_acts, read_audit
from casework.roles import SYSTEM, Actor
from dashboard.data import shared_casework
from dashboard.visitor import page_actor
from search.export_formats import harmless

ACTS_FRESH_SECONDS: Final = 600
"""How old the list of acts may be, in seconds: making it reads the whole audit."""
MOST_EXPORTED: Final = 10_000
"""Entries that one download holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion:
    """Which entries; None does not narrow. As in ``casework.audit.read_audit``."""

    by: str | None = None
    action: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def ask(self, session: Session, *, actor: Actor, now: datetime, limit: int, before: int | None) -> list[AuditEntry]:
        return read_audit(
            session, actor=actor, now=now, limit=limit, before=before, by=self.by, object=self.object,
            action=self.action, since=self.since, until=self.until,
        )  # fmt: skip


def load_audit(asked: AuditQuestion, *, limit: int, before: int | None, now: datetime) -> tuple[list[AuditEntry], bool]:
    """Entries older than ``before``, newest first, and whether there are more. Raises NotAllowed."""
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
        found = asked.ask(session, actor=actor, now=now, limit=limit + 1, before=before)
    return found[:limit], len(found) > limit


def load_acts(*, now: datetime) -> list[str]:
    """Every act that the audit knows. Raises NotAllowed."""
    with shared_casework().read() as session:
        authorise(session, page_actor(session, now=now), action="audit.read", now=now)
    return known_acts(now)


@st.cache_data(ttl=ACTS_FRESH_SECONDS, show_spinner=False)
def known_acts(_now: datetime) -> list[str]:
    """Once for all admins; who asks was looked at before."""
    with shared_casework().read() as session:
        return list_acts(session, actor=SYSTEM, now=_now)


def write_audit_csv(asked: AuditQuestion, *, now: datetime) -> bytes:
    """The entries as CSV for a spreadsheet (UTF-8 with BOM, times in UTC); that they were taken is an entry itself.

    At most ``MOST_EXPORTED``, newest first. Raises NotAllowed.
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(["nomor", "waktu", "siapa", "tindakan", "benda", "keterangan"])
    with shared_casework().begin() as session:
        actor, before, written = page_actor(session, now=now), None, 0
        while written < MOST_EXPORTED:
            most = min(audit.MAX_ENTRIES, MOST_EXPORTED - written)
            found = asked.ask(session, actor=actor, now=now, limit=most, before=before)
            for one in found:
                said = msgspec.json.encode(dict(one.detail)).decode()
                cells = (one.actor_name, one.action, one.object, said)
                writer.writerow([one.id, one.at.isoformat(), *(harmless(cell) for cell in cells)])
            written += len(found)
            if len(found) < most:
                break
            before = found[-1].id
        narrowed = {name: str(value) for name, value in asdict(asked).items() if value is not None}
        detail: audit.Detail = {"jumlah": written, **narrowed}
        audit.record(session, actor, action="audit.export", object="audit", detail=detail, now=now)
    return b"\xef\xbb\xbf" + made.getvalue().encode()
