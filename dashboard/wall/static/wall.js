// The wall: asks for the snapshot, turns the scenes, says how old everything is. One timer, which ticks every second.

import { el, lasting } from "./draw.js";
import { incident } from "./incident.js";
import { panel, trim } from "./panels.js";

const main = document.getElementById("wall");
const wall = JSON.parse(main.dataset.wall);
const loadedAt = Date.now();
const LONGEST_PAUSE_S = 120, SOON_S = 2, TIMEOUT_S = 20, DAY_MS = 86400000, LEAST_AGE_MS = 3600000, LEAST_RELOAD_MS = 60000;

let snapshot = null;   // {panels}
let facts = null;      // {now, version, computed}
let tag = "";
let skew = 0;          // the server's clock less this one's, in milliseconds
let heardAt = null;    // when the server answered last, by its clock
let asking = false;
let failures = 0;
let askAt = 0;
let scene = 0;
let turnAt = 0;
let shown = "";        // what stands on the screen: scene and tags of its data
let frozen = null;     // number of the incident that took over

const now = () => Date.now() + skew;
const local = () => new Date(now() + wall.offset_ms);
const two = (value) => String(value).padStart(2, "0");

async function ask() {
  asking = true;
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), TIMEOUT_S * 1000);
  try {
    const answer = await fetch("dinding/data", { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", signal: stop.signal });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    const body = answer.status === 200 ? await answer.json() : null;
    facts = JSON.parse(answer.headers.get("X-Dinding"));
    if (body) { snapshot = body; tag = answer.headers.get("ETag") || ""; }
    skew = facts.now - Date.now();
    heardAt = facts.now;
    failures = 0;
    const other = facts.version !== main.dataset.version && Date.now() - loadedAt > LEAST_RELOAD_MS;
    if (other || isNight()) location.reload();
  } catch {
    failures += 1;
  } finally {
    clearTimeout(limit);
    asking = false;
    const pause = failures ? wall.refresh_s * 2 ** Math.min(failures - 1, 6) : isWhole() ? wall.refresh_s : SOON_S;
    askAt = Date.now() + 1000 * Math.min(LONGEST_PAUSE_S, pause);
    draw();
  }
}

/** Whether every panel was read at least once: just after a start of the server the first ones come alone. */
function isWhole() {
  return wall.scenes.every((one) => one.panels.every((name) => snapshot.panels[name]));
}

/** Whether the nightly moment has passed since this page was loaded. It is only asked after the server has answered. */
function isNight() {
  const [hour, minute] = wall.reload_at.split(".").map(Number);
  const day = Math.floor((now() + wall.offset_ms) / DAY_MS) * DAY_MS - wall.offset_ms;
  const moment = day + (hour * 60 + minute) * 60000;
  return now() >= moment && loadedAt + skew < moment && Date.now() - loadedAt > LEAST_AGE_MS;
}

function data(name) {
  const state = snapshot && snapshot.panels[name];
  return state ? state.data : null;
}

/** Draw what is new; what stands already is left alone. */
function draw() {
  if (!snapshot) return;
  const emergency = data("incident") && data("incident").current;
  const before = frozen;
  frozen = emergency ? emergency.number : null;
  document.body.classList.toggle("emergency", Boolean(emergency));
  if (emergency) {
    const wanted = `!${JSON.stringify(emergency)}`;
    if (shown !== wanted) { main.className = ""; main.replaceChildren(incident(emergency, now())); shown = wanted; }
  } else {
    if (before) turnAt = Date.now() + 1000 * wall.scenes[scene].seconds;
    const names = wall.scenes[scene].panels;
    const wanted = `${scene}:${names.map((name) => JSON.stringify(snapshot.panels[name])).join()}`;
    if (shown !== wanted) {
      const turned = !shown.startsWith(`${scene}:`);
      main.className = `n${names.length}${turned ? " turned" : ""}`;
      main.replaceChildren(...names.map((name) => panel(name, snapshot.panels[name], now())));
      names.forEach((name, at) => { main.children[at].dataset.panel = name; trim(main.children[at]); });
      shown = wanted;
    }
  }
  tell();
}

function turn() {
  scene = (scene + 1) % wall.scenes.length;
  turnAt = Date.now() + 1000 * wall.scenes[scene].seconds;
  draw();
}

/** Clock, ages, what is covered: everything that changes with time alone. */
function tell() {
  const time = local();
  const day = time.toLocaleDateString("id-ID", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric" });
  document.getElementById("clock").replaceChildren(el("b", "", `${two(time.getUTCHours())}.${two(time.getUTCMinutes())}`),
    el("small", "", ` ${wall.zone} · ${day}`));
  const covered = data("coverage");
  document.getElementById("title").replaceChildren(wall.title, covered && covered.sample ? el("small", "", "data contoh") : "");
  const partly = covered && covered.active !== null && covered.active < covered.declared;
  document.getElementById("sources").replaceChildren(...(covered && covered.active !== null
    ? [partly ? el("i", "gap") : "", `${covered.active} dari ${covered.declared} sumber aktif`] : []));
  tellAges();
  const takeover = main.querySelector(".takeover .lasting");
  if (takeover) takeover.textContent = lasting(now() - Number(main.firstChild.dataset.opened));
  tellStatus(covered);
  tellMarks();
}

function tellAges() {
  for (const section of main.querySelectorAll(".p")) {
    const name = section.dataset.panel, at = facts && facts.computed[name];
    const age = at ? now() - at : 0, old = at ? age > 1000 * wall.stale_s : false;
    section.classList.toggle("stale", old);
    const said = old ? `Data ${lasting(age)} lalu` : "";
    const line = section.querySelector(".age");
    if (line && line.textContent !== said) line.textContent = said;
  }
}

function tellStatus(covered) {
  const status = document.getElementById("status");
  const gone = failures > 1;
  document.body.classList.toggle("gone", gone);
  let said = "Menghubungi server …";
  if (gone && heardAt) {
    const at = new Date(heardAt + wall.offset_ms);
    said = `Server tidak menjawab sejak ${two(at.getUTCHours())}.${two(at.getUTCMinutes())} ${wall.zone}; dicoba lagi sendiri`;
  } else if (gone) {
    said = "Server tidak menjawab; dicoba lagi sendiri";
  } else if (facts) {
    const newest = Math.max(...Object.values(facts.computed), 0);
    const updated = newest ? `Diperbarui ${lasting(now() - newest)} lalu` : "Memuat …";
    const missing = covered && covered.missing.length ? ` · Belum mencakup ${named(covered.missing)}` : "";
    said = updated + missing;
  }
  if (status.textContent !== said) status.textContent = said;
}

/** "A, B, C, dan 4 lain" */
function named(list) {
  return list.length > 4 ? `${list.slice(0, 3).join(", ")}, dan ${list.length - 3} lain` : list.join(", ");
}

/** One mark a scene; that of the scene shown fills as its time passes. */
function tellMarks() {
  const marks = document.getElementById("marks");
  if (marks.children.length !== wall.scenes.length) marks.replaceChildren(...wall.scenes.map(() => el("i", "", el("b", ""))));
  const whole = 1000 * wall.scenes[scene].seconds;
  wall.scenes.forEach((_, at) => {
    const part = at !== scene || frozen ? 0 : Math.min(1, Math.max(0, 1 - (turnAt - Date.now()) / whole));
    marks.children[at].classList.toggle("on", at === scene);
    marks.children[at].firstChild.style.width = `${Math.round(100 * part)}%`;
  });
}

function tick() {
  if (!asking && Date.now() >= askAt) ask();
  if (snapshot && !frozen && wall.scenes.length > 1) {
    if (!turnAt) turnAt = Date.now() + 1000 * wall.scenes[scene].seconds;
    if (Date.now() >= turnAt) turn();
  }
  tell();
}

setInterval(tick, 1000);
tick();
