"""The types everything hangs on: what was collected, what was learned about it, and what is asked of it.

A Document comes in once and never changes. Everything learned later is a record of its own that names the document,
who says so and when: an Observation (the page changed, the likes grew), an Annotation (a label, by a model or a
person). A Gap says what was not collected. All are frozen; all times are aware and kept in UTC.

JSON: ``msgspec.json.encode`` and ``decode(..., type=Document)`` work on every type here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal["post", "comment", "article", "complaint", "factcheck"]
"""What a document is. A post and a comment are a person's words; an article is a newsroom's."""

State = Literal["unchanged", "changed", "moved", "gone", "private"]
"""What a later visit to a document's address found."""

Task = Literal["sentiment", "tone", "topic", "hoax", "language", "region", "story", "match", "stance"]
"""What an annotation speaks about. ``sentiment`` is of posts and comments, ``tone`` of articles: two figures,
never added up."""

KINDS: tuple[Kind, ...] = get_args(Kind)
TASKS: tuple[Task, ...] = get_args(Task)

SENTIMENTS = ("negative", "neutral", "positive")

TOPICS = (
    "government_politics",
    "law_crime",
    "economy_prices",
    "health",
    "education",
    "infrastructure_transport",
    "environment_disaster",
    "social_religion",
    "culture_sport",
    "technology",
    "other",
)

ABSTAINED = "abstained"
"""The label field of a document on which the model would not commit itself."""

UNLABELLED = "none"
"""The label field of a document nobody has labelled for that task: the buckets of a count add up to its total."""

