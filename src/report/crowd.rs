//! Crowds: articles with more links than anyone reads, reported as one finding.
//!
//! In: the links of a result. Out: the links to list one by one, and a [`CrowdRecord`] for each
//! crowd. Five thousand articles that share a paragraph have up to twelve million links, and say
//! one thing.
//!
//! An article with more than [`MOST_LINKS`] links is crowded. A link of a crowded article is
//! counted by a crowd, not listed. Which links are listed depends on the links and the keys alone.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{GroupRecord, LinkRecord};
use crate::article::ArticleId;
use crate::group::{Groups, Pair};
use crate::relation::Relation;

/// The most links of an article that are listed one by one. Evidence: of 52,000 news articles 33
/// have more, with 7% of the links; of 5,000 articles around one paragraph 99% of the links go.
pub const MOST_LINKS: usize = 32;

/// Articles that share a passage or a template with many others, as one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CrowdRecord<'a> {
    /// The key of the article with the most links; of several, the lowest key.
    pub centre: Cow<'a, str>,
    /// The keys of the articles at the ends of the crowd's links, in ascending order, the centre's
    /// included. An article may stand in several crowds.
    pub members: Vec<Cow<'a, str>>,
    /// Verified links of the crowd. None of them is listed.
    pub links: usize,
    /// These links by relation; empty outside [`Mode::Recycled`](crate::Mode::Recycled).
    pub relations: BTreeMap<Relation, usize>,
}

/// The links between groups, as a result lists them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Listing<'a> {
    /// The links to list, in order of keys.
    pub links: Vec<&'a Pair>,
    /// The crowds that count all other links, in order of their centres' keys.
    pub crowds: Vec<CrowdRecord<'a>>,
}

impl<'a> Listing<'a> {
    /// Lists every link of [`Groups::between`].
    pub fn all(groups: &'a Groups) -> Self {
        Self {
            links: groups.between.iter().collect(),
            crowds: Vec::new(),
        }
    }

    /// Lists the links of [`Groups::between`] whose articles have at most [`MOST_LINKS`] of these
    /// links each, and counts the others by crowds. `keys` names the articles.
    ///
    /// The neighbours of a crowded article are ordered by their number of links, ties by key. If
    /// a crowded neighbour comes before the article, the first such neighbour's crowd is the
    /// article's crowd, too. Else the article is the centre of a crowd. A link counts in the crowd of
    /// its first crowded end. Linear in the links, apart from sorting.
    pub fn brief(groups: &'a Groups, keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        Self::of(&groups.between, keys)
    }

    fn of(between: &'a [Pair], keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        // 1. Rank the crowded articles: most links first.
        let mut counts: HashMap<ArticleId, usize> = HashMap::new();
        for id in between.iter().flat_map(|pair| [pair.a, pair.b]) {
            *counts.entry(id).or_default() += 1;
        }
        counts.retain(|_, links| *links > MOST_LINKS);
        let mut crowded: Vec<ArticleId> = counts.keys().copied().collect();
        crowded.sort_unstable_by_key(|id| (Reverse(counts[id]), keys(*id)));
        let ranks: HashMap<ArticleId, usize> =
            (0..).zip(&crowded).map(|(r, &id)| (id, r)).collect();
        let ranks_of = |pair: &Pair| [pair.a, pair.b].map(|id| ranks.get(&id).copied());
        // 2. Follow each crowded article to its first crowded neighbour. A rank's crowd is its
        // centre's rank.
        let mut crowd_of: Vec<usize> = (0..crowded.len()).collect();
        for pair in between {
            if let [Some(a), Some(b)] = ranks_of(pair) {
                let later = &mut crowd_of[a.max(b)];
                *later = (*later).min(a.min(b));
            }
        }
        for rank in 0..crowded.len() {
            crowd_of[rank] = crowd_of[crowd_of[rank]];
        }
        // 3. Give each link to the list or to a crowd.
        let mut listed = Vec::new();
        let mut by_centre: BTreeMap<usize, Vec<&Pair>> = BTreeMap::new();
        for pair in between {
            match ranks_of(pair).into_iter().flatten().min() {
                None => listed.push(pair),
                Some(rank) => by_centre.entry(crowd_of[rank]).or_default().push(pair),
            }
        }
        let mut crowds: Vec<CrowdRecord<'a>> = by_centre
            .into_iter()
            .map(|(centre, pairs)| CrowdRecord::new(keys(crowded[centre]), &pairs, keys))
            .collect();
        crowds.sort_unstable_by(|a, b| a.centre.cmp(&b.centre));
        Self {
            links: listed,
            crowds,
        }
    }
}

