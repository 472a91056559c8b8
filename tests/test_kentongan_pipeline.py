"""Scoring: what is labelled, by whom, how often, and what is left alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command_line import environment, rows_of
from kentongan_documents import FIRST, make_document

from kentongan.pipeline import PLACES_MODEL, Scored, score, score_task
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import Annotation, Observation, Query, Record, Revision, revision_hash
from kentongan.settings import Settings
from models.classifier import Classifier
from models.serve import load_classifier
from search.open import open_store
from search.store import Store

ROOT = Path(__file__).resolve().parent.parent
NOW = FIRST + timedelta(days=2)
LATER = NOW + timedelta(hours=1)
REGION = "99.01"
"""The invented regency, whose districts are the only places the documents name."""
REGIONS = ROOT / "samples/regions.csv"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load_classifier()


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(REGIONS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", region=REGION, regions_file=REGIONS)


def read(
    store: Store, classifier: Classifier, gazetteer: Gazetteer, settings: Settings, *, now: datetime = NOW
) -> dict[str, Scored]:
    """Score everything; what was done, by task."""
    return {s.task: s for s in score(store, classifier, gazetteer, settings=settings, now=now)}


def spread(store: Store, dimension: str, **filters: object) -> dict[str, int]:
    return {b.key[0]: b.count for b in store.count(Query(**filters), by=[dimension])}  # type: ignore[arg-type,list-item]


def test_posts_get_a_sentiment_and_everything_a_topic_and_a_region(
    settings: Settings, classifier: Classifier, gazetteer: Gazetteer
) -> None:
    with open_store(settings) as store:
        store.add(make_document(n) for n in range(21))
        store.add(make_document(n, kind="comment") for n in range(3))
        store.add(make_document(n, kind="complaint") for n in range(4))
        store.add(make_document(n, kind="article") for n in range(5))
        store.add([make_document(99, kind="factcheck")])
        seen: list[tuple[int, int | None, str]] = []
        done = {
            s.task: s
            for s in score(
                store, classifier, gazetteer, settings=settings, now=NOW, report=lambda d, t, n: seen.append((d, t, n))
            )
        }
        assert {task: s.documents for task, s in done.items()} == {
            "sentiment": 24, "hoax": 24, "topic": 34, "language": 34, "region": 34
        }  # fmt: skip
        assert seen[0] == (24, 24, f"sentiment: {' '.join(classifier.model_of('sentiment'))}")
        for kind, labelled in (("post", True), ("comment", True), ("complaint", False), ("article", False)):
            assert ("none" not in spread(store, "sentiment", kinds=(kind,))) is labelled, kind
        assert set(spread(store, "tone")) == {"none"}, "no shipped model reads the tone of news"
        assert "none" not in spread(store, "topic")
        # Every seventh sentence, from the fourth on, names the district.
        randu = next(region.code for region in gazetteer.children(REGION) if region.name == "Randu")
        assert spread(store, "region")[randu] == 3 + 0 + 1 + 1
        assert done["region"].abstained == 34 - 5
        assert store.current_models() == {
            **{task: "|".join(classifier.model_of(task)) for task in ("sentiment", "topic", "hoax", "language")},
            "region": "|".join(PLACES_MODEL),
        }
        record = store.get([make_document(0).id])[0]
        assert record is not None
        said = record.labels["sentiment"]
        assert (said.by, said.version) == classifier.model_of("sentiment")
        assert said.at == NOW
        assert said.revision == record.newest.hash
        assert said.probabilities is not None and sum(said.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_scoring_again_reads_only_what_is_new(settings: Settings, classifier: Classifier, gazetteer: Gazetteer) -> None:
    with open_store(settings) as store:
        store.add(make_document(n) for n in range(10))
        read(store, classifier, gazetteer, settings)
        before = list(store.stream(Query()))
        again = read(store, classifier, gazetteer, settings)
        assert {s.documents for s in again.values()} == {0}
        assert sorted(store.stream(Query()), key=str) == sorted(before, key=str)
        store.add(make_document(n) for n in range(9, 12))
        third = read(store, classifier, gazetteer, settings)
        assert {s.documents for s in third.values()} == {2}


def test_new_words_are_read_anew_and_only_their_label_counts(
    settings: Settings, classifier: Classifier, gazetteer: Gazetteer
) -> None:
    document = make_document(0, text="Jalan rusak parah, saya sangat kecewa dan marah")
    words = "Terima kasih, jalannya bagus sekali sekarang, saya senang"
    new = Revision(hash=revision_hash(None, words), text=words)
    with open_store(settings) as store:
        store.add([document, make_document(1)])
        read(store, classifier, gazetteer, settings)
        assert store.count(Query(sentiments=("negative",)))[0].count >= 1
        store.observe([Observation(document=document.id, at=NOW, state="changed", revision=new)])
        again = read(store, classifier, gazetteer, settings, now=LATER)
        assert {s.documents for s in again.values()} == {1}
        record = store.get([document.id])[0]
        assert record is not None
        assert [a.revision for a in record.annotations if a.task == "sentiment"] == [
            revision_hash(None, document.text), new.hash
        ]  # fmt: skip
        assert (record.labels["sentiment"].value, record.labels["sentiment"].revision) == ("positive", new.hash)
        assert [r.document.id for r in store.search(Query(sentiments=("positive",))).records].count(document.id) == 1


def test_what_a_person_said_stands_whatever_the_model_says(
    settings: Settings, classifier: Classifier, gazetteer: Gazetteer
) -> None:
    document = make_document(0, text="Jalan rusak parah, saya sangat kecewa dan marah")
    with open_store(settings) as store:
        store.add([document])
        store.annotate([Annotation(document=document.id, task="sentiment", value="positive", by="0f3a", at=NOW)])
        done = read(store, classifier, gazetteer, settings, now=LATER)
        assert done["sentiment"].documents == 1, "the model's word is on record too"
        record = store.get([document.id])[0]
        assert record is not None
        assert (record.labels["sentiment"].value, record.labels["sentiment"].by_person) == ("positive", True)
        assert {(a.value, a.by_person) for a in record.annotations if a.task == "sentiment"} == {
            ("positive", True), ("negative", False)
        }  # fmt: skip
        assert spread(store, "sentiment") == {"positive": 1}


def test_a_text_without_words_is_an_abstention_and_not_asked_again(
    settings: Settings, classifier: Classifier, gazetteer: Gazetteer
) -> None:
    with open_store(settings) as store:
        store.add([make_document(0, text="...")])
        assert read(store, classifier, gazetteer, settings)["sentiment"].abstained == 1
        assert spread(store, "sentiment") == {"abstained": 1}
        assert read(store, classifier, gazetteer, settings)["sentiment"].documents == 0


def test_four_slices_at_once_read_every_document_exactly_once(settings: Settings) -> None:
    with open_store(settings) as store:
        store.add(make_document(n) for n in range(300))
        store.add(make_document(n, kind="article") for n in range(60))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "kentongan", "score", "--slice", f"{number}/4"],
            env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(1, 5)
    ]  # fmt: skip
    done: Counter[str] = Counter()
    for process in running:
        out, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, "")
        rows = [json.loads(line) for line in out.splitlines()]
        assert all(0 < row["documents"] < 360 for row in rows)
        done.update({row["task"]: row["documents"] for row in rows})
    assert done == {"sentiment": 300, "hoax": 300, "topic": 360, "language": 360, "region": 360}
    with open_store(settings) as store:
        said_of = [Counter(a.task for a in record.annotations) for record in store.stream(Query())]
        assert len(said_of) == 360
        assert all(set(tasks.values()) == {1} for tasks in said_of)
        assert store.check().problems == ()
    assert [row["documents"] for row in rows_of(settings, "score")] == [0] * 5


def say_always(value: str) -> Callable[[Sequence[Record]], list[tuple[str | None, dict[str, float] | None, bool]]]:
    """A reader that gives every document the same label."""
    return lambda records: [(value, {value: 1.0}, False) for _ in records]


def test_a_new_model_takes_over_only_once_every_slice_has_been_read_by_it(settings: Settings) -> None:
    with open_store(settings) as store:
        store.add(make_document(number) for number in range(40))
        store.refresh()
        score_task(store, "sentiment", say_always("neutral"), model=("lama", "1"), now=NOW)
        first = score_task(store, "sentiment", say_always("negative"), model=("baru", "2"), now=LATER, slice_of=(0, 2))
        store.refresh()
        assert 0 < first.documents < 40
        assert spread(store, "sentiment") == {"neutral": 40}
        score_task(store, "sentiment", say_always("negative"), model=("baru", "2"), now=LATER, slice_of=(1, 2))
        store.refresh()
        assert spread(store, "sentiment") == {"negative": 40}
        assert store.current_models()["sentiment"] == "baru|2"
