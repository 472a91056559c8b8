"""Editing and signing a briefing: words may change, numbers may not, and what is signed stays. And its PDF."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefing_world import Morning, morning
from casework_fixtures import NOW, casework_url, migrated_file, migrated_postgres, settings  # noqa: F401
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from search_stores import embedded_store
from sqlalchemy.exc import DBAPIError

from casework.briefings.content import Piece, words_of
from casework.briefings.editing import align_words, edit_head, edit_line, edit_note
from casework.briefings.html import make_page
from casework.briefings.making import sign_briefing
from casework.briefings.paper import make_paper
from casework.briefings.records import Briefing, briefing_history, content_digest, get_briefing
from casework.briefings.tables import BriefingEventRow, BriefingRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.settings import Settings


@pytest.fixture
def made(settings: Settings, tmp_path: Path) -> Iterator[Morning]:
    """A morning on each of the two engines."""
    with embedded_store(tmp_path) as store, morning(store, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    """One morning on SQLite; each test writes its paper anew."""
    folder = tmp_path_factory.mktemp("pagi")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    with embedded_store(folder) as store, morning(store, Settings(data_dir=folder, region="99.01")) as opened:
        yield opened


def line_of(briefing: Briefing, part: str, line: int) -> str:
    return words_of(briefing.content.part(part).lines[line])


def test_a_person_changes_words_and_never_a_number(office: Morning) -> None:
    draft = office.make(again=True)
    said = line_of(draft, "ringkas", 2)
    assert said == "Lewat waktu: 3 aduan kode merah, 1 tindak lanjut instansi; 1 insiden masih terbuka."
    asked = {"part": "ringkas", "line": 2, "actor": office.people["ani"], "version": draft.version, "now": NOW}

    def edit(words: str, **more: object) -> Briefing:
        with office.casework.begin() as session:
            return edit_line(session, draft.id, words=words, **{**asked, **more})  # type: ignore[arg-type]

    for words in (
        said.replace("3 aduan", "4 aduan"),
        said.replace("3 aduan", "30 aduan"),
        said.replace("3 aduan", "3,5 aduan"),
        said + " Naik 12% dari kemarin.",
        "1 tindak lanjut dan 3 aduan kode merah; 1 insiden.",
    ):
        with pytest.raises(KentonganError, match=r"^Angka [0-9,%]+ bukan angka di tempat itu"):
            edit(words)
    with pytest.raises(NotAllowed):
        edit(said, actor=office.people["peni"])
    with pytest.raises(NotFound):
        edit(said, line=9)
    changed = edit("Mohon perhatian pada rapat pukul 09.00: 3 aduan kode merah; 1 insiden masih terbuka.")
    assert changed.edited
    assert line_of(changed, "ringkas", 2).startswith("Mohon perhatian pada rapat pukul 09.00: 3 aduan")
    kept = [piece.figure for piece in changed.content.part("ringkas").lines[2] if piece.figure is not None]
    assert kept == ["kode-merah", "tindak-lanjut-lewat"], "an equal number takes the place of the next one"
    with pytest.raises(Conflict, match="sudah berubah"):
        edit(said)
    shorter = edit("", version=changed.version)
    assert len(shorter.content.part("ringkas").lines) == 2
    with office.casework.read() as session:
        assert [event.act for event in briefing_history(session, draft.id)][-2:] == ["edited", "edited"]


def test_a_note_speaks_only_of_numbers_that_stand_in_the_paper(office: Morning) -> None:
    draft = office.make(again=True)
    who = {"actor": office.people["ani"], "now": NOW}
    with office.casework.begin() as session:
        words = "Rapat 22 November 2026 pukul 09.00 WIB membahas 3 aduan kode merah."
        noted = edit_note(session, draft.id, words=words, version=draft.version, **who)  # type: ignore[arg-type]
    assert words_of(noted.content.note) == words
    assert [piece.kind for piece in noted.content.note if piece.kind != "text"] == ["time", "time", "figure"]
    with office.casework.begin() as session, pytest.raises(KentonganError, match="Angka 41"):
        edit_note(session, draft.id, words="Ada 41 aduan.", version=noted.version, **who)  # type: ignore[arg-type]
    with office.casework.begin() as session, pytest.raises(KentonganError, match="Angka 300%"):
        edit_head(session, draft.id, subject="Naik 300%", version=noted.version, **who)  # type: ignore[arg-type]
    with office.casework.begin() as session:
        headed = edit_head(
            session,
            draft.id,
            to="Bupati Tirtamaya",
            number="480/12/2026",
            version=noted.version,
            **who,  # type: ignore[arg-type]
        )
    assert (headed.head.to, headed.head.number) == ("Bupati Tirtamaya", "480/12/2026")


@profile(max_examples=60)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=5, unique=True),
    st.lists(st.sampled_from(["naik", "dan", "aduan", "."]), min_size=1, max_size=6),
    st.integers(0, 10**6),
)
def test_whatever_is_written_the_numbers_are_some_of_those_there_in_their_order(
    numbers: list[int], words: list[str], other: int
) -> None:
    pieces = [Piece(kind="figure", text=str(n), figure=f"f{n}") for n in numbers]
    text = " ".join(f"{word} {numbers[at % len(numbers)]}" for at, word in enumerate(words[: len(numbers)]))
    line = align_words(text, pieces)
    assert words_of(line) == text
    assert [piece.figure for piece in line if piece.figure] == [f"f{n}" for n in numbers[: len(words)]]
    if other not in numbers:
        with pytest.raises(KentonganError):
            align_words(f"{text} {other}", pieces)


def test_what_was_signed_never_changes_and_a_later_paper_is_a_revision(made: Morning) -> None:
    draft = made.make()
    for name in ("ani", "peni"):
        with made.casework.begin() as session, pytest.raises(NotAllowed):
            sign_briefing(session, draft.id, actor=made.people[name], version=draft.version, now=NOW)
    with made.casework.begin() as session, pytest.raises(Conflict):
        sign_briefing(session, draft.id, actor=made.people["dewi"], version=draft.version + 1, now=NOW)
    with made.casework.begin() as session:
        signed = sign_briefing(session, draft.id, actor=made.people["dewi"], version=draft.version, now=NOW)
    assert (signed.state, signed.signed_name, signed.signed_at) == ("signed", "Dewi", NOW)
    with made.casework.read() as session:
        row = session.get(BriefingRow, draft.id)
        assert row is not None
        assert content_digest(row) == signed.digest
    with made.casework.begin() as session, pytest.raises(Conflict, match="tidak berubah lagi"):
        edit_note(session, draft.id, words="lagi", actor=made.people["ani"], version=signed.version, now=NOW)
    for change in (
        sa.update(BriefingRow).values(digest="0" * 64),
        sa.delete(BriefingRow),
        sa.update(BriefingEventRow).values(note="lain"),
        sa.delete(BriefingEventRow),
    ):
        with pytest.raises(DBAPIError), made.casework.engine.begin() as connection:
            connection.execute(change)
    second = made.make(again=True)
    assert (second.revision, second.state) == (2, "draft")
    with made.casework.read() as session:
        assert get_briefing(session, draft.id) == signed


def test_the_pdf_has_two_pages_and_an_annex_and_says_draft_on_each_until_it_is_signed(
    office: Morning, tmp_path: Path
) -> None:
    draft = office.make(again=True)
    pages = read_pages(draft, tmp_path)
    assert len(pages) >= 2
    assert all("DRAF" in page for page in pages)
    annex = next(at for at, page in enumerate(pages) if "Lampiran" in page)
    assert annex <= 2
    for words in ("NOTA DINAS", "Kepada", "Sifat", "Harga beras 15 ribu ramai", "Indikator imunisasi"):
        assert words in pages[0] + pages[1], words
    with office.casework.begin() as session:
        signed = sign_briefing(session, draft.id, actor=office.people["dewi"], version=draft.version, now=NOW)
    assert paper_of(signed) == paper_of(signed)
    pages = read_pages(signed, tmp_path)
    assert not any("DRAF" in page for page in pages)
    assert signed.digest is not None
    assert signed.digest in "".join(pages)
    assert "Dewi" in "".join(pages)
    html = make_page(signed, organisation="X", zone="WIB", base="")
    assert signed.digest in html
    assert "DRAF" not in html
    assert "DRAF, BELUM DITANDATANGANI" in make_page(draft, organisation="X", zone="WIB", base="")


def paper_of(briefing: Briefing) -> bytes:
    return make_paper(briefing, organisation="Command Center Tirtamaya", zone="WIB", base="https://contoh.example")


def read_pages(briefing: Briefing, folder: Path) -> list[str]:
    """The text of each page, its lines joined."""
    (folder / "nota.pdf").write_bytes(paper_of(briefing))
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "nota.pdf", "-"], capture_output=True, text=True, check=True
    )
    return [re.sub(r"\s+", " ", page) for page in done.stdout.split("\f") if page.strip()]
