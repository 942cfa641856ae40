// In: values. Out: elements and words. Nothing of an article ever becomes markup: every text goes
// through a text node, and the page's policy forbids the rest.

/** An element with properties and children; a child that is null or false is left out. */
function h(name, properties, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  add(element, children);
  return element;
}

/** An element of SVG. */
function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  add(element, children);
  return element;
}

function set(element, properties) {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (key === "css") {
      for (const [name, of] of Object.entries(value)) element.style.setProperty(name, of);
    } else {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Controls, and marks that turn the direction of writing, as their codes. */
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** A name of the user's, on one line: its direction is its own. */
function name(text, language) {
  const shown = text.replace(/\s+/gu, " ").replace(OBEYED, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
  return h("bdi", { lang: language || null }, shown);
}

/** The direction of writing of a text: that of its first letter. */
function directionOf(text) {
  const letter = /\p{L}/u.exec(text)?.[0] ?? "";
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u.test(letter) ? "rtl" : "ltr";
}

/** An element whose only content is a text of the user's, in the direction of that text. */
function titled(element, properties, text, language) {
  return h(element, { ...properties, dir: directionOf(text) }, name(text, language));
}

const INTEGERS = new Intl.NumberFormat("en-US");

function count(number, one, more) {
  return `${INTEGERS.format(number)} ${number === 1 ? one : more}`;
}

/** A share as a whole percentage, rounded down: 100% is all of it. */
function percent(share) {
  const whole = Math.floor(share * 100 + 1e-9);
  return share > 0 && whole === 0 ? "under 1%" : `${whole}%`;
}

const DAY = 86400;
const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const TIMES = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
});

/** Whether a date is a day, as far as can be told: its time is midnight UTC. */
const isDay = (date) => date % DAY === 0;

/** A date in UTC; without the time where there is none. */
function when(date) {
  if (date === null || date === undefined) return "no date";
  const at = new Date(date * 1000);
  if (Number.isNaN(at.getTime())) return "no date";
  return isDay(date) ? DAYS.format(at) : `${TIMES.format(at)} UTC`;
}

/** A span of time in the two largest units that say it; from a week on, in days. */
function span(seconds) {
  if (seconds >= 7 * DAY) return count(Math.floor(seconds / DAY), "day", "days");
  const units = [[DAY, "day", "days"], [3600, "h", "h"], [60, "min", "min"], [1, "s", "s"]];
  const at = units.findIndex(([unit]) => seconds >= unit);
  if (at < 0) return "0 s";
  const [large, one, more] = units[at];
  const said = count(Math.floor(seconds / large), one, more);
  const small = units[at + 1];
  const rest = small && at < 2 ? Math.floor((seconds % large) / small[0]) : 0;
  return rest > 0 ? `${said} ${count(rest, small[1], small[2])}` : said;
}

/** The first and the last day of some dates. */
function days(first, last) {
  const [from, to] = [DAYS.format(new Date(first * 1000)), DAYS.format(new Date(last * 1000))];
  if (from === to) return from;
  const year = / \d+$/u;
  return year.exec(from)[0] === year.exec(to)[0] ? `${from.replace(year, "")} to ${to}` : `${from} to ${to}`;
}

/** Whether `later` is known to be after `first`: a day without a time holds all of its hours. */
function isLater(first, seconds) {
  return isDay(first) || isDay(first + seconds)
    ? Math.floor((first + seconds) / DAY) > Math.floor(first / DAY)
    : seconds > 0;
}

/** Told to those who don't see the page. */
function say(text) {
  document.getElementById("say").textContent = text;
}
