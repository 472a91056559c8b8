"""The pieces of a page as HTML: headline, bars by topic and district, posts. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from casework.public_accounts import NEWSROOMS, NOBODY, PublicAccounts, shown_author
from crawlers.by_hand import PLATFORMS
from dashboard.data import SENTIMENT_ORDER, Overview, Tally
from dashboard.links import safe_address
from dashboard.words import WORDS, Language, say
from kentongan.numbers import format_number
from kentongan.schema import BY_HAND, Annotation, Document, Record
from kentongan.times import format_time

FEW_POSTS = 10
"""Below this many decided posts a district's share says nothing and is hatched: its 95 % interval spans 50 points."""

POST_LENGTH = 420
"""Characters of a post that are shown; the rest is behind its address."""

AUTHOR_LENGTH = 60
"""Characters of an account that are shown."""

DECIDED = ("negative", "neutral", "positive")


def share(counts: Mapping[str, int], label: str) -> float | None:
    """Share of a label among the decided, 0 to 1; None where nothing was decided."""
    decided = sum(counts.get(name, 0) for name in DECIDED)
    return counts.get(label, 0) / decided if decided else None


def share_range(counts: Mapping[str, int], label: str) -> tuple[int, int]:
    """Where the share would lie, in whole percent, if none or all of the abstained belonged to the label."""
    whole = sum(counts.get(name, 0) for name in (*DECIDED, "abstained"))
    low = counts.get(label, 0) / whole
    high = (counts.get(label, 0) + counts.get("abstained", 0)) / whole
    return round(100 * low), round(100 * high)


def headline(overview: Overview, language: Language) -> str:
    """The three shares of sentiment and how much was collected."""
    parts = ['<div class="kt-head">']
    for label, style in (("negative", "neg"), ("neutral", "neu"), ("positive", "pos")):
        value = share(overview.sentiment, label)
        number = "–" if value is None else f"{round(100 * value)}<small>%</small>"
        parts.append(f'<div class="kt-big {style}-t"><b>{number}</b><span>{say(label, language)}</span>')
        if value is not None:
            low, high = share_range(overview.sentiment, label)
            parts.append(f"<em>{say('between', language, low=low, high=high)}</em>")
        parts.append("</div>")
    parts.append('<div class="kt-facts">')
    posts = overview.kinds.get("post", 0) + overview.kinds.get("comment", 0)
    facts = [
        (posts, "posts"),
        (overview.kinds.get("complaint", 0), "complaints"),
        (overview.kinds.get("article", 0), "articles"),
        (overview.kinds.get("factcheck", 0), "factchecks"),
    ]
    for count, word in facts:
        parts.append(f"<div><b>{format_number(count, language=language)}</b> {say(word, language)}</div>")
    percent = round(100 * overview.coverage)
    if overview.gaps:
        # A rounded 100 % must not hide a gap.
        percent = min(percent, 99)
        note = say("coverage_gaps", language, count=len(overview.gaps))
    else:
        note = say("coverage_full", language)
    parts.append(f"<div><b>{percent} %</b> {say('coverage', language)} · <i>{note}</i></div></div></div>")
    return "".join(parts)


def stacked(counts: Mapping[str, int], largest: int) -> str:
    """A bar of sentiment whose length is its share of the largest one."""
    pieces = []
    for label, style in zip(SENTIMENT_ORDER, ("neg", "neu", "pos", "abs", "non"), strict=True):
        if counts.get(label, 0):
            width = 100 * counts[label] / largest
            pieces.append(f'<i class="{style}" style="width:{width:.2f}%"></i>')
    return f'<span class="kt-bar">{"".join(pieces)}</span>'


def row_words(tally: Tally, name: str, language: Language) -> str:
    """What a screen reader and the pointer are told about one row."""
    said = [
        f"{format_number(tally.sentiment.get(label, 0), language=language)} {say(label, language)}" for label in DECIDED
    ]
    counts = f"{format_number(tally.posts, language=language)} {say('posts', language)} ({', '.join(said)})"
    return f"{name}: {counts}, {format_number(tally.complaints, language=language)} {say('complaints', language)}"


def topic_rows(topics: Sequence[Tally], language: Language, *, chosen: str | None) -> str:
    """Topics as buttons: name, sentiment, posts, complaints."""
    largest = max((t.posts for t in topics), default=0) or 1
    rows = []
    for tally in topics:
        name = say(tally.key, language)
        words = escape(row_words(tally, name, language), quote=True)
        pressed = "true" if tally.key == chosen else "false"
        rows.append(
            f'<div class="kt-row" data-key="{escape(tally.key, quote=True)}" tabindex="0" role="button" '
            f'aria-pressed="{pressed}" aria-label="{words}" title="{words}"><span class="kt-name">{escape(name)}</span>'
            f"{stacked(tally.sentiment, largest)}<b>{format_number(tally.posts, language=language)}</b>"
            f'<b class="cmp-t">{format_number(tally.complaints, language=language)}</b></div>'
        )
    return f'<div class="kt-rows topics">{"".join(rows)}</div>'


