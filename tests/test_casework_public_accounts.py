"""Accounts: masked unless a person marked them as public; searched for only with a right and a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from casework_fixtures import NOW, admin, casework, casework_url, settings, staff  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from casework.audit import read_audit
from casework.author_search import allow_author_search, authors_asked
from casework.db import Casework
from casework.public_accounts import (
    MASK,
    NOBODY,
    PublicAccounts,
    account_history,
    import_institutions,
    list_public,
    mark_account,
    mask_account,
    mask_record,
    read_public,
    shown_author,
    unmark_account,
)
from casework.roles import ACTIONS, SYSTEM, Actor, Role
from casework.searches import archive_search, get_search, list_searches, restore_search, save_search
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import Document, Query, Record, Revision, document_id
from search.aliases import AliasFile

sqlite_only = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)


def make_record(author: str | None, *, kind: str = "post", platform: str = "x", url: str | None = None) -> Record:
    document = Document(
        id=document_id("x.com", "1"), kind=kind, publisher="x.com", platform=platform, native_key="1",  # type: ignore[arg-type]
        source="uji", text="banjir", published_at=NOW, collected_at=NOW, author=author, url=url,
    )  # fmt: skip
    return Record(document=document, newest=Revision(hash="h", text="banjir"))


def test_an_account_keeps_two_letters_and_a_short_one_none_or_one() -> None:
    assert mask_account("@bagus_pratama") == f"@ba{MASK}"
    assert mask_account("Budi Wibowo") == f"Bu{MASK}"
    assert mask_account("budi@mastodon.social") == f"@bu{MASK}"
    assert mask_account("ab") == f"@{MASK}" and mask_account("abc") == f"@a{MASK}"
    assert mask_account("\u202e😀😀") == f"@{MASK}"


@given(st.text(min_size=6, max_size=60))
def test_a_mask_shows_at_most_two_letters_whatever_the_name(name: str) -> None:
    shown = mask_account(name)
    assert shown.endswith(MASK) and len(shown) <= 3 + len(MASK)


def test_posts_are_masked_newsrooms_are_not_and_complaints_show_nobody() -> None:
    assert shown_author(make_record("bagus_p").document, NOBODY) == f"@ba{MASK}"
    assert shown_author(make_record("Redaksi", kind="article").document, NOBODY) == "Redaksi"
    assert shown_author(make_record("Redaksi", kind="factcheck").document, NOBODY) == "Redaksi"
    assert shown_author(make_record("bagus_p", kind="complaint").document, NOBODY) is None
    assert shown_author(make_record(None).document, NOBODY) is None


def test_a_marked_account_is_named_on_its_own_platform_only() -> None:
    public = PublicAccounts({("x", "pemkab"): "institution"})
    assert shown_author(make_record("@PemKab").document, public) == "@PemKab"
    assert shown_author(make_record("pemkab", platform="telegram").document, public) == f"@pe{MASK}"


def test_a_masked_record_keeps_no_address_that_spells_the_account() -> None:
    masked = mask_record(make_record("bagus_p", url="https://x.com/Bagus_P/status/1"), NOBODY).document
    assert masked.url is None and masked.author == f"@ba{MASK}" and masked.text == "banjir"
    assert mask_record(make_record("bagus_p", url="https://x.com/i/status/1"), NOBODY).document.url is not None


def test_marks_are_a_history_that_only_grows(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    with casework.begin() as session:
        first = mark_account(
            session, platform="X", account=" @PemKab ", kind="institution", reason="akun resmi kabupaten",
            actor=staff["analis"], now=NOW,
        )  # fmt: skip
    assert (first.platform, first.account, first.shown) == ("x", "pemkab", "@PemKab")
    with casework.begin() as session:
        assert read_public(session).kinds == {("x", "pemkab"): "institution"}
        gone = unmark_account(session, first.id, reason="akun itu dijual", actor=staff["hukum"], now=NOW)
    assert gone.kind is None
    with casework.begin() as session:
        assert list_public(session) == []
        assert [one.kind for one in account_history(session)] == [None, "institution"]
        with pytest.raises(NotFound):
            unmark_account(session, first.id, reason="sekali lagi saja", actor=staff["hukum"], now=NOW)
    for act in ("UPDATE public_account SET kind = 'figure'", "DELETE FROM public_account"):
        with pytest.raises(Exception, match="keeps its rows"), casework.begin() as session:
            session.execute(sa.text(act))
    with casework.read() as session:
        told = [one for one in read_audit(session, actor=SYSTEM, now=NOW) if one.action == "authors.mark"]
    assert [one.detail["reason"] for one in told] == ["akun itu dijual", "akun resmi kabupaten"]


@sqlite_only
def test_a_mark_needs_the_right_an_account_and_a_reason(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    def mark(actor: Actor, account: str = "@a_b_c", reason: str = "akun resmi dinas") -> None:
        with casework.begin() as session:
            mark_account(
                session, platform="x", account=account, kind="figure", reason=reason, actor=actor, now=NOW
            )  # fmt: skip

    for role, actor in staff.items():
        if role in ACTIONS["authors.mark"]:
            mark(actor)
        else:
            with pytest.raises(NotAllowed):
                mark(actor)
    for bad in ({"account": "@ \u200b"}, {"account": "x" * 201}, {"reason": "singkat"}):
        with pytest.raises(KentonganError):
            mark(staff["analis"], **bad)


def test_the_starting_list_adds_only_who_is_new(casework: Casework, staff: dict[Role, Actor]) -> None:  # noqa: F811
    listed = [("telegram", "kompascomupdate"), ("telegram", "KompascomUpdate"), ("bluesky", "bmkg.go.id")]
    with casework.begin() as session:
        assert import_institutions(session, listed[::2], reason="saluran resmi", actor=staff["admin"], now=NOW) == 2
    with casework.begin() as session:
        assert import_institutions(session, listed, reason="saluran resmi", actor=staff["admin"], now=NOW) == 0
        assert len(account_history(session)) == 2


def test_what_searches_for_accounts_is_found_in_words_aliases_and_filters(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "aliases.toml"
    path.write_text('[lawan]\nsalah_satu = ["banjir", "penulis:siti"]\n', encoding="utf-8")
    assert authors_asked(Query(text='banjir (rob ATAU BUKAN penulis:"Budi W")')) == ("budi w",)
    assert authors_asked(Query(text="@lawan"), AliasFile(path)) == ("siti",)
    assert authors_asked(Query(text="@lawan")) == ()
    assert authors_asked(Query(text="penulis:@Ani", authors=("Ani", "Dedi"))) == ("ani", "dedi")
    assert authors_asked(Query(text="banjir sumber:x")) == ()


@sqlite_only
def test_searching_by_author_is_refused_without_the_right_and_audited_with_the_reason(
    casework: Casework,  # noqa: F811
    staff: dict[Role, Actor],  # noqa: F811
) -> None:
    query = Query(text="penulis:budi")

    def ask(actor: Actor, reason: str = "kasus BKT-2026-0001") -> None:
        with casework.begin() as session:
            allow_author_search(session, ("budi",), query=query, reason=reason, actor=actor, now=NOW)

    for role, actor in staff.items():
        if role not in ACTIONS["authors.search"]:
            with pytest.raises(NotAllowed, match="mencari menurut akun"):
                ask(actor)
    with pytest.raises(KentonganError, match="Alasannya"):
        ask(staff["analis"], "   ingin tahu   "[:9])
    ask(staff["hukum"])
    with casework.read() as session:
        told = [one for one in read_audit(session, actor=SYSTEM, now=NOW) if one.action == "authors.search"]
    assert len(told) == 1
    assert told[0].detail == {"accounts": ["budi"], "query": "penulis:budi", "reason": "kasus BKT-2026-0001"}


@sqlite_only
def test_a_saved_search_for_an_account_takes_the_right_and_its_note_as_reason(
    casework: Casework,  # noqa: F811
    staff: dict[Role, Actor],  # noqa: F811
) -> None:
    query = Query(text="penulis:budi")
    with pytest.raises(NotAllowed), casework.begin() as session:
        save_search(session, name="B", query=query, note="untuk kasus 12", actor=staff["petugas"], now=NOW)
    with pytest.raises(KentonganError, match="Alasannya"), casework.begin() as session:
        save_search(session, name="B", query=query, actor=staff["analis"], now=NOW)
    with casework.begin() as session:
        kept = save_search(session, name="B", query=query, note="untuk kasus 12", actor=staff["analis"], now=NOW)
    assert kept.note == "untuk kasus 12"


@sqlite_only
def test_archiving_a_search_can_be_undone_unless_its_name_was_taken(
    casework: Casework,  # noqa: F811
    staff: dict[Role, Actor],  # noqa: F811
) -> None:
    ani = staff["analis"]
    with casework.begin() as session:
        kept = save_search(session, name="Banjir", query=Query(text="banjir"), note="rapat", actor=ani, now=NOW)
        away = archive_search(session, kept.id, actor=ani, version=kept.version, now=NOW + timedelta(minutes=1))
    with casework.begin() as session:
        back = restore_search(session, kept.id, actor=ani, version=away.version, now=NOW + timedelta(minutes=2))
        assert back.archived_at is None and [one.name for one in list_searches(session)] == ["Banjir"]
        archive_search(session, kept.id, actor=ani, version=back.version, now=NOW + timedelta(minutes=3))
        save_search(session, name="Banjir", query=Query(text="rob"), actor=ani, now=NOW + timedelta(minutes=4))
    with pytest.raises(Conflict), casework.begin() as session:
        version = get_search(session, kept.id).version
        restore_search(session, kept.id, actor=ani, version=version, now=NOW + timedelta(minutes=5))
