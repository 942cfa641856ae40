//! The verdict: from figures to a relation.
//!
//! In: the [`Evidence`] of two articles. Out: their [`Relation`], by [`Criteria`] and [`Rules`].

use std::cmp::Ordering;

use super::Evidence;
use crate::error::{Error, Result};

/// The relation of two articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Relation {
    /// Equal words in equal order.
    Exact,
    /// Equal texts, apart from a few words or recognition errors.
    LightEdit,
    /// An article and a version shortened in several places.
    Abridged,
    /// An article and a continuous piece of it.
    Excerpt,
    /// An article and a later version: much text is kept, some is replaced.
    Update,
    /// Different articles with passages in common.
    Partial,
    /// Equal wording with different facts, throughout the shorter article or in passages: two uses
    /// of a template, two issues of a weekly report.
    Template,
    /// No telling text in common.
    Unrelated,
}

impl Relation {
    /// All relations, the closest first.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::LightEdit,
        Self::Abridged,
        Self::Excerpt,
        Self::Update,
        Self::Partial,
        Self::Template,
        Self::Unrelated,
    ];

    /// The relation's name in records and columns, such as `light_edit`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::LightEdit => "light_edit",
            Self::Abridged => "abridged",
            Self::Excerpt => "excerpt",
            Self::Update => "update",
            Self::Partial => "partial",
            Self::Template => "template",
            Self::Unrelated => "unrelated",
        }
    }

    /// The relation with an [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.id() == id)
    }

    /// Whether either article is recycled from the other. Groups join recycled articles.
    pub fn is_recycled(self) -> bool {
        matches!(
            self,
            Self::Exact | Self::LightEdit | Self::Abridged | Self::Excerpt | Self::Update
        )
    }

    /// The name of the relation for people, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact copy",
            Self::LightEdit => "light edit",
            Self::Abridged => "abridged",
            Self::Excerpt => "excerpt",
            Self::Update => "update",
            Self::Partial => "partial reuse",
            Self::Template => "same template",
            Self::Unrelated => "unrelated",
        }
    }
}

/// Thresholds for judging articles as recycled.
///
/// The defaults were fitted together with the defaults of [`Rules`], on the data described there.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct Criteria {
    /// Least share of either article found in the other, by weight, above 0 and up to 1. Articles
    /// written independently about an event stay below .3. The coverage of an update is about .5 if
    /// half of its text is kept.
    pub coverage: f64,
    /// Least share of the less covered article found in the other, by weight, 0 to 1. At 0,
    /// excerpts and abridgements are recycled. At .9, only texts equal as a whole are recycled.
    pub mutual: f64,
    /// Most different facts (numbers, names, dates) per 100 shared words, 0 to 100. Edits change
    /// one or two. A template is filled with a new fact about every ten words.
    pub conflicts: f64,
    /// Largest share of different numbers among numbers at equal places, above 0 and up to 1. A
    /// report has few numbers that could change. A notice is all numbers.
    pub number_conflicts: f64,
}

impl Default for Criteria {
    fn default() -> Self {
        Self {
            coverage: 0.55,
            mutual: 0.0,
            conflicts: 2.0,
            number_conflicts: 0.35,
        }
    }
}

impl Criteria {
    /// Criteria for nearly equal texts: nine words in ten of either article, and one fact in a
    /// hundred words. An excerpt is partial reuse.
    pub fn strict() -> Self {
        Self {
            coverage: 0.9,
            mutual: 0.9,
            conflicts: 1.0,
            number_conflicts: 0.1,
        }
    }

    /// Criteria for review by people: a good third of the text is shared, and more facts may
    /// differ.
    pub fn loose() -> Self {
        Self {
            coverage: 0.35,
            mutual: 0.0,
            conflicts: 5.0,
            number_conflicts: 0.5,
        }
    }

