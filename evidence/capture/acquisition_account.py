"""Writes ``perolehan.json``: how a page was obtained, by whom, with what, when, by which road, and what is left."""

from __future__ import annotations

import platform
import shutil
import ssl
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import msgspec

from evidence.capture.acquisition import Acquisition
from evidence.capture.archive import KeptBody
from evidence.capture.certificates import read_facts
from evidence.capture.exchanges import Exchange, TlsSession
from evidence.capture.reading import VIEWPORT, View
from evidence.capture.robots import Robots
from evidence.records import CaptureFile
from kentongan import __version__
from kentongan.times import ZONES

FORMAT = 1
"""Version of the file's form."""
COMMAND_SECONDS = 3.0
"""How long a program that knows the state of the clock may take."""

ROAD = (
    "Peramban hanya tersambung ke perekam di mesin yang sama. Perekam memeriksa alamat dan sertifikat server, meminta "
    "lewat HTTP/1.1, dan menyimpan setiap permintaan dan jawaban apa adanya; badan jawaban disimpan setelah "
    "potongan (chunked) dan kompresinya dibuka."
)
"""How bytes came from the server into the archive."""


def write_acquisition(
    capture_id: str,
    url: str,
    final_url: str,
    page: Exchange,
    view: View,
    exchanges: Sequence[Exchange],
    bodies: Sequence[KeptBody],
    *,
    how: Acquisition,
    robots: Robots,
    began: datetime,
    ended: datetime,
    files: Sequence[CaptureFile],
    missing: Sequence[str],
) -> bytes:
    """The file, indented for people to read too. ``bodies`` are those of ``exchanges`` as kept, in the same order."""
    access = "publik, tanpa masuk" if how.cookies is None else f"masuk sebagai {how.account or 'akun tanpa nama'}"
    browser_name = next((value for name, value in page.sent_headers if name.lower() == "user-agent"), view.user_agent)
    account = {
        "format": FORMAT,
        "id": capture_id,
        "url": url,
        "final_url": final_url,
        "status": page.status,
        "title": view.title,
        "by": {"name": how.by, "role": how.role, "account": how.account, "access": access},
        "command": how.command or None,
        "times": {
            "began": describe_time(began, how.zone),
            "answered": describe_time(page.at, how.zone),
            "ended": describe_time(ended, how.zone),
            "zone": how.zone,
            "source": time_source(),
            "server_date": page.header("date"),
            "server_minus_ours_seconds": server_offset(page),
        },
        "server": {"ip": page.ip, "proxy": bool(how.proxy), "tls": describe_tls(page.tls)},
        "redirects": [{"url": address, "status": status} for address, status in view.navigations[:-1]],
        "robots": msgspec.to_builtins(robots),
        "terms": view.terms,
        "browser": {"user_agent": browser_name, "window": list(VIEWPORT), "language": "id-ID"},
        "software": software_versions(view.browser),
        "road": ROAD,
        "limits": msgspec.to_builtins(how.limits),
        "missing": list(missing),
        "resources": [
            describe_resource(exchange, size=body.size, sha256=body.sha256)
            for exchange, body in zip(exchanges, bodies, strict=True)
        ],
        "files": {file.name: {"sha256": file.object.sha256, "size": file.object.size} for file in files},
    }
    return msgspec.json.format(msgspec.json.encode(account), indent=2) + b"\n"


def describe_time(at: datetime, zone: str) -> dict[str, str]:
    """A time in UTC and as the office's clock shows it."""
    return {"utc": at.isoformat(timespec="milliseconds"), "local": at.astimezone(ZONES[zone]).isoformat(" ", "seconds")}


def describe_tls(tls: TlsSession | None) -> dict[str, object] | None:
    """A secure connection and the server's own certificate; None for plain http."""
    if tls is None:
        return None
    facts = read_facts(tls.chain[0]) if tls.chain else None
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "holds": tls.problem is None,
        "problem": tls.problem,
        "certificates": len(tls.chain),
        "certificate": None if facts is None else msgspec.to_builtins(facts),
    }


def describe_resource(exchange: Exchange, *, size: int, sha256: str) -> dict[str, object]:
    """One line of the list of everything that was loaded; size and digest are of the body as kept."""
    kind = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
    return {
        "url": exchange.url,
        "method": exchange.method,
        "status": exchange.status,
        "type": kind or None,
        "size": size,
        "sha256": sha256,
        "at": exchange.at.isoformat(timespec="milliseconds"),
        "ip": exchange.ip,
        "cut": exchange.cut,
        "certificate_problem": exchange.tls.problem if exchange.tls else None,
    }


def server_offset(exchange: Exchange) -> float | None:
    """The server's clock minus ours, in seconds, from its Date header (whole seconds); None where it says nothing."""
    told = exchange.header("date")
    try:
        return None if told is None else round((parsedate_to_datetime(told) - exchange.at).total_seconds(), 3)
    except (ValueError, TypeError):
        return None


def software_versions(browser: str | None) -> dict[str, str]:
    """What took part in a capture."""
    return {
        "kentongan": __version__,
        "browser": browser or "tidak diketahui",
        "playwright": version("playwright"),
        "warcio": version("warcio"),
        "python": sys.version.split()[0],
        "openssl": ssl.OPENSSL_VERSION,
        "system": platform.platform(),
    }


def time_source() -> str:
    """Who keeps this machine's clock right, as the system tells, in Indonesian."""
    told = _said("chronyc", "-c", "tracking")
    if told is not None and len(told.split(",")) > 4:
        fields = told.split(",")
        return f"chrony: sumber {fields[1] or fields[0]}, selisih {fields[4]} detik"
    told = _said("timedatectl", "show", "-p", "NTPSynchronized", "--value")
    if told == "yes":
        return "jam mesin, disetel lewat NTP (timedatectl)"
    if told == "no":
        return "jam mesin, TIDAK disetel lewat NTP (timedatectl)"
    return "jam mesin, tidak diperiksa"


def _said(*command: str) -> str | None:
    """What a program of the system says; None where it is absent, fails or takes too long."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
