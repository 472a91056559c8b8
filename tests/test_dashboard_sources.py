"""The page Sumber: how each source stands, what was not collected, what was refused, and crawls as jobs."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from casework_fixtures import migrated_file
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework import jobs
from casework.audit import read_audit
from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM, Role
from crawlers.kinds import Entry
from crawlers.refusals import Refusals
from crawlers.schedule import Schedule, Turn
from crawlers.state import CollectionState, Refused, Validators
from dashboard.app_pages.sources import may_cancel
from dashboard.data import shared_casework, shared_store
from dashboard.source_acts import find_actor, put_aside, retry_refused, start_crawl, stop_job
from dashboard.source_cards import draw_strip, refused_key
from dashboard.source_desk import judge, load_refused, load_states, readable_memory
from kentongan.errors import Conflict, NotAllowed, NotConfigured, NotFound, Retry
from kentongan.schema import Gap, document_id
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime.now(UTC)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
HOSTILE = "<script>alert(1)</script>" + "a" * 50_000
PAGE = "https://diam.example/berita/1"


def draw_sources() -> None:
    from dashboard.app_pages.sources import show_sources
    from dashboard.data import read_settings

    show_sources(read_settings(), language="id")


def draw_english() -> None:
    from dashboard.app_pages.sources import show_sources
    from dashboard.data import read_settings

    show_sources(read_settings(), language="en")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Five sources: one lively, one silent that fails, one never read, one that needs a key, one switched off."""
    folder: Path = tmp_path_factory.mktemp("sources")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    declared = [
        {"name": "ramai", "kind": "rss", "url": "https://ramai.example/feed", "title": "Kabar Ramai"},
        {"name": "diam", "kind": "rss", "url": "https://diam.example/feed", "title": HOSTILE[:400],
         "legal": "Isi <b>dilindungi</b>.", "crawl_delay": 2.0},
        {"name": "baru", "kind": "sitemap", "url": "https://baru.example/sitemap.xml"},
        {"name": "x", "kind": "x-search", "url": "https://api.x.com/2/tweets/search/recent?query=banjir",
         "document_kind": "post", "platform": "x"},
        {"name": "mati", "kind": "rss", "url": "https://mati.example/feed", "enabled": False},
    ]  # fmt: skip
    (folder / "sources.yml").write_text(yaml.safe_dump(declared))
    settings = Settings(
        data_dir=folder, sources_file=folder / "sources.yml", sign_in="off", dashboard_person="ani",
        region="99.01", regions_file=Path("samples/regions.csv").resolve(),
    )  # fmt: skip
    with open_store(settings) as store:
        store.add(
            make_document(
                0, id=document_id(source, str(back)), source=source, published_at=HOUR - timedelta(hours=back)
            )
            for source, until in (("ramai", 1), ("diam", 40))
            for back in range(until, 29 * 24)
        )
        store.add_gaps([Gap(source="diam", since=NOW - timedelta(hours=30), until=NOW, reason="server menjawab 503")])
        store.refresh()
    with CollectionState(settings.collection_file) as state:
        state.save_success("ramai", NOW - timedelta(minutes=5))
        state.save_success("diam", NOW - timedelta(hours=30))
        state.save_robots({"https://diam.example/robots.txt": "User-agent: *\nCrawl-delay: 7\nDisallow: /rahasia"}, NOW)
        state.save_listing("https://diam.example/feed", validators=Validators(), entries=[Entry(url=PAGE)],
                           source="diam", at=NOW)  # fmt: skip
        [waiting] = state.pending("diam")
        state.refuse_page(waiting.key, Refused(source="diam", url=PAGE, reason="no-text", message=HOSTILE, at=NOW))
        state.refuse([Refused(source="bridge:dinkes", url="bridge:dinkes#L7", reason="no-time", message="x", at=NOW)])
    with Schedule(settings.collection_file) as schedule:
        schedule.save([Turn(source="diam", due=NOW + timedelta(hours=1), interval=timedelta(minutes=30), failures=3)])
    with open_casework(settings) as casework, casework.begin() as session:
        roles: tuple[tuple[str, Role], ...] = (("ani", "analis"), ("fajar", "admin"), ("dewi", "pimpinan"))
        for username, role in roles:
            add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=NOW)
    yield settings


