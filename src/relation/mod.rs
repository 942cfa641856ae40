//! Relations: what one article has to do with another.
//!
//! In: two texts, and if there are any, the [statistics](crate::corpus) of their corpus. Out: a
//! [`Comparison`]: which passages stand in both, what differs between them (numbers, names, dates,
//! wording), and the [`Relation`] that follows: a copy, an abridgement, an excerpt, an update, or
//! only another use of the same template.
//!
//! The words of both are aligned, with words broken at line ends put together and with some
//! tolerance for errors of recognition. How much of the shorter article stands in the longer says
//! whether it is a copy; how many facts differ within what is shared says whether it is one of the
//! same thing: two notices of a dividend have nearly every word in common.
//!
//! Names are told by their capitals. In scripts without case, and in German, where every noun has
//! one, a differing word counts half of a differing name.

mod align;
mod analyzed;
mod close;
mod difference;
mod evidence;
mod gap;
mod judge;
mod kind;
mod lead;
mod letters;
mod pair_gate;
mod self_repeats;
mod swap;
mod table;
mod unique_runs;

use std::fmt::Write;

pub use difference::{Difference, DifferenceKind, Passage, PassageKind};
pub use evidence::Evidence;
pub use judge::{Criteria, Relation, Rules};

pub(crate) use analyzed::AnalyzedArticle;
pub(crate) use pair_gate::{PairGate, PairGateProbe, Scratch as PairGateScratch};

use crate::corpus::Statistics;
use crate::document::DocumentBuffer;
use crate::error::Result;
use crate::verify::Overlap;
use align::{Alignment, Anchors};
use table::WordPair;
use unique_runs::Lookup;

/// Space that is kept from one pair to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    align: align::Scratch,
}

/// One of two articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// A relation in short: what is kept of each pair.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RelationSummary {
    /// What one has to do with the other.
    pub relation: Relation,
    /// Which of them was made from the other, where it is known: the excerpt and the abridgement by
    /// their texts, an update by the dates of both articles.
    pub derived: Option<Side>,
    /// The share of the first article that stands in the second, by weight of words, 0 to 1.
    pub a_coverage: f32,
    /// The share of the second article that stands in the first, by weight of words, 0 to 1.
    pub b_coverage: f32,
    /// Places at which a number, a name or a date differs.
    pub facts: u32,
}

impl RelationSummary {
    /// Of articles of the same words.
    pub(crate) const EXACT: Self = Self {
        relation: Relation::Exact,
        derived: None,
        a_coverage: 1.0,
        b_coverage: 1.0,
        facts: 0,
    };

    /// The coverage of the article of which more stands in the other, 0 to 1.
    pub fn coverage(&self) -> f64 {
        f64::from(self.a_coverage.max(self.b_coverage))
    }

    /// The same with the articles exchanged.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            derived: self.derived.map(Side::other),
            a_coverage: self.b_coverage,
            b_coverage: self.a_coverage,
            ..self
        }
    }

    /// With dates: what came later was made from what came earlier, where the texts leave it open.
    #[must_use]
    pub(crate) fn dated(mut self, a: Option<i64>, b: Option<i64>) -> Self {
        if let (Relation::Update, Some(a), Some(b)) = (self.relation, a, b) {
            self.derived = match a.cmp(&b) {
                std::cmp::Ordering::Less => Some(Side::B),
                std::cmp::Ordering::Equal => self.derived,
                std::cmp::Ordering::Greater => Some(Side::A),
            };
        }
        self
    }
}

