"""Writes planted stories: the centre of each, and what those say who pass it on, rebut it or ask about it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from samples.simulate_claims import CALLS, CLAIMS, OPENINGS, QUESTIONS, REBUTTALS, STORY_DETAILS, UNCLEAR, VOUCHERS
from samples.simulate_edits import ZERO_WIDTH, add_slang, edit_copy
from samples.simulate_news import AGENCIES
from samples.simulate_plan import District, Plan
from samples.simulate_text import capital, cut_all, fill, make_stream, name_place, pick, roughen

ANSWERS = {"rebuts": REBUTTALS, "asks": QUESTIONS, "unclear": UNCLEAR}
"""Frames of those who do not pass a claim on, by stance."""

SLANGY = 0.25
"""Share of centres written in slang, which copies may undo."""
LINK_HEADS = ("daftar", "cek", "info", "bantu")
INVISIBLE = re.compile("[" + "".join(ZERO_WIDTH) + "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The words of one planted story."""

    topic: str
    sentiment: str
    rumour: bool
    subject: str
    """The claim's short name ("bendungan akan jebol")."""
    quoted: str
    """The claim as one sentence, which rebuttals and questions may quote."""
    text: str
    """The centre: what its first post says."""
    district: District


def write_story(plan: Plan, number: int, districts: tuple[District, ...], shared_names: frozenset[str]) -> Story:
    """The story of a number: the same for the same plan, whichever other stories are written."""
    rng = make_stream(plan.seed, "story", number)
    draw = rng.random
    district = pick(draw, districts)
    claim = pick(draw, CLAIMS)
    given = {
        "tempat": name_place(draw, district, alone=district.name not in shared_names),
        "kab": plan.regency,
        "tautan": f"https://{pick(draw, LINK_HEADS)}-{int(draw() * 1e5)}.example/{int(draw() * 1e6)}",
    }
    quoted = capital(fill(pick(draw, cut_all((claim.sentence,))), draw, given)) + "."
    details = cut_all(STORY_DETAILS[claim.rumour])
    first = int(draw() * len(details))
    second = (first + 1 + int(draw() * (len(details) - 1))) % len(details)
    sentences = [
        fill(pick(draw, cut_all(OPENINGS[claim.rumour])), draw, given),
        quoted,
        capital(fill(details[first], draw, given)),
        *([capital(fill(details[second], draw, given))] if draw() < 0.7 else []),
        *([capital(fill(pick(draw, cut_all(VOUCHERS)), draw, given))] if claim.rumour else []),
        fill(pick(draw, cut_all(CALLS[claim.rumour])), draw, given),
    ]
    text = " ".join(sentences)
    return Story(
        topic=claim.topic,
        sentiment=claim.sentiment,
        rumour=claim.rumour,
        subject=claim.subject,
        quoted=quoted,
        text=add_slang(text, rng) if draw() < SLANGY else text,
        district=district,
    )


def answer_story(story: Story, stance: str, rng: random.Random, regency: str) -> str:
    """What somebody says who rebuts the story, asks about it, or only mentions it."""
    draw = rng.random
    given = {
        "kutipan": story.quoted,
        "pesan": story.text,
        "subjek": story.subject,
        "tempat": story.district.name,
        "dinas": pick(draw, AGENCIES[story.topic]),
        "kab": regency,
    }
    return roughen(capital(fill(pick(draw, cut_all(ANSWERS[stance])), draw, given)), draw)


def copy_story(story: Story, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """A copy of the centre and the names of the edits made."""
    return edit_copy(story.text, rng)


def still_names(text: str, district: District) -> bool:
    """Whether a text, after whatever was done to it, still names the district."""
    shown = " ".join(INVISIBLE.sub("", text).lower().split())
    return any(name.lower() in shown for name in (district.name, *district.aliases))
