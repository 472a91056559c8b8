"""The routes of our own beside Streamlit's pages, and who each answers.

The one table that gate, documentation and tests use. A page is in ``dashboard.pages``, an act in ``casework.roles``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from casework.roles import Role

Access = Literal["public", "signed", "device", "token", "roles"]
"""Who a route answers: anybody; whoever has an open session; a wall's device with its own token; a program with a token
or a signature; a person of one of the roles named, whose act is also guarded where it is done."""

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoute:
    """One address of our own."""

    path: str
    """Below the dashboard's folder. A ``*`` at its end stands for anything below; ``{name}`` for one part."""
    methods: tuple[Method, ...]
    access: Access
    roles: frozenset[Role] = frozenset()
    """Whose it is, where ``access`` is "roles"."""


def own(path: str, access: Access, *methods: Method, roles: frozenset[Role] = frozenset()) -> OwnRoute:
    return OwnRoute(path=path, methods=methods or ("GET",), access=access, roles=roles)


ROUTES: Final[tuple[OwnRoute, ...]] = (
    own("/sehat", "public"),
    own("/_stcore/health", "public"),
    own("/aset/*", "public"),
    own("/adu", "public", "GET", "POST"),
    own("/adu/status", "public", "GET", "POST"),
    own("/lapor", "public", "GET", "POST"),
    own("/lapor/status", "public", "GET", "POST"),
    own("/masuk", "public", "GET", "POST"),
    own("/masuk/instansi", "public", "GET"),
    own("/masuk/instansi/kembali", "public", "GET"),
    own("/api/aduan", "token", "POST"),
    own("/api/darurat", "token", "POST"),
    own("/api/laporan", "token", "POST"),
    own("/api/laporan/whatsapp", "token", "GET", "POST"),
    own("/metrik", "token"),
    own("/sudah-masuk", "signed"),
    own("/keluar", "signed", "POST"),
    own("/sandi", "signed", "GET", "POST"),
    own("/faktor-kedua", "signed", "GET", "POST"),
    own("/dinding", "device", "GET", "POST"),
    own("/dinding/*", "device", "GET", "POST"),
    own("/unduhan/{file}", "roles", roles=frozenset({"admin", "analis", "hukum", "peneliti"})),
    own("/bukti/{package}", "roles", roles=frozenset({"hukum"})),
)
"""Every route of our own (and Streamlit's health, which is public too)."""

CHECKED_BY_GATE: Final[frozenset[Access]] = frozenset({"roles"})
"""What the gate guards as it guards a page. The others answer a stranger, or look at session, token or signature
themselves: whoever must change a password has to reach the form for it."""


def find_route(path: str) -> OwnRoute | None:
    """The route of ours that a path below the dashboard's folder belongs to; None: a page, or Streamlit's own."""
    return next((route for route in ROUTES if fits(route.path, path)), None)


def fits(pattern: str, path: str) -> bool:
    """Whether a path is one that a route's pattern names."""
    if pattern.endswith("/*"):
        return path.startswith(pattern[:-1])
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        part == one or (part.startswith("{") and one != "") for part, one in zip(parts, given, strict=True)
    )
