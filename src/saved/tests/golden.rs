//! The bytes of the format.

use super::*;

/// The fingerprint of every file of a small index: a change of the bytes is another format version.
#[test]
fn the_bytes_are_those_of_version_1() {
    // Links hold findings, and those of the recycled mode are no matter of this format.
    let without_groups = SavedOptions::new().groups(false);
    let modes = [
        ("recycled", recycled(), without_groups),
        ("jaccard", jaccard(), SavedOptions::new()),
    ];
    let mut found = Vec::new();
    for (mode, builder, options) in modes {
        for (name, bytes) in small(builder, &options).files() {
            let hash = crate::hash::token(&bytes);
            found.push(format!("{mode} {name} {} {hash:016x}", bytes.len()));
        }
    }
    found.sort();
    assert_eq!(found, GOLDEN);
}

/// A small index of two generations.
fn small(builder: Builder, options: &SavedOptions) -> SimDisk {
    let disk = SimDisk::default();
    let storage = Arc::new(disk.clone());
    let mut index = SavedIndex::create_in(storage, 7, builder, options).unwrap();
    for number in 0..4u32 {
        let body = text(number as usize % 2, number as usize);
        let (key, date) = (format!("key {number}"), i64::from(number));
        index.insert(&article(&key, &body, Some(date))).unwrap();
    }
    index.insert(&Article::new("no words", "...")).unwrap();
    index.remove("key 2").unwrap();
    index.commit().unwrap();
    // Of no article: how words are counted is no matter of this format.
    let statistics = Arc::new(crate::corpus::Statistics::new());
    index.set_statistics(Some(statistics)).unwrap();
    index.remove("key 1").unwrap();
    index.commit().unwrap();
    disk
}

/// Where an index stands that an earlier build wrote.
fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/saved/tests/golden")
}

/// The index in the tree is read by every later build, and goes on from there.
#[test]
fn an_index_of_version_1_is_read() {
    let disk = SimDisk::default();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        disk.set(&name, std::fs::read(entry.path()).unwrap());
    }
    let mut index = open(&disk).unwrap();
    assert_eq!((index.generation(), index.note()), (3, None));
    assert!(index.check().is_clean(), "{:?}", index.check());
    let expected = |number: usize, id| {
        let (key, body) = (format!("key {number}"), text(number % 2, number));
        (key, id, Some(i64::try_from(number).unwrap()), body)
    };
    let no_words = ("no words".to_owned(), 5, None, "...".to_owned());
    assert_eq!(
        contents(&index).unwrap(),
        [expected(0, 1), expected(3, 4), no_words]
    );
    let changes = index.changes_since(0).unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|change| (change.group, &*change.joined))
        .collect();
    assert_eq!(
        told,
        [(1, &["key 1".to_owned(), "key 3".to_owned()][..]), (1, &[])]
    );
    index.insert(&article("key 6", &text(1, 3), None)).unwrap();
    assert_eq!(
        index.commit().unwrap().changes[0].joined,
        ["key 3", "key 6"]
    );
    assert!(read(&disk).unwrap().check().is_clean());
}

/// `cargo test -p reprint --features saved --lib writes_the_index_in_the_tree -- --ignored`, for a new
/// version of the format alone.
#[test]
#[ignore = "writes files of the tree"]
fn writes_the_index_in_the_tree() {
    std::fs::create_dir_all(folder()).unwrap();
    for (name, bytes) in small(jaccard(), &SavedOptions::new()).files() {
        std::fs::write(folder().join(name), bytes).unwrap();
    }
}

const GOLDEN: [&str; 12] = [
    "jaccard changes-0000000000000002 47 4ca2cd1db3e89a12",
    "jaccard changes-0000000000000006 94 365400cd99db3230",
    "jaccard gen-0000000000000002 433 c2ce7d76b505eaf6",
    "jaccard gen-0000000000000003 461 b01125cd5bd33086",
    "jaccard links-0000000000000001 8192 eeacc4904e82fa36",
    "jaccard links-0000000000000005 4096 71f092278ef09d78",
    "jaccard segment-0000000000000003 12288 b5040701296a93af",
    "jaccard statistics-0000000000000004 36 7d305e7ce8ef0f1e",
    "recycled gen-0000000000000002 397 63b6e09ee01a722d",
    "recycled gen-0000000000000003 401 580aca272ed42a15",
    "recycled segment-0000000000000001 12288 5f682c3578155e81",
    "recycled statistics-0000000000000002 36 7d305e7ce8ef0f1e",
];
