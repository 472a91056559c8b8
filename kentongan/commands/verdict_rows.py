"""How verdicts are shown: a review, its decisions and its history as JSON lines, or in tables for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.output import write_table
from kentongan.times import format_time

if TYPE_CHECKING:
    from casework.verdict_records import Clarification, Decision, Event, Review
    from casework.verdicts import Standing

HIDDEN = "(belum dibuka)"
"""Stands where a decision is not for this reader yet."""
SHOWN = 400
"""Letters of a message that are shown to a person."""
CLARIFICATION_WORDS = {"published": "terbit", "to_retract": "PERLU DITARIK", "retracted": "sudah ditarik"}
ACT_WORDS = {
    "opened": "dibuka",
    "decided": "memutuskan",
    "taken_back": "menarik keputusannya",
    "agreed": "putusan ditetapkan",
    "disagreed": "belum sepakat",
    "withdrawn": "putusan dicabut",
    "closed": "ditutup tanpa putusan",
    "reopened": "dibuka kembali",
    "published": "klarifikasi terbit",
    "retracted": "klarifikasi ditarik",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything about one review that is shown together."""

    review: Review
    standing: Standing
    carried: int
    """Documents that the verdict reaches."""
    clarifications: Sequence[Clarification]
    text: str | None
    """The anchor's newest words; None where the store has them no more."""


def age_words(age: timedelta) -> str:
    """How long something waits, for a person: "40 menit", "5 jam", "3 hari"."""
    minutes = max(0, int(age / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 48 * 60 else f"{minutes // (24 * 60)} hari"


def review_line(review: Review, *, now: datetime) -> dict[str, object]:
    """A review of the list, for a program."""
    return {
        "id": review.id,
        "anchor": review.anchor,
        "state": review.state,
        "round": review.round,
        "decided": review.decided,
        "opened_at": review.opened_at,
        "age_minutes": int((now - review.opened_at) / timedelta(minutes=1)),
    }


def write_reviews(reviews: Sequence[Review], *, now: datetime, zone: str) -> None:
    """The list of reviews, for a person."""
    from casework.verdict_states import SEATS, STATE_WORDS

    rows = [
        (
            str(review.id),
            STATE_WORDS[review.state],
            f"{review.decided} dari {SEATS} (putaran {review.round})",
            age_words(now - review.opened_at),
            format_time(review.opened_at, zone=zone),
            review.anchor,
        )
        for review in reviews
    ]
    write_table(("no.", "keadaan", "keputusan", "umur", "dibuka", "dokumen"), rows)


def shown_line(shown: Shown) -> dict[str, object]:
    """One review with all that belongs to it, for a program."""
    return {
        "review": shown.review,
        "next_round": shown.review.next_round,
        "story": shown.standing.story,
        "status": shown.standing.status,
        "verdict": shown.standing.verdict,
        "conflict": shown.standing.conflict_reason,
        "carried": shown.carried,
        "clarifications": shown.clarifications,
        "text": shown.text,
    }


def write_shown(shown: Shown, *, zone: str) -> None:
    """The same for a person."""
    from casework.verdict_rules import describe_outcome
    from casework.verdict_states import SEATS, STATE_WORDS

    review, verdict = shown.review, shown.standing.verdict
    print(f"Pemeriksaan {review.id}: {STATE_WORDS[review.state]}, putaran {review.round}", end="")
    print(f", {review.decided} dari {SEATS} keputusan\nDokumen {review.anchor}")
    print(f"\n{(shown.text or '(teksnya sudah tidak disimpan)')[:SHOWN]}\n")
    if verdict is not None:
        both = " dan ".join(decision.name for decision in verdict.decisions)
        print(f"Ditetapkan {describe_outcome(verdict.status, verdict.kind)} oleh {both}", end="")
        print(f", {format_time(verdict.decided_at, zone=zone)}; berlaku untuk {shown.carried} dokumen")
        if verdict.outdated:
            print(f"Perlu diperiksa kembali: {verdict.outdated_reason}")
    if shown.standing.conflict_reason:
        print(shown.standing.conflict_reason)
    if review.decisions:
        rows = [decision_cells(decision, zone=zone) for decision in review.decisions]
        write_table(("putaran", "waktu", "oleh", "putusan", "alasan", "rujukan"), rows)
    if shown.clarifications:
        cells = [
            (str(c.id), CLARIFICATION_WORDS[c.state], format_time(c.published_at, zone=zone), c.url, c.text)
            for c in shown.clarifications
        ]
        write_table(("no.", "keadaan", "terbit", "alamat", "teks"), cells, title="Klarifikasi")


def decision_cells(decision: Decision, *, zone: str) -> tuple[str, ...]:
    """One decision in the table of a review."""
    from casework.verdict_rules import describe_outcome

    said = describe_outcome(decision.status, decision.kind) if decision.status else HIDDEN
    who, when = f"{decision.name} ({decision.username})", format_time(decision.decided_at, zone=zone)
    return str(decision.round), when, who, said, decision.reasons or "", "\n".join(decision.references)


def write_events(events: Sequence[Event], *, zone: str) -> None:
    """The history for a person."""
    from casework.verdict_rules import describe_outcome

    rows = []
    for event in events:
        what = ACT_WORDS[event.act]
        if event.decision is not None:
            made = event.decision
            what += f" {describe_outcome(made.status, made.kind) if made.status else HIDDEN}"
        number = f" (klarifikasi {event.clarification})" if event.clarification else ""
        when = format_time(event.at, zone=zone)
        rows.append((str(event.review), str(event.round), when, event.username, what + number, event.reason or ""))
    write_table(("pemeriksaan", "putaran", "waktu", "oleh", "apa", "alasan"), rows)
