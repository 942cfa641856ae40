//! Damage is found, and never answered from.

use super::*;
use crate::error::ErrorKind;

/// A small index of one generation and one segment, with removed articles.
fn small() -> SimDisk {
    let disk = SimDisk::default();
    let mut index = create(&disk, jaccard()).unwrap();
    for number in 0..5 {
        let body = text(number % 2, number);
        index
            .insert(&article(&format!("key {number}"), &body, None))
            .unwrap();
    }
    index.commit().unwrap();
    index.remove("key 3").unwrap();
    index.commit().unwrap();
    disk
}

/// The one file of a kind, the newest.
fn newest(disk: &SimDisk, prefix: &str) -> (String, Vec<u8>) {
    let files = disk.files().into_iter();
    let mut files: Vec<_> = files.filter(|(name, _)| name.starts_with(prefix)).collect();
    files.sort();
    files.pop().unwrap()
}

/// Whether the damage is told: by the opening, by its note, or by a check. Answers that are given
/// must be right.
fn is_told(disk: &SimDisk, expected: &[(String, PairResult)]) -> bool {
    let snapshot = match read(disk) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            assert!(
                matches!(error.kind(), ErrorKind::Damaged | ErrorKind::Io),
                "{error}"
            );
            return true;
        }
    };
    if snapshot.note().is_some() {
        return true;
    }
    match matches(&snapshot, &text(0, 0)) {
        Ok(found) => assert_eq!(found, expected),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Damaged, "{error}"),
    }
    !snapshot.check().is_clean()
}

fn flips(step: usize) {
    let disk = small();
    let expected = matches(&read(&disk).unwrap(), &text(0, 0)).unwrap();
    assert!(!is_told(&disk, &expected));
    for (prefix, step) in [
        ("gen-", 1),
        ("changes-", 1),
        ("links-", step),
        ("segment-", step),
    ] {
        let (name, bytes) = newest(&disk, prefix);
        for bit in (0..8 * bytes.len()).step_by(step) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let damaged = disk.copied();
            damaged.set(&name, flipped);
            assert!(is_told(&damaged, &expected), "bit {bit} of {name}");
        }
    }
}

#[test]
fn flipped_bits_are_found() {
    // Steps that meet every bit of a byte, and every page.
    flips(8 * 37 + 1);
}

#[test]
#[ignore = "takes minutes: every bit of the segment"]
fn every_flipped_bit_is_found() {
    flips(1);
}

#[test]
fn every_truncation_is_found() {
    let disk = small();
    let expected = matches(&read(&disk).unwrap(), &text(0, 0)).unwrap();
    for (prefix, step) in [
        ("gen-", 1),
        ("changes-", 1),
        ("links-", 61),
        ("segment-", 61),
    ] {
        let (name, bytes) = newest(&disk, prefix);
        for len in (0..bytes.len()).step_by(step) {
            let damaged = disk.copied();
            damaged.set(&name, bytes[..len].to_vec());
            assert!(is_told(&damaged, &expected), "{len} bytes of {name}");
        }
    }
}

#[test]
fn exchanged_pages_and_files_of_another_index_are_found() {
    let disk = small();
    let expected = matches(&read(&disk).unwrap(), &text(0, 0)).unwrap();
    let (name, bytes) = newest(&disk, "segment-");
    let pages: Vec<&[u8]> = bytes.chunks(4096).collect();
    for page in 1..pages.len() {
        let mut swapped = pages.clone();
        swapped.swap(page - 1, page);
        let damaged = disk.copied();
        damaged.set(&name, swapped.concat());
        assert!(is_told(&damaged, &expected), "page {page}");
    }
    // The same articles in an index with another id.
    let other = SimDisk::default();
    let storage = Arc::new(other.clone());
    let mut index = SavedIndex::create_in(storage, 8, jaccard(), &SavedOptions::new()).unwrap();
    for number in 0..5 {
        let body = text(number % 2, number);
        index
            .insert(&article(&format!("key {number}"), &body, None))
            .unwrap();
    }
    index.commit().unwrap();
    let (_, foreign) = newest(&other, "segment-");
    assert_eq!(foreign.len(), bytes.len());
    disk.set(&name, foreign);
    assert!(is_told(&disk, &expected));
}

#[test]
fn a_damaged_generation_falls_back_and_says_so() {
    let disk = small();
    let (name, mut bytes) = newest(&disk, "gen-");
    bytes[20] ^= 1;
    disk.set(&name, bytes);
    let mut index = open(&disk).unwrap();
    assert_eq!(index.len(), 5);
    let note = index.note().unwrap();
    assert!(
        note.contains(&name) && note.contains("generation 2"),
        "{note}"
    );
    // The number of the damaged generation is not given again.
    index.remove("key 0").unwrap();
    assert_eq!(index.commit().unwrap().generation, 4);
    drop(index);
    let index = open(&disk).unwrap();
    assert_eq!((index.len(), index.note()), (4, None));
    assert!(index.check().is_clean());
}

#[test]
fn a_newer_format_names_the_way_out() {
    let disk = small();
    let (name, mut bytes) = newest(&disk, "gen-");
    bytes[8] = 2;
    let body = bytes.len() - 8;
    let sum = crate::hash::token(&bytes[..body]);
    bytes[body..].copy_from_slice(&sum.to_le_bytes());
    disk.set(&name, bytes);
    let error = read(&disk).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NewerFormat);
    assert!(error.to_string().contains("a later one"), "{error}");
}

#[test]
fn other_settings_are_refused_by_name() {
    let disk = small();
    let expect = |builder: Builder| {
        let options = SavedOptions::new().expect(builder);
        let storage: Arc<dyn crate::saved::storage::Storage> = Arc::new(disk.clone());
        SavedIndex::open_in(&storage, &options)
    };
    let error = expect(jaccard().seed(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RecipeMismatch);
    assert!(error.to_string().contains("seed = 0, not 1"), "{error}");
    let (threshold, recall) = (0.4, 0.95);
    let error = expect(jaccard().mode(Mode::Jaccard { threshold, recall })).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("mode.jaccard.threshold = 0.3, not 0.4"),
        "{error}"
    );
    expect(jaccard()).unwrap();
}
