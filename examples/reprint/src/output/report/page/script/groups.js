// In: all groups, and a query. Out: the list of those that are asked for, and a table of them.

const SORTS = {
  largest: { name: "largest first", by: (a, b) => b.articles.length - a.articles.length },
  alike: { name: "most alike first", by: (a, b) => (b.lowestScore ?? -1) - (a.lowestScore ?? -1) },
  different: { name: "least alike first", by: (a, b) => (a.lowestScore ?? 2) - (b.lowestScore ?? 2) },
  newest: { name: "newest first", by: (a, b) => (b.lastDate ?? -Infinity) - (a.lastDate ?? -Infinity) || 0 },
  oldest: { name: "oldest first", by: (a, b) => (a.date ?? Infinity) - (b.date ?? Infinity) || 0 },
  spread: { name: "most publishers first", by: (a, b) => b.publishers.size - a.publishers.size },
  key: { name: "by key", by: () => 0 },
};

/** What the search looks at: keys, titles, publishers. Made when it is first needed. */
function haystack(item) {
  const fold = (text) => (text ?? "").normalize("NFKC").toLowerCase();
  const articles = item.articles ?? [item];
  item.haystack ??= articles.map((one) => `${fold(one.key)}\n${fold(one.title)}\n${fold(one.lead)}\n${fold(one.source)}`).join("\n");
  return item.haystack;
}

function holds(item, query) {
  const asked = query.normalize("NFKC").toLowerCase().split(/\s+/u).filter(Boolean);
  return asked.every((part) => haystack(item).includes(part));
}

function chosen(query) {
  const get = (key) => query.get(key) ?? "";
  const [least, size] = [Number(get("score")) / 100, Number(get("size"))];
  const found = data.groups.filter((group) =>
    (!get("relation") || group.copies.some((one) => relationOf(one) === get("relation"))) &&
    (!get("publisher") || group.publishers.has(get("publisher"))) &&
    (!size || group.articles.length >= size) &&
    (!least || (group.lowestScore !== null && group.lowestScore >= least)) &&
    (!get("change") || isOfChange(group, get("change"))) &&
    (!get("first") || spreads(group, get("first"), get("then"))) &&
    (!get("q") || holds(group, get("q"))));
  const sort = SORTS[get("sort")] ?? SORTS[firstSort()];
  // A stable sort: groups come in the order of their first keys.
  return found.sort(sort.by);
}

const firstSort = () => "largest";

function isOfChange(group, wanted) {
  const kind = group.change?.kind;
  return wanted === "any" ? kind && kind !== "unchanged" : kind === wanted;
}

/** Whether a publisher had it first, and another one followed on a later date. */
function spreads(group, first, then) {
  const story = group.story;
  if (!story || story.date === null) return false;
  return story.first.some((one) => one.source === first) && (!then
    || story.followers.some((one) => one.source === then && isLater(story.date, one.seconds_later)));
}

function groupsView(query) {
  const items = chosen(query);
  const view = h("section", { class: "view list" }, h("h1", {}, "Groups of recycled articles"));
  if (data.groups.length === 0) {
    view.append(h("p", { class: "empty" }, "No article of this run is a copy of another one."));
    return view;
  }
  const articles = items.reduce((sum, group) => sum + group.articles.length, 0);
  const shown = items.length === data.groups.length
    ? `${count(items.length, "group", "groups")}, ${count(articles, "article", "articles")}`
    : `${count(items.length, "group", "groups")} of ${INTEGERS.format(data.groups.length)}, ${count(articles, "article", "articles")}`;
  view.append(
    groupFilters(query),
    h("p", { class: "shown" }, h("span", { id: "shown" }, shown),
      query.get("first") ? h("span", { class: "chip" }, name(query.get("first")), " first", query.get("then") ? [", ", name(query.get("then")), " later"] : null) : null,
      [...query.keys()].some((key) => key !== "sort" && query.get(key)) ? h("a", { href: "#/groups", class: "quiet" }, "Show all") : null,
      h("button", { type: "button", class: "quiet", on: { click: () => saveGroups(items) } }, "Save this list as CSV")),
  );
  view.append(items.length ? rows(items, groupRow, "Groups") : h("p", { class: "empty" }, "Nothing here is what was asked for. ", h("a", { href: "#/groups" }, "Show all groups")));
  say(shown);
  return view;
}

function groupRow(group) {
  const kept = group.kept;
  const relations = Object.keys(RELATIONS).filter((relation) => group.copies.some((one) => relationOf(one) === relation)).map((relation) => RELATIONS[relation]).slice(0, 3);
  const story = storyOf(group);
  // Where all are of one publisher, their keys tell them apart.
  const isOfMany = group.publishers.size > 1;
  const isOfOneWithDates = !isOfMany && group.date !== group.lastDate && kept.source;
  const who = (one) => (isOfMany ? publisherOf(one) : one.key);
  const others = [...new Set(group.copies.map(who))];
  return h("a", { class: "row", href: groupLink(group) },
    h("span", { class: "size" }, INTEGERS.format(group.articles.length), h("span", { class: "unit" }, "articles")),
    h("span", { class: "what" },
      titled("span", { class: "title" }, titleOf(kept), kept.lang),
      h("span", { class: "by" }, group.date === null ? null : [h("span", { class: "date" }, days(group.date, group.lastDate)), " · "],
        story
          ? name(story)
          : isOfOneWithDates
            ? name(kept.source)
            : [name(who(kept)), ", ", others.slice(0, 3).flatMap((one, at) => [at ? ", " : null, name(one)]), others.length > 3 ? ` and ${others.length - 3} more` : null]),
    ),
    h("span", { class: "facts" },
      h("span", { class: "share" }, group.lowestScore === null ? null : meter(group.lowestScore), shareOf(group)),
      h("span", { class: "chips" },
        group.type === "reference" ? h("span", { class: "chip" }, "in the reference") : null,
        group.change && group.change.kind !== "unchanged" ? h("span", { class: "chip new" }, CHANGES[group.change.kind]) : null,
        relations.map((relation) => h("span", { class: "chip" }, relation)))),
  );
}

