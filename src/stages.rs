//! The stages of a search over many machines.
//!
//! In: articles that no single machine holds. Out: the links and groups that one
//! [`Detector`](crate::Detector) of all articles would give, byte for byte. An engine moves rows from
//! stage to stage, by joins and sorts; the functions here decide what a row says.
//!
//! | stage | from | to |
//! |---|---|---|
//! | sketch | a text | [`Sketch`](crate::sketch::Sketch): fingerprint, tokens, sample; the [band keys](crate::index::Banding::keys) of its signature |
//! | texts | fingerprints | one row for each different text with words: its first copy by key |
//! | statistics | the 8,192 texts of the lowest fingerprints | [`Statistics`](crate::corpus::Statistics), in [`Mode::Recycled`](crate::Mode::Recycled) |
//! | candidates by bands | texts that share a band key | pairs: [`BucketSizes`], [`pairs_of_bucket`], [`cut_buckets`] |
//! | candidates by samples | texts that share sampled hashes | pairs: [`shared_hashes`], [`choices`]; in [`Mode::Recycled`](crate::Mode::Recycled) |
//! | verify | pairs and their texts | links: [`Detector::verify`](crate::Detector::verify) |
//! | siblings | links | links, some parted: [`part_siblings`], or [`are_siblings`] for one link |
//! | components | links that [join](crate::group::Pair::joins) | connected components, by the engine or [`cluster`](crate::group::cluster) |
//! | groups | a component's links and articles | groups: [`Detector::groups_of_parted`](crate::Detector::groups_of_parted) |
//!
//! # What makes it exact
//!
//! Every cut and every tie among candidates goes by fingerprint. As 16 big-endian bytes, fingerprints
//! are in their order for any engine that compares bytes without a sign, so texts need no numbers. A
//! link depends on its two texts and the statistics alone. Ties among groups go by key.
//!
//! Statistics count the first [`ENOUGH`](crate::corpus::ENOUGH) different texts with words, in order
//! of fingerprints; of exact copies, the copy with the lowest key. Workers count shares of them,
//! [`merge`](crate::corpus::Statistics::merge) puts the shares together, and
//! [`forget_rare`](crate::corpus::Statistics::forget_rare) comes once, at the end.
//!
//! An exact copy is verified by no one: texts with several articles form a group even without a link.
//!
//! # Band keys of 32 bits and of 64
//!
//! A single process keeps the upper half of a band key. Other halves that are equal by accident make
//! some `bands * n^2 / 2^33` candidates among `n` texts: 4 among 52,000, which verification refuses.
//! A join on all 64 bits has none of them. Links are the same, unless buckets are cut down: then an
//! accident may change the size of a bucket. A join on `key >> 32` gives the counts of a single
//! process, too.
//!
//! # Links as columns
//!
//! A link is two texts, the three numbers of its [`Overlap`](crate::verify::Overlap) and, in
//! [`Mode::Recycled`](crate::Mode::Recycled), a relation by its [`id`](crate::relation::Relation::id),
//! the derived [`Side`](crate::relation::Side), two coverages of 32 bits and a number of facts.
//! [`RelationSummary::from_parts`](crate::relation::RelationSummary::from_parts) reads them back.
//! Dates are a column of articles; the grouping detector directs links by them.

pub use crate::index::SampleWeights;
pub use crate::index::bucket_rules::{
    BandRules, BucketSizes, CrowdedBucket, cut_buckets, pairs_of_bucket,
};
pub use crate::index::sample_rules::{SampleRules, SharedHashes, choices, shared_hashes};

use crate::article::ArticleId;
use crate::group::{self, Link, Pair};
use crate::kit::ids::Position;

/// Whether a link that joins its texts only shows two uses of a template: at least two further uses
/// are as near to both texts as the texts are to each other.
///
/// `near` is the link's [score](Pair::score). `of_a` and `of_b` are the
/// [template links](Pair::is_template) of its ends: the other end and the score, in ascending order
/// of other ends, as verification found them. [`part_siblings`] does the same for all links in one
/// memory; this function is for an engine that joins links to template links. A link of which
/// [`may_be_sibling`] says no is never asked.
pub fn are_siblings<T: Copy + Ord>(near: f64, of_a: &[(T, f64)], of_b: &[(T, f64)]) -> bool {
    group::are_siblings(near, of_a, of_b)
}

/// Whether [`are_siblings`] decides about a link: it joins two texts that are no exact copies, by a
/// relation.
pub fn may_be_sibling(link: &Pair) -> bool {
    group::may_be_sibling(&link.result())
}

/// The link, changed to one of a template.
pub fn parted(link: Pair) -> Pair {
    Pair {
        summary: group::part(link.result()).summary,
        ..link
    }
}

/// Changes links between uses of a template, as [`Detector::groups`](crate::Detector::groups) does
/// before it forms groups. Links may have any order; ids only say which ends are the same text.
///
/// All links of a corpus must be given, and once: links that were changed count as template links.
///
/// Memory is linear in links and in the largest id. Time is the sum over links of `s log l`, where `s`
/// and `l` are the smaller and the larger number of template links at the two ends.
pub fn part_siblings(links: &mut [Pair]) {
    // Ids serve as positions here.
    let position = |id: ArticleId| Position(id.0);
    let mut numbered: Vec<(Link, usize)> = links
        .iter()
        .enumerate()
        .filter(|(_, pair)| pair.a != pair.b)
        .map(|(number, pair)| {
            let (a, b) = (pair.a.min(pair.b), pair.a.max(pair.b));
            let (a, b, found) = (position(a), position(b), pair.result());
            (Link { a, b, found }, number)
        })
        .collect();
    numbered.sort_unstable_by_key(|(link, number)| (link.a, link.b, *number));
    let mut different: Vec<Link> = numbered.iter().map(|(link, _)| *link).collect();
    different.dedup_by_key(|link| (link.a, link.b));
    let positions = different.iter().map(|link| link.b.0 as usize + 1).max();
    let before = different.clone();
    group::part_siblings(positions.unwrap_or_default(), &mut different);
    let mut changed = before.iter().zip(&different).filter(|(a, b)| a != b);
    let mut next = changed.next();
    for (link, number) in numbered {
        while let Some((_, after)) = next
            && (after.a, after.b) < (link.a, link.b)
        {
            next = changed.next();
        }
        if let Some((_, after)) = next
            && (after.a, after.b) == (link.a, link.b)
        {
            links[number] = parted(links[number]);
        }
    }
}
