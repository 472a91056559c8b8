"""Groups near-duplicates into stories, as posts arrive and over an archive.

Equal messages (``content_key``) are one; different ones are compared through ``analysis.neighbours``. Laws, held by
tests: every item is in one story, a story has a centre, and ``group_archive`` gives the same stories for any order of
its items. ``DuplicateIndex`` gives the same whatever the order as long as no message has more than 8 near others
(``neighbours.COMPARED``) and none is boilerplate yet; beyond that a message may join its story a post later or earlier.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analysis.boilerplate import Boilerplate
from analysis.neighbours import BATCH, Neighbours
from analysis.shingles import MIN_BYTES, content_key
from analysis.signatures import pack_texts, sign
from kentongan.errors import NotFound, Quarantine

JOIN: Final = 0.60
"""Least score at which two messages are one story. On 100,000 simulated posts (seed 11) with edited copies, scores of
0.57 to 0.65 gave a pairwise precision of 0.9987 to 0.9996 and a recall of 0.9986 to 0.988."""

SUGGEST: Final = 0.45
"""Least score at which a person is asked whether two messages are one story."""

FORMAT: Final = 1
"""Changes with whatever makes ready texts of another index unlike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An earlier message that is much like a new one."""

    id: str
    """The first item with that message."""
    score: float
    """SUGGEST to 1."""

    @property
    def joins(self) -> bool:
        """Whether both are one story without anybody being asked."""
        return self.score >= JOIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was known of an item's message when it came."""

    id: str
    same: str | None
    """The first item with the same message, word for word but for what changes in passing on. None for a new one."""
    matches: tuple[Match, ...] = ()
    """Near messages, best first. Empty where ``same`` is set: they are those of that item."""


class DuplicateIndex:
    """Every message met so far and the stories they make.

    A million posts take about 1 GB; 50,000 of the same message take one entry.
    """

    def __init__(self, *, boilerplate: Boilerplate | None = None) -> None:
        self.neighbours = Neighbours(boilerplate)
        self.items: dict[str, int] = {}
        """Message of each item."""
        self.known: dict[int, int] = {}
        """Message by the hash of its key."""
        self.first: list[str] = []
        """The first item of each message."""
        self.story = array("q")
        """For each message one that came earlier in the same story; itself for the first."""
        self.compared = array("q")
        """The messages that neighbours knows, in its order."""

    def __len__(self) -> int:
        return len(self.items)

    def add(self, id: str, text: str) -> Found:
        """Take in one item. Raises ValueError for an id it has."""
        return self.add_batch([id], [text])[0]

    def add_batch(self, ids: Sequence[str], texts: Sequence[str]) -> list[Found]:
        """Take in items in the order they came. One after the other gives the same, but for words that become
        boilerplate within the batch. Raises ValueError for an id twice, and then takes in none."""
        return self.add_messages(ids, [content_key(text) for text in texts])

    def add_messages(self, ids: Sequence[str], keys: Sequence[bytes]) -> list[Found]:
        """The same, given what ``content_key`` makes of each text."""
        if len(set(ids)) != len(ids) or not self.items.keys().isdisjoint(ids):
            raise ValueError("an id came twice")
        new: list[bytes] = []
        same: list[str | None] = []
        for id, key in zip(ids, keys, strict=True):
            message, known = self.find_message(key)
            same.append(self.first[message] if known else None)
            self.items[id] = message
            if not known:
                self.first.append(id)
                self.story.append(message)
                if len(key) >= MIN_BYTES:
                    self.compared.append(message)
                    new.append(key)
        matches = self.match(new)
        return [
            Found(id=id, same=one, matches=() if one is not None else matches.get(self.items[id], ()))
            for id, one in zip(ids, same, strict=True)
        ]

    def find_message(self, key: bytes) -> tuple[int, bool]:
        """The number of a message, and whether it was met before. Without words it is never the same as another."""
        number = len(self.first)
        if not key:
            return number, False
        met = self.known.setdefault(int.from_bytes(hashlib.blake2b(key, digest_size=8).digest()), number)
        return met, met != number

    def match(self, keys: Sequence[bytes]) -> dict[int, tuple[Match, ...]]:
        """Compare new messages with all before, join their stories, and list the matches of each."""
        similar = self.neighbours.add(keys)
        found: dict[int, list[Match]] = {}
        near = np.flatnonzero(similar.score >= SUGGEST)
        rows = zip(
            similar.newer[near].tolist(), similar.older[near].tolist(), similar.score[near].tolist(), strict=True
        )
        for newer, older, score in rows:
            message, other = self.compared[newer], self.compared[older]
            found.setdefault(message, []).append(Match(id=self.first[other], score=score))
            if score >= JOIN:
                self.join(message, other)
        return {message: tuple(sorted(ones, key=lambda one: (-one.score, one.id))) for message, ones in found.items()}

    def join(self, one: int, other: int) -> None:
        """Make two messages one story."""
        one, other = sorted((self.root(one), self.root(other)))
        self.story[other] = one

    def root(self, message: int) -> int:
        """The first message of a story (union-find with path halving, Tarjan and van Leeuwen 1984)."""
        story = self.story
        while story[message] != message:
            story[message] = story[story[message]]
            message = story[message]
        return message

    def stories(self) -> dict[str, str]:
        """Item to the centre of its story, for all items in the order they came.

        The centre is the first by id of the items with the message most often passed on word for word; of several such
        messages, the one whose item comes first.
        """
        copies = np.bincount(np.fromiter(self.items.values(), np.int64, len(self.items)), minlength=len(self.first))
        named: dict[int, str] = {}
        for id, message in self.items.items():
            if message not in named or id < named[message]:
                named[message] = id
        centres: dict[int, tuple[int, str]] = {}
        for message, id in named.items():
            root, rank = self.root(message), (-int(copies[message]), id)
            centres[root] = min(centres.get(root, rank), rank)
        return {id: centres[self.root(message)][1] for id, message in self.items.items()}

    def save(self, path: Path) -> None:
        """Write everything into one file (npz without pickled objects), whole or not at all."""
        ids = [id.encode() for id in self.items]
        keys = [self.neighbours.text(number) for number in range(len(self.neighbours))]
        other = path.with_name(path.name + ".part")
        with other.open("wb") as file:
            np.savez(
                file,
                format=np.array([FORMAT]),
                ids=np.frombuffer(b"".join(ids), np.uint8),
                id_lengths=np.fromiter(map(len, ids), np.int64, len(ids)),
                messages=np.fromiter(self.items.values(), np.int64, len(ids)),
                known_hashes=np.fromiter(self.known, np.uint64, len(self.known)),
                known_messages=np.fromiter(self.known.values(), np.int64, len(self.known)),
                story=np.frombuffer(self.story, np.int64),
                compared=np.frombuffer(self.compared, np.int64),
                keys=np.frombuffer(b"".join(keys), np.uint8),
                key_lengths=np.fromiter(map(len, keys), np.int64, len(keys)),
            )
            file.flush()
            os.fsync(file.fileno())
        other.replace(path)


