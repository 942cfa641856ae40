//! How much of one article others have too.
//!
//! In: an article's units, the postings of all and what tells their stories. Out: the units that two
//! other articles share, those of other stories told apart from those of the same story; and a
//! score.

use std::ops::Range;

use super::index::GramIndex;
use super::stories::{BIT, CommonSpecifics, Stories, Told};
use super::units::{ArticleUnit, ArticleUnits};

/// Other articles that must share a unit: two articles may have one sentence for other reasons.
pub(super) const OTHERS: usize = 2;
/// Other articles of a template that is told for sure: of two others one may retell the other.
const USERS: usize = 4;
/// Grams of a sentence that another article must share...
const GRAMS: usize = 2;
/// ...and at least one in so many of all its grams: the rest may be slots.
const GRAMS_ONE_IN: usize = 4;

/// Headings of an article that are looked at for coming again.
const LINES: usize = 100;

/// Two articles tell one story if what they have in common outside shared units weighs as much as
/// three names that one article in 256 has...
const SAME_STORY: u32 = 3 * 4 * BIT;
/// ...or, if what they share is filled in with the same names and numbers, as much as three names
/// that one article in 16 has.
const SAME_SUBJECT: u32 = 3 * 3 * BIT;
/// Slots that must be there for their filling to tell something.
const SLOTS: u32 = 3;

/// A unit that others share.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedUnit {
    /// Its number.
    pub(super) unit: usize,
    pub(super) others: usize,
    pub(super) is_story: bool,
}

/// What was found of an article.
pub(super) struct JudgedArticle {
    pub(super) shared: Vec<JudgedUnit>,
    /// Passages that another article shares, the mean of the four that share most: units, but one
    /// for sentences in a row that it has word for word.
    pub(super) together: f64,
}

/// Space that is used for one article after another.
#[derive(Clone, Debug, Default)]
pub(super) struct JudgeScratch {
    held: Vec<u32>,
    /// For each unit in its order the other articles that share it, in order.
    sharers: Vec<Sharer>,
    /// Where those of a unit stand; empty unless there are two.
    ranges: Vec<Range<usize>>,
    told: Told,
    pairs: Vec<UnitMatch>,
    /// By unit, those that tell another story.
    strangers: Vec<usize>,
    /// By unit, whether it counts.
    counts: Vec<bool>,
}

/// Another article that shares a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sharer {
    article: u32,
    /// Whether it has all of the unit, but for what fills slots.
    is_whole: bool,
}

/// Another article, and a unit that it shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct UnitMatch {
    other: u32,
    unit: u32,
    /// Whether the unit is the same there, with what fills its slots.
    is_same: bool,
    tells_another: bool,
}

/// Judges an article of this number.
pub(super) fn judge(
    article: u32,
    units: &ArticleUnits,
    index: &GramIndex,
    stories: &Stories,
    scratch: &mut JudgeScratch,
) -> JudgedArticle {
    find_sharers(article, units, index, scratch);
    if scratch.sharers.is_empty() {
        return JudgedArticle {
            shared: Vec::new(),
            together: 0.0,
        };
    }
    pair(units, stories, scratch);
    let JudgeScratch {
        ranges,
        pairs,
        strangers,
        counts,
        ..
    } = scratch;
    counts.clear();
    let mut shared = Vec::new();
    let mut lines = Vec::new();
    for (number, (unit, range)) in units.all.iter().zip(ranges.iter()).enumerate() {
        let others = range.len();
        // One of a long story may not be told by its names.
        let is_story = strangers[number] < OTHERS || strangers[number] * 2 < others;
        // A heading that comes again in this article counts once.
        let is_again = unit.line.is_some_and(|line| lines.contains(&line));
        counts.push(others > 0 && !is_story && !is_again);
        if others == 0 {
            continue;
        }
        // A text of a million headings would be compared with itself; so many are no scaffold.
        if lines.len() < LINES {
            lines.extend(unit.line);
        }
        shared.push(JudgedUnit {
            unit: number,
            others,
            is_story,
        });
    }
    let of_others = pairs.chunk_by(|a, b| a.other == b.other);
    let mut passages: Vec<usize> = of_others
        .filter(|pairs| pairs[0].tells_another)
        .map(|pairs| count_passages(pairs, counts))
        .collect();
    passages.sort_unstable_by(|a, b| b.cmp(a));
    let most: usize = passages.iter().take(USERS).sum();
    JudgedArticle {
        shared,
        together: most as f64 / USERS as f64,
    }
}

