"""The words of notices: subject, plain text, simple HTML. Pure; a rule's and an alert's words are foreign text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal

from kentongan.numbers import format_number
from kentongan.times import format_time

MAX_SUBJECT = 200
"""Longest subject, in characters."""
MAX_TEXT = 4000
"""Longest text of a message on Telegram, in UTF-16 units; its own limit is 4096."""
CUT = "\n\n(dipotong; selengkapnya di halaman Peringatan)"
"""The end of a text that was too long."""
WHY_WORDS: Mapping[str, str] = {
    "opened": "Peringatan",
    "repeat": "Masih berlangsung",
    "reopened": "Muncul lagi",
    "given_up": "Tidak terkirim",
    "trial": "Uji saluran",
}
"""What a subject begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell, ready to be put into words."""

    key: str
    why: Literal["opened", "repeat", "reopened", "given_up", "trial"]
    alert: int | None
    """Id of the alert; None for a trial of a channel."""
    subject: str
    body: str
    facts: Mapping[str, Any]
    at: datetime


def number_of(alert: int) -> str:
    """An alert as a person writes it: "PRG-12"."""
    return f"PRG-{alert}"


def single_line(words: str) -> str:
    """The words on one line without characters nobody sees: nothing of them can end a header."""
    return "".join(c if c.isprintable() else " " for c in " ".join(words.split())).strip()


def subject_of(title: str, *, why: str) -> str:
    """What happened, in one line of at most MAX_SUBJECT characters."""
    said = f"{WHY_WORDS[why]}: {title}"
    return said if len(said) <= MAX_SUBJECT else f"{said[: MAX_SUBJECT - 1]}…"


def link_to_alert(alert: int | None, *, public_url: str) -> str | None:
    """Address of the page that shows the alert, or all of them; None where people reach no page."""
    if not public_url:
        return None
    return f"{public_url.rstrip('/')}/peringatan" + ("" if alert is None else f"?peringatan={alert}")


def detail_lines(notice: Notice, *, zone: str) -> list[str]:
    """The figures below the text: rule, since when, value against what is usual."""
    facts, lines = notice.facts, []
    if "aturan" in facts:
        lines.append(f"Aturan: {facts['aturan']}")
    if "sejak" in facts:
        since = format_time(datetime.fromisoformat(facts["sejak"]), zone=zone)
        last = format_time(datetime.fromisoformat(facts["terakhir"]), zone=zone)
        lines.append(f"Sejak: {since}" + (f"; terakhir {last}" if facts["kali"] > 1 else ""))
    if facts.get("nilai") is not None:
        usual = facts.get("biasanya")
        against = "" if usual is None else f", biasanya {format_value(usual)}"
        lines.append(f"Nilai: {format_value(facts['nilai'])}{against}")
    return lines


def format_value(value: float) -> str:
    """A figure for a person: whole numbers whole, others with at most two decimals."""
    return format_number(value, decimals=0 if float(value).is_integer() else 1 if abs(value) >= 10 else 2)


def plain_text(notices: Sequence[Notice], *, organisation: str, zone: str, public_url: str) -> str:
    """What a person reads: one notice in full, several as a list."""
    if len(notices) > 1:
        return digest_text(notices, organisation=organisation, zone=zone, public_url=public_url)
    (notice,) = notices
    parts = [notice.body.strip(), "\n".join(detail_lines(notice, zone=zone))]
    link = link_to_alert(notice.alert, public_url=public_url)
    if notice.alert is not None:
        parts.append(
            f"Lihat dan tangani {number_of(notice.alert)}: {link}"
            if link
            else f"Lihat dan tangani {number_of(notice.alert)} di halaman Peringatan."
        )
    parts.append(f"Dikirim Kentongan untuk {single_line(organisation)}. Pemberitahuan {notice.key[:8]}.")
    return "\n\n".join(part for part in parts if part)


def digest_text(notices: Sequence[Notice], *, organisation: str, zone: str, public_url: str) -> str:
    """Many notices as one list, oldest first."""
    head = f"Ada {format_number(len(notices), decimals=0)} pemberitahuan yang menunggu; semuanya ada di daftar ini."
    lines = []
    for one in notices:
        number = "" if one.alert is None else f" ({number_of(one.alert)})"
        lines.append(f"- {format_time(one.at, zone=zone)}: {one.subject}{number}")
    link = link_to_alert(None, public_url=public_url)
    foot = f"Lihat dan tangani: {link}" if link else "Lihat dan tangani di halaman Peringatan."
    return "\n\n".join(
        [head, "\n".join(lines), foot, f"Dikirim Kentongan untuk {single_line(organisation)}."]
    )  # fmt: skip


def html_text(notices: Sequence[Notice], *, organisation: str, zone: str, public_url: str) -> str:
    """The same as simple HTML: no pictures, no style sheet, nothing fetched."""
    said = plain_text(notices, organisation=organisation, zone=zone, public_url=public_url)
    blocks = []
    for block in said.split("\n\n"):
        lines = [escape(line) for line in block.split("\n")]
        blocks.append(f"<p>{'<br>'.join(lines)}</p>")
    body = "\n".join(blocks)
    about = notices[0].alert if len(notices) == 1 else None
    body = linked(body, link_to_alert(about, public_url=public_url))
    return f'<!doctype html>\n<html lang="id"><body>\n{body}\n</body></html>\n'


def linked(body: str, link: str | None) -> str:
    """The address in the body as a link."""
    if link is None:
        return body
    shown = escape(link)
    return body.replace(shown, f'<a href="{escape(link, quote=True)}">{shown}</a>', 1)


def digest_subject(notices: Sequence[Notice]) -> str:
    """Subject of what goes out: of the one notice, or how many there are."""
    if len(notices) == 1:
        return notices[0].subject
    return f"{format_number(len(notices), decimals=0)} peringatan menunggu ditangani"


def short_text(text: str) -> str:
    """The text as one message on Telegram takes it; its limit counts UTF-16 units."""
    if len(text.encode("utf-16-le")) // 2 <= MAX_TEXT:
        return text
    kept = text.encode("utf-16-le")[: (MAX_TEXT - len(CUT)) * 2].decode("utf-16-le", "ignore")
    return kept.rstrip() + CUT
