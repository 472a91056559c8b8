"""Addresses: one page has one key, one outlet one name, and private places are recognised however they are spelled."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import (
    is_public,
    literal_address,
    names_private_place,
    normalise_url,
    publisher_of,
    site_of,
    url_key,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.kabar.test/berita/1",
        "https://kabar.test/berita/1",
        "HTTPS://WWW.Kabar.Test:443/berita/1#komentar",
        "https://kabar.test/berita/1?utm_source=rss&utm_medium=x&fbclid=1",
        "  https://kabar.test./berita/1 ",
    ],
)
def test_spellings_of_one_page_have_one_key(spelling: str) -> None:
    assert url_key(spelling) == "https://kabar.test/berita/1"


def test_what_tells_pages_apart_stays() -> None:
    keys = {url_key(f"https://kabar.test{rest}") for rest in ("/", "/a", "/A", "/a/", "/a?id=1", "/a?id=2&utm_x=1")}
    assert len(keys) == 6
    assert url_key("https://kabar.test:8443/a") == "https://kabar.test:8443/a"


@pytest.mark.parametrize("wrong", ["", "kabar.test/a", "ftp://kabar.test/", "https://", "https:///a", "http://a b/"])
def test_what_is_no_web_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        normalise_url(wrong)


@given(st.text(max_size=40), st.text(max_size=40))
def test_normalising_twice_is_normalising_once(path: str, query: str) -> None:
    try:
        once = normalise_url(f"https://kabar.test/{path}?{query}")
    except ValueError:
        return
    assert normalise_url(once) == once
    assert url_key(once) == url_key(url_key(once))


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.antaranews.com", "antaranews.com"),
        ("jateng.antaranews.com", "antaranews.com"),
        ("nasional.republika.co.id", "republika.co.id"),
        ("dinkes.jatengprov.go.id", "jatengprov.go.id"),
        ("turnbackhoax.id", "turnbackhoax.id"),
        ("desaku.desa.id", "desaku.desa.id"),
        ("kabar-randu.blogspot.com", "kabar-randu.blogspot.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_editions_of_an_outlet_are_one_site(host: str, site: str) -> None:
    assert site_of(host) == site
    assert publisher_of(f"https://{host}/a") == site


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1",
        "[::1]", "fe80::1%eth0", "::ffff:127.0.0.1", "2002:7f00:1::", "fd00::1", "100.64.0.1", "224.0.0.1",
        "localhost", "db.localhost", "printer.local", "metadata.google.internal",
    ],
)  # fmt: skip
def test_private_places_are_recognised_in_any_spelling(host: str) -> None:
    assert names_private_place(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "kabar.test", "antaranews.com", "1.id"])
def test_public_places_are_let_through(host: str) -> None:
    assert not names_private_place(host)


def test_a_name_is_no_address() -> None:
    assert literal_address("kabar.test") is None
    assert is_public(ipaddress.ip_address("8.8.4.4"))
