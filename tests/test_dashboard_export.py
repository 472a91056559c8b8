"""Exports from Jelajah: exactly what is shown, masked, audited, and fetched by nobody else."""

from __future__ import annotations

import csv
import io
import json
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from casework_fixtures import actor, add, migrated_file
from page_world import pages_over
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import cache_resource

from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.people import first_admin
from casework.post_exports import EXPORT_NAME, export_name, exports_folder
from casework.public_accounts import MASK, mark_account
from casework.roles import SYSTEM
from dashboard.app_pages.trends import readable_kinds
from dashboard.data import shared_casework, shared_store
from dashboard.export_desk import KEPT, export_arguments, own_exports, prepare_export, sweep_exports
from dashboard.export_routes import export_routes
from dashboard.sign_in import SignInDesk
from kentongan.commands.export import configure
from kentongan.errors import KentonganError, NotAllowed
from kentongan.schema import Document, Query, document_id
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FLOOD = Query(text="banjir", since=NOW - timedelta(days=7), until=NOW)


def make_post(number: int, author: str, text: str = "banjir lagi") -> Document:
    return Document(
        id=document_id("x.com", str(number)), kind="post", publisher="x.com", platform="x", native_key=str(number),
        source="uji", text=f"{text} {number}", published_at=NOW - timedelta(hours=number), collected_at=NOW,
        author=author, url=f"https://x.com/{author.lstrip('@')}/status/{number}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Four posts, one of a marked account; pages act for the analyst ani. Dewi leads, eka researches."""
    folder = tmp_path_factory.mktemp("ekspor") / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="off", dashboard_person="ani")
    with open_store(settings) as store:
        store.add(
            [make_post(1, "@bagus_pratama"), make_post(2, "PemkabTirta"), make_post(3, "siti_r", "panen raya"),
             make_post(4, "dedi_k", "=1+1 banjir")]
        )  # fmt: skip
    with open_casework(settings) as casework:
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        ani = actor(add(casework, "ani", "analis"))
        add(casework, "dewi", "pimpinan")
        add(casework, "eka", "peneliti")
        with casework.begin() as session:
            mark_account(
                session, platform="x", account="pemkabtirta", kind="institution", reason="akun resmi", actor=ani,
                now=NOW,
            )  # fmt: skip
    with pages_over(settings):
        yield settings


def act_as(person: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages act in another person's name."""
    for name, value in as_variables(
        Settings(data_dir=settings.data_dir, sign_in="off", dashboard_person=person)
    ).items():
        monkeypatch.setenv(name, value)
    cache_resource.clear()


def folder_of(settings: Settings, username: str) -> Path:
    with open_casework(settings) as casework, casework.read() as session:
        from casework.people import find_person

        return exports_folder(settings, find_person(session, username).id)


def export(suffix: str, settings: Settings, *, named: bool = False, reason: str = "", at: datetime = NOW) -> Path:
    made = prepare_export(FLOOD, suffix=suffix, named=named, reason=reason, now=at)
    assert made.job is None
    return folder_of(settings, "ani") / made.file


def test_a_csv_holds_what_the_question_finds_with_masked_accounts(office: Settings) -> None:
    path = export(".csv", office)
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=";"))
    assert [row["text"] for row in rows] == ["banjir lagi 1", "banjir lagi 2", "'=1+1 banjir 4"]
    # A spreadsheet would compute what begins with an @, so it stands behind an apostrophe.
    assert [row["author"] for row in rows] == [f"'@ba{MASK}", "PemkabTirta", f"'@de{MASK}"]
    assert [row["url"] for row in rows] == ["", "https://x.com/PemkabTirta/status/2", ""]
    about = json.loads(path.with_name(f"{path.name}.meta.json").read_text(encoding="utf-8"))
    assert about["accounts"] == "masked" and about["rows"] == 3 and about["query"] == "banjir"
    assert "Akun disamarkan" in about["notes"][0]


def test_jsonl_and_parquet_hold_the_same(office: Settings) -> None:
    later = NOW + timedelta(seconds=1)
    lines = [json.loads(line) for line in export(".jsonl", office, at=later).read_text(encoding="utf-8").splitlines()]
    table = pq.read_table(export(".parquet", office, at=later)).to_pylist()
    assert [row["id"] for row in lines] == [row["id"] for row in table]
    assert (
        [row["author"] for row in lines]
        == [row["author"] for row in table]
        == [f"@ba{MASK}", "PemkabTirta", f"@de{MASK}"]
    )


