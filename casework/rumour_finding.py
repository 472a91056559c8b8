"""Looks for the complaints behind the newest stories, and keeps what is found as suspicions.

Incremental: a story is looked at again only when its words, its labels or the complaints changed. What a person judged
stays as it was judged; the same complaints are not suspected again for that story.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.rumour_roots import HISTORY, Grievance, GrievanceIndex, Root, Rumour
from analysis.rumour_scores import PARTS, load_weights
from analysis.rumour_words import place_tokens
from casework.access import authorise
from casework.complaints.listing import is_public
from casework.complaints.records import OPEN_STAGES
from casework.complaints.tables import ComplaintRow
from casework.db import Casework, take_turn
from casework.roles import SYSTEM, Actor
from casework.rumour_tables import RumourLinkRow, RumourLookRow, RumourMemberRow
from casework.stories import StorySummary, list_stories
from casework.story_tables import StoryRow
from kentongan.batches import batched
from kentongan.complaint_categories import find_category
from kentongan.complaint_topics import TOPICS_OF
from kentongan.masking import mask_words
from kentongan.schema import Record, Task, require_aware
from search.store import Store

if TYPE_CHECKING:
    from kentongan.places import Gazetteer

STORIES_DAYS: Final = 30
"""Stories that grew within so many days are looked at."""
MOST_STORIES: Final = 500
"""Most stories one update looks at, those that grew last."""
LEAST_SPREADS: Final = 2
"""Fewest copies that spread a claim and make it a rumour: one post alone went nowhere."""
MOST_GRIEVANCES: Final = 50_000
"""Most complaints that are compared, the newest."""
NEW_SHARE: Final = 1 / 3
"""Share of a cluster that nobody judged before, from which it is another one for the same story."""
MOST_TITLE: Final = 200
"""Characters of a story's words that are kept."""
ORDINARY: Final = "lain"
"""What the model for hoaxes, or a person, says of what is none: such a story is no rumour."""
AT_ONCE: Final = 500
TURN: Final = "rumours"
"""What is waited for with ``take_turn`` before links change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A story with the words and labels it is looked for by."""

    rumour: Rumour
    title: str
    ordinary: bool
    """Whether it is said to be no hoax: nothing is looked for."""
    sample: bool
    fingerprint: str


def update_rumour_links(
    store: Store,
    casework: Casework,
    *,
    now: datetime,
    gazetteer: Gazetteer | None = None,
    within: str | None = None,
    actor: Actor = SYSTEM,
) -> int:
    """Look for complaints behind the newest stories; returns how many links are new or changed.

    ``gazetteer`` reads places where neither model nor person said one; ``within`` is the code of the installation's
    region. Asking again with nothing new changes nothing. Raises NotAllowed, and Retry where a store is away.
    """
    require_aware("now", now)
    with casework.read() as session:
        authorise(session, actor, action="rumours.update", now=now)
        since = now - timedelta(days=STORIES_DAYS)
        stories = [
            story for story in list_stories(session, since=since, limit=MOST_STORIES) if story.spreads >= LEAST_SPREADS
        ]
        rows = read_grievances(session, since=since - HISTORY)
        looked = read_looks(session, [story.id for story in stories])
    state = hash_of([(row.id, row.version) for row in rows])
    seen = [
        one
        for one in read_seen(store, stories, gazetteer=gazetteer, within=within, state=state)
        if looked.get(one.rumour.story) != one.fingerprint
    ]
    found: dict[str, list[Root]] = {}
    if seen and rows:
        grievances = [as_grievance(row, gazetteer=gazetteer, within=within) for row in rows]
        index = GrievanceIndex(grievances, places=name_places(grievances, seen, gazetteer))
        found = {one.rumour.story: index.find(one.rumour) for one in seen if not one.ordinary}
    samples = {row.id for row in rows if row.sample}
    with casework.begin() as session:
        take_turn(session, TURN)
        changed = lose_vanished(session, now=now)
        for one in seen:
            changed += keep_roots(session, one, found.get(one.rumour.story, []), samples=samples, now=now)
            session.merge(RumourLookRow(story=one.rumour.story, fingerprint=one.fingerprint, at=now))
    return changed


