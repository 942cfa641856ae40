//! In: two texts, parted by a NUL. Law: no panic, spans are of the texts, and what is the same is an
//! exact copy or has no words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reprint::relation::compare;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let (a, b) = text.split_once('\0').unwrap_or((text, text));
    let found = compare(a, b).expect("short enough");
    for passage in &found.passages {
        assert!(a.get(passage.a.range()).is_some() && b.get(passage.b.range()).is_some());
    }
    let _ = found.sentence();
});
