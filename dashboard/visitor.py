"""Who looks at a page and acts on it: the person whose session the browser's cookie opens."""

from __future__ import annotations

from datetime import datetime

import streamlit as st
from sqlalchemy.orm import Session

from casework.accounts.sessions import SignedIn
from casework.people import actor_of, find_person
from casework.roles import Actor
from dashboard.data import read_settings, shared_sign_in
from dashboard.sign_in import COOKIE
from kentongan.errors import NotAllowed, NotConfigured

VIA = "halaman"
"""What audit and chain of custody say of an act that came from a page."""


def signed_in(*, now: datetime) -> SignedIn | None:
    """The open session of this browser; None without one, and where pages do not ask."""
    if read_settings().sign_in == "off":
        return None
    return shared_sign_in().visitor(st.context.cookies.get(COOKIE), now=now)


def page_actor(session: Session, *, now: datetime) -> Actor:
    """The person in whose name a page acts. Raises NotAllowed (the session has ended), NotConfigured, NotFound."""
    settings = read_settings()
    if settings.sign_in == "required":
        found = signed_in(now=now)
        if found is None:
            raise NotAllowed(
                "Sesi Anda sudah berakhir, jadi ini belum tersimpan.",
                hint="Masuk lagi di tab lain, lalu muat ulang halaman ini. Salin dulu yang sudah ditulis.",
            )
        return actor_of(session, found.person.id, now=now)
    if not settings.dashboard_person:
        raise NotConfigured(
            "dashboard_person",
            "Belum ada orang yang bertindak di halaman ini; halamannya hanya untuk dibaca.",
            hint="Isi pengaturan sign_in dengan required, atau dashboard_person untuk percobaan di mesin sendiri.",
        )
    return actor_of(session, find_person(session, settings.dashboard_person).id, now=now)
