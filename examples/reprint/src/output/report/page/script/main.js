// In: the address, after the `#`. Out: the view that it names. And the keys.

const places_ = { overview: document.getElementById("overview"), view: document.getElementById("view") };
let current = null;
/** How many views were asked for: one that is made too late is not shown. */
let asked_ = 0;
/** The list that was last looked at, by its name: where to go back to. */
const lists = new Map();
const lastList = (page) => lists.get(page) ?? `#/${page}`;

function missing(message) {
  return h("section", { class: "view" }, h("h1", {}, "Not here"), h("p", { class: "empty" }, name(message)), h("p", {}, h("a", { href: "#/" }, "To the overview")));
}

async function route() {
  asked_ += 1;
  const turn_ = asked_;
  const [path, asked = ""] = location.hash.replace(/^#\/?/u, "").split("?");
  const query = new URLSearchParams(asked);
  let parts;
  try {
    parts = path.split("/").map(decodeURIComponent);
  } catch {
    parts = ["?"];
  }
  const [page, one, other] = parts;
  const searched = document.activeElement?.id === "search" ? document.activeElement : null;
  const view = await {
    "": () => null,
    groups: () => groupsView(query),
    group: () => groupView(one),
    pair: () => pairView(one, other),
    phrasing: () => phrasingView(query),
    article: () => articleView(one),
    templates: () => templatesView(query),
    template: () => templateView(one),
  }[page]?.() ?? (page === "" ? null : missing(`There is no page ${path}.`));
  if (turn_ !== asked_) return;
  if (["groups", "phrasing", "templates"].includes(page)) lists.set(page, location.hash);
  places_.view.querySelectorAll(".rows").forEach((list) => list.end());
  places_.view.replaceChildren(...(view ? [view] : []));
  places_.overview.hidden = Boolean(view);
  places_.view.hidden = !view;
  current = view;
  const title = view?.querySelector("h1")?.textContent;
  document.title = title ? `${title} · reprint` : document.documentElement.dataset.title;
  const section = { group: "groups", pair: "groups", article: "phrasing", template: "templates" }[page] ?? page;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${section}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (searched) {
    const search = document.getElementById("search");
    search?.focus();
    search?.setSelectionRange(searched.selectionStart, searched.selectionEnd);
  } else {
    scrollTo(0, 0);
  }
  places_.view.querySelectorAll(".rows").forEach((list) => list.show());
}

/** Goes to an address in place of this one. */
function replace(hash) {
  history.replaceState(null, "", hash);
  route();
}

const KEYS = [
  ["/", "search"],
  ["j, k", "next, previous row of a list"],
  ["Enter", "open it"],
  ["n, p", "next, previous passage or phrase"],
  ["d, D", "next, previous difference"],
  ["u", "up: to the group, or to the list"],
  ["g o, g g, g p", "overview, groups, phrasing"],
  ["?", "these keys"],
];

let before = "";

function onKey(event) {
  const isTyping = /^(?:INPUT|SELECT|TEXTAREA)$/u.test(event.target.tagName) && event.target.type !== "checkbox";
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("use-keys").checked) return;
  const list = places_.view.querySelector(".rows");
  const go = (hash) => { location.hash = hash; };
  const chord = before === "g" ? `g ${event.key}` : event.key;
  before = event.key;
  const action = {
    "g o": () => go("#/"),
    "g g": () => go("#/groups"),
    "g p": () => go("#/phrasing"),
    "?": () => document.getElementById("help").showModal(),
    "/": () => {
      const search = document.getElementById("search");
      if (search) search.focus();
      else { go("#/groups"); setTimeout(() => document.getElementById("search")?.focus(), 50); }
    },
    j: () => list?.move(1),
    k: () => list?.move(-1),
    u: () => current?.querySelector(".over a:last-of-type")?.click(),
    ...current?.keys,
  }[chord];
  if (!action || document.getElementById("help").open) return;
  event.preventDefault();
  before = "";
  action();
}

function overview() {
  document.getElementById("left-out").append(...data.leftOut.map((said) => h("p", { class: "warning" }, `${said}.`)));
  const most = data.groups.toSorted(SORTS.largest.by).slice(0, 5);
  const first = document.getElementById("first-groups");
  if (most.length) first.append(h("h2", {}, "The largest groups"), h("ol", { class: "short" }, most.map((group) => h("li", {}, groupRow(group)))), data.groups.length > most.length ? h("p", { class: "all" }, h("a", { href: "#/groups" }, `All ${count(data.groups.length, "group", "groups")}`)) : "");
  const worst = data.flagged.toSorted((a, b) => b.phrasing.score - a.phrasing.score || (a.key < b.key ? -1 : 1)).slice(0, 3);
  const flagged = document.getElementById("first-flagged");
  if (worst.length) flagged.append(h("h2", {}, "The most repetitive articles"), h("ol", { class: "short" }, worst.map((one) => h("li", {}, flaggedRow(one)))), data.flagged.length > worst.length ? h("p", { class: "all" }, h("a", { href: "#/phrasing" }, `All ${count(data.flagged.length, "flagged article", "flagged articles")}`)) : "");
  if (data.gone.length) {
    document.getElementById("gone").append(h("h2", {}, "Groups of the earlier run that are no more"), h("ul", {}, data.gone.slice(0, 100).map((one) => h("li", {}, name(one.id), one.into.length ? ": now in " : ": gone", one.into.map((id, at) => [at ? ", " : null, h("a", { href: `#/group/${encodeURIComponent(id)}` }, name(id))])))));
  }
  document.getElementById("keys").append(KEYS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]).reduce((all, one) => { all.append(one); return all; }, document.createDocumentFragment()));
}

async function start() {
  try {
    await load();
  } catch (error) {
    places_.overview.prepend(h("p", { class: "warning", role: "alert" }, `The data of this page can't be read by this browser: ${error}`));
    throw error;
  }
  overview();
  addEventListener("hashchange", route);
  addEventListener("keydown", onKey);
  document.getElementById("show-keys").addEventListener("click", () => document.getElementById("help").showModal());
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
  const start_ = document.documentElement.dataset.start;
  if (start_ && !location.hash) history.replaceState(null, "", start_);
  await route();
  document.documentElement.dataset.ready = "";
}

start();