    pub(crate) fn check(self) -> Result<Self> {
        let Self {
            coverage,
            mutual,
            conflicts,
            number_conflicts,
        } = self;
        if !(0.0..=1.0).contains(&mutual) {
            return Err(Error::invalid(
                "mutual",
                format!("a mutual coverage of {mutual} is out of range; it must be 0 to 1"),
            ));
        }
        let shares = [
            ("coverage", coverage),
            ("number_conflicts", number_conflicts),
        ];
        for (name, share) in shares {
            if !(share > 0.0 && share <= 1.0) {
                return Err(Error::invalid(
                    name,
                    format!("a {name} of {share} is out of range; it must be above 0 and up to 1"),
                ));
            }
        }
        if !(0.0..=100.0).contains(&conflicts) {
            return Err(Error::invalid(
                "conflicts",
                format!(
                    "conflicts of {conflicts} in 100 words are out of range; it must be 0 to 100"
                ),
            ));
        }
        Ok(self)
    }
}

/// Constants of the verdict, fitted on judged pairs.
///
/// `examples/fit.rs` searches for the constants that best tell copies among judged pairs, and
/// prints the constants with their figures. The defaults here and in [`Criteria`] are its result on
/// 422 pairs of news from 20 sources in 24 languages, judged one by one, 900 pairs of web pages, 76
/// short answers, and 808 pairs of scanned reprints and earnings notices.
///
/// With each source judged by constants fitted on the other sources, F1 is .90 on the news, .95 on
/// English news, and .80 on news in 23 other languages. The constants found then differ little.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rules {
    /// Part of the allowance for new text that is left to a copy with a new lead, 0 to 1.
    /// [`Criteria::coverage`] sets the allowance. At 1 the leads do not matter.
    pub allowance_without_lead: f64,
    /// Least share of each lead found in the opening of the other article, by weight, for the leads
    /// to match, 0 to 1.
    pub lead: f64,
    /// Facts added for each recurrence of a swap. At 0 a recurring swap counts like any swap.
    pub recurring: f64,
    /// Part of [`Criteria::conflicts`] allowed in a notice of fewer than 100 words, 0 to 1.
    pub conflicts_of_notice: f64,
    /// Shared words per different number, above which [`Criteria::number_conflicts`] is not
    /// applied. In a long copy a single different clock time or word count says nothing, even as
    /// the only number.
    pub words_of_a_number: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allowance_without_lead: 0.5,
            lead: 0.35,
            recurring: 1.5,
            conflicts_of_notice: 0.4,
            words_of_a_number: 200.0,
        }
    }
}

/// Least weight of the shorter article for a verdict of recycling: five or six words of content. An
/// article of [`SHORT`] words needs no such weight, because in a corpus on a single subject no word
/// weighs much. Chosen by hand.
const LEAST_MASS: f64 = 30.0;

/// Coverage added per unit of noise, because a recognition error sometimes leaves a word unmatched.
/// Chosen by hand.
const NOISE_FOR_COVERAGE: f64 = 0.4;

/// Least share of three-word runs kept in order by a clean copy, 0 to 1. Words shared without
/// shared runs come from a common subject. Chosen by hand.
const LEAST_RUNS: f64 = 0.4;
/// Words per recognition error at which no run is required: an error in every sixth word can leave
/// no three-word run.
const ERRORS_WITHOUT_RUNS: f64 = 6.0;

/// Length of a short text, in words. A shorter text that loses most of its facts is a filled-in
/// form. Chosen by hand.
const SHORT: u32 = 60;

/// Length below which a text is a notice, in words: a lead of some 50 words is most of it. Chosen
/// by hand.
const NOTICE: f64 = 100.0;

/// Least length, in words, of a text that stays a copy in spite of many different numbers: moved
/// clocks and counters. Chosen by hand.
const LONG: u32 = 200;
/// Least coverage, in both directions, of a long text with moved clocks and counters. Chosen by
/// hand.
const NEARLY_ALL: f64 = 0.9;
/// Share of different numbers from which a long text is a new text after all. Chosen by hand.
const HALF_OF_THE_NUMBERS: f64 = 0.5;

/// Different numbers, discounted for errors, from which [`Criteria::number_conflicts`] applies: a
/// single number in a copy with a few recognition errors. Chosen by hand.
const ONE_WITH_SOME_DOUBT: f64 = 0.7;

/// Least coverage, in both directions, at which a single different fact is a correction. Chosen by
/// hand.
const ALL_ELSE: f64 = 0.95;

/// Margin of a text that is a copy in spite of different facts: smaller than without such facts.
/// Chosen by hand.
const MARGIN_ALL_THE_SAME: f64 = 0.2;

