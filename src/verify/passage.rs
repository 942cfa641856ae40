//! Shared passages: runs of tokens common to two articles.
//!
//! In: the tokens of two articles. Out: [`Passage`]s, longest first, without overlaps in either
//! article.
//!
//! Runs are found from left to right by their first tokens, and extended as far as tokens agree.
//! Longer runs are then taken greedily before shorter runs, as in greedy string tiling (Wise 1993).
//! A run of common words may start at thousands of places in the other article. Only a few are
//! tried, so the time is linear apart from sorting. Two texts that repeat a single word still share
//! a passage.

use std::collections::HashMap;

use crate::text::{Span, Token};

/// A run of tokens common to two articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Passage {
    /// The run's span in the first article.
    pub a: Span,
    /// The run's span in the second article.
    pub b: Span,
    /// The number of tokens.
    pub tokens: u32,
}

/// How often a run of the first article is tried in the second. Chosen by hand: bounds the time.
const TRIES: usize = 8;

/// Passages with at least `least` tokens, longest first, then by place in the first article.
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

/// `len` equal tokens, from index `a` in the first article and index `b` in the second.
#[derive(Clone, Copy)]
struct Run {
    a: usize,
    b: usize,
    len: usize,
}

impl Run {
    /// Parts with at least `least` tokens that are free in both articles.
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

/// Runs that can't be extended, found from left to right in the first article.
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
            // The next run starts at the first token after this run. A run starting within would be
            // shorter, as a part of another copy.
            Some(run) => {
                runs.push(run);
                at += run.len;
            }
            None => at += 1,
        }
    }
    runs
}

/// Where runs of `least` tokens start in an article.
struct Starts<'a> {
    tokens: &'a [Token],
    least: usize,
    places: HashMap<u64, Places>,
}

/// The first [`TRIES`] starts.
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

    /// A run's end survives when a longer run takes its middle.
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
