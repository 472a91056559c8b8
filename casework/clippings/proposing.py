"""Makes items of articles: copies become one, and each gets the topic, tone, issue and agency that can be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.claim_text import STOP
from analysis.claims import ClaimMatcher
from analysis.duplicates import group_archive
from casework.agencies import Agency
from casework.clippings.quoting import quote_lead
from casework.clippings.records import NO_TOPIC, TONES, Outlet
from casework.clippings.relevance import Locality, choose_named_agency, find_agencies
from casework.trends.issues import FIELD_OF_TOPIC
from casework.trends.records import Issue
from kentongan.schema import Annotation, Record, Task, current_labels
from kentongan.text import is_word, normalised_tokens
from kentongan.topic_words import TOPIC_WORDS

MAX_TITLE: Final = 500
MAX_ISSUE: Final = 200
ISSUE_WORDS: Final = 2
"""Words and hashtags of an issue's reasons that an article must have to be of it, where their topics do not differ."""
LEAST_LETTERS: Final = 4
"""Letters of a word that may lead an issue's label."""
OURS: Final = ("opd", "kecamatan", "bumd", "pusat")
"""Kinds of agencies that answer for the regional government; police and ministries speak for themselves."""
PAGE_FACTS: Final = ("halaman", "page")
"""Names of the fact that says on which page a paper printed an article."""

CONFIRMED: Final = "true"
"""The verdict of a fact-check after which nothing needs a clarification."""
LIKE_CHECKED: Final = "mirip klaim yang pernah diperiksa: “{title}”"
LIKE_REVIEWED: Final = "mirip cerita yang sedang atau sudah dinilai: “{title}”"
LINKED: Final = "ditautkan unggahan yang terindikasi hoaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What is known of a label: the value, how sure, and whether the model kept silent."""

    value: str | None = None
    p: float | None = None
    abstained: bool = False
    by_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An item before it is in the table."""

    outlets: tuple[Outlet, ...]
    title: str
    quote: str
    quoted: str
    why: tuple[str, ...]
    topic: Labels
    tone: Labels
    issue: str
    issue_number: int | None
    agency: str | None
    agency_from: str | None
    ours: str | None
    """Name of an agency of the regional government that the text names; what the rule of clarification asks."""
    story_reasons: tuple[str, ...]
    """Fact-checks and suspected stories that it is like, in words."""
    late: bool
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What proposals are made with."""

    locality: Locality
    fields: Mapping[str, Agency]
    """The one agency of each field that has just one in the region."""
    issues: Sequence[Issue] = ()
    """Strongest first."""
    claims: ClaimMatcher | None = None
    """Over fact-checks and reviewed stories."""
    reviewed: frozenset[str] = frozenset()
    """Ids in ``claims`` that are stories of ours."""
    linked: frozenset[str] = frozenset()
    """Addresses in posts that are suspected."""


def group_copies(records: Sequence[Record]) -> list[list[Record]]:
    """Articles of one story together (``analysis.duplicates``), the first published first; groups likewise."""
    centres = group_archive([one.document.id for one in records], [one.newest.words for one in records]).story
    groups: dict[str, list[Record]] = {}
    for record in sorted(records, key=publication):
        groups.setdefault(centres[record.document.id], []).append(record)
    return list(groups.values())


def propose_item(group: Sequence[Record], known: Known, *, why: Sequence[str], late: bool) -> Proposal:
    """The item of one story; its issue is a first guess that ``label_issues`` completes."""
    first = group[0]
    title = title_of(first)
    words = f"{title}\n{first.newest.text}"
    topic, tone = first_label(group, "topic"), first_label(group, "tone")
    if tone.value is not None and tone.value not in TONES:
        tone = Labels()
    named = find_agencies(known.locality, words)
    agency = choose_named_agency(named, title_ends=len(title))
    by_field = None if topic.abstained else known.fields.get(FIELD_OF_TOPIC.get(topic.value or "", ""))
    chosen = agency or (by_field if not named else None)
    ours = next((one.agency.name for one in named if one.agency.kind in OURS), None)
    issue = match_issue(known.issues, topic=None if topic.abstained else topic.value, words=words)
    return Proposal(
        outlets=tuple(outlet_of(record) for record in group),
        title=title[:MAX_TITLE],
        quote=quote_lead(first.newest.text),
        quoted=first.document.publisher,
        why=tuple(why),
        topic=topic,
        tone=tone,
        issue=issue.title[:MAX_ISSUE] if issue else "",
        issue_number=issue.id if issue else None,
        agency=chosen.code if chosen else None,
        agency_from=None if chosen is None else "name" if agency else "field",
        ours=ours,
        story_reasons=tuple(match_stories(group, known)),
        late=late,
        sample=any(record.document.sample for record in group),
    )  # fmt: skip


