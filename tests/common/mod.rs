//! What the tests share: numbers and texts from a seed.

#![allow(dead_code, reason = "each test uses a part of it")]

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// Below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

/// `count` words from a vocabulary where, as in any language, some are far more common.
pub(crate) fn words(random: &mut Random, count: usize) -> Vec<String> {
    let word = |rank: usize| {
        let syllables = [
            "ka", "lo", "mi", "ne", "ru", "sta", "vel", "dor", "pin", "gra",
        ];
        let mut number = rank;
        let mut word = String::new();
        loop {
            word.push_str(syllables[number % 10]);
            number /= 10;
            if number == 0 {
                return word;
            }
        }
    };
    // The product of two numbers below 60 is often small.
    (0..count)
        .map(|_| word(random.below(60) * random.below(60)))
        .collect()
}
