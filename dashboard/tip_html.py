"""The public pages of tips as plain HTML: no script, addresses relative to the page, every word of others escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from casework.tip_answers import Answer
from casework.tip_intake import Taken
from casework.tips import Tip
from dashboard.links import safe_address
from dashboard.public_html import public_page, show_field, show_hidden, show_line
from kentongan.settings import Settings
from kentongan.text import clean
from kentongan.times import format_time

FIELDS = ("teks", "tautan", "nama", "kontak")
"""The fields whose content a page that found a fault shows again."""
LABELS = {
    "teks": ("Pesan yang Anda ragukan", "Salin apa adanya, termasuk ajakan menyebarkan."),
    "tautan": ("Tautan", "Alamat unggahan atau situsnya, bila ada."),
    "gambar": ("Gambar", "Tangkapan layar: PNG, JPEG, atau WebP, paling besar 8 MB."),
    "nama": ("Nama Anda (boleh kosong)", ""),
    "kontak": (
        "Nomor atau surel Anda (boleh kosong)",
        "Untuk mengabari Anda. Jawaban juga dapat dilihat dengan nomor laporan.",
    ),
}  # fmt: skip


LINKS = (("lapor", "Lapor"), ("lapor/status", "Lihat jawaban"))


def page(title: str, body: str, *, settings: Settings, deep: bool) -> str:
    """A whole page of tips. ``deep`` says whether its address is one folder below the form's."""
    return public_page(title, body, settings=settings, deep=deep, links=LINKS)


def form_page(
    *,
    settings: Settings,
    token: str,
    submission: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    refusal: str = "",
) -> str:
    """The form, with what was typed and what is wrong with it beside each field."""
    typed, faults = typed or {}, faults or {}
    head = "<h1>Lapor dugaan hoaks</h1>"
    head += f"<p>Kirim pesan yang Anda ragukan. Kami berusaha menjawab dalam {hours(settings)}.</p>"
    said = refusal or ("Laporan belum terkirim. Periksa yang ditandai di bawah." if faults else "")
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    text = typed.get("teks", "")
    fields = [
        # A line break right after the tag is dropped by browsers: ours, not the first of the text.
        show_field("teks", f'<textarea rows="6" {{0}}>\n{escape(text)}</textarea>', labels=LABELS, faults=faults),
        show_line("tautan", typed, labels=LABELS, faults=faults, more='inputmode="url" autocomplete="off"'),
        show_field(
            "gambar", '<input type="file" accept="image/png,image/jpeg,image/webp" {0}>', labels=LABELS, faults=faults
        ),
        show_line("nama", typed, labels=LABELS, faults=faults, more='autocomplete="name"'),
        show_line("kontak", typed, labels=LABELS, faults=faults, more='autocomplete="tel"'),
    ]
    hidden = show_hidden(token=token, submission=submission)
    return page(
        "Lapor dugaan hoaks",
        f'{head}{alert}<form method="post" action="lapor" enctype="multipart/form-data" accept-charset="utf-8">{hidden}'
        f'{"".join(fields)}<button type="submit">Kirim laporan</button></form>{privacy(settings)}',
        settings=settings,
        deep=False,
    )


def privacy(settings: Settings) -> str:
    """What happens with what is sent."""
    return (
        '<section class="privacy"><h2>Yang terjadi dengan laporan Anda</h2><ul>'
        "<li>Pesannya dicocokkan dengan pesan lain yang beredar dan dengan cek fakta, lalu dibaca petugas. "
        "Tidak diumumkan.</li>"
        "<li>Nama dan kontak Anda disimpan terpisah, hanya dibuka petugas yang menjawab, dan dihapus "
        f"{settings.tip_reporter_days} hari setelah laporan selesai.</li>"
        "<li>Dari gambar kami buang keterangan tempat, waktu, dan alatnya; nama dan nomor orang lain yang terlihat di "
        "gambar tutupi dahulu.</li></ul></section>"
    )


