//! Candidates by sampled shingles: excerpts, abridgements and noisy copies, which share no band.
//!
//! In: samples by [`ArticleId`]. Out: for each article, a few candidates with similar samples. Rare
//! hashes weigh more than common hashes.
//!
//! A hash held by very many articles is a stock phrase or the story of a large group. Pairing all
//! its holders would be quadratic. Holders are paired only with a few fixed holders, the centres,
//! so that even a large group stays connected.

use std::sync::OnceLock;

use super::holders::{CAP, CENTRES, Holders, PARTS, WIDTH};
use crate::article::ArticleId;
use crate::kit::ids::{IndexVec, Number, Position};
use crate::kit::{parallel, radix};

/// Hashes that two articles must share. A single shared hash is most often a common phrase.
pub(super) const LEAST_SHARED: u32 = 2;

/// The least percentage of the smaller sample that articles must share. Copies with a recognition
/// error in every other word still share 4%. In a newswire, nine in ten pairs with two shared
/// hashes share less.
pub(super) const LEAST_PERCENT: usize = 4;

/// Most candidates that an article chooses: the others with the largest shared weight. A pair is
/// compared if either article chooses the other. Chosen by hand.
pub(super) const CHOICES: usize = 40;

/// The overlap of two articles' samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SharedSample {
    /// Sampled shingles of the first article.
    pub a: usize,
    /// Sampled shingles of the second article.
    pub b: usize,
    /// Sampled shingles of both articles.
    pub shared: usize,
    /// Shared hashes held by more than 50 articles. Only 4 holders are paired for such a hash, so
    /// it is weak evidence.
    pub common: usize,
    /// The number of shared hashes needed for a comparison, given the smaller sample's size.
    pub enough: usize,
}

/// Finds articles whose samples share hashes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings {
    samples: IndexVec<ArticleId, Box<[u32]>>,
    /// Built by [`build_tables`](Self::build_tables) or by the first query; kept up to date from then on.
    holders: OnceLock<Holders>,
}

impl Postings {
    /// Adds an article's sample, or replaces the sample under this id. `order` is that of
    /// [`candidates`](Self::candidates).
    pub(crate) fn insert<K: Ord>(
        &mut self,
        id: ArticleId,
        sample: &[u32],
        order: &impl Fn(ArticleId) -> K,
    ) {
        self.remove(id, order);
        if self.samples.len() <= id.index() {
            self.samples.resize(id.index() + 1, Box::default());
        }
        self.samples[id] = sample.into();
        if let Some(holders) = self.holders.get_mut() {
            for &hash in sample {
                holders.insert(hash, id, order);
            }
        }
    }

    /// Removes an article and gives back its sample, which is empty if the article is unknown.
    /// Later answers show no trace of the article. `order` is not asked for the article removed.
    pub(crate) fn remove<K: Ord>(
        &mut self,
        id: ArticleId,
        order: &impl Fn(ArticleId) -> K,
    ) -> Box<[u32]> {
        let Some(sample) = self.samples.get_mut(id.index()) else {
            return Box::default();
        };
        let sample = std::mem::take(sample);
        if let Some(holders) = self.holders.get_mut() {
            for &hash in &sample {
                holders.remove(hash, id, order);
            }
        }
        sample
    }

    /// Builds the tables of queries, unless they are there. Linear in the samples, apart from
    /// sorting.
    pub(crate) fn build_tables<K: Ord>(&self, order: &(impl Fn(ArticleId) -> K + Sync)) {
        self.holders(order);
    }

    fn holders<K: Ord>(&self, order: &(impl Fn(ArticleId) -> K + Sync)) -> &Holders {
        self.holders
            .get_or_init(|| Holders::of(&self.samples, order))
    }

    /// Bytes held, without look-up tables and the allocator's overhead.
    pub(crate) fn memory(&self) -> usize {
        let hashes: usize = self.samples.iter().map(|sample| sample.len()).sum();
        hashes * size_of::<u32>() + self.samples.capacity() * size_of::<Box<[u32]>>()
    }

