// In: a number of rows, and how one is drawn. Out: a list of any length that scrolls with the page
// and draws the rows that are in sight.

/** Rows drawn above and below what is in sight. */
const BEYOND = 6;
/** Rows that are drawn for print at most. */
const PRINTED = 1000;

function rows(items, draw, label) {
  const list = h("ol", { class: "rows", role: "list", "aria-label": label });
  const drawn = new Map();
  const height = () => parseFloat(getComputedStyle(list).getPropertyValue("--row")) || 88;
  let isPrinting = false;

  function show() {
    if (!list.isConnected) return;
    const row = height();
    list.style.setProperty("height", isPrinting ? "auto" : `${items.length * row}px`);
    const top = -list.getBoundingClientRect().top;
    let first = Math.max(0, Math.floor(top / row) - BEYOND);
    let last = Math.min(items.length, Math.ceil((top + innerHeight) / row) + BEYOND);
    if (isPrinting) [first, last] = [0, Math.min(items.length, PRINTED)];
    for (const [at, element] of drawn) {
      // What has the focus stays, or the focus would be lost.
      if ((at < first || at >= last) && !element.contains(document.activeElement)) {
        element.remove();
        drawn.delete(at);
      }
    }
    for (let at = first; at < last; at += 1) {
      let element = drawn.get(at);
      if (!element) {
        element = h("li", { "aria-setsize": items.length, "aria-posinset": at + 1, "data-at": at }, draw(items[at], at));
        drawn.set(at, element);
        const next = [...drawn.keys()].filter((other) => other > at).sort((x, y) => x - y)[0];
        list.insertBefore(element, next === undefined ? null : drawn.get(next));
      }
      element.style.setProperty("transform", isPrinting ? "none" : `translateY(${at * row}px)`);
    }
  }

  /** Moves the focus by so many rows from the one that has it, or to the first in sight. */
  function move(by) {
    const here = document.activeElement?.closest?.(".rows > li");
    const inSight = Math.max(0, Math.ceil(-list.getBoundingClientRect().top / height()));
    const at = here && list.contains(here) ? Number(here.dataset.at) + by : inSight;
    if (at < 0 || at >= items.length) return;
    const top = list.getBoundingClientRect().top + scrollY + at * height();
    if (top < scrollY + 140 || top + height() > scrollY + innerHeight) scrollTo(0, top - innerHeight / 3);
    show();
    drawn.get(at)?.querySelector("a")?.focus({ preventScroll: true });
  }

  const onPrint = (event) => { isPrinting = event.type === "beforeprint"; show(); };
  addEventListener("scroll", show, { passive: true });
  addEventListener("resize", show);
  addEventListener("beforeprint", onPrint);
  addEventListener("afterprint", onPrint);
  list.end = () => {
    removeEventListener("scroll", show);
    removeEventListener("resize", show);
    removeEventListener("beforeprint", onPrint);
    removeEventListener("afterprint", onPrint);
  };
  list.move = move;
  list.show = show;
  return list;
}
