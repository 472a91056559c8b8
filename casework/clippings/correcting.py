"""What an analyst does with a clipping's items: correct, leave out, put back, add, undo.

A correction of tone or topic is also the person's word about the articles themselves (an annotation in the store),
which counts before any model's and is training data. Undone, it becomes the person's earlier word again or, where there
was none, an abstention: what was said is not unsaid in a record that only grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import get_agency, list_agencies
from casework.clippings.claims import Claims
from casework.clippings.making import issue_labels, item_row, read_known, relevance_of
from casework.clippings.proposing import group_copies, propose_item, telling_words
from casework.clippings.reading import agency_names, item_rows, lock_clipping, lock_item, next_place, record_act
from casework.clippings.records import (
    FIELD_WORDS,
    FIELDS,
    TONES,
    UNDOABLE,
    Act,
    ClippingItem,
    Field,
    as_clipping,
    as_item,
)
from casework.clippings.relevance import read_locality
from casework.clippings.tables import ClippingEventRow, ClippingItemRow, ClippingRow
from casework.roles import Actor
from casework.verdict_rules import check_text
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.places import Gazetteer
from kentongan.schema import TOPICS, Annotation, Task
from kentongan.settings import Settings
from search.store import Store

MAX_NOTE: Final = 1_000
MAX_REASON: Final = 300
MAX_ISSUE: Final = 200
MOST_ITEMS: Final = 2_000
"""Places an item can be moved to."""
ADDED: Final = "ditambahkan analis"
"""Why an item is there that no rule chose."""
LABELS: Final[dict[str, Task]] = {"tone": "tone", "topic": "topic"}
"""Fields that are also labels of the articles: the task each is of."""
COLUMNS: Final[dict[Field, tuple[str, ...]]] = {
    "tone": ("tone", "tone_p", "tone_abstained"),
    "topic": ("topic", "topic_p", "topic_abstained"),
    "issue": ("issue", "issue_number"),
    "agency": ("agency", "agency_from"),
    "clarify": ("clarify",),
    "note": ("note",),
    "place": ("place",),
}
"""Field: the columns it changes."""


def correct_item(
    session: Session, store: Store, item: int, *, changes: Mapping[Field, str | int | bool | None], actor: Actor,
    now: datetime, version: int | None = None, via: str | None = None,
) -> ClippingItem:  # fmt: skip
    """Set fields of an item. None takes a tone, topic, agency, mark or note away; a place moves it there.

    Raises NotAllowed, NotFound, Conflict where it changed since ``version``, KentonganError for a value that cannot be.
    """
    actor = authorise(session, actor, action="clippings.correct", now=now)
    clipping, row = lock_item(session, item, version=version)
    if not changes:
        raise KentonganError("Tidak ada yang dibetulkan.", hint=f"Sebutkan salah satu: {', '.join(FIELDS)}.")
    wanted: dict[str, Any] = {}
    for field, value in changes.items():
        wanted |= columns_of(session, field, value)
    if "topic" in changes and "issue" not in changes:
        # The issue of an item that has none but its topic follows it.
        rows, topics = item_rows(session, clipping.id), {row.id: wanted["topic"]}
        labels = issue_labels(rows, leave=telling_words(clipping.scope), topics=topics)
        label = next(label for one, label in zip(rows, labels, strict=True) if one.id == row.id)
        wanted |= {} if label is None else {"issue": label}
    said = changes.keys() - {"clarify", "note"}
    if said:
        wanted["decided"] = sorted({*row.decided, *said})
    before = {name: getattr(row, name) for name in wanted}
    if before == wanted:
        return as_item(row, agency_names(session))
    reopen(session, clipping, actor=actor, now=now, via=via)
    apply(session, clipping, row, wanted)
    record_act(session, clipping, act="corrected", item=row, before=before, after=wanted, actor=actor, now=now, via=via)
    annotate(store, row, [name for name in LABELS if name in changes], actor=actor, now=now)
    return as_item(row, agency_names(session))


def leave_out(
    session: Session, item: int, *, reason: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> ClippingItem:  # fmt: skip
    """Take an item out of what is printed, with the reason. Raises as ``correct_item`` does."""
    said = bounded("Alasan", reason, MAX_REASON)
    return set_left_out(session, item, (True, said), actor=actor, now=now, version=version, via=via)


def put_back(
    session: Session, item: int, *, actor: Actor, now: datetime, version: int | None = None, via: str | None = None
) -> ClippingItem:
    """Take an item that was left out in again. Raises as ``correct_item`` does."""
    return set_left_out(session, item, (False, None), actor=actor, now=now, version=version, via=via)


def add_item(
    session: Session, store: Store, clipping: int, *, document: str, settings: Settings, gazetteer: Gazetteer,
    actor: Actor, now: datetime, claims: Claims | None = None, version: int | None = None, via: str | None = None,
) -> ClippingItem:  # fmt: skip
    """Take in an article that no rule chose, by its id. Raises NotFound for no article, Conflict where it is there."""
    actor = authorise(session, actor, action="clippings.correct", now=now)
    row = lock_clipping(session, clipping, version=version)
    (record,) = store.get([document.strip()])
    if record is None or record.document.kind != "article":
        raise NotFound(f"Artikel {document[:40]!r} tidak ada.", hint="Id artikel: `kentongan search KUERI --json`.")
    rows = item_rows(session, row.id)
    there = next((one for one in rows for out in one.outlets if out["document"] == record.document.id), None)
    if there is not None:
        raise Conflict(
            f"Artikel itu sudah ada, sebagai berita nomor {there.id}.",
            hint=f"Bila dikeluarkan, masukkan lagi: `kentongan clippings put-back {there.id} --as NAMA`.",
        )
    reopen(session, row, actor=actor, now=now, via=via)
    locality = read_locality(gazetteer, list_agencies(session, active=True), region=settings.region)
    known = read_known(store, session, locality, since=row.since, until=row.until, claims=claims)
    why = (*relevance_of(record, locality), ADDED)
    (group,) = group_copies([record])
    made = item_row(
        row, propose_item(group, known, why=why, late=record.document.published_at < row.since),
        place=next_place(session, row.id),
    )  # fmt: skip
    made.added_by = actor.username
    session.add(made)
    session.flush()
    made.issue = issue_labels([*rows, made], leave=telling_words(row.scope))[-1] or made.issue
    row.sample = row.sample or made.sample
    record_act(
        session, row, act="added", item=made, before={"left_out": True, "left_reason": "tambahan dibatalkan"},
        after={"left_out": False, "left_reason": None}, actor=actor, now=now, via=via,
    )  # fmt: skip
    return as_item(made, agency_names(session))


def undo_last(
    session: Session, store: Store, clipping: int, *, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> ClippingItem:  # fmt: skip
    """Take back the last act of the revision that is worked on and was not taken back; returns its item.

    Raises NotFound where there is none, NotAllowed, Conflict where the clipping changed since ``version``.
    """
    actor = authorise(session, actor, action="clippings.correct", now=now)
    row = lock_clipping(session, clipping, version=version)
    event = ClippingEventRow
    undone = select(event.undoes).where(event.clipping == row.id, event.undoes.is_not(None))
    last = session.scalar(
        select(event)
        .where(event.clipping == row.id, event.revision == row.revision, event.act.in_(UNDOABLE))
        .where(event.id.not_in(undone))
        .order_by(event.id.desc())
        .limit(1)
    )
    if last is None or row.state == "issued":
        raise NotFound(
            f"Tidak ada yang dapat dibatalkan di kliping {as_clipping(row).number}.",
            hint="Yang dapat dibatalkan hanya perbaikan sejak edisi terakhir terbit.",
        )
    item = session.get_one(ClippingItemRow, last.item, populate_existing=True)
    after = dict(last.before)
    before = {name: getattr(item, name) for name in after}
    apply(session, row, item, after)
    record_act(
        session, row, act="undone", item=item, before=before, after=after, undoes=last.id, actor=actor, now=now, via=via
    )
    annotate(store, item, [name for name in LABELS if name in after], actor=actor, now=now)
    return as_item(item, agency_names(session))


def set_left_out(
    session: Session, item: int, wanted: tuple[bool, str | None], *, actor: Actor, now: datetime, version: int | None,
    via: str | None,
) -> ClippingItem:  # fmt: skip
    actor = authorise(session, actor, action="clippings.correct", now=now)
    clipping, row = lock_item(session, item, version=version)
    if row.left_out == wanted[0]:
        raise Conflict(f"Berita nomor {item} memang {'sudah dikeluarkan' if row.left_out else 'ada di kliping'}.")
    reopen(session, clipping, actor=actor, now=now, via=via)
    before: dict[str, Any] = {"left_out": row.left_out, "left_reason": row.left_reason}
    after: dict[str, Any] = {"left_out": wanted[0], "left_reason": wanted[1]}
    apply(session, clipping, row, after)
    act: Act = "left_out" if wanted[0] else "put_back"
    record_act(session, clipping, act=act, item=row, before=before, after=after, actor=actor, now=now, via=via)
    return as_item(row, agency_names(session))


def reopen(session: Session, clipping: ClippingRow, *, actor: Actor, now: datetime, via: str | None) -> None:
    """Begin the next revision where the last one was issued; what was issued stays as it went out."""
    if clipping.state == "issued":
        clipping.state, clipping.revision = "draft", clipping.revision + 1
        record_act(session, clipping, act="reopened", actor=actor, now=now, via=via)


def apply(session: Session, clipping: ClippingRow, row: ClippingItemRow, wanted: Mapping[str, Any]) -> None:
    """Write columns; a place moves the others along."""
    for name, value in wanted.items():
        if name != "place":
            setattr(row, name, value)
    if "place" in wanted:
        others = [one for one in item_rows(session, clipping.id) if one.id != row.id and not one.left_out]
        at = max(1, min(wanted["place"], len(others) + 1))
        for place, one in enumerate([*others[: at - 1], row, *others[at - 1 :]], 1):
            if one.place != place:
                one.place = place
    session.flush()


def columns_of(session: Session, field: Field, value: str | int | bool | None) -> dict[str, Any]:
    """What a field's new value writes. Raises KentonganError for a value that cannot be."""
    if field in ("tone", "topic"):
        known = TONES if field == "tone" else TOPICS
        if value is not None and value not in known:
            raise KentonganError(f"{FIELD_WORDS[field].capitalize()} {value!r} tidak dikenal.", hint=", ".join(known))
        return {field: value, f"{field}_p": None, f"{field}_abstained": False}
    if field == "issue":
        return {"issue": bounded("Isu", str(value or ""), MAX_ISSUE), "issue_number": None}
    if field == "agency":
        code = None if value is None else get_agency(session, str(value)).code
        return {"agency": code, "agency_from": None}
    if field == "clarify":
        return {"clarify": None if value is None else bool(value)}
    if field == "note":
        return {"note": None if not value else bounded("Catatan", str(value), MAX_NOTE)}
    if field == "place":
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_ITEMS:
            raise KentonganError(f"Urutan {value!r} bukan angka dari 1 sampai {MOST_ITEMS}.")
        return {"place": value}
    raise KentonganError(f"Tidak ada {field!r} yang dapat dibetulkan.", hint=f"Pilih: {', '.join(FIELDS)}.")


def annotate(store: Store, row: ClippingItemRow, fields: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Say in the store, of every article of an item that is still there, what the person decided; an abstention where
    the person takes the word back and no other person's stands."""
    if not fields:
        return
    there = [one for one in store.get([outlet["document"] for outlet in row.outlets]) if one is not None]
    said = []
    for record in there:
        for field in fields:
            value = getattr(row, field) if field in row.decided else None
            said.append(
                Annotation(
                    document=record.document.id, task=LABELS[field], value=value, by=actor.id, at=now,
                    abstained=value is None,
                )
            )  # fmt: skip
    store.annotate(said)


def bounded(what: str, text: str, most: int) -> str:
    """A text for people, checked, at most so many characters. Raises KentonganError."""
    said = check_text(what, text)
    if len(said) > most:
        raise KentonganError(f"{what} terlalu panjang: {len(said)} karakter, paling banyak {most}.")
    return said
