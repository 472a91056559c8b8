// Draws each panel from its data. A panel has a title that asks one question, a second line that says against what.

import { count, el, hours, lasting, sentimentBar, sparkline, tiles } from "./draw.js";

const SENTIMENT = { negative: ["negative", "negatif"], neutral: ["neutral", "netral"], positive: ["positive", "positif"] };
const CAMERA = { ok: "", old: "gambar lama", waiting: "menunggu gambar", broken: "kamera tidak menjawab" };

function sentiment(data) {
  const big = data.shares.map((one) => {
    const [style, word] = SENTIMENT[one.label];
    const error = one.error === null || one.percent === null ? null : el("sup", "", `±${one.error}`);
    return el("div", style, el("b", "", one.percent === null ? "–" : String(one.percent), error), el("span", "", `% ${word}`));
  });
  let change = el("p", "delta", data.decided ? "Pekan lalu tak terbanding" : "Belum ada unggahan yang terbaca");
  if (data.change !== null) {
    const said = data.change === 0 ? "sama negatif" : `${data.change > 0 ? "▲" : "▼"} ${Math.abs(data.change)} poin negatif`;
    change = el("p", "delta", el("em", data.sure && data.change > 0 ? "more" : "", said),
      data.sure || data.change === 0 ? "" : ", dalam galat");
  }
  const missing = data.hours.some((one) => one.missing === null || one.missing >= 1);
  return ["Sentimen 24 jam", `${count(data.posts)} unggahan`, el("div", "big", ...big), hours(data.hours),
    el("div", "keep", change, el("p", "key", el("i", "line"), "pekan lalu", missing ? el("i", "gap") : null, missing ? "hilang" : null))];
}

function issues(data) {
  const lines = data.lines.map((one) => {
    const said = [one.place, one.complaints === null ? null : `aduan ${count(one.complaints)}`,
      one.since ? `${one.agency} sejak ${one.since}` : one.agency ? `${one.agency}, belum ditugaskan` : "belum ditugaskan"];
    if (one.ended) said.splice(2, 1, `reda ${one.ended}`);
    return el("div", `issue row${one.ended ? " ended" : ""}`, el("b", "x", one.times === null ? "baru" : `×${one.times.toLocaleString("id-ID")}`),
      el("div", "", el("b", "", one.title), el("span", "", said.filter(Boolean).join(" · ")), sentimentBar(one.sentiment)),
      sparkline(one.spark));
  });
  return [data.rising || !lines.length ? "Isu naik" : "Isu yang baru reda", "terhadap biasanya", fits(lines, "Tidak ada isu yang naik di atas biasanya.", Math.max(data.rising, lines.length))];
}

const STAGE = { suspected: "sus", checking: "chk", decided: "dec" };

function hoaxes(data) {
  const verdict = data.verdicts.length === 1 ? data.verdicts[0][0] : "ditetapkan";
  const box = (style, value, word, least) => el("div", style, el("b", "", (least ? "≥" : "") + count(value)), el("span", "", word));
  const lines = data.lines.map((one) => el("p", "row", el("i", `m ${STAGE[one.stage]}`), one.topic,
    el("em", "", one.place ? ` · ${one.place}` : "", one.verdict ? ` · ${one.verdict}` : "", ` · ${count(one.copies)} salinan`)));
  if (data.single) lines.push(el("p", "key single", `${count(data.single)} cerita tanpa salinan`));
  return ["Kabar yang dipantau", "7 hari", el("div", "hx", box("sus", data.suspected, "terindikasi", data.least),
    box("chk", data.checking, "diperiksa"), box("dec", data.decided, verdict === "salah" ? "✕ salah" : verdict)),
  fits(lines, "Tidak ada cerita yang terindikasi atau diperiksa.", data.lines.length)];
}

function complaints(data) {
  const most = Math.max(1, ...data.lines.map((one) => one.open));
  const lines = data.lines.map((one) => {
    const red = el("b", "red"), bar = el("div", "abar", el("i", ""), red);
    bar.firstChild.style.width = `${(100 * one.open) / most}%`;
    red.style.width = `${(100 * one.red) / most}%`;
    return el("div", "ag row", el("span", "", one.name), bar, el("em", one.red ? "red" : "", one.red ? count(one.red) : ""),
      el("u", "", count(one.open)), el("span", "late", one.days_late ? `lewat ${one.days_late} hari` : ""));
  });
  const big = (value, word, style) => el("div", style, el("b", "", count(value)), el("span", "", word));
  return ["Aduan", "hari kerja", el("div", "k", big(data.open, "terbuka", ""), big(data.soon, "tenggat dekat", ""),
    big(data.red, "■ merah", data.red ? "red" : "")), fits(lines, "Tidak ada aduan yang terbuka.")];
}

