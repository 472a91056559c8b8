"""Tips of citizens on SQLite and on PostgreSQL: intake, matching, the clock, answers, and who sees the reporter."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    admin,
    at_once,
    casework,
    casework_url,
    count_rows,
    settings,
    staff,
)
from hypothesis import given
from hypothesis import strategies as st
from search_stores import embedded_store
from sqlalchemy.exc import DBAPIError
from test_crawlers_by_hand import PNG
from tip_desk import (
    CHECK_TITLE,
    CHECKED,
    CLARIFICATION,
    CLARIFICATION_URL,
    HOAX,
    enter,
    enter_matched,
    fact_check,
    matcher,
    publish_again,
    publish_on,
    put_story,
)

from casework.audit import read_audit
from casework.db import Casework
from casework.roles import SYSTEM, Actor, Role
from casework.tables import AuditRow
from casework.tip_answers import (
    NOTE_MARK,
    Answer,
    answer_alike,
    answer_tip,
    answers_to_correct,
    correct_answer,
    list_answers,
    record_sent,
)
from casework.tip_handling import close_tip, complete_tip
from casework.tip_intake import MAX_TEXT, PICTURES, REPEAT_WITHIN, TipIntake, take_tip
from casework.tip_matching import attach_story, match_tip, match_waiting
from casework.tip_reporters import find_with_code, forget_reporters, read_reporter
from casework.tip_tables import TipAnswerRow, TipEventRow, TipReporterRow, TipRow
from casework.tips import list_tips, overdue, parse_number, read_tip, tip_history, tips_alike
from casework.verdict_clarifications import retract_clarification
from crawlers.by_hand import picture_name
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound, Quarantine
from kentongan.masking import NUMBER_MASK, mask_words
from kentongan.schema import Observation
from kentongan.settings import Settings
from search.embedded import EmbeddedStore

REASON = "Bukan dugaan hoaks, hanya pertanyaan jadwal layanan."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with embedded_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(casework: Casework, store: EmbeddedStore, settings: Settings) -> str:
    """The first item of a story that is in the store."""
    return put_story(store, casework, settings)


# Intake.


def test_a_tip_gets_its_number_its_code_and_a_clock_of_three_hours(casework: Casework, settings: Settings) -> None:
    first, second = enter(casework, settings, HOAX), enter(casework, settings, "Benarkah sekolah libur besok?")
    assert (first.tip.number, second.tip.number) == ("LH-000001", "LH-000002")
    assert first.tip.state == "new" and first.new and len(first.code) == 10 and first.code != second.code
    assert first.tip.due_at - first.tip.received_at == timedelta(hours=3)
    longer = msgspec.structs.replace(settings, tip_hours=24.0)
    assert enter(casework, longer, "Apa benar air PDAM beracun?").tip.due_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("said", ["LH-000123", "lh 123", "123", " LH-123 ", "lh000123"])
def test_a_number_is_read_as_people_write_it(said: str) -> None:
    assert parse_number(said) == 123


@pytest.mark.parametrize("said", ["", "LH-", "0", "12a", "LH-1; DROP TABLE", "9" * 40])
def test_what_is_no_number_is_not_found(said: str) -> None:
    with pytest.raises(NotFound, match="tidak terbaca"):
        parse_number(said)


def test_one_word_is_held_with_its_reason_and_becomes_new_once_it_is_completed(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    tip = enter(casework, settings, "Hoaks").tip
    assert tip.state == "held" and "satu kata" in (tip.reason or "") and tip.is_open
    with casework.begin() as session:
        with pytest.raises(KentonganError, match="belum dapat dipakai"):
            complete_tip(session, tip.id, text="lagi", actor=staff["petugas"], now=NOW)
        done = complete_tip(session, tip.id, text=HOAX, actor=staff["petugas"], now=NOW)
    assert done.state == "new" and done.reason is None and done.words is not None and "2,4 juta" in done.words
    with casework.begin() as session:
        assert read_reporter(session, tip.id, actor=staff["petugas"], now=NOW).raw == "Hoaks", "the first words stay"


def test_a_link_alone_is_taken_and_the_longest_text_is_kept_whole(casework: Casework, settings: Settings) -> None:
    link = enter(casework, settings, "", link="https://bit.ly/bansos-tirta").tip
    pasted = enter(casework, settings, "https://bit.ly/bansos-tirta").tip
    assert link.state == pasted.state == "new" and link.link == pasted.link and link.message == pasted.message
    long = "Tanggul jebol malam ini! " * 4_000
    assert len(long) == MAX_TEXT
    taken = enter(casework, settings, long)
    with casework.read() as session:
        assert session.scalar(sa.select(TipRow.text).where(TipRow.id == taken.tip.id)) == long.strip()
    with pytest.raises(Quarantine, match="lebih dari 100000 huruf"):
        enter(casework, settings, long + "!!")
    with pytest.raises(Quarantine, match="Isi paling sedikit satu"):
        enter(casework, settings, " \u200b ")


def test_a_picture_is_kept_by_its_content_and_anything_else_is_refused(casework: Casework, settings: Settings) -> None:
    tip = enter(casework, settings, "", picture=PNG).tip
    assert tip.picture == picture_name(PNG) and tip.state == "new"
    folder = settings.data_dir / PICTURES
    assert (folder / picture_name(PNG)).read_bytes() == PNG and folder.stat().st_mode & 0o077 == 0
    with pytest.raises(Quarantine, match="bukan PNG"):
        enter(casework, settings, "ada gambarnya", picture=b"GIF89a<script>alert(1)</script>")
    assert [path.name for path in folder.iterdir()] == [picture_name(PNG)]


def test_the_same_words_from_the_same_contact_within_minutes_are_one_tip(
    casework: Casework, settings: Settings
) -> None:
    first = enter(casework, settings, HOAX, contact="0812 3456 7890")
    again = enter(casework, settings, HOAX + "!!", contact="0812 3456 7890", now=NOW + timedelta(minutes=2))
    assert not again.new and again.tip.id == first.tip.id and again.code == first.code
    other = enter(casework, settings, HOAX, contact="warga@contoh.example", now=NOW + timedelta(minutes=2))
    later = enter(casework, settings, HOAX, contact="0812 3456 7890", now=NOW + REPEAT_WITHIN + timedelta(seconds=1))
    nameless = [enter(casework, settings, HOAX) for _ in range(2)]
    taken = [first, other, later, *nameless]
    assert len({one.tip.id for one in taken}) == 5 and count_rows(casework, TipReporterRow) == 5, (
        "every reporter is kept"
    )
    with casework.read() as session:
        assert [tip.id for tip in tips_alike(session, first.tip)] == [one.tip.id for one in taken]


def test_the_same_delivery_twice_at_once_is_one_tip(casework: Casework, settings: Settings) -> None:
    def take(contact: str, delivery: tuple[str, str] | None) -> None:
        with casework.begin() as session:
            intake = TipIntake(channel="web", text=HOAX, contact=contact)
            take_tip(session, intake, settings=settings, actor=SYSTEM, now=NOW, delivery=delivery)

    assert at_once([lambda: take("", ("web", "satu"))] * 4) == ["done"] * 4
    assert count_rows(casework, TipRow) == 1
    assert at_once([lambda: take("0812", None)] * 4) == ["done"] * 4
    assert count_rows(casework, TipRow) == 2


def test_who_may_enter_a_tip_and_who_may_not(casework: Casework, settings: Settings, staff: dict[Role, Actor]) -> None:
    for role in ("analis", "hukum", "petugas", "admin"):
        assert enter(casework, settings, f"Laporan dari {role} tentang bansos", actor=staff[role]).new
    for role in ("pimpinan", "peneliti"):
        with pytest.raises(NotAllowed, match="memasukkan laporan"):
            enter(casework, settings, f"Laporan dari {role} tentang bansos", actor=staff[role])
    assert count_rows(casework, TipRow) == 4


# The reporter, apart from the text.


def test_numbers_that_name_people_are_masked_where_a_tip_is_shown(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    text = "Hub 0812-3456-7890 atau +62 812 3456 7890, surel ani@contoh.example, NIK 3301 2345 6789 0123, Rp2.400.000"
    tip = enter(casework, settings, text).tip
    assert tip.words == f"Hub {NUMBER_MASK} atau {NUMBER_MASK}, surel [surel], NIK {NUMBER_MASK}, Rp2.400.000"
    with casework.begin() as session:
        assert read_reporter(session, tip.id, actor=staff["petugas"], now=NOW).text == text


@given(
    digits=st.text("0123456789", min_size=8, max_size=10),
    before=st.sampled_from(["08", "+628", "628", "+62 8", "0 8"]),
    gap=st.sampled_from(["", " ", "-", ".", "\u200b"]),
)
def test_no_mobile_number_is_shown_however_it_is_written(digits: str, before: str, gap: str) -> None:
    written = before + gap.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    assert mask_words(f"kirim ke {written} ya") == f"kirim ke {NUMBER_MASK} ya"


@pytest.mark.parametrize("text", ["Rp1.250.000.000 cair", "17-11-2026 pukul 07.42", "RT 03/RW 05 no. 12", "2,4 juta"])
def test_sums_and_dates_are_left_as_they_are(text: str) -> None:
    assert mask_words(text) == text


def test_the_reporter_is_in_no_log_no_audit_and_no_history(
    casework: Casework, settings: Settings, staff: dict[Role, Actor], caplog: pytest.LogCaptureFixture
) -> None:
    secrets = ("Siti Rahayu", "081299998888", "628120000")
    name, contact, address = secrets
    taken = enter(casework, settings, HOAX, name=name, contact=contact, address=address, actor=staff["petugas"])
    with casework.begin() as session:
        seen = read_reporter(session, taken.tip.id, actor=staff["analis"], now=NOW)
        close_tip(session, taken.tip.id, reason=REASON, actor=staff["analis"], now=NOW)
        assert (seen.name, seen.contact, seen.address) == secrets and seen.code == taken.code
        audited = read_audit(session, actor=SYSTEM, now=NOW)
        history = tip_history(session, taken.tip.id)
    said = " ".join([repr(seen), repr(taken.tip), repr(audited), repr(history), caplog.text])
    assert not any(secret in said for secret in secrets) and "2,4 juta" not in repr(audited) + repr(history)
    assert any(entry.action == "tips.read_reporter" and entry.actor_name == "si-analis" for entry in audited)


@pytest.mark.parametrize("role", ["admin", "pimpinan", "peneliti"])
def test_who_does_not_answer_does_not_see_the_reporter(
    casework: Casework, settings: Settings, staff: dict[Role, Actor], role: Role
) -> None:
    tip = enter(casework, settings, HOAX, contact="0812").tip
    with casework.begin() as session, pytest.raises(NotAllowed, match="melihat siapa yang melapor"):
        read_reporter(session, tip.id, actor=staff[role], now=NOW)
    with casework.begin() as session, pytest.raises(NotAllowed):
        read_reporter(session, tip.id, actor=SYSTEM, now=NOW)


def test_a_reporter_is_forgotten_when_the_tip_ended_long_enough_ago(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    ended, waiting = (enter(casework, settings, text, contact="0812") for text in (HOAX, "Benarkah sekolah libur?"))
    with casework.begin() as session:
        close_tip(session, ended.tip.id, reason=REASON, actor=staff["hukum"], now=NOW)
        late = NOW + timedelta(days=90)
        assert forget_reporters(session, days=90, actor=SYSTEM, now=late - timedelta(seconds=1)) == []
        assert forget_reporters(session, days=90, actor=SYSTEM, now=late) == [ended.tip.id]
        assert forget_reporters(session, days=90, actor=SYSTEM, now=late) == [], "once is enough"
        with pytest.raises(NotAllowed):
            forget_reporters(session, days=0, actor=staff["petugas"], now=late)
    with casework.begin() as session:
        gone = read_reporter(session, ended.tip.id, actor=staff["hukum"], now=late)
        assert gone.contact is None and gone.forgotten_at == late and gone.text == HOAX
        assert read_reporter(session, waiting.tip.id, actor=staff["hukum"], now=late).contact == "0812"
        assert tip_history(session, ended.tip.id)[-1].act == "forgotten"


# Matching.


def test_a_tip_is_matched_to_its_story_and_another_to_its_fact_check(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str
) -> None:
    copy = enter_matched(casework, store, settings, "Tolong dicek: " + HOAX)
    assert (copy.state, copy.story, copy.story_joined) == ("matched", desk, "auto") and copy.story_score is not None
    checked = enter_matched(casework, store, settings, CHECKED)
    assert checked.story is None and checked.claims is not None
    assert [(claim.id, claim.band) for claim in checked.claims] == [(fact_check().id, "same")]
    assert "vaksin" in checked.claims[0].shared
    nothing = enter_matched(casework, store, settings, "Kapan jadwal pemadaman listrik di Desa Sumber Rejo?")
    assert (nothing.state, nothing.story, nothing.claims) == ("matched", None, ())


def test_a_search_that_fails_loses_no_tip_and_is_done_later(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, caplog: pytest.LogCaptureFixture
) -> None:
    tip = enter(casework, settings, HOAX).tip

    def broken() -> object:
        raise RuntimeError("kamus rusak 08123456789")

    kept = match_tip(casework, store, tip.id, claims=broken, now=NOW)  # type: ignore[arg-type]
    assert kept.state == "new" and "Belum dicocokkan" in (kept.match_fault or "")
    assert "RuntimeError" in caplog.text and "0812" not in caplog.text, "a fault's words may be the tip's"
    (done,) = match_waiting(casework, store, claims=matcher, now=NOW)
    assert done.state == "matched" and done.story == desk and done.match_fault is None
    assert match_waiting(casework, store, claims=matcher, now=NOW) == []


def test_a_tip_without_words_waits_and_says_why(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str
) -> None:
    tip = enter_matched(casework, store, settings, "", link="https://bit.ly/bansos-tirta")
    assert tip.state == "new" and "lengkapi teksnya" in (tip.match_fault or "") and tip.is_open


def test_a_person_says_which_story_a_tip_belongs_to(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip = enter_matched(casework, store, settings, "Benarkah ada pembagian uang dari kabupaten?")
    assert tip.story is None
    with casework.begin() as session:
        with pytest.raises(NotFound):
            attach_story(session, tip.id, document="tidak-ada", actor=staff["analis"], now=NOW)
        with pytest.raises(NotAllowed):
            attach_story(session, tip.id, document=desk, actor=SYSTEM, now=NOW)
        attached = attach_story(session, tip.id, document=desk, actor=staff["analis"], now=NOW)
    assert (attached.story, attached.story_joined) == (desk, "person")


# The clock.


def test_open_tips_are_listed_by_their_clock_and_overdue_ones_are_marked(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    texts = ("Tanggul jebol malam ini", "Sekolah libur besok", "Hoaks", "Air sungai hijau")
    early, late, held, closed = (
        enter(casework, settings, text, now=NOW + timedelta(hours=at)).tip for at, text in enumerate(texts)
    )
    with casework.begin() as session:
        close_tip(session, closed.id, reason=REASON, actor=staff["analis"], now=NOW)
        assert [tip.id for tip in list_tips(session)] == [early.id, late.id, held.id]
        assert overdue(session, NOW + timedelta(hours=3, seconds=-1)) == []
        assert [tip.id for tip in overdue(session, NOW + timedelta(hours=4))] == [early.id, late.id]
        ended = read_tip(session, closed.id)
        assert ended.remaining(NOW) is None and not ended.is_overdue(NOW + timedelta(days=9))
    assert early.remaining(NOW + timedelta(hours=5)) == timedelta(hours=-2)


def test_a_tip_is_closed_only_with_a_reason_and_only_once(
    casework: Casework, settings: Settings, staff: dict[Role, Actor]
) -> None:
    tip = enter(casework, settings, HOAX).tip
    with casework.begin() as session:
        with pytest.raises(KentonganError, match="dengan alasan"):
            close_tip(session, tip.id, reason="  ", actor=staff["analis"], now=NOW)
        with pytest.raises(NotAllowed):
            close_tip(session, tip.id, reason=REASON, actor=SYSTEM, now=NOW)
        close_tip(session, tip.id, reason=REASON, actor=staff["analis"], now=NOW)
        with pytest.raises(Conflict, match="sudah ditutup"):
            close_tip(session, tip.id, reason=REASON, actor=staff["analis"], now=NOW)
        with pytest.raises(NotFound, match="LH-000999"):
            close_tip(session, 999, reason=REASON, actor=staff["analis"], now=NOW)


# Answers.


def answer(casework: Casework, store: EmbeddedStore, tip: int, actor: Actor, **more: str) -> Answer:
    with casework.begin() as session:
        return answer_tip(session, tip, store=store, actor=actor, now=NOW, **more)


def test_nothing_published_answers_nobody_and_says_what_to_do(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    copy = enter_matched(casework, store, settings, HOAX)
    fresh = enter(casework, settings, "Benarkah sekolah libur besok pagi?").tip
    held = enter(casework, settings, "Hoaks").tip
    with pytest.raises(KentonganError, match="Terbitkan klarifikasi atas cerita"):
        answer(casework, store, copy.id, staff["petugas"])
    with pytest.raises(KentonganError, match="Cocokkan dahulu"):
        answer(casework, store, fresh.id, staff["petugas"])
    with pytest.raises(Conflict, match="sudah ditahan"):
        answer(casework, store, held.id, staff["petugas"])
    assert count_rows(casework, TipAnswerRow) == 0


def test_a_reporter_is_answered_from_the_published_clarification(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip = enter_matched(casework, store, settings, HOAX, contact="0812")
    said = publish_on(casework, desk, HOAX, one=staff["analis"], other=staff["hukum"])
    with pytest.raises(NotAllowed, match="menjawab pelapor"):
        answer(casework, store, tip.id, staff["admin"])
    with pytest.raises(NotAllowed):
        answer(casework, store, tip.id, SYSTEM)
    given_answer = answer(casework, store, tip.id, staff["petugas"], note="Bawa KTP ke kantor desa.")
    assert given_answer.text.startswith(CLARIFICATION) and CLARIFICATION_URL in given_answer.text
    assert f"{NOTE_MARK} Bawa KTP" in given_answer.text, "a person's own words are marked"
    assert (given_answer.source, given_answer.source_version) == ("clarification", str(said.id))
    with pytest.raises(Conflict, match="sudah dijawab"):
        answer(casework, store, tip.id, staff["petugas"])
    with casework.begin() as session:
        record_sent(session, tip.id, how="disalin petugas ke WhatsApp", actor=staff["petugas"], now=NOW, via="uji")
        acts = [event.act for event in tip_history(session, tip.id)]
        assert acts == ["received", "matched", "answered", "sent"]
        assert read_tip(session, tip.id).state == "answered"
        audited = session.scalars(sa.select(AuditRow.detail).where(AuditRow.action == "tips.sent")).one()
        assert audited["lewat"] == "uji"


def test_every_reporter_of_the_same_message_is_answered_and_nobody_else(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    same = [enter_matched(casework, store, settings, HOAX + "!" * n, contact=f"081{n}") for n in range(3)]
    other = enter_matched(casework, store, settings, CHECKED)
    publish_on(casework, desk, HOAX, one=staff["analis"], other=staff["hukum"])
    with casework.begin() as session:
        given_answers = answer_alike(session, same[1].id, store=store, actor=staff["petugas"], now=NOW)
    assert sorted(one.tip for one in given_answers) == [tip.id for tip in same]
    with casework.read() as session:
        assert read_tip(session, other.id).state == "matched"


def test_without_a_clarification_a_fact_check_of_the_same_claim_answers_by_name(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip, again = (enter_matched(casework, store, settings, CHECKED, contact=c) for c in ("0811", "0822"))
    said = answer(casework, store, tip.id, staff["analis"])
    assert said.source == "factcheck" and said.source_document == fact_check().id
    assert said.text.startswith("Menurut cek fakta periksa.example (19 November 2026), klaim ini salah: ")
    assert CHECK_TITLE in said.text and "https://periksa.example/vaksin" in said.text
    store.observe([Observation(document=fact_check().id, at=NOW, state="gone")])
    store.refresh()
    with pytest.raises(KentonganError, match="Belum ada klarifikasi"):
        answer(casework, store, again.id, staff["analis"])
    with casework.read() as session:
        assert [found.id for found, _ in answers_to_correct(session, store)] == [tip.id]


def test_a_withdrawn_clarification_calls_for_a_correction_and_reopens_the_clock(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip = enter_matched(casework, store, settings, HOAX)
    said = publish_on(casework, desk, HOAX, one=staff["analis"], other=staff["hukum"])
    answer(casework, store, tip.id, staff["petugas"])
    with casework.begin() as session:
        assert answers_to_correct(session, store) == []
        with pytest.raises(Conflict, match="masih berlaku"):
            correct_answer(session, tip.id, store=store, settings=settings, actor=staff["petugas"], now=NOW)
        retract_clarification(session, said.id, reason="Alamat instansinya keliru.", actor=staff["analis"], now=NOW)
    later = NOW + timedelta(hours=5)
    with casework.begin() as session:
        assert [found.id for found, _ in answers_to_correct(session, store)] == [tip.id]
        void = correct_answer(session, tip.id, store=store, settings=settings, actor=staff["petugas"], now=later)
        again = read_tip(session, tip.id)
    assert void.source == "withdrawn" and void.text.startswith("Ralat:") and void.number == 2
    assert again.state == "matched" and again.due_at == later + timedelta(hours=3)
    publish_again(casework, 1, actor=staff["analis"])
    assert answer(casework, store, tip.id, staff["petugas"]).number == 3
    with casework.read() as session:
        assert [one.source for one in list_answers(session, tip.id)] == ["clarification", "withdrawn", "clarification"]


def test_two_who_answer_at_once_give_one_answer(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip = enter_matched(casework, store, settings, HOAX)
    publish_on(casework, desk, HOAX, one=staff["analis"], other=staff["hukum"])
    acts = [lambda role=role: answer(casework, store, tip.id, staff[role]) for role in ("petugas", "analis", "hukum")]
    assert at_once(acts) == ["Conflict", "Conflict", "done"]
    assert count_rows(casework, TipAnswerRow) == 1


def test_the_database_itself_refuses_to_change_history_and_answers(
    casework: Casework, store: EmbeddedStore, settings: Settings, desk: str, staff: dict[Role, Actor]
) -> None:
    tip = enter_matched(casework, store, settings, CHECKED)
    answer(casework, store, tip.id, staff["analis"])
    for statement in (
        sa.update(TipEventRow).values(act="x"),
        sa.delete(TipEventRow),
        sa.update(TipAnswerRow).values(text="x"),
        sa.delete(TipAnswerRow),
    ):
        with pytest.raises(DBAPIError, match="append-only"), casework.begin() as session:
            session.execute(statement)


def test_the_lookup_needs_number_and_code_and_does_not_say_which_was_wrong(
    casework: Casework, settings: Settings
) -> None:
    taken = enter(casework, settings, HOAX)
    with casework.read() as session:
        typed = f" {taken.code[:5]}-{taken.code[5:].lower()} "
        assert find_with_code(session, "lh-1", code=typed).id == taken.tip.id
        said = set()
        for number, code in (("LH-000001", "SALAH"), ("LH-000002", taken.code), ("x", taken.code), ("LH-000001", "")):
            with pytest.raises(NotFound) as refused:
                find_with_code(session, number, code=code)
            said.add(str(refused.value))
    assert len(said) == 1
