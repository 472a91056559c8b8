"""Kelompokkan salinan dan varian pesan di berkas JSONL ({"id", "text"} per baris; "-": masukan baku) menjadi cerita.

Hasilnya {"id", "story"} per baris, dalam urutan masukan; story adalah id pusat ceritanya: pesan yang paling sering
diteruskan kata demi kata. Cerita tidak bergantung pada urutan baris. Tautan, sebutan akun, emoji, angka, salam, dan
ajakan menyebarkan tidak dibandingkan; teks pendek hanya disatukan bila kata-katanya sama. --suggest menulis
{"id", "suggest": [{"id", "score"}]}: cerita lain yang mirip, tetapi belum cukup mirip untuk disatukan tanpa diperiksa
orang. Baris yang rusak disebut dengan nomornya dan dilewati.
"""

from __future__ import annotations

import argparse

import msgspec

from kentongan.commands.input_lines import open_input, read_lines
from kentongan.commands.output import say, write_lines
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BERKAS.jsonl", help='"-" membaca masukan baku')
    parser.add_argument("--suggest", action="store_true", help="hanya cerita-cerita yang mirip, untuk diperiksa orang")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from analysis.duplicates import group_archive

    refused: list[int] = []
    given: dict[str, str | int] = {}
    texts: list[str] = []
    with open_input(options.file) as source:
        for line in read_lines(source, refused):
            assert line.id is not None
            # 7 and "7" are two ids.
            name = msgspec.json.encode(line.id).decode()
            if name in given:
                say(f"id {name} muncul lagi; baris yang kedua dilewati.")
                refused.append(len(given))
                continue
            given[name] = line.id
            texts.append(line.text)
    grouped = group_archive(list(given), texts)
    if options.suggest:
        write_lines(
            {"id": given[id], "suggest": [{"id": given[one.id], "score": round(one.score, 3)} for one in matches]}
            for id, matches in grouped.suggested.items()
        )
    else:
        write_lines({"id": id, "story": given[grouped.story[name]]} for name, id in given.items())
    return 1 if refused else 0
