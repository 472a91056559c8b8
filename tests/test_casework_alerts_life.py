"""An alert's life: who is told when, what people do with it, and that nothing is sent twice or lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from alert_desk import AlertDesk, later, settings_for
from casework_fixtures import NOW, at_once, casework, casework_url, migrated_file  # noqa: F401
from casework_fixtures import settings as settings
from hypothesis import given
from hypothesis import settings as trial_count
from hypothesis import strategies as st

from casework.alerts import handling
from casework.alerts.claiming import BATCH, CLAIM, DIGEST_ABOVE, DIGEST_MOST, claim_turn
from casework.alerts.handling import wake_snoozed
from casework.alerts.listing import alert_history, count_alerts, get_alert, list_alerts, parse_alert
from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.notices import screen_notices
from casework.alerts.outbox import MOST_A_RUN, note_outcome, send_notices
from casework.alerts.parcels import TAKEN, Outcome, Parcel
from casework.alerts.records import ALERT_STATES, Alert
from casework.alerts.snooze_times import parse_until
from casework.db import Casework, open_casework
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings

MAIL, HOOK = "ani@contoh.go.id", "masuk"


class Post:
    """Takes every parcel, instead of servers, where delivery itself is not what is tested."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parcels: list[Parcel] = []
        self.outcome: Callable[[Parcel], Outcome] = lambda parcel: TAKEN

        @contextmanager
        def sending(settings: Settings, *, now: datetime) -> Iterator[Callable[[Parcel], Outcome]]:
            def send(parcel: Parcel) -> Outcome:
                self.parcels.append(parcel)
                return self.outcome(parcel)

            yield send

        monkeypatch.setattr("casework.alerts.outbox.sending", sending)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AlertDesk]:
    chosen = settings_for(tmp_path)
    with open_casework(chosen) as opened:
        yield AlertDesk(opened, chosen, [("email", MAIL), ("screen", "analis")])


@pytest.fixture
def both(casework: Casework, settings: Settings) -> AlertDesk:  # noqa: F811
    """The desk on SQLite and on PostgreSQL."""
    return AlertDesk(casework, settings, [("email", MAIL), ("email", "budi@contoh.go.id")])


def act(desk: AlertDesk, name: str, alert: int, *, by: str = "ani", now: datetime = NOW, **more: object) -> Alert:
    with desk.casework.begin() as session:
        done: Alert = getattr(handling, name)(session, alert, actor=desk.staff[by], now=now, **more)
        return done


def send(desk: AlertDesk, now: datetime) -> int:
    return send_notices(desk.casework, settings=desk.settings, now=now).sent


def snooze_until(desk: AlertDesk, alert: int, until: datetime, *, now: datetime = NOW) -> Alert:
    return act(desk, "snooze", alert, until=until, reason="Sudah dipantau.", zone="WIB", now=now)


def test_people_are_told_again_only_after_the_interval_and_only_while_it_is_open(desk: AlertDesk, post: Post) -> None:
    alert = desk.raise_alert()
    assert send(desk, NOW) == 1
    assert desk.fire(alert.id, now=later(minutes=59)) == 0
    assert desk.fire(alert.id, now=later(minutes=60)) == 1, "the screen shows it still"
    assert send(desk, later(minutes=60)) == 1 and send(desk, later(minutes=61)) == 0
    assert [one.notices[0].why for one in post.parcels] == ["opened", "repeat"]
    assert post.parcels[1].notices[0].subject.startswith("Masih berlangsung:")
    act(desk, "acknowledge", alert.id)
    assert desk.fire(alert.id, now=later(hours=5)) == 0


def test_a_notice_that_still_waits_is_not_written_a_second_time(desk: AlertDesk, post: Post) -> None:
    alert = desk.raise_alert()
    post.outcome = lambda parcel: Outcome(fault="away", away=True)
    for hours in range(1, 5):
        send(desk, later(hours=hours))
        assert desk.fire(alert.id, now=later(hours=hours)) == 0
    assert len(desk.notices("waiting")) == 1


