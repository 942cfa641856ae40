//! How much of one article others have too.
//!
//! In: an article's units and the postings of all. Out: the units that two other articles share,
//! those of other stories told apart from those of the same story; and a score.

use super::postings::{KEPT, Postings};
use super::units::{Gram, Kind, Units};

/// Other articles that must share a unit: two articles may have one sentence for other reasons.
pub(super) const OTHERS: usize = 2;
/// Grams of a sentence that another article must share...
const GRAMS: usize = 2;
/// ...and at least one in so many of all its grams: the rest may be slots.
const GRAMS_ONE_IN: usize = 4;

/// Headings of an article that are looked at for coming again.
const LINES: usize = 100;

/// A name or word is rare if no more than one article in so many has it...
const RARE_ONE_IN: usize = 64;
/// ...or no more than so many articles.
const RARE: usize = 5;
/// Two articles tell one story if they share so many rare names...
const SAME_STORY: usize = 3 * NAME;
/// ...each of which counts as much as three rare words outside the units at hand.
const NAME: usize = 3;
/// Two sentences with the same names in the same places are one story retold.
const ALIKE: usize = SAME_STORY.div_ceil(2);

/// A unit that others share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared {
    /// Its number.
    pub(super) unit: usize,
    pub(super) others: usize,
    pub(super) is_story: bool,
}

/// What was found of an article.
pub(super) struct Judged {
    pub(super) shared: Vec<Shared>,
    /// Units that two other articles both share.
    pub(super) together: usize,
}

/// Judges an article that has this number among the postings of `articles`.
pub(super) fn judge(article: u32, units: &Units, postings: &Postings, articles: usize) -> Judged {
    let mut alike = Vec::new();
    let sharing: Vec<Vec<u32>> = units
        .all
        .iter()
        .map(|unit| share(article, units.grams(unit), postings, &mut alike))
        .collect();
    let same_story = same_story(units, &sharing, alike, postings, articles);
    let mut shared = Vec::new();
    let mut strangers = Vec::new();
    let mut lines = Vec::new();
    for (number, (unit, sharing)) in units.all.iter().zip(&sharing).enumerate() {
        if sharing.len() < OTHERS {
            continue;
        }
        let start = strangers.len();
        let tells_another = |other: &&u32| same_story.binary_search(other).is_err();
        strangers.extend(sharing.iter().filter(tells_another));
        let is_story = strangers.len() - start < OTHERS;
        let line = units
            .grams(unit)
            .iter()
            .find(|gram| gram.kind == Kind::Line);
        let line = line.map(|line| line.key);
        // A heading that comes again in this article counts once.
        if is_story || line.is_some_and(|line| lines.contains(&line)) {
            strangers.truncate(start);
        }
        // A text of a million headings would be compared with itself; so many are no scaffold.
        if lines.len() < LINES {
            lines.extend(line);
        }
        shared.push(Shared {
            unit: number,
            others: sharing.len(),
            is_story,
        });
    }
    strangers.sort_unstable();
    let runs = strangers.chunk_by(|a, b| a == b);
    let mut counts: Vec<usize> = runs.map(<[u32]>::len).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    Judged {
        shared,
        together: counts.get(OTHERS - 1).copied().unwrap_or(0),
    }
}

/// The other articles that share a unit, in order. Adds those in which the same names stand in its
/// slots to `alike`.
fn share(article: u32, grams: &[Gram], postings: &Postings, alike: &mut Vec<u32>) -> Vec<u32> {
    let is_kept = |gram: u64| gram.trailing_zeros() >= postings.level();
    let mut sharing = Vec::new();
    let mut held = Vec::new();
    let mut number = 0;
    for gram in grams {
        let articles = postings.get(gram.key);
        let others = articles.iter().copied().filter(|&other| other != article);
        if gram.kind == Kind::Line {
            sharing.extend(others);
        } else {
            number += usize::from(gram.kind != Kind::Filled && is_kept(gram.key));
            held.extend(others.map(|other| (other, gram.kind)));
        }
    }
    held.sort_unstable();
    let needed = GRAMS.max(number.div_ceil(GRAMS_ONE_IN));
    for run in held.chunk_by(|a, b| a.0 == b.0) {
        let count = |kind| run.iter().filter(|held| held.1 == kind).count();
        let filled = count(Kind::Filled);
        if run.len() - filled >= needed {
            sharing.push(run[0].0);
            if filled > 0 && filled * 2 >= count(Kind::Slotted) {
                alike.push(run[0].0);
            }
        }
    }
    sharing.sort_unstable();
    sharing.dedup();
    sharing
}

/// The other articles that tell the same story, in order.
fn same_story(
    units: &Units,
    sharing: &[Vec<u32>],
    alike: Vec<u32>,
    postings: &Postings,
    articles: usize,
) -> Vec<u32> {
    let most = (articles / RARE_ONE_IN).clamp(RARE, KEPT - 1);
    let rare = |key: u64| Some(postings.get(key)).filter(|articles| articles.len() <= most);
    let is_shared = |at: u32| {
        let unit = units.all.partition_point(|unit| unit.words.end <= at);
        sharing[unit].len() >= OTHERS
    };
    let mut held: Vec<(u32, usize)> = alike.into_iter().map(|other| (other, ALIKE)).collect();
    for specific in &units.specifics {
        let weight = if specific.is_name { NAME } else { 1 };
        if specific.is_name || !is_shared(specific.at) {
            let articles = rare(specific.key).into_iter().flatten();
            held.extend(articles.map(|&other| (other, weight)));
        }
    }
    held.sort_unstable();
    held.chunk_by(|a, b| a.0 == b.0)
        .filter(|run| run.iter().map(|(_, weight)| weight).sum::<usize>() >= SAME_STORY)
        .map(|run| run[0].0)
        .collect()
}
