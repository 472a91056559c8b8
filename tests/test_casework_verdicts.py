"""Two persons decide on a story, on SQLite and on PostgreSQL: who may, who sees what, and what it reaches."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    actor,
    add,
    admin,
    at_once,
    casework,
    casework_url,
    count_rows,
    settings,
    staff,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from verdict_desk import (
    FALSE,
    REASONS,
    REFERENCES,
    TRUE,
    decide_as,
    document,
    item,
    open_on,
    put_story,
    words_of,
)

from casework.audit import read_audit
from casework.db import Casework
from casework.people import change_role, deactivate
from casework.roles import SYSTEM, Actor, Role
from casework.stories import merge_stories, split_story, undo_change
from casework.story_projection import place_items
from casework.tables import PersonRow
from casework.verdict_clarifications import (
    clarifications_to_retract,
    get_clarification,
    list_clarifications,
    publish_clarification,
    retract_clarification,
)
from casework.verdict_records import Review
from casework.verdict_reviews import close_review, reopen_review, take_back, withdraw_verdict
from casework.verdict_tables import DecisionRow, EventRow, ReviewRow
from casework.verdicts import (
    carried_verdicts,
    compare_words,
    current_verdict,
    list_reviews,
    published_clarification,
    read_review,
    read_standing,
    verdict_history,
)
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound

ITEMS = (
    ("bansos", "spreads"),
    ("salinan", "spreads"),
    ("varian", "spreads"),
    ("bantahan", "rebuts"),
    ("tanya", "asks"),
    ("entah", "unclear"),
)
CLARIFICATION: dict[str, Any] = {
    "text": "Tautan pendaftaran bantuan itu bukan milik Dinas Sosial.",
    "url": "https://tirtamaya.example/klarifikasi/7",
    "channels": ["situs", "whatsapp"],
}


@pytest.fixture
def people(casework: Casework, staff: dict[Role, Actor]) -> dict[str, Actor]:
    """Three who may decide: two analysts and one of the legal staff."""
    return {"ani": staff["analis"], "budi": staff["hukum"], "citra": actor(add(casework, "citra", "analis"))}


@pytest.fixture
def review(casework: Casework, people: dict[str, Actor]) -> int:
    """An open review on the first item of a story."""
    with casework.begin() as session:
        put_story(session, ITEMS)
        return open_on(session, "bansos", people["ani"]).id


def decided(casework: Casework, review: int, *persons: Actor, **choice: Any) -> Review:
    """The review after these persons decided alike."""
    for person in persons:
        with casework.begin() as session:
            done = decide_as(session, person, review, **choice)
    return done


# Deciding.


def test_two_persons_who_decide_alike_make_a_verdict(casework: Casework, people: dict[str, Actor], review: int) -> None:
    with casework.read() as session:
        assert read_standing(session, document("bansos")).status == "under_review"
        assert current_verdict(session, document("bansos")) is None
    first = decided(casework, review, people["ani"])
    assert (first.state, first.decided, first.next_round) == ("open", 1, 1)
    with casework.read() as session:
        assert current_verdict(session, document("bansos")) is None
    second = decided(casework, review, people["budi"], reasons="Alasan kedua yang memakai kata-kata lain sendiri.")
    assert second.state == "decided"
    with casework.read() as session:
        verdict = current_verdict(session, document("bansos"))
        assert verdict is not None
        assert (verdict.status, verdict.kind, verdict.anchor) == ("false", "scam", document("bansos"))
        assert (verdict.review, verdict.words, verdict.decided_at) == (review, words_of("bansos"), NOW)
        assert [(d.name, d.reasons, d.references) for d in verdict.decisions] == [
            ("Si-Analis", REASONS, REFERENCES),
            ("Si-Hukum", "Alasan kedua yang memakai kata-kata lain sendiri.", REFERENCES),
        ]
        assert read_standing(session, document("bansos")).status == "false"
        assert list_reviews(session) == []
        assert [found.id for found in list_reviews(session, states=["decided"])] == [review]


def test_until_both_are_in_only_the_author_reads_the_first_decision(
    casework: Casework, people: dict[str, Actor], staff: dict[Role, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])

    def contents(session: Session, reader: Actor | None) -> list[tuple[Any, ...]]:
        one = [
            (d.status, d.kind, d.reasons, d.references) for d in read_review(session, review, actor=reader).decisions
        ]
        (listed,) = list_reviews(session, actor=reader)
        (told,) = [e.decision for e in verdict_history(session, document("bansos"), actor=reader) if e.decision]
        assert [(d.status, d.kind, d.reasons, d.references) for d in (*listed.decisions, told)] == one * 2
        return one

    readers = [*staff.values(), people["budi"], people["citra"], SYSTEM, None]
    with casework.read() as session:
        for reader in readers:
            if reader == people["ani"]:
                assert contents(session, reader) == [("false", "scam", REASONS, REFERENCES)]
            else:
                assert contents(session, reader) == [(None, None, None, ())]
        (masked,) = read_review(session, review, actor=people["budi"]).decisions
        assert (masked.username, masked.shown, masked.decided_at) == ("si-analis", False, NOW)
    with casework.begin() as session:
        decide_as(session, people["budi"], review, **TRUE)
    with casework.read() as session:
        for reader in readers:
            assert [d.status for d in read_review(session, review, actor=reader).decisions] == ["false", "true"]


def test_the_audit_says_that_a_decision_was_made_and_not_which(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    with casework.begin() as session:
        decide_as(session, people["ani"], review, via="baris perintah")
    with casework.read() as session:
        entry, opened = read_audit(session, actor=SYSTEM, now=NOW, object=f"review:{review}")
    assert (entry.action, entry.actor_name, opened.action) == ("verdicts.decide", "si-analis", "verdicts.review")
    assert entry.detail == {"putaran": 1, "lewat": "baris perintah"}
    decided(casework, review, people["budi"])
    with casework.read() as session:
        agreed, second = read_audit(session, actor=SYSTEM, now=NOW, object=f"review:{review}", limit=2)
    assert (agreed.action, agreed.detail["putusan"], agreed.detail["jenis"]) == ("verdicts.agree", "false", "scam")
    assert (second.action, second.detail) == ("verdicts.decide", {"putaran": 1})


def test_a_person_cannot_decide_twice(casework: Casework, people: dict[str, Actor], review: int) -> None:
    decided(casework, review, people["ani"])
    for choice in (FALSE, TRUE):
        with pytest.raises(Conflict, match="si-analis sudah memutuskan di putaran 1") as refused:
            decided(casework, review, people["ani"], **choice)
        assert "rekan" in refused.value.hint
    with casework.read() as session:
        mine = read_review(session, review, actor=people["ani"])
    assert (mine.state, len(mine.decisions), mine.decisions[0].reasons) == ("open", 1, REASONS)
    decided(casework, review, people["budi"])
    for person in people.values():
        with pytest.raises(Conflict, match="sudah ditetapkan"):
            decided(casework, review, person)
    assert count_rows(casework, DecisionRow) == 2


def test_unequal_choices_are_a_disagreement_that_a_further_round_ends(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])
    apart = decided(casework, review, people["budi"], status="false", kind="fabricated")
    assert (apart.state, apart.next_round) == ("disagreement", 2)
    assert [d.kind for d in apart.decisions] == ["scam", "fabricated"]
    with casework.read() as session:
        assert [found.id for found in list_reviews(session)] == [review]
        assert current_verdict(session, document("bansos")) is None
    third = decided(casework, review, people["citra"])
    assert (third.state, third.round) == ("open", 2)
    with casework.read() as session:
        seen = read_review(session, review, actor=people["ani"]).decisions
        assert [(d.round, d.status) for d in seen] == [(1, "false"), (1, "false"), (2, None)]
    done = decided(casework, review, people["budi"])
    assert done.state == "decided"
    with casework.read() as session:
        verdict = current_verdict(session, document("bansos"))
        assert verdict is not None
        assert [d.username for d in verdict.decisions] == ["citra", "si-hukum"]
        acts = [event.act for event in verdict_history(session, document("bansos"))]
    assert acts == ["opened", "decided", "decided", "disagreed", "decided", "decided", "agreed"]


def test_who_read_an_earlier_round_is_told_and_nothing_is_kept_of_it(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])
    decided(casework, review, people["budi"], **TRUE)
    with pytest.raises(Conflict, match="sudah di putaran 2, bukan 1"):
        decided(casework, review, people["citra"], round=1)
    assert count_rows(casework, DecisionRow) == 2


def test_an_author_takes_back_what_nobody_saw_and_it_stays_unseen(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])
    with pytest.raises(NotAllowed, match="si-hukum tidak punya keputusan"), casework.begin() as session:
        take_back(session, review, actor=people["budi"], now=NOW)
    with casework.begin() as session:
        after = take_back(session, review, actor=people["ani"], now=NOW)
    assert (after.state, after.round, after.decided) == ("open", 2, 0)
    decided(casework, review, people["ani"], **TRUE)
    done = decided(casework, review, people["budi"], **TRUE)
    assert done.state == "decided"
    assert [(d.round, d.shown, d.status) for d in done.decisions] == [
        (1, False, None),
        (2, True, "true"),
        (2, True, "true"),
    ]
    with pytest.raises(Conflict, match="sudah ditetapkan"), casework.begin() as session:
        take_back(session, review, actor=people["ani"], now=NOW)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"reasons": ""}, "Alasan belum diisi"),
        ({"reasons": "hoaks"}, "Alasan terlalu pendek"),
        ({"references": ()}, "Belum ada rujukan"),
        ({"references": (document("bansos"),)}, "Belum ada rujukan"),
        ({"kind": None}, "harus menyebut jenisnya"),
        ({"kind": "satire"}, "tidak cocok"),
        ({"status": "hoax"}, "tidak dikenal"),
        ({"words": words_of("lain")}, "sudah berubah"),
    ],
)
def test_an_incomplete_decision_is_refused_and_leaves_nothing(
    casework: Casework, people: dict[str, Actor], review: int, choice: dict[str, Any], said: str
) -> None:
    before = (count_rows(casework, DecisionRow), count_rows(casework, EventRow))
    with pytest.raises(KentonganError, match=said) as refused:
        decided(casework, review, people["ani"], **choice)
    assert refused.value.hint
    assert (count_rows(casework, DecisionRow), count_rows(casework, EventRow)) == before
    with casework.read() as session:
        assert read_review(session, review, actor=people["ani"]).version == 1


# Who may.


def acts_on(session: Session, review: int, ended: int) -> dict[str, Callable[[Actor], object]]:
    """Every act a person can try, ready to be tried: ``review`` is decided, ``ended`` was withdrawn."""
    version = read_review(session, review, actor=None).version
    old = read_review(session, ended, actor=None)
    return {
        "verdicts.review": lambda who: open_on(session, "lain", who),
        "reopen": lambda who: reopen_review(
            session, ended, words=old.words, reason="Bukti baru.", version=old.version, actor=who, now=NOW
        ),
        "verdicts.decide": lambda who: decide_as(session, who, ended),
        "take_back": lambda who: take_back(session, ended, actor=who, now=NOW),
        "clarifications.publish": lambda who: publish_clarification(
            session, review, **CLARIFICATION, version=version, actor=who, now=NOW
        ),
        "retract": lambda who: retract_clarification(session, 1, reason="Salah ketik.", actor=who, now=NOW),
        "verdicts.withdraw": lambda who: withdraw_verdict(
            session, review, reason="Keliru.", version=version, actor=who, now=NOW
        ),
        "close": lambda who: close_review(session, ended, reason="Keliru.", version=old.version, actor=who, now=NOW),
    }


DECIDERS = {"analis", "hukum"}
PUBLISHERS = {"analis", "pimpinan"}
WHO_MAY: dict[str, set[str]] = {
    "verdicts.review": DECIDERS,
    "reopen": DECIDERS,
    "verdicts.decide": DECIDERS,
    "take_back": DECIDERS,
    "clarifications.publish": PUBLISHERS,
    "retract": PUBLISHERS,
    "verdicts.withdraw": DECIDERS,
    "close": DECIDERS,
}


@pytest.fixture
def two_reviews(casework: Casework, people: dict[str, Actor], review: int) -> tuple[int, int]:
    """A decided review with a clarification, and one that was withdrawn."""
    decided(casework, review, people["ani"], people["budi"])
    with casework.begin() as session:
        put_story(session, [("lowongan", "spreads")])
        put_story(session, [("lain", "spreads")])
        ended = open_on(session, "lowongan", people["ani"]).id
        version = read_review(session, review, actor=None).version
        publish_clarification(session, review, **CLARIFICATION, version=version, actor=people["ani"], now=NOW)
    done = decided(casework, ended, people["ani"], people["budi"])
    with casework.begin() as session:
        withdraw_verdict(session, ended, reason="Bukti ditarik.", version=done.version, actor=people["ani"], now=NOW)
    return review, ended


def test_each_act_is_open_to_exactly_the_roles_that_may(
    casework: Casework, staff: dict[Role, Actor], two_reviews: tuple[int, int]
) -> None:
    for name, may in WHO_MAY.items():
        for who in (*staff.values(), SYSTEM):
            ends = pytest.raises(RollBack) if who.role in may else pytest.raises(NotAllowed, match="tidak berhak")
            with ends, casework.begin() as session:
                try:
                    acts_on(session, *two_reviews)[name](who)
                except Conflict:
                    # Past the permission, stopped by the state: which act fits which state is tested elsewhere.
                    assert name in {"verdicts.decide", "take_back", "close"}
                raise RollBack


class RollBack(Exception):
    """Undoes what a trial did."""


def test_whoever_lost_account_or_role_in_between_can_do_nothing(
    casework: Casework, people: dict[str, Actor], two_reviews: tuple[int, int]
) -> None:
    guest = actor(add(casework, "tamu", "analis", expires_at=NOW + timedelta(microseconds=1)))
    with casework.begin() as session:
        session.execute(sa.update(PersonRow).where(PersonRow.id == guest.id).values(expires_at=NOW))
        deactivate(session, people["ani"].id, actor=SYSTEM, version=1, now=NOW)
        change_role(session, people["citra"].id, role="peneliti", actor=SYSTEM, version=1, now=NOW)
    unknown = Actor(id="f" * 16, username="hantu", role="hukum")
    for who in (guest, people["ani"], people["citra"], unknown):
        for name in WHO_MAY:
            with pytest.raises(NotAllowed), casework.begin() as session:
                acts_on(session, *two_reviews)[name](who)


def test_a_decision_that_was_made_with_the_right_outlives_the_account(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])
    with casework.begin() as session:
        deactivate(session, people["ani"].id, actor=SYSTEM, version=1, now=NOW)
    assert decided(casework, review, people["budi"]).state == "decided"


# At once.


def test_two_persons_at_once_are_both_heard(casework: Casework, people: dict[str, Actor], review: int) -> None:
    outcomes = at_once([lambda who=who: decided(casework, review, people[who]) for who in ("ani", "budi")])
    assert outcomes == ["done", "done"]
    with casework.read() as session:
        assert read_review(session, review, actor=None).state == "decided"


def test_of_three_at_once_two_sit_and_the_third_is_told(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    outcomes = at_once([lambda who=who: decided(casework, review, who) for who in people.values()])
    assert outcomes == ["Conflict", "done", "done"]
    assert count_rows(casework, DecisionRow) == 2


def test_the_same_person_at_once_in_two_windows_is_heard_once(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    choices = (FALSE, TRUE, FALSE)
    outcomes = at_once([lambda c=c: decided(casework, review, people["ani"], **c) for c in choices])
    assert outcomes == ["Conflict", "Conflict", "done"]
    assert count_rows(casework, DecisionRow) == 1


def test_of_two_who_open_a_review_of_one_story_at_once_one_is_told(
    casework: Casework, people: dict[str, Actor]
) -> None:
    with casework.begin() as session:
        put_story(session, ITEMS)

    def open_it(name: str, who: str) -> None:
        with casework.begin() as session:
            open_on(session, name, people[who])

    assert at_once([lambda: open_it("bansos", "ani"), lambda: open_it("varian", "budi")]) == ["Conflict", "done"]
    assert count_rows(casework, ReviewRow) == 1


def test_deciding_and_closing_at_once_never_lock_each_other_out(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    def close_and_reopen() -> None:
        with casework.begin() as session:
            version = read_review(session, review, actor=None).version
            done = close_review(session, review, reason="Keliru.", version=version, actor=people["budi"], now=NOW)
            again = {"words": words_of("bansos"), "reason": "Tidak keliru.", "version": done.version}
            reopen_review(session, review, **again, actor=people["budi"], now=NOW)  # type: ignore[arg-type]

    outcomes = at_once([close_and_reopen, lambda: decided(casework, review, people["ani"])])
    assert "done" in outcomes
    assert set(outcomes) <= {"done", "Conflict"}


# What the database itself refuses.


def test_the_database_refuses_a_second_seat_of_a_person_a_third_one_and_a_machine(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"])
    row = {
        "review": review, "round": 1, "seat": 2, "person": people["budi"].id, "username": "x", "name": "X",
        "words": words_of("bansos"), "status": "false", "kind": "scam", "reasons": REASONS, "cited": [],
        "decided_at": NOW,
    }  # fmt: skip
    wrong = ({"person": people["ani"].id}, {"seat": 1}, {"seat": 3}, {"person": "sistem"}, {"status": "hoax"})
    for change in wrong:
        with pytest.raises(DBAPIError), casework.begin() as session:
            session.add(DecisionRow(**{**row, **change}))
    with casework.begin() as session:
        session.add(DecisionRow(**row))


def test_the_database_refuses_to_change_or_delete_what_was_decided(
    casework: Casework, two_reviews: tuple[int, int]
) -> None:
    tables = ("verdict_decision", "verdict_event", "verdict_clarification", "verdict_review")
    statements = [f"DELETE FROM {table}" for table in tables]
    statements += [f"UPDATE {table} SET round = round" for table in tables[:3]]
    if casework.engine.dialect.name == "postgresql":
        statements += [f"TRUNCATE {table} CASCADE" for table in tables]
        statements += [f"SET LOCAL session_replication_role = replica; DELETE FROM {table}" for table in tables]
    else:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in tables]
        statements += ["UPDATE OR REPLACE verdict_decision SET seat = 1"]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), casework.begin() as session:
            session.execute(sa.text(statement))
    assert count_rows(casework, DecisionRow) == 4
    assert count_rows(casework, ReviewRow) == 2


# Opening.


def test_one_review_at_a_time_belongs_to_a_story(casework: Casework, people: dict[str, Actor], review: int) -> None:
    for name in ("bansos", "varian", "entah"):
        with pytest.raises(Conflict, match=f"sedang diperiksa dalam pemeriksaan {review}"), casework.begin() as session:
            open_on(session, name, people["budi"])
    decided(casework, review, people["ani"], people["budi"])
    with pytest.raises(Conflict, match="sudah ditetapkan"), casework.begin() as session:
        open_on(session, "varian", people["budi"])


def test_a_review_is_not_opened_on_a_rebuttal_or_a_question(casework: Casework, people: dict[str, Actor]) -> None:
    with casework.begin() as session:
        put_story(session, ITEMS)
    for name, said in (("bantahan", "bantahan"), ("tanya", "pertanyaan")):
        with pytest.raises(KentonganError, match=said) as refused, casework.begin() as session:
            open_on(session, name, people["ani"])
        assert "menyebarkan" in refused.value.hint
    with casework.begin() as session:
        assert open_on(session, "entah", people["ani"]).state == "open"


def test_what_is_in_no_story_is_a_story_by_itself(casework: Casework, people: dict[str, Actor]) -> None:
    with casework.begin() as session:
        alone = open_on(session, "artikel", people["ani"]).id
        open_on(session, "artikel-lain", people["ani"])
    decided(casework, alone, people["ani"], people["budi"])
    with casework.read() as session:
        verdict = current_verdict(session, document("artikel"))
        assert verdict is not None
        assert carried_verdicts(session, document("artikel")) == {document("artikel"): verdict}
        assert carried_verdicts(session, document("artikel-lain")) == {}
        assert read_standing(session, document("tidak-pernah")).status == "unchecked"
        assert carried_verdicts(session, document("tidak-pernah")) == {}


def test_what_is_not_there_is_named(casework: Casework, people: dict[str, Actor]) -> None:
    with casework.begin() as session:
        for act in (
            lambda: read_review(session, 99, actor=None),
            lambda: decide_as(session, people["ani"], 99),
            lambda: take_back(session, 99, actor=people["ani"], now=NOW),
            lambda: withdraw_verdict(session, 99, reason="x", version=1, actor=people["ani"], now=NOW),
            lambda: get_clarification(session, 99),
            lambda: retract_clarification(session, 99, reason="x", actor=people["ani"], now=NOW),
            lambda: list_clarifications(session, review=99),
        ):
            with pytest.raises(NotFound, match="99 tidak ada"):
                act()


# Withdrawing and opening again.


def test_a_withdrawn_verdict_stands_nowhere_and_stays_in_the_history(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    done = decided(casework, review, people["ani"], people["budi"])
    more: dict[str, Any] = {"actor": people["citra"], "now": NOW}
    for bad in ("", "  \n"):
        with pytest.raises(KentonganError, match="Alasan belum diisi"), casework.begin() as session:
            withdraw_verdict(session, review, reason=bad, version=done.version, **more)
    with pytest.raises(Conflict, match="sudah berubah sejak"), casework.begin() as session:
        withdraw_verdict(session, review, reason="Keliru.", version=done.version - 1, **more)
    with casework.begin() as session:
        ended = withdraw_verdict(session, review, reason="Rujukannya ditarik.", version=done.version, **more)
    assert ended.state == "withdrawn"
    with casework.read() as session:
        assert current_verdict(session, document("bansos")) is None
        assert carried_verdicts(session, document("bansos")) == {}
        assert read_standing(session, document("bansos")).status == "unchecked"
        last = verdict_history(session, document("varian"))[-1]
    assert (last.act, last.username, last.reason) == ("withdrawn", "citra", "Rujukannya ditarik.")
    with pytest.raises(Conflict, match="pernah diperiksa") as refused, casework.begin() as session:
        open_on(session, "bansos", people["ani"])
    assert f"reopen {review}" in refused.value.hint
    with casework.begin() as session:
        again = reopen_review(
            session, review, words=words_of("baru"), reason="Ada bukti baru.", version=ended.version, **more
        )
    assert (again.state, again.round, again.words) == ("open", 2, words_of("baru"))
    done = decided(casework, review, people["ani"], people["citra"], **TRUE)
    with casework.read() as session:
        verdict = current_verdict(session, document("bansos"))
        assert verdict is not None
        assert (verdict.status, verdict.words, verdict.round) == ("true", words_of("baru"), 2)
        told = [e.decision for e in verdict_history(session, document("bansos")) if e.decision]
    assert [(d.round, d.status, d.words) for d in told] == [
        (1, "false", words_of("bansos")),
        (1, "false", words_of("bansos")),
        (2, "true", words_of("baru")),
        (2, "true", words_of("baru")),
    ]


def test_a_closed_review_frees_its_story_and_never_shows_its_one_decision(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    done = decided(casework, review, people["ani"])
    with casework.begin() as session:
        close_review(session, review, reason="Salah pesan.", version=done.version, actor=people["budi"], now=NOW)
        other = open_on(session, "varian", people["budi"])
        assert [d.status for d in read_review(session, review, actor=people["budi"]).decisions] == [None]
    with casework.read() as session:
        closed = read_review(session, review, actor=people["ani"])
        assert read_standing(session, document("bansos")).waiting == (other.id,)
    with pytest.raises(Conflict, match=f"pemeriksaan {other.id}"), casework.begin() as session:
        reopen_review(
            session, review, words=closed.words, reason="x", version=closed.version, actor=people["ani"], now=NOW
        )


# What a verdict reaches.


def test_a_verdict_reaches_the_copies_and_never_a_rebuttal_a_question_or_another_story(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    with casework.begin() as session:
        put_story(session, [("mirip", "spreads"), ("mirip-dua", "spreads")])
    decided(casework, review, people["ani"], people["budi"])
    with casework.read() as session:
        verdict = current_verdict(session, document("bansos"))
        carried = carried_verdicts(session, document("bansos"))
        assert carried == dict.fromkeys(map(document, ("bansos", "salinan", "varian")), verdict)
        assert carried_verdicts(session, document("tanya")) == carried
        assert carried_verdicts(session, document("mirip")) == {}


def test_what_a_split_takes_out_loses_the_verdict_and_a_merge_brings_it(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"], people["budi"])
    act: dict[str, Any] = {"reason": "Sudah dibandingkan.", "actor": people["budi"], "now": NOW}
    with casework.begin() as session:
        put_story(session, [("mirip", "spreads"), ("mirip-tanya", "asks")])
        out = split_story(session, [document("varian")], **act)
        merge_stories(session, document("mirip"), document("salinan"), **act)
    with casework.read() as session:
        reached = set(carried_verdicts(session, document("bansos")))
        assert reached == {document("bansos"), document("salinan"), document("mirip")}
        assert carried_verdicts(session, document("varian")) == {}
        assert read_standing(session, document("varian")).status == "unchecked"
    with casework.begin() as session:
        undo_change(session, out.number, **act)
        assert set(carried_verdicts(session, document("bansos"))) == {*reached, document("varian")}


def test_of_two_verdicts_that_contradict_each_other_neither_counts_until_a_person_acts(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"], people["budi"])
    with casework.begin() as session:
        put_story(session, [("mirip", "spreads")])
        other = open_on(session, "mirip", people["ani"]).id
    done = decided(casework, other, people["ani"], people["citra"], **TRUE)
    with casework.begin() as session:
        publish_clarification(session, other, **CLARIFICATION, version=done.version, actor=people["ani"], now=NOW)
        merge_stories(
            session, document("mirip"), document("bansos"), reason="Satu pesan.", actor=people["ani"], now=NOW
        )
    with casework.read() as session:
        standing = read_standing(session, document("salinan"))
        assert (standing.status, standing.verdict) == ("under_review", None)
        assert [verdict.review for verdict in standing.conflict] == [review, other]
        assert standing.conflict_reason is not None
        assert "salah (penipuan)" in standing.conflict_reason
        assert f"pemeriksaan {other}: benar" in standing.conflict_reason
        assert carried_verdicts(session, document("bansos")) == {}
        assert published_clarification(session, document("mirip")) is None
    with casework.begin() as session:
        version = read_review(session, other, actor=None).version
        withdraw_verdict(session, other, reason="Keliru.", version=version, actor=people["ani"], now=NOW)
    with casework.read() as session:
        standing = read_standing(session, document("mirip"))
        assert (standing.status, standing.conflict) == ("false", ())
        assert document("mirip") in carried_verdicts(session, document("bansos"))


def test_two_verdicts_that_say_the_same_are_one(casework: Casework, people: dict[str, Actor], review: int) -> None:
    decided(casework, review, people["ani"], people["budi"])
    with casework.begin() as session:
        put_story(session, [("mirip", "spreads")])
        other = open_on(session, "mirip", people["ani"]).id
    decided(casework, other, people["ani"], people["citra"])
    with casework.begin() as session:
        merge_stories(
            session, document("mirip"), document("bansos"), reason="Satu pesan.", actor=people["ani"], now=NOW
        )
        standing = read_standing(session, document("mirip"))
    assert (standing.status, standing.conflict) == ("false", ())
    assert standing.verdict is not None
    assert standing.verdict.review == review


def test_a_verdict_says_so_where_its_message_is_no_longer_what_was_judged(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    decided(casework, review, people["ani"], people["budi"])
    with casework.read() as session:
        verdict = current_verdict(session, document("bansos"))
    assert verdict is not None
    assert compare_words(verdict, words_of("bansos")) == verdict
    assert not verdict.outdated
    changed, gone = compare_words(verdict, words_of("lain")), compare_words(verdict, None)
    assert changed.outdated
    assert gone.outdated
    assert changed.outdated_reason is not None
    assert "berubah" in changed.outdated_reason
    assert gone.outdated_reason is not None
    assert "tidak ada" in gone.outdated_reason
    with casework.begin() as session:
        place_items(session, [item("bansos", "rebuts")])
        turned = current_verdict(session, document("bansos"))
        assert turned is not None
        assert turned.outdated
        assert carried_verdicts(session, document("bansos")) == {}


# Clarifications.


def test_a_clarification_is_out_while_its_verdict_stands(
    casework: Casework, people: dict[str, Actor], review: int
) -> None:
    done = decided(casework, review, people["ani"])
    with pytest.raises(Conflict, match="sedang diperiksa"), casework.begin() as session:
        publish_clarification(session, review, **CLARIFICATION, version=done.version, actor=people["ani"], now=NOW)
    done = decided(casework, review, people["budi"])
    later = NOW + timedelta(hours=1)
    with casework.begin() as session:
        assert published_clarification(session, document("bansos")) is None
        out = publish_clarification(
            session, review, **CLARIFICATION, version=done.version, actor=people["ani"], now=later
        )
    assert (out.text, out.url, out.channels) == (CLARIFICATION["text"], CLARIFICATION["url"], ("situs", "whatsapp"))
    assert (out.published_at, out.state, out.verdict.status) == (later, "published", "false")
    with pytest.raises(Conflict, match="sudah berubah sejak"), casework.begin() as session:
        publish_clarification(session, review, **CLARIFICATION, version=done.version, actor=people["ani"], now=later)
    with casework.begin() as session:
        for name in ("bansos", "varian", "bantahan"):
            assert published_clarification(session, document(name)) == out
        better = publish_clarification(
            session, review, **{**CLARIFICATION, "text": "Lebih jelas."}, version=done.version + 1,
            actor=people["ani"], now=later,
        )  # fmt: skip
        assert published_clarification(session, document("bansos")) == better
        retract_clarification(session, better.id, reason="Salah ketik.", actor=people["ani"], now=later)
        assert published_clarification(session, document("bansos")) == out
        assert clarifications_to_retract(session) == []
        version = read_review(session, review, actor=None).version
        withdraw_verdict(session, review, reason="Keliru.", version=version, actor=people["budi"], now=later)
        assert published_clarification(session, document("bansos")) is None
        (stale,) = clarifications_to_retract(session)
        assert (stale.id, stale.state, stale.verdict.status) == (out.id, "to_retract", "false")
        retract_clarification(session, out.id, reason="Putusan dicabut.", actor=people["ani"], now=later)
        assert clarifications_to_retract(session) == []
        assert [c.state for c in list_clarifications(session, review=review)] == ["retracted", "retracted"]
        acts = [event.act for event in verdict_history(session, document("bansos"))][4:]
    assert acts == ["published", "published", "retracted", "withdrawn", "retracted"]
    with pytest.raises(Conflict, match="memang sudah ditarik"), casework.begin() as session:
        retract_clarification(session, out.id, reason="Sekali lagi.", actor=people["ani"], now=later)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": " "}, "Klarifikasi belum diisi"),
        ({"text": "x" * 10_001}, "terlalu panjang"),
        ({"url": "http://tirtamaya.example/7"}, "bukan alamat"),
        ({"channels": []}, "Saluran belum disebut"),
        ({"channels": ["situs", "merpati"]}, "'merpati' tidak dikenal"),
    ],
)
def test_a_clarification_without_text_public_address_or_known_channel_is_refused(
    casework: Casework, people: dict[str, Actor], review: int, change: dict[str, Any], said: str
) -> None:
    done = decided(casework, review, people["ani"], people["budi"])
    with pytest.raises(KentonganError, match=said) as refused, casework.begin() as session:
        publish_clarification(
            session, review, **{**CLARIFICATION, **change}, version=done.version, actor=people["ani"], now=NOW
        )
    assert refused.value.hint
