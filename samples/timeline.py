"""The invented server guyub.example: its public timeline in the form of Mastodon's API, and its paging."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from samples.items import AccountItem, BoostItem, PostItem
from samples.world import World, fortnight_end, has_happened, load_world, place_in_time, since_start

SERVER = "guyub.example"
DEFAULT_LIMIT = 20
MAX_LIMIT = 40
"""Page sizes of Mastodon's timelines (docs.joinmastodon.org/methods/timelines)."""

FIRST_ID = 1_680_000_000_000 << 16
"""Where status ids begin. They grow with time, as Mastodon's do, and stay the same whatever the anchor."""

MARKS = re.compile(r"(?P<link>https?://\S+)|(?P<lead>^|\s)(?:#(?P<tag>\w+)|@(?P<user>[a-z0-9_]+))", re.IGNORECASE)

Status = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """One answer of the timeline, newest first."""

    statuses: tuple[Status, ...]
    older: str | None
    """``max_id`` of the next page; None where this one is empty."""
    newer: str | None
    """``min_id`` of the page before; None where this one is empty."""


def status_ids(world: World) -> tuple[dict[int, str], dict[int, str]]:
    """Ids of the posts and of the boosts, by their place in the world's lists."""
    timed = [(since_start(post.at), 0, place) for place, post in enumerate(world.posts)]
    timed += [(since_start(boost.at), 1, place) for place, boost in enumerate(world.boosts)]
    ids: tuple[dict[int, str], dict[int, str]] = ({}, {})
    in_minute: Counter[timedelta] = Counter()
    for at, kind, place in sorted(timed):
        ids[kind][place] = str(FIRST_ID + (int(at.total_seconds() * 1000) << 16) + in_minute[at])
        in_minute[at] += 1
    return ids


def list_statuses(anchor: datetime, *, now: datetime | None = None) -> list[Status]:
    """The statuses of the fortnight that ends at the anchor, newest first; with ``now``, only those up to then."""
    world = load_world()
    post_ids, boost_ids = status_ids(world)
    places = {post.key: place for place, post in enumerate(world.posts) if post.key}
    shown = [place for place, post in enumerate(world.posts) if has_happened(post.at, anchor, now)]
    boosts = [place for place, boost in enumerate(world.boosts) if has_happened(boost.at, anchor, now)]
    replies = Counter(places[reply] for place in shown if (reply := world.posts[place].reply_to))
    shares = Counter(places[world.boosts[place].of] for place in boosts)
    made: dict[int, Status] = {}
    for place in shown:
        post = world.posts[place]
        answered = None if post.reply_to is None else places[post.reply_to]
        made[place] = {
            **_frame(post, post_ids[place], anchor, world.accounts),
            "in_reply_to_id": None if answered is None else post_ids[answered],
            "in_reply_to_account_id": None if answered is None else _account_id(world.posts[answered].by),
            "language": post.language,
            "replies_count": replies[place],
            "reblogs_count": shares[place] + _crowd(post_ids[place], 1, widely=post.key is not None),
            "favourites_count": _crowd(post_ids[place], 2, widely=post.key is not None),
            "content": render_content(post.text, world.accounts),
            "tags": _list_tags(post.text),
            "mentions": _list_mentions(post.text, world.accounts),
            "reblog": None,
        }
    for place in boosts:
        boost = world.boosts[place]
        original = made[places[boost.of]]
        made[-1 - place] = {
            **original,
            **_frame(boost, boost_ids[place], anchor, world.accounts),
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "reblog": original,
        }
    return sorted(made.values(), key=lambda status: int(str(status["id"])), reverse=True)


