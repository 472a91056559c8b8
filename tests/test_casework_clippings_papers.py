"""A clipping's papers: PDF, workbook and WhatsApp text hold any headline, and repeat byte by byte."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import clipping_articles as world
import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from casework.clippings.message import MOST, clipping_text, length
from casework.clippings.paper import clipping_pdf
from casework.clippings.records import Change, Clipping, ClippingItem, Edition, Outlet, Tone
from casework.clippings.workbook import clipping_xlsx
from casework.figures import Figure, StoreQuestion
from kentongan.schema import Query

ALL = ("negative", "neutral", "positive", "none")
OFFICE = "Pemerintah Kabupaten Contoh"


def item(number: int, *, title: str | None = None, tone: Tone | None = None, **more: object) -> ClippingItem:
    outlet = Outlet(
        document=f"{number:032x}", publisher="kabar.example", title=title or f"Berita {number}",
        url=f"https://kabar.example/{number}", published_at=world.hour(9), page="3" if number == 1 else None,
    )  # fmt: skip
    made = ClippingItem(
        id=number, place=number, outlets=(outlet,), title=outlet.title, quote="Kalimat pembuka.",
        quoted="kabar.example", why=("wilayah terbaca: Randu",), topic="health", topic_p=0.9, topic_abstained=False,
        tone=tone, tone_p=0.9, tone_abstained=False, issue=f"Isu {number % 7}", issue_number=None, agency="dinkes",
        agency_name="Dinas Kesehatan", agency_from="name", clarify=None, clarify_reasons=(), note=None,
        left_out=False, left_reason=None, late=False, decided=(), added_by=None, sample=True, version=1,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def edition(*items: ClippingItem, changes: tuple[Change, ...] = (), revision: int = 1) -> Edition:
    """An issued edition of these items; its counts are those of a store that was asked before."""
    clipping = Clipping(
        id=1, day=world.DAY, edition="siang", zone="WIB", since=world.hour(6), until=world.hour(12), state="issued",
        revision=revision, scope="Kabupaten Contoh", gaps=("suara: 06.00 WIB sampai 08.00 WIB (umpan rusak)",), read=40,
        made_at=world.NOW, made_name="ani", issued_at=world.NOW, issued_name="Ani Lestari", sample=True, version=1,
    )  # fmt: skip
    tones: list[str] = [one.known_tone or "none" for one in items]
    counts: dict[str, float | None] = {"berita": len(items), "terbitan": len(items), "klarifikasi": 1, "usul": 0}
    counts |= {f"nada:{tone}": tones.count(tone) for tone in ALL}
    counts |= {"kemarin": None, "dibaca": 40, "dibaca-kemarin": 38, "media:kabar.example": len(items)}
    counts |= {"instansi:dinkes": len(items)}
    for issue in dict.fromkeys(one.issue for one in items):
        inside: list[str] = [one.known_tone or "none" for one in items if one.issue == issue]
        counts |= {f"isu:{issue}": len(inside)}
        counts |= {
            f"isu-nada:{tone}:{issue}": inside.count(tone)
            for tone in (*tones, "negative", "neutral", "positive", "none")
        }
    asked = StoreQuestion(query=Query())
    figures = tuple(Figure(key=key, value=value, unit="berita", question=asked) for key, value in counts.items())
    ordered = sorted(items, key=lambda one: one.issue)
    return Edition(clipping=clipping, items=tuple(ordered), figures=figures, changes=changes)


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "kliping.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", folder / "kliping.pdf", "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u200b", "").split())


def test_the_paper_says_everything_that_was_issued(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://jahat") <b>#judul* _ini_'
    marked = item(1, title=hostile, tone="negative", clarify=True, note="Sudah dibalas.")
    changes = (Change(title="Berita 2", what="nada", before="belum ditentukan", after="netral"),)
    shown = edition(marked, item(2), changes=changes, revision=2)
    words = words_of(clipping_pdf(shown, organisation=OFFICE, now=world.NOW), tmp_path)
    for said in (
        OFFICE.upper(), "KLIPING BERITA", "Edisi siang (revisi 2), Sabtu, 21 November 2026",
        "06.00 WIB sampai 12.00 WIB", "PERLU KLARIFIKASI", hostile, "terindikasi negatif (0,90)",
        "Sudah dibalas.", "hal. 3", "https://kabar.example/1", "“Kalimat pembuka.”", "umpan rusak", "DATA CONTOH",
        "Yang berubah sejak revisi sebelumnya", "Diterbitkan Ani Lestari", "KLIP-20261121-SIANG revisi 2",
        "kemarin: tidak ada",
    ):  # fmt: skip
        assert said in words, said
    assert "KONSEP" not in words


def test_an_edition_without_news_says_so_in_every_paper(tmp_path: Path) -> None:
    empty = edition()
    words = words_of(clipping_pdf(empty, organisation=OFFICE, now=world.NOW), tmp_path)
    assert "Tidak ada berita tentang Kabupaten Contoh dalam jendela ini." in words
    assert "Tidak ada berita" in clipping_text(empty)
    book = openpyxl.load_workbook(BytesIO(clipping_xlsx(empty, organisation=OFFICE, now=world.NOW)))
    assert book["Berita"].max_row == 1


def test_three_hundred_items_with_long_titles_are_all_printed(tmp_path: Path) -> None:
    many = edition(*(item(number, title=f"Nomor{number} " + "Panjangsekali" * 12) for number in range(1, 301)))
    words = words_of(clipping_pdf(many, organisation=OFFICE, now=world.NOW), tmp_path)
    assert len(set(re.findall(r"Nomor(\d+) Panjang", words))) == 300


def test_the_same_edition_and_moment_give_the_same_bytes() -> None:
    one = edition(item(1), item(2, tone="positive"))
    later = world.NOW + timedelta(days=1)
    for write in (clipping_pdf, clipping_xlsx):
        first = write(one, organisation=OFFICE, now=world.NOW)
        assert write(one, organisation=OFFICE, now=world.NOW) == first
        assert write(one, organisation=OFFICE, now=later) != first


def test_the_workbook_has_filters_links_and_no_formula() -> None:
    hostile = "=cmd|' /C calc'!A0\x07"
    no_link = item(2, title="Tautan jahat")
    no_link = replace(no_link, outlets=(replace(no_link.outlets[0], url="javascript:alert(1)"),))
    data = clipping_xlsx(edition(item(1, title=hostile, clarify=True), no_link), organisation=OFFICE, now=world.NOW)
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == ["Ringkasan", "Berita", "Terbitan"]
    sheet = book["Berita"]
    header = [cell.value for cell in sheet[1]]
    rows = [dict(zip(header, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert {row["Judul"] for row in rows} == {"=cmd|' /C calc'!A0", "Tautan jahat"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert {row["Tautan"] for row in rows} == {"https://kabar.example/1", None}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:Q3")
    assert [cell.hyperlink.target for row in book["Terbitan"] for cell in row if cell.hyperlink] == [
        "https://kabar.example/1"
    ]
    summary = {row[0].value: row[1].value for row in book["Ringkasan"].iter_rows(min_row=2)}
    assert (summary["Berita"], summary["Perlu klarifikasi"], summary["Edisi yang sama kemarin, berita"]) == (2, 1, None)


def test_a_message_is_cut_by_whole_items_and_counts_the_rest() -> None:
    many = edition(*(item(number, title=f"Judul nomor {number} " + "kata " * 20) for number in range(1, 120)))
    message = clipping_text(many)
    shown = re.findall(r"^(\d+)\. ", message, flags=re.MULTILINE)
    rest = int(message.rpartition("dan ")[2].removesuffix(" berita lain"))
    assert length(message) <= MOST and len(shown) + rest == 119 and shown
    assert length(message) > MOST - 400, "as many as fit"
    assert [int(one) for one in shown] == [one.place for one in many.printed][: len(shown)]
    assert len(re.findall("https://kabar.example/", message)) == len(shown)


@pytest.mark.parametrize("count", [1, 3])
@given(st.text(min_size=1, max_size=400).filter(str.strip))
@limits(max_examples=25, deadline=None)
def test_no_headline_breaks_the_message(count: int, title: str) -> None:
    message = clipping_text(edition(*(item(number, title=title, clarify=True) for number in range(1, count + 1))))
    assert length(message) <= MOST
    assert message.count("*") == 2 + 2 * min(count, 7) + 2 * count, "stars only where we put them"
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", message)
