"""Reads and locks clippings: by number, as they stand or as they were issued, with their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.agency_tables import AgencyRow
from casework.clippings.editions import EDITIONS, EditionName, parse_edition
from casework.clippings.records import (
    Act,
    Change,
    Clipping,
    ClippingEvent,
    ClippingItem,
    Edition,
    as_clipping,
    as_event,
    as_item,
)
from casework.clippings.tables import ClippingEventRow, ClippingItemRow, ClippingRevisionRow, ClippingRow
from casework.db import expect_version
from casework.figures import decode_figure, encode_figure
from casework.roles import Actor
from kentongan.errors import NotFound

MOST_LISTED: Final = 1000
FRESH: Final = {"populate_existing": True}
"""Read the row anew: another transaction may have changed it since."""


def parse_clipping(session: Session, said: str) -> int:
    """The id behind "KLIP-20261121-PAGI". Raises NotFound where there is none, KentonganError for no number."""
    day, edition = parse_edition(said)
    found = find_clipping(session, day=day, edition=edition)
    if found is None:
        raise NotFound(
            f"Kliping {said.strip()} belum disusun.",
            hint=f"Susun: `kentongan clippings make --day {day} --edition {edition} --as NAMA`.",
        )
    return found.id


def find_clipping(session: Session, *, day: date, edition: EditionName) -> Clipping | None:
    """The clipping of this edition, or None."""
    row = session.scalar(select(ClippingRow).where(ClippingRow.day == day, ClippingRow.edition == edition))
    return None if row is None else as_clipping(row)


def list_clippings(
    session: Session, *, since: date | None = None, until: date | None = None, limit: int = 50
) -> list[Clipping]:
    """Clippings of the days from ``since`` to ``until``, both included, the newest first."""
    chosen = select(ClippingRow).order_by(ClippingRow.until.desc(), ClippingRow.id.desc())
    if since is not None:
        chosen = chosen.where(ClippingRow.day >= since)
    if until is not None:
        chosen = chosen.where(ClippingRow.day <= until)
    return [as_clipping(row) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]


def read_clipping(session: Session, clipping: int) -> Clipping:
    """The clipping of this id. Raises NotFound."""
    row = session.get(ClippingRow, clipping, populate_existing=True)
    if row is None:
        raise NotFound("Kliping itu tidak ada.", hint="Daftarnya: `kentongan clippings list`.")
    return as_clipping(row)


def read_items(session: Session, clipping: int) -> tuple[ClippingItem, ...]:
    """The items of a clipping as they stand: in their order, those left out behind."""
    names = agency_names(session)
    return tuple(as_item(row, names) for row in item_rows(session, clipping))


def read_item(session: Session, item: int) -> ClippingItem:
    """One item. Raises NotFound."""
    row = session.get(ClippingItemRow, item, populate_existing=True)
    if row is None:
        raise item_not_there(item)
    return as_item(row, agency_names(session))


def read_issued(session: Session, clipping: int, *, revision: int | None = None) -> Edition:
    """An edition as it was issued, by default the newest revision. Raises NotFound."""
    chosen = select(ClippingRevisionRow).where(ClippingRevisionRow.clipping == clipping)
    if revision is not None:
        chosen = chosen.where(ClippingRevisionRow.revision == revision)
    row = session.scalar(chosen.order_by(ClippingRevisionRow.revision.desc()).limit(1))
    if row is None:
        which = "" if revision is None else f" revisi {revision}"
        hint = "Terbitkan: `kentongan clippings issue NOMOR --as NAMA`."
        raise NotFound(f"Kliping itu belum diterbitkan{which}.", hint=hint)
    return decode_edition(row.content)


def issued_revisions(session: Session, clipping: int) -> list[int]:
    """Numbers of the issued revisions, oldest first."""
    chosen = select(ClippingRevisionRow.revision).where(ClippingRevisionRow.clipping == clipping)
    return list(session.scalars(chosen.order_by(ClippingRevisionRow.revision)))


def clipping_history(session: Session, clipping: int) -> tuple[ClippingEvent, ...]:
    """Everything that happened to a clipping, oldest first."""
    chosen = select(ClippingEventRow).where(ClippingEventRow.clipping == clipping).order_by(ClippingEventRow.id)
    return tuple(as_event(row) for row in session.scalars(chosen))


def documents_before(session: Session, *, since: datetime, until: datetime) -> set[str]:
    """Ids of the articles in clippings that closed from ``since`` to ``until``, both included."""
    chosen = (
        select(ClippingItemRow.outlets)
        .join(ClippingRow, ClippingRow.id == ClippingItemRow.clipping)
        .where(ClippingRow.until >= since, ClippingRow.until <= until)
    )
    return {outlet["document"] for outlets in session.scalars(chosen) for outlet in outlets}


def lock_clipping(session: Session, clipping: int, *, version: int | None = None) -> ClippingRow:
    """The row, held until the transaction ends. Raises NotFound, Conflict where it changed since it was read."""
    chosen = select(ClippingRow).where(ClippingRow.id == clipping).with_for_update()
    row = session.scalar(chosen, execution_options=FRESH)
    if row is None:
        raise NotFound("Kliping itu tidak ada.", hint="Daftarnya: `kentongan clippings list`.")
    if version is not None:
        expect_version(f"Kliping {as_clipping(row).number}", read=version, stored=row.version)
    return row


def lock_item(session: Session, item: int, *, version: int | None) -> tuple[ClippingRow, ClippingItemRow]:
    """An item and its clipping, both held. Raises NotFound, Conflict where the item changed since it was read."""
    at = session.scalar(select(ClippingItemRow.clipping).where(ClippingItemRow.id == item))
    if at is None:
        raise item_not_there(item)
    clipping = lock_clipping(session, at)
    row = session.scalar(select(ClippingItemRow).where(ClippingItemRow.id == item), execution_options=FRESH)
    assert row is not None
    if version is not None:
        expect_version(f"Berita nomor {item}", read=version, stored=row.version)
    return clipping, row


def item_rows(session: Session, clipping: int) -> list[ClippingItemRow]:
    """The rows of a clipping's items in the order of ``read_items``."""
    chosen = select(ClippingItemRow).where(ClippingItemRow.clipping == clipping)
    ordered = chosen.order_by(ClippingItemRow.left_out, ClippingItemRow.place, ClippingItemRow.id)
    return list(session.scalars(ordered, execution_options=FRESH))


