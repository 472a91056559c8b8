"""Contoh bulanan untuk dilabeli orang, sentimen mingguan yang dikoreksi dengannya, dan tanda-tanda pergeseran model.

Hanya unggahan dan komentar: nada berita adalah angka lain dan tidak pernah dijumlahkan dengannya.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kentongan.commands.output import say, write_rows
from kentongan.commands.question import read_moment
from kentongan.errors import BadQuery, Conflict, NotFound
from kentongan.schema import SENTIMENTS, Annotation, Kind, Query, Record
from kentongan.settings import Settings
from kentongan.times import ZONES

if TYPE_CHECKING:
    from models.drift import Estimate
    from search.store import Store

POSTS: tuple[Kind, ...] = ("post", "comment")
SAMPLE_SIZE = 300
"""Texts in a month's sample: a share then has an interval of about 5 points either way."""
WEEKS = 8
"""Weeks shown where nothing else is asked."""
WORDS = {"negatif": "negative", "netral": "neutral", "positif": "positive"} | {one: one for one in SENTIMENTS}
"""What an annotator may write, and the label it means."""
TOO_FEW = "belum cukup label"


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One text of a month's sample, as the installation remembers it."""

    id: str
    probability: float


class Line(msgspec.Struct):
    """One line of a file that annotators fill in; its other keys are for them."""

    id: str
    label: str | None = None


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(name: str, words: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)

    sample = add("sample", "tarik contoh sebulan untuk dilabeli; sekali saja tiap bulan")
    sample.add_argument("--month", required=True, metavar="BULAN", help="seperti 2026-10; bulan yang sudah lewat")
    sample.add_argument("--to", required=True, type=Path, metavar="BERKAS.jsonl", help="berkas untuk penilai")
    sample.add_argument("--size", type=int, default=SAMPLE_SIZE, metavar="N", help=f"kira-kira N teks ({SAMPLE_SIZE})")
    take = add("take", "masukkan label para penilai")
    take.add_argument("file", type=Path, metavar="BERKAS.jsonl")
    take.add_argument("--by", required=True, metavar="NAMA", help="siapa yang melabeli")
    weekly = add("weekly", "bagian tiap sentimen per minggu, dengan selang 95 %%")
    weekly.add_argument("--from", dest="since", metavar="WAKTU", help=f"mulai (bawaan: {WEEKS} minggu yang lalu)")
    weekly.add_argument("--to", dest="until", metavar="WAKTU", help="sampai; sebuah tanggal termasuk seluruh harinya")
    check = add("check", "apakah model atau isi percakapan bergeser; keluar dengan 1 bila ya")
    check.add_argument("--month", required=True, metavar="BULAN", help="dibandingkan dengan bulan sebelumnya")
    for action in (sample, take, weekly, check):
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    act = {"sample": draw, "take": take_labels, "weekly": show_weeks, "check": check_month}[options.action]
    with open_store(settings) as store:
        store.refresh()
        return act(store, options, settings, datetime.now(UTC))


