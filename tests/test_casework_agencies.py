"""Agencies are found by any of their names, unknown ones are kept, and an officer acts only for their own."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    admin,
    at_once,
    casework,
    casework_url,
    settings,
    staff,
)

from casework.agencies import (
    Agency,
    agencies_for_danger,
    agencies_for_field,
    find_agency,
    get_agency,
    list_agencies,
    require_agency,
    take_agencies,
    take_agency,
)
from casework.agency_changes import (
    AgencyGiven,
    add_agency,
    change_agency,
    load_agencies,
    load_agency_file,
    merge_agency,
)
from casework.audit import read_audit
from casework.complaints.tables import ComplaintRow
from casework.db import Casework
from casework.people import change_role, find_person
from casework.roles import SYSTEM, Actor, Role
from kentongan.errors import BadSettings, Conflict, KentonganError, NotAllowed, NotFound

SAMPLE = Path("samples/agencies.toml")
on_sqlite = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
"""For what the engines cannot differ in."""


def load(casework: Casework) -> list[Agency]:
    with casework.begin() as session:
        return load_agencies(session, load_agency_file(SAMPLE), actor=SYSTEM, now=NOW)


@on_sqlite
@pytest.mark.parametrize(
    "name", ["dinas-pu", "Dinas Pekerjaan Umum", "  dinas  PEKERJAAN umum ", "DPU", "Dinas PUPR Tirtamaya"]
)
def test_an_agency_answers_to_code_name_and_alias_whatever_case_and_blanks(casework: Casework, name: str) -> None:
    load(casework)
    with casework.read() as session:
        found = find_agency(session, name)
        assert found is not None and found.code == "dinas-pu"
        assert find_agency(session, "Dinas Entah") is None
        with pytest.raises(NotFound, match="agencies add"):
            get_agency(session, "Dinas Entah")


def test_names_of_an_import_are_taken_once_and_wait_to_be_confirmed(casework: Casework) -> None:
    load(casework)
    names = ["Dinas Sosial", "dinsos", "Dinas Baru", " dinas  baru", "Dinas-Baru", "D" * 300]
    with casework.begin() as session:
        taken = take_agencies(session, names, now=NOW)
        again = take_agencies(session, names, now=NOW)
    assert {name: one.code for name, one in taken.items()} == {name: one.code for name, one in again.items()}
    assert taken["Dinas Sosial"].code == taken["dinsos"].code == "dinsos"
    assert taken["Dinas Baru"].code == taken[" dinas  baru"].code == "dinas-baru"
    assert (taken["Dinas Baru"].name, taken["Dinas Baru"].confirmed) == ("Dinas Baru", False)
    with casework.begin() as session, pytest.raises(ValueError, match="name"):
        take_agency(session, "  ", now=NOW)


def test_two_imports_at_once_make_one_agency(casework: Casework) -> None:
    def take() -> None:
        with casework.begin() as session:
            take_agency(session, "Dinas Baru", now=NOW)

    assert at_once([take, take, take]) == ["done"] * 3
    with casework.read() as session:
        assert [one.name for one in list_agencies(session)] == ["Dinas Baru"]


@on_sqlite
def test_fields_and_dangers_name_the_agency_nearest_to_the_region(casework: Casework) -> None:
    load(casework)
    with casework.begin() as session:
        for code, region in (("pu-randu", "99.01.02"), ("pu-jauh", "98.01")):
            given = AgencyGiven(code=code, name=code, fields=("pekerjaan-umum",), region=region)
            add_agency(session, given, actor=SYSTEM, now=NOW)
    with casework.read() as session:
        roads = {
            region: [one.code for one in agencies_for_field(session, "pekerjaan-umum", region=region)]
            for region in ("99.01.02", "99.01.03", "99.01")
        }
        assert roads == {"99.01.02": ["pu-randu", "dinas-pu"], "99.01.03": ["dinas-pu"], "99.01": ["dinas-pu"]}
        assert [one.code for one in agencies_for_danger(session, "banjir", region="99.01.02")] == ["bpbd"]
        assert agencies_for_field(session, "energi", region=None) == []


def test_an_officer_acts_for_their_own_agency_and_the_centre_for_all(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    with casework.begin() as session:
        take_agency(session, "Dinas PUPR Tirtamaya", now=NOW)
        require_agency(session, staff["petugas"], None)  # no command centre in the table yet
    load(casework)
    officer = staff["petugas"]
    with casework.begin() as session:
        require_agency(session, officer, "dinas-pu")
        for other in ("dlh", None):
            with pytest.raises(NotAllowed, match="petugas Dinas PUPR"):
                require_agency(session, officer, other)
        require_agency(session, staff["analis"], "dlh")
        person = find_person(session, officer.username)
        change_role(session, person.id, role="petugas", agency="Kominfo", actor=SYSTEM, version=person.version, now=NOW)
        require_agency(session, officer, "dlh")
        require_agency(session, officer, None)


def test_loading_a_file_takes_over_what_an_import_made_with_its_complaints(casework: Casework) -> None:
    with casework.begin() as session:
        made = take_agency(session, "Dinas Pekerjaan Umum", now=NOW)
        session.add(complaint(made.code))
    assert made.code == "dinas-pekerjaan-umum"
    assert len(load(casework)) == 16
    assert load(casework) == []
    with casework.read() as session:
        row = session.scalars(sa.select(ComplaintRow)).one()
        assert (row.agency, row.version) == ("dinas-pu", 2)
        found = get_agency(session, "dinas pekerjaan umum")
        assert (found.code, found.confirmed) == ("dinas-pu", True)
        assert not get_agency(session, made.code).active


def test_merging_moves_complaints_and_names_and_is_audited(casework: Casework, staff: dict[Role, Actor]) -> None:
    load(casework)
    with casework.begin() as session:
        session.add(complaint(take_agency(session, "Dinas Kebersihan", now=NOW).code))
    with casework.begin() as session:
        merged = merge_agency(session, "Dinas Kebersihan", into="dlh", actor=staff["admin"], now=NOW)
    assert "Dinas Kebersihan" in merged.aliases
    with casework.begin() as session:
        assert session.scalars(sa.select(ComplaintRow.agency)).all() == ["dlh"]
        assert take_agency(session, "dinas kebersihan", now=NOW).code == "dlh"
        with pytest.raises(Conflict, match="itu sendiri"):
            merge_agency(session, "dlh", into="DLH", actor=staff["admin"], now=NOW)
        entries = read_audit(session, actor=staff["admin"], now=NOW, object="agency:dlh", limit=1)
    assert [(entry.action, entry.detail["baris"]) for entry in entries] == [("agencies.merge", 1)]


@on_sqlite
def test_changing_confirms_and_refuses_names_and_words_that_are_taken_or_unknown(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    load(casework)
    admin = staff["admin"]
    with casework.begin() as session:
        one = take_agency(session, "Dinas Baru", now=NOW)
        changed = change_agency(session, one.code, {"fields": ("desa",)}, actor=admin, version=one.version, now=NOW)
        assert (changed.fields, changed.confirmed, changed.name) == (("desa",), True, "Dinas Baru")
        with pytest.raises(Conflict):
            change_agency(session, one.code, {"fields": ()}, actor=admin, version=one.version, now=NOW)
        for changes, said in (
            ({"fields": ("sihir",)}, "tidak dikenal"),
            ({"dangers": ("naga",)}, "tidak dikenal"),
            ({"name": "Dinas Sosial"}, "sudah dipakai"),
            ({"name": " "}, "tidak dapat dipakai"),
        ):
            with pytest.raises(KentonganError, match=said):
                change_agency(session, one.code, changes, actor=admin, version=changed.version, now=NOW)
        with pytest.raises(KentonganError, match="tidak dapat dipakai"):
            add_agency(session, AgencyGiven(code="Dinas X", name="Dinas X"), actor=admin, now=NOW)
        with pytest.raises(Conflict, match="sudah dipakai"):
            add_agency(session, AgencyGiven(code="lain", name="DLH"), actor=admin, now=NOW)
        with pytest.raises(NotAllowed):
            add_agency(session, AgencyGiven(code="lain", name="Lain"), actor=staff["petugas"], now=NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[agency]]\ncode = "a"\nname = "A"\nbidang = []', "tidak cocok"),
        ('[[agency]]\ncode = "a"\nname = "A"\nfields = ["sihir"]', "sihir"),
        ('[[agency]]\ncode = "a"\nname = "A"\n[[agency]]\ncode = "b"\nname = "B"\naliases = ["a"]', "dipakai a dan b"),
    ],
)
def test_a_file_of_agencies_that_contradicts_itself_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "instansi.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=said):
        load_agency_file(file)


def complaint(agency: str) -> ComplaintRow:
    """A complaint of an agency, as its table keeps it."""
    return ComplaintRow(
        number="ADU-2026-000001", publisher="kentongan", ticket="ADU-2026-000001", channel="web", document="x",
        text="Lampu jalan padam.", received_at=NOW, kind="pengaduan", agency=agency, stage="diteruskan",
        stage_since=NOW, secret=False, sample=True, given={},
    )  # fmt: skip