def next_place(session: Session, clipping: int) -> int:
    """The place behind all others."""
    last = session.scalar(select(func.max(ClippingItemRow.place)).where(ClippingItemRow.clipping == clipping))
    return (last or 0) + 1


def agency_names(session: Session) -> dict[str, str]:
    """Every agency's name by its code."""
    return {row.code: row.name for row in session.execute(select(AgencyRow.code, AgencyRow.name))}


def record_act(
    session: Session, clipping: ClippingRow, *, act: Act, actor: Actor, now: datetime, via: str | None,
    item: ClippingItemRow | None = None, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None, undoes: int | None = None,
) -> None:  # fmt: skip
    """Note what happened, in the clipping's history and in the audit; ``via`` is how, where not on a page."""
    session.flush()
    before, after = dict(before or {}), dict(after or {})
    session.add(
        ClippingEventRow(
            clipping=clipping.id, revision=clipping.revision, item=None if item is None else item.id, at=now, act=act,
            before=before, after=after, undoes=undoes, actor=actor.id, actor_name=actor.username,
        )
    )  # fmt: skip
    session.flush()
    number = as_clipping(clipping).number
    detail: dict[str, Any] = {"revisi": clipping.revision, **({} if item is None else {"berita": item.id})}
    detail |= {name: plain(value) for name, value in after.items()}
    audit.record(
        session, actor, action=f"clippings.{act}", object=f"clipping:{number}", detail=audit.with_way(detail, via),
        now=now,
    )  # fmt: skip


def plain(value: object) -> str | int | float | bool | list[str] | None:
    """A value as the audit takes it."""
    return value if isinstance(value, str | int | float | bool | None) else [str(one) for one in as_list(value)]


def as_list(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else [value]


def encode_edition(edition: Edition) -> dict[str, Any]:
    """The edition as plain JSON."""
    return {
        "clipping": msgspec.to_builtins(edition.clipping),
        "items": msgspec.to_builtins(edition.items),
        "figures": [encode_figure(figure) for figure in edition.figures],
        "changes": msgspec.to_builtins(edition.changes),
    }


def decode_edition(content: Mapping[str, Any]) -> Edition:
    """The edition behind ``encode_edition``."""
    return Edition(
        clipping=msgspec.convert(content["clipping"], Clipping),
        items=tuple(msgspec.convert(content["items"], list[ClippingItem])),
        figures=tuple(decode_figure(figure) for figure in content["figures"]),
        changes=tuple(msgspec.convert(content["changes"], list[Change])),
    )


def item_not_there(item: int) -> NotFound:
    return NotFound(f"Berita nomor {item} tidak ada.", hint="Nomornya: `kentongan clippings show NOMOR`.")


def edition_before(day: date, edition: EditionName) -> tuple[date, EditionName]:
    """The edition that closed before this one."""
    at = EDITIONS.index(edition)
    return (day, EDITIONS[at - 1]) if at else (date.fromordinal(day.toordinal() - 1), EDITIONS[-1])
