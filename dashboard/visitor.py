"""Who looks at a page and acts on it: the person whose session the browser's cookie opens.

A page that stays open longer than its session keeps what was typed: it is drawn as it stood, every act on it is
refused, and it goes on once the same person signed in again in the same browser (``dashboard.left_open``).
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st
from sqlalchemy.orm import Session

from casework.accounts.sessions import LeftOpen, SignedIn
from casework.people import actor_of, find_person
from casework.roles import SYSTEM, Actor, Role
from dashboard.data import read_settings, shared_casework, shared_sign_in
from dashboard.sign_in import COOKIE
from kentongan.errors import NotAllowed, NotConfigured

VIA = "halaman"
"""What audit and chain of custody say of an act that came from a page."""


def page_visitor(*, now: datetime, using: bool = True) -> SignedIn | LeftOpen | None:
    """Whose page this is; LeftOpen where their session ran out; None where it may show nothing, and where pages do not
    ask. ``using``: whether this counts as use of the session; what a page does by itself does not."""
    if read_settings().sign_in == "off":
        return None
    return shared_sign_in().page_visitor(st.context.cookies.get(COOKIE), now=now, using=using)


def visitor_role(*, now: datetime) -> Role | None:
    """The role of whoever looks; None where pages ask nobody who they are."""
    found = page_visitor(now=now, using=False)
    return found.person.role if found is not None else None


def signed_in(*, now: datetime) -> SignedIn | None:
    """The open session of this page; None without one, and where pages do not ask."""
    found = page_visitor(now=now)
    return found if isinstance(found, SignedIn) and not found.must_change else None


def page_actor(session: Session, *, now: datetime, looking: bool = False) -> Actor:
    """The person in whose name a page acts. Raises NotAllowed (the session has ended), NotConfigured, NotFound.

    Where the session ran out, an open page may still be drawn as it stood, and do nothing: its person is given to a
    transaction that can only read, and to one that writes down no more than that they look (``looking``).
    """
    settings = read_settings()
    if settings.sign_in == "required":
        drawing = looking or bool(session.get_bind().get_execution_options().get("reading"))
        found = page_visitor(now=now, using=not drawing)
        if found is None or (isinstance(found, LeftOpen) and not drawing) or must_change(found):
            raise NotAllowed(
                "Sesi Anda sudah berakhir, jadi ini belum tersimpan.",
                hint="Masuk lagi di tab lain. Yang sudah ditulis di halaman ini tetap ada; lalu ulangi.",
            )
        return actor_of(session, found.person.id, now=now)
    if not settings.dashboard_person:
        raise NotConfigured(
            "dashboard_person",
            "Belum ada orang yang bertindak di halaman ini; halamannya hanya untuk dibaca.",
            hint="Isi pengaturan sign_in dengan required, atau dashboard_person untuk percobaan di mesin sendiri.",
        )
    return actor_of(session, find_person(session, settings.dashboard_person).id, now=now)


def must_change(found: SignedIn | LeftOpen) -> bool:
    return isinstance(found, SignedIn) and found.must_change


def entering_actor(*, now: datetime) -> Actor:
    """In whose name a page takes something in: its person, or the system where pages ask nobody who they are. Raises
    NotAllowed where the session has ended."""
    if read_settings().sign_in == "off":
        return SYSTEM
    with shared_casework().begin() as session:
        return page_actor(session, now=now)
