"""The step that puts posts and comments into stories and says what each does with its claim.

It takes up whatever has no stance for its newest words yet, in the order it was collected. First the rows are written,
then the index of messages is saved, then the stances go into the store: killed anywhere, the next run takes up the same
documents again and comes to the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from analysis.duplicates import JOIN
from analysis.shingles import MIN_BYTES, content_key
from analysis.stance import MODEL, STANCES, judge_stance
from casework.db import Casework
from casework.story_cluster import ask_some
from casework.story_index import KeptIndex, finish_building, only_keeper, open_index, require_own_state, save_index
from casework.story_projection import count_stories, find_centres, place_items, remove_items
from casework.story_tables import StoryItemRow, StoryLinkRow, StoryMessageRow, StoryRow
from kentongan.batches import batched
from kentongan.schema import EPOCH, Annotation, Kind, Query, Record
from kentongan.settings import Settings
from search.store import Store

FOLDER: Final = "stories"
"""Folder under ``data_dir``."""

KINDS: Final[tuple[Kind, ...]] = ("post", "comment")
"""What is passed on from person to person. Articles are sources, not copies."""

UNREAD: Final = f"stance|{MODEL[0]}|{MODEL[1]}"

BATCH: Final = 1_000
"""Documents placed in one transaction: it takes a second or so, and other writers wait that long."""

PART: Final = 20_000
"""Documents between two savings of the index, whose file is written whole."""

Report = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoriesUpdated:
    """What one run did."""

    documents: int
    """Documents taken up: new ones, and those whose words changed."""
    removed: int
    """Documents that the store has no more, taken out."""
    items: int
    """Documents in stories now."""
    stories: int
    """Stories now."""
    why: str | None
    """What a person should know of this run, in Indonesian."""


def update_stories(
    store: Store,
    casework: Casework,
    settings: Settings,
    *,
    now: datetime,
    report: Report | None = None,
    rebuild: bool = False,
) -> StoriesUpdated:
    """Take up what is new; everything with ``rebuild``, or where the index of messages is lost.

    Raises Retry where another process is at it.
    """
    folder = settings.data_dir / FOLDER
    with only_keeper(folder):
        store.refresh()
        anything = store.count(Query(kinds=KINDS, unscored_by=UNREAD))[0].count > 0
        kept = open_index(casework, folder, rebuild=rebuild, load=anything)
        if "stance" not in store.current_models():
            store.use_model("stance", *MODEL)
        waiting = list_documents(store, everything=kept.building)
        for number, part in enumerate(batched(waiting, PART)):
            said: list[Annotation] = []
            for place, ids in enumerate(batched(part, BATCH)):
                records = [record for record in store.get(ids) if record is not None]
                said += take_up(store, casework, kept, records, now=now)
                if report:
                    report(number * PART + place * BATCH + len(ids), len(waiting), "menyusun cerita")
            save_index(casework, kept)
            store.annotate(said)
        if kept.building:
            save_index(casework, kept)
            finish_building(casework, kept)
        store.refresh()
        store.use_model("stance", *MODEL)
        removed = remove_dropped(store, casework, kept)
        with casework.read() as session:
            items, stories = (
                session.scalar(select(func.count()).select_from(table)) or 0 for table in (StoryItemRow, StoryRow)
            )
    return StoriesUpdated(documents=len(waiting), removed=removed, items=items, stories=stories, why=kept.why)


def list_documents(store: Store, *, everything: bool) -> list[str]:
    """Ids of the documents to take up, in the order they were collected, ties by id."""
    found = [
        f"{(record.document.collected_at - EPOCH).total_seconds():020.6f}{record.document.id}"
        for record in store.stream(Query(kinds=KINDS, unscored_by=None if everything else UNREAD))
    ]
    found.sort()
    return [key[20:] for key in found]


def take_up(
    store: Store, casework: Casework, kept: KeptIndex, records: Sequence[Record], *, now: datetime
) -> list[Annotation]:
    """Place documents and write their rows; returns the stances to be written into the store."""
    words = {record.document.id: record.newest.words for record in records}
    keys = {document: content_key(text) for document, text in words.items()}
    messages = {document: name_message(document, key) for document, key in keys.items()}
    links = link_messages(kept, {messages[document]: key for document, key in keys.items()})
    stances = {record.document.id: stance_of(record) for record in records}
    with casework.begin() as session:
        require_own_state(session, kept)
        write_links(session, links)
        rows = [
            {
                "document": record.document.id,
                "message": messages[record.document.id],
                "revision": record.newest.hash,
                "stance": stances[record.document.id] or "unclear",
                "source": record.document.source,
                "platform": record.document.platform,
                "published_at": record.document.published_at,
                "collected_at": record.document.collected_at,
            }
            for record in records
        ]
        touched = {message for pair, score in links.items() if score >= JOIN for message in pair}
        stories = place_items(session, rows, touched=touched)
        unjudged = {document: words[document] for document, stance in stances.items() if stance is None}
        judged = judge_items(store, session, unjudged, words=words)
        if judged:
            told = [{"document": document, "stance": stance} for document, stance in judged.items()]
            session.execute(update(StoryItemRow), told)
        count_stories(session, stories)
    return [
        Annotation(
            document=record.document.id,
            task="stance",
            value=judged.get(record.document.id) or stances[record.document.id],
            by=MODEL[0],
            version=MODEL[1],
            at=now,
            revision=record.newest.hash,
        )
        for record in records
        if not own_stance(record)
    ]


def name_message(document: str, key: bytes) -> str:
    """The message's name: 16 hex digits, equal for equal keys. What has no words is the same as no other."""
    if key:
        return hashlib.blake2b(key, digest_size=8).hexdigest()
    return hashlib.blake2b(document.encode(), digest_size=8, person=b"no words").hexdigest()


