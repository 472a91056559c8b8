"""The wall's screens and announcements on both databases: a code serves once, a token is kept as its digest."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, at_once, casework, casework_url, settings, staff  # noqa: F401

from casework.audit import read_audit
from casework.db import Casework
from casework.roles import ROLES, Actor, Role
from casework.wall.announcements import LONGEST, announce, current_announcements, withdraw_announcement
from casework.wall.devices import (
    CODE_LASTS,
    SEEN_EVERY,
    add_device,
    find_device,
    is_stale,
    list_devices,
    mark_seen,
    pair_device,
    revoke_device,
)
from casework.wall.tables import WallDeviceRow
from kentongan.errors import KentonganError, NotAllowed, NotFound

sqlite_alone = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)


def test_a_code_lets_one_screen_in_once_and_only_digests_are_kept(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        added = add_device(session, "  Lobi  utama ", actor=staff["admin"], now=NOW)
        assert added.device.name == "Lobi utama"
        assert pair_device(session, "AAAA-AAAA-AAAA", now=NOW) is None
        paired = pair_device(session, f" {added.code.lower().replace('-', ' ')} ", now=NOW + timedelta(minutes=5))
        assert paired is not None
        device, token = paired
        assert pair_device(session, added.code, now=NOW + timedelta(minutes=6)) is None
    with casework.read() as session:
        assert find_device(session, token) == device
        assert find_device(session, token + "x") is None
        row = session.scalars(sa.select(WallDeviceRow)).one()
        assert row.code is None and row.token is not None and len(row.token) == 64 and token not in row.token
        acts = [(one.action, one.object) for one in read_audit(session, actor=staff["admin"], now=NOW)]
    assert ("wall.add", f"layar:{device.id}") in acts
    assert token not in repr(acts) and added.code not in repr(acts)


def test_two_screens_with_one_code_at_the_same_moment_are_one(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        code = add_device(session, "Lobi", actor=staff["admin"], now=NOW).code
    tokens: list[str] = []

    def pair() -> None:
        with casework.begin() as session:
            paired = pair_device(session, code, now=NOW)
        tokens.extend([paired[1]] if paired else [])

    assert at_once([pair] * 4) == ["done"] * 4
    assert len(tokens) == 1


@sqlite_alone
def test_a_code_ends_after_half_an_hour_and_with_its_screen(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        late = add_device(session, "Lobi", actor=staff["admin"], now=NOW)
        assert pair_device(session, late.code, now=NOW + CODE_LASTS) is None
        shut = add_device(session, "Aula", actor=staff["admin"], now=NOW)
        revoke_device(session, shut.device.id, actor=staff["admin"], now=NOW)
        assert pair_device(session, shut.code, now=NOW) is None


def test_a_revoked_screen_is_known_no_more_but_stays_in_the_list(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        added = add_device(session, "Lobi", actor=staff["admin"], now=NOW)
        paired = pair_device(session, added.code, now=NOW)
        assert paired
        for _ in range(2):
            assert revoke_device(session, added.device.id, actor=staff["admin"], now=NOW).revoked_at == NOW
        assert find_device(session, paired[1]) is None
        assert [one.name for one in list_devices(session)] == ["Lobi"]
        with pytest.raises(NotFound):
            revoke_device(session, 999, actor=staff["admin"], now=NOW)


@sqlite_alone
def test_when_a_screen_asked_last_is_written_down_now_and_then(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        code = add_device(session, "Lobi", actor=staff["admin"], now=NOW).code
        paired = pair_device(session, code, now=NOW)
        assert paired and not is_stale(paired[0], now=NOW + SEEN_EVERY - timedelta(seconds=1))
        later = NOW + SEEN_EVERY
        assert is_stale(paired[0], now=later)
        mark_seen(session, paired[0].id, now=later)
        found = find_device(session, paired[1])
    assert found and found.seen_at == later


@sqlite_alone
def test_only_admins_manage_screens_and_only_some_announce(casework: Casework, staff: dict[Role, Actor]) -> None:
    for role in ROLES:
        with casework.begin() as session:
            if role == "admin":
                add_device(session, "Lobi", actor=staff[role], now=NOW)
            else:
                with pytest.raises(NotAllowed):
                    add_device(session, "Lobi", actor=staff[role], now=NOW)
                with pytest.raises(NotAllowed):
                    revoke_device(session, 1, actor=staff[role], now=NOW)
            if role in ("admin", "analis", "pimpinan"):
                announce(session, "Rapat pukul 13.00", ends_at=NOW + timedelta(hours=1), actor=staff[role], now=NOW)
            else:
                with pytest.raises(NotAllowed):
                    announce(session, "Rapat", ends_at=NOW + timedelta(hours=1), actor=staff[role], now=NOW)


def test_an_announcement_stands_until_its_end_or_until_somebody_takes_it_off(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    who, end = staff["pimpinan"], NOW + timedelta(hours=2)
    with casework.begin() as session:
        first = announce(session, " Rapat\n pukul 13.00 ", ends_at=end, actor=who, now=NOW)
        second = announce(session, "Lift mati", ends_at=end, actor=who, now=NOW + timedelta(minutes=1))
        shown = current_announcements(session, now=NOW + timedelta(minutes=2))
        assert [one.text for one in shown] == ["Lift mati", "Rapat pukul 13.00"]
        withdraw_announcement(session, second.id, actor=staff["admin"], now=NOW + timedelta(minutes=3))
        assert current_announcements(session, now=NOW + timedelta(minutes=4)) == [first]
        assert current_announcements(session, now=end) == []


@sqlite_alone
@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Lobi\u202e"])
def test_a_screen_without_a_readable_name_is_refused(name: str, casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session, pytest.raises(KentonganError):
        add_device(session, name, actor=staff["admin"], now=NOW)


@sqlite_alone
@pytest.mark.parametrize(
    ("text", "hours"),
    [("", 1.0), ("x" * 201, 1.0), ("a\x07b", 1.0), ("Rapat", 0.0), ("Rapat", LONGEST.days * 24 + 1.0)],
)
def test_an_announcement_nobody_could_read_or_that_never_ends_is_refused(
    text: str, hours: float, casework: Casework, staff: dict[Role, Actor]
) -> None:
    with casework.begin() as session, pytest.raises(KentonganError):
        announce(session, text, ends_at=NOW + timedelta(hours=hours), actor=staff["admin"], now=NOW)
