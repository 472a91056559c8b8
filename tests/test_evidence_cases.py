"""Cases: opened, filled, held and closed by people, on both databases; what was secured depends on no store."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, at_once, casework, casework_url, settings, staff  # noqa: F401
from evidence_desk import PURPOSE, REASON, EvidenceDesk, archived
from search_stores import embedded_store
from sqlalchemy.exc import DBAPIError
from story_desk import MESSAGE, OTHER, VARIANT, Desk, id_of
from test_crawlers_by_hand import PNG
from warcio.archiveiterator import ArchiveIterator

from casework.audit import read_audit
from casework.case_tables import CaseRow
from casework.db import Casework
from casework.entries import take_back
from casework.roles import SYSTEM, Actor, Role
from crawlers.archive import read_raw
from crawlers.by_hand import keep_picture
from evidence.cases import (
    add_capture,
    close_case,
    describe_case,
    held_documents,
    hold_case,
    note_case,
    open_case,
    read_case,
    release_case,
    reopen_case,
    secure_document,
    view_case,
)
from evidence.cases.archive_copy import copy_records, raw_pointers
from evidence.cases.custody import read_chain
from evidence.records import Capture, CaptureFile, Case, ObjectRef
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import BY_HAND, Query, Record
from kentongan.settings import Settings
from search.retention import prune


@pytest.fixture
def desk(casework: Casework, staff: dict[Role, Actor], tmp_path: Path) -> EvidenceDesk:
    return EvidenceDesk(casework=casework, staff=staff, folder=tmp_path)


def capture(number: int, **changes: object) -> Capture:
    """A capture whose files nobody reads."""
    kept = ObjectRef(sha256=f"{number:064x}", size=10)
    values: dict[str, object] = {
        "id": f"{number:020x}", "url": "https://sosial.example/0", "final_url": "https://sosial.example/0?a=1",
        "at": NOW, "status": 200, "title": "Judul\ud800", "files": (CaptureFile(name="layar.png", object=kept),),
        "missing": ("Video tidak tertangkap.",),
    }  # fmt: skip
    return Capture(**{**values, **changes})  # type: ignore[arg-type]


# Opening.


def test_cases_count_up_within_the_year_of_the_zone_without_a_hole(desk: EvidenceDesk) -> None:
    assert [desk.open().id, desk.open().id] == ["KASUS-2026-0001", "KASUS-2026-0002"]
    with pytest.raises(ZeroDivisionError), desk.casework.begin() as session:
        open_case(session, title="Batal", purpose=PURPOSE, actor=desk.staff["hukum"], now=NOW)
        raise ZeroDivisionError
    assert at_once([desk.open] * 6) == ["done"] * 6
    new_year = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight in Jakarta
    for zone in ("WIB", "WIB", "WITA"):
        with desk.casework.begin() as session:
            open_case(session, title="Baru", purpose=PURPOSE, actor=desk.staff["hukum"], now=new_year, zone=zone)
    ids = [f"KASUS-2027-{n:04d}" for n in (3, 2, 1)] + [f"KASUS-2026-{n:04d}" for n in range(8, 0, -1)]
    assert [case.id for case in desk.cases()] == ids


def test_a_case_says_why_it_holds_personal_data(desk: EvidenceDesk) -> None:
    for title, purpose in (("x", PURPOSE), ("Bansos", "perlu"), ("Bansos", " \n"), ("Bansos", "a" * 2001)):
        with pytest.raises(KentonganError, match="harus"), desk.casework.begin() as session:
            open_case(session, title=title, purpose=purpose, actor=desk.staff["hukum"], now=NOW)
    assert desk.cases() == []
    opened = desk.open("  Bansos\npalsu\x00 ")
    assert (opened.title, opened.purpose, opened.state, opened.held, opened.version) == (
        "Bansos palsu\ufffd", PURPOSE, "open", False, 1,
    )  # fmt: skip
    assert len(bytes.fromhex(opened.chain_salt)) == 16 and desk.open().chain_salt != opened.chain_salt


# Securing.


def test_what_was_secured_outlives_the_store_and_the_archive_byte_for_byte(desk: EvidenceDesk) -> None:
    record = archived(desk.archive, changed=True)
    raws = [record.document.raw, record.observations[0].revision.raw]  # type: ignore[union-attr]
    answers = [read_raw(desk.archive, raw) for raw in raws if raw]
    whole = next(desk.archive.rglob("*.warc.gz")).read_bytes()
    kept = desk.secure(record)
    shutil.rmtree(desk.archive)
    assert msgspec.json.decode(desk.objects.read(kept.snapshot.sha256), type=Record) == record
    assert kept.raw is not None and (kept.secured_by, kept.sample) == ("si-analis", False)
    copy = desk.objects.read(kept.raw.sha256)
    read = [
        (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.raw_stream.read())
        for one in ArchiveIterator(io.BytesIO(copy), check_digests="raise")
    ]
    assert [kind for kind, _, _ in read] == ["warcinfo", "response", "request", "response", "request"]
    told = [(answer.url, answer.body) for answer in answers]
    assert [(url, body) for kind, url, body in read if kind == "response"] == told
    # The very members that the crawler wrote: each part of the copy is a part of the archive.
    members = copy.split(b"\x1f\x8b\x08\x00")[1:]
    assert len(members) == 5 and all(b"\x1f\x8b\x08\x00" + member in whole for member in members)


def test_securing_writes_where_it_came_from_its_labels_and_what_was_kept(desk: EvidenceDesk) -> None:
    record = archived(desk.archive)
    kept = desk.secure(record)
    with desk.casework.read() as session:
        opened, collected, scored, secured = read_chain(session, "KASUS-2026-0001")
        audit = read_audit(session, actor=SYSTEM, now=NOW, object="case:KASUS-2026-0001")
    assert [entry.act for entry in (opened, collected, scored, secured)] == [
        "opened", "collected", "scored", "secured",
    ]  # fmt: skip
    assert collected.detail["waktu"] == record.document.collected_at.isoformat() and collected.at == NOW
    assert (collected.detail["sumber"], collected.object) == ("uji", f"document:{record.document.id}")
    assert scored.detail["label"] == ["sentiment: negative (model linear 1, 0.900)"]
    assert kept.raw is not None and secured.detail["arsip"] == kept.raw.sha256
    assert (secured.detail["salinan"], secured.detail["tidak_terarsip"]) == (kept.snapshot.sha256, [])
    assert (secured.actor, secured.role) == ("si-analis", "analis")
    assert [entry.action for entry in audit] == ["cases.secured", "cases.scored", "cases.collected", "cases.opened"]


@pytest.mark.parametrize("harm", ["missing", "cut", "flipped", "outside"])
def test_an_answer_that_cannot_be_copied_is_named_and_the_others_are_copied(tmp_path: Path, harm: str) -> None:
    one, other = raw_pointers(archived(tmp_path / "arsip", changed=True))
    file = tmp_path / "arsip" / one.file
    content = bytearray(file.read_bytes())
    if harm == "missing":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: other.offset + 30])
    elif harm == "flipped":
        content[other.offset + 40] ^= 0xFF
        file.write_bytes(content)
    else:
        shutil.copy(file, tmp_path / "luar.warc.gz")
        other = replace(other, file="../luar.warc.gz")
    copy = io.BytesIO()
    copied = copy_records(tmp_path / "arsip", [one, other], to=copy)
    lost = 2 if harm == "missing" else 1
    assert (copied.records, len(copied.missing)) == (2 - lost, lost)
    assert all("rsip" in sentence for sentence in copied.missing)
    kinds = [found.rec_type for found in ArchiveIterator(io.BytesIO(copy.getvalue()), check_digests="raise")]
    assert kinds == ([] if lost == 2 else ["warcinfo", "response", "request"])


def test_what_the_archive_no_longer_has_is_said_in_the_chain_and_the_rest_is_secured(desk: EvidenceDesk) -> None:
    record, bare = archived(desk.archive), archived(desk.archive, 1)
    shutil.rmtree(desk.archive)
    kept = desk.secure(record)
    assert kept.raw is None and msgspec.json.decode(desk.objects.read(kept.snapshot.sha256), type=Record) == record
    with desk.casework.read() as session:
        (lost,) = read_chain(session, "KASUS-2026-0001")[-1].detail["tidak_terarsip"]  # type: ignore[misc]
    assert "tidak ada" in lost
    bare = replace(bare, document=replace(bare.document, raw=None), labels={})
    assert desk.secure(bare).raw is None
    assert desk.acts("KASUS-2026-0002") == ["opened", "collected", "secured"]


def test_a_picture_that_a_person_handed_in_is_secured_with_the_post(desk: EvidenceDesk) -> None:
    name = keep_picture(desk.folder / "gambar", PNG).name
    record = archived(desk.archive)
    by_hand = replace(record, document=replace(record.document, source=BY_HAND, raw=None, facts={"bukti": name}))
    kept = desk.secure(by_hand)
    (desk.folder / "gambar" / name).unlink()
    assert kept.raw is not None
    (one,) = ArchiveIterator(io.BytesIO(desk.objects.read(kept.raw.sha256)), check_digests="raise")
    assert (one.rec_type, one.rec_headers.get_header("Content-Type")) == ("resource", "image/png")
    lost = archived(desk.archive, 1)
    lost = replace(lost, document=replace(lost.document, raw=None, facts={"bukti": name}))
    assert desk.secure(lost).raw is None


def test_secured_twice_is_once_also_at_the_same_moment(desk: EvidenceDesk) -> None:
    record, later = archived(desk.archive), archived(desk.archive, 1)
    first = desk.secure(record)
    acts = desk.acts("KASUS-2026-0001")
    assert desk.secure(record, case="KASUS-2026-0001", role="petugas") == first == desk.secure(record)
    assert desk.acts("KASUS-2026-0001") == acts
    assert at_once([lambda: desk.secure(later)] * 4) == ["done"] * 4
    first_case, second_case = desk.cases()[::-1]
    assert (len(first_case.documents), len(second_case.documents)) == (1, 1)


def test_a_document_joins_the_open_case_of_its_story_else_a_case_named_after_its_words(
    casework: Casework, settings: Settings, staff: dict[Role, Actor], tmp_path: Path
) -> None:
    desk = EvidenceDesk(casework=casework, staff=staff, folder=tmp_path)
    with embedded_store(tmp_path) as store:
        Desk(store, casework, settings).update(MESSAGE, VARIANT, OTHER)
        copy, variant, other = (one for one in store.get([id_of(n) for n in range(3)]) if one)
    for record in (copy, other, variant):
        desk.secure(record, role="petugas")
    second, first = desk.cases()
    assert [one.document for one in first.documents] == [id_of(0), id_of(1)]
    assert [one.document for one in second.documents] == [id_of(2)]
    assert first.purpose == "Diamankan dari pantauan; tujuan belum diisi"
    assert first.title == "Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena tercemar…"
    assert (first.opened_by, first.documents[0].raw) == ("si-petugas", None)
    with casework.begin() as session:
        close_case(session, first.id, reason=REASON, actor=staff["hukum"], now=NOW)
    desk.secure(variant)
    assert [one.document for one in desk.cases()[0].documents] == [id_of(1)]
    with casework.read() as session:
        assert held_documents(session) == {id_of(n) for n in range(3)}


def test_invented_and_real_data_never_share_a_case(desk: EvidenceDesk) -> None:
    real, sample = desk.open(), desk.open(sample=True)
    invented, true = archived(desk.archive, 1, sample=True), archived(desk.archive, 2)
    for record, case in ((invented, real), (true, sample)):
        with pytest.raises(Conflict, match="tidak boleh campur"):
            desk.secure(record, case=case.id)
    assert desk.secure(invented).sample and desk.cases()[0].sample
    assert desk.acts(real.id) == desk.acts(sample.id) == ["opened"]
    with pytest.raises(NotFound, match="KASUS-1"):
        desk.secure(true, case="KASUS-1")


# Captures.


def test_a_capture_comes_in_once_with_the_digests_of_its_files(desk: EvidenceDesk) -> None:
    one, other = desk.open(), desk.open()
    record = archived(desk.archive)
    desk.secure(record, case=one.id)

    def take(case: Case, taken: Capture, document: str | None = None) -> Capture:
        with desk.casework.begin() as session:
            return add_capture(
                session, case.id, taken, document=document, actor=desk.staff["petugas"], now=NOW + timedelta(hours=1)
            )

    kept = take(one, capture(1), record.document.id)
    assert kept == replace(capture(1), title="Judul\ufffd", document=record.document.id) == take(one, capture(1))
    with desk.casework.read() as session:
        assert read_case(session, one.id).captures == (kept,)
        entry = read_chain(session, one.id)[-1]
    assert (entry.act, entry.object) == ("captured", f"capture:{1:020x}")
    assert entry.detail["berkas"] == [f"layar.png {1:064x}"]
    assert entry.detail["tidak_tertangkap"] == ["Video tidak tertangkap."]
    with pytest.raises(Conflict, match=f"sudah ada di kasus {one.id}"):
        take(other, capture(1))
    with pytest.raises(Conflict, match="belum diamankan"):
        take(other, capture(2), record.document.id)
    assert desk.acts(one.id).count("captured") == 1 and desk.acts(other.id) == ["opened"]


# Hold, close, note, look.


def test_title_and_purpose_can_be_filled_in_and_what_they_were_stays_in_the_chain(desk: EvidenceDesk) -> None:
    case = desk.open("Bansos")
    analyst = desk.staff["analis"]
    with desk.casework.begin() as session:
        told = describe_case(
            session, case.id, purpose="Laporan polisi nomor 12 atas nama korban", actor=analyst, now=NOW
        )
        assert (told.title, told.purpose) == ("Bansos", "Laporan polisi nomor 12 atas nama korban")
        last = read_chain(session, case.id)[-1]
    assert (last.act, last.detail["tujuan_sebelumnya"], last.actor) == ("noted", case.purpose, analyst.username)
    for empty in ({}, {"purpose": "  "}, {"title": "\n"}):
        with pytest.raises(KentonganError), desk.casework.begin() as session:
            describe_case(session, case.id, actor=analyst, now=NOW, **empty)
    with pytest.raises(NotAllowed), desk.casework.begin() as session:
        describe_case(session, case.id, purpose="Ingin tahu saja", actor=desk.staff["peneliti"], now=NOW)


def test_a_legal_hold_keeps_a_case_open_until_legal_staff_release_it(desk: EvidenceDesk) -> None:
    case = desk.open()

    def act(what: Callable[..., Case], role: Role = "hukum", reason: str = REASON, **more: int) -> Case:
        with desk.casework.begin() as session:
            return what(session, case.id, reason=reason, actor=desk.staff[role], now=NOW, **more)

    with pytest.raises(NotAllowed, match="analis"):
        act(hold_case, "analis")
    assert act(hold_case).held
    for refused, said in ((hold_case, "sudah ditahan"), (close_case, "penahanan hukum"), (reopen_case, "terbuka")):
        with pytest.raises(Conflict, match=said):
            act(refused)
    with pytest.raises(NotAllowed):
        act(release_case, "analis")
    with pytest.raises(KentonganError, match="Alasan"):
        act(release_case, reason="sudah")
    assert not act(release_case).held
    with pytest.raises(Conflict, match="sudah berubah"):
        act(close_case, version=1)
    closed = act(close_case, "analis", version=3)
    assert (closed.state, closed.version) == ("closed", 4)
    record = archived(desk.archive)
    for refuse in (lambda: act(hold_case), lambda: act(close_case), lambda: desk.secure(record, case=case.id)):
        with pytest.raises(Conflict, match="sudah ditutup"):
            refuse()
    with desk.casework.begin() as session:
        note_case(session, case.id, text="Penyidik mengambil paket.", actor=desk.staff["analis"], now=NOW)
    assert act(reopen_case, "analis").state == "open"
    assert desk.acts(case.id) == ["opened", "held", "released", "closed", "noted", "reopened"]
    with desk.casework.read() as session:
        entries = read_chain(session, case.id)
    assert entries[1].detail == {"alasan": REASON} and entries[4].detail == {"catatan": "Penyidik mengambil paket."}


def test_a_persons_first_look_of_a_day_is_on_record(desk: EvidenceDesk) -> None:
    case = desk.open()

    def look(role: Role, now: datetime) -> None:
        with desk.casework.begin() as session:
            assert view_case(session, case.id, actor=desk.staff[role], now=now, via="baris perintah").id == case.id

    morning = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # half past midnight on the 22nd in Jakarta
    looks: list[tuple[Role, datetime]] = [
        ("admin", NOW), ("admin", NOW + timedelta(hours=2)), ("hukum", NOW), ("admin", morning),
        ("admin", morning + timedelta(hours=5)),
    ]  # fmt: skip
    for role, now in looks:
        look(role, now)
    with desk.casework.read() as session:
        seen = [(entry.actor, entry.detail) for entry in read_chain(session, case.id) if entry.act == "viewed"]
    via = {"lewat": "baris perintah"}
    assert [who for who, _ in seen] == ["ratna", "si-hukum", "ratna"] and seen[0][1] == via
    with pytest.raises(NotAllowed):
        look("pimpinan", NOW)


def test_whoever_may_not_is_refused_by_the_functions_themselves(desk: EvidenceDesk) -> None:
    case = desk.open()
    record = archived(desk.archive)
    common = {"now": NOW}
    acts: dict[str, tuple[set[Role], Callable[..., object]]] = {
        "open": ({"analis", "hukum"}, lambda s, a: open_case(s, title="Lain", purpose=PURPOSE, actor=a, **common)),
        "secure": (
            {"analis", "hukum", "petugas"},
            lambda s, a: secure_document(
                s, record, objects=desk.objects, archive_dir=desk.archive, actor=a, case=case.id, **common
            ),
        ),
        "capture": (
            {"analis", "hukum", "petugas"},
            lambda s, a: add_capture(s, case.id, capture(9), document=None, actor=a, **common),
        ),
        "note": ({"analis", "hukum"}, lambda s, a: note_case(s, case.id, text="Catatan.", actor=a, **common)),
        "view": ({"analis", "hukum", "admin"}, lambda s, a: view_case(s, case.id, actor=a, **common)),
    }
    for name, (may, act) in acts.items():
        for role, who in desk.staff.items():
            before = len(desk.acts(case.id)), len(desk.cases())
            if role in may:
                with desk.casework.begin() as session:
                    act(session, who)
            else:
                with pytest.raises(NotAllowed, match="tidak berhak"), desk.casework.begin() as session:
                    act(session, who)
                assert (len(desk.acts(case.id)), len(desk.cases())) == before, name


def test_the_database_itself_refuses_to_lose_or_rename_a_case_and_what_is_in_it(desk: EvidenceDesk) -> None:
    record = archived(desk.archive)
    desk.secure(record)
    with desk.casework.begin() as session:
        add_capture(session, "KASUS-2026-0001", capture(1), document=None, actor=desk.staff["hukum"], now=NOW)
    tables = ["evidence_case", "evidence_document", "evidence_capture", "evidence_custody"]
    statements = [f"DELETE FROM {table}" for table in tables]
    statements += ["UPDATE evidence_document SET raw = NULL", "UPDATE evidence_capture SET status = 404"]
    statements += [f"UPDATE evidence_case SET {column} = {column}" for column in ("id", "opened_at", "chain_salt")]
    statements += ["UPDATE evidence_case SET sample = true"]
    if desk.casework.engine.dialect.name == "postgresql":
        statements += [f"TRUNCATE {table} CASCADE" for table in tables]
        statements += ["SET LOCAL session_replication_role = replica; DELETE FROM evidence_custody"]
    else:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in tables]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), desk.casework.begin() as session:
            session.execute(sa.text(statement))
    with desk.casework.begin() as session:
        session.execute(sa.update(CaseRow).values(title="Judul baru", version=2))


# Retention.


def test_documents_of_a_case_stay_in_the_store(desk: EvidenceDesk, settings: Settings) -> None:
    records = [archived(desk.archive, n) for n in range(3)]
    with embedded_store(desk.folder) as store:
        store.add(record.document for record in records)
        store.refresh()
        desk.secure(records[1])
        with desk.casework.read() as session:
            held = held_documents(session)
        pruned = prune(store, Query(), even_judged=True, held=held)
        assert (pruned.dropped, pruned.judged, pruned.held) == (2, 0, 1)
        assert [record is None for record in store.get([one.document.id for one in records])] == [True, False, True]
        entered = replace(records[1].document, source=BY_HAND)
        with pytest.raises(Conflict, match="KASUS-2026-0001"):
            take_back(entered, settings=settings, store=store, casework=desk.casework, actor=SYSTEM, now=NOW)
        assert store.get([entered.id]) != [None]
