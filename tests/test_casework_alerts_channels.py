"""Channels of alerts: what an address may be, and what each channel does with servers that refuse, vanish or lie."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from alert_desk import AlertDesk, later, settings_for
from alert_servers import HttpServer, MailServer, Telegram, Webhook
from casework_fixtures import NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import settings as trial_count
from hypothesis import strategies as st

from casework.alerts.channels import check_channel, check_channels
from casework.alerts.channels_email import check_mail_settings, make_mail
from casework.alerts.giving_up import GIVE_UP_AFTER
from casework.alerts.notices import screen_notices
from casework.alerts.outbox import LONGEST_PAUSE, send_notices
from casework.alerts.parcels import Parcel
from casework.alerts.records import Channel
from casework.alerts.trial import try_channel
from casework.alerts.wording import MAX_TEXT, Notice, short_text, single_line
from casework.db import Casework, open_casework
from casework.roles import SYSTEM, Actor, Role
from kentongan.errors import BadSettings, KentonganError, NotAllowed, NotConfigured
from kentongan.settings import Settings

ALLOWED = Settings(alert_webhook_hosts="obrolan.contoh.go.id, http://10.0.0.5:8080")


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    yield server
    server.close()


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    server = Telegram()
    yield server
    server.close()


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[..., AlertDesk]]:
    opened: list[Casework] = []

    def open_one(*channels: tuple[str, str], **more: object) -> AlertDesk:
        settings = settings_for(tmp_path, **more)
        opened.append(open_casework(settings))
        return AlertDesk(opened[-1], settings, channels)

    yield open_one
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        ("email", "ani@contoh.go.id\r\nBcc: semua@contoh.go.id"),
        ("email", "ani@contoh.go.id, budi@contoh.go.id"),
        ("email", "Ani <ani@contoh.go.id>"),
        ("email", "ani"),
        ("telegram", "12; DROP"),
        ("screen", "Bupati"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "https://ani:rahasia@obrolan.contoh.go.id/"),
        ("webhook", "https://obrolan.contoh.go.id:99999/"),
        ("webhook", "https://obrolan.contoh.go.id/\nHost: lain"),
        ("sms", "0812"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(kind: str, to: str) -> None:
    with pytest.raises(KentonganError) as refused:
        check_channel({"kind": kind, "to": to}, settings=ALLOWED)
    assert not isinstance(refused.value, NotConfigured)


@pytest.mark.parametrize(
    "to",
    [
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9200/",
        "http://obrolan.contoh.go.id/masuk",  # listed for https only
        "https://obrolan.contoh.go.id.jahat.example/",
        "http://10.0.0.5/",
        "http://10.0.0.5:8081/",
        "https://10.0.0.5:8080/",
    ],
)
def test_a_webhook_goes_only_where_the_administrator_allowed(to: str) -> None:
    with pytest.raises(NotConfigured, match="tidak diizinkan"):
        check_channel(Channel(kind="webhook", to=to), settings=ALLOWED)
    with pytest.raises(NotConfigured):
        check_channel(Channel(kind="webhook", to="https://obrolan.contoh.go.id/"), settings=Settings())


def test_allowed_channels_are_kept_once_each() -> None:
    given = [
        {"kind": "email", "to": " ani@contoh.go.id "},
        {"kind": "email", "to": "ani@contoh.go.id"},
        {"kind": "webhook", "to": "https://obrolan.contoh.go.id:443/masuk?ruang=1"},
        {"kind": "webhook", "to": "http://10.0.0.5:8080/x"},
        {"kind": "telegram", "to": "-1001234567890"},
        {"kind": "screen", "to": "analis"},
    ]
    checked = check_channels(given, settings=ALLOWED)
    assert [one.to for one in checked] == [
        "ani@contoh.go.id", "https://obrolan.contoh.go.id:443/masuk?ruang=1", "http://10.0.0.5:8080/x",
        "-1001234567890", "analis",
    ]  # fmt: skip


def parcel_of(subject: str, body: str = "Isi.") -> Parcel:
    notice = Notice(key="ab" * 16, why="opened", alert=7, subject=subject, body=body, facts={}, at=NOW)
    return Parcel(key="ab" * 16, kind="email", address="ani@contoh.go.id", target="email", notices=(notice,))


@given(words=st.text(max_size=80))
@trial_count(max_examples=20, deadline=None)
def test_no_words_of_others_make_a_header(words: str) -> None:
    settings = Settings(smtp_from="kentongan@contoh.go.id", organisation=words.encode("utf-8", "replace").decode())
    safe = words.encode("utf-8", "replace").decode()
    made = make_mail(parcel_of(single_line(safe + "\r\nBcc: x@y"), body=safe), settings, now=NOW)
    assert made["Bcc"] is None and made["To"] == "ani@contoh.go.id"
    head, _, _ = made.as_bytes().partition(b"\r\n\r\n")
    assert sum(line.lower().startswith(b"subject:") for line in head.split(b"\r\n")) == 1
    assert not any(line.lower().startswith(b"bcc:") for line in head.split(b"\r\n"))


@given(
    words=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=0, max_size=50), times=st.integers(1, 300)
)
@trial_count(max_examples=20, deadline=None)
def test_a_text_for_telegram_is_never_too_long(words: str, times: int) -> None:
    made = short_text(words * times)
    assert len(made.encode("utf-16-le")) // 2 <= MAX_TEXT
    assert made == words * times or made.endswith("halaman Peringatan)")


def test_a_mail_says_what_and_where_and_how_to_know_a_repeat(
    open_desk: Callable[..., AlertDesk], mail: MailServer
) -> None:
    desk = open_desk(("email", "ani@contoh.go.id"), smtp_port=mail.port, public_url="https://kentongan.contoh.go.id/")
    alert = desk.raise_alert(title="Lonjakan <b>banjir</b> di Purwamaya")
    assert send_notices(desk.casework, settings=desk.settings, now=NOW).sent == 1
    (got,) = mail.mails
    (kept,) = desk.notices("sent")
    assert got["Subject"] == "Peringatan: Lonjakan <b>banjir</b> di Purwamaya"
    assert got["Message-ID"] == f"<{kept.key}@tirtamaya.example>"
    assert (got["Auto-Submitted"], got["To"]) == ("auto-generated", "ani@contoh.go.id")
    assert "peringatan.tirtamaya.example" in got["List-Id"]
    plain, html = (part.get_content() for part in got.iter_parts())
    link = f"https://kentongan.contoh.go.id/peringatan?peringatan={alert.id}"
    for words in ("Yang membicarakan banjir", "Aturan: Lonjakan banjir", "Nilai: 120, biasanya 14,5", link):
        assert words in plain
    assert f'<a href="{link}">' in html and "10.00 WIB" in plain


def test_a_server_that_is_away_for_an_hour_loses_nothing(open_desk: Callable[..., AlertDesk], mail: MailServer) -> None:
    desk = open_desk(("email", "ani@contoh.go.id"), ("email", "budi@contoh.go.id"), smtp_port=mail.port)
    mail.stop()
    desk.raise_alert()
    desk.raise_alert("99.02")
    at, tries = NOW, 0
    while at < later(hours=1):
        done = send_notices(desk.casework, settings=desk.settings, now=at)
        assert (done.sent, done.waiting) == (0, 4) and "tidak menjawab" in done.problems[0]
        tries += done.failed
        at += timedelta(minutes=5)
    assert tries == sum(row.tries for row in desk.notices()), "one mail a run finds out, the rest are not tried in vain"
    mail.start()
    done = send_notices(desk.casework, settings=desk.settings, now=at + LONGEST_PAUSE)
    assert (done.sent, done.waiting, len(mail.mails)) == (4, 0, 4)
    assert len({one["Message-ID"] for one in mail.mails}) == 4


def test_what_a_mail_server_refuses_for_good_is_given_up_and_the_rest_goes_on(
    open_desk: Callable[..., AlertDesk], mail: MailServer
) -> None:
    desk = open_desk(
        ("email", "tiada@contoh.go.id"), ("email", "penuh@contoh.go.id"), ("email", "ani@contoh.go.id"),
        smtp_port=mail.port,
    )  # fmt: skip
    mail.refusals = {"tiada@contoh.go.id": "550 no such user", "penuh@contoh.go.id": "452 mailbox full"}
    desk.raise_alert()
    done = send_notices(desk.casework, settings=desk.settings, now=NOW)
    assert (done.sent, done.failed, done.given_up, done.waiting) == (1, 1, 1, 1)
    assert [str(one["To"]) for one in mail.mails] == ["ani@contoh.go.id"]
    mail.refusals.pop("penuh@contoh.go.id")
    assert send_notices(desk.casework, settings=desk.settings, now=later(minutes=1)).sent == 1
    mail.data_answer = "451 later"
    desk.raise_alert("99.02")
    assert send_notices(desk.casework, settings=desk.settings, now=later(minutes=2)).failed == 2


def test_mail_is_private_and_its_certificate_is_verified(open_desk: Callable[..., AlertDesk], tmp_path: Path) -> None:
    key_file, own, other = make_certificates(tmp_path)
    server = MailServer(context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    server.context.load_cert_chain(own, key_file)
    server.start()
    try:
        desk = open_desk(
            ("email", "ani@contoh.go.id"), smtp_port=server.port, smtp_security="starttls", smtp_ca_file=other
        )
        desk.raise_alert()
        refused = send_notices(desk.casework, settings=desk.settings, now=NOW)
        assert refused.sent == 0 and "CERTIFICATE_VERIFY_FAILED" in refused.problems[0]
        trusting = msgspec.structs.replace(desk.settings, smtp_ca_file=own)
        assert send_notices(desk.casework, settings=trusting, now=later(minutes=1)).sent == 1
        assert len(server.mails) == 1
    finally:
        server.stop()


def make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """A key, its self-signed certificate for 127.0.0.1, and another one's certificate."""
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "surel uji")])
    made = []
    for at in range(2):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        file = folder / f"surel-{at}.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        if at == 0:
            key_file = folder / "kunci.pem"
            key_file.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
        made.append(file)
    return key_file, made[0], made[1]


