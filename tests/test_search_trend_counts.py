"""Both stores give the same counts for the trends of a question, and hold like against like."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from search_documents import FIRST_DAY, make_document, make_label
from search_stores import store as store

from kentongan.errors import BadQuery
from kentongan.schema import BY_HAND, Document, Gap, Query
from search.store import Store
from search.trend_counts import draw_records, read_trends, usual_shifts

DAY = timedelta(days=1)
SINCE, UNTIL = FIRST_DAY + 14 * DAY, FIRST_DAY + 21 * DAY


def posts() -> list[Document]:
    """Three weeks: 4 posts a day, in the last week 12; every second one says "banjir" with a hashtag."""
    made: list[Document] = []
    for day in range(21):
        for number in range(12 if day >= 14 else 4):
            wet = number % 2 == 1
            made.append(
                make_document(
                    len(made),
                    text="banjir #randu" if wet else "cerah",
                    hashtags=("randu",) if wet else (),
                    author=f"akun{number % 5}",
                    published_at=FIRST_DAY + day * DAY + timedelta(hours=number),
                )
            )
    return made


def test_a_question_is_counted_with_the_stretch_before_and_the_usual_ones(store: Store) -> None:
    made = posts()
    store.add(made)
    store.add(
        [
            make_document(9_001, text="banjir", source=BY_HAND, published_at=SINCE + DAY),
            make_document(9_002, text="banjir", kind="article", published_at=SINCE + DAY),
        ]
    )
    store.annotate([make_label(one, "sentiment", "negative") for one in made if one.published_at >= SINCE])
    store.annotate([make_label(one, "topic", "environment_disaster") for one in made if "banjir" in one.text])
    store.use_model("sentiment", "linear", "1")
    store.use_model("topic", "linear", "1")
    gap = Gap(source="linimasa", since=SINCE - 3 * DAY, until=SINCE - 2 * DAY, reason="uji")
    store.add_gaps([gap])
    store.refresh()
    found = read_trends(store, Query(text="banjir"), since=SINCE, until=UNTIL, step="day", zone="WIB")
    assert (found.now.posts, found.now.collected) == (42, 84), (
        "what was entered by hand is no volume, an article no post"
    )
    assert (found.before.posts, found.before.collected) == (14, 28)
    assert [part.since for part in found.usual] == [SINCE - 7 * DAY, SINCE - 14 * DAY], "before that nothing was kept"
    assert found.now.by["hashtag"] == {"randu": 42} and found.before.by["hashtag"] == {"randu": 14}
    assert found.now.by["topic"] == {"environment_disaster": 42} and found.now.by["source"] == {"linimasa": 42}
    assert found.sentiment == {"negative": 42} and found.model == "linear|1"
    assert found.authors == 5 and found.gaps == [gap] and not found.sample
    assert sum(found.series.counted.values()) == 42 and sum(found.series.collected.values()) == 84
    articles = read_trends(store, Query(kinds=("article",)), since=SINCE, until=UNTIL)
    assert articles.now.posts == 1 and articles.sentiment == {}, "an article has a tone, no sentiment"
    tagged = read_trends(store, Query(hashtags=("randu",)), since=SINCE, until=UNTIL)
    assert tagged.before.by["hashtag"] == {"randu": 14}
    with pytest.raises(BadQuery, match="kosong"):
        read_trends(store, Query(), since=UNTIL, until=SINCE)
    drawn = draw_records(store, found.query, most=20)
    assert 5 <= len(drawn.records) <= 20 and drawn.total == 42 and not drawn.whole
    assert drawn == draw_records(store, found.query, most=20), "the same ones again"
    assert {one.document.id for one in drawn.records} <= {one.id for one in made}
    assert draw_records(store, found.query, most=100).whole


@pytest.mark.parametrize(("days", "weeks"), [(1, 1), (7, 1), (8, 2), (30, 5)])
def test_usual_stretches_are_whole_weeks_back_and_never_overlap(days: int, weeks: int) -> None:
    shifts = usual_shifts(days * DAY)
    assert shifts[0] == weeks * 7 * DAY >= days * DAY
    assert all(later - earlier == shifts[0] for earlier, later in pairwise(shifts))
