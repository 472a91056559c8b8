"""The pages of signing in as plain HTML: name and password, a new password, the second factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from dashboard.public_html import public_page, show_field, show_hidden
from kentongan.settings import Settings

LABELS = {
    "pengguna": ("Nama pengguna", ""),
    "sandi": ("Kata sandi", ""),
    "kode": ("Kode faktor kedua", "Enam angka dari aplikasi autentikator, atau sebuah kode pemulihan. Kosongkan bila "
                                  "Anda belum memasangnya."),
    "lama": ("Kata sandi sekarang", ""),
    "baru": ("Kata sandi baru", "Paling sedikit 12 karakter. Beberapa kata biasa berturut-turut mudah diingat."),
    "ulang": ("Kata sandi baru, sekali lagi", ""),
}  # fmt: skip


def page(title: str, body: str, *, settings: Settings, links: Sequence[tuple[str, str]] = ()) -> str:
    return public_page(title, body, settings=settings, deep=False, links=links)


def said(refusal: str) -> str:
    return f'<p class="alert" role="alert">{escape(refusal)}</p>' if refusal else ""


def secret_field(name: str, *, faults: Mapping[str, str], purpose: str) -> str:
    """A field for a password; what was typed is never sent back."""
    control = f'<input type="password" {{0}} autocomplete="{purpose}" maxlength="128" required>'
    return show_field(name, control, labels=LABELS, faults=faults)


def code_field(*, faults: Mapping[str, str], first: bool = False) -> str:
    """The field for a code; ``first``: the one that sets a second factor up."""
    must = " required" if first else ""
    control = f'<input type="text" {{0}} inputmode="text" autocomplete="one-time-code" maxlength="20"{must}>'
    labels = {"kode": ("Kode yang sedang tampil", "Enam angka.")} if first else LABELS
    return show_field("kode", control, labels=labels, faults=faults)


def sample_note(settings: Settings) -> str:
    """What the form of the sample installation says."""
    if settings.installation != "sample":
        return ""
    return (
        "<p><b>DATA CONTOH.</b> Semua orang dan kejadian di sini rekaan. Nama pengguna dan kata sandi keenam perannya "
        "tercetak di terminal tempat demo dijalankan.</p>"
    )


def outside_door(settings: Settings, *, goal: str) -> str:
    """The way to the organisation's own sign-in service, where there is one."""
    if not settings.oidc_issuer:
        return ""
    address = escape(f"masuk/instansi?{urlencode({'ke': goal})}", quote=True)
    return f'<p class="door"><a href="{address}">Masuk dengan {escape(settings.oidc_name)}</a></p><p>Atau di sini:</p>'


def sign_in_page(
    *,
    settings: Settings,
    token: str,
    submission: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    refusal: str = "",
) -> str:
    """The form for name, password and code; ``submission`` carries where to go afterwards."""
    typed, faults = typed or {}, faults or {}
    name = escape(typed.get("pengguna", ""), quote=True)
    control = f'<input type="text" {{0}} autocomplete="username" autocapitalize="none" value="{name}" required>'
    return page(
        "Masuk",
        f"<h1>Masuk</h1><p>Hanya untuk petugas yang ditunjuk.</p>{sample_note(settings)}{said(refusal)}"
        f'{outside_door(settings, goal=submission)}<form method="post" action="masuk">'
        f"{show_hidden(token=token, submission=submission)}"
        f"{show_field('pengguna', control, labels=LABELS, faults=faults)}"
        f"{secret_field('sandi', faults=faults, purpose='current-password')}{code_field(faults=faults)}"
        '<button type="submit">Masuk</button></form>'
        '<p class="privacy">Lupa kata sandi, atau ponsel hilang? Minta admin memberi kata sandi sekali pakai.</p>',
        settings=settings,
        links=(("adu", "Mengadu"), ("lapor", "Lapor hoaks")),
    )


