"""The hoax desk on the sample data, from the command line: tip, story, match, spread, two decisions, answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import rows_of, run_command
from search_stores import ENGINES, elastic_settings  # noqa: F401 - a fixture

from kentongan.commands.demo import demo_settings
from kentongan.settings import Settings
from kentongan.times import start_of_day
from samples.server import serve_samples
from samples.world import write_sources

TIP = (
    "Assalamualaikum, dapat dari grup RT. Dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini, daftar di tautan "
    "sebelum ditutup. Sebarkan!!"
)
REASONS = "Dinas Sosial menyatakan tidak ada bantuan sebesar itu dan alamat tautannya bukan milik pemerintah."
OFFICE = "https://dinsos.tirtamaya.example/klarifikasi/bansos"
CLARIFICATION = "Tidak ada bantuan Rp2,4 juta lewat tautan. Jangan isi data Anda di sana."


@pytest.fixture(params=ENGINES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The sample regency, collected from its real site, with three people at work; on each store."""
    settings = demo_settings(Settings(data_dir=tmp_path))
    if request.param == "elasticsearch":
        given: Settings = request.getfixturevalue("elastic_settings")
        settings = msgspec.structs.replace(
            settings, elasticsearch_url=given.elasticsearch_url, elasticsearch_index=given.elasticsearch_index
        )
    settings.data_dir.mkdir(parents=True)
    now = datetime.now(UTC)
    with serve_samples(start_of_day(now, "WIB") + timedelta(days=1), now=now) as address:
        write_sources(settings.data_dir / "sources.yml", address)
        run_command(settings, "crawl")
    for username, role in (("ani", "analis"), ("budi", "hukum"), ("citra", "analis"), ("tejo", "petugas")):
        run_command(settings, "users", "add", username, "--name", username.title(), "--role", role, *agency(role))
    return settings


def agency(role: str) -> list[str]:
    return ["--agency", "Dinas Sosial Tirtamaya"] if role == "petugas" else []


def one(settings: Settings, *words: str) -> dict[str, Any]:
    (row,) = rows_of(settings, *words)
    return row


def test_a_citizens_message_is_matched_decided_by_two_and_answered(desk: Settings) -> None:
    run_command(desk, "stories", "update")
    tip = one(desk, "tips", "add", TIP, "--contact", "081200000000", "--channel", "whatsapp", "--as", "tejo")
    story = tip["story"]
    # In other words than the copies: the story is only suggested, and a person says that it is the one.
    assert (tip["state"], tip["story_joined"]) == ("matched", "suggested") and story
    assert one(desk, "tips", "attach", tip["number"], story, "--as", "ani")["story_joined"] == "person"

    file = desk.data_dir / "pesan.jsonl"
    file.write_text(json.dumps({"id": 1, "text": TIP}) + "\n", encoding="utf-8")
    (matched,) = rows_of(desk, "match", str(file), "--top", "3")
    best = matched["matches"][0]
    assert best["band"] == "same" and best["verdict"] == "false" and "Bansos" in best["title"]
    assert {"bansos", "tautan"} & set(best["shared"])

    shown = rows_of(desk, "stories", "show", story)
    rows = rows_of(desk, "spread", story)
    summary = next(row for row in rows if row["row"] == "summary")
    assert summary["copies"] == shown[0]["spreads"] >= 4

    review = one(desk, "verdicts", "open", story, "--as", "ani")["id"]
    choice = ["--status", "false", "--kind", "scam", "--reasons", REASONS, "--reference", OFFICE]
    run_command(desk, "verdicts", "decide", str(review), *choice, "--as", "ani")
    again = run_command(desk, "verdicts", "decide", str(review), *choice, "--as", "ani", status=2)
    assert "orang kedua" in again.stderr
    masked = one(desk, "verdicts", "show", str(review), "--as", "citra")
    assert "scam" not in json.dumps(masked) and REASONS not in json.dumps(masked)
    run_command(desk, "verdicts", "decide", str(review), *choice, "--as", "budi")
    decided = one(desk, "verdicts", "show", str(review))
    assert (decided["status"], decided["verdict"]["kind"], decided["story"]) == ("false", "scam", story)
    assert decided["carried"] == shown[0]["spreads"]

    run_command(
        desk, "verdicts", "publish", str(review), "--text", CLARIFICATION, "--url", OFFICE, "--channel", "situs",
        "--as", "ani",
    )  # fmt: skip
    answer = one(desk, "tips", "answer", tip["number"], "--as", "ani")
    assert answer["source"] == "clarification" and OFFICE in answer["text"] and CLARIFICATION in answer["text"]
    log = run_command(desk, "audit", "--json").stdout
    assert "081200000000" not in log and "verdicts.agree" in log
