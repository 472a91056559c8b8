"""The tables of stories of copied messages: where each item stands, what links them, and what people changed.

``story_change`` and ``story_change_message`` are the truth, append-only. All others are a projection of them and of the
documents' newest words, which ``casework.story_keeping`` can make anew at any time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.tables import Base, Number

DOCUMENT = String(32)
"""A document's id."""
MESSAGE = String(16)
"""16 hex digits: the hash of what makes items the same message."""


class StoryItemRow(Base):
    """One post or comment, with what its newest words are."""

    __tablename__ = "story_item"
    __table_args__ = (
        CheckConstraint("stance IN ('spreads', 'rebuts', 'asks', 'unclear')", name="stance"),
        Index(None, "message"),
        Index(None, "published_at"),
    )

    document: Mapped[str] = mapped_column(DOCUMENT, primary_key=True)
    message: Mapped[str] = mapped_column(MESSAGE)
    revision: Mapped[str] = mapped_column(String(32))
    """Hash of the words that were read."""
    stance: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text)
    platform: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    collected_at: Mapped[datetime]


class StoryMessageRow(Base):
    """Items in the same words, and the story they are in."""

    __tablename__ = "story_message"
    __table_args__ = (CheckConstraint("joined IN ('auto', 'person')", name="joined"), Index(None, "story"))

    message: Mapped[str] = mapped_column(MESSAGE, primary_key=True)
    story: Mapped[str] = mapped_column(DOCUMENT)
    joined: Mapped[str] = mapped_column(String(8))
    copies: Mapped[int]
    first_at: Mapped[datetime]
    """When the first item was collected."""
    first_document: Mapped[str] = mapped_column(DOCUMENT)
    named: Mapped[str] = mapped_column(DOCUMENT)
    """The first of the items' ids."""


class StoryRow(Base):
    """One story in figures."""

    __tablename__ = "story"
    __table_args__ = (Index(None, "last_collected_at", "id"),)

    id: Mapped[str] = mapped_column(DOCUMENT, primary_key=True)
    centre: Mapped[str] = mapped_column(DOCUMENT)
    messages: Mapped[int]
    items: Mapped[int]
    by_hand: Mapped[int]
    """Items that a person entered: shown, and in none of the counts below."""
    spreads: Mapped[int]
    rebuts: Mapped[int]
    asks: Mapped[int]
    unclear: Mapped[int]
    platforms: Mapped[int]
    first_published_at: Mapped[datetime]
    first_collected_at: Mapped[datetime]
    last_collected_at: Mapped[datetime]


class StoryLinkRow(Base):
    """Two messages that are much alike. From ``analysis.duplicates.JOIN`` on they are one story."""

    __tablename__ = "story_link"
    __table_args__ = (CheckConstraint("one < other", name="order"), Index(None, "other"), Index(None, "score"))

    one: Mapped[str] = mapped_column(MESSAGE, primary_key=True)
    other: Mapped[str] = mapped_column(MESSAGE, primary_key=True)
    score: Mapped[float] = mapped_column(Float(53))


class StoryChangeRow(Base):
    """What a person decided about stories. The database refuses to change or delete a row (revision 0002)."""

    __tablename__ = "story_change"
    __table_args__ = (
        CheckConstraint("kind IN ('merge', 'split', 'undo')", name="kind"),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undoes"),
        CheckConstraint("number > 0", name="number"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(Number, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    undoes: Mapped[int | None] = mapped_column(Number, ForeignKey("story_change.number"), unique=True)
    """The change that is undone; each at most once."""


class StoryChangeMessageRow(Base):
    """A message that a merge or a split speaks about. Append-only like the change."""

    __tablename__ = "story_change_message"
    __table_args__ = (CheckConstraint("side IN ('one', 'other')", name="side"), Index(None, "message"))

    number: Mapped[int] = mapped_column(Number, ForeignKey("story_change.number"), primary_key=True)
    side: Mapped[str] = mapped_column(String(8), primary_key=True)
    """Of a merge the two stories; of a split "one" is what was taken out, "other" what was left."""
    place: Mapped[int] = mapped_column(primary_key=True)
    """From 0, in the order that counts for a merge."""
    message: Mapped[str] = mapped_column(MESSAGE)


class StoryStateRow(Base):
    """Which saved index of messages the projection goes with. One row."""

    __tablename__ = "story_state"
    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(32))
    """The index that was saved last, or is about to be."""
    before: Mapped[str | None] = mapped_column(String(32))
    """The one before it, which still counts where that one did not come to be saved; None once it did."""
    building: Mapped[bool]
    """Whether everything is being read anew."""
