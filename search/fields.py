"""The projection that both stores index: what a record becomes as fields, so that their answers are equal.

Text. ``text`` holds the surface tokens of the newest title and text, ``norm`` the normalised ones, joined by one ASCII
space; an engine only splits on that space. Between title and text stands the token ``BOUNDARY``, which no tokeniser
yields and no query can ask for, as often as keeps a phrase and a NEAR from running from a title into its text.

Words (kind, source, author, labels ...) are indexed whole. Times are compared in whole milliseconds, rounded down on
both sides, so adjoining ranges share no document and lose none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from kentongan.errors import BadQuery
from kentongan.schema import (
    ABSTAINED,
    EPOCH,
    UNLABELLED,
    Annotation,
    Document,
    Gap,
    Observation,
    Query,
    Record,
    Task,
    current_labels,
    newest_revision,
)
from kentongan.text import joined_tokens
from search.store import BUCKETS, Dimension

Stored = TypeVar("Stored", Document, Observation, Annotation, Gap)

BOUNDARY = "¶"
"""Stands between the tokens of title and text. Punctuation is no token, so it cannot occur in a document or a query."""

MAX_NEAR = 50
"""Most words that NEAR lets lie between two; further apart they hardly belong together."""

BETWEEN = " ".join([BOUNDARY] * (MAX_NEAR + 1))
"""What stands between title and text, so that NEAR never reaches across."""

KEY_BITS = 20
"""Bits of the id in the ``newest`` key."""

MS_LIMIT = 1 << (63 - KEY_BITS)
"""Milliseconds that still fit the signed 64-bit ``newest`` key: about the years 1691 to 2248. Times beyond are indexed
as that limit (the record itself keeps them), so every key and every bucket of a histogram is a real date."""

HOUR_MS = 3_600_000

WORD_LIMIT = 256
"""Longest indexed word in characters; longer ones are cut, in documents and in filters alike. Both engines refuse
terms of some tens of kilobytes, and a name of a page's length is a mistake of its source."""

DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")

DIMENSION_FIELDS: dict[Dimension, str] = {
    "hour": "hour",
    "day": "published_ms",
    "sentiment": "sentiment",
    "tone": "tone",
    "topic": "topic",
    "hoax": "hoax",
    "language": "language",
    "source": "source",
    "publisher": "publisher",
    "platform": "platform",
    "region": "region",
    "kind": "kind",
    "author": "author",
    "hashtag": "hashtags",
    "sample": "sample",
}
"""The field a dimension is counted on."""

FILTER_FIELDS: dict[str, str] = {
    "kinds": "kind",
    "sentiments": "sentiment",
    "tones": "tone",
    "topics": "topic",
    "hoax": "hoax",
    "languages": "language",
    "sources": "source",
    "publishers": "publisher",
    "platforms": "platform",
    "regions": "regions",
    "authors": "author",
    "hashtags": "hashtags",
}
"""The field each filter of a Query asks."""


class IndexFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One record as both engines index it. As JSON it is what they are given; what is absent is left out."""

    id: str
    bucket: int
    """Id as a number modulo ``BUCKETS``."""
    published_ms: int
    """Epoch milliseconds, rounded down, within ``MS_LIMIT``."""
    hour: str
    """Hour since the epoch as a word: a count by hours reads one small column of words instead of dividing every
    time. The zones of Indonesia are whole hours from UTC, so its hours are theirs."""
    newest: int
    """``published_ms << 20`` with the first 20 bits of the id: signed 64 bits, ascending like (time, id). Two documents
    of one millisecond may share it, so a page breaks its ties by the whole id. Above 2**53: never through a float."""
    text: str
    """Surface tokens, joined by one space."""
    norm: str
    """Normalised tokens, joined by one space."""
    kind: str
    source: str
    publisher: str
    platform: str
    author: str | None = None
    """As shown; the dimension and the filter."""
    author_key: str | None = None
    """Lower case without a leading "@": what ``penulis:`` asks."""
    language: str
    region: str
    """The one bucket of the dimension: a code, "abstained" or "none"."""
    regions: tuple[str, ...]
    """The code and those it lies in ("33", "33.74", "33.74.01"); else the one value of ``region``."""
    hashtags: tuple[str, ...]
    """Those the source names and those in the newest words, lower case without "#", each once, sorted."""
    sample: str
    """"true" or "false"."""
    sentiment: str
    tone: str
    topic: str
    hoax: str
    """Labels that count, "abstained" or "none"."""
    scored: tuple[str, ...]
    """"task|model|version" of every machine's label of the newest words, sorted."""


