"""A case with documents, verdicts and answers, for the tests of the law's questions and of what is handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from casework_fixtures import NOW
from evidence_desk import EvidenceDesk
from kentongan_documents import make_document
from verdict_desk import decide_as

from casework.verdict_reviews import open_review
from evidence.cases import hold_case
from evidence.law.grounds import Grounds, check_export
from evidence.law.questions import answer, choose_route
from evidence.law.rulebook import Rulebook, read_rulebook
from evidence.law.rulebook_form import Route
from kentongan.schema import Kind, Record, newest_revision

BOOK = read_rulebook()
REASON = "Sudah diperiksa bersama penyidik menurut surat nomor 12."
CLARIFY = {
    "jurnalistik": "tidak",
    "bentuk": "pernyataan_fakta",
    "tujuan": "ditetapkan",
    "masa_simpan": "ditetapkan",
    "pembatasan": "hanya_yang_perlu",
}
POLICE = {
    **CLARIFY,
    "pihak_dirugikan": "perorangan_mengadu",
    "pengetahuan": "ada_bukti",
    "kerusuhan": "tidak_ada",
    "tanggal_perbuatan": "2026-11-02",
    "penahanan": "ditahan",
}


def record(number: int = 0, *, kind: Kind = "post", **changes: Any) -> Record:
    """A document as a store gives it back."""
    document = replace(make_document(number, kind=kind), **changes)
    return Record(document=document, newest=newest_revision(document, ()))


class LawDesk(EvidenceDesk):
    """An evidence desk with a rulebook."""

    def case_with(self, *records: Record, title: str = "Bansos palsu") -> str:
        """A case with these documents; its id."""
        sample = any(one.document.sample for one in records)
        case = self.open(title, **({"sample": True} if sample else {}))
        for one in records:
            self.secure(one, case=case.id)
        return case.id

    def judge(self, one: Record, **choice: Any) -> None:
        """Two persons decide on a document, false and a scam unless the choice says otherwise."""
        with self.casework.begin() as session:
            opened = open_review(
                session, one.document.id, words=one.newest.hash, actor=self.staff["analis"], now=NOW
            )  # fmt: skip
            for role in ("analis", "hukum"):
                decide_as(session, self.staff[role], opened.id, **choice)

    def answer_all(self, case: str, answers: Mapping[str, str], *, rulebook: Rulebook = BOOK) -> None:
        for key, value in answers.items():
            self.answer(case, key, value, rulebook=rulebook)

    def answer(
        self, case: str, key: str, value: str, *, rulebook: Rulebook = BOOK, reason: str = REASON, now: datetime = NOW
    ) -> None:
        with self.casework.begin() as session:
            answer(session, case, key, value, reason, rulebook=rulebook, actor=self.staff["hukum"], now=now)

    def choose(self, case: str, route: Route, *, rulebook: Rulebook = BOOK) -> None:
        with self.casework.begin() as session:
            choose_route(
                session, case, route, rulebook=rulebook, objects=self.objects, actor=self.staff["hukum"], now=NOW
            )  # fmt: skip

    def hold(self, case: str) -> None:
        with self.casework.begin() as session:
            hold_case(session, case, reason=REASON, actor=self.staff["hukum"], now=NOW)

    def check(self, case: str, route: Route | None = None, *, rulebook: Rulebook = BOOK) -> Grounds:
        with self.casework.read() as session:
            return check_export(session, case, route=route, rulebook=rulebook, objects=self.objects, now=NOW)
