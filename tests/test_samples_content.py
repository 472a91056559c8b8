"""The content of the sample world: what is promised of it, and that it stays invented and inside its fortnight."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from kentongan.schema import SENTIMENTS, TOPICS
from kentongan.times import ZONES, parse_time
from samples.complaints import COLUMNS, write_complaints
from samples.items import PostItem
from samples.pieces import list_pieces
from samples.timeline import list_statuses
from samples.world import FOLDER, GAPS, load_world, place_in_time, sample_gaps, since_start

ANCHOR = datetime(2026, 11, 22, tzinfo=ZONES["WIB"])
START = ANCHOR - timedelta(days=14)


def test_the_content_has_the_promised_size() -> None:
    world = load_world()
    assert 45 <= len(world.news) <= 60
    assert 6 <= len(world.factchecks) <= 8
    assert 350 <= len(list_statuses(ANCHOR)) <= 450
    assert len({post.text for post in world.posts}) >= 220
    assert 120 <= len(world.complaints) <= 160
    assert 14 <= len(world.districts) <= 16
    assert {"Randu", "Telaga"} <= set(world.districts)


def test_a_misspelt_key_in_the_content_is_an_error() -> None:
    line = b'{"at":"0 07:00","by":"x","text":"y","sentiment":"neutral","topik":"other","topic":"other"}'
    with pytest.raises(msgspec.ValidationError, match="topik"):
        msgspec.json.decode(line, type=PostItem)


def test_every_planted_label_is_one_the_schema_knows() -> None:
    world = load_world()
    topics = {item.topic for item in (*world.news, *world.factchecks, *world.posts)}
    assert topics <= set(TOPICS)
    assert {post.sentiment for post in world.posts} | {item.tone for item in world.news} <= set(SENTIMENTS)
    named = {item.region for item in (*world.news, *world.posts)} | {item.district for item in world.complaints}
    assert named - {None} <= set(world.districts)
    assert {post.by for post in world.posts} | {boost.by for boost in world.boosts} == set(world.accounts)


def test_sentiment_is_mixed_as_on_a_real_timeline() -> None:
    posts = load_world().posts
    share = {label: count / len(posts) for label, count in Counter(post.sentiment for post in posts).items()}
    assert 0.33 <= share["negative"] <= 0.47
    assert 0.28 <= share["neutral"] <= 0.42
    assert 0.18 <= share["positive"] <= 0.32


def test_the_timeline_sleeps_at_night_and_wakes_in_the_morning_and_evening() -> None:
    # The flood's own night, day 9, is left out: that night nobody slept.
    hours = Counter(since_start(post.at).seconds // 3600 for post in load_world().posts if post.at[:2] != "9 ")
    night = sum(hours[hour] for hour in range(5)) / 5
    busy = sum(hours[hour] for hour in (6, 7, 12, 18, 19, 20)) / 6
    assert busy > 10 * max(night, 0.1)


def test_the_rumour_spreads_from_day_8_and_its_fact_check_comes_on_day_10() -> None:
    world = load_world()
    rumour = [post for post in world.posts if post.story == "bansos-tautan"]
    assert min(since_start(post.at) for post in rumour).days == 8
    stances = Counter(post.stance for post in rumour)
    assert stances["support"] >= 30
    assert stances["deny"] >= 15
    assert stances["query"] >= 10
    assert {"jv", "su"} <= {post.language for post in rumour if post.stance == "support"}
    (check,) = [item for item in world.factchecks if item.story == "bansos-tautan"]
    assert since_start(check.at).days == 10
    assert any(since_start(post.at) > since_start(check.at) for post in rumour if post.stance == "support")


def test_unresolved_complaints_about_aid_in_randu_and_telaga_came_before_the_rumour() -> None:
    aid = [item for item in load_world().complaints if item.category == "Bantuan sosial"]
    early = [item for item in aid if since_start(item.at).days < 8 and item.district in ("Randu", "Telaga")]
    assert len(early) >= 12
    assert not [item for item in aid if item.status == "selesai"]


def test_no_two_items_share_a_native_key() -> None:
    pieces = list_pieces(ANCHOR)
    keys = [piece.canonical for piece in pieces] + [str(status["uri"]) for status in list_statuses(ANCHOR)]
    assert len(set(keys)) == len(keys)
    ids = [status["id"] for status in list_statuses(ANCHOR)]
    assert len(set(ids)) == len(ids)


def test_every_item_lies_in_the_fortnight_and_none_in_a_planted_gap() -> None:
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    source_of = {"kabar": "kabar-tirtamaya", "suara": "suara-randu", "cekfakta": "cek-fakta-tirtamaya"}
    for piece in list_pieces(ANCHOR):
        times[source_of[piece.outlet.theme]].append(piece.at)
    times["guyub-publik"] = [parse_time(str(status["created_at"])) for status in list_statuses(ANCHOR)]
    assert all(START <= at < ANCHOR for of_source in times.values() for at in of_source)
    for gap in sample_gaps(ANCHOR):
        assert START <= gap.since < gap.until <= ANCHOR
        assert gap.reason
        assert not [at for at in times[gap.source] if gap.since <= at < gap.until]
    assert len(sample_gaps(ANCHOR)) == len(GAPS) >= 1


def test_nothing_from_the_future_is_shown(tmp_path: Path) -> None:
    now = place_in_time("9 12:00", ANCHOR)
    assert max(piece.at for piece in list_pieces(ANCHOR, now=now)) <= now
    assert max(parse_time(str(status["created_at"])) for status in list_statuses(ANCHOR, now=now)) < now + timedelta(
        minutes=1
    )
    count = write_complaints(tmp_path / "aduan.csv", ANCHOR, now=now)
    with (tmp_path / "aduan.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert 0 < count == len(rows) < len(load_world().complaints)
    assert all(parse_time(row["tanggal_selesai"]) <= now for row in rows if row["tanggal_selesai"])
    assert all((row["status"] == "selesai") == bool(row["tanggal_selesai"]) for row in rows)


def test_complaints_are_a_table_with_the_columns_of_a_complaint_system(tmp_path: Path) -> None:
    write_complaints(tmp_path / "aduan.csv", ANCHOR)
    with (tmp_path / "aduan.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS
    assert len({row["nomor"] for row in rows}) == len(rows)
    assert {row["status"] for row in rows} == {
        "menunggu verifikasi",
        "belum ditindaklanjuti",
        "diproses",
        "selesai",
        "bukan kewenangan",
    }
    for row in rows:
        assert START <= parse_time(row["tanggal"]) < ANCHOR
        assert re.fullmatch(r"99\.01\.\d\d", row["kode_wilayah"])
        assert row["isi"] and row["instansi"] and row["kategori"]
        if row["tanggal_selesai"]:
            assert parse_time(row["tanggal"]) < parse_time(row["tanggal_selesai"]) < ANCHOR


def test_invented_districts_have_a_form_and_names_of_their_own() -> None:
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["code", "level", "parent", "name", "population", "lat", "lon", "aliases"]
    levels = Counter(row["level"] for row in rows)
    assert levels["provinsi"] == levels["kabkota"] == 1
    for row in rows:
        assert row["parent"] == row["code"].rpartition(".")[0]
    total = {row["code"]: int(row["population"]) for row in rows}
    assert sum(total[row["code"]] for row in rows if row["level"] == "kecamatan") == total["99.01"] == total["99"]


def test_no_invented_district_is_named_like_a_real_regency_or_city() -> None:
    file = Path(__file__).parent.parent / "kentongan" / "data" / "regions.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        real = [row for row in csv.DictReader(opened) if not row["code"].startswith("99")]
    cities = {
        re.sub(r"^(kabupaten|kota) (administrasi )?", "", row["name"].lower())
        for row in real
        if row["level"] == "kabkota"
    }
    districts = {row["name"].lower() for row in real if row["level"] == "kecamatan"}
    invented = {name.lower() for name in load_world().districts}
    assert len(cities) > 400
    assert not invented & cities
    # Telaga is the one name kept although a real district bears it.
    assert invented & districts <= {"telaga"}


def test_every_link_inside_the_world_leads_to_an_invented_place() -> None:
    world = load_world()
    texts = [item.text for item in (*world.news, *world.factchecks, *world.posts, *world.complaints)]
    hosts = {urlsplit(link).hostname or "" for text in texts for link in re.findall(r"https?://\S+", text)}
    assert hosts
    assert all(host.endswith(".example") for host in hosts)
    addresses = {piece.canonical for piece in list_pieces(ANCHOR)}
    quoted = {
        link
        for post in world.posts
        for link in re.findall(r"https://\S+", post.text)
        if "bansos" not in urlsplit(link).netloc
    }
    assert quoted <= addresses
