"""The command that captures: what it needs before a browser starts, and what it leaves in the case."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from casework_fixtures import add, migrated_file
from command_line import run_command
from evidence_captures import NOW, Captured
from evidence_site import EvidenceSite, running_evidence_site
from kentongan_documents import make_document

from casework.db import open_casework
from casework.people import first_admin
from evidence.cases import close_case, open_case, read_case
from evidence.cases.custody import read_chain
from kentongan.commands.acting import actor_named
from kentongan.commands.evidence_capture import choose_case
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def site() -> Iterator[EvidenceSite]:
    with running_evidence_site() as served:
        yield served


@pytest.fixture
def office(site: EvidenceSite, tmp_path: Path) -> Settings:
    """An installation with legal staff, the leadership, and the site as a source."""
    sources = tmp_path / "sources.yml"
    own = f"name: uji, kind: rss, url: '{site.url}/feed.xml', publisher: uji.test, allow_private: true"
    sources.write_text(f"- {{{own}}}\n")
    settings = Settings(data_dir=tmp_path / "var", sources_file=sources)
    settings.data_dir.mkdir()
    shutil.copyfile(migrated_file(), settings.data_dir / "casework.sqlite")
    with open_casework(settings) as casework:
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna Dewi", now=NOW)
        add(casework, "hana", "hukum")
        add(casework, "pandu", "pimpinan")
    return settings


def test_the_command_secures_a_document_and_records_that_its_page_is_gone(site: EvidenceSite, office: Settings) -> None:
    document = replace(make_document(1), url=f"{site.url}/dihapus")
    with open_store(office) as store:
        store.add([document])
    done = run_command(office, "evidence", "capture", document.id, "--as", "hana", status=1)
    assert "410" in done.stderr and "tidak ada saat ditangkap" in done.stderr
    row = json.loads(done.stdout)
    with open_casework(office) as casework, casework.read() as session:
        case = read_case(session, row["case"])
        entry = read_chain(session, case.id)[-1]
    [kept] = case.captures
    assert [secured.document for secured in case.documents] == [kept.document] == [document.id]
    assert (kept.id, kept.status, kept.title) == (row["capture"], 410, "Dihapus")
    assert (entry.act, entry.actor, entry.object) == ("captured", "hana", f"capture:{kept.id}")
    taken = Captured(capture=kept, folder=office.evidence_dir)
    assert b"sudah dihapus" in taken.bodies()["/dihapus"]
    assert taken.told["command"] == f"kentongan evidence capture {document.id} --as hana"


def test_an_address_needs_an_open_case_of_its_kind_and_a_person_who_may(site: EvidenceSite, office: Settings) -> None:
    def chosen(case: str | None, username: str = "hana") -> tuple[str, str, bool]:
        return choose_case(argparse.Namespace(case=case, username=username), office, casework, f"{site.url}/berita")

    with open_casework(office) as casework:
        with casework.begin() as session:
            hana = actor_named(session, "hana", now=NOW)
            real, sample, closed = (
                open_case(
                    session, title="Bansos", purpose="Memeriksa hoaks bansos", actor=hana, now=NOW, sample=kind
                ).id
                for kind in (False, True, False)
            )
            close_case(session, closed, reason="Selesai diperiksa hari ini.", actor=hana, now=NOW)
        assert chosen(real) == (real, "hukum", True)
        for case, refusal, words in (
            (None, KentonganError, "kasus yang disebut"),
            ("KASUS-2026-9999", NotFound, "KASUS-2026-9999"),
            (sample, Conflict, "data contoh"),
            (closed, Conflict, "ditutup"),
        ):
            with pytest.raises(refusal, match=words):
                chosen(case)
        with pytest.raises(NotAllowed, match="tidak berhak"):
            chosen(real, "pandu")
