"""The public form of complaints, where one stands, and the webhook, over a real HTTP server."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import httpx
import msgspec
import pytest
import sqlalchemy as sa
import uvicorn
from casework_fixtures import migrated_file
from complaint_desk import AGENCY, HOLE, REGIONS, deadlines, open_desk, regions
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.complaints import handling
from casework.complaints.listing import get_complaint, parse_number
from casework.complaints.records import Complaint
from casework.complaints.tables import ComplaintReporterRow, ComplaintRow
from casework.db import open_casework
from casework.webhook_signature import MAX_BODY, SIGNATURE_HEADER, WINDOW_S, sign
from dashboard.complaint_form import complaint_routes
from dashboard.complaint_public import ComplaintDesk
from dashboard.rate_limit import RateLimit
from kentongan.settings import Settings

SECRET = "rahasia-bersama"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {0} {{isi}} </textarea><h1>palsu</h1>"


@dataclass(slots=True)
class Site:
    """A served desk with its staff, and a browser that keeps cookies."""

    desk: ComplaintDesk
    staff: dict[str, object]
    http: httpx.Client
    base: str = ""

    def send(self, **typed: str) -> httpx.Response:
        """Open the form, fill it in and send it as a browser does."""
        hidden = hidden_of(self.http.get(f"{self.base}/adu").text)
        data = {"isi": "", "tempat": "", "nama": "", "kontak": "", **hidden, **typed}
        return self.http.post(f"{self.base}/adu", data=data)

    def deliver(self, body: object, *, at: int | None = None, secret: str = SECRET) -> httpx.Response:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        signed = sign(content, secret=secret, at=at or int(time.time()))
        return self.http.post("/api/aduan", content=content, headers={SIGNATURE_HEADER: signed})

    def stored(self, number: str) -> Complaint:
        with self.desk.casework().read() as session:
            return get_complaint(
                session, parse_number(number), actor=self.staff["hukum"], now=self.now()  # type: ignore[arg-type]
            )  # fmt: skip

    def now(self) -> object:
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def count(self) -> int:
        with self.desk.casework().read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(ComplaintRow)) or 0


def hidden_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def number_and_code(page: str) -> tuple[str, str]:
    number, code = re.findall(r"<dd>([^<]+)</dd>", page)
    return number, code


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The routes alone, at the root and again below /dasbor; one server for the file, its bounds wide."""
    folder = tmp_path_factory.mktemp("adu")
    (folder / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    settings = Settings(
        data_dir=folder, organisation="Diskominfo <Tirtamaya>", complaints_webhook_secret=SECRET, region="99.01",
        regions_file=REGIONS,
    )  # fmt: skip
    wide = RateLimit(each=1_000, together=1_000, window_s=600.0)
    with open_casework(settings) as casework:
        staff = open_desk(casework, settings).staff
        desk = ComplaintDesk(
            settings=settings, casework=lambda: casework, gazetteer=regions, deadlines=deadlines,
            suggester=lambda: None, taken=wide, lookups=wide,
        )  # fmt: skip
        routes = complaint_routes(lambda: desk)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            app = Starlette(routes=[Mount("/dasbor", routes=routes), *routes])
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                while not server.started:
                    time.sleep(0.01)
                address = f"http://127.0.0.1:{listener.getsockname()[1]}"
                with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
                    yield Site(desk=desk, staff=staff, http=http)  # type: ignore[arg-type]
            finally:
                server.should_exit = True
                thread.join(timeout=10)


@pytest.mark.parametrize("base", ["", "/dasbor"])
def test_a_citizen_complains_follows_it_rates_the_answer_and_has_it_reopened(site: Site, base: str) -> None:
    at = Site(desk=site.desk, staff=site.staff, http=site.http, base=base)
    form = site.http.get(f"{base}/adu")
    assert "Diskominfo &lt;Tirtamaya&gt;" in form.text and "<script" not in form.text
    assert "default-src 'none'" in form.headers["Content-Security-Policy"]
    assert "HttpOnly" in form.headers["Set-Cookie"] and "SameSite=strict" in form.headers["Set-Cookie"]
    sent = at.send(isi=f"{base} {HOLE} Saya Budi.", tempat="Kecamatan Randu", nama="Budi", kontak="0812")
    assert sent.status_code == 200 and "Kami memeriksanya paling lambat" in sent.text
    number, code = number_and_code(sent.text)
    stored = site.stored(number)
    assert (stored.channel, stored.region, stored.stage) == ("web", "99.01.02", "menunggu_verifikasi")
    assert "Budi" not in stored.text
    known = {"nomor": number, "kode": code}
    status = f"{base}/adu/status"
    assert "Menunggu verifikasi" in site.http.post(status, data=known).text
    petugas = site.staff["petugas"]
    for act, words in ((handling.forward, {"agency": AGENCY}), (handling.finish, {"answer": "Sudah <b>ditambal</b>."})):
        with site.desk.casework().begin() as session:
            seen = get_complaint(session, stored.id)
            act(session, stored.id, version=seen.version, actor=petugas, now=site.now(), deadlines=deadlines(), **words)  # type: ignore[arg-type]
    shown = site.http.post(status, data=known).text
    assert "Selesai" in shown and AGENCY in shown and "Sudah &lt;b&gt;ditambal&lt;/b&gt;." in shown
    assert "Nilai jawaban" in shown and "Buka kembali" in shown and "Budi" not in shown and "Lubang" not in shown
    assert site.http.post(status, data={**known, "tindakan": "nilai"}).status_code == 422
    rated = site.http.post(status, data={**known, "tindakan": "nilai", "nilai": "2"})
    assert rated.status_code == 200 and "Nilai jawaban" not in rated.text
    assert site.stored(number).rating == 2
    again = site.http.post(status, data={**known, "tindakan": "buka", "alasan": "Lubangnya muncul lagi."})
    assert again.status_code == 200 and "Diproses" in again.text and "dibuka kembali" in again.text
    stolen = site.http.post(
        status, data={**known, "kode": "AAAAAAAAAA", "tindakan": "buka", "alasan": "Coba-coba saja."}
    )
    assert stolen.status_code == 404 and "tidak cocok" in stolen.text


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(site: Site) -> None:
    before = site.count()
    for typed, said in (({"nama": "Sri"}, "Tulis isi aduannya."), ({"isi": HOLE, "nama": "x" * 101}, "lebih dari 100")):
        answer = site.send(**typed)
        assert answer.status_code == 422 and said in answer.text and "aria-invalid" in answer.text
        assert all(value in answer.text for value in typed.values())
    assert site.count() == before


def test_what_a_stranger_writes_is_never_markup(site: Site) -> None:
    answer = site.send(isi=HOSTILE, nama="x" * 101, tempat=HOSTILE)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text and "<img" not in answer.text and "<h1>palsu" not in answer.text
    assert HOSTILE in unescape(answer.text)
    number, code = number_and_code(site.send(isi=HOSTILE).text)
    assert "<img" not in site.http.post("/adu/status", data={"nomor": HOSTILE, "kode": code}).text
    assert "<img" not in site.http.post("/adu/status", data={"nomor": number, "kode": code}).text


def test_another_sites_page_a_machine_and_a_second_click_add_nothing(site: Site) -> None:
    before = site.count()
    hidden = hidden_of(site.http.get("/adu").text)
    body = {"isi": HOLE, "tempat": "", "nama": "", "kontak": "", **hidden}
    for change, headers in (
        ({"token": "x"}, {}), ({}, {"Sec-Fetch-Site": "cross-site"}), ({"situs": "http://iklan.example"}, {}),
    ):  # fmt: skip
        assert site.http.post("/adu", data={**body, **change}, headers=headers).status_code == 403
    assert site.count() == before
    first, second = (site.http.post("/adu", data=body) for _ in range(2))
    assert number_and_code(first.text) == number_and_code(second.text) and "sudah kami terima" in second.text
    assert site.count() == before + 1
    assert site.http.post("/adu", data={**body, "isi": "x" * 1_100_000}).status_code in (400, 413)


def test_an_anonymous_and_a_secret_report_are_kept_as_asked(site: Site) -> None:
    number, code = number_and_code(
        site.send(isi="Ada pungutan uang di loket.", nama="Tia", kontak="08", anonim="ya").text
    )
    with site.desk.casework().read() as session:
        row = session.scalars(
            sa.select(ComplaintReporterRow).where(ComplaintReporterRow.complaint == parse_number(number))
        ).one()
        assert (row.name, row.contact, row.text) == (None, None, None)
    number, code = number_and_code(site.send(isi="Kepala seksi meminta uang.", rahasia="ya").text)
    assert site.stored(number).secret
    assert "Menunggu verifikasi" in site.http.post("/adu/status", data={"nomor": number, "kode": code}).text


def test_too_many_complaints_and_too_many_guesses_wait(site: Site) -> None:
    def look_up() -> httpx.Response:
        return site.http.post("/adu/status", data={"nomor": "1", "kode": "A"})

    def complain() -> httpx.Response:
        return site.send(isi=HOLE)

    for name, send in (("taken", complain), ("lookups", look_up)):
        kept = getattr(site.desk, name)
        setattr(site.desk, name, RateLimit(each=1, together=99, window_s=60.0))
        try:
            assert send().status_code in (200, 404)
            waits = send()
            assert waits.status_code == 429 and int(waits.headers["Retry-After"]) > 0
        finally:
            setattr(site.desk, name, kept)


# The webhook.


def message(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "channel": "whatsapp", "text": f"{name}: {HOLE}", "contact": "0812", "address": "62812", **more}


def test_a_signed_message_becomes_a_complaint_once(site: Site) -> None:
    before = site.count()
    sent = site.deliver(message("wa-1", place="Randu"))
    assert sent.status_code == 202 and sent.json()["baru"] is True
    stored = site.stored(sent.json()["nomor"])
    assert (stored.channel, stored.region) == ("whatsapp", "99.01.02")
    again = site.deliver(message("wa-1", place="Randu"), at=int(time.time()) - 5)
    assert again.status_code == 200 and {**again.json(), "baru": True} == sent.json()
    assert site.count() == before + 1


def test_a_wrong_signature_an_old_one_and_a_replay_are_refused(site: Site) -> None:
    before = site.count()
    body, refused = msgspec.json.encode(message("wa-2")), site.desk.refused
    now = int(time.time())
    assert site.deliver(body, secret="tebakan").status_code == 401
    assert site.deliver(body, at=now - WINDOW_S - 10).status_code == 401
    for header in ("", "v1=00", f"t={now}", "t=1,t=2,v1=00", f"t={now},v1={'0' * 64}"):
        assert site.http.post("/api/aduan", content=body, headers={SIGNATURE_HEADER: header}).status_code == 401
    assert site.http.post("/api/aduan", content=body).status_code == 401
    assert site.desk.refused == refused + 8 and site.count() == before
    assert site.deliver(body, at=now).status_code == 202
    replay = site.deliver(body, at=now)
    assert replay.status_code == 409 and "sudah diterima" in replay.json()["galat"]
    other = site.deliver(message("wa-2", text="Isi lain di bawah id yang sama."))
    assert other.status_code == 409 and site.count() == before + 1
    assert site.deliver(b"x" * (MAX_BODY + 1)).status_code == 413


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{bukan json", "bad-json"), (b"[1,2]", "bad-shape"), (b'{"id": "h-1", "channel": "merpati"}', "bad-shape"),
        (json.dumps({"id": "h-2", "channel": "sms", "text": "  "}).encode(), "no-text"),
        (json.dumps({"id": "h-3", "channel": "sms", "text": "x" * 31_000}).encode(), "too-long"),
        (json.dumps({"id": "h-4", "channel": "sms", "text": HOLE, "lat": -12.5, "lon": 95.0}).encode(), "coordinates"),
        (json.dumps({"id": "h-5", "channel": "sms", "text": HOLE, "at": "2031-01-01T00:00:00Z"}).encode(), "bad-shape"),
        (json.dumps({"id": "h-6", "channel": "sms", "text": HOLE, "name": "n" * 300}).encode(), "bad-shape"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_held_with_its_reason_and_the_body(site: Site, body: bytes, reason: str) -> None:
    sent = site.deliver(body)
    assert sent.status_code == 202 and sent.json()["ditahan"] == reason and sent.json()["alasan"]
    stored = site.stored(sent.json()["nomor"])
    assert stored.held == reason
    with site.desk.casework().read() as session:
        kept = sa.select(ComplaintReporterRow.raw).where(ComplaintReporterRow.complaint == stored.id)
        raw = session.scalars(kept).one()
    assert raw == (None if reason == "coordinates" else body.decode("utf-8", "replace"))


def test_without_a_secret_the_address_is_shut(site: Site) -> None:
    kept = site.desk.settings
    site.desk.settings = msgspec.structs.replace(kept, complaints_webhook_secret="")
    try:
        assert site.deliver(message("wa-9")).status_code == 503
    finally:
        site.desk.settings = kept
