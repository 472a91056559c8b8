"""Takes everything a store has into another one, and proves that it arrived.

Both are compared part by part before anything is written, so a copy that was cut off goes on where it was, and after
it, so nothing is taken on trust. Every write is idempotent: repeating a copy is safe, and brings over what is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from kentongan.batches import batched
from kentongan.schema import Query, Record, Task
from search.fields import observation_key
from search.store import BUCKETS, Store, View

PART_DOCUMENTS = 500
"""Documents of one part, on average: parts are compared and copied one by one, so an interruption loses one's work."""

BATCH = 1_000
"""Records in memory and written at a time."""

SHOWN = 5
"""Documents named of those that differ in one way."""

Report = Callable[[int, int | None, str], None]
Key = TypeVar("Key")
Part = tuple[int, int]
"""Number from 0, of how many: what ``stream`` calls a slice."""


@dataclass(frozen=True, slots=True)
class BucketSum:
    """What a bucket holds, whatever its order."""

    documents: int = 0
    digest: int = 0
    """Sum of the records' fingerprints, modulo 2**128. A sum, so that a document that is there twice shows."""

    def add(self, fingerprint: int) -> BucketSum:
        return BucketSum(self.documents + 1, (self.digest + fingerprint) % (1 << 128))


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy did, and what the comparison after it found."""

    documents: int
    """Documents of the origin."""
    written: int
    """Documents written in this run; the others were there already."""
    differences: tuple[str, ...]
    """In Indonesian; empty where both stores hold the same."""


def copy_store(origin: Store, target: Store, *, report: Report | None = None) -> Copied:
    """Bring everything of the origin, as it is when this begins, into the target: documents with what was learned
    about them, gaps, and which models are current.

    What the target has besides stays there and is named as a difference, as is a document that it holds otherwise.
    Raises as the stores do (Retry ...); then what was written stays, and the copy may be run again.
    """
    # First, so that labels are counted once, under the models they will be read with.
    for task, named in origin.current_models().items():
        model, _, version = named.partition("|")
        target.use_model(task, model, version)
    with origin.freeze() as view:
        documents = view.count(Query())[0].count
        target.add_gaps(view.gaps())
        written = 0
        lacking = lacking_parts(view, target, documents, report)
        total = documents if lacking == parts_of(documents) else None
        for batch in batched((r for part in lacking for r in view.stream(Query(), slice_of=part)), BATCH):
            write_records(target, batch)
            written += len(batch)
            if report:
                report(written, total, "menyalin")
        target.refresh()
        with target.freeze() as copied:
            differences = (
                *compare_documents(view, copied, documents, report),
                *compare_gaps(view, copied),
                *compare_models(view, copied),
            )
    return Copied(documents=documents, written=written, differences=differences)


def parts_of(documents: int) -> list[Part]:
    """The parts of a store of so many documents, each of some of its buckets."""
    count = max(1, min(BUCKETS, documents // PART_DOCUMENTS))
    return [(number, count) for number in range(count)]


def lacking_parts(view: View, target: Store, documents: int, report: Report | None) -> list[Part]:
    """The parts that the target does not hold as the origin does; all of them while it is empty.

    The target is read as it was before anything was written, and let go of before the writing begins: an embedded
    store's log cannot be cut while a reader holds a moment of it.
    """
    with target.freeze() as before:
        if not before.count(Query())[0].count:
            return parts_of(documents)
        return [part for part, ours, theirs in sums(view, before, documents, report) if ours != theirs]


def write_records(target: Store, records: Sequence[Record]) -> None:
    target.add(record.document for record in records)
    target.observe(seen for record in records for seen in record.observations)
    target.annotate(said for record in records for said in record.annotations)


def fingerprint(record: Record) -> int:
    """128 bits of a record's own parts, in canonical JSON: whatever the order they were kept in."""
    parts = [
        record.document,
        sorted(record.observations, key=observation_key),
        sorted(record.annotations, key=lambda said: said.key),
    ]
    digest = hashlib.blake2b(msgspec.json.encode(parts, order="deterministic"), digest_size=16)
    return int.from_bytes(digest.digest(), "big")


def sum_part(view: View, part: Part, key: Callable[[str], Key]) -> dict[Key, BucketSum]:
    """The sums of one part's documents by a key of their ids."""
    found: dict[Key, BucketSum] = {}
    for record in view.stream(Query(), slice_of=part):
        of = key(record.document.id)
        found[of] = found.get(of, BucketSum()).add(fingerprint(record))
    return found


def bucket_of(id: str) -> int:
    return int(id, 16) % BUCKETS


def sums(
    ours: View, theirs: View, documents: int, report: Report | None
) -> Iterator[tuple[Part, dict[int, BucketSum], dict[int, BucketSum]]]:
    """Each part with the sums of both sides."""
    done = 0
    for part in parts_of(documents):
        here, there = (sum_part(view, part, bucket_of) for view in (ours, theirs))
        yield part, here, there
        done += sum(found.documents for found in here.values())
        if report:
            report(done, documents, "memeriksa")


def compare_documents(ours: View, theirs: View, documents: int, report: Report | None) -> Iterator[str]:
    """What differs between two stores' documents, in words; nothing where all sums are equal."""
    missing: list[str] = []
    extra: list[str] = []
    changed: list[str] = []
    for part, here, there in sums(ours, theirs, documents, report):
        if here != there:
            own, other = (sum_part(view, part, str) for view in (ours, theirs))
            missing += sorted(own.keys() - other.keys())
            extra += sorted(other.keys() - own.keys())
            changed += sorted(id for id in own.keys() & other.keys() if own[id] != other[id])
    for ids, what in (
        (missing, "tidak sampai di tujuan"),
        (changed, "di tujuan isinya lain (dibiarkan)"),
        (extra, "hanya ada di tujuan (dibiarkan)"),
    ):
        if ids:
            more = f", dan {len(ids) - SHOWN} lagi" if len(ids) > SHOWN else ""
            yield f"{len(ids)} dokumen {what}: {', '.join(ids[:SHOWN])}{more}."


def compare_gaps(ours: View, theirs: View) -> Iterator[str]:
    here, there = (set(view.gaps()) for view in (ours, theirs))
    if here - there:
        yield f"{len(here - there)} celah pengumpulan tidak sampai di tujuan."
    if there - here:
        yield f"{len(there - here)} celah pengumpulan hanya ada di tujuan (dibiarkan)."


def compare_models(ours: View, theirs: View) -> Iterator[str]:
    here, there = ours.current_models(), theirs.current_models()
    tasks: list[Task] = sorted(here.keys() | there.keys())
    for task in tasks:
        if here.get(task) != there.get(task):
            own, other = (found.get(task, "tidak ada") for found in (here, there))
            yield f"Model {task} yang berlaku: di asal {own}, di tujuan {other}."
