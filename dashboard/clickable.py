"""One bridge from drawn HTML to Python: whatever carries ``data-key`` becomes a button that reports its key."""

from __future__ import annotations

from typing import cast

import streamlit as st

SCRIPT = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let root = parentElement.querySelector(".kt-drawn");
  if (!root) { root = document.createElement("div"); root.className = "kt-drawn"; parentElement.appendChild(root); }
  if (root.dataset.drawn !== data.html) { root.innerHTML = data.html; root.dataset.drawn = data.html; }
  const tell = (event) => {
    const target = event.target.closest("[data-key]");
    if (!target || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    setTriggerValue("chosen", target.dataset.key);
  };
  root.addEventListener("click", tell);
  root.addEventListener("keydown", tell);
  return () => { root.removeEventListener("click", tell); root.removeEventListener("keydown", tell); };
}
"""


def draw_clickable(html: str, *, key: str) -> str | None:
    """Show trusted HTML (everything foreign in it escaped by its maker); returns the key just pressed, or None.

    The styles of the page apply inside it.
    """
    mount = st.components.v2.component("kentongan.clickable", js=SCRIPT, isolate_styles=False)
    result = mount(key=key, data={"html": html}, on_chosen_change=lambda: None)
    return cast("str | None", result.chosen)
