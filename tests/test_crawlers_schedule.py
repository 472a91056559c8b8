"""When sources are read next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawlers.schedule import FIRST_INTERVAL, Bounds, Schedule, Turn, next_turn

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
BOUNDS = Bounds(least=timedelta(minutes=5), most=timedelta(hours=6))


def after(turn: Turn | None, *, new: int = 0, failed: bool = False, jitter: float = 0.0) -> Turn:
    return next_turn(turn, source="kabar", new=new, failed=failed, now=NOW, bounds=BOUNDS, jitter=jitter)


def test_a_source_that_brings_news_is_read_sooner_and_one_that_does_not_later() -> None:
    assert after(None, new=3).interval < FIRST_INTERVAL < after(None).interval
    turn = after(None)
    for _ in range(20):
        turn = after(turn)
    assert turn.due - NOW == BOUNDS.most
    for _ in range(20):
        turn = after(turn, new=1)
    assert turn.due - NOW == BOUNDS.least


def test_each_failure_doubles_the_pause_and_a_success_ends_that() -> None:
    calm = after(None, new=1)
    once = after(calm, failed=True)
    twice = after(once, failed=True)
    assert once.due - NOW == 2 * calm.interval
    assert twice.due - NOW == 4 * calm.interval
    assert after(twice, new=1).due - NOW == after(calm, new=1).due - NOW
    for _ in range(100):
        twice = after(twice, failed=True)
    assert twice.due - NOW == BOUNDS.most


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.floats(-1, 1)), max_size=40))
def test_whatever_happens_the_pause_stays_within_its_bounds(happened: list[tuple[int, bool, float]]) -> None:
    turn = None
    for new, failed, jitter in happened:
        turn = after(turn, new=new, failed=failed, jitter=jitter)
        assert BOUNDS.least <= turn.interval <= BOUNDS.most
        assert 0.9 * BOUNDS.least <= turn.due - NOW <= 1.1 * BOUNDS.most


def test_turns_are_kept_from_one_process_to_the_next(tmp_path: Path) -> None:
    file = tmp_path / "collection.sqlite"
    with Schedule(file) as schedule:
        assert schedule.due(["kabar", "warta"], now=NOW) == ["kabar", "warta"]
        assert schedule.next_due(["kabar"]) is None
        schedule.save([after(None, new=1, jitter=0.5)])
    with Schedule(file) as schedule:
        assert schedule.turns() == {"kabar": after(None, new=1, jitter=0.5)}
        assert schedule.due(["kabar", "warta"], now=NOW) == ["warta"]
        assert schedule.next_due(["kabar", "warta"]) is None, "what was never read is due"
        assert schedule.next_due(["kabar"]) == schedule.turns()["kabar"].due
        assert schedule.due(["kabar", "warta"], now=NOW + timedelta(days=1)) == ["kabar", "warta"]
