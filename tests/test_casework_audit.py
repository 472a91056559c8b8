"""The audit: looks that are written once, filters that find them; and accounts that an admin looks after."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from datetime import timedelta

import pytest
from casework_fixtures import NOW, actor, add, admin, casework, casework_url, settings, staff  # noqa: F401
from search_documents import make_document, make_label

from casework.accounts.administering import end_sessions_of, read_standings, take_second_factor_off
from casework.accounts.sessions import find_session, open_session
from casework.audit import SAME_VIEW, list_acts, read_audit, record, record_view
from casework.db import Casework
from casework.people import Person, change_end, deactivate
from casework.roles import SYSTEM, Actor, Role
from evidence.retention import prune_old, weigh_old
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store
from search.retention import Pruned


def test_the_same_look_by_the_same_person_is_written_once_in_ten_minutes(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    ani, budi = staff["analis"], staff["hukum"]
    with casework.begin() as session:

        def look(who: Actor = ani, object: str = "case:A", *, after: timedelta = timedelta(0), **more: str) -> bool:
            return record_view(session, who, object=object, detail=more, now=NOW + after)

        assert look() and not look() and not look(after=SAME_VIEW - timedelta(seconds=1))
        assert look(budi) and look(object="case:B"), "somebody else, something else"
        assert look(alasan="banjir") and not look(alasan="banjir") and look(alasan="longsor"), "another reason"
        assert look(after=SAME_VIEW), "later it is another look"
        assert record_view(session, ani, object="x" * 500, now=NOW), "a thing with a name too long is cut"
        found = read_audit(session, actor=SYSTEM, now=NOW, action="view", object="case")
    assert len(found) == 6 and {entry.actor for entry in found} == {ani.id, budi.id}


def test_entries_are_found_by_act_family_thing_kind_and_stretch_of_time(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    with casework.begin() as session:
        for number, (action, object) in enumerate(
            (("jobs.start", "job:1"), ("jobs.cancel", "job:12"), ("jobsite.open", "jobsite:1"), ("jobs_x", "job%"))
        ):
            record(session, SYSTEM, action=action, object=object, detail={}, now=NOW + timedelta(hours=number))

        def found(**asked: object) -> list[str]:
            return [e.action for e in read_audit(session, actor=SYSTEM, now=NOW, **asked)]  # type: ignore[arg-type]

        assert found(action="jobs") == ["jobs.cancel", "jobs.start"] and found(action="jobs.start") == ["jobs.start"]
        assert found(object="job") == ["jobs.cancel", "jobs.start"] and found(object="job:1") == ["jobs.start"]
        assert found(object="job%") == ["jobs_x"] and found(action="%") == [], "no sign of the database's own counts"
        assert found(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)) == ["jobs.cancel"]
        assert list_acts(session, actor=SYSTEM, now=NOW)[:2] == ["jobs.cancel", "jobs.start"]
        with pytest.raises(NotAllowed):
            list_acts(session, actor=staff["analis"], now=NOW)


def test_an_account_s_end_moves_but_never_the_last_lasting_admin_s(casework: Casework, admin: Person) -> None:
    guest = add(casework, "tamu", "analis", expires_at=NOW + timedelta(days=3))
    by = actor(admin)
    with casework.begin() as session:
        later = change_end(
            session, guest.id, expires_at=NOW + timedelta(days=9), actor=by, version=guest.version, now=NOW
        )  # fmt: skip
        assert later.expires_at == NOW + timedelta(days=9)
        with pytest.raises(Conflict, match="memang berakhir"):
            change_end(session, guest.id, expires_at=later.expires_at, actor=by, version=later.version, now=NOW)
        lasting = change_end(session, guest.id, expires_at=None, actor=by, version=later.version, now=NOW)
        with pytest.raises(KentonganError, match="sudah lewat"):
            change_end(session, guest.id, expires_at=NOW, actor=by, version=lasting.version, now=NOW)
        (entry, *_) = read_audit(session, actor=SYSTEM, now=NOW, action="people.change_end")
        assert entry.detail == {"from": later.expires_at.isoformat(), "to": None}
    with pytest.raises(NotAllowed, match="admin aktif terakhir"), casework.begin() as session:
        change_end(session, admin.id, expires_at=NOW + timedelta(days=1), actor=by, version=1, now=NOW)
    with casework.begin() as session:
        deactivate(session, guest.id, actor=by, version=lasting.version, now=NOW)
    with pytest.raises(Conflict, match="Buka kembali"), casework.begin() as session:
        change_end(session, guest.id, expires_at=None, actor=by, version=lasting.version + 1, now=NOW)


def test_an_admin_ends_one_session_or_all_and_sees_who_can_sign_in(casework: Casework, admin: Person) -> None:
    ani, by = add(casework, "ani", "analis"), actor(admin)
    with casework.begin() as session:
        tokens = [open_session(session, ani.id, browser="uji", now=NOW).token for _ in range(3)]
        first = find_session(session, tokens[0], now=NOW)
        assert first is not None
        assert end_sessions_of(session, ani.id, actor=by, now=NOW, only=[first.session]) == 1
        assert find_session(session, tokens[0], now=NOW) is None and find_session(session, tokens[1], now=NOW)
        assert end_sessions_of(session, ani.id, actor=by, now=NOW) == 2
        assert end_sessions_of(session, ani.id, actor=by, now=NOW) == 0
        ended = read_audit(session, actor=SYSTEM, now=NOW, action="account.end_sessions")
        assert [entry.detail["jumlah"] for entry in ended] == [2, 1], "nothing ended, nothing written"
        assert ani.id not in read_standings(session, actor=by, now=NOW), "never given a password"
        with pytest.raises(NotFound, match="faktor kedua"):
            take_second_factor_off(session, ani.id, actor=by, now=NOW)
        for act in (read_standings, lambda s, **c: end_sessions_of(s, ani.id, **c)):
            with pytest.raises(NotAllowed):
                act(session, actor=actor(ani), now=NOW)


def test_old_documents_go_with_a_reason_and_what_people_judged_stays(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    by, query = staff["admin"], Query(until=NOW - timedelta(days=300))
    with open_store(settings) as store:
        documents = [make_document(n, published_at=NOW - timedelta(days=n * 100)) for n in range(1, 7)]
        store.add(documents)
        store.annotate([make_label(documents[5], "topic", "health", by="ani", version=None)])
        store.refresh()
        expected = Pruned(dropped=2, judged=1, held=0)
        assert weigh_old(store, casework, query, actor=by, now=NOW) == expected
        with pytest.raises(KentonganError, match="Alasannya"):
            prune_old(store, casework, query, reason="  ", actor=by, now=NOW)
        with pytest.raises(KentonganError, match="Batas waktunya"):
            prune_old(store, casework, Query(), reason="lama", actor=by, now=NOW)
        with pytest.raises(Conflict, match="lebih dari 1"):
            prune_old(store, casework, query, reason="lama", most=1, actor=by, now=NOW)
        assert store.count(Query())[0].count == 6
        assert prune_old(store, casework, query, reason="lama", actor=by, now=NOW) == expected
        assert store.count(Query())[0].count == 4
    with casework.read() as session:
        done, begun = read_audit(session, actor=SYSTEM, now=NOW, object="store")
    assert begun.detail["alasan"] == "lama" and begun.detail["cocok"] == 3 and done.detail["dihapus"] == 2
