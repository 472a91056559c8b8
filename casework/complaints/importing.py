"""Takes in what other systems export, again and again: a ticket is one complaint, and its history ends right.

An export says which status a ticket had when it was written; often without since when. So:

- A time the source gives counts as the time of the event; without one, the time of the export itself (``as_of``) does,
  which is the newest time anywhere in it unless somebody says better.
- An older export read after a newer one adds what it knows to the history and takes nothing back.
- A status without a time never takes back what a person did here.
- A status word nobody knows holds the complaint for a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.agencies import take_agencies
from casework.complaints.history import add_event, as_event, history, stage_steps, wind_clock
from casework.complaints.inserting import Desk, insert_complaints, trim_given
from casework.complaints.preparing import ENDED, RANK, Prepared, prepare_intake
from casework.complaints.records import ComplaintEvent, Intake, Stage
from casework.complaints.source_words import load_source_words
from casework.complaints.tables import ComplaintRow
from casework.roles import Actor
from kentongan.batches import batched
from kentongan.errors import Quarantine
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer
    from models.suggest import Suggested, Suggester

BATCH = 500
"""Complaints looked up and written at a time: SQLite takes some thousand values in one statement."""
CHANGING = frozenset({"status", "instansi", "instansi_induk", "alasan_tunda"})
"""What else a source says that changes as a complaint is worked on."""
SAME_TICKET = timedelta(days=1)
"""How far two exports may differ on when a ticket came in: one writes the hour, another the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenMany:
    """What an import did."""

    new: int
    changed: int
    """Known complaints of which something new was learned."""
    known: int
    """Known ones of which nothing was."""
    held: dict[str, int]
    """New complaints and changes that wait for a person, by reason."""
    refused: list[tuple[int, Quarantine]] = field(default_factory=list)
    """What could not be taken in: place among the intakes, from 0, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing an export says of a ticket."""

    place: int
    prepared: Prepared
    since: datetime
    """Since when it has its status, known or guessed."""
    guessed: bool


def take_complaints(
    session: Session,
    intakes: Iterable[Intake],
    *,
    deadlines: Deadlines,
    gazetteer: Gazetteer | None,
    suggester: Suggester | None,
    settings: Settings,
    actor: Actor,
    now: datetime,
    as_of: datetime | None = None,
    via: str | None = None,
) -> TakenMany:
    """Take in complaints of another system, each under its ticket; the same ones again add nothing.

    ``as_of`` is when they were exported; None takes the newest time in them. One audit record for all. Raises
    NotAllowed; whatever is wrong with single ones is in ``refused`` and the rest goes in.
    """
    refused: list[tuple[int, Quarantine]] = []
    ready: list[tuple[int, Prepared]] = []
    for place, intake in enumerate(intakes):
        try:
            ready.append((place, prepare_ticket(intake, gazetteer=gazetteer, within=settings.region or None, now=now)))
        except Quarantine as error:
            refused.append((place, error))
    return take_prepared(
        session, ready, refused, deadlines=deadlines, suggester=suggester, said={}, actor=actor, now=now, as_of=as_of,
        via=via,
    )  # fmt: skip


def prepare_ticket(intake: Intake, *, gazetteer: Gazetteer | None, within: str | None, now: datetime) -> Prepared:
    """An intake that must bring its ticket along. Raises Quarantine as ``prepare_intake``."""
    if not intake.ticket:
        raise Quarantine("no-key", "aduan tidak membawa nomornya.")
    return prepare_intake(intake, gazetteer=gazetteer, within=within, now=now)