def word(value: str) -> str:
    """A word as it is indexed and asked for: lone surrogates replaced, at most ``WORD_LIMIT`` characters."""
    kept = value[:WORD_LIMIT]
    return kept if kept.isascii() else kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def hashtag_key(value: str) -> str:
    return word(value.lstrip("#").lower())


def author_key(value: str) -> str:
    return word(value.strip().lstrip("@").lower())


def epoch_ms(time: datetime) -> int:
    """Epoch milliseconds of an aware time, rounded down, kept within ``MS_LIMIT``."""
    since = time - EPOCH
    # Whole numbers throughout: exact, and several times as fast as a division of the two durations.
    ms = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    return max(-MS_LIMIT, min(MS_LIMIT - 1, ms))


def newest_key(published_ms: int, document_id: str) -> int:
    """The key that puts the newest first, ties by id: ascending like (time, id)."""
    return (published_ms << KEY_BITS) | (int(document_id, 16) >> (128 - KEY_BITS))


def region_path(region: str) -> tuple[str, ...]:
    """A region's code and those it lies in, the widest first; "abstained" and "none" stand for themselves."""
    parts = region.split(".")
    return tuple(".".join(parts[: n + 1]) for n in range(len(parts)))


def require_document_id(value: str) -> None:
    """Raise ValueError for what is no ``document_id``: bucket and order are read from it."""
    if not DOCUMENT_ID.fullmatch(value):
        raise ValueError(f"not a document id (32 lower-case hex digits): {value!r}")


def label_value(labels: Mapping[Task, Annotation], task: Task) -> str:
    """The bucket a document falls into for a task."""
    said = labels.get(task)
    if said is None:
        return UNLABELLED
    return ABSTAINED if said.abstained or said.value is None else word(said.value)


def index_fields(record: Record) -> IndexFields:
    """What both stores index of a record. Raises ValueError for an id that is no ``document_id``."""
    return project(record.document, record.newest.title, record.newest.text, label_fields(record))


def index_first(document: Document) -> IndexFields:
    """``index_fields`` of a document that just came in: nothing is known of it but itself."""
    return project(document, document.title, document.text, said_fields(document, (), {}, ""))