@pytest.fixture(autouse=True)
def page(office: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in as_variables(office).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()
    yield
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


@pytest.fixture
def as_person(monkeypatch: pytest.MonkeyPatch) -> object:
    """Have the page act in somebody's name."""

    def act(username: str) -> None:
        monkeypatch.setenv("KENTONGAN_DASHBOARD_PERSON", username)
        cache_resource.clear()

    return act


def draw(function: object = draw_sources, **address: str) -> AppTest:
    made = AppTest.from_function(function, default_timeout=60)  # type: ignore[arg-type]
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def told(page: AppTest) -> str:
    assert not page.exception, page.exception
    drawn = [str(one.proto) for one in page.get("bidi_component")]
    said = [str(element.proto.body) for element in page.get("html")]
    return " ".join([*said, *drawn, *(one.value for one in page.caption)])


def test_sources_in_trouble_stand_first_whatever_nonsense_is_asked() -> None:
    said = told(draw(tampil="<b>", sumber="?", ditolak="-1", pekerjaan="zz"))
    assert "2 perlu dilihat" in said and "gagal" in said and "perlu kunci" in said
    assert "Kabar Ramai" not in said, "what is as usual is one press away"
    assert "<script>" not in said and "alert(1)" in said and "Isi &lt;b&gt;dilindungi" in said
    view = load_states(NOW)
    assert [one.source.name for one in view.states] == ["diam", "x", "baru", "ramai", "mati"]
    assert {one.source.name: one.standing for one in view.states} == {
        "diam": "failing", "x": "unset", "baru": "never", "ramai": "ok", "mati": "off",
    }  # fmt: skip


def test_one_source_says_when_what_how_much_and_why() -> None:
    said = told(draw(sumber="diam"))
    assert "server menjawab 503" in said and "gagal 3 kali berturut-turut" in said
    assert "7 detik di antara permintaan" in said and "robots.txt meminta 7 detik" in said
    assert re.search(r"0 dalam 24 jam, biasanya 2[34] \([0-9]+–[0-9]+\)", said)
    assert "(30,0 jam)" in said
    lively = told(draw(draw_english, sumber="ramai", tampil="semua", bahasa="en"))
    assert "robots.txt was not read" in lively and "none in 14 days" in lively and "as usual" in lively
    unset = told(draw(sumber="x"))
    assert "Isi pengaturan x_bearer_token." in unset


def test_the_strip_hatches_what_was_not_collected_over_the_hours_it_took() -> None:
    view = load_states(NOW)
    named = {one.source.name: one for one in view.states}
    drawn = draw_strip(named["diam"], view)
    assert drawn.count('class="lost"') == 1 and draw_strip(named["ramai"], view).count('class="lost"') == 0
    width = float(re.search(r'class="lost" x="[0-9.]+" y="[0-9.]+" width="([0-9.]+)"', drawn)[1])  # type: ignore[index]
    assert width == pytest.approx(168 / 14 * 30 / 24, abs=0.2)
    assert sum(named["ramai"].days) == pytest.approx(13 * 24 + NOW.hour, abs=26)


def test_a_source_is_judged_by_the_worst_that_is_true_of_it(office: Settings) -> None:
    source = load_states(NOW).states[-2].source
    usual = {"missing": (), "volume": None, "turn": None, "gaps": (), "now": NOW}
    gap = Gap(source="ramai", since=NOW - timedelta(hours=3), until=NOW - timedelta(minutes=10), reason="x")
    assert judge(source, success=NOW, **usual) == "new"  # type: ignore[arg-type]
    assert judge(source, success=None, **usual) == "never"  # type: ignore[arg-type]
    failed = {**usual, "gaps": (gap,)}
    assert judge(source, success=NOW - timedelta(hours=4), **failed) == "failing"  # type: ignore[arg-type]
    assert judge(source, success=NOW, **failed) == "new", "it was read again since"  # type: ignore[arg-type]
    assert judge(source, success=NOW, **{**usual, "missing": ("x",)}) == "unset"  # type: ignore[arg-type]


def test_what_was_refused_is_looked_at_asked_for_again_or_set_aside_by_an_admin(as_person, office: Settings) -> None:  # type: ignore[no-untyped-def]
    found, _ = load_refused(None)
    refused = next(one for one in found if one.source == "diam")
    row = next(one for one in found if one.source == "bridge:dinkes")
    analyst = draw(ditolak=refused_key(refused))
    assert "no-text" in told(analyst) and "tugas admin" in told(analyst)
    with pytest.raises(NotAllowed):
        retry_refused(refused, now=NOW)
    as_person("fajar")
    admin = draw(ditolak=refused_key(refused))
    assert "Jawabannya tidak disimpan." in told(admin)
    admin.button(key="refused-retry").click().run()
    with CollectionState(office.collection_file) as state:
        assert [page.entry.url for page in state.pending("diam")] == [PAGE], "the next crawl asks for it"
    with Refusals(office.collection_file) as refusals:
        assert not refusals.can_retry(row), "a row of a file cannot be asked for again"
    put_aside(row, now=NOW)
    assert load_refused(None) == ([], 1)
    with pytest.raises(Conflict):
        put_aside(row, now=NOW)
    with pytest.raises(Conflict):
        retry_refused(refused, now=NOW)
    with shared_casework().begin() as session:
        acts = [one.action for one in read_audit(session, actor=SYSTEM, now=NOW)]
    assert acts.count("sources.retry") == 2 and acts.count("sources.set_aside") == 2


def test_a_crawl_is_started_as_a_job_and_cancelled_by_who_may(
    as_person, office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    waits = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(jobs.start_job, "__kwdefaults__", {**jobs.start_job.__kwdefaults__, "prefix": waits})
    with pytest.raises(NotFound):
        start_crawl("--revisit", now=NOW)
    with pytest.raises(NotConfigured):
        start_crawl("mati", now=NOW)
    page = draw(sumber="ramai", tampil="aktif")
    page.button(key="source-crawl").click().run()
    said = told(page)
    assert "Mengumpulkan ramai" in said and "berjalan" in said
    with shared_casework().read() as session:
        [job] = jobs.list_jobs(session)
    assert job.arguments == ("crawl", "ramai") and job.actor_name == "ani"
    actor, _ = find_actor(now=NOW)
    assert may_cancel(job, actor)
    as_person("dewi")
    leader, _ = find_actor(now=NOW)
    assert not may_cancel(job, leader)
    with pytest.raises(NotAllowed):
        stop_job(job, now=NOW)
    as_person("ani")
    page = draw(pekerjaan=str(job.id))
    page.button(key=f"job-cancel-{job.id}").click().run()
    assert "dibatalkan" in told(page)
    with shared_casework().read() as session:
        assert jobs.get_job(session, job.id).state == "cancelled"


def test_platforms_that_nothing_covers_are_named() -> None:
    said = told(draw())
    assert "Facebook, Instagram, TikTok" in said and "X: belum ada kunci (x_bearer_token)" in said
    assert "YouTube: tidak ada sumber yang aktif" in said and 'href="tambah"' in said


def test_a_list_or_a_memory_that_cannot_be_read_is_said_in_words(
    office: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(Retry, match="tidak terbaca"), readable_memory(broken), Refusals(broken):
        pass
    (tmp_path / "sources.yml").write_text("- name: a\n  knd: rss\n")
    monkeypatch.setenv("KENTONGAN_SOURCES_FILE", str(tmp_path / "sources.yml"))
    cache_resource.clear()
    said = told(draw())
    assert "kunci knd tidak dikenal" in said and "Traceback" not in said
