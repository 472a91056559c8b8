"""What the crawlers remember, and in which order they may forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.kinds import Entry
from crawlers.state import GIVE_UP_AFTER, MAX_ATTEMPTS, CollectionState, Done, Refused, Validators
from kentongan.schema import RawPointer

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FEED = "https://kabar.test/feed.xml"
VALIDATORS = Validators(etag='"satu"', modified="Fri, 20 Nov 2026 01:00:00 GMT")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[CollectionState]:
    with CollectionState(tmp_path / "var" / "collection.sqlite") as opened:
        yield opened


def entries(*numbers: int) -> list[Entry]:
    return [
        Entry(url=f"https://www.kabar.test/b/{n}", title=f"Berita {n}", published_at=NOW, published_raw="tadi")
        for n in numbers
    ]


def listed(state: CollectionState, *numbers: int, source: str = "kabar") -> int:
    return state.save_listing(FEED, validators=VALIDATORS, entries=entries(*numbers), source=source, at=NOW)


def refused(reason: str = "no-text") -> Refused:
    return Refused(
        source="kabar", url="https://www.kabar.test/b/1", reason=reason, message="kosong", at=NOW,
        raw=RawPointer(file="2026/11/a.warc.gz", offset=7),
    )  # fmt: skip


def test_a_listings_validators_and_its_pages_are_kept_together(state: CollectionState) -> None:
    assert state.validators(FEED) == Validators()
    assert listed(state, 1, 2) == 2
    assert state.validators(FEED) == VALIDATORS
    assert [page.entry for page in state.pending("kabar")] == entries(1, 2)


def test_a_listing_that_cannot_be_kept_whole_is_not_kept_at_all(state: CollectionState) -> None:
    broken = [*entries(1), Entry(url="bukan alamat")]
    with pytest.raises(ValueError, match="http"):
        state.save_listing(FEED, validators=VALIDATORS, entries=broken, source="kabar", at=NOW)
    assert state.validators(FEED) == Validators()
    assert state.pending("kabar") == []


def test_a_page_is_fetched_once_whatever_lists_it(state: CollectionState) -> None:
    listed(state, 1, 2)
    state.finish_pages([Done(state.pending("kabar")[0].key, "id", NOW)])
    again = [Entry(url="http://kabar.test/b/1"), Entry(url="http://kabar.test/b/2")]
    assert state.save_listing(FEED, validators=VALIDATORS, entries=again, source="lain", at=NOW) == 0
    assert state.pending("lain") == []
    assert len(state.pending("kabar")) == 1


def test_a_refused_page_is_pending_no_more_and_kept_with_its_pointer(state: CollectionState) -> None:
    listed(state, 1)
    state.refuse_page(state.pending("kabar")[0].key, refused())
    assert state.pending("kabar") == []
    assert state.quarantined("kabar") == [refused()]


def test_the_same_refusal_is_kept_once(state: CollectionState) -> None:
    assert state.refuse([refused(), refused(), refused("no-time")]) == 2
    assert state.refuse([refused()]) == 0
    assert len(state.quarantined()) == 2


def test_a_page_that_never_answers_is_given_up_after_some_runs_and_days(state: CollectionState) -> None:
    listed(state, 1)
    for attempt in range(1, MAX_ATTEMPTS + 3):
        page = state.pending("kabar")[0]
        assert not state.fail_page(page.key, refused("unreachable"))
        assert state.pending("kabar")[0].attempts == attempt
    assert state.fail_page(page.key, replace(refused("unreachable"), at=NOW + GIVE_UP_AFTER))
    assert state.pending("kabar") == []
    assert [row.reason for row in state.quarantined()] == ["unreachable"]


def test_gaps_follow_each_other_without_overlap_and_a_success_ends_them(state: CollectionState) -> None:
    assert state.accounted_until("kabar") is None
    state.save_success("kabar", NOW)
    assert (state.last_success("kabar"), state.accounted_until("kabar")) == (NOW, NOW)
    later = NOW + timedelta(hours=1)
    state.save_gap_end("kabar", later)
    assert (state.last_success("kabar"), state.accounted_until("kabar")) == (NOW, later)


def test_a_cursor_survives_and_leaves_the_rest_of_the_source_alone(state: CollectionState) -> None:
    state.save_success("guyub", NOW)
    assert state.cursor("guyub") is None
    state.save_cursor("guyub", "110")
    state.save_cursor("guyub", "111")
    assert (state.cursor("guyub"), state.last_success("guyub")) == ("111", NOW)


def test_two_crawls_share_one_memory(tmp_path: Path) -> None:
    file = tmp_path / "collection.sqlite"
    with CollectionState(file) as one, CollectionState(file) as other:
        listed(one, 1, 2)
        assert listed(other, 2, 3) == 1
        one.finish_pages([Done(page.key, "id", NOW) for page in one.pending("kabar")])
        assert other.pending("kabar") == []
