"""Reads the public previews of Telegram channels (https://t.me/s/CHANNEL) into posts.

A channel that switched its preview off answers with a card that only names it: that is refused, not taken for silence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers.html_answers import read_tree
from crawlers.json_answers import require_moment
from crawlers.kinds import Answer, Posts
from crawlers.markup import plain_text
from crawlers.posts import Reading, gather_posts, normalise_links, platform_of, read_hashtags, set_query
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, document_id
from kentongan.text import clean

if TYPE_CHECKING:
    from crawlers.sources import Source

PUBLISHER = "t.me"

PAGE_SIZE = 20
"""Messages on one page of a preview."""

POST = re.compile(r"/?([A-Za-z][A-Za-z0-9_]{2,40})/([1-9][0-9]{0,12})")
"""Channel and number of a message, as ``data-post`` and addresses name it."""

COUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,3}))?\s*([KM]?)", re.IGNORECASE)
UNITS = {"": 1, "K": 1_000, "M": 1_000_000}

BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?(https?://[^'\")]+)")

MEDIA = {
    "photo_wrap": "photo",
    "video_player": "video",
    "roundvideo_player": "video",
    "voice_player": "voice",
    "document_wrap": "document",
    "sticker_wrap": "sticker",
    "location_wrap": "location",
    "poll": "poll",
}
"""What the class of an element, after "tgme_widget_message_", says the message carries."""


def start_address(source: Source, cursor: str | None) -> str:
    """The newest messages, or those right after the last one read."""
    return set_query(source.url, drop=("before", "q"), after=cursor)


def parse_channel(answer: Answer, source: Source) -> Posts:
    """The messages on one page of a channel's preview. Raises Quarantine ("no-preview", "not-html")."""
    tree = read_tree(answer)
    messages = tree.xpath(_having("tgme_widget_message", path="//*") + "[@data-post]")
    if not messages and not tree.xpath(_having("tgme_channel_history", path="//*")):
        raise Quarantine(
            "no-preview",
            f"{answer.url} bukan pratinjau kanal Telegram: kanalnya tidak ada, tertutup, atau pratinjaunya dimatikan.",
        )
    posts = gather_posts(messages, lambda one: _read_message(one, answer, source), answer=answer, name=_address)
    numbers = [int(found.group(2)) for one in messages if (found := POST.fullmatch(one.get("data-post")))]
    return replace(posts, newest=str(max(numbers)) if numbers else None, next_url=_next_page(tree, answer.url, numbers))


def _next_page(tree: Any, url: str, numbers: list[int]) -> str | None:
    """Onwards in the direction this page was read in: while the page itself names a further one; on a page that names
    none in either direction, while it is at least half full."""
    if not numbers:
        return None
    direction = "after" if "after" in dict(parse_qsl(urlsplit(url).query)) else "before"
    named = tree.xpath("//@data-before | //@data-after")
    more = tree.xpath(f"//@data-{direction}") if named else len(numbers) >= PAGE_SIZE // 2
    if not more or (min(numbers) <= 1 and direction == "before"):
        return None
    if direction == "after":
        return set_query(url, after=str(max(numbers)))
    return set_query(url, before=str(min(numbers)))


def _address(message: Any) -> str:
    return f"https://t.me/{message.get('data-post')}"


