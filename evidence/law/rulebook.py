"""The rulebook: which provisions there are, what is asked before evidence leaves the house, what each answer does.

The law is in a TOML file that lawyers maintain (``dasar_hukum.toml``), never in code: code reads it, refuses one that
contradicts itself (``evidence.law.rulebook_check``), and evaluates what it declares (``evidence.law.question_flow``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from evidence.law.rulebook_check import check_rulebook
from evidence.law.rulebook_form import Entry, Question, RouteRule, Rule, RulebookFile
from kentongan.errors import BadSettings, NotFound

SHIPPED = Path(__file__).parent.parent / "dasar_hukum.toml"
"""The rulebook that comes with Kentongan. No lawyer has reviewed it, and it says so."""

MAX_REVIEW_DAYS: Final = 180
"""How long a lawyer's review of an entry counts, in days. Chosen by us: from April 2025 to January 2026 three decisions
of the Constitutional Court and a new Criminal Code changed the shipped provisions: last year's review says little."""

ReviewState = Literal["unreviewed", "old", "reviewed"]

REVIEW_WORDS: dict[ReviewState, str] = {
    "unreviewed": "belum ditinjau ahli hukum",
    "old": "perlu ditinjau ulang",
    "reviewed": "sudah ditinjau",
}
"""How far an entry was reviewed, as a person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A rulebook that holds together."""

    file: RulebookFile
    sha256: str
    """Of the file's bytes: the version that an answer names."""
    own: bool
    """True for a file of the installation's own, instead of the shipped one."""

    @property
    def entries(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.file.entry}

    @property
    def questions(self) -> dict[str, Question]:
        """In the order they are asked."""
        return {question.key: question for question in self.file.question}

    @property
    def routes(self) -> dict[str, RouteRule]:
        return {route.key: route for route in self.file.route}

    def question(self, key: str) -> Question:
        """The question of this key. Raises NotFound, with the keys there are."""
        found = self.questions.get(key)
        if found is None:
            known = ", ".join(self.questions)
            raise NotFound(f"Pertanyaan {key!r} tidak ada di buku aturan.", hint=f"Yang ada: {known}.")
        return found

    def route(self, key: str) -> RouteRule:
        """The route of this key. Raises NotFound, with the keys there are."""
        found = self.routes.get(key)
        if found is None:
            raise NotFound(f"Jalur {key!r} tidak dikenal.", hint=f"Yang ada: {', '.join(self.routes)}.")
        return found

    def rules_of(self, question: str) -> list[Rule]:
        """What the answers to a question do."""
        return [rule for rule in self.file.rule if rule.question == question]

    def entries_of(self, question: str) -> list[Entry]:
        """The provisions a question rests on, and those that its answers bring up, in the file's order."""
        rules = self.rules_of(question)
        named = {*self.questions[question].entries, *(key for rule in rules for key in (*rule.entries, *rule.excludes))}
        return [entry for entry in self.file.entry if entry.key in named]

    def meaning_of(self, question: str) -> str:
        """SHA-256 over a question, its values, what they do and the provisions behind them, as 64 hex digits.

        An answer given under another meaning is to be confirmed. Who reviewed an entry, and when, is no part of it:
        a review alone changes no question.
        """
        entries = [
            msgspec.structs.replace(entry, reviewed_by=None, reviewed_on=None) for entry in self.entries_of(question)
        ]
        said = msgspec.json.encode((self.questions[question], self.rules_of(question), entries))
        return hashlib.sha256(said).hexdigest()


def review_state(entry: Entry, *, on: date) -> ReviewState:
    """How far an entry's review counts on a day."""
    if entry.reviewed_on is None:
        return "unreviewed"
    return "old" if (on - entry.reviewed_on).days > MAX_REVIEW_DAYS else "reviewed"


def in_force(entry: Entry, *, on: date) -> bool:
    """Whether a provision is in force on a day."""
    return entry.in_force_from <= on and (entry.in_force_until is None or on <= entry.in_force_until)


def review_warnings(entries: Iterable[Entry], *, on: date) -> list[str]:
    """What a reader must know of the provisions: which nobody reviewed, which long ago, what is not settled."""
    used = list(entries)
    said = []
    for state, words in REVIEW_WORDS.items():
        named = [entry.article for entry in used if review_state(entry, on=on) == state]
        if state != "reviewed" and named:
            said.append(f"{words.capitalize()}: {'; '.join(named)}.")
    return said + [f"{entry.article}: {entry.check}" for entry in used if entry.check is not None]


def read_rulebook(path: Path | None = None) -> Rulebook:
    """The rulebook in a file; None reads the shipped one.

    Raises BadSettings where the file cannot be read, has a key nobody knows, or contradicts itself; every contradiction
    is named.
    """
    file = SHIPPED if path is None else path
    try:
        content = file.read_bytes()
        parsed = msgspec.toml.decode(content, type=RulebookFile)
    except OSError as error:
        raise BadSettings(
            f"Buku aturan {file} tidak terbaca: {error.strerror}.", hint="Periksa pengaturan rulebook_file."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"Buku aturan {file} tidak dapat dipakai: {error}.", hint="Bandingkan dengan berkas bawaan."
        ) from error
    faults = check_rulebook(parsed)
    if faults:
        raise BadSettings(
            f"Buku aturan {file} tidak dapat dipakai: {' '.join(faults)}",
            hint="Perbaiki, lalu periksa dengan `kentongan evidence rulebook --check BERKAS`.",
        )
    return Rulebook(file=parsed, sha256=hashlib.sha256(content).hexdigest(), own=path is not None)
