//! The quality of the hashes under signatures: avalanche, collisions, and no bias on tokens that
//! are anything but random.

mod common;

use std::collections::HashSet;

use common::Random;
use reprint::hash::word;
use reprint::shingle::{Shingler, Shingling};
use reprint::sketch::{SketchSettings, Sketcher};

/// Flipping any input bit must flip every output bit in half the trials, within 6 standard errors:
/// none in a million counts should be off.
fn assert_avalanche(name: &str, trials: usize, bits: usize, mut turned: impl FnMut(usize) -> u64) {
    let limit = 6.0 * (0.25 / trials as f64).sqrt();
    for bit in 0..bits {
        let mut counts = [0; 64];
        for _ in 0..trials {
            let change = turned(bit);
            for (out, count) in counts.iter_mut().enumerate() {
                *count += change >> out & 1;
            }
        }
        for (out, count) in counts.into_iter().enumerate() {
            let share = count as f64 / trials as f64;
            assert!(
                (share - 0.5).abs() <= limit,
                "{name}: bit {bit} turns bit {out} in {share} of cases"
            );
        }
    }
}

fn random_word(random: &mut Random, len: usize) -> Vec<u8> {
    (0..len).map(|_| b'a' + random.below(26) as u8).collect()
}

#[test]
fn each_bit_of_a_word_turns_half_of_its_hash() {
    let mut random = Random(1);
    for len in [4, 5, 7, 8, 9, 12, 13, 16, 17, 24, 25, 33, 40] {
        assert_avalanche(&format!("{len} bytes"), 3000, 8 * len, |bit| {
            let mut bytes = random_word(&mut random, len);
            let before = word(&bytes);
            bytes[bit / 8] ^= 1 << (bit % 8);
            before ^ word(&bytes)
        });
    }
}

/// Flips letter bits, giving another letter, at every place in a shingle.
#[test]
fn each_letter_turns_half_of_a_shingle() {
    let mut random = Random(2);
    let shingler = Shingler::new(Shingling::default(), 0).unwrap();
    let mut text = String::new();
    let shingle = |words: &[Vec<u8>; 5], text: &mut String| {
        text.clear();
        for word in words {
            text.push_str(std::str::from_utf8(word).unwrap());
            text.push(' ');
        }
        let shingles = shingler.shingles(text).unwrap();
        assert_eq!(shingles.len(), 1);
        shingles[0]
    };
    assert_avalanche("a shingle", 1500, 5 * 6 * 2, |bit| {
        let mut words: [Vec<u8>; 5] = std::array::from_fn(|_| random_word(&mut random, 6));
        let letter = &mut words[bit / 12][bit % 12 / 2];
        // 'a' to 'h', of which any two bits make another.
        *letter = b'`' + (*letter & 7);
        if *letter == b'`' {
            *letter = b'h';
        }
        let before = shingle(&words, &mut text);
        let letter = &mut words[bit / 12][bit % 12 / 2];
        *letter = b'h' ^ (*letter & 7) ^ (1 << (bit % 2));
        before ^ shingle(&words, &mut text)
    });
}

/// Words with one to four letters, numbers, and words with a number. A million 64-bit hashes should
/// all differ; 32 of their bits should collide as often as by chance.
#[test]
fn many_short_words_do_not_collide() {
    let mut words: Vec<String> = Vec::new();
    let letters = || 'a'..='z';
    words.extend(letters().map(|a| format!("{a}")));
    words.extend(letters().flat_map(|a| letters().map(move |b| format!("{a}{b}"))));
    let triples = letters().flat_map(|a| letters().map(move |b| (a, b)));
    words.extend(triples.flat_map(|(a, b)| letters().map(move |c| format!("{a}{b}{c}"))));
    let fours: Vec<String> = words[702..]
        .iter()
        .flat_map(|three| letters().map(move |d| format!("{three}{d}")))
        .collect();
    words.extend(fours);
    words.extend((0..300_000).map(|number| format!("{number}")));
    words.extend((0..100_000).map(|number| format!("word{number}")));
    words.extend((0..100_000).map(|number| format!("международн{number}")));
    let hashes: HashSet<u64> = words.iter().map(|w| word(w.as_bytes())).collect();
    assert_eq!(hashes.len(), words.len());
    let count = words.len() as f64;
    let expected = count * count / 2.0 / f64::from(u32::MAX);
    for shift in [0, 16, 32] {
        let halves: HashSet<u32> = hashes.iter().map(|&hash| (hash >> shift) as u32).collect();
        let found = (hashes.len() - halves.len()) as f64;
        let room = 5.0 * expected.sqrt();
        assert!(
            (found - expected).abs() < room,
            "{found} for {expected} at {shift}"
        );
    }
}

/// Estimates for sets of `each` tokens that overlap by half have no bias, and err no more than with
/// independent values. By chance, 40 tests at 3.5 standard errors fail for 2 seeds in 100.
fn assert_unbiased(name: &str, each: usize, token: impl Fn(u64) -> u64) {
    let shingler = Shingler::new(Shingling::words(1), 0).unwrap();
    let sketcher = Sketcher::new(shingler, SketchSettings::default()).unwrap();
    let jaccard = 1.0 / 3.0;
    let trials = 600;
    let (mut sum, mut squares) = (0.0, 0.0);
    for trial in 0..trials {
        let set = |from: usize| -> Vec<u64> {
            let first = trial * 2 * each + from;
            (first..first + each)
                .map(|number| token(number as u64))
                .collect()
        };
        let [a, b] =
            [0, each / 2].map(|from| sketcher.sketch_tokens(&set(from)).signature.unwrap());
        let error = a.estimate(&b).unwrap() - jaccard;
        sum += error;
        squares += error * error;
    }
    let (bias, square) = (sum / trials as f64, squares / trials as f64);
    let sigmas = bias / (square / trials as f64).sqrt();
    let relative = (square / (jaccard * (1.0 - jaccard) / 128.0)).sqrt();
    assert!(
        sigmas.abs() < 3.5,
        "{name}, {each}: bias {bias:.5}, {sigmas:.1} standard errors"
    );
    assert!(relative < 1.05, "{name}, {each}: error {relative:.3}");
}

#[test]
fn progressions_and_near_identical_words_have_no_bias() {
    for each in [10, 30, 100, 500] {
        assert_unbiased("word1, word2", each, |n| {
            word(format!("word{n}").as_bytes())
        });
        assert_unbiased("numbers", each, |n| word(n.to_string().as_bytes()));
        assert_unbiased("numbers of four bytes", each, |n| {
            word(&(n as u32).to_le_bytes())
        });
        assert_unbiased("numbers of eight bytes", each, |n| word(&n.to_le_bytes()));
        for step in [1, 2, 5, 256, 1 << 32, 0x9E37_79B9] {
            assert_unbiased("bare progression", each, |n| n.wrapping_mul(step));
        }
    }
}
