"""Caring for the store at the command line: backup, restore, sizes, pruning, compaction."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import rows_of, run_command
from kentongan_documents import make_document

from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture
def stocked(settings: Settings) -> Settings:
    """120 posts and 30 articles."""
    with open_store(settings) as store:
        store.add(make_document(n) for n in range(120))
        store.add(make_document(n, kind="article") for n in range(30))
    return settings


def documents(settings: Settings) -> int:
    return int(rows_of(settings, "store", "size")[0]["documents"])


def test_a_backup_is_restored_and_what_was_there_is_kept(stocked: Settings, tmp_path: Path) -> None:
    file = tmp_path / "cadangan.sqlite"
    (row,) = rows_of(stocked, "store", "backup", str(file))
    assert (row["documents"], row["size_bytes"]) == (150, file.stat().st_size)
    assert "sudah ada" in run_command(stocked, "store", "backup", str(file), status=2).stderr
    run_command(stocked, "store", "prune", "--days", "1", "--kind", "article", "--yes")
    assert documents(stocked) == 120
    asked = run_command(stocked, "store", "restore", str(file), status=2)
    assert "150 dokumen" in asked.stderr and "--yes" in asked.stderr
    assert documents(stocked) == 120
    said = run_command(stocked, "store", "restore", str(file), "--yes").stderr
    assert "150 dokumen dipulihkan" in said
    assert documents(stocked) == 150
    (kept,) = stocked.store_dir.glob("sebelum-pemulihan-*.sqlite")
    run_command(stocked, "store", "restore", str(kept), "--yes")
    assert documents(stocked) == 120
    assert rows_of(stocked, "store", "check")[0]["problems"] is None


def test_pruning_asks_first_and_says_what_it_did(stocked: Settings) -> None:
    assert "salah satu" in run_command(stocked, "store", "prune", status=2).stderr
    assert "paling sedikit 1" in run_command(stocked, "store", "prune", "--days", "0", status=2).stderr
    assert "Tidak ada dokumen" in run_command(stocked, "store", "prune", "--before", "2001-01-01").stderr
    refused = run_command(stocked, "store", "prune", "--before", "2030-01-01", status=2).stderr
    assert "Hapus 150 dokumen" in refused and "--yes" in refused
    assert documents(stocked) == 150
    (row,) = rows_of(stocked, "store", "prune", "--before", "2030-01-01", "--kind", "post", "--yes")
    assert row == {"dropped": 120, "judged_kept": 0, "case_kept": 0}
    assert documents(stocked) == 30


def test_sizes_name_parts_and_kinds_and_compaction_makes_them_smaller(stocked: Settings) -> None:
    (row,) = rows_of(stocked, "store", "size")
    assert row["kinds"] == {"post": 120, "article": 30}
    assert row["parts"]["dokumen"] > 0 and row["parts"]["indeks kata"] > 0
    run_command(stocked, "store", "prune", "--days", "1", "--yes")
    (compacted,) = rows_of(stocked, "store", "compact")
    assert compacted["after_bytes"] < compacted["before_bytes"]
    assert rows_of(stocked, "store", "size")[0]["bytes_each"] is None


def test_what_is_no_backup_is_refused_in_words(stocked: Settings, tmp_path: Path) -> None:
    (tmp_path / "teks.sqlite").write_text("bukan", encoding="utf-8")
    assert "bukan cadangan" in run_command(stocked, "store", "restore", str(tmp_path / "teks.sqlite"), status=2).stderr
    assert "tidak ada" in run_command(stocked, "store", "restore", str(tmp_path / "lain.sqlite"), status=2).stderr
    assert documents(stocked) == 150


def test_local_care_of_a_servers_store_is_refused_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    import msgspec

    remote = msgspec.structs.replace(settings, elasticsearch_url="http://127.0.0.1:9")
    for words in (("backup", str(tmp_path / "x")), ("restore", str(tmp_path / "x"), "--yes"), ("compact",)):
        assert "store copy" in run_command(remote, "store", *words, status=None).stderr