def month_range(month: str, zone: str) -> tuple[datetime, datetime]:
    """First moment of a month ("2026-10") and of the next, in UTC. Raises BadQuery where it is none."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZONES[zone])
        return first.astimezone(UTC), (first + timedelta(days=32)).replace(day=1).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuery(f"Bulan {month!r} tidak terbaca.", hint="Tulis seperti 2026-10.") from None


def read_posts(store: Store, since: datetime, until: datetime) -> tuple[list[Record], list[Annotation]]:
    """The posts and comments of a time range that the current model has read, and what it says of each.

    Raises NotFound where no model has read any.
    """
    from search.series import volume_of

    model = store.current_models().get("sentiment")
    records, said = [], []
    for record in store.stream(volume_of(Query(kinds=POSTS, since=since, until=until))):
        for one in record.annotations:
            machine = one.task == "sentiment" and f"{one.by}|{one.version}" == model
            if machine and one.revision in (None, record.newest.hash) and one.probabilities:
                records.append(record)
                said.append(one)
                break
    if not records:
        raise NotFound(
            "Tidak ada unggahan atau komentar yang sudah dibaca model di rentang itu.",
            hint="Jalankan `kentongan score`, atau pilih waktu lain.",
        )
    return records, said


def as_chances(said: Sequence[Annotation]) -> Any:
    """Probabilities, texts by SENTIMENTS."""
    import numpy as np

    return np.array([[float((one.probabilities or {}).get(label, 0.0)) for label in SENTIMENTS] for one in said])


def ledger_folder(settings: Settings) -> Path:
    """Where the samples are remembered, one file a month."""
    return settings.data_dir / "drift"


def read_ledgers(settings: Settings) -> dict[str, float]:
    """The probability of every text ever drawn, by its id. Raises NotFound for a file that cannot be read."""
    found: dict[str, float] = {}
    decoder = msgspec.json.Decoder(Drawn)
    for path in sorted(ledger_folder(settings).glob("*.jsonl")):
        try:
            found |= {one.id: one.probability for one in map(decoder.decode, path.read_bytes().splitlines())}
        except (OSError, msgspec.MsgspecError) as error:
            raise NotFound(f"Catatan contoh {path} tidak terbaca: {error}.", hint="Pulihkan dari cadangan.") from error
    return found


def draw(store: Store, options: argparse.Namespace, settings: Settings, now: datetime) -> int:
    """Draw a month's sample, once; asked again, write the same one."""
    from models.drift import draw_sample

    since, until = month_range(options.month, settings.zone)
    if until > now:
        raise BadQuery(f"Bulan {options.month} belum lewat.", hint="Contoh ditarik dari bulan yang sudah lengkap.")
    if options.size < 1:
        raise BadQuery("--size harus lebih dari nol.")
    if options.to.exists():
        raise Conflict(f"Berkas {options.to} sudah ada.", hint="Mungkin sudah berisi label; pilih nama lain.")
    ledger = ledger_folder(settings) / f"{since.astimezone(ZONES[settings.zone]):%Y-%m}.jsonl"
    if not ledger.exists():
        records, said = read_posts(store, since, until)
        ids = [record.document.id for record in records]
        sample = draw_sample(ids, as_chances(said), size=options.size, seed=ledger.stem)
        pairs = zip(sample.rows.tolist(), sample.probability.tolist(), strict=True)
        ledger.parent.mkdir(parents=True, exist_ok=True)
        # Written whole or not at all: a second sample of the same month would spoil the chances of the first.
        draft = ledger.with_suffix(".draft")
        write_file(draft, (Drawn(id=ids[row], probability=chance) for row, chance in pairs))
        draft.replace(ledger)
    else:
        say(f"Contoh {options.month} sudah pernah ditarik; inilah contoh yang sama.")
    drawn = [msgspec.json.decode(line, type=Drawn) for line in ledger.read_bytes().splitlines()]
    kept = [(one, record) for one, record in zip(drawn, store.get([one.id for one in drawn]), strict=True) if record]
    # What the model said is left out: an annotator who sees it tends to agree with it.
    write_file(
        options.to,
        (
            {"id": one.id, "text": r.newest.words, "probability": round(one.probability, 6), "label": None}
            for one, r in kept
        ),
    )
    say(f'{len(kept)} teks ditulis ke {options.to}. Isi "label" dengan negatif, netral atau positif.')
    write_rows([{"month": ledger.stem, "texts": len(kept), "file": str(options.to)}], as_json=options.json, empty="")
    return 0


def write_file(path: Path, rows: Iterator[object]) -> None:
    """JSON lines into a file."""
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def person_label(record: Record, by: str | None = None) -> str | None:
    """The newest sentiment that a person gave it; None where nobody has, or not the one asked for."""
    said = [one for one in record.annotations if one.task == "sentiment" and one.by_person and by in (None, one.by)]
    return max(said, key=lambda one: one.at).value if said else None


