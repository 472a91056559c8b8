"""Messages to reporters: delivered at least once, signed, with back-off; nothing is lost while the gateway is away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, migrated_file
from complaint_desk import AGENCY, Desk, open_desk

from casework.complaints import handling as acts
from casework.complaints.outbox import LONGEST_PAUSE, Delivered, deliver_messages
from casework.complaints.tables import ComplaintMessageRow
from casework.db import open_casework
from casework.roles import SYSTEM
from casework.webhook_signature import SIGNATURE_HEADER, verify_signature
from kentongan.errors import NotAllowed, NotConfigured, Retry
from kentongan.settings import Settings

SECRET = "rahasia-gerbang"


class Gateway:
    """A messaging gateway: checks signatures, remembers what it got, answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                signed = self.headers[SIGNATURE_HEADER]
                at = datetime.fromtimestamp(int(signed.split(",")[0].removeprefix("t=")), UTC)
                verify_signature(signed, body, secret=SECRET, now=at)
                outer.got.append(json.loads(body))
                self.send_response(outer.status)
                self.send_header("Location", "/lain")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/pesan"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, gateway: Gateway) -> Iterator[Desk]:
    (tmp_path / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    chosen = Settings(
        data_dir=tmp_path, complaint_messages_url=gateway.url, complaint_messages_secret=SECRET
    )  # fmt: skip
    with open_casework(chosen) as casework:
        yield open_desk(casework, chosen)


def deliver(desk: Desk) -> Delivered:
    return deliver_messages(desk.casework, settings=desk.settings, actor=SYSTEM, now=desk.now)


def waiting(desk: Desk) -> list[ComplaintMessageRow]:
    with desk.casework.read() as session:
        chosen = sa.select(ComplaintMessageRow).where(ComplaintMessageRow.state == "waiting")
        found = list(session.scalars(chosen))
        session.expunge_all()
        return found


def test_every_message_goes_out_once_and_signed(desk: Desk, gateway: Gateway) -> None:
    taken = desk.take(channel="whatsapp", contact="0812", address="62812")
    desk.do(acts.forward, taken.complaint.id, agency=AGENCY)
    desk.take("Lampu jalan padam di Desa Mulyo.")  # nobody to send it to
    desk.take("Lampu taman padam di alun-alun.", contact="0813", anonymous=True)
    assert deliver(desk) == Delivered(sent=2, failed=0, waiting=0)
    first, second = gateway.got
    assert (first["kepada"], first["saluran"], first["nomor"]) == ("62812", "whatsapp", taken.complaint.number)
    assert taken.code is not None and taken.code in first["teks"] and AGENCY in second["teks"]
    assert first["id"] != second["id"]
    assert deliver(desk) == Delivered(sent=0, failed=0, waiting=0) and len(gateway.got) == 2


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_the_gateway_refuses_waits_longer_each_time_and_keeps_its_id(
    desk: Desk, gateway: Gateway, status: int
) -> None:
    desk.take(contact="0812")
    gateway.status = status
    now = desk
    pauses = []
    for _ in range(3):
        assert deliver(now) == Delivered(sent=0, failed=1, waiting=1)
        (row,) = waiting(desk)
        assert str(status) in (row.fault or "")
        pauses.append(row.next_at - now.now)
        assert deliver(now).failed == 0, "not before its time"
        now = Desk(desk.casework, desk.settings, desk.staff, row.next_at)
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    gateway.status = 204
    assert deliver(now) == Delivered(sent=1, failed=0, waiting=0)
    assert len({one["id"] for one in gateway.got}) == 1, "a repeat is known by its id"


def test_nothing_is_lost_while_the_gateway_is_away(desk: Desk, gateway: Gateway) -> None:
    for number in range(3):
        desk.take(f"Aduan tentang lampu jalan nomor {number} yang padam.", contact=f"081{number}")
    away = Desk(
        desk.casework,
        msgspec.structs.replace(desk.settings, complaint_messages_url="http://127.0.0.1:9/"),
        desk.staff,
    )
    with pytest.raises(Retry, match="3 menunggu"):
        deliver(away)
    assert sorted(row.tries for row in waiting(desk)) == [0, 0, 1], "the rest is not tried in vain"
    later = desk.later(hours=7)
    assert later.now - desk.now > LONGEST_PAUSE
    assert deliver(later) == Delivered(sent=3, failed=0, waiting=0)
    assert len(gateway.got) == 3


def test_one_that_fails_keeps_no_other_from_going_out(desk: Desk, gateway: Gateway) -> None:
    for number in range(3):
        desk.take(f"Aduan tentang selokan nomor {number} yang tersumbat.", contact=f"081{number}")
    answers = iter([200, 503, 200])

    def post(body: bytes, headers: object) -> int:
        return next(answers)

    done = deliver_messages(desk.casework, settings=desk.settings, actor=SYSTEM, now=desk.now, post=post)
    assert done == Delivered(sent=2, failed=1, waiting=1)


def test_without_a_gateway_it_says_what_to_set_and_only_staff_may_send(desk: Desk) -> None:
    bare = Desk(desk.casework, Settings(), desk.staff)
    with pytest.raises(NotConfigured, match="belum disetel"):
        deliver(bare)
    with pytest.raises(NotAllowed):
        deliver_messages(desk.casework, settings=desk.settings, actor=desk.staff["pimpinan"], now=NOW)
