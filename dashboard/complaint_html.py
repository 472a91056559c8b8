"""The public pages of complaints as plain HTML: the form, what a reporter keeps, and where a complaint stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape

from casework.complaints.records import HELD_WORDS, STAGE_WORDS, Taken
from dashboard.complaint_public import Found
from dashboard.public_html import public_page, show_field, show_hidden, show_line
from kentongan.settings import Settings
from kentongan.text import clean
from kentongan.times import format_time

FIELDS = ("isi", "tempat", "nama", "kontak")
"""The fields whose content a page that found a fault shows again."""
BOXES = ("anonim", "rahasia")
LABELS = {
    "isi": ("Aduan Anda", "Apa yang terjadi, sejak kapan, siapa yang terkena dampaknya."),
    "tempat": ("Tempat", "Jalan, desa atau kelurahan, kecamatan."),
    "nama": ("Nama Anda (boleh kosong)", ""),
    "kontak": (
        "Nomor atau surel Anda (boleh kosong)",
        "Untuk mengabari Anda. Kabarnya juga dapat dilihat dengan nomor aduan.",
    ),
}  # fmt: skip
LINKS = (("adu", "Mengadu"), ("adu/status", "Lihat perkembangan"))


def page(title: str, body: str, *, settings: Settings, deep: bool) -> str:
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
    said = refusal or ("Aduan belum terkirim. Periksa yang ditandai di bawah." if faults else "")
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    text = typed.get("isi", "")
    fields = [
        # A line break right after the tag is dropped by browsers: ours, not the first of the text.
        show_field("isi", f'<textarea rows="7" {{0}}>\n{escape(text)}</textarea>', labels=LABELS, faults=faults),
        show_line("tempat", typed, labels=LABELS, faults=faults, more='autocomplete="off"'),
        show_line("nama", typed, labels=LABELS, faults=faults, more='autocomplete="name"'),
        show_line("kontak", typed, labels=LABELS, faults=faults, more='autocomplete="tel"'),
        box("anonim", "Tanpa nama", "Nama dan kontak tidak disimpan; kabarnya hanya lewat nomor dan kode.", typed),
        box(
            "rahasia",
            "Laporan rahasia",
            "Untuk dugaan penyalahgunaan wewenang atau korupsi. Hanya staf hukum yang membacanya.",
            typed,
        ),
    ]
    return page(
        "Mengadu",
        "<h1>Sampaikan aduan</h1><p>Tentang layanan dan fasilitas umum. Untuk keadaan darurat, hubungi 112.</p>"
        f'{alert}<form method="post" action="adu" accept-charset="utf-8">'
        f"{show_hidden(token=token, submission=submission)}{''.join(fields)}"
        f'<button type="submit">Kirim aduan</button></form>{privacy(settings)}',
        settings=settings,
        deep=False,
    )


def box(name: str, label: str, hint: str, typed: Mapping[str, str]) -> str:
    """A box to tick, with what it means."""
    ticked = " checked" if typed.get(name) else ""
    return (
        f'<div class="field"><label class="tick"><input type="checkbox" name="{name}" value="ya" '
        f'aria-describedby="{name}-hint"{ticked}> {escape(label)}</label>'
        f'<small id="{name}-hint">{escape(hint)}</small></div>'
    )


def privacy(settings: Settings) -> str:
    """What happens with what is sent."""
    return (
        '<section class="privacy"><h2>Yang terjadi dengan aduan Anda</h2><ul>'
        "<li>Petugas memeriksanya dan meneruskannya ke instansi yang berwenang; setiap perubahan dapat Anda lihat.</li>"
        "<li>Nama dan kontak Anda disimpan terpisah dari isinya, hanya dibuka petugas yang menangani, dan dihapus "
        f"{settings.complaint_reporter_days} hari setelah aduan selesai.</li>"
        "<li>Nama Anda, nomor telepon, NIK, pelat kendaraan, dan nomor rumah di dalam isinya disamarkan sebelum "
        "dibaca orang lain.</li></ul></section>"
    )


def taken_page(taken: Taken, *, settings: Settings) -> str:
    """What a reporter needs to keep: number and code."""
    complaint, code = taken.complaint, taken.code or ""
    head = "<h1>Aduan Anda kami terima</h1>" if taken.new else "<h1>Aduan ini sudah kami terima</h1>"
    held = f'<p class="alert">Catatan: {escape(HELD_WORDS[complaint.held])}</p>' if complaint.held else ""
    due = ""
    if complaint.due_at is not None:
        last = format_time(complaint.due_at - timedelta(minutes=1), zone=settings.zone)
        due = f" Kami memeriksanya paling lambat <b>{escape(last)}</b>."
    return page(
        "Aduan diterima",
        f'{head}{held}<dl class="keep"><div><dt>Nomor</dt><dd>{complaint.number}</dd></div>'
        f"<div><dt>Kode</dt><dd>{escape(code)}</dd></div></dl><p>Simpan keduanya.{due}</p>"
        f'<form method="post" action="adu/status">{known_fields(complaint.number, code)}'
        '<button type="submit">Lihat perkembangan</button></form><p><a href="adu">Kirim aduan lain</a></p>',
        settings=settings,
        deep=False,
    )


def known_fields(number: str, code: str) -> str:
    """Number and code as hidden fields: whoever knows them may act on the complaint."""
    return (
        f'<input type="hidden" name="nomor" value="{escape(number, quote=True)}">'
        f'<input type="hidden" name="kode" value="{escape(code, quote=True)}">'
    )


def lookup_page(*, settings: Settings, number: str = "", fault: str = "", found: str = "") -> str:
    """The page that asks for number and code, with what was found above it."""
    alert = f'<p class="alert" role="alert">{escape(fault)}</p>' if fault else ""
    return page(
        "Perkembangan aduan",
        f'<h1>Perkembangan aduan</h1>{alert}{found}<form method="post" action="status">'
        '<div class="field"><label for="nomor">Nomor aduan</label>'
        f'<input type="text" id="nomor" name="nomor" value="{escape(number, quote=True)}" '
        'placeholder="ADU-2026-000123" autocomplete="off"></div><div class="field"><label for="kode">Kode</label>'
        '<input type="text" id="kode" name="kode" autocomplete="off" autocapitalize="characters"></div>'
        '<button type="submit">Lihat perkembangan</button></form>',
        settings=settings,
        deep=True,
    )


def found_part(found: Found, *, code: str, settings: Settings, now: datetime) -> str:
    """Where a complaint stands and what its reporter was told; nothing of its words and nothing of them."""
    complaint, main = found.complaint, found.main
    received = format_time(complaint.received_at, zone=settings.zone)
    parts = [f'<p class="meta"><b>{complaint.number}</b> · diterima {escape(received)}</p>']
    agency = f" · {escape(found.agency)}" if found.agency and not complaint.secret else ""
    merged = " (digabung dengan aduan lain tentang hal yang sama)" if main.id != complaint.id else ""
    parts.append(f"<p><b>{escape(STAGE_WORDS[main.stage].capitalize())}</b>{agency}{escape(merged)}</p>")
    if complaint.held is not None:
        parts.append(f"<p>Catatan: {escape(HELD_WORDS[complaint.held])}</p>")
    elif main.due_at is not None:
        last = escape(format_time(main.due_at - timedelta(minutes=1), zone=settings.zone))
        late = f"Batas kami {last} terlewat; aduan Anda masih kami kerjakan."
        parts.append(f"<p>{late if main.is_red(now) else f'Batas kami {last}.'}</p>")
    told = "".join(
        f'<li dir="auto"><small>{escape(format_time(one.at, zone=settings.zone))}</small><br>'
        f"{escape(clean(one.text)).replace(chr(10), '<br>')}</li>"
        for one in reversed(found.messages)
        if one.act != "received"
    )
    if told:
        parts.append(f'<div class="answer"><h2>Kabar</h2><ul class="told">{told}</ul></div>')
    return f'<section class="found">{"".join(parts)}</section>{acts(found, code=code, settings=settings, now=now)}'


def acts(found: Found, *, code: str, settings: Settings, now: datetime) -> str:
    """What the reporter may do about an answer: rate it, or have the complaint opened again."""
    complaint = found.complaint
    shown = ""
    known = known_fields(complaint.number, code)
    if complaint.stage in ("selesai", "ditutup") and complaint.rating is None:
        stars = "".join(
            f'<label class="tick"><input type="radio" name="nilai" value="{n}"> {n}</label>' for n in range(1, 6)
        )
        shown += (
            f'<form method="post" action="status">{known}<fieldset class="field"><legend>Nilai jawaban kami '
            f'(5 paling baik)</legend><div class="stars">{stars}</div></fieldset>'
            '<button type="submit" name="tindakan" value="nilai">Kirim nilai</button></form>'
        )
    ended = complaint.finished_at or complaint.stage_since
    open_until = ended + timedelta(days=settings.complaint_reopen_days)
    if complaint.stage in ("selesai", "ditutup", "diarsipkan") and now <= open_until:
        last = escape(format_time(open_until, zone=settings.zone))
        shown += (
            f'<form method="post" action="status">{known}<div class="field"><label for="alasan">Belum beres? '
            f"Buka kembali</label><small>Sampai {last}. Tulis apa yang masih kurang.</small>"
            '<textarea id="alasan" name="alasan" rows="3"></textarea></div>'
            '<button type="submit" name="tindakan" value="buka">Buka kembali</button></form>'
        )
    return shown
