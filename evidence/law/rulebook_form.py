"""The form of a rulebook file: provisions, questions, routes, and rules that say what an answer does."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

import msgspec

from casework.verdict_rules import FalsehoodKind
from kentongan.schema import Kind

Route = Literal["clarify", "platform", "press_council", "aduankonten", "police"]
"""Where evidence can go: the public, the platform, the Press Council, the ministry's complaint service, the police."""

ROUTES: tuple[Route, ...] = get_args(Route)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; a key nobody knows is an error."""


class Entry(Form, frozen=True, kw_only=True):
    """One provision, decision or agreement."""

    key: str
    article: str
    """As a lawyer cites it ("Pasal 28 ayat (3) UU ITE")."""
    law: str
    in_force_from: date
    in_force_until: date | None = None
    """Last day in force; absent while it is."""
    elements: tuple[str, ...]
    """What has to be there, each a short sentence."""
    source: str
    """Where anybody can read it: the gazette's number, the decision's number and day."""
    reviewed_by: str | None = None
    """Name of the lawyer who checked this entry; absent for nobody."""
    reviewed_on: date | None = None
    check: str | None = None
    """What the writers were not sure of and a lawyer has to settle; it is shown wherever the entry is used."""


class Value(Form, frozen=True, kw_only=True):
    """One possible answer."""

    key: str
    label: str
    means: str
    """What choosing it says and what follows."""


class Question(Form, frozen=True, kw_only=True):
    """One question. Its place in the file is its place in the order."""

    key: str
    text: str
    why: str
    kind: Literal["choice", "date"] = "choice"
    value: tuple[Value, ...] = ()
    """The possible answers of a choice; a date has none."""
    entries: tuple[str, ...]
    """Provisions the question rests on."""


class Rule(Form, frozen=True, kw_only=True):
    """What follows where its condition holds: an answer, a day of the act before another day, or what a case holds."""

    question: str | None = None
    values: tuple[str, ...] = ()
    """Holds where the question was answered with one of these."""
    before: date | None = None
    """Holds where the question's date lies before this day."""
    kinds: tuple[Kind, ...] = ()
    """Holds where the case has a document of one of these kinds..."""
    of: Literal["judged", "any"] = "judged"
    """... among those that the verdict reaches, or among all."""
    blocks: tuple[Route, ...] = ()
    opens: tuple[Route, ...] = ()
    """Routes that stay shut unless a rule opens them (``needs_opening``)."""
    excludes: tuple[str, ...] = ()
    """Provisions that can no longer carry a report to the police."""
    asks: tuple[str, ...] = ()
    """Later questions that are asked only because of this."""
    needs: tuple[Literal["hold"], ...] = ()
    """What has to be so before the case can leave: it is under legal hold."""
    warns: bool = False
    because: str
    """The reason, shown with what it does."""
    entries: tuple[str, ...]
    """Provisions the reason rests on."""


class RouteRule(Form, frozen=True, kw_only=True):
    """What one route asks for."""

    key: Route
    label: str
    means: str
    asks: tuple[str, ...]
    """Questions that must be answered; those that rules ask come on top."""
    grounds: tuple[str, ...] = ()
    """Provisions of which at least one must be left; empty for a route that needs none."""
    needs_opening: bool = False
    entries: tuple[str, ...]
    """Provisions the route rests on."""


class ContentCategory(Form, frozen=True, kw_only=True):
    """A category of the ministry's complaint service."""

    key: str
    label: str
    kinds: tuple[FalsehoodKind, ...] = ()
    """Kinds of falsehood it is suggested for."""
    source: str
    reviewed_by: str | None = None
    reviewed_on: date | None = None


class RulebookFile(Form, frozen=True, kw_only=True):
    """The whole file."""

    format: Literal[1]
    title: str
    edition: date
    """Day of this edition."""
    act_date: str
    """The question that asks on which day the act was done."""
    entry: tuple[Entry, ...]
    question: tuple[Question, ...]
    rule: tuple[Rule, ...]
    route: tuple[RouteRule, ...]
    aduankonten_category: tuple[ContentCategory, ...]
