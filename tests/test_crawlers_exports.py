"""Exports of 4CAT and Zeeschuimer are recognised by themselves and come in with what they say of each post.

The files in fixtures/files are written by hand from the published format; never seen live.
"""

from __future__ import annotations

import json
import os
import random
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import rows_of, run_command
from test_crawlers_sheets import mutate

from crawlers.file_mappings import load_mappings
from crawlers.file_rows import RefusedRow, read_csv, read_json_lines
from crawlers.files import import_file, recognise_file
from kentongan.errors import BadSettings, Quarantine
from kentongan.schema import Document, Engagement, Observation, document_id
from kentongan.settings import Settings
from search.open import open_store

FOLDER = Path(__file__).parent / "fixtures" / "files"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FIRST_TIME = datetime(2026, 11, 12, 3, 15, tzinfo=UTC)

Taken = tuple[list[Document], list[Observation], list[RefusedRow]]


def take(file: Path) -> Taken:
    found = list(import_file(file, mapping=recognise_file(file, load_mappings()), now=NOW))
    return (
        [row for row in found if isinstance(row, Document)],
        [row for row in found if isinstance(row, Observation)],
        [row for row in found if isinstance(row, RefusedRow)],
    )


EXPECTED: dict[str, tuple[str, str, str, str, str | None, str, Engagement]] = {
    "4cat-x.csv": (
        "4cat-x", "x.com", "1859500000000000001", "https://x.com/warga_randu/status/1859500000000000001",
        "warga_randu", "Banjir di pasar Randu", Engagement(likes=40, shares=12, replies=3, views=1284),
    ),
    "4cat-tiktok.csv": (
        "4cat-tiktok", "tiktok.com", "7430000000000000001",
        "https://www.tiktok.com/@guyub.randu/video/7430000000000000001", "guyub.randu", "Jalan depan SD",
        Engagement(likes=310, shares=5, replies=28, views=9020),
    ),
    "4cat-instagram.csv": (
        "4cat-instagram", "instagram.com", "DAbCdEfGhIj", "https://www.instagram.com/p/DAbCdEfGhIj/", "pasar.randu",
        "Pasar Randu pagi ini", Engagement(replies=4),
    ),
    "4cat-telegram.csv": (
        "4cat-telegram", "t.me", "kabar_randu/4711", "https://t.me/Kabar_Randu/4711", "kabar_randu", "Air PDAM mati",
        Engagement(shares=14, views=2301),
    ),
    "zeeschuimer-tiktok.ndjson": (
        "zeeschuimer-tiktok", "tiktok.com", "7430000000000000001",
        "https://www.tiktok.com/@guyub.randu/video/7430000000000000001", "guyub.randu", "Jalan depan SD",
        Engagement(likes=310, shares=5, replies=28, views=9020),
    ),
    "zeeschuimer-instagram.ndjson": (
        "zeeschuimer-instagram", "instagram.com", "DAbCdEfGhIj", "https://www.instagram.com/p/DAbCdEfGhIj/",
        "pasar.randu", "Pasar Randu pagi ini", Engagement(likes=21, replies=4),
    ),
    "zeeschuimer-x.ndjson": (
        "zeeschuimer-x", "x.com", "1859500000000000001", "https://x.com/i/web/status/1859500000000000001",
        "warga_randu", "Banjir di pasar Randu", Engagement(likes=40, shares=12, replies=3, views=1284),
    ),
}  # fmt: skip
"""File: mapping, publisher, key, address, author, beginning of the text and counts of its first post."""


@pytest.mark.parametrize("name", EXPECTED)
def test_an_export_is_recognised_and_its_first_post_is_as_the_platform_shows_it(name: str) -> None:
    mapping, publisher, key, url, author, text, counts = EXPECTED[name]
    documents, observations, _ = take(FOLDER / name)
    first = documents[0]
    assert (first.source, first.publisher, first.native_key, first.url, first.author) == (
        mapping, publisher, key, url, author
    )  # fmt: skip
    assert first.id == document_id(publisher, key)
    assert first.text.startswith(text) and first.published_at == FIRST_TIME and first.kind == "post"
    seen = observations[0]
    assert (seen.document, seen.state, seen.engagement) == (first.id, "unchanged", counts)


def test_every_export_in_the_folder_is_expected_or_an_older_form_of_one() -> None:
    there = {file.name for file in FOLDER.iterdir() if file.suffix != ".md"}
    assert there == {*EXPECTED, "4cat-tiktok-2021.csv"}


def test_the_same_post_from_either_tool_is_one_document() -> None:
    by_cat, by_browser = (take(FOLDER / name)[0][0] for name in ("4cat-tiktok.csv", "zeeschuimer-tiktok.ndjson"))
    assert by_cat.id == by_browser.id


def test_older_columns_and_unix_times_are_read() -> None:
    (document,), (seen,), _ = take(FOLDER / "4cat-tiktok-2021.csv")
    assert document.published_at == datetime(2021, 3, 1, tzinfo=UTC)
    assert seen.engagement == Engagement(likes=7, shares=1, replies=0, views=88)


def test_posts_of_either_form_are_read_and_one_without_words_is_refused() -> None:
    documents, observations, refused = take(FOLDER / "zeeschuimer-tiktok.ndjson")
    assert [(d.native_key[-1], d.author) for d in documents] == [("1", "guyub.randu"), ("3", "guyub.randu")]
    assert observations[1].engagement == Engagement(likes=11, shares=0, replies=2, views=431)
    assert observations[0].at == datetime(2026, 11, 12, 6, 0, 0, 123000, tzinfo=UTC), "when the browser saw it"
    assert [(row.line, row.reason) for row in refused] == [(2, "no-text")]
    older = take(FOLDER / "zeeschuimer-instagram.ndjson")
    assert [d.text for d in older[0]][1] == "Harga cabai turun"
    assert older[1][1].engagement == Engagement(likes=None, replies=0), "-1 says that the platform hides it"


