"""Sends notices by a Telegram bot (Bot API ``sendMessage``), as plain text: words of others are never markup.

Telegram takes no key of ours: a message whose answer was lost comes twice, with the same mark in its last line.
Answers and limits: https://core.telegram.org/bots/api#making-requests, #responseparameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from casework.alerts.parcels import TAKEN, Outcome, Parcel, Send, refused
from casework.alerts.wording import digest_subject, plain_text, short_text
from casework.signed_posts import Answer, post_bytes
from kentongan.errors import BadSettings, NotConfigured
from kentongan.settings import Settings

TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")
"""Form of a bot's token; anything else could change the address it stands in."""


class Parameters(msgspec.Struct, frozen=True):
    """What the API says beside a refusal."""

    retry_after: float | None = None
    migrate_to_chat_id: int | None = None


class ApiAnswer(msgspec.Struct, frozen=True):
    """An answer of the API, as far as it matters here."""

    ok: bool
    description: str = ""
    parameters: Parameters = Parameters()


@contextmanager
def open_telegram(settings: Settings) -> Iterator[Send]:
    """What sends to chats. Raises NotConfigured without a bot, BadSettings for a token that cannot be one."""
    if not settings.telegram_bot_token:
        raise NotConfigured(
            "telegram_bot_token", "Bot Telegram belum disetel.", hint="Setel telegram_bot_token (dari @BotFather)."
        )
    if not TOKEN.fullmatch(settings.telegram_bot_token):
        raise BadSettings("telegram_bot_token tidak berbentuk token bot Telegram.")
    url = f"{settings.telegram_api_url.rstrip('/')}/bot{settings.telegram_bot_token}/sendMessage"

    def send(parcel: Parcel) -> Outcome:
        body = msgspec.json.encode(make_message(parcel, settings))
        try:
            return read_answer(post_bytes(url, body, {"Content-Type": "application/json"}))
        except OSError as error:
            return refused(f"Telegram tidak menjawab: {error}", away=True)

    yield send


def make_message(parcel: Parcel, settings: Settings) -> dict[str, object]:
    """What ``sendMessage`` takes; no parse mode, no preview of links."""
    words = plain_text(
        parcel.notices, organisation=settings.organisation, zone=settings.zone, public_url=settings.public_url
    )
    return {
        "chat_id": parcel.address,
        "text": short_text(f"{digest_subject(parcel.notices)}\n\n{words}"),
        "link_preview_options": {"is_disabled": True},
    }


def read_answer(answer: Answer) -> Outcome:
    """What an answer means: taken, later, or never."""
    try:
        said = msgspec.json.decode(answer.body, type=ApiAnswer)
    except msgspec.MsgspecError:
        return refused(f"Telegram menjawab {answer.status} tanpa isi yang dikenal", away=True)
    if answer.status == 200 and said.ok:
        return TAKEN
    words = f"Telegram menjawab {answer.status}: {said.description}"
    moved = said.parameters.migrate_to_chat_id
    if moved is not None:
        return refused(f"Grup Telegram ini pindah ke {moved}; ubah alamatnya pada aturan.", final=True)
    # 400: no such chat; 403: the bot was put out. 401 and 404 are a wrong token: nothing goes out until it is mended.
    final = answer.status in (400, 403)
    return refused(words, final=final, away=not final, after=said.parameters.retry_after)
