// In: a group. Out: its articles on a line of time, what each has to do with the one that is kept,
// and where in it the copies stand.

/** Rows of the table that are drawn at once. */
const MEMBERS = 200;

async function groupView(id) {
  const group = data.groupOf.get(id);
  if (!group) return missing(`This report has no group ${id}.`);
  const { kept } = group;
  const found = await block(kept.block);
  const isReference = group.type === "reference";
  const dated = group.articles.filter((one) => one.date !== null);
  const view = h("article", { class: "view group" },
    h("p", { class: "over" }, h("a", { href: lastList("groups") }, "Groups"), " / ", name(group.id)),
    titled("h1", {}, titleOf(kept), kept.lang),
    h("p", { class: "lede" }, summaryOf(group)),
    changeOf(group),
    h("p", { class: "kept" }, h("span", { class: "badge" }, isReference ? "In the reference" : "Kept"), " ", h("span", { class: "key" }, name(kept.key)),
      isReference ? null : h("span", { class: "why" }, `, because ${REASONS[group.reason] ?? "of its place in the group"}.`)),
    dated.length > 1 && dated.some((one) => one.date !== dated[0].date) ? timeline(group, dated) : null,
    h("h2", {}, isReference ? "What matches it" : "The articles"),
    compareForm(group),
    membersTable(group, found),
    await others(group, found),
    await keptText(kept),
  );
  return view;
}

function summaryOf(group) {
  const parts = [count(group.articles.length, "article", "articles")];
  if (group.publishers.size) parts.push(count(group.publishers.size, "publisher", "publishers"));
  if (group.story) parts.push(count(group.story.texts, "different text", "different texts"));
  if (group.lowestScore !== null) parts.push(shareOf(group));
  const story = storyOf(group);
  return h("span", {}, parts.join(" · "), story ? [". ", name(story), "."] : null);
}

function changeOf(group) {
  const change = group.change;
  if (!change) return null;
  const keys = (all) => [all.slice(0, 5).flatMap((key, at) => [at ? ", " : null, name(key)]), all.length > 5 ? ` and ${all.length - 5} more` : null];
  return h("p", { class: "change" }, h("span", { class: "chip new" }, CHANGES[change.kind]), " since the earlier run",
    change.joined.length && change.kind !== "new" ? ["; came: ", keys(change.joined)] : null,
    change.left.length ? ["; left: ", keys(change.left)] : null,
    (change.kind === "merged" || change.kind === "split") && change.from.length ? ["; from ", keys(change.from)] : null);
}

/** Title, publisher and date of an article, and its key. */
function articleName(article, more = null, hasDate = true) {
  return h("span", { class: "article-name" },
    titled("span", { class: "title" }, titleOf(article), article.lang),
    h("span", { class: "by" }, article.source ? [name(article.source), " · "] : null,
      hasDate && article.date !== null ? [when(article.date), " · "] : null, h("span", { class: "key" }, name(article.key)), more));
}

function timeline(group, dated) {
  const sorted = dated.toSorted((a, b) => a.date - b.date || (a.key < b.key ? -1 : 1));
  const [first, last] = [sorted[0].date, sorted.at(-1).date];
  const x = (date) => 1 + (98 * (date - first)) / (last - first);
  // Dots that would cover each other stand on one another, a few at most.
  const height = new Map();
  const dots = sorted.map((one) => {
    const slot = Math.round(x(one.date) / 1.4);
    const level = height.get(slot) ?? 0;
    height.set(slot, level + 1);
    return { one, x: x(one.date), level: Math.min(level, 5) };
  });
  const top = 14 * Math.min(6, Math.max(...height.values())) + 8;
  const undated = group.articles.length - dated.length;
  const label = `${count(dated.length, "article", "articles")} from ${when(first)} to ${when(last)}`;
  return h("figure", { class: "timeline" },
    svg("svg", { height: top + 8, role: "img", "aria-label": `Line of time: ${label}` },
      svg("line", { x1: 0, x2: "100%", y1: top, y2: top, class: "axis" }),
      dots.map(({ one, x: at, level }) => svg("circle", { cx: `${at}%`, cy: top - 8 - level * 14, r: 5.5, class: one === group.kept ? "dot keep" : "dot" }, svg("title", {}, `${titleOf(one)}, ${publisherOf(one)}, ${when(one.date)}`)))),
    h("figcaption", {}, h("span", {}, when(first)), undated ? h("span", {}, `${count(undated, "article has", "articles have")} no date`) : null, h("span", {}, when(last))));
}

function compareForm(group) {
  if (group.articles.length < 3) return null;
  const option = (chosenOne) => (one) => h("option", { value: one.uid, selected: one === chosenOne }, `${titleOf(one).slice(0, 60)} (${publisherOf(one).slice(0, 40)})`);
  const form = h("form", { class: "compare" },
    h("label", {}, h("span", {}, "Compare"), h("select", { name: "a", dir: directionOf(titleOf(group.kept)) }, group.articles.map(option(group.kept)))),
    h("label", {}, h("span", {}, "with"), h("select", { name: "b", dir: directionOf(titleOf(group.copies[0])) }, group.articles.map(option(group.copies[0])))),
    h("button", { type: "submit" }, "Side by side"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = new FormData(form);
    location.hash = pairLink(asked.get("a"), asked.get("b"));
  });
  return form;
}

