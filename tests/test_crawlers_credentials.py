"""Keys: they reach the source's own host and nobody else, and stand in nothing that is kept."""

from __future__ import annotations

from pathlib import Path

from crawlers_process import Order, Outcome, carry_out
from crawlers_server import Reply, running_site

from crawlers.archive_index import find_captures
from crawlers.sources import Source
from kentongan.settings import Settings

KEY = "kunci-yang-sangat-rahasia"
EMPTY = '{"kind": "youtube#searchListResponse", "items": []}'


def search(url: str) -> Source:
    return Source(name="video", kind="youtube-search", url=f"{url}/youtube/v3/search?q=banjir&part=snippet",
                  allow_private=True, crawl_delay=0.0, document_kind="post", platform="youtube")  # fmt: skip


def test_a_key_reaches_its_own_host_and_follows_no_redirect(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", youtube_api_key=KEY)
    with running_site() as own, running_site() as other:
        own.pages["/youtube/v3/search"] = Reply(status=307, headers={"Location": f"{other.url}/tangkap"})
        other.pages["/tangkap"] = Reply(EMPTY, kind="application/json")
        outcome = carry_out(settings, Order(sources=[search(own.url)]))
        (asked,) = own.requests("/youtube/v3/search")
        (caught,) = other.requests("/tangkap")
        rules = own.requests("/robots.txt") + other.requests("/robots.txt")
        assert find_captures(settings.archive_dir, f"{other.url}/tangkap")
    assert KEY in asked.headers.values()
    assert KEY not in str(caught.headers) and KEY not in str([one.headers for one in rules])
    leaves_no_trace(settings, outcome)


def test_a_key_stands_in_no_archive_log_quarantine_or_memory(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", youtube_api_key=KEY)
    for reply in (Reply(EMPTY, kind="application/json"), Reply("{", kind="application/json"), Reply(status=500)):
        with running_site() as site:
            site.pages["/youtube/v3/search"] = reply
            outcome = carry_out(settings, Order(sources=[search(site.url)]))
            assert KEY in site.requests("/youtube/v3/search")[0].headers.values()
        leaves_no_trace(settings, outcome)


def test_a_source_without_its_key_says_which_setting_to_give_and_is_not_asked(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    with running_site() as site:
        report = carry_out(settings, Order(sources=[search(site.url)])).report
        assert site.seen == []
    assert len(report.gaps) == 1 and "youtube_api_key" in report.gaps[0].reason.lower()
    assert (report.failed, report.refused) == (1, {})


def leaves_no_trace(settings: Settings, outcome: Outcome) -> None:
    """Assert that the key is in no file that was written, compressed or not, and not in the log."""
    assert KEY not in outcome.log
    assert KEY not in str(outcome.report)
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert KEY.encode() not in (gunzip_members(raw) if path.suffix == ".gz" else raw), path


def gunzip_members(raw: bytes) -> bytes:
    import gzip

    return gzip.decompress(raw)
