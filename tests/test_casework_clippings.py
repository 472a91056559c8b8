"""Clippings: which news is ours, one item a story, corrections that hold, editions that stay as they were issued."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import clipping_articles as world
import pytest
import sqlalchemy as sa
from casework_fixtures import at_once, migrated_postgres  # noqa: F401
from clipping_office import Desk, article, desk, either_desk, ready  # noqa: F401
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from analysis.claims import ClaimMatcher, FactCheck
from casework.audit import read_audit
from casework.clippings.claims import Claims
from casework.clippings.correcting import correct_item, put_back
from casework.clippings.counting import make_figures
from casework.clippings.editions import EDITIONS, newest_edition, parse_edition, window_of
from casework.clippings.issuing import issue_clipping
from casework.clippings.quoting import QUOTE_MOST, quote_lead
from casework.clippings.reading import clipping_history, read_issued, read_items
from casework.clippings.relevance import explain_relevance, read_locality
from casework.figures import Sources, recompute, same_value
from dashboard.words import say
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.topic_words import TOPIC_WORDS

NUMBER = "KLIP-20261121-SIANG"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(["WIB", "WITA", "WIT"]))
@limits(max_examples=30, deadline=None)
def test_the_editions_of_a_day_follow_on_one_another_without_a_gap_or_overlap(day: date, zone: str) -> None:
    windows = [window_of(day, edition, zone=zone) for edition in EDITIONS]
    assert windows[0][0] == window_of(day - timedelta(days=1), "sore", zone=zone)[1]
    assert [one[1] for one in windows[:-1]] == [one[0] for one in windows[1:]]
    for edition, (_, until) in zip(EDITIONS, windows, strict=True):
        assert newest_edition(until, zone=zone) == (day, edition)
        assert newest_edition(until - timedelta(seconds=1), zone=zone) != (day, edition)
        assert parse_edition(f"KLIP-{day:%Y%m%d}-{edition.upper()}") == (day, edition)


def test_morning_takes_the_news_since_the_evening_edition_of_the_day_before_up_to_six() -> None:
    assert window_of(world.DAY, "pagi", zone="WIB") == (world.hour(17, day=20), world.hour(6))
    with pytest.raises(KentonganError, match="tidak terbaca"):
        parse_edition("KLIP-20261341-PAGI")


def test_an_article_is_ours_by_rules_that_are_named() -> None:
    locality = read_locality(world.gazetteer(), [], region="99.01")

    def why(text: str, *, region: str | None = None, title: str = "Judul") -> tuple[str, ...]:
        return explain_relevance(locality, title=title, text=text, region=region)

    assert why("Hujan turun.", region="99.01.02") == ("wilayah terbaca: Randu",)
    assert why("Rapat dihadiri Wakil Bupati Tirtamaya.") == ("menyebut Wakil Bupati Tirtamaya",)
    assert why("RANDU, KABAR - Jalan rusak.") == ("ditulis dari Randu",)
    assert why("Jalan di Kecamatan Telaga rusak.") == ("menyebut Kecamatan Telaga",)
    assert why("Ruas Randu-Wanajati diaspal.") == ("menyebut Randu, Wanajati",)
    assert why("Pohon randu ditebang.") == why("Telaga itu kering.") == why(world.NATIONAL) == ()
    assert why("Bupati Tirtamaya hadir di Kota Semarang.", region="98.01") == ("menyebut Bupati Tirtamaya",)
    assert why("Kecamatan Telaga di Kota Semarang banjir.", region="98.01") == ()


def test_copies_are_one_item_and_other_regions_news_stays_out(desk: Desk) -> None:
    made = desk.make()
    edition = desk.read()
    assert made.read == len(world.day_of_news())
    assert sorted(item.title for item in edition.items) == [
        "Banjir Randu, 312 Rumah Terendam", "Harga Beras Medium Naik Lagi",
        "Obat Kosong di Tiga Puskesmas, Pasien Kecewa",
        "Pasar Murah Beras Diserbu Warga",
    ]  # fmt: skip
    flood = desk.item("Banjir")
    assert [one.publisher for one in flood.outlets] == ["kabar.example", "suara.example", "warta.example"]
    assert all(one.url and one.url.startswith("https://") for one in flood.outlets)
    assert flood.quote in world.FLOOD and len(flood.quote) <= QUOTE_MOST and flood.quoted == "kabar.example"
    assert flood.agency == "bpbd" and flood.agency_from == "name"
    assert desk.item("Harga Beras").agency == "disdag" and desk.item("Harga Beras").agency_from == "field"
    assert desk.item("Pasar").issue == desk.item("Harga Beras").issue == "Ekonomi dan harga: beras"


def test_a_model_suspects_abstains_or_says_nothing_and_a_person_decides(desk: Desk) -> None:
    desk.make()
    assert desk.item("Obat").tone_words == "terindikasi negatif (0,91)"
    assert desk.item("Harga Beras").tone_words == "model ragu, condong negatif"
    assert desk.item("Harga Beras").known_tone is None
    assert desk.correct("Harga Beras", tone="neutral").tone_words == "netral"
    assert desk.correct("Obat", tone="negative").tone_words == "negatif", "a person who agrees has decided, too"


def test_clarification_is_suggested_by_the_rule_and_decided_by_a_person(desk: Desk) -> None:
    claim = f"Harga Beras Medium Naik Lagi. {world.PRICE}"
    check = FactCheck(id="f" * 32, title="Beras Rp15.600 hoaks?", claim=claim, verdict="false")
    desk.make(claims=Claims(matcher=ClaimMatcher([check])))
    assert desk.item("Obat").clarify_reasons == ("nada negatif dan menyebut Dinas Kesehatan",)
    assert desk.item("Harga Beras").clarify_reasons == ("mirip klaim yang pernah diperiksa: “Beras Rp15.600 hoaks?”",)
    assert not desk.item("Banjir").suggested and not desk.item("Pasar").suggested
    assert desk.correct("Obat", tone="neutral").clarify_reasons == (), "the rule reads the tone that counts"
    assert desk.correct("Banjir", tone="negative").suggested
    assert desk.correct("Banjir", clarify=False).suggested is False
    assert desk.correct("Harga Beras", clarify=True).clarify is True
    true = Claims(matcher=ClaimMatcher([replace(check, verdict="true")]))
    assert desk.make(claims=true) and desk.item("Harga Beras").clarify_reasons == ()


def test_made_again_it_takes_what_came_since_and_keeps_what_people_said(desk: Desk) -> None:
    desk.make()
    desk.correct("Obat", tone="positive", issue="Obat puskesmas", note="Sudah dihubungi.")
    desk.leave("Pasar")
    before = desk.read()
    assert desk.make() == before.clipping, "nothing new, nothing changed"
    late = world.article("obat-2", "Obat Kosong", world.HEALTH, at=world.hour(11), publisher="warta.example")
    words = "RANDU - Jalan rusak berat."
    slow = world.article("jalan", "Jalan Rusak", words, at=world.hour(5), collected=world.hour(8))
    desk.store.add([late, slow])
    desk.make()
    drug = desk.item("Obat")
    assert [one.publisher for one in drug.outlets] == ["kabar.example", "warta.example"]
    assert (drug.tone_words, drug.issue, drug.note) == ("positif", "Obat puskesmas", "Sudah dihubungi.")
    assert desk.item("Pasar").left_out and desk.item("Jalan").late
    evening = desk.make("sore")
    with desk.casework.read() as session:
        assert not read_items(session, evening.id), "what the noon edition told is not told again"


def test_a_correction_of_tone_is_the_persons_word_about_every_copy_and_undo_takes_it_back(desk: Desk) -> None:
    desk.make()
    desk.correct("Banjir", tone="negative")
    assert [desk.tone_of(key) for key in ("banjir", "banjir-2", "banjir-3")] == [("negative", True, False)] * 3
    desk.correct("Banjir", tone="positive")
    assert desk.undo().tone == "negative" and desk.tone_of("banjir")[0] == "negative"
    flood = desk.undo()
    assert flood.tone_words == "terindikasi netral (0,70)" and "tone" not in flood.decided
    assert desk.tone_of("banjir") == (None, True, True), "a record that only grows: the word is taken back, not erased"
    desk.make()
    assert desk.item("Banjir").tone_words == "terindikasi netral (0,70)"
    with pytest.raises(NotFound, match="Tidak ada yang dapat dibatalkan"):
        desk.undo()


def test_every_kind_of_correction_can_be_undone_in_turn(desk: Desk) -> None:
    desk.make()
    before = desk.read().items
    last = before[-1].title
    desk.correct(last, place=1, topic="law_crime", agency="Dinkes", note="Catatan.")
    assert desk.read().items[0].title == last and desk.item(last).agency == "dinkes"
    assert [item.place for item in desk.read().items] == [1, 2, 3, 4]
    desk.leave("Obat", "bukan berita")
    assert len(desk.read().printed) == 3
    added = desk.add(article("semarang"))
    assert added.why[-1] == "ditambahkan analis" and added.added_by == "si-analis"
    assert desk.undo().left_out is True
    desk.undo()
    desk.undo()
    same = [replace(item, version=0) for item in desk.read().items if item.id != added.id]
    assert same == [replace(item, version=0) for item in before]


def test_two_people_at_one_item_conflict_and_the_database_keeps_what_happened(either_desk: Desk) -> None:
    desk = either_desk
    desk.make()
    item = desk.item("Obat")

    def correct(note: str) -> None:
        with desk.casework.begin() as session:
            correct_item(
                session, desk.store, item.id, changes={"note": note}, actor=desk.staff["analis"], now=world.NOW,
                version=item.version,
            )  # fmt: skip

    assert at_once([lambda: correct("satu"), lambda: correct("dua")]) == ["Conflict", "done"]
    desk.issue()
    change = "UPDATE clipping_event SET act = 'made'"
    for statement in ("DELETE FROM clipping_item", change, "DELETE FROM clipping_revision"):
        with pytest.raises((sa.exc.DBAPIError, KentonganError), match="keeps"), desk.casework.begin() as session:
            session.execute(sa.text(statement))


def test_who_may_not_is_refused_and_who_did_stands_in_history_and_audit(desk: Desk) -> None:
    desk.make()
    with pytest.raises(NotAllowed):
        desk.correct("Obat", by="petugas", tone="neutral")
    with pytest.raises(NotAllowed):
        desk.issue(by="pimpinan")
    desk.correct("Obat", tone="neutral")
    for wrong in ({"tone": "sedih"}, {"place": 0}, {"issue": " "}, {"note": "x\u202ey"}):
        with pytest.raises(KentonganError):
            desk.correct("Obat", **wrong)
    with pytest.raises(NotFound):
        desk.correct("Obat", agency="dinas-angin")
    desk.issue()
    with desk.casework.begin() as session:
        events = clipping_history(session, desk.read().clipping.id)
        audited = read_audit(session, actor=desk.staff["admin"], now=world.NOW, object=f"clipping:{NUMBER}")
    assert [event.act for event in events] == ["made", "corrected", "issued"]
    assert (events[1].before["tone"], events[1].after["tone"]) == ("negative", "neutral")
    assert [entry.action for entry in reversed(audited)] == [f"clippings.{event.act}" for event in events]


def test_an_issued_edition_stays_as_it_went_out_and_a_later_change_is_revision_two(desk: Desk) -> None:
    desk.make()
    first = desk.issue()
    assert desk.read() == first
    with pytest.raises(Conflict, match="sudah terbit"):
        desk.make()
    with pytest.raises(Conflict, match="sudah terbit"):
        desk.issue()
    desk.correct("Obat", tone="neutral")
    desk.leave("Pasar", "dobel")
    draft = desk.read()
    assert (draft.clipping.state, draft.clipping.revision) == ("draft", 2)
    second = desk.issue()
    assert [(one.title, one.what, one.after) for one in second.changes] == [
        ("Obat Kosong di Tiga Puskesmas, Pasien Kecewa", "nada", "netral"),
        ("Pasar Murah Beras Diserbu Warga", "berita", "dikeluarkan: dobel"),
    ]
    assert desk.read(revision=1) == first and desk.read() == second
    with desk.casework.read() as session:
        assert read_issued(session, first.clipping.id, revision=1) == first
    item = desk.item("Pasar")
    with desk.casework.begin() as session:
        put_back(session, item.id, actor=desk.staff["analis"], now=world.NOW)
    desk.undo()
    with pytest.raises(Conflict, match="sama dengan yang sudah terbit"):
        desk.issue()


def test_an_edition_cannot_go_out_before_its_window_closed_or_be_made_before_it_opened(desk: Desk) -> None:
    with pytest.raises(KentonganError, match="belum mulai"):
        desk.make("siang", day=world.DAY + timedelta(days=1))
    desk.make()
    early = world.hour(11)
    with pytest.raises(Conflict, match="belum tutup"), desk.casework.begin() as session:
        issue_clipping(
            desk.store, session, desk.read().clipping.id, settings=desk.settings, actor=desk.staff["analis"], now=early
        )


def test_every_count_is_recomputed_from_its_question_on_both_stores(either_desk: Desk) -> None:
    desk = either_desk
    before = world.article("lama", "Bupati Rapat", "Bupati Tirtamaya memimpin rapat.", at=world.hour(9, day=20))
    desk.store.add([before])
    desk.make(day=world.DAY - timedelta(days=1))
    desk.make()
    desk.correct("Harga Beras", tone="neutral", clarify=True)
    desk.leave("Pasar")
    draft, issued = desk.read(), desk.issue()
    for edition in (draft, issued):
        with desk.casework.read() as session:
            for figure in edition.figures:
                again = recompute(figure, store=desk.store, session=session, settings=desk.settings, now=world.NOW)
                assert same_value(figure.value, again), figure.key
    printed = issued.printed
    counted = {figure.key: figure.value for figure in issued.figures}
    assert counted["berita"] == len(printed) == 3
    assert counted["terbitan"] == sum(len(item.outlets) for item in printed) == 5
    for tone in ("negative", "neutral", "positive"):
        assert counted[f"nada:{tone}"] == sum(item.known_tone == tone for item in printed)
    assert (counted["nada:none"], counted["klarifikasi"], counted["usul"]) == (0, 1, 1)
    assert (counted["media:suara.example"], counted["instansi:dinkes"], counted["kemarin"]) == (2, 1, 1)
    assert (counted["dibaca"], counted["dibaca-kemarin"]) == (len(world.day_of_news()), 1)
    tones = ("negative", "neutral", "positive", "none")
    known = [issue for issue in issued.by_issue for tone in tones if counted[f"isu-nada:{tone}:{issue}"]]
    assert known == list(issued.by_issue), "each issue has one item, of one tone"


def test_without_a_clipping_of_the_day_before_the_comparison_is_absent_and_never_zero(desk: Desk) -> None:
    made = desk.make()
    with desk.casework.read() as session:
        sources = Sources(store=desk.store, session=session, settings=desk.settings, now=world.NOW)
        figures = make_figures(made, read_items(session, made.id), sources=sources)
    assert {figure.value for figure in figures if figure.key.startswith("kemarin")} == {None}


@given(st.text(max_size=900))
@limits(max_examples=60, deadline=None)
def test_a_quotation_is_bounded_and_in_the_articles_own_words(text: str) -> None:
    quoted = quote_lead(text)
    assert len(quoted) <= QUOTE_MOST
    whole = " ".join(text.split())
    assert whole.startswith(quoted.removesuffix(" …").strip()) or quoted.endswith("…")


def test_a_quotation_ends_with_a_sentence_and_not_within_a_number() -> None:
    assert quote_lead("Harga naik jadi Rp13.800 per kg. Warga mengeluh. " + "Panjang sekali " * 40, most=60) == (
        "Harga naik jadi Rp13.800 per kg. Warga mengeluh."
    )
    assert quote_lead("Kepala dinas dr. Yulia hadir di Jl. Randu No. 5. Rapat usai.", most=50) == (
        "Kepala dinas dr. Yulia hadir di Jl. Randu No. 5."
    )
    assert quote_lead("kata " * 200).endswith(" …")


def test_topics_are_named_as_the_pages_name_them() -> None:
    assert {topic: say(topic, "id") for topic in TOPIC_WORDS} == TOPIC_WORDS
