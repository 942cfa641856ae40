//! The share of an article that other articles have too.
//!
//! In: the units of an article, the postings, and the specifics of stories. Out: the units that at
//! least two other articles share, with copied background of one story told apart; and a count of
//! shared passages.

use std::ops::Range;

use super::index::{ArticleHash, GramIndex};
use super::stories::{BIT, CommonSpecifics, Stories, Told};
use super::units::{ArticleUnit, ArticleUnits};
use crate::kit::ids::{IndexVec, UnitNumber};

/// The fewest other articles that share a unit: two articles may share a sentence for other
/// reasons.
pub(super) const OTHERS: usize = 2;
/// The number of other articles averaged over: among two, one may retell the other. Chosen by hand.
const USERS: usize = 4;
/// The fewest grams of a sentence that another article must share: one gram may be a set phrase.
const GRAMS: usize = 2;
/// The inverse of the share of a sentence's grams that another article must hold: three quarters
/// may overlap slots. A frame of ten words with two slots keeps two or three of its seven grams.
const GRAMS_ONE_IN: usize = 4;

/// The most headings of an article that are checked for repetition.
const LINES: usize = 100;

/// The weight that makes two articles one story: three names of one article in 256, after the
/// allowance. Chosen on Portuguese news; see the module above.
const SAME_STORY: u32 = 3 * 4 * BIT;
/// The weight that makes two articles one story if equal names and numbers fill their shared units:
/// three names of one article in 16. Chosen on Portuguese news.
const SAME_SUBJECT: u32 = 3 * 3 * BIT;
/// The fewest filled slots that tell something. Chosen by hand: two may agree by chance.
const SLOTS: u32 = 3;

/// The fewest shared headings of an outline. Chosen by hand: two headings may be those of a
/// newspaper column.
const OUTLINE: usize = 3;

/// A unit shared with other articles.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedUnit {
    pub(super) unit: UnitNumber,
    pub(super) others: usize,
    pub(super) is_story: bool,
}

/// The judgement of an article.
pub(super) struct JudgedArticle {
    pub(super) shared: Vec<JudgedUnit>,
    /// The number of passages that another article shares, averaged over the four articles that
    /// share most. Consecutive sentences that agree word for word are one passage.
    pub(super) together: f64,
}

/// Buffers that are reused from article to article.
#[derive(Clone, Debug, Default)]
pub(super) struct JudgeScratch {
    held: Vec<ArticleHash>,
    /// The other articles that share a unit, sorted, unit by unit.
    sharers: Vec<Sharer>,
    /// The range of a unit in `sharers`; empty for fewer than two sharers.
    ranges: IndexVec<UnitNumber, Range<usize>>,
    told: Told,
    pairs: Vec<UnitMatch>,
    /// The number of sharers with another story, by unit.
    strangers: IndexVec<UnitNumber, usize>,
    /// Whether a unit counts, by unit.
    counts: IndexVec<UnitNumber, bool>,
    /// The headings in common with the article at hand.
    lines: Vec<u64>,
}

/// Another article that shares a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sharer {
    article: ArticleHash,
    /// Whether the article has every gram of the unit, apart from slots.
    is_whole: bool,
}

/// A unit and another article that shares the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct UnitMatch {
    other: ArticleHash,
    unit: UnitNumber,
    /// Whether the other article fills the slots of the unit alike.
    is_same: bool,
    tells_another: bool,
}

