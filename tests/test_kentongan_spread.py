"""``kentongan spread`` on both stores: from documents through stories to timeline, first sights and accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from command_line import run_command
from search_stores import delete_indices, new_alias

from casework.db import open_casework
from casework.spread import read_links, read_spread
from casework.story_keeping import update_stories
from kentongan.commands.spread_tables import LOST, write_spread
from kentongan.schema import BY_HAND, Document, Engagement, Gap, Observation, document_id
from kentongan.settings import Settings
from search.open import open_store

START = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START + 9 * HOUR
CLAIM = (
    "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar limbah pabrik, puluhan warga sudah "
    "dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. Simpan air secukupnya."
)
LINK = "https://www.kabar-purwamaya.example/air?utm_source=wa"


def post(number: int, at: timedelta, text: str = CLAIM, **more: Any) -> Document:
    fields: dict[str, Any] = {
        "platform": "x",
        "source": "sumber-x",
        "author": f"@warga{number}",
        "kind": "post",
        **more,
    }
    return Document(
        id=document_id("sosial.example", f"k{number}"),
        publisher="sosial.example",
        native_key=f"k{number}",
        text=text,
        published_at=START + at,
        collected_at=START + at + timedelta(minutes=5),
        sample=True,
        **fields,
    )


DOCUMENTS = [
    post(0, timedelta(0), platform="telegram", source="sumber-t", author="Info Warga"),
    post(1, HOUR, f"Sebarkan!! {CLAIM} {LINK}"),
    post(2, 2 * HOUR, shared_from=document_id("sosial.example", "k1")),
    post(3, 3 * HOUR, f"HOAKS! Pesan ini tidak benar: {CLAIM}"),
    post(4, 3 * HOUR, f"Apa benar? {CLAIM}", kind="comment"),
    post(5, 6 * HOUR, author=None),
    post(6, -HOUR, platform="whatsapp", source=BY_HAND, author=None),
    post(7, HOUR, "Harga cabai di pasar Randu turun lagi minggu ini, ibu-ibu senang sekali belanja di sana."),
    post(
        8,
        4 * HOUR,
        "Beredar pesan bahwa air ledeng di Purwamaya dimatikan mulai Senin karena tercemar limbah pabrik. Tidak benar.",
        kind="factcheck",
        platform="web",
        source="cek-fakta",
        title="[SALAH] Air ledeng di Purwamaya dimatikan mulai Senin karena tercemar limbah pabrik",
        facts={"claim": CLAIM, "verdict": "SALAH"},
        url="https://cek.example/air",
    ),
]
FIRST_COPY = DOCUMENTS[0].id


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A store of each kind with one story of five copies of its claim and what belongs to it."""
    folder = tmp_path_factory.mktemp("sebaran") / "var"
    settings = Settings(data_dir=folder)
    if request.param == "elasticsearch":
        url = request.getfixturevalue("elasticsearch_url")
        settings = Settings(data_dir=folder, elasticsearch_url=url, elasticsearch_index=new_alias())
    with open_store(settings) as store, open_casework(settings) as casework:
        store.add(DOCUMENTS)
        store.observe(
            [
                Observation(document=DOCUMENTS[1].id, at=START + at, state="unchanged", engagement=seen)
                for at, seen in ((2 * HOUR, Engagement(shares=3)), (3 * HOUR, Engagement(shares=12, likes=40)))
            ]
        )
        store.observe([Observation(document=DOCUMENTS[1].id, at=START + 4 * HOUR, state="unchanged")])
        store.add_gaps([Gap(source="sumber-t", since=START - 2 * HOUR, until=START - HOUR / 2, reason="server mati")])
        store.refresh()
        update_stories(store, casework, settings, now=NOW)
    yield settings
    if request.param == "elasticsearch":
        delete_indices(settings)


