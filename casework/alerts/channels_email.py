"""Sends notices by e-mail (SMTP): plain text with simple HTML beside it, over one connection a run.

A server that took a message and was cut off before it said so gets it again: the ``Message-ID`` is the same, by which
mail programs show it once.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from casework.alerts.channels import EMAIL
from casework.alerts.parcels import TAKEN, Outcome, Parcel, Send, refused
from casework.alerts.wording import digest_subject, html_text, plain_text, single_line
from kentongan.errors import BadSettings, NotConfigured
from kentongan.settings import Settings

TIMEOUT_S = 15.0
"""How long the server may take for one step, in seconds."""
LOST = 421
"""The code with which a server says that it closes the connection (RFC 5321)."""


@contextmanager
def open_mail(settings: Settings, *, now: datetime) -> Iterator[Send]:
    """What sends mail until the block ends; connects at the first message. Raises NotConfigured, BadSettings."""
    check_mail_settings(settings)
    with ExitStack() as stack:
        server: smtplib.SMTP | None = None

        def send(parcel: Parcel) -> Outcome:
            nonlocal server
            try:
                if server is None:
                    server = connect(settings)
                    stack.callback(hang_up, server)
                server.send_message(make_mail(parcel, settings, now=now), settings.smtp_from, [parcel.address])
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                return refused_by(code, words, final=500 <= code < 600)
            except smtplib.SMTPAuthenticationError as error:
                return refused(f"server surel menolak smtp_user ({error.smtp_code})", away=True)
            except smtplib.SMTPDataError as error:
                return refused_by(error.smtp_code, error.smtp_error)
            except smtplib.SMTPResponseException as error:
                return refused_by(error.smtp_code, error.smtp_error, away=True)
            except OSError as error:  # smtplib's own errors too
                server = None
                return refused(f"server surel tidak menjawab: {error}", away=True)
            return TAKEN

        yield send


def check_mail_settings(settings: Settings) -> None:
    """Raise NotConfigured or BadSettings where no mail can be sent with these."""
    if not settings.smtp_host or not settings.smtp_from:
        raise NotConfigured(
            "smtp_host", "Surel belum disetel.", hint="Setel smtp_host dan smtp_from (dan smtp_user bila diminta)."
        )
    if not EMAIL.fullmatch(settings.smtp_from):
        raise BadSettings(f"smtp_from {settings.smtp_from[:80]!r} bukan alamat surel.")
    if settings.smtp_user and settings.smtp_security == "none":
        raise BadSettings(
            "smtp_user tidak dikirim lewat sambungan terbuka.", hint="Setel smtp_security ke starttls atau tls."
        )


def connect(settings: Settings) -> smtplib.SMTP:
    """A connection that is private as the settings ask and signed in. Raises OSError (smtplib's errors are such)."""
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=TIMEOUT_S, context=trusted(settings))
    else:
        server = smtplib.SMTP(*place, timeout=TIMEOUT_S)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted(settings))
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def trusted(settings: Settings) -> ssl.SSLContext:
    """Verifies the server's certificate and name, against the system's authorities or the one that is set."""
    return ssl.create_default_context(cafile=str(settings.smtp_ca_file) if settings.smtp_ca_file else None)


def hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; a server that is gone already needs none."""
    try:
        server.quit()
    except OSError:
        server.close()


def refused_by(code: int, words: bytes | str, *, final: bool = False, away: bool = False) -> Outcome:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return refused(f"server surel menjawab {code} {said}", final=final, away=away or code == LOST)


def make_mail(parcel: Parcel, settings: Settings, *, now: datetime) -> EmailMessage:
    """The message. Raises nothing for foreign words: they are on one line before they become a header."""
    told = {"organisation": settings.organisation, "zone": settings.zone, "public_url": settings.public_url}
    domain = settings.smtp_from.rpartition("@")[2]
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = single_line(digest_subject(parcel.notices))
    mail["From"] = Address(display_name=single_line(f"Kentongan {settings.organisation}"), addr_spec=settings.smtp_from)
    mail["To"] = parcel.address
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{parcel.key}@{domain}>"
    if len(parcel.notices) == 1 and parcel.notices[0].alert is not None:
        # Repeats of one alert stand together in a mail program.
        mail["References"] = f"<peringatan-{parcel.notices[0].alert}@{domain}>"
    mail["List-Id"] = f"Peringatan Kentongan <peringatan.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(plain_text(parcel.notices, **told), cte="quoted-printable")
    mail.add_alternative(html_text(parcel.notices, **told), subtype="html", cte="quoted-printable")
    return mail
