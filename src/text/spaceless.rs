//! Joins letters from scripts without spaces, so that each stands for a word.
//!
//! In: token hashes, and which tokens are such letters. Out: the same hashes, with every letter's
//! replaced by a hash over itself and the letters after it in its run
//! ([`FORMAT.md`](mod@crate::sketch::format), step 3).

use super::batch::{Batch, TakeWords};
use super::word_set::WordSet;
use super::{LONG_REACH, SHORT_REACH, Token};
use crate::hash;
use crate::simd::{Kernel, Task};

/// Touching letters with equal reach.
#[derive(Debug)]
struct LetterRun {
    /// The first letter, as a token number.
    first: usize,
    /// One past the last letter.
    end: usize,
    /// How many letters stand for one word.
    reach: u16,
}

/// The runs in a text, collected batch by batch.
#[derive(Debug, Default)]
pub(crate) struct LetterRuns {
    runs: Vec<LetterRun>,
    /// Index of the run that holds the previous batch's last token.
    open: Option<usize>,
}

impl LetterRuns {
    /// Forgets the text before.
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
        self.open = None;
    }

    /// Notes the runs in a batch, whose first word is token `first`.
    #[inline(always)]
    pub(crate) fn note(&mut self, batch: &Batch<'_>, first: usize) {
        let last = self.open.take().filter(|_| batch.touching.has(0));
        if batch.short.is_empty() && batch.long.is_empty() {
            return;
        }
        for (letters, reach) in [(batch.short, SHORT_REACH), (batch.long, LONG_REACH)] {
            let continues = last.filter(|&run| self.runs[run].reach == reach);
            let count = batch.hashes.len();
            self.note_reach(
                letters,
                reach,
                batch.touching,
                continues,
                first..first + count,
            );
        }
    }

    /// Notes runs with one reach among a batch's `tokens`. `continues` is the run at the end of the
    /// batch before, if the first token may continue it.
    #[inline(always)]
    fn note_reach(
        &mut self,
        letters: WordSet,
        reach: u16,
        touching: WordSet,
        continues: Option<usize>,
        tokens: std::ops::Range<usize>,
    ) {
        let continued = letters.continued(touching);
        letters.without(continued).for_each(|at| {
            let len = 1 + continued.run_len(at + 1);
            let first = tokens.start + at;
            let end = first + len;
            let run = match continues {
                Some(run) if at == 0 => run,
                _ => {
                    self.runs.push(LetterRun { first, end, reach });
                    self.runs.len() - 1
                }
            };
            self.runs[run].end = end;
            if end == tokens.end {
                self.open = Some(run);
            }
        });
    }
}

/// Collects token hashes, and the runs that [`JoinLetters`] needs afterwards.
pub(crate) struct TokenHashes<'a> {
    /// Receives the hashes, letters not joined yet.
    pub(crate) tokens: &'a mut Vec<u64>,
    /// Receives words with their spans, if wanted.
    pub(crate) words: Option<&'a mut Vec<Token>>,
    /// Receives the runs.
    pub(crate) runs: &'a mut LetterRuns,
}

impl TakeWords for TokenHashes<'_> {
    #[inline(always)]
    fn take_words(&mut self, words: &Batch<'_>) {
        self.runs.note(words, self.tokens.len());
        self.tokens.extend_from_slice(words.hashes);
        if let Some(spans) = &mut self.words {
            spans.take_words(words);
        }
    }
}

/// Replaces every letter's hash in `tokens` by its joined hash.
pub(crate) struct JoinLetters<'a> {
    /// A text's token hashes.
    pub(crate) tokens: &'a mut [u64],
    /// The runs in that text.
    pub(crate) runs: &'a LetterRuns,
}

impl Task for JoinLetters<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, _: K) {
        for run in &self.runs.runs {
            let letters = &mut self.tokens[run.first..run.end];
            match run.reach {
                SHORT_REACH => join::<{ SHORT_REACH as usize }>(letters),
                _ => join::<{ LONG_REACH as usize }>(letters),
            }
        }
    }
}

/// Generic over the reach, so that the loop vectorizes.
#[inline(always)]
fn join<const REACH: usize>(run: &mut [u64]) {
    let complete = (run.len() + 1).saturating_sub(REACH);
    for at in 0..complete {
        let letters: [u64; REACH] = std::array::from_fn(|i| run[at + i]);
        run[at] = hash::joined(&letters);
    }
    for at in complete..run.len() {
        run[at] = hash::joined(&run[at..]);
    }
}
