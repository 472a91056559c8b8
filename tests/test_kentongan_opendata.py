"""Open data: small counts hidden so that no subtraction gives them back, no person, no text, whole months only."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, actor, migrated_file
from command_line import run_here
from complaint_courses import put_agencies, put_complaint, put_many
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.followups.open_counts import SMALL_COUNT, add_totals, count_hidden, hide_series, hide_small
from casework.followups.open_data import (
    LEVELS,
    OpenData,
    check_months,
    collect_open_data,
    last_whole_month,
    may_count_people,
    months_between,
)
from casework.followups.open_files import COUNTS, INDICATORS, PACKAGE, cell_of, make_files, write_open_data
from casework.indicator_tables import IndicatorSeriesRow, MeasurementRow
from casework.people import add_person
from casework.roles import SYSTEM
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotConfigured
from kentongan.places import load_gazetteer
from kentongan.settings import Settings
from kentongan.times import to_zone

SINCE = datetime(2026, 9, 30, 17, tzinfo=UTC)
GAZETTEER = load_gazetteer()
PLACES = {"organisation": "Command Center Tirtamaya", "licence": "CC-BY-4.0", "contact": "ppid@tirtamaya.example"}

LEAVES = st.dictionaries(
    st.tuples(
        st.sampled_from(["2026-09", "2026-10"]), st.sampled_from("AB"), st.sampled_from("jkl"), st.sampled_from("xy")
    ),
    st.integers(0, 14),
    max_size=20,
)


@profile(max_examples=60, deadline=None)
@given(LEAVES)
def test_no_published_count_is_small_and_no_difference_of_published_counts_either(
    leaves: dict[tuple[str, ...], int],
) -> None:
    shown, true = hide_small(leaves), add_totals(leaves)
    assert all(count >= SMALL_COUNT and count == true[path] for path, count in shown.items())
    for path, total in shown.items():
        assert len(path) == 1 or path[:-1] in shown, "a row stands only below its total"
        below = [one for one in shown if one[: len(path)] == path and one != path]
        # Whatever rows below a total do not overlap may be taken from it.
        for chosen in chain.from_iterable(combinations(below, size) for size in range(min(len(below), 2) + 1)):
            apart = all(a[: len(b)] != b and b[: len(a)] != a for a, b in combinations(chosen, 2))
            if apart:
                rest = total - sum(shown[one] for one in chosen)
                unseen = rest - sum(shown[one] for one in below_all(below, chosen, path))
                assert unseen == 0 or unseen >= SMALL_COUNT, (path, chosen)
    assert count_hidden(shown, depth=4) >= 0


def below_all(below: list[tuple[str, ...]], chosen: tuple[tuple[str, ...], ...], path: tuple[str, ...]) -> Any:
    """The highest published rows below a total that no chosen row covers or lies in: all an attacker can still take."""
    left = [one for one in below if not any(one[: len(c)] == c or c[: len(one)] == one for c in chosen)]
    return [one for one in left if not any(one != up and one[: len(up)] == up for up in left)]


@profile(max_examples=60, deadline=None)
@given(LEAVES)
def test_a_hidden_small_count_could_as_well_be_nothing_or_no_small_one(leaves: dict[tuple[str, ...], int]) -> None:
    shown, true = hide_small(leaves), add_totals(leaves)
    for path, count in true.items():
        if path in shown or count >= SMALL_COUNT:
            continue
        above = next((path[:length] for length in range(len(path) - 1, 0, -1) if path[:length] in shown), None)
        if above is None:
            continue  # not even a total of it is known
        beside = [one for one in shown if len(one) == len(above) + 1 and one[: len(above)] == above]
        room = shown[above] - sum(shown[one] for one in beside)
        assert room >= SMALL_COUNT, "what is unseen beside it could all be its own, and all be another's"


def test_one_small_row_takes_the_smallest_of_the_others_with_it() -> None:
    leaves = {("m", "a"): 2, ("m", "b"): 7, ("m", "c"): 30}
    assert hide_small(leaves) == {("m",): 39, ("m", "c"): 30}, "39 - 30 - 7 would have given 2"
    assert hide_small({("m", "a"): 6, ("m", "b"): 7}) == {("m",): 13, ("m", "a"): 6, ("m", "b"): 7}
    assert hide_small({("m", "a"): 2, ("m", "b"): 3, ("m", "c"): 9}) == {("m",): 14, ("m", "c"): 9}
    assert hide_small({("m", "a"): 3}) == {}, "a total that is small is hidden too"
    with pytest.raises(ValueError, match="below zero"):
        add_totals({("m", "a"): -1})


def test_an_indicator_of_people_is_left_out_where_any_region_has_few() -> None:
    values = [("okt", "A", 3.0), ("okt", "B", 900.0), ("nov", "A", 0.0), ("nov", "B", 5.0)]
    assert hide_series(values) == {"okt"}
    assert [may_count_people(unit) for unit in ("kasus/bulan", "jiwa", "Rp/kg", "%")] == [True, True, False, False]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Casework]]:
    folder = tmp_path_factory.mktemp("terbuka")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    with open_casework(Settings(data_dir=folder)) as opened:
        yield Settings(data_dir=folder, open_data_contact="ppid@tirtamaya.example"), opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Casework]:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    with open_casework(Settings(data_dir=tmp_path)) as opened:
        with opened.begin() as session:
            put_agencies(session)
        yield opened


def collect(casework: Casework, *months: str) -> OpenData:
    with casework.begin() as session:
        return collect_open_data(session, months=months, gazetteer=GAZETTEER, zone="WIB", actor=SYSTEM, now=NOW)


def read_table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "Excel in Indonesia reads UTF-8 with its mark"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_published_count_is_what_the_rows_say(empty: Casework) -> None:
    with empty.begin() as session:
        made = put_many(session, 250, since=SINCE - timedelta(days=3), days=36, seed=3)
        for one in made:
            session.refresh(one.row)
            session.expunge(one.row)
    files = make_files(collect(empty, "2026-10"), **PLACES, zone="WIB")
    true: Counter[tuple[str, ...]] = Counter()
    for one in made:
        row = one.row
        local = to_zone(row.received_at, "WIB").date().isoformat()
        if row.secret or row.held or not local.startswith("2026-10"):
            continue
        path = (
            "2026-10", row.region or "tanpa-wilayah", row.category or "tanpa-kategori",
            row.stage.replace("_", " "), local,
        )  # fmt: skip
        for length in range(1, 6):
            true[path[:length]] += 1
    told = read_table(files[COUNTS])
    words = {"diteruskan ke instansi": "diteruskan", "menunggu verifikasi": "menunggu verifikasi"}
    assert len(told) > 20
    for line in told:
        parts = [line["bulan"], line["kode_wilayah"], line["kode_kategori"], words.get(line["status"], line["status"])]
        path = tuple([*parts, line["hari"]][: LEVELS.index(line["tingkat"]) + 1])
        assert int(line["jumlah"]) == true[path] >= SMALL_COUNT, line
        assert (line["hari"] == "") == (line["tingkat"] != "hari")


NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ ", min_size=6, max_size=14).map(lambda s: f"Zq{s}x")


@profile(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.integers(10**9, 10**10 - 1).map(lambda n: f"08{n}"), st.text(min_size=8, max_size=40)),
        min_size=6,
        max_size=12,
    )
)
def test_no_name_contact_or_word_of_a_complaint_is_in_any_file(
    office: tuple[Settings, Casework], people: list[tuple[str, str, str]]
) -> None:
    _, casework = office
    secrets: list[str] = []
    with casework.engine.connect() as kept, kept.begin() as turn:
        from sqlalchemy.orm import Session

        with Session(bind=kept, join_transaction_mode="create_savepoint") as session:
            put_agencies(session)
            for number, (name, contact, text) in enumerate(people, 1):
                said = f"Qx{number} {text.encode('utf-8', 'replace').decode()}".replace("\x00", "")
                title, given_words = f"Jz{number} judulnya", f"Vw{number} sebutan"
                put_complaint(
                    session, number, received_at=SINCE + timedelta(days=2), text=said, title=title, place=said,
                    reporter=(name, contact), category="jalan", category_given=given_words, region="33.99.01",
                )  # fmt: skip
                # Somebody's words where a code belongs.
                put_complaint(
                    session, 1000 + number, received_at=SINCE + timedelta(days=2), text=said, category=f"Vw{number}",
                    region="33.99.01",
                )  # fmt: skip
                secrets += [name, contact, said, title, given_words, f"Vw{number}", f"ADU-2026-{number:06d}"]
            data = collect_open_data(
                session, months=["2026-10"], gazetteer=GAZETTEER, zone="WIB", actor=SYSTEM, now=NOW
            )
        turn.rollback()
    assert data.counts, "there is something to publish"
    files = make_files(data, **PLACES, zone="WIB")
    everything = b"\n".join(files.values()).decode("utf-8-sig")
    assert not [secret for secret in secrets if secret in everything]


def test_indicators_go_out_with_their_newest_value_and_without_who_entered_them(empty: Casework) -> None:
    with empty.begin() as session:
        for code, name, unit in (("harga", "=Harga beras", "Rp/kg"), ("dbd", "Kasus DBD", "kasus/bulan")):
            session.add(
                IndicatorSeriesRow(
                    code=code, name=name, unit=unit, decimals=0, direction="lower", every_days=30,
                    agency="Dinas Perdagangan",
                )
            )  # fmt: skip
        session.flush()
        for series, region, value, recorded in (
            ("harga", "33.74", 14000.0, 1),
            ("harga", "33.74", 14500.0, 2),
            ("dbd", "33.74", 40.0, 1),
            ("dbd", "33.74.01", 2.0, 1),
        ):
            unit = "Rp/kg" if series == "harga" else "kasus/bulan"
            session.add(
                MeasurementRow(
                    series=series, region=region, time=SINCE, value=value, unit=unit,
                    source=f"diketik Budi {recorded}", recorded_at=SINCE + timedelta(days=recorded),
                )
            )  # fmt: skip
    data = collect(empty, "2026-10")
    files = make_files(data, **PLACES, zone="WIB")
    (line,) = read_table(files[INDICATORS])
    assert (line["nilai"], line["tanggal"], line["instansi"]) == ("14500", "2026-10-01", "Dinas Perdagangan")
    assert line["indikator"] == "'=Harga beras", "no spreadsheet takes a name for a formula"
    assert "Budi" not in b"".join(files.values()).decode() and data.hidden_values == 2


def test_the_metadata_describe_every_file_and_column(office: tuple[Settings, Casework], tmp_path: Path) -> None:
    _, casework = office
    made = write_open_data(collect(casework, "2026-08", "2026-09"), tmp_path, **PLACES, zone="WIB")
    assert made.name == "data-terbuka-2026-08-2026-09-2026-11-21"
    package = json.loads((made / PACKAGE).read_text(encoding="utf-8"))
    assert package["temporal"] == {"start": "2026-08-01", "end": "2026-09-30"}
    assert package["licenses"][0]["path"].startswith("https://creativecommons.org/")
    assert package["contactPoint"] == PLACES["contact"] and package["small_count"] == SMALL_COUNT
    for resource in package["resources"]:
        content = (made / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = content.decode("utf-8-sig").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])
    with pytest.raises(Conflict, match="sudah ada"):
        write_open_data(collect(casework, "2026-08", "2026-09"), tmp_path, **PLACES, zone="WIB")
    assert [path.name for path in tmp_path.iterdir()] == [made.name], "nothing half made is left"
    with pytest.raises(KentonganError, match="Lisensi"):
        make_files(collect(casework, "2026-09"), **{**PLACES, "licence": "punya-saya"}, zone="WIB")


def test_only_whole_months_that_are_over_are_published(office: tuple[Settings, Casework]) -> None:
    _, casework = office
    assert last_whole_month(date(2027, 1, 3)) == "2026-12"
    assert months_between("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    today = date(2026, 11, 21)
    assert check_months(["2026-10", "2026-09", "2026-10"], today=today) == ["2026-09", "2026-10"]
    for wrong in (["2026-11"], ["2026-13"], ["kemarin"], []):
        with pytest.raises(KentonganError):
            check_months(wrong, today=today)
    with pytest.raises(KentonganError):
        months_between("2026-10", "2026-09")
    with casework.begin() as session:
        person = add_person(session, "peni", name="Peni", role="peneliti", actor=SYSTEM, now=NOW)
        with pytest.raises(NotAllowed, match="menerbitkan data terbuka"):
            collect_open_data(
                session, months=["2026-09"], gazetteer=GAZETTEER, zone="WIB", actor=actor(person), now=NOW
            )
        assert "opendata.export" in [one.action for one in read_audit(session, actor=SYSTEM, now=NOW)]


def test_cells_are_written_as_programs_read_them() -> None:
    assert [cell_of(value) for value in (None, 3, 2.0, 2.5, "a", "=1")] == ["", "3", "2", "2.5", "a", "'=1"]


def test_the_command_writes_a_dated_folder_and_asks_for_a_contact(
    office: tuple[Settings, Casework], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, casework = office
    words = ("opendata", "export", str(tmp_path / "keluar"), "--from", "2026-09")
    assert run_here(settings, *words) == 0
    line = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in Path(line["folder"]).iterdir()) == [
        "BACA-SAYA.md", "aduan.csv", "datapackage.json", "indikator.csv",
    ]  # fmt: skip
    with pytest.raises(NotConfigured, match="alamat untuk bertanya"):
        run_here(Settings(data_dir=settings.data_dir), *words)
    with casework.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM audit WHERE action = 'opendata.export'"))