def take_prepared(
    session: Session,
    ready: Sequence[tuple[int, Prepared]],
    refused: list[tuple[int, Quarantine]],
    *,
    deadlines: Deadlines,
    suggester: Suggester | None,
    said: Mapping[tuple[str, str], Suggested],
    actor: Actor,
    now: datetime,
    as_of: datetime | None,
    via: str | None,
) -> TakenMany:
    """``take_complaints`` of what was prepared elsewhere, with what the model ``said`` of it already."""
    actor = authorise(session, actor, action="complaints.enter", now=now)
    told = date_told(ready, as_of=min(as_of or newest_time(one for _, one in ready) or now, now))
    desk = Desk(
        deadlines=deadlines, suggester=suggester, said=said, actor=actor, now=now, agencies={}, fields={},
        answered=set(), clocks={},
    )  # fmt: skip
    counts, held = Counter[str](), Counter[str]()
    detail = audit.with_way({}, via)
    for batch in batched(group_tickets(told), BATCH):
        known = find_tickets(session, [group[0].prepared.key for group in batch])
        fresh = [group[0] for group in batch if group[0].prepared.key not in known]
        insert_complaints(session, [(one.prepared, one.since) for one in fresh], desk=desk, detail=detail)
        held.update(one.prepared.held for one in fresh if one.prepared.held is not None)
        again = [group for group in batch if len(group) > 1]
        known |= find_tickets(session, [group[0].prepared.key for group in again if group[0].prepared.key not in known])
        inserted = {one.prepared.key for one in fresh}
        for group in batch:
            key = group[0].prepared.key
            changed = False
            for one in group[1:] if key in inserted else group:
                try:
                    changed |= learn(session, known[key], one, desk=desk, detail=detail, held=held)
                except Quarantine as error:
                    refused.append((one.place, error))
            counts["new" if key in inserted else "changed" if changed else "known"] += 1
        session.flush()
        session.expire_all()
    outcome = TakenMany(
        new=counts["new"], changed=counts["changed"], known=counts["known"], held=dict(held),
        refused=sorted(refused, key=lambda one: one[0]),
    )  # fmt: skip
    if outcome.new or outcome.changed:
        noted = {**detail, "baru": outcome.new, "berubah": outcome.changed, "ditolak": len(refused)}
        audit.record(session, actor, action="complaints.imported", object="complaints", detail=noted, now=now)
    return outcome


def newest_time(ready: Iterable[Prepared]) -> datetime | None:
    """The newest time that complaints speak of: an export is at least as young as that."""
    times = [time for one in ready for time in (one.received_at, one.at, one.finished_at) if time is not None]
    return max(times, default=None)


def date_told(ready: Iterable[tuple[int, Prepared]], *, as_of: datetime) -> list[Told]:
    """Each with the time since when it is in its stage, as its source or its export says."""
    found = []
    for place, one in ready:
        since = one.at if one.at is not None else max(as_of, one.received_at)
        found.append(Told(place=place, prepared=one, since=since, guessed=one.at is None))
    return found


def group_tickets(told: Iterable[Told]) -> list[list[Told]]:
    """What is told of each ticket, earliest first; tickets in the order they came.

    Of statuses without a time the further one is the later, and none lies after one whose time is known.
    """
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        groups.setdefault(one.prepared.key, []).append(one)
    return [group if len(group) == 1 else order_group(group) for group in groups.values()]


def order_group(group: list[Told]) -> list[Told]:
    if all(not one.guessed for one in group):
        return sorted(group, key=lambda one: (one.since, rank_of(one), one.place))
    ordered = sorted(group, key=lambda one: (rank_of(one), one.since, one.place))
    latest, found = None, []
    for one in reversed(ordered):
        since = one.since if latest is None or not one.guessed else min(one.since, latest)
        found.append(Told(place=one.place, prepared=one.prepared, since=since, guessed=one.guessed))
        latest = since
    return found[::-1]


def rank_of(one: Told) -> int:
    return -1 if one.prepared.stage is None else RANK[one.prepared.stage]


def find_tickets(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], ComplaintRow]:
    """The complaints that are there already, by publisher and ticket, held until the transaction ends."""
    by_publisher: dict[str, list[str]] = {}
    for publisher, ticket in keys:
        by_publisher.setdefault(publisher, []).append(ticket)
    found = {}
    for publisher, tickets in by_publisher.items():
        chosen = select(ComplaintRow).where(ComplaintRow.publisher == publisher, ComplaintRow.ticket.in_(tickets))
        for row in session.scalars(chosen.with_for_update()):
            found[row.publisher, row.ticket] = row
    return found


def learn(
    session: Session, row: ComplaintRow, told: Told, *, desk: Desk, detail: Mapping[str, object], held: Counter[str]
) -> bool:
    """Add to a known complaint what an export tells of it; whether there was anything.

    Raises Quarantine ("ticket-conflict") where it is another complaint under the same ticket.
    """
    one = told.prepared
    if abs(one.received_at - row.received_at) > SAME_TICKET:
        raise Quarantine(
            "ticket-conflict",
            f"nomor {row.ticket} sudah dipakai aduan yang masuk {row.received_at:%Y-%m-%d}, bukan "
            f"{one.received_at:%Y-%m-%d}.",
        )
    changed = False
    if one.secret and not row.secret:
        row.secret = True
        add_event(session, row, act="secret", actor=desk.actor, at=desk.now, now=desk.now, detail={"rahasia": True})
        changed = True
    if one.intake.rating is not None and row.rating is None:
        row.rating, changed = one.intake.rating, True
    if one.stage is None:
        return hold_status(session, row, one, desk=desk, held=held) or changed
    if row.merged_into is not None:
        return changed  # what happens to it is decided where it was merged into
    return move(session, row, told, one.stage, desk=desk, detail=detail) or changed