def test_a_snooze_ends_by_itself_and_the_next_firing_tells(desk: AlertDesk, post: Post) -> None:
    alert = desk.raise_alert()
    send(desk, NOW)
    snoozed = snooze_until(desk, alert.id, later(hours=2))
    assert (snoozed.state, snoozed.snooze_reason) == ("snoozed", "Sudah dipantau.")
    assert desk.fire(alert.id, now=later(hours=1.5)) == 0
    assert desk.fire(alert.id, now=later(hours=2)) == 1
    with desk.casework.begin() as session:
        assert wake_snoozed(session, now=later(hours=2)) == 0, "the firing woke it"
    second = desk.raise_alert("99.02")
    snooze_until(desk, second.id, later(hours=2))
    assert send(desk, later(hours=1.9)) == 0, "the second was snoozed before its notice went out"
    assert send(desk, later(hours=2)) == 1, "of the first"
    with desk.casework.read() as session:
        assert get_alert(session, second.id).state == "open"
        acts = [(one.act, one.actor_name) for one in alert_history(session, second.id)]
    assert acts[-2:] == [("snoozed", "ani"), ("woken", "sistem")]


def test_what_was_handled_before_its_notice_went_out_tells_nobody(desk: AlertDesk, post: Post) -> None:
    alert = desk.raise_alert()
    act(desk, "acknowledge", alert.id)
    assert send(desk, NOW) == 0 and not post.parcels
    assert [row.state for row in desk.notices()] == ["dropped", "screen"]


def test_the_screen_tells_those_it_is_for_until_it_is_handled(desk: AlertDesk) -> None:
    alert = desk.raise_alert()

    def shown(username: str) -> int:
        with desk.casework.read() as session:
            return len(screen_notices(session, actor=desk.staff[username], now=NOW))

    assert (shown("ani"), shown("pim")) == (1, 0)
    act(desk, "acknowledge", alert.id, by="pim")
    assert shown("ani") == 0


def test_every_act_is_in_the_history_and_in_the_audit(desk: AlertDesk) -> None:
    alert = desk.raise_alert()
    act(desk, "assign", alert.id, owner="budi")
    taken = act(desk, "acknowledge", alert.id, note="Saya periksa.")
    assert (taken.owner, taken.acknowledged_by) == (desk.staff["budi"].id, desk.staff["ani"].id)
    snooze_until(desk, alert.id, later(hours=3))
    act(desk, "unsnooze", alert.id)
    act(desk, "close", alert.id, note="Banjir surut.")
    assert act(desk, "reopen", alert.id, reason="Naik lagi.").acknowledged_at is None
    with desk.casework.read() as session:
        acts = [one.act for one in alert_history(session, alert.id)]
        audited = session.scalars(
            sa.text("SELECT action FROM audit WHERE object = :object ORDER BY id"), {"object": f"alert:{alert.id}"}
        )
        assert [f"alerts.{name}" for name in acts] == list(audited)
    assert acts == ["assigned", "acknowledged", "snoozed", "unsnoozed", "closed", "reopened"]


def test_acts_that_make_no_sense_are_refused_with_words(desk: AlertDesk) -> None:
    alert = desk.raise_alert()
    with pytest.raises(NotAllowed):
        act(desk, "acknowledge", alert.id, by="peni")
    with pytest.raises(NotAllowed, match="peneliti"):
        act(desk, "assign", alert.id, owner="peni")
    with pytest.raises(NotFound):
        act(desk, "acknowledge", 99)
    with pytest.raises(KentonganError, match="belum diisi"):
        act(desk, "close", alert.id, note="  ")
    for until in (NOW, NOW - timedelta(hours=1), NOW + timedelta(days=31)):
        with pytest.raises(KentonganError, match="paling lama 30 hari"):
            snooze_until(desk, alert.id, until)
    with pytest.raises(Conflict, match="terbuka, jadi tidak dapat dibunyikan"):
        act(desk, "unsnooze", alert.id)
    act(desk, "close", alert.id, note="Salah hitung.")
    with pytest.raises(Conflict, match="ditutup"):
        act(desk, "acknowledge", alert.id)
    newer = desk.raise_alert()
    with pytest.raises(Conflict, match=f"PRG-{newer.id}"):
        act(desk, "reopen", alert.id, reason="Naik lagi.")


