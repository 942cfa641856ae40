// In: two articles. Out: both texts side by side, scrolling together: what stands in both in one
// colour and under one number, what differs by its kind.

const HUES = 6;

async function pairView(uidA, uidB) {
  const [a, b] = [data.articles.get(uidA), data.articles.get(uidB)];
  if (!a || !b) return missing(`This report has no text of ${!a ? uidA : uidB}.`);
  if (a === b) return missing("That is one article, not two.");
  const [ofA, ofB] = [await textOf(a), await textOf(b)];
  if (!ofA || !ofB) return missing(`The text of ${ofA ? b.key : a.key} is not in this report.`);
  const found = await comparisonOf(a, b, ofA, ofB);
  const { runs, slight } = runsOf(found);
  const view = h("article", { class: "view pair" });
  const group = a.groupId && a.groupId === b.groupId ? data.groupOf.get(a.groupId) : null;
  const state = { at: -1, difference: -1, lead: null, together: true };

  const panes = [pane(a, ofA, runs, slight, found.differences, 0), pane(b, ofB, runs, slight, found.differences, 1)];
  const position = h("span", { class: "position", id: "position" }, runs.length ? count(runs.length, "shared passage", "shared passages") : "no shared passage");

  function jump(to) {
    if (runs.length === 0) return;
    state.at = (to + runs.length) % runs.length;
    view.querySelectorAll(".now").forEach((mark) => mark.classList.remove("now"));
    const run = runs[state.at];
    panes.forEach((pane_) => bring(pane_, `[data-run="${state.at}"]`));
    position.textContent = `Passage ${state.at + 1} of ${runs.length}, ${count(run.words, "word", "words")}`;
    say(position.textContent);
  }

  function jumpDifference(to, kind) {
    const all = found.differences.map((one, at) => ({ one, at })).filter(({ one }) => !kind || one[4] === kind);
    if (all.length === 0) return;
    const next = all.find(({ at }) => at > state.difference && to > 0) ?? (to > 0 ? all[0] : all.findLast(({ at }) => at < state.difference) ?? all.at(-1));
    state.difference = next.at;
    view.querySelectorAll(".now").forEach((mark) => mark.classList.remove("now"));
    panes.forEach((pane_) => bring(pane_, `[data-difference="${next.at}"]`));
    const number = all.indexOf(next) + 1;
    position.textContent = `Difference ${number} of ${all.length}: ${KINDS[next.one[4]]?.name ?? next.one[4]}`;
    say(position.textContent);
  }

  /** Marks a place and scrolls it to a third of the pane. */
  function bring(pane_, selector) {
    const marks = pane_.querySelectorAll(selector);
    marks.forEach((mark) => mark.classList.add("now"));
    if (marks.length === 0) return;
    state.lead = null;
    pane_.scrollTop = offset(pane_, marks[0]) - pane_.clientHeight / 3;
  }

  const toolbar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Passages and differences" },
    h("span", { class: "step" },
      h("button", { type: "button", id: "previous", "aria-keyshortcuts": "p", title: "Previous passage (p)", on: { click: () => jump(state.at - 1) }, disabled: runs.length === 0 }, "‹ Previous"),
      h("button", { type: "button", id: "next", "aria-keyshortcuts": "n", title: "Next passage (n)", on: { click: () => jump(state.at + 1) }, disabled: runs.length === 0 }, "Next ›")),
    position,
    h("label", { class: "check" }, h("input", { type: "checkbox", checked: true, on: { change: (event) => { state.together = event.target.checked; } } }), "Scroll together"),
    h("a", { class: "quiet", href: pairLink(b.uid, a.uid) }, "Swap sides"));

  add(view, [
    h("p", { class: "over" }, h("a", { href: lastList("groups") }, "Groups"), group ? [" / ", h("a", { href: groupLink(group) }, name(group.id))] : null, " / side by side"),
    h("h1", {}, "Side by side"),
    h("p", { class: "lede" }, sentence(a, b, found, group)),
    group && group.articles.length > 2 ? chooser(group, a, b) : null,
    runs.length ? ribbons(ofA.text.length, ofB.text.length, runs, found.differences, jump) : null,
    toolbar,
    legend(found, runs, slight, jumpDifference),
    h("div", { class: "panes" }, panes),
  ]);

  // Whichever pane the reader scrolls leads; the other follows by what stands in both.
  panes.forEach((pane_, side) => {
    for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      pane_.addEventListener(event, () => { state.lead = pane_; }, { passive: true });
    }
    pane_.addEventListener("scroll", () => {
      if (state.lead !== pane_ || !state.together) return;
      const other = panes[1 - side];
      const third = pane_.clientHeight / 3;
      other.scrollTop = level(panes, runs, side, pane_.scrollTop + third) - other.clientHeight / 3;
    }, { passive: true });
  });
  view.keys = { n: () => jump(state.at + 1), p: () => jump(state.at - 1), d: () => jumpDifference(1), D: () => jumpDifference(-1) };
  return view;
}

