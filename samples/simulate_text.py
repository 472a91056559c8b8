"""Writes short posts and comments: templates filled from the phrase banks, then roughened as people write."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple, TypeVar

from samples import simulate_words as words
from samples.simulate_edits import slip
from samples.simulate_news import OUTLETS, SUBJECTS
from samples.simulate_plan import District
from samples.simulate_topics import COMMENTS, POSTS

T = TypeVar("T")

Draw = Callable[[], float]
"""``random.Random.random`` of the hour's stream."""

BANKS: Final[dict[str, tuple[str, ...]]] = {
    "desa": words.VILLAGES,
    "jalan": words.STREETS,
    "blok": words.BLOCKS,
    "hari": words.DAYS,
    "harian": words.WEEKDAYS,
    "jam": words.CLOCKS,
    "lama": words.SPANS,
    "n": words.SMALL_NUMBERS,
    "besar": words.LARGE_NUMBERS,
    "rp": words.PRICES,
    "dana": words.SUMS,
    "persen": words.PERCENTS,
    "kerabat": words.KIN,
    "barang": words.GOODS,
    "pejabat": words.OFFICIALS,
}
"""Slots filled at random; any other slot is given by the caller."""

GIVEN: Final = frozenset({"tempat", "isu", "dinas", "aksi", "kab", "nama", "kutipan", "pesan", "subjek", "tautan"})
NOTHING: Final[Mapping[str, str]] = {}
JOINTS: Final = (", ", ". ", ", ", " - ", "... ", "! ", ". ")
BEGINNINGS: Final = (", ", "! ", ", ", "... ", " ")
CALLED: Final = ("@infowarga", "@halopemkab", "@laporpak", "@kabarlembah", "@pantauwarga", "@admin_alunalun")

OPENED: Final = 0.45
SECOND_CLAUSE: Final = 0.85
CIRCUMSTANCE: Final = 0.7
REGIONAL: Final = 0.09
EMOJI: Final = 0.32
TAGGED: Final = 0.16
CALLING: Final = 0.07
LINKED: Final = 0.04
VERY_SHORT: Final = 0.03
"""Shares of posts with an opener, a reaction, a circumstance beside it, a regional aside, emoji, a hashtag, a mention,
a link; share of comments that are a word or two."""

FORMAL: Final = 0.25
CASUAL: Final = 0.75
"""Cumulative shares of registers: a quarter writes standard Indonesian, half casually, a quarter in heavy slang."""


class Template(NamedTuple):
    """A sentence cut at its slots."""

    pieces: tuple[tuple[str, tuple[str, ...] | None, str], ...]
    """Words before a slot, the bank of the slot (None: given by the caller), its name ("" at the end)."""
    placed: bool
    """Whether it has the slot ``{tempat}``."""


def cut(text: str) -> Template:
    """Cut a template at its slots. Raises KeyError for a slot nobody fills."""
    parts = re.split(r"\{(\w+)\}", text)
    pieces: list[tuple[str, tuple[str, ...] | None, str]] = []
    for place in range(0, len(parts) - 1, 2):
        name = parts[place + 1]
        pieces.append((parts[place], None if name in GIVEN else BANKS[name], name))
    pieces.append((parts[-1], None, ""))
    return Template(tuple(pieces), any(name == "tempat" for _, _, name in pieces))


@cache
def cut_all(texts: tuple[str, ...]) -> tuple[Template, ...]:
    """Cut templates once."""
    return tuple(map(cut, texts))


@cache
def cut_posts(topic: str, sentiment: str) -> tuple[Template, ...]:
    """The templates of posts on a topic in a mood."""
    return cut_all(POSTS[topic][sentiment])


@cache
def cut_comments(sentiment: str) -> tuple[Template, ...]:
    """The templates of comments in a mood."""
    return cut_all(COMMENTS[sentiment])


@cache
def cut_reactions(sentiment: str) -> tuple[Template, ...]:
    """The second clauses in a mood."""
    return cut_all(words.REACTIONS[sentiment])


@cache
def cut_circumstances() -> tuple[Template, ...]:
    """The clauses on when, where and from whom."""
    return cut_all(words.CIRCUMSTANCES)


@cache
def cut_places() -> tuple[Template, ...]:
    """The ways to speak of a district."""
    return cut_all(words.PLACE_FORMS)


def fill(template: Template, draw: Draw, given: Mapping[str, str]) -> str:
    """Fill the slots."""
    out: list[str] = []
    for before, bank, name in template.pieces:
        out.append(before)
        if bank is not None:
            out.append(bank[int(draw() * len(bank))])
        elif name:
            out.append(given[name])
    return "".join(out)


def pick(draw: Draw, choices: tuple[T, ...]) -> T:
    """One of the choices, all alike."""
    return choices[int(draw() * len(choices))]


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def name_place(draw: Draw, district: District, *, alone: bool) -> str:
    """How a post speaks of a district; with its parent where the name is not the only one (``alone`` false)."""
    name = district.name
    if district.aliases and draw() < 0.25:
        name = pick(draw, district.aliases)
    said = fill(pick(draw, cut_places()), draw, {"nama": name})
    return said if alone or not district.parent else f"{said}, {district.parent}"