def _read_message(message: Any, answer: Answer, source: Source) -> Reading:
    """One message. Raises Quarantine ("bad-post", "service-message", "no-text", "no-time")."""
    found = POST.fullmatch(message.get("data-post"))
    url = _address(message)
    if found is None:
        raise Quarantine("bad-post", f"Pesan di {answer.url} tidak menyebut nomornya.")
    if "service_message" in (message.get("class") or "").split():
        raise Quarantine("service-message", f"{url} pesan layanan Telegram, bukan tulisan kanalnya.")
    bodies = _bodies(message)
    text = "\n".join(filter(None, (_read_text(body) for body in bodies))) or _read_poll(message)
    if not text:
        raise Quarantine("no-text", f"Pesan {url} tidak memuat teks, hanya gambar, suara atau video.")
    raw = next(iter(message.xpath(_having("tgme_widget_message_date") + "//time/@datetime")), None)
    key = f"{found.group(1).lower()}/{found.group(2)}"
    links = [link for body in bodies for link in body.xpath(".//a/@href")]
    document = Document(
        id=document_id(PUBLISHER, key),
        kind="post",
        publisher=PUBLISHER,
        platform=platform_of(source, "telegram"),
        native_key=key,
        source=source.name,
        text=text,
        published_at=require_moment(raw, url=url),
        published_raw=str(raw),
        collected_at=answer.at,
        url=url,
        author=found.group(1).lower(),
        language=source.language,
        reply_to=_named_message(message, "tgme_widget_message_reply"),
        shared_from=_named_message(message, "tgme_widget_message_forwarded_from_name"),
        links=normalise_links(text, *links),
        hashtags=read_hashtags(text),
        media=_read_media(message),
        facts=_read_facts(message),
        raw=answer.raw,
        sample=source.sample,
    )
    views = _read_count(_words_of(message, "tgme_widget_message_views"))
    return Reading(documents=(document,), engagement={document.id: Engagement(views=views)})


def _having(name: str, *, path: str = ".//*") -> str:
    """The elements below that carry this class."""
    return f"{path}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def _words_of(message: Any, name: str) -> str:
    """The words of the first element of this class, on one line; empty where there is none."""
    for element in message.xpath(_having(name)):
        return clean(" ".join(element.text_content().split()))
    return ""


def _bodies(message: Any) -> list[Any]:
    """The elements that hold the message's own words. Captions of albums lie in two elements of the class, one in the
    other; the words of the message answered lie in another."""
    found = message.xpath(_having("tgme_widget_message_text") + "[not(ancestor::a)]")
    return [one for one in found if not one.xpath(_having("tgme_widget_message_text"))]


def _read_text(body: Any) -> str:
    from lxml.html import tostring

    return clean(plain_text(tostring(body, encoding="unicode", with_tail=False))).strip()


def _read_poll(message: Any) -> str:
    """A poll's question and answers, one a line."""
    question = _words_of(message, "tgme_widget_message_poll_question")
    options = message.xpath(_having("tgme_widget_message_poll_option_text"))
    return "\n".join(filter(None, [question, *(clean(" ".join(one.text_content().split())) for one in options)]))


def _named_message(message: Any, name: str) -> str | None:
    """Id of the message that an element of this class links to; None where it links to none."""
    for href in message.xpath(_having(name) + "/@href"):
        parts = urlsplit(urljoin("https://t.me/", href))
        found = POST.fullmatch(parts.path.rstrip("/").removeprefix("/s"))
        if parts.hostname in ("t.me", "telegram.me") and found:
            return document_id(PUBLISHER, f"{found.group(1).lower()}/{found.group(2)}")
    return None


def _read_count(text: str) -> int | None:
    """A count as the preview shortens it: "2", "1.2K", "3.1M"."""
    found = COUNT.match(text)
    if found is None:
        return None
    whole, part, unit = found.groups()
    return round(float(f"{whole}.{part or 0}") * UNITS[unit.upper()])


def _read_media(message: Any) -> tuple[str, ...]:
    addresses = [
        match.group(1)
        for style in message.xpath(_having("tgme_widget_message_photo_wrap") + "/@style")
        if (match := BACKGROUND.search(style))
    ]
    addresses += message.xpath(".//video/@src | .//audio/@src")
    return tuple(dict.fromkeys(one for one in addresses if one.startswith(("https://", "http://"))))


def _read_facts(message: Any) -> dict[str, str]:
    """What else the preview says: who signed, from whom it was passed on, whether it was edited, what it carries."""
    kinds = [kind for name, kind in MEDIA.items() if message.xpath(_having(f"tgme_widget_message_{name}"))]
    facts = {
        "channel": _words_of(message, "tgme_widget_message_owner_name"),
        "signed_by": _words_of(message, "tgme_widget_message_from_author"),
        "forwarded_from": _words_of(message, "tgme_widget_message_forwarded_from_name"),
        "edited": "true" if "edited" in _words_of(message, "tgme_widget_message_meta").split() else "",
        "media": ",".join(dict.fromkeys(kinds)),
    }
    return {name: value[:200] for name, value in facts.items() if value}
