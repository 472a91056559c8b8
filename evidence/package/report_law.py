"""What the report says of the law's questions: each with its answer, its articles and the state of their review."""

from __future__ import annotations

from evidence.law.grounds import AskedQuestion, Grounds
from evidence.package.report import LawAnswer, LawPart
from kentongan.times import format_time


def describe_law(grounds: Grounds, *, zone: str) -> LawPart:
    """The part of the report on these grounds."""
    book = grounds.rulebook
    own = "buku aturan lembaga sendiri" if book.own else "buku aturan bawaan"
    intro = (
        f"Jalur: {grounds.route_label}, ditetapkan {grounds.route_by} pada {format_time(grounds.route_at, zone=zone)}. "
        f'Pertanyaan dan dasar hukumnya dari {own} "{book.title}", edisi {book.edition.isoformat()}, SHA-256 '
        f"{book.sha256}."
    )
    reviews = {entry.article: entry.review for entry in grounds.entries}
    answers = tuple(describe_question(one, reviews=reviews, zone=zone) for one in grounds.questions)
    return LawPart(intro=intro, answers=answers, warnings=grounds.warnings)


def describe_question(one: AskedQuestion, *, reviews: dict[str, str], zone: str) -> LawAnswer:
    by_review: dict[str, list[str]] = {}
    for article in one.articles:
        by_review.setdefault(reviews[article], []).append(article)
    earlier = f" Jawaban sebelumnya: {', '.join(was.value for was in one.earlier)}." if one.earlier else ""
    return LawAnswer(
        question=one.text,
        answer=one.label,
        reason=f"{one.reason} ({one.name}, {format_time(one.at, zone=zone)}){earlier}",
        basis=". ".join(f"{', '.join(articles)} ({state})" for state, articles in by_review.items()),
    )
