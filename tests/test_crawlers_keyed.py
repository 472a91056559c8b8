"""Sources that ask for a key, read by the real crawler: the key reaches its own host, and stands nowhere afterwards."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
from crawlers_run import crawl, report_of, stored
from crawlers_server import JSON, Handler, Reply, running_site

from crawlers.sources import Source
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store

FIXTURES = Path(__file__).with_name("fixtures")
SECRETS = ("kunci-youtube", "token-bluesky", "sandi-bluesky")
TIMES = (
    ("hasil.json", "youtube-search", "/youtube/v3/search"),
    ("komentar.json", "youtube-comments", "/youtube/v3/commentThreads"),
    ("hasil.json", "bluesky-search", "/xrpc/app.bsky.feed.searchPosts"),
)


class LoginHandler(Handler):
    """Also answers the login of a Bluesky server."""

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = self.path.endswith("createSession") and told["password"] == "sandi-bluesky"
        body = json.dumps({"accessJwt": "token-bluesky"} if known else {"error": "AuthenticationRequired"}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def first_page(kind: str, name: str) -> str:
    """A fixture that names no page after it."""
    body: dict[str, Any] = json.loads((FIXTURES / kind / name).read_bytes())
    return json.dumps({key: value for key, value in body.items() if key not in ("nextPageToken", "cursor")})


def files_below(folder: Path) -> bytes:
    """Everything an installation wrote, archives unpacked."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return b"".join(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files)


def test_keys_open_their_sources_and_stand_in_no_file_and_a_missing_one_is_told(settings: Settings) -> None:
    keyed = msgspec.structs.replace(
        settings, youtube_api_key="kunci-youtube", bluesky_handle="komando.test", bluesky_app_password="sandi-bluesky"
    )
    with running_site() as site:
        site.RequestHandlerClass = LoginHandler
        site.pages.update({path: Reply(first_page(kind, name), JSON) for name, kind, path in TIMES})
        declared = [
            Source(
                name=kind, kind=kind, url=f"{site.url}{path}?q=randu", document_kind="post", allow_private=True,
                crawl_delay=0.0,
            )
            for _, kind, path in (*TIMES, ("", "x-search", "/2/tweets/search/recent"))
        ]  # fmt: skip
        report = crawl(keyed, declared)
        asked = {path: site.requests(path) for _, _, path in TIMES}
        unkeyed = [seen for seen in site.seen if seen.path == "/robots.txt"]
        refused = site.requests("/2/tweets/search/recent")
    assert {kind: report_of(report, kind).new for _, kind, _ in TIMES} == {
        "youtube-search": 1, "youtube-comments": 2, "bluesky-search": 1,
    }  # fmt: skip
    headers = {path: {name.lower(): value for name, value in seen[0].headers.items()} for path, seen in asked.items()}
    assert headers["/youtube/v3/search"]["x-goog-api-key"] == "kunci-youtube"
    assert headers["/xrpc/app.bsky.feed.searchPosts"]["authorization"] == "Bearer token-bluesky"
    assert not any(secret in f"{seen.path}{seen.headers}" for seen in unkeyed for secret in SECRETS)
    gap = report_of(report, "x-search").gap
    assert gap is not None and "x_bearer_token" in gap.reason and not refused
    written = files_below(settings.data_dir)
    assert b"Listrik padam lagi di Randu" in written and b"WARC-Type: response" in written
    assert not any(secret.encode() in written for secret in SECRETS)
    with open_store(keyed) as store:
        store.refresh()
        liked = {
            record.document.native_key: seen.engagement.likes
            for record in store.stream(Query())
            for seen in record.observations
            if seen.engagement
        }
    assert liked["Ug1"] == 6 and liked["at://did:plc:satu/app.bsky.feed.post/3s01"] == 4
    comment = next(one for one in stored(keyed) if one.native_key == "Ug1.r1")
    assert comment.kind == "comment" and comment.reply_to is not None