const pairLink = (a, b) => `#/pair/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;

function membersTable(group, found) {
  const { kept } = group;
  const text = found.texts.get(kept.uid);
  const order = [kept, ...group.copies.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1))];
  const hasDates = group.articles.some((one) => one.date !== null);
  const body = h("tbody");
  const draw = (from, to) => {
    for (const one of order.slice(from, to)) {
      const isKept = one === kept;
      const facts = one.facts ? `, ${count(one.facts, "fact differs", "facts differ")}` : "";
      body.append(h("tr", { class: isKept ? "keep" : null },
        h("th", { scope: "row" }, isKept ? articleName(one, null, false) : h("a", { href: pairLink(kept.uid, one.uid), class: "open" }, articleName(one, null, false))),
        hasDates ? h("td", { class: "date" }, when(one.date)) : null,
        h("td", {}, isKept ? h("span", { class: "badge" }, group.type === "reference" ? "in the reference" : "kept") : related(one, kept) + facts,
          isFlagged(one) ? [" ", h("a", { class: "chip warn", href: phrasingLink(one) }, one.phrasing.verdict)] : null),
        h("td", {}, isKept ? null : one.score === null ? h("span", { class: "by" }, "not by itself") : h("span", { class: "share" }, meter(one.score), percent(one.score), h("span", { class: "beside" }, isRecycledMode() ? "copied" : "similar"))),
        h("td", { class: "where" }, isKept || !text ? null : strip(found.comparisons.get(pairOf(kept.uid, one.uid)), text, relationOf(one)))));
    }
  };
  draw(0, MEMBERS);
  const more = order.length > MEMBERS ? h("button", { type: "button" }, `Show the other ${INTEGERS.format(order.length - MEMBERS)}`) : null;
  more?.addEventListener("click", () => { draw(MEMBERS, order.length); more.remove(); });
  return h("div", { class: "scroll", role: "region", "aria-label": "The articles of the group", tabindex: "0" },
    h("table", { class: "members" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Article"), hasDates ? h("th", { scope: "col" }, "Date") : null,
        h("th", { scope: "col" }, "What it is"), h("th", { scope: "col" }, isRecycledMode() ? "Copied" : "Similar"),
        h("th", { scope: "col" }, "Where in the kept one"))), body), more);
}

/** Where in a text what is shared stands, from its start to its end. */
function strip(comparison, text, relation) {
  const length = Math.max(1, text.text.length);
  const runs = comparison ? comparison.passages.map((one) => [one[0], one[1]]) : relation === "exact" ? [[0, length]] : null;
  if (!runs) return null;
  const covered = runs.reduce((sum, [from, to]) => sum + to - from, 0);
  return svg("svg", { viewBox: "0 0 200 12", class: "strip", role: "img", preserveAspectRatio: "none", "aria-label": `${percent(Math.min(1, covered / length))} of the kept one stands in it` },
    svg("rect", { x: 0, y: 0, width: 200, height: 12, class: "ground" }),
    runs.map(([from, to]) => svg("rect", { x: (200 * from) / length, y: 0, width: Math.max(0.6, (200 * (to - from)) / length), height: 12, class: "run" })));
}

/** Pairs that share a template or a passage only, and matches that stand in another group. */
async function others(group, found) {
  const within = new Set(group.articles.map((one) => one.key));
  const links = found.links.filter((link) => within.has(link.a) !== within.has(link.b));
  if (links.length === 0) return null;
  const rowOf = (link) => {
    const [here, there] = within.has(link.a) ? [link.a, link.b] : [link.b, link.a];
    const other = data.articles.get(uid(there));
    const what = link.relation === "template" ? "the same template, other facts" : link.relation === "partial" ? "a passage only" : "more, but is nearer to another group";
    return h("li", {}, other ? h("a", { href: pairLink(uid(here), other.uid) }, name(titleOf(other), other.lang)) : name(there), ` shares ${what} `,
      h("span", { class: "by" }, `(${percent(Math.max(link.a_coverage ?? link.jaccard, link.b_coverage ?? link.jaccard))}) with `, name(here)));
  };
  return h("details", { class: "others" }, h("summary", {}, `Not copies: ${count(links.length, "pair shares", "pairs share")} a template or a passage`),
    h("ul", {}, links.slice(0, MEMBERS).map(rowOf)));
}

async function keptText(kept) {
  const text = await textOf(kept);
  if (!text) return h("p", { class: "empty" }, "The text of this article is not in the report.");
  return h("section", { class: "reading" }, h("h2", {}, "The text"), kept.title ? titled("h3", {}, kept.title, kept.lang) : null, paragraphs(text.text, text.cuts, [], kept.lang));
}