def hours(settings: Settings) -> str:
    whole = settings.tip_hours
    return f"{whole:g} jam".replace(".", ",")


def taken_page(taken: Taken, *, settings: Settings) -> str:
    """What a reporter needs to keep: number and code."""
    tip = taken.tip
    due = format_time(tip.due_at, zone=settings.zone)
    head = "<h1>Laporan Anda kami terima</h1>" if taken.new else "<h1>Laporan ini sudah kami terima</h1>"
    held = f'<p class="alert">Catatan: {escape(tip.reason or "")}</p>' if tip.state == "held" else ""
    return page(
        "Laporan diterima",
        f'{head}{held}<dl class="keep"><div><dt>Nomor</dt><dd>{tip.number}</dd></div>'
        f"<div><dt>Kode</dt><dd>{taken.code}</dd></div></dl>"
        f"<p>Simpan keduanya. Kami berusaha menjawab sebelum <b>{escape(due)}</b>.</p>"
        '<form method="post" action="lapor/status">'
        f'<input type="hidden" name="nomor" value="{tip.number}"><input type="hidden" name="kode" value="{taken.code}">'
        '<button type="submit">Lihat jawaban</button></form>'
        '<p><a href="lapor">Kirim laporan lain</a></p>',
        settings=settings,
        deep=False,
    )


def lookup_page(*, settings: Settings, number: str = "", fault: str = "", found: str = "") -> str:
    """The page that asks for number and code, with what was found above it."""
    alert = f'<p class="alert" role="alert">{escape(fault)}</p>' if fault else ""
    return page(
        "Jawaban laporan",
        f'<h1>Jawaban laporan</h1>{alert}{found}<form method="post" action="status">'
        '<div class="field"><label for="nomor">Nomor laporan</label>'
        f'<input type="text" id="nomor" name="nomor" value="{escape(number, quote=True)}" placeholder="LH-000123" '
        'autocomplete="off"></div><div class="field"><label for="kode">Kode</label>'
        '<input type="text" id="kode" name="kode" autocomplete="off" autocapitalize="characters"></div>'
        '<button type="submit">Lihat jawaban</button></form>',
        settings=settings,
        deep=True,
    )


def found_part(tip: Tip, answer: Answer | None, *, holds: bool, overdue: bool, settings: Settings) -> str:
    """Where a tip stands and its answer; nothing of the tip itself and nothing of its reporter."""
    received = format_time(tip.received_at, zone=settings.zone)
    parts = [f'<p class="meta"><b>{tip.number}</b> · diterima {escape(received)}</p>']
    if tip.is_open:
        due = escape(format_time(tip.due_at, zone=settings.zone))
        words = "Sedang diperiksa." if answer is None else "Sedang diperiksa kembali."
        late = f"Batas kami {due} terlewat; laporan Anda masih kami kerjakan."
        parts.append(f"<p><b>{words}</b> {late if overdue else f'Kami berusaha menjawab sebelum {due}.'}</p>")
        if tip.state == "held":
            parts.append(f"<p>Catatan: {escape(tip.reason or '')}</p>")
    elif tip.state == "closed":
        parts.append(f"<p><b>Ditutup tanpa jawaban.</b> {escape(tip.reason or '')}</p>")
    if answer is not None:
        day = escape(format_time(answer.at, zone=settings.zone))
        if not holds:
            parts.append('<p class="alert">Sumber jawaban ini sudah ditarik; kami sedang meninjaunya kembali.</p>')
        words = "".join(f'<p dir="auto">{escape(part)}</p>' for part in clean(answer.text).split("\n") if part)
        address = safe_address(answer.url)
        href = escape(address, quote=True) if address else ""
        link = f'<p><a href="{href}" rel="noopener noreferrer nofollow">Buka sumbernya</a></p>' if address else ""
        parts.append(f'<div class="answer"><h2>Jawaban <small>{day}</small></h2>{words}{link}</div>')
    return f'<section class="found">{"".join(parts)}</section>'