def match_stories(group: Sequence[Record], known: Known) -> list[str]:
    """Fact-checks and reviewed stories that say the same, and suspected posts that link to it, in words."""
    found: list[str] = []
    if known.claims is not None and len(known.claims):
        first = group[0]
        for match in known.claims.match([f"{title_of(first)}. {quote_lead(first.newest.text)}"], top=3)[0]:
            if match.band == "same" and match.verdict != CONFIRMED:
                words = LIKE_REVIEWED if match.id in known.reviewed else LIKE_CHECKED
                found.append(words.format(title=match.title[:120]))
    if any(record.document.url in known.linked for record in group):
        found.append(LINKED)
    return found


def match_issue(issues: Sequence[Issue], *, topic: str | None, words: str) -> Issue | None:
    """The strongest issue of no other topic that an article has ISSUE_WORDS telling words in common with; None for
    none."""
    said = telling_words(words)
    for issue in issues:
        if issue.topic is not None and topic is not None and issue.topic != topic:
            continue
        reasons = " ".join(one.value.lstrip("#") for one in issue.reasons if one.what in ("term", "hashtag"))
        if len(telling_words(reasons) & said) >= ISSUE_WORDS:
            return issue
    return None


def label_issues(titles: Sequence[tuple[str, str]], *, leave: frozenset[str]) -> list[str]:
    """The issue of each (topic words, title) that no issue of trends fits: its topic, and the word of its title that
    most titles of the topic share, where at least two do. ``leave`` are words that stand in any title here, such as
    the region's name."""
    said = [telling_words(title) - leave for _, title in titles]
    shared: dict[str, Counter[str]] = {}
    for (topic, _), words in zip(titles, said, strict=True):
        shared.setdefault(topic, Counter()).update(words)
    labels = []
    for (topic, _), words in zip(titles, said, strict=True):
        most = min(words, key=lambda word: (-shared[topic][word], word), default=None)
        leads = most is not None and shared[topic][most] > 1
        labels.append(f"{topic}: {most}" if leads else topic)
    return labels


def telling_words(text: str) -> frozenset[str]:
    """Normalised words of a text that say what it is about."""
    return frozenset(
        token
        for token in normalised_tokens(text)
        if is_word(token) and token.isalpha() and len(token) >= LEAST_LETTERS and token not in STOP
    )


def topic_words(label: Labels) -> str:
    """A topic for a person; an unsure one is none."""
    return NO_TOPIC if label.value is None or label.abstained else TOPIC_WORDS[label.value]


def first_label(group: Sequence[Record], task: Task) -> Labels:
    """What counts for the story: a person's word about any copy, else the first copy's label that did not abstain,
    else the first."""
    said = [label for label in (label_of(record, task) for record in group) if label is not None]
    if not said:
        return Labels()
    best = min(said, key=lambda one: (not one.by_person, one.abstained))
    p = (best.probabilities or {}).get(best.value or "")
    return Labels(value=best.value, p=p, abstained=best.abstained, by_person=best.by_person)


def label_of(record: Record, task: Task) -> Annotation | None:
    """The label that counts for a record; a person who took their word back leaves it to the model."""
    label = record.labels.get(task)
    if label is None or not (label.by_person and label.abstained):
        return label
    machines = [one for one in record.annotations if not one.by_person and one.task == task]
    return current_labels(machines, record.newest.hash, {}).get(task)


def outlet_of(record: Record) -> Outlet:
    document = record.document
    page = next((document.facts[name] for name in PAGE_FACTS if name in document.facts), None)
    return Outlet(
        document=document.id, publisher=document.publisher, title=title_of(record), url=document.url,
        published_at=document.published_at, page=page,
    )  # fmt: skip


def title_of(record: Record) -> str:
    """The newest headline; of an article without one the start of its words."""
    return " ".join((record.newest.title or quote_lead(record.newest.text, most=120)).split())


def publication(record: Record) -> tuple[object, str]:
    return record.document.published_at, record.document.id