    /// Compares two samples; `None` if an article is unknown. The time is linear in the number of
    /// articles, since the holders of each shared hash are counted.
    pub(crate) fn shared(&self, a: ArticleId, b: ArticleId) -> Option<SharedSample> {
        let [of_a, of_b] = [a, b].map(|id| self.samples.get(id.index()));
        let (of_a, of_b) = (of_a?, of_b?);
        let both = of_a.iter().filter(|hash| of_b.binary_search(hash).is_ok());
        let shared: Vec<u32> = both.copied().collect();
        let mut holders = vec![0; shared.len()];
        for sample in self.samples.iter() {
            for (hash, count) in shared.iter().zip(&mut holders) {
                *count += usize::from(sample.binary_search(hash).is_ok());
            }
        }
        let smaller = of_a.len().min(of_b.len());
        Some(SharedSample {
            a: of_a.len(),
            b: of_b.len(),
            shared: shared.len(),
            common: holders.iter().filter(|&&count| count > CAP).count(),
            enough: (LEAST_PERCENT * smaller)
                .div_ceil(100)
                .max(LEAST_SHARED as usize),
        })
    }

    /// Moves the sample of `from` to the id `to`, which has none, and an equal place in order.
    pub(crate) fn rename(&mut self, from: ArticleId, to: ArticleId) {
        let Some(sample) = self.samples.get_mut(from.index()) else {
            return;
        };
        let sample = std::mem::take(sample);
        if let Some(holders) = self.holders.get_mut() {
            for &hash in &sample {
                holders.rename(hash, from, to);
            }
        }
        if self.samples.len() <= to.index() {
            self.samples.resize(to.index() + 1, Box::default());
        }
        self.samples[to] = sample;
    }

    /// Articles that share enough with a sample, in ascending order of id; at most [`CHOICES`].
    /// `texts` is the number of articles with a sample. `order` decides which articles stand for a
    /// common hash and which of two equal choices is taken: it must depend on the texts alone, and be the same in every call.
    ///
    /// The time depends on the sample, not on the number of articles: a hash gives at most [`CAP`]
    /// of them.
    pub(crate) fn candidates<K: Ord>(
        &self,
        sample: &[u32],
        texts: usize,
        order: impl Fn(ArticleId) -> K + Sync,
    ) -> Vec<ArticleId> {
        let mut shared = SharedCounts::among(texts);
        self.holders(&order)
            .for_each(sample, |count, holders| shared.add(count, holders));
        let len_of = |id: ArticleId| self.samples[id].len();
        let mut ids = shared.choices(sample.len(), len_of, order);
        ids.sort_unstable();
        ids
    }

    /// Pairs that share enough, as positions in `order`: ascending, the smaller position first.
    pub(crate) fn pairs_in_order(
        &self,
        order: &IndexVec<Position, ArticleId>,
    ) -> Vec<(Position, Position)> {
        let none: &[u32] = &[];
        let samples: IndexVec<Position, &[u32]> = order
            .iter()
            .map(|id| self.samples.get(id.index()).map_or(none, |sample| sample))
            .collect();
        let lists = Lists::of(&samples);
        // Each part counts in an array with one cell an article, so a few large parts cost less.
        let part = (samples.len() / 64).max(1 << 10);
        let starts: Vec<usize> = (0..samples.len()).step_by(part).collect();
        let found = parallel::map(&starts, |&start| {
            let part = start..samples.len().min(start + part);
            lists.choices_of(part, &samples)
        });
        let mut pairs: Vec<(Position, Position)> = found.into_iter().flatten().collect();
        parallel::sort(&mut pairs);
        pairs.dedup();
        pairs
    }
}

/// Weights of sampled hashes, in sixteenths of a bit: a rare hash weighs more than a common one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleWeights {
    by_holders: [u32; CAP + 1],
}

impl SampleWeights {
    /// The weights among a number of different texts.
    pub(crate) fn of(articles: usize) -> Self {
        let by_holders = std::array::from_fn(|holders| {
            let bits = libm::log2(articles.max(1) as f64 / holders.max(1) as f64);
            (16.0 * bits).max(1.0) as u32
        });
        Self { by_holders }
    }

