// In: articles that were flagged. Out: the list of them, and one of them with its phrases marked.

const phrasingLink = (article) => `#/article/${encodeURIComponent(article.uid)}`;

function phrasingView(query) {
  const get = (key) => query.get(key) ?? "";
  const view = h("section", { class: "view list" }, h("h1", {}, "Repeated phrasing"));
  if (!data.summary.phrasing) {
    view.append(h("p", { class: "empty" }, "Phrasing was not looked at in this run (--no-phrases)."));
    return view;
  }
  if (data.flagged.length === 0) {
    view.append(h("p", { class: "empty" }, "No article was flagged: none works one phrase over and over."));
    return view;
  }
  const items = data.flagged.filter((one) =>
    (!get("verdict") || one.phrasing.verdict === get("verdict")) &&
    (!get("publisher") || one.source === get("publisher")) &&
    (!get("q") || holds(one, get("q"))))
    .sort((a, b) => b.phrasing.score - a.phrasing.score || (a.key < b.key ? -1 : 1));
  const publishers = [...new Set(data.flagged.map((one) => one.source).filter(Boolean))].sort();
  const shown = items.length === data.flagged.length
    ? count(items.length, "flagged article", "flagged articles")
    : `${count(items.length, "article", "articles")} of ${INTEGERS.format(data.flagged.length)}`;
  view.append(filters("phrasing", query, [
    field("Search", h("input", { type: "search", name: "q", value: get("q"), placeholder: "key, title or publisher", autocomplete: "off", id: "search" })),
    field("Verdict", select("verdict", get("verdict"), [["", "any"], ["repetitive", "repetitive"], ["suspicious", "suspicious"]])),
    publishers.length ? field("Publisher", select("publisher", get("publisher"), [["", "any"], ...publishers.map((who) => [who, who.slice(0, 60)])])) : null,
  ]),
  h("p", { class: "shown" }, h("span", { id: "shown" }, shown), h("button", { type: "button", class: "quiet", on: { click: () => saveArticles(items, "phrasing.csv") } }, "Save this list as CSV")),
  items.length ? rows(items, flaggedRow, "Flagged articles") : h("p", { class: "empty" }, "Nothing here is what was asked for."));
  say(shown);
  return view;
}

function flaggedRow(article) {
  const { top } = article;
  return h("a", { class: "row", href: phrasingLink(article) },
    h("span", { class: "size" }, article.phrasing.score.toFixed(2), h("span", { class: "unit" }, article.phrasing.verdict)),
    h("span", { class: "what" },
      titled("span", { class: "title" }, titleOf(article), article.lang),
      top ? h("span", { class: "by", dir: directionOf(top.canonical) }, "“", name(top.canonical, article.lang), "”") : h("span", { class: "by" }, name(publisherOf(article)))),
    h("span", { class: "facts" },
      h("span", { class: "share" }, top ? `${count(top.count, "time", "times")} in ${count(top.paragraphs, "paragraph", "paragraphs")}` : ""),
      h("span", { class: "chips" }, article.source ? h("span", { class: "chip" }, name(article.source)) : null,
        article.date === null ? null : h("span", { class: "chip" }, DAYS.format(new Date(article.date * 1000))))));
}

const SIGNALS = {
  telling_phrase: ["The most telling phrase", "the score of the first phrase above"],
  repeated_passages: ["Repeated passages", "the share of words in sentences and paragraphs that stood before"],
  prose: ["Prose", "the share of words in prose; a text with little of it is not judged"],
};

async function articleView(of) {
  const article = data.articles.get(of);
  if (!article) return missing(`This report has no article ${of}.`);
  const found = await block(article.block);
  const text = found.texts.get(article.uid);
  const phrasing = found.phrasing.get(article.key);
  const measures = found.measures.get(article.key);
  const group = article.groupId ? data.groupOf.get(article.groupId) : null;
  const view = h("article", { class: "view phrasing" },
    h("p", { class: "over" }, h("a", { href: lastList("phrasing") }, "Phrasing"), " / ", name(article.key)),
    titled("h1", {}, titleOf(article), article.lang),
    h("p", { class: "lede" }, article.source ? [name(article.source), " · "] : null, article.date === null ? null : `${when(article.date)} · `, count(article.words, "word", "words"),
      article.phrasing ? [" · ", h("span", { class: isFlagged(article) ? "chip warn" : "chip" }, `${article.phrasing.verdict.replace("_", " ")} ${article.phrasing.score.toFixed(2)}`)] : null,
      group ? [" · ", h("a", { href: groupLink(group) }, "its group")] : null));
  if (!text) {
    view.append(h("p", { class: "empty" }, "The text of this article is not in the report."));
    return view;
  }
  const state = { at: -1 };
  const marks = phrasing ? phraseMarks(phrasing.families) : [];
  const jump = (to) => {
    if (marks.length === 0) return;
    state.at = (to + marks.length) % marks.length;
    view.querySelectorAll(".now").forEach((mark) => mark.classList.remove("now"));
    const all = view.querySelectorAll(`[data-mark="${state.at}"]`);
    all.forEach((mark) => mark.classList.add("now"));
    all[0]?.scrollIntoView({ block: "center" });
    say(`Place ${state.at + 1} of ${marks.length}: phrase ${marks[state.at].family + 1}`);
  };
  marks.forEach((mark, number) => {
    mark.make = (isStart) => h("mark", { class: `run h${mark.family % HUES}`, "data-mark": number }, isStart ? h("span", { class: "no", "aria-hidden": "true" }, mark.family + 1) : null);
  });
  if (phrasing) {
    view.append(h("div", { class: "toolbar", role: "toolbar", "aria-label": "Places of the phrases" },
      h("span", { class: "step" },
        h("button", { type: "button", id: "previous", "aria-keyshortcuts": "p", title: "Previous place (p)", on: { click: () => jump(state.at - 1) } }, "‹ Previous"),
        h("button", { type: "button", id: "next", "aria-keyshortcuts": "n", title: "Next place (n)", on: { click: () => jump(state.at + 1) } }, "Next ›")),
      h("span", { class: "position" }, `${count(marks.length, "place", "places")} of ${count(phrasing.families.length, "phrase", "phrases")}`)),
    places(text.text.length, marks, jump));
  }
  view.append(h("div", { class: "columns" },
    h("section", { class: "reading" }, h("h2", {}, "The text"), paragraphs(text.text, text.cuts, marks, article.lang)),
    h("aside", { "aria-label": "Phrases and measures" }, phrasing ? families(phrasing, article, jump, marks) : null, measures ? measuresTable(measures) : null)));
  view.keys = { n: () => jump(state.at + 1), p: () => jump(state.at - 1) };
  return view;
}