def test_a_password_is_never_sent_in_the_open(open_desk: Callable[..., AlertDesk], mail: MailServer) -> None:
    desk = open_desk(("email", "ani@contoh.go.id"), smtp_port=mail.port, smtp_user="ani", smtp_password="rahasia")
    desk.raise_alert()
    done = send_notices(desk.casework, settings=desk.settings, now=NOW)
    assert done.sent == 0 and "sambungan terbuka" in done.problems[0] and not mail.mails
    with pytest.raises(BadSettings):
        check_mail_settings(desk.settings)


@pytest.mark.parametrize("status", [500, 302, 429])
def test_a_webhook_that_refuses_waits_longer_each_time_and_gets_it_once(
    open_desk: Callable[..., AlertDesk], webhook: Webhook, status: int
) -> None:
    desk = open_desk(("webhook", f"{webhook.origin}/masuk"), alert_webhook_hosts=webhook.origin)
    webhook.status, webhook.more_headers = status, {"Retry-After": "600"} if status == 429 else {"Location": "/lain"}
    desk.raise_alert()
    pauses, now = [], NOW
    for _ in range(3):
        assert send_notices(desk.casework, settings=desk.settings, now=now).failed == 1
        assert send_notices(desk.casework, settings=desk.settings, now=now).failed == 0, "not before its time"
        (row,) = desk.notices("waiting")
        assert str(status) in (row.fault or "")
        pauses.append(row.next_at - now)
        now = row.next_at
    wanted = [600] * 3 if status == 429 else [60, 120, 240]
    assert pauses == [timedelta(seconds=seconds) for seconds in wanted]
    webhook.status = 200
    assert send_notices(desk.casework, settings=desk.settings, now=now).sent == 1
    assert len(webhook.kept) == 1 and webhook.paths == ["/masuk"] * 4, "a redirect is not followed"
    (told,) = webhook.kept.values()
    assert (told["peringatan"], told["nilai"], told["biasanya"], told["alasan"]) == ("PRG-1", 120.0, 14.5, "opened")


