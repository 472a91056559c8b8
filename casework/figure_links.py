"""The address of the page that shows what a figure counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from casework.figure_questions import DeskName
from casework.figure_records import Figure, StoreQuestion
from kentongan.schema import Query

RANGES: Final = (1, 7, 14, 30)
"""Days that the page of trends can show."""
FIELDS: Final = (
    ("jenis", "kinds"), ("sentimen", "sentiments"), ("hoaks", "hoax"), ("topik", "topics"), ("wilayah", "regions"),
    ("sumber", "sources"), ("tagar", "hashtags"), ("penulis", "authors"),
)  # fmt: skip
"""Filters as the query language writes them; the page has no other place for most of them."""
LABEL_FIELDS: Final = {
    "sentiment": "sentimen", "topic": "topik", "hoax": "hoaks", "region": "wilayah", "kind": "jenis",
    "source": "sumber", "publisher": "sumber", "hashtag": "tagar", "author": "penulis",
}  # fmt: skip

DESK_PAGES: Final[dict[DeskName, str]] = {
    "complaints_received": "aduan",
    "complaints_finished": "aduan",
    "complaints_open": "aduan",
    "complaints_red": "aduan?tampil=merah",
    "followups_open": "tindak-lanjut",
    "followups_overdue": "tindak-lanjut",
    "dangers_raised": "insiden",
    "dangers_unanswered": "insiden",
    "incidents_open": "insiden",
    "tips_received": "laporan",
    "tips_waiting": "laporan",
    "verdicts_decided": "laporan",
    "clarifications_published": "tindak-lanjut?bagian=klarifikasi",
    "indicator_value": "wilayah",
    "indicator_target": "wilayah",
    "suspected_posts": "tren",
    "suspected_stories": "tren",
    "growing_stories": "tren",
    "story_copies": "tren",
    "series_voices": "isu",
    "issue_expected": "isu",
    "issues_rising": "isu",
    "rumour_links": "isu",
    "rumour_complaints": "aduan",
    "clipping_items": "kliping",
}
"""The page on which each desk question can be looked into."""


def link_of(figure: Figure, base: str = "") -> str:
    """The address of the page that shows what the figure counts; relative where ``base`` is empty.

    A page shows the present; the figure keeps the value of its own moment.
    """
    return join_address(base, page_of(figure))


def join_address(base: str, page: str) -> str:
    """A page's address below the dashboard's."""
    return f"{base.rstrip('/')}/{page}" if base else page


def page_of(figure: Figure) -> str:
    """The page and its choices, without the dashboard's address."""
    question = figure.question
    if isinstance(question, StoreQuestion):
        return f"tren?{urlencode(trend_choices(question))}"
    arguments, page = question.arguments, DESK_PAGES[question.name]
    more: dict[str, str] = {}
    if "agency" in arguments and page.startswith("aduan"):
        more["instansi"] = str(arguments["agency"]) or "belum"
    if "series" in arguments and page.startswith("wilayah"):
        more["indikator"] = str(arguments["series"])
    if "issue" in arguments:
        more["isu"] = str(arguments["issue"])
    return page if not more else f"{page}{'&' if '?' in page else '?'}{urlencode(more)}"


def trend_choices(question: StoreQuestion) -> dict[str, str]:
    """What the page of trends is asked, as its address says it."""
    query = question.query
    choices: dict[str, str] = {}
    if words := query_words(query, question):
        choices["kueri"] = words
    if query.since is not None and query.until is not None:
        length = query.until - query.since
        choices["hari"] = str(next((days for days in RANGES if length <= timedelta(days=days)), RANGES[-1]))
    return choices


def query_words(query: Query, question: StoreQuestion) -> str:
    """The question in the query language."""
    parts = [f"({query.text})"] if query.text else []
    chosen = {name: tuple(getattr(query, field)) for name, field in FIELDS}
    if question.by in LABEL_FIELDS and question.label:
        name = LABEL_FIELDS[question.by]
        chosen[name] = chosen.get(name) or (question.label,)
    for name, values in chosen.items():
        if values:
            said = " ATAU ".join(f'{name}:"{value}"' for value in values)
            parts.append(said if len(values) == 1 else f"({said})")
    return " DAN ".join(parts)
