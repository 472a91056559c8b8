"""The pieces of the hoax desk as HTML: lines of the queue, the head of a story, versions, fact-checks, signatures.

Pure; all foreign text is escaped. What a model suspects is dashed and amber with its range, what persons decided is
solid ink with a sign and a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from casework.rumour_records import RumourLink
from casework.verdict_records import Decision, Event
from casework.verdict_rules import FalsehoodKind, Outcome
from dashboard.hoax_desk import StoryView, Version
from dashboard.hoax_queue import Need, QueueLine
from dashboard.hoax_score import Score
from dashboard.hoax_signs import EarlierVerdict, MovedTogether
from dashboard.hoax_versions import draw_version
from dashboard.links import safe_address
from dashboard.rumour_cards import LINK
from dashboard.spread_chart import name_platform
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_day, format_time

if TYPE_CHECKING:
    from analysis.claims import ClaimMatch
    from analysis.spread import Spread
    from models.hoax_reasons import Reason

TITLE_LENGTH: Final = 96
"""Characters of a story's words in the queue; its head shows more."""
HEAD_LENGTH: Final = 180
WORD_LENGTH: Final = 60
PLATFORMS_NAMED: Final = 3
SIGNS: Final[Mapping[Outcome, str]] = {
    "false": "✕", "misleading": "≠", "true": "✓", "satire_or_opinion": "~", "not_enough_evidence": "?",
}  # fmt: skip
"""What a verdict is told by besides its word."""
SHARED_SHOWN: Final = 10
WORDS_SHOWN: Final = 4
"""Words that moved a score."""


def shorten(text: str, length: int = TITLE_LENGTH) -> str:
    """Words on one line without links, cut at a blank; no word is longer than WORD_LENGTH."""
    words = LINK.sub(" ", text[: 20 * length]).split()
    line = " ".join(word if len(word) <= WORD_LENGTH else f"{word[:WORD_LENGTH]}…" for word in words)
    return line if len(line) <= length else f"{line[: length - 1].rsplit(' ', 1)[0]} …"


def number(value: float, language: Language, decimals: int = 2) -> str:
    return format_number(value, language=language, decimals=decimals)


def score_chip(score: Score, language: Language, *, whole: bool = False) -> str:
    """A suspicion with its range, dashed; dotted where the model does not commit itself."""
    words = say(
        "hoax_suspected" if score.suspects else "hoax_unsure", language, score=number(score.value, language)
    )  # fmt: skip
    spread = f" ({number(score.low, language)}–{number(score.high, language)})"
    hint = say("hoax_score_hint", language, committed=score.committed, of=score.of, model=score.model or "–")
    style = "ask kt-suspect" if score.suspects else "unsure"
    shown = words + spread if whole or score.suspects else words
    return f'<span class="chip {style}" title="{escape(hint, quote=True)}">{escape(shown)}</span>'


def outcome_words(status: Outcome, kind: FalsehoodKind | None, language: Language) -> str:
    said = say(f"hoax_status_{status}", language)
    return f"{said} · {say(f'hoax_kind_{kind}', language)}" if kind else said


def outcome_chip(status: Outcome, kind: FalsehoodKind | None, language: Language) -> str:
    """What two persons decided: solid, with a sign and a word."""
    words = outcome_words(status, kind, language)
    return f'<span class="chip decided">{SIGNS[status]} {escape(words)}</span>'


def line_chips(line: QueueLine, language: Language) -> str:
    """Where a story stands, and why it stands here."""
    chips = []
    if line.outcome is not None:
        chips.append(outcome_chip(*line.outcome, language))
    elif line.state == "review":
        key = "hoax_state_one" if line.given else "hoax_state_review"
        chips.append(f'<span class="chip rising">{escape(say(key, language))}</span>')
    elif line.state == "ended":
        chips.append(f'<span class="chip state">{escape(say("hoax_state_ended", language))}</span>')
    elif line.score is not None and line.state in ("suspected", "unsure"):
        chips.append(score_chip(line.score, language))
    if line.need in ("disagreement", "conflict", "outdated"):
        chips.append(f'<span class="chip state kt-mend">{escape(say(f"hoax_need_{line.need}", language))}</span>')
    if line.tips:
        chips.append(f'<span class="chip state">{escape(say("hoax_tips", language, count=line.tips))}</span>')
    return "".join(chips)


def line_counts(line: QueueLine, language: Language) -> str:
    """Copies, of the last day too, and platforms."""
    said = [say("hoax_copies", language, count=format_number(line.copies, language=language))]
    if line.recent:
        said.append(say("hoax_recent", language, count=format_number(line.recent, language=language)))
    names = [name_platform(one, language) for one in line.platforms]
    if len(names) > PLATFORMS_NAMED:
        said.append(say("hoax_platforms", language, count=len(names)))
    elif names:
        said.append(", ".join(names))
    return " · ".join(said)


