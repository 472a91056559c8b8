"""Arranges messages into stories: from links between near-duplicates and from what people merged and split.

The arrangement is a function of the messages there are, the links between them and the changes in force, and of
nothing else: not of the order in which items came, nor of what was arranged before. Links make components; then the
changes are replayed in their order, each on what the ones before it left:

- a merge makes one story of the two stories that hold its messages;
- a split parts the story (or stories) that hold its messages: what it names goes to one side, what was left behind then
  to the other. What came since follows its best link, as in Kruskal's minimum spanning forest (1956), with the two
  sides never joined.

So a merge after a split joins again and a split after a merge separates again; a change that is undone is simply not
among the changes. Messages are moved whole: copies in the same words are the same copy. Of a message that is no longer
there, nobody having its words any more, nothing is kept together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MERGED: Final = 2.0
"""Score of the link that a merge makes: above every near-duplicate's, which end at 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Items in the same words."""

    id: str
    copies: int
    """How many items; at least one."""
    first: tuple[datetime, str]
    """When the first of them was collected, and its id; of those at the same time the first by id."""
    named: str
    """The first of their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two messages that are near-duplicates and therefore one story."""

    one: str
    other: str
    score: float
    """Up to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A person said that two stories are one."""

    one: tuple[str, ...]
    """Messages of the one; the first that is still there stands for it."""
    other: tuple[str, ...]
    """Messages of the other, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A person said that some messages of a story are none of it."""

    items: frozenset[str]
    """The messages that were taken out."""
    rest: frozenset[str]
    """The messages of the story that were left in it."""


Change = Merge | Split
Edge = tuple[float, str, str]
"""Score and two messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """One story."""

    id: str
    """Id of its item that was collected first, ties by id."""
    centre: str
    """Id of the item that stands for it: the first by id in the words most often passed on; of several such messages,
    the one whose first id comes first."""
    message: str
    """The centre's message."""
    linked: frozenset[str]
    """Messages that near-duplicates lead to from the centre's, itself among them."""
    merged: frozenset[str]
    """All others: here by a person's decision alone."""

    @property
    def messages(self) -> frozenset[str]:
        return self.linked | self.merged


class Groups:
    """Disjoint sets of messages (union-find with path halving, Tarjan and van Leeuwen 1984)."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.parent = {message: message for message in messages}

    def root(self, message: str) -> str:
        parent = self.parent
        while parent[message] != message:
            parent[message] = message = parent[parent[message]]
        return message

    def join(self, one: str, other: str) -> None:
        self.parent[self.root(other)] = self.root(one)

    def lists(self) -> dict[str, list[str]]:
        """The members of each set, by its root."""
        found: dict[str, list[str]] = {}
        for message in self.parent:
            found.setdefault(self.root(message), []).append(message)
        return found


class Blocks:
    """Messages in blocks, as links and changes made them so far."""

    def __init__(self, messages: Iterable[str], edges: Sequence[Edge]) -> None:
        groups = Groups(messages)
        for _, one, other in edges:
            groups.join(one, other)
        self.members = dict(enumerate(groups.lists().values()))
        self.block = {message: number for number, members in self.members.items() for message in members}
        self.edges = list(edges)
        """What holds them together: the links, and one for each merge."""
        self.next = len(self.members)

    def merge(self, change: Merge) -> None:
        """Make one block of two. Nothing where they are one already, or where one is gone."""
        one = next((message for message in change.one if message in self.block), None)
        other = next((message for message in change.other if message in self.block), None)
        if one is None or other is None or self.block[one] == self.block[other]:
            return
        kept, gone = self.block[one], self.block[other]
        self.block.update(dict.fromkeys(self.members[gone], kept))
        self.members[kept] += self.members.pop(gone)
        self.edges.append((MERGED, one, other))

    def split(self, change: Split) -> None:
        """Part every block that holds messages of both sides."""
        taken, left = ({self.block[m] for m in side if m in self.block} for side in (change.items, change.rest))
        for number in sorted(taken & left):
            inside = [edge for edge in self.edges if self.block[edge[1]] == self.block[edge[2]] == number]
            apart = take_out(self.members[number], inside, change)
            self.block.update(dict.fromkeys(apart, self.next))
            self.members[self.next] = apart
            self.members[number] = [message for message in self.members[number] if self.block[message] == number]
            self.next += 1


def arrange_messages(
    messages: Mapping[str, Message], links: Iterable[Link], changes: Sequence[Change] = ()
) -> list[Arranged]:
    """The stories of messages, by their ids. Every message is in exactly one.

    ``messages`` by their ids. Links with a message that is not there say nothing. ``changes`` are those in force, in
    the order they were made.
    """
    edges = [(link.score, link.one, link.other) for link in links if link.one in messages and link.other in messages]
    blocks = Blocks(messages, edges)
    for change in changes:
        if isinstance(change, Merge):
            blocks.merge(change)
        else:
            blocks.split(change)
    near = neighbours_of(edges)
    found = (describe_block(members, messages, near) for members in blocks.members.values())
    return sorted(found, key=lambda one: one.id)


def take_out(members: Sequence[str], edges: Iterable[Edge], change: Split) -> list[str]:
    """The messages of a block that go with those the split names; both of its sides have some there."""
    groups = Groups(members)
    side: dict[str, bool] = {}
    for seeds, named in ((change.items, True), (change.rest, False)):
        there = [message for message in members if message in seeds]
        for message in there:
            groups.join(there[0], message)
        side[groups.root(there[0])] = named
    for _, one, other in sorted(edges, key=lambda edge: (-edge[0], min(edge[1:]), max(edge[1:]))):
        kept, gone = groups.root(one), groups.root(other)
        if kept == gone or (kept in side and gone in side and side[kept] != side[gone]):
            continue
        groups.join(kept, gone)
        if gone in side:
            side[kept] = side[gone]
    return [message for message in members if side.get(groups.root(message), False)]


def neighbours_of(edges: Iterable[Edge]) -> dict[str, list[str]]:
    """The messages that each is linked with."""
    near: dict[str, list[str]] = {}
    for _, one, other in edges:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return near


def describe_block(
    members: Sequence[str], messages: Mapping[str, Message], near: Mapping[str, Sequence[str]]
) -> Arranged:
    """The story that a block of messages is."""
    everyone = frozenset(members)
    centre = min((messages[message] for message in members), key=lambda one: (-one.copies, one.named))
    linked, waiting = {centre.id}, [centre.id]
    while waiting:
        for other in near.get(waiting.pop(), ()):
            if other in everyone and other not in linked:
                linked.add(other)
                waiting.append(other)
    return Arranged(
        id=min(messages[message].first for message in members)[1],
        centre=centre.named,
        message=centre.id,
        linked=frozenset(linked),
        merged=everyone - linked,
    )
