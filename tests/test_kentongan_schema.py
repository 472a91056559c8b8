"""The types keep their promises: ids, aware times, who counts among labels, JSON both ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from kentongan.schema import (
    Annotation,
    Document,
    Gap,
    Observation,
    Query,
    RawPointer,
    Revision,
    current_labels,
    document_id,
    newest_revision,
    revision_hash,
)

NOW = datetime(2026, 11, 21, 0, 42, tzinfo=UTC)


def make_document(**changes: object) -> Document:
    first = Document(
        id=document_id("kabar.example", "https://kabar.example/1"),
        kind="article",
        publisher="kabar.example",
        platform="web",
        native_key="https://kabar.example/1",
        source="kabar-rss",
        text="Jalan Waduk Lama tergenang.",
        title="Banjir",
        published_at=NOW,
        collected_at=NOW,
        facts={"rubrik": "daerah"},
        raw=RawPointer(file="2026/11/a.warc.gz", offset=120),
    )
    return replace(first, **changes)


def label(value: str, *, by: str, version: str | None, minutes: int, revision: str | None = None) -> Annotation:
    at = NOW + timedelta(minutes=minutes)
    return Annotation(document="d", task="sentiment", value=value, by=by, version=version, at=at, revision=revision)


def test_the_id_names_publisher_and_key_and_nothing_else() -> None:
    assert document_id("a", "b") == document_id("a", "b") != document_id("ab", "")
    assert len(document_id("a", "\ud800")) == 32


def test_a_document_survives_json() -> None:
    document = make_document()
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document


@pytest.mark.parametrize("name", ["published_at", "collected_at"])
def test_a_naive_time_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        make_document(**{name: datetime(2026, 11, 21)})  # noqa: DTZ001


def test_a_document_without_words_or_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="words"):
        make_document(text=" \n ")
    with pytest.raises(ValueError, match="kind"):
        make_document(kind="rumour")


def test_a_gap_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends"):
        Gap(source="s", since=NOW, until=NOW - timedelta(hours=1), reason="x")


def test_an_observation_has_new_words_exactly_when_they_changed() -> None:
    with pytest.raises(ValueError, match="revision"):
        Observation(document="d", at=NOW, state="changed")
    with pytest.raises(ValueError, match="address"):
        Observation(document="d", at=NOW, state="moved")


def test_the_newest_words_are_those_of_the_latest_change() -> None:
    document = make_document()
    later = [
        Observation(
            document="d", at=NOW + timedelta(hours=h), state="changed", revision=Revision(hash=str(h), text=str(h))
        )
        for h in (2, 1)
    ]
    assert newest_revision(document, later).text == "2"
    assert newest_revision(document, []).hash == revision_hash(document.title, document.text)


def test_a_person_counts_before_any_machine_and_their_newest_word_counts() -> None:
    said = [
        label("negative", by="linear", version="2", minutes=9),
        label("neutral", by="p1", version=None, minutes=1),
        label("positive", by="p1", version=None, minutes=2),
    ]
    assert current_labels(said, "r", {})["sentiment"].value == "positive"


def test_the_current_model_counts_even_when_another_spoke_later() -> None:
    said = [
        label("negative", by="linear", version="1", minutes=1),
        label("positive", by="linear", version="2", minutes=2),
    ]
    assert current_labels(said, "r", {"sentiment": "linear|1"})["sentiment"].value == "negative"
    assert current_labels(said, "r", {})["sentiment"].value == "positive"
    assert current_labels(said, "r", {"sentiment": "linear|3"}) == {}


def test_a_machines_label_of_older_words_does_not_count_but_a_persons_does() -> None:
    old = label("negative", by="linear", version="1", minutes=1, revision="old")
    assert current_labels([old], "new", {}) == {}
    person = label("negative", by="p1", version=None, minutes=1, revision="old")
    assert current_labels([person], "new", {})["sentiment"] == person


def test_a_model_says_one_thing_about_one_revision_however_often_it_is_asked() -> None:
    first = label("negative", by="linear", version="1", minutes=1, revision="r")
    again = label("negative", by="linear", version="1", minutes=5, revision="r")
    assert first.key == again.key
    assert label("x", by="p", version=None, minutes=1).key != label("x", by="p", version=None, minutes=2).key


def test_a_query_with_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="since"):
        Query(since=datetime(2026, 1, 1))  # noqa: DTZ001
