"""Counts a clipping: items by tone, outlet, issue and agency, and against the same edition of the day before.

Each count is a Figure with its question. A count of items is asked of the clipping's own rows, or of the revision that
was issued; what the store had to offer in the window is asked of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from casework.clippings.editions import parse_edition
from casework.clippings.reading import find_clipping, issued_revisions, read_issued, read_items
from casework.clippings.records import TONE_WORDS, TONES, Clipping, ClippingItem
from casework.figures import DeskQuestion, Figure, Sources, StoreQuestion, make_figure
from kentongan.schema import Query
from kentongan.times import format_day, format_hour

NONE: Final = "none"
"""The value of an item that has no tone, or no agency."""
UNIT: Final = "berita"


def make_figures(clipping: Clipping, items: Iterable[ClippingItem], *, sources: Sources) -> tuple[Figure, ...]:
    """Every count that a clipping prints, in the order it prints them; values of outlets, issues and agencies the most
    first."""
    printed = [item for item in items if not item.left_out]
    memo_key = ("clipping_items", clipping.number, clipping.revision)
    sources.memo[memo_key] = printed
    wanted: list[tuple[str, dict[str, str]]] = [("berita", {}), ("terbitan", {"by": "publications"})]
    wanted += [(f"nada:{tone}", {"by": "tone", "value": tone}) for tone in (*TONES, NONE)]
    wanted += [("klarifikasi", {"by": "clarify", "value": "yes"}), ("usul", {"by": "clarify", "value": "suggested"})]
    for key, by in (("media", "outlet"), ("isu", "issue"), ("instansi", "agency")):
        wanted += [(f"{key}:{value}", {"by": by, "value": value}) for value in ranked(printed, by)]
    wanted += [
        (f"isu-nada:{tone}:{issue}", {"by": "issue", "value": issue, "tone": tone})
        for issue in ranked(printed, "issue")
        for tone in (*TONES, NONE)
    ]
    made = [
        make_figure(key, items_question(clipping, arguments), unit=UNIT, sources=sources) for key, arguments in wanted
    ]
    before = find_clipping(sources.session, day=clipping.day - timedelta(days=1), edition=clipping.edition)
    day_before = {"clipping": number_before(clipping), **({"revision": before.revision} if before else {})}
    for tone in (None, *TONES):
        arguments = {**day_before, **({"by": "tone", "value": tone} if tone else {})}
        key = f"kemarin-nada:{tone}" if tone else "kemarin"
        made.append(
            make_figure(key, DeskQuestion(name="clipping_items", arguments=arguments), unit=UNIT, sources=sources)
        )
    for key, days in (("dibaca", 0), ("dibaca-kemarin", 1)):
        since, until = (at - timedelta(days=days) for at in (clipping.since, clipping.until))
        question = StoreQuestion(query=Query(kinds=("article",), since=since, until=until))
        made.append(make_figure(key, question, unit="artikel", sources=sources))
    return tuple(made)


def items_question(clipping: Clipping, arguments: Mapping[str, str]) -> DeskQuestion:
    named = {"clipping": clipping.number, "revision": clipping.revision, **arguments}
    return DeskQuestion(name="clipping_items", arguments=named)


def number_before(clipping: Clipping) -> str:
    """Number of the same edition of the day before."""
    return f"KLIP-{clipping.day - timedelta(days=1):%Y%m%d}-{clipping.edition.upper()}"


def count_items(arguments: Mapping[str, Any], sources: Sources) -> float | None:
    """The answer to the question "clipping_items": printed items of a clipping that have ``value`` in ``by``.

    ``clipping`` is its number, with its ``revision``; ``by`` is tone, outlet, issue, agency or clarify, or
    "publications", which counts all outlets of all items; ``tone`` narrows to one. None where there is
    no such clipping. Raises ValueError for another ``by``.
    """
    memo_key = ("clipping_items", arguments["clipping"], arguments.get("revision"))
    if memo_key not in sources.memo:
        sources.memo[memo_key] = printed_items(sources.session, arguments["clipping"], arguments.get("revision"))
    printed: list[ClippingItem] | None = sources.memo[memo_key]
    if printed is None:
        return None
    by = arguments.get("by")
    if by is None:
        return float(len(printed))
    if by == "publications":
        return float(sum(len(item.outlets) for item in printed))
    tone = arguments.get("tone")
    chosen = [item for item in printed if tone is None or tone in values_of(item, "tone")]
    return float(sum(arguments["value"] in values_of(item, by) for item in chosen))


def printed_items(session: Session, number: str, revision: int | None) -> list[ClippingItem] | None:
    """What a clipping's revision prints: as it was issued, else as it stands."""
    day, edition = parse_edition(number)
    found = find_clipping(session, day=day, edition=edition)
    if found is None:
        return None
    wanted = found.revision if revision is None else revision
    if wanted in issued_revisions(session, found.id):
        return list(read_issued(session, found.id, revision=wanted).printed)
    return [item for item in read_items(session, found.id) if not item.left_out]


def values_of(item: ClippingItem, by: str) -> set[str]:
    """What an item counts under. Raises ValueError for an unknown dimension."""
    if by == "tone":
        return {item.known_tone or NONE}
    if by == "outlet":
        return {outlet.publisher for outlet in item.outlets}
    if by == "issue":
        return {item.issue}
    if by == "agency":
        return {item.agency or NONE}
    if by == "clarify":
        return {"yes" if item.clarify else "suggested" if item.suggested else "no"}
    raise ValueError(f"items of a clipping are not counted by {by!r}")


def ranked(items: Iterable[ClippingItem], by: str) -> list[str]:
    """The values that items have, the most frequent first."""
    tally: dict[str, int] = {}
    for item in items:
        for value in values_of(item, by):
            tally[value] = tally.get(value, 0) + 1
    return sorted(tally, key=lambda value: (-tally[value], value))


def figures_by(figures: Iterable[Figure], kind: str) -> list[tuple[str, Figure]]:
    """The figures of one kind ("media") with what each counts, in their order."""
    return [(one.key.partition(":")[2], one) for one in figures if one.key.startswith(f"{kind}:")]


def tone_label(tone: str) -> str:
    """A tone, or none, as the papers name it."""
    return next((TONE_WORDS[one] for one in TONES if one == tone), "belum ditentukan")


def window_words(clipping: Clipping) -> str:
    """The clipping's window for a person."""
    return span_words(clipping.since, clipping.until, zone=clipping.zone)


def span_words(since: datetime, until: datetime, *, zone: str) -> str:
    """A stretch for a person: "20 November 2026 17.00 WIB sampai 21 November 2026 06.00 WIB"; its day once where it
    is one."""
    first, last = format_day(since, zone=zone), format_day(until, zone=zone)
    end = format_hour(until, zone=zone) if first == last else f"{last} {format_hour(until, zone=zone)}"
    return f"{first} {format_hour(since, zone=zone)} sampai {end}"