def read_grievances(session: Session, *, since: datetime) -> list[ComplaintRow]:
    """Public complaints received since then, and older ones that are still open; at most MOST_GRIEVANCES."""
    chosen = (
        select(ComplaintRow)
        .where(is_public(), (ComplaintRow.received_at >= since) | ComplaintRow.stage.in_(OPEN_STAGES))
        .order_by(ComplaintRow.received_at.desc(), ComplaintRow.id.desc())
        .limit(MOST_GRIEVANCES)
    )
    rows = list(session.scalars(chosen))
    session.expunge_all()
    return rows


def read_looks(session: Session, stories: Sequence[str]) -> dict[str, str]:
    """What each of these stories was last looked at with."""
    found: dict[str, str] = {}
    for part in batched(stories, AT_ONCE):
        chosen = select(RumourLookRow.story, RumourLookRow.fingerprint).where(RumourLookRow.story.in_(list(part)))
        found.update(dict(session.execute(chosen).all()))
    return found


def read_seen(
    store: Store, stories: Sequence[StorySummary], *, gazetteer: Gazetteer | None, within: str | None, state: str
) -> list[Seen]:
    """The stories whose centre the store has, with its newest words, topic and region."""
    found = []
    for part in batched(stories, AT_ONCE):
        for story, record in zip(part, store.get([one.centre for one in part]), strict=True):
            if record is None:
                continue
            words = record.newest.words
            topic, region = label_of(record, "topic"), label_of(record, "region") or record.document.region
            if region is None and gazetteer is not None:
                place = gazetteer.find(words, within=within)
                region = place.code if place is not None else None
            rumour = Rumour(
                story=story.id, text=words, began_at=story.first_published_at, region=region,
                topic=None if topic == "other" else topic,
            )  # fmt: skip
            weights, ordinary = load_weights(), label_of(record, "hoax") == ORDINARY
            basis = (
                story.id, story.first_published_at.isoformat(), record.newest.hash, topic, region, state, PARTS,
                weights.coefficients, weights.intercept, ordinary,
            )  # fmt: skip
            found.append(
                Seen(
                    rumour=rumour,
                    title=" ".join(mask_words(words).split())[:MOST_TITLE],
                    ordinary=ordinary,
                    sample=record.document.sample,
                    fingerprint=hash_of(basis),
                )
            )
    return found


def label_of(record: Record, task: Task) -> str | None:
    """The label that counts for a task; None where nobody says, or the model would not."""
    label = record.labels.get(task)
    return None if label is None or label.abstained else label.value


def as_grievance(row: ComplaintRow, *, gazetteer: Gazetteer | None, within: str | None) -> Grievance:
    """What is compared of a complaint: its masked words, its topics, its place."""
    said = f"{row.title or ''}\n{row.text}"
    region = row.region
    if region is None and gazetteer is not None:
        place = gazetteer.find(f"{row.place}\n{said}" if row.place else said, within=within)
        region = place.code if place is not None else None
    category = category_of(row)
    ended = row.stage not in OPEN_STAGES
    return Grievance(
        id=row.id, text=said, received_at=row.received_at,
        finished_at=(row.finished_at or row.stage_since) if ended else None,
        topics=TOPICS_OF[category] if category is not None else frozenset(), region=region,
    )  # fmt: skip


def category_of(row: ComplaintRow) -> str | None:
    """Its category: a person's, else the one its source named, else the one the model commits itself to."""
    said: Any = (row.suggestion or {}).get("category")
    suggested = said.get("value") if isinstance(said, Mapping) else None
    return row.category or find_category(row.category_given) or (suggested if suggested in TOPICS_OF else None)


