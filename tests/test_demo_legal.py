"""Legal staff answer the law's questions, build the package on the page, take it, and a stranger's verifier accepts
it: in the demo, in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from demo_site import DemoSite, username_of
from demo_site import demo_site as demo_site
from test_demo_roles import sign_in
from verdict_desk import REASONS, REFERENCES

from casework.db import open_casework
from casework.jobs import list_jobs, read_log
from casework.people import actor_of, find_person
from casework.verdict_reviews import decide, open_review
from crawlers.by_hand import PICTURES
from evidence.cases import open_case, secure_document
from evidence.objects import Objects
from evidence.verifier import VERIFIER
from kentongan.errors import KentonganError
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store

ANSWERS = (
    "Tidak",
    "Pernyataan tentang fakta",
    "Ditetapkan",
    "Sampai perkara selesai",
    "Hanya yang perlu",
)
"""What is chosen, question by question, for the way "Klarifikasi saja"."""
REASON = "Diperiksa bersama bagian hukum menurut berkas perkara nomor dua belas."
PURPOSE = "Memeriksa tautan bansos palsu yang merugikan warga"


@pytest.fixture
def browser_context(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def judged_case(demo_site: DemoSite) -> str:
    """A case with a post of the sample's hoax, which two persons decide to be false."""
    settings, now = demo_site.settings, datetime.now(UTC)
    with open_store(settings) as store:
        found = store.search(Query(text='"daftar di tautan"', kinds=("post",)), limit=50).records
    with open_casework(settings) as casework:
        with casework.read() as session:
            ani, budi = (
                actor_of(session, find_person(session, username_of(role)).id, now=now) for role in ("analis", "hukum")
            )
        for post in found:
            words = post.newest.hash
            try:
                with casework.begin() as session:
                    opened = open_review(session, post.document.id, words=words, actor=ani, now=now)
            except KentonganError:
                continue  # it asks or rebuts, or its story is under review already
            with casework.begin() as session:
                for actor in (ani, budi):
                    decide(
                        session, opened.id, round=1, words=words, status="false", kind="scam", reasons=REASONS,
                        references=REFERENCES, actor=actor, now=now,
                    )  # fmt: skip
                case = open_case(
                    session, title="Tautan bansos palsu", purpose=PURPOSE, actor=budi, now=now, sample=True
                )
                secure_document(
                    session, post, objects=Objects(settings.objects_dir), archive_dir=settings.archive_dir,
                    case=case.id, actor=budi, now=now, pictures_dir=settings.data_dir / PICTURES,
                )  # fmt: skip
                return case.id
    raise AssertionError("the sample holds no such post")


def fingerprints(settings: Settings, case: str) -> list[str]:
    """What the cover letter of the case names, as the verifier takes it: from what the job wrote when it built."""
    with open_casework(settings) as casework, casework.read() as session:
        job = next(one for one in list_jobs(session) if one.arguments[:3] == ("evidence", "build", case))
    said = (read_log(settings, job.id) or "").splitlines()
    built = json.loads(next(line for line in said if line.startswith("{")))
    times, signers = list(built["timestamps"].values()), list(built["signers"].values())
    return ["--segel", built["seal"], "--waktu", *times, "--penanda-tangan", *signers]


def test_legal_staff_build_and_download_a_package_that_verifies(
    demo_site: DemoSite, browser_context: Any, judged_case: str, tmp_path: Path
) -> None:
    page = sign_in(browser_context, demo_site, "hukum", "kasus")
    page.locator(f'.kt-case[data-key="{judged_case}"]').click()
    page.get_by_role("button", name="Tetapkan jalur ini").click()
    for number, answer in enumerate(ANSWERS, 1):
        question = page.locator(".st-key-card-case-questions [data-testid=stExpander]").nth(number - 1)
        question.locator("details[open]").wait_for()
        question.locator("[role=radiogroup] label", has_text=answer).first.click()
        question.get_by_label("Alasan, dengan bukti").fill(REASON)
        question.get_by_role("button", name="Simpan jawaban").click()
    page.get_by_text("Semua yang diminta sudah ada.").wait_for()
    page.get_by_role("button", name="Buat paket").click()
    package = tmp_path / f"{judged_case}.zip"
    for words, place in (("Unduh paket bukti", package), ("Unduh surat pengantar", tmp_path / "surat.pdf")):
        with page.expect_download() as taken:
            page.get_by_role("link", name=words).click()
        taken.value.save_as(place)
    assert (tmp_path / "surat.pdf").read_bytes().startswith(b"%PDF")
    words = [sys.executable, "-I", str(VERIFIER), str(package), *fingerprints(demo_site.settings, judged_case)]
    checked = subprocess.run(words, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
