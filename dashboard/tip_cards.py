"""The pieces of the staff's page of tips as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from casework.incidents.dangers import Danger
from casework.tip_intake import Taken
from casework.tip_sources import RATING_WORDS
from casework.tips import Tip, TipClaim
from dashboard.incident_cards import post_danger_chip
from dashboard.links import hoax_desk_link, safe_address
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_time

HIGHEST = 0.99
"""Highest probability that is written as a number."""
TIP_LENGTH = 160
"""Characters of a tip in the list; the whole is read with `kentongan tips show NOMOR`."""


def clock_chip(tip: Tip, language: Language, *, now: datetime) -> str:
    """The time left, in red once it has run out; nothing for a tip that is answered or closed."""
    left = tip.remaining(now)
    if left is None:
        return ""
    hours, minutes = divmod(int(abs(left) / timedelta(minutes=1)), 60)
    late = tip.is_overdue(now)
    time = say("tips_hours", language, hours=hours, minutes=minutes) if hours else ""
    time = time or say("tips_minutes", language, minutes=minutes)
    words = say("tips_late" if late else "tips_left", language, time=time)
    return f'<span class="kt-clock{" late" if late else ""}">{escape(words)}</span>'


def taken_numbers(taken: Taken, language: Language, *, due: str) -> str:
    """Number and code as they are read out to a reporter, and until when they are answered."""
    pairs = ((say("tips_number", language), taken.tip.number), (say("tips_code", language), taken.code))
    cells = "".join(f"<div><small>{escape(name)}</small><b>{escape(value)}</b></div>" for name, value in pairs)
    return f'<div class="kt-keep">{cells}</div><p class="kt-note">{escape(say("tips_due", language, due=due))}</p>'


def tip_rows(
    tips: Sequence[Tip], language: Language, *, now: datetime, zone: str, dangers: Mapping[str, Danger] | None = None
) -> str:
    """Open tips, one below the other: number and clock, the masked words, what was found; ``dangers`` by story."""
    asked = dangers or {}
    rows = [tip_row(tip, language, now=now, zone=zone, danger=asked.get(tip.story or "")) for tip in tips]
    return f'<div class="kt-tips">{"".join(rows)}</div>'


def tip_row(tip: Tip, language: Language, *, now: datetime, zone: str, danger: Danger | None = None) -> str:
    words = " ".join((tip.words or tip.link or say("tips_no_words", language)).split())
    if len(words) > TIP_LENGTH:
        words = words[: TIP_LENGTH - 1].rsplit(" ", 1)[0] + " …"
    received = format_time(tip.received_at, zone=zone, language=language)
    chips = [f'<span class="chip state">{say(f"tips_state_{tip.state}", language)}</span>']
    if tip.story_joined is not None:
        chips.append(f'<span class="chip{story_style(tip)}">{escape(story_words(tip, language))}</span>')
    chips.append(post_danger_chip(danger, language))
    chips += [claim_chip(claim, language) for claim in (tip.claims or ())[:1]]
    why = tip.reason or tip.match_fault
    note = f'<p class="kt-note">{escape(why)}</p>' if why else ""
    if tip.story is not None:
        chips.append(hoax_desk_link(tip.story, language, style="chip state"))
    return (
        f'<article class="kt-post"><div class="kt-meta"><b>{tip.number}</b> · {escape(received)} · '
        f'{clock_chip(tip, language, now=now)}</div><p dir="auto">{escape(words)}</p>'
        f'<div class="kt-chips">{"".join(chips)}</div>{note}</article>'
    )


def story_style(tip: Tip) -> str:
    """A person's word is solid, a machine's suggestion dotted, its finding dashed."""
    return {"person": " decided", "suggested": " unsure", "auto": " machine"}[tip.story_joined or "auto"]


def story_words(tip: Tip, language: Language) -> str:
    """How the tip belongs to its story."""
    score = "" if tip.story_score is None else format_number(tip.story_score, language=language, decimals=2)
    return say(f"tips_story_{tip.story_joined}", language, score=score)


def claim_chip(claim: TipClaim, language: Language) -> str:
    # A probability is never certainty: rounding must not say so.
    score = ("> " if claim.score > HIGHEST else "") + format_number(
        min(claim.score, HIGHEST), language=language, decimals=2
    )
    style = "unsure" if claim.band == "related" or claim.withdrawn else "machine"
    return f'<span class="chip {style}">{say(f"tips_band_{claim.band}", language)} {score}</span>'


def claim_cards(claims: Sequence[TipClaim], language: Language) -> str:
    """The nearest fact-checks: band and probability, title, verdict, what both say."""
    cards = []
    for claim in claims:
        address = safe_address(claim.url)
        opened = (
            f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">'
            f"{say('open', language)}</a>"
            if address
            else ""
        )
        chips = claim_chip(claim, language)
        if claim.withdrawn:
            chips += f'<span class="chip unsure">{say("tips_withdrawn", language)}</span>'
        rating = RATING_WORDS.get(claim.verdict or "") if language == "id" else claim.verdict
        verdict = f"<b>{escape(rating)}</b>" if rating else ""
        shared = " ".join(f"<mark>{escape(word)}</mark>" for word in claim.shared[:12])
        both = f'<p class="kt-note">{say("tips_shared", language)}: {shared}</p>' if shared else ""
        cards.append(
            f'<article class="kt-post"><div class="kt-meta">{verdict}{opened}</div><h4>{escape(claim.title)}</h4>'
            f'<div class="kt-chips">{chips}</div>{both}</article>'
        )
    return "".join(cards)