/// What two articles share, where they differ, and what follows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Comparison {
    /// The relation in short.
    pub summary: RelationSummary,
    /// The figures it rests on.
    pub evidence: Evidence,
    /// The overlap of their shingles, exactly.
    pub overlap: Overlap,
    /// What stands in both, in the order of the first article.
    pub passages: Vec<Passage>,
    /// Where they differ, in the order of the first article. None are given for articles that are
    /// [`Unrelated`](Relation::Unrelated): all of each would be one.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// One sentence for people.
    pub fn sentence(&self) -> String {
        let Evidence {
            a_words,
            b_words,
            matched,
            moved,
            close,
            ..
        } = self.evidence;
        let relation = self.summary.relation;
        if relation == Relation::Exact {
            return format!("exact copy: the same {a_words} words");
        }
        let (covered, of, in_) = if self.summary.a_coverage >= self.summary.b_coverage {
            (self.summary.a_coverage, "first", "second")
        } else {
            (self.summary.b_coverage, "second", "first")
        };
        let mut sentence = relation.name().to_owned();
        let is_of_other = matches!(
            relation,
            Relation::Abridged | Relation::Excerpt | Relation::Update
        );
        if let Some(side) = self.summary.derived.filter(|_| is_of_other) {
            let derived = if side == Side::A { "first" } else { "second" };
            let _ = write!(sentence, " (the {derived} of the other)");
        }
        let _ = write!(
            sentence,
            ": {:.0}% of the {of} stands in the {in_} ({} words of {} and {})",
            100.0 * f64::from(covered),
            matched + moved,
            a_words,
            b_words,
        );
        let facts = self.evidence.facts();
        if facts > 0 {
            let plural = if facts == 1 {
                "fact differs"
            } else {
                "facts differ"
            };
            let _ = write!(sentence, "; {facts} {plural}");
        }
        if close > 0 {
            let plural = if close == 1 { "word is" } else { "words are" };
            let _ = write!(sentence, "; {close} {plural} misread");
        }
        sentence
    }
}

/// An [`AnalyzedArticle`] that is compared to many.
#[derive(Debug)]
pub(crate) struct Probe<'a> {
    draft: &'a AnalyzedArticle,
    anchors: Lookup,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(draft: &'a AnalyzedArticle) -> Self {
        let anchors = draft.anchors.lookup();
        Self { draft, anchors }
    }
}

/// Two articles side by side, the shorter first.
struct OrderedPair<'a> {
    short: &'a AnalyzedArticle,
    long: &'a AnalyzedArticle,
    shorter: Side,
    anchors: Anchors<'a>,
}

impl<'a> OrderedPair<'a> {
    fn new(a: &'a Probe<'a>, b: &'a AnalyzedArticle) -> Self {
        let order = |draft: &'a AnalyzedArticle| {
            let hashes = draft.words.iter().map(|word| word.hash);
            (draft.fresh_words, hashes)
        };
        let ((len_a, hashes_a), (len_b, hashes_b)) = (order(a.draft), order(b));
        // The order of the words decides between equals, so that the result is the same either way.
        if len_a
            .cmp(&len_b)
            .then_with(|| hashes_a.cmp(hashes_b))
            .is_le()
        {
            Self {
                short: a.draft,
                long: b,
                shorter: Side::A,
                anchors: Anchors::OfA(&a.anchors),
            }
        } else {
            Self {
                short: b,
                long: a.draft,
                shorter: Side::B,
                anchors: Anchors::OfB(&a.anchors),
            }
        }
    }

    fn is_exact(&self) -> bool {
        self.short.has_words_of(self.long) && !self.short.words.is_empty()
    }

    fn align(&self, scratch: &mut align::Scratch) -> Alignment {
        if !self.is_exact() {
            return align::align(self.short, self.long, self.anchors, scratch);
        }
        // A text of which every run of words recurs has no anchor, not even in itself.
        let equal = |at| WordPair {
            a: at,
            b: at,
            close: false,
        };
        Alignment {
            matches: (0..self.short.words.len() as u32).map(equal).collect(),
            moved: Vec::new(),
        }
    }

    fn judge(&self, alignment: &Alignment, criteria: &Criteria) -> (RelationSummary, Evidence) {
        let mut found = evidence::evidence(self.short, self.long, alignment);
        if self.is_exact() {
            // Passages that repeat an earlier one are the same as well.
            let words = self.short.words.len() as u32;
            found.matched = words;
        }
        let relation = found.relation(criteria, &Rules::default());
        let summary = RelationSummary {
            relation,
            derived: match relation {
                Relation::Abridged | Relation::Excerpt => Some(Side::A),
                _ => None,
            },
            a_coverage: found.a_coverage as f32,
            b_coverage: found.b_coverage as f32,
            facts: found.facts(),
        };
        match self.shorter {
            Side::A => (summary, found),
            Side::B => (summary.reversed(), found.reversed()),
        }
    }
}

