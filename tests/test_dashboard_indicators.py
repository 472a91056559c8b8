"""Indicators on pages: what is old is grey and says so, what is missing is hatched, and a stopped bridge is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bridge_server import say_html, say_json, serve_bridge
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from analysis.series import Stretch
from casework.bridge_freshness import BridgeState
from casework.db import open_casework
from casework.indicator_series import load_series, save_series
from casework.indicators import IndicatorState
from crawlers.bridges.declaration import Bridge
from dashboard.beside_chart import Span, draw_beside, group_weeks, missing_stretches, round_step, value_range
from dashboard.bridge_panel import bridge_rows
from dashboard.data import shared_casework, shared_store
from dashboard.indicator_cards import indicator_rows
from dashboard.indicator_words import age_words, period_words
from kentongan.schema import Measurement
from kentongan.settings import Settings, as_variables
from kentongan.times import ZONES

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = datetime(2026, 11, 1, tzinfo=ZONES["WIB"])
SVG = "{http://www.w3.org/2000/svg}"
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"


def state(**more: Any) -> IndicatorState:
    given: dict[str, Any] = {
        "series": "harga-telur", "name": "Harga telur", "value": 28_400.0, "unit": "Rp/kg", "decimals": 0,
        "target": None, "direction": "lower", "family": None, "agency": None, "time": NOW - timedelta(days=1),
        "every_days": 1,
        "age": timedelta(0), "old": False, "old_reason": None, "source": "Dinas <Perdagangan>", "bridge": None,
        "previous": 28_000.0,
    }  # fmt: skip
    return IndicatorState(**{**given, **more})


def price(day: int, value: float = 28_000) -> Measurement:
    return Measurement(
        series="harga-telur",
        region="99.01",
        time=DAY + timedelta(days=day),
        value=value,
        unit="Rp/kg",
        source="<b>x</b>",
    )


def days(count: int, **counts: int) -> list[Stretch]:
    return [
        Stretch(start=DAY + timedelta(days=at), counts=counts, coverage=1.0, collected=sum(counts.values()))
        for at in range(count)
    ]


def draw(values: list[Measurement], posts: list[Stretch] | None = None, **more: Any) -> ElementTree.Element:
    posts = posts or days(20, negative=6, neutral=3, positive=3)
    svg = draw_beside(
        posts, days(len(posts), complaint=4), values, state=state(**more), now=NOW, zone="WIB", language="id"
    )
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def rects(svg: ElementTree.Element, style: str) -> list[tuple[float, float, float, float]]:
    names = ("x", "y", "width", "height")
    found = [one for one in svg.iter(f"{SVG}rect") if style in one.attrib.get("class", "").split()]
    return [(x, y, wide, tall) for x, y, wide, tall in ([float(one.attrib[n]) for n in names] for one in found)]


def test_three_panels_share_one_time_axis() -> None:
    svg = draw([price(at) for at in range(20)])
    complaints = [x for x, *_ in rects(svg, "complaint")]
    negatives = [x for x, *_ in rects(svg, "neg")]
    values = [float(one.attrib["cx"]) for one in svg.iter(f"{SVG}circle") if one.attrib["class"] == "ind"]
    assert complaints == negatives == pytest.approx(values, abs=0.11)
    assert "Harga telur (Rp/kg)" in "".join(svg.itertext())


def test_a_share_is_of_the_decided_and_few_posts_are_faint() -> None:
    svg = draw([price(1)], days(20, negative=6, neutral=3, positive=3, abstained=50))
    negative, neutral = rects(svg, "neg")[0], rects(svg, "neu")[0]
    assert negative[3] == pytest.approx(2 * neutral[3], rel=0.01)
    assert not rects(svg, "few") and rects(draw([price(1)], days(20, negative=3)), "few")


def test_what_was_not_collected_and_not_measured_is_hatched_and_never_zero() -> None:
    posts = days(20, negative=12)
    posts[0] = Stretch(start=posts[0].start, counts={"negative": 0}, coverage=1.0, collected=0)
    posts[5] = Stretch(start=posts[5].start, counts={"negative": 12}, coverage=0.5, collected=12)
    svg = draw([price(at) for at in range(20) if not 8 <= at < 12], posts)
    lost, half, gap = sorted(rects(svg, "missing"), key=lambda one: (one[1] > 200, one[0]))
    assert lost[3] == pytest.approx(2 * half[3]) and half[0] > lost[0]
    slot = lost[2]
    assert gap[2] == pytest.approx(4 * slot, abs=0.2)


def test_values_missing_at_either_end_count_only_up_to_now() -> None:
    span = Span(since=DAY, until=DAY + timedelta(days=30))
    every, now = timedelta(days=1), DAY + timedelta(days=20)
    assert missing_stretches([], span, every=every, now=now) == [(DAY, now)]
    found = missing_stretches([price(2), price(3)], span, every=every, now=now)
    assert found == [(DAY, DAY + timedelta(days=2)), (DAY + timedelta(days=4), now)]
    # Its successor is not due yet: nothing is missing.
    assert missing_stretches([price(0), price(1)], span, every=every, now=DAY + timedelta(days=2)) == []


def test_an_old_indicator_is_grey_and_says_its_age() -> None:
    svg = draw([price(1)], old=True, old_reason="umur", age=timedelta(days=18))
    assert {one.attrib["class"] for one in svg.iter(f"{SVG}circle") if "ind" in one.attrib["class"]} == {"ind old"}
    assert "umur 18 hari" in "".join(svg.itertext())
    rows = indicator_rows(
        [state(old=True, old_reason="jembatan", age=timedelta(days=3))], "id", zone="WIB", chosen=None
    )
    assert 'class="kt-row old"' in rows and "jembatan berhenti, umur 3 hari" in rows


def test_foreign_text_is_escaped_and_a_target_is_drawn() -> None:
    svg = draw([price(1)], target=27_000.0)
    assert "target 27.000" in "".join(svg.itertext())
    assert [one for one in svg.iter(f"{SVG}line") if one.attrib["class"] == "target"]
    rows = indicator_rows([state(name="<script>", target=29_000.0)], "id", zone="WIB", chosen="harga-telur")
    assert "<script>" not in rows and "tercapai" in rows and "+400" in rows and 'aria-pressed="true"' in rows


def test_a_ranked_list_stands_under_its_name_the_greatest_first() -> None:
    members = [state(series=name, name=name, value=value, family="Penyakit terbanyak")
               for name, value in (("diare", 4.0), ("ispa", 9.0))]  # fmt: skip
    rows = indicator_rows([*members, state()], "id", zone="WIB", chosen=None)
    assert re.findall(r'data-key="([^"]+)"', rows) == ["harga-telur", "ispa", "diare"]
    assert rows.index("Penyakit terbanyak") < rows.index('data-key="ispa"')


def test_a_year_is_drawn_in_weeks() -> None:
    weeks = group_weeks(days(17, complaint=2))
    assert [week.total for week in weeks] == [14, 14, 6] and [week.collected for week in weeks] == [14, 14, 6]
    svg = draw([price(1)], days(200, negative=12))
    assert len(rects(svg, "complaint")) == 29


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [
        ([], (0, 1)),
        ([0, 16_870], (0, 20_000)),
        ([13_700, 14_650], (13_500, 15_000)),
        ([5, 5], (4.5, 5.5)),
        ([-3, 2], (-4, 2)),
    ],
)
def test_an_axis_ends_at_round_numbers_around_its_values(numbers: list[float], ends: tuple[float, float]) -> None:
    low, high = value_range(numbers)
    assert all(low <= number <= high for number in numbers)
    assert (low, high) == pytest.approx(ends)
    assert round_step(0.03) == pytest.approx(0.05)


def test_ages_and_periods_read_as_people_say_them() -> None:
    ages = (timedelta(minutes=5), timedelta(hours=7), timedelta(days=12), timedelta(days=92), timedelta(days=800))
    assert [age_words(age, "id") for age in ages] == ["kurang dari sejam", "7 jam", "12 hari", "3 bulan", "2 tahun"]
    first = datetime(2026, 7, 1, tzinfo=ZONES["WIB"])
    said = [period_words(first, every, zone="WIB", language="id") for every in (31, 92, 184, 7)]
    assert said == ["Juli 2026", "Triwulan III 2026", "Semester II 2026", "1 Juli 2026"]
    assert period_words(first.replace(month=1), 365, zone="WIB", language="id") == "2026"


def test_the_panel_of_bridges_begins_with_the_worst_and_says_since_when_and_why() -> None:
    def bridge(name: str) -> Bridge:
        return Bridge(
            name=name, agency="a", kind="csv", into="indicators", every=60, late_after=60, columns={}, path="x"
        )

    states = {
        "segar": BridgeState(name="segar", freshness="segar", since=None, changed_at=NOW, rows=3),
        "macet": BridgeState(
            name="macet", freshness="macet", since=NOW - timedelta(hours=5), message="Server <menjawab>",
            changed_at=NOW - timedelta(days=2), rows=1284,
        ),
    }  # fmt: skip
    rows = bridge_rows([bridge("segar"), bridge("macet"), bridge("baru")], states, language="id", zone="WIB", now=NOW)
    assert re.findall(r"<b>(\w+)</b>", rows) == ["macet", "baru", "segar"]
    assert "sejak 21 November 2026 05.00 WIB" in rows and "Server &lt;menjawab&gt;" in rows
    assert "2 hari lalu (1.284 baris)" in rows and "belum pernah dibaca" in rows


def draw_part() -> None:
    from datetime import UTC, datetime

    from dashboard.data import read_settings
    from dashboard.indicator_cards import show_indicators

    show_indicators("99.01", settings=read_settings(), language="id", now=datetime.now(UTC))


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    settings = Settings(data_dir=tmp_path, regions_file=REGIONS, region="99.01", bridges_file=tmp_path / "bridges.yml")
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)
    cache_data.clear()
    cache_resource.clear()
    with open_casework(settings) as casework, casework.begin() as session:
        save_series(session, load_series())
    yield settings
    shared_store().close()
    shared_casework().close()
    cache_data.clear()
    cache_resource.clear()


def test_a_page_shows_a_bridge_that_went_stale_and_its_last_values_as_old(installation: Settings) -> None:
    from argparse import Namespace

    from kentongan.commands.bridges import run

    def read() -> None:
        run(Namespace(action="run", names=[], due=False, username=None, json=True), installation)

    def told() -> str:
        page = AppTest.from_function(draw_part, default_timeout=60).run()
        assert not page.exception
        return " ".join(getattr(element, "body", "") for element in page.get("html"))

    assert installation.bridges_file is not None
    with serve_bridge() as server:
        installation.bridges_file.write_text(
            f"- {{name: disdag, title: Harga pasar, agency: d, kind: json, into: indicators, every: 60,"
            f" late_after: 6000, address: '{server.url}', allow_private: true, series: harga-telur,"
            f" columns: {{region: kode, time: tanggal, value: harga}}}}\n",
            encoding="utf-8",
        )
        assert "Belum ada indikator" in told() and "belum pernah dibaca" in told()
        today = datetime.now(UTC).astimezone(ZONES["WIB"]).date().isoformat()
        server.answering = lambda query, headers: say_json([{"kode": "99.01", "tanggal": today, "harga": 28_400}])
        read()
        assert "semua segar" in told() and "nilai terbaru" in told()
        server.answering = lambda query, headers: say_html()
        for _ in range(3):
            read()
    shown = told()
    assert "macet" in shown and "halaman HTML" in shown and "1 di antaranya lama" in shown
