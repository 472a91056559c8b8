"""What a record becomes in an answer that leaves the store: one line of JSON, or one row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from kentongan.schema import Record, Task
from kentongan.times import to_zone
from search.fields import label_fields, label_value

Row = dict[str, object]

ColumnKind = Literal["word", "text", "time", "local time", "number", "whole number", "flag", "facts"]
"""What a column holds. A word is one of few and repeats; a text hardly ever does."""

LABELS: tuple[Task, ...] = ("sentiment", "tone", "topic", "hoax", "language", "region")
"""The tasks whose label a table shows: those a search filters and a count counts by."""


def as_row(record: Record) -> Row:
    """A record as one line of output: the document's own fields with its newest words and the labels that count."""
    document = record.document
    labels = {
        task: {
            "label": said.value,
            "abstain": said.abstained,
            "p": said.probabilities,
            "by": said.by,
            "version": said.version,
        }
        for task, said in record.labels.items()
    }
    return {
        "id": document.id,
        "kind": document.kind,
        "source": document.source,
        "publisher": document.publisher,
        "platform": document.platform,
        "published_at": document.published_at,
        "collected_at": document.collected_at,
        "title": record.newest.title,
        "text": record.newest.text,
        "author": document.author,
        "url": document.url,
        "region": document.region,
        "place": document.place,
        "facts": dict(document.facts),
        "raw": document.raw,
        "labels": labels,
        "sample": document.sample,
    }


@cache
def table_columns(zone: str) -> Mapping[str, ColumnKind]:
    """The columns of a table, in their order. Times stand there twice: in UTC, and on the clock of ``zone``."""
    local = zone.lower()
    columns: dict[str, ColumnKind] = {
        "id": "text",
        "kind": "word",
        "source": "word",
        "publisher": "word",
        "platform": "word",
        "published_at": "time",
        f"published_{local}": "local time",
        "collected_at": "time",
        f"collected_{local}": "local time",
        "title": "text",
        "text": "text",
        "author": "text",
        "url": "text",
        "place": "text",
        "facts": "facts",
        "raw_file": "word",
        "raw_offset": "whole number",
    }
    for task in LABELS:
        columns |= {task: "word", f"{task}_p": "number", f"{task}_by": "word"}
    return columns | {"sample": "flag"}


def table_row(record: Record, zone: str) -> Row:
    """A record as one row of a table, by the names of ``table_columns``.

    A label is the one that searches and counts go by ("abstained" and "none" included); beside it stand its
    probability (None where a person or the source said it) and who said it.
    """
    document, newest, local = record.document, record.newest, zone.lower()
    row: Row = {
        "id": document.id,
        "kind": document.kind,
        "source": document.source,
        "publisher": document.publisher,
        "platform": document.platform,
        "published_at": document.published_at,
        f"published_{local}": to_zone(document.published_at, zone),
        "collected_at": document.collected_at,
        f"collected_{local}": to_zone(document.collected_at, zone),
        "title": newest.title,
        "text": newest.text,
        "author": document.author,
        "url": document.url,
        "place": document.place,
        "facts": dict(document.facts),
        "raw_file": document.raw.file if document.raw else None,
        "raw_offset": document.raw.offset if document.raw else None,
    }
    counted = label_fields(record)
    for task in LABELS:
        label, said = counted[task], record.labels.get(task)
        row |= {task: label, f"{task}_p": None, f"{task}_by": None}
        # Where the source itself gives a district or a language, that counts, whatever a model says.
        if said is not None and label == label_value(record.labels, task):
            row[f"{task}_p"] = (said.probabilities or {}).get(said.value or "")
            row[f"{task}_by"] = said.by if said.version is None else f"{said.by} {said.version}"
    return row | {"sample": document.sample}
