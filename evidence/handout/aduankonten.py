"""Makes the bundle for *aduankonten*: each address with its screenshot, category and reason, and a text to paste."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.roles import Actor
from casework.verdict_records import Verdict
from casework.verdict_rules import describe_outcome
from evidence.cases import read_case
from evidence.cases.rows import lock_row, record_act
from evidence.handout.bundle import SAMPLE_MARK, Handout, name_handout, write_handout
from evidence.law.case_facts import CaseFacts, read_facts, read_snapshot
from evidence.law.grounds import Grounds, check_export
from evidence.law.rulebook import Rulebook
from evidence.law.rulebook_form import ContentCategory
from evidence.objects import Objects
from evidence.records import Capture, Case, ObjectRef
from kentongan.errors import Conflict, NotFound
from kentongan.times import format_time
from search.export_formats import harmless, utc_cell

COLUMNS = ("nomor", "url", "kategori", "alasan", "ditangkap", "gambar", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPage:
    """One address of the bundle."""

    number: int
    url: str
    category: ContentCategory
    reason: str
    captured_at: datetime
    screenshot: ObjectRef

    @property
    def picture(self) -> str:
        """Path of the screenshot in the bundle."""
        return f"gambar/{self.number:04d}-{self.screenshot.sha256[:16]}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReport:
    """A bundle that was written."""

    handout: Handout
    pages: tuple[ReportedPage, ...]
    without_address: tuple[str, ...]
    """Ids of documents that the verdict reaches and that stand at no public address: left out."""
    grounds: Grounds


def make_content_report(
    session: Session,
    case_id: str,
    *,
    rulebook: Rulebook,
    objects: Objects,
    out: Path,
    category: str | None = None,
    organisation: str,
    actor: Actor,
    now: datetime,
    zone: str = "WIB",
    via: str | None = None,
) -> ContentReport:
    """Write the bundle into the folder ``out``, and note it in the case's chain.

    ``category`` is a key of the rulebook; None takes the one that it suggests for the verdict's kind. Raises what
    ``check_export`` raises for the route, Conflict naming each address without a screenshot, NotFound for a category;
    nothing half-written stays.
    """
    actor = authorise(session, actor, action="evidence.build", now=now)
    lock_row(session, case_id, state="open", doing="diadukan")
    grounds = check_export(
        session, case_id, route="aduankonten", rulebook=rulebook, objects=objects, now=now, zone=zone
    )  # fmt: skip
    case = read_case(session, case_id)
    facts = read_facts(session, case, objects)
    addresses, without = read_addresses(case, facts, objects)
    pages = tuple(collect_pages(case, addresses, facts, category=category, rulebook=rulebook, zone=zone))
    if not pages:
        raise Conflict(
            f"Tidak ada unggahan beralamat publik di {case_id} yang diputuskan salah atau menyesatkan.",
            hint="Aduankonten hanya menerima konten yang dapat dibuka lewat alamatnya.",
        )
    place = out / name_handout(case_id, "aduankonten", now=now, sample=case.sample)
    handout = write_handout(place, bundle_files(case, pages, objects, organisation=organisation, zone=zone))
    record_act(
        session,
        case_id,
        act="exported",
        object="aduankonten",
        detail={
            "berkas": place.name,
            "sha256": handout.sha256,
            "alamat": len(pages),
            "kategori": sorted({page.category.key for page in pages}),
            "buku_aturan": rulebook.sha256,
        },
        actor=actor,
        now=now,
        via=via,
    )
    return ContentReport(handout=handout, pages=pages, without_address=tuple(without), grounds=grounds)


def read_addresses(case: Case, facts: CaseFacts, objects: Objects) -> tuple[dict[str, str], list[str]]:
    """The public address of each document that was decided to mislead, and those that have none."""
    addresses, without = {}, []
    for secured in case.documents:
        if secured.document not in facts.exportable:
            continue
        url = read_snapshot(objects, secured.snapshot.sha256).document.url
        if url is None:
            without.append(secured.document)
        else:
            addresses[secured.document] = url
    return addresses, without


def collect_pages(
    case: Case,
    addresses: dict[str, str],
    facts: CaseFacts,
    *,
    category: str | None,
    rulebook: Rulebook,
    zone: str,
) -> Iterator[ReportedPage]:
    """One page for each address. Raises Conflict naming every address that has no screenshot."""
    captured = {document: newest_screenshot(case.captures, document, url) for document, url in addresses.items()}
    missing = [addresses[document] for document, found in captured.items() if found is None]
    if missing:
        raise Conflict(
            "Belum ada tangkapan layar untuk:" + "".join(f"\n- {url}" for url in missing),
            hint=f"\nTangkap dulu: `kentongan evidence capture URL --case {case.id} --as NAMA`.",
        )
    number = 0
    for document, found in captured.items():
        if found is None:
            continue
        capture, screenshot = found
        number += 1
        verdict = facts.exportable[document]
        yield ReportedPage(
            number=number,
            url=addresses[document],
            category=choose_category(rulebook, category, verdict),
            reason=describe_reason(verdict, zone=zone),
            captured_at=capture.at,
            screenshot=screenshot,
        )


def newest_screenshot(captures: Sequence[Capture], document: str, url: str) -> tuple[Capture, ObjectRef] | None:
    """The newest capture of a document, or of its address, that has a picture; None without one."""
    pictured = [
        (capture, file.object)
        for capture in captures
        for file in capture.files
        if file.name == "layar.png" and (capture.document == document or url in (capture.url, capture.final_url))
    ]
    return max(pictured, key=lambda pair: pair[0].at, default=None)


def choose_category(rulebook: Rulebook, category: str | None, verdict: Verdict) -> ContentCategory:
    """The category named, else the first that the rulebook suggests for the verdict's kind."""
    known = {one.key: one for one in rulebook.file.aduankonten_category}
    if category is None:
        for one in known.values():
            if verdict.kind in one.kinds:
                return one
    elif category in known:
        return known[category]
    asked = "belum disebut" if category is None else f"{category!r} tidak ada di buku aturan"
    raise NotFound(f"Kategori {asked}.", hint=f"Sebut dengan --category: {', '.join(known)}.")