def _frame(item: PostItem | BoostItem, status_id: str, anchor: datetime, accounts: Mapping[str, AccountItem]) -> Status:
    """What a post and a boost have alike. The second is taken from the id, so that posts of one minute differ."""
    number = int(status_id)
    created = place_in_time(item.at, anchor) + timedelta(
        seconds=(number & 0xFFFF) * 11 + zlib.crc32(item.by.encode()) % 11
    )
    kind = "/activity" if isinstance(item, BoostItem) else ""
    return {
        "id": status_id,
        "uri": f"https://{SERVER}/users/{item.by}/statuses/{status_id}{kind}",
        "url": f"https://{SERVER}/@{item.by}/{status_id}",
        "created_at": _stamp(created),
        "edited_at": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "account": _render_account(accounts[item.by], anchor),
        "media_attachments": [],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def _stamp(time: datetime) -> str:
    """A time as Mastodon writes it: UTC with milliseconds."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _account_id(username: str) -> str:
    return str(109_000_000_000 + zlib.crc32(username.encode()))


def _render_account(account: AccountItem, anchor: datetime) -> Status:
    age = account.age_days if account.age_days is not None else 700 + zlib.crc32(account.username.encode()) % 900
    opened = fortnight_end(anchor) - timedelta(days=age)
    return {
        "id": _account_id(account.username),
        "username": account.username,
        "acct": account.username,
        "display_name": account.name,
        "locked": False,
        "bot": False,
        "created_at": _stamp(opened),
        "note": "<p>DATA CONTOH: akun rekaan.</p>",
        "url": f"https://{SERVER}/@{account.username}",
        "uri": f"https://{SERVER}/users/{account.username}",
        "followers_count": _crowd(account.username, 3, widely=account.age_days is None) * 7,
        "following_count": _crowd(account.username, 4, widely=True) * 5,
        "emojis": [],
        "fields": [],
    }


def _crowd(name: str, what: int, *, widely: bool) -> int:
    """An invented count, the same for the same name: small for most, now and then large, as counts of likes are."""
    draw = (zlib.crc32(f"{name}|{what}".encode()) % 1000 + 1) / 1000
    return int((24 if widely else 3) * (draw**-0.5 - 1) * 2)


def render_content(text: str, accounts: Mapping[str, AccountItem]) -> str:
    """A post's words as the HTML a Mastodon server makes of them: links with hidden parts, tags, mentions."""
    pieces: list[str] = []
    done = 0
    for mark in MARKS.finditer(text):
        pieces.append(escape(text[done : mark.start()], quote=False))
        pieces.append(_render_mark(mark, accounts))
        done = mark.end()
    pieces.append(escape(text[done:], quote=False))
    paragraphs = "".join(pieces).split("\n\n")
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs).replace("\n", "<br />")


def _render_mark(mark: re.Match[str], accounts: Mapping[str, AccountItem]) -> str:
    lead = mark["lead"] or ""
    if mark["link"]:
        link = escape(mark["link"])
        scheme, rest = link.split("://", 1)
        hidden = f'<span class="invisible">{rest[30:]}</span>' if len(rest) > 30 else ""
        shown = f'<span class="{"ellipsis" if hidden else ""}">{rest[:30]}</span>'
        return (
            f'<a href="{link}" target="_blank" rel="nofollow noopener noreferrer" translate="no">'
            f'<span class="invisible">{scheme}://</span>{shown}{hidden}</a>'
        )
    if mark["tag"]:
        address = f"https://{SERVER}/tags/{mark['tag'].lower()}"
        return f'{lead}<a href="{address}" class="mention hashtag" rel="tag">#<span>{mark["tag"]}</span></a>'
    if mark["user"] not in accounts:
        return escape(mark[0], quote=False)
    address = f"https://{SERVER}/@{mark['user']}"
    return (
        f'{lead}<span class="h-card"><a href="{address}" class="u-url mention">@<span>{mark["user"]}</span></a></span>'
    )


def _list_tags(text: str) -> list[Status]:
    names = dict.fromkeys(mark["tag"].lower() for mark in MARKS.finditer(text) if mark["tag"])
    return [{"name": name, "url": f"https://{SERVER}/tags/{name}"} for name in names]


def _list_mentions(text: str, accounts: Mapping[str, AccountItem]) -> list[Status]:
    names = dict.fromkeys(mark["user"] for mark in MARKS.finditer(text) if mark["user"] in accounts)
    return [
        {"id": _account_id(name), "username": name, "acct": name, "url": f"https://{SERVER}/@{name}"} for name in names
    ]


def page_timeline(
    statuses: Sequence[Status],
    *,
    limit: int = DEFAULT_LIMIT,
    max_id: int | None = None,
    since_id: int | None = None,
    min_id: int | None = None,
) -> TimelinePage:
    """One page out of the statuses (newest first): older than ``max_id``, newer than ``since_id`` or ``min_id``.

    ``since_id`` keeps the newest of what is newer, ``min_id`` what follows it at once, as Mastodon does.
    """
    size = max(1, min(limit, MAX_LIMIT))
    floor = max(since_id or 0, min_id or 0)
    kept = [status for status in statuses if floor < int(str(status["id"])) and _is_below(status, max_id)]
    page = kept[-size:] if min_id is not None else kept[:size]
    return TimelinePage(
        statuses=tuple(page),
        older=str(page[-1]["id"]) if page else None,
        newer=str(page[0]["id"]) if page else None,
    )


def _is_below(status: Status, max_id: int | None) -> bool:
    return max_id is None or int(str(status["id"])) < max_id


def find_status(statuses: Iterable[Status], status_id: str) -> Status | None:
    """The status of that id; None where there is none."""
    return next((status for status in statuses if status["id"] == status_id), None)
