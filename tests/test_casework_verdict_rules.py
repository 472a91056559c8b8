"""What a verdict must be, and the state machine of reviews under generated sequences of acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, actor
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from verdict_desk import REASONS, REFERENCES, document, words_of

from casework.db import Casework, open_casework
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from casework.verdict_clarifications import get_clarification, publish_clarification
from casework.verdict_records import Review
from casework.verdict_reviews import close_review, decide, open_review, reopen_review, take_back, withdraw_verdict
from casework.verdict_rules import (
    FALSEHOOD_KINDS,
    KIND_WORDS,
    KINDS_OF,
    OUTCOMES,
    STATUS_WORDS,
    check_address,
    check_outcome,
    check_reasons,
    check_references,
    describe_outcome,
)
from casework.verdict_tables import DecisionRow
from casework.verdicts import current_verdict, published_clarification, read_review, read_standing, verdict_history
from kentongan.errors import Conflict, KentonganError, NotAllowed
from kentongan.settings import Settings

GOES: set[tuple[str, str | None]] = {
    ("false", "scam"),
    ("false", "impostor"),
    ("false", "fabricated"),
    ("false", "manipulated"),
    ("false", "false_context"),
    ("false", "false_connection"),
    ("false", "misleading"),
    ("misleading", "manipulated"),
    ("misleading", "false_context"),
    ("misleading", "false_connection"),
    ("misleading", "misleading"),
    ("true", None),
    ("satire_or_opinion", "satire"),
    ("satire_or_opinion", None),
    ("not_enough_evidence", None),
}
"""Written by hand a second time."""


@pytest.mark.parametrize(("status", "kind"), list(product(OUTCOMES, (None, *FALSEHOOD_KINDS))))
def test_a_kind_goes_with_exactly_the_statuses_it_makes_sense_with(status: str, kind: str | None) -> None:
    if (status, kind) in GOES:
        assert check_outcome(status, kind) == (status, kind)
        return
    with pytest.raises(KentonganError) as refused:
        check_outcome(status, kind)
    fitting = [code for code in FALSEHOOD_KINDS if (status, code) in GOES]
    assert all(code in refused.value.hint for code in fitting) if fitting else "Kosongkan" in refused.value.hint


def test_every_status_and_kind_has_its_word() -> None:
    assert set(STATUS_WORDS) == {"unchecked", "under_review", *OUTCOMES}
    assert set(KIND_WORDS) == set(FALSEHOOD_KINDS)
    assert set(KINDS_OF) == set(OUTCOMES)
    assert describe_outcome("false", "scam") == "salah (penipuan)"
    assert describe_outcome("true", None) == "benar"


@pytest.mark.parametrize("status", ["unchecked", "under_review", "hoax", ""])
def test_nobody_can_decide_what_is_no_outcome(status: str) -> None:
    with pytest.raises(KentonganError, match="tidak dikenal"):
        check_outcome(status, None)
    with pytest.raises(KentonganError, match="'bohong' tidak dikenal"):
        check_outcome("false", "bohong")


@pytest.mark.parametrize(
    "reasons",
    ["", "  \n ", "hoaks", "sudah jelas palsu", "palsu " * 50, "1 2 3 4 5 6 7", "!!! ??? ... --- ,,, ;;;",
     "https://a.example/satu https://a.example/dua https://a.example/tiga https://a.example/empat"],
)  # fmt: skip
def test_a_verdict_without_real_reasons_is_refused(reasons: str) -> None:
    with pytest.raises(KentonganError, match="Alasan"):
        check_reasons(reasons)


def test_reasons_keep_their_paragraphs_and_lose_their_stray_blanks() -> None:
    assert check_reasons("  Dinas Sosial   membantah\r\n\n\ttautan ini ❤️\u200d🔥 ") == (
        "Dinas Sosial membantah\ntautan ini ❤️\u200d🔥"
    )


@pytest.mark.parametrize("bad", ["\0", "\u202e", "\ud800", "\u2066", "x" * 100_000])
def test_reasons_that_are_endless_or_hide_something_are_refused(bad: str) -> None:
    with pytest.raises(KentonganError, match="Alasan"):
        check_reasons(REASONS + bad)


@pytest.mark.parametrize(
    "reference",
    ["dinsos.example", "ftp://a.example/x", "javascript:alert(1)", "https://", "https://a b.example/", "http://[::1",
     "https://ani:rahasia@a.example/", "https://localhost/x", "https://a.example/\u202e",
     "https://a.example/" + "x" * 2000, "ABCDEF" * 6, "0123456789abcdef"],
)  # fmt: skip
def test_a_reference_is_an_address_or_a_document(reference: str) -> None:
    with pytest.raises(KentonganError, match="bukan alamat"):
        check_references([*REFERENCES, reference], anchor=document("a"))


def test_references_are_kept_once_and_a_message_is_no_proof_of_itself() -> None:
    anchor, other = document("a"), document("b")
    assert check_references([" https://a.example/x ", other, "https://a.example/x", "", anchor], anchor=anchor) == (
        "https://a.example/x",
        other,
        anchor,
    )
    for empty in ([], ["", " "], [anchor], [anchor, anchor]):
        with pytest.raises(KentonganError, match="Belum ada rujukan"):
            check_references(empty, anchor=anchor)
    with pytest.raises(KentonganError, match="Terlalu banyak"):
        check_references([f"https://a.example/{n}" for n in range(21)], anchor=anchor)


@given(text=st.text(max_size=60))
def test_whatever_is_typed_as_an_address_is_taken_or_refused_in_words(text: str) -> None:
    for address in (text, f"https://{text}", f"https://a.example/{text}"):
        with suppress(KentonganError):
            taken = check_address("Rujukan", address, schemes=("https",))
            assert taken.startswith("https://"), taken
            assert taken.isprintable(), taken


# The state machine.

PEOPLE = ("ani", "budi", "citra")
CHOICES: tuple[tuple[str, str | None], ...] = (("false", "scam"), ("true", None))
DESK: list[tuple[Casework, dict[str, Actor]]] = []
NUMBERS = count()


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[Casework, dict[str, Actor]]]:
    """A casework with three persons who may decide. Every example reviews a document of its own in it."""
    with TemporaryDirectory() as folder, open_casework(Settings(data_dir=Path(folder))) as casework:
        with casework.begin() as session:
            people = {
                name: actor(
                    add_person(session, name, name=name.title(), role=role, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
                )
                for name, role in zip(PEOPLE, ("analis", "hukum", "analis"), strict=True)
            }
        DESK.append((casework, people))
        yield casework, people
        DESK.clear()


class Reviewing(RuleBasedStateMachine):
    """A review beside a model of it in plain Python: what the model allows happens, all else is refused unchanged."""

    @initialize()
    def begin(self) -> None:
        self.casework, self.people = DESK[0]
        name = f"cerita-{next(NUMBERS)}"
        self.anchor, self.words = document(name), words_of(name)
        with self.casework.begin() as session:
            self.review = open_review(session, self.anchor, words=self.words, actor=self.people["ani"], now=NOW).id
        self.state, self.round, self.version = "open", 1, 1
        self.rounds: dict[int, dict[str, tuple[str, str | None]]] = {1: {}}
        self.acts = ["opened"]
        self.published: int | None = None

    def attempt(self, allowed: bool, act: Any) -> Any:
        """Do it in a transaction of its own; it must succeed exactly where the model allows it."""
        try:
            with self.casework.begin() as session:
                done = act(session)
        except (Conflict, NotAllowed):
            assert not allowed
            return None
        assert allowed
        self.version += 1
        return done

    @rule(name=st.sampled_from(PEOPLE), choice=st.sampled_from(CHOICES), stale=st.sampled_from([0, 0, 0, 1]))
    def decide(self, name: str, choice: tuple[str, str | None], stale: int) -> None:
        here = self.round + 1 if self.state == "disagreement" else self.round
        allowed = self.state in ("open", "disagreement") and not stale and name not in self.rounds.setdefault(here, {})

        def act(session: Any) -> Review:
            return decide(
                session,
                self.review,
                round=here - stale,
                words=self.words,
                status=choice[0],
                kind=choice[1],
                reasons=REASONS,
                references=REFERENCES,
                actor=self.people[name],
                now=NOW,
            )

        if self.attempt(allowed, act) is None:
            return
        self.acts.append("decided")
        self.round = here
        made = self.rounds[here]
        made[name] = choice
        self.state = "open"
        if len(made) == 2:
            self.state = "decided" if len(set(made.values())) == 1 else "disagreement"
            self.acts.append("agreed" if self.state == "decided" else "disagreed")
            self.version += 1

    @rule(choice=st.sampled_from(CHOICES))
    def a_machine_decides(self, choice: tuple[str, str | None]) -> None:
        def act(session: Any) -> Review:
            return decide(
                session,
                self.review,
                round=self.round,
                words=self.words,
                status=choice[0],
                kind=choice[1],
                reasons=REASONS,
                references=REFERENCES,
                actor=SYSTEM,
                now=NOW,
            )

        self.attempt(False, act)

    @rule(name=st.sampled_from(PEOPLE))
    def take_back(self, name: str) -> None:
        allowed = self.state == "open" and name in self.rounds[self.round]
        who = self.people[name]
        if self.attempt(allowed, lambda session: take_back(session, self.review, actor=who, now=NOW)):
            self.round += 1
            self.rounds[self.round] = {}
            self.acts.append("taken_back")

    @rule(name=st.sampled_from(PEOPLE), stale=st.sampled_from([0, 0, 1]))
    def withdraw(self, name: str, stale: int) -> None:
        self.end(withdraw_verdict, name, stale, allowed=self.state == "decided", state="withdrawn")

    @precondition(lambda self: len(self.acts) > 2)
    @rule(name=st.sampled_from(PEOPLE), stale=st.sampled_from([0, 0, 1]))
    def close(self, name: str, stale: int) -> None:
        self.end(close_review, name, stale, allowed=self.state in ("open", "disagreement"), state="closed")

    def end(self, act: Any, name: str, stale: int, *, allowed: bool, state: str) -> None:
        more = {"reason": "Salah buka.", "version": self.version - stale, "actor": self.people[name], "now": NOW}
        if self.attempt(allowed and not stale, lambda session: act(session, self.review, **more)):
            self.state = state
            self.acts.append(state)

    @rule(name=st.sampled_from(PEOPLE), change=st.booleans())
    def reopen(self, name: str, change: bool) -> None:
        words = words_of(f"baru-{next(NUMBERS)}") if change else self.words
        more = {"words": words, "reason": "Ada bukti baru.", "version": self.version, "actor": self.people[name]}
        allowed = self.state in ("withdrawn", "closed")
        if self.attempt(allowed, lambda session: reopen_review(session, self.review, **more, now=NOW)):
            self.state, self.words = "open", words
            self.round += 1
            self.rounds[self.round] = {}
            self.acts.append("reopened")

    @rule()
    def publish(self) -> None:
        more: dict[str, Any] = {"text": "Pesan itu salah.", "url": "https://a.example/k", "channels": ["situs"]}
        more |= {"version": self.version, "actor": self.people["ani"], "now": NOW}
        done = self.attempt(
            self.state == "decided", lambda session: publish_clarification(session, self.review, **more)
        )
        if done:
            self.published = done.id
            self.acts.append("published")

    @invariant()
    def everybody_sees_what_the_model_shows_them(self) -> None:
        with self.casework.read() as session:
            for reader in (*self.people.values(), SYSTEM, None):
                review = read_review(session, self.review, actor=reader)
                assert (review.state, review.round, review.version) == (self.state, self.round, self.version)
                seen = {(d.round, d.username): d for d in review.decisions}
                made = {(r, name): choice for r, by in self.rounds.items() for name, choice in by.items()}
                assert seen.keys() == made.keys()
                for (number, name), decision in seen.items():
                    both = len(self.rounds[number]) == 2
                    assert decision.shown is both
                    if both or (reader is not None and reader.username == name):
                        assert (decision.status, decision.kind) == made[number, name]
                        assert (decision.reasons, decision.references) == (REASONS, REFERENCES)
                    else:
                        assert (decision.status, decision.kind, decision.reasons, decision.references) == (
                            None, None, None, (),
                        )  # fmt: skip

    @invariant()
    def a_verdict_stands_exactly_where_two_agreed(self) -> None:
        with self.casework.read() as session:
            verdict = current_verdict(session, self.anchor)
            standing = read_standing(session, self.anchor)
            out = published_clarification(session, self.anchor)
            state = get_clarification(session, self.published).state if self.published else None
        if self.state == "decided":
            made = self.rounds[self.round]
            assert verdict is not None
            assert {(verdict.status, verdict.kind)} == set(made.values())
            assert [d.username for d in verdict.decisions] == list(made)
            assert (standing.status, verdict.words) == (verdict.status, self.words)
        else:
            assert verdict is None
            assert standing.status == ("under_review" if self.state in ("open", "disagreement") else "unchecked")
        assert (out.id if out else None) == (self.published if state == "published" else None)
        assert state in (None, "published", "to_retract")
        if self.state != "decided":
            assert state != "published"

    @invariant()
    def history_only_grows(self) -> None:
        with self.casework.read() as session:
            assert [event.act for event in verdict_history(session, self.anchor)] == self.acts
            stored = session.scalar(sa.select(sa.func.count()).where(DecisionRow.review == self.review))
        assert stored == sum(len(by) for by in self.rounds.values())


def test_a_review_follows_its_table_whatever_is_tried(
    desk: tuple[Casework, dict[str, Actor]], trials: Callable[[int, int], int]
) -> None:
    run_state_machine_as_test(
        Reviewing,
        settings=examples(
            max_examples=trials(15, 400), stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