def describe_reason(verdict: Verdict, *, zone: str) -> str:
    """Why an address is reported, without naming who decided."""
    cited = [cited for decision in verdict.decisions for cited in decision.references if cited.startswith("http")]
    references = f" Rujukan: {', '.join(dict.fromkeys(cited))}." if cited else ""
    return (
        f"Diputuskan {describe_outcome(verdict.status, verdict.kind)} oleh dua pemeriksa pada "
        f"{format_time(verdict.decided_at, zone=zone)}.{references}"
    )


def bundle_files(
    case: Case, pages: Sequence[ReportedPage], objects: Objects, *, organisation: str, zone: str
) -> Iterator[tuple[str, bytes | IO[bytes]]]:
    """The list, the text to paste, and the screenshots. Raises Quarantine for a damaged one."""
    yield "daftar.csv", write_list(pages)
    yield "teks-aduan.txt", write_text(case, pages, organisation=organisation, zone=zone).encode()
    for picture, sha256 in {page.picture: page.screenshot.sha256 for page in pages}.items():
        yield picture, objects.read(sha256)


def write_list(pages: Sequence[ReportedPage]) -> bytes:
    """The pages as CSV for Excel: UTF-8 with a mark, ISO times, cells that a spreadsheet would compute defused."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for page in pages:
        cells = (page.url, page.category.label, page.reason)
        time = utc_cell(page.captured_at)
        writer.writerow([page.number, *map(harmless, cells), time, page.picture, page.screenshot.sha256])
    return text.getvalue().encode("utf-8-sig")


def write_text(case: Case, pages: Sequence[ReportedPage], *, organisation: str, zone: str) -> str:
    """The text that a person pastes into the ministry's form."""
    head = f"{SAMPLE_MARK}: rekaan, jangan dikirim.\n\n" if case.sample else ""
    blocks = "\n\n".join(
        f"{page.number}. {page.url}\n   Kategori: {page.category.label}\n   Alasan: {page.reason}\n"
        f"   Tangkapan layar: {page.picture}, diambil {format_time(page.captured_at, zone=zone)}"
        for page in pages
    )
    opening = f"{organisation} mengadukan {len(pages)} alamat berikut (kasus {case.id})."
    return (
        f"{head}Kepada pengelola Aduan Konten,\n\n{opening}\n\n{blocks}\n\n"
        "Sidik SHA-256 setiap tangkapan layar ada di daftar.csv. Periksa kembali nama kategori di aduankonten.id "
        "sebelum mengirim.\n"
    )