/** Where the phrases stand, in order; of two that overlap the more telling one. */
function phraseMarks(all) {
  const marks = [];
  all.forEach((family, number) => {
    for (const [from, to] of family.spans) {
      if (!marks.some((mark) => from < mark.to && mark.from < to)) marks.push({ from, to, family: number });
    }
  });
  return marks.sort((a, b) => a.from - b.from);
}

/** A strip that shows where in the article each phrase stands, a line for each of the first. */
function places(length, marks, jump) {
  const lines = Math.min(HUES, 1 + Math.max(0, ...marks.map((mark) => mark.family)));
  const [width, line] = [1000, 14];
  return h("figure", { class: "map" },
    svg("svg", { viewBox: `0 0 ${width} ${lines * line}`, height: lines * line, preserveAspectRatio: "none", role: "img", "aria-label": "Where in the article the phrases stand, from its start on the left to its end on the right" },
      Array.from({ length: lines }, (_, at) => svg("rect", { x: 0, y: at * line + 2, width, height: line - 4, class: "ground" })),
      marks.map((mark, number) => {
        if (mark.family >= lines) return null;
        const place = svg("g", { class: `ribbon h${mark.family % HUES}` }, svg("rect", { x: (width * mark.from) / length, y: mark.family * line + 2, width: Math.max(2, (width * (mark.to - mark.from)) / length), height: line - 4 }));
        place.addEventListener("click", () => jump(number));
        return place;
      })),
    h("figcaption", {}, h("span", {}, "start"), h("span", {}, "end")));
}

function families(phrasing, article, jump, marks) {
  return [
    h("h2", {}, "The phrases"),
    h("ol", { class: "families" }, phrasing.families.map((family, number) => h("li", {},
      h("button", { type: "button", class: "plain", title: "Go to its first place", on: { click: () => jump(marks.findIndex((mark) => mark.family === number)) } },
        h("mark", { class: `run h${number % HUES}` }, h("span", { class: "no", "aria-hidden": "true" }, number + 1), name(family.canonical, article.lang))),
      h("p", { class: "by" }, `${count(family.spans.length, "time", "times")} in ${count(family.paragraphs, "paragraph", "paragraphs")}`,
        ` (${percent(family.paragraph_share)} of all) and ${count(family.sentences, "sentence", "sentences")}; ${percent(family.word_share)} of the words`,
        family.is_headline ? "; it is the headline" : "", `. Score ${family.score.toFixed(2)}.`),
      family.variants.length > 1 ? h("details", {}, h("summary", {}, count(family.variants.length, "form", "forms")),
        h("ul", {}, family.variants.map((variant) => h("li", {}, name(variant.form, article.lang), ` ×${variant.count}`)))) : null,
      h("details", {}, h("summary", {}, "What made its score"),
        h("table", {}, h("tbody", {}, family.signals.map((signal) => h("tr", {}, h("th", { scope: "row" }, signal.name.replaceAll("_", " ")), h("td", {}, figure(signal.value)))))))))),
    h("h2", {}, "What made the score"),
    h("table", { class: "signals" }, h("tbody", {}, phrasing.signals.map((signal) => h("tr", {},
      h("th", { scope: "row" }, SIGNALS[signal.name]?.[0] ?? signal.name.replaceAll("_", " "), h("span", { class: "by" }, SIGNALS[signal.name]?.[1] ?? "")),
      h("td", {}, figure(signal.value)))))),
  ];
}

const figure = (value) => (Number.isInteger(value) ? INTEGERS.format(value) : value.toFixed(2));

function measuresTable(measures) {
  return [
    h("h2", {}, "Published measures"),
    h("table", { class: "signals" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Measure"), h("th", { scope: "col" }, "Value"), h("th", { scope: "col" }, "Limit"))),
      h("tbody", {}, measures.map((check) => h("tr", { class: check.passes ? null : "fails" },
        h("th", { scope: "row" }, check.measure.replaceAll("_", " ")),
        h("td", {}, figure(check.value)),
        h("td", {}, check.limit.at_most !== undefined ? `at most ${figure(check.limit.at_most)}` : `at least ${figure(check.limit.at_least)}`, check.passes ? "" : ", fails"))))),
  ];
}
