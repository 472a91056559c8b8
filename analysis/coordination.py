"""Finds accounts that move together more often than chance explains: edges with p-values, and the groups they make.

Two accounts share a trace (near copies, a link, a hashtag, or only the moment) within a window of time, again and
again. Windows are swept, both null models of ``analysis.coordination_null`` must find it surprising, and the false
discovery rate is controlled over every pair that could have been found, not only those that were. The idea of traces
and of a network over them is that of Pacheco et al. 2021 (Uncovering Coordinated Networks on Social Media: Methods and
Case Studies) and Nizzoli et al. 2021 (Coordinated Behavior on Social Media in 2019 UK General Election).

What is found says that posts move together, never why: see ``analysis.coordination_explanations``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.coordination_acts import (
    TRACES,
    Act,
    Columns,
    Evidence,
    Floats,
    Ints,
    Trace,
    collect_evidence,
    make_columns,
)
from analysis.coordination_groups import Edge, Group, JointMoment, connect_groups
from analysis.coordination_null import count_beside, expect_who, judge_when, measure_margins, poisson_tail
from analysis.coordination_pairs import (
    MIN_MOMENTS,
    JointRows,
    count_crowds,
    find_joint_rows,
    keep_pairs,
    mark_moments,
)

WINDOWS: Final = (10, 60, 300, 900)
"""Windows swept, in seconds: from a script's pace to that of people who read the same request. Not longer: a small
circle that follows an event meets within the hour by itself."""

MOMENT_WINDOW: Final = 60
"""Longest window, in seconds, in which posts that share nothing but the moment are compared: on a busy platform
somebody always posts within five minutes."""

MAX_FALSE: Final = 0.05
"""False discovery rate of the edges: the project's measure allows 5 % of them to be false."""


NULLS: Final = 2
"""Null models an edge must surprise; each gets half of MAX_FALSE, so that pairs false by either add up to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordination:
    """What was looked at and what was found."""

    groups: tuple[Group, ...]
    """Largest first."""
    acts: int
    """Posts of named accounts that were looked at."""
    unnamed: int
    """Posts left out because no account is named."""
    accounts: int
    tested: int
    """Pairs of accounts, once for each trace, that could have been found: both have MIN_MOMENTS posts with it."""
    crowded: int
    """Posts set aside on some trace at the narrowest window: more than ``coordination_pairs.CROWD`` others beside."""
    windows: tuple[int, ...]
    max_false: float

    @property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(edge for group in self.groups for edge in group.edges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Pairs of one trace with their best window, sorted by pair."""

    evidence: Evidence
    pair: Ints
    p: Floats
    """Corrected for the windows swept."""
    weighed: Floats
    """Larger of both nulls' p-values, each times the pairs of its family (``control_false``)."""
    window: Ints
    moments: Ints
    expected: Floats
    tested: int
    crowded: Ints
    """Posts set aside."""


