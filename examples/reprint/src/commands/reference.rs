//! `--reference`: an older corpus to compare the input with.
//!
//! In: the reference's paths, and the input's articles. Out: for each article its best match in the
//! reference, if any. The reference has its own detector. Its articles are not compared with each
//! other, and may have the input's keys. The work grows with the input, not with the reference's
//! pairs.

use std::path::PathBuf;

use rayon::prelude::*;
use reprint::report::ReferenceCounts;
use reprint::{ArticleId, Detector, Match, Matches, TextStore};

use super::{Talk, load};
use crate::corpus::{Corpus, Known};
use crate::failure::Failure;
use crate::options::InputOptions;
use crate::problems::{Kind, Problem};

/// Articles matched between two progress messages. Chosen by hand.
const AT_A_TIME: usize = 1024;

/// Reads and sketches the reference, without searching for phrases.
pub(super) fn read(
    detector: Detector,
    paths: &[PathBuf],
    input: &InputOptions,
    talk: &mut Talk,
) -> Result<Corpus, Failure> {
    // The ledger and the copies of pipes belong to the input alone.
    let (ledger, copies) = (talk.ledger.take(), std::mem::take(&mut talk.copies));
    let read = load(detector, None, paths, input, talk);
    (talk.ledger, talk.copies) = (ledger, copies);
    read
}

/// Matches every article with the reference, and reports texts that could not be read.
pub(super) fn match_with(
    reference: &Corpus,
    corpus: &mut Corpus,
    talk: &mut Talk,
) -> Result<ReferenceCounts, Failure> {
    let ids: Vec<ArticleId> = corpus.ids().collect();
    for ids in ids.chunks(AT_A_TIME) {
        talk.progress.stage("matching with the reference");
        let matched: Vec<Result<Matches, String>> = ids
            .par_iter()
            .map(|&id| {
                let text = corpus.texts.text(id, corpus.key(id));
                let text = text.map_err(|error| error.to_string())?;
                let matches = reference.detector.matches(&text, &reference.texts);
                matches.map_err(|error| error.to_string())
            })
            .collect();
        talk.progress.clear();
        for (id, matches) in ids.iter().zip(matched) {
            let key = corpus.key(*id);
            let found = match matches {
                Ok(matches) => {
                    for (_, error) in &matches.unread {
                        talk.problems.note(&unread(key, &error.to_string()))?;
                    }
                    matches.found
                }
                Err(error) => {
                    talk.problems.note(&unread(key, &error))?;
                    Vec::new()
                }
            };
            let best = found.into_iter().find(Match::joins);
            let known = best.map(|found| Known {
                key: reference.key(found.id).into(),
                found,
            });
            corpus.known.push(known);
        }
    }
    let matched = corpus.known.iter().flatten().count();
    Ok(ReferenceCounts::new(reference.detector.len(), matched))
}

/// The problem that a match may be missing.
fn unread(key: &str, error: &str) -> Problem {
    let message = format!("not matched with all it should be: {error}");
    Problem::new(Kind::Unreadable, key, message)
}
