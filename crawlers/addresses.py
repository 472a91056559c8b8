"""Addresses: one spelling for each, the publisher behind it, and whether the crawler may go there.

A document's id hangs on ``url_key`` and ``publisher_of``, so both depend on the address alone: never on the feed it
came through, and never on a list that somebody updates.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

TRACKING = frozenset({"fbclid", "gclid", "dclid", "igshid", "mc_cid", "mc_eid", "ref_src", "yclid", "_ga"})
"""Query parameters that say where a reader came from, never what the page is; ``utm_*`` are among them too."""

SECOND_LEVEL = frozenset(
    {"ac", "biz", "co", "com", "desa", "edu", "go", "gov", "mil", "my", "net", "or", "org", "ponpes", "sch", "web"}
)
"""Labels under which names are registered in a country's zone (``.id`` by PANDI's list; ``com``, ``gov``, ``edu`` and
``org`` are customary elsewhere)."""

HOSTING = frozenset({"blogspot.com", "wordpress.com", "substack.com", "github.io", "web.app"})
"""Sites whose subdomains belong to different people."""

DEFAULT_PORTS = {"http": 80, "https": 443}

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def normalise_url(url: str) -> str:
    """The address in one spelling: lower-case host, no default port, fragment or tracking parameters.

    Raises ValueError for anything that is not an http or https address with a host.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    host = parts.hostname
    if scheme not in DEFAULT_PORTS or not host:
        raise ValueError(f"not an http address: {url[:200]!r}")
    if any(letter.isspace() or ord(letter) < 32 for letter in host):
        raise ValueError(f"not a host name: {host[:200]!r}")
    host = host.rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")  # UnicodeError is a ValueError
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    place = host if port in (None, DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] not in TRACKING and not pair[0].startswith("utm_")]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit((scheme, place, path, query, ""))


def url_key(url: str) -> str:
    """The native key of a page: its normalised address with the scheme folded to https and without "www."."""
    parts = urlsplit(normalise_url(url))
    return urlunsplit(("https", parts.netloc.removeprefix("www."), parts.path, parts.query, ""))


def url_keys(links: Iterable[str]) -> tuple[str, ...]:
    """The ``url_key`` of each address, each once, in order; what is no address is left out."""
    keys: dict[str, None] = {}
    for link in links:
        try:
            keys[url_key(link)] = None
        except ValueError:
            continue
    return tuple(keys)


def host_of(url: str) -> str:
    """The host of an address, lower case, without port; empty where there is none."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def site_of(host: str) -> str:
    """The registered name a host stands under ("regional.kompas.com" gives "kompas.com").

    An IP address and a single label are their own site. Hosting services count each subdomain apart.
    """
    if literal_address(host) is not None:
        return host
    labels = host.rstrip(".").lower().split(".")
    if len(labels) <= 2:
        return ".".join(labels)
    size = 3 if len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 2
    if ".".join(labels[-2:]) in HOSTING:
        size = 3
    return ".".join(labels[-size:])


def publisher_of(url: str) -> str:
    """Who publishes at an address: its site. Editions on subdomains are one outlet's."""
    return site_of(host_of(url))


def literal_address(host: str) -> IPAddress | None:
    """The IP address a host name spells out, in any spelling a resolver takes ("2130706433"); None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    if not host or not host[0].isdigit():
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def is_public(address: IPAddress) -> bool:
    """Whether an address lies in the open internet: not loopback, private, link-local, reserved or multicast."""
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped is not None:
        address = mapped
    return address.is_global and not address.is_multicast


def names_private_place(host: str) -> bool:
    """Whether a host name alone, without asking a resolver, says that it is not in the open internet."""
    address = literal_address(host)
    if address is not None:
        return not is_public(address)
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
