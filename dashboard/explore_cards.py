"""The pieces of the page Jelajah as HTML: facets, chips of what is chosen, the table of a comparison. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from casework.searches import SavedSearch
from casework.stories import StorySummary
from dashboard.cards import share, share_range
from dashboard.explore_compare_chart import LETTERS, draw_sample
from dashboard.explore_desk import Compared
from dashboard.words import WORDS, Language, say
from kentongan.numbers import format_number
from kentongan.places import Gazetteer

VALUE_LETTERS = 48
"""Letters of a value or a query that stand in one line."""


def value_words(name: str, value: str, gazetteer: Gazetteer, language: Language) -> str:
    """What a facet's value is called."""
    if value in ("abstained", "none"):
        return say(f"explore_{value}", language)
    if name == "wilayah":
        region = gazetteer.get(value)
        return region.name if region else value
    if name == "tagar":
        return f"#{value}"
    if name == "hoaks" and f"explore_hoax_{value}" in WORDS:
        return say(f"explore_hoax_{value}", language)
    if name == "jenis":
        return say(f"explore_kind_{value}", language)
    return say(value, language) if name in ("topik", "sentimen") and value in WORDS else value


def facet_rows(
    facets: Mapping[str, Sequence[tuple[str, int]]],
    chosen: Mapping[str, str],
    gazetteer: Gazetteer,
    language: Language,
    *,
    top: int,
) -> str:
    """All facets, each value a button that carries "name|value"; the pressed one is chosen."""
    parts = []
    for name, rows in facets.items():
        if not rows:
            continue
        largest = max(count for _, count in rows) or 1
        parts.append(f'<div class="kt-family">{say(f"explore_by_{name}", language)}</div>')
        for value, count in rows[:top]:
            words = value_words(name, value, gazetteer, language)
            number = format_number(count, language=language)
            said = escape(f"{words}: {number} {say('explore_documents', language)}", quote=True)
            pressed = "true" if chosen.get(name) == value else "false"
            key = escape(f"{name}|{value}", quote=True)
            parts.append(
                f'<div class="kt-row" data-key="{key}" tabindex="0" role="button" aria-pressed="{pressed}" '
                f'aria-label="{said}" title="{said}"><span class="kt-name" dir="auto">{escape(short(words))}</span>'
                f'<b>{number}</b><i class="kt-fill" style="width:{100 * count / largest:.0f}%"></i></div>'
            )
    return f'<div class="kt-rows kt-facets">{"".join(parts)}</div>'


def copies_note(story: StorySummary, folded: int, language: Language) -> str:
    """What of a post's story is folded behind it, and the way to all of it."""
    count = format_number(story.items, language=language)
    words = say("explore_story", language, count=count, folded=format_number(folded, language=language))
    address = escape(f"hoaks?cerita={story.id}", quote=True)
    return f'<a class="chip state kt-copies" href="{address}" target="_self">{escape(words)}</a>'


def compare_rows(found: Sequence[Compared], names: Sequence[str], language: Language) -> str:
    """A line for each question: letter, words, posts, share of negative ones with its range, articles, complaints."""
    head = "".join(
        f"<span>{say(word, language)}</span>"
        for word in ("explore_question", "posts", "negative", "articles", "complaints")
    )
    rows = [f'<div class="kt-compared head"><span></span>{head}</div>']
    for number, (one, name) in enumerate(zip(found, names, strict=True)):
        counts = [one.kinds.get("article", 0), one.kinds.get("complaint", 0)]
        said = "".join(f"<b>{format_number(count, language=language)}</b>" for count in counts)
        value = share(one.sentiment, "negative")
        if not sum(one.kinds.values()):
            said = f"<em>{say('explore_compare_none', language)}</em>"
            figures = "<b>0</b><b>–</b>"
        else:
            bounds = ""
            if value is not None:
                low, high = share_range(one.sentiment, "negative")
                bounds = f"<small>{low}–{high} %</small>"
            percent = "–" if value is None else f"{round(100 * value)} %"
            figures = f'<b>{format_number(one.total, language=language)}</b><b class="neg-t">{percent}{bounds}</b>'
        rows.append(
            f'<div class="kt-compared"><b>{LETTERS[number]}{draw_sample(number)}</b>'
            f'<span dir="auto">{escape(short(name))}</span>{figures}{said}</div>'
        )
    return f'<div class="kt-rows">{"".join(rows)}</div>'


def search_row(search: SavedSearch, words: str, language: Language, *, when: str) -> str:
    """One saved search: its name, what it asks, its note, whose it is."""
    note = f"<p>{escape(search.note)}</p>" if search.note else ""
    who = say("explore_saved_by", language, who=search.owner_name, when=when)
    return (
        f'<div class="kt-saved"><b>{escape(search.name)}</b><code dir="auto">{escape(short(words, 160))}</code>{note}'
        f"<small>{escape(who)}</small></div>"
    )


def short(words: str, most: int = VALUE_LETTERS) -> str:
    return words if len(words) <= most else f"{words[:most]}…"


def address_with(page: str, choices: Mapping[str, str]) -> str:
    """A page's address with these choices, those that are empty left out."""
    asked = urlencode({name: value for name, value in choices.items() if value})
    return f"{page}?{asked}" if asked else page