BY_HAND = "tambah-unggahan"
"""Source of what a person entered by hand. Somebody chose it, so it is shown and never counted in a volume."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def document_id(publisher: str, native_key: str) -> str:
    """The id of a document: 32 hex digits of BLAKE2b over publisher and native key, never the feed it came through.

    Collecting the same thing twice, or from two feeds, therefore gives one document.
    """
    digest = hashlib.blake2b(f"{publisher}\0{native_key}".encode("utf-8", "surrogatepass"), digest_size=16)
    return digest.hexdigest()


def revision_hash(title: str | None, text: str) -> str:
    """The name of one state of a document's words: 32 hex digits of BLAKE2b over title and text."""
    digest = hashlib.blake2b(f"{title or ''}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16)
    return digest.hexdigest()


def require_aware(name: str, value: datetime | None) -> None:
    """Raise ValueError where a time has no zone; absent times pass."""
    if value is not None and value.tzinfo is None:
        raise ValueError(f"{name} must carry a zone, got the naive {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPointer:
    """Where the exact bytes that a document was read from are kept."""

    file: str
    """WARC file, relative to the archive folder, with forward slashes."""
    offset: int
    """Byte offset of the record's first byte (of its gzip member) in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One post, comment, article, complaint or fact-check, as it was when first collected."""

    id: str
    """``document_id(publisher, native_key)``."""
    kind: Kind
    publisher: str
    """Who published it, as a stable lower-case word: an outlet's host without "www." ("antaranews.com"), a server of
    a network ("mastodon.social"), a complaint system ("sp4n-lapor")."""
    platform: str
    """What kind of place that is: "web", "mastodon", "x", "telegram", "complaints", ... Spread is drawn by it."""
    native_key: str
    """The publisher's own key: a canonical URL, a status id, a ticket number."""
    source: str
    """Name of the declared source through which it first came. No part of the id."""
    text: str
    """The words, cleaned of markup, never empty. Paragraphs are separated by one newline."""
    published_at: datetime
    """When it was published. Aware, in UTC. A document without a time is refused."""
    collected_at: datetime
    """When Kentongan first had it. Aware, in UTC."""
    title: str | None = None
    url: str | None = None
    """Address a person can open; the canonical one where the page names it."""
    author: str | None = None
    """Byline or account as shown. Complaints carry none: who reported lives in casework, apart from the text."""
    published_raw: str | None = None
    """The publisher's own spelling of the time ("Kamis, 12/11/2026 10:15 WIB"), with the zone it was given in."""
    language: str | None = None
    """BCP 47 code where the source itself says one; a model's opinion is an Annotation."""
    reply_to: str | None = None
    """Id of the document this answers, whether or not we hold it."""
    shared_from: str | None = None
    """Id of the document this passes on (boost, repost, forward)."""
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    """Lower case, without the '#'."""
    media: tuple[str, ...] = ()
    """Addresses of pictures and videos."""
    place: str | None = None
    """Place in words, as the source gave it ("Kecamatan Randu")."""
    region: str | None = None
    """Region code, only where the source itself gives the district; otherwise an Annotation says it."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else the source states, by its name there: a complaint's ticket, agency, category and status, a fact-check's
    verdict and claim. Read-only."""
    raw: RawPointer | None = None
    """Where the exact bytes are. None only for what was entered by hand or imported from a file."""
    sample: bool = False
    """True for invented data. Every panel, PDF and export that shows one such document carries "DATA CONTOH"."""

    def __post_init__(self) -> None:
        require_aware("published_at", self.published_at)
        require_aware("collected_at", self.collected_at)
        if not self.text.strip():
            raise ValueError("a document has words")
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Counts a platform shows. None where it does not say, never zero."""

    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The words of a document after its publisher changed them."""

    hash: str
    """``revision_hash(title, text)``."""
    text: str
    title: str | None = None
    raw: RawPointer | None = None

    @property
    def words(self) -> str:
        """Title and text, each on lines of its own: what models read and stories compare."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one later visit found. Append-only; search and scoring use the newest revision."""

    document: str
    """Id of the document."""
    at: datetime
    """When it was seen so. Aware, in UTC."""
    state: State
    engagement: Engagement | None = None
    revision: Revision | None = None
    """The new words; present exactly when ``state`` is "changed"."""
    moved_to: str | None = None
    """The new address; present exactly when ``state`` is "moved"."""

    def __post_init__(self) -> None:
        require_aware("at", self.at)
        if (self.revision is not None) != (self.state == "changed"):
            raise ValueError("an observation carries a revision exactly when its state is 'changed'")
        if (self.moved_to is not None) != (self.state == "moved"):
            raise ValueError("an observation carries a new address exactly when its state is 'moved'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What somebody says about a document: a model with its version, or a person. Append-only.

    A person's newest word counts before any machine's; among machines the current model's newest counts.
    """

    document: str
    """Id of the document."""
    task: Task
    value: str | None
    """The label; for an abstention the label the model leaned to, or None."""
    by: str
    """Name of the model, or id of the person."""
    at: datetime
    """Aware, in UTC."""
    version: str | None = None
    """Version of the model; None says that a person speaks."""
    probabilities: Mapping[str, float] | None = None
    """Calibrated probability of each label, summing to 1. None for a person."""
    abstained: bool = False
    """True where the model says it does not know. Such a document counts under "abstained"."""
    revision: str | None = None
    """``revision_hash`` of the words that were read; a machine's label counts only for the newest words."""

    def __post_init__(self) -> None:
        require_aware("at", self.at)
        if self.task not in TASKS:
            raise ValueError(f"unknown task {self.task!r}")
        if self.value is None and not self.abstained:
            raise ValueError("an annotation has a value unless it abstains")

    @property
    def by_person(self) -> bool:
        return self.version is None

    @property
    def key(self) -> str:
        """Names this statement: a model says one thing about one revision, however often it is asked; a person may
        change their mind, so their time is part of it. Adding the same key twice adds nothing."""
        said = self.at.astimezone(UTC).isoformat() if self.by_person else f"{self.version}|{self.revision or ''}"
        return f"{self.task}|{self.by}|{said}"


Prediction = Annotation
"""A prediction is an annotation by a model: ``version`` and ``probabilities`` are present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time in which a source was not collected. Trends draw it; it is never taken for silence."""

    source: str
    since: datetime
    """First moment missed. Aware, in UTC."""
    until: datetime
    """First moment collected again. Aware, in UTC; not before ``since``."""
    reason: str
    """In Indonesian, for people ("server menjawab 503")."""

    def __post_init__(self) -> None:
        require_aware("since", self.since)
        require_aware("until", self.until)
        if self.until < self.since:
            raise ValueError("a gap ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of an indicator: a price, a count of visits, a water level."""

    series: str
    """Name of the series ("harga-beras-medium")."""
    region: str
    """Region code."""
    time: datetime
    """Aware, in UTC."""
    value: float
    unit: str
    """As printed beside the value ("Rp/kg")."""
    source: str = ""
    """Who says so, for people ("Dinas Kesehatan, e-Puskesmas")."""
    bridge: str | None = None
    """Name of the bridge it came over; None where a person brought it."""
    recorded_at: datetime | None = None
    """When it was recorded here. Aware, in UTC; None where it is not yet."""

    def __post_init__(self) -> None:
        require_aware("time", self.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to a store: words, filters and a time range. Filters are ANDed; the values within one are ORed.

    Empty fields do not filter. Label filters take the labels, "abstained" and "none" (nobody has labelled it).
    """

    text: str = ""
    """An expression of the query language (``search/query.py``); empty matches everything."""
    since: datetime | None = None
    """Published at or after. Aware."""
    until: datetime | None = None
    """Published before. Aware."""
    kinds: tuple[Kind, ...] = ()
    sentiments: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    hoax: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    without_sources: tuple[str, ...] = ()
    """Documents of these sources are left out."""
    publishers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    """Region codes; a code also matches the regions inside it ("33" matches "33.74.01")."""
    authors: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    unscored_by: str | None = None
    """``"task|model|version"``: only documents whose newest words this model has not labelled for this task."""

    def __post_init__(self) -> None:
        require_aware("since", self.since)
        require_aware("until", self.until)


def current_labels(
    annotations: Iterable[Annotation], revision: str, models: Mapping[Task, str]
) -> dict[Task, Annotation]:
    """The annotation that counts, for each task anybody has spoken about.

    A person's newest, else the current model's; where no current model is named for the task, the newest machine's.
    ``revision`` is the hash of the newest words: a machine's label of older words does not count any more.
    ``models`` names the current model of a task as "model|version".
    """
    best: dict[Task, tuple[bool, datetime, str, Annotation]] = {}
    for said in annotations:
        if not said.by_person:
            wanted = models.get(said.task)
            if said.revision not in (None, revision) or (wanted and wanted != f"{said.by}|{said.version}"):
                continue
        rank = (said.by_person, said.at, said.key, said)
        if said.task not in best or rank[:3] > best[said.task][:3]:
            best[said.task] = rank
    return {task: rank[3] for task, rank in best.items()}


def newest_revision(document: Document, observations: Iterable[Observation]) -> Revision:
    """The newest words of a document: those of its latest observed change, else its own."""
    changed = [o for o in observations if o.revision is not None]
    if changed:
        newest = max(changed, key=lambda o: o.at).revision
        assert newest is not None
        return newest
    named = revision_hash(document.title, document.text)
    return Revision(hash=named, title=document.title, text=document.text, raw=document.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document with everything learned about it since: what a store gives back."""

    document: Document
    newest: Revision
    """The newest words: what to show, search and score."""
    observations: tuple[Observation, ...] = ()
    """Oldest first."""
    annotations: tuple[Annotation, ...] = ()
    """Oldest first."""
    labels: Mapping[Task, Annotation] = field(default_factory=dict)
    """The annotation that counts for each task (``current_labels``)."""
