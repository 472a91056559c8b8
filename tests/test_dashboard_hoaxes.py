"""The hoax desk: what waits for a person stands on top, a story has everything beside it, nonsense breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hoax_page import BANSOS, NOW, VARIANT, draw_english, id_of, make_office, open_page, told
from page_world import pages_over
from search_documents import make_document

from dashboard.hoax_cards import chance_words, shorten
from dashboard.hoax_queue import QueueLine, as_query, load_queue, sort_lines
from dashboard.hoax_score import weigh_copies
from dashboard.hoax_signs import find_moving_together
from dashboard.hoax_versions import draw_version
from kentongan.schema import Annotation, Record, newest_revision
from kentongan.settings import Settings


@pytest.fixture(scope="module", autouse=True)
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Pages of one office. Nothing here writes, so that what is cached stays right from test to test."""
    settings = make_office(tmp_path_factory.mktemp("hoaks"))
    with pages_over(settings):
        yield settings


def test_the_queue_opens_on_what_spreads_with_its_score_and_range_and_leaves_ordinary_talk_out() -> None:
    queue = load_queue(NOW)
    assert [line.need for line in queue.lines] == ["spreading", "single", "single"]
    first = queue.lines[0]
    assert (first.copies, first.rebuts, first.platforms) == (4, 1, ("telegram", "x"))
    assert first.score is not None and first.score.low < first.score.value < first.score.high <= 0.99
    said = told(open_page())
    assert "3 terindikasi · 0 diperiksa" in said and "terindikasi 0,9" in said and "Pasar malam" not in said
    assert "<b>4</b> menyebarkan" in said and "<b>1</b> membantah" in said and "DATA CONTOH" in said


def test_a_story_shows_its_spread_versions_factchecks_words_complaints_and_posts() -> None:
    said = told(open_page(cerita=id_of(1)))
    assert "cek fakta terbit" in said and "Telegram" in said
    assert "<mark>malam nanti</mark>" in said and "<del>sore</del>" in said
    assert "Tautan Pendaftaran Bansos Rp2,4 Juta" in said and "klaim sama" in said and "salah" in said
    assert "Ada ajakan untuk menyebarkan" in said and "menggeser" not in said
    assert "mungkin memicunya" in said and "ADU-2026-000004" in said
    assert said.count("Amankan") == 5, "each of its five posts can be secured"
    assert "akun_1" not in said, "no account stands on a page outside a case"


def test_a_post_in_the_address_opens_its_story_and_nonsense_counts_as_no_choice() -> None:
    assert "<b>4</b> menyebarkan" in told(open_page(cerita=id_of(4)))
    said = told(open_page(cerita="<b>", keadaan="?", topik="x", wilayah="<i>", platform="zz"))
    assert "Tidak ada cerita yang cocok" in said, "a platform nobody has is a filter that matches nothing"
    gone = told(open_page(cerita="0" * 32))
    assert "tidak ada di koleksi" in gone


def test_filters_and_search_by_words_or_link_narrow_the_queue() -> None:
    assert told(open_page(platform="telegram")).count("data-key") < told(open_page()).count("data-key")
    found = told(open_page(cari="bansos.example/daftar"))
    assert "Dana bansos" in found and "Lowongan" not in found
    ordinary = told(open_page(cari="pasar malam"))
    assert "Pasar malam di alun-alun" in ordinary, "a search finds what no model suspects, too"
    broken = told(open_page(draw_english, cari='"tidak ditutup'))
    assert "No story matches" in broken and "Tanda kutip" in broken
    none = told(open_page(keadaan="ditetapkan"))
    assert "Tidak ada cerita yang cocok" in none


def test_a_hostile_post_is_cut_and_escaped() -> None:
    said = told(open_page(cerita=id_of(8)))
    assert "<script>" not in said and "&lt;script&gt;" in said
    assert "a" * 200 not in said and "obat rahasia" in said


def test_an_address_is_asked_for_as_a_whole_and_words_as_they_are() -> None:
    assert as_query("bansos.example/daftar") == '"https://bansos.example/daftar"'
    assert as_query(" https://a.example/b ") == '"https://a.example/b"'
    assert as_query("bansos cair") == "bansos cair"


def line(story: str, need: str, *, recent: int = 0, copies: int = 1) -> QueueLine:
    return QueueLine(
        story=story, title="", state="none", need=need, score=None, copies=copies, recent=recent, rebuts=0,  # type: ignore[arg-type]
        platforms=(), topic=None, regions=(), tips=0, given=0, outcome=None, sample=False,
    )  # fmt: skip


def test_what_others_began_comes_before_what_spreads_and_fresh_copies_before_old_ones() -> None:
    lines = [
        line("d", "decided"), line("b", "spreading", recent=1, copies=9), line("c", "single"),
        line("a", "spreading", recent=5, copies=6), line("e", "second"), line("f", "tips"),
    ]  # fmt: skip
    assert [one.story for one in sort_lines(lines)] == ["e", "f", "a", "b", "c", "d"]


def record(number: int, chance: float, *, abstained: bool = False, person: bool = False) -> Record:
    document = make_document(number)
    said = Annotation(
        document=document.id, task="hoax", value="hoax" if chance > 0.5 else "lain", by="model", at=NOW,
        version=None if person else "1", probabilities=None if person else {"hoax": chance, "lain": 1 - chance},
        abstained=abstained,
    )  # fmt: skip
    return Record(document=document, newest=newest_revision(document, ()), labels={"hoax": said})


def test_a_score_is_the_middle_of_its_copies_with_the_models_error_and_never_certain() -> None:
    score = weigh_copies([record(1, 0.7, abstained=True), record(2, 0.9), record(3, 0.8)], error=0.05)
    assert score is not None and score.value == 0.8 and score.committed == 2 and score.of == 3
    assert (round(score.low, 2), round(score.high, 2)) == (0.65, 0.95)
    unsure = weigh_copies([record(1, 0.89, abstained=True)], error=0.0)
    assert unsure is not None and not unsure.suspects
    sure = weigh_copies([record(1, 1.0, person=True)], error=0.3)
    assert sure is not None and sure.high == 0.99 and weigh_copies([], error=0.1) is None


def test_a_version_marks_what_it_adds_and_strikes_what_it_lacks() -> None:
    drawn = draw_version("Bansos 2,4 jt <b>cair</b> gaes", "Bansos 2,4 jt cair hari ini!")
    assert "<mark>&lt;b&gt;cair&lt;/b&gt; gaes</mark>" in drawn or "<mark>gaes</mark>" in drawn
    assert "<b>" not in drawn and "<del>" in drawn
    assert draw_version("SEBARKAN!!", "sebarkan") == "SEBARKAN!!", "case and marks are no difference"
    assert len(draw_version("x" * 100_000)) < 200 and shorten("y" * 100_000).endswith("…")
    assert draw_version(BANSOS) != draw_version(VARIANT, BANSOS)


def test_a_p_value_is_said_no_smaller_than_it_is_known() -> None:
    assert chance_words(1e-9, "id") == "< 0,0001" and chance_words(0.0123, "id") == "= 0,0123"


def test_accounts_are_compared_beside_everything_of_those_days_and_chance_is_no_group() -> None:
    found = find_moving_together((id_of(1),), since=NOW - timedelta(hours=30), until=NOW)
    assert found.compared == 8 and found.groups == () and not found.too_many
