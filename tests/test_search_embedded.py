"""What the embedded store promises beyond the contract: kills, several processes, damaged files, full disks."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import tantivy
from search_documents import FIRST_DAY, build_world, fill, make_document, make_label

import search.index_keeper
import search.tantivy_hits
import search.truth_file
from kentongan.errors import BadQuery, KentonganError, Retry
from kentongan.schema import Query
from search.embedded import EmbeddedStore

HERE = Path(__file__).resolve().parent

WRITER = """
import sys
from pathlib import Path
from search_documents import FIRST_DAY, make_document, make_label
from search.embedded import EmbeddedStore

folder, first, batch, batches = Path(sys.argv[1]), *map(int, sys.argv[2:])
with EmbeddedStore(folder) as store:
    for start in range(first, first + batch * batches, batch):
        documents = [make_document(n, text=f"banjir nomor {n}") for n in range(start, start + batch)]
        store.add(documents)
        store.annotate([make_label(d, "topic", "health") for d in documents])
        print(start, flush=True)
"""
"""Adds and labels batches of documents, and says the first number of each once it is acknowledged."""

FULL_DISK = """
import resource, sys
from pathlib import Path
from search_documents import make_document
import search.index_keeper
from search.embedded import EmbeddedStore
from kentongan.errors import Retry
from kentongan.schema import Query

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def refused(act):
    try:
        act()
    except Retry as error:
        assert "tidak hilang" in str(error) or "ulangi" in str(error), error
        return True
    return False

store = EmbeddedStore(Path(sys.argv[1]))
store.add(make_document(n) for n in range(500))
store.refresh()
search.index_keeper.FRESH_S = 1e12
store.add(make_document(n, text=f"isi {n} " * 40) for n in range(500, 1000))
search.index_keeper.FRESH_S = 1.0
for size in (100, 20_000):
    limit(size)
    assert refused(lambda: store.add([make_document(9_999)])), "the truth cannot grow"
    assert refused(store.refresh), "the index cannot grow"
    assert store.search(Query()).total == 500, "what was searchable stays so"
    with EmbeddedStore(Path(sys.argv[1])) as other:
        assert other.search(Query()).total == 500
