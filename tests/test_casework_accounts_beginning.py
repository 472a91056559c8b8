"""First accounts, and sessions that go on where others ran out."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from casework_fixtures import (  # noqa: F401
    NOW,
    add,
    at_once,
    casework,
    casework_url,
    count_rows,
    migrated_file,
    settings,
)

from casework.accounts import passwords
from casework.accounts.beginning import ensure_admin, give_sample_password
from casework.accounts.sessions import (
    HELD,
    IDLE,
    LONGEST,
    LeftOpen,
    SignedIn,
    end_all,
    find_left_open,
    find_session,
    open_session,
)
from casework.accounts.signing_in import sign_in
from casework.db import Casework, open_casework
from casework.people import deactivate, list_people
from casework.roles import SYSTEM
from casework.tables import PersonRow
from kentongan.commands.dashboard import make_first_admin
from kentongan.commands.demo import FIRST_PAGES, STAFF, demo_password, demo_settings, staff_table
from kentongan.errors import Conflict, NotAllowed
from kentongan.settings import Settings


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its smallest: what it costs is not what is tested."""
    monkeypatch.setattr(passwords, "make_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_the_first_start_makes_one_admin_however_many_start_at_once(casework: Casework) -> None:  # noqa: F811
    made = []

    def start() -> None:
        with casework.begin() as session:
            made.append(ensure_admin(session, now=NOW))

    assert at_once([start, start, start]) == ["done"] * 3
    (admin,) = [one for one in made if one is not None]
    assert count_rows(casework, PersonRow) == 1 and admin.person.role == "admin"
    with casework.begin() as session:
        answer = sign_in(session, "admin", admin.password, now=NOW)
    assert answer.opened is not None and answer.must_change


def test_an_installation_whose_admin_has_another_name_gets_none(casework: Casework) -> None:  # noqa: F811
    add(casework, "ratna", "admin")
    with casework.begin() as session:
        assert ensure_admin(session, now=NOW) is None
        assert [person.username for person in list_people(session)] == ["ratna"]


def test_an_admin_who_is_somebody_else_is_said(casework: Casework) -> None:  # noqa: F811
    add(casework, "admin", "analis")
    with casework.begin() as session, pytest.raises(Conflict, match="users role admin --role admin"):
        ensure_admin(session, now=NOW)


def test_the_dashboard_prints_the_first_password_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    make_first_admin(Settings(data_dir=tmp_path), address="http://127.0.0.1:8501")
    said = capsys.readouterr()
    given = re.search(r"kata sandi: +([a-z0-9-]{19})\n", said.out)
    assert given and "http://127.0.0.1:8501/masuk" in said.out and "kentongan users password admin" in said.out
    assert given[1] not in said.err
    make_first_admin(Settings(data_dir=tmp_path), address="http://127.0.0.1:8501")
    assert capsys.readouterr().out == ""
    assert given[1].encode() not in (tmp_path / "casework.sqlite").read_bytes()


def test_the_demo_has_one_account_of_each_role_with_what_it_finds_first(tmp_path: Path) -> None:
    from casework.roles import ROLES
    from dashboard.pages import PAGES, may_see
    from kentongan.commands.demo import add_staff

    assert sorted(role for _, _, role, _ in STAFF) == sorted(ROLES) == sorted(FIRST_PAGES)
    for role, path in FIRST_PAGES.items():
        assert may_see(next(page for page in PAGES if page.path == path), role), path
    demo = demo_settings(Settings(data_dir=tmp_path))
    demo.data_dir.mkdir()
    shutil.copyfile(migrated_file(), demo.data_dir / "casework.sqlite")
    for _ in range(2):
        add_staff(demo, now=NOW)
    with open_casework(demo) as opened:
        for username, _, role, _ in STAFF:
            with opened.begin() as session:
                answer = sign_in(session, username, demo_password(username), now=NOW)
            assert answer.opened is not None and not answer.must_change
            assert answer.person is not None and answer.person.role == role
    assert len(staff_table("http://127.0.0.1:1")) == 7


def test_a_real_installation_takes_no_password_that_may_stay(casework: Casework, settings: Settings) -> None:  # noqa: F811
    person = add(casework, "ani", "analis")
    with casework.begin() as session, pytest.raises(NotAllowed):
        give_sample_password(session, person, demo_password("ani"), settings=settings, now=NOW)


def look(casework: Casework, token: str, *, at: timedelta) -> SignedIn | LeftOpen | None:  # noqa: F811
    with casework.read() as session:
        assert find_session(session, token, now=NOW + at) is None, "a token that ran out opens nothing"
        return find_left_open(session, token, now=NOW + at)


def opened(casework: Casework, person: str, *, at: timedelta, before: str | None = None) -> str:  # noqa: F811
    with casework.begin() as session:
        return open_session(session, person, browser="Firefox", before=before, now=NOW + at).token


def test_an_open_page_goes_on_with_the_next_session_of_the_same_person_alone(casework: Casework) -> None:  # noqa: F811
    ani, budi = add(casework, "ani", "analis").id, add(casework, "budi", "analis").id
    first = opened(casework, ani, at=timedelta(0))
    over = IDLE + timedelta(minutes=1)
    left = look(casework, first, at=over)
    assert isinstance(left, LeftOpen) and left.person.id == ani
    opened(casework, budi, at=over, before=first)
    opened(casework, ani, at=over)
    assert isinstance(look(casework, first, at=over), LeftOpen), "neither another's nor one of another browser"
    second = opened(casework, ani, at=over, before=first)
    found = look(casework, first, at=over)
    assert isinstance(found, SignedIn) and found.person.id == ani
    opened(casework, ani, at=over + over, before=second)
    assert isinstance(look(casework, first, at=over + over), SignedIn), "and with the one after that"


def test_an_open_page_shows_nothing_once_its_session_was_ended_or_is_long_over(casework: Casework) -> None:  # noqa: F811
    person = add(casework, "ani", "analis")
    over = LONGEST + timedelta(minutes=1)
    token = opened(casework, person.id, at=timedelta(0))
    assert isinstance(look(casework, token, at=over), LeftOpen)
    assert look(casework, token, at=IDLE + HELD) is None
    assert look(casework, "tidak dikenal", at=over) is None
    with casework.begin() as session:
        end_all(session, person.id, now=NOW)
    assert look(casework, token, at=over) is None
    again = opened(casework, person.id, at=timedelta(0))
    add(casework, "ratna", "admin")
    with casework.begin() as session:
        deactivate(session, person.id, actor=SYSTEM, version=person.version, now=NOW)
    assert look(casework, again, at=over) is None


def test_a_session_that_is_open_is_not_given_to_an_earlier_one(casework: Casework) -> None:  # noqa: F811
    person = add(casework, "ani", "analis").id
    first = opened(casework, person, at=timedelta(0))
    opened(casework, person, at=timedelta(minutes=1), before=first)
    assert isinstance(look(casework, first, at=IDLE + timedelta(minutes=1)), LeftOpen)
