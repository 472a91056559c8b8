"""A series of either store comes with what was collected at all, and with the gaps and what they weigh."""

from __future__ import annotations

from datetime import timedelta

from search_documents import FIRST_DAY, make_document
from search_stores import store as store

from kentongan.schema import BY_HAND, Gap, Query
from search.series import count_series, origin_of, volume_of
from search.store import Store


def test_a_series_is_held_against_all_that_came_from_the_same_origin(store: Store) -> None:
    store.add(
        make_document(
            number,
            text="banjir" if number % 4 == 0 else "cerah",
            source="lain" if number % 5 == 0 else "linimasa",
            kind="article" if number % 3 == 0 else "post",
            published_at=FIRST_DAY + timedelta(hours=number),
        )
        for number in range(72)
    )
    missed = Gap(source="linimasa", since=FIRST_DAY, until=FIRST_DAY + timedelta(hours=2), reason="uji")
    other = Gap(source="lain", since=FIRST_DAY, until=FIRST_DAY + timedelta(hours=2), reason="uji")
    store.add_gaps([missed, other])
    store.refresh()
    query = Query(
        text="banjir", since=FIRST_DAY, until=FIRST_DAY + timedelta(days=2), kinds=("post",), sources=("linimasa",)
    )
    found = count_series(store, query, step="day", by="kind", zone="WIB")
    kept = [n for n in range(48) if n % 3 and n % 5]
    by_day: dict[str, list[int]] = {}
    for number in kept:
        by_day.setdefault(f"2026-11-0{1 + (number + 7) // 24}T00:00:00+07:00", []).append(number)
    assert found.collected == {day: len(numbers) for day, numbers in by_day.items()}
    assert found.counted == {
        (day, "post"): count for day, numbers in by_day.items() if (count := sum(n % 4 == 0 for n in numbers))
    }
    assert found.volumes == {"linimasa": sum(1 for n in range(72) if n % 3 and n % 5)}, "over all time"
    assert found.gaps == [missed]
    alone = count_series(store, query, step="hour", zone="WIB")
    assert {label for _, label in alone.counted} == {""}
    assert sum(alone.counted.values()) == sum(n % 4 == 0 for n in kept)
    with store.freeze() as view:
        assert count_series(view, query, step="day", by="kind", zone="WIB") == found


def test_the_origin_of_a_question_leaves_out_words_and_labels() -> None:
    query = Query(
        text="banjir", since=FIRST_DAY, kinds=("post",), sources=("a",), publishers=("b",), platforms=("c",),
        sentiments=("negative",), topics=("health",), regions=("33",), hashtags=("d",), authors=("e",), hoax=("hoax",),
    )  # fmt: skip
    assert origin_of(query) == Query(
        since=FIRST_DAY, kinds=("post",), sources=("a",), publishers=("b",), platforms=("c",)
    )


def test_what_was_entered_by_hand_is_in_no_volume_unless_it_is_asked_for(store: Store) -> None:
    store.add(make_document(n, source=BY_HAND if n < 2 else "linimasa", published_at=FIRST_DAY) for n in range(5))
    store.refresh()
    day = "2026-11-01T00:00:00+07:00"
    everything = count_series(store, Query(), step="day")
    assert everything.counted == {(day, ""): 3}
    assert (everything.collected, everything.volumes) == ({day: 3}, {"linimasa": 3.0})
    alone = count_series(store, Query(sources=(BY_HAND,)), step="day")
    assert (alone.counted, alone.collected, alone.volumes) == ({(day, ""): 2}, {day: 2}, {BY_HAND: 2.0})


def test_a_volume_keeps_what_else_was_asked() -> None:
    asked = Query(text="banjir", without_sources=("uji",))
    assert volume_of(asked) == Query(text="banjir", without_sources=("uji", BY_HAND))
    assert volume_of(volume_of(asked)) == volume_of(asked)
    assert volume_of(Query(sources=("uji", BY_HAND))) == Query(sources=("uji", BY_HAND))
