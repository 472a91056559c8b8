"""Clippings as frozen records, and their words.

| from | act | by | to |
|---|---|---|---|
| | ``make_clipping`` | clippings.make | draft, revision 1 |
| draft | ``make_clipping`` (adds what came since), ``correct_item``, ``leave_out``, ``put_back``, ``add_item``, \
``undo_last`` | clippings.make, clippings.correct | draft |
| draft | ``issue_clipping`` | clippings.issue | issued |
| issued | ``correct_item``, ``leave_out``, ``put_back``, ``add_item`` | clippings.correct | draft, next revision |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, cast, get_args

import msgspec

from casework.clippings.editions import EditionName
from casework.clippings.tables import ClippingEventRow, ClippingItemRow, ClippingRow
from casework.figures import Figure
from kentongan.topic_words import TOPIC_WORDS

Tone = Literal["negative", "neutral", "positive"]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)
TONE_WORDS: Final[dict[Tone, str]] = {"negative": "negatif", "neutral": "netral", "positive": "positif"}
NO_TONE: Final = "belum ditentukan"
"""Where neither a model nor a person said the tone."""
NO_AGENCY: Final = "belum ditentukan"
EDITION_WORDS: Final[dict[EditionName, str]] = {"pagi": "edisi pagi", "siang": "edisi siang", "sore": "edisi sore"}

NO_TOPIC: Final = "Topik belum ditentukan"

Field = Literal["tone", "topic", "issue", "agency", "clarify", "note", "place"]
"""What a person can correct in an item."""
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
FIELD_WORDS: Final[dict[str, str]] = {
    "tone": "nada", "topic": "topik", "issue": "isu", "agency": "instansi", "clarify": "perlu klarifikasi",
    "note": "catatan", "place": "urutan", "left_out": "dikeluarkan", "outlets": "media",
}  # fmt: skip
Act = Literal["made", "gathered", "corrected", "left_out", "put_back", "added", "undone", "issued", "reopened"]
ACT_WORDS: Final[dict[Act, str]] = {
    "made": "disusun",
    "gathered": "berita baru diambil",
    "corrected": "dibetulkan",
    "left_out": "dikeluarkan",
    "put_back": "dimasukkan kembali",
    "added": "ditambahkan",
    "undone": "dibatalkan",
    "issued": "diterbitkan",
    "reopened": "revisi baru dimulai",
}
UNDOABLE: Final[tuple[Act, ...]] = ("corrected", "left_out", "put_back", "added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One publication of an item's story."""

    document: str
    """Id of the article."""
    publisher: str
    title: str
    url: str | None
    published_at: datetime
    page: str | None = None
    """Page of a printed paper, where its source says one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingItem:
    """One story of the news in a clipping."""

    id: int
    place: int
    outlets: tuple[Outlet, ...]
    """Who ran it, the first one first."""
    title: str
    quote: str
    """First sentences of the article, word for word."""
    quoted: str
    """The outlet whose words these are."""
    why: tuple[str, ...]
    """Why it is news of ours, by the rules of ``relevance``."""
    topic: str | None
    topic_p: float | None
    topic_abstained: bool
    tone: Tone | None
    """Where nobody set it: what the model suspects, or leant to while it abstained."""
    tone_p: float | None
    """The model's probability of that tone; None for a person's word."""
    tone_abstained: bool
    issue: str
    issue_number: int | None
    """Of casework.trends, where it fits one; the number of "ISU-12"."""
    agency: str | None
    """Code; None where nobody can say."""
    agency_name: str | None
    agency_from: str | None
    """"name" in the text, or "field" of the topic; None where a person set it, or nobody."""
    clarify: bool | None
    """A person's decision; None while nobody decided."""
    clarify_reasons: tuple[str, ...]
    """Why a rule suggests it; empty where none does."""
    note: str | None
    left_out: bool
    left_reason: str | None
    late: bool
    """Published before the window, collected after the edition before closed."""
    decided: tuple[str, ...]
    """Names of the fields a person set."""
    added_by: str | None
    sample: bool
    version: int

    @property
    def suggested(self) -> bool:
        """Whether a rule asks for clarification and nobody decided yet."""
        return self.clarify is None and bool(self.clarify_reasons)

    @property
    def known_tone(self) -> Tone | None:
        """The tone that counts: a person's, or the model's where it did not abstain."""
        return None if self.tone_abstained else self.tone

    @property
    def tone_words(self) -> str:
        """ "negatif" for a person's word, "terindikasi negatif (0,91)" for a model's, or that nobody said."""
        if self.tone is None or self.known_tone is None:
            leaning = f", condong {TONE_WORDS[self.tone]}" if self.tone else ""
            return f"model ragu{leaning}" if self.tone_abstained else NO_TONE
        if "tone" in self.decided:
            return TONE_WORDS[self.tone]
        sure = "" if self.tone_p is None else f" ({self.tone_p:.2f})".replace(".", ",")
        return f"terindikasi {TONE_WORDS[self.tone]}{sure}"

    @property
    def topic_words(self) -> str:
        return NO_TOPIC if self.topic is None or self.topic_abstained else TOPIC_WORDS[self.topic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """One edition of one day."""

    id: int
    day: date
    edition: EditionName
    zone: str
    since: datetime
    until: datetime
    state: Literal["draft", "issued"]
    revision: int
    scope: str
    gaps: tuple[str, ...]
    read: int
    """Articles looked at."""
    made_at: datetime
    made_name: str
    issued_at: datetime | None
    issued_name: str | None
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """ "KLIP-20261121-PAGI"."""
        return f"KLIP-{self.day:%Y%m%d}-{self.edition.upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs between two revisions, in words."""

    title: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A clipping with everything it prints, either as it stands or as it was issued."""

    clipping: Clipping
    items: tuple[ClippingItem, ...]
    """In their order, those left out behind the others."""
    figures: tuple[Figure, ...]
    """Its counts (``counting``), each with its question."""
    changes: tuple[Change, ...] = ()
    """Against the revision before; empty for the first."""

    @property
    def printed(self) -> tuple[ClippingItem, ...]:
        """What the papers show."""
        return tuple(item for item in self.items if not item.left_out)

    @property
    def by_issue(self) -> dict[str, list[ClippingItem]]:
        """Printed items by issue, both in the order of the items."""
        found: dict[str, list[ClippingItem]] = {}
        for item in self.printed:
            found.setdefault(item.issue, []).append(item)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingEvent:
    """One thing that happened to a clipping."""

    id: int
    revision: int
    item: int | None
    at: datetime
    act: Act
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    undoes: int | None
    actor_name: str


def as_clipping(row: ClippingRow) -> Clipping:
    """The row as a record."""
    return Clipping(
        id=row.id, day=row.day, edition=cast(EditionName, row.edition), zone=row.zone, since=row.since,
        until=row.until, state=cast(Literal["draft", "issued"], row.state), revision=row.revision, scope=row.scope,
        gaps=tuple(row.gaps), read=row.read, made_at=row.made_at, made_name=row.made_name, issued_at=row.issued_at,
        issued_name=row.issued_name, sample=row.sample, version=row.version,
    )  # fmt: skip


NEGATIVE_OF_OURS: Final = "nada negatif dan menyebut {agency}"


def reasons_to_clarify(*, tone: Tone | None, ours: str | None, stories: Sequence[str]) -> tuple[str, ...]:
    """Why an item may need a clarification: a negative tone where an agency of the regional government is named, or a
    story that was fact-checked or is suspected. The rule suggests, an analyst decides."""
    found = [NEGATIVE_OF_OURS.format(agency=ours)] if tone == "negative" and ours else []
    return (*found, *stories)


def as_item(row: ClippingItemRow, names: Mapping[str, str]) -> ClippingItem:
    """The row as a record; ``names`` are the agencies' by code."""
    agency_name = names.get(row.agency) if row.agency else None
    tone = cast("Tone | None", row.tone)
    reasons = reasons_to_clarify(
        tone=None if row.tone_abstained else tone, stories=row.story_reasons,
        ours=row.ours or (agency_name if "agency" in row.decided else None),
    )  # fmt: skip
    return ClippingItem(
        id=row.id, place=row.place, outlets=tuple(msgspec.convert(row.outlets, list[Outlet])), title=row.title,
        quote=row.quote, quoted=row.quoted, why=tuple(row.why), topic=row.topic, topic_p=row.topic_p,
        topic_abstained=row.topic_abstained, tone=tone, tone_p=row.tone_p,
        tone_abstained=row.tone_abstained, issue=row.issue, issue_number=row.issue_number, agency=row.agency,
        agency_name=agency_name, agency_from=row.agency_from, clarify=row.clarify,
        clarify_reasons=reasons, note=row.note, left_out=row.left_out, left_reason=row.left_reason,
        late=row.late, decided=tuple(row.decided), added_by=row.added_by, sample=row.sample, version=row.version,
    )  # fmt: skip


def as_event(row: ClippingEventRow) -> ClippingEvent:
    """The row as a record."""
    return ClippingEvent(
        id=row.id, revision=row.revision, item=row.item, at=row.at, act=cast(Act, row.act), before=row.before,
        after=row.after, undoes=row.undoes, actor_name=row.actor_name,
    )  # fmt: skip