def test_a_notice_that_a_receiver_cannot_bear_holds_nobody_else_back(
    open_desk: Callable[..., AlertDesk], webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(("webhook", f"{webhook.origin}/masuk"), alert_webhook_hosts=webhook.origin)
    desk.raise_alert(title="beracun")
    for number in range(3):
        desk.raise_alert(f"99.0{number + 2}")

    def look(headers: dict[str, str], body: bytes) -> None:
        webhook.status = 500 if b"beracun" in body else 200

    monkeypatch.setattr(webhook, "look", look)
    assert send_notices(desk.casework, settings=desk.settings, now=NOW).failed == 1
    assert send_notices(desk.casework, settings=desk.settings, now=later(minutes=0.5)).sent == 3


def test_an_address_that_is_allowed_no_longer_gets_nothing(
    open_desk: Callable[..., AlertDesk], webhook: Webhook
) -> None:
    desk = open_desk(("webhook", f"{webhook.origin}/masuk"), alert_webhook_hosts="https://lain.example")
    desk.raise_alert()
    done = send_notices(desk.casework, settings=desk.settings, now=NOW)
    assert done.sent == 0 and "tidak diizinkan" in done.problems[0] and not webhook.got


def test_telegram_is_obeyed_when_it_asks_to_wait_and_believed_when_it_says_never(
    open_desk: Callable[..., AlertDesk], telegram: Telegram
) -> None:
    desk = open_desk(("telegram", "-100123"), telegram_api_url=telegram.origin)
    telegram.refuse(429, "Too Many Requests: retry after 900", retry_after=900)
    desk.raise_alert(title="Lonjakan *tebal* [tautan](http://x)")
    send_notices(desk.casework, settings=desk.settings, now=NOW)
    (row,) = desk.notices("waiting")
    assert row.next_at == NOW + timedelta(seconds=900)
    telegram.accept()
    assert send_notices(desk.casework, settings=desk.settings, now=later(minutes=14)).sent == 0
    assert send_notices(desk.casework, settings=desk.settings, now=later(minutes=15)).sent == 1
    said = telegram.got[-1]
    assert said["chat_id"] == "-100123" and "parse_mode" not in said and "*tebal* [tautan]" in said["text"]
    assert telegram.paths[-1].endswith("/sendMessage")
    telegram.refuse(400, "Bad Request: chat not found")
    desk.raise_alert("99.02")
    assert send_notices(desk.casework, settings=desk.settings, now=later(hours=1)).given_up == 1
    telegram.refuse(401, "Unauthorized")
    desk.raise_alert("99.03")
    done = send_notices(desk.casework, settings=desk.settings, now=later(hours=1))
    assert (done.failed, done.waiting) == (1, 1), "a wrong token is mended, and then it goes out"
    assert desk.settings.telegram_bot_token not in str(done.problems) + str([row.fault for row in desk.notices()])


def test_what_is_given_up_is_shown_to_the_admin_once_a_day(open_desk: Callable[..., AlertDesk]) -> None:
    desk = open_desk(("email", "ani@contoh.go.id"), smtp_host="")
    for number in range(30):
        desk.raise_alert(f"99.{number:02}")
    last = NOW + GIVE_UP_AFTER
    assert send_notices(desk.casework, settings=desk.settings, now=last - timedelta(minutes=1)).given_up == 0
    done = send_notices(desk.casework, settings=desk.settings, now=last)
    assert (done.given_up, done.waiting) == (30, 0) and "belum disetel" in done.problems[0]
    with desk.casework.read() as session:
        (shown,) = screen_notices(session, actor=somebody("admin"), now=last)
        assert "surel ke ani@contoh.go.id" in shown.subject and "belum disetel" in shown.body
        assert screen_notices(session, actor=desk.staff["ani"], now=last) == []
        assert screen_notices(session, actor=somebody("admin"), now=last + timedelta(days=4)) == []


def somebody(role: Role) -> Actor:
    return Actor(id="0" * 16, username="ratna", role=role)


def test_a_trial_tells_whether_a_channel_works(open_desk: Callable[..., AlertDesk], webhook: HttpServer) -> None:
    desk = open_desk(alert_webhook_hosts=webhook.origin)
    channel = Channel(kind="webhook", to=f"{webhook.origin}/masuk")
    for status, works in ((204, True), (500, False)):
        webhook.status = status
        outcome = try_channel(desk.casework, channel, settings=desk.settings, actor=SYSTEM, now=NOW)
        assert (outcome.fault is None) is works
    assert webhook.got[0]["alasan"] == "trial" and "Uji saluran" in webhook.got[0]["subjek"]
    with pytest.raises(NotAllowed):
        try_channel(desk.casework, channel, settings=desk.settings, actor=desk.staff["peni"], now=NOW)
