"""The wall's playlist: what a file may say, and that a mistake is told with its line."""

from __future__ import annotations

import pytest

from dashboard.wall.playlist import DEFAULT, load_playlist, read_playlist
from kentongan.errors import BadSettings

START = '# komentar\ntitle = "Pusat"\n\n[[scene]]\nname = "Satu"\npanels = ["sentiment"]\n\n'


def test_without_a_file_the_shipped_scenes_are_shown() -> None:
    assert load_playlist(None) is DEFAULT
    assert not DEFAULT.issue_words, "words of posts come onto a wall only where somebody asked for them"


def test_a_playlist_keeps_its_scenes_cameras_and_instructions() -> None:
    made = read_playlist(
        START
        + '[instructions]\nbanjir = "Naik ke tempat tinggi."\n[[camera]]\nname = "A"\nurl = "https://a.id/x.jpg"\n',
        name="x",
    )
    assert (made.title, made.scene[0].seconds, made.instructions["banjir"]) == ("Pusat", 30, "Naik ke tempat tinggi.")
    assert made.camera[0].every_seconds == 30


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (START + 'panels = ["sentiment"]\n', None, "bukan TOML"),
        (START + '[[scene]]\nname = "Dua"\npanels = ["isu"]\n', 10, "'isu' tidak dikenal"),
        (
            START + '[[scene]]\nname = "Dua"\npanels = ["issues"]\nsecond = 9\n',
            11,
            "second tidak dikenal. Mungkin maksudnya",
        ),
        (START + '[[scene]]\nname = "Dua"\npanels = ["issues"]\nseconds = 1\n', 11, "paling sedikit 5"),
        (START + '[[scene]]\npanels = ["issues"]\n', 8, "name belum ada"),
        (START + '[[scene]]\nname = "Dua"\npanels = ["map", "map"]\n', 10, "dua kali"),
        (START + '[[scene]]\nname = "Dua"\npanels = ["cameras"]\n', 10, "tanpa kamera"),
        (START + '[[camera]]\nname = "A"\nurl = "ftp://a/b"\n', 10, "bukan http"),
        (START + '[[camera]]\nname = "A"\nurl = "http://u:rahasia@a/b"\n', 10, "bukan http"),
        (START + '[instructions]\nbanjiir = "x"\n', 9, "banjiir tidak dikenal"),
        ('reload_at = "24.00"\n' + START, 1, "bukan jam"),
        ("tema = 1\n" + START, 1, "tema tidak dikenal. Mungkin maksudnya theme?"),
        ('theme = "biru"\n' + START, 1, "'biru' tidak dikenal"),
        ("scene = []\n", 1, "daftarnya paling sedikit 1"),
        ("", None, "scene belum ada"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read_playlist(text, name="dinding.toml")
    assert words in str(refused.value)
    assert line is None or f"baris {line}:" in str(refused.value)
    assert "rahasia" not in str(refused.value)
