"""Whistle-blowing: a secret complaint is role hukum's alone, and in no search, list, count, export or message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from casework_fixtures import NOW, migrated_file
from complaint_desk import AGENCY, HOLE, Desk, deadlines, open_desk
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from casework.complaints import handling as acts
from casework.complaints.drafts import draft_from_post, submit
from casework.complaints.duplicates import find_duplicates
from casework.complaints.history import history
from casework.complaints.listing import count_stages, get_complaint, list_complaints, list_secret
from casework.complaints.merging import merge
from casework.complaints.outbox import read_messages, read_turn
from casework.complaints.projection import index_complaints
from casework.complaints.records import STAGES, Complaint, Intake
from casework.complaints.reporters import find_with_code, read_reporters
from casework.complaints.sp4n_export import export_complaints
from casework.complaints.tables import ComplaintRow
from casework.db import open_casework
from kentongan.errors import Conflict, NotAllowed, NotFound
from kentongan.schema import Annotation, Document, Query, document_id
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    chosen = Settings(data_dir=tmp_path)
    with open_casework(chosen) as casework:
        yield open_desk(casework, chosen)


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with open_store(desk.settings) as opened:
        yield opened


def shown_everywhere(desk: Desk, store: Store, folder: Path) -> str:
    """All that anybody but legal staff can see, as one text."""
    index_complaints(desk.casework, store, now=desk.now)
    store.refresh()
    seen: list[object] = [record.document.text for record in store.search(Query(), limit=500).records]
    for ending in ("csv", "xlsx"):
        with desk.casework.begin() as session:
            export_complaints(session, folder / f"e.{ending}", zone="WIB", actor=desk.staff["analis"], now=desk.now)
    seen.append((folder / "e.csv").read_text(encoding="utf-8-sig"))
    seen += [list(row) for row in openpyxl.load_workbook(folder / "e.xlsx").active.values]
    with desk.casework.begin() as session:
        for options in ({}, {"held": True}, {"unassigned": True}, {"red": True, "now": desk.now + timedelta(days=99)}):
            seen += [one.text for one in list_complaints(session, stages=STAGES, limit=1000, **options)]
        listed = list_complaints(session, stages=STAGES, limit=1000)
        seen += [candidate.complaint.text for one in listed for candidate in find_duplicates(session, one, limit=100)]
        seen += [body for _, body in read_turn(session, now=desk.now)]
        seen.append(count_stages(session))
    return json.dumps(seen, default=str, ensure_ascii=False)


@tries(max_examples=8, deadline=None)
@given(
    ways=st.lists(
        st.sampled_from(["reporter", "classification", "staff", "staff late", "import again", "held"]),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_a_secret_complaint_never_appears_anywhere(ways: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rahasia")
    (folder / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    chosen = Settings(data_dir=folder)
    with open_casework(chosen) as casework, open_store(chosen) as store:
        desk = open_desk(casework, chosen)
        plain = desk.take(f"Terbuka: {HOLE}", contact="0811").complaint
        for at, way in enumerate(ways):
            text = f"Rahasia{at} kepala dinas meminta uang proyek. {HOLE}"
            if way == "reporter":
                desk.take(text, secret=True, contact="0812")
            elif way in ("classification", "import again"):
                first = "Pengaduan Tidak Berkadar Pengawasan" if way == "import again" else "Whistleblowing System"
                for classification in (first, "Whistle Blowing System (WBS)"):
                    intake = Intake(
                        channel="lapor", text=text, publisher="sp4n-lapor", ticket=f"W-{at}", received_at=NOW,
                        status_given="Selesai", given={"klasifikasi": classification},
                    )  # fmt: skip
                    desk.import_all(intake)
                    index_complaints(casework, store, now=NOW)
            elif way == "held":
                desk.take(text, secret=True, lat=-12.5, lon=95.0)
            else:
                number = desk.take(text, contact="0813").complaint.id
                if way == "staff late":
                    desk.do(acts.forward, number, agency=AGENCY)
                    index_complaints(casework, store, now=NOW)
                desk.do(acts.mark_secret, number, reason="Menyangkut dugaan korupsi.")
        seen = shown_everywhere(desk, store, folder)
        assert "Rahasia" not in seen and "meminta uang" not in seen
        assert "Terbuka" in seen and plain.number in seen, "the other one is there"
        with casework.read() as session:
            assert count_stages(session) == {"menunggu_verifikasi": 1}
            kept = session.query(ComplaintRow).filter(ComplaintRow.secret).count()
            assert kept == len(ways), "none is lost either"


def test_legal_staff_alone_know_of_a_secret_complaint_and_handle_it(desk: Desk) -> None:
    taken = desk.take("Kepala seksi meminta uang agar izin keluar.", secret=True, name="Rini", contact="0814")
    number = taken.complaint.id
    for role in ("petugas", "analis", "pimpinan"):
        with desk.casework.begin() as session:
            with pytest.raises(NotFound, match="tidak ada"):
                get_complaint(session, number, actor=desk.staff[role], now=NOW)
            with pytest.raises(NotFound, match="tidak ada"):
                read_reporters(session, number, actor=desk.staff[role], now=NOW)
            with pytest.raises(NotAllowed):
                list_secret(session, actor=desk.staff[role], now=NOW)
            with pytest.raises(NotFound):
                acts.forward(
                    session, number, agency=AGENCY, actor=desk.staff[role], version=1, now=NOW, deadlines=deadlines()
                )
    with desk.casework.begin() as session:
        assert [one.id for one in list_secret(session, actor=desk.staff["hukum"], now=NOW)] == [number]
        assert read_reporters(session, number, actor=desk.staff["hukum"], now=NOW)[0].name == "Rini"
        with pytest.raises(NotFound):
            get_complaint(session, number)
    done = desk.do(acts.forward, number, by="hukum", agency=AGENCY)
    done = desk.do(acts.finish, number, by="hukum", answer="Sudah kami serahkan kepada Inspektorat.")
    assert done.stage == "selesai"
    with desk.casework.begin() as session:
        assert read_turn(session, now=NOW) == [], "nothing goes out through a gateway"
        assert "Inspektorat" in read_messages(session, number)[-1].text
        assert find_with_code(session, taken.complaint.number, code=taken.code or "").stage == "selesai"


def test_secret_and_open_complaints_are_not_merged(desk: Desk) -> None:
    secret = desk.take(secret=True).complaint
    plain = desk.take(contact="0815").complaint
    with pytest.raises(NotFound):
        desk.do(merge, plain.id, into=secret.id)
    with pytest.raises(Conflict, match="rahasia"):
        desk.do(merge, secret.id, by="hukum", into=plain.id)


def test_a_complaint_that_becomes_secret_leaves_the_store_and_one_that_is_lifted_comes_back(
    desk: Desk, store: Store
) -> None:
    complaint = desk.take().complaint

    def is_there() -> bool:
        index_complaints(desk.casework, store, now=NOW)
        return store.get([complaint.document])[0] is not None

    assert is_there()
    desk.do(acts.mark_secret, complaint.id, reason="Menyangkut pejabat.")
    assert not is_there()
    with pytest.raises(NotFound):
        desk.do(acts.mark_secret, complaint.id, reason="Salah tekan.", secret=False)
    desk.do(acts.mark_secret, complaint.id, by="hukum", reason="Salah tekan.", secret=False)
    assert is_there()


def test_a_changed_complaint_keeps_its_labels_in_the_store(desk: Desk, store: Store) -> None:
    complaint = desk.take().complaint
    assert index_complaints(desk.casework, store, now=NOW) == 1
    assert index_complaints(desk.casework, store, now=NOW) == 0
    said = Annotation(document=complaint.document, task="topic", value="other", by=desk.staff["analis"].id, at=NOW)
    store.annotate([said])
    desk.do(acts.forward, complaint.id, agency=AGENCY)
    desk.later(days=1).do(acts.finish, complaint.id, answer="Sudah ditambal.")
    later = NOW + timedelta(days=2)
    assert index_complaints(desk.casework, store, now=later) == 1
    (record,) = store.get([complaint.document])
    assert record is not None and record.annotations == (said,)
    assert record.document.collected_at == NOW and record.document.published_at == complaint.received_at
    assert (record.document.facts["status"], record.document.facts["instansi"]) == ("Selesai", AGENCY)
    assert record.document.facts["selesai"] == "2026-11-22 10:00"


def post(text: str) -> Document:
    return Document(
        id=document_id("sosial.example", text), kind="post", publisher="sosial.example", platform="x",
        native_key=text, source="uji", text=text, published_at=NOW, collected_at=NOW, author="@warga_randu",
        place="Randu",
    )  # fmt: skip


def test_a_post_becomes_a_draft_that_waits_for_a_person(desk: Desk, store: Store) -> None:
    source = post("Jalan depan pasar Randu rusak parah, @pemkab tolong!")
    store.add([source])

    def draft() -> Complaint:
        with desk.casework.begin() as session:
            made = draft_from_post(session, source.id, store=store, actor=desk.staff["analis"], **desk.tools())
            return made.complaint

    made = draft()
    assert (made.held, made.channel, made.due_at, made.clock) == ("draft", "unggahan", None, None)
    assert made.given["unggahan"] == source.id and "@warga_randu" not in made.text
    assert draft().id == made.id, "one post, one draft"
    index_complaints(desk.casework, store, now=NOW)
    assert store.get([made.document]) == [None]
    with pytest.raises(Conflict, match="rancangan"):
        desk.do(acts.verify, made.id, by="analis")
    later = desk.later(days=3)
    filed = later.do(submit, made.id, by="analis")
    assert (filed.held, filed.clock, filed.received_at) == (None, "verifikasi", later.now)
    assert filed.due_at is not None and filed.due_at > later.now
    with desk.casework.read() as session:
        assert [event.act for event in history(session, made.id)] == ["drafted", "submitted"]
    with pytest.raises(Conflict, match="bukan rancangan"):
        later.do(submit, made.id, by="analis")
    assert desk.do(acts.archive, draft().id, reason="Sudah ada aduannya.", by="petugas").stage == "diarsipkan"
    with desk.casework.begin() as session, pytest.raises(NotFound):
        draft_from_post(session, "0" * 32, store=store, actor=desk.staff["analis"], **desk.tools())
    with desk.casework.begin() as session, pytest.raises(NotAllowed):
        draft_from_post(session, source.id, store=store, actor=desk.staff["pimpinan"], **desk.tools())
