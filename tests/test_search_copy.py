"""A store copied into another one, of either engine, answers like its origin; what differs is named."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import environment, run_command
from search_documents import FIRST_DAY, World, build_world, fill, make_change, make_document, make_label
from search_stores import ENGINES, all_pages, delete_indices, elastic_store, embedded_store, new_alias

from kentongan.schema import Gap, Query
from kentongan.settings import Settings
from search.copy import BATCH, Copied, compare_documents, copy_store
from search.embedded import EmbeddedStore
from search.open import open_store
from search.store import DIMENSIONS, Store

QUERIES = (
    Query(), Query(text="banjir"), Query(text='"jalan rusak" ATAU air*'), Query(text="jum'at"),
    Query(sentiments=("negative",)), Query(topics=("none", "abstained")), Query(regions=("99.01",)),
    Query(hashtags=("bansos",)), Query(unscored_by="sentiment|linear|1"), Query(text="-banjir", kinds=("post",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


def assert_same_answers(ours: Store, theirs: Store, world: World) -> None:
    for query in QUERIES:
        assert all_pages(ours, query, limit=101) == all_pages(theirs, query, limit=101), query
        assert ours.facets(query, fields=DIMENSIONS) == theirs.facets(query, fields=DIMENSIONS), query
    for dimension in DIMENSIONS:
        assert ours.count(Query(), by=[dimension]) == theirs.count(Query(), by=[dimension]), dimension
    ids = [document.id for document in world.documents]
    assert ours.get(ids) == theirs.get(ids) and None not in ours.get(ids)
    assert ours.gaps() == theirs.gaps() and ours.current_models() == theirs.current_models()
    assert (theirs.check().problems, theirs.health().documents) == ((), len(ids))


def test_a_store_taken_into_elasticsearch_and_back_answers_like_its_origin(
    tmp_path: Path, elasticsearch_url: str, world: World
) -> None:
    with (
        embedded_store(tmp_path) as origin,
        elastic_store(elasticsearch_url) as elastic,
        embedded_store(tmp_path) as back,
    ):
        fill(origin, world)
        assert copy_store(origin, elastic) == Copied(documents=300, written=300, differences=())
        assert copy_store(elastic, back) == Copied(documents=300, written=300, differences=())
        assert_same_answers(origin, elastic, world)
        assert_same_answers(origin, back, world)


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as stack:
        if request.param == "embedded":
            yield stack.enter_context(embedded_store(tmp_path / "tujuan"))
        else:
            yield stack.enter_context(elastic_store(request.getfixturevalue("elasticsearch_url")))


@pytest.fixture
def origin(tmp_path: Path, world: World) -> Iterator[EmbeddedStore]:
    with embedded_store(tmp_path / "asal") as store:
        fill(store, world)
        yield store


def test_a_copy_repeated_brings_over_only_what_is_new(origin: EmbeddedStore, target: Store, world: World) -> None:
    assert copy_store(origin, target).written == 300
    assert copy_store(origin, target) == Copied(documents=300, written=0, differences=())
    added = make_document(9_000)
    origin.add([added])
    origin.observe([make_change(world.documents[0], "kata yang baru", at=FIRST_DAY + timedelta(days=40))])
    origin.annotate([make_label(world.documents[1], "topic", "health", by="analis-2", version=None, revision=None)])
    origin.use_model("topic", "linear", "2")
    again = copy_store(origin, target)
    assert (again.documents, again.differences) == (301, ())
    assert target.get([added.id])[0] is not None
    assert_same_answers(origin, target, World((*world.documents, added), (), (), ()))


def test_what_differs_afterwards_is_named_and_left_as_it_is(
    origin: EmbeddedStore, tmp_path: Path, world: World
) -> None:
    with embedded_store(tmp_path / "tujuan") as target:
        copy_store(origin, target)
        altered, foreign = world.documents[7], make_document(9_000)
        with closing(sqlite3.connect(target.folder / "truth.sqlite")) as truth, truth:
            (kept,) = truth.execute("SELECT json FROM documents WHERE id = ?", (altered.id,)).fetchone()
            changed = json.dumps({**json.loads(kept), "place": "Kecamatan lain"}).encode()
            truth.execute("UPDATE documents SET json = ? WHERE id = ?", (changed, altered.id))
        target.add([foreign])
        gap = Gap(source="linimasa", since=FIRST_DAY, until=FIRST_DAY + timedelta(hours=1), reason="uji")
        target.add_gaps([gap])
        target.use_model("hoax", "linear-hoax", "1")
        found = copy_store(origin, target)
        assert found.differences == (
            f"1 dokumen di tujuan isinya lain (dibiarkan): {altered.id}.",
            f"1 dokumen hanya ada di tujuan (dibiarkan): {foreign.id}.",
            "1 celah pengumpulan hanya ada di tujuan (dibiarkan).",
            "Model hoax yang berlaku: di asal tidak ada, di tujuan linear-hoax|1.",
        )
        assert target.get([altered.id])[0].document.place == "Kecamatan lain"  # type: ignore[union-attr]


def test_what_did_not_arrive_is_named(origin: EmbeddedStore, target: Store, world: World) -> None:
    copy_store(origin, target)
    lost = sorted(document.id for document in world.documents[:9])
    target.drop(lost)
    target.refresh()
    with origin.freeze() as ours, target.freeze() as theirs:
        (said,) = compare_documents(ours, theirs, 300, None)
    assert said == f"9 dokumen tidak sampai di tujuan: {', '.join(lost[:5])}, dan 4 lagi."
    assert copy_store(origin, target).differences == ()
    assert None not in target.get(lost)


def test_a_copy_is_of_the_moment_it_began_though_its_origin_is_written_to(origin: EmbeddedStore, target: Store) -> None:
    late = make_document(9_001)

    def write_meanwhile(done: int, total: int | None, note: str) -> None:
        origin.add([late])

    copied = copy_store(origin, target, report=write_meanwhile)
    assert (copied.documents, copied.differences) == (300, ())
    assert origin.get([late.id]) != [None] and target.get([late.id]) == [None]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation whose copy takes a moment."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("banyak") / "var")
    documents = [make_document(number) for number in range(4_000)]
    with open_store(settings) as store:
        store.add(documents)
        store.annotate(make_label(document, "sentiment", "negative") for document in documents)
        store.refresh()
    return settings


@pytest.mark.parametrize("engine", ENGINES)
def test_a_copy_killed_on_its_way_and_repeated_is_whole(
    many: Settings, tmp_path: Path, request: pytest.FixtureRequest, engine: str
) -> None:
    with ExitStack() as stack:
        settings, place = many, str(tmp_path / "tujuan")
        arrived: Callable[[], int] = lambda: written(tmp_path / "tujuan" / "truth.sqlite")  # noqa: E731
        if engine == "elasticsearch":
            place = request.getfixturevalue("elasticsearch_url")
            settings = Settings(data_dir=many.data_dir, elasticsearch_index=new_alias())
            reached = Settings(elasticsearch_url=place, elasticsearch_index=settings.elasticsearch_index)
            stack.callback(delete_indices, reached)
            watched = stack.enter_context(open_store(reached))

            def arrived() -> int:
                watched.refresh()
                return watched.count(Query())[0].count

        words = ("store", "copy", "--to", place)
        with subprocess.Popen([sys.executable, "-m", "kentongan", *words], env=environment(settings)) as process:
            # More than the first batch: its labels, too, are there.
            while process.poll() is None and arrived() <= BATCH:
                time.sleep(0.02)
            process.kill()
        assert process.returncode != 0, "the copy was over before it was killed"
        assert BATCH < arrived() < 4_000
        done = run_command(settings, *words)
        told = json.loads(done.stdout)
        assert told["documents"] == 4_000 and told["differences"] == 0
        assert told["written"] < 4_000, "what was there already was not written again"
        assert "Salinan lengkap" in done.stderr
        assert json.loads(run_command(settings, *words).stdout)["written"] == 0


def written(file: Path) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as truth:
        try:
            return int(truth.execute("SELECT count(*) FROM documents").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


REFUSED = {
    "": "Belum disebut: --to",
    "--to {store}": "penyimpanan yang sama",
    "--to {store}/../store": "penyimpanan yang sama",
    "--from {empty} --to {store}": "Tidak ada penyimpanan di",
    "--to {full}": "berisi hal lain",
}


@pytest.mark.parametrize("words", REFUSED)
def test_places_that_cannot_be_copied_are_refused_in_words(many: Settings, tmp_path: Path, words: str) -> None:
    (tmp_path / "kosong").mkdir()
    (tmp_path / "penuh").mkdir()
    (tmp_path / "penuh" / "surat.txt").write_text("bukan penyimpanan", encoding="utf-8")
    places = {"store": many.store_dir, "empty": tmp_path / "kosong", "full": tmp_path / "penuh"}
    done = run_command(many, "store", "copy", *words.format(**places).split(), status=2)
    assert REFUSED[words] in done.stderr and done.stdout == ""
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["surat.txt"]
