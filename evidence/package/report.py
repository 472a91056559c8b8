"""The report on a case (berita acara): what was secured and when, what two persons decided, what the law asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from casework.paper_text import cut_text, spell_number
from casework.papers import make_pdf
from casework.verdict_records import Decision
from casework.verdict_rules import describe_outcome
from evidence.package.bag import Bag, Member
from evidence.package.contents import CUT_NOTE, SecuredFacts
from evidence.package.thumbnails import make_thumbnail
from evidence.package.verdicts import CaseVerdict
from evidence.records import ACT_WORDS, Capture, Case, CustodyEntry
from kentongan.schema import Kind
from kentongan.times import DAYS_ID, MONTHS_ID, format_day, format_hour, format_time, to_zone

TEMPLATE: Final = "berita-acara"
MOST_PICTURES: Final = 24
"""Most small pictures in the report: two to four pages; every picture itself is in the package."""
MOST_WORDS_SHOWN: Final = 700
"""Most characters of a document's words in the report, about eight lines."""
MOST_CUSTODY_LINES: Final = 200
"""Most lines of custody in the report, about five pages; the newest, since the first are the securing shown above."""

KIND_WORDS: Final[dict[Kind, str]] = {
    "post": "Unggahan",
    "comment": "Komentar",
    "article": "Artikel",
    "complaint": "Aduan",
    "factcheck": "Cek fakta",
}
OBJECT_WORDS: Final = {
    "document": "dokumen",
    "capture": "tangkapan",
    "case": "kasus",
    "question": "pertanyaan",
    "paket": "paket",
}

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawAnswer:
    """One question of the law with its answer, as the report prints it."""

    question: str
    answer: str
    reason: str
    """With who answered and when."""
    basis: str
    """Articles, grouped by how far they were reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPart:
    """What the law asked before this package."""

    intro: str
    answers: tuple[LawAnswer, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Points about what a package shows and does not, under one heading."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMatter:
    """Everything a report is made of."""

    case: Case
    number: str
    """Of the report: "KASUS-2026-0001/BA/1"."""
    organisation: str
    facts: Sequence[SecuredFacts]
    verdicts: Sequence[CaseVerdict]
    law: LawPart
    chain: Sequence[CustodyEntry]
    limits: Sequence[Limits]


def make_report(matter: ReportMatter, *, bag: Bag, zone: str, now: datetime) -> bytes:
    """The report as PDF/A-2b, the same bytes for the same matter. ``bag`` has the captured pictures."""
    pictures, shown = make_pictures(matter.case.captures, bag=bag, zone=zone)
    left = sum(has_picture(capture, bag) for capture in matter.case.captures) - len(shown)
    note = f"{left} gambar layar lain tidak dicetak di sini; semuanya ada di paket." if left else None
    values = {**report_values(matter, bag=bag, zone=zone, now=now), "pictures": shown, "pictures_note": note}
    return make_pdf(TEMPLATE, values, now=now, pictures=pictures)


def report_values(matter: ReportMatter, *, bag: Bag, zone: str, now: datetime) -> dict[str, object]:
    """What the template prints, but the pictures."""
    case, chain = matter.case, matter.chain
    captured = {capture.id: capture for capture in case.captures}
    deciders = {decision.person: decision for one in matter.verdicts for decision in one.verdict.decisions}.values()
    hidden = max(0, len(chain) - MOST_CUSTODY_LINES)
    return {
        "title": f"Berita acara {case.id}",
        "number": matter.number,
        "organisation": matter.organisation,
        "sample": case.sample,
        "case_id": case.id,
        "weekday": DAYS_ID[to_zone(now, zone).weekday()],
        "date": format_day(now, zone=zone),
        "date_in_words": spell_day(now, zone=zone),
        "hour": format_hour(now, zone=zone),
        "facts": case_facts(case, zone=zone),
        "deciders": [describe_decider(decision, zone=zone) for decision in deciders],
        "secured": secured_sentence(case, matter.facts),
        "documents": [
            document_values(one, number=number, captured=captured, zone=zone)
            for number, one in enumerate(matter.facts, 1)
        ],
        "other_captures": [
            {"facts": capture_facts(capture, zone=zone), "files": files_of(capture, bag)}
            for capture in case.captures
            if capture.document is None
        ],
        "verdicts": [verdict_values(one, matter.facts, zone=zone) for one in matter.verdicts],
        "law_intro": matter.law.intro,
        "answers": matter.law.answers,
        "warnings": matter.law.warnings,
        "custody_intro": f"Rantai penjagaan kasus ini sampai paket ini dibuat, {len(chain)} baris. Setiap baris memuat "
        "sidik baris sebelumnya; seluruhnya ada di data/custody.jsonl.",
        "custody": [custody_values(entry, zone=zone) for entry in chain[hidden:]],
        "custody_note": f"{hidden} baris pertama tidak dicetak di sini." if hidden else None,
        "custody_head": chain[-1].hash,
        "limits": matter.limits,
        "signers": [
            {"head": f"Penetap {place}", "name": decision.name, "below": decision.username}
            for place, decision in zip(("pertama", "kedua"), deciders, strict=False)
        ],
    }


def case_facts(case: Case, *, zone: str) -> Facts:
    return [
        ("Nomor kasus", case.id),
        ("Judul", case.title),
        ("Tujuan", case.purpose),
        ("Dibuka", f"{format_time(case.opened_at, zone=zone)}, oleh {case.opened_by}"),
        ("Tahan hukum", "ya, isinya tidak boleh dihapus" if case.held else "tidak"),
    ]


def describe_decider(decision: Decision, *, zone: str) -> dict[str, str]:
    at = format_time(decision.decided_at, zone=zone)
    return {"name": decision.name, "username": decision.username, "at": at}


def secured_sentence(case: Case, facts: Sequence[SecuredFacts]) -> str:
    """How much was secured, in a sentence."""
    with_raw = sum(any(file.path.startswith("data/arsip/") for file in one.files) for one in facts)
    return (
        f"{len(facts)} dokumen ({with_raw} dengan jawaban asli servernya) dan {len(case.captures)} tangkapan halaman. "
        "Angka heksadesimal adalah sidik SHA-256 berkas di dalam paket."
    )


def document_values(one: SecuredFacts, *, number: int, captured: Mapping[str, Capture], zone: str) -> dict[str, object]:
    facts: Facts = [
        ("Alamat", one.url or "tidak ada"),
        ("Terbit", f"{format_time(one.published_at, zone=zone)}, menurut {one.publisher}"),
        (
            "Diperoleh",
            f"dikumpulkan {format_time(one.collected_at, zone=zone)}; diamankan "
            f"{format_time(one.secured_at, zone=zone)}, oleh {one.secured_by}",
        ),
        ("Id dokumen", one.document),
    ]
    for capture in captured.values():
        if capture.document == one.document:
            facts.append(("Tangkapan", describe_capture(capture, zone=zone)))
            facts += [("Tidak tertangkap", missing) for missing in capture.missing]
    words = "\n".join(part for part in (one.title, one.text) if part)
    return {
        "n": number,
        "kind": KIND_WORDS[one.kind],
        "platform": one.platform,
        "author": one.author,
        "facts": facts,
        "text": cut_text(words, most=MOST_WORDS_SHOWN, rest=CUT_NOTE),
        "files": [file_values(file) for file in one.files],
    }


def capture_facts(capture: Capture, *, zone: str) -> Facts:
    facts: Facts = [("Alamat", capture.url)]
    if capture.final_url != capture.url:
        facts.append(("Dijawab oleh", capture.final_url))
    facts.append(("Tangkapan", describe_capture(capture, zone=zone)))
    return facts + [("Tidak tertangkap", missing) for missing in capture.missing]


def describe_capture(capture: Capture, *, zone: str) -> str:
    return f"{format_time(capture.at, zone=zone)}, server menjawab dengan status {capture.status}"


def files_of(capture: Capture, bag: Bag) -> list[dict[str, str]]:
    return [file_values(bag.members[f"data/tangkapan/{capture.id}/{file.name}"]) for file in capture.files]


def file_values(file: Member) -> dict[str, str]:
    """A file for the list of digests, by the last parts of its path, which say whose it is."""
    name = "arsip.warc.gz" if file.path.startswith("data/arsip/") else file.path.removeprefix("data/tangkapan/")
    return {"name": name, "sha256": file.sha256}


def verdict_values(one: CaseVerdict, facts: Sequence[SecuredFacts], *, zone: str) -> dict[str, object]:
    numbers = {fact.document: number for number, fact in enumerate(facts, 1)}
    verdict = one.verdict
    return {
        "outcome": describe_outcome(verdict.status, verdict.kind),
        "at": format_time(verdict.decided_at, zone=zone),
        "documents": ", ".join(f"C.{numbers[document]}" for document in one.documents),
        "outdated": verdict.outdated_reason,
        "decisions": [
            {
                **describe_decider(decision, zone=zone),
                "outcome": describe_outcome(decision.status, decision.kind) if decision.status else "",
                "reasons": decision.reasons or "",
                "references": decision.references,
            }
            for decision in verdict.decisions
        ],
    }


def custody_values(entry: CustodyEntry, *, zone: str) -> dict[str, object]:
    kind, _, name = entry.object.partition(":")
    return {
        "n": entry.n,
        "at": f"{to_zone(entry.at, zone):%d-%m-%Y %H.%M.%S} {zone}",
        "act": ACT_WORDS[entry.act],
        "actor": entry.actor,
        "object": f"{OBJECT_WORDS.get(kind, kind)} {name}".strip(),
    }


def has_picture(capture: Capture, bag: Bag) -> bool:
    return f"data/tangkapan/{capture.id}/layar.png" in bag.members


def make_pictures(
    captures: Sequence[Capture], *, bag: Bag, zone: str
) -> tuple[dict[str, bytes], list[dict[str, str | None]]]:
    """Small pictures of the first captures that have one, by file name, and what the template says of each."""
    pictures: dict[str, bytes] = {}
    shown: list[dict[str, str | None]] = []
    for capture in [one for one in captures if has_picture(one, bag)][:MOST_PICTURES]:
        with bag.open(bag.members[f"data/tangkapan/{capture.id}/layar.png"]) as file:
            small = make_thumbnail(file)
        name = f"{len(shown) + 1}.jpg" if small is not None else None
        if name is not None and small is not None:
            pictures[name] = small
        shown.append({"file": name, "caption": f"{capture.url}, {format_time(capture.at, zone=zone)}"})
    return pictures, shown


def spell_day(time: datetime, *, zone: str) -> str:
    """A day in words, as official records write it: "dua puluh dua November dua ribu dua puluh enam"."""
    local = to_zone(time, zone)
    return f"{spell_number(local.day)} {MONTHS_ID[local.month - 1]} {spell_number(local.year)}"
