"""Reads the declaration of bridges: where an agency's data lie, what they become, and how often they should change.

One YAML list; each bridge is a few lines. Keys that open a system are never written here: a declaration names the
environment variable that holds the token or, of a database, the whole address.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from kentongan.errors import BadSettings, NotConfigured, NotFound

Into = Literal["complaints", "indicators", "events"]
BridgeKind = Literal["csv", "xlsx", "json", "database"]

COLUMNS: Mapping[Into, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "complaints": (
        ("ticket", "text", "time"),
        (
            "title", "category", "agency", "place", "region", "lat", "lon", "status", "status_time", "finished",
            "name", "contact",
        ),
    ),
    "indicators": (("time",), ("value", "series", "region", "unit", "source")),
    "events": (("key", "time", "title"), ("text", "region")),
}  # fmt: skip
"""What a row becomes: the columns it must have, and those it may have."""

MAX_EVERY = 366 * 24 * 60
"""Longest pause between two readings, in minutes."""

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What opens an interface: a header whose value stands in an environment variable."""

    variable: str
    """Name of the variable ("JEMBATAN_DINKES_TOKEN"); not one of our own, which begin with KENTONGAN_."""
    header: str = "Authorization"
    prefix: str = "Bearer "
    """What stands before the token in the header; "" for none."""


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an interface hands out its pages."""

    by: Literal["next", "page", "offset", "cursor"]
    """"next": the answer names the next address; "page", "offset": a number in the address; "cursor": the answer gives
    a word that goes into the address."""
    parameter: str = ""
    """Name of that number or word in the address; empty takes "page", "offset", "cursor"."""
    first: int | None = None
    """Number of the first page; absent: 1, of offsets 0."""
    size: int | None = None
    """Rows on a full page: a shorter one is the last. "offset" needs it."""
    size_parameter: str = ""
    """Name under which the size is asked for; empty asks for none."""
    place: str = ""
    """Where the next address or the cursor stands in the answer ("meta.next_cursor"); empty looks at the usual ones."""
    max_pages: int = 200
    """Most pages of one reading."""


class Bridge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One bridge to a system of an agency."""

    name: str
    """Short stable name ("dinkes-kunjungan")."""
    agency: str
    """Whose system it is: code or name of the agency."""
    kind: BridgeKind
    into: Into
    every: int
    """How often it is read, in minutes."""
    late_after: int
    """For how long it may bring nothing new before it counts as late, in minutes; of monthly figures some 50 days."""
    columns: Mapping[str, str]
    """What we need -> the column (in JSON the place) it stands in; several with "|" between them, the first that holds
    something counts."""
    title: str = ""
    """Name for people."""
    address: str = ""
    """Of csv, xlsx, json: an http(s) address. Of database: an SQLAlchemy address without a password."""
    address_from: str = ""
    """Environment variable that holds the address, where it has a password in it."""
    path: str = ""
    """Of csv and xlsx: a file, or a folder in which every file of that kind is read. Relative to the declaration."""
    sheet: str | None = None
    """Of xlsx: name of the sheet; absent: the first."""
    view: str = ""
    """Of database: the view or table, with its schema where it has one ("publik.v_kunjungan")."""
    newest_first: str = ""
    """Of database: column by which rows are sorted, the greatest first, so that a bounded reading holds the newest."""
    items: str = ""
    """Of json: place of the list in the answer ("data.rows"); empty looks under the usual names."""
    paging: Paging | None = None
    token: Token | None = None
    series: str = ""
    """Of indicators: the one series of every row."""
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Of indicators: series -> column, where a row holds several."""
    region: str = ""
    """Code of the one region of every row, where rows name none."""
    publisher: str = ""
    """Of complaints: stands with the ticket for the complaint; empty takes the bridge's name."""
    source: str = ""
    """Of indicators: who says so, for people; empty takes the title."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """Zone of times written without one."""
    decimal: Literal["", ",", "."] = ""
    """Mark before decimals in numbers written as text; empty refuses those that can be read both ways ("1.284")."""
    allow_private: bool = False
    """Whether its own host may lie in a private network, as most agencies' systems do."""
    max_rows: int = 100_000
    max_bytes: int = 20_000_000
    """Most bytes of one answer, unpacked."""
    timeout: float = 60.0
    """Most seconds of one answer, or of a query."""
    sample: bool = False
    """True for invented data."""
    enabled: bool = True

    @property
    def shown_title(self) -> str:
        return self.title or self.name


