"""`kentongan trends` says what a question's volume, sentiment, topics, words and names did, and against what."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from casework_fixtures import migrated_file
from command_line import run_here
from complaint_courses import put_agencies
from search_documents import FIRST_DAY, make_document, make_label

from casework.db import open_casework
from casework.trend_reading import describe_trends, series_of
from casework.trends.keeping import update_trends
from kentongan.commands.trends import trend_rows
from kentongan.errors import BadQuery
from kentongan.schema import Document, Gap, Query
from kentongan.settings import Settings
from search.open import open_store

DAY = timedelta(days=1)
SINCE, UNTIL = FIRST_DAY + 7 * DAY, FIRST_DAY + 14 * DAY
RANGE = ("--from", "2026-11-08", "--to", "2026-11-14", "--zone", "WIB")
ALIASES = '[bupati]\njudul = "Bupati Tirtamaya"\nsalah_satu = ["bupati"]\n'


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A fortnight: 20 posts a day by 10 accounts; in its second week half of them are about a dam, and one account
    adds thirty posts about the weather."""
    folder: Path = tmp_path_factory.mktemp("trends")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    (folder / "aliases.toml").write_text(ALIASES, encoding="utf-8")
    settings = Settings(data_dir=folder)
    posts: list[Document] = []
    for day in range(14):
        for number in range(20):
            dam = day >= 7 and number % 2 == 0
            text = "tanggul jebol, BPBD Tirtamaya dan bupati turun" if dam else f"cuaca cerah di pasar {day}"
            posts.append(
                make_document(
                    len(posts), text=text, author=f"akun{number % 10}", sample=True,
                    published_at=FIRST_DAY + day * DAY + timedelta(minutes=31 * number),
                )
            )  # fmt: skip
    flood = [
        make_document(5_000 + n, text="cuaca cerah", author="gaduh", published_at=SINCE + timedelta(hours=3, minutes=n))
        for n in range(30)
    ]
    with open_store(settings) as store:
        store.add([*posts, *flood])
        labels = ("negative", "positive")
        store.annotate([make_label(one, "sentiment", labels[n % 4 == 0]) for n, one in enumerate(posts)])
        store.annotate([make_label(one, "sentiment", "neutral", abstained=True) for one in flood])
        store.use_model("sentiment", "linear", "1")
        store.refresh()
        with open_casework(settings) as casework:
            with casework.begin() as session:
                put_agencies(session)
            update_trends(store, casework, now=UNTIL)
    yield settings