/// Share of new text below which an article counts as unextended, 0 to 1. Also the noise above
/// which new text is taken for recognition errors. Chosen by hand.
const LITTLE_OF_ITS_OWN: f64 = 0.15;
/// Different facts that turn a light edit into an update. Chosen by hand.
const FACTS_OF_AN_UPDATE: u32 = 3;
/// Longest stretch of the source that an excerpt may span, as a multiple of the matched words.
/// Chosen by hand.
const SPREAD_OF_AN_EXCERPT: f64 = 1.5;

/// Words in passages that make partial reuse: three sentences. Chosen by hand.
const PARTIAL_WORDS: u32 = 40;
/// Words in passages that make partial reuse of a short article, given [`PARTIAL_RUNS`]. Chosen by
/// hand.
const PARTIAL_WORDS_OF_SHORT: u32 = 12;
/// Least share of three-word runs for partial reuse of a short article, 0 to 1. Chosen by hand.
const PARTIAL_RUNS: f64 = 0.06;

impl Evidence {
    /// The relation that follows from the evidence.
    ///
    /// Equal words are [`Exact`](Relation::Exact). Without enough shared text the relation is
    /// [`Unrelated`](Relation::Unrelated), or with passages in common,
    /// [`Partial`](Relation::Partial). Too many different facts make either a copy or a partial
    /// reuse a [`Template`](Relation::Template). All other articles are kinds of copies.
    pub fn relation(&self, criteria: &Criteria, rules: &Rules) -> Relation {
        if self.is_exact() {
            Relation::Exact
        } else {
            let shares_enough = self.margin_of_text(criteria, rules) >= 0.0;
            if !shares_enough && !self.is_partial() {
                Relation::Unrelated
            } else if self.margin_of_facts(criteria, rules) < 0.0 {
                Relation::Template
            } else if shares_enough {
                self.relation_of_copies()
            } else {
                Relation::Partial
            }
        }
    }

    /// Whether the articles have equal words in equal order.
    fn is_exact(&self) -> bool {
        let words = self.a_words;
        words > 0 && words == self.b_words && words == self.matched && self.close == 0
    }

    /// Words of the shorter article, repeats of earlier passages excluded.
    fn least_words(&self) -> u32 {
        let words = |all: u32, repeated| all.saturating_sub(repeated);
        words(self.a_words, self.a_repeated).min(words(self.b_words, self.b_repeated))
    }

    /// The margin of the verdict, -1 to 1: how clearly either article is recycled from the other.
    /// Articles with a margin of at least 0 are recycled.
    ///
    /// A copy has allowances for new text, for different facts, and for different numbers. The
    /// margin is the smallest unused part of an allowance.
    pub fn margin(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        if self.is_exact() {
            return 1.0;
        }
        let margin = self
            .margin_of_text(criteria, rules)
            .min(self.margin_of_facts(criteria, rules));
        margin.clamp(-1.0, 1.0)
    }

    /// The unused part of the allowance for new text. Negative beyond the allowance.
    fn margin_of_text(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        let noise = self.noise();
        let own = |coverage: f64| 1.0 - coverage - NOISE_FOR_COVERAGE * noise;
        let of_both = self.a_coverage.min(self.b_coverage);
        let words = f64::from(self.least_words());
        let least_runs = LEAST_RUNS * (1.0 - ERRORS_WITHOUT_RUNS * noise).clamp(0.0, 1.0);
        let runs = if least_runs > 0.0 {
            self.runs / least_runs - 1.0
        } else {
            1.0
        };
        left(own(self.coverage()), self.allowance(criteria, rules))
            .min(left(own(of_both), 1.0 - criteria.mutual))
            .min((self.mass / LEAST_MASS).max(words / f64::from(SHORT)) - 1.0)
            .min(runs)
    }

    /// Largest share of new text in a copy. News of its own has a new lead above any copied
    /// background, so a new lead shrinks the allowance. A notice has the smaller allowance whatever
    /// its lead.
    fn allowance(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        let allowance = 1.0 - criteria.coverage;
        if self.a_lead.min(self.b_lead) >= rules.lead && self.words() >= NOTICE {
            allowance
        } else {
            // Scans lose opening lines. Background is copied without recognition errors.
            allowance * self.if_clean(rules.allowance_without_lead)
        }
    }

