//! The articles that hold a gram.
//!
//! In: the grams of articles. Out: a [`GramIndex`]: the articles of every gram that at least two
//! articles hold, at most [`KEPT`] of them. The index keeps the articles with the smallest numbers.
//! Grams of one template therefore keep the same articles, whatever the order of insertion. Article
//! numbers are hashes, so that the kept articles are a fair sample.
//!
//! A posting is a number of 64 bits: 40 bits of a gram and 24 bits of an article. The postings
//! stand in one sorted row. New postings are gathered, sorted, and merged once they amount to a
//! sixteenth of the row. A sorted row takes half the memory of a hash table and misses no caches:
//! nine grams in ten stand in one article only, and no table fits a cache. (64 rows took half as
//! much memory again, for unused capacity.)
//!
//! Memory is bounded. When the postings exceed the bound, only grams that divide by 2 (then 4,
//! 8...) are kept. The kept postings depend on the articles, not on their order: the bound is
//! checked after a merge.

use crate::kit::parallel;

/// Articles kept for a gram. A template needs two other articles. More articles are kept so that
/// two grams of one template keep common articles even if one of the grams is far more frequent.
pub(super) const KEPT: usize = 16;

/// Bits of an article number. Among n articles with a gram, two of the 16 kept articles have equal
/// numbers with a chance of n in two million. In a million articles, one number in 17 is taken
/// twice.
const ARTICLE_BITS: u32 = 24;
const ARTICLE: u32 = (1 << ARTICLE_BITS) - 1;

/// Bits of a gram in a posting: among 20 million grams some 200 pairs collide.
const GRAM_BITS: u32 = 64 - ARTICLE_BITS;

/// New postings are merged when they reach a sixteenth of the sorted row. Chosen by hand: a merge
/// moves the row once, and new postings take little memory.
const MERGED_ONE_IN: usize = 16;
/// The fewest new postings worth a merge: 32 KB, as large as a nearest cache.
const FEWEST_MERGED: usize = 4096;

/// The number of an article's group in the postings: 24 bits of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ArticleHash(u32);

impl ArticleHash {
    /// The number for a hash of 64 bits.
    pub(super) fn of(hash: u64) -> Self {
        Self((hash >> (64 - ARTICLE_BITS)) as u32)
    }

    /// The number of low bits that are zero.
    pub(super) fn trailing_zeros(self) -> u32 {
        self.0.trailing_zeros()
    }
}

/// A gram and an article that holds the gram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GramPosting(u64);

impl GramPosting {
    fn new(gram: u64, article: ArticleHash) -> Self {
        Self(part(gram) << ARTICLE_BITS | u64::from(article.0))
    }

    fn gram(self) -> u64 {
        self.0 >> ARTICLE_BITS
    }

    pub(super) fn article(self) -> ArticleHash {
        ArticleHash(self.0 as u32 & ARTICLE)
    }
}

/// Bytes of a posting, including the room for new postings.
const POSTING_BYTES: usize = size_of::<GramPosting>() * (MERGED_ONE_IN + 1) / MERGED_ONE_IN;

/// The bits of a gram in a posting.
fn part(gram: u64) -> u64 {
    gram >> ARTICLE_BITS
}

/// Whether a gram is kept at a level: a level is a number of low bits that must be zero.
fn is_kept(gram: u64, level: u32) -> bool {
    part(gram).trailing_zeros() >= level
}

/// The postings of the articles added until now.
#[derive(Clone, Debug)]
pub(super) struct GramPostings {
    /// Sorted and distinct, at most [`KEPT`] a gram.
    sorted: Vec<GramPosting>,
    new: Vec<GramPosting>,
    level: u32,
    /// The bound on the memory, in bytes.
    max_bytes: usize,
}

impl GramPostings {
    /// Postings of at most `max_bytes` bytes, not counting the new postings of one call.
    pub(super) fn new(max_bytes: usize) -> Self {
        // Positions in the row have 32 bits.
        let max_bytes = max_bytes.min((u32::MAX as usize).saturating_mul(size_of::<GramPosting>()));
        Self {
            sorted: Vec::new(),
            new: Vec::new(),
            level: 0,
            max_bytes,
        }
    }