def load_bridges(path: Path | None) -> list[Bridge]:
    """The bridges declared in a file, in their order, switched-off ones too; none without a file.

    Raises BadSettings that names the line, the bridge and the key at fault.
    """
    if path is None:
        return []
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        declared = yaml.safe_load(text)
        lines = [node.start_mark.line + 1 for node in getattr(yaml.compose(text, yaml.SafeLoader), "value", [])]
    except OSError as error:
        raise BadSettings(
            f"Daftar jembatan {path} tidak terbaca: {error.strerror}.", hint="Periksa bridges_file."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        raise BadSettings(f"Daftar jembatan {path} bukan YAML yang benar: {error}.") from error
    if not isinstance(declared, list):
        raise BadSettings(
            f"Daftar jembatan {path} harus berupa daftar.", hint="Setiap jembatan diawali dengan '- name: ...'."
        )
    bridges = [_read_bridge(entry, line, path) for entry, line in zip(declared, lines, strict=True)]
    names: set[str] = set()
    for bridge, line in zip(bridges, lines, strict=True):
        if bridge.name in names:
            raise BadSettings(
                f"{path} baris {line}: jembatan {bridge.name} dinyatakan dua kali.", hint="Beri nama lain."
            )
        names.add(bridge.name)
    return bridges


def choose_bridges(declared: Sequence[Bridge], names: Sequence[str]) -> list[Bridge]:
    """The bridges of these names; without names all that are on. Raises NotFound and NotConfigured."""
    by_name = {bridge.name: bridge for bridge in declared}
    for name in names:
        if name not in by_name:
            raise NotFound(f"Jembatan {name!r} tidak ada.", hint="Daftarnya: `kentongan bridges list`.")
        if not by_name[name].enabled:
            raise NotConfigured(
                name, f"Jembatan {name!r} dimatikan (enabled: false).", hint="Hidupkan di bridges_file."
            )
    return [by_name[name] for name in names] or [bridge for bridge in declared if bridge.enabled]


def _read_bridge(entry: object, line: int, path: Path) -> Bridge:
    """One declared bridge, checked."""
    where = f"{path} baris {line}"
    if not isinstance(entry, dict):
        raise BadSettings(f"{where}: bukan pasangan kunci dan nilai.")
    name = str(entry.get("name") or "tanpa nama")
    known = list(Bridge.__struct_fields__)
    for key in entry:
        if key not in known:
            raise BadSettings(
                f"{where}: jembatan {name}: kunci {key} tidak dikenal.", hint=nearest_hint(str(key), known)
            )
    try:
        bridge = msgspec.convert(entry, Bridge)
    except msgspec.ValidationError as error:
        raise BadSettings(f"{where}: jembatan {name}: {error}.", hint="Contohnya di docs/bridges.md.") from error
    fault = find_bridge_fault(bridge)
    if fault is not None:
        raise BadSettings(f"{where}: jembatan {name}: {fault}", hint="Contohnya di docs/bridges.md.")
    if bridge.path and not Path(bridge.path).is_absolute():
        bridge = msgspec.structs.replace(bridge, path=str(path.parent / bridge.path))
    return bridge


def nearest_hint(given: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(given, known, n=1)
    return f"Mungkin maksudnya {near[0]}?" if near else f"Yang dikenal: {', '.join(known)}."


def find_bridge_fault(bridge: Bridge) -> str | None:
    """What of a declaration cannot be used, as a sentence; None where all can."""
    return _find_place_fault(bridge) or _find_column_fault(bridge) or _find_limit_fault(bridge)


def _find_place_fault(bridge: Bridge) -> str | None:
    if not re.fullmatch(r"[\w.-]{1,64}", bridge.name):
        return "name hanya boleh berisi huruf, angka, '-', '_' dan '.', paling panjang 64."
    for variable in (bridge.address_from, bridge.token.variable if bridge.token else ""):
        if variable and (not VARIABLE.fullmatch(variable) or variable.startswith("KENTONGAN_")):
            return f"nama variabel {variable!r} harus huruf besar, angka dan '_', tanpa awalan KENTONGAN_."
    places = [bool(bridge.address), bool(bridge.address_from), bool(bridge.path)]
    if sum(places) != 1:
        return "sebut tepat satu dari address, address_from dan path."
    if bridge.kind == "database":
        if bridge.path or not bridge.view:
            return "kind database memerlukan address atau address_from, dan view."
        if ":" in urlsplit(bridge.address).netloc.rpartition("@")[0]:
            return "address memuat sandi; taruh alamat lengkapnya di sebuah variabel dan sebut address_from."
        return None
    if bridge.path and bridge.kind == "json":
        return "kind json memerlukan address."
    if bridge.address:
        parts = urlsplit(bridge.address)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return f"address {bridge.address!r} bukan alamat http atau https."
        if parts.username is not None:
            return "address memuat nama pengguna atau sandi; pakai token."
        if bridge.token and parts.scheme.lower() != "https" and not bridge.allow_private:
            return "token tidak dikirim lewat http biasa; pakai https."
    return None


def _find_column_fault(bridge: Bridge) -> str | None:
    needed, more = COLUMNS[bridge.into]
    for name in bridge.columns:
        if name not in (*needed, *more):
            return f"columns: {name} tidak dikenal. {nearest_hint(name, (*needed, *more))}"
    missing = [name for name in needed if not bridge.columns.get(name)]
    if missing:
        return f"columns: {', '.join(missing)} belum disebut."
    if bridge.into != "indicators":
        return None
    if bool(bridge.values) == ("value" in bridge.columns):
        return "sebut columns.value, atau values (indikator: kolom) bila satu baris memuat beberapa nilai."
    if not bridge.values and bool(bridge.series) == ("series" in bridge.columns):
        return "sebut tepat satu dari series dan columns.series."
    if bool(bridge.region) == ("region" in bridge.columns):
        return "sebut tepat satu dari region dan columns.region."
    return None


def _find_limit_fault(bridge: Bridge) -> str | None:
    if not 1 <= bridge.every <= MAX_EVERY or bridge.late_after < bridge.every:
        return "every paling sedikit 1 menit dan paling banyak setahun; late_after tidak kurang dari every."
    if not 1 <= bridge.max_rows <= 1_000_000 or not 1 <= bridge.max_bytes <= 200_000_000:
        return "max_rows antara 1 dan 1.000.000; max_bytes antara 1 dan 200.000.000."
    if not 1 <= bridge.timeout <= 600:
        return "timeout antara 1 dan 600 detik."
    if bridge.paging and bridge.paging.by == "offset" and not bridge.paging.size:
        return "paging offset memerlukan size."
    if bridge.paging and not 1 <= bridge.paging.max_pages <= 10_000:
        return "paging.max_pages antara 1 dan 10.000."
    return None