def test_of_two_who_act_at_once_on_what_they_saw_one_is_told_to_look_again(both: AlertDesk) -> None:
    alert = both.raise_alert()
    acts: list[Callable[[], object]] = [
        partial(act, both, "close", alert.id, by=by, note="Selesai.", version=alert.version)
        for by in ("ani", "pim", "budi")
    ]
    done = at_once(acts)
    assert done == ["Conflict", "Conflict", "done"]


def test_two_runs_at_once_send_nothing_twice(both: AlertDesk, post: Post) -> None:
    for number in range(BATCH):
        both.raise_alert(f"99.{number:02}", title=f"Lonjakan {number}")
    with both.casework.begin() as session:
        session.execute(sa.update(AlertNoticeRow).values(kind="webhook", target="https://obrolan.example"))
    assert at_once([lambda: send(both, NOW)] * 3) == ["done"] * 3
    keys = [one.key for one in post.parcels]
    assert len(keys) == len(set(keys)) == 2 * BATCH
    assert {row.state for row in both.notices()} == {"sent"}


def test_what_a_run_died_with_goes_out_again_under_the_same_key(both: AlertDesk, post: Post) -> None:
    both.raise_alert()
    with both.casework.begin() as session:
        claimed = claim_turn(session, now=NOW, shut=set(), most=BATCH)
    assert len(claimed) == 2  # sent, say, but the process died before it could note so
    assert send(both, NOW + CLAIM - timedelta(seconds=1)) == 0
    assert send(both, NOW + CLAIM) == 2
    assert {one.key for one in post.parcels} == {one.key for one in claimed}
    with both.casework.begin() as session:  # the dead one turns out to be alive
        note_outcome(session, claimed[0], Outcome(fault="terlambat"), now=later(hours=1))
    assert {row.state for row in both.notices()} == {"sent"}


def test_ten_thousand_waiting_go_out_as_digests_in_bounded_runs(tmp_path: Path, post: Post) -> None:
    chosen = settings_for(tmp_path)
    with open_casework(chosen) as opened:
        desk = AlertDesk(opened, chosen, [("email", MAIL)])
        desk.raise_alert()
        with opened.begin() as session:
            (row,) = session.execute(sa.text("SELECT * FROM alert_notice")).mappings()
            copies = [{**row, "id": None, "key": f"{number:032}"} for number in range(10_000 - 1)]
            session.execute(sa.insert(AlertNoticeRow.__table__), [as_values(one) for one in copies])  # type: ignore[arg-type]
        assert send(desk, NOW) == 10_000
        sizes = [len(one.notices) for one in post.parcels]
        assert len(sizes) <= MOST_A_RUN and max(sizes) == DIGEST_MOST and sum(sizes) == 10_000
        assert send(desk, NOW) == 0


def as_values(row: dict[str, object]) -> dict[str, object]:
    made = {**row, "facts": {}, "at": NOW, "next_at": NOW}
    made.pop("id")
    return made


def test_a_digest_keeps_its_key_and_its_notices_over_every_try(desk: AlertDesk, post: Post) -> None:
    for number in range(DIGEST_ABOVE + 1):
        desk.raise_alert(f"99.{number:02}", title=f"Lonjakan {number}")
    post.outcome = lambda parcel: Outcome(fault="away", away=True)
    send(desk, NOW)
    desk.raise_alert("99.99")
    post.outcome = lambda parcel: TAKEN
    assert send(desk, later(minutes=1)) == DIGEST_ABOVE + 2
    first, *rest = post.parcels
    (again,) = [one for one in rest if one.key == first.key]
    assert {one.key for one in again.notices} == {one.key for one in first.notices}
    assert len(again.notices) == DIGEST_ABOVE + 1


