"""A rumour of danger goes to its agency first: found by the scan, held off the hoax desk, answered within its clock."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from casework_fixtures import (  # noqa: F401
    NOW,
    actor,
    admin,
    casework,
    casework_url,
    settings,
    staff,
)
from incident_desk import officer, put_agencies

from casework.db import Casework
from casework.incidents.danger_acts import answer_danger, move_danger, open_on_danger, raise_danger
from casework.incidents.danger_scan import Scan, scan_dangers
from casework.incidents.dangers import (
    Danger,
    DangerState,
    danger_documents,
    danger_history,
    dangers_beside,
    dangers_held,
    dangers_off_lists,
    list_dangers,
    read_danger,
)
from casework.incidents.reading import read_room
from casework.roles import SYSTEM, Actor, Role
from casework.story_keeping import update_stories
from casework.verdict_reviews import open_review
from kentongan.errors import Conflict, KentonganError, NotAllowed
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import Document, document_id, revision_hash
from kentongan.settings import Settings
from search.open import open_store
from search.store import Store

sqlite_alone = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
RUMOUR = (
    "Tanggul Kali Manis di Kecamatan Randu jebol barusan, air menuju kampung hilir, segera mengungsi sekarang juga!!"
)
HOAX = (
    "Pemkab Tirtamaya membagikan bantuan sosial Rp2,4 juta untuk semua warga, daftar lewat tautan bit.ly/bansos "
    "sebelum tengah malam, sebarkan ke semua grup keluarga dan tetangga"
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    import samples

    return load_gazetteer(Path(samples.__file__).parent / "regions.csv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(Settings(data_dir=tmp_path / "toko")) as opened:
        yield opened


def post(name: str, text: str, *, minutes: float = -10) -> Document:
    """A post, so many minutes after NOW."""
    at = NOW + timedelta(minutes=minutes)
    return Document(
        id=document_id("sosial.example", name), kind="post", publisher="sosial.example", platform="mastodon",
        native_key=name, source="uji", text=text, published_at=at, collected_at=at, sample=True,
    )  # fmt: skip


def scan(store: Store, casework: Casework, gazetteer: Gazetteer, *, minutes: float = 0, **more: float) -> Scan:
    store.refresh()
    return scan_dangers(
        store, casework, gazetteer=gazetteer, within="99.01", now=NOW + timedelta(minutes=minutes), **more
    )


def held(casework: Casework) -> set[str]:
    with casework.read() as session:
        return dangers_held(session)


def answer(casework: Casework, danger: int, by: Actor, *, said: str = "denied", minutes: float = 1) -> Danger:
    now = NOW + timedelta(minutes=minutes)
    with casework.begin() as session:
        version = read_danger(session, danger, now=now).version
        return answer_danger(
            session, danger, answer=said, text="Tanggul utuh, air normal.", source="petugas pintu air",  # type: ignore[arg-type]
            version=version, actor=by, now=now,
        )  # fmt: skip


def test_a_rumour_goes_to_its_agency_first_and_stays_off_the_hoax_desk_until_it_answers(
    casework: Casework, settings: Settings, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor]
) -> None:
    put_agencies(casework)
    copies = [post(f"tanggul-{n}", RUMOUR + "!" * n, minutes=-30 + n) for n in range(3)]
    other = post("bansos", HOAX)
    store.add([*copies, other, post("diskon", "Banjir diskon di Randu malam ini, buruan!")])
    store.refresh()
    update_stories(store, casework, settings, now=NOW)
    done = scan(store, casework, gazetteer)
    (danger,) = done.raised
    assert done.read == 5 and done.joined == 2
    assert (danger.agency, danger.danger, danger.state) == ("bpbd", "bendungan", "waiting")
    assert danger.due_at == NOW + timedelta(minutes=15) and danger.sample
    region = gazetteer.get(danger.region or "")
    assert region is not None and region.name == "Randu"
    ids = {document.id for document in copies}
    assert held(casework) == ids, "every copy of the story, and its id, and nothing else"

    words = revision_hash(None, copies[1].text)
    with pytest.raises(Conflict, match="perlu dipastikan"), casework.begin() as session:
        open_review(session, copies[1].id, words=words, actor=staff["analis"], now=NOW)
    with casework.begin() as session:
        open_review(session, other.id, words=revision_hash(None, HOAX), actor=staff["analis"], now=NOW)

    by = officer(casework, "joko", "BPBD Tirtamaya")
    answer(casework, danger.id, by)
    assert held(casework) == set()
    with casework.begin() as session:
        open_review(session, copies[1].id, words=words, actor=staff["analis"], now=NOW + timedelta(minutes=2))
    with casework.read() as session:
        beside = dangers_beside(session, [copies[2].id, other.id], now=NOW)
        assert {id: one.answer for id, one in beside.items()} == {copies[2].id: "Tanggul utuh, air normal."}
        assert [event.act for event in danger_history(session, danger.id)] == ["raised", "joined", "joined", "answered"]


@sqlite_alone
def test_scanning_again_raises_nothing_twice_and_a_copy_after_a_day_is_asked_anew(
    casework: Casework, settings: Settings, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor]
) -> None:
    put_agencies(casework)
    store.add([post("satu", RUMOUR)])
    (first,) = scan(store, casework, gazetteer).raised
    assert scan(store, casework, gazetteer).raised == ()
    answer(casework, first.id, staff["pimpinan"])
    store.add([post("dua", RUMOUR + " Awas", minutes=60), post("tiga", RUMOUR + " Cepat", minutes=60 * 24 + 2)])
    store.refresh()
    update_stories(store, casework, settings, now=NOW)
    later = scan(store, casework, gazetteer, minutes=60 * 24 + 5, hours=48)
    assert [one.document for one in later.raised] == [document_id("sosial.example", "tiga")]
    with casework.read() as session:
        assert len(danger_documents(session, first.id)) == 2
        assert len(dangers_held(session)) == 3, "the whole story waits again"


@sqlite_alone
def test_an_unanswered_danger_stays_visible_and_held_after_its_fifteen_minutes(
    casework: Casework, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor]
) -> None:
    put_agencies(casework)
    store.add([post("satu", RUMOUR)])
    (danger,) = scan(store, casework, gazetteer).raised

    def states(minutes: float) -> list[DangerState]:
        with casework.read() as session:
            return [one.state for one in list_dangers(session, now=NOW + timedelta(minutes=minutes))]

    assert states(14.9) == ["waiting"] and states(15) == ["expired"]
    assert [one.id for one in scan(store, casework, gazetteer, minutes=16).expired] == [danger.id]
    assert scan(store, casework, gazetteer, minutes=17).expired == ()
    assert states(16) == ["expired"] and held(casework) == {danger.document}
    late = answer(casework, danger.id, staff["pimpinan"], minutes=40)
    assert late.state == "denied" and states(41) == [] and held(casework) == set()


@sqlite_alone
def test_only_the_agency_the_command_centre_and_leadership_answer(
    casework: Casework, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor]
) -> None:
    put_agencies(casework)
    store.add([post("satu", RUMOUR)])
    (danger,) = scan(store, casework, gazetteer).raised
    for by in (officer(casework, "pupr", "Dinas PUPR Tirtamaya"), staff["analis"], SYSTEM):
        with pytest.raises(NotAllowed):
            answer(casework, danger.id, by)
    with pytest.raises(KentonganError, match="tidak dikenal"):
        answer(casework, danger.id, staff["pimpinan"], said="mungkin")
    own = officer(casework, "joko", "BPBD Tirtamaya")
    with casework.begin() as session:
        moved = move_danger(session, danger.id, agency="Dinas PUPR Tirtamaya", reason="Tanggul milik PUPR",
                            version=danger.version, actor=own, now=NOW)  # fmt: skip
    assert moved.agency == "dinas-pu" and moved.due_at == danger.due_at, "passing it on buys no time"
    answer(casework, danger.id, officer(casework, "agus", "Dinas PUPR Tirtamaya"))
    with pytest.raises(Conflict, match="sudah dibantah"):
        answer(casework, danger.id, officer(casework, "pusat", "Command Center Tirtamaya"))


@sqlite_alone
def test_a_confirmed_danger_opens_its_incident_and_is_no_suspected_hoax(
    casework: Casework, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor]
) -> None:
    put_agencies(casework)
    store.add([post("satu", RUMOUR)])
    (danger,) = scan(store, casework, gazetteer).raised
    with pytest.raises(Conflict, match="belum dipastikan"), casework.begin() as session:
        open_on_danger(session, danger.id, actor=staff["pimpinan"], now=NOW)
    answer(casework, danger.id, staff["pimpinan"], said="confirmed")
    with casework.begin() as session:
        incident = open_on_danger(session, danger.id, place="Randu", actor=staff["pimpinan"], now=NOW)
        room = read_room(session, incident.id)
        assert dangers_held(session) == set() and dangers_off_lists(session) == {danger.document}
    assert incident.title == "Bendungan atau tanggul: Randu" and incident.sample
    assert {(link.kind, link.object) for link in room.links} == {("bahaya", "1"), ("dokumen", danger.document)}
    with pytest.raises(Conflict, match="sudah membuka"), casework.begin() as session:
        open_on_danger(session, danger.id, actor=staff["pimpinan"], now=NOW)


@sqlite_alone
@pytest.mark.parametrize(("said", "asked"), [("confirmed", 0), ("denied", 1)])
def test_other_words_for_what_was_confirmed_are_not_asked_again_but_a_denial_answers_one_story(
    casework: Casework, store: Store, gazetteer: Gazetteer, staff: dict[Role, Actor], said: str, asked: int
) -> None:
    store.add([post("satu", RUMOUR)])
    (danger,) = scan(store, casework, gazetteer).raised
    answer(casework, danger.id, staff["pimpinan"], said=said)
    store.add([post("lain", "Tolong, tanggul di Kecamatan Randu ambrol, air sudah sampai balai desa", minutes=5)])
    again = scan(store, casework, gazetteer, minutes=6)
    assert (len(again.raised), again.joined) == (asked, 1 - asked)


@sqlite_alone
def test_what_is_elsewhere_or_nowhere_is_not_asked_unless_it_goes_round(
    casework: Casework, settings: Settings, store: Store, gazetteer: Gazetteer
) -> None:
    nowhere = (
        "Pesan dari teman: nanti malam jam sebelas akan terjadi gempa besar sekali, sebarkan ke semua orang tersayang"
    )
    store.add([
        post("kudus", "Tanggul sungai di Kabupaten Kudus jebol barusan, warga Kudus mengungsi"),
        post("entah", nowhere),
        post("sini", "Banjir di depan rumah kami sudah sepinggang, tolong kirim perahu ke kampung"),
    ])  # fmt: skip
    assert [one.document for one in scan(store, casework, gazetteer).raised] == [document_id("sosial.example", "sini")]
    store.add([post(f"entah-{n}", nowhere + "!" * n) for n in range(1, 4)])
    store.refresh()
    update_stories(store, casework, settings, now=NOW)
    (danger,) = scan(store, casework, gazetteer).raised
    assert danger.danger == "gempa" and danger.region is None and danger.agency is None


@sqlite_alone
def test_a_person_can_ask_too_but_not_twice(casework: Casework, staff: dict[Role, Actor]) -> None:
    put_agencies(casework)
    asked = {"words": "Air naik? hubungi 081234567890", "reasons": ["warga menelepon"], "region": None,
             "actor": staff["analis"], "now": NOW}  # fmt: skip
    with casework.begin() as session:
        one = raise_danger(session, "a" * 32, danger="banjir", **asked)  # type: ignore[arg-type]
        assert one.agency == "bpbd" and one.words == "Air naik? hubungi [nomor]"
        with pytest.raises(Conflict, match="sudah menunggu"):
            raise_danger(session, "a" * 32, danger="banjir", **asked)  # type: ignore[arg-type]
        with pytest.raises(KentonganError, match="tidak dikenal"):
            raise_danger(session, "b" * 32, danger="naga", **asked)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            raise_danger(session, "b" * 32, danger="banjir", **{**asked, "actor": staff["peneliti"]})  # type: ignore[arg-type]


@sqlite_alone
def test_other_words_for_what_is_being_asked_join_the_question_and_a_complaint_counts_when_it_calls_for_help(
    store: Store, casework: Casework, gazetteer: Gazetteer
) -> None:
    put_agencies(casework)
    damage = "Tanggul Kali Manis di Kecamatan Randu jebol pekan ini dan merusak sawah, mohon diperbaiki dinas terkait"
    help_now = "Tanggul jebol di Kecamatan Randu, rumah kami kebanjiran, tolong kirim perahu sekarang"
    store.add(
        [
            post("rusak", damage, minutes=-40),
            replace(post("aduan", damage, minutes=-30), kind="complaint"),
            replace(post("darurat", help_now, minutes=-20), kind="complaint"),
        ]
    )
    done = scan(store, casework, gazetteer)
    assert [danger.document for danger in done.raised] == [document_id("sosial.example", "rusak")]
    assert done.joined == 1
    with casework.read() as session:
        assert set(danger_documents(session, done.raised[0].id)) == {
            document_id("sosial.example", name) for name in ("rusak", "darurat")
        }