def test_a_story_is_told_in_lines_of_json(stocked: Settings) -> None:
    done = run_command(stocked, "spread", FIRST_COPY)
    assert "DATA CONTOH" in done.stderr
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        rows.setdefault(row["row"], []).append(row)
    (summary,) = rows["summary"]
    assert (summary["copies"], summary["rebuts"], summary["asks"], summary["unclear"]) == (4, 1, 1, 0)
    assert (summary["by_hand"], summary["accounts"], summary["unnamed"]) == (1, 3, 1)
    assert summary["step"] == "hour" and summary["platforms"] == ["x", "telegram"]
    assert [row["start"][11:16] for row in rows["bin"]] == [f"{hour:02d}:00" for hour in range(8, 16)]
    assert [sum(row["copies"].values()) for row in rows["bin"]] == [0, 1, 1, 1, 0, 0, 0, 1]
    assert [row["coverage"]["telegram"] for row in rows["bin"]][:2] == [0.5, 1.0]
    overall = [row["first"] for row in rows["first"] if row["of"] == "all"]
    assert [(one["document"], one["by_hand"]) for one in overall] == [(FIRST_COPY, False), (DOCUMENTS[6].id, True)]
    assert overall[0]["gap_before"]["reason"] == "server mati"
    assert [row["first"]["platform"] for row in rows["first"] if row["of"] == "platform"] == [
        "whatsapp",
        "telegram",
        "x",
    ]
    loudest = rows["account"][0]["account"]
    assert (loudest["account"], loudest["shares"], loudest["likes"], loudest["passed_on"]) == ("@warga1", 12, 40, 1)
    (site,) = (row["site"] for row in rows["site"])
    assert site["site"] == "kabar-purwamaya.example"
    assert site["addresses"] == [["https://kabar-purwamaya.example/air", 1]]
    (check,) = rows["factcheck"]
    assert check["factcheck"]["id"] == DOCUMENTS[8].id and check["factcheck"]["verdict"] == "false"
    assert (check["before"], check["after"]) == (3, 1)
    assert [row["gap"]["source"] for row in rows["gap"]] == ["sumber-t"]


def test_any_document_of_the_story_names_it_and_days_may_be_asked_for(stocked: Settings) -> None:
    with open_store(stocked) as store, open_casework(stocked) as casework, casework.read() as session:
        found = read_spread(store, session, DOCUMENTS[3].id, now=NOW, step="day", top=1, factchecks=())
    assert found.story == find_first_collected() and found.sample and found.missing == 0
    assert len(found.spread.timeline) == 1 and len(found.spread.amplifiers) == 1


def find_first_collected() -> str:
    return min(DOCUMENTS[:7], key=lambda one: one.collected_at).id


def test_an_id_that_is_in_no_story_is_refused_in_words(stocked: Settings) -> None:
    refused = run_command(stocked, "spread", "tidak-ada", status=None)
    assert refused.returncode != 0 and "Tidak ada cerita" in refused.stderr


def test_a_person_reads_bars_first_sights_and_the_fact_check_without_a_word_on_causes(
    stocked: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with open_store(stocked) as store, open_casework(stocked) as casework:
        store.add_gaps([Gap(source="sumber-x", since=START + 4 * HOUR, until=START + 6 * HOUR, reason="kuota habis")])
        with casework.read() as session:
            write_spread(read_spread(store, session, FIRST_COPY, now=NOW))
    shown = capsys.readouterr().out
    assert "4 menyebarkan · 1 membantah · 1 bertanya · 3 akun · 1 dimasukkan tangan (tidak dihitung)" in shown
    assert f"·{LOST}{LOST}" in shown and f"{LOST} tidak terkumpul" in shown
    assert "Dimasukkan tangan, lebih awal lagi: 17 November 2026 08.00 WIB, whatsapp" in shown
    assert "Pertama terlihat di koleksi kita: 17 November 2026 09.00 WIB, telegram" in shown
    assert "sebelumnya tidak terkumpul: server mati; mungkin ada yang lebih awal" in shown
    assert "(salah) terbit 17 November 2026 13.00 WIB" in shown
    assert "Salinan sebelumnya 3, sesudahnya 1" in shown
    assert not {"karena cek fakta", "akibat", "buzzer", "pelaku"} & set(shown.lower().split())


def test_documents_the_store_has_no_more_are_counted_without_account(stocked: Settings) -> None:
    with open_store(stocked) as store, open_casework(stocked) as casework, casework.read() as session:
        store.drop([DOCUMENTS[2].id])
        found = read_spread(store, session, FIRST_COPY, now=NOW, factchecks=())
        store.add([DOCUMENTS[2]])
        store.refresh()
    assert (found.missing, found.spread.copies, found.spread.unnamed) == (1, 4, 2)


def test_links_have_one_spelling_and_what_is_no_address_is_passed_over() -> None:
    found = read_links(
        ["http://WWW.Contoh.example/a#x", "contoh.example/a", "https://[", "mailto:a@b.example", "bit.ly/Xy"]
    )
    assert [(link.site, link.address) for link in found] == [
        ("contoh.example", "https://contoh.example/a"),
        ("bit.ly", "https://bit.ly/Xy"),
    ]