/// How many of the units that another article shares count. Copied background is one passage word
/// for word; of a scaffold each sentence is filled in.
fn count_passages(pairs: &[UnitMatch], counts: &[bool]) -> usize {
    let mut before = None;
    let counted = pairs.iter().filter(|pair| counts[pair.unit as usize]);
    let begins = counted.filter(|pair| {
        let copied = pair.is_same.then_some(pair.unit);
        let goes_on = copied.is_some() && before == copied.map(|unit| unit.wrapping_sub(1));
        before = copied;
        !goes_on
    });
    begins.count()
}

/// Finds who shares each unit.
fn find_sharers(article: u32, units: &ArticleUnits, index: &GramIndex, scratch: &mut JudgeScratch) {
    let JudgeScratch {
        sharers,
        ranges,
        held,
        ..
    } = scratch;
    sharers.clear();
    ranges.clear();
    for unit in &units.all {
        let start = sharers.len();
        share(article, unit, units.grams(unit), index, held, sharers);
        if sharers.len() - start < OTHERS {
            sharers.truncate(start);
        }
        ranges.push(start..sharers.len());
    }
}

/// Adds the other articles that share a unit, in order.
fn share(
    article: u32,
    unit: &ArticleUnit,
    grams: &[u64],
    index: &GramIndex,
    held: &mut Vec<u32>,
    sharers: &mut Vec<Sharer>,
) {
    let start = sharers.len();
    let [mut kept, mut known] = [0, 0];
    for &gram in grams {
        kept += usize::from(index.keeps(gram));
        known += usize::from(index.may_have(gram));
    }
    let needed = GRAMS.max(kept.div_ceil(GRAMS_ONE_IN));
    if known >= needed {
        held.clear();
        for &gram in grams {
            let articles = index.get(gram).iter();
            held.extend(articles.map(|posting| posting.article()));
        }
        held.sort_unstable();
        let often = held
            .chunk_by(|a, b| a == b)
            .filter(|run| run.len() >= needed && run[0] != article);
        sharers.extend(often.map(|run| Sharer {
            article: run[0],
            is_whole: run.len() >= kept,
        }));
    }
    let Some(line) = unit.line else {
        return;
    };
    let of_line = index.get(line).iter().map(|posting| posting.article());
    sharers.extend(
        of_line
            .filter(|&other| other != article)
            .map(|article| Sharer {
                article,
                is_whole: true,
            }),
    );
    let mut all = sharers.split_off(start);
    all.sort_unstable();
    // Of an article that has its grams and the whole line, the line counts.
    all.dedup_by(|next, kept| {
        let is_same = next.article == kept.article;
        kept.is_whole |= is_same && next.is_whole;
        is_same
    });
    sharers.append(&mut all);
}

/// Pairs the units with those who share them, and tells which of these tell the same story.
fn pair(units: &ArticleUnits, stories: &Stories, scratch: &mut JudgeScratch) {
    let JudgeScratch {
        sharers,
        ranges,
        pairs,
        told,
        strangers,
        ..
    } = scratch;
    let shared = units.all.iter().zip(ranges.iter());
    told.set(shared.flat_map(|(unit, range)| {
        let outside = range.is_empty();
        let places = units.places(unit).iter();
        places.map(move |&specific| (specific, outside))
    }));
    pairs.clear();
    for (unit, range) in (0..).zip(ranges.iter()) {
        pairs.extend(sharers[range.clone()].iter().map(|sharer| UnitMatch {
            other: sharer.article,
            unit,
            is_same: sharer.is_whole,
            tells_another: true,
        }));
    }
    pairs.sort_unstable();
    strangers.clear();
    strangers.resize(units.all.len(), 0);
    for run in pairs.chunk_by_mut(|a, b| a.other == b.other) {
        let common = told.compare(stories, run[0].other);
        let mut filled = [0, 0];
        for pair in run.iter_mut() {
            let [all, both] = told.filled(units.places(&units.all[pair.unit as usize]));
            filled = [filled[0] + all, filled[1] + both];
            pair.is_same &= is_alike([all, both]);
        }
        let tells_another = !is_same(common, filled);
        for pair in run {
            pair.tells_another = tells_another;
            strangers[pair.unit as usize] += usize::from(tells_another);
        }
    }
}

/// Whether slots are filled with the same names and numbers in both.
fn is_alike([slots, same]: [u32; 2]) -> bool {
    same * 4 >= slots * 3
}

/// Whether two articles tell one story: by what they have in common outside the units that they
/// share, and by how many of the names and numbers in these the other one has too. A scaffold is
/// filled in with others each time; copied background is the same to the last number.
fn is_same(common: CommonSpecifics, [slots, same]: [u32; 2]) -> bool {
    if slots >= SLOTS && same * 2 < slots {
        return common.story >= SAME_STORY * 2;
    }
    let filled_alike = slots >= SLOTS && is_alike([slots, same]);
    common.story >= SAME_STORY || filled_alike && common.subject >= SAME_SUBJECT
}
