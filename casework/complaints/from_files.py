"""Hands the complaints of a file to the intake: the words of its system become ours, whatever else it says is kept."""

from __future__ import annotations

from casework.complaints.records import CHANNELS, ComplaintChannel, Intake
from casework.complaints.source_words import load_source_words
from crawlers.file_complaints import FileComplaint

OWN_FACTS = frozenset({"tiket", "kategori", "instansi", "status", "selesai", "kanal", "klasifikasi"})
"""Facts that have columns of their own."""


def intake_of(found: FileComplaint) -> Intake:
    """A complaint of a file as every other channel's."""
    words = load_source_words()
    declared: ComplaintChannel = next((channel for channel in CHANNELS if channel == found.channel), "lain")
    more = {
        "klasifikasi": found.classification,
        "kanal": found.facts.get("kanal") or found.channel_given,
        "tanggal": found.received_raw,
        "pemetaan": found.mapping,
    }
    given = {name: value for name, value in found.facts.items() if name not in OWN_FACTS}
    return Intake(
        channel=words.channel_of(found.channel_given) or declared,
        text=found.text,
        title=found.title,
        received_at=found.received_at,
        publisher=found.publisher,
        ticket=found.ticket,
        name=found.name,
        contact=found.contact,
        anonymous=found.anonymous,
        category_given=found.category,
        agency_given=found.agency,
        region=found.region,
        place=found.place,
        lat=found.lat,
        lon=found.lon,
        status_given=found.status,
        status_at=found.status_at,
        finished_at=found.finished_at,
        rating=found.rating,
        given={**given, **{name: value for name, value in more.items() if value}},
        sample=found.sample,
    )
