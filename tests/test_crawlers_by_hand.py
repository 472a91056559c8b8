"""What a person enters by hand is kept with who entered it and what shows it, once, and never counted in a volume."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import rows_of, run_command
from hypothesis import given
from hypothesis import strategies as st
from kentongan_documents import FIRST, make_document

from casework.audit import read_audit
from casework.db import open_casework
from casework.entries import save_entry, take_back
from casework.roles import SYSTEM
from crawlers.by_hand import (
    MAX_PICTURE,
    PICTURES,
    PLATFORMS,
    WITHOUT_WORDS,
    Entry,
    find_faults,
    keep_picture,
    make_entry,
    picture_name,
)
from kentongan.errors import Quarantine
from kentongan.schema import BY_HAND
from kentongan.settings import Settings
from search.open import open_store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"gambar" * 20
ENTRY = Entry(
    platform="tiktok",
    time="12/11/2026 10:15 WIB",
    actor="Siti",
    text="Jalan rusak di Randu #jalan https://contoh.example/foto",
    url="https://www.tiktok.com/@guyub.randu/video/7430?utm_source=wa",
    author="guyub.randu",
)


def test_an_entry_becomes_a_document_marked_as_entered_by_hand() -> None:
    document = make_entry(replace(ENTRY, picture=PNG), now=NOW, zone="WIB")
    assert (document.source, document.platform, document.publisher) == (BY_HAND, "tiktok", "tiktok.com")
    assert document.url == "https://www.tiktok.com/@guyub.randu/video/7430"
    assert document.facts == {"dimasukkan_oleh": "Siti", "bukti": picture_name(PNG)}
    assert document.published_at == datetime(2026, 11, 12, 3, 15, tzinfo=UTC)
    assert (document.published_raw, document.author) == ("12/11/2026 10:15 WIB", "guyub.randu")
    assert document.hashtags == ("jalan",) and document.links == ("https://contoh.example/foto",)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"text": " ", "url": "", "picture": None}, "text", "paling sedikit satu"),
        ({"url": "tiktok"}, "url", "tidak terbaca"),
        ({"url": "javascript:alert(1)"}, "url", "tidak terbaca"),
        ({"url": "http://192.168.1.4/foto"}, "url", "tidak terbaca"),
        ({"url": "https://contoh.example/" + "a" * 3_000}, "url", "tidak terbaca"),
        ({"time": ""}, "time", "Isi kapan"),
        ({"time": "2 jam lalu"}, "time", "tidak terbaca"),
        ({"time": "31/02/2026 10:00"}, "time", "tidak terbaca"),
        ({"time": "21/11/2026 10:30 WIB"}, "time", "masa depan"),
        ({"time": "31 Desember 1994"}, "time", "sebelum 1995"),
        ({"platform": "friendster"}, "platform", "Pilih salah satu"),
        ({"actor": " "}, "actor", "nama Anda"),
        ({"platform": "whatsapp", "author": "+62 812 0000 0000"}, "author", "orang pribadi"),
        ({"picture": b"<svg onload=alert(1)>"}, "picture", "bukan PNG"),
        ({"picture": PNG + bytes(MAX_PICTURE)}, "picture", "20 MB"),
        ({"text": "a" * 100_001}, "text", "100000 huruf"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changed: dict[str, object], field: str, said: str) -> None:
    entry = replace(ENTRY, **changed)  # type: ignore[arg-type]
    faults = find_faults(entry, now=NOW, zone="WIB")
    assert list(faults) == [field] and said in faults[field]
    with pytest.raises(Quarantine, match=said):
        make_entry(entry, now=NOW, zone="WIB")


def test_times_are_read_as_indonesians_write_them_in_the_zone_they_name() -> None:
    for raw, zone, hour in (
        ("Kamis, 12/11/2026 10:15 WITA", "WIB", 2),
        ("12 November 2026 10.15", "WIT", 1),
        ("2026-11-12T10:15+07:00", "WIT", 3),
    ):
        assert make_entry(replace(ENTRY, time=raw), now=NOW, zone=zone).published_at == datetime(
            2026, 11, 12, hour, 15, tzinfo=UTC
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"text": "lain", "url": "tiktok.com/@guyub.randu/video/7430#komentar", "actor": "Budi"}),
        ({"url": ""}, {"url": "", "text": "JALAN rusak di Randu #jalan  🙏", "author": ""}),
        ({"url": "", "text": "", "picture": PNG}, {"url": "", "text": " ", "picture": PNG, "time": "2026-11-01"}),
    ],
)
def test_the_same_post_entered_in_another_way_is_the_same_document(
    one: dict[str, object], other: dict[str, object]
) -> None:
    first, second = (make_entry(replace(ENTRY, **c), now=NOW, zone="WIB").id for c in (one, other))  # type: ignore[arg-type]
    assert first == second
    elsewhere = replace(ENTRY, **{**one, "platform": "facebook"})  # type: ignore[arg-type]
    assert make_entry(elsewhere, now=NOW, zone="WIB").id != first


def test_without_words_the_address_or_the_picture_is_enough() -> None:
    for left in ({"picture": None}, {"url": ""}):
        entry = replace(ENTRY, text="", **{"picture": PNG, **left})  # type: ignore[arg-type]
        assert make_entry(entry, now=NOW, zone="WIB").text == WITHOUT_WORDS


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=30), st.sampled_from([*PLATFORMS, "", "x y"]))
def test_whatever_is_typed_is_saved_or_refused_in_words(text: str, url: str, time: str, platform: str) -> None:
    entry = Entry(platform=platform, time=time, actor=text, text=text, url=url, author=url)
    try:
        assert make_entry(entry, now=NOW, zone="WIB").source == BY_HAND
    except Quarantine as error:
        assert error.message == " ".join(find_faults(entry, now=NOW, zone="WIB").values())


def test_a_picture_is_kept_once_under_its_content_and_goes_with_its_last_entry(settings: Settings) -> None:
    folder = settings.data_dir / PICTURES
    with open_store(settings) as store, open_casework(settings) as casework:

        def save(entry: Entry) -> object:
            return save_entry(entry, settings=settings, store=store, casework=casework, actor=SYSTEM, now=NOW)

        first = save_entry(
            replace(ENTRY, picture=PNG), settings=settings, store=store, casework=casework, actor=SYSTEM, now=NOW
        )
        second = save_entry(
            replace(ENTRY, picture=PNG, platform="facebook", url="https://facebook.com/1"),
            settings=settings, store=store, casework=casework, actor=SYSTEM, now=NOW,
        )  # fmt: skip
        assert [file.read_bytes() for file in folder.iterdir()] == [PNG]
        assert keep_picture(folder, PNG).name == picture_name(PNG)
        for saved, left in ((first, 1), (second, 0)):
            assert take_back(saved.document, settings=settings, store=store, casework=casework, actor=SYSTEM, now=NOW)
            assert len(list(folder.iterdir())) == left
            assert store.get([saved.document.id]) == [None]
        with casework.read() as session:
            acts = [entry.action for entry in read_audit(session, actor=SYSTEM, now=NOW)]
    assert acts == ["posts.undo_by_hand"] * 2 + ["posts.add_by_hand"] * 2


def test_only_what_was_entered_by_hand_can_be_taken_back(settings: Settings) -> None:
    document = make_document(1)
    with open_store(settings) as store, open_casework(settings) as casework:
        store.add([document])
        with pytest.raises(ValueError, match="by hand"):
            take_back(document, settings=settings, store=store, casework=casework, actor=SYSTEM, now=NOW)
        assert store.get([document.id])[0] is not None


def test_the_command_adds_once_and_counts_leave_it_out(settings: Settings, tmp_path: Path) -> None:
    picture = tmp_path / "layar.png"
    picture.write_bytes(PNG)
    words = (
        "add", "--platform", "whatsapp", "--text", "Tanggul jebol, sebarkan!", "--time", "12/11/2026 10:15 WIB",
        "--picture", str(picture), "--by", "siti",
    )  # fmt: skip
    assert rows_of(settings, *words)[0]["new"] is True
    again = run_command(settings, *words)
    assert "Sudah pernah dimasukkan" in again.stderr and '"new":false' in again.stdout
    with open_store(settings) as store:
        store.add([make_document(number) for number in range(3)])
        store.refresh()
    counted = run_command(settings, "count", "--by", "day", "--json")
    assert '"count":3,"collected":3' in counted.stdout
    assert "1 dokumen yang dimasukkan tangan tidak ikut dihitung" in counted.stderr
    assert rows_of(settings, "count", "--by", "platform") == [{"platform": "mastodon", "count": 3}]
    assert rows_of(settings, "count", "--source", BY_HAND)[0]["count"] == 1
    (found,) = rows_of(settings, "search", "tanggul", "--from", (FIRST - timedelta(days=1)).date().isoformat())
    assert found["source"] == BY_HAND


def test_the_command_refuses_in_words_and_saves_nothing(settings: Settings) -> None:
    refused = run_command(settings, "add", "--platform", "tiktok", "--time", "besok", "--by", "siti", status=None)
    assert refused.returncode != 0
    assert "paling sedikit satu" in refused.stderr and "Waktunya tidak terbaca" in refused.stderr
    assert "Traceback" not in refused.stderr