/** The comparison that the program made, turned if need be, or one that is made here. */
async function comparisonOf(a, b, ofA, ofB) {
  for (const one of new Set([a.block, b.block])) {
    const { comparisons } = await block(one);
    const straight = comparisons.get(pairOf(a.uid, b.uid));
    if (straight) return straight;
    const turned = comparisons.get(pairOf(b.uid, a.uid));
    if (turned) return turn(turned);
  }
  return { ...align(ofA.text, ofB.text), isMadeHere: true };
}

function turn(found) {
  const kinds = { inserted: "dropped", dropped: "inserted" };
  const byFirst = (x, y) => x[0] - y[0] || x[2] - y[2];
  return {
    ...found,
    a: found.b,
    b: found.a,
    a_coverage: found.b_coverage,
    b_coverage: found.a_coverage,
    derived: { a: "b", b: "a" }[found.derived] ?? null,
    passages: found.passages.map(([a0, a1, b0, b1, words_, kind]) => [b0, b1, a0, a1, words_, kind]).sort(byFirst),
    differences: found.differences.map(([a0, a1, b0, b1, kind]) => [b0, b1, a0, a1, kinds[kind] ?? kind]).sort(byFirst),
  };
}

/** Words between two parts of one passage at most: a changed word or half a sentence put in is no
 * end of it. By hand. */
const BETWEEN = 12;
/** Words, or letters where no spaces part words, of the shortest passage that is counted. By hand:
 * less is said by chance. */
const COUNTED = { words: 4, letters: 8 };

/** Passages that follow each other in both texts with little between them, as one; and those too
 * short to count. */
function runsOf({ passages }) {
  const letters = passages.reduce((sum, [a0, a1]) => sum + a1 - a0, 0);
  const perWord = letters / Math.max(1, passages.reduce((sum, one) => sum + one[4], 0));
  const between = BETWEEN * perWord;
  const least = perWord < 2.5 ? COUNTED.letters : COUNTED.words;
  const runs = [];
  for (const [a0, a1, b0, b1, words_, kind] of passages) {
    const last = runs.at(-1);
    const isMoved = kind === "moved";
    const goesOn = last && !isMoved && !last.isMoved && b0 >= last.b1 && b0 - last.b1 <= between && a0 - last.a1 <= between;
    if (goesOn) {
      last.parts.push([a0, a1, b0, b1, kind, words_]);
      Object.assign(last, { a1, b1 });
    } else {
      runs.push({ a0, a1, b0, b1, words: 0, isMoved, parts: [[a0, a1, b0, b1, kind, words_]] });
    }
  }
  // A word or two at the end of a passage, apart from the rest of it, stand there by chance.
  const slight = [];
  const isSlight = (part) => part[5] < least;
  for (const run of runs) {
    while (run.parts.length > 1 && isSlight(run.parts[0])) slight.push(run.parts.shift());
    while (run.parts.length > 1 && isSlight(run.parts.at(-1))) slight.push(run.parts.pop());
    run.words = run.parts.reduce((sum, part) => sum + part[5], 0);
    Object.assign(run, { a0: run.parts[0][0], b0: run.parts[0][2], a1: run.parts.at(-1)[1], b1: run.parts.at(-1)[3] });
  }
  const counts = (run) => run.words >= least;
  slight.push(...runs.filter((run) => !counts(run)).flatMap((run) => run.parts));
  return { runs: runs.filter(counts), slight };
}

