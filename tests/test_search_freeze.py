"""A frozen view: whatever is written meanwhile, by whomever, every answer is of one moment. On both stores."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from search_documents import FIRST_DAY, build_world, fill, make_document
from search_stores import ids_of, store  # noqa: F401 (a fixture)

from kentongan.schema import Annotation, Gap, Observation, Query, Revision, revision_hash
from search.embedded import EmbeddedStore
from search.store import Store

EVERYTHING = Query()

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from search_documents import make_document
from search.embedded import EmbeddedStore
with EmbeddedStore(Path(sys.argv[1])) as store:
    number = 1000
    while True:
        store.add([make_document(n) for n in range(number, number + 20)])
        store.drop([make_document(number - 10).id])
        number += 20
        print(number, flush=True)
"""


def test_a_view_answers_of_its_moment_whatever_is_written_meanwhile(store: Store) -> None:  # noqa: F811
    store.add([make_document(n) for n in range(30)])
    store.use_model("topic", "m", "1")
    with store.freeze() as view:
        before = ids_of(store.search(EVERYTHING, limit=50))
        store.add([make_document(n) for n in range(30, 60)])
        store.drop([make_document(0).id])
        words = "kata baru sama sekali"
        changed = Revision(hash=revision_hash(None, words), text=words)
        seen = Observation(
            document=make_document(1).id, at=FIRST_DAY + timedelta(days=1), state="changed", revision=changed
        )
        store.observe([seen])
        said = Annotation(document=make_document(2).id, task="topic", value="health", by="sari", at=FIRST_DAY)
        store.annotate([said])
        store.use_model("topic", "m", "2")
        store.add_gaps([Gap(source="linimasa", since=FIRST_DAY, until=FIRST_DAY + timedelta(hours=1), reason="503")])
        store.refresh()
        frozen = list(view.newest(EVERYTHING))
        assert [record.document.id for record in frozen] == before
        assert all(record.newest.text.startswith("kabar nomor") and not record.annotations for record in frozen)
        assert view.count(EVERYTHING)[0].count == 30
        assert view.count(Query(text="baru")) == view.count(Query(topics=("health",)))
        assert view.current_models() == {"topic": "m|1"}
        assert view.gaps() == []
        halves = [{record.document.id for record in view.stream(EVERYTHING, slice_of=(n, 2))} for n in range(2)]
        assert halves[0] | halves[1] == set(before) and not halves[0] & halves[1]
    with store.freeze() as view:
        assert view.count(EVERYTHING)[0].count == 59
        assert view.current_models() == {"topic": "m|2"}
        assert [gap.reason for gap in view.gaps(sources=("linimasa",))] == ["503"]
        assert view.gaps(sources=("lain",)) == view.gaps(since=FIRST_DAY + timedelta(hours=1)) == []


def test_a_view_sees_what_was_written_just_before(store: Store) -> None:  # noqa: F811
    world = build_world()
    fill(store, world)
    with store.freeze() as view:
        for query in (EVERYTHING, Query(text="banjir"), Query(text="banjir ATAU beras", kinds=("post", "article"))):
            page = store.search(query, limit=1000)
            assert [record.document.id for record in view.newest(query)] == ids_of(page)
            assert view.count(query)[0].count == page.total
            assert view.count(query, by=("day", "kind"), zone="WITA") == store.count(
                query, by=("day", "kind"), zone="WITA"
            )
        assert list(view.newest(EVERYTHING)) == list(store.search(EVERYTHING, limit=1000).records)
        assert view.gaps() == store.gaps()


def test_a_slice_that_does_not_exist_is_refused(store: Store) -> None:  # noqa: F811
    with store.freeze() as view, pytest.raises(ValueError, match="slice"):
        list(view.stream(EVERYTHING, slice_of=(1, 1)))


def test_truth_and_index_of_a_view_are_of_one_moment_while_another_process_writes(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        with EmbeddedStore(folder) as own:
            for _ in range(10):
                writer.stdout.readline()
                with own.freeze() as view:
                    found = [record.document.id for record in view.newest(EVERYTHING)]
                    truth = view.connection.execute("SELECT id FROM documents WHERE json IS NOT NULL")  # type: ignore[attr-defined]
                    assert set(found) == {id for (id,) in truth} and len(found) == len(set(found))
                    assert view.count(EVERYTHING)[0].count == len(found)
            assert writer.poll() is None, "the writer went on throughout"
    finally:
        writer.kill()
        writer.communicate()
