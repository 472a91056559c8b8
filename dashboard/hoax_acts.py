"""Does what a person decides at the hoax desk, each act in their name, on what they saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy.orm import Session

from casework import verdict_reviews
from casework.roles import Actor
from casework.rumours import LinkState, judge_link
from casework.stories import merge_stories, split_story, undo_change
from casework.verdict_records import Event, Review
from casework.verdicts import verdict_history
from dashboard.case_desk import secure_post
from dashboard.data import load_records, shared_casework
from dashboard.hoax_desk import forget_stories
from dashboard.visitor import VIA, page_actor
from kentongan.errors import NotFound

Done = TypeVar("Done")
Ending = Literal["withdraw", "close", "reopen"]
"""What undoes or begins again, each with a reason."""


def as_page(act: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do it for whoever acts on pages, and let every list be read anew. Raises KentonganError."""
    with shared_casework().begin() as session:
        done = act(session, page_actor(session, now=now))
    forget_stories()
    return done


def newest_words(document: str) -> str:
    """``revision_hash`` of a document's newest words. Raises NotFound."""
    records = load_records([document])
    if not records:
        raise NotFound("Unggahan itu sudah tidak ada di penyimpanan.", hint="Pilih unggahan lain dari cerita ini.")
    return records[0].newest.hash


def begin_review(document: str, *, words: str, now: datetime) -> Review:
    """Open the review of the story that holds a document whose words the person has read. Raises KentonganError."""
    return as_page(
        lambda session, actor: verdict_reviews.open_review(
            session, document, words=words, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def give_decision(
    review: int, *, round: int, words: str, status: str, kind: str | None, reasons: str, references: Sequence[str],
    now: datetime,
) -> Review:  # fmt: skip
    """Enter what the person decides, in the round and on the words that they saw. Raises KentonganError."""
    named = [one for one in references if len(one) == 32 and "." not in one]
    missing = set(named) - {record.document.id for record in load_records(named)}
    if missing:
        raise NotFound(f"Dokumen {sorted(missing)[0]} tidak ada di koleksi.", hint="Periksa rujukannya.")
    return as_page(
        lambda session, actor: verdict_reviews.decide(
            session, review, round=round, words=words, status=status, kind=kind, reasons=reasons,
            references=references, actor=actor, now=now, via=VIA,
        ),
        now=now,
    )  # fmt: skip


def take_decision_back(review: int, *, now: datetime) -> Review:
    """Take one's own decision back before the second one came. Raises KentonganError."""
    return as_page(
        lambda session, actor: verdict_reviews.take_back(session, review, actor=actor, now=now, via=VIA), now=now
    )


def end_or_reopen(act: Ending, review: Review, *, reason: str, now: datetime) -> Review:
    """Withdraw a verdict, close a review without one, or begin again, on what the person saw. Raises KentonganError."""
    words = newest_words(review.anchor) if act == "reopen" else ""

    def do(session: Session, actor: Actor) -> Review:
        seen, version = review.id, review.version
        if act == "withdraw":
            return verdict_reviews.withdraw_verdict(
                session, seen, reason=reason, version=version, actor=actor, now=now, via=VIA
            )
        if act == "close":
            return verdict_reviews.close_review(
                session, seen, reason=reason, version=version, actor=actor, now=now, via=VIA
            )
        return verdict_reviews.reopen_review(
            session, seen, words=words, reason=reason, version=version, actor=actor, now=now, via=VIA
        )

    return as_page(do, now=now)


def events_since(document: str, *, seen: int) -> list[Event]:
    """What others did to the reviews of a document's story after the first ``seen`` events. Raises Retry."""
    with shared_casework().read() as session:
        return verdict_history(session, document)[seen:]


def join_stories(story: str, other: str, *, reason: str, now: datetime) -> str:
    """Make one story of two; the other is named by its id, by the id of a post in it or by the address of
    its page. Returns the id of the whole. Raises KentonganError."""
    named = name_story(other)
    change = as_page(
        lambda session, actor: merge_stories(session, story, named, reason=reason, actor=actor, now=now, via=VIA),
        now=now,
    )
    return change.stories[0]


def take_out(documents: Sequence[str], *, reason: str, now: datetime) -> str:
    """Take versions out of their story, each named by a post; returns the id of what was left. Raises
    KentonganError."""
    change = as_page(
        lambda session, actor: split_story(session, documents, reason=reason, actor=actor, now=now, via=VIA), now=now
    )
    return change.other[0] if change.other else change.stories[0]


def undo_story_change(number: int, *, reason: str, now: datetime) -> None:
    """Take back a merge or a split. Raises KentonganError."""
    as_page(lambda session, actor: undo_change(session, number, reason=reason, actor=actor, now=now, via=VIA), now=now)


def judge_rumour(link: int, *, state: LinkState, reason: str, version: int, now: datetime) -> None:
    """Say whether complaints feed the story, on what the person saw. Raises KentonganError."""
    as_page(
        lambda session, actor: judge_link(
            session, link, state=state, reason=reason, version=version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def open_story_case(document: str, *, now: datetime) -> str:
    """Secure the post that stands for a story: in the story's open case, else in a new one; returns the case's id.
    Raises KentonganError."""
    case = secure_post(document, now=now)
    forget_stories()
    return case


def name_story(typed: str) -> str:
    """The id a person means, which may stand in an address of this page. Raises NotFound."""
    said = typed.strip()
    inside = said.partition("cerita=")[2][:32] or said
    if len(inside) == 32 and all(letter in "0123456789abcdef" for letter in inside):
        return inside
    raise NotFound("Cerita itu tidak ditemukan.", hint="Tempelkan alamat halaman ceritanya, atau id-nya.")
