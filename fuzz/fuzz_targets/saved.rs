//! In: bytes; the first one chooses. Law: the parts of a saved index, decoded from bytes that no
//! checksum has approved, are refused or are written as they were read.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((&choice, bytes)) = data.split_first() {
        reprint::saved::fuzzing::decode(choice, bytes);
    }
});
