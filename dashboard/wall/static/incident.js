// The screen of an emergency: what, where, since when, which level, what to do. Nothing flashes.

import { count, el, lasting } from "./draw.js";

/** The whole screen for one incident; ``now`` is the server's time in milliseconds. */
export function incident(one, now) {
  const [open, blocked, done] = one.tasks;
  const tasks = [[open, "tugas berjalan"], [blocked, "terhambat"], [done, "selesai"]]
    .map(([value, word]) => el("div", "", el("b", "", count(value)), el("span", "", word)));
  const made = el("section", `takeover${one.title.length > 70 ? " long" : ""}`,
    el("div", "band", el("b", "", `■ ${one.level.toUpperCase()}`), el("span", "", `${one.kind} · ${one.number}${one.sample ? " · data contoh" : ""}`)),
    el("h2", "", one.title),
    el("p", "where", one.place || "Tempat belum diketahui"),
    el("p", "since", `Sejak ${one.since} · `, el("b", "lasting", lasting(now - one.opened_ms))),
    el("p", "instruction", one.instruction),
    one.announcement ? el("p", "announcement", one.announcement) : null,
    el("div", "tasks", ...tasks));
  made.setAttribute("role", "alert");
  made.dataset.opened = one.opened_ms;
  return made;
}
