//! Shared passages: the runs of tokens that stand in both articles.
//!
//! In: the tokens of two articles. Out: [`Passage`]s, longest first, none of which overlaps
//! another in either article.
//!
//! Runs are found from the left by the first tokens they share, extended as far as they go, then
//! taken greedily, longest first, in the manner of greedy string tiling (Wise 1993). A run of
//! common words can start in very many places of the other article: only so many are tried, so
//! the time is linear, and of two texts of one repeated word at least one passage is found.

use std::collections::HashMap;

use crate::text::{Span, Token};

/// A run of tokens that two articles share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Passage {
    /// Where it stands in the first article.
    pub a: Span,
    /// Where it stands in the second article.
    pub b: Span,
    /// How many tokens it has.
    pub tokens: u32,
}

/// Places in the second article at which one run of the first is tried.
const TRIES: usize = 8;

/// The passages of at least `least` tokens, longest first, then by place in the first article.
pub(super) fn passages(a: &[Token], b: &[Token], least: usize) -> Vec<Passage> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let least = least.clamp(1, a.len().min(b.len()));
    let mut runs = runs(a, b, least);
    runs.sort_unstable_by_key(|run| (usize::MAX - run.len, run.a, run.b));
    let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut found = Vec::new();
    for run in runs {
        let Some(run) = run
            .free_part(&taken_a, &taken_b)
            .filter(|run| run.len >= least)
        else {
            continue;
        };
        taken_a[run.a..run.a + run.len].fill(true);
        taken_b[run.b..run.b + run.len].fill(true);
        found.push(run);
    }
    found.sort_unstable_by_key(|run| (usize::MAX - run.len, run.a));
    let span = |tokens: &[Token]| Span {
        start: tokens[0].span.start,
        end: tokens
            .iter()
            .map(|token| token.span.end)
            .max()
            .unwrap_or_default(),
    };
    found
        .into_iter()
        .map(
            |Run {
                 a: at_a,
                 b: at_b,
                 len,
             }| Passage {
                a: span(&a[at_a..at_a + len]),
                b: span(&b[at_b..at_b + len]),
                tokens: len as u32,
            },
        )
        .collect()
}

/// Equal tokens from `a` in the first and from `b` in the second article.
#[derive(Clone, Copy)]
struct Run {
    a: usize,
    b: usize,
    len: usize,
}

impl Run {
    /// The longest part that stands free at its start, or at its end, in both articles.
    fn free_part(self, taken_a: &[bool], taken_b: &[bool]) -> Option<Self> {
        let free = |at: &usize| !taken_a[self.a + at] && !taken_b[self.b + at];
        let skip = (0..self.len).find(free)?;
        let len = (skip..self.len).take_while(free).count();
        Some(Self {
            a: self.a + skip,
            b: self.b + skip,
            len,
        })
    }
}

/// Runs that can't be made longer, found from left to right in the first article.
fn runs(a: &[Token], b: &[Token], least: usize) -> Vec<Run> {
    let starts = Starts::of(b, least);
    let mut runs = Vec::new();
    let mut at = 0;
    while at + least <= a.len() {
        let matched = |&from: &usize| {
            let rest = a[at..].iter().zip(&b[from..]);
            rest.take_while(|(a, b)| a.hash == b.hash).count()
        };
        let longest = starts
            .of_run(&a[at..at + least])
            .map(|from| Run {
                a: at,
                b: from,
                len: matched(&from),
            })
            .filter(|run| run.len >= least)
            .max_by_key(|run| (run.len, usize::MAX - run.b));
        match longest {
            // The next run starts at the first token that this one does not hold; one that starts
            // within is a part of another copy, and shorter.
            Some(run) => {
                runs.push(run);
                at += run.len;
            }
            None => at += 1,
        }
    }
    runs
}

/// Where each run of `least` tokens starts in an article.
struct Starts<'a> {
    tokens: &'a [Token],
    least: usize,
    places: HashMap<u64, Places>,
}

/// The first few places; the rest are not tried.
#[derive(Default)]
struct Places {
    at: [u32; TRIES],
    len: u8,
}

impl<'a> Starts<'a> {
    fn of(tokens: &'a [Token], least: usize) -> Self {
        let mut starts = Self {
            tokens,
            least,
            places: HashMap::new(),
        };
        for (at, run) in tokens.windows(least).enumerate() {
            let places = starts.places.entry(key(run)).or_default();
            if usize::from(places.len) < TRIES {
                places.at[usize::from(places.len)] = at as u32;
                places.len += 1;
            }
        }
        starts
    }

    fn of_run(&self, run: &[Token]) -> impl Iterator<Item = usize> {
        debug_assert!(run.len() == self.least && self.tokens.len() >= self.least);
        let places = self.places.get(&key(run));
        places
            .into_iter()
            .flat_map(|places| &places.at[..places.len.into()])
            .map(|&at| at as usize)
    }
}

fn key(run: &[Token]) -> u64 {
    run.iter()
        .fold(0, |key, token| crate::hash::finish(key ^ token.hash))
}
