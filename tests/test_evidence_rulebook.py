"""The rulebook: what the shipped one shuts and opens, whatever is answered, and what it is refused for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from command_line import run_command
from hypothesis import given
from hypothesis import strategies as st

from evidence.law.question_flow import Facts, Given, Standing, judge
from evidence.law.rulebook import MAX_REVIEW_DAYS, SHIPPED, Rulebook, read_rulebook, review_state, review_warnings
from evidence.law.rulebook_form import ROUTES, Entry
from kentongan.errors import BadSettings
from kentongan.schema import KINDS
from kentongan.settings import Settings

BOOK = read_rulebook()
TODAY = date(2026, 11, 22)
DATA = {"tujuan": "ditetapkan", "masa_simpan": "ditetapkan", "pembatasan": "hanya_yang_perlu"}
CLARIFY = {"jurnalistik": "tidak", "bentuk": "pernyataan_fakta", **DATA}
POLICE = {
    **CLARIFY,
    "pihak_dirugikan": "perorangan_mengadu",
    "pengetahuan": "ada_bukti",
    "kerusuhan": "tidak_ada",
    "tanggal_perbuatan": "2026-11-02",
    "penahanan": "ditahan",
}
ON_HOLD = Facts(on_hold=True)


def standing(answers: dict[str, str], *, facts: Facts = ON_HOLD, on: date = TODAY) -> Standing:
    return judge(BOOK, {key: Given(value=value) for key, value in answers.items()}, facts=facts, on=on)


def any_answers() -> st.SearchStrategy[dict[str, Given]]:
    """Some questions answered, with any of their values or days, under this meaning of the question or another."""

    def given_to(key: str) -> st.SearchStrategy[Given]:
        values = [value.key for value in BOOK.questions[key].value]
        days = st.dates(date(2015, 1, 1), TODAY).map(date.isoformat)
        return st.builds(Given, value=st.sampled_from(values) if values else days, confirmed=st.booleans())

    return st.fixed_dictionaries({}, optional={key: given_to(key) for key in BOOK.questions})


any_kinds = st.frozensets(st.sampled_from(KINDS))
any_facts = st.builds(Facts, judged=any_kinds, held=any_kinds, on_hold=st.booleans())


def entries_named(reasons: Iterable[object]) -> bool:
    return all(reason.entries and set(reason.entries) <= set(BOOK.entries) for reason in reasons)  # type: ignore[attr-defined]


@given(any_answers(), any_facts)
def test_a_press_article_never_reaches_the_police_whatever_else_is_answered(
    answers: dict[str, Given], facts: Facts
) -> None:
    press = answers.get("jurnalistik")
    if "article" not in facts.judged and (press is None or press.value == "tidak"):
        answers = {**answers, "jurnalistik": Given(value="ya")}
    routes = judge(BOOK, answers, facts=facts, on=TODAY).routes
    assert all(routes[route].blocked for route in ("police", "aduankonten", "platform"))
    assert any("uu-pers-5" in reason.entries for reason in routes["police"].blocked)


@given(any_answers(), any_facts)
def test_every_shut_route_has_a_reason_and_every_reason_names_a_provision(
    answers: dict[str, Given], facts: Facts
) -> None:
    found = judge(BOOK, answers, facts=facts, on=TODAY)
    assert set(found.routes) == set(ROUTES)
    for route in found.routes.values():
        assert entries_named(route.blocked) and entries_named(route.needs)
    assert entries_named(found.warnings) and entries_named(found.excluded.values())


@given(any_answers(), any_facts, st.data())
def test_a_route_is_open_only_when_all_its_questions_are_answered_as_they_are_now(
    answers: dict[str, Given], facts: Facts, data: st.DataObject
) -> None:
    route = data.draw(st.sampled_from(ROUTES))
    found = judge(BOOK, answers, facts=facts, on=TODAY).routes[route]
    if found.open:
        assert set(BOOK.route(route).asks) <= set(answers)
        assert all(answers[key].confirmed for key in found.questions)
        assert route != "police" or (found.grounds and facts.on_hold)


def test_without_answers_no_route_is_open_and_the_press_is_asked_about_first() -> None:
    found = standing({})
    assert not any(route.open for route in found.routes.values())
    assert found.next_questions()[0] == "jurnalistik"
    assert found.next_questions("police") == (
        "jurnalistik", "bentuk", "pihak_dirugikan", "pengetahuan", "kerusuhan", "tanggal_perbuatan", "tujuan",
        "masa_simpan", "pembatasan", "penahanan",
    )  # fmt: skip


def test_a_journalistic_product_leaves_clarifying_and_the_press_council_and_asks_nothing_criminal() -> None:
    found = standing({"jurnalistik": "ya"})
    assert {key for key, route in found.routes.items() if not route.blocked} == {"clarify", "press_council"}
    assert not {"pihak_dirugikan", "pengetahuan", "kerusuhan"} & set(found.next_questions())
    assert standing({"jurnalistik": "ya", **DATA}).routes["press_council"].open


def test_clarifying_needs_none_of_the_criminal_questions() -> None:
    found = standing(CLARIFY, facts=Facts())
    assert found.routes["clarify"].open and not found.routes["police"].open
    assert found.routes["press_council"].blocked


@pytest.mark.parametrize("form", ["pendapat", "kritik", "satire"])
def test_opinion_criticism_and_satire_do_not_reach_police_or_ministry(form: str) -> None:
    routes = standing({**POLICE, "bentuk": form}).routes
    assert routes["police"].blocked and routes["aduankonten"].blocked and routes["clarify"].open


def test_a_person_who_complains_themselves_may_go_to_the_police() -> None:
    police = standing(POLICE).routes["police"]
    assert police.open and police.grounds == ("uu-ite-27a", "kuhp-433")


@pytest.mark.parametrize(
    "party", ["lembaga_pemerintah", "kelompok_identitas", "institusi", "korporasi", "profesi", "jabatan"]
)
def test_no_body_group_institution_corporation_profession_or_office_is_an_injured_party(party: str) -> None:
    found = standing({**POLICE, "pihak_dirugikan": party})
    assert "mk-105-2024" in found.excluded["uu-ite-27a"].entries
    (reason,) = found.routes["police"].blocked
    assert "mk-105-2024" in reason.entries and "Pasal 27A UU ITE" in reason.text


def test_a_person_who_does_not_complain_opens_nothing() -> None:
    assert standing({**POLICE, "pihak_dirugikan": "perorangan_tidak_mengadu"}).routes["police"].blocked


@pytest.mark.parametrize("unrest", ["hanya_digital", "ruang_fisik_tanpa_bukti", "tidak_ada"])
def test_unrest_counts_only_in_physical_space_and_with_evidence(unrest: str) -> None:
    answers = {**POLICE, "pihak_dirugikan": "masyarakat_umum"}
    assert standing({**answers, "kerusuhan": "ruang_fisik_terbukti"}).routes["police"].grounds == (
        "uu-ite-28-3",
        "kuhp-263",
    )
    found = standing({**answers, "kerusuhan": unrest})
    assert found.excluded["uu-ite-28-3"].entries == ("mk-115-2024",) and found.routes["police"].blocked


def test_without_a_sign_that_the_poster_knew_nothing_is_left() -> None:
    answers = {**POLICE, "kerusuhan": "ruang_fisik_terbukti", "pihak_dirugikan": "masyarakat_umum"}
    assert standing({**answers, "pengetahuan": "patut_diduga"}).routes["police"].grounds == ("kuhp-263",)
    assert standing({**answers, "pengetahuan": "tidak_ada"}).routes["police"].blocked


def test_the_law_of_the_day_of_the_act_counts_and_a_change_since_is_asked_about() -> None:
    before = standing({**POLICE, "tanggal_perbuatan": "2025-12-31"})
    assert before.routes["police"].grounds == ("uu-ite-27a",)
    assert before.excluded["kuhp-433"].text == "Tidak berlaku pada hari perbuatan (2025-12-31)."
    assert before.next_questions("police") == ("hukum_menguntungkan",)
    assert any("lex favor reo" in warning.text for warning in before.warnings)
    answered = {**POLICE, "tanggal_perbuatan": "2025-12-31", "hukum_menguntungkan": "sudah"}
    assert standing(answered).routes["police"].open
    assert not standing(POLICE).next_questions("police")


def test_an_answer_to_a_question_that_is_no_longer_asked_does_nothing() -> None:
    assert standing({**POLICE, "hukum_menguntungkan": "belum"}).routes["police"].open
    asked = {**POLICE, "tanggal_perbuatan": "2025-12-31", "hukum_menguntungkan": "belum"}
    assert standing(asked).routes["police"].blocked


def test_an_act_before_the_provisions_of_today_leaves_no_ground() -> None:
    (reason,) = standing({**POLICE, "tanggal_perbuatan": "2023-05-01"}).routes["police"].blocked
    assert "Pasal 14 dan Pasal 15 UU 1/1946: Tidak ada kerusuhan" in reason.text
    unrest = {**POLICE, "tanggal_perbuatan": "2023-05-01", "kerusuhan": "ruang_fisik_terbukti"}
    assert "UU 1/1946: Tidak berlaku pada hari penyerahan" in standing(unrest).routes["police"].blocked[0].text


def test_a_case_that_is_said_to_be_held_must_be_held() -> None:
    police = standing(POLICE, facts=Facts()).routes["police"]
    assert not police.open and not police.blocked and police.needs
    assert standing({**POLICE, "penahanan": "tidak_perlu"}).routes["police"].blocked


def test_an_answer_under_another_meaning_still_shuts_but_opens_nothing() -> None:
    old = {key: Given(value=value, confirmed=False) for key, value in POLICE.items()}
    police = judge(BOOK, old, facts=ON_HOLD, on=TODAY).routes["police"]
    assert police.unconfirmed == police.questions and not police.open
    press = judge(BOOK, {"jurnalistik": Given(value="ya", confirmed=False)}, facts=ON_HOLD, on=TODAY).routes
    assert press["police"].blocked and not press["press_council"].open


def test_articles_beside_what_is_reported_are_warned_of_and_shut_nothing() -> None:
    found = standing(POLICE, facts=Facts(held=frozenset({"article", "post"}), on_hold=True))
    assert found.routes["police"].open
    assert [warning.text for warning in found.warnings] == [
        "Kasus ini memuat artikel media. Pastikan artikel itu hanya pembanding, bukan yang dilaporkan."
    ]


def test_the_shipped_rulebook_says_of_every_provision_that_nobody_reviewed_it() -> None:
    assert {review_state(entry, on=TODAY) for entry in BOOK.file.entry} == {"unreviewed"}
    first, *others = review_warnings(BOOK.file.entry, on=TODAY)
    assert first.startswith("Belum ditinjau ahli hukum: ")
    assert all(entry.article in first for entry in BOOK.file.entry)
    assert len(others) == sum(entry.check is not None for entry in BOOK.file.entry)


def reviewed(entry: Entry, on: date) -> Entry:
    return msgspec.structs.replace(entry, reviewed_by="Ahli Hukum", reviewed_on=on)


def test_a_review_counts_for_a_named_number_of_days() -> None:
    entry = reviewed(BOOK.entries["uu-ite-28-3"], TODAY)
    assert review_state(entry, on=TODAY + timedelta(days=MAX_REVIEW_DAYS)) == "reviewed"
    assert review_state(entry, on=TODAY + timedelta(days=MAX_REVIEW_DAYS + 1)) == "old"
    (warning, _) = review_warnings([entry], on=TODAY + timedelta(days=MAX_REVIEW_DAYS + 1))
    assert warning == "Perlu ditinjau ulang: Pasal 28 ayat (3) UU ITE."


def with_entry(key: str, **changes: object) -> Rulebook:
    entries = [msgspec.structs.replace(e, **changes) if e.key == key else e for e in BOOK.file.entry]
    return Rulebook(file=msgspec.structs.replace(BOOK.file, entry=tuple(entries)), sha256="0" * 64, own=True)


def test_a_review_changes_no_question_but_new_elements_change_those_that_rest_on_them() -> None:
    same = with_entry("mk-115-2024", reviewed_by="Ahli Hukum", reviewed_on=TODAY)
    assert all(same.meaning_of(key) == BOOK.meaning_of(key) for key in BOOK.questions)
    other = with_entry("mk-115-2024", elements=("di mana pun",))
    assert [key for key in BOOK.questions if other.meaning_of(key) != BOOK.meaning_of(key)] == ["kerusuhan"]


FAULTS = {
    'key = "uu-pers-5"\n': ('key = "uu-pers-1"\n', "Pasal 'uu-pers-1' ada dua kali"),
    'excludes = ["uu-ite-28-1"]': ('excludes = ["uu-ite-99"]', "menyebut pasal 'uu-ite-99' yang tidak ada"),
    '"hanya_digital", "tidak_ada"]': ('"entah", "tidak_ada"]', "yang tidak ada"),
    'asks = ["hukum_menguntungkan"]': ('asks = ["bentuk"]', "meminta 'bentuk' yang datang lebih dulu"),
    'act_date = "tanggal_perbuatan"': ('act_date = "bentuk"', "bukan pertanyaan tentang tanggal"),
    'key = "penahanan"': ('key = "jalur"', "nama yang disimpan untuk jalur"),
    'asks = ["jurnalistik", "tujuan", "masa_simpan", "pembatasan"]\nneeds_opening': (
        "asks = []\nneeds_opening",
        "Jalur press_council tidak bertanya apa pun",
    ),
    "in_force_until = 2024-03-20": ("in_force_until = 1945-01-01", "berakhir sebelum berlaku"),
    "in_force_from = 2025-04-29\n": ('in_force_from = 2025-04-29\nreviewed_by = "A"\n', "peninjau tanpa tanggal"),
    'entries = ["mk-115-2024"]': ("entries = []", "tidak menyebut dasar hukum"),
    'blocks = ["police"]\nbecause': ('blocks = ["polisi"]\nbecause', "polisi"),
    "format = 1": ("format = 2", "format"),
    'title = "Dasar': ('titel = "x"\ntitle = "Dasar', "titel"),
    "before = 2026-01-02": ('values = ["x"]', "syaratnya tidak cocok"),
    'key = "clarify"\nlabel': ('key = "platform"\nlabel', "Jalur clarify tidak ada"),
    "[[entry]]": ("[[entry", "tidak dapat dipakai"),
}


@pytest.mark.parametrize("part", FAULTS)
def test_a_rulebook_that_contradicts_itself_is_refused_with_the_reason(part: str, tmp_path: Path) -> None:
    words = SHIPPED.read_text(encoding="utf-8")
    wrong, reason = FAULTS[part]
    assert part in words
    file = tmp_path / "aturan.toml"
    file.write_text(words.replace(part, wrong, 1), encoding="utf-8")
    with pytest.raises(BadSettings) as refused:
        read_rulebook(file)
    assert reason in str(refused.value)


def test_the_command_line_checks_a_rulebook_and_uses_the_installations_own(tmp_path: Path, settings: Settings) -> None:
    own = tmp_path / "aturan.toml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace("Dasar hukum penyerahan", "Aturan kami"), "utf-8")
    said = run_command(settings, "evidence", "rulebook", "--check", str(own)).stderr
    assert "Aturan kami" in said and "belum ditinjau ahli hukum" in said and said.endswith("dapat dipakai.\n")
    own.write_text("format = 1", "utf-8")
    chosen = msgspec.structs.replace(settings, rulebook_file=own)
    assert "tidak dapat dipakai" in run_command(chosen, "evidence", "rulebook", status=2).stderr
