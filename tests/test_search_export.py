"""An export is one frozen moment of a store, as the screen shows it, harmless in a spreadsheet, whole or not there."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import random
import re
import resource
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import environment
from search_documents import FIRST_DAY, build_world, fill, make_document, make_label
from search_stores import ENGINES, all_pages, delete_indices, new_alias

from kentongan.errors import BadSettings, Conflict, KentonganError
from kentongan.schema import Query, Record
from kentongan.settings import Settings
from search.export import About, export_file, sidecar_of
from search.export_formats import FORMATS, harmless, table_cells
from search.export_place import UNFINISHED, put_in_place, unfinished
from search.export_rows import as_row, table_columns, table_row
from search.open import open_store
from search.store import Store

ABOUT = About(
    understood="banjir",
    zone="WITA",
    frozen_at=FIRST_DAY,
    software="kentongan uji",
    models={"sentiment": {"model": "linear", "version": "1", "made_on": None, "data": None}},
)

WRITER = """
import sys
from itertools import count
from search_documents import MODELS, make_change, make_document, make_label
from kentongan.settings import load_settings
from search.open import open_store

with open_store(load_settings()) as store:
    for start in count(10_000, 40):
        documents = [make_document(number, text=f"banjir baru {number}") for number in range(start, start + 40)]
        store.add(documents)
        store.annotate([make_label(document, "sentiment", "negative") for document in documents])
        store.observe([make_change(make_document(number), f"banjir berubah {start}") for number in range(40)])
        store.drop([document.id for document in documents[::2]])
        store.use_model("sentiment", "linear", str(1 + start // 40 % 2))
        print(start, flush=True)
"""
"""Adds, labels, changes, drops and switches models until it is killed."""


@pytest.fixture(params=ENGINES)
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty installation on either engine."""
    if request.param == "embedded":
        yield Settings(data_dir=tmp_path / "var")
        return
    url = request.getfixturevalue("elasticsearch_url")
    settings = Settings(data_dir=tmp_path / "var", elasticsearch_url=url, elasticsearch_index=new_alias())
    yield settings
    delete_indices(settings)


@contextmanager
def writer_at_work(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that goes on writing to the store."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER],
        env=environment(settings, PYTHONPATH=f"{Path(__file__).parent}:{Path(__file__).parent.parent}"),
        stdout=subprocess.PIPE, bufsize=0,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def rounds(process: subprocess.Popen[bytes], count: int) -> None:
    """Wait until the writer has done so many rounds more from now on; what it told before does not count."""
    assert process.stdout is not None
    while select.select([process.stdout], [], [], 0)[0]:
        assert process.stdout.readline(), "the writer stopped"
    for _ in range(count):
        assert process.stdout.readline(), "the writer stopped"


def read_csv(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def stocked(tmp_path: Path) -> Iterator[Store]:
    with open_store(Settings(data_dir=tmp_path / "var")) as store:
        fill(store, build_world(120))
        yield store


def export(store: Store, target: Path, query: Query | None = None, **options: Any) -> dict[str, Any]:
    """Export, and read the sidecar."""
    with store.freeze() as view:
        export_file(view, query or Query(), target, about=ABOUT, **options)
    told: dict[str, Any] = json.loads(sidecar_of(target).read_bytes())
    return told


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_equals_row_by_row_a_query_of_the_same_frozen_moment(
    installation: Settings, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"banjir{ending}"
    query = Query(text="banjir", since=FIRST_DAY)
    with open_store(installation) as store:
        fill(store, build_world(150))
        with writer_at_work(installation) as process:
            rounds(process, 1)
            with store.freeze() as view:
                rounds(process, 2)
                told = export_file(view, query, target, about=ABOUT)
                rounds(process, 2)
                records = list(view.newest(query))
                assert view.count(query)[0].count == len(records) == told["rows"] > 20
        store.refresh()
        assert all_pages(store, query, limit=200) != [record.document.id for record in records], "nothing was written"
    assert read_back(target) == expected(records, ending)
    assert json.loads(sidecar_of(target).read_bytes())["rows"] == len(records)


def read_back(target: Path) -> list[dict[str, Any]]:
    if target.suffix == ".jsonl":
        return [json.loads(line) for line in target.read_bytes().splitlines()]
    if target.suffix == ".csv":
        return [dict(row) for row in read_csv(target)]
    rows: list[dict[str, Any]] = pq.read_table(target).to_pylist(maps_as_pydicts="strict")
    return rows


def expected(records: list[Record], ending: str) -> list[dict[str, Any]]:
    if ending == ".jsonl":
        return [json.loads(msgspec.json.encode(as_row(record))) for record in records]
    if ending == ".parquet":
        return [table_row(record, ABOUT.zone) for record in records]
    names = table_columns(ABOUT.zone)
    return [dict(zip(names, table_cells(record, ABOUT.zone), strict=True)) for record in records]


def test_the_order_is_that_of_the_screen(stocked: Store, tmp_path: Path) -> None:
    for ending in FORMATS:
        target = tmp_path / f"semua{ending}"
        export(stocked, target)
        assert [row["id"] for row in read_back(target)] == all_pages(stocked, Query(), limit=50)


def test_the_sidecar_tells_how_the_file_came_about(stocked: Store, tmp_path: Path) -> None:
    target = tmp_path / "banjir.csv"
    since, until = FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=9)
    query = Query(text="banjir ATAU air", since=since, until=until, kinds=("post", "article"))
    told = export(stocked, target, query)
    rows = read_csv(target)
    assert told["rows"] == len(rows) == stocked.count(query)[0].count > 2
    assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert (told["query"], told["understood"]) == ("banjir ATAU air", "banjir")
    assert told["filters"] == {"kinds": ["post", "article"]}
    assert (told["since"], told["until"]) == ("2026-11-03T00:00:00Z", "2026-11-10T00:00:00Z")
    assert (told["zone"], told["frozen_at"]) == ("WITA", "2026-11-01T00:00:00Z")
    assert told["columns"] == list(rows[0])
    assert told["models"]["sentiment"]["model"] == "linear" and told["software"] == "kentongan uji"
    gaps = stocked.gaps(since=since, until=until)
    assert [gap["reason"] for gap in told["gaps"]] == [gap.reason for gap in gaps] and gaps
    samples = sum(row["sample"] == "true" for row in rows)
    assert told["sample_documents"] == samples > 0 and told["mark"] == "DATA CONTOH"
    assert "data pribadi" in told["notes"][0] and any("apostrof" in note for note in told["notes"])


def test_an_empty_answer_is_an_empty_table_with_its_columns(stocked: Store, tmp_path: Path) -> None:
    for ending in FORMATS:
        told = export(stocked, tmp_path / f"kosong{ending}", Query(text="tidakadakatanya"))
        assert (told["rows"], told["mark"]) == (0, None)
    assert pq.read_schema(tmp_path / "kosong.parquet").names == list(table_columns("WITA"))
    assert (tmp_path / "kosong.csv").read_bytes().decode("utf-8-sig").split("\r\n")[1:] == [""]


HOSTILE = (
    "=1+1", '=HYPERLINK("http://jahat.example";"klik")', "+62812", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "\n@x",
    "＝1+1", "'sudah berapostrof", "12.10.05", "12/11", "3-4", "0812345678901234567890", "1e10", "Rp 12.500", "10:30",
    "50%", "12345678901234567890123456789012",
)  # fmt: skip
PLAIN = ("banjir = rob", "3 orang", "Rabu 12-11", "a@b", "E", "...", "(Rp)", "👍🏽", "e10", "71dc3d9a0d5a")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_spreadsheet_would_compute_or_convert_gets_one_apostrophe(words: str) -> None:
    assert harmless(words) == f"'{words}"


@pytest.mark.parametrize("words", PLAIN)
def test_what_a_spreadsheet_shows_as_it_is_stays_so(words: str) -> None:
    assert harmless(words) == words


def test_a_long_text_of_digits_costs_no_more_than_its_length() -> None:
    begun = time.process_time()
    harmless("1" * 1_000_000 + "x")
    assert time.process_time() - begun < 1


def test_a_csv_opens_in_excel_with_every_cell_as_it_was(tmp_path: Path) -> None:
    texts = [
        *HOSTILE, *PLAIN, "baris satu\nbaris dua\r\nbaris tiga", 'kutip " titik koma ; koma , selesai', "naïve 😭 é"
    ]  # fmt: skip
    target = tmp_path / "aneh.csv"
    with open_store(Settings(data_dir=tmp_path / "var")) as store:
        store.add(make_document(number, text=text, author="=cmd|x") for number, text in enumerate(texts))
        spread = {"negative": 0.8735, "neutral": 0.1, "positive": 0.0265}
        store.annotate([make_label(make_document(0, text=texts[0]), "sentiment", "negative", probabilities=spread)])
        export(store, target)
    raw = target.read_bytes()
    assert raw.startswith("\ufeffid;kind;source;".encode())
    rows = read_csv(target)
    assert [row["text"].removeprefix("'") if row["text"][0] == "'" else row["text"] for row in rows] == texts[::-1]
    for row in rows:
        for name, cell in row.items():
            assert not re.match(r"\s*[=+\-@＝]|[\t\r]", cell), (name, cell)
    assert {row["author"] for row in rows} == {"'=cmd|x"}
    last = rows[-1]
    assert (last["published_at"], last["published_wita"]) == ("2026-11-01T00:00:00Z", "2026-11-01 08:00:00")
    assert (last["sentiment"], last["sentiment_p"], last["sentiment_by"]) == ("negative", "0,873500", "linear 1")
    assert (rows[0]["sentiment"], rows[0]["sentiment_p"]) == ("none", "")


def test_parquet_keeps_types_and_zones(stocked: Store, tmp_path: Path) -> None:
    target = tmp_path / "semua.parquet"
    export(stocked, target)
    table = pq.read_table(target)
    schema = table.schema
    assert schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("published_wita").type == pa.timestamp("us", tz="+08:00")
    assert schema.field("sentiment").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("sentiment_p").type == pa.float64() and schema.field("raw_offset").type == pa.int64()
    moments = [row["published_at"] for row in table.to_pylist()]
    assert moments == sorted(moments, reverse=True) and all(moment.tzinfo for moment in moments)
    counted = {bucket.key[0]: bucket.count for bucket in stocked.count(Query(), by=["region"])}
    regions = table.column("region").to_pylist()
    assert {region: regions.count(region) for region in regions} == counted


def test_a_file_that_is_there_is_replaced_only_when_asked(stocked: Store, tmp_path: Path) -> None:
    target = tmp_path / "semua.csv"
    export(stocked, target, Query(text="banjir"))
    before = target.read_bytes(), sidecar_of(target).read_bytes()
    with pytest.raises(Conflict, match="sudah ada"):
        export(stocked, target)
    assert (target.read_bytes(), sidecar_of(target).read_bytes()) == before
    told = export(stocked, target, overwrite=True)
    assert told["rows"] == 120 and told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()


def test_other_endings_and_folders_that_are_not_there_are_refused_in_words(stocked: Store, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"\.csv, \.jsonl, \.parquet"):
        export(stocked, tmp_path / "semua.xlsx")
    with pytest.raises(KentonganError, match="tidak ada"):
        export(stocked, tmp_path / "tiada" / "semua.csv")


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_that_fails_on_its_way_leaves_nothing(stocked: Store, tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "keluar"
    folder.mkdir()

    def stop(done: int, total: int | None, note: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(stocked, folder / f"semua{ending}", report=stop)
    assert list(folder.iterdir()) == []


def test_two_exports_to_one_name_do_not_mix(stocked: Store, tmp_path: Path) -> None:
    target = tmp_path / "semua.csv"
    with unfinished(target) as file:
        file.write(b"yang pertama")
        with pytest.raises(Conflict, match=r"sedang menulis semua\.csv"):
            export(stocked, target)
        put_in_place((file, target))
    assert target.read_bytes() == b"yang pertama"
    assert list(tmp_path.glob(f".*{UNFINISHED}")) == []


def test_what_a_killed_writer_left_is_removed_at_the_next_export_and_what_is_being_written_is_not(
    stocked: Store, tmp_path: Path
) -> None:
    left = tmp_path / f".lama.csv{UNFINISHED}"
    left.write_bytes(b"setengah")
    with unfinished(tmp_path / "lain.csv") as other:
        other.write(b"sedang ditulis")
        export(stocked, tmp_path / "semua.csv")
        put_in_place((other, tmp_path / "lain.csv"))
    assert not left.exists()
    assert (tmp_path / "lain.csv").read_bytes() == b"sedang ditulis"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation whose export takes a moment."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("banyak") / "var")
    with open_store(settings) as store:
        chance = random.Random(1)
        store.add(
            make_document(number, text=f"banjir nomor {number} {chance.randbytes(200).hex()} " + "kata " * 100)
            for number in range(8_000)
        )
        store.refresh()
    return settings


def start_export(settings: Settings, target: Path, **options: Any) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "kentongan", "export", "banjir", "--to", str(target)]
    return subprocess.Popen(words, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def test_an_export_killed_at_any_moment_leaves_no_half_file(large: Settings, tmp_path: Path, trials: Any) -> None:
    chance = random.Random(20261123)
    killed = 0
    for trial in range(trials(3, 50)):
        target = tmp_path / f"semua{list(FORMATS)[trial % 3]}"
        part = target.with_name(f".{target.name}{UNFINISHED}")
        with start_export(large, target) as process:
            reaches = chance.randrange(1, 1_500_000 if target.suffix == ".parquet" else 6_000_000)
            while process.poll() is None and (not part.exists() or part.stat().st_size < reaches):
                time.sleep(0.005)
            process.kill()
            process.communicate()
        killed += process.returncode != 0
        if target.exists():
            told = json.loads(sidecar_of(target).read_bytes())
            assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest() and told["rows"] == 8_000
        with start_export(large, tmp_path / f"berikut-{trial}.jsonl") as process:
            process.communicate()
        assert process.returncode == 0
        assert list(tmp_path.glob(f".*{UNFINISHED}")) == []
        for file in tmp_path.iterdir():
            if file.is_file():
                file.unlink()
    assert killed, "no export was still running when it was killed: the trial tries nothing"


def test_a_disk_without_room_is_said_in_words_and_nothing_is_left(large: Settings, tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    for ending in FORMATS:
        target = tmp_path / "sempit" / f"semua{ending}"
        target.parent.mkdir(exist_ok=True)
        with start_export(large, target, preexec_fn=little_room) as process:
            _, said = process.communicate()
        assert process.returncode == 2, said.decode()
        assert said.decode().startswith("kentongan export: Diska penuh:") and b"Traceback" not in said
        assert list(target.parent.iterdir()) == []


def test_a_table_says_who_gave_a_label_and_how_sure(stocked: Store) -> None:
    for record in stocked.stream(Query()):
        row = table_row(record, "WIB")
        said = record.labels.get("hoax")
        if said is None:
            assert (row["hoax"], row["hoax_p"], row["hoax_by"]) == ("none", None, None)
        else:
            assert row["hoax"] == ("abstained" if said.abstained else said.value)
            assert row["hoax_by"] == ("analis-1" if said.by_person else f"linear {said.version}")
        if record.document.region and not (record.labels.get("region") and record.labels["region"].by_person):
            assert row["region"] == record.document.region
        local = row["published_wib"]
        assert isinstance(local, datetime) and local.astimezone(UTC) == record.document.published_at


def test_an_interrupt_after_which_the_file_was_closed_by_its_writer_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), unfinished(tmp_path / "banjir.csv") as file:
        file.write(b"a")
        file.close()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_while_the_file_is_being_opened_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def interrupt(file: object, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        raise KeyboardInterrupt

    monkeypatch.setattr(fcntl, "flock", interrupt)
    with pytest.raises(KeyboardInterrupt), unfinished(tmp_path / "banjir.csv"):
        pytest.fail("it was opened")
    assert list(tmp_path.iterdir()) == []