@given(fates=st.lists(st.sampled_from(["taken", "lost", "refused", "crash"]), min_size=1, max_size=12))
@trial_count(max_examples=6, deadline=None)
def test_whatever_a_receiver_does_each_notice_arrives_and_never_under_two_keys(fates: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        shutil.copyfile(migrated_file(), Path(folder) / "casework.sqlite")
        chosen = settings_for(Path(folder))
        post, fate, took = Post(patch), iter(fates), []

        def answer(parcel: Parcel) -> Outcome:
            said = next(fate, "taken")
            if said in ("taken", "lost", "crash"):
                took.append(parcel.key)  # the receiver has it, whatever we hear of it
            if said == "crash":
                raise KeyboardInterrupt
            return TAKEN if said == "taken" else Outcome(fault=said, away=said == "lost")

        post.outcome = answer
        with open_casework(chosen) as opened:
            desk = AlertDesk(opened, chosen, [("email", MAIL), ("telegram", "12345")])
            desk.raise_alert()
            desk.raise_alert("99.02")
            now = NOW
            for _ in range(len(fates) + 4):
                with suppress(KeyboardInterrupt):
                    send(desk, now)
                now += CLAIM
            rows = desk.notices()
        assert {row.state for row in rows} == {"sent"} and set(took) == {row.key for row in rows}


def test_the_list_puts_open_alerts_first_and_finds_by_number(desk: AlertDesk) -> None:
    made = [desk.raise_alert(f"99.0{number}", now=later(hours=number)) for number in range(4)]
    act(desk, "close", made[3].id, note="Selesai.")
    act(desk, "acknowledge", made[2].id)
    with desk.casework.read() as session:
        assert [one.id for one in list_alerts(session)] == [made[1].id, made[0].id, made[2].id, made[3].id]
        assert [one.id for one in list_alerts(session, states=["closed"])] == [made[3].id]
        assert [one.id for one in list_alerts(session, owner=desk.staff["ani"].id)] == [made[2].id]
        assert count_alerts(session) == {"open": 2, "acknowledged": 1, "closed": 1}
    assert set(count_alerts(session)) <= set(ALERT_STATES)
    assert (parse_alert("PRG-12"), parse_alert("prg 12"), parse_alert("12")) == (12, 12, 12)
    with pytest.raises(NotFound):
        parse_alert("12a")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2 jam", "2026-11-21 12:00"),
        ("30 menit", "2026-11-21 10:30"),
        ("3 hari", "2026-11-24 10:00"),
        ("besok", "2026-11-22 07:00"),
        ("besok 06.30", "2026-11-22 06:30"),
        ("hari ini pukul 17.00", "2026-11-21 17:00"),
        ("Lusa jam 8.00", "2026-11-23 08:00"),
        ("Senin 08.00", "2026-11-23 08:00"),
        ("Sabtu", "2026-11-28 07:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("23 November 2026 08.00 WIB", "2026-11-23 08:00"),
    ],
)
def test_words_for_a_time_mean_what_people_mean(said: str, meant: str) -> None:
    """NOW is Saturday 21 November 2026, 10.00 WIB."""
    wanted = datetime.fromisoformat(f"{meant}+07:00")
    assert parse_until(said, now=NOW, zone="WIB") == wanted.astimezone(UTC)


@pytest.mark.parametrize("said", ["", "nanti", "besok 25.00", "besok 07.61", "2 pekan", "-1 jam", "besok besok"])
def test_other_words_for_a_time_are_refused(said: str) -> None:
    with pytest.raises(KentonganError, match="tidak terbaca"):
        parse_until(said, now=NOW, zone="WIB")