def find_coordination(
    acts: Sequence[Act],
    *,
    windows: Sequence[int] = WINDOWS,
    traces: Sequence[Trace] = TRACES,
    max_false: float = MAX_FALSE,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Coordination:
    """The groups among acts, the same for any order of them. ``report`` is told after each trace.

    Raises ValueError for an id that comes twice and for windows or rates that are not positive.
    """
    if not windows or min(windows) <= 0 or not 0.0 < max_false < 1.0:
        raise ValueError(f"windows {windows} and max_false {max_false} must be positive, the rate below 1")
    swept = tuple(sorted(set(windows)))
    columns = make_columns(acts)
    found = []
    for done, trace in enumerate(traces, start=1):
        found.append(weigh_trace(columns, trace, swept))
        report(done, len(traces))
    tested = sum(one.tested for one in found)
    weighed = np.concatenate([one.weighed for one in found]) if found else np.empty(0)
    q = control_false(weighed, families=NULLS * len(found))
    edges: list[Edge] = []
    at = 0
    for one in found:
        edges += describe_edges(columns, one, q[at : at + len(one.p)], max_false=max_false)
        at += len(one.p)
    crowded = np.unique(np.concatenate([one.crowded for one in found])) if found else ()
    return Coordination(
        groups=connect_groups(edges), acts=len(columns.acts), unnamed=columns.unnamed, accounts=len(columns.accounts),
        tested=tested, crowded=len(crowded), windows=swept, max_false=max_false,
    )  # fmt: skip


def weigh_trace(columns: Columns, trace: Trace, windows: Sequence[int]) -> Candidates:
    """The pairs of one trace that meet MIN_MOMENTS times at some window, with the least p over the windows.

    The least of several p-values is multiplied by how many there were (Bonferroni).
    """
    evidence = collect_evidence(columns, trace)
    accounts = len(columns.accounts)
    fitting = [window for window in windows if trace != "moment" or window <= MOMENT_WINDOW]
    able = int(np.count_nonzero(np.bincount(evidence.account, minlength=accounts) >= MIN_MOMENTS)) if fitting else 0
    tested = able * (able - 1) // 2
    parts = [weigh_window(columns, evidence, 1000 * window, tested=tested) for window in fitting]
    pair, p, weighed, moments, expected = (
        np.concatenate([part[at] for part in parts] or [np.empty(0)]) for at in range(5)
    )
    window = np.repeat(np.array(fitting, dtype=np.int64), [len(part[0]) for part in parts])
    order = np.lexsort((window, weighed, pair))
    first = order[np.unique(pair[order], return_index=True)[1]]
    crowded = evidence.post[~count_crowds(evidence, 1000 * fitting[0]).quiet] if fitting else evidence.post[:0]
    return Candidates(
        evidence=evidence, pair=pair[first].astype(np.int64), p=np.minimum(1.0, p[first] * len(fitting)),
        weighed=weighed[first] * len(fitting), window=window[first], moments=moments[first].astype(np.int64),
        expected=expected[first], tested=tested, crowded=crowded,
    )  # fmt: skip


def weigh_window(
    columns: Columns, evidence: Evidence, window: int, *, tested: int
) -> tuple[Ints, Floats, Floats, Ints, Floats]:
    """Pairs, p-values, the same weighed by their families, joint moments and those expected, at one window in ms.

    Pairs whose number of moments does not surprise "who" are dropped before "when" is asked.
    """
    accounts = len(columns.accounts)
    crowds = count_crowds(evidence, window)
    joint = find_joint_rows(evidence, crowds.quiet, window, accounts=accounts)
    pair, place = np.unique(joint.pair, return_inverse=True)
    moments = np.bincount(place[mark_moments(evidence, joint, window)], minlength=len(pair))
    often = moments >= MIN_MOMENTS
    pair, moments = pair[often], moments[often]
    margins = measure_margins(columns, evidence, crowds)
    expected = expect_who(columns, margins, pair // accounts, pair % accounts, moments=moments)
    who = poisson_tail(moments, expected)
    likely = who <= MAX_FALSE
    pair, moments, expected, who = pair[likely], moments[likely], expected[likely], who[likely]
    when = judge_when(columns, evidence, crowds, pair // accounts, pair % accounts, moments=moments, window=window)
    beside = count_beside(evidence, crowds, window, accounts=accounts, most=tested) if len(pair) else tested
    return pair, np.maximum(who, when), np.maximum(who * tested, when * beside), moments, expected


def control_false(weighed: Floats, *, families: int) -> Floats:
    """q-values: the procedure of Benjamini and Hochberg (1995) over p-values that were multiplied by the number of
    hypotheses in their own family, of which there are ``families`` (weights as in Genovese, Roeder and Wasserman 2006,
    each family the same share). Hypotheses without a p-value here have one of 1.
    """
    order = np.argsort(weighed, kind="stable")
    scaled = weighed[order] * families / np.arange(1, len(weighed) + 1)
    q = np.empty(len(weighed))
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def describe_edges(columns: Columns, found: Candidates, q: Floats, *, max_false: float) -> list[Edge]:
    """The edges of one trace with the posts behind them."""
    accounts, evidence = len(columns.accounts), found.evidence
    edges = []
    for window in np.unique(found.window[q <= max_false]).tolist():
        chosen = np.flatnonzero((q <= max_false) & (found.window == window))
        crowds = count_crowds(evidence, 1000 * window)
        joint = keep_pairs(
            find_joint_rows(evidence, crowds.quiet, 1000 * window, accounts=accounts), found.pair[chosen]
        )
        for place in chosen.tolist():
            pair = int(found.pair[place])
            edges.append(
                Edge(
                    one=columns.accounts[pair // accounts], other=columns.accounts[pair % accounts],
                    trace=evidence.trace, window=window, moments=int(found.moments[place]),
                    expected=float(found.expected[place]), p=float(found.p[place]), q=float(q[place]),
                    joint=list_joint(columns, evidence, joint, pair),
                )
            )  # fmt: skip
    return edges


def list_joint(columns: Columns, evidence: Evidence, joint: JointRows, pair: int) -> tuple[JointMoment, ...]:
    """The posts of one pair that lie together."""
    listed = []
    for row in range(*np.searchsorted(joint.pair, [pair, pair + 1]).tolist()):
        one, other = int(joint.one[row]), int(joint.other[row])
        first, second = sorted((columns.acts[evidence.post[one]], columns.acts[evidence.post[other]]), key=moment_of)
        content = int(evidence.content[one])
        listed.append(
            JointMoment(first=first, second=second, content=evidence.names[content], users=int(evidence.users[content]))
        )
    return tuple(listed)


def moment_of(act: Act) -> tuple[int, str]:
    return act.time, act.id
