"""One frozen Settings, read once at the edge from ``kentongan.toml`` and KENTONGAN_* variables.

A variable overrides the file, the file overrides the default. ``ELASTICSEARCH_URL`` and ``DATABASE_URL`` are read
under their customary names. A key nobody knows is an error that names it, with the nearest known one.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_type_hints

import msgspec

from kentongan.errors import BadSettings

FILE_NAME = "kentongan.toml"
CUSTOMARY = {"elasticsearch_url": "ELASTICSEARCH_URL", "database_url": "DATABASE_URL"}
"""Settings read under the name other programs use for them."""

NOT_SETTINGS = frozenset({"KENTONGAN_SETTINGS", "KENTONGAN_SHARED", "KENTONGAN_JOB", "KENTONGAN_QUICK"})
"""Variables with our prefix that are no settings: the file's own place, where data lie, a job's number, quick runs."""

SECRETS = frozenset(
    {
        "elasticsearch_password",
        "elasticsearch_api_key",
        "database_url",
        "youtube_api_key",
        "x_bearer_token",
        "bluesky_app_password",
        "tips_webhook_secret",
        "emergency_webhook_secret",
        "whatsapp_app_secret",
        "whatsapp_verify_token",
        "complaints_webhook_secret",
        "complaint_messages_secret",
        "seal_key_password",
        "signature_service_password",
        "smtp_password",
        "alert_webhook_secret",
        "telegram_bot_token",
        "oidc_client_secret",
        "metrics_token",
    }
)
"""Never printed or logged."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an installation can choose."""

    data_dir: Path = Path("var")
    """Folder for everything Kentongan writes: store, archive, casework, jobs."""
    organisation: str = "Command Center"
    """Name shown on pages and papers."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """Zone that times are shown in and days are counted in."""
    language: Literal["id", "en"] = "id"
    """Language a page opens in."""
    region: str = ""
    """Code of the region the installation serves ("33.74"); empty for the whole country."""
    regions_file: Path | None = None
    """More regions beside the country's own, in the same form as ``kentongan/data/regions.csv``."""
    boundaries_file: Path | None = None
    """Boundaries of regions as GeoJSON, for maps and for places given as coordinates; without it tiles."""
    sources_file: Path | None = None
    """Declaration of sources; without it the list that ships with Kentongan."""
    bridges_file: Path | None = None
    """YAML file of the bridges to agencies' own systems; without it there is none."""
    indicators_file: Path | None = None
    """TOML file of indicators beside those that ship, or with other targets for these."""
    agencies_file: Path | None = None
    """TOML file of the agencies, for `kentongan agencies load`; in the form of ``samples/agencies.toml``."""
    holidays_file: Path | None = None
    """TOML file of more days off, or other years, than ship, in the form of ``kentongan/data/holidays.toml``."""
    deadlines_file: Path | None = None
    """TOML file of deadlines and escalation in place of ``casework/deadlines/rules.toml``."""
    aliases_file: Path | None = None
    """Alias lists for queries (`@name`); without it `aliases.toml` in `data_dir`, where there is one."""
    training_data_dir: Path | None = None
    """Folder of labelled sets (with `manifest.json`) that trainings started from a page read; without it none start."""
    elasticsearch_url: str = ""
    """Address of an Elasticsearch 8 or 9; empty uses the embedded store."""
    elasticsearch_index: str = "kentongan"
    """Alias that names this installation's index."""
    elasticsearch_shards: int = 1
    """Shards of an index made from now on; an index that is there takes them with `kentongan store rebuild`."""
    elasticsearch_user: str = ""
    """User name where the server asks for one."""
    elasticsearch_password: str = ""
    """Its password."""
    elasticsearch_api_key: str = ""
    """API key, instead of user and password."""
    elasticsearch_ca_file: Path | None = None
    """Certificate authority of the server, where the system does not know it."""
    database_url: str = ""
    """SQLAlchemy address of the casework database; empty uses SQLite under ``data_dir``."""
    user_agent: str = "Kentongan/0.1 (+mailto:admin@localhost)"
    """How the crawler introduces itself; put a real contact address here."""
    crawl_delay: float = 1.0
    """Least pause between two requests to one host, in seconds, where robots.txt asks for none or less."""
    crawl_max_bytes: int = 10_485_760
    """Largest response body the crawler takes, in bytes."""
    watch_least_minutes: float = 5.0
    """Shortest pause of `kentongan watch` between two readings of one source, in minutes."""
    watch_most_minutes: float = 360.0
    """Longest pause between them, in minutes."""
    http_proxy: str = ""
    """Proxy for every request of the crawler ("http://proxy:3128"); empty for none."""
    chromium: str = ""
    """Path of the Chromium that captures pages for cases; empty looks for the usual names."""
    youtube_api_key: str = ""
    """Key of the YouTube Data API v3; without it sources of kind youtube-search and youtube-comments stay off."""
    x_bearer_token: str = ""
    """Bearer token of the X API v2; without it sources of kind x-search stay off."""
    bluesky_handle: str = ""
    """Account that searches Bluesky ("komando.bsky.social"); without it sources of kind bluesky-search stay off."""
    bluesky_app_password: str = ""
    """App password of that account (Settings, App passwords); never its own password."""
    tip_hours: float = 3.0
    """How long a tip of a citizen may wait for its answer, in hours of the clock, nights and holidays included."""
    tip_reporter_days: int = 90
    """How long after a tip was answered or closed its reporter's name and contact are kept, in days."""
    tips_webhook_secret: str = ""
    """Shared secret that signs tips sent to `/api/laporan`; without it that address takes none."""
    whatsapp_app_secret: str = ""
    """App secret of the WhatsApp Cloud API app, which signs what Meta sends to `/api/laporan/whatsapp`."""
    whatsapp_verify_token: str = ""
    """Token, of your own choosing, with which Meta checks that address once when it is registered."""
    emergency_webhook_secret: str = ""
    """Shared secret that signs emergencies sent to `/api/darurat`; without it that address takes none."""
    emergency_caller_days: int = 90
    """How long after an incident was closed its callers' names and contacts are kept, in days."""
    complaint_reporter_days: int = 365
    """How long after a complaint ended its reporters' names, contacts and own words are kept, in days."""
    complaint_reopen_days: int = 10
    """How long after its answer a complaint may be reopened, in days of the calendar."""
    complaints_webhook_secret: str = ""
    """Shared secret that signs complaints sent to `/api/aduan`; without it that address takes none."""
    complaint_messages_url: str = ""
    """Address of the gateway that passes messages on to reporters; without it they are read at `/adu/status` only."""
    complaint_messages_secret: str = ""
    """Shared secret that signs what is sent to that gateway."""
    rulebook_file: Path | None = None
    """TOML file with the law's questions before evidence is exported; without it the one that ships with Kentongan."""
    legal_bases_file: Path | None = None
    """TOML file of the provisions follow-ups are assigned with; without it the one that ships with Kentongan."""
    open_data_licence: str = "CC-BY-4.0"
    """Licence of exported open data, as its SPDX identifier."""
    open_data_contact: str = ""
    """Public address people write to about open data ("ppid@contoh.go.id"); without it nothing is exported."""
    timestamp_authorities_file: Path | None = None
    """TOML file of the time authorities (RFC 3161) that stamp packages and chains of custody; without it none does."""
    seal_key_file: Path | None = None
    """PKCS#12 file with the institution's key, which seals packages of evidence; without it only samples are packed."""
    seal_key_password: str = ""
    """Its password."""
    report_signers_file: Path | None = None
    """TOML file of the persons who sign reports; without it reports carry their names only."""
    signature_service_url: str = ""
    """Address of the national signature service's client (BSrE), for persons who sign with their NIK."""
    signature_service_version: Literal["v1", "v2"] = "v2"
    """Which of its interfaces it has."""
    signature_service_user: str = ""
    """User name the service knows the institution by."""
    signature_service_password: str = ""
    """Its password."""
    public_url: str = ""
    """Address people reach the dashboard at ("https://kentongan.contoh.go.id"), for links in papers, mails and
    messages; empty leaves links out."""
    smtp_host: str = ""
    """Mail server that alerts are sent through; without it channels of kind email wait."""
    smtp_port: int = 587
    """Its port: 587 for starttls, usually 465 for tls, 25 for none."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is kept private; certificates are verified."""
    smtp_user: str = ""
    """User name where the server asks for one; never sent without starttls or tls."""
    smtp_password: str = ""
    """Its password."""
    smtp_from: str = ""
    """Address alerts come from ("kentongan@contoh.go.id"); needed for e-mail."""
    smtp_ca_file: Path | None = None
    """Certificate authority of the mail server, where the system does not know it."""
    alert_webhook_hosts: str = ""
    """Where alerts' webhooks may go, separated by commas: hosts for https ("obrolan.contoh.go.id"), or whole origins
    ("http://10.0.0.5:8080"); empty allows none."""
    alert_webhook_secret: str = ""
    """Shared secret that signs what is sent to them; without it nothing is."""
    telegram_bot_token: str = ""
    """Token of the Telegram bot that sends alerts; without it channels of kind telegram wait."""
    telegram_api_url: str = "https://api.telegram.org"
    """Address of Telegram's Bot API, or of a server of one's own."""
    wall_playlist_file: Path | None = None
    """TOML file of the wall's scenes, cameras and thresholds; without it the scenes that ship with Kentongan."""
    wall_camera_hosts: str = ""
    """Where the wall may fetch stills of cameras from, separated by commas: hosts for https ("cctv.contoh.go.id"), or
    whole origins ("http://10.0.0.5:8080"); empty allows none."""
    sign_in: Literal["required", "off"] = "required"
    """Whether pages ask who one is: "required" shows nothing without signing in (`kentongan users password --help`);
    "off" is for a trial on one's own machine."""
    dashboard_person: str = ""
    """User name of the person in whose name pages act where sign_in is off; empty: nobody's, they are read only."""
    installation: Literal["real", "sample"] = "real"
    """"sample" is the demo's: its invented people keep the passwords that the demo prints, and the form says so."""
    oidc_issuer: str = ""
    """Address of the organisation's own sign-in service (OpenID Connect), as it names itself
    ("https://sso.contoh.go.id/realms/kota"); without it people sign in with passwords kept here only."""
    oidc_client_id: str = ""
    """Name under which that service knows this installation."""
    oidc_client_secret: str = ""
    """Secret it gave for that name; empty for a public client (PKCE alone)."""
    oidc_name: str = "akun instansi"
    """What people call that service, on the form for signing in."""
    oidc_ca_file: Path | None = None
    """Certificate authority of that service, where the system does not know it."""
    dashboard_path: str = ""
    """Folder below which a reverse proxy shows the dashboard ("/kentongan"); empty: at the top."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses or networks of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated
    by commas; empty believes none."""
    metrics_token: str = ""
    """Token that a monitor sends as "Authorization: Bearer ..." to read `/metrik`; without it only this machine may."""
    dashboard_host: str = "127.0.0.1"
    """Address the dashboard listens on."""
    dashboard_port: int = 8501
    """Port the dashboard listens on; 0 takes a free one."""

    @property
    def store_dir(self) -> Path:
        """Folder of the embedded store."""
        return self.data_dir / "store"

    @property
    def aliases_path(self) -> Path:
        """TOML file of the alias lists that queries may name."""
        return self.aliases_file or self.data_dir / "aliases.toml"

    @property
    def archive_dir(self) -> Path:
        """Folder of the WARC files."""
        return self.data_dir / "archive"

    @property
    def evidence_dir(self) -> Path:
        """Folder of what was secured for cases, and of the packages made of it."""
        return self.data_dir / "evidence"

    @property
    def objects_dir(self) -> Path:
        """Folder of the files of evidence, each under the digest of its bytes."""
        return self.evidence_dir / "objects"

    @property
    def collection_file(self) -> Path:
        """SQLite file of what the crawlers remember: validators, pending pages, quarantine."""
        return self.data_dir / "collection.sqlite"

    @property
    def models_dir(self) -> Path:
        """Folder of the models that were trained or put here, and of which one serves each task."""
        return self.data_dir / "models"

    @property
    def jobs_dir(self) -> Path:
        """Folder of the logs of long work."""
        return self.data_dir / "jobs"

    @property
    def casework_url(self) -> str:
        """SQLAlchemy address of the casework database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'casework.sqlite'}"


def variable_of(setting: str) -> str:
    """The environment variable that sets a setting."""
    return CUSTOMARY.get(setting, f"KENTONGAN_{setting.upper()}")


def unknown_key(kind: str, name: str, known: list[str]) -> BadSettings:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Mungkin maksudnya {near[0]}?" if near else "Daftar pengaturan: `kentongan doctor --settings`."
    return BadSettings(f"{kind} {name} tidak dikenal.", hint=hint)


def from_text(name: str, text: str) -> object:
    """A variable's text as the setting's type: numbers are parsed, everything else stays text."""
    kind = get_type_hints(Settings)[name]
    try:
        return int(text) if kind is int else float(text) if kind is float else text
    except ValueError as error:
        raise BadSettings(f"{variable_of(name)}={text!r} bukan angka.") from error


def as_path(kind: type, value: object) -> object:
    """Text as a Path where a setting is one; msgspec asks here for the types it does not know."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"expected {kind.__name__} as text, got {type(value).__name__}")


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings. ``environ`` defaults to the process's, ``folder`` to the current one.

    ``KENTONGAN_SETTINGS`` names another file. Raises BadSettings on an unreadable file, an unknown key or a value of
    the wrong type.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("KENTONGAN_SETTINGS")
    file = Path(named) if named else (folder or Path()) / FILE_NAME
    fields = list(Settings.__struct_fields__)
    values: dict[str, object] = {}
    if named and not file.exists():
        raise BadSettings(f"Berkas pengaturan {file} tidak ada.", hint="Periksa KENTONGAN_SETTINGS.")
    if file.exists():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadSettings(f"Berkas pengaturan {file} tidak terbaca: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSettings(f"{file} bukan TOML yang benar: {error}.") from error
        for name in values:
            if name not in fields:
                raise unknown_key(f"Kunci di {file}:", name, fields)
    variables = {variable_of(name): name for name in fields}
    for variable, text in environ.items():
        if variable in variables:
            values[variables[variable]] = from_text(variables[variable], text)
        elif variable.startswith("KENTONGAN_") and variable not in NOT_SETTINGS:
            raise unknown_key("Variabel", variable, sorted(variables))
    try:
        return msgspec.convert(values, Settings, dec_hook=as_path)
    except msgspec.ValidationError as error:
        raise BadSettings(f"Pengaturan tidak cocok: {error}.", hint=f"Periksa {file} dan variabelnya.") from error


def as_variables(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for a subprocess that must see the same ones."""
    values = {name: getattr(settings, name) for name in Settings.__struct_fields__}
    return {variable_of(name): str(value) for name, value in values.items() if value is not None}