def link_messages(kept: KeptIndex, keys: Mapping[str, bytes]) -> dict[tuple[str, str], float]:
    """Take in messages that the index does not have; their links with those it has, suggestions included."""
    new = {
        message: key for message, key in keys.items() if len(key) >= MIN_BYTES and message not in kept.index.items
    }  # fmt: skip
    kept.complete = kept.complete and not new
    return {
        (min(found.id, match.id), max(found.id, match.id)): match.score
        for found in kept.index.add_messages(list(new), list(new.values()))
        for match in found.matches
    }


def write_links(session: Session, links: Mapping[tuple[str, str], float]) -> None:
    """Write the links that are not there."""
    there = {
        (row.one, row.other)
        for row in ask_some(
            session,
            {one for one, _ in links},
            lambda part: select(StoryLinkRow.one, StoryLinkRow.other).where(StoryLinkRow.one.in_(part)),
        )
    }
    new = [
        {"one": one, "other": other, "score": score}
        for (one, other), score in links.items()
        if (one, other) not in there
    ]
    if new:
        session.execute(insert(StoryLinkRow), new)


def own_stance(record: Record) -> str | None:
    """What this model has said about the newest words."""
    for said in record.annotations:
        if (said.task, said.by, said.version, said.revision) == ("stance", *MODEL, record.newest.hash):
            return said.value
    return None


def stance_of(record: Record) -> str | None:
    """The stance that is on record and counts: a person's, else this model's. None where it is to be judged."""
    label = record.labels.get("stance")
    if label is not None and label.by_person and label.value in STANCES:
        return label.value
    return own_stance(record)


def judge_items(
    store: Store, session: Session, unjudged: Mapping[str, str], *, words: Mapping[str, str]
) -> dict[str, str]:
    """The stance of each text to the claim of its story.

    The claim is the story's centre, unless the text has its words or the centre itself does not spread: then the text
    is judged by its own words alone.
    """
    places = {
        row.document: (row.message, row.story)
        for row in ask_some(
            session,
            unjudged,
            lambda part: (
                select(StoryItemRow.document, StoryItemRow.message, StoryMessageRow.story)
                .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
                .where(StoryItemRow.document.in_(part))
            ),
        )
    }
    centres = find_centres(session, {story for _, story in places.values()})
    wanted = {centres[story][1] for message, story in places.values() if centres[story][0] != message}
    claims = {document: words[document] for document in wanted if document in words}
    missing = sorted(wanted - claims.keys())
    claims |= {
        record.document.id: record.newest.words for record in store.get(missing) if record is not None
    }  # fmt: skip
    spread = {document: text for document, text in claims.items() if judge_stance(text).value == "spreads"}
    known: dict[tuple[str, str | None], str] = {}
    judged: dict[str, str] = {}
    for document, text in unjudged.items():
        message, story = places[document]
        claim = spread.get(centres[story][1]) if centres[story][0] != message else None
        if (text, claim) not in known:
            known[text, claim] = judge_stance(text, claim).value
        judged[document] = known[text, claim]
    return judged


def remove_dropped(store: Store, casework: Casework, kept: KeptIndex) -> int:
    """Take out what the store has dropped (retention, an entry taken back); returns how many."""
    with casework.read() as session:
        held = session.scalar(select(func.count()).select_from(StoryItemRow)) or 0
        if held <= store.count(Query(kinds=KINDS))[0].count:
            return 0
        documents = list(session.scalars(select(StoryItemRow.document)))
    removed = 0
    for ids in batched(documents, BATCH):
        gone = [id for id, record in zip(ids, store.get(ids), strict=True) if record is None]
        if gone:
            with casework.begin() as session:
                require_own_state(session, kept)
                count_stories(session, remove_items(session, gone))
            removed += len(gone)
    return removed