    /// Adds the grams of articles, in any order.
    pub(super) fn add<'g>(&mut self, articles: impl Iterator<Item = (ArticleHash, &'g [u64])>) {
        for (article, grams) in articles {
            let kept = grams.iter().filter(|gram| is_kept(**gram, self.level));
            self.new
                .extend(kept.map(|&gram| GramPosting::new(gram, article)));
        }
        if self.new.len() >= FEWEST_MERGED.max(self.sorted.len() / MERGED_ONE_IN) {
            self.merge();
        }
    }

    /// Merges the new postings from the back, so that no posting is copied twice.
    fn merge(&mut self) {
        let Self { sorted, new, .. } = self;
        parallel::sort(new);
        let (mut left, mut right) = (sorted.len(), new.len());
        sorted.reserve_exact(right);
        sorted.resize(left + right, GramPosting::default());
        while right > 0 {
            let to = left + right - 1;
            let is_left = left > 0 && sorted[left - 1] > new[right - 1];
            sorted[to] = if is_left {
                left -= 1;
                sorted[left]
            } else {
                right -= 1;
                new[right]
            };
        }
        new.clear();
        keep_few(sorted);
        while sorted.len() * POSTING_BYTES > self.max_bytes {
            self.level += 1;
            let level = self.level;
            sorted.retain(|posting| posting.gram().trailing_zeros() >= level);
            sorted.shrink_to_fit();
        }
    }

    /// The finished index.
    pub(super) fn finish(mut self) -> GramIndex {
        self.merge();
        self.new = Vec::new();
        keep_shared(&mut self.sorted);
        GramIndex::new(self.sorted, self.level)
    }
}

/// Drops duplicates, and all but the [`KEPT`] smallest articles of a gram.
fn keep_few(sorted: &mut Vec<GramPosting>) {
    let mut kept = 0;
    let mut last = GramPosting(!sorted.first().map_or(0, |first| first.0));
    let mut run = 0;
    for at in 0..sorted.len() {
        let next = sorted[at];
        sorted[kept] = next;
        run = if next.gram() == last.gram() {
            run + usize::from(next != last)
        } else {
            0
        };
        kept += usize::from(next != last && run < KEPT);
        last = next;
    }
    sorted.truncate(kept);
}

/// Drops grams of a single article.
fn keep_shared(sorted: &mut Vec<GramPosting>) {
    let mut kept = 0;
    let mut is_like_last = false;
    for at in 0..sorted.len() {
        let here = sorted[at];
        let next = sorted.get(at + 1);
        let is_like_next = next.is_some_and(|next| next.gram() == here.gram());
        sorted[kept] = here;
        kept += usize::from(is_like_last || is_like_next);
        is_like_last = is_like_next;
    }
    sorted.truncate(kept);
    sorted.shrink_to_fit();
}

/// Postings for lookup.
#[derive(Clone, Debug)]
pub(super) struct GramIndex {
    level: u32,
    /// A bit for every gram present. Seven lookups in eight are for absent grams and end here.
    filter: Vec<u64>,
    sorted: Vec<GramPosting>,
    /// The start of the postings for the top bits of a gram.
    starts: Vec<u32>,
    shift: u32,
}

/// Filter bits a posting.
const FILTER: usize = 8;
/// Postings an entry of `starts`.
const START: usize = 8;

