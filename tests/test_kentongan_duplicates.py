"""``kentongan duplicates``: stories of a file's texts, suggestions, and input that is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

from command_line import rows_of, run_command

from kentongan.settings import Settings
from samples.simulate import Plan, simulate

MESSAGE = (
    "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar limbah pabrik, 42 warga RT 05 sudah "
    "dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. Simpan air secukupnya. https://info-1.example/7"
)
WORDS = ("jembatan", "puskesmas", "kelurahan", "beasiswa", "gerimis", "kambing", "lapangan", "pengajian")


def write_rows(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_every_line_gets_the_id_of_its_storys_centre_in_the_order_of_the_lines(tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "teks.jsonl",
        [
            {"id": 7, "text": "Sebarkan!! " + MESSAGE.replace("truk tangki", "mobil bak"), "lain": True},
            {"id": "7", "text": "banjir"},
            {"id": "b", "text": MESSAGE},
            {"id": "c", "text": "VIRALKAN!!! " + MESSAGE.replace("info-1", "cek-2")},
            {"text": "https://a.example"},
        ],
    )
    assert rows_of(Settings(data_dir=tmp_path), "duplicates", file) == [
        {"id": 7, "story": "b"},
        {"id": "7", "story": "7"},
        {"id": "b", "story": "b"},
        {"id": "c", "story": "b"},
        {"id": 5, "story": 5},
    ]


def test_the_stories_of_a_file_do_not_depend_on_the_order_of_its_lines(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": one.document.id, "text": one.document.text} for one in simulate(Plan(seed=5, posts=1_500, days=3))
    ]
    settings = Settings(data_dir=tmp_path)
    straight = rows_of(settings, "duplicates", write_rows(tmp_path / "satu.jsonl", rows))
    assert [row["id"] for row in straight] == [row["id"] for row in rows]
    assert len({row["story"] for row in straight}) < len(rows) - 50
    random.Random(1).shuffle(rows)
    shuffled = rows_of(settings, "duplicates", write_rows(tmp_path / "dua.jsonl", rows))
    assert {row["id"]: row["story"] for row in shuffled} == {row["id"]: row["story"] for row in straight}


def test_suggestions_name_stories_that_a_person_should_compare(tmp_path: Path) -> None:
    parts = [f"Kabar {word} dari {word[::-1]} untuk {word[1:]}an {word[2:]}." for word in WORDS]
    rows: list[dict[str, object]] = [
        {"id": "a", "text": " ".join(parts[:6])},
        {"id": "b", "text": " ".join(parts[2:8])},
        {"id": "c", "text": MESSAGE},
    ]
    settings = Settings(data_dir=tmp_path)
    file = write_rows(tmp_path / "teks.jsonl", rows)
    assert [row["story"] for row in rows_of(settings, "duplicates", file)] == ["a", "b", "c"]
    found = rows_of(settings, "duplicates", file, "--suggest")
    assert [(row["id"], [one["id"] for one in row["suggest"]]) for row in found] == [("a", ["b"]), ("b", ["a"])]
    assert 0.45 <= found[0]["suggest"][0]["score"] < 0.6


def test_lines_that_cannot_be_read_and_ids_that_come_again_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = ['{"id": "a", "text": "banjir"}', "rusak", '{"id": "b"}', '{"id": "a", "text": "lain"}', "", "[]"]
    done = run_command(Settings(data_dir=tmp_path), "duplicates", "-", stdin="\n".join(lines) + "\n", status=1)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"id": "a", "story": "a"}]
    for said in ("baris 2 dilewati", "baris 3 dilewati", 'id "a" muncul lagi', "baris 6 dilewati"):
        assert said in done.stderr


def test_a_file_that_is_not_there_is_said_and_an_empty_one_is_no_fault(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert "tidak ada" in run_command(settings, "duplicates", str(tmp_path / "x.jsonl"), status=2).stderr
    empty = tmp_path / "kosong.jsonl"
    empty.write_bytes(b"")
    assert run_command(settings, "duplicates", str(empty)).stdout == ""
