//! Relations between two articles.
//!
//! In: two texts, and optionally [statistics](crate::corpus) of their corpus. Out: a
//! [`Comparison`]: shared passages, differences (numbers, names, dates, wording), and the resulting
//! [`Relation`]: a copy, an abridgement, an excerpt, an update, or merely another use of a
//! template.
//!
//! The words of the articles are aligned. Words broken at line ends are joined, and recognition
//! errors are tolerated. The share of the shorter article found in the longer tells copies from
//! other texts. The number of different facts within shared text tells copies from uses of a
//! template: two notices of a dividend have nearly every word in common.
//!
//! Capitals tell names from other words. In scripts without case, and in German, where every noun
//! has a capital, a different word counts half as much as a different name.

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
mod unmatched;

use std::fmt::Write;

pub use difference::{Difference, DifferenceKind, Passage, PassageKind};
pub use evidence::Evidence;
pub use judge::{Criteria, Relation, Rules};

pub(crate) use analyzed::AnalyzedArticle;
pub(crate) use pair_gate::{PairGate, PairGateProbe, PairGateScratch};

use crate::corpus::Statistics;
use crate::document::DocumentBuffer;
use crate::error::Result;
use crate::verify::Overlap;
use align::{Alignment, Anchors};
use table::WordPair;
use unique_runs::Lookup;

/// Buffers reused from pair to pair.
#[derive(Debug, Default)]
pub(crate) struct RelationScratch {
    align: align::AlignScratch,
}

/// Either of two compared articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Side {
    /// The first article.
    A,
    /// The second article.
    B,
}

impl Side {
    /// The side's name in records and columns: `a` or `b`.
    pub fn id(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    /// The side with an [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|side| side.id() == id)
    }

    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// The short form of a relation, kept for every pair.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RelationSummary {
    /// The relation between the articles.
    pub relation: Relation,
    /// The article made from the other, where known. Texts show it for excerpts and abridgements.
    /// Dates show it for updates.
    pub derived: Option<Side>,
    /// Share of the first article found in the second, by weight of words, 0 to 1.
    pub a_coverage: f32,
    /// Share of the second article found in the first, by weight of words, 0 to 1.
    pub b_coverage: f32,
    /// Number of places with a different number, name or date.
    pub facts: u32,
}

impl RelationSummary {
    /// The summary for articles with equal words.
    pub(crate) const EXACT: Self = Self {
        relation: Relation::Exact,
        derived: None,
        a_coverage: 1.0,
        b_coverage: 1.0,
        facts: 0,
    };

    /// Puts a summary together from parts that another process may have written. `coverage` is that of
    /// the first and of the second article.
    pub fn from_parts(
        relation: Relation,
        derived: Option<Side>,
        coverage: [f32; 2],
        facts: u32,
    ) -> Self {
        let [a_coverage, b_coverage] = coverage;
        Self {
            relation,
            derived,
            a_coverage,
            b_coverage,
            facts,
        }
    }

    /// The larger coverage of the two articles, 0 to 1.
    pub fn coverage(&self) -> f64 {
        f64::from(self.a_coverage.max(self.b_coverage))
    }

    /// Exchanges the first and the second article.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            derived: self.derived.map(Side::other),
            a_coverage: self.b_coverage,
            b_coverage: self.a_coverage,
            ..self
        }
    }

    /// Sets the derived article of an update by the dates: the later article was made from the
    /// earlier. Equal or missing dates change nothing.
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

/// The full comparison of two articles: shared text, differences and verdict.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Comparison {
    /// The relation and its main figures.
    pub summary: RelationSummary,
    /// The figures behind the relation.
    pub evidence: Evidence,
    /// The exact overlap of the two shingle sets.
    pub overlap: Overlap,
    /// Shared passages, in the order of the first article.
    pub passages: Vec<Passage>,
    /// Differences, in the order of the first article. Empty for [`Unrelated`](Relation::Unrelated)
    /// articles, whose full texts would be a single difference.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// The comparison in a sentence for people.
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

/// An article prepared for comparison with many others: the words and a look-up table of anchors.
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

/// Two articles, the shorter before the longer.
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
        // Between articles of equal length the word hashes decide, so exchanging the articles does
        // not change the result.
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

    /// Aligns the articles, in the memory of the alignment before.
    fn align<'s>(&self, scratch: &'s mut align::AlignScratch) -> &'s mut Alignment {
        if !self.is_exact() {
            return align::align(self.short, self.long, self.anchors, scratch);
        }
        // A text full of repeated runs has no anchor, not even for an equal text.
        let Alignment { matches, moved } = &mut scratch.alignment;
        matches.clear();
        matches.extend((0..self.short.words.len()).map(|at| WordPair::exact(at, at)));
        moved.clear();
        &mut scratch.alignment
    }

    fn judge(&self, alignment: &Alignment, criteria: &Criteria) -> (RelationSummary, Evidence) {
        let mut found = evidence::evidence(self.short, self.long, alignment);
        if self.is_exact() {
            // Repeated passages are equal as well.
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

/// Relates two articles, without listing passages or differences.
pub(crate) fn relate(
    a: &Probe<'_>,
    b: &AnalyzedArticle,
    criteria: &Criteria,
    scratch: &mut RelationScratch,
) -> RelationSummary {
    let pair = OrderedPair::new(a, b);
    let alignment = pair.align(&mut scratch.align);
    pair.judge(alignment, criteria).0
}

/// Relates two articles by several criteria in turn, with a single alignment.
pub(crate) fn relate_by_each(
    a: &Probe<'_>,
    b: &AnalyzedArticle,
    criteria: impl IntoIterator<Item = Criteria>,
    scratch: &mut RelationScratch,
    mut found: impl FnMut(RelationSummary),
) {
    let pair = OrderedPair::new(a, b);
    let alignment = pair.align(&mut scratch.align);
    for criteria in criteria {
        found(pair.judge(alignment, &criteria).0);
    }
}

/// Compares two articles in full. `overlap` is the overlap of their shingle sets.
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
    let mut draft = |text| {
        Ok(AnalyzedArticle::new(
            buffer.read(text)?.marked(),
            statistics,
        ))
    };
    let (draft_a, draft_b) = (draft(a)?, draft(b)?);
    let probe = Probe::new(&draft_a);
    let pair = OrderedPair::new(&probe, &draft_b);
    let mut scratch = align::AlignScratch::default();
    let alignment = std::mem::take(pair.align(&mut scratch));
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

/// Compares two articles by default criteria. Without a corpus, words are weighed by length.
///
/// [`Detector::compare`](crate::Detector::compare) uses the settings and the statistics of a
/// detector instead. The time is linear in the lengths of the texts, apart from sorting.
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