@pytest.fixture
def trends(office: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    def ask(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run_here(office, "trends", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return ask


def of(rows: list[dict[str, Any]], what: str) -> dict[str, dict[str, Any]]:
    return {row.get("value", row.get("start", "")): row for row in rows if row["what"] == what}


def test_a_question_has_its_share_of_all_that_was_collected_and_its_change(
    trends: Callable[..., list[dict[str, Any]]],
) -> None:
    rows = trends("tanggul", *RANGE)
    (volume,) = [row for row in rows if row["what"] == "volume"]
    assert (volume["count"], volume["before"], volume["sample"]) == (70, 0, True)
    assert volume["share"] == pytest.approx(70 / volume["collected"], abs=1e-4)
    assert volume["low"] < volume["share"] < volume["high"] and volume["sure"] is True
    assert (volume["voices"], volume["voices_by"]) == (5, "accounts"), "words have no hourly series of their own"
    days = of(rows, "day")
    assert len(days) == 7 and sum(row["count"] for row in days.values()) == 70
    assert set(of(rows, "topic")) == set(), "nobody labelled a topic: that is no topic"
    organisations = of(rows, "organisation")
    assert organisations["BPBD Tirtamaya"]["count"] == 5, "accounts, not posts"
    assert of(rows, "figure")["Bupati Tirtamaya"]["count"] == 70


def test_by_the_hour_voices_are_those_of_the_desks_series_and_pairs_stand_for_their_words(
    trends: Callable[..., list[dict[str, Any]]],
) -> None:
    rows = trends(*RANGE, "--by", "hour")
    (volume,) = [row for row in rows if row["what"] == "volume"]
    assert volume["count"] == volume["collected"] and volume["voices_by"] == "voices"
    assert len(of(rows, "hour")) == 7 * 24
    hour = of(rows, "hour")["2026-11-08T10:00:00+07:00"]
    assert hour["count"] >= 30 and hour["abstained"] == 30
    terms = of(rows, "term")
    assert terms["tanggul jebol"]["usual"] == 0 and "tanggul" not in terms, "a pair stands for its parts"
    assert "cerah" not in terms, "said as much the week before"


def test_sentiment_is_among_the_decided_with_those_in_doubt_beside_it(
    trends: Callable[..., list[dict[str, Any]]],
) -> None:
    sentiment = of(trends(*RANGE), "sentiment")
    decided = sentiment["negative"]["of"]
    assert sentiment["negative"]["count"] + sentiment["positive"]["count"] == decided
    assert sentiment["negative"]["abstained"] == 30 and sentiment["neutral"]["count"] == 0
    assert sentiment["negative"]["error_of"] is None, "model version 1 brings no held-out predictions"


def test_words_are_left_out_where_nobody_asks_for_them(trends: Callable[..., list[dict[str, Any]]]) -> None:
    rows = trends("tanggul", *RANGE, "--no-words")
    assert {row["what"] for row in rows} == {"volume", "day", "sentiment", "source"}
    assert len(of(trends(*RANGE, "--top", "1"), "term")) == 1


def test_what_makes_no_sense_is_refused_with_a_hint(office: Settings) -> None:
    for words in (("--top", "0"), ("--from", "2026-11-14", "--to", "2026-11-08"), ("(tanggul",)):
        with pytest.raises(BadQuery):
            run_here(office, "trends", *words)


def test_a_stretch_that_was_hardly_collected_is_held_against_nothing(office: Settings) -> None:
    with open_store(office) as store, open_casework(office) as casework, casework.read() as session:
        # The last test that reads this store: the gap stays in it.
        whole = describe_trends(store, session, Query(text="cerah"), since=SINCE, until=UNTIL)
        assert whole.volume.before is not None and whole.volume.usual is not None
        store.add_gaps([Gap(source="linimasa", since=FIRST_DAY, until=FIRST_DAY + 5 * DAY, reason="uji")])
        store.refresh()
        cut = describe_trends(store, session, Query(text="cerah"), since=SINCE, until=UNTIL)
        assert cut.volume.before is None and cut.volume.usual is None and cut.volume.sure is None
        assert cut.volume.now == whole.volume.now
        rows = list(trend_rows(cut, top=5))
        assert rows[0]["before"] is None and rows[0]["usual"] is None


@pytest.mark.parametrize(
    ("query", "series"),
    [
        (Query(), "semua"),
        (Query(kinds=("post", "comment"), without_sources=("tambah-unggahan",)), "semua"),
        (Query(topics=("health",)), "topik:health"),
        (Query(regions=("99.01.02",)), "wilayah:99.01.02"),
        (Query(topics=("health",), regions=("99.01.02",)), "topik-wilayah:health@99.01.02"),
        (Query(topics=("health",), regions=("99.01",)), None),
        (Query(regions=("99",)), None),
        (Query(hashtags=("Randu",)), "tagar:randu"),
        (Query(sources=("linimasa",)), "sumber:linimasa"),
        (Query(text="banjir"), None),
        (Query(topics=("health", "education")), None),
        (Query(topics=("none",)), None),
        (Query(kinds=("article",)), None),
        (Query(sentiments=("negative",)), None),
    ],
)
def test_only_a_question_that_is_exactly_a_series_is_answered_by_it(query: Query, series: str | None) -> None:
    assert series_of(query) == series
