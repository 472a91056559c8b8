"""The part of a briefing about what is suspected and what was decided: nothing unverified stands in it as a fact.

Stories are named by their number and topic, never by their words: a paper that repeats a rumour spreads it.
"""

from __future__ import annotations

from typing import Final

from casework.briefings.content import Line, Part, PartTable, compose, number, quote, time_of
from casework.briefings.gathering import Gathering, name_topic
from casework.figure_stories import GrowingStory, list_growing, list_suspects
from casework.paper_text import spell_number
from casework.rumours import list_rumour_links
from casework.stories import read_summary
from casework.verdict_rules import OUTCOMES, STATUS_WORDS
from kentongan.schema import Record

LEAST_COPIES: Final = 5
"""Copies within the time from which a story is counted as spreading: fewer are a handful of people (our choice)."""
MOST_STORIES: Final = 5
MOST_LINKS: Final = 3
LOOKED_WORDS: Final = {
    "unchecked": "terindikasi, belum diperiksa",
    "under_review": "sedang diperiksa",
    "decided": "sudah ditetapkan",
}
SPREADING_WORDS: Final = {**LOOKED_WORDS, "unchecked": "belum diperiksa"}


def tell_doubts(desk: Gathering) -> Part:
    """Suspected stories, rumours of danger, verdicts, clarifications, tips, rumours that complaints feed."""
    lines: list[Line] = []
    absent: list[Line] = []
    has_model = "hoax" in desk.sources.store.current_models()
    if has_model:
        lines.append(tell_suspects(desk))
    else:
        absent.append(
            compose("Model dugaan hoaks belum dipakai di sini; yang dihitung hanya cerita yang disalin banyak orang.")
        )
    lines += [tell_growing(desk), tell_dangers(desk), tell_verdicts(desk), tell_tips(desk)]
    lines += tell_links(desk)
    suspected = {one.story for one in list_suspects(desk.sources, since=desk.since, until=desk.until)}
    return Part(
        key="hoaks", title="Dugaan hoaks dan klarifikasi", lines=tuple(lines), table=tell_stories(desk, suspected),
        absent=tuple(absent),
    )  # fmt: skip


def tell_suspects(desk: Gathering) -> Line:
    """What the model marks."""
    posts = desk.ask_time("terindikasi-unggahan", "suspected_posts", unit="unggahan")
    stories = desk.ask_time("terindikasi-cerita", "suspected_stories", unit="cerita")
    return compose(
        "Terindikasi hoaks menurut model: {posts} unggahan dalam {stories} cerita. Ini dugaan, belum ada yang "
        "menetapkannya.", posts=posts, stories=stories,
    )  # fmt: skip


def tell_growing(desk: Gathering) -> Line:
    """Stories that were copied, and whether persons looked at them."""
    least = quote(spell_number(LEAST_COPIES))
    growing = desk.ask_time("cerita-menyebar", "growing_stories", unit="cerita", least=LEAST_COPIES)
    if not growing.value:
        return compose("Tidak ada cerita yang disalin {least} kali atau lebih.", least=least)
    unchecked = desk.ask_time(
        "cerita-belum-diperiksa", "growing_stories", unit="cerita", least=LEAST_COPIES, looked="unchecked"
    )
    return compose(
        "{growing} cerita disalin {least} kali atau lebih; {unchecked} di antaranya belum diperiksa kebenarannya.",
        growing=growing, least=least, unchecked=unchecked,
    )  # fmt: skip


def tell_dangers(desk: Gathering) -> Line:
    """Rumours of danger: to be made sure of, no suspected hoaxes."""
    raised = desk.ask_time("bahaya-masuk", "dangers_raised", unit="kabar bahaya")
    waiting = desk.ask_moment("bahaya-belum-dijawab", "dangers_unanswered", unit="kabar bahaya")
    return compose(
        "Kabar bahaya: {raised} baru; {waiting} perlu dipastikan dan belum dijawab instansi, tidak dihitung sebagai "
        "dugaan hoaks.", raised=raised, waiting=waiting,
    )  # fmt: skip