    /// The weight of a hash with a number of holders.
    pub fn of_holders(&self, holders: usize) -> u32 {
        self.by_holders[holders.min(CAP)]
    }
}

/// What one sample shares with others, hash by hash.
pub(crate) struct SharedCounts<T> {
    weights: SampleWeights,
    /// A holder and the weight of the hash.
    shared: Vec<(T, u32)>,
}

impl<T: Copy + Ord> SharedCounts<T> {
    /// Counts nothing yet, among `texts` samples.
    pub(crate) fn among(texts: usize) -> Self {
        Self {
            weights: SampleWeights::of(texts),
            shared: Vec::new(),
        }
    }

    /// Counts a hash of the sample with `count` holders, given in any order; of more than [`CAP`]
    /// holders, only the first [`CENTRES`] are counted, and the caller has put the centres there.
    pub(crate) fn add(&mut self, count: usize, holders: &[T]) {
        let weight = self.weights.of_holders(count);
        let holders = &holders[..kept(count)];
        self.shared
            .extend(holders.iter().map(|&holder| (holder, weight)));
    }

    /// The holders that share enough with a sample of `len` hashes: at most [`CHOICES`], those of
    /// largest weight. `len_of` gives the size of a holder's sample. At equal weight, the first in
    /// `order` win.
    pub(crate) fn choices<K: Ord>(
        self,
        len: usize,
        len_of: impl Fn(T) -> usize,
        order: impl Fn(T) -> K,
    ) -> Vec<T> {
        chosen(self.several().into_iter(), len, len_of, order)
    }

    /// The holders that share [`LEAST_SHARED`] hashes or more, in ascending order.
    pub(crate) fn several(mut self) -> Vec<Choice<T>> {
        self.shared.sort_unstable();
        let counted = self.shared.chunk_by(|a, b| a.0 == b.0).map(|same| Choice {
            weight: same.iter().map(|&(_, weight)| weight).sum(),
            count: same.len() as u32,
            other: same[0].0,
        });
        let several = counted.filter(|choice| choice.count >= LEAST_SHARED);
        several.collect()
    }
}

/// The choices of an article with a sample of `len` hashes, in no particular order.
pub(crate) fn chosen<T: Copy, K: Ord>(
    counted: impl Iterator<Item = Choice<T>>,
    len: usize,
    len_of: impl Fn(T) -> usize,
    order: impl Fn(T) -> K,
) -> Vec<T> {
    let mut choices: Vec<Choice<T>> = counted
        .filter(|choice| choice.is_enough(len, len_of(choice.other)))
        .collect();
    choose(&mut choices, order);
    choices.into_iter().map(|choice| choice.other).collect()
}

/// An article that another article may choose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<T> {
    pub(crate) weight: u32,
    pub(crate) count: u32,
    pub(crate) other: T,
}

impl<T> Choice<T> {
    /// Whether the count of shared hashes is enough for samples of `a` and `b` hashes.
    fn is_enough(&self, a: usize, b: usize) -> bool {
        self.count >= LEAST_SHARED && 100 * self.count as usize >= LEAST_PERCENT * a.min(b)
    }
}

/// Keeps the [`CHOICES`] choices of largest weight. At equal weight, the first in `order` win.
fn choose<T: Copy, K: Ord>(choices: &mut Vec<Choice<T>>, order: impl Fn(T) -> K) {
    if choices.len() > CHOICES {
        let key = |choice: &Choice<T>| (u32::MAX - choice.weight, order(choice.other));
        choices.select_nth_unstable_by_key(CHOICES, key);
        choices.truncate(CHOICES);
    }
}

/// The holders of shared hashes.
struct Lists {
    /// By the highest bits of the hash.
    parts: Vec<HashPart>,
    weights: SampleWeights,
}

/// The lists for a part of the hash range.
struct HashPart {
    /// Lists in ascending order of hashes. A list is the hash, the number of holders, and the
    /// holders' positions. Above the cap, only [`CENTRES`] positions are kept.
    lists: Vec<u32>,
    /// Starts of lists, by the next highest bits of the hash.
    starts: Vec<u32>,
    /// The number of lower bits.
    shift: u32,
}

