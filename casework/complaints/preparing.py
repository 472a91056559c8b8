"""Makes an intake ready for the tables: checks it, masks its words, finds its place, and says why it must be held.

Here it is decided what is refused (nothing of it can be used: no words, a date that cannot be) and what is held (a
person has to look at it first). Whoever filed it goes no further than ``Prepared.reporter``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.complaints.records import HELD_WORDS, OWN_PUBLISHER, ComplaintKind, HeldReason, Intake, Stage
from casework.complaints.source_words import SourceWords, load_source_words
from casework.tip_intake import MAX_CONTACT, MAX_RAW, is_too_short, storable
from crawlers.by_hand import MAX_NAME
from crawlers.plausibility import EARLIEST, MAX_AHEAD
from kentongan.complaint_masking import mask_complaint
from kentongan.errors import Quarantine
from kentongan.text import clean

if TYPE_CHECKING:
    from kentongan.places import Gazetteer

MAX_TEXT = 30_000
"""Longest text of a complaint, in characters: what a cell of a sheet can hold, so that it can be exported again."""
MAX_TITLE = 500
MAX_PLACE = 500
MAX_TICKET = 100
MAX_GIVEN = 200
"""Longest other words of a source, in characters."""

ENDED: frozenset[Stage] = frozenset({"selesai", "ditutup", "diarsipkan"})
RANK: dict[Stage, int] = {
    "menunggu_verifikasi": 0, "dikembalikan": 1, "diteruskan": 2, "menunggu_pelapor": 3, "diproses": 3, "selesai": 4,
    "ditutup": 5, "diarsipkan": 5, "digabung": 6,
}  # fmt: skip
"""How far along a stage is: of two statuses without a time of their own the further one is the later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An intake that can be taken in."""

    intake: Intake = field(repr=False)
    title: str | None
    text: str
    place: str | None
    region: str | None
    lat: float | None
    lon: float | None
    kind: ComplaintKind
    secret: bool
    held: HeldReason | None
    received_at: datetime
    stage: Stage | None
    """The stage its status word means; None where that is not known."""
    at: datetime | None
    """Since when it is in that stage, where the source says so."""
    finished_at: datetime | None
    reporter: dict[str, Any] | None = field(repr=False)
    """Columns of its reporter; None where there is nothing to keep of one."""

    key: tuple[str, str]
    """Publisher and ticket; the ticket is empty for our own channels."""


def find_intake_faults(intake: Intake) -> dict[str, str]:
    """What keeps an intake that a person typed from being taken: field -> sentence for them. Empty where it can be."""
    empty = not clean(intake.text) and intake.held is None
    long = f"Isinya {len(intake.text)} huruf; paling banyak {MAX_TEXT}."
    faults = {
        "text": "Tulis isi aduannya." if empty else long if len(intake.text) > MAX_TEXT else "",
        "title": f"Judulnya lebih dari {MAX_TITLE} huruf." if len(intake.title or "") > MAX_TITLE else "",
        "place": f"Tempatnya lebih dari {MAX_PLACE} huruf." if len(intake.place or "") > MAX_PLACE else "",
        "name": f"Nama lebih dari {MAX_NAME} huruf." if len(intake.name) > MAX_NAME else "",
        "contact": f"Kontak lebih dari {MAX_CONTACT} huruf." if len(intake.contact) > MAX_CONTACT else "",
    }
    return {name: said for name, said in faults.items() if said}


def prepare_intake(intake: Intake, *, gazetteer: Gazetteer | None, within: str | None, now: datetime) -> Prepared:
    """The intake as the tables take it. Raises Quarantine ("no-text", "too-long", "no-key", "future-time",
    "implausible-date", "time-order", "bad-complaint") for what cannot be used."""
    faults = find_intake_faults(intake)
    if faults:
        reason = "bad-complaint" if "text" not in faults else "too-long" if clean(intake.text) else "no-text"
        raise Quarantine(reason, " ".join(faults.values()))
    if intake.publisher != OWN_PUBLISHER and not intake.ticket:
        raise Quarantine("no-key", "aduan dari sistem lain tidak membawa nomornya.")
    if len(intake.ticket or "") > MAX_TICKET:
        raise Quarantine("no-key", f"nomor aduan lebih dari {MAX_TICKET} huruf.")
    received, finished = check_times(intake, now=now)
    words = load_source_words()
    held = intake.held
    stage: Stage | None = "menunggu_verifikasi"
    if intake.status_given is not None and clean(intake.status_given):
        stage = words.stage_of(intake.status_given)
        held = held or ("status" if stage is None else None)
    lat, lon = intake.lat, intake.lon
    sea = lat is not None and lon is not None and gazetteer is not None and not gazetteer.is_plausible(lat, lon)
    if (lat is None) != (lon is None) or sea:
        held = held or "coordinates"
    text = mask_complaint(storable(intake.text), name=intake.name)
    if held is None and intake.ticket is None and is_too_short(text):
        held = "too-short"
    title = mask_complaint(storable(intake.title or ""), name=intake.name) or None
    place = mask_complaint(storable(intake.place or ""), name=intake.name) or None
    classification = intake.given.get("klasifikasi")
    return Prepared(
        intake=intake,
        key=(intake.publisher, intake.ticket or ""),
        title=title,
        text=text or f"({HELD_WORDS[held or 'no-text']})",
        place=place,
        region=None if held == "coordinates" and not intake.region
        else find_region(intake, place, title, text, gazetteer=gazetteer, within=within),
        lat=lat,
        lon=lon,
        kind=intake.kind or words.kind_of(classification) or "pengaduan",
        secret=intake.secret or words.is_secret(classification),
        held=held,
        received_at=received,
        stage=stage,
        at=status_time(intake, stage, received=received, finished=finished),
        finished_at=finished if stage in ENDED else None,
        reporter=read_reporter_columns(intake, text, received=received),
    )  # fmt: skip


def check_times(intake: Intake, *, now: datetime) -> tuple[datetime, datetime | None]:
    """When it was received and, where it is, finished. Raises Quarantine for times that cannot be."""
    received = (intake.received_at or now).replace(microsecond=0)
    for what, time in (("masuk", received), ("status", intake.status_at), ("selesai", intake.finished_at)):
        if time is not None and time > now + MAX_AHEAD:
            raise Quarantine("future-time", f"tanggal {what} di masa depan: {time:%Y-%m-%d}.")
        if time is not None and time < EARLIEST:
            raise Quarantine("implausible-date", f"tanggal {what} sebelum {EARLIEST.year}: {time:%Y-%m-%d}.")
    finished = None if intake.finished_at is None else intake.finished_at.replace(microsecond=0)
    if finished is not None and finished < received - MAX_AHEAD:
        said = f"selesai {finished:%Y-%m-%d}, sebelum masuk {received:%Y-%m-%d}."
        raise Quarantine("time-order", said)
    # A date without a time of day lies at midnight, before the hour the complaint came in.
    return received, None if finished is None else max(finished, received)


def status_time(
    intake: Intake, stage: Stage | None, *, received: datetime, finished: datetime | None
) -> datetime | None:
    """Since when it is in its stage, as far as the source says."""
    if stage == "menunggu_verifikasi":
        return received
    said = intake.status_at or (finished if stage in ENDED else None)
    return None if said is None else max(said.replace(microsecond=0), received)


def find_region(
    intake: Intake, place: str | None, title: str | None, text: str, *, gazetteer: Gazetteer | None, within: str | None
) -> str | None:
    """The region the source gives, else that of the coordinates, else the one its words surely name."""
    if gazetteer is None:
        return intake.region
    if intake.region and gazetteer.get(intake.region) is not None:
        return intake.region
    if intake.lat is not None and intake.lon is not None:
        there = gazetteer.locate(intake.lat, intake.lon)
        if there is not None:
            return there.code
    # What stands in the field for the place outweighs what the text mentions.
    found = gazetteer.find(place, within=within) if place else None
    if found is None:
        found = gazetteer.find("\n".join(part for part in (place, title, text) if part), within=within)
    return None if found is None else found.code


def read_reporter_columns(intake: Intake, masked: str, *, received: datetime) -> dict[str, Any] | None:
    """What is kept of whoever filed it, apart from the complaint. Of an anonymous one nothing but that they exist."""
    own = intake.publisher == OWN_PUBLISHER and intake.held != "draft"
    name, contact, address = (storable(one).strip()[:MAX_CONTACT] or None for one in
                              (intake.name, intake.contact, intake.address))  # fmt: skip
    original = storable(intake.text).strip()
    kept = None if intake.anonymous or clean(original) == masked else original
    if not own and not (name or contact or address or kept):
        return None
    hidden = intake.anonymous
    return {
        "channel": intake.channel,
        "ticket": intake.ticket,
        "name": None if hidden else name,
        "contact": None if hidden else contact,
        "address": None if hidden else address,
        "text": kept,
        "raw": None if intake.raw is None or hidden else storable(intake.raw)[:MAX_RAW],
        "anonymous": hidden,
        "at": received,
    }


def status_word(words: SourceWords, stage: Stage, given: str | None) -> str:
    """The status word of a stage: the source's own while it means this stage, else ours."""
    return given if given is not None and words.stage_of(given) == stage else words.written_status[stage]