def hold_status(session: Session, row: ComplaintRow, one: Prepared, *, desk: Desk, held: Counter[str]) -> bool:
    """Hold a known complaint whose status word nobody knows; once for each word."""
    word = one.intake.status_given or ""
    if any(event.detail.get("kata") == word for event in history(session, row.id)):
        return False
    add_event(session, row, act="unknown_status", actor=desk.actor, at=desk.now, now=desk.now, detail={"kata": word})
    row.held = row.held or "status"
    held["status"] += 1
    return True


def move(
    session: Session, row: ComplaintRow, told: Told, stage: Stage, *, desk: Desk, detail: Mapping[str, object]
) -> bool:
    """Bring a known complaint into the stage that an export tells, unless it is older than what we know."""
    one, current = told.prepared, cast(Stage, row.stage)
    if stage == current and (told.guessed or told.since == row.stage_since):
        return refresh(session, row, told, desk=desk)
    if stage == "menunggu_verifikasi":
        return False  # how every history begins
    events = history(session, row.id)
    last = last_change(events)
    by_hand = last is not None and last.act not in ("received", "imported")
    if told.guessed and by_hand and RANK[stage] <= RANK[current]:
        return False
    if any(event.stage_to == stage and is_known(event, row, told) for event in events):
        return False
    is_newest = (told.since, RANK[stage]) > (row.stage_since, RANK[current])
    code = find_code(session, one, desk=desk)
    event = add_event(
        session, row, act="imported", actor=desk.actor, at=told.since, now=desk.now, stage_to=stage, agency=code,
        detail=detail,
    )  # fmt: skip
    if is_newest:
        row.stage, row.stage_since = stage, told.since
        row.finished_at = (one.finished_at or told.since) if stage in ENDED else None
        row.given = with_news(row.given, one)
        row.agency = None if stage == "dikembalikan" else code or row.agency
        if row.held == "status":
            row.held = None  # its word is known now
    ordered = sorted([*events, as_event(event)], key=lambda each: (each.at, each.id))
    wind_clock(row, stage_steps(ordered), deadlines=desk.deadlines)
    return True


def is_known(event: ComplaintEvent, row: ComplaintRow, told: Told) -> bool:
    """Whether an export tells what this event of the same stage says: at that time, or without one, of long ago."""
    return event.at == told.since or (told.guessed and told.since <= row.stage_since)


def last_change(events: Sequence[ComplaintEvent]) -> ComplaintEvent | None:
    """The event that brought a complaint into its stage."""
    return next((event for event in reversed(events) if event.stage_to is not None), None)


def refresh(session: Session, row: ComplaintRow, told: Told, *, desk: Desk) -> bool:
    """Take over what an export tells of a complaint that is in the same stage: another agency, a later end."""
    one = told.prepared
    changed = False
    code = find_code(session, one, desk=desk)
    if code is not None and code != row.agency and row.stage != "dikembalikan" and told.since >= row.stage_since:
        was, row.agency, changed = row.agency, code, True
        add_event(
            session, row, act="imported", actor=desk.actor, at=told.since, now=desk.now, agency=code,
            detail={"dari": was},
        )  # fmt: skip
    if one.finished_at is not None and (row.finished_at is None or one.finished_at > row.finished_at):
        row.finished_at, changed = one.finished_at, True
    given = with_news(row.given, one)
    if load_source_words().stage_of(row.given.get("status", "")) is None:
        # Its stage was set here, and the word that told of none stays beside it.
        given = {**given, **{name: word for name, word in row.given.items() if name == "status"}}
    if told.since >= row.stage_since and given != row.given:
        row.given, changed = given, True
    return changed


def with_news(given: Mapping[str, str], one: Prepared) -> dict[str, str]:
    """A source's other words with those that change as a complaint is worked on."""
    return {**given, **{name: value for name, value in trim_given(one).items() if name in CHANGING}}


def find_code(session: Session, one: Prepared, *, desk: Desk) -> str | None:
    """The code of the agency an export names."""
    name = (one.intake.agency_given or "").strip()
    if not name:
        return None
    if name not in desk.agencies:
        desk.agencies.update(take_agencies(session, [name], now=desk.now))
    return desk.agencies[name].code