/// Lists read to find one, on average. Chosen by hand: half the hashes of a sample have no list.
const LISTS_OF_A_START: usize = 4;

impl Lists {
    fn of(samples: &IndexVec<Position, &[u32]>) -> Self {
        let parts: Vec<u32> = (0..PARTS).collect();
        Self {
            parts: parallel::map(&parts, |&part| HashPart::of(samples, part)),
            weights: SampleWeights::of(samples.len()),
        }
    }

    /// For each listed hash in a sample: the positions that count, and the number of holders.
    /// `places` is scratch space.
    fn get<'l, 's>(
        &'l self,
        sample: &'s [u32],
        places: &'s mut Vec<(&'l [u32], u32)>,
    ) -> impl Iterator<Item = (&'l [u32], usize)> + use<'l, 's> {
        // All places are looked up before the first is read, so that their cache misses overlap.
        places.clear();
        places.extend(sample.iter().map(|&hash| {
            let lists = self.parts[(hash / WIDTH) as usize].from(hash);
            (lists, lists.first().copied().unwrap_or(u32::MAX))
        }));
        sample
            .iter()
            .zip(&*places)
            .filter_map(|(&hash, &(mut rest, first))| {
                let mut found = first;
                while let &[_, len, ref positions @ ..] = rest {
                    let (positions, tail) = positions.split_at(kept(len as usize));
                    if found >= hash {
                        return (found == hash).then_some((positions, len as usize));
                    }
                    rest = tail;
                    found = rest.first().copied()?;
                }
                None
            })
    }

    /// The pairs chosen by the articles in a range.
    fn choices_of(
        &self,
        part: std::ops::Range<usize>,
        samples: &IndexVec<Position, &[u32]>,
    ) -> Vec<(Position, Position)> {
        let mut counts: IndexVec<Position, SharedCount> =
            IndexVec::filled(SharedCount(0), samples.len());
        let mut touched: Vec<Position> = Vec::new();
        let mut choices = Vec::new();
        let mut pairs = Vec::new();
        let mut places = Vec::new();
        for at in part.map(Position::new) {
            // Count the shared hashes of this article with every other one. Each position is written
            // to the list of those touched, and over it the next one unless it is new: a branch would
            // be mispredicted.
            let mut new = 0;
            for (positions, len) in self.get(samples[at], &mut places) {
                let one = SharedCount::one(self.weights.of_holders(len));
                if touched.len() < new + positions.len() {
                    touched.resize(2 * (new + positions.len()), at);
                }
                for &other in positions {
                    let other = Position(other);
                    let count = &mut counts[other];
                    touched[new] = other;
                    new += usize::from(count.0 == 0);
                    count.0 += one.0;
                }
            }
            // Keep the others that share enough, and reset the counters that were touched.
            choices.clear();
            choices.extend(touched[..new].iter().filter_map(|&other| {
                let choice = std::mem::take(&mut counts[other]).choice(other);
                let (len, len_of_other) = (samples[at].len(), samples[other].len());
                (other != at && choice.is_enough(len, len_of_other)).then_some(choice)
            }));
            choose(&mut choices, |position| position);
            pairs.extend(
                choices
                    .iter()
                    .map(|choice| (at.min(choice.other), at.max(choice.other))),
            );
        }
        pairs
    }
}

/// Shared hashes of two articles: their number in the upper half, their weight in the lower half. A
/// sample has 4,096 hashes at most, each of a few hundred, so neither half overflows.
#[derive(Clone, Copy, Debug, Default)]
struct SharedCount(u64);

impl SharedCount {
    /// One hash of this weight.
    fn one(weight: u32) -> Self {
        Self(1 << 32 | u64::from(weight))
    }

    fn choice<T>(self, other: T) -> Choice<T> {
        Choice {
            weight: self.0 as u32,
            count: (self.0 >> 32) as u32,
            other,
        }
    }
}

/// How many positions a list with `len` holders keeps.
pub(super) fn kept(len: usize) -> usize {
    if len > CAP { CENTRES } else { len }
}

