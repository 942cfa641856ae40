//! Measures side by side: every contender once, then the next round.
//!
//! In: what is to be timed. Out: medians, and medians of ratios within a round, since rounds differ
//! by the minute in which they ran.

use std::hint::black_box;
use std::time::Instant;

/// Seconds by contender and round.
pub(crate) struct Times(Vec<Vec<f64>>);

/// Runs every contender in every round; rounds start with different contenders.
pub(crate) fn interleaved(contenders: usize, rounds: usize, mut run: impl FnMut(usize)) -> Times {
    let mut times = vec![Vec::with_capacity(rounds); contenders];
    for round in 0..rounds {
        for turn in 0..contenders {
            let contender = (round + turn) % contenders;
            settle();
            let start = Instant::now();
            run(contender);
            times[contender].push(start.elapsed().as_secs_f64());
        }
    }
    Times(times)
}

/// Makes the allocator finish deferred work. After many small blocks are freed, glibc defers
/// merging them to the next large request: left by one contender's index, it has doubled the next
/// contender's time.
fn settle() {
    for kilobytes in 1..=100 {
        black_box(Vec::<u8>::with_capacity(kilobytes << 10));
    }
}

impl Times {
    /// The median time of a contender, in seconds.
    pub(crate) fn seconds(&self, contender: usize) -> f64 {
        median(self.0[contender].clone())
    }

    /// A contender's time over contender 0's: the median over rounds.
    pub(crate) fn ratio(&self, contender: usize) -> f64 {
        let ratios = self.0[contender].iter().zip(&self.0[0]);
        median(ratios.map(|(time, first)| time / first).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    }
}
