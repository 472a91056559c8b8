"""Backup, restore, sizes, retention and compaction of the embedded store."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from search_documents import FIRST_DAY, build_world, fill, make_document, make_label

from kentongan.errors import Conflict, KentonganError, NotFound, Retry
from kentongan.schema import Query
from search.backup import back_up, restore
from search.embedded import EmbeddedStore
from search.retention import prune
from search.store import Store

EVERYTHING = Query()
HERE = Path(__file__).resolve().parent

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from search_documents import make_document
from search.embedded import EmbeddedStore
with EmbeddedStore(Path(sys.argv[1])) as store:
    for number in range(10_000, 1_000_000, 10):
        store.add([make_document(n) for n in range(number, number + 10)])
        print(number + 10, flush=True)
"""

RESTORER = """
import sys
from pathlib import Path
from search.backup import restore
from search.embedded import EmbeddedStore
with EmbeddedStore(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    restore(store.truth, Path(sys.argv[2]), safety=Path(sys.argv[3]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def everything(store: Store) -> dict[str, object]:
    """All that a store holds and answers, for comparing."""
    return {
        "records": list(store.search(EVERYTHING, limit=5_000).records),
        "days": store.count(EVERYTHING, by=("day", "topic")),
        "words": store.search(Query(text="banjir"), limit=500).total,
        "models": store.current_models(),
        "gaps": store.gaps(),
    }


def test_a_restored_backup_answers_as_the_store_did_when_it_was_made(folder: Path, tmp_path: Path) -> None:
    with EmbeddedStore(folder) as store:
        fill(store, build_world(200))
        store.refresh()
        before = everything(store)
        assert back_up(store.truth, tmp_path / "simpan" / "cadangan.sqlite") == store.health().documents
        store.drop([record.document.id for record in store.search(EVERYTHING, limit=50).records])
        store.add([make_document(n) for n in range(70_000, 70_500)])
        store.use_model("topic", "lain", "9")
        store.refresh()
        after = everything(store)
        assert after != before
        restore(store.truth, tmp_path / "simpan" / "cadangan.sqlite", safety=tmp_path / "sebelum.sqlite")
        assert everything(store) == before
        assert store.check().problems == ()
    with EmbeddedStore(tmp_path / "baru") as fresh:
        restore(fresh.truth, tmp_path / "sebelum.sqlite", safety=tmp_path / "kosong.sqlite")
        assert everything(fresh) == after, "what was replaced had been kept"


def test_another_opening_sees_the_restored_documents_at_once(folder: Path, tmp_path: Path) -> None:
    with EmbeddedStore(folder) as store, EmbeddedStore(folder) as other:
        store.add([make_document(1)])
        back_up(store.truth, tmp_path / "b.sqlite")
        store.add([make_document(n) for n in range(2, 9)])
        other.refresh()
        assert other.search(EVERYTHING).total == 8
        restore(store.truth, tmp_path / "b.sqlite", safety=tmp_path / "s.sqlite")
        assert [record.document.native_key for record in other.search(EVERYTHING).records] == ["1"]
        other.add([make_document(n) for n in range(50, 70)])
        other.refresh()
        assert store.search(EVERYTHING).total == 21
        assert store.check().problems == ()


def test_a_backup_made_while_another_process_writes_is_whole(folder: Path, tmp_path: Path) -> None:
    with EmbeddedStore(folder) as store:
        fill(store, build_world(300))
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(HERE)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert writer.stdout is not None
            for number in range(5):
                said = int(writer.stdout.readline())
                back_up(store.truth, tmp_path / f"{number}.sqlite")
                with EmbeddedStore(tmp_path / f"from-{number}") as copy:
                    restore(copy.truth, tmp_path / f"{number}.sqlite", safety=tmp_path / f"{number}.safety")
                    assert copy.get([make_document(said - 1).id]) != [None], "what was acknowledged before is in it"
                    assert copy.check().problems == ()
            assert writer.poll() is None, "the writer went on throughout"
        finally:
            writer.kill()
            writer.communicate()


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(
    folder: Path, tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    with EmbeddedStore(folder) as store:
        store.add([make_document(n) for n in range(3_000)])
        back_up(store.truth, tmp_path / "old.sqlite")
        store.add([make_document(n) for n in range(3_000, 6_000)])
        back_up(store.truth, tmp_path / "new.sqlite")
    chance, ended = random.Random(), set[int]()
    environment = {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"}
    for trial in range(trials(4, 50)):
        words = [folder, tmp_path / ("old.sqlite", "new.sqlite")[trial % 2], tmp_path / f"safety-{trial}"]
        process = subprocess.Popen(
            [sys.executable, "-c", RESTORER, *map(str, words)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with EmbeddedStore(folder) as store:
            ended.add(store.search(EVERYTHING).total)
            assert store.check().problems == ()
    assert ended <= {3_000, 6_000}


def test_what_is_no_backup_changes_nothing(folder: Path, tmp_path: Path) -> None:
    with EmbeddedStore(folder) as store:
        store.add([make_document(1)])
        (tmp_path / "teks.sqlite").write_text("bukan basis data", encoding="utf-8")
        sqlite3.connect(tmp_path / "asing.sqlite").executescript("CREATE TABLE x (y); PRAGMA user_version = 1")
        store.refresh()
        back_up(store.truth, tmp_path / "baik.sqlite")
        whole = (tmp_path / "baik.sqlite").read_bytes()
        (tmp_path / "terpotong.sqlite").write_bytes(whole[: len(whole) // 2])
        (tmp_path / "kosong.sqlite").touch()
        newer = sqlite3.connect(tmp_path / "baru.sqlite")
        sqlite3.connect(tmp_path / "baik.sqlite").backup(newer)
        newer.execute("PRAGMA user_version = 99")
        for name in ("teks", "asing", "terpotong", "kosong", "baru"):
            with pytest.raises(KentonganError, match="adangan"):
                restore(store.truth, tmp_path / f"{name}.sqlite", safety=tmp_path / "s.sqlite")
        with pytest.raises(NotFound):
            restore(store.truth, tmp_path / "tidak-ada.sqlite", safety=tmp_path / "s.sqlite")
        assert not (tmp_path / "s.sqlite").exists()
        assert store.search(EVERYTHING).total == 1


def test_a_backup_never_replaces_a_file_and_leaves_no_half_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedStore(folder) as store:
        store.add([make_document(1)])
        target = tmp_path / "cadangan" / "b.sqlite"
        back_up(store.truth, target)
        with pytest.raises(Conflict):
            back_up(store.truth, target)
        with pytest.raises(Retry):
            back_up(store.truth, Path("/proc/tidak-bisa/b.sqlite"))

        def stop(done: int, total: int | None, note: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            back_up(store.truth, target.with_name("c.sqlite"), report=stop)
        assert [file.name for file in target.parent.iterdir()] == ["b.sqlite"]


def test_sizes_add_up_to_what_lies_on_the_disk(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        fill(store, build_world(300))
        store.refresh()
        sizes = store.sizes()
        assert min(sizes["dokumen"], sizes["label"], sizes["indeks kata"]) > 0
        truth = sum(size for part, size in sizes.items() if part not in ("log tulis", "indeks kata"))
        with store.truth.reading() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
        assert truth == pages * 4096


def test_old_documents_go_and_those_a_person_judged_stay(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        store.add([make_document(n, kind="article" if n % 2 else "post") for n in range(100)])
        store.annotate([make_label(make_document(4), "topic", "health", by="sari", version=None)])
        store.annotate([make_label(make_document(6), "topic", "health")])
        old = Query(until=FIRST_DAY + timedelta(minutes=50), kinds=("post",))
        store.refresh()
        pruned = prune(store, old)
        assert (pruned.dropped, pruned.judged) == (24, 1)
        assert store.search(EVERYTHING).total == 76
        assert store.get([make_document(4).id]) != [None] and store.get([make_document(6).id]) == [None]
        assert prune(store, old, even_judged=True).dropped == 1
        assert store.check().problems == ()


def test_compacting_gives_room_back_and_changes_no_answer(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        store.add([make_document(n, text="kabar panjang " * 50) for n in range(3_000)])
        store.drop([make_document(n).id for n in range(2_900)])
        store.refresh()
        before, size = everything(store), store.truth.file.stat().st_size
        store.truth.compact()
        assert store.truth.file.stat().st_size < size / 3
        assert everything(store) == before
        store.add([make_document(n) for n in range(3_000, 3_100)])
        store.refresh()
        assert store.search(EVERYTHING).total == 200
        assert store.check().problems == ()