def test_accounts_as_they_are_take_the_right_and_a_reason_which_the_audit_keeps(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(seconds=2)
    with pytest.raises(KentonganError, match="Alasannya"):
        export(".csv", office, named=True, at=later)
    path = export(".jsonl", office, named=True, reason="kasus BKT-2026-0001", at=later)
    assert "bagus_pratama" in path.read_text(encoding="utf-8")
    with open_casework(office) as casework, casework.read() as session:
        newest = next(one for one in read_audit(session, actor=SYSTEM, now=NOW) if one.action == "posts.export")
    assert newest.detail["accounts"] == "named" and newest.detail["reason"] == "kasus BKT-2026-0001"
    assert newest.detail["documents"] == 3 and newest.actor_name == "ani"
    act_as("eka", office, monkeypatch)
    with pytest.raises(NotAllowed, match="mencari menurut akun"):
        prepare_export(FLOOD, suffix=".csv", named=True, reason="kasus BKT-2026-0001", now=later)
    shared_casework().close()


def test_who_may_not_export_is_refused_before_anything_is_written(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as("dewi", office, monkeypatch)
    with pytest.raises(NotAllowed, match="mengekspor unggahan"):
        prepare_export(FLOOD, suffix=".csv", named=False, reason="", now=NOW)
    assert not folder_of(office, "dewi").exists()
    shared_casework().close()


def test_a_file_is_its_persons_alone_whatever_name_is_typed(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    act_as("ani", office, monkeypatch)
    later = NOW + timedelta(seconds=3)
    path = export(".csv", office, at=later)

    def ask(person: str, file: str = path.name) -> tuple[int, bytes]:
        settings = Settings(data_dir=office.data_dir, sign_in="off", dashboard_person=person)
        with open_casework(settings) as casework:
            app = Starlette(routes=export_routes(lambda: desk(settings, casework)))
            answer = TestClient(app).get(f"/unduhan/{file}")
            assert answer.status_code != 200 or "no-store" in answer.headers["cache-control"]
            return answer.status_code, answer.content

    status, content = ask("ani")
    assert status == 200 and content == path.read_bytes()
    assert ask("ani", f"{path.name}.meta.json")[0] == 200
    assert ask("eka")[0] == 404, "another who may export finds nothing under that name"
    assert ask("dewi")[0] == 403
    for file in ("..%2f..%2fcasework.sqlite", "casework.sqlite", ".hidden", f".{path.name}.kentongan-part"):
        assert ask("ani", file)[0] == 404
    with open_casework(office) as casework:
        signed = Settings(data_dir=office.data_dir, sign_in="required")
        app = Starlette(routes=export_routes(lambda: desk(signed, casework)))
        assert TestClient(app).get(f"/unduhan/{path.name}").status_code == 401


def desk(settings: Settings, casework: Casework) -> SignInDesk:
    return SignInDesk(settings=settings, casework=lambda: casework)


def test_files_are_listed_for_a_day_and_then_removed(office: Settings) -> None:
    now = datetime.now(UTC)
    files, jobs = own_exports(now=now)
    assert files and not jobs and all(EXPORT_NAME.fullmatch(one.file) for one in files)
    assert own_exports(now=now + KEPT + timedelta(hours=1))[0] == []
    sweep_exports(folder_of(office, "ani"), now=now + KEPT + timedelta(hours=1))
    assert list(folder_of(office, "ani").iterdir()) == []


def test_a_large_export_is_the_same_command_with_what_was_typed_behind_all_options(tmp_path: Path) -> None:
    query = Query(text="-jakarta --to /etc/passwd", since=FLOOD.since, until=FLOOD.until)
    arguments = export_arguments(query, tmp_path / "a.csv", named=False)
    parser = ArgumentParser()
    configure(parser)
    options = parser.parse_args(arguments[1:])
    assert arguments[0] == "export"
    assert options.query == query.text and options.mask_authors
    assert options.to == [str(tmp_path / "a.csv"), query.until.isoformat()]  # type: ignore[union-attr]


def test_what_complaints_say_leaves_only_with_roles_that_handle_them(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = replace(make_post(9, "warga", "banjir di depan rumah"), kind="complaint", id=document_id("adu", "9"))
    shared_store().add([complaint])
    shared_store().refresh()
    try:
        monkeypatch.setattr("dashboard.export_desk.visitor_role", lambda **_: "petugas")
        assert prepare_export(FLOOD, suffix=".csv", named=False, reason="", now=NOW).documents == 4
        monkeypatch.setattr("dashboard.export_desk.visitor_role", lambda **_: "peneliti")
        later = NOW + timedelta(seconds=2)
        made = prepare_export(FLOOD, suffix=".csv", named=False, reason="", now=later)
        assert made.documents == 3 and "depan rumah" not in (folder_of(office, "ani") / made.file).read_text("utf-8")
        with pytest.raises(NotAllowed):
            prepare_export(
                replace(FLOOD, kinds=("complaint",)), suffix=".csv", named=False, reason="", now=later
            )  # fmt: skip
        monkeypatch.setattr("dashboard.app_pages.trends.visitor_role", lambda **_: "peneliti")
        assert all("complaint" not in kinds and kinds for kinds in readable_kinds().values())
    finally:
        shared_store().drop([complaint.id])


def test_the_files_name_says_query_and_time() -> None:
    query = Query(text='topik:kesehatan "Beras MAHAL" ../../etc 😀')
    name = export_name(query, suffix=".csv", now=NOW, zone="WIB")
    assert name == "kentongan-topik-kesehatan-beras-mahal-etc-20261121-100000-wib.csv"
    assert EXPORT_NAME.fullmatch(name)
    assert EXPORT_NAME.fullmatch(export_name(Query(text="x" * 2000), suffix=".jsonl", now=NOW, zone="WITA"))
    assert "semua" in export_name(Query(text="😀"), suffix=".parquet", now=NOW, zone="WIT")