    /// Returns `share` for a clean copy. Recognition errors raise the result, up to 1 with an error
    /// in every eighth word.
    fn if_clean(&self, share: f64) -> f64 {
        1.0 - self.trust() * (1.0 - share)
    }

    /// Whether the articles share enough passages for partial reuse.
    fn is_partial(&self) -> bool {
        self.in_passages >= PARTIAL_WORDS
            || self.in_passages >= PARTIAL_WORDS_OF_SHORT && self.runs >= PARTIAL_RUNS
    }

    /// The unused part of the allowances for different facts and numbers. Negative beyond an
    /// allowance.
    fn margin_of_facts(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        // 1. A short text without most of its facts is a filled-in form.
        let words = self.least_words();
        if words < SHORT && 2 * self.lost_slots > self.slots {
            return -1.0;
        }
        // 2. Compare the different facts with the allowance, and the numbers if enough differ.
        // Scans of notices keep the whole allowance: misread words count as different facts.
        let most_conflicts = if self.words() < NOTICE {
            criteria.conflicts * self.if_clean(rules.conflicts_of_notice)
        } else {
            criteria.conflicts
        };
        let mut margin = left(self.conflicts_by(rules), most_conflicts);
        let least_numbers = ONE_WITH_SOME_DOUBT.max(self.frame() / rules.words_of_a_number);
        if self.different_numbers() >= least_numbers {
            margin = margin.min(left(self.number_conflicts(), criteria.number_conflicts));
        }
        // 3. Nearly equal texts are copies in spite of different facts.
        if self.is_same_text_all_the_same(criteria, rules) {
            margin = margin.max(MARGIN_ALL_THE_SAME);
        }
        margin
    }

    /// Whether the articles agree so far that different facts are corrections, or moved clocks and
    /// counters.
    fn is_same_text_all_the_same(&self, criteria: &Criteria, rules: &Rules) -> bool {
        if rules.recurring > 0.0 && self.recurring > 0 {
            return false;
        }
        let words = self.least_words();
        let least_coverage = self.a_coverage.min(self.b_coverage);
        let is_correction = words >= SHORT
            && self.facts() == 1
            && self.lost_slots <= 1
            && least_coverage >= ALL_ELSE;
        let is_same_but_for_numbers = words >= LONG
            && least_coverage >= NEARLY_ALL
            && self.number_conflicts() < HALF_OF_THE_NUMBERS
            && 100.0 * f64::from(self.names) <= criteria.conflicts * f64::from(self.matched);
        is_correction || is_same_but_for_numbers
    }

    /// The kind of copy, by the share of new text in each article.
    fn relation_of_copies(&self) -> Relation {
        let of_both = (self.a_coverage, self.b_coverage);
        let (shorter, longer) = match self.a_words.cmp(&self.b_words) {
            Ordering::Less => of_both,
            Ordering::Greater => (of_both.1, of_both.0),
            // Neither article was shortened, so neither is an abridgement.
            Ordering::Equal => (of_both.0.min(of_both.1), of_both.0.max(of_both.1)),
        };
        // Text lost to recognition errors is not new text.
        let own = |coverage: f64| 1.0 - coverage - NOISE_FOR_COVERAGE * self.noise();
        match (
            own(shorter) > LITTLE_OF_ITS_OWN,
            own(longer) > LITTLE_OF_ITS_OWN,
        ) {
            (false, false) if self.facts() < FACTS_OF_AN_UPDATE => Relation::LightEdit,
            (false, true) => {
                let spread = SPREAD_OF_AN_EXCERPT * f64::from(self.matched);
                let is_piece = f64::from(self.reach) <= spread && longer <= 0.5;
                if is_piece {
                    Relation::Excerpt
                } else {
                    Relation::Abridged
                }
            }
            _ if self.noise() > LITTLE_OF_ITS_OWN => Relation::LightEdit,
            _ => Relation::Update,
        }
    }
}

/// The unused share of an allowance; negative beyond the allowance.
fn left(used: f64, allowed: f64) -> f64 {
    if allowed > 0.0 {
        1.0 - used / allowed
    } else if used > 0.0 {
        -1.0
    } else {
        1.0
    }
}
