"""What the words of other complaint systems mean here: status, classification, channel. The words are data
(``sp4n.toml``); a word that is not there is never guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from casework.complaints.records import ComplaintChannel, ComplaintKind, Stage

Meaning = TypeVar("Meaning", bound=str)

FILE = Path(__file__).with_name("sp4n.toml")


class SecretWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that make a report secret."""

    klasifikasi: tuple[str, ...]


class WordsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    status: dict[Stage, tuple[str, ...]]
    klasifikasi: dict[ComplaintKind, tuple[str, ...]]
    rahasia: SecretWords
    kanal: dict[ComplaintChannel, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWords:
    """The tables, by folded word."""

    stages: Mapping[str, Stage]
    kinds: Mapping[str, ComplaintKind]
    channels: Mapping[str, ComplaintChannel]
    secret: tuple[str, ...]
    written_status: Mapping[Stage, str]
    """The status word that an export writes for a stage."""
    written_kind: Mapping[ComplaintKind, str]

    def stage_of(self, word: str) -> Stage | None:
        """The stage a status word means; None where it is in no table (and for "Digabung": see sp4n.toml)."""
        stage = self.stages.get(fold(word))
        return None if stage == "digabung" else stage

    def kind_of(self, classification: str | None) -> ComplaintKind | None:
        return None if classification is None else self.kinds.get(fold(classification))

    def channel_of(self, word: str | None) -> ComplaintChannel | None:
        """The channel a word means; of "Website - pemerintah-kota-Bandung" the part before the dash."""
        if word is None:
            return None
        return self.channels.get(fold(word)) or self.channels.get(fold(word.partition(" - ")[0]))

    def is_secret(self, classification: str | None) -> bool:
        """Whether a classification says that this is whistle-blowing."""
        said = f" {fold(classification or '')} "
        return any(f" {word} " in said for word in self.secret)


@lru_cache(maxsize=10_000)
def fold(word: str) -> str:
    """A word for comparing: lower case, one blank for whatever stands between its parts."""
    return " ".join(re.findall(r"[\w!]+", word.lower()))


@cache
def load_source_words() -> SourceWords:
    """Read the tables, once a process. Raises ValueError where a word stands under two meanings."""
    read = msgspec.toml.decode(FILE.read_bytes(), type=WordsFile)
    return SourceWords(
        stages=gather(read.status),
        kinds=gather(read.klasifikasi),
        channels=gather(read.kanal),
        secret=tuple(fold(word) for word in read.rahasia.klasifikasi),
        written_status={stage: words[0] for stage, words in read.status.items()},
        written_kind={kind: words[0] for kind, words in read.klasifikasi.items()},
    )


def gather(table: Mapping[Meaning, Iterable[str]]) -> dict[str, Meaning]:
    """Each folded word with its meaning."""
    found: dict[str, Meaning] = {}
    for meaning, words in table.items():
        for word in words:
            if found.setdefault(fold(word), meaning) != meaning:
                raise ValueError(f"the word {word!r} has two meanings in {FILE.name}")
    return found