/// Judges the article with a given number. Time is linear in the number of postings looked up.
pub(super) fn judge(
    article: ArticleHash,
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
    for ((number, unit), range) in units.all.numbered().zip(ranges.iter()) {
        let others = range.len();
        // A follow-up of a long story may lack its names: a majority decides.
        let is_story = strangers[number] < OTHERS || strangers[number] * 2 < others;
        // A repeated heading of the article counts once.
        let is_again = unit.line.is_some_and(|line| lines.contains(&line));
        counts.push(others > 0 && !is_story && !is_again);
        if others == 0 {
            continue;
        }
        // A text of a million headings would take quadratic time; no scaffold has 100 headings.
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

/// The number of counted passages in the units shared with another article. Copied background is
/// one passage word for word; sentences of a scaffold are filled in.
fn count_passages(pairs: &[UnitMatch], counts: &IndexVec<UnitNumber, bool>) -> usize {
    let mut before = None;
    let counted = pairs.iter().filter(|pair| counts[pair.unit]);
    let begins = counted.filter(|pair| {
        let copied = pair.is_same.then_some(pair.unit);
        let goes_on =
            before.is_some_and(|UnitNumber(before)| copied == Some(UnitNumber(before + 1)));
        before = copied;
        !goes_on
    });
    begins.count()
}

/// Finds the sharers of every unit.
fn find_sharers(
    article: ArticleHash,
    units: &ArticleUnits,
    index: &GramIndex,
    scratch: &mut JudgeScratch,
) {
    let JudgeScratch {
        sharers,
        ranges,
        held,
        ..
    } = scratch;
    sharers.clear();
    ranges.clear();
    for unit in units.all.iter() {
        let start = sharers.len();
        share(article, unit, units.grams(unit), index, held, sharers);
        if sharers.len() - start < OTHERS {
            sharers.truncate(start);
        }
        ranges.push(start..sharers.len());
    }
}

/// Appends the other articles that share a unit, sorted.
fn share(
    article: ArticleHash,
    unit: &ArticleUnit,
    grams: &[u64],
    index: &GramIndex,
    held: &mut Vec<ArticleHash>,
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
    // For an article with both the grams and the line, the line counts.
    all.dedup_by(|next, kept| {
        let is_same = next.article == kept.article;
        kept.is_whole |= is_same && next.is_whole;
        is_same
    });
    sharers.append(&mut all);
}

/// Pairs units with their sharers, and finds sharers on the same story.
fn pair(units: &ArticleUnits, stories: &Stories, scratch: &mut JudgeScratch) {
    let JudgeScratch {
        sharers,
        ranges,
        pairs,
        told,
        strangers,
        lines,
        ..
    } = scratch;
    let shared = units.all.iter().zip(ranges.iter());
    told.set(shared.flat_map(|(unit, range)| {
        let outside = range.is_empty();
        let places = units.places(unit).iter();
        places.map(move |&specific| (specific, outside))
    }));
    pairs.clear();
    for (unit, range) in ranges.numbered() {
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
            let [all, both] = told.filled(units.places(&units.all[pair.unit]));
            filled = [filled[0] + all, filled[1] + both];
            pair.is_same &= is_alike([all, both]);
        }
        let tells_another = share_outline(units, run, lines) || !is_same(common, filled);
        for pair in run {
            pair.tells_another = tells_another;
            strangers[pair.unit] += usize::from(tells_another);
        }
    }
}

/// Whether the units shared with another article are an outline: at least [`OUTLINE`] headings, and
/// fewer sentences than headings. A copy of a story copies sentences. Articles of one outline have
/// different sentences under equal headings, whatever names they mention.
fn share_outline(units: &ArticleUnits, run: &[UnitMatch], lines: &mut Vec<u64>) -> bool {
    let shared = run.iter().map(|pair| &units.all[pair.unit]);
    lines.clear();
    lines.extend(shared.filter_map(|unit| unit.line));
    let sentences = run.len() - lines.len();
    lines.sort_unstable();
    lines.dedup();
    lines.len() >= OUTLINE && lines.len() > sentences
}

/// Whether three quarters of the slots are filled with equal names and numbers. Chosen by hand.
fn is_alike([slots, same]: [u32; 2]) -> bool {
    same * 4 >= slots * 3
}

/// Whether two articles tell one story. The evidence is the weight of common specifics outside
/// shared units, and the share of slots filled alike. A scaffold is filled in anew; copied
/// background agrees to the digit.
fn is_same(common: CommonSpecifics, [slots, same]: [u32; 2]) -> bool {
    if slots >= SLOTS && same * 2 < slots {
        return common.story >= SAME_STORY * 2;
    }
    let filled_alike = slots >= SLOTS && is_alike([slots, same]);
    common.story >= SAME_STORY || filled_alike && common.subject >= SAME_SUBJECT
}
