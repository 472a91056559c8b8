"""The tables of labelling: a batch of texts, its texts, what each person said of each, and what was settled.

No row is deleted; a settled label stays as it is (revision 0019 lets the database refuse the rest).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Json, Number


class LabelBatchRow(Base):
    """Texts drawn together, to be labelled for one task."""

    __tablename__ = "label_batch"
    __table_args__ = (
        CheckConstraint("task IN ('sentiment', 'topic', 'hoax', 'language')", name="task"),
        CheckConstraint("rule IN ('random', 'doubt')", name="rule"),
        CheckConstraint("overlap >= 0 AND overlap <= 1", name="overlap"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    task: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    rule: Mapped[str] = mapped_column(String(8))
    query: Mapped[dict[str, Any]] = mapped_column(Json)
    """The question its texts answer (``casework.searches.encode_query``)."""
    overlap: Mapped[float]
    """Share of the texts that two people label; the others one."""
    candidates: Mapped[int]
    """Texts it was drawn from."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(16))
    made_name: Mapped[str] = mapped_column(String(32))
    closed_at: Mapped[datetime | None]
    sample: Mapped[bool]


class LabelTextRow(Base):
    """One text of a batch."""

    __tablename__ = "label_text"
    __table_args__ = (
        UniqueConstraint("batch", "place"),
        UniqueConstraint("batch", "document"),
        CheckConstraint("wanted IN (1, 2)", name="wanted"),
        Index(None, "document"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    batch: Mapped[int] = mapped_column(Number, ForeignKey("label_batch.id"))
    place: Mapped[int]
    """From 1, in an order that tells nothing."""
    document: Mapped[str] = mapped_column(String(32))
    revision: Mapped[str] = mapped_column(String(32))
    """Of the words that are labelled."""
    source: Mapped[str] = mapped_column(String(200))
    wanted: Mapped[int]
    """How many people are to label it."""


class LabelGivenRow(Base):
    """What one person said of one text."""

    __tablename__ = "label_given"
    __table_args__ = (
        Index(
            "uq_label_given_text_person", "text", "person", unique=True,
            sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    text: Mapped[int] = mapped_column(Number, ForeignKey("label_text.id"))
    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    value: Mapped[str | None] = mapped_column(String(32))
    """None: the person could not tell."""
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    """When the person took it back."""


class LabelSettledRow(Base):
    """What a text's label is from now on."""

    __tablename__ = "label_settled"
    __table_args__ = (
        UniqueConstraint("text"),
        CheckConstraint("how IN ('same', 'single', 'both', 'third')", name="how"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    text: Mapped[int] = mapped_column(Number, ForeignKey("label_text.id"))
    value: Mapped[str | None] = mapped_column(String(32))
    """None: it has none of the labels and is no training data."""
    how: Mapped[str] = mapped_column(String(8))
    """"same": all said so; "single": one person was asked; "both": the two after talking; "third": a third person."""
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(16), ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(32))
