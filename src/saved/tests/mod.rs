//! Laws of the saved index, on a simulated disk.

mod beside;
mod crashes;
mod damage;
mod golden;
mod groups;
mod series;
mod sim;

use std::sync::Arc;

use sim::SimDisk;

use super::{Query, SavedIndex, SavedOptions, Snapshot};
use crate::article::Article;
use crate::detector::{Builder, Detector, Mode};
use crate::error::Result;
use crate::group::PairResult;

/// A text of a pool: texts of one `story` share most words, `form` changes some of them; form 0 and
/// form 1 differ in capitals alone.
fn text(story: usize, form: usize) -> String {
    const WORDS: [&str; 24] = [
        "harbour", "bridge", "council", "ferry", "engineer", "winter", "market", "island", "river",
        "school", "library", "station", "painter", "orchard", "railway", "museum", "lantern",
        "village", "theatre", "captain", "meadow", "chimney", "gardener", "festival",
    ];
    let word = |at: usize| {
        let mixed = crate::hash::splitmix((story * 1000 + at) as u64) as usize;
        let changed = form > 1 && at % 18 == form;
        let suffix = if changed { form * 7 + at } else { at };
        format!("{}{suffix}", WORDS[mixed % WORDS.len()])
    };
    let len = if form == 5 { 40 } else { 90 };
    let words: Vec<String> = (0..len).map(word).collect();
    let text = words.join(" ");
    if form == 1 { text.to_uppercase() } else { text }
}

fn jaccard() -> Builder {
    let (threshold, recall) = (0.3, 0.95);
    Detector::builder().mode(Mode::Jaccard { threshold, recall })
}

fn recycled() -> Builder {
    Detector::builder().mode(Mode::recycled())
}

fn create(disk: &SimDisk, builder: Builder) -> Result<SavedIndex> {
    SavedIndex::create_in(Arc::new(disk.clone()), 7, builder, &SavedOptions::new())
}

fn open(disk: &SimDisk) -> Result<SavedIndex> {
    let storage: Arc<dyn super::storage::Storage> = Arc::new(disk.clone());
    SavedIndex::open_in(&storage, &SavedOptions::new())
}

fn read(disk: &SimDisk) -> Result<Snapshot> {
    let storage: Arc<dyn super::storage::Storage> = Arc::new(disk.clone());
    Ok(super::opening::open(&storage, &SavedOptions::new())?.snapshot)
}

fn article<'a>(key: &'a str, body: &'a str, date: Option<i64>) -> Article<'a> {
    Article {
        date,
        ..Article::new(key, body).source("Post")
    }
}

/// Every article: key, id, date, text.
type Contents = Vec<(String, u64, Option<i64>, String)>;

fn contents(snapshot: &Snapshot) -> Result<Contents> {
    let mut all = Vec::new();
    for place in snapshot.places() {
        let row = snapshot.row(place)?;
        let found = snapshot.article(place, &row)?;
        let text = snapshot.text_at(place, &row, &found.key)?;
        all.push((found.key, found.id, found.date, text));
    }
    all.sort();
    Ok(all)
}

/// Matches as keys and findings.
fn matches(snapshot: &Snapshot, text: &str) -> Result<Vec<(String, PairResult)>> {
    let found = snapshot.matches(text, &Query::new())?;
    assert!(found.unread.is_empty(), "{:?}", found.unread);
    let pair = |found: super::SavedMatch| {
        let (overlap, summary) = (found.overlap, found.summary);
        (found.article.key, PairResult { overlap, summary })
    };
    Ok(found.found.into_iter().map(pair).collect())
}