const groupLink = (group) => `#/group/${encodeURIComponent(group.id)}`;

/** A share as a bar; the number stands beside it. */
function meter(share) {
  return h("span", { class: "meter", "aria-hidden": "true" }, h("span", { css: { width: `${100 * share}%` } }));
}

function groupFilters(query) {
  const value = (key) => query.get(key) ?? "";
  const counts = new Map();
  const publishers = new Map();
  for (const group of data.groups) {
    for (const relation of new Set(group.copies.map(relationOf))) counts.set(relation, (counts.get(relation) ?? 0) + 1);
    for (const who of group.publishers) publishers.set(who, (publishers.get(who) ?? 0) + 1);
  }
  const changes = new Map();
  for (const group of data.groups) if (group.change) changes.set(group.change.kind, (changes.get(group.change.kind) ?? 0) + 1);
  const relations = Object.keys(RELATIONS).filter((relation) => counts.has(relation));
  return filters("groups", query, [
    field("Search", h("input", { type: "search", name: "q", value: value("q"), placeholder: "key, title or publisher", autocomplete: "off", id: "search" })),
    field("Relation", select("relation", value("relation"), [["", "any"], ...relations.map((one) => [one, `${RELATIONS[one]} (${INTEGERS.format(counts.get(one))})`])])),
    publishers.size ? field("Publisher", select("publisher", value("publisher"), [["", "any"], ...[...publishers].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([who, times]) => [who, `${who.slice(0, 60)} (${INTEGERS.format(times)})`])])) : null,
    field("Articles", select("size", value("size"), [["", "2 or more"], ["3", "3 or more"], ["5", "5 or more"], ["10", "10 or more"], ["25", "25 or more"]])),
    field(isRecycledMode() ? "Copied" : "Similarity", select("score", value("score"), [["", "any"], ...[50, 70, 80, 90, 95, 100].map((one) => [String(one), one === 100 ? "100%" : `${one}% or more`])])),
    changes.size ? field("Since the earlier run", select("change", value("change"), [["", "any"], ["any", "changed in any way"], ...[...changes].map(([kind, times]) => [kind, `${CHANGES[kind]} (${INTEGERS.format(times)})`])])) : null,
    field("Order", select("sort", value("sort") || firstSort(), Object.entries(SORTS).map(([key, sort]) => [key, sort.name]))),
  ], ["first", "then"]);
}

function field(label, control) {
  return h("label", {}, h("span", {}, label), control);
}

function select(key, value, options) {
  return h("select", { name: key }, options.map(([of, label]) => h("option", { value: of, selected: of === value }, label)));
}

/** A form whose state is the address: what it asks for can be sent and gone back to. */
function filters(page, query, fields, kept = []) {
  const form = h("form", { class: "filters", role: "search", "aria-label": "Filter the list" }, fields);
  const go = () => {
    const asked = new URLSearchParams();
    for (const key of kept) if (query.get(key)) asked.set(key, query.get(key));
    for (const [key, value] of new FormData(form)) if (value && !(key === "sort" && value === firstSort())) asked.set(key, value);
    const text = asked.toString();
    replace(`#/${page}${text ? `?${text}` : ""}`);
  };
  let waiting;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(go, event.target.type === "search" ? 200 : 0);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); go(); });
  return form;
}

const COLUMNS = ["article", "group", "kept", "score", "reason", "of", "relation", "phrasing", "title", "publisher", "date"];

function saveGroups(items) {
  saveArticles(items.flatMap((group) => group.articles.filter((one) => !one.isReference)), "groups.csv");
}

/** A row an article, in the columns of `--format csv` and three more. */
function saveArticles(articles, file) {
  const date = (of) => {
    if (of === null) return "";
    const iso = new Date(of * 1000).toISOString();
    return isDay(of) ? iso.slice(0, 10) : iso.replace(".000Z", "Z");
  };
  const lines = articles.map((one) => [
    one.key, one.group ?? "", one.kept, one.score ?? "", one.reason ?? "", one.of ?? "", one.relation ?? "",
    one.phrasing?.verdict ?? "", one.title ?? "", one.source ?? "", date(one.date),
  ]);
  const text = [COLUMNS, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");
  // A spreadsheet knows UTF-8 by the mark.
  save(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }), file);
}

/** A text that is a text in a spreadsheet, too. */
function cell(value) {
  let text = String(value).replace(OBEYED, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
  if (/^\s*[=+\-@＝＋－＠]/u.test(text)) text = `'${text}`;
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(blob, file) {
  const link = h("a", { href: URL.createObjectURL(blob), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  say(`${file} is saved`);
}