def name_places(grievances: Sequence[Grievance], seen: Sequence[Seen], gazetteer: Gazetteer | None) -> frozenset[str]:
    """The words of the names of every region that is spoken of, and of those around them."""
    if gazetteer is None:
        return frozenset()
    codes = {one.region for one in grievances if one.region} | {one.rumour.region for one in seen if one.rumour.region}
    around = {code[:at] for code in codes for at, sign in enumerate(code) if sign == "."}
    regions = [region for code in codes | around if (region := gazetteer.get(code)) is not None]
    return place_tokens(tuple(name for region in regions for name in (region.bare_name, *region.aliases)))


def keep_roots(session: Session, seen: Seen, roots: Sequence[Root], *, samples: set[int], now: datetime) -> int:
    """Write what was found for a story beside what is there; returns how many links are new or changed."""
    rows = list(
        session.scalars(select(RumourLinkRow).where(RumourLinkRow.story == seen.rumour.story).with_for_update())
    )
    judged = [frozenset(row.cluster) for row in rows if row.state != "suspected"]
    open_roots = {root.finding: root for root in roots if not any(is_known(root, cluster) for cluster in judged)}
    changed = 0
    for row in rows:
        if row.state != "suspected":
            continue
        found = open_roots.pop(row.finding, None)  # type: ignore[call-overload]
        if found is not None:
            changed += write_root(session, row, seen, found, samples=samples)
        elif row.lost_at is None:
            row.lost_at, changed = now, changed + 1
    for root in open_roots.values():
        row = RumourLinkRow(story=seen.rumour.story, finding=root.finding, state="suspected", at=now)
        write_root(session, row, seen, root, samples=samples)
        changed += 1
    return changed


def is_known(root: Root, judged: frozenset[int]) -> bool:
    """Whether a cluster is one that somebody judged, give or take some complaints."""
    return len(set(root.cluster) - judged) < NEW_SHARE * len(root.cluster)


def write_root(session: Session, row: RumourLinkRow, seen: Seen, root: Root, *, samples: set[int]) -> bool:
    """Let a row say what was found; whether it said something else before."""
    evidence = [{"what": "word", "value": word, "complaints": list(ids)} for word, ids in root.words]
    if root.region is not None:
        evidence.insert(0, {"what": "place", "value": root.region, "complaints": sorted(root.cluster)})
    said = {
        "began_at": seen.rumour.began_at, "title": seen.title, "cluster": list(root.cluster),
        "topic": seen.rumour.topic, "region": root.region, "score": round(root.score, 4),
        "parts": {name: round(value, 4) for name, value in root.parts.items()}, "evidence": evidence,
        "lost_at": None, "sample": seen.sample or not samples.isdisjoint(root.cluster),
    }  # fmt: skip
    new = row.id is None
    if not new and all(getattr(row, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    there = set(session.scalars(select(RumourMemberRow.complaint).where(RumourMemberRow.link == row.id)))
    # Complaints that left the cluster are left out when links are read: the row's own list counts.
    session.add_all(RumourMemberRow(link=row.id, complaint=id) for id in root.cluster if id not in there)
    session.flush()
    return True


def lose_vanished(session: Session, *, now: datetime) -> int:
    """End the suspicions about stories that are no more (merged into another); returns how many."""
    chosen = select(RumourLinkRow).where(
        RumourLinkRow.state == "suspected",
        RumourLinkRow.lost_at.is_(None),
        RumourLinkRow.story.not_in(select(StoryRow.id)),
    )
    rows = list(session.scalars(chosen.with_for_update()))
    for row in rows:
        row.lost_at = now
    return len(rows)


def hash_of(basis: object) -> str:
    """32 hex digits that stand for what something was made of."""
    return hashlib.sha256(msgspec.json.encode(basis)).hexdigest()[:32]
