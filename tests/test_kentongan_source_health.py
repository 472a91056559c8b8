"""``kentongan sources health`` and ``revisions``, through the real command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from command_line import rows_of, run_command
from search_documents import make_document

from crawlers.schedule import Schedule, Turn
from crawlers.state import CollectionState, Refused
from kentongan.schema import Gap, Observation, Revision, document_id, revision_hash
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    names = ("ramai", "diam", "baru")
    declared = [{"name": name, "kind": "rss", "url": f"https://{name}.example/feed"} for name in names]
    (tmp_path / "sources.yml").write_text(yaml.safe_dump(declared))
    return Settings(data_dir=tmp_path / "var", sources_file=tmp_path / "sources.yml")


def test_a_source_that_fell_silent_stands_first_with_what_failed_and_was_refused(settings: Settings) -> None:
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    with open_store(settings) as store:
        store.add(
            make_document(0, id=document_id(source, f"{back} {n}"), source=source, published_at=at)
            for source, until in (("ramai", 0), ("diam", 40))
            for back in range(until, 29 * 24)
            for n in range(2)
            if (at := hour - timedelta(hours=back, minutes=n + 1)) < hour
        )
        store.add_gaps([Gap(source="diam", since=now - timedelta(days=2), until=now, reason="server menjawab 503")])
    with CollectionState(settings.collection_file) as state:
        refused = [("a", "no-text"), ("b", "no-text"), ("c", "robots")]
        state.refuse(
            Refused(source="diam", url=f"https://diam.example/{url}", reason=reason, message="ditolak", at=now)
            for url, reason in refused
        )
    with Schedule(settings.collection_file) as schedule:
        schedule.save([Turn(source="diam", due=now, interval=timedelta(minutes=30), failures=3)])
    first, *others = rows_of(settings, "sources", "health", "--json")
    assert (first["source"], first["state"], first["found"], first["failures"]) == ("diam", "silent", 0, 3)
    assert first["refused"] == {"no-text": 2, "robots": 1}
    assert first["gaps"] == 1
    assert first["low"] <= 48 <= first["high"]
    assert {row["source"]: row["state"] for row in others} == {"ramai": "ok", "baru": "new"}
    assert [row["source"] for row in rows_of(settings, "sources", "health", "--source", "ramai", "--json")] == ["ramai"]


def test_every_state_of_a_page_is_told_with_what_changed(settings: Settings) -> None:
    document = make_document(1, title="Banjir", text="Air naik.\nWarga mengungsi.")
    day = timedelta(days=1)
    later = "Air naik.\nWarga sudah pulang."
    with open_store(settings) as store:
        store.add([document, make_document(2)])
        store.observe(
            [
                Observation(document=document.id, at=document.collected_at + day, state="unchanged"),
                Observation(
                    document=document.id, at=document.collected_at + 2 * day, state="changed",
                    revision=Revision(hash=revision_hash("Banjir surut", later), title="Banjir surut", text=later),
                ),
                Observation(document=document.id, at=document.collected_at + 3 * day, state="gone"),
            ]
        )  # fmt: skip
    unchanged, changed, gone = rows_of(settings, "sources", "revisions", document.id, "--json")
    assert [row["state"] for row in (unchanged, changed, gone)] == ["unchanged", "changed", "gone"]
    assert changed["change"]["lines"] == ["  Air naik.", "- Warga mengungsi.", "+ Warga sudah pulang."]
    assert changed["change"]["title"] == ["Banjir", "Banjir surut"]
    assert unchanged["change"] is None
    assert rows_of(settings, "sources", "revisions", make_document(2).id, "--json") == []


def test_an_unknown_document_is_said_in_words(settings: Settings) -> None:
    done = run_command(settings, "sources", "revisions", "tidak-ada", status=2)
    assert "tidak ada" in done.stderr
