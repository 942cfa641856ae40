//! The bytes of the format.

use super::*;

/// The fingerprint of every file of a small index: a change of the bytes is another format version.
#[test]
fn the_bytes_are_those_of_version_1() {
    let disk = SimDisk::default();
    let mut index = create(&disk, recycled()).unwrap();
    for number in 0..4u32 {
        let body = text(number as usize % 2, number as usize);
        index
            .insert(&article(
                &format!("key {number}"),
                &body,
                Some(i64::from(number)),
            ))
            .unwrap();
    }
    index.insert(&Article::new("no words", "...")).unwrap();
    index.remove("key 2").unwrap();
    index.commit().unwrap();
    // Of no article: how words are counted is no matter of this format.
    let statistics = Arc::new(crate::corpus::Statistics::new());
    index.set_statistics(Some(statistics)).unwrap();
    index.remove("key 1").unwrap();
    index.commit().unwrap();
    let mut found: Vec<_> = disk
        .files()
        .into_iter()
        .map(|(name, bytes)| (name, bytes.len(), crate::hash::token(&bytes)))
        .collect();
    found.sort();
    let found: Vec<String> = found
        .iter()
        .map(|(name, len, hash)| format!("{name} {len} {hash:016x}"))
        .collect();
    assert_eq!(found, GOLDEN);
}

const GOLDEN: [&str; 4] = [
    "gen-0000000000000002 396 2cbc4359c38bf848",
    "gen-0000000000000003 400 b6f44c695575ccf6",
    "segment-0000000000000001 12288 5f682c3578155e81",
    "statistics-0000000000000002 36 7d305e7ce8ef0f1e",
];
