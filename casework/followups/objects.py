"""Finds what a follow-up, a clarification or a decision is about, under the name that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.case_tables import CaseRow
from casework.complaints.listing import parse_number as complaint_number
from casework.complaints.tables import ComplaintRow
from casework.followups.records import OBJECT_WORDS, ObjectKind
from casework.incidents.reading import parse_incident
from casework.incidents.tables import IncidentRow
from casework.stories import read_story
from kentongan.errors import KentonganError, NotAllowed, NotFound
from kentongan.schema import TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """What was named, as it is kept."""

    kind: ObjectKind
    name: str
    region: str | None
    """The district it is in, where it has one."""
    sample: bool


def find_object(session: Session, kind: ObjectKind, name: str) -> FoundObject:
    """The thing of this name. A story is named by itself or by a document in it.

    Raises NotFound, and NotAllowed for a whistle-blowing complaint: it is worked on by legal staff alone, and a task
    about it would be read by others.
    """
    given = name.strip()
    match kind:
        case "complaint":
            complaint = session.get(ComplaintRow, complaint_number(given))
            if complaint is None:
                raise NotFound(f"Aduan {given[:40]!r} tidak ada.", hint="Daftarnya: `kentongan complaints list`.")
            if complaint.secret:
                raise NotAllowed("Laporan rahasia ditangani staf hukum sendiri, tidak ditugaskan dari sini.")
            return FoundObject(
                kind=kind, name=complaint.number, region=complaint.region, sample=complaint.sample
            )  # fmt: skip
        case "story":
            return FoundObject(kind=kind, name=read_story(session, given).id, region=None, sample=False)
        case "case":
            case = session.get(CaseRow, given.upper())
            if case is None:
                raise NotFound(f"Kasus {given[:40]!r} tidak ada.", hint="Daftarnya: `kentongan cases list`.")
            return FoundObject(kind=kind, name=case.id, region=None, sample=case.sample)
        case "incident":
            incident = session.get(IncidentRow, parse_incident(given))
            if incident is None:
                raise NotFound(f"Insiden {given[:40]!r} tidak ada.", hint="Daftarnya: `kentongan incidents list`.")
            return FoundObject(kind=kind, name=f"INS-{incident.id:06d}", region=incident.region, sample=incident.sample)
        case "topic":
            return FoundObject(kind=kind, name=check_topic(given), region=None, sample=False)
        case _:
            raise KentonganError(f"Jenis {kind!r} tidak dikenal.", hint=f"Pilih dari: {', '.join(OBJECT_WORDS)}.")


def check_topic(topic: str) -> str:
    """The code of a topic. Raises NotFound, with the codes there are."""
    if topic not in TOPICS:
        raise NotFound(f"Topik {topic[:40]!r} tidak ada.", hint=f"Yang ada: {', '.join(TOPICS)}.")
    return topic
