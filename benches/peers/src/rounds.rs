//! Measuring side by side: one pass of each contender, then the next round.
//!
//! In: what is to be timed. Out: medians, and medians of the ratios within each round, since two
//! rounds may differ by the minute in which they ran.

use std::hint::black_box;
use std::time::Instant;

/// Seconds by contender and round.
pub(crate) struct Times(Vec<Vec<f64>>);

/// Runs `run` for each of `contenders` in each round, starting with another one each time.
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

/// Has the allocator do what it puts off when a great many small blocks are freed, which glibc does
/// at the next large requests: left by an index of one contender, it has doubled the time of the
/// next.
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

    /// How many times as long a contender takes as the first one: the median over rounds.
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
