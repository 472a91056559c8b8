"""What a figure is: a number, its unit, and the stored question it answers, also as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

import msgspec

from casework.figure_questions import DESK_QUESTIONS, DeskName
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.schema import Query
from search.store import DIMENSIONS, Dimension

Measure = Literal["count", "share", "share_low", "share_high", "distinct", "distinct_authors", "coverage", "gap_hours"]
"""What is asked of the store.

- ``count``: documents, of one label of ``by`` where one is named.
- ``share``: of the documents that have a label of ``by``, the share of ``label``; abstained and unlabelled ones are in
  neither part. ``share_low``, ``share_high``: the ends of its range: of sentiment, the usual error of the model's
  shares (``models.share_error``; absent where it was never measured), else the 95 % interval after Wilson.
- ``distinct``: how many values of ``by`` occur; ``distinct_authors``: how many accounts wrote.
- ``coverage``: the share of the usual collection that ran in the query's time, 0 to 1.
- ``gap_hours``: hours of it in which the source ``label``, or any, was not collected.
"""
PERCENT: Final = "share"
"""The unit of a value between 0 and 1 that is printed as a percentage. An indicator's own unit "%" is another thing."""
ABSENT: Final = "tidak ada data"
"""What is printed for a value that is not there; never zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreQuestion:
    """A question to the store of documents. What was entered by hand is never counted."""

    query: Query
    """With both ends of its time."""
    measure: Measure = "count"
    by: Dimension | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskQuestion:
    """A question to casework, by its name in ``casework.figure_questions``."""

    name: DeskName
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Texts, numbers and ISO times; which ones, each question says."""


Question = StoreQuestion | DeskQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number on a paper."""

    key: str
    """Names it within its paper: "aduan-masuk"."""
    value: float | None
    """None where there is nothing to say; it is printed as ABSENT."""
    unit: str
    """What is counted ("unggahan"), PERCENT, or "" for a bare number."""
    question: Question
    decimals: int = 0

    @property
    def words(self) -> str:
        """The number as it is printed, without its unit but for the per cent sign: "1.284", "12,3%"."""
        if self.value is None:
            return ABSENT
        if self.unit == PERCENT:
            return f"{format_number(100 * self.value, decimals=self.decimals)}%"
        return format_number(self.value, decimals=self.decimals)

    @property
    def moment(self) -> str:
        """The moment the answer is of, as an ISO time; "" for a question without one."""
        if isinstance(self.question, StoreQuestion):
            return self.question.query.until.isoformat() if self.question.query.until else ""
        arguments = self.question.arguments
        return str(arguments.get("as_of") or arguments.get("until") or "")


def encode_figure(figure: Figure) -> dict[str, Any]:
    """The figure as plain JSON; a query without its empty fields."""
    question = figure.question
    asked: dict[str, Any]
    if isinstance(question, DeskQuestion):
        asked = {"desk": question.name, "arguments": dict(question.arguments)}
    else:
        plain = msgspec.to_builtins(question.query)
        asked = {"query": {name: value for name, value in plain.items() if value not in (None, "", [], ())}}
        asked |= {"measure": question.measure, "by": question.by, "label": question.label}
    return {
        "key": figure.key, "value": figure.value, "unit": figure.unit, "decimals": figure.decimals, "question": asked,
    }  # fmt: skip


def decode_figure(plain: Mapping[str, Any]) -> Figure:
    """The figure behind ``encode_figure``. Raises BadQuery for a question nobody knows any more."""
    asked = plain["question"]
    return Figure(
        key=plain["key"], value=plain["value"], unit=plain["unit"], decimals=plain["decimals"],
        question=decode_question(asked),
    )  # fmt: skip


def decode_question(asked: Mapping[str, Any]) -> Question:
    """A stored question. Raises BadQuery where its name or one of its fields does not exist any more."""
    if "desk" in asked:
        if asked["desk"] not in DESK_QUESTIONS:
            raise BadQuery(f"Pertanyaan angka {asked['desk']!r} tidak dikenal lagi.")
        return DeskQuestion(name=cast(DeskName, asked["desk"]), arguments=asked["arguments"])
    if unknown := sorted(asked["query"].keys() - set(Query.__dataclass_fields__)):
        raise BadQuery(f"Bidang {', '.join(unknown)} dari pertanyaan tersimpan tidak ada lagi.")
    if asked["measure"] not in get_args(Measure):
        raise BadQuery(f"Ukuran {asked['measure']!r} dari pertanyaan tersimpan tidak ada lagi.")
    try:
        query = msgspec.convert(asked["query"], Query)
    except msgspec.ValidationError as error:
        raise BadQuery(f"Pertanyaan tersimpan tidak terbaca: {error}.") from error
    if asked["by"] is not None and asked["by"] not in DIMENSIONS:
        raise BadQuery(f"Pengelompokan {asked['by']!r} dari pertanyaan tersimpan tidak ada lagi.")
    return StoreQuestion(query=query, measure=asked["measure"], by=asked["by"], label=asked["label"])