function pane(article, text, runs, slight, differences, side) {
  const marks = [];
  runs.forEach((run, number) => {
    run.parts.forEach(([a0, a1, b0, b1, kind], part) => {
      const [from, to] = side === 0 ? [a0, a1] : [b0, b1];
      marks.push({
        from, to,
        make: (isStart) => h("mark", { class: `run h${number % HUES}${kind === "noisy" ? " noisy" : ""}${run.isMoved ? " moved" : ""}`, "data-run": number, "data-part": `${number}.${part}` },
          isStart && part === 0 ? h("span", { class: "no", "aria-hidden": "true" }, number + 1) : null),
      });
    });
  });
  for (const [a0, a1, b0, b1] of slight) {
    const [from, to] = side === 0 ? [a0, a1] : [b0, b1];
    marks.push({ from, to, make: () => h("span", { class: "slight" }) });
  }
  differences.forEach(([a0, a1, b0, b1, kind], number) => {
    const [from, to] = side === 0 ? [a0, a1] : [b0, b1];
    const sign = KINDS[kind]?.sign ?? "?";
    marks.push({
      from, to,
      make: (isStart) => from === to
        ? h("span", { class: `gap k-${kind}`, "data-difference": number, title: `${KINDS[kind]?.name ?? kind}: not here`, "aria-hidden": "true" }, "‸")
        : h("span", { class: `differs k-${kind}`, "data-difference": number, title: KINDS[kind]?.name ?? kind }, isStart ? h("span", { class: "sign", "aria-hidden": "true" }, sign) : null),
    });
  });
  return h("section", { class: "pane", tabindex: "0", "aria-label": side === 0 ? "Left text" : "Right text" },
    h("header", { dir: directionOf(titleOf(article)) }, articleName(article, [" · ", count(article.words, "word", "words")])),
    paragraphs(text.text, text.cuts, disjoint(marks), article.lang));
}

/** Marks in order, without those that begin within another. */
function disjoint(marks) {
  const sorted = marks.toSorted((x, y) => x.from - y.from || x.to - y.to);
  let end = 0;
  return sorted.filter((mark) => {
    if (mark.from < end) return false;
    end = mark.to;
    return true;
  });
}

/** How far an element is from the top of what a pane scrolls. */
const offset = (pane_, element) => element.getBoundingClientRect().top - pane_.getBoundingClientRect().top + pane_.scrollTop;

/** The height in the other pane of what stands at a height of this one. */
function level(panes, runs, side, y) {
  let before = [0, 0];
  let after = [panes[side].scrollHeight, panes[1 - side].scrollHeight];
  const ends = (pane_, part) => {
    const marks = pane_.querySelectorAll(`[data-part="${part}"]`);
    if (marks.length === 0) return null;
    const last = marks[marks.length - 1];
    return [offset(pane_, marks[0]), offset(pane_, last) + last.getBoundingClientRect().height];
  };
  const parts = runs.flatMap((run, number) => (run.isMoved ? [] : run.parts.map((_, part) => `${number}.${part}`)));
  parts.forEach((part) => {
    const [here, there] = [panes[side], panes[1 - side]].map((pane_) => ends(pane_, part));
    if (!here || !there) return;
    for (const at of [0, 1]) {
      if (here[at] <= y && there[at] >= before[1]) before = [here[at], there[at]];
      if (here[at] > y && here[at] < after[0]) after = [here[at], Math.max(there[at], before[1])];
    }
  });
  const share = after[0] > before[0] ? (y - before[0]) / (after[0] - before[0]) : 0;
  return before[1] + share * (after[1] - before[1]);
}

/** What one has to do with the other, in a sentence. */
function sentence(a, b, found, group) {
  const parts = [];
  if (found.isMadeHere) {
    const isCopy = found.differences.length === 0 && found.passages.length > 0 && found.passages.every((one) => one[5] !== "moved");
    parts.push(isCopy ? "The same words in the same order." : "This pair was aligned here in the page, by words alone: the program has compared each with another article.");
    const [left, right] = found.coverage.map(percent);
    if (!isCopy) parts.push(`${left} of the left one stands in the right one, ${right} of the right one in the left one.`);
  } else {
    const [left, right] = [percent(found.a_coverage), percent(found.b_coverage)];
    const made = found.derived === "a" ? "left" : found.derived === "b" ? "right" : null;
    const other = made === "left" ? "right" : "left";
    const dated = a.date !== null && b.date !== null && isLater(Math.min(a.date, b.date), Math.abs(a.date - b.date));
    const saidOf = {
      exact: "The same words in the same order.",
      light_edit: "One is a light edit of the other.",
      abridged: `The ${made} one is a shortened version of the ${other} one.`,
      excerpt: `The ${made} one is an excerpt of the ${other} one.`,
      update: dated ? `The ${a.date > b.date ? "left" : "right"} one is a later version of the other.` : made ? `The ${made} one is a version of the other with more in it.` : "They are two versions.",
      template: "They fill in the same template with other facts, and are no copies.",
      partial: "They share a passage, and are no copies.",
      unrelated: "They have little to do with each other.",
    };
    parts.push(saidOf[found.relation] ?? "");
    if (found.relation !== "exact") parts.push(`${left} of the left one stands in the right one, ${right} of the right one in the left one.`);
    if (found.facts) parts.push(`${count(found.facts, "fact differs", "facts differ")}.`);
    if (!isRecycledMode() && found.jaccard !== undefined) parts.push(`Their Jaccard similarity is ${found.jaccard.toFixed(2)}.`);
  }
  if (group && a.derived === undefined && group.kept !== a && group.kept !== b) parts.push("Neither is the one that is kept.");
  return parts.join(" ");
}

