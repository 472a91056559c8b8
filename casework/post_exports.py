"""Taking posts out of the house: who may, what the audit keeps of it, and accounts masked on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.public_accounts import PublicAccounts, check_reason, mask_record
from casework.roles import Actor
from kentongan import __version__
from kentongan.schema import Gap, Query, Record, Task
from kentongan.settings import Settings
from kentongan.times import to_zone
from search.aliases import AliasFile
from search.export import About
from search.export_formats import FORMATS
from search.query import parse_query
from search.query_wording import write_tree
from search.store import Bucket, Dimension, View

NAME_LETTERS: Final = 48
"""Letters of the query in a file's name."""
EXPORT_NAME: Final = re.compile(r"kentongan-[a-z0-9-]{1,100}\.(?:csv|jsonl|parquet)(?:\.meta\.json)?")
"""What an export that a page made is called."""


@dataclass(frozen=True, slots=True)
class MaskedView:
    """A view of the store (``search.store.View``) whose records carry masked accounts."""

    view: View
    public: PublicAccounts

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """See ``Store.count``."""
        return self.view.count(query, by=by, zone=zone)

    def newest(self, query: Query) -> Iterator[Record]:
        """All matching records, newest first."""
        return (mask_record(record, self.public) for record in self.view.newest(query))

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """All matching records of a slice."""
        return (mask_record(record, self.public) for record in self.view.stream(query, slice_of=slice_of))

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """See ``Store.gaps``."""
        return self.view.gaps(since=since, until=until, sources=sources)

    def current_models(self) -> dict[Task, str]:
        """See ``Store.current_models``."""
        return self.view.current_models()


def allow_export(
    session: Session,
    query: Query,
    *,
    file: str,
    documents: int,
    named: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> None:
    """Write down who takes out what, before it is written. ``named``: with the accounts as they are, which takes the
    right to search by author, and a reason.

    Raises NotAllowed, and KentonganError for a reason that says nothing.
    """
    actor = authorise(session, actor, action="posts.export", now=now)
    if named:
        authorise(session, actor, action="authors.search", now=now)
        reason = check_reason(reason)
    detail: audit.Detail = {
        "file": file, "query": query.text[:500], "documents": documents, "accounts": "named" if named else "masked",
        "since": query.since.isoformat() if query.since else None,
        "until": query.until.isoformat() if query.until else None, "reason": reason or None,
    }  # fmt: skip
    audit.record(
        session,
        actor,
        action="posts.export",
        object=f"export:{file}"[:200],
        detail=audit.with_way(detail, via),
        now=now,
    )


def export_name(query: Query, *, suffix: str, now: datetime, zone: str) -> str:
    """What the file of a query is called: its words, and when it was made on the clock of the installation."""
    if suffix not in FORMATS:
        raise ValueError(f"unknown form {suffix!r}")
    words = re.sub(r"[^a-z0-9]+", "-", query.text.lower()).strip("-")[:NAME_LETTERS].strip("-") or "semua"
    moment = to_zone(now, zone)
    return f"kentongan-{words}-{moment:%Y%m%d-%H%M%S}-{zone.lower()}{suffix}"


def tell_about(view: View, question: Query, settings: Settings, *, now: datetime, masked: bool) -> About:
    """What the sidecar tells beside the documents. Raises BadQuery and BadSettings."""
    models = {task: describe_model(named, settings) for task, named in view.current_models().items()}
    return About(
        understood=write_tree(parse_query(question.text, AliasFile(settings.aliases_path))) or "semua dokumen",
        zone=settings.zone,
        frozen_at=now.astimezone(UTC),
        software=f"kentongan {__version__}",
        models=models,
        masked=masked,
    )


def describe_model(named: str, settings: Settings) -> Mapping[str, object]:
    """A model ("name|version") and the data it learned from, as its card says; None where no card is here."""
    from models.linear import BadModel
    from models.registry import read_card

    name, _, version = named.partition("|")
    told: dict[str, object] = {"model": name, "version": version, "made_on": None, "data": None}
    try:
        card = read_card(name, local=settings.models_dir)
    except BadModel:
        return told
    if card.version != version:
        return told
    data = [{"file": used.file, "task": used.task, "rows": used.rows} for used in card.sets if used.rows]
    return told | {"made_on": card.made_on, "data": data, "sha256": card.sha256}


def exports_folder(settings: Settings, person: str) -> Path:
    """Where the files of a person lie; ids are hex digits (``casework.people``)."""
    if not person.isalnum():
        raise ValueError(f"not the id of a person: {person!r}")
    return settings.data_dir / "exports" / person
