"""Clarifications: written by one, approved by another, out as they were approved, on each channel, and taken back."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, add, admin, at_once, casework, casework_url, settings, staff  # noqa: F401
from casework_fixtures import actor as as_actor
from command_line import run_here
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from verdict_desk import decide_as, document, open_on, put_story

from casework.db import Casework
from casework.followups.clarifications import (
    Draft,
    draft_history,
    list_drafts,
    parse_draft_number,
    read_draft,
)
from casework.followups.drafting import (
    approve_clarification,
    draft_clarification,
    edit_clarification,
    retract_draft,
)
from casework.followups.publishing import Outlet, publish_draft
from casework.followups.tables import DraftEventRow, DraftRow, PublicationRow
from casework.people import change_role
from casework.roles import SYSTEM, Actor, Role
from casework.verdict_clarifications import list_clarifications
from casework.verdict_reviews import reopen_review, withdraw_verdict
from casework.verdicts import read_review
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings

TITLE = "Bantuan lewat tautan bukan dari Dinas Sosial"
TEXT = "Dinas Sosial tidak membuka pendaftaran bantuan lewat tautan."
SITE = Outlet(channel="situs", address="https://tirtamaya.example/klarifikasi/1")
RADIO = Outlet(channel="radio")

People = dict[Role, Actor]
ON_SQLITE = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
"""For what both engines do alike; the laws, the conflicts and the triggers run on both."""


def write(casework: Casework, people: People, **changes: object) -> Draft:
    said = {"kind": "topic", "object": "social_religion", "title": TITLE, "text": TEXT, "now": NOW}
    with casework.begin() as session:
        return draft_clarification(session, actor=people["analis"], **{**said, **changes})  # type: ignore[arg-type]


def approve(casework: Casework, people: People, draft: int) -> Draft:
    with casework.begin() as session:
        version = read_draft(session, draft).version
        return approve_clarification(session, draft, actor=people["pimpinan"], version=version, now=NOW)


def publish(casework: Casework, people: People, draft: int, *outlets: Outlet) -> Draft:
    with casework.begin() as session:
        version = read_draft(session, draft).version
        return publish_draft(session, draft, outlets=outlets, actor=people["analis"], version=version, now=NOW)


@ON_SQLITE
def test_a_clarification_goes_from_draft_to_every_channel_and_back(casework: Casework, staff: People) -> None:
    made = write(casework, staff, region="33.99.01")
    assert (made.number, made.state, made.topic) == ("KL-000001", "draft", "social_religion")
    assert approve(casework, staff, made.id).approved_name == "si-pimpinan"
    out = publish(casework, staff, made.id, SITE, RADIO)
    assert out.state == "published" and [one.channel for one in out.publications] == ["situs", "radio"]
    more = publish(casework, staff, made.id, Outlet(channel="whatsapp", at=NOW))
    assert more.published_at == NOW and len(more.publications) == 3
    with pytest.raises(Conflict, match="sudah dicatat"):
        publish(casework, staff, made.id, SITE)
    with casework.begin() as session:
        gone = retract_draft(
            session, made.id, reason="Ada kekeliruan.", actor=staff["pimpinan"], version=more.version, now=NOW
        )
        assert gone.state == "retracted" and len(gone.publications) == 3, "where it was out stays on record"
        events = draft_history(session, made.id)
        assert [one.id for one in list_drafts(session)] == []
    assert [one.act for one in events] == ["drafted", "approved", "published", "published", "retracted"]
    assert events[0].detail["teks"] == TEXT


def test_the_database_itself_keeps_versions_publications_and_the_two_persons(casework: Casework, staff: People) -> None:
    made = write(casework, staff)
    approve(casework, staff, made.id)
    publish(casework, staff, made.id, SITE)
    for statement in (
        sa.update(DraftEventRow).values(act="approved"),
        sa.delete(PublicationRow),
        sa.update(PublicationRow).values(channel="radio"),
        sa.delete(DraftRow),
        sa.update(DraftRow).values(approved_by=DraftRow.drafted_by),
    ):
        with pytest.raises(DBAPIError), casework.begin() as session:
            session.execute(statement)


def test_two_who_approve_at_once_are_one_approval(casework: Casework, staff: People) -> None:
    made = write(casework, staff)
    other = as_actor(add(casework, "pimpinan-dua", "pimpinan"))

    def agree(who: Actor) -> None:
        with casework.begin() as session:
            approve_clarification(session, made.id, actor=who, version=made.version, now=NOW)

    assert at_once([lambda: agree(staff["pimpinan"]), lambda: agree(other)]) == ["Conflict", "done"]


@ON_SQLITE
def test_a_changed_text_needs_its_approval_again(casework: Casework, staff: People) -> None:
    made = write(casework, staff)
    seen = approve(casework, staff, made.id)
    with casework.begin() as session:
        changed = edit_clarification(
            session, made.id, text=TEXT + " Abaikan.", actor=staff["analis"], version=seen.version, now=NOW
        )
        assert changed.state == "draft" and changed.approved_name is None
        with pytest.raises(Conflict, match="draf"):
            publish_draft(
                session, made.id, outlets=[SITE], actor=staff["analis"], version=changed.version, now=NOW
            )  # fmt: skip
        with pytest.raises(Conflict, match="sudah berubah"):
            approve_clarification(session, made.id, actor=staff["pimpinan"], version=seen.version, now=NOW)
        assert draft_history(session, made.id)[-1].detail["persetujuan_gugur"] is True
    # Words that were changed behind the program's back are not what was approved.
    approve(casework, staff, made.id)
    with casework.begin() as session:
        session.execute(sa.update(DraftRow).values(text="Lain sama sekali."))
    with pytest.raises(Conflict, match="bukan yang disetujui"):
        publish(casework, staff, made.id, SITE)


@ON_SQLITE
def test_nobody_approves_what_they_wrote_even_after_they_were_promoted(casework: Casework, staff: People) -> None:
    made = write(casework, staff)
    with casework.begin() as session:
        promoted = change_role(
            session, staff["analis"].id, role="pimpinan", actor=staff["admin"], version=1, now=NOW
        )  # fmt: skip
        with pytest.raises(NotAllowed, match="orang lain"):
            approve_clarification(session, made.id, actor=as_actor(promoted), version=made.version, now=NOW)
        for role in ("hukum", "petugas", "peneliti", "admin"):
            with pytest.raises(NotAllowed, match="menyetujui klarifikasi"):
                approve_clarification(session, made.id, actor=staff[role], version=made.version, now=NOW)  # type: ignore[index]
        assert approve_clarification(session, made.id, actor=staff["pimpinan"], version=made.version, now=NOW)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "approve", "publish", "publish_more", "retract"]),
        st.sampled_from(["analis", "pimpinan"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@profile(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_people_press_only_approved_words_are_ever_out(
    casework: Casework, staff: People, steps: list[tuple[str, Role, bool]]
) -> None:
    made = write(casework, staff)
    state, text, approved, stale = "draft", TEXT, "", made.version - 1
    allowed = {
        "edit": ({"draft", "approved"}, {"analis"}),
        "approve": ({"draft"}, {"pimpinan"}),
        "publish": ({"approved", "published"}, {"analis", "pimpinan"}),
        "publish_more": ({"approved", "published"}, {"analis", "pimpinan"}),
        "retract": ({"draft", "approved", "published"}, {"analis", "pimpinan"}),
    }
    for number, (act, role, fresh) in enumerate(steps, 1):
        with casework.begin() as session:
            version = read_draft(session, made.id).version if fresh else stale
        common = {"actor": staff[role], "version": version, "now": NOW}
        outlet = Outlet(channel="situs", address=f"https://tirtamaya.example/{number}")
        done = False
        try:
            with casework.begin() as session:
                if act == "edit":
                    edit_clarification(session, made.id, text=f"Teks ke-{number}.", **common)
                elif act == "approve":
                    approve_clarification(session, made.id, **common)
                elif act == "retract":
                    retract_draft(session, made.id, reason="Tidak perlu.", **common)
                else:
                    publish_draft(session, made.id, outlets=[outlet], **common)
                done = True
        except (Conflict, NotAllowed):
            pass
        states, roles = allowed[act]
        assert done == (fresh and state in states and role in roles), (act, role, fresh, state)
        if done:
            if act == "edit":
                state, text = "draft", f"Teks ke-{number}."
            elif act == "approve":
                state, approved = "approved", text
            else:
                state = "retracted" if act == "retract" else "published"
        with casework.begin() as session:
            now_is = read_draft(session, made.id)
            events = draft_history(session, made.id)
        assert (now_is.state, now_is.text) == (state, text)
        if now_is.state == "published":
            assert now_is.text == approved and now_is.approved_name == "si-pimpinan"
        published = [n for n, event in enumerate(events) if event.act == "published"]
        for at in published:
            before = [event.act for event in events[:at] if event.act in ("drafted", "edited", "approved")]
            assert before[-1] == "approved", "nothing went out after a change that nobody approved"


# Resting on a verdict.


def judged(casework: Casework, people: People) -> int:
    """A story that two persons decided is false; the number of its review."""
    with casework.begin() as session:
        put_story(session, [("asal", "spreads"), ("salinan", "spreads")])
        review = open_on(session, "asal", people["analis"])
        for role in ("analis", "hukum"):
            decide_as(session, people[role], review.id)  # type: ignore[index]
    return review.id


@ON_SQLITE
def test_what_rests_on_a_verdict_is_recorded_there_once_and_taken_back_with_it(
    casework: Casework, staff: People
) -> None:
    review = judged(casework, staff)
    made = write(casework, staff, kind="story", object=document("salinan"), review=review)
    assert made.object == document("asal"), "a story is named by itself, whichever of its posts was given"
    approve(casework, staff, made.id)
    with pytest.raises(KentonganError, match="alamat https"):
        publish(casework, staff, made.id, RADIO)
    publish(casework, staff, made.id, SITE)
    publish(casework, staff, made.id, RADIO)
    with casework.begin() as session:
        (recorded,) = list_clarifications(session, review=review)
        assert (recorded.url, recorded.state, recorded.text) == (SITE.address, "published", f"{TITLE}\n{TEXT}")
        assert read_draft(session, made.id).verdict_clarification == recorded.id
        draft = read_draft(session, made.id)
        retract_draft(session, made.id, reason="Keliru.", actor=staff["analis"], version=draft.version, now=NOW)
        assert list_clarifications(session, review=review)[0].state == "retracted"


@ON_SQLITE
def test_a_verdict_that_changed_since_the_approval_lets_nothing_out(casework: Casework, staff: People) -> None:
    review = judged(casework, staff)
    waiting = write(casework, staff, kind="story", object=document("asal"), review=review)
    approve(casework, staff, waiting.id)
    out = write(casework, staff, kind="story", object=document("asal"), review=review)
    approve(casework, staff, out.id)
    publish(casework, staff, out.id, SITE)
    with casework.begin() as session:
        seen = read_review(session, review, actor=staff["analis"])
        withdraw_verdict(
            session, review, reason="Rujukannya ternyata keliru.", version=seen.version, actor=staff["analis"], now=NOW
        )
        assert read_draft(session, out.id).to_retract
    with pytest.raises(Conflict, match="berubah sejak"):
        publish(casework, staff, waiting.id, SITE)
    with casework.begin() as session:
        seen = read_review(session, review, actor=staff["analis"])
        reopen_review(
            session, review, reason="Ada bukti baru.", version=seen.version, words=seen.words, actor=staff["analis"],
            now=NOW,
        )  # fmt: skip
        for role in ("analis", "hukum"):
            decide_as(session, staff[role], review)  # type: ignore[index]
    with pytest.raises(Conflict, match="berubah sejak"):
        publish(casework, staff, waiting.id, SITE)
    fresh = write(casework, staff, kind="story", object=document("asal"), review=review)
    approve(casework, staff, fresh.id)
    assert publish(casework, staff, fresh.id, SITE).state == "published"


@ON_SQLITE
def test_what_is_not_right_is_refused_in_words(casework: Casework, staff: People) -> None:
    for changes, kind in (
        ({"kind": "case", "object": "KASUS-2026-0001"}, KentonganError),
        ({"object": "cuaca"}, NotFound),
        ({"review": 77}, NotFound),
        ({"text": ""}, KentonganError),
    ):
        with pytest.raises(kind):
            write(casework, staff, **changes)
    with casework.begin() as session, pytest.raises(NotAllowed):
        draft_clarification(
            session, kind="topic", object="health", title=TITLE, text=TEXT, actor=staff["petugas"], now=NOW
        )
    made = write(casework, staff)
    with pytest.raises(Conflict):
        publish(casework, staff, made.id, SITE)
    approve(casework, staff, made.id)
    for outlet, said in (
        (Outlet(channel="situs"), "belum disebut"),
        (Outlet(channel="papan-tulis"), "tidak dikenal"),
        (Outlet(channel="situs", address="ftp://x"), "bukan alamat"),
        (Outlet(channel="radio", at=NOW + timedelta(hours=1)), "belum tiba"),
        (Outlet(channel="radio", at=NOW - timedelta(days=1)), "sebelum disetujui"),
    ):
        with pytest.raises(KentonganError, match=said):
            publish(casework, staff, made.id, outlet)
    with pytest.raises(KentonganError):
        publish(casework, staff, made.id)
    assert parse_draft_number("kl-7") == 7
    with casework.begin() as session, pytest.raises(NotFound):
        retract_draft(session, 99, reason="Tidak ada.", actor=staff["analis"], version=1, now=NOW)
    assert SYSTEM.role == "sistem"


@ON_SQLITE
def test_the_commands_write_approve_publish_and_retract(
    casework: Casework, staff: People, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> list[dict[str, object]]:
        assert run_here(settings, "clarifications", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (made,) = run("draft", "topic", "health", "--title", TITLE, "--text", TEXT, "--as", "si-analis")
    run("edit", "1", "--text", TEXT + " Abaikan tautannya.", "--as", "si-analis")
    with pytest.raises(Conflict, match="sudah berubah"):
        run("approve", "1", "--version", str(made["version"]), "--as", "si-pimpinan")
    run("approve", "KL-000001", "--as", "si-pimpinan")
    channels = ("--channel", "situs=https://tirtamaya.example/1?a=b", "--channel", "radio")
    (out,) = run("publish", "1", *channels, "--as", "si-analis")
    assert [one["address"] for one in out["publications"]] == ["https://tirtamaya.example/1?a=b", None]  # type: ignore[attr-defined]
    with pytest.raises(KentonganError, match="Bukan waktu"):
        run("publish", "1", "--channel", "radio", "--at", "kemarin", "--as", "si-analis")
    assert [row["state"] for row in run("list")] == ["published"] and run("list", "--to-retract") == []
    run("retract", "1", "--reason", "Keliru.", "--as", "si-pimpinan")
    assert run("list") == [] and len(run("list", "--all")) == 1
    (shown,) = run("show", "1")
    assert [event["act"] for event in shown["history"]] == [  # type: ignore[attr-defined]
        "drafted", "edited", "approved", "published", "retracted",
    ]  # fmt: skip