/// The relation of two articles, without the passages that explain it.
pub(crate) fn relate(
    a: &Probe<'_>,
    b: &AnalyzedArticle,
    criteria: &Criteria,
    scratch: &mut Scratch,
) -> RelationSummary {
    let pair = OrderedPair::new(a, b);
    let alignment = pair.align(&mut scratch.align);
    pair.judge(&alignment, criteria).0
}

/// As [`relate`], by each of several criteria in turn, from one alignment.
pub(crate) fn relate_by_each(
    a: &Probe<'_>,
    b: &AnalyzedArticle,
    criteria: impl IntoIterator<Item = Criteria>,
    scratch: &mut Scratch,
    mut found: impl FnMut(RelationSummary),
) {
    let pair = OrderedPair::new(a, b);
    let alignment = pair.align(&mut scratch.align);
    for criteria in criteria {
        found(pair.judge(&alignment, &criteria).0);
    }
}

/// Compares two articles in full. `overlap` is that of their shingles.
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
pub(crate) fn compare_with(
    a: &str,
    b: &str,
    overlap: Overlap,
    criteria: &Criteria,
    statistics: Option<&Statistics>,
) -> Result<Comparison> {
    let mut buffer = DocumentBuffer::new();
    let mut draft = |text| Ok(AnalyzedArticle::new(buffer.read(text)?, statistics));
    let (draft_a, draft_b) = (draft(a)?, draft(b)?);
    let probe = Probe::new(&draft_a);
    let pair = OrderedPair::new(&probe, &draft_b);
    let alignment = pair.align(&mut align::Scratch::default());
    let (summary, evidence) = pair.judge(&alignment, criteria);
    let alignment = match pair.shorter {
        Side::A => alignment,
        Side::B => alignment.reversed(),
    };
    let differences = match summary.relation {
        Relation::Unrelated => Vec::new(),
        _ => difference::differences(&draft_a, &draft_b, &alignment),
    };
    Ok(Comparison {
        summary,
        evidence,
        overlap,
        passages: difference::passages(&draft_a, &draft_b, &alignment),
        differences,
    })
}

/// Compares two articles by default criteria, and by what their own forms tell of words.
/// [`Detector::compare`](crate::Detector::compare) does so by the settings and the statistics of a
/// detector.
///
/// The time is linear in their lengths, but for sorting.
///
/// ```
/// use reprint::relation::{DifferenceKind, Relation, compare};
///
/// let first = "The council of Carrowmouth paid 4,500 pounds for the repair of the harbour bridge, \
///     which a barge had struck in May. Traffic will cross it again from Friday at noon, the \
///     county engineer Ada Novak told an open session on Monday evening. Until then the ferry \
///     goes every twenty minutes, free of charge for those who live on the island, and lorries \
///     take the road by the upper ford, where the army has laid a bridge of its own.";
/// let later = "The council of Carrowmouth paid 5,200 pounds for the repair of the harbour bridge, \
///     which a barge had struck in May. Traffic will cross it again from Friday at noon, the \
///     county engineer Ada Novak told an open session on Monday evening. Until then the ferry \
///     goes every twenty minutes, free of charge for those who live on the island, and lorries \
///     take the road by the upper ford, where the army has laid a bridge of its own.";
/// let found = compare(first, later)?;
/// assert_eq!(found.summary.relation, Relation::LightEdit);
/// let difference = found.differences[0];
/// assert_eq!(difference.kind, DifferenceKind::Amount);
/// assert_eq!(&first[difference.a.range()], "4,500");
/// assert_eq!(&later[difference.b.range()], "5,200");
/// # Ok::<(), reprint::Error>(())
/// ```
///
/// # Errors
///
/// [`TextTooLong`](crate::ErrorKind::TextTooLong) above [`MAX_LEN`](crate::text::MAX_LEN) bytes.
pub fn compare(a: &str, b: &str) -> Result<Comparison> {
    let shingler = crate::shingle::Shingler::new(crate::shingle::Shingling::default(), 0)?;
    let set = |text| Ok(crate::verify::ShingleSet::new(shingler.shingles(text)?));
    let overlap = set(a)?.overlap(&set(b)?);
    compare_with(a, b, overlap, &Criteria::default(), None)
}
