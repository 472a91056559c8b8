"""Finds what contradicts itself in a rulebook: unknown keys, questions out of order, gates that could never shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evidence.law.rulebook_form import ROUTES, Entry, Question, RouteRule, Rule, RulebookFile

ROUTE_QUESTION = "jalur"
"""Under this key the chosen route is kept beside the answers, so no question may have it."""
MAX_KEY = 64
"""Longest key, in characters: what the table of answers takes."""


def check_rulebook(file: RulebookFile) -> list[str]:
    """Every fault as a sentence in Indonesian; empty where the rulebook holds together."""
    entries = {entry.key for entry in file.entry}
    questions = [question.key for question in file.question]
    faults = [
        *twice("Pasal", [entry.key for entry in file.entry]),
        *twice("Pertanyaan", questions),
        *twice("Jalur", [route.key for route in file.route]),
        *twice("Kategori", [category.key for category in file.aduankonten_category]),
    ]
    for entry in file.entry:
        faults += check_entry(entry)
    for question in file.question:
        faults += check_question(question, entries)
    for number, rule in enumerate(file.rule, 1):
        faults += check_rule(rule, f"Aturan ke-{number}", file, entries)
    for route in file.route:
        faults += check_route(route, questions, entries)
    faults += [f"Jalur {key} tidak ada." for key in ROUTES if key not in {route.key for route in file.route}]
    if {question.key: question.kind for question in file.question}.get(file.act_date) != "date":
        faults.append(f"act_date {file.act_date!r} bukan pertanyaan tentang tanggal.")
    return faults


def twice(what: str, keys: list[str]) -> list[str]:
    return [f"{what} {key!r} ada dua kali." for key, count in Counter(keys).items() if count > 1]


def unknown(where: str, what: str, given: Iterable[str], known: Iterable[str]) -> list[str]:
    return [f"{where} menyebut {what} {key!r} yang tidak ada." for key in given if key not in set(known)]


def check_entry(entry: Entry) -> list[str]:
    where = f"Pasal {entry.key!r}"
    faults = []
    if entry.in_force_until is not None and entry.in_force_until < entry.in_force_from:
        faults.append(f"{where} berakhir sebelum berlaku.")
    if (entry.reviewed_by is None) != (entry.reviewed_on is None):
        faults.append(f"{where} menyebut peninjau tanpa tanggal, atau tanggal tanpa peninjau.")
    if not entry.elements:
        faults.append(f"{where} tidak menyebut unsur.")
    return faults


def check_question(question: Question, entries: set[str]) -> list[str]:
    where = f"Pertanyaan {question.key!r}"
    faults = unknown(where, "pasal", question.entries, entries)
    faults += twice(f"{where}: jawaban", [value.key for value in question.value])
    if question.key == ROUTE_QUESTION:
        faults.append(f"{where} memakai nama yang disimpan untuk jalur.")
    if any(len(key) > MAX_KEY for key in (question.key, *(value.key for value in question.value))):
        faults.append(f"{where} atau jawabannya bernama lebih dari {MAX_KEY} karakter.")
    if not question.entries:
        faults.append(f"{where} tidak menyebut dasar hukum.")
    if (question.kind == "choice") != (len(question.value) > 1):
        faults.append(f"{where}: sebuah pilihan mempunyai dua jawaban atau lebih, sebuah tanggal tidak mempunyai.")
    return faults


def check_rule(rule: Rule, where: str, file: RulebookFile, entries: set[str]) -> list[str]:
    order = [question.key for question in file.question]
    by_key = {question.key: question for question in file.question}
    faults = [*unknown(where, "pasal", (*rule.entries, *rule.excludes), entries)]
    faults += unknown(where, "pertanyaan", rule.asks, order)
    if not rule.entries:
        faults.append(f"{where} tidak menyebut dasar hukum.")
    if not (rule.blocks or rule.opens or rule.excludes or rule.asks or rule.needs or rule.warns):
        faults.append(f"{where} tidak berbuat apa pun.")
    if (rule.question is None) != bool(rule.kinds) or bool(rule.values) + (rule.before is not None) > 1:
        faults.append(f"{where} harus bersyarat tepat satu: jawaban, tanggal, atau jenis dokumen.")
    if rule.question is None:
        return faults
    question = by_key.get(rule.question)
    if question is None:
        return [*faults, f"{where} menyebut pertanyaan {rule.question!r} yang tidak ada."]
    faults += unknown(where, "jawaban", rule.values, [value.key for value in question.value])
    if (question.kind == "date") != (rule.before is not None) or (question.kind == "choice") != bool(rule.values):
        faults.append(f"{where}: syaratnya tidak cocok dengan pertanyaan {rule.question!r}.")
    early = [key for key in rule.asks if key in order and order.index(key) <= order.index(rule.question)]
    return [*faults, *(f"{where} meminta {key!r} yang datang lebih dulu." for key in early)]


def check_route(route: RouteRule, questions: list[str], entries: set[str]) -> list[str]:
    where = f"Jalur {route.key}"
    faults = unknown(where, "pertanyaan", route.asks, questions)
    faults += unknown(where, "pasal", (*route.grounds, *route.entries), entries)
    if not route.asks:
        faults.append(f"{where} tidak bertanya apa pun, jadi tidak akan pernah tertutup.")
    if not route.entries:
        faults.append(f"{where} tidak menyebut dasar hukum.")
    return faults
