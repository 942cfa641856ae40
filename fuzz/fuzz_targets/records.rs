//! In: the content of a file; the first byte chooses the file name. Law: no panic. Articles and bytes
//! set aside tile the file.

#![no_main]

use libfuzzer_sys::fuzz_target;

/// What is decompressed or decoded has other bytes within.
const PACKED: [&[u8]; 7] = [
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
    b"\xff\xfe",
    b"\xfe\xff",
    b"PAR1",
];

fuzz_target!(|data: &[u8]| {
    let Some((name, bytes)) = data.split_first() else {
        return;
    };
    let names = ["in.jsonl", "in.json", "in.csv", "in.tsv", "in.txt", "in"];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(names[usize::from(*name) % names.len()]);
    std::fs::write(&path, bytes).expect("a file");
    let (whole, _) = reprint_cli::put_together(&path);
    if !PACKED.iter().any(|magic| bytes.starts_with(magic)) {
        assert!(whole == bytes, "{} of {} bytes", whole.len(), bytes.len());
    }
});
