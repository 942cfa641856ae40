//! In: bytes; the first one chooses. Law: statistics counted of texts are read as they were written,
//! and not with a byte changed. Any other bytes, with a fingerprint that fits, are refused, or are
//! written as the same bytes again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reprint::corpus::Statistics;
use reprint::hash;

/// The length of the mark of the format.
const MARK: usize = 8;

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else {
        return;
    };
    if choice % 2 == 0 {
        let mut saved = Statistics::new().to_bytes()[..MARK].to_vec();
        saved.extend(data);
        saved.extend(hash::token(&saved).to_le_bytes());
        if let Ok(statistics) = Statistics::from_bytes(&saved) {
            assert_eq!(statistics.to_bytes(), saved);
        }
        return;
    }
    let Ok(texts) = str::from_utf8(data) else {
        return;
    };
    let mut statistics = Statistics::new();
    for text in texts.split('\0') {
        statistics.add(text).expect("short enough");
    }
    let mut saved = statistics.to_bytes();
    assert!(Statistics::from_bytes(&saved).expect("whole") == statistics);
    let at = data.len() % saved.len();
    saved[at] ^= *choice;
    assert!(Statistics::from_bytes(&saved).is_err());
});
