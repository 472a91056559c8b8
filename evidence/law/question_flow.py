"""Evaluates a rulebook over the answers to a case's questions: what is asked, which routes are shut and why.

Pure: nothing of the law is here, only what the rulebook's words "blocks", "opens", "excludes", "asks", "needs" and
"warns" mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evidence.law.rulebook import Rulebook, in_force
from evidence.law.rulebook_form import Entry, Route, RouteRule, Rule
from kentongan.errors import KentonganError
from kentongan.schema import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The newest answer to a question."""

    value: str
    confirmed: bool = True
    """False where the rulebook changed the question's meaning since: the answer still shuts, but opens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rulebook may ask about a case that nobody has to answer."""

    judged: frozenset[Kind] = frozenset()
    """Kinds of the documents that a verdict false or misleading reaches."""
    held: frozenset[Kind] = frozenset()
    """Kinds of all its documents."""
    on_hold: bool = False
    """Whether it is under legal hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is shut, missing or warned of."""

    text: str
    entries: tuple[str, ...]
    """Keys of the provisions it rests on; never empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStanding:
    """Where one route stands."""

    route: Route
    blocked: tuple[Reason, ...]
    """Why it is shut; answering more opens nothing. Empty where it is not."""
    questions: tuple[str, ...]
    """What is asked for it, in order."""
    unanswered: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    """Answered under another meaning of the question."""
    needs: tuple[Reason, ...]
    """What has to be so first."""
    grounds: tuple[str, ...]
    """Provisions that can carry it; empty for a route that needs none."""

    @property
    def open(self) -> bool:
        return not (self.blocked or self.unanswered or self.unconfirmed or self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands before the law's questions."""

    routes: Mapping[Route, RouteStanding]
    excluded: Mapping[str, Reason]
    """Provisions that can no longer carry a report, with the first reason."""
    warnings: tuple[Reason, ...]
    fired: tuple[Rule, ...]
    act_date: date | None
    """Day of the act, where it was answered."""
    on: date
    """The day it was judged for."""
    order: tuple[str, ...]
    """Every question of the rulebook, in the order they are asked."""

    def next_questions(self, route: Route | None = None) -> tuple[str, ...]:
        """What is still to answer, or to confirm, in order: for one route, or for all that are not shut."""
        chosen = [self.routes[route]] if route else list(self.routes.values())
        wanted = {key for one in chosen if not one.blocked for key in (*one.unanswered, *one.unconfirmed)}
        return tuple(key for key in self.order if key in wanted)


def judge(rulebook: Rulebook, answers: Mapping[str, Given], *, facts: Facts, on: date) -> Standing:
    """Where a case stands on the day ``on``. Answers to questions that are not asked (any more) do nothing."""
    fired = fire_rules(rulebook, answers, facts=facts)
    given = answers.get(rulebook.file.act_date)
    act_date = None if given is None else read_day(given.value)
    excluded: dict[str, Reason] = {}
    for key in dict.fromkeys(key for route in rulebook.file.route for key in route.grounds):
        reason = why_excluded(rulebook.entries[key], fired, act_date=act_date, on=on)
        if reason is not None:
            excluded[key] = reason
    asked = {key for rule in fired for key in rule.asks}
    conditional = {key for rule in rulebook.file.rule for key in rule.asks}
    routes = {
        route.key: judge_route(
            route, rulebook, answers, fired=fired, excluded=excluded, skipped=conditional - asked, facts=facts
        )
        for route in rulebook.file.route
    }
    warnings = tuple(Reason(text=rule.because, entries=rule.entries) for rule in fired if rule.warns)
    return Standing(
        routes=routes,
        excluded=excluded,
        warnings=warnings,
        fired=tuple(fired),
        act_date=act_date,
        on=on,
        order=tuple(rulebook.questions),
    )


def fire_rules(rulebook: Rulebook, answers: Mapping[str, Given], *, facts: Facts) -> list[Rule]:
    """The rules whose condition holds, in the order of the questions; never one on a question that is not asked."""
    by_kind = [rule for rule in rulebook.file.rule if rule.question is None]
    fired = [rule for rule in by_kind if (facts.judged if rule.of == "judged" else facts.held) & set(rule.kinds)]
    conditional = {key for rule in rulebook.file.rule for key in rule.asks}
    for key in rulebook.questions:
        asked = key not in conditional or any(key in rule.asks for rule in fired)
        given = answers.get(key)
        if asked and given is not None:
            fired += [rule for rule in rulebook.rules_of(key) if holds(rule, given.value)]
    return fired


