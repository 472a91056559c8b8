"""The incident room on both databases: calls, tasks, log, takeover, merging, callers apart, and the closing report."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    admin,
    at_once,
    casework,
    casework_url,
    count_rows,
    settings,
    staff,
)
from incident_desk import MARKET, SEA, call, opened, put_agencies
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework.audit import read_audit
from casework.db import Casework
from casework.incidents.callers import forget_callers, read_caller
from casework.incidents.intake import attach_held, dismiss_held, hold_call, metres_between, open_held
from casework.incidents.reading import current_takeover, list_held, list_incidents, parse_incident, read_room
from casework.incidents.records import Incident
from casework.incidents.report import duration_words, make_closing_report
from casework.incidents.room import (
    add_entry,
    change_level,
    close_incident,
    link_object,
    merge_incidents,
    reopen_incident,
)
from casework.incidents.tables import IncidentCallRow, IncidentRow
from casework.incidents.tasks import assign_task, change_task, finish_task
from casework.roles import SYSTEM, Actor, Role
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound

sqlite_alone = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)


def test_a_call_for_help_opens_an_incident_with_its_room_and_log(casework: Casework) -> None:
    with casework.begin() as session:
        taken = call(session, text="Api besar, hubungi 081234567890", place="Pasar Randu", name="Bu Sri",
                     contact="081234567890", lat=MARKET[0], lon=MARKET[1])  # fmt: skip
        assert taken.opened and taken.incident is not None
        room = read_room(session, taken.incident.id)
    assert room.incident.title == "Kebakaran: Pasar Randu" and room.incident.level == "darurat"
    assert (room.incident.region, room.incident.lat) == ("99.01.01", MARKET[0])
    assert [entry.act for entry in room.log] == ["opened", "called"]
    assert room.calls[0].words == "Api besar, hubungi [nomor]"
    shown = repr(room)
    assert "Sri" not in shown and "081234567890" not in shown


def test_calls_at_once_about_one_fire_open_one_incident_and_all_are_kept(casework: Casework) -> None:
    def ring(number: int) -> None:
        with casework.begin() as session:
            call(session, text=f"Api {number}", lat=MARKET[0] + number / 10_000, lon=MARKET[1])

    assert at_once([lambda n=n: ring(n) for n in range(4)]) == ["done"] * 4  # type: ignore[misc]
    assert count_rows(casework, IncidentRow) == 1 and count_rows(casework, IncidentCallRow) == 4


@sqlite_alone
@pytest.mark.parametrize(
    ("other", "joined"),
    [
        ({"lat": MARKET[0] + 0.005, "lon": MARKET[1], "minutes": 20}, True),
        ({"lat": MARKET[0] + 0.05, "lon": MARKET[1]}, False),
        ({"lat": MARKET[0], "lon": MARKET[1], "minutes": 31}, False),
        ({"lat": MARKET[0], "lon": MARKET[1], "kind": "medis"}, False),
        ({"place": "pasar RANDU"}, True),
        ({"place": "Pasar Telaga"}, False),
        ({"text": "Api di Randu"}, False),
    ],
)
def test_only_the_same_kind_near_and_soon_joins(casework: Casework, other: dict[str, object], joined: bool) -> None:
    with casework.begin() as session:
        first = call(session, place="Pasar Randu", lat=MARKET[0], lon=MARKET[1])
        second = call(session, **other)  # type: ignore[arg-type]
    assert first.incident is not None and second.incident is not None
    assert (second.incident.id == first.incident.id) is joined and second.opened is not joined


@sqlite_alone
def test_help_is_not_refused_for_its_form(casework: Casework) -> None:
    with casework.begin() as session:
        unknown = call(session, kind="kucing di pohon", place="Randu")
        at_sea = call(session, lat=SEA[0], lon=SEA[1], text="tolong")
    assert unknown.call.kind == "lain" and unknown.call.said_kind == "kucing di pohon"
    assert at_sea.incident is not None and at_sea.call.lat is None
    assert at_sea.call.reason and "tidak masuk akal" in at_sea.call.reason


def test_who_does_what_by_when_and_what_is_late(casework: Casework, staff: dict[Role, Actor]) -> None:
    put_agencies(casework)
    by = staff["petugas"]
    with casework.begin() as session:
        one = opened(session, by)
        tasks = [
            assign_task(session, one.id, what=what, due_at=NOW + timedelta(minutes=due), agency=agency, person=person,
                        actor=by, now=NOW)
            for what, due, agency, person in (("Padamkan api", 10, "bpbd", None), ("Atur jalan", 30, None, by.id))
        ]  # fmt: skip
    later = NOW + timedelta(minutes=10)
    with casework.begin() as session:
        room = read_room(session, one.id)
        assert [(task.holder, task.is_overdue(later)) for task in room.tasks] == [
            ("BPBD Tirtamaya", True), ("Si-Petugas", False),
        ]  # fmt: skip
        change_task(session, tasks[1].id, state="blocked", note="Jalan penuh", version=tasks[1].version, actor=by,
                    now=later)  # fmt: skip
        done = finish_task(session, tasks[0].id, note="Padam", version=tasks[0].version, actor=by, now=later)
        assert done.done_at == later
        with pytest.raises(Conflict):
            change_task(session, tasks[0].id, state="open", note="x", version=done.version, actor=by, now=later)
    with casework.read() as session:
        assert [(task.what, task.state) for task in read_room(session, one.id).tasks] == [
            ("Atur jalan", "blocked"), ("Padamkan api", "done"),
        ]  # fmt: skip


@sqlite_alone
def test_a_task_needs_somebody_and_a_time_to_come(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        one = opened(session, staff["petugas"])
        common = {"actor": staff["petugas"], "now": NOW}
        with pytest.raises(KentonganError, match="pelaksana"):
            assign_task(session, one.id, what="Padamkan", due_at=NOW + timedelta(hours=1), **common)  # type: ignore[arg-type]
        with pytest.raises(KentonganError, match="sudah lewat"):
            assign_task(session, one.id, what="Padamkan", due_at=NOW, person=staff["analis"].id, **common)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            assign_task(session, one.id, what="Padamkan", due_at=NOW + timedelta(hours=1), agency="tiada", **common)  # type: ignore[arg-type]


def test_the_log_cannot_be_changed_even_by_sql(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        one = opened(session, staff["analis"])
        add_entry(session, one.id, text="Posko berdiri", actor=staff["analis"], now=NOW)
    for statement in (
        "UPDATE incident_entry SET text = 'lain'",
        "DELETE FROM incident_entry",
        "UPDATE danger_event SET act = 'lain'" if casework.engine.dialect.name == "postgresql" else None,
    ):
        if statement is None:
            continue
        with pytest.raises(DatabaseError, match="append-only"), casework.engine.begin() as connection:
            connection.execute(sa.text(statement))
    with casework.read() as session:
        assert [entry.text for entry in read_room(session, one.id).log][-1] == "Posko berdiri"


def test_the_newest_open_emergency_takes_over_until_it_is_lowered_or_closed(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    by = staff["petugas"]

    def shown() -> int | None:
        with casework.read() as session:
            found = current_takeover(session)
            return found.id if found else None

    with casework.begin() as session:
        watched = opened(session, by, level="pantau")
    assert shown() is None
    with casework.begin() as session:
        first, second = opened(session, by), opened(session, by, minutes=1)
    assert shown() == second.id
    with casework.begin() as session:
        change_level(session, second.id, level="siaga", reason="Api kecil", version=second.version, actor=by, now=NOW)
    assert shown() == first.id
    with casework.begin() as session:
        close_incident(session, first.id, outcome="Padam", version=first.version, actor=by, now=NOW)
    assert shown() is None
    with casework.read() as session:
        assert [one.id for one in list_incidents(session)] == [second.id, watched.id]


@sqlite_alone
def test_a_closed_incident_refuses_work_until_it_is_reopened(casework: Casework, staff: dict[Role, Actor]) -> None:
    by = staff["pimpinan"]
    with casework.begin() as session:
        one = opened(session, by)
        task = assign_task(session, one.id, what="Padamkan", due_at=NOW + timedelta(hours=1), person=by.id, actor=by,
                           now=NOW)  # fmt: skip
        closed = close_incident(session, one.id, outcome="Padam", version=one.version, actor=by, now=NOW)
        assert [t.state for t in read_room(session, one.id).tasks] == ["cancelled"]
        with pytest.raises(Conflict, match="ditutup"):
            add_entry(session, one.id, text="x", actor=by, now=NOW)
        with pytest.raises(Conflict):
            finish_task(session, task.id, note="x", version=task.version, actor=by, now=NOW)
        again = reopen_incident(session, one.id, reason="Api menyala lagi", version=closed.version, actor=by, now=NOW)
        add_entry(session, one.id, text="Damkar kembali", actor=by, now=NOW)
        log = read_room(session, one.id).log
    assert again.state == "open" and again.outcome is None
    assert [entry.act for entry in log] == ["opened", "assigned", "closed", "reopened", "noted"]
    assert log[2].detail["tugas_belum_selesai"] == ["Padamkan"]


@sqlite_alone
def test_rights_and_versions_hold(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        one = opened(session, staff["analis"])
    acts: list[Callable[[Session], object]] = [
        lambda s: close_incident(s, one.id, outcome="x", version=one.version, actor=staff["analis"], now=NOW),
        lambda s: opened(s, staff["peneliti"]),
        lambda s: add_entry(s, one.id, text="x", actor=SYSTEM, now=NOW),
        lambda s: read_caller(s, 1, actor=staff["analis"], now=NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed), casework.begin() as session:
            act(session)
    with pytest.raises(Conflict), casework.begin() as session:
        close_incident(session, one.id, outcome="x", version=one.version + 1, actor=staff["petugas"], now=NOW)
    with pytest.raises(KentonganError), casework.begin() as session:
        opened(session, staff["analis"], kind="naga")


def test_two_incidents_become_one_with_all_calls_tasks_and_links(casework: Casework, staff: dict[Role, Actor]) -> None:
    by = staff["petugas"]
    with casework.begin() as session:
        first = call(session, place="Pasar Randu").incident
        second = call(session, place="Terminal Randu").incident
        assert first is not None and second is not None
        for one in (first, second):
            link_object(session, one.id, kind="dokumen", object="a" * 32, actor=by, now=NOW)
        assign_task(session, second.id, what="Atur jalan", due_at=NOW + timedelta(hours=1), person=by.id, actor=by,
                    now=NOW)  # fmt: skip
        left = merge_incidents(session, second.id, into=first.id, reason="Kebakaran yang sama", actor=by, now=NOW)
        room = read_room(session, first.id)
        assert left.id == first.id and room.merged == (second.id,)
        assert len(room.calls) == 2 and len(room.tasks) == 1 and len(room.links) == 1
        gone = read_room(session, second.id)
        assert gone.incident.state == "merged" and gone.incident.merged_into == first.id and not gone.calls
        with pytest.raises(Conflict, match="digabung ke INS-0"):
            add_entry(session, second.id, text="x", actor=by, now=NOW)


def test_what_cannot_be_read_is_held_until_a_person_acts(casework: Casework, staff: dict[Role, Actor]) -> None:
    by = staff["petugas"]
    with casework.begin() as session:
        calls = [hold_call(session, f"<html>{n}", reason="Tidak terbaca", actor=SYSTEM, now=NOW) for n in range(3)]
        assert [one.id for one in list_held(session)] == [one.id for one in calls]
        first = open_held(session, calls[0].id, title="Dari tombol panik", kind="medis", level="darurat",
                          version=calls[0].version, actor=by, now=NOW)  # fmt: skip
        attach_held(session, calls[1].id, incident=first.id, version=calls[1].version, actor=by, now=NOW)
        dismiss_held(session, calls[2].id, reason="Uji coba", version=calls[2].version, actor=by, now=NOW)
        assert list_held(session) == [] and len(read_room(session, first.id).calls) == 2
        with pytest.raises(Conflict):
            dismiss_held(session, calls[0].id, reason="x", version=calls[0].version + 1, actor=by, now=NOW)
        assert read_caller(session, calls[1].id, actor=by, now=NOW).raw == "<html>1"


def test_reading_a_caller_is_on_record_and_callers_are_forgotten_in_time(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    by = staff["petugas"]
    with casework.begin() as session:
        taken = call(session, place="Randu", name="Bu Sri", contact="0812")
        caller = read_caller(session, taken.call.id, actor=by, now=NOW)
        assert (caller.name, caller.contact) == ("Bu Sri", "0812") and "Sri" not in repr(caller)
        (entry,) = [
            e for e in read_audit(session, actor=staff["admin"], now=NOW) if e.action == "incidents.read_caller"
        ]
        assert entry.actor == by.id and "Sri" not in str(entry.detail)
        assert taken.incident is not None
        close_incident(session, taken.incident.id, outcome="Selesai", version=taken.incident.version, actor=by, now=NOW)
    for days, forgotten in ((89, []), (90, [taken.call.id]), (91, [])):
        with casework.begin() as session:
            assert forget_callers(session, days=90, actor=SYSTEM, now=NOW + timedelta(days=days)) == forgotten
    with casework.begin() as session:
        assert read_caller(session, taken.call.id, actor=by, now=NOW).name is None


@pytest.fixture(scope="module")
def report_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laporan")


@sqlite_alone
def test_the_closing_report_tells_what_was_done_and_nothing_of_the_caller(
    casework: Casework, staff: dict[Role, Actor], report_folder: Path
) -> None:
    by = staff["petugas"]
    with casework.begin() as session:
        taken = call(session, text="Saya Sri, api besar", place="Pasar Randu", name="Bu Sri", contact="081234567890")
        assert taken.incident is not None
        number = taken.incident.id
        task = assign_task(session, number, what="Padamkan api 🔥", due_at=NOW + timedelta(minutes=5), person=by.id,
                           actor=by, now=NOW + timedelta(minutes=2))  # fmt: skip
        finish_task(session, task.id, note="Padam", version=task.version, actor=by, now=NOW + timedelta(minutes=40))
        close_incident(session, number, outcome="Api padam, tanpa korban.", version=taken.incident.version, actor=by,
                       now=NOW + timedelta(hours=1))  # fmt: skip
        room = read_room(session, number)
    made = [
        make_closing_report(room, organisation="Tirtamaya", zone="WIB", now=NOW + timedelta(days=day)) for day in (1, 2)
    ]
    assert made[0] == made[1], "a closed incident gives the same bytes whenever it is printed"
    file = report_folder / "laporan.pdf"
    file.write_bytes(made[0])
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    for wanted in ("INS-000001", "Api padam, tanpa korban.", "1 jam", "Si-Petugas", "lewat batas", "Padamkan api"):
        assert wanted in text, wanted
    assert "Sri" not in text and "0812" not in text


def test_numbers_durations_and_ways_are_read_as_people_write_them() -> None:
    assert [parse_incident(said) for said in ("INS-000012", "ins 12", "12")] == [12, 12, 12]
    with pytest.raises(NotFound):
        parse_incident("dua belas")
    assert [duration_words(timedelta(seconds=s)) for s in (0, 40, 3900, 93600)] == [
        "0 detik", "40 detik", "1 jam 5 menit", "1 hari 2 jam",
    ]  # fmt: skip
    assert metres_between(-7.0, 110.0, -7.0, 110.01) == pytest.approx(1103.7, abs=1)


def test_an_incident_says_whether_it_takes_over() -> None:
    base = {
        "id": 1, "title": "x", "kind": "lain", "region": None, "place": None, "lat": None, "lon": None,
        "opened_at": NOW, "opened_name": "x", "closed_at": None, "closed_name": None, "outcome": None,
        "merged_into": None, "sample": False, "version": 1,
    }  # fmt: skip
    found = {
        (state, level): Incident(state=state, level=level, **base).takes_over  # type: ignore[arg-type]
        for state in ("open", "closed", "merged")
        for level in ("pantau", "siaga", "darurat")
    }
    assert [key for key, takes in found.items() if takes] == [("open", "darurat")]
