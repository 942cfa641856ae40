//! In: bytes that may be statistics. Law: they are refused, or are written as the same bytes again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reprint::corpus::Statistics;

fuzz_target!(|data: &[u8]| {
    if let Ok(statistics) = Statistics::from_bytes(data) {
        assert_eq!(statistics.to_bytes(), data);
    }
});