impl HashPart {
    /// The lists from `hash` on, perhaps with a few lists before it.
    fn from(&self, hash: u32) -> &[u32] {
        let start = self.starts[((hash % WIDTH) >> self.shift) as usize];
        &self.lists[start as usize..]
    }

    fn of(samples: &IndexVec<Position, &[u32]>, part: u32) -> Self {
        let (first, last) = (part * WIDTH, part * WIDTH + (WIDTH - 1));
        let mut entries: Vec<u64> = Vec::new();
        // Collect and sort the entries of this part: a hash and a holder's position.
        for (position, sample) in samples.numbered() {
            let here = &sample[sample.partition_point(|&hash| hash < first)..];
            let here = &here[..here.partition_point(|&hash| hash <= last)];
            let entry = |&hash: &u32| u64::from(hash) << 32 | u64::from(position.0);
            entries.extend(here.iter().map(entry));
        }
        let hash_in_part = |entry: &u64| (entry >> 32) - u64::from(first);
        radix::sort(&mut entries, u64::from(WIDTH - 1), hash_in_part);
        // Write the lists of hashes with two holders or more, and where each bucket's lists start.
        let of_one_hash = |a: &u64, b: &u64| a >> 32 == b >> 32;
        let all = || entries.chunk_by(of_one_hash).filter(|list| list.len() > 1);
        let count = all().count();
        let buckets = (count / LISTS_OF_A_START).max(1).next_power_of_two();
        let shift = WIDTH
            .trailing_zeros()
            .saturating_sub(buckets.trailing_zeros());
        let mut starts = Vec::with_capacity(buckets + 1);
        let mut lists = Vec::with_capacity(all().map(|list| 2 + kept(list.len())).sum());
        for list in all() {
            let hash = (list[0] >> 32) as u32;
            let bucket = (hash % WIDTH) >> shift;
            while starts.len() <= bucket as usize {
                starts.push(lists.len() as u32);
            }
            lists.extend([hash, list.len() as u32]);
            lists.extend(list[..kept(list.len())].iter().map(|&entry| entry as u32));
        }
        starts.resize(((WIDTH - 1) >> shift) as usize + 1, lists.len() as u32);
        Self {
            lists,
            starts,
            shift,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::kit::ids;

    fn postings(samples: &[Vec<u32>]) -> Postings {
        let mut postings = Postings::default();
        for (id, sample) in (0..).zip(samples) {
            postings.insert(ArticleId(id), sample, &|id| id);
        }
        postings
    }

    fn in_order(len: usize) -> IndexVec<Position, ArticleId> {
        ids::below(len).collect()
    }

    proptest! {
        #[test]
        fn pairs_are_those_that_share_enough(
            samples in prop::collection::vec(prop::collection::btree_set(0u32..300, 0..40), 0..40),
        ) {
            let samples: Vec<Vec<u32>> =
                samples.into_iter().map(|set| set.into_iter().map(|h| h << 23).collect()).collect();
            let postings = postings(&samples);
            let found = postings.pairs_in_order(&in_order(samples.len()));
            let mut expected = Vec::new();
            for (a, x) in samples.iter().enumerate() {
                for (b, y) in samples.iter().enumerate().skip(a + 1) {
                    let y: HashSet<_> = y.iter().collect();
                    let shared = x.iter().filter(|hash| y.contains(hash)).count();
                    if shared >= 2 && 100 * shared >= LEAST_PERCENT * x.len().min(y.len()) {
                        expected.push((Position::new(a), Position::new(b)));
                    }
                }
            }
            prop_assert_eq!(&found, &expected);
            // One by one gives the same: there are too few for any choice to be cut.
            for (a, sample) in samples.iter().enumerate() {
                let of_one: Vec<u32> = postings.candidates(sample, samples.len(), |id| id).iter().map(|id| id.0).collect();
                let a = Position::new(a);
                let others = |&b: &u32| {
                    let b = Position(b);
                    expected.contains(&(a.min(b), a.max(b)))
                };
                let expected: Vec<u32> = (0..samples.len() as u32).filter(others).collect();
                let of_one: Vec<u32> = of_one.into_iter().filter(|&id| id != a.0).collect();
                prop_assert_eq!(of_one, expected);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Hashes around the cap: tables that are kept answer as tables built anew.
        #[test]
        fn tables_that_are_kept_answer_as_new_ones(
            first in 45u32..60,
            changes in prop::collection::vec((0u32..70, any::<bool>()), 0..60),
        ) {
            let order = |id: ArticleId| crate::hash::finish(u64::from(id.0) + 1);
            let sample = |id: u32| -> Vec<u32> {
                let own = (0..3).map(|at| (id * 7 + at) << 16 | 5);
                let mut sample: Vec<u32> = (0..4).map(|at| at << 29).chain(own).collect();
                sample.sort_unstable();
                sample
            };
            let mut kept = Postings::default();
            let mut present: HashSet<u32> = (0..first).collect();
            for id in 0..first {
                kept.insert(ArticleId(id), &sample(id), &order);
            }
            kept.build_tables(&order);
            for (id, comes) in changes {
                if comes {
                    kept.insert(ArticleId(id), &sample(id), &order);
                    present.insert(id);
                } else {
                    kept.remove(ArticleId(id), &order);
                    present.remove(&id);
                }
            }
            let ids = kept.samples.len() as u32;
            let mut anew = Postings::default();
            for id in (0..ids).rev() {
                let held = present.contains(&id);
                anew.insert(ArticleId(id), &if held { sample(id) } else { Vec::new() }, &order);
            }
            for id in 0..70 {
                prop_assert_eq!(
                    kept.candidates(&sample(id), present.len(), order),
                    anew.candidates(&sample(id), present.len(), order)
                );
            }
        }
    }

    #[test]
    fn a_large_group_hangs_together_in_linear_work() {
        let group: Vec<Vec<u32>> = (0..5000)
            .map(|_| (0..64).map(|h| h << 20).collect())
            .collect();
        let pairs = postings(&group).pairs_in_order(&in_order(group.len()));
        assert!(pairs.len() <= CENTRES * group.len());
        let mut sets = crate::kit::union_find::UnionFind::new(group.len());
        for (a, b) in pairs {
            sets.join(a, b);
        }
        assert!(ids::below(group.len()).all(|at| sets.root(at) == Position(0)));
    }

    #[test]
    fn what_two_samples_share_is_told() {
        // Hash 1 stands in all, 2 and 3 in the first two.
        let sample = |id: u32| match id {
            0 | 1 => vec![1, 2, 3, 10 + id],
            _ => vec![1, 100 + id],
        };
        let postings = postings(&(0..60).map(sample).collect::<Vec<_>>());
        let shared = postings.shared(ArticleId(0), ArticleId(1));
        let expected = SharedSample {
            a: 4,
            b: 4,
            shared: 3,
            common: 1,
            enough: 2,
        };
        assert_eq!(shared, Some(expected));
        assert_eq!(postings.shared(ArticleId(0), ArticleId(60)), None);
    }

    #[test]
    fn what_is_removed_is_not_found() {
        let sample: Vec<u32> = (0..64).collect();
        let mut postings = postings(&[sample.clone(), sample.clone()]);
        assert_eq!(postings.candidates(&sample, 2, |id| id).len(), 2);
        postings.remove(ArticleId(0), &|id| id);
        assert_eq!(postings.candidates(&sample, 2, |id| id), [ArticleId(1)]);
        postings.rename(ArticleId(1), ArticleId(0));
        assert_eq!(postings.candidates(&sample, 2, |id| id), [ArticleId(0)]);
        assert!(
            postings
                .pairs_in_order(&vec![ArticleId(0)].into())
                .is_empty()
        );
    }

    #[test]
    fn a_centre_keeps_its_place_under_another_id() {
        let sample: Vec<u32> = (0..64).collect();
        let mut postings = postings(&vec![sample.clone(); CAP + 10]);
        let by_text = |id: ArticleId| id.0 % (CAP as u32 + 10);
        postings.build_tables(&by_text);
        postings.rename(ArticleId(0), ArticleId(CAP as u32 + 10));
        let found = postings.candidates(&sample, CAP + 10, by_text);
        assert_eq!(found, [1, 2, 3, CAP as u32 + 10].map(ArticleId));
    }
}
