//! The true pairs, by exact Jaccard similarity over all pairs.
//!
//! In: the shingle set of each article. Out: all pairs at or above a threshold, and the share
//! found.

/// A corpus' pairs at or above the threshold, ascending, the smaller number first.
pub(crate) struct Judge {
    pairs: Vec<(u32, u32)>,
}

/// How found pairs compare to the true ones.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    /// Recall: the share of true pairs that was found.
    pub(crate) recall: f64,
    /// Precision: the share of true pairs among those found.
    pub(crate) precision: f64,
}

impl Judge {
    /// Counts shared shingles for all pairs through a list of articles for every shingle.
    ///
    /// Its time grows with the squared lengths of these lists: fit for some ten thousand articles.
    pub(crate) fn new(sets: &[Vec<u64>], threshold: f64) -> Self {
        let lists = lists_of_articles(sets);
        let mut lists_of: Vec<Vec<u32>> = vec![Vec::new(); sets.len()];
        for (list, articles) in (0..).zip(&lists) {
            for &article in articles {
                lists_of[article as usize].push(list);
            }
        }
        let mut shared = vec![0u32; sets.len()];
        let mut pairs = Vec::new();
        for (a, own) in (0u32..).zip(&lists_of) {
            let mut touched = Vec::new();
            for &list in own {
                // Lists are ascending: those after `a` have their turn later.
                for &b in lists[list as usize].iter().take_while(|&&b| b < a) {
                    if shared[b as usize] == 0 {
                        touched.push(b);
                    }
                    shared[b as usize] += 1;
                }
            }
            let size = |article: u32| sets[article as usize].len();
            for b in touched {
                let both = std::mem::take(&mut shared[b as usize]) as usize;
                if both as f64 >= threshold * (size(a) + size(b) - both) as f64 {
                    pairs.push((b, a));
                }
            }
        }
        pairs.sort_unstable();
        Self { pairs }
    }

    /// How many pairs there are.
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether a pair, the smaller number first, is right.
    pub(crate) fn has(&self, pair: (u32, u32)) -> bool {
        self.pairs.binary_search(&pair).is_ok()
    }

    /// Judges distinct pairs, the smaller number first.
    pub(crate) fn judge(&self, found: &[(u32, u32)]) -> Verdict {
        let right = found.iter().filter(|&&pair| self.has(pair)).count() as f64;
        Verdict {
            recall: right / self.len().max(1) as f64,
            precision: right / found.len().max(1) as f64,
        }
    }
}

/// Article numbers, ascending, for every shingle in two articles or more.
fn lists_of_articles(sets: &[Vec<u64>]) -> Vec<Vec<u32>> {
    let of_article = |(article, set): (u32, &'_ Vec<u64>)| {
        let uses: Vec<(u64, u32)> = set.iter().map(|&shingle| (shingle, article)).collect();
        uses
    };
    let mut uses: Vec<(u64, u32)> = (0..).zip(sets).flat_map(of_article).collect();
    uses.sort_unstable();
    uses.chunk_by(|(a, _), (b, _)| a == b)
        .filter(|list| list.len() > 1)
        .map(|list| list.iter().map(|&(_, article)| article).collect())
        .collect()
}
