"""Fills the bag of a package: the case's own files, what machines and persons said, the report, texts and tools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from evidence.cases.custody import read_chain, verify_chain
from evidence.cases.custody_heads import HeadToken, heads_of
from evidence.law.grounds import Grounds
from evidence.package.analysis import gather_findings
from evidence.package.bag import Bag
from evidence.package.contents import pretty, write_case, write_custody, write_documents, write_heads
from evidence.package.notes import add_declaration, add_texts, read_limits
from evidence.package.records import Issuer, Progress, Sources
from evidence.package.report import ReportMatter, make_report
from evidence.package.report_law import describe_law
from evidence.package.verdicts import claims_file, decisions_file, read_verdicts
from evidence.records import Case
from evidence.signing.report_signatures import ReportSignature, sign_report, signatures_of

REPORT = "data/berita-acara.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a filled bag holds that its letter speaks of."""

    signatures: tuple[ReportSignature, ...]
    """On the report."""
    heads: tuple[HeadToken, ...]
    """Over the daily heads."""


def fill_bag(
    bag: Bag,
    case: Case,
    number: int,
    *,
    sources: Sources,
    issuer: Issuer,
    grounds: Grounds,
    progress: Progress,
    now: datetime,
) -> Filled:
    """Put everything into the bag but its manifests and seals.

    Raises Quarantine where a kept file is damaged or the chain of custody is broken, NotFound where a file is missing,
    Retry where store or casework are away.
    """
    organisation, zone, store = issuer.organisation, issuer.zone, sources.store
    write_case(bag, case, organisation=organisation)
    facts = write_documents(bag, case, objects=sources.objects, progress=progress)
    progress(0, None, "mengumpulkan putusan dan analisis")
    with sources.casework.read() as session:
        chain = read_chain(session, case.id)
        verify_chain(entry.line for entry in chain)
        write_custody(bag, chain)
        heads = heads_of(session, case.id)
        write_heads(bag, heads)
        verdicts = read_verdicts(session, facts, store=store)
        findings = gather_findings(store, session, facts, models_dir=sources.models_dir, zone=zone, now=now)
    claims = claims_file(verdicts, facts, findings.factchecks, organisation=organisation)
    bag.add("data/klaim.json", pretty(claims))
    bag.add("data/analisis.json", pretty(findings.analysis))
    bag.add("data/keputusan.json", pretty(decisions_file(verdicts)))
    bag.add("data/pertanyaan.json", pretty(grounds))
    progress(0, None, "menyusun berita acara")
    matter = ReportMatter(
        case=case, number=f"{case.id}/{number}/BA", organisation=organisation, facts=facts, verdicts=verdicts,
        law=describe_law(grounds, zone=zone), chain=chain, limits=read_limits(),
    )  # fmt: skip
    report = make_report(matter, bag=bag, zone=zone, now=now)
    signatures: tuple[ReportSignature, ...] = ()
    if issuer.signers:
        progress(0, None, "menandatangani berita acara")
        report = sign_report(report, signers=issuer.signers, sample=case.sample, now=now)
        signatures = signatures_of(report)
    bag.add(REPORT, report)
    add_texts(bag, case, number=number, organisation=organisation, zone=zone, now=now)
    software = f"Kentongan {version('kentongan')}"
    add_declaration(bag, case, organisation=organisation, software=software, zone=zone, now=now)
    return Filled(signatures=signatures, heads=tuple(token for head in heads for token in head.tokens))