def test_a_long_post_is_read_whole() -> None:
    documents, _, _ = take(FOLDER / "zeeschuimer-x.ndjson")
    assert documents[1].text.endswith("air masuk pasar.") and documents[1].author == "pos_randu"


def test_counts_without_a_time_of_their_own_are_as_old_as_the_file(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes((FOLDER / "4cat-x.csv").read_bytes())
    os.utime(file, (1_794_500_000, 1_794_500_000))
    first, again = (take(file)[1][0] for _ in range(2))
    assert first.at == datetime.fromtimestamp(1_794_500_000, UTC) and first == again


def test_an_unknown_file_is_refused_with_the_mappings_there_are(tmp_path: Path) -> None:
    for content in ("a,b\n1,2\n", '{"a": 1}\n'):
        file = tmp_path / "apa.txt"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(BadSettings, match=r"--as: 4cat-instagram, .*sp4n"):
            recognise_file(file, load_mappings())


def test_of_two_mappings_that_fit_the_more_specific_one_counts_and_a_tie_is_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "kiriman.jsonl"
    file.write_text('{"id": "1", "text": "a", "published_at": "2026-11-12", "suka": 3}\n', encoding="utf-8")
    declared = tmp_path / "sendiri.yml"
    form = "format: jsonl, kind: post, publisher: p, platform: web, key: id, text: text, published_at: published_at"
    lines = [
        f"- {{name: umum, {form}, recognise: [id, text]}}",
        f"- {{name: khusus, {form}, recognise: [id, text, suka]}}",
    ]
    declared.write_text("\n".join(lines), encoding="utf-8")
    assert recognise_file(file, load_mappings(declared)).name == "khusus"
    declared.write_text("\n".join([*lines, lines[1].replace("khusus", "juga")]), encoding="utf-8")
    with pytest.raises(BadSettings, match="--as khusus, juga"):
        recognise_file(file, load_mappings(declared))


def test_the_command_recognises_stores_posts_and_counts_and_adds_nothing_the_second_time(settings: Settings) -> None:
    file = FOLDER / "zeeschuimer-tiktok.ndjson"
    looked = run_command(settings, "import", str(file), "--dry-run", status=1)
    assert "Dikenali sebagai zeeschuimer-tiktok" in looked.stderr and "Baris 2" in looked.stderr
    (first,) = rows_of(settings, "import", str(file), status=1)
    assert {k: first[k] for k in ("as", "read", "new", "observed", "refused")} == {
        "as": "zeeschuimer-tiktok", "read": 2, "new": 2, "observed": 2, "refused": {"no-text": 1}
    }  # fmt: skip
    (again,) = rows_of(settings, "import", str(file), status=1)
    assert (again["new"], again["known"], again["observed"]) == (0, 2, 0)
    with open_store(settings) as store:
        (record,) = store.get([document_id("tiktok.com", "7430000000000000001")])
    assert record is not None and record.observations[0].engagement == Engagement(
        likes=310, shares=5, replies=28, views=9020
    )


def test_a_line_longer_than_any_post_is_refused_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.file_rows.MAX_LINE", 5_000)
    lines = [
        json.dumps({"id": str(n), "text": "a" * size, "published_at": "2026-11-12"})
        for n, size in enumerate((10, 20_000, 10))
    ]
    file = tmp_path / "kiriman.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    documents, _, refused = take(file)
    assert [d.native_key for d in documents] == ["0", "2"]
    assert [(row.line, row.reason) for row in refused] == [(2, "bad-row")]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_long_file_is_read_row_by_row(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"panjang.{form}"
    words = "banjir di jalan raya " * 40
    with file.open("w", encoding="utf-8") as out:
        if form == "csv":
            out.write("id,text,published_at\n")
        for n in range(5_000):
            row = {"id": n, "text": f"{words}{n}", "published_at": "2026-11-12"}
            out.write((json.dumps(row) if form == "jsonl" else ",".join(map(str, row.values()))) + "\n")
    columns = ("id", "text", "published_at")
    assert file.stat().st_size > 4_000_000
    tracemalloc.start()
    rows = read_csv(file, needed=columns) if form == "csv" else read_json_lines(file, columns=columns)
    read = sum(1 for _, row in rows if isinstance(row, dict) and row["text"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 5_000
    # A megabyte is read at a time while the file is checked.
    assert peak < 3_900_000, "the file is never in memory as a whole"


def test_no_bytes_make_an_export_fail_in_any_other_way(tmp_path: Path, trials: Callable[[int, int], int]) -> None:
    chance = random.Random(7)
    mappings = load_mappings()
    read = 0
    for number in range(trials(200, 3_000)):
        name = chance.choice(list(EXPECTED))
        file = tmp_path / f"{number}-{name}"
        file.write_bytes(mutate(chance, (FOLDER / name).read_bytes()))
        try:
            read += len(list(import_file(file, mapping=mappings[EXPECTED[name][0]], now=NOW)))
            recognise_file(file, mappings)
        except Quarantine as error:
            assert error.reason in ("bad-charset", "empty-file", "missing-column"), error
        except BadSettings as error:
            assert "--as" in error.hint
    assert read > 0
