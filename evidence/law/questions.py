"""The law's questions on a case: keeps the answers, who gave them and why, and says what is still to be asked.

An answer is never changed: a later one counts instead and the earlier stays. Where the rulebook changed what a question
means, its answer is to be given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.question_tables import AnswerRow
from casework.roles import Actor
from casework.tables import PersonRow
from casework.verdict_rules import check_reasons, check_text
from evidence.cases import read_case
from evidence.cases.rows import lock_row, record_act
from evidence.law.case_facts import read_facts
from evidence.law.question_flow import Given, Standing, check_value, judge
from evidence.law.rulebook import Rulebook
from evidence.law.rulebook_check import ROUTE_QUESTION
from evidence.law.rulebook_form import Route
from evidence.objects import Objects
from evidence.records import Case
from kentongan.errors import NotAllowed
from kentongan.times import to_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of one person."""

    id: int
    """Grows with time."""
    question: str
    """Key of the question; ``ROUTE_QUESTION`` for the choice of a route."""
    value: str
    """Key of the value, or a day ("2026-11-02")."""
    reason: str
    person: str
    """Id of the person."""
    username: str
    name: str
    """Their name then."""
    at: datetime
    rulebook: str
    """SHA-256 of the rulebook it was given under."""
    meaning: str
    """What the question meant then (``Rulebook.meaning_of``)."""


def read_answers(session: Session, case_id: str) -> tuple[Answer, ...]:
    """Every answer on a case, also those that count no more, oldest first."""
    rows = session.scalars(select(AnswerRow).where(AnswerRow.case_id == case_id).order_by(AnswerRow.id))
    return tuple(as_answer(row) for row in rows)


def as_answer(row: AnswerRow) -> Answer:
    return Answer(
        id=row.id, question=row.question, value=row.value, reason=row.reason, person=row.person,
        username=row.username, name=row.name, at=row.at, rulebook=row.rulebook, meaning=row.meaning,
    )  # fmt: skip


def newest_answers(answers: Iterable[Answer]) -> dict[str, Answer]:
    """The answer that counts for each question, and for the route."""
    return {answer.question: answer for answer in answers}


def as_given(answers: Mapping[str, Answer], rulebook: Rulebook) -> dict[str, Given]:
    """The answers that count as the flow takes them; those of questions the rulebook no longer has are left out."""
    return {
        key: Given(value=answer.value, confirmed=answer.meaning == rulebook.meaning_of(key))
        for key, answer in answers.items()
        if key in rulebook.questions
    }


def read_question_standing(
    session: Session, case: Case, *, rulebook: Rulebook, objects: Objects, on: date
) -> Standing:  # fmt: skip
    """Where a case stands before the law's questions on a day. Raises Quarantine for a damaged snapshot."""
    given = as_given(newest_answers(read_answers(session, case.id)), rulebook)
    return judge(rulebook, given, facts=read_facts(session, case, objects).facts, on=on)


def next_questions(
    session: Session,
    case_id: str,
    *,
    rulebook: Rulebook,
    objects: Objects,
    now: datetime,
    route: Route | None = None,
    zone: str = "WIB",
) -> tuple[str, ...]:
    """Keys of the questions still to answer or confirm, in order: for one route, or for all that are not shut."""
    case = read_case(session, case_id)
    standing = read_question_standing(session, case, rulebook=rulebook, objects=objects, on=to_zone(now, zone).date())
    return standing.next_questions(route)


def answer(
    session: Session,
    case_id: str,
    question: str,
    value: str,
    reason: str,
    *,
    rulebook: Rulebook,
    actor: Actor,
    now: datetime,
    zone: str = "WIB",
    via: str | None = None,
) -> Answer:
    """Keep what a person answers, with the reason. An earlier answer to the question counts no more and stays.

    Raises NotAllowed, NotFound (case, question), Conflict (closed case), KentonganError for what is no answer to the
    question, and for a reason that says too little.
    """
    actor = authorise(session, actor, action="evidence.answer", now=now)
    kept = check_value(rulebook, question, value, today=to_zone(now, zone).date())
    said = check_reasons(reason)
    lock_row(session, case_id, state="open", doing="dijawab pertanyaannya")
    meaning = rulebook.meaning_of(question)
    return keep_answer(
        session, case_id, question, kept, said, meaning=meaning, rulebook=rulebook, actor=actor, now=now, via=via
    )


def choose_route(
    session: Session,
    case_id: str,
    route: Route,
    *,
    rulebook: Rulebook,
    objects: Objects,
    actor: Actor,
    now: datetime,
    reason: str = "",
    zone: str = "WIB",
    via: str | None = None,
) -> Answer:
    """Keep which way the case's evidence is to go; questions may still be open. A later choice counts instead.

    Raises NotAllowed where the actor may not, or where the answers shut this way (every reason is named); NotFound,
    Conflict (closed case).
    """
    actor = authorise(session, actor, action="evidence.answer", now=now)
    declared = rulebook.route(route)
    lock_row(session, case_id, state="open", doing="diberi jalur")
    said = check_text("Alasan", reason) if reason.strip() else ""
    case = read_case(session, case_id)
    standing = read_question_standing(session, case, rulebook=rulebook, objects=objects, on=to_zone(now, zone).date())
    # A way that only an answer opens may be chosen once it is open; one that answers shut, never.
    blocked = standing.routes[declared.key].blocked
    if blocked:
        reasons = "".join(f"\n- {reason.text} ({name_articles(rulebook, reason.entries)})" for reason in blocked)
        raise NotAllowed(
            f'Jalur "{declared.label}" tertutup untuk {case_id}:{reasons}',
            hint=f"\nPilih jalur lain; keadaannya: `kentongan evidence route {case_id}`.",
        )
    return keep_answer(
        session, case_id, ROUTE_QUESTION, declared.key, said, meaning=declared.key, rulebook=rulebook, actor=actor,
        now=now, via=via,
    )  # fmt: skip


def name_articles(rulebook: Rulebook, keys: Iterable[str]) -> str:
    """The provisions of these keys as a lawyer cites them."""
    return ", ".join(rulebook.entries[key].article for key in keys)


def keep_answer(
    session: Session,
    case_id: str,
    question: str,
    value: str,
    reason: str,
    *,
    meaning: str,
    rulebook: Rulebook,
    actor: Actor,
    now: datetime,
    via: str | None,
) -> Answer:
    """Write an answer, its link in the case's chain and its line in the audit."""
    person = session.get_one(PersonRow, actor.id)
    row = AnswerRow(
        case_id=case_id, question=question, value=value, reason=reason, person=actor.id, username=actor.username,
        name=person.name, at=now, rulebook=rulebook.sha256, meaning=meaning,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record_act(
        session,
        case_id,
        act="answered",
        object=f"question:{question}",
        detail={"jawaban": value, "alasan": reason, "buku_aturan": rulebook.sha256},
        actor=actor,
        now=now,
        via=via,
    )
    return as_answer(row)