def tell_verdicts(desk: Gathering) -> Line:
    """What two persons decided, and what went out about it."""
    verdicts = desk.ask_time("putusan", "verdicts_decided", unit="putusan")
    out = desk.ask_time("klarifikasi-terbit", "clarifications_published", unit="klarifikasi")
    kinds: list[Line] = []
    for status in OUTCOMES if verdicts.value else ():
        one = desk.ask_time(f"putusan-{status}", "verdicts_decided", unit="putusan", status=status)
        if one.value:
            kinds.append(compose(f"{{one}} {STATUS_WORDS[status]}", one=one))
    detail = join_lines(kinds)
    if detail:
        detail = compose(" ({detail})", detail=detail)
    return compose(
        "Putusan dua pemeriksa: {verdicts}{detail}. Klarifikasi terbit: {out}.", verdicts=verdicts, detail=detail,
        out=out,
    )  # fmt: skip


def tell_tips(desk: Gathering) -> Line:
    """What citizens asked about."""
    came = desk.ask_time("laporan-masuk", "tips_received", unit="laporan")
    waiting = desk.ask_moment("laporan-menunggu", "tips_waiting", unit="laporan")
    return compose("Laporan warga: {came} masuk, {waiting} menunggu jawaban.", came=came, waiting=waiting)


def tell_links(desk: Gathering) -> list[Line]:
    """Rumours that complaints may feed, which nobody resolved."""
    links = [
        link
        for link in list_rumour_links(desk.sources.session, since=desk.since, finding="waiting", limit=50)
        if link.began_at < desk.until
    ]
    if not links:
        return []
    if any(link.sample for link in links):
        desk.note_sample()
    total = desk.ask_time("rumor-aduan", "rumour_links", unit="cerita")
    named: list[Line] = []
    for link in links[:MOST_LINKS]:
        complaints = desk.ask_moment(f"{link.number}-aduan", "rumour_complaints", unit="aduan", link=link.id)
        place = f", {desk.name_region(link.region)}" if link.region else ""
        about = quote(f"{name_topic(link.topic)}{place}")
        named.append(compose("{number} ({about}): {n} aduan", number=number(link.number), about=about, n=complaints))
    return [
        compose(
            "{total} cerita mungkin berakar pada aduan yang belum selesai: {named}.", total=total,
            named=join_lines(named, mark="; "),
        )
    ]  # fmt: skip


def tell_stories(desk: Gathering, suspected: set[str]) -> PartTable | None:
    """The stories that were copied most; None where there are none."""
    found = list_growing(desk.sources, since=desk.since, until=desk.until, least=LEAST_COPIES)[:MOST_STORIES]
    if not found:
        return None
    return PartTable(
        header=("Cerita", "Topik", "Salinan", "Sejak", "Keadaan"),
        rows=tuple(tell_story(desk, one, suspected=one.story in suspected) for one in found),
        numbers=(False, False, True, False, False),
    )


def tell_story(desk: Gathering, one: GrowingStory, *, suspected: bool) -> tuple[Line, ...]:
    """One story as a row, without its words."""
    story = read_summary(desk.sources.session, one.story)
    record = desk.sources.store.get([story.centre])[0]
    copies = desk.ask_time(f"cerita-{one.story[:8]}", "story_copies", unit="salinan", story=one.story)
    words = (LOOKED_WORDS if suspected else SPREADING_WORDS)[one.looked]
    return (
        (number(one.story[:8]),),
        (quote(name_topic(topic_of(record))),),
        compose("{copies}", copies=copies),
        (time_of(story.first_published_at, zone=desk.zone),),
        compose(words),
    )


def topic_of(record: Record | None) -> str | None:
    """The topic of a document; None where nobody is sure of one."""
    said = None if record is None else record.labels.get("topic")
    return None if said is None or said.abstained else said.value


def join_lines(lines: list[Line], mark: str = ", ") -> Line:
    """Lines behind one another."""
    joined: list[Line] = []
    for line in lines:
        joined += [compose(mark), line] if joined else [line]
    return tuple(piece for line in joined for piece in line)
