// In: two texts that the program has not compared in full. Out: the passages that stand in both
// and the places at which they differ, in the form of its comparisons. Anchors are runs of words
// that stand once in each text; the longest chain of them that keeps the order in both is extended
// word by word (patience diff). What is left over in both and said only once has moved. Names are
// not told from words.

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[\p{L}\p{N}\p{M}]+(?:[.,'’][\p{L}\p{N}\p{M}]+)*/gu;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Words of an anchor, or letters where no spaces part words. By hand: runs that are rarely said twice. */
const ANCHOR = { words: 3, letters: 7 };
/** Words of a passage that moved, or letters; at least. By hand: shorter ones are set phrases. */
const MOVED = { words: 8, letters: 16 };
/** The longest gap, in words of both, in which single words are anchors. */
const SMALL_GAP = 400;

function words(text) {
  return [...text.matchAll(WORD)].map((found) => ({
    at: found.index,
    end: found.index + found[0].length,
    word: found[0].normalize("NFKC").toLowerCase().replaceAll("’", "'"),
  }));
}

function align(textA, textB) {
  const [a, b] = [words(textA), words(textB)];
  const letters = a.filter((one) => UNSPACED.test(one.word)).length;
  const isUnspaced = letters * 2 > a.length;
  const length = isUnspaced ? ANCHOR.letters : ANCHOR.words;
  /** The word of b that each word of a is, or -1. */
  const partner = new Int32Array(a.length).fill(-1);
  chain(a, b, partner, 0, a.length, 0, b.length, length);
  const passages = [];
  const differences = [];
  const hasMoved = [new Uint8Array(a.length), new Uint8Array(b.length)];
  for (const [atA, atB, words_] of moved(a, b, partner, isUnspaced ? MOVED.letters : MOVED.words, hasMoved)) {
    passages.push([a[atA].at, a[atA + words_ - 1].end, b[atB].at, b[atB + words_ - 1].end, words_, "moved"]);
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && partner[i] === j) {
      const [from, to] = [i, j];
      while (i < a.length && partner[i] === j) { i += 1; j += 1; }
      passages.push([a[from].at, a[i - 1].end, b[to].at, b[j - 1].end, i - from, "exact"]);
      continue;
    }
    const [fromA, fromB] = [i, j];
    while (i < a.length && partner[i] < 0) i += 1;
    j = i < a.length ? partner[i] : b.length;
    const [beforeA, beforeB] = [fromA ? a[fromA - 1].end : 0, fromB ? b[fromB - 1].end : 0];
    if (hasMoved[0].subarray(fromA, i).includes(1) || hasMoved[1].subarray(fromB, j).includes(1)) {
      for (const [from, to] of still(hasMoved[0], fromA, i)) differences.push([a[from].at, a[to - 1].end, beforeB, beforeB, "dropped"]);
      for (const [from, to] of still(hasMoved[1], fromB, j)) differences.push([beforeA, beforeA, b[from].at, b[to - 1].end, "inserted"]);
      continue;
    }
    const ofA = i > fromA ? [a[fromA].at, a[i - 1].end] : [beforeA, beforeA];
    const ofB = j > fromB ? [b[fromB].at, b[j - 1].end] : [beforeB, beforeB];
    const hasDigits = (all, from, to) => all.slice(from, to).some((one) => /\p{Nd}/u.test(one.word));
    const kind = i === fromA ? "inserted" : j === fromB ? "dropped"
      : hasDigits(a, fromA, i) && hasDigits(b, fromB, j) && i - fromA <= 4 && j - fromB <= 4 ? "number" : "replaced";
    differences.push([...ofA, ...ofB, kind]);
  }
  passages.sort((one, other) => one[0] - other[0]);
  const shared = passages.reduce((sum, one) => sum + one[4], 0);
  return { passages, differences, coverage: [shared / Math.max(1, a.length), shared / Math.max(1, b.length)] };
}

/** The ranges of words between `from` and `to` that have not moved. */
function still(hasMoved, from, to) {
  const found = [];
  for (let at = from; at < to; at += 1) {
    if (hasMoved[at]) continue;
    if (found.length && found.at(-1)[1] === at) found.at(-1)[1] = at + 1;
    else found.push([at, at + 1]);
  }
  return found;
}

/** Runs of words without partners that stand once among those of each text: start in a, start in
 * b, words. Notes which words they are in `hasMoved`. */
function moved(a, b, partner, least, hasMoved) {
  const taken = new Uint8Array(b.length);
  for (const there of partner) if (there >= 0) taken[there] = 1;
  const isFreeA = (at) => at >= 0 && at < a.length && partner[at] < 0 && !hasMoved[0][at];
  const isFreeB = (at) => at >= 0 && at < b.length && !taken[at] && !hasMoved[1][at];
  const once = (all, isFree) => {
    const places = new Map();
    let free = 0;
    all.forEach((_, at) => {
      free = isFree(at) ? free + 1 : 0;
      if (free < least) return;
      const from = at + 1 - least;
      const gram = all.slice(from, at + 1).map((one) => one.word).join("\u0001");
      places.set(gram, places.has(gram) ? -1 : from);
    });
    return places;
  };
  const inB = once(b, isFreeB);
  const found = [];
  for (const [gram, atA] of once(a, isFreeA)) {
    const atB = inB.get(gram) ?? -1;
    if (atA < 0 || atB < 0) continue;
    const isSame = (by) => isFreeA(atA + by) && isFreeB(atB + by) && a[atA + by].word === b[atB + by].word;
    let [from, to] = [0, 0];
    while (isSame(to)) to += 1;
    while (isSame(from - 1)) from -= 1;
    if (to < least) continue;
    hasMoved[0].fill(1, atA + from, atA + to);
    hasMoved[1].fill(1, atB + from, atB + to);
    found.push([atA + from, atB + from, to - from]);
  }
  return found;
}

/** Pairs the words of two ranges, at most two levels deep: by long anchors, then by single words. */
function chain(a, b, partner, fromA, toA, fromB, toB, length) {
  const once = (all, from, to) => {
    const places = new Map();
    for (let at = from; at + length <= to; at += 1) {
      let gram = all[at].word;
      for (let next = 1; next < length; next += 1) gram += `\u0001${all[at + next].word}`;
      places.set(gram, places.has(gram) ? -1 : at);
    }
    return places;
  };
  const inB = once(b, fromB, toB);
  const anchors = [];
  for (const [gram, at] of once(a, fromA, toA)) {
    const there = inB.get(gram) ?? -1;
    if (at >= 0 && there >= 0) anchors.push([at, there]);
  }
  anchors.sort((one, other) => one[0] - other[0]);
  let [doneA, doneB] = [fromA, fromB];
  for (const [atA, atB] of increasing(anchors)) {
    if (atA < doneA || atB < doneB) continue;
    let [i, j] = [atA, atB];
    while (i > doneA && j > doneB && a[i - 1].word === b[j - 1].word) { i -= 1; j -= 1; }
    gap(a, b, partner, doneA, i, doneB, j, length);
    while (i < toA && j < toB && a[i].word === b[j].word) { partner[i] = j; i += 1; j += 1; }
    [doneA, doneB] = [i, j];
  }
  gap(a, b, partner, doneA, toA, doneB, toB, length);
}

function gap(a, b, partner, fromA, toA, fromB, toB, length) {
  while (fromA < toA && fromB < toB && a[fromA].word === b[fromB].word) { partner[fromA] = fromB; fromA += 1; fromB += 1; }
  if (length > 1 && fromA < toA && fromB < toB && toA - fromA + toB - fromB <= SMALL_GAP) {
    chain(a, b, partner, fromA, toA, fromB, toB, 1);
  }
}

/** The longest chain that increases in both places, of pairs in the order of the first. */
function increasing(pairs) {
  const ends = [];
  const before = new Int32Array(pairs.length).fill(-1);
  pairs.forEach(([, there], at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < there) low = middle + 1; else high = middle;
    }
    before[at] = low > 0 ? ends[low - 1] : -1;
    ends[low] = at;
  });
  const found = [];
  for (let at = ends.length ? ends[ends.length - 1] : -1; at >= 0; at = before[at]) found.push(pairs[at]);
  return found.reverse();
}
