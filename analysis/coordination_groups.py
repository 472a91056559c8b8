"""Accounts that move together: the edges between them, the posts behind each edge, and the groups they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.coordination_acts import Account, Act, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class JointMoment:
    """Two posts of the two accounts of an edge that lie together."""

    first: Act
    second: Act
    """The one that came later."""
    content: str
    """The message, link or hashtag they share; the platform where they share only the moment."""
    users: int
    """Accounts that used this content at all."""

    @property
    def apart(self) -> int:
        """Milliseconds between them."""
        return self.second.time - self.first.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two accounts that move together on one trace."""

    one: Account
    other: Account
    trace: Trace
    window: int
    """The window in which it is most surprising, in seconds."""
    moments: int
    """Separate occasions (``coordination_pairs.REST_MS``)."""
    expected: float
    """Occasions expected by chance from both accounts' activity."""
    p: float
    """p-value, corrected for the windows swept."""
    q: float
    """Least false discovery rate at which this edge is reported (Benjamini and Hochberg 1995)."""
    joint: tuple[JointMoment, ...]
    """The posts behind it, in order of time; several may belong to one occasion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts connected by edges, directly or through others."""

    accounts: tuple[Account, ...]
    edges: tuple[Edge, ...]
    """Least p first."""

    @property
    def density(self) -> float:
        """Pairs joined by an edge over all pairs, 0 to 1."""
        joined = len({(edge.one, edge.other) for edge in self.edges})
        return 2.0 * joined / (len(self.accounts) * (len(self.accounts) - 1))

    @property
    def posts(self) -> tuple[Act, ...]:
        """Every post behind its edges, in order of time."""
        acts = {act.id: act for edge in self.edges for joint in edge.joint for act in (joint.first, joint.second)}
        return tuple(sorted(acts.values(), key=lambda act: (act.time, act.id)))


def connect_groups(edges: Sequence[Edge]) -> tuple[Group, ...]:
    """The connected components of the edges."""
    above: dict[Account, Account] = {}

    def root(account: Account) -> Account:
        above.setdefault(account, account)
        while above[account] != account:
            above[account] = above[above[account]]
            account = above[account]
        return account

    for edge in edges:
        one, other = sorted((root(edge.one), root(edge.other)))
        above[other] = one
    members: dict[Account, list[Account]] = {}
    for account in sorted(above):
        members.setdefault(root(account), []).append(account)
    inside: dict[Account, list[Edge]] = {}
    for edge in sorted(edges, key=lambda edge: (edge.p, edge.one, edge.other, edge.trace)):
        inside.setdefault(root(edge.one), []).append(edge)
    groups = [Group(accounts=tuple(ones), edges=tuple(inside[head])) for head, ones in members.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.accounts), group.accounts)))
