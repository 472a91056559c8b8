"""Gathers what the spread of a story is read from: its items, their records, the gaps, the fact-checks of its claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from analysis.series import Step
from analysis.spread import Spread, trace_spread
from analysis.spread_items import PlacedFactCheck, SharedLink, SpreadItem
from analysis.spread_timeline import JUST_BEFORE
from casework.stories import StoryItem, read_story
from crawlers.addresses import host_of, site_of, url_keys
from kentongan.batches import batched
from kentongan.schema import BY_HAND, Engagement, Query, Record
from kentongan.text import links
from search.store import Store

READ: Final = 500
"""Records read from the store at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySpread:
    """A story and its spread."""

    story: str
    centre: str
    text: str | None
    """Newest words of the centre; None where the store has it no more."""
    spread: Spread
    missing: int
    """Items whose document the store has no more: counted, without account and links."""
    sample: bool
    """Whether any of it is invented."""


def read_spread(
    store: Store,
    session: Session,
    story_or_document_id: str,
    *,
    now: datetime,
    zone: str = "WIB",
    step: Step | None = None,
    top: int = 10,
    factchecks: Sequence[PlacedFactCheck] | None = None,
) -> StorySpread:
    """The spread of the story of this id, or of the one that holds this document.

    ``factchecks``: those of its claim; None looks for them (``find_factchecks``). Raises NotFound where there is no
    such story, Retry where the store is away.
    """
    story = read_story(session, story_or_document_id)
    items: list[SpreadItem] = []
    text: str | None = None
    missing, sample = 0, False
    for part in batched(story.items, READ):
        for item, record in zip(part, store.get([item.document for item in part]), strict=True):
            items.append(join_record(item, record))
            if record is None:
                missing += 1
                continue
            sample = sample or record.document.sample
            if item.document == story.centre:
                text = record.newest.text
    if factchecks is None:
        factchecks = find_factchecks(store, text) if text else ()
    times = [item.published_at for item in items] + [one.published_at for one in factchecks]
    spread = trace_spread(
        items,
        gaps=store.gaps(since=min(times) - JUST_BEFORE),
        volumes=count_volumes(store),
        factchecks=factchecks,
        until=now,
        zone=zone,
        step=step,
        top=top,
    )
    return StorySpread(story=story.id, centre=story.centre, text=text, spread=spread, missing=missing, sample=sample)


def join_record(item: StoryItem, record: Record | None) -> SpreadItem:
    """An item with what its record says; without a record only what the story knows."""
    document = None if record is None else record.document
    said = newest_engagement(record) if record else None
    return SpreadItem(
        document=item.document,
        stance=item.stance,
        source=item.source,
        platform=item.platform,
        published_at=item.published_at,
        collected_at=item.collected_at,
        author=document.author if document else None,
        shares=said.shares if said else None,
        likes=said.likes if said else None,
        links=read_links([*document.links, *links(record.newest.text)]) if document and record else (),
        passes_on=document.shared_from if document else None,
    )


def newest_engagement(record: Record) -> Engagement | None:
    """What the latest observation that names any says; None where none does."""
    return next((seen.engagement for seen in reversed(record.observations) if seen.engagement is not None), None)


def read_links(addresses: Iterable[str]) -> tuple[SharedLink, ...]:
    """Each address once, in its one spelling; what is none is passed over."""
    whole = [one if "://" in one else f"https://{one}" for one in addresses if "://" in one or "@" not in one]
    return tuple(SharedLink(address=key, site=site_of(host_of(key))) for key in url_keys(whole))


def count_volumes(store: Store) -> dict[str, dict[str, float]]:
    """Platform to source to the posts and comments it has brought in all; what was entered by hand is no collection."""
    volumes: dict[str, dict[str, float]] = {}
    asked = Query(kinds=("post", "comment"), without_sources=(BY_HAND,))
    for cell in store.count(asked, by=["platform", "source"]):
        platform, source = cell.key
        volumes.setdefault(platform, {})[source] = float(cell.count)
    return volumes


def find_factchecks(store: Store, text: str) -> tuple[PlacedFactCheck, ...]:
    """The fact-checks of the same claim as a text, by the claim matcher's band. One that does not say when it came out
    has no place in time and is left out."""
    # Reads the encoder, which the rest of this module does without.
    from casework.claim_matching import open_claims

    (matches,) = open_claims(store).match([text])
    return tuple(
        PlacedFactCheck(
            id=match.id,
            title=match.title,
            published_at=match.published_at,
            url=match.url,
            verdict=match.verdict,
            score=match.score,
            withdrawn=match.withdrawn,
        )
        for match in matches
        if match.band == "same" and match.published_at is not None
    )
