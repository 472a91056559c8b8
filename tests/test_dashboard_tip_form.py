"""The public form of tips, the lookup of an answer and the webhooks, over a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from test_crawlers_by_hand import PNG
from tip_desk import HOAX

from analysis.claims import ClaimMatcher
from casework.db import Casework, open_casework
from casework.roles import SYSTEM
from casework.tip_handling import complete_tip
from casework.tip_intake import PICTURES
from casework.tip_tables import TipDeliveryRow, TipEventRow, TipReporterRow, TipRow
from casework.tips import Tip, list_tips
from casework.webhook_signature import MAX_BODY, SIGNATURE_HEADER, WINDOW_S, sign
from crawlers.by_hand import picture_name
from dashboard.rate_limit import RateLimit
from dashboard.tip_desk import TIPS_EACH, TipDesk
from dashboard.tip_form import MAX_PUBLIC_PICTURE, MAX_UPLOAD, tip_routes
from kentongan.errors import Retry
from kentongan.settings import Settings
from search.store import Store

SECRET = "rahasia-bersama"
APP_SECRET = "rahasia-meta"
TOKEN = "token-uji"
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u202egnp.exe {0} {{teks}} </textarea><h1>palsu</h1>"
)


@dataclass(slots=True)
class Site:
    """A served desk and a browser on it that keeps cookies."""

    desk: TipDesk
    casework: Casework
    http: httpx.Client
    base: str = ""

    def form(self) -> dict[str, str]:
        """Open the form; its hidden fields."""
        return hidden_of(self.http.get(f"{self.base}/lapor").text)

    def send(self, *, files: Any = None, fields: dict[str, str] | None = None, **typed: str) -> httpx.Response:
        """Fill in the form and send it as a browser does."""
        data = {"teks": "", "tautan": "", "nama": "", "kontak": "", **(fields or self.form()), **typed}
        return self.http.post(f"{self.base}/lapor", data=data, files=files or {"gambar": ("", b"")})

    def tips(self) -> list[Tip]:
        with self.casework.read() as session:
            return list_tips(session, states=("new", "matched", "held"))

    def count(self, table: type[object]) -> int:
        with self.casework.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def deliver(self, body: bytes, *, header: str | bytes | None = None, at: int | None = None) -> httpx.Response:
        """Send a delivery, signed now unless said otherwise."""
        signed = sign(body, secret=SECRET, at=at or int(time.time())) if header is None else header
        return self.http.post("/api/laporan", content=body, headers={SIGNATURE_HEADER: signed})


def hidden_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        organisation="Diskominfo <Tirtamaya>",
        tips_webhook_secret=SECRET,
        whatsapp_app_secret=APP_SECRET,
        whatsapp_verify_token=TOKEN,
    )


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """The routes alone, at the root and again below /dasbor, with a store that is away."""

    def away() -> Store:
        raise Retry("Penyimpanan sedang tidak ada.")

    def no_claims() -> ClaimMatcher:
        raise Retry("Penyimpanan sedang tidak ada.")

    with open_casework(settings) as casework:
        desk = TipDesk(settings=settings, casework=lambda: casework, store=away, claims=no_claims)
        routes = tip_routes(lambda: desk)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            config = uvicorn.Config(
                Starlette(routes=[Mount("/dasbor", routes=routes), *routes]), log_config=None, ws="none", lifespan="off"
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                while not server.started:
                    time.sleep(0.01)
                address = f"http://127.0.0.1:{listener.getsockname()[1]}"
                with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
                    yield Site(desk=desk, casework=casework, http=http)
            finally:
                server.should_exit = True
                thread.join(timeout=10)


# The form.


def test_a_citizen_sends_a_tip_and_gets_number_and_code(site: Site, settings: Settings) -> None:
    shown = site.http.get("/lapor")
    assert shown.status_code == 200 and "Diskominfo &lt;Tirtamaya&gt;" in shown.text and "<script" not in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    cookie = shown.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    said = site.send(teks=HOAX, nama="Ani", kontak="0812", files={"gambar": ("layar.png", PNG, "image/png")})
    assert said.status_code == 200 and "LH-000001" in said.text and "0812" not in said.text
    (tip,) = site.tips()
    assert tip.channel == "web" and tip.picture == picture_name(PNG)
    assert (settings.data_dir / PICTURES / picture_name(PNG)).read_bytes() == PNG


def test_every_field_has_a_label_and_what_is_wrong_is_bound_to_it(site: Site) -> None:
    said = site.send(tautan="http://localhost/x", kontak="0" * 300).text
    for name in ("teks", "tautan", "gambar", "nama", "kontak"):
        assert f'<label for="{name}">' in said and f'id="{name}"' in said
    for name in ("tautan", "kontak"):
        described = re.search(rf'id="{name}" name="{name}" aria-describedby="([^"]*)" aria-invalid="true"', said)
        assert described and f"{name}-fault" in described[1].split() and f'id="{name}-fault"' in said
    assert 'role="alert"' in said and 'lang="id"' in said and "width=device-width" in said


def test_a_fault_keeps_what_was_typed_and_stores_nothing(site: Site) -> None:
    said = site.send(teks=HOSTILE, tautan="bukan alamat", nama=HOSTILE)
    assert said.status_code == 422 and "<script>" not in said.text and "<h1>palsu" not in said.text
    typed = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", said.text, re.DOTALL)
    assert typed and unescape(typed[1]) == HOSTILE
    assert site.count(TipRow) == 0
    again = site.send(fields=hidden_of(said.text), teks=HOSTILE)
    assert again.status_code == 200 and "LH-000001" in again.text and "<script>" not in again.text


def test_a_text_that_is_too_long_comes_back_whole_and_one_of_100000_letters_is_taken(site: Site) -> None:
    long = "Tanggul jebol! " * 8_000
    said = site.send(teks=long)
    assert said.status_code == 422 and "lebih dari 100000 huruf" in said.text and long in said.text
    assert site.send(teks=long[:100_000]).status_code == 200
    assert site.count(TipRow) == 1


def test_one_word_is_taken_and_the_citizen_is_told_that_it_is_not_enough(site: Site) -> None:
    said = site.send(teks="Hoaks").text
    assert "LH-000001" in said and "satu kata" in said
    assert site.tips()[0].state == "held"


def test_a_second_click_is_the_same_tip_and_a_changed_text_another(site: Site) -> None:
    fields = site.form()
    first, second = (site.send(fields=fields, teks=HOAX) for _ in range(2))
    assert site.count(TipRow) == 1 and "sudah kami terima" in second.text
    assert hidden_of(first.text)["kode"] == hidden_of(second.text)["kode"]
    assert "LH-000002" in site.send(fields=fields, teks="Benarkah sekolah libur besok?").text


def test_two_clicks_at_once_are_one_tip(site: Site) -> None:
    fields = site.form()
    answers: list[int] = []
    clicks = [
        threading.Thread(target=lambda: answers.append(site.send(fields=fields, teks=HOAX).status_code))
        for _ in range(4)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert answers == [200] * 4 and site.count(TipRow) == 1


def test_a_request_from_another_site_is_refused_with_what_was_typed(site: Site) -> None:
    fields = site.form()
    stolen = {**fields, "token": "0" * 32}
    assert site.send(fields=stolen, teks=HOAX).status_code == 403
    with httpx.Client(base_url=site.http.base_url, trust_env=False) as stranger:
        refused = stranger.post("/lapor", data={**fields, "teks": HOAX}, files={"gambar": ("", b"")})
    assert refused.status_code == 403 and "sekali lagi" in refused.text and "Rp2,4 juta" in refused.text
    site.http.headers["Sec-Fetch-Site"] = "cross-site"
    assert site.send(fields=fields, teks=HOAX).status_code == 403
    assert site.count(TipRow) == 0


def test_a_machine_that_fills_in_every_field_is_refused_and_a_person_may_send_again(site: Site) -> None:
    said = site.send(teks=HOAX, situs="https://iklan.example")
    assert said.status_code == 403 and "iklan.example" not in said.text and site.count(TipRow) == 0
    assert site.send(fields=hidden_of(said.text), teks=HOAX).status_code == 200


def test_one_address_may_send_so_many_tips_and_loses_nothing_it_typed(site: Site) -> None:
    for number in range(TIPS_EACH):
        assert site.send(teks=f"Benarkah kabar nomor {number} itu?").status_code == 200
    said = site.send(teks="Benarkah kabar terakhir itu?")
    assert said.status_code == 429 and int(said.headers["Retry-After"]) > 0 and "kabar terakhir" in said.text
    assert site.count(TipRow) == TIPS_EACH


def test_the_bounds_count_networks_and_let_time_pass() -> None:
    limit = RateLimit(each=2, together=3, window_s=60)
    assert [limit.wait_for("10.0.0.1", now=at) for at in (0, 1, 2)] == [0, 0, 58]
    assert limit.wait_for("2001:db8::1", now=3) == 0 and limit.wait_for("2001:db8::2", now=4) == 56, "all together"
    assert limit.wait_for("10.0.0.1", now=60) == 0 and limit.wait_for("2001:db8::ffff", now=61) == 0
    assert limit.wait_for("2001:db8::2", now=61.5) > 0, "one /64 is one subscriber"


def test_what_is_no_picture_or_too_large_is_refused_in_words(site: Site, settings: Settings) -> None:
    page = ("halaman.png", b"<html><script>alert(1)</script>", "image/png")
    assert "bukan PNG" in site.send(teks=HOAX, files={"gambar": page}).text
    large = PNG + b"\0" * MAX_PUBLIC_PICTURE
    said = site.send(teks=HOAX, files={"gambar": ("besar.png", large, "image/png")})
    assert said.status_code == 422 and "lebih dari 8 MB" in said.text and "Rp2,4 juta" in said.text
    two = [("gambar", ("a.png", PNG, "image/png")), ("gambar", ("b.png", PNG, "image/png"))]
    assert site.send(teks=HOAX, files=two).status_code == 400
    assert site.send(teks=HOAX, files={"gambar": ("x.png", b"\0" * MAX_UPLOAD, "image/png")}).status_code == 413
    assert site.count(TipRow) == 0 and not (settings.data_dir / PICTURES).exists()


def test_a_database_that_is_away_says_so_and_keeps_what_was_typed(site: Site) -> None:
    def away() -> Casework:
        raise Retry("Basis data di server-dalam:5432 sedang tidak ada.")

    site.desk.casework = away
    said = site.send(teks=HOAX)
    assert said.status_code == 503 and "sebentar lagi" in said.text and "Rp2,4 juta" in said.text
    assert "server-dalam" not in said.text


def test_a_search_that_is_away_loses_no_tip(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert site.send(teks=HOAX, kontak="081299998888").status_code == 200
        (tip,) = site.tips()
    assert tip.state == "new" and "0812" not in caplog.text and "Rp2,4" not in caplog.text


def test_the_form_works_below_a_base_path(site: Site) -> None:
    site.base = "/dasbor"
    page = site.http.get("/dasbor/lapor")
    addresses = re.findall(r'(?:href|action)="([^"#]*)"', page.text)
    assert addresses and not [one for one in addresses if one.startswith("/")], "all addresses are relative"
    said = site.send(teks=HOAX)
    assert "LH-000001" in said.text
    found = site.http.post("/dasbor/lapor/status", data=hidden_of(said.text))
    assert found.status_code == 200 and "Sedang diperiksa" in found.text


# The lookup.


def test_the_lookup_shows_where_a_tip_stands_and_nothing_personal(site: Site) -> None:
    kept = hidden_of(site.send(teks=HOAX, nama="Ani Lestari", kontak="081299998888").text)
    found = site.http.post("/lapor/status", data=kept).text
    assert "LH-000001" in found and "Sedang diperiksa" in found
    assert not [one for one in ("Ani Lestari", "0812", "bansos", "2,4") if one in found]
    wrong = site.http.post("/lapor/status", data={**kept, "kode": "SALAH12345"})
    missing = site.http.post("/lapor/status", data={**kept, "nomor": "LH-000077"})
    assert wrong.status_code == missing.status_code == 404
    assert wrong.text.replace("LH-000001", "") == missing.text.replace("LH-000077", "")
    shown = site.http.get("/lapor/status", params={"nomor": '"><script>'})
    assert "<script>" not in shown.text


def test_a_code_cannot_be_guessed_for_long(site: Site) -> None:
    tries = [site.http.post("/lapor/status", data={"nomor": "1", "kode": str(n)}).status_code for n in range(40)]
    assert tries[0] == 404 and tries[-1] == 429


# The webhook.


def delivery(**more: object) -> bytes:
    return msgspec.json.encode({"id": "wa-1", "channel": "telegram", "text": HOAX, "contact": "@ani", **more})


def test_a_signed_delivery_becomes_a_tip(site: Site) -> None:
    said = site.deliver(delivery())
    assert said.status_code == 202 and said.json()["nomor"] == "LH-000001" and said.json()["baru"] is True
    (tip,) = site.tips()
    assert tip.channel == "telegram" and tip.state == "new"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"t=1",
        b"v1=ab",
        b"t=x,v1=" + b"0" * 64,
        b"sha256=" + b"0" * 64,
        b"t=1,t=2,v1=" + b"0" * 64,
        b"\xff",
        b"a," * 999,
    ],
)
def test_a_wrong_signature_is_refused_counted_and_nothing_is_kept(
    site: Site, header: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        said = site.deliver(delivery(), header=header)
    assert said.status_code == 401 and site.count(TipRow) == 0 == site.count(TipDeliveryRow)
    assert site.desk.refused == 1 and "tanda tangan" in caplog.text and "2,4 juta" not in caplog.text


def test_a_changed_body_another_secret_and_another_time_are_refused(site: Site) -> None:
    now = int(time.time())
    right = sign(delivery(), secret=SECRET, at=now)
    assert site.deliver(delivery(text="Pesan lain sama sekali"), header=right).status_code == 401
    assert site.deliver(delivery(), header=sign(delivery(), secret="lain", at=now)).status_code == 401
    assert site.deliver(delivery(), header=right.replace(f"t={now}", f"t={now + 1}")).status_code == 401
    for at in (now - WINDOW_S - 30, now + WINDOW_S + 30):
        assert "waktu sekarang" in site.deliver(delivery(), at=at).text
    both = f"{right},v1={'0' * 64}"
    assert site.deliver(delivery(), header=both).status_code == 202, "one of several is right while a secret changes"
    assert site.count(TipRow) == 1


def test_a_replay_is_refused_a_retry_gets_its_number_and_another_message_under_its_id_does_not(site: Site) -> None:
    now = int(time.time())
    header = sign(delivery(), secret=SECRET, at=now)
    assert site.deliver(delivery(), header=header).status_code == 202
    replayed = site.deliver(delivery(), header=header)
    assert replayed.status_code == 409 and "sudah diterima" in replayed.text
    retried = site.deliver(delivery(), at=now + 2)
    assert retried.status_code == 200 and retried.json()["nomor"] == "LH-000001" and retried.json()["baru"] is False
    stolen = site.deliver(delivery(text="Pesan lain dengan id yang sama"), at=now + 3)
    assert stolen.status_code == 409 and "untuk pesan lain" in stolen.text
    assert site.count(TipRow) == 1 and site.count(TipEventRow) == 1


def test_the_same_delivery_many_times_at_once_is_taken_once(site: Site) -> None:
    header = sign(delivery(), secret=SECRET, at=int(time.time()))
    answers: list[int] = []
    sends = [
        threading.Thread(target=lambda: answers.append(site.deliver(delivery(), header=header).status_code))
        for _ in range(6)
    ]
    for send in sends:
        send.start()
    for send in sends:
        send.join()
    assert sorted(answers) == [202] + [409] * 5 and site.count(TipRow) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{rusak", "tidak terbaca sebagai JSON"),
        (b"\xff\xfe\x00", "tidak terbaca sebagai JSON"),
        (b'{"lain": ' + b"[" * 100_000, "tidak terbaca sebagai JSON"),
        (b"[]", "tidak sesuai bentuk"),
        (b'{"id": 7, "channel": "sms", "text": "halo dunia"}', "tidak sesuai bentuk"),
        (delivery(channel="merpati"), "tidak sesuai bentuk"),
        (delivery(text=""), "tidak memuat teks"),
        (delivery(text="Hoaks"), "satu kata"),
        (delivery(text="Tanggul jebol! " * 8_000), "lebih dari 100000 huruf"),
        (delivery(link="bukan alamat"), "tidak sesuai bentuk"),
    ],
)
def test_what_is_signed_but_cannot_be_read_is_held_with_its_reason_and_kept(site: Site, body: bytes, why: str) -> None:
    said = site.deliver(body)
    assert said.status_code == 202 and said.json()["status"] == "held" and why in said.json()["alasan"]
    with site.casework.read() as session:
        raw, text = session.execute(sa.select(TipReporterRow.raw, TipRow.text).join(TipRow)).one()
    kept = body.decode("utf-8", "replace").replace("\0", "\ufffd")
    assert (raw, text) == ((None, "Hoaks") if b"Hoaks" in body else (kept, None)), "nothing is lost"
    with site.casework.begin() as session:
        assert complete_tip(session, 1, text=HOAX, actor=SYSTEM, now=datetime.now(UTC)).state == "new"


def test_a_body_that_is_too_large_and_a_webhook_without_secret_are_refused(site: Site) -> None:
    assert site.deliver(b" " * (MAX_BODY + 1)).status_code == 413
    site.desk.settings = msgspec.structs.replace(site.desk.settings, tips_webhook_secret="", whatsapp_app_secret="")
    closed = site.deliver(delivery())
    assert closed.status_code == 503 and "KENTONGAN_TIPS_WEBHOOK_SECRET" in closed.text
    assert "KENTONGAN_WHATSAPP_APP_SECRET" in site.http.post("/api/laporan/whatsapp", content=b"{}").text
    assert site.count(TipRow) == 0


# WhatsApp, by payloads written after Meta's reference.


def whatsapp(*messages: dict[str, object], **value: object) -> bytes:
    inner = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "622471234567", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Ani Lestari"}, "wa_id": "6281299998888"}],
        "messages": list(messages),
        **value,
    }
    change = {"value": inner, "field": "messages"}
    return msgspec.json.encode(
        {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
    )


def message(number: int, **more: object) -> dict[str, object]:
    return {"from": "6281299998888", "id": f"wamid.{number}", "timestamp": "1763694000", **more}


def hook(site: Site, body: bytes, *, secret: str = APP_SECRET) -> httpx.Response:
    signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return site.http.post("/api/laporan/whatsapp", content=body, headers={"X-Hub-Signature-256": signed})


def test_whatsapp_messages_become_tips_and_the_same_payload_again_adds_nothing(site: Site) -> None:
    body = whatsapp(
        message(1, type="text", text={"body": HOAX}),
        message(2, type="image", image={"id": "99", "mime_type": "image/jpeg", "caption": "Benarkah surat ini?"}),
        message(3, type="image", image={"id": "98", "mime_type": "image/jpeg"}),
        message(4, type="audio", audio={"id": "97"}),
        message(5, type="reaction", reaction={"emoji": "👍"}),
        message(6, type="text", text={"body": "Hoaks"}),
    )
    assert hook(site, body).json() == {"nomor": [f"LH-00000{n}" for n in range(1, 6)]}
    assert hook(site, body).status_code == 200 and site.count(TipRow) == 5
    states = {tip.id: (tip.channel, tip.state) for tip in site.tips()}
    assert states == {n: ("whatsapp", state) for n, state in enumerate(("new", "new", "held", "held", "held"), 1)}
    with site.casework.read() as session:
        chosen = sa.select(TipReporterRow.name, TipReporterRow.address, TipReporterRow.raw).order_by(TipReporterRow.tip)
        reporters = session.execute(chosen).all()
    assert {row[:2] for row in reporters} == {("Ani Lestari", "6281299998888")}
    assert "99" in (reporters[1].raw or "") and "98" in (reporters[2].raw or "")


def test_whatsapp_without_a_right_signature_or_in_a_strange_shape(site: Site) -> None:
    body = whatsapp(message(1, type="text", text={"body": HOAX}))
    assert hook(site, body, secret="lain").status_code == 401
    assert site.http.post("/api/laporan/whatsapp", content=body).status_code == 401
    assert site.count(TipRow) == 0
    statuses = whatsapp(statuses=[{"id": "wamid.1", "status": "delivered", "recipient_id": "6281299998888"}])
    assert hook(site, statuses).json() == {"nomor": []}
    assert hook(site, b'{"object": "page"}').json() == {"nomor": ["LH-000001"]}
    assert site.tips()[0].state == "held"


def test_meta_checks_the_address_with_our_token(site: Site) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444"}
    assert site.http.get("/api/laporan/whatsapp", params=asked).text == "1158201444"
    assert site.http.get("/api/laporan/whatsapp", params={**asked, "hub.verify_token": "salah"}).status_code == 403
    assert site.http.get("/api/laporan/whatsapp", params={**asked, "hub.mode": "x"}).status_code == 403