def holds(rule: Rule, value: str) -> bool:
    """Whether an answer is one that a rule waits for."""
    if rule.before is None:
        return value in rule.values
    day = read_day(value)
    return day is not None and day < rule.before


def why_excluded(entry: Entry, fired: list[Rule], *, act_date: date | None, on: date) -> Reason | None:
    """Why a provision can carry no report: by an answer, or since it was not in force; None where it can."""
    for rule in fired:
        if entry.key in rule.excludes:
            return Reason(text=rule.because, entries=rule.entries)
    if not in_force(entry, on=on):
        return Reason(text=f"Tidak berlaku pada hari penyerahan ({on}).", entries=(entry.key,))
    if act_date is not None and not in_force(entry, on=act_date):
        return Reason(text=f"Tidak berlaku pada hari perbuatan ({act_date}).", entries=(entry.key,))
    return None


def judge_route(
    route: RouteRule,
    rulebook: Rulebook,
    answers: Mapping[str, Given],
    *,
    fired: list[Rule],
    excluded: Mapping[str, Reason],
    skipped: set[str],
    facts: Facts,
) -> RouteStanding:
    """Where one route stands. ``skipped`` are questions that only a rule could ask, and none does."""
    blocked = [Reason(text=rule.because, entries=rule.entries) for rule in fired if route.key in rule.blocks]
    if route.needs_opening and not any(route.key in rule.opens for rule in fired):
        blocked.append(Reason(text=f"Tidak ada jawaban yang membuka jalur ini ({route.means})", entries=route.entries))
    left = tuple(key for key in route.grounds if key not in excluded)
    if route.grounds and not left:
        blocked.append(no_ground(route, rulebook, excluded))
    # A question that a rule asks belongs to the routes that ask the question of that rule.
    wanted = set(route.asks)
    for rule in fired:
        if rule.question is None or rule.question in wanted:
            wanted |= set(rule.asks)
    questions = tuple(key for key in rulebook.questions if key in wanted - skipped)
    return RouteStanding(
        route=route.key,
        blocked=tuple(blocked),
        questions=questions,
        unanswered=tuple(key for key in questions if key not in answers),
        unconfirmed=tuple(key for key in questions if key in answers and not answers[key].confirmed),
        needs=tuple(
            Reason(text=rule.because, entries=rule.entries)
            for rule in fired
            if rule.question in questions and "hold" in rule.needs and not facts.on_hold
        ),
        grounds=left,
    )


def no_ground(route: RouteRule, rulebook: Rulebook, excluded: Mapping[str, Reason]) -> Reason:
    """That no provision is left to carry a route, with the reason for each."""
    by_reason: dict[str, list[str]] = {}
    for key in route.grounds:
        by_reason.setdefault(excluded[key].text.rstrip("."), []).append(rulebook.entries[key].article)
    said = "; ".join(f"{', '.join(articles)}: {text}" for text, articles in by_reason.items())
    entries = (*route.grounds, *(entry for key in route.grounds for entry in excluded[key].entries))
    return Reason(text=f"Tidak ada pasal yang tersisa sebagai dasar. {said}.", entries=tuple(dict.fromkeys(entries)))


def read_day(value: str) -> date | None:
    """The day an answer names ("2026-11-02"); None where it names none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def check_value(rulebook: Rulebook, question: str, value: str, *, today: date) -> str:
    """The answer as it is kept. Raises NotFound for an unknown question, KentonganError for what is no answer to it."""
    asked = rulebook.question(question)
    given = value.strip()
    if asked.kind == "choice":
        if given not in {one.key for one in asked.value}:
            known = ", ".join(one.key for one in asked.value)
            raise KentonganError(f"{given!r} bukan jawaban untuk {question}.", hint=f"Pilih salah satu: {known}.")
        return given
    day = read_day(given)
    if day is None:
        raise KentonganError(f"{given!r} bukan tanggal.", hint="Tulis tahun-bulan-hari, misalnya 2026-11-02.")
    if day > today:
        raise KentonganError(f"{day} belum tiba.", hint="Sebutkan hari perbuatan itu dilakukan.")
    return day.isoformat()