def roughen(text: str, draw: Draw) -> str:
    """Write a text as its author would: a quarter leaves it, half shortens words, a quarter more than that.

    Names keep their letters, since only all-lower-case words change, but may lose their capitals.
    """
    register = draw()
    if register < FORMAL:
        return text
    heavy = register >= CASUAL
    chance = 0.9 if heavy else 0.5
    slang = words.SLANG
    parts = text.split(" ")
    for place, word in enumerate(parts):
        if word in slang and draw() < chance:
            spellings = slang[word]
            parts[place] = spellings[int(draw() * len(spellings))]
    if heavy or draw() < 0.25:
        place = int(draw() * len(parts))
        word = parts[place]
        if len(word) > 4 and word.isalpha() and word.islower():
            parts[place] = slip(word, draw) if draw() < 0.45 else word + word[-1] * (2 + int(draw() * 3))
    text = " ".join(parts)
    return text.lower() if heavy and draw() < 0.6 and "http" not in text else text


def decorate(text: str, draw: Draw, topic: str, sentiment: str, district: District | None) -> str:
    """Add what hangs on a post: an aside in a regional language, a mention, emoji, a hashtag, a link."""
    if draw() < REGIONAL:
        text = f"{text}, {pick(draw, words.REGIONAL[sentiment])}"
    if draw() < CALLING:
        text = f"{pick(draw, CALLED)} {text}"
    if draw() < EMOJI:
        text = f"{text} {pick(draw, words.EMOJI[sentiment]) * (1 + int(draw() * 3))}"
    if draw() < TAGGED:
        text = f"{text} #{pick(draw, SUBJECTS[topic]).title().replace(' ', '')}"
        if district is not None and draw() < 0.5:
            text = f"{text} #{re.sub('[^A-Za-z]', '', district.name)}"
    if draw() < LINKED:
        text = f"{text} https://{pick(draw, OUTLETS)[1]}/{int(draw() * 1e6)}"
    return text


def add_clauses(said: str, draw: Draw, sentiment: str, lure: str | None) -> str:
    """Go on with what fits any topic: a reaction, a circumstance or both, and the aside that uses a name otherwise."""
    reacts = draw() < SECOND_CLAUSE
    clauses = [fill(pick(draw, cut_reactions(sentiment)), draw, NOTHING)] if reacts else []
    if not reacts or draw() < CIRCUMSTANCE:
        clauses.append(fill(pick(draw, cut_circumstances()), draw, NOTHING))
    if lure is not None:
        clauses.append(fill(pick(draw, cut_all(words.LURES)), draw, {"nama": lure}))
    for clause in clauses:
        said = f"{said} {clause}" if said[-1] == "?" else f"{said}{pick(draw, JOINTS)}{clause}"
    return said


def write_post(
    draw: Draw, topic: str, sentiment: str, *, place: str | None, district: District | None, lure: str | None
) -> str:
    """A post on a topic in a mood. ``place`` is how it speaks of its district; without one it speaks of "here".

    ``lure`` is a district's name used for something else.
    """
    template = pick(draw, cut_posts(topic, sentiment))
    said = fill(template, draw, {"tempat": place or pick(draw, words.NOWHERE)})
    if place is not None and not template.placed:
        said = f"{said} di {place}" if draw() < 0.5 else f"warga {place}: {said}"
    if draw() < OPENED:
        said = f"{pick(draw, words.OPENERS[sentiment])}{pick(draw, BEGINNINGS)}{said}"
    said = add_clauses(said, draw, sentiment, lure)
    return decorate(roughen(capital(said), draw), draw, topic, sentiment, district)


def write_comment(
    draw: Draw,
    topic: str,
    sentiment: str,
    *,
    place: str | None,
    district: District | None,
    lure: str | None,
    subject: str | None = None,
) -> str:
    """A comment on ``subject`` (else on any subject of the topic) in a mood; a few are a word or two."""
    if place is None and lure is None and subject is None and draw() < VERY_SHORT:
        short = pick(draw, words.SHORT_COMMENTS[sentiment])
        return f"{short} {pick(draw, words.EMOJI[sentiment])}" if draw() < 0.5 else short
    template = pick(draw, cut_comments(sentiment))
    given = {"isu": subject or pick(draw, SUBJECTS[topic]), "tempat": place or pick(draw, words.NOWHERE)}
    said = fill(template, draw, given)
    if place is not None and not template.placed:
        said = f"{said} di {place}" if draw() < 0.5 else f"warga {place}: {said}"
    if draw() < 0.25:
        said = f"{pick(draw, words.OPENERS[sentiment])}{pick(draw, BEGINNINGS)}{said}"
    said = add_clauses(said, draw, sentiment, lure)
    said = roughen(capital(said), draw)
    return f"{said} {pick(draw, words.EMOJI[sentiment])}" if draw() < EMOJI else said


def make_stream(*parts: object) -> random.Random:
    """A stream of randomness of its own for each name, the same on every machine and Python version."""
    return random.Random("/".join(map(str, parts)))