def region_rows(regions: Sequence[Tally], unplaced: int, language: Language, *, chosen: str | None) -> str:
    """Districts as buttons: name, share of negative posts with its bar, posts, complaints; hatched where too few."""
    rows = []
    for tally in regions:
        decided = sum(tally.sentiment.get(label, 0) for label in DECIDED)
        value = share(tally.sentiment, "negative")
        enough = decided >= FEW_POSTS and value is not None
        words = escape(row_words(tally, tally.name, language), quote=True)
        pressed = "true" if tally.key == chosen else "false"
        fill = f'<i class="neg" style="width:{100 * value:.0f}%"></i>' if enough and value is not None else ""
        percent = f"{100 * value:.0f} %" if enough and value is not None else "–"
        rows.append(
            f'<div class="kt-row" data-key="{escape(tally.key, quote=True)}" tabindex="0" role="button" '
            f'aria-pressed="{pressed}" aria-label="{words}" title="{words}">'
            f'<span class="kt-name">{escape(tally.name)}</span>'
            f'<span class="kt-bar {"track" if enough else "few"}">{fill}</span>'
            f'<b class="neg-t">{percent}</b><b>{format_number(tally.posts, language=language)}</b>'
            f'<b class="cmp-t">{format_number(tally.complaints, language=language)}</b></div>'
        )
    notes = [say("region_few", language, least=FEW_POSTS)]
    if unplaced:
        notes.insert(0, say("region_unknown", language, count=format_number(unplaced, language=language)))
    return f'<div class="kt-rows regions">{"".join(rows)}</div><p class="kt-note">{"<br>".join(notes)}</p>'


def label_chip(said: Annotation, language: Language) -> str:
    """A label as a chip: dashed for a machine's, solid for a person's, grey where the model was unsure."""
    value = said.value or ""
    name = say(value, language) if value in WORDS else value
    if said.by_person:
        return f'<span class="chip decided" title="{say("by_person", language)}">✓ {escape(name)}</span>'
    score = (said.probabilities or {}).get(value)
    number = "" if score is None else f" {format_number(score, language=language, decimals=2)}"
    model = escape(say("by_model", language, model=f"{said.by} {said.version}"), quote=True)
    if said.abstained:
        words = say("leaning", language, label=name) if value else say("abstained", language)
        return f'<span class="chip unsure" title="{model}">{escape(words)}</span>'
    style = {"negative": "neg-t", "neutral": "neu-t", "positive": "pos-t"}.get(value, "")
    return f'<span class="chip machine {style}" title="{model}">{escape(name)}{number}</span>'


def secure_button(document: str, case: str | None, language: Language) -> str:
    """What a post carries beside its labels: the one click that secures it, or the case that holds it."""
    if case is not None:
        hint = escape(say("secured_hint", language), quote=True)
        address = f"kasus?kasus={escape(case, quote=True)}"
        return f'<a class="chip decided kt-kept" href="{address}" target="_self" title="{hint}">✓ {escape(case)}</a>'
    hint = escape(say("secure_hint", language), quote=True)
    key = escape(document, quote=True)
    word = say("secure", language)
    return f'<span class="kt-act" data-key="{key}" role="button" tabindex="0" title="{hint}">{word}</span>'


def author_words(document: Document, public: PublicAccounts, language: Language, *, named: bool = False) -> str:
    """The account of a post and its platform ("@ba•••, X"), as HTML; empty where there is none, and for newsrooms,
    whose publisher stands there already. ``named``: as it is, which only a case may show."""
    shown = document.author if named and document.kind != "complaint" else shown_author(document, public)
    if shown is None or document.kind in NEWSROOMS:
        return ""
    platform = PLATFORMS.get(document.platform, (document.platform.capitalize(), ""))[0].partition(" (")[0]
    account = f"<bdi>{escape(cut_author(shown))}</bdi>, {escape(platform)}"
    if kind := public.kind_of(document):
        hint = escape(say(f"account_{kind}_hint", language), quote=True)
        return f'<span class="kt-account" title="{hint}">✓ {account}</span>'
    hint = escape(say("account_named_hint" if named else "account_masked_hint", language), quote=True)
    return f'<span class="kt-account" title="{hint}">{account}</span>'


def cut_author(name: str) -> str:
    return name if len(name) <= AUTHOR_LENGTH else f"{name[:AUTHOR_LENGTH]}…"


def post_card(
    record: Record,
    *,
    zone: str,
    language: Language,
    place: str | None,
    act: str = "",
    public: PublicAccounts = NOBODY,
    named: bool = False,
) -> str:
    """One document: who and when, what, and what is said about it. A page is never about a person: accounts are masked
    but for those in ``public``; ``named`` shows them as they are, inside a case.

    ``act`` is HTML of what can be done with it (``secure_button``).
    """
    document = record.document
    kind = {"article": "kind_articles", "complaint": "kind_complaints", "factcheck": "kind_factchecks"}.get(
        document.kind
    )
    meta = [
        f"<b>{escape(document.publisher)}</b>",
        escape(format_time(document.published_at, zone=zone, language=language)),
    ]
    if account := author_words(document, public, language, named=named):
        meta.insert(1, account)
    if kind:
        meta.insert(0, f'<span class="kind">{say(kind, language)}</span>')
    if document.source == BY_HAND:
        hint = escape(say("by_hand_hint", language), quote=True)
        meta.insert(0, f'<span class="kind" title="{hint}">{say("by_hand", language)}</span>')
    if place:
        meta.append(escape(place))
    if status := document.facts.get("status"):
        meta.append(f"{say('status', language)}: {escape(status)}")
    words = " ".join(record.newest.text.split())
    if len(words) > POST_LENGTH:
        words = words[: POST_LENGTH - 1].rsplit(" ", 1)[0] + " …"
    title = f"<h4>{escape(record.newest.title)}</h4>" if record.newest.title else ""
    tasks = ("sentiment", "topic") if document.kind in ("post", "comment") else ("topic",)
    chips = "".join(label_chip(said, language) for task, said in record.labels.items() if task in tasks)
    address = safe_address(document.url)
    opened = (
        f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">{say("open", language)}</a>'
        if address and not document.sample
        else ""
    )
    return (
        f'<article class="kt-post"><div class="kt-meta">{" · ".join(meta)}{opened}</div>{title}'
        f'<p dir="auto">{escape(words)}</p><div class="kt-chips">{chips}{act}</div></article>'
    )
