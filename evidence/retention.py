"""Removes documents that an installation no longer keeps, and never what is evidence in a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from casework import audit
from casework.access import authorise
from casework.db import Casework
from casework.roles import Actor
from evidence.cases import held_documents
from kentongan.errors import Conflict, KentonganError
from kentongan.schema import Query
from search.retention import Pruned, prune, weigh
from search.store import Store

LONGEST_REASON: Final = 500
"""Characters of a reason that are kept."""


def weigh_old(store: Store, casework: Casework, query: Query, *, actor: Actor, now: datetime) -> Pruned:
    """What ``prune_old`` would do, having done nothing. Reads everything that matches. Raises NotAllowed."""
    with casework.read() as session:
        authorise(session, actor, action="store.prune", now=now)
        held = held_documents(session)
    return weigh(store, query, held=held)


def prune_old(
    store: Store,
    casework: Casework,
    query: Query,
    *,
    reason: str,
    even_judged: bool = False,
    most: int | None = None,
    report: Callable[[int, int | None, str], None] | None = None,
    actor: Actor,
    now: datetime,
) -> Pruned:
    """Drop what matches, except what a person has judged and what a case holds; the audit says who, what and why.

    Nothing brings it back but a backup. The line in the audit is there before anything is dropped, and a second one
    with the numbers after it. Raises NotAllowed, KentonganError without a reason or without an end of the time range,
    Conflict where more than ``most`` documents match.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise KentonganError("Alasannya belum diisi.", hint="Tulis mengapa dokumen ini dihapus.")
    if query.until is None:
        raise KentonganError("Batas waktunya belum ada.", hint="Sebut sebelum kapan dokumen itu terbit.")
    with casework.begin() as session:
        actor = authorise(session, actor, action="store.prune", now=now)
        found = store.count(query)[0].count
        if most is not None and found > most:
            raise Conflict(
                f"Ada {found} dokumen, lebih dari {most} yang dapat dihapus sekali jalan di sini.",
                hint="Jalankan `kentongan store prune` di mesinnya.",
            )
        held = held_documents(session)
        what: audit.Detail = {
            "sebelum": query.until.isoformat(), "jenis": list(query.kinds), "alasan": reason, "cocok": found,
            "juga_dinilai": even_judged,
        }  # fmt: skip
        audit.record(session, actor, action="store.prune", object="store", detail=what, now=now)
    pruned = prune(store, query, even_judged=even_judged, held=held, report=report)
    with casework.begin() as session:
        done = {"dihapus": pruned.dropped, "dinilai_orang": pruned.judged, "dalam_kasus": pruned.held}
        audit.record(session, actor, action="store.pruned", object="store", detail=done, now=now)
    return pruned
