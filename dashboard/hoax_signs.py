"""What stands beside a story and is not in its score: fact-checks, words behind the score, earlier verdicts, accounts
that posted alike within minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import streamlit as st

from casework.stories import Suggestion
from casework.verdict_rules import FalsehoodKind, Outcome
from casework.verdicts import read_standing
from dashboard.data import (
    CLAIMS_FRESH_SECONDS,
    POSTS,
    load_records,
    read_settings,
    shared_casework,
    shared_claims,
    shared_store,
)
from kentongan.errors import KentonganError
from kentongan.schema import Query
from search.series import volume_of

if TYPE_CHECKING:
    from analysis.claims import ClaimMatch
    from models.classifier import Classifier
    from models.hoax_reasons import Reason

MATCHES: Final = 3
"""Fact-checks beside a story: as many as a person compares at a glance."""
MOST_COMPARED: Final = 20_000
"""Posts among which the page looks for accounts that move together; a larger question is the command line's."""
AROUND: Final = timedelta(days=2)
"""How much time before and after the story is compared: what is usual shows only beside other things."""
GROUPS_SHOWN: Final = 3
JOINT_SHOWN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVerdict:
    """Another story, much like this one, on which persons decided."""

    story: str
    likeness: float
    """``analysis.duplicates.SUGGEST`` to JOIN."""
    status: Outcome
    kind: FalsehoodKind | None
    decided_at: datetime
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTogether:
    """Accounts whose posts lie together in time more often than chance explains."""

    accounts: int
    posts: int
    of_story: int
    """How many of these posts are in the story."""
    window: int
    """Seconds, of its most surprising edge."""
    p: float
    """Least p-value of its edges, corrected for the windows."""
    explanations: tuple[str, ...]
    """Innocent explanations the posts speak for, in Indonesian."""
    documents: tuple[str, ...]
    """Some of the posts, those of the story first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinated:
    """What comparing found."""

    compared: int
    """Posts that were compared."""
    too_many: bool
    """Whether there were more than MOST_COMPARED: nothing was compared then."""
    groups: tuple[MovedTogether, ...]


@st.cache_data(ttl=CLAIMS_FRESH_SECONDS, show_spinner=False)
def match_story_claims(text: str) -> list[ClaimMatch]:
    """The fact-checks nearest to a text that are at least related, best first. Raises Retry."""
    return [one for one in shared_claims().match([text], top=MATCHES)[0] if one.band != "none"]


@st.cache_resource(show_spinner=False)
def shared_hoax_model(name: str) -> Classifier | None:
    """The hoax model alone; None where it cannot be loaded."""
    from models.serve import load_classifier

    try:
        return load_classifier(name, local=read_settings().models_dir)
    except KentonganError:
        return None


@st.cache_data(ttl=CLAIMS_FRESH_SECONDS, show_spinner=False)
def explain_score(text: str) -> list[Reason]:
    """The words that moved the score of a text, then signs that stand beside it; empty without a model."""
    from models.hoax_reasons import explain, find_signs

    current = shared_store().current_models().get("hoax")
    model = shared_hoax_model(current.partition("|")[0]) if current else None
    if model is None or "hoax" not in model.labels:
        return find_signs(text)
    return explain(text, model)


def find_earlier(story: str, suggestions: Sequence[Suggestion]) -> list[EarlierVerdict]:
    """The stories among these suggestions on which a verdict stands, most alike first."""
    found = []
    with shared_casework().read() as session:
        for one in suggestions:
            here = one.one == story
            other, document = (one.other, one.other_document) if here else (one.one, one.one_document)
            verdict = read_standing(session, document).verdict
            if verdict is not None:
                found.append(
                    EarlierVerdict(
                        story=other, likeness=one.score, status=verdict.status, kind=verdict.kind,
                        decided_at=verdict.decided_at, title=verdict.anchor,
                    )
                )  # fmt: skip
    words = {record.document.id: record.newest.text for record in load_records([one.title for one in found])}
    return [replace(one, title=words.get(one.title, "")) for one in found]


@st.cache_data(ttl=CLAIMS_FRESH_SECONDS, show_spinner=False)
def find_moving_together(documents: tuple[str, ...], *, since: datetime, until: datetime) -> Coordinated:
    """Groups of accounts that moved together around a story's time and posted something of it. Takes seconds; asked
    for by a press. Raises Retry."""
    from analysis.coordination import find_coordination
    from analysis.coordination_explanations import SENTENCES, count_reasons, explain_edge, prepare_background
    from casework.coordination_posts import NEWS_KINDS, make_acts, read_records

    store = shared_store()
    asked = volume_of(Query(kinds=POSTS, since=since - AROUND, until=until + AROUND))
    total = store.count(asked)[0].count
    if total > MOST_COMPARED:
        return Coordinated(compared=total, too_many=True, groups=())
    posts = read_records(store.stream(asked))
    news = replace(asked, kinds=NEWS_KINDS)
    articles = read_records(store.stream(news)) if store.count(news)[0].count <= MOST_COMPARED else []
    acts, told = make_acts(posts, articles)
    background = prepare_background(acts, news=told)
    own = set(documents)
    groups = []
    for group in find_coordination(acts).groups:
        ids = [act.id for act in group.posts]
        inside = [id for id in ids if id in own]
        if not inside:
            continue
        first = group.edges[0]
        reasons = count_reasons(explain_edge(edge, background) for edge in group.edges)
        groups.append(
            MovedTogether(
                accounts=len(group.accounts), posts=len(ids), of_story=len(inside), window=first.window, p=first.p,
                explanations=tuple(SENTENCES[reason] for reason, _ in reasons),
                documents=tuple([*inside, *(id for id in ids if id not in own)][:JOINT_SHOWN]),
            )
        )  # fmt: skip
    groups.sort(key=lambda one: (one.p, -one.of_story))
    return Coordinated(compared=total, too_many=False, groups=tuple(groups[:GROUPS_SHOWN]))