function chooser(group, a, b) {
  const option = (chosenOne) => (one) => h("option", { value: one.uid, selected: one === chosenOne }, `${titleOf(one).slice(0, 60)} (${publisherOf(one).slice(0, 40)})`);
  const form = h("form", { class: "compare" },
    h("label", {}, h("span", {}, "Left"), h("select", { name: "a", dir: directionOf(titleOf(a)) }, group.articles.map(option(a)))),
    h("label", {}, h("span", {}, "Right"), h("select", { name: "b", dir: directionOf(titleOf(b)) }, group.articles.map(option(b)))));
  form.addEventListener("change", () => {
    const asked = new FormData(form);
    if (asked.get("a") !== asked.get("b")) replace(pairLink(asked.get("a"), asked.get("b")));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

/** Both texts as bars, and what stands in both as ribbons between them; what differs is left out of
 * the bars. */
function ribbons(lengthA, lengthB, runs, differences, jump) {
  const [width, height, bar] = [1000, 64, 8];
  const x = (at, length) => (width * at) / Math.max(1, length);
  const shapes = runs.map((run, number) => {
    const [a0, a1, b0, b1] = [x(run.a0, lengthA), x(run.a1, lengthA), x(run.b0, lengthB), x(run.b1, lengthB)];
    const middle = height / 2;
    const path = `M${a0} ${bar}C${a0} ${middle} ${b0} ${middle} ${b0} ${height - bar}H${b1}C${b1} ${middle} ${a1} ${middle} ${a1} ${bar}Z`;
    return svg("g", { class: `ribbon h${number % HUES}` },
      svg("rect", { x: a0, y: 0, width: Math.max(1, a1 - a0), height: bar }), svg("rect", { x: b0, y: height - bar, width: Math.max(1, b1 - b0), height: bar }),
      svg("path", { d: path }));
  });
  shapes.forEach((shape, number) => shape.addEventListener("click", () => jump(number)));
  const gaps = differences.flatMap(([a0, a1, b0, b1]) => [[x(a0, lengthA), x(a1, lengthA), 0], [x(b0, lengthB), x(b1, lengthB), height - bar]])
    .filter(([from, to]) => from < to)
    .map(([from, to, y]) => svg("rect", { x: from, y, width: Math.max(1.5, to - from), height: bar, class: "differs" }));
  const words_ = runs.reduce((sum, run) => sum + run.words, 0);
  return h("figure", { class: "map" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `Where the ${count(runs.length, "shared passage", "shared passages")} (${count(words_, "word", "words")}) stand: the left text above, the right text below` },
      svg("rect", { x: 0, y: 0, width, height: bar, class: "ground" }), svg("rect", { x: 0, y: height - bar, width, height: bar, class: "ground" }), shapes, gaps));
}

function legend(found, runs, slight, jumpDifference) {
  const counts = new Map();
  for (const one of found.differences) counts.set(one[4], (counts.get(one[4]) ?? 0) + 1);
  return h("div", { class: "legend" },
    h("span", { class: "item" }, h("mark", { class: "run h0" }, h("span", { class: "no" }, "1"), "stands in both"), ` ${INTEGERS.format(runs.length)}`),
    runs.some((run) => run.isMoved) ? h("span", { class: "item" }, h("mark", { class: "run moved h1" }, "in another place")) : null,
    slight.length ? h("span", { class: "item" }, h("span", { class: "slight" }, "a few words in both")) : null,
    Object.keys(KINDS).filter((kind) => counts.has(kind)).map((kind) =>
      h("button", { type: "button", class: "item", title: `Next: ${KINDS[kind].name} (d: any difference)`, on: { click: () => jumpDifference(1, kind) } },
        h("span", { class: `differs k-${kind}` }, h("span", { class: "sign" }, KINDS[kind].sign), KINDS[kind].name), ` ${INTEGERS.format(counts.get(kind))}`)));
}
