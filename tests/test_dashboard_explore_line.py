"""The query line of Jelajah in a real browser: checked while typed, reached with the keyboard, sent with Enter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import running_dashboard

from kentongan.schema import Document, document_id
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("baris") / "var", sign_in="off")
    now = datetime.now(UTC)
    with open_store(settings) as store:
        store.add(
            Document(
                id=document_id("guyub.example", str(n)), kind="post", publisher="guyub.example", platform="mastodon",
                native_key=str(n), source="guyub", text=f"Jalan banjir nomor {n}", author="@bagus_pratama",
                published_at=now - timedelta(hours=1 + n), collected_at=now, sample=True,
            )
            for n in range(4)
        )  # fmt: skip
    return settings


def test_typing_is_checked_a_slash_leads_to_the_line_and_enter_asks(
    installation: Settings, chromium: Any, tmp_path: Path
) -> None:
    with running_dashboard(installation) as address:
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/jelajah")
        line = page.locator("#kt-ask-input")
        line.wait_for(timeout=60_000)
        page.locator("svg.trend").first.wait_for(timeout=60_000)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "kt-ask-input"
        page.keyboard.type("banjir DAN (jalan")
        page.get_by_text("diharapkan kurung tutup").wait_for(timeout=20_000)
        assert page.locator(".kt-reading mark").inner_text() == "("
        assert line.input_value() == "banjir DAN (jalan", "what is typed is not lost"
        assert "kueri" not in page.url, "typing asks nothing of the page"
        page.keyboard.type(" ATAU zzz)")
        page.get_by_text("4 dokumen").first.wait_for(timeout=20_000)
        page.keyboard.press("Enter")
        page.wait_for_url("**/jelajah?*kueri=*", timeout=20_000)
        assert parse_qs(urlsplit(page.url).query)["kueri"] == ["banjir DAN (jalan ATAU zzz)"]
        page.get_by_text("Jalan banjir nomor 0").first.wait_for(timeout=20_000)
        assert "bagus_pratama" not in page.inner_text("body")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        assert faults == []
        page.close()