function map(data) {
  const lines = data.named.map((one, at) => el("p", "row", el("b", "", String(at + 1)), ` ${one.name}`,
    el("em", "", ` ${one.percent} % negatif ±${one.error}`)));
  const note = data.few ? el("p", "key", el("i", "gap"), `${data.few} kurang data`) : null;
  return ["Sentimen per wilayah", data.hours > 24 ? `${data.hours / 24} hari` : "24 jam", el("div", `map${isTall(data.tiles) ? " tall" : ""}`, tiles(data.tiles), el("div", "names", fits(lines, "Belum cukup unggahan."), note))];
}

/** Whether the districts stand higher than wide: their names then have room beside them. */
function isTall(list) {
  return Math.max(0, ...list.map((one) => one.row)) >= 0.7 * Math.max(1, ...list.map((one) => one.column));
}

function indicators(data) {
  const lines = data.lines.map((one) => el("div", `ind row${one.old ? " old" : ""}`, el("span", "name", one.name),
    el("b", "", one.value), el("span", "unit", one.unit),
    el("span", "", [one.change, one.target ? `target ${one.target}${one.on_target === false ? " belum tercapai" : ""}` : null,
      one.old ? `data ${one.age_days} hari lalu` : null].filter(Boolean).join(" · "))));
  return ["Indikator", data.old ? `${data.old} sudah lama` : "nilai terbaru", fits(lines, "Belum ada indikator untuk wilayah ini.")];
}

function alerts(data) {
  const lines = data.lines.map((one) => el("div", "alert row", el("b", "", one.what, one.where ? ` · ${one.where}` : ""),
    el("span", "", [one.value === null ? null : `${one.value}${one.usual === null ? "" : `, biasanya ${one.usual}`}`,
      `sejak ${one.since}`, one.taken ? "sudah diterima" : "belum diterima"].filter(Boolean).join(" · "))));
  return ["Peringatan", `${count(data.open)} terbuka`, fits(lines, "Tidak ada peringatan yang terbuka.")];
}

function announcements(data) {
  const lines = data.lines.map((one) => el("div", "say row", el("b", "", one.words), el("span", "", `sejak ${one.since}`)));
  return ["Pengumuman", "", fits(lines, "Tidak ada pengumuman.")];
}

function cameras(data, now) {
  const cells = data.lines.map((one) => {
    const picture = one.picture ? el("img", "") : el("div", "none", CAMERA[one.state] || "menunggu gambar");
    if (one.picture) {
      picture.src = `dinding/kamera/${one.key}?v=${one.picture}`;
      picture.alt = one.name;
    }
    const age = one.taken_ms === null ? "" : `${lasting(now - one.taken_ms)} lalu`;
    return el("figure", one.state, picture, el("figcaption", "", el("b", "", one.name),
      el("span", "", one.state === "old" ? `${CAMERA.old}, ${age}` : age)));
  });
  return ["Kamera", "gambar diam", el("div", `cams c${cells.length}`, ...cells)];
}

const DRAW = { sentiment, issues, hoaxes, complaints, map, indicators, alerts, announcements, cameras };

/** A list of which as many lines stay as there is room for; ``of`` is how many there are in all. */
function fits(lines, empty, of = lines.length) {
  const list = lines.length ? el("div", "list", ...lines) : el("div", "list none", el("p", "empty", empty));
  list.dataset.of = of;
  return list;
}

/** Take away the lines that do not fit, once the panel stands in its place; says how many are not shown. */
export function trim(panel) {
  for (const list of panel.querySelectorAll(".list")) {
    while (list.lastElementChild && list.children.length > 1 && list.scrollHeight > list.clientHeight + 1) list.lastElementChild.remove();
    const rest = Number(list.dataset.of) - list.querySelectorAll(".row").length;
    const small = panel.querySelector("h2 small");
    if (rest > 0 && list.querySelector(".row") && small) small.textContent += ` · ${rest} lagi`;
  }
}

/** A panel with its frame; ``state`` is {data, fault} or undefined while there is none. */
export function panel(name, state, now) {
  if (!state || state.data === null) {
    const said = state && state.fault ? `${state.fault}. Dicoba lagi sendiri.` : "Memuat …";
    return el("section", `p ${name} waiting`, el("p", "empty", said), el("p", "age"));
  }
  const [title, against, ...parts] = DRAW[name](state.data, now);
  const made = el("section", `p ${name}`, el("h2", "", title, el("small", "", against)), ...parts, el("p", "age"));
  made.setAttribute("aria-label", title);
  return made;
}
