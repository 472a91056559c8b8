"""Says what a timeline shows anew of posts that are in the store: other words, other counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kentongan.schema import Document, Engagement, Observation, Record, Revision, revision_hash


def observe_posts(
    documents: Sequence[Document], counted: Iterable[Observation], *, before: Mapping[str, Record]
) -> list[Observation]:
    """What to record of the posts on one page, besides the documents themselves.

    ``counted`` are the page's observations of engagement, ``before`` what the store had of these posts. Counts that
    are as they were say nothing and are left out. Words are only compared where the same source gave them before:
    another one may take them from another page.
    """
    counts = {seen.document: seen for seen in counted}
    found: list[Observation] = []
    for document in documents:
        record, seen = before.get(document.id), counts.get(document.id)
        engagement = seen.engagement if seen else None
        named = revision_hash(document.title, document.text)
        if record is not None and record.document.source == document.source and named != record.newest.hash:
            revision = Revision(hash=named, title=document.title, text=document.text, raw=document.raw)
            found.append(
                Observation(
                    document=document.id, at=document.collected_at, state="changed", revision=revision,
                    engagement=engagement,
                )
            )  # fmt: skip
        elif seen is not None and (record is None or last_engagement(record) != engagement):
            found.append(replace(seen, state="unchanged"))
    return found


def last_engagement(record: Record) -> Engagement | None:
    """The counts last recorded of a post; None where there are none."""
    return next((seen.engagement for seen in reversed(record.observations) if seen.engagement is not None), None)