def queue_rows(lines: Sequence[QueueLine], language: Language, *, chosen: str | None) -> str:
    """Stories as buttons, one below the other, each group headed by why it stands there."""
    rows, group = [], None
    for line in lines:
        head = group_of(line.need)
        if head != group:
            rows.append(f'<div class="kt-family">{escape(say(f"hoax_group_{head}", language))}</div>')
            group = head
        title = shorten(line.title) or say("hoax_no_words", language)
        pressed = "true" if line.story == chosen else "false"
        rows.append(
            f'<div class="kt-case" data-key="{escape(line.story, quote=True)}" role="button" tabindex="0" '
            f'aria-pressed="{pressed}"><p dir="auto"><b>{escape(title)}</b></p>'
            f'<small>{escape(line_counts(line, language))}</small><div class="kt-chips">{line_chips(line, language)}'
            "</div></div>"
        )
    return f'<div class="kt-cases kt-hoaxes">{"".join(rows)}</div>'


def group_of(need: Need) -> str:
    """The heading a need stands below."""
    if need in ("second", "disagreement", "conflict", "outdated"):
        return "persons"
    if need in ("tips", "spreading"):
        return "first"
    if need == "open":
        return "open"
    return "done" if need in ("ended", "decided") else "later"


def head_facts(view: StoryView, spread: Spread | None, language: Language, *, zone: str) -> str:
    """Who spread it and who denied it, accounts, platforms, when it was first seen in our collection."""
    stances = {name: sum(one.stance == name for one in view.story.items) for name in ("spreads", "rebuts", "asks")}
    said = [
        f"<b>{format_number(stances[name], language=language)}</b> {escape(say(f'hoax_{name}', language))}"
        for name in ("spreads", "rebuts", "asks")
        if stances[name] or name == "spreads"
    ]
    if spread is not None:
        accounts = format_number(spread.accounts, language=language)
        said.append(f"<b>{accounts}</b> {escape(say('hoax_accounts', language))}")
        names = ", ".join(name_platform(one, language) for one in spread.platforms)
        if names:
            said.append(escape(names))
        if spread.first is not None:
            when = format_time(spread.first.published_at, zone=zone, language=language)
            said.append(f"{escape(say('hoax_first_seen', language))} <b>{escape(when)}</b>")
    return f'<p class="kt-hoax-facts">{" · ".join(said)}</p>'


def head_chips(view: StoryView, language: Language, *, danger: str) -> str:
    """The story's state as chips: suspicion, review, verdict, danger, tips, sample."""
    chips = [danger]
    verdict = view.standing.verdict
    if verdict is not None:
        chips.append(outcome_chip(verdict.status, verdict.kind, language))
    elif view.standing.status == "under_review":
        chips.append(f'<span class="chip rising">{escape(say("hoax_state_review", language))}</span>')
    if view.score is not None and (view.score.suspects or view.score.value >= 0.5) and not danger:
        chips.append(score_chip(view.score, language, whole=True))
    elif verdict is None and not danger:
        chips.append(f'<span class="chip unsure">{escape(say("hoax_not_suspected", language))}</span>')
    if view.tips:
        chips.append(f'<span class="chip state">{escape(say("hoax_tips", language, count=view.tips))}</span>')
    if view.sample:
        chips.append(f'<span class="chip state">{escape(say("sample", language))}</span>')
    return f'<div class="kt-chips">{"".join(chips)}</div>'


def version_rows(versions: Sequence[tuple[Version, str]], language: Language) -> str:
    """Wordings one below the other, each beside the most copied one: (version, words)."""
    base = versions[0][1] if versions else ""
    rows = []
    for place, (version, text) in enumerate(versions):
        count = format_number(version.copies, language=language)
        where = ", ".join(name_platform(one, language) for one in version.platforms[:PLATFORMS_NAMED])
        drawn = draw_version(text, None if place == 0 else base)
        rows.append(f'<div class="kt-version"><p dir="auto">{drawn}</p><span>{count} · {escape(where)}</span></div>')
    return "".join(rows)


def claim_rows(matches: Sequence[ClaimMatch], language: Language) -> str:
    """The nearest fact-checks: verdict, day, how near, what both say."""
    rows = []
    for one in matches:
        address = safe_address(one.url)
        opened = (
            f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">'
            f"{say('open', language)}</a>"
            if address
            else ""
        )
        rating = say(f"hoax_rating_{one.verdict}", language) if one.verdict else (one.verdict_raw or "")
        day = format_day(one.published_at, zone="WIB", language=language) if one.published_at else ""
        said = " · ".join(escape(part) for part in (rating, day) if part)
        score = ("> " if one.score > 0.99 else "") + number(min(one.score, 0.99), language)
        style = "machine" if one.band == "same" and not one.withdrawn else "unsure"
        chips = f'<span class="chip {style}">{escape(say(f"tips_band_{one.band}", language))} {score}</span>'
        if one.withdrawn:
            chips += f'<span class="chip unsure">{escape(say("tips_withdrawn", language))}</span>'
        shared = " ".join(f"<mark>{escape(word[:WORD_LENGTH])}</mark>" for word in one.shared[:SHARED_SHOWN])
        both = f'<p class="kt-note">{escape(say("hoax_shared", language))}: {shared}</p>' if shared else ""
        rows.append(
            f'<article class="kt-post"><h4 dir="auto">{escape(shorten(one.title, HEAD_LENGTH))}</h4>'
            f'<div class="kt-meta"><b>{said}</b>{opened}</div><div class="kt-chips">{chips}</div>{both}</article>'
        )
    return "".join(rows)


