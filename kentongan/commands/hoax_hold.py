"""Keeps rumours of danger off lists of suspected hoaxes until an agency has answered, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from kentongan.commands.output import say
from kentongan.schema import Query, Record
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.store import Page, Store

PAGE = 200
"""Documents read at a time."""


def asks_for_hoaxes(question: Query, by: Sequence[str] = ()) -> bool:
    """Whether an answer would list or count documents as suspected hoaxes."""
    return bool(question.hoax) or "hoax" in by or "hoaks:" in question.text.lower()


def read_held(settings: Settings) -> set[str]:
    """Ids of the stories and documents that are no suspected hoaxes, whatever a model says: they wait for an agency's
    word, or it has confirmed them."""
    from casework.db import open_casework
    from casework.incidents.dangers import dangers_off_lists

    with open_casework(settings) as casework, casework.read() as session:
        return dangers_off_lists(session)


def search_without_held(
    store: Store, question: Query, *, held: set[str], limit: int, order: Literal["newest", "best"]
) -> tuple[list[Record], int, Page]:
    """The first ``limit`` records that are not held, how many were passed over, and the last page read."""
    if order == "best":
        page = store.search(question, limit=limit + len(held), order="best")
        kept = [record for record in page.records if record.document.id not in held]
        return kept[:limit], len(page.records) - len(kept), page
    kept, passed, after = [], 0, None
    while True:
        page = store.search(question, limit=min(PAGE, limit + len(held)), after=after)
        for record in page.records:
            if record.document.id in held:
                passed += 1
            elif len(kept) < limit:
                kept.append(record)
        after = page.after
        if after is None or len(kept) >= limit:
            return kept, passed, page


def say_held(settings: Settings) -> None:
    """Say how many documents of a count or an export are rumours of danger and no suspected hoaxes."""
    held = len(read_held(settings))
    if held:
        say(
            f"Perhatian: {held} cerita dan dokumen adalah kabar bahaya yang perlu dipastikan instansi dahulu atau "
            "sudah dipastikan benar; jangan disebut dugaan hoaks. Daftarnya: `kentongan dangers list`."
        )