def password_page(
    *, settings: Settings, form_key: str, must_change: bool, faults: Mapping[str, str] | None = None, refusal: str = ""
) -> str:
    """The form for a new password."""
    faults = faults or {}
    why = (
        "<p>Kata sandi ini diberikan orang lain. Ganti dulu dengan milik Anda sendiri.</p>"
        if must_change
        else "<p>Sesi Anda di peramban lain akan berakhir.</p>"
    )
    return page(
        "Ganti kata sandi",
        f'<h1>Ganti kata sandi</h1>{why}{said(refusal)}<form method="post" action="sandi">{key_field(form_key)}'
        f"{secret_field('lama', faults=faults, purpose='current-password')}"
        f"{secret_field('baru', faults=faults, purpose='new-password')}"
        f"{secret_field('ulang', faults=faults, purpose='new-password')}"
        '<button type="submit">Ganti</button></form>',
        settings=settings,
        links=() if must_change else (("./", "Kembali ke dasbor"),),
    )


def factor_page(*, settings: Settings, form_key: str, secret: str, picture: str, refusal: str = "") -> str:
    """The second factor to be set up: the picture an authenticator app reads, the same in letters, the first code."""
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page(
        "Faktor kedua",
        "<h1>Pasang faktor kedua</h1><p>Pindai gambar ini dengan aplikasi autentikator, lalu tulis kode yang tampil."
        f'</p>{said(refusal)}<form method="post" action="faktor-kedua">{key_field(form_key)}'
        f'<p><img src="{picture}" alt="Kode QR faktor kedua" width="220" height="220"></p>'
        f"<p>Tidak dapat memindai? Ketik: <b>{escape(grouped)}</b></p>{code_field(faults={}, first=True)}"
        '<button type="submit" name="tindakan" value="pasang">Pasang</button></form>',
        settings=settings,
        links=(("./", "Kembali ke dasbor"),),
    )


def factor_kept_page(*, settings: Settings, form_key: str, refusal: str = "") -> str:
    """A second factor that is there, and the way to take it off."""
    return page(
        "Faktor kedua",
        "<h1>Faktor kedua terpasang</h1><p>Setiap masuk memerlukan kode dari aplikasi autentikator Anda.</p>"
        f'{said(refusal)}<form method="post" action="faktor-kedua">{key_field(form_key)}'
        f"{secret_field('lama', faults={}, purpose='current-password')}"
        '<button type="submit" name="tindakan" value="lepas">Lepas faktor kedua</button></form>',
        settings=settings,
        links=(("./", "Kembali ke dasbor"),),
    )


def codes_page(codes: Sequence[str], *, settings: Settings) -> str:
    """The recovery codes, shown once."""
    listed = "".join(f"<li><b>{escape(code)}</b></li>" for code in codes)
    return page(
        "Kode pemulihan",
        "<h1>Simpan kode pemulihan ini</h1><p>Masing-masing menggantikan kode autentikator satu kali, bila ponsel "
        f'hilang. Kode ini tidak ditampilkan lagi.</p><ul class="told">{listed}</ul>',
        settings=settings,
        links=(("./", "Sudah saya simpan, ke dasbor"),),
    )


def back_page(*, settings: Settings) -> str:
    """Where signing in again in a second tab ends: the page in the first one goes on."""
    return page(
        "Sudah masuk",
        "<h1>Anda sudah masuk</h1><p>Tutup tab ini dan kembali ke halaman yang tadi: halaman itu melanjutkan sendiri, "
        "dengan semua yang sudah ditulis.</p>",
        settings=settings,
        links=(("./", "Ke dasbor"),),
    )


def outside_refused_page(words: str, *, settings: Settings) -> str:
    """Why the organisation's account did not open the door; its address lies one folder below the form's."""
    return public_page(
        "Belum masuk",
        f"<h1>Belum masuk</h1>{said(words)}",
        settings=settings,
        deep=True,
        links=(("masuk", "Ke formulir masuk"),),
    )


def refused_page(*, settings: Settings) -> str:
    """What a form reads that belongs to no open session."""
    return page(
        "Belum masuk",
        f"<h1>Sesi sudah berakhir</h1>{said('Masuk lagi, lalu ulangi.')}",
        settings=settings,
        links=(("masuk", "Masuk"),),
    )


def key_field(form_key: str) -> str:
    """The hidden field that ties a form to its session."""
    return f'<input type="hidden" name="kunci" value="{escape(form_key, quote=True)}">'
