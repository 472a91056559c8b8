"""The page of alerts and their rules: what it shows, what acts do, and the bell in the sidebar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from alert_desk import AlertDesk, settings_for
from page_world import draw_at
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from analysis.alert_rules import PARAMETERS, RULE_KINDS, Firing
from casework.alerts.backtest import Backtest
from casework.alerts.grouping import Told
from casework.alerts.listing import get_alert
from casework.alerts.outbox import send_notices
from casework.alerts.records import ALERT_STATES, SPLITS, NoticeWhy
from casework.alerts.rules import list_rules
from casework.alerts.tables import AlertRow
from casework.db import open_casework
from casework.searches import list_searches
from dashboard.alert_bell import bell_words
from dashboard.alert_cards import NOTICE_SIGNS, STATE_SIGNS, firing_strip
from dashboard.alert_chart import draw_trial, trial_words
from dashboard.alert_desk import Bell
from dashboard.alert_rule_desk import fields_of, read_channels, splits_of
from dashboard.data import shared_casework, shared_store
from dashboard.words import WORDS
from kentongan.errors import KentonganError
from kentongan.schema import Gap
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime.now(UTC)
HOSTILE = "<script>alert(1)</script> Lonjakan banjir"


def draw_alerts() -> None:
    from dashboard.alert_bell import show_alert_bell
    from dashboard.app_pages.alerts import show_alerts
    from dashboard.data import read_settings

    show_alert_bell("id")
    show_alerts(read_settings(), language="id")


@dataclass
class Office:
    """An installation, its desk, and in whose name its pages act."""

    settings: Settings
    desk: AlertDesk
    act_as: Callable[[str], None]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    folder = tmp_path / "var"
    folder.mkdir()
    chosen = settings_for(folder)

    def act_as(username: str) -> None:
        for name, value in as_variables(Settings(data_dir=folder, sign_in="off", dashboard_person=username)).items():
            monkeypatch.setenv(name, value)
        for cache in (cache_data, cache_resource):
            cache.clear()

    act_as("ani")
    with open_store(chosen) as store:
        store.add([make_document(number) for number in range(3)])
    with open_casework(chosen) as casework:
        yield Office(chosen, AlertDesk(casework, chosen, [("email", "ani@contoh.go.id"), ("screen", "analis")]), act_as)
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


draw = partial(draw_at, draw_alerts)


def told(page: AppTest) -> str:
    """Everything the page says in HTML; fails where it broke."""
    assert not page.exception, page.exception
    return " ".join(element.body for element in page.get("html"))  # type: ignore[union-attr]


def press(page: AppTest, key: str) -> AppTest:
    (button,) = [one for one in page.button if one.key == key]
    return button.click().run()


def test_an_empty_page_says_what_to_do_and_nonsense_in_the_address_is_no_choice(office: Office) -> None:
    shown = told(draw(peringatan="<script>"))
    assert "Tidak ada peringatan." in shown and "Pilih sebuah peringatan" in shown and "<script>" not in shown
    assert "PRG-99 tidak ada" in told(draw(peringatan="99"))


def test_an_alert_is_taken_up_snoozed_and_closed_on_the_page(office: Office) -> None:
    alert = office.desk.raise_alert(now=NOW, title=HOSTILE)
    with office.desk.casework.begin() as session:
        row = session.get_one(AlertRow, alert.id)
        row.detail = {"query": {"text": "banjir"}, "documents": [make_document(1).id]}
    send_notices(office.desk.casework, settings=office.settings, now=NOW)
    page = draw(peringatan=f"PRG-{alert.id}")
    shown = told(page)
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "120, biasanya 14,5" in shown
    assert "tren?kueri=" in shown and "kt-bell ringing" in shown and "surel · ani@contoh.go.id" in shown
    assert f"{STATE_SIGNS['open']} terbuka" in shown and "menunggu, 1 kali dicoba" in shown
    page = press(page, f"acknowledge-{alert.id}-do")
    assert "◐ diterima" in told(page) and "Tidak ada peringatan" in told(page), "the bell is quiet"
    page.text_input(key=f"snooze-{alert.id}-words").set_value("Posko sudah dibuka.")
    page = press(page, f"snooze-{alert.id}-do")
    assert "Posko sudah dibuka." in told(page)
    assert "belum diisi" in told(press(page, f"close-{alert.id}-do"))
    page.text_area(key=f"close-{alert.id}-words").set_value("Air surut.")
    page = press(page, f"close-{alert.id}-do")
    assert "Air surut." in told(page)
    with office.desk.casework.read() as session:
        one = get_alert(session, alert.id)
    assert (one.state, one.owner) == ("closed", office.desk.staff["ani"].id)


def test_who_may_not_handle_alerts_is_refused_on_the_page(office: Office) -> None:
    alert = office.desk.raise_alert(now=NOW)
    office.act_as("peni")
    page = press(draw(peringatan=str(alert.id)), f"acknowledge-{alert.id}-do")
    assert "tidak berhak menangani peringatan" in told(page)
    with office.desk.casework.read() as session:
        assert get_alert(session, alert.id).state == "open"


def test_a_rule_is_tried_on_the_days_before_and_then_kept(office: Office) -> None:
    page = draw(kueri="jalan")
    page.text_input(key="search-name").set_value("Jalan")
    page = press(page, "search-keep")
    assert "Simpan dahulu" not in told(page)
    page.selectbox(key="rule-kind").set_value("new_term").run()
    page.text_input(key="rule-name").set_value("Kata baru tentang jalan")
    page.text_area(key="rule-channels").set_value("email bukan-alamat")
    assert "bukan alamat surel" in told(press(page, "rule-try"))
    page.text_area(key="rule-channels").set_value("email ani@contoh.go.id\nscreen analis")
    page = press(page, "rule-try")
    assert "hari terakhir aturan ini memberi tahu" in told(page) or "Belum ada sehari pun" in told(page)
    with office.desk.casework.read() as session:
        assert len(list_rules(session)) == 1, "only the one that was there: trying keeps nothing"
    page = press(page, "rule-keep")
    assert "Kata baru tentang jalan" in told(page)
    with office.desk.casework.read() as session:
        rule, (search,) = list_rules(session)[-1], list_searches(session)
    assert (rule.kind, rule.search, rule.state) == ("new_term", search.id, "on")
    assert [one.to for one in rule.channels] == ["ani@contoh.go.id", "analis"]
    page = press(page, f"rule-{rule.id}-switch")
    assert "○ mati" in told(page)


def test_every_state_kind_and_measure_has_its_words_and_shapes() -> None:
    wanted = [f"alert_state_{state}" for state in ALERT_STATES] + [f"alert_kind_{kind}" for kind in RULE_KINDS]
    wanted += [f"rule_kind_{kind}" for kind in RULE_KINDS] + [f"rule_split_{split}" for split in (*SPLITS, "none")]
    wanted += [f"alert_notice_{state}" for state in NOTICE_SIGNS]
    for kind in PARAMETERS:
        assert set(splits_of(kind)) <= set(SPLITS)
        for field in fields_of(kind):
            wanted.append(f"rule_{kind}_{field.name}")
            wanted += [f"rule_choice_{choice}" for choice in field.choices or ()]
    assert [word for word in wanted if word not in WORDS] == []
    assert set(STATE_SIGNS) == set(ALERT_STATES) and len(set(STATE_SIGNS.values())) == len(ALERT_STATES)


def test_the_chart_of_a_trial_draws_what_would_have_been_told_and_hatches_what_is_not_known() -> None:
    until = datetime(2026, 11, 21, 3, tzinfo=UTC)
    why: NoticeWhy = "opened"
    trial = Backtest(
        fingerprint="x", since=until - timedelta(days=90), until=until, days=30.0,
        firings=(Firing(at=until, group="", value=3.0, expected=1.0, why="ramai"),) * 4,
        told=tuple(Told(at=until - timedelta(days=day), group="", why=why) for day in (1, 1, 5)), held_at=None,
        per_week=0.7, low=0.1, high=2.0,
        gaps=(Gap(source="a", since=until - timedelta(days=10), until=until - timedelta(days=8), reason="server"),),
    )  # fmt: skip
    drawn = draw_trial(trial, language="id", zone="WIB")
    assert drawn.count('class="issue-in"') == 2 and ": 2</title>" in drawn
    assert drawn.count('class="missing"') == 60 + 2, "days before there was data, and those of the gap"
    said = trial_words(trial, language="id")
    assert "3 kali" in said and "30 hari" in said and "0,7 kali seminggu" in said and "0,1 sampai 2,0" in said


def test_small_pieces() -> None:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert firing_strip([(at, 3.0)], language="id", zone="WIB") == ""
    strip = firing_strip([(at, 3.0), (at + timedelta(hours=2), 12.5)], language="id", zone="WIB")
    assert strip.count("<rect") == 2 and "12,5" in strip
    assert "<b>1.284 peringatan</b>" in bell_words(Bell(open=1284, faults=("<b>",)), "id")
    assert "&lt;b&gt;" in bell_words(Bell(open=0, faults=("<b>",)), "id")
    assert read_channels("\n email a@b.c \n\nscreen semua") == [
        {"kind": "email", "to": "a@b.c"}, {"kind": "screen", "to": "semua"},
    ]  # fmt: skip
    with pytest.raises(KentonganError):
        read_channels("surel a@b.c")