impl GramIndex {
    fn new(sorted: Vec<GramPosting>, level: u32) -> Self {
        let words = (sorted.len() * FILTER / 64).next_power_of_two();
        let mut filter = vec![0; words];
        let bits = (sorted.len() / START).next_power_of_two().ilog2();
        let shift = GRAM_BITS - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        for posting in &sorted {
            let gram = posting.gram();
            filter[(gram as usize / 64) & (words - 1)] |= 1 << (gram % 64);
            starts[(gram >> shift) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self {
            level,
            filter,
            sorted,
            starts,
            shift,
        }
    }

    /// Whether the filter lets a gram pass. Absent grams may pass.
    #[inline]
    pub(super) fn may_have(&self, gram: u64) -> bool {
        let wanted = part(gram);
        let word = self.filter[(wanted as usize / 64) & (self.filter.len() - 1)];
        word >> (wanted % 64) & 1 == 1
    }

    /// The kept postings of a gram. Empty for a gram of fewer than two articles.
    #[inline]
    pub(super) fn get(&self, gram: u64) -> &[GramPosting] {
        if self.may_have(gram) {
            self.look_up(part(gram))
        } else {
            &[]
        }
    }

    fn look_up(&self, wanted: u64) -> &[GramPosting] {
        let at = (wanted >> self.shift) as usize;
        let bucket = &self.sorted[self.starts[at] as usize..self.starts[at + 1] as usize];
        let start = bucket.iter().take_while(|found| found.gram() < wanted);
        let bucket = &bucket[start.count()..];
        let len = bucket.iter().take_while(|found| found.gram() == wanted);
        &bucket[..len.count()]
    }

    /// Whether the level keeps a gram.
    pub(super) fn keeps(&self, gram: u64) -> bool {
        is_kept(gram, self.level)
    }

    /// The number of low bits that are zero in a kept gram.
    pub(super) fn level(&self) -> u32 {
        self.level
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// 40 grams of an article. Neighbouring articles share 37 grams.
    fn grams(article: u64) -> Vec<u64> {
        let all = article * 3..article * 3 + 40;
        all.map(|gram| crate::hash::finish((gram + 1).wrapping_mul(crate::hash::GOLDEN)))
            .collect()
    }

    fn number(article: u64) -> ArticleHash {
        ArticleHash::of(crate::hash::finish(article + 1))
    }

    #[test]
    fn as_a_plain_map_has_them() {
        let articles: Vec<(ArticleHash, Vec<u64>)> = (0..3000)
            .map(|at| (number(at % 1000), grams(at % 1500 / 2)))
            .collect();
        let mut plain: BTreeMap<u64, BTreeSet<ArticleHash>> = BTreeMap::new();
        for (article, grams) in &articles {
            for &gram in grams {
                plain.entry(gram).or_default().insert(*article);
            }
        }
        let mut postings = GramPostings::new(usize::MAX);
        for some in articles.chunks(700) {
            postings.add(some.iter().map(|(article, grams)| (*article, &**grams)));
        }
        let index = postings.finish();
        for (&gram, articles) in &plain {
            let expected: Vec<ArticleHash> = articles.iter().copied().take(KEPT).collect();
            let found: Vec<ArticleHash> = index.get(gram).iter().map(|p| p.article()).collect();
            if articles.len() > 1 {
                assert_eq!(found, expected);
            } else {
                assert!(found.is_empty());
            }
        }
        assert!(index.get(12345).is_empty());
        assert!(GramPostings::new(1000).finish().get(7).is_empty());
    }

    #[test]
    fn what_is_left_depends_on_no_order() {
        let articles: Vec<(ArticleHash, Vec<u64>)> =
            (0..500).map(|at| (number(at), grams(at))).collect();
        let of = |(article, grams): &'_ (ArticleHash, Vec<u64>)| (*article, grams.clone());
        let [mut forth, mut back] = [(); 2].map(|()| GramPostings::new(6_000));
        forth.add(articles.iter().map(|(article, grams)| (*article, &**grams)));
        for one in articles.iter().rev().map(of) {
            back.add(std::iter::once((one.0, &*one.1)));
        }
        let [forth, back] = [forth, back].map(GramPostings::finish);
        assert!(forth.level() > 0);
        assert_eq!(forth.level(), back.level());
        let mut kept = 0;
        for &gram in articles.iter().flat_map(|(_, grams)| grams) {
            assert_eq!(forth.get(gram), back.get(gram));
            kept += forth.get(gram).len();
            assert!(forth.get(gram).is_empty() || forth.keeps(gram));
        }
        assert!(kept > 0);
    }
}
