"""The line in which a query is typed: checked while it is typed, with the place of a fault and the size of the answer.

Typing asks only this line anew; the page is asked when the query is sent (Enter or the button). ``/`` leads here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from dashboard.author_gate import was_reasoned
from dashboard.explore_desk import estimate, shared_aliases
from dashboard.explore_view import MOST_LETTERS
from dashboard.frame import set_parameter
from dashboard.words import Language, say
from kentongan.errors import BadQuery, KentonganError
from kentongan.numbers import format_number
from kentongan.schema import Query
from search.query import read_query
from search.query_wording import find_doubts, write_tree

SHOWN_LETTERS: Final = 300
"""Letters of a query that are repeated below it."""
AROUND: Final = 40
"""Letters of a query shown on either side of a fault."""

SCRIPT: Final = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let root = parentElement.querySelector(".kt-ask");
  if (!root) {
    root = document.createElement("form"); root.className = "kt-ask"; root.setAttribute("role", "search");
    root.innerHTML = '<label></label><input type="text" autocomplete="off" spellcheck="false">'
      + '<button type="submit"></button>';
    parentElement.appendChild(root);
  }
  const [label, input, button] = root.children;
  input.id = "kt-ask-input"; label.htmlFor = input.id;
  label.textContent = data.label; button.textContent = data.button; input.placeholder = data.placeholder;
  input.maxLength = data.most; input.setAttribute("aria-describedby", "kt-ask-reading");
  if (root.dataset.value !== data.value) { root.dataset.value = data.value; input.value = data.value; }
  let waiting = 0;
  const type = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => setTriggerValue("typed", input.value), data.pause);
  };
  const send = (event) => { event.preventDefault(); clearTimeout(waiting); setTriggerValue("asked", input.value); };
  const focus = (event) => {
    const at = document.activeElement;
    const typing = at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault(); input.focus(); input.select();
  };
  input.addEventListener("input", type); root.addEventListener("submit", send);
  document.addEventListener("keydown", focus);
  return () => {
    clearTimeout(waiting);
    input.removeEventListener("input", type); root.removeEventListener("submit", send);
    document.removeEventListener("keydown", focus);
  };
}
"""
PAUSE_MS: Final = 350
"""How long nobody types before the line is checked: shorter, and every letter is a question to the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the typed words are asked within: range and filters of the page."""

    query: Query
    now: datetime


@st.fragment
def show_query_line(text: str, frame: Frame, *, language: Language) -> None:
    """The line and how it is read. Sending it draws the page anew with the query in the address."""
    mount = st.components.v2.component("kentongan.query", js=SCRIPT, isolate_styles=False)
    said = mount(
        key="explore-query",
        data={
            "value": text, "label": say("explore_query", language), "button": say("explore_ask", language),
            "placeholder": say("query_placeholder", language), "most": MOST_LETTERS, "pause": PAUSE_MS,
        },
        on_typed_change=lambda: None,
        on_asked_change=lambda: None,
    )  # fmt: skip
    if said.asked is not None:
        ask(str(said.asked))
        st.rerun()
    if said.typed is not None:
        st.session_state["explore-typed"] = (text, str(said.typed)[:MOST_LETTERS])
    base, typed = st.session_state.get("explore-typed", (text, text))
    st.html(reading_html(typed if base == text else text, frame, language))


def ask(words: str) -> None:
    """Keep a query in the address; the column that was chosen for another one is forgotten."""
    set_parameter("kueri", words[:MOST_LETTERS].strip() or None)
    set_parameter("mulai", None)
    for name in ("explore-typed", "explore-shown"):
        st.session_state.pop(name, None)


def reading_html(text: str, frame: Frame, language: Language) -> str:
    """How the words are read and how much they find, or where they cannot be read."""
    try:
        reading = read_query(text, shared_aliases())
        if was_reasoned(Query(text=text), shared_aliases()):
            found, first, last = estimate(text, frame.query)
            size = format_number(found, language=language)
            counted = say("explore_size", language, count=size, first=first, last=last)
        else:
            counted = say("authors_size", language)
    except BadQuery as error:
        return f'<div id="kt-ask-reading" class="kt-reading" role="alert">{fault_html(text, error)}</div>'
    except KentonganError as error:
        return f'<div id="kt-ask-reading" class="kt-reading" role="alert">{escape(str(error))}</div>'
    parts = [f"<b>{escape(counted)}</b>"]
    if understood := write_tree(reading.tree):
        parts.append(f"{say('explore_read_as', language)} <code>{escape(cut(understood))}</code>")
    if reading.changed:
        changed = ", ".join(f"{typed} → {' '.join(asked)}" for typed, asked in reading.changed.items())
        parts.append(f"{say('explore_normalised', language)} {escape(cut(changed))}")
    doubts = "".join(f"<p>{escape(doubt)}</p>" for doubt in find_doubts(text, reading.tree))
    return f'<div id="kt-ask-reading" class="kt-reading" aria-live="polite">{" · ".join(parts)}{doubts}</div>'


def fault_html(text: str, error: BadQuery) -> str:
    """The words around a fault with its character marked, and what was expected there."""
    if error.position is None:
        return escape(str(error))
    at = min(max(error.position, 0), len(text))
    start = max(0, at - AROUND)
    before, letter, after = text[start:at], text[at : at + 1], text[at + 1 : at + 1 + AROUND]
    lead, tail = "…" if start else "", "…" if len(text) > at + 1 + AROUND else ""
    marked = f"<mark>{escape(letter) or '&nbsp;'}</mark>"
    # Left to right throughout: a mark that turns the direction must not move the place.
    line = f'<code dir="ltr"><bdi>{lead}{escape(before)}</bdi>{marked}<bdi>{escape(after)}{tail}</bdi></code>'
    return f"{line}<span>{escape(str(error))}</span>"


def cut(words: str) -> str:
    return words if len(words) <= SHOWN_LETTERS else f"{words[:SHOWN_LETTERS]}…"
