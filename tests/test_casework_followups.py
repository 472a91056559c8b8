"""Follow-ups: assigned on a legal basis, due in working days, answered by their agency; the police only by the law."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, actor, admin, at_once, casework, casework_url, migrated_file, staff  # noqa: F401
from casework_fixtures import settings as settings
from command_line import run_here
from evidence_law import BOOK, POLICE, LawDesk, record
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.followups.assigning import Due, assign_followup, due_moment, is_police
from casework.followups.handling import (
    answer_followup,
    cancel_followup,
    close_followup,
    extend_followup,
    remind_agencies,
    reopen_followup,
    return_followup,
)
from casework.followups.history import followup_history, list_followups, parse_number, read_followup
from casework.followups.legal_basis import SHIPPED, Basis, BasisFile, bases_for, load_bases, use_bases
from casework.followups.letter import make_assignment_letter
from casework.followups.past import Scope, list_past
from casework.followups.records import OPEN_STATES, FollowUp, PoliceGrounds
from casework.followups.tables import FollowUpEventRow, FollowUpRow
from casework.people import Person, add_person
from casework.roles import SYSTEM, Actor, Role
from evidence.followups import assign_to_police
from kentongan.errors import BadSettings, Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings
from kentongan.working_days import load_calendar

BASES = load_bases()
CALENDAR = load_calendar()
SERVICE = "uu-pelayanan-publik-36"
TASK = "Periksa tanggul di RT 04 dan laporkan keadaannya."
AGENCIES = (
    ("dinas-pu", "Dinas PUPR Tirtamaya", "opd"),
    ("dinsos", "Dinas Sosial Tirtamaya", "opd"),
    ("satpol-pp", "Satuan Polisi Pamong Praja Tirtamaya", "opd"),
    ("polres", "Polres Tirtamaya", "polisi"),
    ("polsek-lama", "Polsek Sumber Rejo", "vertikal"),
)


def put_agencies(casework: Casework) -> None:
    with casework.begin() as session:
        for code, name, kind in AGENCIES:
            row = AgencyRow(code=code, name=name, aliases=[], kind=kind, fields=[], dangers=[], confirmed=True)
            row.active = True
            session.add(row)


@pytest.fixture
def desk(casework: Casework, staff: dict[Role, Actor]) -> dict[Role, Actor]:
    put_agencies(casework)
    return staff


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Casework, dict[str, Actor]]]:
    """SQLite alone, with an analyst, a leader and an officer of each of two agencies."""
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    with open_casework(Settings(data_dir=tmp_path)) as opened:
        put_agencies(opened)
        people = {}
        with opened.begin() as session:
            for name, role, agency in (
                ("ani", "analis", None),
                ("pim", "pimpinan", None),
                ("budi", "petugas", "Dinas PUPR Tirtamaya"),
                ("citra", "petugas", "Dinas Sosial Tirtamaya"),
            ):
                person = add_person(session, name, name=name, role=role, agency=agency, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
                people[name] = actor(person)
        yield opened, people


def assign(casework: Casework, who: Actor, **changes: object) -> FollowUp:
    said: dict[str, object] = {
        "kind": "topic", "object": "environment_disaster", "agency": "dinas-pu", "title": "Periksa tanggul",
        "task": TASK, "bases": [SERVICE], "book": BASES, "due": Due(working_days=3), "calendar": CALENDAR,
        "zone": "WIB", "now": NOW,
    }  # fmt: skip
    with casework.begin() as session:
        return assign_followup(session, actor=who, **{**said, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
def test_a_follow_up_goes_from_its_assignment_to_what_came_of_it(casework: Casework, desk: dict[Role, Actor]) -> None:
    made = assign(casework, desk["analis"], region="33.99.01")
    assert (made.number, made.state, made.topic) == ("TL-000001", "assigned", "environment_disaster")
    assert made.bases[0].article == "Pasal 36 UU Pelayanan Publik"
    assert "belum ditinjau ahli hukum" in made.warnings[0], "an entry that no lawyer looked at says so"
    with casework.begin() as session:
        answered = answer_followup(session, made.id, answer="Tanggul utuh.", actor=desk["petugas"], now=NOW)
        assert answered.state == "answered" and not answered.is_overdue(NOW + timedelta(days=90))
        again = return_followup(session, made.id, reason="Sebut bagian mana.", actor=desk["analis"], now=NOW)
        assert again.state == "assigned" and again.answer is None
        answer_followup(session, made.id, answer="Tanggul RT 04 utuh.", actor=desk["petugas"], now=NOW)
        closed = close_followup(session, made.id, result="Aduan turun.", actor=desk["pimpinan"], now=NOW)
        assert (closed.state, closed.result, closed.answer) == ("closed", "Aduan turun.", "Tanggul RT 04 utuh.")
        events = followup_history(session, made.id)
        acts = [entry.action for entry in read_audit(session, actor=SYSTEM, now=NOW, object=f"followup:{made.id}")]
    told = ["assigned", "answered", "returned", "answered", "closed"]
    assert [event.act for event in events] == told and acts == [f"followups.{act}" for act in reversed(told)]
    assert events[1].note == "Tanggul utuh.", "the first answer stays in the history"


def test_the_database_itself_keeps_what_happened(casework: Casework, desk: dict[Role, Actor]) -> None:
    assign(casework, desk["analis"])
    for statement in (
        sa.update(FollowUpEventRow).values(act="closed"),
        sa.delete(FollowUpEventRow),
        sa.delete(FollowUpRow),
    ):
        with pytest.raises(DBAPIError), casework.begin() as session:
            session.execute(statement)


def test_two_who_answer_at_once_are_one_answer_and_one_conflict(casework: Casework, desk: dict[Role, Actor]) -> None:
    made = assign(casework, desk["analis"])

    def answer(words: str) -> None:
        with casework.begin() as session:
            answer_followup(session, made.id, answer=words, actor=desk["petugas"], now=NOW, version=made.version)

    assert at_once([lambda: answer("Utuh."), lambda: answer("Retak.")]) == ["Conflict", "done"]


Small = tuple[Casework, dict[str, Actor]]


def test_an_officer_answers_for_their_own_agency_only_and_closes_nothing(small: Small) -> None:
    casework, people = small
    made = assign(casework, people["ani"])
    with casework.begin() as session:
        with pytest.raises(NotAllowed, match="Dinas Sosial"):
            answer_followup(session, made.id, answer="Bukan kami.", actor=people["citra"], now=NOW)
        answer_followup(session, made.id, answer="Sudah.", actor=people["budi"], now=NOW)
        with pytest.raises(NotAllowed, match="menutup tindak lanjut"):
            close_followup(session, made.id, result="Beres.", actor=people["budi"], now=NOW)
    with pytest.raises(NotAllowed):
        assign(casework, people["budi"])
    with pytest.raises(NotAllowed):
        assign(casework, SYSTEM)


@pytest.mark.parametrize(
    ("act", "states"),
    [
        ("answer", {"assigned"}),
        ("return", {"answered"}),
        ("close", {"answered"}),
        ("cancel", {"assigned", "answered"}),
        ("reopen", {"closed", "cancelled"}),
        ("extend", {"assigned"}),
    ],
)
def test_an_act_starts_only_from_the_states_it_may(small: Small, act: str, states: set[str]) -> None:
    casework, people = small
    for state in ("assigned", "answered", "closed", "cancelled"):
        made = assign(casework, people["ani"])
        common = {"actor": people["ani"], "now": NOW}
        with casework.begin() as session:
            if state in ("answered", "closed"):
                answer_followup(session, made.id, answer="Sudah.", **common)
            if state == "closed":
                close_followup(session, made.id, result="Beres.", **common)
            if state == "cancelled":
                cancel_followup(session, made.id, reason="Keliru.", **common)
        due = {"due": Due(working_days=2), "calendar": CALENDAR, "zone": "WIB"}
        acts = {
            "answer": lambda s, n=made.id, c=common: answer_followup(s, n, answer="Ya.", **c),
            "return": lambda s, n=made.id, c=common: return_followup(s, n, reason="Belum.", **c),
            "close": lambda s, n=made.id, c=common: close_followup(s, n, result="Beres.", **c),
            "cancel": lambda s, n=made.id, c=common: cancel_followup(s, n, reason="Keliru.", **c),
            "reopen": lambda s, n=made.id, c=common, d=due: reopen_followup(s, n, reason="Kambuh.", **c, **d),
            "extend": lambda s, n=made.id, c=common, d=due: extend_followup(s, n, reason="Hujan.", **c, **d),
        }
        with casework.begin() as session:
            if state in states:
                assert acts[act](session).id == made.id
            else:
                with pytest.raises(Conflict):
                    acts[act](session)


def test_a_task_is_due_at_the_end_of_its_last_working_day_in_the_zone() -> None:
    friday = date(2026, 11, 20)
    due = due_moment(Due(working_days=1), today=friday, calendar=CALENDAR, zone="WITA")
    assert due.astimezone(UTC) == datetime(2026, 11, 23, 16, tzinfo=UTC), "Monday ends at midnight in WITA"
    christmas = due_moment(Due(working_days=1), today=date(2026, 12, 23), calendar=CALENDAR, zone="WIB")
    assert christmas.astimezone(UTC).date() > date(2026, 12, 25), "Christmas and its leave are no working days"
    same = due_moment(Due(on=friday), today=friday, calendar=CALENDAR, zone="WIB")
    assert same.astimezone(UTC) == datetime(2026, 11, 20, 17, tzinfo=UTC)
    for wrong in (Due(), Due(on=friday, working_days=1), Due(working_days=0), Due(on=date(2026, 11, 19))):
        with pytest.raises(KentonganError):
            due_moment(wrong, today=friday, calendar=CALENDAR, zone="WIB")


@profile(max_examples=40, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 6, 30)), st.integers(1, 30), st.sampled_from(["WIB", "WITA", "WIT"]))
def test_the_due_day_counts_exactly_that_many_working_days(today: date, days: int, zone: str) -> None:
    end = due_moment(Due(working_days=days), today=today, calendar=CALENDAR, zone=zone)
    last = (end - timedelta(seconds=1)).date()
    worked = [today + timedelta(days=at) for at in range(1, (last - today).days + 1)]
    assert sum(CALENDAR.is_working_day(day) for day in worked) == days and CALENDAR.is_working_day(last)


def test_an_agency_is_reminded_once_before_and_once_after_it_is_due(small: Small) -> None:
    casework, people = small
    made = assign(casework, people["ani"])
    answered = assign(casework, people["ani"], title="Yang lain")
    with casework.begin() as session:
        answer_followup(session, answered.id, answer="Sudah.", actor=people["budi"], now=NOW)

    def remind(at: datetime) -> list[tuple[int, str | None]]:
        with casework.begin() as session:
            return [(one.id, one.reminded) for one in remind_agencies(session, actor=SYSTEM, now=at)]

    assert remind(made.due_at - timedelta(hours=49)) == []
    assert remind(made.due_at - timedelta(hours=48)) == [(made.id, "soon")]
    assert remind(made.due_at - timedelta(hours=1)) == []
    assert remind(made.due_at) == [(made.id, "late")] and remind(made.due_at + timedelta(days=9)) == []
    with casework.begin() as session:
        due = Due(on=(made.due_at + timedelta(days=20)).date())
        later = extend_followup(
            session, made.id, reason="Hujan.", due=due, calendar=CALENDAR, zone="WIB", actor=people["ani"],
            now=made.due_at,
        )  # fmt: skip
        assert later.reminded is None and later.due_at > made.due_at
        with pytest.raises(NotAllowed):
            remind_agencies(session, actor=people["budi"], now=NOW)
    assert remind(later.due_at) == [(made.id, "late")]


def test_lists_are_by_urgency_agency_topic_and_region(small: Small) -> None:
    casework, people = small
    first = assign(casework, people["ani"], due=Due(working_days=9), region="33.99.01")
    second = assign(casework, people["ani"], due=Due(working_days=2), region="33.99.011")
    other = assign(casework, people["ani"], agency="Dinas Sosial Tirtamaya", object="health", due=Due(working_days=5))
    with casework.read() as session:
        assert [one.id for one in list_followups(session)] == [second.id, other.id, first.id]
        assert [one.id for one in list_followups(session, agency="dinsos")] == [other.id]
        assert [one.id for one in list_followups(session, topic="health")] == [other.id]
        assert [one.id for one in list_followups(session, region="33.99.01")] == [first.id], "33.99.011 is elsewhere"
        assert len(list_followups(session, region="33.99")) == 2
        assert list_followups(session, due_before=NOW) == []


def test_what_is_not_there_or_not_right_is_refused_in_words(small: Small) -> None:
    casework, people = small
    for changes, kind in (
        ({"agency": "Dinas Hantu"}, NotFound),
        ({"object": "cuaca"}, NotFound),
        ({"kind": "case", "object": "KASUS-2026-0001"}, NotFound),
        ({"kind": "complaint", "object": "ADU-2026-000001"}, NotFound),
        ({"kind": "incident", "object": "INS-000001"}, NotFound),
        ({"bases": []}, KentonganError),
        ({"bases": ["uu-hantu"]}, NotFound),
        ({"bases": ["uu-polri-13"]}, Conflict),
        ({"title": " "}, KentonganError),
        ({"task": "\u200b"}, KentonganError),
        ({"title": "x" * 201}, KentonganError),
    ):
        with pytest.raises(kind):
            assign(casework, people["ani"], **changes)
    with casework.read() as session, pytest.raises(NotFound, match="TL-000099"):
        read_followup(session, 99)
    assert parse_number("tl 12") == parse_number("TL-000012") == 12
    with pytest.raises(NotFound):
        parse_number("KL-1; DROP")


# The legal basis.


def test_only_what_is_in_force_that_day_and_fits_the_agency_can_be_chosen() -> None:
    old = Basis(
        key="lama", article="Pasal 1", law="UU Lama", says="sudah tidak berlaku", source="LN 1950",
        in_force_from=date(1950, 1, 1), in_force_until=date(2026, 11, 20),
    )  # fmt: skip
    book = BasisFile(format=1, title="Uji", edition=date(2026, 1, 1), basis=(*BASES.basis, old))
    assert "lama" in [one.key for one in bases_for(book, kind="opd", on=date(2026, 11, 20))]
    with pytest.raises(Conflict, match="tidak berlaku pada 2026-11-21"):
        use_bases(book, ["lama"], kind="opd", on=date(2026, 11, 21))
    fresh = replace_review(BASES.basis[0], date(2026, 11, 1))
    (used,) = use_bases(
        BasisFile(format=1, title="Uji", edition=date(2026, 1, 1), basis=(fresh,)), [fresh.key, fresh.key],
        kind="opd", on=date(2026, 11, 21),
    )  # fmt: skip
    assert used.warning is None
    (stale,) = use_bases(
        BasisFile(format=1, title="Uji", edition=date(2026, 1, 1), basis=(fresh,)), [fresh.key], kind="opd",
        on=date(2027, 11, 21),
    )  # fmt: skip
    assert "sudah lama" in (stale.warning or "")


def replace_review(basis: Basis, on: date) -> Basis:
    import msgspec

    return msgspec.structs.replace(basis, reviewed_by="Ahli Hukum", reviewed_on=on)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('agencies = ["opd", "kecamatan"]', "bukan jenis instansi"),
        ("format = 1", "tidak dapat dipakai"),
        ('key = "uu-kip-10"', "dua kali"),
    ],
)
def test_a_file_of_bases_that_contradicts_itself_is_refused(tmp_path: Path, change: str, said: str) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    wrong = {
        "bukan jenis instansi": shipped.replace(change, 'agencies = ["camat"]'),
        "tidak dapat dipakai": shipped.replace(change, 'format = "satu"'),
        "dua kali": shipped.replace(change, 'key = "uu-polri-13"'),
    }[said]
    file = tmp_path / "dasar.toml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(BadSettings, match=said):
        load_bases(file)
    with pytest.raises(BadSettings):
        load_bases(tmp_path / "tidak-ada.toml")


# The police.


def police(desk: LawDesk, case: str, **changes: object) -> FollowUp:
    said: dict[str, object] = {
        "agency": "polres", "title": "Selidiki penyebar", "task": "Terima paket bukti dan selidiki.",
        "bases": ["uu-polri-13"], "book": BASES, "due": Due(working_days=5), "calendar": CALENDAR, "rulebook": BOOK,
        "objects": desk.objects, "zone": "WIB", "actor": desk.staff["hukum"], "now": NOW,
    }  # fmt: skip
    with desk.casework.begin() as session:
        return assign_to_police(session, case, **{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def law(small: Small, tmp_path: Path) -> LawDesk:
    casework, people = small
    with casework.begin() as session:
        hukum: Person = add_person(session, "hana", name="Hana", role="hukum", actor=SYSTEM, now=NOW)
    staff_: dict[Role, Actor] = {"analis": people["ani"], "pimpinan": people["pim"], "hukum": actor(hukum)}
    return LawDesk(casework=casework, staff=staff_, folder=tmp_path)


def test_the_police_get_a_task_only_from_a_case_whose_questions_opened_the_way(law: LawDesk) -> None:
    post = record()
    case = law.case_with(post)
    with pytest.raises(Conflict, match="belum dapat diserahkan"):
        police(law, case)
    law.judge(post)
    law.answer_all(case, POLICE)
    law.hold(case)
    law.choose(case, "police")
    with pytest.raises(NotAllowed, match="pertanyaan hukumnya"):
        assign(law.casework, law.staff["hukum"], kind="case", object=case, agency="polres", bases=["uu-polri-13"])
    made = police(law, case)
    assert made.object == case and made.grounds is not None and made.grounds.rulebook == BOOK.sha256
    assert made.grounds.articles and made.warnings
    with law.casework.begin() as session:
        cancel_followup(session, made.id, reason="Keliru.", actor=law.staff["hukum"], now=NOW)
        with pytest.raises(Conflict, match="Tugaskan lagi"):
            reopen_followup(
                session, made.id, reason="Lagi.", due=Due(working_days=1), calendar=CALENDAR, zone="WIB",
                actor=law.staff["hukum"], now=NOW,
            )  # fmt: skip


def test_what_the_press_published_never_reaches_the_police(law: LawDesk) -> None:
    article = record(3, kind="article")
    case = law.case_with(article)
    law.judge(article)
    law.answer_all(case, {**POLICE, "jurnalistik": "ya"})
    with pytest.raises((NotAllowed, Conflict)):
        law.choose(case, "police")
    with pytest.raises((NotAllowed, Conflict)):
        police(law, case)
    with law.casework.read() as session:
        assert list_followups(session, states=("assigned", "answered", "closed", "cancelled")) == []


def test_grounds_of_another_case_another_moment_or_another_route_open_nothing(law: LawDesk) -> None:
    case, other = law.case_with(record()), law.case_with(record(1))
    right = PoliceGrounds(
        case=case, route="police", rulebook="0" * 64, articles=("Pasal 1",), warnings=(), checked_at=NOW
    )
    for grounds in (
        None,
        replace(right, case=other),
        replace(right, route="clarify"),
        replace(right, checked_at=NOW - timedelta(seconds=1)),
        replace(right, articles=()),
    ):
        for agency in ("polres", "polsek-lama"):
            with pytest.raises(NotAllowed, match="Karya pers"):
                assign(
                    law.casework, law.staff["hukum"], kind="case", object=case, agency=agency, bases=["uu-polri-13"],
                    grounds=grounds,
                )  # fmt: skip
    with pytest.raises(NotAllowed):
        assign(law.casework, law.staff["hukum"], agency="polres", bases=["uu-polri-13"], grounds=right)


def test_a_police_unit_is_known_by_its_name_too_and_the_regions_own_order_force_is_none(small: Small) -> None:
    from casework.agencies import get_agency

    casework, _ = small
    with casework.read() as session:
        assert [is_police(get_agency(session, code)) for code, _, _ in AGENCIES] == [False, False, False, True, True]


# The letter.


def test_the_letter_names_basis_task_agency_and_the_last_day(small: Small, tmp_path: Path) -> None:
    casework, people = small
    made = assign(casework, people["ani"])
    made_letter = make_assignment_letter(
        made, agency="Dinas PUPR Tirtamaya", organisation="Command Center Tirtamaya", number="094/12/2026", zone="WIB",
        now=NOW,
    )  # fmt: skip
    file = tmp_path / "surat.pdf"
    file.write_bytes(made_letter)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    words = " ".join(text.split())
    for said in (
        "SURAT TUGAS", "094/12/2026", "Pasal 36 UU Pelayanan Publik", "Dinas PUPR Tirtamaya", TASK, "TL-000001",
        "Rabu, 25 November 2026", "belum ditinjau ahli hukum",
    ):  # fmt: skip
        assert said in words, said


def test_open_states_are_what_somebody_still_owes() -> None:
    assert set(OPEN_STATES) == {"assigned", "answered"}


# What was done before, and what followed.


def test_what_was_done_before_is_found_by_topic_and_place_with_what_followed(small: Small) -> None:
    casework, people = small
    begin = NOW - timedelta(days=60)
    here = {"region": "33.99.01", "object": "environment_disaster", "due": Due(working_days=2), "now": begin}
    done = assign(casework, people["ani"], **here)
    assign(casework, people["ani"], **{**here, "region": "33.99.02"}, title="Di tempat lain")
    assign(casework, people["ani"], **{**here, "object": "health"}, title="Tentang hal lain")
    anywhere = assign(casework, people["ani"], **{**here, "region": None}, title="Di mana pun")
    end = begin + timedelta(days=10)
    with casework.begin() as session:
        answer_followup(session, done.id, answer="Sudah.", actor=people["budi"], now=end)
        close_followup(session, done.id, result="Pompa diganti.", actor=people["ani"], now=end)
        cancelled = assign_cancelled(session, people["ani"], anywhere.id)
    day = end.astimezone(UTC).date()
    daily = {day + timedelta(days=n): 1 for n in (-29, -28, -1, 1, 28, 29)} | {day: 50}
    scope = Scope(topic="environment_disaster", region="33.99.01")
    with casework.read() as session:
        past = list_past(session, scope, until=NOW, now=NOW, daily=daily, zone="WIB")
        assert [act.number for act in past] == [done.number] and cancelled
        (act,) = past
        assert (act.before, act.after) == (2, 2), "four weeks each side, the day itself in neither"
        assert act.late and act.took == timedelta(days=10) and act.result == "Pompa diganti."
        soon = list_past(session, scope, until=NOW, now=end + timedelta(days=28), daily=daily, zone="WIB")
        assert soon[0].after is None, "weeks that are not over are not counted"
        wide = list_past(session, Scope(region="33.99"), until=NOW, now=NOW, daily=None, zone="WIB")
        assert [act.title for act in wide] == ["Tentang hal lain", "Di tempat lain", "Periksa tanggul"]
        assert wide[0].before is None and wide[0].took is None
        assert list_past(session, Scope(words="pompa"), until=NOW, now=NOW, daily=daily, zone="WIB") == []
        assert list_past(session, scope, until=begin, now=NOW, daily=daily, zone="WIB") == []


def assign_cancelled(session: Session, who: Actor, followup: int) -> bool:
    """Take a task back: what was never done is not what was done before."""
    return cancel_followup(session, followup, reason="Keliru.", actor=who, now=NOW).state == "cancelled"


# The commands.


def test_the_commands_assign_remind_answer_close_and_print_the_letter(
    small: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)

    def run(*words: str) -> list[dict[str, object]]:
        assert run_here(settings, "followups", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert {row["key"] for row in run("bases")} == {basis.key for basis in BASES.basis}
    (made,) = run(
        "assign", "topic", "health", "--to", "dinas pupr tirtamaya", "--title", "Periksa", "--task", "Periksa.",
        "--basis", SERVICE, "--days", "1", "--region", "33.99.01", "--as", "ani",
    )  # fmt: skip
    assert (made["agency"], made["state"], made["overdue"]) == ("dinas-pu", "assigned", False)
    assert [row["number"] for row in run("list", "--agency", "Dinas PUPR Tirtamaya")] == [made["number"]]
    assert run("list", "--late") == []
    run("extend", "1", "--reason", "Hujan.", "--days", "9", "--as", "ani")
    assert run("remind") == [], "nine working days are not soon"
    with pytest.raises(NotAllowed, match="Dinas Sosial"):
        run("answer", "1", "--answer", "Sudah.", "--as", "citra")
    run("answer", "TL-000001", "--answer", "Sudah.", "--as", "budi")
    run("return", "1", "--reason", "Sebut di mana.", "--as", "ani")
    run("answer", "1", "--answer", "Di RT 04.", "--as", "budi")
    (closed,) = run("close", "1", "--result", "Beres.", "--as", "pim")
    assert closed["state"] == "closed" and run("list") == []
    (shown,) = run("show", "1")
    assert [event["act"] for event in shown["history"]][-2:] == ["answered", "closed"]  # type: ignore[attr-defined]
    run("letter", "1", "--to-file", str(tmp_path / "surat.pdf"), "--number", "094/1")
    assert (tmp_path / "surat.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(NotAllowed, match="sebuah kasus"):
        run(
            "assign", "topic", "health", "--to", "polres", "--title", "Tangkap", "--task", "Tangkap.", "--basis",
            "uu-polri-13", "--days", "1", "--as", "pim",
        )  # fmt: skip
