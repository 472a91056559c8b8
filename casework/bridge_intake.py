"""Hands the complaints of agencies' own systems to the one intake of complaints, channel "jembatan"."""

from __future__ import annotations

from casework.complaints.records import Intake
from crawlers.bridges.records import BridgeComplaint


def as_intake(complaint: BridgeComplaint) -> Intake:
    """A bridge's complaint as every other channel's: who filed it stays apart from its words."""
    return Intake(
        channel="jembatan",
        text=complaint.text,
        title=complaint.title,
        received_at=complaint.received_at,
        publisher=complaint.publisher,
        ticket=complaint.ticket,
        name=complaint.name,
        contact=complaint.contact,
        anonymous=not complaint.name and not complaint.contact,
        category_given=complaint.category,
        agency_given=complaint.agency,
        region=complaint.region,
        place=complaint.place,
        lat=complaint.lat,
        lon=complaint.lon,
        status_given=complaint.status,
        status_at=complaint.status_at,
        finished_at=complaint.finished_at,
        sample=complaint.sample,
    )
