// In: the blocks of the page, each a run of JSON lines, deflated and in base64. Out: the records
// of the index, all at once; texts and comparisons, block by block as they are asked for.

const data = {
  summary: null,
  groups: [],
  groupOf: new Map(),
  /** By `uid`. */
  articles: new Map(),
  flagged: [],
  templates: [],
  gone: [],
  leftOut: [],
};

/** Blocks of texts that are held unpacked. */
const HELD = 12;

/** A name for an article in the whole page: the reference has keys of its own. */
function uid(key, isReference) {
  if (isReference) return `~r${key}`;
  return key.startsWith("~") ? `~~${key}` : key;
}

async function unpack(script) {
  const packed = atob(script.textContent.trim());
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const lines = (await new Response(plain).text()).trimEnd();
  return lines === "" ? [] : JSON.parse(`[${lines.replaceAll("\n", ",")}]`);
}

/** Reads the index. */
async function load() {
  const scripts = [...document.querySelectorAll("script[data-index]")];
  const parts = await Promise.all(scripts.map(unpack));
  parts.forEach((records, at) => {
    const block = scripts[at].dataset.index;
    for (const record of records) take(record, block);
  });
  for (const group of data.groups) {
    const isReference = group.type === "reference";
    const members = group.members.map((key) => data.articles.get(uid(key)));
    // What an article has to do with the reference stands before what it has to do with its group.
    group.articles = isReference
      ? [data.articles.get(uid(group.kept, true)), ...members.map((one) => Object.assign(Object.create(one), matches.get(pairOf(group.id, one.key))))]
      : members;
    group.kept = group.articles.find((article) => article.uid === group.keptUid);
    group.copies = group.articles.filter((article) => article !== group.kept);
    const scores = group.copies.map((article) => article.score).filter((score) => score !== null);
    group.lowestScore = scores.length ? scores.reduce((x, y) => Math.min(x, y)) : null;
    group.highestScore = scores.length ? scores.reduce((x, y) => Math.max(x, y)) : null;
    group.publishers = new Set(group.articles.map((article) => article.source).filter(Boolean));
    const dates = group.articles.map((article) => article.date).filter((date) => date !== null);
    group.date = dates.length ? dates.reduce((x, y) => Math.min(x, y)) : null;
    group.lastDate = dates.length ? dates.reduce((x, y) => Math.max(x, y)) : null;
    for (const article of isReference ? [group.kept, ...members] : members) article.groupId ??= group.id;
  }
  matches.clear();
}

/** By reference and article. */
const matches = new Map();

function take(record, block) {
  switch (record.type) {
    case "summary":
      data.summary = record;
      break;
    case "group":
      record.keptUid = uid(record.kept);
      data.groups.push(record);
      data.groupOf.set(record.id, record);
      break;
    case "reference":
      record.keptUid = uid(record.kept, true);
      data.groups.push(record);
      data.groupOf.set(record.id, record);
      break;
    case "article":
    case "reference_article":
      record.block = block;
      record.isReference = record.type === "reference_article";
      record.uid = uid(record.key, record.isReference);
      data.articles.set(record.uid, record);
      if (isFlagged(record)) data.flagged.push(record);
      break;
    case "match": {
      const { score, relation, reason, derived, facts } = record;
      matches.set(pairOf(record.of, record.key), { score, relation, reason, derived, facts });
      break;
    }
    case "left_out":
      data.leftOut.push(...record.sentences);
      break;
    case "template":
      record.block = block;
      data.templates.push(record);
      break;
    case "gone":
      data.gone.push(record);
      break;
  }
}

function isFlagged(article) {
  return article.phrasing?.verdict === "repetitive" || article.phrasing?.verdict === "suspicious";
}

const blocks = new Map();

/** The texts and comparisons of a block. */
function block(number) {
  let found = blocks.get(number);
  blocks.delete(number);
  found ??= read(number);
  blocks.set(number, found);
  if (blocks.size > HELD) blocks.delete(blocks.keys().next().value);
  return found;
}

async function read(number) {
  const script = document.querySelector(`script[data-block="${Number(number)}"]`);
  const found = { texts: new Map(), comparisons: new Map(), links: [], phrasing: new Map(), measures: new Map(), uses: [] };
  for (const record of script ? await unpack(script) : []) {
    switch (record.type) {
      case "text": {
        const same = record.same === undefined ? null : found.texts.get(record.same);
        found.texts.set(record.uid, { text: same ? same.text : record.text, cuts: (same ? same.cuts : record.cuts) ?? [] });
        break;
      }
      case "comparison":
        found.comparisons.set(pairOf(record.a, record.b), record);
        break;
      case "link":
        found.links.push(record);
        break;
      case "phrasing":
        found.phrasing.set(record.key, record);
        break;
      case "measures":
        found.measures.set(record.key, record.measures);
        break;
      case "use":
        found.uses.push(record);
        break;
    }
  }
  return found;
}

const pairOf = (a, b) => JSON.stringify([a, b]);

/** The text of an article, or null where the page has none. */
async function textOf(article) {
  return (await block(article.block)).texts.get(article.uid) ?? null;
}

/** What a reader calls an article: its title, or how it begins, or its key. */
const titleOf = (article) => article.title || article.lead || article.key;

/** Who brought it. */
const publisherOf = (article) => article.source || article.key;
