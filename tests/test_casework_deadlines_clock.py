"""Which clock runs for a complaint and when it is due, against tables computed by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.complaints.records import STAGES, ComplaintKind, Stage
from casework.deadlines.clock import CLOCKS_OF, Clock, Step, days_late, due_day, running_clock
from casework.deadlines.rules import FILE, load_rules
from kentongan.errors import BadSettings
from kentongan.times import zone_of
from kentongan.working_days import load_calendar

RULES, CALENDAR = load_rules(), load_calendar()
SHORT: dict[str, Stage] = {
    "masuk": "menunggu_verifikasi", "terus": "diteruskan", "proses": "diproses", "tunggu": "menunggu_pelapor",
    "kembali": "dikembalikan", "selesai": "selesai", "tutup": "ditutup", "arsip": "diarsipkan", "gabung": "digabung",
}  # fmt: skip


def clock_of(story: str, *, zone: str = "WIB", kind: ComplaintKind = "pengaduan") -> Clock | None:
    """The clock after "masuk 2026-03-16 10:00, terus 2026-03-17 09:00 dinas-pu", on the clock of WIB."""
    steps = []
    for words in story.split(", "):
        stage, day, hour, *agency = words.split()
        at = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone_of("WIB"))
        steps.append(Step(at=at, stage=SHORT[stage], agency=agency[0] if agency else None))
    return running_clock(steps, kind=kind, rules=RULES, calendar=CALENDAR, zone=zone)


BY_HAND = [
    # Receipt: the first working day after it is the first day, over Lebaran, a weekend, a holiday, year's end.
    ("masuk 2024-04-05 10:00", "verifikasi", "2024-04-18"),
    ("masuk 2025-03-27 16:00", "verifikasi", "2025-04-10"),
    ("masuk 2026-03-17 08:00", "verifikasi", "2026-03-27"),
    ("masuk 2026-11-20 10:00", "verifikasi", "2026-11-25"),
    ("masuk 2026-11-21 10:00", "verifikasi", "2026-11-25"),
    ("masuk 2026-11-22 23:59", "verifikasi", "2026-11-25"),
    ("masuk 2026-11-23 00:00", "verifikasi", "2026-11-26"),
    ("masuk 2026-05-27 10:00", "verifikasi", "2026-06-03"),
    ("masuk 2025-12-24 10:00", "verifikasi", "2025-12-31"),
    # Forwarded: five days to the first answer, then the end, counted from the forwarding.
    ("masuk 2026-03-13 09:00, terus 2026-03-16 10:00", "tindak_lanjut", "2026-03-30"),
    ("masuk 2026-03-13 09:00, terus 2026-03-16 10:00, proses 2026-03-26 10:00", "penyelesaian", "2026-04-13"),
    # A pause over a midnight costs its working days; within a day, or on days off, nothing.
    ("masuk 2026-03-13 09:00, terus 2026-03-16 10:00, tunggu 2026-03-17 09:00, terus 2026-03-25 10:00",
     "tindak_lanjut", "2026-03-31"),
    ("masuk 2026-03-13 09:00, terus 2026-03-16 10:00, tunggu 2026-03-18 08:00, terus 2026-03-24 22:00",
     "tindak_lanjut", "2026-03-30"),
    ("masuk 2026-03-13 09:00, terus 2026-03-16 10:00, tunggu 2026-03-26 08:00, terus 2026-03-26 15:00",
     "tindak_lanjut", "2026-03-30"),
    ("masuk 2026-11-23 09:00, tunggu 2026-11-24 09:00, masuk 2026-12-01 09:00", "verifikasi", "2026-12-03"),
    # Merged by mistake and taken apart again is a pause too.
    ("masuk 2026-11-23 09:00, gabung 2026-11-24 09:00, masuk 2026-12-01 09:00", "verifikasi", "2026-12-03"),
    # Sent back: the rest of the time to verify, then another agency's time anew.
    ("masuk 2026-11-23 09:00, terus 2026-11-24 10:00 a, kembali 2026-11-27 09:00", "verifikasi", "2026-12-01"),
    ("masuk 2026-11-23 09:00, terus 2026-11-26 10:00 a, kembali 2026-11-30 09:00", "verifikasi", "2026-11-30"),
    ("masuk 2026-11-23 09:00, terus 2026-11-26 10:00 a, kembali 2026-11-30 09:00, terus 2026-12-01 09:00 b",
     "tindak_lanjut", "2026-12-08"),
    # Sent back when the time to verify was already over: late since then, not from now.
    ("masuk 2026-11-23 09:00, terus 2026-12-02 10:00 a, kembali 2026-12-08 09:00", "verifikasi", "2026-11-26"),
    # Handed straight to another agency; said twice about the same one changes nothing.
    ("masuk 2026-11-23 09:00, terus 2026-11-24 10:00 a, terus 2026-11-27 10:00 b", "tindak_lanjut", "2026-12-04"),
    ("masuk 2026-11-23 09:00, terus 2026-11-24 10:00 a, terus 2026-11-27 10:00 a", "tindak_lanjut", "2026-12-01"),
    # Reopened after the end: the whole time anew, over year's end.
    ("masuk 2026-11-23 09:00, terus 2026-11-24 10:00 a, selesai 2026-12-04 09:00, proses 2026-12-14 09:00",
     "penyelesaian", "2027-01-07"),
    ("masuk 2026-11-23 09:00, arsip 2026-11-24 10:00, masuk 2026-12-14 09:00", "verifikasi", "2026-12-17"),
    # An import that only knows it is being worked on.
    ("proses 2026-11-23 09:00", "penyelesaian", "2026-12-11"),
    # A step dated before the one it follows counts as at the same moment.
    ("masuk 2026-11-23 09:00, terus 2026-11-20 10:00", "tindak_lanjut", "2026-11-30"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "name", "last_day"), BY_HAND)
def test_the_clock_is_due_on_the_day_counted_by_hand(story: str, name: str, last_day: str) -> None:
    clock = clock_of(story)
    assert clock is not None and clock.due_at is not None
    assert (clock.name, due_day(clock.due_at, "WIB").isoformat(), clock.paused) == (name, last_day, False)


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        ("permintaan-informasi", "2026-03-30"), ("aspirasi", "2026-03-30"), ("pengaduan", "2026-04-13"),
        ("pengaduan-berkadar", "2026-06-25"),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_time_to_the_end(kind: ComplaintKind, last_day: str) -> None:
    clock = clock_of("masuk 2026-03-13 09:00, terus 2026-03-16 10:00, proses 2026-03-17 10:00", kind=kind)
    assert clock is not None and clock.due_at is not None
    assert due_day(clock.due_at, "WIB").isoformat() == last_day


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [("WIB", "2026-11-26T17:00:00Z"), ("WITA", "2026-11-27T16:00:00Z"), ("WIT", "2026-11-27T15:00:00Z")],
)
def test_a_complaint_of_23_30_wib_came_the_next_day_further_east(zone: str, due_at: str) -> None:
    clock = clock_of("masuk 2026-11-23 23:30", zone=zone)
    assert clock is not None and clock.due_at == datetime.fromisoformat(due_at)


def test_it_is_late_from_the_midnight_after_the_last_day_and_a_working_day_late_on_the_next() -> None:
    clock = clock_of("masuk 2026-11-23 09:00")  # last day Thursday 26 November
    assert clock is not None and clock.due_at == datetime(2026, 11, 26, 17, tzinfo=UTC)
    late = {
        day: days_late(clock.due_at, now=datetime(2026, 11, day, 3, tzinfo=UTC), calendar=CALENDAR, zone="WIB")
        for day in (25, 26, 27, 28, 29, 30)
    }
    assert late == {25: 0, 26: 0, 27: 1, 28: 1, 29: 1, 30: 2}


@pytest.mark.parametrize("end", ["selesai", "tutup", "arsip"])
def test_nothing_is_owed_after_the_end(end: str) -> None:
    assert clock_of(f"masuk 2026-11-23 09:00, terus 2026-11-24 10:00, {end} 2026-12-04 09:00") is None
    assert running_clock([], kind=None, rules=RULES, calendar=CALENDAR, zone="WIB") is None


def test_a_paused_clock_has_no_deadline_and_says_how_much_is_used() -> None:
    clock = clock_of("masuk 2026-11-23 09:00, terus 2026-11-24 10:00, tunggu 2026-11-27 09:00")
    assert clock is not None
    assert (clock.name, clock.due_at, clock.used_days, clock.allowed_days, clock.paused) == (
        "tindak_lanjut", None, 2, 5, True,
    )  # fmt: skip


def test_asking_the_reporter_does_not_make_a_late_complaint_punctual() -> None:
    clock = clock_of("masuk 2026-11-23 09:00, terus 2026-11-24 10:00, tunggu 2026-12-07 09:00")
    assert clock is not None and clock.paused and clock.due_at is not None
    assert due_day(clock.due_at, "WIB") == date(2026, 12, 1)


def test_every_stage_says_which_clocks_run() -> None:
    assert set(CLOCKS_OF) == set(STAGES)


def test_the_rule_of_the_day_of_receipt_counts(tmp_path: Path) -> None:
    file = tmp_path / "tenggat.toml"
    shipped = FILE.read_text(encoding="utf-8")
    newer = '[[rule]]\nclock = "verifikasi"\ndays = 1\nvalid_from = 2026-07-01\nsource = "baru"\nreviewed = true\n'
    file.write_text(shipped + newer, encoding="utf-8")
    rules = load_rules(file)
    for received, days in (("2010-01-01", 3), ("2026-06-30", 3), ("2026-07-01", 1)):
        at = datetime.fromisoformat(f"{received}T03:00:00Z")
        returned = Step(at=datetime(2026, 7, 20, tzinfo=UTC), stage="dikembalikan")
        steps = [Step(at=at, stage="menunggu_verifikasi"), returned]
        found = running_clock(steps, kind=None, rules=rules, calendar=CALENDAR, zone="WIB")
        assert found is not None and found.allowed_days == days


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 60", "days = 0", "paling sedikit 1"),
        ('kind = "aspirasi"', 'kind = "pengaduan"', "dua aturan"),
        ('clock = "verifikasi"', 'clock = "tindak_lanjut"\nkind = "aspirasi"', "kurang atau tidak dikenal"),
        ("days_late = 7", "days_late = 2", "harus lebih lambat"),
        ("reviewed", "ditinjau", "tidak cocok"),
    ],
)
def test_rules_that_leave_something_open_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "tenggat.toml"
    shipped = FILE.read_text(encoding="utf-8")
    assert old in shipped
    file.write_text(shipped.replace(old, new), encoding="utf-8")
    with pytest.raises(BadSettings, match=said):
        load_rules(file)


WORKING: list[Stage] = ["menunggu_verifikasi", "diteruskan", "diproses", "dikembalikan"]
STORIES = st.lists(st.tuples(st.sampled_from(WORKING), st.integers(0, 200)), min_size=1, max_size=6)


def steps_of(story: list[tuple[Stage, int]], *, start: datetime) -> list[Step]:
    """Steps so many hours apart."""
    steps, at = [], start
    for stage, hours in story:
        at += timedelta(hours=hours)
        steps.append(Step(at=at, stage=stage))
    return steps


@settings(max_examples=80, deadline=None)
@given(STORIES, st.integers(0, 1095 * 24), st.integers(1, 300), st.integers(0, 300))
def test_a_pause_never_shortens_and_a_deadline_ends_a_working_day(
    story: list[tuple[Stage, int]], start: int, before: int, pause: int
) -> None:
    def due(steps: list[Step]) -> datetime:
        clock = running_clock(steps, kind="pengaduan", rules=RULES, calendar=CALENDAR, zone="WITA")
        assert clock is not None and clock.due_at is not None
        assert CALENDAR.is_working_day(due_day(clock.due_at, "WITA"))
        return clock.due_at

    steps = steps_of(story, start=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=start))
    last = steps[-1]
    asked = last.at + timedelta(hours=before)
    resumed = Step(at=asked + timedelta(hours=pause), stage=last.stage)
    assert due([*steps, Step(at=asked, stage="menunggu_pelapor"), resumed]) >= due(steps)
