"""What the pages ask of rumours and the complaints that may feed them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from casework.rumours import RumourLink, links_of_complaint, links_of_story, list_rumour_links
from dashboard.data import shared_casework, shared_gazetteer
from dashboard.rumour_cards import COMPLAINTS_SHOWN, draw_rumour_links
from dashboard.words import Language

SCOPE_SHOWN: Final = 3
"""Rumours on the page of decisions."""
SCOPE_LEAST: Final = timedelta(days=30)
"""How far back it looks at least: a rumour outlives a short range."""


def complaint_rumours(complaint: int) -> list[RumourLink]:
    """The rumours that a complaint may feed, as far as nobody refused that. Raises Retry."""
    with shared_casework().read() as session:
        return links_of_complaint(session, complaint)


def story_rumours(story: str) -> list[RumourLink]:
    """The complaints that may feed a story, likewise. Raises Retry."""
    with shared_casework().read() as session:
        return links_of_story(session, story)


def scope_rumours(topic: str | None, region: str | None, *, since: datetime, until: datetime) -> list[RumourLink]:
    """The likeliest links of a topic, a district or both. Raises Retry."""
    since = min(since, until - SCOPE_LEAST)
    with shared_casework().read() as session:
        return list_rumour_links(session, since=since, topic=topic, region=region, limit=SCOPE_SHOWN)


def draw_links(
    links: list[RumourLink], language: Language, *, zone: str, titled: bool = True, named: int = COMPLAINTS_SHOWN
) -> str:
    """The cards of links with the names of their places."""
    gazetteer = shared_gazetteer()
    codes = {one.value for link in links for one in link.evidence if one.what == "place"}
    places = {code: region.name for code in codes if (region := gazetteer.get(code)) is not None}
    return draw_rumour_links(links, language, places=places, zone=zone, titled=titled, named=named)
