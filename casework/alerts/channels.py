"""Where notices of alerts may go: the channels of a rule, checked before they are kept and again before each sending.

Rules are written by analysts, so a webhook reaches only origins that the administrator listed in
``alert_webhook_hosts``: otherwise a rule would let its author send to any address the server can reach.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from casework.alerts.records import CHANNEL_KINDS, Channel, ChannelKind
from casework.people import USERNAME
from casework.roles import ROLES
from kentongan.errors import KentonganError, NotConfigured
from kentongan.settings import Settings

CHANNEL_WORDS: dict[ChannelKind, str] = {
    "email": "surel", "webhook": "webhook", "telegram": "Telegram", "screen": "layar",
}  # fmt: skip
"""Each kind as a person reads it."""

EVERYBODY = "semua"
"""The address of a notice on the screen that everybody sees."""
MOST_CHANNELS = 20
"""Most channels of one rule: a longer list is a mailing list's work."""
MAX_ADDRESS = 500
"""Longest address, in characters; a webhook's with its path."""

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?")
"""The form browsers take in a field for e-mail (WHATWG HTML); no names, lists, quotes or line breaks."""
CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{4,31}")
"""A chat of Telegram: its number, or the name of a public channel."""


def check_channels(channels: Sequence[Channel | Mapping[str, str]], *, settings: Settings) -> tuple[Channel, ...]:
    """The channels as a rule keeps them, each once. Raises KentonganError, NotConfigured with what is wrong."""
    checked = dict.fromkeys(check_channel(one, settings=settings) for one in channels)
    if len(checked) > MOST_CHANNELS:
        raise KentonganError(
            f"Sebuah aturan paling banyak memakai {MOST_CHANNELS} saluran.", hint="Pakai alamat milis atau grup."
        )
    return tuple(checked)


def check_channel(channel: Channel | Mapping[str, str], *, settings: Settings) -> Channel:
    """One channel, its address without blanks around it. Raises KentonganError, NotConfigured."""
    if isinstance(channel, Channel):
        kind, to = str(channel.kind), channel.to.strip()
    else:
        kind, to = channel.get("kind", ""), channel.get("to", "").strip()
    if kind not in CHANNEL_KINDS:
        raise KentonganError(f"Saluran {kind[:20]!r} tidak dikenal.", hint=f"Yang dikenal: {', '.join(CHANNEL_KINDS)}.")
    if len(to) > MAX_ADDRESS or not to.isprintable():
        raise KentonganError("Alamat saluran terlalu panjang atau memuat karakter yang tidak terlihat.")
    if kind == "email" and not EMAIL.fullmatch(to):
        raise KentonganError(f"{to[:80]!r} bukan alamat surel.", hint="Satu alamat saja, tanpa nama dan tanpa koma.")
    if kind == "telegram" and not CHAT.fullmatch(to):
        raise KentonganError(
            f"{to[:80]!r} bukan obrolan Telegram.", hint="Tulis nomor obrolannya, misalnya -1001234567890, atau @nama."
        )
    if kind == "screen" and to != EVERYBODY and to not in ROLES and not USERNAME.fullmatch(to):
        raise KentonganError(
            f"{to[:80]!r} bukan peran atau nama pengguna.",
            hint=f"Tulis {EVERYBODY}, {', '.join(ROLES)}, atau nama pengguna.",
        )
    if kind == "webhook":
        check_webhook(to, allowed=settings.alert_webhook_hosts)
    return Channel(kind=kind, to=to)


def check_webhook(address: str, *, allowed: str) -> None:
    """Raise KentonganError for an address that cannot be one, NotConfigured where its origin is not allowed.

    ``allowed`` is the setting: names of hosts, with or without a port, for https; whole origins
    ("http://10.0.0.5:8080") for anything else.
    """
    parts = split_address(address)
    if parts is None:
        raise KentonganError(
            f"{address[:80]!r} bukan alamat webhook.", hint="Tulis seperti https://obrolan.contoh.go.id/masuk."
        )
    if origin_of(parts) not in allowed_origins(allowed):
        raise NotConfigured(
            "alert_webhook_hosts",
            f"Webhook ke {origin_of(parts)} tidak diizinkan.",
            hint="Minta admin menambahkannya pada pengaturan alert_webhook_hosts.",
        )


def split_address(address: str) -> SplitResult | None:
    """The parts of an http or https address; None for any other, and for one with a user name or a fragment."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    fit = parts.scheme in ("http", "https") and parts.hostname and port != 0
    odd = parts.username or parts.password or parts.fragment or any(c.isspace() or c == "\\" for c in address)
    return parts if fit and not odd and address.isascii() else None


def origin_of(parts: SplitResult) -> str:
    """Scheme, host and port, the usual port left out."""
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, usual) else f":{parts.port}")


def allowed_origins(setting: str) -> frozenset[str]:
    """The origins the administrator listed, separated by commas or blanks; unreadable entries allow nothing."""
    entries = (entry if "://" in entry else f"https://{entry}" for entry in setting.replace(",", " ").split())
    return frozenset(origin_of(parts) for entry in entries if (parts := split_address(entry)) is not None)


def target_of(channel: Channel) -> str:
    """What is away together: the mail server, Telegram, or a webhook's origin."""
    if channel.kind != "webhook":
        return channel.kind
    parts = split_address(channel.to)
    return channel.kind if parts is None else origin_of(parts)