impl<'a> CrowdRecord<'a> {
    fn new(centre: &'a str, pairs: &[&Pair], keys: &impl Fn(ArticleId) -> &'a str) -> Self {
        let ends = pairs.iter().flat_map(|pair| [pair.a, pair.b]);
        let members: BTreeSet<&'a str> = ends.map(keys).collect();
        let mut relations = BTreeMap::new();
        for summary in pairs.iter().filter_map(|pair| pair.summary) {
            *relations.entry(summary.relation).or_default() += 1;
        }
        Self {
            centre: centre.into(),
            members: members.into_iter().map(Cow::from).collect(),
            links: pairs.len(),
            relations,
        }
    }
}

impl GroupRecord<'_> {
    /// Takes out the links of articles with more than [`MOST_LINKS`] links within the group, apart
    /// from links with the kept article and the centre, and counts them in `unlisted`. Linear in
    /// the links.
    #[must_use]
    pub fn brief(mut self) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for key in self.links.iter().flat_map(|link| [&*link.a, &*link.b]) {
            *counts.entry(key).or_default() += 1;
        }
        let all = self.links.len();
        let is_listed = |link: &LinkRecord<'_>| {
            let ends = [&*link.a, &*link.b];
            ends.iter()
                .any(|&key| key == self.kept || key == self.centre)
                || ends.iter().all(|key| counts[key] <= MOST_LINKS)
        };
        let listed: Vec<bool> = self.links.iter().map(is_listed).collect();
        let mut listed = listed.into_iter();
        self.links.retain(|_| listed.next().unwrap_or_default());
        self.unlisted += all - self.links.len();
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::verify::Overlap;

    fn pair(a: u32, b: u32) -> Pair {
        let overlap = Overlap {
            a: 9,
            b: 9,
            shared: 3,
        };
        Pair::new(ArticleId(a), ArticleId(b), overlap)
    }

    /// All links among `articles`.
    fn among(articles: std::ops::Range<u32>) -> Vec<Pair> {
        let later = |a: u32| (a + 1..articles.end).map(move |b| pair(a, b));
        articles.clone().flat_map(later).collect()
    }

    fn named<'a>(keys: &'a [String]) -> impl Fn(ArticleId) -> &'a str {
        move |id| keys[id.index()].as_str()
    }

    #[test]
    fn a_crowd_is_one_finding_and_its_few_outer_links_stay() {
        let keys: Vec<String> = (0..60).map(|number| format!("k{number:02}")).collect();
        // Forty share a passage. Two others share one with each other.
        let mut links = among(0..40);
        links.extend([pair(3, 50), pair(50, 51)]);
        let found = Listing::of(&links, &named(&keys));
        assert_eq!(found.links, [&pair(50, 51)]);
        let [crowd] = &*found.crowds else {
            panic!("{:?}", found.crowds)
        };
        assert_eq!((&*crowd.centre, crowd.links), ("k03", 40 * 39 / 2 + 1));
        assert_eq!(crowd.members.len(), 41);
        // No article has too many links.
        let few = among(0..MOST_LINKS as u32 + 1);
        assert_eq!(Listing::of(&few, &named(&keys)).links.len(), few.len());
    }

    proptest! {
        /// Two crowds and loose links: whatever the ids, the same links are listed and each link
        /// counts once.
        #[test]
        fn ids_make_no_difference(
            loose in prop::collection::btree_set((0u32..90, 0u32..90), 0..200),
            turn in 0u32..90,
        ) {
            let pairs: BTreeSet<(u32, u32)> = among(0..36)
                .into_iter()
                .chain(among(40..75))
                .map(|pair| (pair.a.0, pair.b.0))
                .chain(loose.into_iter().filter(|(a, b)| a < b))
                .collect();
            let listing_of = |turn: u32| {
                // The article with key number `n` has the id `n + turn`.
                let id = |number: u32| (number + turn) % 90;
                let mut keys = vec![String::new(); 90];
                for number in 0..90 {
                    keys[id(number) as usize] = format!("k{number:02}");
                }
                let links: Vec<Pair> = pairs.iter().map(|&(a, b)| pair(id(a), id(b))).collect();
                let found = Listing::of(&links, &named(&keys));
                let listed = found.links.iter().map(|pair| [pair.a, pair.b].map(|id| keys[id.index()].clone()));
                let crowds = found.crowds.iter().map(|crowd| format!("{crowd:?}"));
                let counted: usize = found.crowds.iter().map(|crowd| crowd.links).sum();
                assert_eq!(found.links.len() + counted, links.len());
                (listed.collect::<Vec<_>>(), crowds.collect::<Vec<_>>())
            };
            let (listed, crowds) = listing_of(turn);
            prop_assert_eq!((&listed, &crowds), (&listing_of(0).0, &listing_of(0).1));
            prop_assert!(!crowds.is_empty());
            let degree = |key: &str| {
                let number: u32 = key[1..].parse().unwrap();
                pairs.iter().filter(|&&(a, b)| a == number || b == number).count()
            };
            for key in listed.iter().flatten() {
                prop_assert!(degree(key) <= MOST_LINKS);
            }
        }
    }
}
