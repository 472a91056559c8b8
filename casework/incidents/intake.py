"""Takes calls for help in: each becomes an incident, or joins the open one about the same emergency.

Two calls are about the same emergency where their kinds are equal, they came within ``SAME_WITHIN`` of each other, and
they are near: within ``SAME_METRES``, or where one of them has no coordinates, with equal words for the place, unless
they are known to lie in different regions. In doubt a call opens an incident of its own: a person merges two sooner
than they find a call that was swallowed. Help is never refused for its form: an unknown kind opens an incident of kind
"lain", implausible coordinates are left out and said; only what cannot be read at all is held.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.db import expect_version, take_turn
from casework.incidents.reading import find_incident, get_incident
from casework.incidents.records import KINDS, TAKES_OVER, Call, Incident, IncidentKind, Level, as_call, as_incident
from casework.incidents.room import (
    MAX_ENTRY,
    MAX_PLACE,
    checked_text,
    lock_incident,
    open_incident,
    record_act,
    title_of,
)
from casework.incidents.tables import IncidentCallerRow, IncidentCallRow, IncidentRow
from casework.roles import Actor
from casework.tip_intake import MAX_CONTACT, MAX_RAW, storable
from crawlers.by_hand import MAX_NAME
from kentongan.errors import Conflict, NotFound
from kentongan.masking import mask_words
from kentongan.places import Region
from kentongan.text import normalise

SAME_WITHIN = timedelta(minutes=30)
"""Longest time between two calls about one emergency; a fire engine is there by then, and later calls are news."""
SAME_METRES = 1_000.0
"""Longest way between them, in metres: how far off a phone's place may be, and a fire is still seen."""
EARTH_METRES = 6_371_000.0
"""Mean radius of the earth (IUGG), in metres."""


class Places(Protocol):
    """What the intake asks of the gazetteer."""

    def find(self, text: str, *, within: str | None = None) -> Region | None: ...
    def locate(self, lat: float, lon: float) -> Region | None: ...
    def is_plausible(self, lat: float, lon: float) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A call for help as it arrived."""

    kind: str
    """One of ``records.KINDS``; another word becomes "lain" and is kept."""
    text: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    contact: str = ""
    level: Level = TAKES_OVER
    sample: bool = False

    def __repr__(self) -> str:
        return f"Emergency(kind={self.kind!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCall:
    """What became of a call."""

    call: Call
    incident: Incident | None
    """None for a call that is held."""
    opened: bool
    """Whether it opened the incident; False where it joined one, or is held."""
    new: bool
    """False where it was taken in before: nothing was added."""


def take_emergency(
    session: Session,
    emergency: Emergency,
    *,
    places: Places,
    within: str | None,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> TakenCall:
    """Take a call in: it opens an incident or joins one. ``within`` is the installation's region. Raises NotAllowed."""
    actor = authorise(session, actor, action="incidents.open", now=now)
    # Two calls at once about the same fire must see each other.
    take_turn(session, "incidents")
    kind = emergency.kind if emergency.kind in KINDS else "lain"
    lat, lon, reason = plausible_point(emergency, places)
    place = mask_words(storable(emergency.place)).strip()[:MAX_PLACE] or None
    words = mask_words(storable(emergency.text)).strip()[:MAX_ENTRY] or None
    region = None if lat is None or lon is None else places.locate(lat, lon)
    if region is None and (place or words):
        region = places.find("\n".join(part for part in (place, words) if part), within=within)
    call = IncidentCallRow(
        state="taken",
        reason=reason,
        received_at=now,
        kind=kind,
        said_kind=storable(emergency.kind).strip()[:64] or None if kind != emergency.kind else None,
        words=words,
        place=place,
        region=None if region is None else region.code,
        lat=lat,
        lon=lon,
    )
    known = find_same(session, call, now=now)
    if known is None:
        incident = open_incident(
            session,
            title=title_of(kind, place),
            kind=kind,
            level=emergency.level,
            region=call.region,
            place=place,
            lat=lat,
            lon=lon,
            actor=actor,
            now=now,
            sample=emergency.sample,
            via=via,
        )
    else:
        incident = as_incident(known)
    call.incident = incident.id
    keep_call(session, call, emergency, raw=None)
    note_call(session, call, actor=actor, now=now, via=via)
    return TakenCall(call=as_call(call), incident=incident, opened=known is None, new=True)


def plausible_point(emergency: Emergency, places: Places) -> tuple[float | None, float | None, str | None]:
    """The coordinates where they can be right, else None twice with the reason."""
    lat, lon = emergency.lat, emergency.lon
    if lat is None or lon is None:
        return None, None, None
    if not (math.isfinite(lat) and math.isfinite(lon)) or not places.is_plausible(lat, lon):
        return None, None, f"Koordinat {lat:g}, {lon:g} tidak masuk akal (laut atau luar negeri); tidak dipakai."
    return lat, lon, None


