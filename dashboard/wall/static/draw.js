// Makes elements and charts. Every word goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with a class and children: texts or elements; null children are left out. */
export function el(tag, style, ...children) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An SVG element with attributes. */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** "1.284" */
export function count(value) {
  return value === null || value === undefined ? "–" : value.toLocaleString("id-ID");
}

/** "40 detik", "12 menit", "3 jam", "2 hari" */
export function lasting(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} detik`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} menit`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} jam`;
  return `${Math.round(seconds / 86400)} hari`;
}

/** The hatch of what is missing, once for each drawing that uses it. */
function hatch(id) {
  return svg("defs", {}, svg("pattern",
    { id, width: 10, height: 10, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 4, height: 10, class: "hatch" })));
}

/** A bar of three sentiments as wide as its place. */
export function sentimentBar([negative, neutral, positive]) {
  const whole = negative + neutral + positive;
  const bar = svg("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none" });
  if (!whole) {
    bar.append(svg("rect", { width: 100, height: 4, class: "empty" }));
    return bar;
  }
  let at = 0;
  for (const [value, style] of [[negative, "neg"], [neutral, "neu"], [positive, "pos"]]) {
    bar.append(svg("rect", { x: at, width: (100 * value) / whole, height: 4, class: style }));
    at += (100 * value) / whole;
  }
  return bar;
}

/** A line of a day's hours; what was not collected breaks it. */
export function sparkline(values) {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = 150 / Math.max(1, values.length - 1);
  let path = "", open = false;
  values.forEach((value, at) => {
    if (value === null) { open = false; return; }
    path += `${open ? "L" : "M"}${(at * step).toFixed(1)} ${(60 - (54 * value) / top).toFixed(1)}`;
    open = true;
  });
  return svg("svg", { class: "spark", viewBox: "0 0 150 64" }, svg("path", { d: path }));
}

/** Hours of a day as stacked bars: missing hatched as tall as the estimate, last week as a line. */
export function hours(list) {
  const width = 720, floor = 150, step = width / list.length;
  const drawn = svg("svg", { class: "bars", viewBox: `0 0 ${width} ${floor}`, preserveAspectRatio: "none" }, hatch("hours-gap"));
  const axis = el("div", "axis");
  const sum = (one) => one.negative + one.neutral + one.positive + one.unread;
  const top = Math.max(1, ...list.map((one) => Math.max(sum(one) + (one.missing ?? 0), one.week_ago)));
  let week = "";
  list.forEach((one, at) => {
    let y = floor;
    const x = at * step + 2, wide = step - 4;
    const bar = (value, style, extra) => {
      const tall = (value / top) * (floor - 4);
      y -= tall;
      if (tall > 0) drawn.append(svg("rect", { x, y, width: wide, height: tall, class: style, ...extra }));
    };
    if (one.missing === null) {
      drawn.append(svg("rect", { x, y: 4, width: wide, height: floor - 4, fill: "url(#hours-gap)" }));
    } else {
      bar(one.negative, "neg"); bar(one.neutral, "neu"); bar(one.positive, "pos"); bar(one.unread, "unread");
      bar(one.missing, "", { fill: "url(#hours-gap)" });
    }
    week += `${at ? "L" : "M"}${(at * step + step / 2).toFixed(1)} ${(floor - (one.week_ago / top) * (floor - 4)).toFixed(1)}`;
    if (at % 6 === 0) axis.append(el("span", "", one.hour));
  });
  drawn.append(svg("path", { d: week, class: "week" }));
  return el("div", "hours", drawn, axis);
}

/** Districts as squares: colour by tone, hatched with too few posts, numbered where they are named beside. */
export function tiles(list) {
  const columns = 1 + Math.max(0, ...list.map((one) => one.column));
  const rows = 1 + Math.max(0, ...list.map((one) => one.row));
  const drawn = svg("svg", { class: "tiles", viewBox: `0 0 ${columns * 62 - 6} ${rows * 62 - 6}` }, hatch("tiles-few"));
  for (const one of list) {
    const place = { x: one.column * 62, y: one.row * 62, width: 56, height: 56, rx: 8 };
    drawn.append(svg("rect", { ...place, class: `tile${one.rank ? " ranked" : ""}` }));
    if (one.tone === null) {
      if (one.style === "few") drawn.append(svg("rect", { ...place, fill: "url(#tiles-few)" }));
    } else {
      const style = one.tone < 0 ? "neg" : "pos";
      drawn.append(svg("rect", { ...place, class: `${style} tone`, "fill-opacity": Math.min(1, 0.12 + 0.88 * Math.abs(one.tone)) }));
    }
    if (one.rank) {
      drawn.append(svg("text", { x: place.x + 28, y: place.y + 44, "text-anchor": "middle", class: "rank" }, String(one.rank)));
    }
  }
  return drawn;
}