limit(resource.RLIM_INFINITY)
assert store.add([make_document(9_999)]).new == 1
store.refresh()
assert store.search(Query()).total == 1001
assert store.check().problems == ()
store.close()
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """The script in a process of its own, which finds the tests' modules and ours."""
    paths = os.pathsep.join([str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )


def index_folder(folder: Path) -> Path:
    """The valid index of a store's folder."""
    (valid,) = (child for child in (folder / "index").iterdir() if child.name.isdigit())
    return valid


def is_whole(store: EmbeddedStore, documents: int) -> bool:
    """Whether the index says what the truth says, and that is so many documents."""
    checked = store.check()
    found = {record.document.id for record in store.stream(Query())}
    return (checked.problems, checked.documents, store.search(Query()).total, len(found)) == ((), *[documents] * 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def filled(folder: Path) -> Path:
    """The folder of a closed store with 200 documents."""
    with EmbeddedStore(folder) as store:
        fill(store, build_world(200))
    return folder


# Kills and several processes


def test_a_killed_writer_loses_and_doubles_nothing_it_had_acknowledged(
    folder: Path, trials: Callable[[int, int], int]
) -> None:
    chance, acknowledged, batch = random.Random(), set[int](), 20
    for trial in range(trials(3, 50)):
        process = start(WRITER, folder, trial * 100_000, batch, 5_000)
        assert process.stdout is not None
        acknowledged.add(int(process.stdout.readline()))
        time.sleep(chance.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        acknowledged.update(int(line) for line in process.stdout.read().split("\n") if line)
        process.wait()
        process.stdout.close()
        with EmbeddedStore(folder) as store:
            documents = [make_document(first + n) for first in acknowledged for n in range(batch)]
            kept = store.get([document.id for document in documents])
            assert all(record is not None and record.labels["topic"].value == "health" for record in kept)
            assert is_whole(store, store.health().documents)
            labelled = {bucket.key[0]: bucket.count for bucket in store.count(Query(), by=["topic"])}
            # The batch it was killed in may be there without its labels, or not at all.
            assert labelled["health"] % batch == 0
            assert labelled["health"] >= len(documents)
            assert labelled.get("none", 0) <= batch * (trial + 1)


def test_several_processes_write_and_one_searches_meanwhile(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        writers = [start(WRITER, folder, number * 1_000, 25, 12) for number in range(3)]
        seen = 0
        while any(writer.poll() is None for writer in writers):
            total = store.search(Query(text="banjir")).total
            assert total >= seen
            seen = total
            time.sleep(0.02)
        for writer in writers:
            assert writer.stdout is not None
            assert len(writer.stdout.read().split()) == 12
            writer.stdout.close()
            assert writer.returncode == 0
        store.refresh()
        assert is_whole(store, 900)
        assert store.search(Query(text="banjir", topics=("health",))).total == 900


def test_another_openings_documents_are_found_without_being_told(folder: Path) -> None:
    with EmbeddedStore(folder) as ours, EmbeddedStore(folder) as theirs:
        for number in range(3):
            theirs.add([make_document(number)])
            give_up = time.monotonic() + 20
            while ours.search(Query()).total != number + 1:
                assert time.monotonic() < give_up
                time.sleep(0.05)


def test_while_another_process_holds_the_index_writes_and_searches_go_on_and_refresh_waits(filled: Path) -> None:
    with EmbeddedStore(filled) as store:
        writer = tantivy.Index.open(str(index_folder(filled))).writer(15_000_000, 1)
        store.add([make_document(5_000, text="baru sekali")])
        assert store.get([make_document(5_000).id])[0] is not None
        assert store.search(Query()).total == 200
        refreshed = threading.Thread(target=store.refresh)
        refreshed.start()
        refreshed.join(0.3)
        assert refreshed.is_alive()
        writer.wait_merging_threads()
        refreshed.join(30)
        assert not refreshed.is_alive()
        assert store.search(Query(text='"baru sekali"')).total == 1


def test_refresh_gives_up_on_an_index_that_stays_held(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.index_keeper, "PATIENCE_S", 0.1)
    with EmbeddedStore(filled) as store:
        writer = tantivy.Index.open(str(index_folder(filled))).writer(15_000_000, 1)
        store.add([make_document(5_000)])
        with pytest.raises(Retry, match="proses lain"):
            store.refresh()
        writer.wait_merging_threads()
        store.refresh()
        assert is_whole(store, 201)


def test_threads_share_one_opening(filled: Path) -> None:
    faults: list[BaseException] = []

    def work(act: Callable[[int], object]) -> None:
        try:
            for number in range(15):
                act(number)
        except BaseException as error:
            faults.append(error)
            raise

    with EmbeddedStore(filled) as store:
        acts: list[Callable[[int], object]] = [
            lambda n: store.add([make_document(6_000 + n)]),
            lambda n: store.annotate([make_label(build_world(200).documents[n], "tone", "neutral")]),
            lambda n: store.search(Query(text="banjir")),
            lambda n: store.count(Query(), by=["day", "topic"]),
            lambda n: store.refresh(),
        ]
        threads = [threading.Thread(target=work, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        store.refresh()
        assert is_whole(store, 215)


# Damage


def truncate(folder: Path) -> None:
    for file in index_folder(folder).glob("*.idx"):
        os.truncate(file, file.stat().st_size // 2)


def empty_meta(folder: Path) -> None:
    (index_folder(folder) / "meta.json").write_bytes(b"")


def remove_segment(folder: Path) -> None:
    next(index_folder(folder).glob("*.fast")).unlink()


def forget_documents(folder: Path) -> None:
    index = tantivy.Index.open(str(index_folder(folder)))
    index.register_tokenizer("space", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(15_000_000, 1)
    writer.delete_documents_by_term("kind", "post")
    writer.commit()
    writer.wait_merging_threads()


def change_shape(folder: Path) -> None:
    connection = sqlite3.connect(folder / "truth.sqlite")
    with connection:
        connection.execute("UPDATE text_index SET version = 0")
    connection.close()


DAMAGES = [
    lambda folder: shutil.rmtree(folder / "index"),
    lambda folder: shutil.rmtree(index_folder(folder)),
    truncate,
    empty_meta,
    remove_segment,
    forget_documents,
    change_shape,
]
NAMES = ["deleted", "generation deleted", "truncated", "without meta", "without segment", "short", "old shape"]


@pytest.mark.parametrize("damage", DAMAGES, ids=NAMES)
def test_a_damaged_index_is_built_anew_on_opening(filled: Path, damage: Callable[[Path], None]) -> None:
    damage(filled)
    with EmbeddedStore(filled) as store:
        assert is_whole(store, 200)
        assert store.search(Query(text="banjir")).total > 0


# A file truncated under an open mapping kills the process (SIGBUS), as it does any program that maps files: the next
# opening mends it, which the test above shows.
@pytest.mark.parametrize("number", [0, 1, 3, 4], ids=lambda number: NAMES[number])
def test_an_index_damaged_while_open_is_built_anew_with_the_next_write(filled: Path, number: int) -> None:
    with EmbeddedStore(filled) as store, EmbeddedStore(filled) as other:
        DAMAGES[number](filled)
        store.add([make_document(5_000)])
        store.refresh()
        assert store.search(Query()).total == 201
        other.refresh()
        assert other.search(Query()).total == 201
    with EmbeddedStore(filled) as store:
        assert is_whole(store, 201)


def test_a_check_finds_what_the_index_lost_and_a_rebuild_mends_it(filled: Path) -> None:
    with EmbeddedStore(filled) as store:
        assert store.check().problems == ()
        forget_documents(filled)
        store.keeper.current_index().loaded = -1
        checked = store.check()
        assert checked.behind > 0
        assert any("tidak ada di indeks" in said and "kentongan store rebuild" in said for said in checked.problems)
        store.rebuild()
        assert is_whole(store, 200)


@pytest.mark.parametrize("ending", ["idx", "pos", "term", "fast", "store", "fieldnorm"])
def test_flipped_bytes_in_a_segment_are_found_and_a_rebuild_mends_them(filled: Path, ending: str) -> None:
    file = max(index_folder(filled).glob(f"*.{ending}"), key=lambda one: one.stat().st_size)
    content = bytearray(file.read_bytes())
    for place in range(len(content) // 4, len(content) // 2, 7):
        content[place] ^= 0x55
    file.write_bytes(content)
    with EmbeddedStore(filled) as store:
        generation = store.truth.head()[1].generation
        problems = " ".join(store.check().problems)
        if store.truth.head()[1].generation == generation:
            assert file.name in problems and "store rebuild" in problems
        else:
            assert problems == "", "what the engine noticed by itself was built anew"
        store.rebuild()
        assert is_whole(store, 200)


def test_a_writer_far_ahead_of_the_index_waits_for_whoever_has_it(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.index_keeper, "MOST_BEHIND", 20)
    with EmbeddedStore(filled) as store:
        held = tantivy.Index.open(str(index_folder(filled))).writer(15_000_000, 1)
        store.add([make_document(n) for n in range(5_000, 5_015)])
        adding = threading.Thread(target=store.add, args=([make_document(n) for n in range(6_000, 6_015)],))
        adding.start()
        adding.join(1)
        assert adding.is_alive()
        assert store.get([make_document(6_014).id]) != [None], "it is durable while its writer waits"
        held.wait_merging_threads()
        adding.join(30)
        assert not adding.is_alive()
        assert is_whole(store, 230)


def test_an_older_truth_put_back_takes_its_index_along(filled: Path, tmp_path: Path) -> None:
    shutil.copy(filled / "truth.sqlite", tmp_path / "backup.sqlite")
    with EmbeddedStore(filled) as store:
        store.add(make_document(n) for n in range(5_000, 5_050))
        store.refresh()
    for file in filled.glob("truth.sqlite*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.sqlite", filled / "truth.sqlite")
    with EmbeddedStore(filled) as store:
        assert is_whole(store, 200)


def test_an_older_index_put_back_is_caught_up(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled / "index", tmp_path / "index")
    with EmbeddedStore(filled) as store:
        store.add(make_document(n) for n in range(5_000, 5_050))
        store.drop(document.id for document in build_world(200).documents[:7])
        store.refresh()
    shutil.rmtree(filled / "index")
    shutil.copytree(tmp_path / "index", filled / "index")
    with EmbeddedStore(filled) as store:
        store.refresh()
        assert is_whole(store, 243)


def test_a_rebuild_leaves_one_index_and_searches_go_on(filled: Path) -> None:
    with EmbeddedStore(filled) as store, EmbeddedStore(filled) as reader:
        before = index_folder(filled)
        totals: list[int] = []
        rebuilding = threading.Thread(target=store.rebuild)
        rebuilding.start()
        while rebuilding.is_alive():
            totals.append(reader.search(Query()).total)
        rebuilding.join()
        assert set(totals) <= {200}
        assert index_folder(filled) != before
        assert [child.name for child in (filled / "index").iterdir()] == [index_folder(filled).name]
        assert reader.search(Query()).total == 200


def test_a_truth_that_is_no_database_or_too_new_is_said_in_words(filled: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(filled / "truth.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(KentonganError, match="lebih baru"):
        EmbeddedStore(filled)
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "truth.sqlite").write_bytes(b"bukan basis data" * 500)
    with pytest.raises(KentonganError, match=r"rusak.*cadangan"):
        EmbeddedStore(tmp_path / "lain")
    with pytest.raises(Retry, match="tidak dapat dipakai"):
        EmbeddedStore(tmp_path / "lain" / "truth.sqlite" / "dalam")


def test_a_locked_truth_asks_to_come_again_and_loses_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.truth_file, "WAIT_S", 0.1)
    with EmbeddedStore(filled) as store:
        other = sqlite3.connect(filled / "truth.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Retry, match="ulangi sebentar lagi"):
            store.add([make_document(5_000)])
        assert store.search(Query()).total == 200
        other.execute("ROLLBACK")
        other.close()
        assert store.add([make_document(5_000)]).new == 1
        store.refresh()
        assert is_whole(store, 201)


def test_a_full_disk_is_said_and_everything_goes_on_once_there_is_room(folder: Path) -> None:
    process = start(FULL_DISK, folder)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 0


# Order and pages


def test_documents_that_share_a_key_are_streamed_and_paged_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.tantivy_hits, "CHUNK", 3)
    ids = [f"abcde{n:027x}" for n in range(25)]
    with EmbeddedStore(folder) as store:
        store.add(make_document(n, id=id, published_at=FIRST_DAY) for n, id in enumerate(ids))
        store.add(make_document(n, published_at=FIRST_DAY + timedelta(days=n)) for n in (30, 31, 32))
        store.refresh()
        streamed = [record.document.id for record in store.stream(Query())]
        assert len(streamed) == len(set(streamed)) == 28
        paged, after = [], None
        while True:
            page = store.search(Query(), limit=4, after=after)
            paged += [record.document.id for record in page.records]
            if page.after is None:
                break
            after = page.after
        assert paged[3:] == sorted(ids, reverse=True)


@pytest.mark.parametrize("after", ["", "x", "1:2", f"9{'9' * 30}:{'a' * 32}", f"1:{'A' * 32}", "\ud800"])
def test_a_page_marker_nobody_gave_out_is_refused(folder: Path, after: str) -> None:
    with EmbeddedStore(folder) as store, pytest.raises(BadQuery, match="Penanda halaman"):
        store.search(Query(), after=after)


def test_a_document_that_could_not_be_read_again_is_refused_before_anything_is_written(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        for wrong in (make_document(2, id="bukan-id"), make_document(2, author=5)):
            with pytest.raises(ValueError, match=r"document id|cannot be stored"):
                store.add([make_document(1), wrong])
        store.refresh()
        assert store.search(Query()).total == 0


def test_a_stream_keeps_to_what_matched_when_it_began(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.tantivy_hits, "CHUNK", 20)
    monkeypatch.setattr(search.index_keeper, "FRESH_S", 0.0)
    with EmbeddedStore(filled) as store:
        seen = []
        for number, record in enumerate(store.stream(Query(unscored_by="tone|linear|1"))):
            seen.append(record.document.id)
            if number % 20 == 0:
                store.annotate([make_label(record.document, "tone", "neutral", revision=record.newest.hash)])
                store.add([make_document(7_000 + number)])
        assert len(seen) == len(set(seen)) == 200
