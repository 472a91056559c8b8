"""People and their roles: who may do what, what a change needs, and what it leaves in the audit."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import get_args

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, actor, add, admin, casework, casework_url, settings, staff  # noqa: F401

from casework.access import authorise
from casework.audit import read_audit
from casework.db import Casework
from casework.people import (
    Person,
    actor_of,
    add_person,
    change_role,
    deactivate,
    find_person,
    first_admin,
    get_person,
    list_people,
    reactivate,
)
from casework.roles import (
    ACTION_WORDS,
    ACTIONS,
    ROLE_WORDS,
    ROLES,
    SYSTEM,
    Action,
    Actor,
    Holder,
    Role,
    require,
    roles_table,
)
from casework.tables import PersonRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound

LATER = NOW + timedelta(days=30)

MAY: dict[Action, set[Holder]] = {
    "people.manage": {"admin", "sistem"},
    "audit.read": {"admin", "sistem"},
    "jobs.start": {"admin", "analis", "peneliti", "sistem"},
    "jobs.cancel": {"admin", "analis", "peneliti", "sistem"},
    "jobs.cancel_others": {"admin", "sistem"},
    "sources.manage": {"admin", "sistem"},
    "stories.change": {"analis", "hukum"},
    "verdicts.review": {"analis", "hukum"},
    "verdicts.decide": {"analis", "hukum"},
    "verdicts.withdraw": {"analis", "hukum"},
    "tips.enter": {"admin", "analis", "hukum", "petugas", "sistem"},
    "tips.read_reporter": {"analis", "hukum", "petugas"},
    "tips.answer": {"analis", "hukum", "petugas"},
    "tips.forget": {"admin", "sistem"},
    "clarifications.publish": {"analis", "pimpinan"},
    "cases.open": {"analis", "hukum"},
    "cases.secure": {"analis", "hukum", "petugas"},
    "cases.read": {"analis", "hukum", "admin"},
    "cases.change": {"analis", "hukum"},
    "cases.hold": {"hukum"},
    "evidence.answer": {"hukum"},
    "evidence.build": {"hukum"},
    "evidence.redact": {"hukum"},
    "evidence.transfer": {"hukum"},
    "evidence.stamp": {"admin", "hukum", "sistem"},
    "complaints.enter": {"analis", "petugas", "admin", "sistem"},
    "complaints.verify": {"analis", "petugas"},
    "complaints.handle": {"petugas"},
    "complaints.merge": {"analis", "petugas"},
    "complaints.read_reporter": {"petugas"},
    "complaints.read_secret": {"hukum"},
    "complaints.export": {"analis", "petugas", "admin", "sistem"},
    "complaints.forget": {"admin", "sistem"},
    "complaints.send": {"admin", "petugas", "sistem"},
    "agencies.manage": {"admin", "sistem"},
    "deadlines.letter": {"petugas", "pimpinan"},
    "deadlines.sign": {"pimpinan"},
    "deadlines.escalate": {"petugas", "pimpinan", "sistem"},
    "bridges.run": {"admin", "sistem"},
    "indicators.enter": {"admin", "petugas", "sistem"},
    "incidents.open": {"analis", "petugas", "pimpinan", "admin", "sistem"},
    "incidents.work": {"analis", "petugas", "pimpinan", "admin"},
    "incidents.close": {"pimpinan", "petugas"},
    "incidents.read_caller": {"petugas"},
    "incidents.forget": {"admin", "sistem"},
    "dangers.raise": {"analis", "petugas", "sistem"},
    "dangers.answer": {"petugas", "pimpinan"},
    "followups.assign": {"analis", "hukum", "pimpinan"},
    "followups.answer": {"analis", "hukum", "petugas", "pimpinan"},
    "followups.remind": {"analis", "hukum", "pimpinan", "sistem"},
    "clarifications.draft": {"analis"},
    "clarifications.approve": {"pimpinan"},
    "decisions.record": {"pimpinan"},
    "reports.make": {"analis", "petugas", "pimpinan", "admin", "sistem"},
    "opendata.export": {"admin", "petugas", "sistem"},
    "issues.update": {"admin", "analis", "sistem"},
    "searches.save": {"analis", "hukum", "peneliti", "petugas", "pimpinan"},
    "alerts.rule": {"admin", "analis", "petugas"},
    "alerts.run": {"admin", "analis", "sistem"},
    "alerts.handle": {"admin", "analis", "hukum", "petugas", "pimpinan"},
    "alerts.send": {"admin", "sistem"},
    "clippings.make": {"analis", "sistem"},
    "clippings.correct": {"analis"},
    "clippings.issue": {"analis"},
    "briefings.make": {"analis", "pimpinan", "sistem"},
    "briefings.edit": {"analis", "pimpinan"},
    "briefings.sign": {"pimpinan"},
    "rumours.update": {"admin", "analis", "sistem"},
    "rumours.judge": {"analis", "hukum"},
    "labels.queue": {"analis", "peneliti", "sistem"},
    "labels.give": {"analis", "peneliti"},
    "labels.settle": {"analis", "peneliti"},
    "labels.export": {"peneliti", "sistem"},
    "models.use": {"peneliti", "admin", "sistem"},
    "wall.manage": {"admin", "sistem"},
    "wall.announce": {"admin", "analis", "pimpinan"},
    "posts.enter": {"admin", "analis", "hukum", "petugas", "sistem"},
    "posts.export": {"admin", "analis", "hukum", "peneliti", "sistem"},
    "authors.search": {"analis", "hukum"},
    "authors.mark": {"admin", "analis", "hukum"},
    "store.prune": {"admin", "sistem"},
}
"""Written by hand a second time: a slip in the table of the code does not slip through here."""

HOLDERS: tuple[Holder, ...] = (*ROLES, "sistem")


# Roles.


@pytest.mark.parametrize("action", get_args(Action))
@pytest.mark.parametrize("role", HOLDERS)
def test_a_role_may_do_exactly_what_the_table_grants(role: Holder, action: Action) -> None:
    someone = Actor(id="x", username="ani", role=role)
    if role in MAY[action]:
        require(someone, action)
    else:
        with pytest.raises(NotAllowed, match=f"ani .* tidak berhak {re.escape(ACTION_WORDS[action])}") as refused:
            require(someone, action)
        assert "admin" in refused.value.hint


def test_every_act_and_role_has_its_words_and_its_place_in_the_printed_table() -> None:
    assert set(ACTIONS) == set(ACTION_WORDS) == set(get_args(Action)) == set(MAY)
    assert set(ROLE_WORDS) == set(HOLDERS)
    head, _, *rows = roles_table().splitlines()
    columns = [cell.strip() for cell in head.strip("|").split("|")]
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        granted = {name for name, cell in zip(columns[2:], cells[2:], strict=True) if cell}
        assert granted == MAY[cells[0].strip("`")]  # type: ignore[index]
    assert len(rows) == len(MAY)


def test_the_functions_themselves_refuse_whoever_is_no_admin(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.read() as session:
        target = find_person(session, "si-hukum")
        before = list_people(session)
    for role in sorted(ROLES, key="admin".__eq__):  # the admin last: the others must have changed nothing by then
        common = {"actor": staff[role], "now": NOW}
        acts = [
            lambda s, c=common: add_person(s, "baru", name="Baru", role="analis", **c),
            lambda s, c=common: change_role(s, target.id, role="pimpinan", version=target.version, **c),
            lambda s, c=common: deactivate(s, target.id, version=target.version + 1, **c),
            lambda s, c=common: reactivate(s, target.id, version=target.version + 2, **c),
        ]
        for act in acts:
            if role == "admin":
                with casework.begin() as session:
                    act(session)
            else:
                with pytest.raises(NotAllowed, match=f"si-{role}"), casework.begin() as session:
                    act(session)
        with casework.read() as session:
            assert (list_people(session) == before) is (role != "admin")


def test_only_an_admin_and_the_system_read_the_audit(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.read() as session:
        for role in ROLES:
            if role == "admin":
                assert read_audit(session, actor=staff[role], now=NOW) == read_audit(session, actor=SYSTEM, now=NOW)
            else:
                with pytest.raises(NotAllowed, match="membaca catatan audit"):
                    read_audit(session, actor=staff[role], now=NOW)


def test_an_actor_is_judged_by_the_role_they_have_now_not_by_the_one_they_came_with(
    casework: Casework, staff: dict[Role, Actor], admin: Person
) -> None:
    second = add(casework, "bowo", "admin")
    stale = actor(second)
    with casework.begin() as session:
        change_role(session, second.id, role="analis", actor=actor(admin), version=1, now=NOW)
    with pytest.raises(NotAllowed, match="analis media"), casework.begin() as session:
        add_person(session, "teman", name="Teman", role="admin", actor=stale, now=NOW)
    forged = Actor(id=second.id, username="bowo", role="admin")
    with pytest.raises(NotAllowed), casework.begin() as session:
        authorise(session, forged, action="people.manage", now=NOW)
    unknown = Actor(id="f" * 16, username="hantu", role="admin")
    with pytest.raises(NotAllowed, match="hantu"), casework.begin() as session:
        authorise(session, unknown, action="people.manage", now=NOW)


# Adding.


def test_the_first_admin_is_made_once_and_by_the_system(casework: Casework) -> None:
    with casework.begin() as session:
        person = first_admin(session, "Ratna", name="  Ratna   Dewi ", now=NOW)
    assert (person.username, person.name, person.role, person.active) == ("ratna", "Ratna Dewi", "admin", True)
    assert (person.agency, person.expires_at, person.created_at, person.version) == (None, None, NOW, 1)
    with pytest.raises(Conflict, match="belum ada pengguna"), casework.begin() as session:
        first_admin(session, "bowo", name="Bowo", now=NOW)
    with casework.read() as session:
        assert list_people(session) == [person]
        (entry,) = read_audit(session, actor=SYSTEM, now=NOW)
    assert (entry.actor, entry.action, entry.object, entry.at) == ("sistem", "people.add", f"person:{person.id}", NOW)
    assert entry.detail == {"username": "ratna", "role": "admin", "agency": None, "expires_at": None}


def test_two_first_admins_at_once_leave_one(casework: Casework) -> None:
    outcomes: list[str] = []

    def try_to_be_first(name: str) -> None:
        try:
            with casework.begin() as session:
                first_admin(session, name, name=name, now=NOW)
            outcomes.append("added")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=try_to_be_first, args=(name,)) for name in ("satu", "dua", "tiga")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused", "refused"]


def test_an_added_person_is_found_by_id_and_by_username_in_any_case(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari.w", "petugas", expires_at=LATER)
    with casework.read() as session:
        assert get_person(session, person.id) == find_person(session, " Sari.W ") == person
        assert actor_of(session, person.id, now=NOW) == Actor(id=person.id, username="sari.w", role="petugas")
    assert person.agency == "Dinas PUPR Tirtamaya"
    assert person.expires_at == LATER


def test_a_username_is_taken_only_once_whatever_its_case(casework: Casework, admin: Person) -> None:
    with pytest.raises(Conflict, match="ratna sudah dipakai"), casework.begin() as session:
        add_person(session, "RATNA", name="Lain", role="analis", actor=actor(admin), now=NOW)


def test_a_username_that_could_mislead_is_refused(casework: Casework, admin: Person) -> None:
    empty_or_long = ["", "a", "a" * 33]
    look_alikes = ["rat\u200bna", "r\u0430tna", "ratna dewi", "-ratna", "rat/na", "a\0b"]
    for username in [*empty_or_long, *look_alikes, "sistem", "Sistem"]:
        with pytest.raises(KentonganError, match="tidak dapat dipakai"), casework.begin() as session:
            add_person(session, username, name="Nama", role="analis", actor=actor(admin), now=NOW)


def test_a_name_that_is_empty_too_long_or_hides_something_is_refused(casework: Casework, admin: Person) -> None:
    for name in ["", "   ", "x" * 201, "nama\u202etaylab", "na\0ma", "na\ud800ma"]:
        with pytest.raises(KentonganError, match=r"Nama .* tidak dapat dipakai"), casework.begin() as session:
            add_person(session, "baru", name=name, role="analis", actor=actor(admin), now=NOW)


def test_an_officer_has_an_agency_and_nobody_else_has(casework: Casework, admin: Person) -> None:
    with pytest.raises(KentonganError, match="harus punya instansi"), casework.begin() as session:
        add_person(session, "sari", name="Sari", role="petugas", actor=actor(admin), now=NOW)
    with pytest.raises(KentonganError, match="Hanya petugas"), casework.begin() as session:
        add_person(session, "sari", name="Sari", role="analis", agency="Dishub", actor=actor(admin), now=NOW)


def test_an_unknown_role_is_refused_with_the_known_ones(casework: Casework, admin: Person) -> None:
    with pytest.raises(KentonganError, match="raja") as refused, casework.begin() as session:
        add_person(session, "sari", name="Sari", role="raja", actor=actor(admin), now=NOW)  # type: ignore[arg-type]
    assert "peneliti" in refused.value.hint


def test_a_naive_time_is_refused(casework: Casework, admin: Person) -> None:
    with pytest.raises(ValueError, match="zone"), casework.begin() as session:
        add_person(session, "a1", name="A", role="analis", actor=actor(admin), now=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"), casework.begin() as session:
        first_admin(session, "a1", name="A", now=NOW.replace(tzinfo=None))
    naive_end = LATER.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"), casework.begin() as session:
        add_person(session, "a1", name="A", role="analis", expires_at=naive_end, actor=actor(admin), now=NOW)


# Changing.


def test_a_change_with_an_old_version_is_refused_and_changes_nothing(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari", "analis")
    with casework.begin() as session:
        changed = change_role(session, person.id, role="hukum", actor=actor(admin), version=1, now=NOW)
    assert (changed.role, changed.version) == ("hukum", 2)
    boss = actor(admin)
    for stale in (0, 1, 3):
        for act in (
            lambda s, v=stale: change_role(s, person.id, role="pimpinan", actor=boss, version=v, now=NOW),
            lambda s, v=stale: deactivate(s, person.id, actor=boss, version=v, now=NOW),
            lambda s, v=stale: reactivate(s, person.id, actor=boss, version=v, now=NOW),
        ):
            with pytest.raises(Conflict, match="sari sudah berubah") as refused, casework.begin() as session:
                act(session)
            assert "Muat ulang" in refused.value.hint
    with casework.read() as session:
        assert get_person(session, person.id) == changed
        assert len(read_audit(session, actor=SYSTEM, now=NOW, object=f"person:{person.id}")) == 2


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari", "analis")
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def change(role: Role) -> None:
        barrier.wait()
        try:
            with casework.begin() as session:
                change_role(session, person.id, role=role, actor=actor(admin), version=1, now=NOW)
            outcomes.append("changed")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=change, args=(role,)) for role in ("hukum", "peneliti")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "told"]


def test_a_change_of_nothing_is_told_so(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari", "analis")
    with pytest.raises(Conflict, match="memang sudah analis"), casework.begin() as session:
        change_role(session, person.id, role="analis", actor=actor(admin), version=1, now=NOW)
    with pytest.raises(Conflict, match="memang masih aktif"), casework.begin() as session:
        reactivate(session, person.id, actor=actor(admin), version=1, now=NOW)
    with casework.begin() as session:
        deactivate(session, person.id, actor=actor(admin), version=1, now=NOW)
    with pytest.raises(Conflict, match="memang sudah nonaktif"), casework.begin() as session:
        deactivate(session, person.id, actor=actor(admin), version=2, now=NOW)


def test_an_officer_can_move_to_another_agency(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari", "petugas")
    with casework.begin() as session:
        moved = change_role(
            session, person.id, role="petugas", agency="Dinas Kesehatan", actor=actor(admin), version=1, now=NOW
        )
        entry = read_audit(session, actor=SYSTEM, now=NOW)[0]
    assert moved.agency == "Dinas Kesehatan"
    assert entry.detail == {
        "from": "petugas",
        "to": "petugas",
        "agency_from": "Dinas PUPR Tirtamaya",
        "agency_to": "Dinas Kesehatan",
    }


def test_a_shut_account_can_do_nothing_until_it_is_opened_again(casework: Casework, admin: Person) -> None:
    second = add(casework, "bowo", "admin")
    with casework.begin() as session:
        shut = deactivate(session, second.id, actor=actor(admin), version=1, now=NOW)
    assert not shut.active
    with casework.read() as session:
        with pytest.raises(NotAllowed, match="tidak aktif"):
            actor_of(session, second.id, now=NOW)
        with pytest.raises(NotAllowed, match="tidak aktif"):
            read_audit(session, actor=actor(second), now=NOW)
    with casework.begin() as session:
        opened = reactivate(session, second.id, expires_at=LATER, actor=actor(admin), version=2, now=NOW)
        assert read_audit(session, actor=actor(second), now=NOW)
    assert (opened.active, opened.expires_at, opened.version) == (True, LATER, 3)


def test_an_account_ends_by_itself_at_its_hour_and_can_be_renewed(casework: Casework, admin: Person) -> None:
    guest = add(casework, "tamu", "analis", expires_at=LATER)
    last_moment = LATER - timedelta(microseconds=1)
    with casework.begin() as session:
        assert authorise(session, actor(guest), action="jobs.start", now=last_moment)
        with pytest.raises(NotAllowed, match="sudah berakhir"):
            authorise(session, actor(guest), action="jobs.start", now=LATER)
        with pytest.raises(KentonganError, match="sudah lewat"):
            reactivate(session, guest.id, expires_at=LATER, actor=actor(admin), version=1, now=LATER)
        reactivate(session, guest.id, actor=actor(admin), version=1, now=LATER)
        assert authorise(session, actor(guest), action="jobs.start", now=LATER)


def test_the_last_admin_cannot_be_removed_not_even_by_the_system(casework: Casework, admin: Person) -> None:
    guest = add(casework, "tamu", "admin", expires_at=LATER)
    for boss in (actor(admin), SYSTEM, actor(guest)):
        with pytest.raises(NotAllowed, match="ratna adalah admin aktif terakhir"), casework.begin() as session:
            deactivate(session, admin.id, actor=boss, version=1, now=NOW)
        with pytest.raises(NotAllowed, match="ratna adalah admin aktif terakhir"), casework.begin() as session:
            change_role(session, admin.id, role="analis", actor=boss, version=1, now=NOW)
    add(casework, "bowo", "admin")
    with casework.begin() as session:
        deactivate(session, admin.id, actor=actor(admin), version=1, now=NOW)


def test_two_admins_who_remove_each_other_at_once_leave_one(casework: Casework, admin: Person) -> None:
    second = add(casework, "bowo", "admin")
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def remove(boss: Person, other: Person) -> None:
        barrier.wait()
        try:
            with casework.begin() as session:
                deactivate(session, other.id, actor=actor(boss), version=1, now=NOW)
            outcomes.append("removed")
        except NotAllowed:
            outcomes.append("refused")

    threads = [threading.Thread(target=remove, args=pair) for pair in ((admin, second), (second, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "removed"]
    with casework.read() as session:
        assert len(list_people(session, active=True, role="admin")) == 1


def test_who_is_not_there_is_named(casework: Casework, admin: Person) -> None:
    with casework.begin() as session:
        with pytest.raises(NotFound, match="'hantu' tidak ada"):
            find_person(session, "hantu")
        for act in (deactivate, reactivate):
            with pytest.raises(NotFound, match="ffff"):
                act(session, "f" * 16, actor=actor(admin), version=1, now=NOW)
        with pytest.raises(NotFound):
            actor_of(session, "f" * 16, now=NOW)


def test_people_are_listed_by_name_and_narrowed(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        everyone = [person.username for person in list_people(session)]
        assert everyone == sorted(everyone)
        assert len(everyone) == len(ROLES)
        officer = find_person(session, "si-petugas")
        deactivate(session, officer.id, actor=SYSTEM, version=1, now=NOW)
        assert [p.username for p in list_people(session, active=False)] == ["si-petugas"]
        assert [p.username for p in list_people(session, role="hukum")] == ["si-hukum"]
        assert len(list_people(session, active=True)) == len(ROLES) - 1


# The audit.


def test_every_change_is_in_the_audit_and_a_failed_one_is_not(casework: Casework, admin: Person) -> None:
    person = add(casework, "sari", "analis")
    boss = actor(admin)
    with casework.begin() as session:
        change_role(session, person.id, role="hukum", actor=boss, version=1, now=NOW)
    with casework.begin() as session:
        deactivate(session, person.id, actor=boss, version=2, now=NOW)
    with casework.begin() as session:
        reactivate(session, person.id, actor=boss, version=3, now=NOW)
    with pytest.raises(LookupError), casework.begin() as session:
        deactivate(session, person.id, actor=boss, version=4, now=NOW)
        raise LookupError
    with casework.read() as session:
        entries = read_audit(session, actor=boss, now=NOW, object=f"person:{person.id}")
    assert [(e.actor_name, e.action) for e in entries] == [
        ("ratna", "people.reactivate"),
        ("ratna", "people.deactivate"),
        ("ratna", "people.change_role"),
        ("sistem", "people.add"),
    ]
    assert entries[2].detail == {"from": "analis", "to": "hukum", "agency_from": None, "agency_to": None}


def test_the_audit_is_read_page_by_page_and_by_actor(casework: Casework, admin: Person) -> None:
    for number in range(5):
        add(casework, f"orang-{number}", "analis")
    with casework.begin() as session:
        add_person(session, "dari-ratna", name="X", role="analis", actor=actor(admin), now=NOW)
    with casework.read() as session:
        whole = read_audit(session, actor=SYSTEM, now=NOW)
        first = read_audit(session, actor=SYSTEM, now=NOW, limit=4)
        second = read_audit(session, actor=SYSTEM, now=NOW, limit=4, before=first[-1].id)
        assert first + second == whole
        assert len(whole) == 7
        assert [e.detail["username"] for e in read_audit(session, actor=SYSTEM, now=NOW, by=admin.id)] == ["dari-ratna"]


CHANGES = {
    "sqlite": [
        "UPDATE audit SET actor_name = 'lain'",
        "DELETE FROM audit",
        "REPLACE INTO audit (id, at, actor, actor_name, action, object, detail) VALUES (1, '', '', '', '', '', '{}')",
        "INSERT INTO audit (id, at, actor, actor_name, action, object, detail) VALUES (1, '', '', '', '', '', '{}')"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'lain'",
        "INSERT INTO audit (id, at, actor, actor_name, action, object, detail) VALUES (-1, '', '', '', '', '', '{}')",
    ],
    "postgresql": [
        "UPDATE audit SET actor_name = 'lain'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "TRUNCATE audit CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit",
        "INSERT INTO audit (id, at, actor, actor_name, action, object, detail) VALUES (1, now(), '', '', '', '', '{}')"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'lain'",
        "MERGE INTO audit USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ],
}


def test_raw_sql_cannot_change_or_delete_what_the_audit_says(casework: Casework, admin: Person) -> None:
    with casework.read() as session:
        before = read_audit(session, actor=SYSTEM, now=NOW)
    for statement in CHANGES[casework.engine.dialect.name]:
        with pytest.raises(sa.exc.DBAPIError), casework.begin() as session:
            for part in statement.split("; "):
                session.execute(sa.text(part))
    with casework.read() as session:
        assert read_audit(session, actor=SYSTEM, now=NOW) == before
    add(casework, "sari", "analis")


def test_a_row_changed_behind_the_session_is_not_overwritten(casework: Casework, admin: Person) -> None:
    """The mapper's own version check stands behind ``expect_version``."""
    with casework.begin() as session:
        row = session.get_one(PersonRow, admin.id)
        session.execute(sa.text("UPDATE person SET version = 7"))
        row.name = "Lain"
        with pytest.raises(sa.orm.exc.StaleDataError):
            session.flush()
        session.rollback()
