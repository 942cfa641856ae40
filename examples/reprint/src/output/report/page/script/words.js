// In: what the records say. Out: the same in plain words.

const RELATIONS = {
  exact: "the same text",
  light_edit: "lightly edited",
  abridged: "shortened",
  excerpt: "excerpt",
  update: "other version",
  template: "same template",
  partial: "shares a passage",
  similar: "similar",
  indirect: "linked through others",
};

/** The relation by which an article is filtered. */
function relationOf(article) {
  if (article.reason === "exact_copy") return "exact";
  if (article.reason === "indirect") return "indirect";
  return article.relation ?? "similar";
}

/** What a copy has to do with the one that is kept. Only dates say what is later. */
function related(article, kept) {
  const relation = relationOf(article);
  const isMade = article.derived === "this";
  switch (relation) {
    case "abridged":
      return article.derived === "kept" ? "a longer version" : "a shortened version";
    case "excerpt":
      return article.derived === "kept" ? "the kept one is an excerpt of it" : "an excerpt";
    case "update": {
      const [here, there] = [article.date, kept.date];
      if (here !== null && there !== null && isLater(Math.min(here, there), Math.abs(here - there))) {
        return here > there ? "a later version" : "an earlier version";
      }
      return isMade ? "a version with more in it" : "a version with less in it";
    }
    case "light_edit":
      return "lightly edited";
    case "similar":
      return "similar wording";
    default:
      return RELATIONS[relation] ?? relation;
  }
}

const REASONS = {
  earliest_date: "its date is the earliest that is given",
  source_priority: "its publisher is preferred by --source-priority",
  longest: "it is the longest",
  key: "its key comes first; nothing else tells them apart",
};

const CHANGES = {
  new: "new", unchanged: "unchanged", grew: "grew", shrank: "shrank", changed: "changed", merged: "merged", split: "split",
};

/** The kinds of differences: their names, and the signs that stand beside the colours. */
const KINDS = {
  number: { name: "number", sign: "№" },
  amount: { name: "amount", sign: "¤" },
  name: { name: "name", sign: "N" },
  date: { name: "date", sign: "D" },
  replaced: { name: "other words", sign: "≠" },
  inserted: { name: "only on the right", sign: "+" },
  dropped: { name: "only on the left", sign: "−" },
};

const isRecycledMode = () => Boolean(data.summary.settings.mode.recycled);

/** The share copied of a group's articles, from the least to the most. */
function shareOf(group) {
  if (group.lowestScore === null) return "";
  const [least, most] = [percent(group.lowestScore), percent(group.highestScore)];
  const what = isRecycledMode() ? "copied" : "similar";
  return least === most ? `${least} ${what}` : `${least} to ${most} ${what}`;
}

/** How much later: in days where one of the two is known by its day alone. */
function delay(first, seconds) {
  if (!isDay(first) && !isDay(first + seconds)) return span(seconds);
  return count(Math.floor((first + seconds) / DAY) - Math.floor(first / DAY), "day", "days");
}

/** Who had it first and who followed, as far as dates tell; an empty string if they don't. */
function storyOf(group) {
  const story = group.story;
  if (!story || story.date === null || story.followers.length === 0) return "";
  const later = story.followers.filter((one) => isLater(story.date, one.seconds_later));
  if (later.length === 0) return "";
  // Those whose day is the day of the first may have been before it.
  const same = story.followers.filter((one) => !isLater(story.date, one.seconds_later));
  const first = [...new Set([...story.first, ...same].map((one) => one.source ?? one.key))];
  const after = new Map();
  for (const one of later) {
    const who = one.source ?? one.key;
    const again = first.includes(who) ? "again " : "";
    if (!after.has(who)) after.set(who, `${who} ${again}${delay(story.date, one.seconds_later)} later`);
  }
  // One publisher alone: its dates say as much.
  if (first.length === 1 && [...after.keys()].every((who) => who === first[0])) return "";
  const followed = [...after.values()];
  const named = (all) => (all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", "));
  return `${named(first)} first, ${named(followed)}`;
}
