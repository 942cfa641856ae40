// In: the templates of the run. Out: the list of them, and one of them as a table of its uses.

function templatesView(query) {
  const view = h("section", { class: "view list" }, h("h1", {}, "Templates and boilerplate"));
  if (!data.summary.templates) {
    view.append(h("p", { class: "empty" }, "Templates were not looked for in this run. Run it again with --templates to see which sentences and headings articles share."));
    return view;
  }
  if (data.templates.length === 0) {
    view.append(h("p", { class: "empty" }, "No template was found."));
    return view;
  }
  const get = (key) => query.get(key) ?? "";
  const items = data.templates.filter((one) => (!get("kind") || one.kind === get("kind")) && get("q").toLowerCase().split(/\s+/u).every((part) => fixed(one).toLowerCase().includes(part)));
  const shown = count(items.length, "template", "templates");
  view.append(filters("templates", query, [
    field("Search", h("input", { type: "search", name: "q", value: get("q"), placeholder: "words of the template", autocomplete: "off", id: "search" })),
    field("Kind", select("kind", get("kind"), [["", "any"], ["frame", "with slots"], ["heading", "heading"], ["boilerplate", "word for word"]])),
  ]), h("p", { class: "shown" }, h("span", { id: "shown" }, shown)),
  rows(items, (one) => h("a", { class: "row", href: `#/template/${one.id}` },
    h("span", { class: "size" }, INTEGERS.format(one.articles), h("span", { class: "unit" }, "articles")),
    h("span", { class: "what" }, h("span", { class: "title", dir: directionOf(fixed(one)) }, pieces(one)), h("span", { class: "by" }, { frame: "with slots", heading: "heading", boilerplate: "word for word" }[one.kind] ?? one.kind)),
    h("span", { class: "facts" }, one.sources ? h("span", { class: "share" }, count(one.sources, "publisher", "publishers")) : null)), "Templates"));
  say(shown);
  return view;
}

/** The fixed words of a template. */
const fixed = (template) => template.pieces.map((piece) => (piece === "slot" ? " " : piece.fixed)).join(" ");

function pieces(template) {
  let slot = 0;
  return template.pieces.map((piece) => {
    if (piece !== "slot") return [name(piece.fixed), " "];
    slot += 1;
    return [h("span", { class: "slot" }, slot), " "];
  });
}

async function templateView(id) {
  const template = data.templates.find((one) => String(one.id) === id);
  if (!template) return missing(`This report has no template ${id}.`);
  const found = await block(template.block);
  const uses = found.uses.filter((use) => use.template === template.id);
  const slots = template.pieces.filter((piece) => piece === "slot").length;
  const left = template.uses - uses.length;
  return h("article", { class: "view template" },
    h("p", { class: "over" }, h("a", { href: lastList("templates") }, "Templates"), ` / ${template.id}`),
    h("h1", {}, { frame: "A template with slots", heading: "A heading", boilerplate: "Boilerplate" }[template.kind] ?? "A template"),
    h("blockquote", { dir: directionOf(fixed(template)) }, pieces(template)),
    h("p", { class: "lede" }, `Used by ${count(template.articles, "article", "articles")}${template.sources ? ` of ${count(template.sources, "publisher", "publishers")}` : ""}; those of one group count once.`,
      template.scaffold === null ? "" : ` It stands beside others: scaffold ${template.scaffold}.`),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Uses" }, h("table", { class: "uses" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Article"), Array.from({ length: slots }, (_, at) => h("th", { scope: "col" }, h("span", { class: "slot" }, at + 1))))),
      h("tbody", {}, uses.map((use) => {
        const article = data.articles.get(uid(use.key));
        return h("tr", {}, h("th", { scope: "row" }, h("span", { class: "key" }, article ? h("a", { href: phrasingLink(article) }, name(use.key)) : name(use.key))),
          Array.from({ length: slots }, (_, at) => use.filled[at] ? titled("td", {}, use.filled[at]) : h("td", {}, h("span", { class: "by" }, "left out"))));
      })))),
    left > 0 ? h("p", { class: "by" }, `${count(left, "more use is", "more uses are")} not in this report; --format jsonl has all.`) : null);
}
