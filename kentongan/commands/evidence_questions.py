"""Pertanyaan hukum sebelum bukti diserahkan: questions, answer, route, rulebook.

Contoh: kentongan evidence answer KASUS-2026-0001 jurnalistik tidak --reason "Unggahan akun pribadi, bukan karya pers."
--as siti
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.settings import Settings

if TYPE_CHECKING:
    from evidence.law.question_flow import Standing
    from evidence.law.questions import Answer
    from evidence.law.rulebook import Rulebook

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]


def configure(actions: Actions) -> None:
    def action(name: str, words: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, prog=f"kentongan evidence {name}", help=words, description=words)

    case: dict[str, Any] = {"metavar": "KASUS", "help": "nomor kasus, misalnya KASUS-2026-0001"}
    questions = action("questions", "pertanyaan hukum berikutnya tentang sebuah kasus")
    questions.add_argument("case", **case)
    questions.add_argument("--all", action="store_true", help="semua pertanyaan, juga yang sudah dijawab")
    questions.set_defaults(run_action=run_questions)
    answer = action("answer", "jawab sebuah pertanyaan hukum; jawaban lama tetap tercatat")
    answer.add_argument("case", **case)
    answer.add_argument("question", metavar="PERTANYAAN", help="nama pertanyaannya, misalnya jurnalistik")
    answer.add_argument("value", metavar="JAWABAN", help="salah satu jawabannya, atau sebuah tanggal (2026-11-02)")
    answer.add_argument("--reason", required=True, metavar="ALASAN", help="alasan, dengan bukti atau rujukannya")
    add_person(answer, required=True, words="siapa yang menjawab")
    answer.set_defaults(run_action=run_answer)
    route = action("route", "jalur yang terbuka dan tertutup; dengan JALUR: tetapkan jalurnya")
    route.add_argument("case", **case)
    route.add_argument("route", nargs="?", default=None, metavar="JALUR", help="misalnya clarify atau police")
    route.add_argument("--reason", default="", metavar="ALASAN", help="alasannya")
    add_person(route, required=False, words="siapa yang menetapkan")
    route.set_defaults(run_action=run_route)
    rulebook = action("rulebook", "buku aturan: setiap pasal, masa berlakunya, dan siapa yang meninjaunya")
    rulebook.add_argument("--check", type=Path, default=None, metavar="BERKAS", help="periksa berkas ini saja")
    rulebook.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    rulebook.set_defaults(run_action=run_rulebook)


def run_questions(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.cases import read_case
    from evidence.law.questions import newest_answers, read_answers, read_question_standing
    from evidence.law.rulebook import read_rulebook
    from evidence.objects import Objects
    from kentongan.times import to_zone

    rulebook = read_rulebook(settings.rulebook_file)
    today = to_zone(datetime.now(UTC), settings.zone).date()
    with open_casework(settings) as casework, casework.read() as session:
        case = read_case(session, options.case)
        objects = Objects(settings.objects_dir)
        standing = read_question_standing(session, case, rulebook=rulebook, objects=objects, on=today)
        answers = newest_answers(read_answers(session, case.id))
    waiting = standing.next_questions()
    shown = tuple(rulebook.questions) if options.all else waiting[:1]
    write_lines([question_row(key, rulebook, standing, answers, waiting) for key in shown])
    if not options.all:
        left = f"{len(waiting)} pertanyaan belum dijawab." if waiting else "Tidak ada pertanyaan yang tersisa."
        say(f"{left} Jalurnya: `kentongan evidence route {case.id}`.")
    return 0


def question_row(
    key: str,
    rulebook: Rulebook,
    standing: Standing,
    answers: dict[str, Answer],
    waiting: tuple[str, ...],
) -> dict[str, object]:
    """A question with what it rests on, what each answer means, and the answer it has."""
    from evidence.law.rulebook import REVIEW_WORDS, review_state

    question = rulebook.questions[key]
    answer = answers.get(key)
    row: dict[str, object] = {
        "question": key,
        "text": question.text,
        "why": question.why,
        "entries": [
            {
                "article": entry.article,
                "review": REVIEW_WORDS[review_state(entry, on=standing.on)],
                "source": entry.source,
                "check": entry.check,
            }
            for entry in rulebook.entries_of(key)
        ],
        "answers": [{"value": value.key, "label": value.label, "means": value.means} for value in question.value]
        or "sebuah tanggal: tahun-bulan-hari",
        "waiting": key in waiting,
    }
    if answer is not None:
        row["answered"] = {
            "value": answer.value,
            "reason": answer.reason,
            "by": answer.username,
            "at": answer.at,
            "confirmed": answer.meaning == rulebook.meaning_of(key),
        }
    return row


def run_answer(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.law.questions import answer
    from evidence.law.rulebook import read_rulebook

    now = datetime.now(UTC)
    rulebook = read_rulebook(settings.rulebook_file)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        kept = answer(
            session,
            options.case,
            options.question,
            options.value,
            options.reason,
            rulebook=rulebook,
            actor=actor,
            now=now,
            zone=settings.zone,
            via=VIA,
        )
    write_lines([{"case": options.case, "question": kept.question, "value": kept.value, "by": kept.username}])
    return 0


def run_route(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.cases import read_case
    from evidence.law.questions import choose_route, newest_answers, read_answers, read_question_standing
    from evidence.law.rulebook import read_rulebook
    from evidence.law.rulebook_check import ROUTE_QUESTION
    from evidence.objects import Objects
    from kentongan.errors import KentonganError
    from kentongan.times import to_zone

    now = datetime.now(UTC)
    rulebook = read_rulebook(settings.rulebook_file)
    objects = Objects(settings.objects_dir)
    with open_casework(settings) as casework:
        if options.route is not None:
            if options.username is None:
                raise KentonganError("Menetapkan jalur memerlukan nama.", hint="Tambahkan --as NAMA_PENGGUNA.")
            with casework.begin() as session:
                choose_route(
                    session,
                    options.case,
                    rulebook.route(options.route).key,
                    rulebook=rulebook,
                    objects=objects,
                    actor=actor_named(session, options.username, now=now),
                    now=now,
                    reason=options.reason,
                    zone=settings.zone,
                    via=VIA,
                )
        with casework.read() as session:
            case = read_case(session, options.case)
            today = to_zone(now, settings.zone).date()
            standing = read_question_standing(session, case, rulebook=rulebook, objects=objects, on=today)
            chosen = newest_answers(read_answers(session, case.id)).get(ROUTE_QUESTION)
    write_lines([route_row(key, rulebook, standing, chosen) for key in rulebook.routes])
    return 0


def route_row(key: str, rulebook: Rulebook, standing: Standing, chosen: Answer | None) -> dict[str, object]:
    """A route: open or shut, why, and what it still waits for."""
    from evidence.law.questions import name_articles

    of_route = standing.routes[rulebook.route(key).key]
    return {
        "route": key,
        "label": rulebook.route(key).label,
        "chosen": chosen is not None and chosen.value == key,
        "open": of_route.open,
        "shut_because": [f"{one.text} ({name_articles(rulebook, one.entries)})" for one in of_route.blocked],
        "unanswered": [] if of_route.blocked else list(of_route.unanswered),
        "to_confirm": [] if of_route.blocked else list(of_route.unconfirmed),
        "needs": [one.text for one in of_route.needs],
        "grounds": [rulebook.entries[one].article for one in of_route.grounds],
    }


def run_rulebook(options: argparse.Namespace, settings: Settings) -> int:
    from evidence.law.rulebook import (
        MAX_REVIEW_DAYS,
        REVIEW_WORDS,
        in_force,
        read_rulebook,
        review_state,
        review_warnings,
    )
    from kentongan.times import to_zone

    rulebook = read_rulebook(options.check or settings.rulebook_file)
    today = to_zone(datetime.now(UTC), settings.zone).date()
    if options.check is None:
        json = wants_json(options.json)
        rows = []
        for entry in rulebook.file.entry:
            row: dict[str, object] = {
                "article": entry.article,
                "from": entry.in_force_from,
                "until": entry.in_force_until,
                "in_force": "ya" if in_force(entry, on=today) else "tidak",
                "review": REVIEW_WORDS[review_state(entry, on=today)],
                "reviewed_by": entry.reviewed_by,
                "reviewed_on": entry.reviewed_on,
            }
            if json:
                row |= {"key": entry.key, "law": entry.law, "elements": entry.elements, "source": entry.source}
                row["check"] = entry.check
            rows.append(row)
        write_rows(rows, as_json=json, empty="Buku aturan ini kosong.")
    say(f"{rulebook.file.title}, edisi {rulebook.file.edition}, sidik {rulebook.sha256}.")
    states = [review_state(entry, on=today) for entry in rulebook.file.entry]
    if set(states) != {"reviewed"}:
        say(
            f"Peringatan: {states.count('unreviewed')} dari {len(states)} pasal belum ditinjau ahli hukum, "
            f"{states.count('old')} ditinjau lebih dari {MAX_REVIEW_DAYS} hari yang lalu."
        )
    if options.check is not None:
        for warning in review_warnings(rulebook.file.entry, on=today):
            say(warning)
        say("Berkas ini dapat dipakai.")
    return 0
