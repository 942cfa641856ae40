// In: a text and the places to mark in it. Out: paragraphs, each with the direction of its own.

/** A line of so many characters that ends within a sentence was wrapped. By hand: headings are
 * shorter. */
const WRAPPED = 45;

/** Marks are `{from, to, make, at}`: `make` gives the element, `at` stands at an empty place. They
 * are in order and don't overlap. */
function paragraphs(text, cuts, marks, language) {
  const body = h("div", { class: "text", lang: language || null });
  const events = [
    ...marks,
    ...cuts.map(([at, bytes]) => ({ from: at, to: at, make: () => cutMark(bytes), isCut: true })),
  ].sort((a, b) => a.from - b.from || a.to - b.to);
  let next = 0;
  let open = null;
  let from = 0;
  // Blank lines part paragraphs; without them, each line is one. A line that was wrapped is joined.
  const hasBlanks = /\n[^\S\n]*\n/u.test(text);
  let [goesOn, isWrapped] = [false, false];
  while (from <= text.length) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline;
    const line = isWrapped ? body.lastElementChild : h("p", { class: goesOn ? "on" : null, dir: directionOf(text.slice(from, to)) });
    if (isWrapped) line.append(" ");
    const content = text.slice(from, to);
    isWrapped = content.length >= WRAPPED && !/[.!?…:;。！？」”"’')\]]\s*$/u.test(content) && /^[\p{L}\p{N}]/u.test(text.slice(to + 1, to + 3));
    goesOn = hasBlanks && /\S/u.test(content);
    let at = from;
    const plain = (until) => { if (until > at) { line.append(shown(text.slice(at, until))); at = until; } };
    for (;;) {
      if (!open) {
        if (next >= events.length || events[next].from > to || (events[next].from === to && events[next].to > to)) break;
        open = events[next];
        next += 1;
        plain(Math.max(open.from, at));
        if (open.from === open.to) { line.append(open.make(true)); open = null; continue; }
        open.isStart = true;
      }
      const end = Math.min(open.to, to);
      if (end > at || open.isStart) {
        const element = open.make(open.isStart);
        element.append(shown(text.slice(at, end)));
        if (end > at) { line.append(element); open.isStart = false; }
        at = Math.max(at, end);
      }
      if (open.to > to) break;
      open = null;
    }
    plain(to);
    if (line.hasChildNodes()) body.append(line);
    else isWrapped = false;
    if (newline < 0) break;
    from = newline + 1;
  }
  return body;
}

/** Controls other than tabs do nothing and are seen: the others are text, within their paragraph. */
const shown = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu, "\ufffd");

function cutMark(bytes) {
  return h("span", { class: "cut" }, `[… ${count(bytes, "byte", "bytes")} left out …]`);
}