def take_labels(store: Store, options: argparse.Namespace, settings: Settings, now: datetime) -> int:
    """Store an annotator's labels. A line that is not usable is named and left out."""
    if not options.file.is_file():
        raise NotFound(f"Berkas {options.file} tidak ada.")
    if not options.by.strip():
        raise BadQuery("--by kosong.", hint="Sebut siapa yang melabeli.")
    drawn = read_ledgers(settings)
    decoder = msgspec.json.Decoder(Line)
    labels: dict[str, str] = {}
    empty = refused = 0
    for number, raw in enumerate(options.file.read_bytes().splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            fault: str | None = f'bukan objek dengan "id" dan "label" ({error})'
        else:
            word = (line.label or "").strip().lower()
            known = "id-nya tidak ada di contoh mana pun" if line.id not in drawn else None
            fault = known or (f"label {word!r} tidak dikenal" if word and word not in WORDS else None)
            if not fault and word:
                labels[line.id] = WORDS[word]
            empty += not fault and not word
        if fault:
            refused += 1
            say(f"baris {number} dilewati: {fault}.")
    said = [
        Annotation(document=one, task="sentiment", value=label, by=options.by.strip(), at=now)
        for (one, label), record in zip(labels.items(), store.get(list(labels)), strict=True)
        # The same word said again by the same person says nothing new.
        if record is not None and person_label(record, options.by.strip()) != label
    ]
    store.annotate(said)
    row = {"new": len(said), "known": len(labels) - len(said), "empty": empty, "refused": refused}
    write_rows([row], as_json=options.json, empty="")
    return 1 if refused else 0


def labelled(records: Sequence[Record], settings: Settings) -> tuple[Any, Any, Any]:
    """Of the drawn and labelled records: their places, label numbers and probabilities of having been drawn."""
    import numpy as np

    drawn = read_ledgers(settings)
    found = [
        (row, SENTIMENTS.index(label), drawn[record.document.id])
        for row, record in enumerate(records)
        if record.document.id in drawn and (label := person_label(record)) in SENTIMENTS
    ]
    rows, truth, chance = zip(*found, strict=True) if found else ((), (), ())
    return np.array(rows, dtype=np.int64), np.array(truth, dtype=np.int64), np.array(chance, dtype=np.float64)


def show_weeks(store: Store, options: argparse.Namespace, settings: Settings, now: datetime) -> int:
    """Each week's share of each sentiment with its interval."""
    from models.drift import weekly_shares

    zone = ZONES[settings.zone]
    until = read_moment(options.until, zone=settings.zone, end=True) or now
    since = read_moment(options.since, zone=settings.zone) or until - timedelta(weeks=WEEKS)
    if until <= since:
        raise BadQuery("Rentang waktunya terbalik: --to mendahului --from.")
    # Whole weeks: a week that is cut has another mixture of days.
    local = since.astimezone(zone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    records, said = read_posts(store, monday.astimezone(UTC), until)
    chances = as_chances(said)
    weeks = [f"{r.document.published_at.astimezone(zone):%G-W%V}" for r in records]
    guesses = chances.argmax(axis=1)
    rows = []
    for week, shares in weekly_shares(weeks, chances, *labelled(records, settings)).items():
        own = [int(guess) for guess, one in zip(guesses, weeks, strict=True) if one == week]
        for number, (label, found) in enumerate(zip(SENTIMENTS, shares, strict=True)):
            row = {"week": week, "sentiment": label, "documents": len(own), "labels": found.labels}
            rows.append(row | {"model_share": round(own.count(number) / len(own), 4)} | as_row(found))
    write_rows(rows, as_json=options.json, empty="Tidak ada.")
    return 0


def as_row(found: Estimate) -> dict[str, object]:
    """An estimate as part of an output row; the note says where there are too few labels, or few."""
    notes = {"too few": TOO_FEW, "labels": "sedikit label: dari label saja, selang lebar", "difference": None}
    numbers = {"share": found.value, "low": found.low, "high": found.high}
    return {key: None if n is None else round(n, 4) for key, n in numbers.items()} | {"note": notes[found.method]}


def check_month(store: Store, options: argparse.Namespace, settings: Settings, now: datetime) -> int:
    """Accuracy against the card, and labels, silence and words against the month before."""
    from kentongan.commands.drift_check import compare_months

    since, until = month_range(options.month, settings.zone)
    before = month_range(f"{(since - timedelta(days=3)).astimezone(ZONES[settings.zone]):%Y-%m}", settings.zone)
    records, said = read_posts(store, since, until)
    rows = compare_months(store, records, said, before, labelled(records, settings), settings)
    write_rows(rows, as_json=options.json, empty="")
    return 1 if any(row["moved"] for row in rows) else 0
