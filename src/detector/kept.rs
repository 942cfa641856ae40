//! What an index kept outside a detector borrows of the detector's rules.
//!
//! In: texts and marks that the index holds. Out: findings by the rules of the detector's mode, band
//! keys, and a detector filled without a second sketch.

use super::catalog::TextMark;
use super::route::Route;
use super::{AnyRoute, Detector};
use crate::article::{Article, ArticleId};
use crate::error::{Error, ErrorKind, Result};
use crate::group::PairResult;
use crate::sketch::{Fingerprint, Signature};

/// The text of one copy, as the index reads it again.
pub(crate) struct KeptText {
    pub(crate) key: String,
    pub(crate) text: Result<String>,
}

impl Detector {
    /// Compares a text with `others`, in parallel; the findings have their order.
    ///
    /// An other text has copies in the order of keys: `copy` reads copy number `n`, `None` after the
    /// last. The first readable copy with the fingerprint counts.
    pub(crate) fn compare_with_each<T: Sync>(
        &self,
        text: &str,
        others: &[T],
        fingerprint: impl Fn(&T) -> Fingerprint + Sync,
        copy: impl Fn(&T, usize) -> Option<KeptText> + Sync,
    ) -> Result<Vec<Result<Option<PairResult>>>> {
        match &self.route {
            AnyRoute::Jaccard(route) => self.verify_each(route, text, others, |other| {
                self.read_kept(route, fingerprint(other), |n| copy(other, n))
            }),
            AnyRoute::Recycled(route) => self.verify_each(&**route, text, others, |other| {
                self.read_kept(&**route, fingerprint(other), |n| copy(other, n))
            }),
        }
    }

    /// Prepares the first readable copy; the error is that of the first copy.
    fn read_kept<R: Route>(
        &self,
        route: &R,
        fingerprint: Fingerprint,
        copy: impl Fn(usize) -> Option<KeptText>,
    ) -> Result<R::Article> {
        let mut first_error = None;
        for KeptText { key, text } in (0..).map_while(copy) {
            let made = text.and_then(|text| {
                let mark = (&*key, fingerprint);
                self.take_apart(&text, mark, R::WANT, &|reading| route.prepare(reading))
            });
            match made {
                Ok(made) => return Ok(made),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        let gone = || Error::new(ErrorKind::TextUnavailable, "no copy of the text is left");
        Err(first_error.unwrap_or_else(gone))
    }

    /// A signature's key in each band.
    pub(crate) fn band_keys(&self, signature: &Signature) -> Result<Vec<u32>> {
        self.index.keys(signature)
    }

    /// Adds an article by what an index kept of its text: the mark, the key in each band, the
    /// sample. Keys and sample are looked at for the first copy of a text only.
    pub(crate) fn insert_kept(
        &mut self,
        article: &Article<'_>,
        text: TextMark,
        (bands, sample): (&[u32], &[u32]),
    ) -> Result<ArticleId> {
        let (id, leads) = self.catalog.insert(article, text)?;
        if leads {
            self.index.insert_keys(id, bands);
            self.route.find_mut().insert(id, sample, &self.catalog);
        }
        Ok(id)
    }
}
