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
        for part in run.free_parts(&taken_a, &taken_b, least) {
            taken_a[part.a..part.a + part.len].fill(true);
            taken_b[part.b..part.b + part.len].fill(true);
            found.push(part);
        }
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
    /// The parts of at least `least` tokens that stand free in both articles.
    fn free_parts(self, taken_a: &[bool], taken_b: &[bool], least: usize) -> Vec<Self> {
        let free = |at: usize| !taken_a[self.a + at] && !taken_b[self.b + at];
        let mut parts = Vec::new();
        let mut start = 0;
        while let Some(first) = (start..self.len).find(|&at| free(at)) {
            let len = (first..self.len).take_while(|&at| free(at)).count();
            if len >= least {
                parts.push(Self {
                    a: self.a + first,
                    b: self.b + first,
                    len,
                });
            }
            start = first + len;
        }
        parts
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        crate::text::words(text).expect("a short text")
    }

    /// The end of a run is not lost with the middle that a longer one has taken.
    #[test]
    fn what_is_left_of_a_run_is_kept() {
        let run = Run { a: 2, b: 3, len: 9 };
        let (mut taken_a, taken_b) = (vec![false; 12], vec![false; 12]);
        taken_a[4] = true;
        let parts = run.free_parts(&taken_a, &taken_b, 3);
        let parts: Vec<_> = parts
            .iter()
            .map(|part| (part.a, part.b, part.len))
            .collect();
        assert_eq!(parts, [(5, 6, 6)]);
        let parts = run.free_parts(&taken_a, &taken_b, 2);
        assert_eq!(parts.len(), 2);
    }

    #[test]
    fn longest_first_and_each_place_once() {
        let a = tokens("one two three four five six. seven eight nine");
        let b = tokens("seven eight nine; zero, one two three four five six, seven eight nine");
        let found = passages(&a, &b, 3);
        let spans: Vec<_> = found.iter().map(|passage| passage.tokens).collect();
        assert_eq!(spans, [9]);
        let found = passages(&b, &a, 3);
        assert_eq!(found.iter().map(|passage| passage.tokens).sum::<u32>(), 9);
    }
}
