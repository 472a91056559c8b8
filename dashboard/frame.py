"""What surrounds every page: brand, language, states that say what to do, and the address bar as memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from casework.roles import ROLES, Role
from dashboard.words import Language, say
from kentongan.errors import BadQuery, KentonganError
from kentongan.times import format_hour

if TYPE_CHECKING:
    from casework.accounts.sessions import SignedIn
    from casework.incidents.records import Incident

BANNER_SECONDS = 10
"""How often an open page looks whether an emergency takes over, in seconds."""


def read_language(default: Language) -> Language:
    """The language of this visit: the address's ``bahasa``, else the installation's."""
    asked = st.query_params.get("bahasa", default)
    return "en" if asked == "en" else "id"


def set_parameter(name: str, value: str | None) -> None:
    """Keep a choice in the address, so that a link shows the same page; None forgets it."""
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def show_brand(organisation: str) -> None:
    st.html(f'<div class="kt-brand">Kentongan<small>{escape(organisation)}</small></div>')


def show_page_links(groups: Mapping[str, Sequence[StreamlitPage]], language: Language) -> None:
    """Links to the pages, below the word that names their group. The language goes along."""
    kept = {"bahasa": st.query_params["bahasa"]} if "bahasa" in st.query_params else None
    for name, pages in groups.items():
        if not pages:
            continue
        st.html(f'<div class="kt-side">{say(name, language)}</div>')
        for page in pages:
            st.page_link(page, label=page.title, query_params=kept)


def show_language_switch(language: Language) -> None:
    other: Language = "en" if language == "id" else "id"
    st.button(
        say("language", language), key="language", type="tertiary", on_click=set_parameter, args=("bahasa", other)
    )


def show_visitor(visitor: SignedIn, language: Language) -> None:
    """Who is signed in, with the way out and to one's own password and second factor."""
    person = visitor.person
    key = escape(visitor.form_key, quote=True)
    st.html(
        f'<div class="kt-visitor"><b>{escape(person.name)}</b><small>{say(f"role_{person.role}", language)}</small>'
        f'<form method="post" action="keluar"><input type="hidden" name="kunci" value="{key}">'
        f'<button type="submit">{say("sign_out", language)}</button></form>'
        f'<a href="sandi" target="_self">{say("own_password", language)}</a>'
        f'<a href="faktor-kedua" target="_self">{say("own_factor", language)}</a></div>'
    )


@st.fragment(run_every=BANNER_SECONDS)
def show_takeover_banner(load: Callable[[], Incident | None], language: Language, *, zone: str) -> None:
    """The open incident that takes over, on every page, with the way to its room; nothing while there is none.

    ``load`` asks for it; a database that is away shows on the pages themselves, not here.
    """
    try:
        incident = load()
    except KentonganError:
        return
    if incident is None:
        return
    mark = f" · {say('sample', language)}" if incident.sample else ""
    since = say("incidents_banner_since", language, time=format_hour(incident.opened_at, zone=zone, language=language))
    st.html(
        f'<div class="kt-banner" role="alert"><b>{say("incidents_banner", language)}{mark}</b>'
        f"<span>{incident.number} · {escape(incident.title)} · {escape(since)}</span>"
        f'<a href="insiden?insiden={incident.id}" target="_self">{say("incidents_banner_open", language)}</a></div>'
    )


def card_title(title: str, against: str = "") -> str:
    """Heading of a panel: the question it answers, and against what."""
    return f'<div class="kt-card"><h3>{escape(title)}</h3><small>{escape(against)}</small></div>'


def show_state(title: str, hint: str) -> None:
    """An empty or faulty panel: what it is and what to do."""
    st.html(f'<div class="kt-state"><b>{escape(title)}</b>{escape(hint)}</div>')


def show_signed_out(language: Language) -> None:
    """What a page says that may show nothing: the session is over."""
    show_state(say("signed_out", language), say("signed_out_hint", language))
    st.html(f'<p><a class="kt-button" href="masuk" target="_self">{say("sign_in", language)}</a></p>')


def show_not_for(roles: Collection[Role], language: Language) -> None:
    """A page that is not for the visitor's role: whose it is, and whom to ask."""
    names = ", ".join(say(f"role_{role}", language).lower() for role in ROLES if role in roles)
    show_state(say("not_for_role", language), say("not_for_role_hint", language, roles=names))


def show_fault(error: KentonganError, language: Language) -> None:
    """A fault as a person can read it; never a stack trace."""
    show_state(say("bad_query" if isinstance(error, BadQuery) else "store_away", language), str(error))
