"""Labelled rows: refused labels, near-duplicates, splits and planted leaks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from kentongan.schema import TOPICS
from models.data import (
    BadData,
    LeakFound,
    Row,
    check_leak,
    group_rows,
    load_sentiment,
    narrow_topics,
    posts_by_topic,
    read_lines,
    read_sentiment,
    split_rows,
    without_leak,
)
from models.sets import SENTIMENT_SETS, SentimentSet
from models.taxonomy import (
    COMPLAINT_CATEGORIES,
    DISASTER,
    GOVERNMENT,
    HEALTH,
    HINTS,
    LAW,
    NEWS_SECTIONS,
    POSTS_ABOUT,
    ROADS,
    SP4N_WORDS,
    doubt_roads,
    sp4n_topic,
)

ORIGINAL = [f"kata{number}" for number in range(16)]
EDITED = ["info", *ORIGINAL[:-1]]
OTHER = [f"lain{number}" for number in range(16)]


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return path


def test_an_unknown_label_is_refused_by_name(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl.gz", [{"text": "bagus", "label": "senang"}])
    with pytest.raises(BadData, match="senang"):
        read_sentiment(file, name="a", how=SentimentSet())


def test_a_line_without_a_label_is_refused_with_its_number(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl.gz", [{"text": "bagus", "label": "positive"}, {"text": "buruk"}])
    with pytest.raises(BadData, match="baris 2"):
        read_sentiment(file, name="a", how=SentimentSet())


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl.gz", [{"text": "bagus " * 50, "label": "positive"}] * 50)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BadData, match="tidak terbaca"):
        read_lines(file, ("text",))


def test_a_set_nobody_declared_is_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "sentiment" / "baru.jsonl.gz", [{"text": "bagus", "label": "positive"}])
    with pytest.raises(BadData, match="baru"):
        load_sentiment(tmp_path)


def test_near_copies_share_a_group_and_others_do_not() -> None:
    groups = group_rows([ORIGINAL, OTHER, EDITED, [], []])
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 4


def test_a_split_keeps_groups_and_sentences_with_their_translations_whole() -> None:
    batch = [words for number in range(40) for words in ([*OTHER, f"kata{number}"], [f"beda{number}", f"juga{number}"])]
    same_as = ["" if number % 2 == 0 else f"kalimat {number // 4}" for number in range(80)]
    groups = group_rows(batch)
    folds = split_rows(groups, same_as, 4, seed=1)
    assert len({int(fold) for fold, words in zip(folds, batch, strict=True) if words[0] == OTHER[0]}) == 1
    for word in set(same_as) - {""}:
        assert len({int(fold) for fold, same in zip(folds, same_as, strict=True) if same == word}) == 1
    assert folds.tolist() == split_rows(groups, same_as, 4, seed=1).tolist()


def test_a_planted_leak_is_refused_and_can_be_taken_out() -> None:
    groups = group_rows([ORIGINAL, OTHER, EDITED])
    train, test = np.array([True, True, False]), np.array([False, False, True])
    with pytest.raises(LeakFound, match="1 kelompok"):
        check_leak(groups, train, test)
    kept = without_leak(groups, train, test)
    assert kept.tolist() == [False, True, False]
    check_leak(groups, kept, test)


def test_every_table_names_known_topics_and_declared_sets_only() -> None:
    named = [*NEWS_SECTIONS.values(), *COMPLAINT_CATEGORIES.values(), *POSTS_ABOUT.values(), frozenset(HINTS)]
    assert set().union(*named) <= set(TOPICS)
    assert {topic for _, topic in SP4N_WORDS if topic is not None} <= set(TOPICS)
    assert set(POSTS_ABOUT) <= set(SENTIMENT_SETS)


@pytest.mark.parametrize(
    ("category", "topic"),
    [
        ("Jalan Berlubang", "infrastructure_transport"),
        ("Lainnya Terkait Kesehatan", "health"),
        ("Kartu Keluarga", "government_politics"),
        ("Kartu Keluarga Sejahtera (Kks)", "social_religion"),
        ("Topik Lainnya", None),
        ("Sesuatu Yang Baru", None),
    ],
)
def test_a_complaint_category_has_the_topic_of_its_words(category: str, topic: str | None) -> None:
    assert sp4n_topic(category) == topic


def test_a_flooded_road_is_evidence_against_neither_roads_nor_disasters() -> None:
    roads = frozenset({ROADS})
    assert doubt_roads(roads, ["jalan", "banjir"]) == {ROADS, DISASTER}
    assert doubt_roads(roads, ["jalan", "rusak"]) == roads


def test_a_row_of_a_mixed_section_takes_the_one_topic_its_words_point_at() -> None:
    mixed = frozenset({GOVERNMENT, LAW})
    assert narrow_topics(mixed, "Polisi tangkap pelaku") == ({LAW}, False)
    assert narrow_topics(mixed, "Banjir di mana-mana") == (mixed, False)
    assert narrow_topics(mixed, "DPR panggil jaksa") == (mixed, False)
    assert narrow_topics(frozenset({LAW}), "apa saja") == ({LAW}, True)


def test_posts_stand_for_the_topic_of_their_set_only_where_a_word_points_there() -> None:
    def post(text: str) -> Row:
        return Row(task="sentiment", text=text, labels=frozenset({"neutral"}), source="vaccine_2021", held_with="v")

    found = posts_by_topic(
        [post("antre vaksin pagi ini"), post("siap laksanakan"), post("vaksin dijaga polisi")],
        most=5,
        weight=0.3,
        seed=1,
    )
    assert [(row.text, row.labels, row.weight) for row in found] == [("antre vaksin pagi ini", {HEALTH}, 0.3)]
