//! In: a text. Law: the fast path and the plain path give equal words; all levels of vector
//! instructions give equal shingles.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reprint::CpuLevel;
use reprint::shingle::{Shingler, Shingling};
use reprint::text;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let words = text::words(text).expect("short enough");
    assert_eq!(words, text::plain::words(text).expect("short enough"));
    let shingler = |level| {
        let shingler = Shingler::new(Shingling::default(), 0).expect("defaults are valid");
        shingler.with_cpu_level(level)
    };
    let mut shingles = CpuLevel::ALL
        .into_iter()
        .filter_map(shingler)
        .map(|shingler| shingler.shingles(text).expect("short enough"));
    let baseline = shingles.next();
    assert!(shingles.all(|found| Some(found) == baseline));
});
