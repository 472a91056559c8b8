"""Says whether a case's evidence may leave on a route, and on what grounds: what stands in ``pertanyaan.json``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from casework.verdict_rules import STATUS_WORDS
from evidence.cases import read_case
from evidence.law.case_facts import EXPORTABLE, CaseFacts, read_facts
from evidence.law.question_flow import RouteStanding, Standing, judge
from evidence.law.questions import Answer, as_given, name_articles, newest_answers, read_answers
from evidence.law.rulebook import REVIEW_WORDS, Rulebook, in_force, review_state, review_warnings
from evidence.law.rulebook_check import ROUTE_QUESTION
from evidence.law.rulebook_form import Entry, Route
from evidence.objects import Objects
from evidence.records import Case
from kentongan.errors import Conflict, NotAllowed
from kentongan.times import to_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAnswer:
    """An answer that another took the place of."""

    value: str
    reason: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question with the answer that counts."""

    key: str
    text: str
    why: str
    articles: tuple[str, ...]
    """As a lawyer cites them."""
    value: str
    label: str
    """The answer as a person reads it."""
    means: str
    reason: str
    username: str
    name: str
    at: datetime
    rulebook: str
    """SHA-256 of the rulebook it was answered under."""
    earlier: tuple[EarlierAnswer, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedEntry:
    """A provision that the questions or the route rest on."""

    key: str
    article: str
    law: str
    in_force_from: date
    in_force_until: date | None
    in_force: bool
    """On the day of the export."""
    in_force_at_act: bool | None
    """On the day of the act; None where nobody was asked for it."""
    elements: tuple[str, ...]
    source: str
    review: str
    """"belum ditinjau ahli hukum", "perlu ditinjau ulang" or "sudah ditinjau"."""
    reviewed_by: str | None
    reviewed_on: date | None
    check: str | None
    """What a lawyer still has to settle."""
    ground: Literal["left", "excluded"] | None
    """Whether it can carry the report; None for what is no ground of the route."""
    excluded_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRulebook:
    """Which rulebook was used."""

    title: str
    edition: date
    sha256: str
    own: bool
    """True for a file of the installation's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a case may leave on a route. ``msgspec.json.encode`` of it is ``pertanyaan.json``."""

    case: str
    route: Route
    route_label: str
    route_by: str
    """Name of who chose it."""
    route_at: datetime
    rulebook: UsedRulebook
    questions: tuple[AskedQuestion, ...]
    """In the order they are asked."""
    entries: tuple[UsedEntry, ...]
    warnings: tuple[str, ...]
    """In Indonesian; shown wherever the package is."""
    reviews: tuple[int, ...]
    """Numbers of the reviews whose verdicts carry the export."""
    documents: tuple[str, ...]
    """Ids of the case's documents that those verdicts reach."""
    checked_at: datetime
    format: int = 1


def check_export(
    session: Session,
    case_id: str,
    *,
    route: Route | None = None,
    rulebook: Rulebook,
    objects: Objects,
    now: datetime,
    zone: str = "WIB",
) -> Grounds:
    """The grounds on which a case may leave. ``route`` None takes the one that was chosen for it.

    Everything that is missing is named at once: the route that was not chosen, the verdict, each answer, each answer
    to be confirmed, the hold. Raises NotAllowed where the law's answers shut the route, Conflict where something is
    still to be done, NotFound, and Quarantine for a damaged snapshot. Whether the actor may export is the caller's to
    ask.
    """
    case = read_case(session, case_id)
    answers = read_answers(session, case_id)
    newest = newest_answers(answers)
    on = to_zone(now, zone).date()
    facts = read_facts(session, case, objects)
    standing = judge(rulebook, as_given(newest, rulebook), facts=facts.facts, on=on)
    chosen = newest.get(ROUTE_QUESTION)
    asked = route or (None if chosen is None else rulebook.route(chosen.value).key)
    missing = [*missing_verdict(facts), *missing_route(case_id, asked, chosen, rulebook)]
    if asked is None:
        raise refusal(case_id, None, [], missing, rulebook)
    of_route = standing.routes[asked]
    blocked = [f"{reason.text} ({name_articles(rulebook, reason.entries)})" for reason in of_route.blocked]
    missing += missing_answers(case_id, of_route, newest, rulebook)
    if blocked or missing or chosen is None:
        raise refusal(case_id, asked, blocked, missing, rulebook)
    return collect_grounds(
        case, chosen, answers, standing=standing, facts=facts, rulebook=rulebook, on=on, now=now
    )  # fmt: skip


def missing_verdict(facts: CaseFacts) -> list[str]:
    """What keeps the verdict from carrying an export."""
    if facts.conflicts:
        return list(facts.conflicts)
    if facts.exportable:
        outdated = {v.outdated_reason or "" for v in facts.exportable.values() if v.outdated}
        return sorted(f"Putusannya perlu diperiksa kembali: {reason}" for reason in outdated)
    words = " atau ".join(STATUS_WORDS[status] for status in EXPORTABLE)
    how = "`kentongan verdicts open DOKUMEN --as NAMA`"
    return [f"Belum ada putusan dua orang bahwa sebuah unggahan dalam kasus ini {words} ({how})."]


def missing_route(case_id: str, asked: Route | None, chosen: Answer | None, rulebook: Rulebook) -> list[str]:
    """That no route was chosen, or another one."""
    if chosen is None or asked is None:
        return [f"Jalurnya belum ditetapkan (`kentongan evidence route {case_id} JALUR --as NAMA`)."]
    if chosen.value != asked:
        was = rulebook.route(chosen.value).label
        return [f'Jalur yang ditetapkan adalah "{was}", bukan "{rulebook.route(asked).label}".']
    return []


def missing_answers(
    case_id: str, of_route: RouteStanding, newest: dict[str, Answer], rulebook: Rulebook
) -> list[str]:  # fmt: skip
    """Each question that waits for an answer or its confirmation, and what has to be so first."""
    said = []
    for key in of_route.questions:
        text = rulebook.questions[key].text
        if key in of_route.unanswered:
            said.append(f"Belum dijawab: {key}: {text}")
        elif key in of_route.unconfirmed:
            said.append(f"Buku aturan berubah sesudah dijawab ({newest[key].value}), jawab kembali: {key}: {text}")
    return [*said, *(f"{reason.text} ({name_articles(rulebook, reason.entries)})" for reason in of_route.needs)]


def refusal(
    case_id: str, route: Route | None, blocked: list[str], missing: list[str], rulebook: Rulebook
) -> NotAllowed | Conflict:
    """The error that names everything at once."""
    way = "" if route is None else f' lewat jalur "{rulebook.route(route).label}"'
    parts = []
    if blocked:
        parts.append(f"Kasus {case_id} tidak dapat diserahkan{way}:" + "".join(f"\n- {one}" for one in blocked))
    if missing:
        head = "Yang juga belum ada:" if blocked else f"Kasus {case_id} belum dapat diserahkan{way}. Yang belum ada:"
        parts.append(head + "".join(f"\n- {one}" for one in missing))
    message = "\n".join(parts)
    if blocked:
        return NotAllowed(message, hint=f"\nJalur yang terbuka: `kentongan evidence route {case_id}`.")
    return Conflict(message, hint=f"\nPertanyaan berikutnya: `kentongan evidence questions {case_id}`.")


def collect_grounds(
    case: Case,
    chosen: Answer,
    answers: tuple[Answer, ...],
    *,
    standing: Standing,
    facts: CaseFacts,
    rulebook: Rulebook,
    on: date,
    now: datetime,
) -> Grounds:
    """The grounds of a route that is open."""
    route = rulebook.route(chosen.value)
    of_route = standing.routes[route.key]
    questions = tuple(describe_question(key, answers, rulebook) for key in of_route.questions)
    used = {*route.entries, *route.grounds, *(e.key for key in of_route.questions for e in rulebook.entries_of(key))}
    used |= {key for reason in standing.warnings for key in reason.entries}
    entries = [entry for entry in rulebook.file.entry if entry.key in used]
    warnings = [f"{reason.text} ({name_articles(rulebook, reason.entries)})" for reason in standing.warnings]
    warnings += review_warnings(entries, on=on)
    if facts.changed:
        warnings.append(f"Kata-kata yang diamankan bukan yang diputuskan: {', '.join(facts.changed)}.")
    verdicts = facts.exportable
    return Grounds(
        case=case.id,
        route=route.key,
        route_label=route.label,
        route_by=chosen.name,
        route_at=chosen.at,
        rulebook=UsedRulebook(
            title=rulebook.file.title, edition=rulebook.file.edition, sha256=rulebook.sha256, own=rulebook.own
        ),
        questions=questions,
        entries=tuple(describe_entry(entry, standing, route.grounds, on=on) for entry in entries),
        warnings=tuple(warnings),
        reviews=tuple(sorted({verdict.review for verdict in verdicts.values()})),
        documents=tuple(verdicts),
        checked_at=now,
    )


def describe_question(key: str, answers: tuple[Answer, ...], rulebook: Rulebook) -> AskedQuestion:
    question = rulebook.questions[key]
    *earlier, last = [answer for answer in answers if answer.question == key]
    value = next((value for value in question.value if value.key == last.value), None)
    return AskedQuestion(
        key=key,
        text=question.text,
        why=question.why,
        articles=tuple(rulebook.entries[entry].article for entry in question.entries),
        value=last.value,
        label=last.value if value is None else value.label,
        means="" if value is None else value.means,
        reason=last.reason,
        username=last.username,
        name=last.name,
        at=last.at,
        rulebook=last.rulebook,
        earlier=tuple(EarlierAnswer(value=a.value, reason=a.reason, name=a.name, at=a.at) for a in earlier),
    )


def describe_entry(entry: Entry, standing: Standing, grounds: tuple[str, ...], *, on: date) -> UsedEntry:
    excluded = standing.excluded.get(entry.key) if entry.key in grounds else None
    return UsedEntry(
        key=entry.key,
        article=entry.article,
        law=entry.law,
        in_force_from=entry.in_force_from,
        in_force_until=entry.in_force_until,
        in_force=in_force(entry, on=on),
        in_force_at_act=None if standing.act_date is None else in_force(entry, on=standing.act_date),
        elements=entry.elements,
        source=entry.source,
        review=REVIEW_WORDS[review_state(entry, on=on)],
        reviewed_by=entry.reviewed_by,
        reviewed_on=entry.reviewed_on,
        check=entry.check,
        ground=None if entry.key not in grounds else "left" if excluded is None else "excluded",
        excluded_because=None if excluded is None else excluded.text,
    )
