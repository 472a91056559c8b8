"""The frame and fields of public pages as plain HTML: no script, relative addresses, every word of others escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dashboard.public_forms import TRAP
from kentongan.settings import Settings

Labels = Mapping[str, tuple[str, str]]
"""Field: its label and its hint (may be empty)."""


def public_page(title: str, body: str, *, settings: Settings, deep: bool, links: Sequence[tuple[str, str]]) -> str:
    """A whole page. ``deep`` says whether its address is one folder below the form's; ``links`` stand at its foot."""
    up = "../" if deep else ""
    foot = "".join(f'<a href="{up}{address}">{escape(name)}</a>' for address, name in links)
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · {escape(settings.organisation)}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{up}aset/tip_form.css"></head><body><header><p>Kentongan</p>'
        f"<small>{escape(settings.organisation)}</small></header><main>{body}</main>"
        f"<footer>{foot}</footer></body></html>"
    )


def show_field(name: str, control: str, *, labels: Labels, faults: Mapping[str, str]) -> str:
    """One field: label, hint, control, fault; bound together for a screen reader."""
    label, hint = labels[name]
    fault = faults.get(name, "")
    about = [f"{name}-hint"] * bool(hint) + [f"{name}-fault"] * bool(fault)
    attributes = f'id="{name}" name="{name}"'
    attributes += f' aria-describedby="{" ".join(about)}"' if about else ""
    attributes += ' aria-invalid="true"' if fault else ""
    shown = control.replace("{0}", attributes, 1)
    below = f'<small id="{name}-hint">{escape(hint)}</small>' if hint else ""
    wrong = f'<p class="fault" id="{name}-fault">{escape(fault)}</p>' if fault else ""
    return f'<div class="field"><label for="{name}">{escape(label)}</label>{below}{shown}{wrong}</div>'


def show_line(name: str, typed: Mapping[str, str], *, labels: Labels, faults: Mapping[str, str], more: str = "") -> str:
    """A field of one line, with what was typed."""
    value = escape(typed.get(name, ""), quote=True)
    # The attributes come first: what was typed is never looked at for their place.
    return show_field(name, f'<input type="text" {{0}} {more} value="{value}">', labels=labels, faults=faults)


def show_hidden(*, token: str, submission: str) -> str:
    """The hidden fields of every form: token, submission, and the trap."""
    return (
        f'<input type="hidden" name="token" value="{escape(token, quote=True)}">'
        f'<input type="hidden" name="kiriman" value="{escape(submission, quote=True)}">'
        f'<p class="trap" aria-hidden="true"><label for="{TRAP}">Biarkan kosong</label>'
        f'<input id="{TRAP}" name="{TRAP}" tabindex="-1" autocomplete="off"></p>'
    )