def load_index(path: Path) -> DuplicateIndex:
    """The index that was saved; signatures are made anew. Raises NotFound, and Quarantine ("bad-index") for a file that
    is damaged or of another format."""
    if not path.is_file():
        raise NotFound(f"Indeks duplikat {path} tidak ada.")
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("bukan npz")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            parts = {name: saved[name] for name in saved.files}
        if int(parts["format"][0]) != FORMAT:
            raise ValueError(f"format {parts['format'][0]}")
        return restore_index(parts)
    except (OSError, EOFError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise Quarantine(
            "bad-index", f"Indeks duplikat {path} tidak terbaca ({error}).", hint="Hapus lalu bangun ulang."
        ) from error


def restore_index(parts: Mapping[str, np.ndarray]) -> DuplicateIndex:
    """The index of what ``DuplicateIndex.save`` wrote."""
    index = DuplicateIndex()
    ids = [id.decode() for id in split_bytes(parts["ids"], parts["id_lengths"])]
    index.items = dict(zip(ids, parts["messages"].tolist(), strict=True))
    index.known = dict(zip(parts["known_hashes"].tolist(), parts["known_messages"].tolist(), strict=True))
    index.story = array("q", parts["story"].tolist())
    index.compared = array("q", parts["compared"].tolist())
    firsts: dict[int, str] = {}
    for id, message in index.items.items():
        firsts.setdefault(message, id)
    index.first = [firsts[message] for message in range(len(index.story))]
    keys = split_bytes(parts["keys"], parts["key_lengths"])
    if len(keys) != len(index.compared):
        raise ValueError("keys")
    index.neighbours.add(keys, compare=False)
    return index


def split_bytes(data: np.ndarray, lengths: np.ndarray) -> list[bytes]:
    """Strings that lie end to end."""
    whole, ends = data.tobytes(), np.cumsum(lengths).tolist()
    return [whole[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]


def score_message(key: bytes, others: Sequence[bytes]) -> list[float]:
    """How much a message is like each of others, 0 to 1, by their keys, with nothing taken in anywhere.

    1 for the same message; 0 where either is too short to be compared and they differ. Boilerplate is not known here.
    """
    scores = [1.0 if key and key == other else 0.0 for other in others]
    near = [at for at, other in enumerate(others) if len(other) >= MIN_BYTES and other != key]
    if len(key) < MIN_BYTES or not near:
        return scores
    neighbours = Neighbours()
    neighbours.add([key, *(others[at] for at in near)], compare=False)
    numbers = np.arange(1, len(near) + 1, dtype=np.int64)
    for at, score in zip(near, neighbours.compare(numbers, np.zeros_like(numbers)).tolist(), strict=True):
        scores[at] = score
    return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """The near-duplicates of an archive."""

    story: Mapping[str, str]
    """Centre of each item's story, by the item; in the order the items were given."""
    suggested: Mapping[str, tuple[Match, ...]]
    """For centres: messages of other stories that a person should look at, by the centres of those, best first."""


def group_archive(ids: Sequence[str], texts: Sequence[str]) -> Stories:
    """The stories of items, the same for any order in which they are given. Raises ValueError for an id twice.

    Items are taken in by their messages' bytes, after the boilerplate of all of them was counted.
    """
    keys = [content_key(text) for text in texts]
    order = sorted(range(len(ids)), key=lambda place: (keys[place], ids[place]))
    boilerplate = Boilerplate()
    different = sorted({key for key in keys if len(key) >= MIN_BYTES})
    for at in range(0, len(different), BATCH):
        boilerplate.count(sign(pack_texts(different[at : at + BATCH])))
    index = DuplicateIndex(boilerplate=boilerplate)
    found = index.add_messages([ids[place] for place in order], [keys[place] for place in order])
    stories = index.stories()
    best: dict[tuple[str, str], float] = {}
    for one in found:
        for match in one.matches:
            here, there = stories[one.id], stories[match.id]
            if here != there:
                for pair in ((here, there), (there, here)):
                    best[pair] = max(best.get(pair, 0.0), match.score)
    suggested: dict[str, list[Match]] = {}
    for (here, there), score in sorted(best.items(), key=lambda pair: (-pair[1], pair[0])):
        suggested.setdefault(here, []).append(Match(id=there, score=score))
    return Stories(story={id: stories[id] for id in ids}, suggested={id: tuple(ones) for id, ones in suggested.items()})