def find_same(session: Session, call: IncidentCallRow, *, now: datetime) -> IncidentRow | None:
    """The open incident that this call is about as well; None for an emergency nobody called about."""
    earlier = session.scalars(
        select(IncidentCallRow)
        .join(IncidentRow, IncidentRow.id == IncidentCallRow.incident)
        .where(
            IncidentRow.state == "open",
            IncidentCallRow.kind == call.kind,
            IncidentCallRow.received_at > now - SAME_WITHIN,
        )
        .order_by(IncidentCallRow.received_at.desc(), IncidentCallRow.id.desc())
    )
    for other in earlier:
        if is_near(call, other) and other.incident is not None:
            return find_incident(session, other.incident)
    return None


def is_near(one: IncidentCallRow, other: IncidentCallRow) -> bool:
    """Whether two calls name one place, see the module's head."""
    if one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None:
        return metres_between(one.lat, one.lon, other.lat, other.lon) <= SAME_METRES
    named = (normalise(one.place or ""), normalise(other.place or ""))
    apart = one.region is not None and other.region is not None and one.region != other.region
    return bool(named[0]) and named[0] == named[1] and not apart


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The way along the earth between two points in degrees, in metres (haversine, on a sphere: right to 0.5 %)."""
    north, east = math.radians(other_lat - lat), math.radians(other_lon - lon)
    inner = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_METRES * math.asin(math.sqrt(inner))


def hold_call(session: Session, raw: str, *, reason: str, actor: Actor, now: datetime, via: str | None = None) -> Call:
    """Keep what cannot be read, with its reason, for a person to look at at once. Raises NotAllowed."""
    actor = authorise(session, actor, action="incidents.open", now=now)
    call = IncidentCallRow(state="held", reason=reason, received_at=now, kind="lain")
    keep_call(session, call, None, raw=raw)
    detail = audit.with_way({"alasan": reason}, via)
    audit.record(session, actor, action="incidents.held", object=f"call:{call.id}", detail=detail, now=now)
    return as_call(call)


def open_held(
    session: Session,
    call: int,
    *,
    title: str,
    kind: IncidentKind,
    level: Level,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Incident:
    """Open an incident on a call that was held. Raises NotAllowed, NotFound, Conflict and KentonganError."""
    actor = authorise(session, actor, action="incidents.open", now=now)
    row = lock_call(session, call, version=version)
    incident = open_incident(session, title=title, kind=kind, level=level, actor=actor, now=now, via=via)
    row.incident, row.state, row.kind = incident.id, "taken", kind
    note_call(session, row, actor=actor, now=now, via=via)
    return incident


def attach_held(
    session: Session, call: int, *, incident: int, version: int, actor: Actor, now: datetime, via: str | None = None
) -> Incident:
    """Let a held call belong to an open incident. Raises NotAllowed, NotFound and Conflict."""
    actor = authorise(session, actor, action="incidents.work", now=now)
    found = lock_incident(session, incident, doing="menerima panggilan")
    row = lock_call(session, call, version=version)
    row.incident, row.state, row.kind = incident, "taken", found.kind
    note_call(session, row, actor=actor, now=now, via=via)
    return get_incident(session, incident)


def dismiss_held(
    session: Session, call: int, *, reason: str, version: int, actor: Actor, now: datetime, via: str | None = None
) -> Call:
    """Put a held call aside, with the reason (a test, nonsense). Raises NotAllowed, NotFound and Conflict."""
    actor = authorise(session, actor, action="incidents.work", now=now)
    row = lock_call(session, call, version=version)
    row.state, row.reason = "dismissed", checked_text(reason, "Alasan", most=500)
    detail = audit.with_way({"alasan": row.reason}, via)
    audit.record(session, actor, action="incidents.dismissed", object=f"call:{call}", detail=detail, now=now)
    session.flush()
    return as_call(row)


def lock_call(session: Session, call: int, *, version: int) -> IncidentCallRow:
    """A held call, locked. Raises NotFound and Conflict."""
    row = session.scalar(
        select(IncidentCallRow).where(IncidentCallRow.id == call).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise NotFound(f"Panggilan {call} tidak ada.", hint="Yang ditahan: `kentongan incidents held`.")
    expect_version(f"Panggilan {call}", read=version, stored=row.version)
    if row.state != "held":
        raise Conflict(f"Panggilan {call} sudah ditangani.", hint="Yang ditahan: `kentongan incidents held`.")
    return row


def keep_call(session: Session, call: IncidentCallRow, emergency: Emergency | None, *, raw: str | None) -> None:
    """Write the call, and apart from it who called."""
    session.add(call)
    session.flush()
    session.add(
        IncidentCallerRow(
            call=call.id,
            name=storable(emergency.name).strip()[:MAX_NAME] or None if emergency else None,
            contact=storable(emergency.contact).strip()[:MAX_CONTACT] or None if emergency else None,
            text=storable(emergency.text)[:MAX_RAW] or None if emergency else None,
            raw=None if raw is None else storable(raw)[:MAX_RAW],
        )
    )
    session.flush()


def note_call(session: Session, call: IncidentCallRow, *, actor: Actor, now: datetime, via: str | None) -> None:
    """Write the call into the log of its incident; nothing of who called."""
    assert call.incident is not None
    said = "; ".join(part for part in (call.said_kind, call.words, call.reason) if part) or None
    record_act(
        session, call.incident, act="called", actor=actor, now=now, text=said, detail={"panggilan": call.id}, via=via
    )
