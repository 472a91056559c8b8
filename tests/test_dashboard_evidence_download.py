"""Downloading a package of evidence: only legal staff, only what was exported, and on record."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from casework_fixtures import migrated_file
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from casework.accounts.sessions import end_all, open_session
from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.people import Person, add_person
from casework.roles import ROLES, SYSTEM, Actor, Role
from dashboard.evidence_download import evidence_routes
from dashboard.gate import SignInGate
from dashboard.sign_in import COOKIE, SignInDesk
from evidence.cases import open_case
from evidence.cases.custody import read_chain
from evidence.package.custody import note_built, note_exported
from evidence.package.handing_out import list_handouts, packages_folder
from kentongan.settings import Settings

NOW = datetime.now(UTC)
PACKAGE = b"PK paket bukti " * 100_000


@dataclass(frozen=True, kw_only=True)
class Office:
    settings: Settings
    casework: Casework
    people: dict[Role, Person]
    case: str

    def client(self, role: Role | None) -> TestClient:
        desk = SignInDesk(settings=self.settings, casework=lambda: self.casework)
        app = Starlette(
            routes=evidence_routes(lambda: desk), middleware=[Middleware(SignInGate, desk_of=lambda: desk)]
        )  # fmt: skip
        client = TestClient(app, follow_redirects=False)
        if role is not None:
            with self.casework.begin() as session:
                token = open_session(session, self.people[role].id, browser="Firefox", now=NOW).token
            client.cookies.set(COOKIE, token)
        return client


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("unduh")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder)
    (folder / "rahasia.zip").write_bytes(b"bukan untuk siapa pun")
    with open_casework(settings) as casework:
        with casework.begin() as session:
            people = {
                role: add_person(
                    session, f"si-{role}", name=role.title(), role=role, actor=SYSTEM, now=NOW,
                    agency="Dinas PUPR" if role == "petugas" else None,
                )
                for role in ROLES
            }  # fmt: skip
            lawyer = Actor(id=people["hukum"].id, username="si-hukum", role="hukum")
            case = open_case(session, title="Tautan bansos", purpose="Laporan ke dinas", actor=lawyer, now=NOW).id
            number = note_built(
                session, case, route="police", documents=1, captures=0, actor=lawyer, now=NOW, via=None
            )  # fmt: skip
            note_exported(
                session, case, number, tagmanifest_sha512="0" * 128, sha256=hashlib.sha256(PACKAGE).hexdigest(),
                route="police", actor=lawyer, now=NOW, via=None,
            )  # fmt: skip
        yield Office(settings=settings, casework=casework, people=people, case=case)


@pytest.fixture
def package(office: Office) -> Path:
    folder = packages_folder(office.settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{office.case}-surat-pengantar.pdf").write_bytes(b"%PDF surat")
    place = folder / f"{office.case}.zip"
    place.write_bytes(PACKAGE)
    return place


def test_legal_staff_download_what_was_exported_and_the_chain_says_who_took_it(office: Office, package: Path) -> None:
    client = office.client("hukum")
    assert list_handouts(office.settings, office.case) == [package.name, f"{office.case}-surat-pengantar.pdf"]
    answer = client.get(f"/bukti/{package.name}")
    assert answer.status_code == 200 and answer.content == PACKAGE
    assert answer.headers["content-type"] == "application/zip" and answer.headers["cache-control"] == "no-store"
    assert package.name in answer.headers["content-disposition"]
    letter = client.get(f"/bukti/{office.case}-surat-pengantar.pdf")
    assert letter.content == b"%PDF surat" and letter.headers["content-type"] == "application/pdf"
    with office.casework.begin() as session:
        entry = read_chain(session, office.case)[-2]
        acts = [one.detail.get("diunduh") for one in read_audit(session, actor=SYSTEM, now=NOW)]
    assert (entry.actor, entry.detail["diunduh"], entry.detail["paket"]) == ("si-hukum", package.name, 1)
    assert package.name in acts


@pytest.mark.parametrize("role", [role for role in ROLES if role != "hukum"])
def test_no_other_role_gets_it_and_nothing_is_written(office: Office, package: Path, role: Role) -> None:
    with office.casework.read() as session:
        before = len(read_chain(session, office.case))
    answer = office.client(role).get(f"/bukti/{package.name}")
    assert answer.status_code == 403 and PACKAGE[:10] not in answer.content and "Traceback" not in answer.text
    with office.casework.read() as session:
        assert len(read_chain(session, office.case)) == before


def test_a_stranger_an_ended_session_and_another_sites_page_get_nothing(office: Office, package: Path) -> None:
    assert office.client(None).get(f"/bukti/{package.name}").status_code == 401
    client = office.client("hukum")
    assert client.get(f"/bukti/{package.name}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with office.casework.begin() as session:
        end_all(session, office.people["hukum"].id, now=NOW)
    assert client.get(f"/bukti/{package.name}").status_code == 401


def test_a_package_that_changed_since_is_not_given_out(office: Office, package: Path) -> None:
    package.write_bytes(PACKAGE[:-1] + b"!")
    client = office.client("hukum")
    for name in (package.name, f"{office.case}-surat-pengantar.pdf"):
        answer = client.get(f"/bukti/{name}")
        assert answer.status_code == 409 and "isinya berubah" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "..%2F..%2Frahasia.zip", "%2e%2e%2frahasia.zip", "..", "rahasia.zip", "KASUS-2026-0001.zip%00.pdf",
        "KASUS-2026-9999.zip", "KASUS-2026-0001", "KASUS-2026-0001.zip/..", "KASUS-２０２６-0001.zip", "x" * 5000,
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(office: Office, package: Path, name: str) -> None:
    answer = office.client("hukum").get(f"/bukti/{name}")
    assert answer.status_code in (401, 404) and b"bukan untuk" not in answer.content
