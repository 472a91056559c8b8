"""Apa yang kurang di mesin ini dan cara mendapatkannya. Status keluar 1 bila ada yang harus dibenahi."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kentongan.commands.output import wants_json, write_lines, write_table
from kentongan.errors import KentonganError
from kentongan.settings import SECRETS, Settings, variable_of

LEAST_FREE_MIB = 500
"""Free space under data_dir below which the doctor warns: a day of a busy province's archive."""

EXTRAS = {
    "elastic": ("elasticsearch", "Elasticsearch sebagai penyimpanan"),
    "postgres": ("psycopg", "PostgreSQL untuk kerja kasus"),
    "train": ("torch", "melatih ulang model"),
    "names": ("spacy", "nama orang, lembaga, dan tempat"),
}
"""Extra of the package: the module that shows it is there, and what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    subject: str
    state: str
    """"ok", "opsional" (missing, and only some need it) or "kurang" (must be mended)."""
    words: str


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", action="store_true", help="sebutkan setiap pengaturan dengan nilainya yang berlaku"
    )
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything an installation needs, one finding each."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(subject="python", state="ok" if sys.version_info >= (3, 11) else "kurang", words=version)
    for extra, (module, purpose) in EXTRAS.items():
        there = importlib.util.find_spec(module) is not None
        words = purpose if there else f"{purpose}: pip install 'kentongan[{extra}]'"
        yield Finding(subject=f"[{extra}]", state="ok" if there else "opsional", words=words)
    yield examine_disk(settings)
    yield examine_part("sumber", lambda: count_sources(settings))
    yield examine_part("model", lambda: check_models(settings))
    yield examine_part("penyimpanan", lambda: check_store(settings))
    yield examine_part("kerja kasus", lambda: check_casework(settings))
    yield examine_sign_in(settings)


def examine_part(subject: str, look: Callable[[], str]) -> Finding:
    """The finding of one look; what it raises is what is wrong."""
    try:
        return Finding(subject=subject, state="ok", words=look())
    except KentonganError as error:
        return Finding(subject=subject, state="kurang", words=str(error))


def examine_disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free >> 20
    state = "ok" if free >= LEAST_FREE_MIB else "kurang"
    return Finding(subject="ruang disk", state=state, words=f"{free} MiB bebas untuk {settings.data_dir}")


def examine_sign_in(settings: Settings) -> Finding:
    """Whether pages ask who one is; without, only a machine of one's own may show them."""
    if settings.sign_in == "required":
        outside = f", atau dengan {settings.oidc_name}" if settings.oidc_issuer else ""
        return Finding(subject="masuk", state="ok", words=f"halaman hanya untuk yang masuk{outside}")
    alone = settings.dashboard_host in ("127.0.0.1", "localhost", "::1")
    words = "sign_in = off: siapa pun yang mencapai alamatnya membaca semua halaman, atas nama dashboard_person"
    return Finding(subject="masuk", state="opsional" if alone else "kurang", words=words)


def count_sources(settings: Settings) -> str:
    from crawlers.sources import load_sources

    declared = load_sources(settings.sources_file)
    return f"{sum(source.enabled for source in declared)} aktif dari {len(declared)}"


def check_models(settings: Settings) -> str:
    from models.registry import list_models, verify_model

    names = list_models(local=settings.models_dir)
    if not names:
        raise KentonganError("Tidak ada model.", hint="Pasang ulang Kentongan: model bawaan ada di dalam paketnya.")
    return ", ".join(f"{name} {verify_model(name, local=settings.models_dir).version}" for name in names)


def check_store(settings: Settings) -> str:
    from search.open import open_store

    with open_store(settings) as store:
        health = store.health()
    if health.problems:
        raise KentonganError("; ".join(health.problems))
    return f"{health.name}, {health.documents} dokumen, {health.size_bytes >> 20} MiB"


def check_casework(settings: Settings) -> str:
    from casework.db import open_casework
    from casework.people import list_people

    with open_casework(settings) as casework, casework.read() as session:
        return f"{casework.where}, {len(list_people(session))} orang"


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.settings:
        for name in Settings.__struct_fields__:
            value = "•••" if name in SECRETS and getattr(settings, name) else getattr(settings, name)
            print(f"{name} = {value}    ({variable_of(name)})")
        return 0
    findings = list(examine(settings))
    if wants_json(options.json):
        write_lines(findings)
    else:
        write_table(("bagian", "keadaan", "keterangan"), [[f.subject, f.state, f.words] for f in findings])
    return 1 if any(f.state == "kurang" for f in findings) else 0