def project(document: Document, title: str | None, words: str, said: Mapping[str, Any]) -> IndexFields:
    require_document_id(document.id)
    text, norm = joined_tokens(words)
    if title:
        heading, plain = joined_tokens(title)
        text, norm = (f"{first} {BETWEEN} {then}".strip() for first, then in ((heading, text), (plain, norm)))
    tags = {hashtag_key(tag) for tag in document.hashtags}
    if "#" in text:
        tags.update(hashtag_key(token) for token in text.split() if token[0] == "#")
    published_ms = epoch_ms(document.published_at)
    return IndexFields(
        id=document.id,
        bucket=int(document.id, 16) % BUCKETS,
        published_ms=published_ms,
        hour=str(published_ms // HOUR_MS),
        newest=newest_key(published_ms, document.id),
        text=text,
        norm=norm,
        kind=document.kind,
        source=word(document.source),
        publisher=word(document.publisher),
        platform=word(document.platform),
        author=word(document.author) if document.author else None,
        author_key=(author_key(document.author) or None) if document.author else None,
        hashtags=tuple(sorted(tags - {""})) if tags else (),
        sample="true" if document.sample else "false",
        **said,
    )


NO_LABELS: dict[str, Any] = {
    **dict.fromkeys(("language", "region", "sentiment", "tone", "topic", "hoax"), UNLABELLED),
    "regions": (UNLABELLED,),
    "scored": (),
}
"""``label_fields`` of a document that nobody has said anything about yet."""


def label_fields(record: Record) -> dict[str, Any]:
    """Those of the IndexFields that change with the labels: a store need not read the words again for them."""
    return said_fields(record.document, record.annotations, record.labels, record.newest.hash)


def said_fields(
    document: Document, annotations: Sequence[Annotation], labels: Mapping[Task, Annotation], revision: str
) -> dict[str, Any]:
    if not annotations and not document.region:
        return {**NO_LABELS, "language": word(document.language or UNLABELLED)}
    region = region_value(document, labels)
    return {
        "language": word(document.language) if document.language else label_value(labels, "language"),
        "region": region,
        "regions": region_path(region),
        "sentiment": label_value(labels, "sentiment"),
        "tone": label_value(labels, "tone"),
        "topic": label_value(labels, "topic"),
        "hoax": label_value(labels, "hoax"),
        "scored": scored_keys(annotations, revision),
    }


def region_value(document: Document, labels: Mapping[Task, Annotation]) -> str:
    """The one bucket of the region: the district a source gave, else the label. A person may correct what a source
    gave; a model may not."""
    said = labels.get("region")
    given = document.region if said is None or not said.by_person else None
    return word(given) if given else label_value(labels, "region")


def scored_keys(annotations: Iterable[Annotation], revision: str) -> tuple[str, ...]:
    """ "task|model|version" of every machine's label of these words, sorted."""
    keys = {
        word(f"{said.task}|{said.by}|{said.version}")
        for said in annotations
        if not said.by_person and said.revision in (None, revision)
    }
    return tuple(sorted(keys))


def query_filters(query: Query) -> list[tuple[str, tuple[str, ...]]]:
    """The filters of a query as (field, values): all must hold, each with any of its values."""
    filters = []
    for name, field in FILTER_FIELDS.items():
        values: tuple[str, ...] = getattr(query, name)
        if values:
            as_key = hashtag_key if field == "hashtags" else word
            filters.append((field, tuple(as_key(value) for value in values)))
    return filters


def query_exclusions(query: Query) -> list[tuple[str, tuple[str, ...]]]:
    """What a query leaves out as (field, values): a document that holds any of the values does not match."""
    if not query.without_sources:
        return []
    return [("source", tuple(word(value) for value in query.without_sources))]


def query_range(query: Query) -> tuple[int | None, int | None]:
    """The time range as (first millisecond, first one past it). Raises BadQuery for a range that runs backwards."""
    since = None if query.since is None else epoch_ms(query.since)
    until = None if query.until is None else epoch_ms(query.until)
    if query.since and query.until and query.until < query.since:
        raise BadQuery("Rentang waktu terbalik: akhirnya mendahului awalnya.", hint="Tukar kedua waktu itu.")
    return since, until


def slice_bounds(slice_of: tuple[int, int]) -> tuple[int, int]:
    """The buckets of one slice, as (first, first past it). Raises ValueError for a slice that does not exist."""
    number, parts = slice_of
    if not (0 <= number < parts <= BUCKETS):
        raise ValueError(f"slice {number} of {parts} does not exist")
    return BUCKETS * number // parts, BUCKETS * (number + 1) // parts


def assemble_record(
    document: Document,
    observations: Iterable[Observation],
    annotations: Iterable[Annotation],
    models: Mapping[Task, str],
) -> Record:
    """A record from its parts, in whatever order they were kept. ``models``: current model of a task as
    "model|version"."""
    if not observations and not annotations:
        return Record(document=document, newest=newest_revision(document, ()))
    seen = tuple(sorted(observations, key=lambda o: (o.at, observation_key(o))))
    said = tuple(sorted(annotations, key=lambda a: (a.at, a.key)))
    newest = newest_revision(document, seen)
    labels = current_labels(said, newest.hash, models)
    return Record(document=document, newest=newest, observations=seen, annotations=said, labels=labels)


def observation_key(observation: Observation) -> str:
    """Names what one visit found, 32 hex digits: adding the same visit twice adds nothing."""
    in_utc = replace(observation, at=observation.at.astimezone(UTC))
    return hashlib.blake2b(encode_stored(in_utc), digest_size=16).hexdigest()


def encode_stored(value: Document | Observation | Annotation | Gap) -> bytes:
    """The JSON a store keeps of a record's part. Lone surrogates, which no encoding can keep, become U+FFFD.

    Raises ValueError for a value whose fields are not of their declared types: kept, it could never be read again.
    """
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(replace_surrogates(msgspec.to_builtins(value)))
    kind: Any = type(value)
    try:
        bare_decoder(kind).decode(encoded)
    except msgspec.ValidationError as error:
        raise ValueError(f"{type(value).__name__} cannot be stored: {error}") from error
    return encoded


@cache
def stored_decoder(kind: type[Stored]) -> msgspec.json.Decoder[Stored]:
    """Reads what ``encode_stored`` wrote."""
    return msgspec.json.Decoder(kind)


@cache
def bare_decoder(kind: type[Stored]) -> msgspec.json.Decoder[Stored]:
    """Reads the same into a bare structure with the same fields, in less than half the time: to see whether it can be
    read, or to read fields off it. It is not of that class and never handed out."""
    types = get_type_hints(kind)
    kept: list[Any] = [declare_field(each, types[each.name]) for each in fields(kind)]
    return msgspec.json.Decoder(msgspec.defstruct(kind.__name__, kept, kw_only=True, frozen=True, gc=False))


def declare_field(declared: Field[Any], kind: Any) -> tuple[Any, ...]:
    """A field of a dataclass as msgspec declares one: its name, its type and, where it has one, its default."""
    if declared.default_factory is not MISSING:
        return declared.name, kind, msgspec.field(default_factory=declared.default_factory)
    return (declared.name, kind) if declared.default is MISSING else (declared.name, kind, declared.default)


def replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {replace_surrogates(key): replace_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [replace_surrogates(item) for item in value]
    return value