def reason_rows(reasons: Sequence[Reason], language: Language) -> str:
    """The words that moved the score with how much, then the signs that stand beside it."""
    words = [one for one in reasons if one.kind == "kata" and one.weight is not None][:WORDS_SHOWN]
    most = max((abs(one.weight or 0.0) for one in words), default=0.0) or 1.0
    rows = []
    for one in words:
        weight = one.weight or 0.0
        points = ("+" if weight > 0 else "−") + format_number(round(abs(100 * weight)), language=language)
        width = 100 * abs(weight) / most
        rows.append(
            f'<div class="kt-reason"><span dir="auto">{escape(one.name[:WORD_LENGTH])}</span>'
            f'<i class="{"up" if weight > 0 else "down"}"><b style="width:{width:.0f}%"></b></i><em>{points}</em></div>'
        )
    signs = "".join(f"<li>{escape(one.text)}</li>" for one in reasons if one.kind == "tanda")
    return "".join(rows) + (f'<ul class="kt-plain">{signs}</ul>' if signs else "")


def earlier_rows(found: Sequence[EarlierVerdict], language: Language, *, zone: str) -> str:
    """Stories much like this one that persons decided on."""
    rows = []
    for one in found:
        when = format_day(one.decided_at, zone=zone, language=language)
        likeness = say("hoax_likeness", language, score=number(one.likeness, language))
        rows.append(
            f'<article class="kt-post"><div class="kt-chips">{outcome_chip(one.status, one.kind, language)}</div>'
            f'<p dir="auto">{escape(shorten(one.title))}</p><div class="kt-meta">{escape(likeness)} · {escape(when)}'
            f'<a href="hoaks?cerita={escape(one.story, quote=True)}" target="_self">{say("hoax_look", language)}</a>'
            "</div></article>"
        )
    return "".join(rows)


def together_words(group: MovedTogether, language: Language) -> str:
    """One group: how many accounts, how surprising, what may explain it."""
    minutes = max(1, round(group.window / 60))
    said = say(
        "hoax_together", language, accounts=group.accounts, posts=group.posts, inside=group.of_story, minutes=minutes,
        p=chance_words(group.p, language),
    )  # fmt: skip
    explained = "".join(f"<li>{escape(one)}</li>" for one in group.explanations)
    explained = explained or f"<li>{escape(say('hoax_together_none', language))}</li>"
    return (
        f"<p>{escape(said)}</p><p class='kt-note'>{escape(say('hoax_together_why', language))}</p>"
        f'<ul class="kt-plain">{explained}</ul>'
    )


def chance_words(p: float, language: Language) -> str:
    """A p-value, no smaller than it is known."""
    return f"< {number(0.0001, language, 4)}" if p < 0.0001 else f"= {number(p, language, 4)}"


def signature_rows(decisions: Sequence[Decision], language: Language, *, zone: str) -> str:
    """The two places of a round: who signed when, what they chose where the reader may see it, and what is missing."""
    cells = []
    for one in decisions:
        when = format_time(one.decided_at, zone=zone, language=language)
        if one.status is None:
            said = f"<em>{escape(say('hoax_hidden', language))}</em>"
        else:
            said = (
                f"<b>{SIGNS[one.status]} {escape(outcome_words(one.status, one.kind, language))}</b>"
                f'<p dir="auto">{escape(one.reasons or "")}</p>{reference_list(one.references)}'
            )
        cells.append(f"<div><small>{escape(one.name)} · {escape(when)}</small>{said}</div>")
    if len(cells) < 2:
        key = "hoax_second_missing" if cells else "hoax_first_missing"
        cells.append(f'<div class="todo"><small>{escape(say(key, language))}</small></div>')
    return f'<div class="kt-signatures">{"".join(cells)}</div>'


def reference_list(references: Sequence[str]) -> str:
    """Addresses as links, ids of documents as they are."""
    rows = []
    for one in references:
        shown = escape(one[:90])
        if address := safe_address(one):
            href = escape(address, quote=True)
            shown = f'<a href="{href}" target="_blank" rel="noopener noreferrer">{shown}</a>'
        rows.append(f"<li>{shown}</li>")
    return f'<ul class="kt-plain">{"".join(rows)}</ul>' if rows else ""


def event_rows(events: Sequence[Event], language: Language, *, zone: str) -> str:
    """What happened to the reviews of a story, newest first."""
    cells = []
    for one in reversed(events):
        when = format_time(one.at, zone=zone, language=language)
        act = say(f"hoax_act_{one.act}", language)
        why = f" · {one.reason}" if one.reason else ""
        cells.append(f"<span>{escape(when)}</span><span>{escape(one.username)}</span><p>{escape(act)}{escape(why)}</p>")
    return f'<div class="kt-log">{"".join(cells)}</div>'


def link_name(link: RumourLink, language: Language) -> str:
    """A link with complaints, as a choice names it."""
    return say("hoax_link_name", language, number=link.number, count=len(link.cluster))
