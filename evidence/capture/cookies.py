"""Reads the cookies of a logged-in visit from a file in Netscape's format, as extensions of browsers write it."""

from __future__ import annotations

from collections.abc import Mapping

from crawlers.addresses import site_of
from kentongan.errors import KentonganError

COLUMNS = 7
"""Domain, subdomains too, path, secure, expires, name, value, parted by tabs."""
HTTP_ONLY = "#HttpOnly_"
"""Before the domain of a cookie that scripts may not read."""


def read_cookies(text: str, *, host: str) -> list[Mapping[str, str | float | bool]]:
    """The cookies for a host's site, as playwright's ``add_cookies`` takes them; those of other sites stay here.

    Raises KentonganError where a line is none of the format's or none is for this site.
    """
    found: list[Mapping[str, str | float | bool]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or (line.startswith("#") and not line.startswith(HTTP_ONLY)):
            continue
        cells = line.removeprefix(HTTP_ONLY).split("\t")
        if len(cells) != COLUMNS:
            raise KentonganError(
                f"Baris {number} berkas kuki bukan format Netscape: {len(cells)} kolom, seharusnya {COLUMNS}.",
                hint="Ekspor ulang kukinya sebagai cookies.txt (Netscape).",
            )
        domain, _, path, secure, expires, name, value = cells
        if site_of(domain.lstrip(".")) != site_of(host):
            continue
        try:
            until = float(expires or 0)
        except ValueError as error:
            raise KentonganError(f"Baris {number} berkas kuki: masa berlaku {expires!r} bukan angka.") from error
        found.append(
            {
                "name": name,
                "value": value,
                "domain": domain,
                "path": path or "/",
                "secure": secure.upper() == "TRUE",
                "httpOnly": line.startswith(HTTP_ONLY),
                "expires": until or -1.0,
            }
        )
    if not found:
        raise KentonganError(
            f"Berkas kuki tidak memuat kuki untuk {host}.", hint="Ekspor kuki situs itu setelah masuk, lalu ulangi."
        )
    return found
