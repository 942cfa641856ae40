//! From figures to a relation.
//!
//! In: the [`Evidence`] of two articles. Out: their [`Relation`], by [`Criteria`].

use std::cmp::Ordering;

use super::Evidence;
use crate::error::{Error, Result};

/// What one article has to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Relation {
    /// The same words in the same order.
    Exact,
    /// The same text but for a few words, or for errors of recognition.
    LightEdit,
    /// One is the other, shortened here and there.
    Abridged,
    /// One is a piece of the other.
    Excerpt,
    /// One is a later version of the other: much of the text is the same, some of it was replaced.
    Update,
    /// Different articles with passages in common.
    Partial,
    /// The same wording with other facts, of all of the shorter one or of passages: two uses of one
    /// template, two issues of a weekly report.
    Template,
    /// Nothing that tells.
    Unrelated,
}

impl Relation {
    /// Whether one is recycled from the other, so that they belong in one group.
    pub fn is_recycled(self) -> bool {
        matches!(
            self,
            Self::Exact | Self::LightEdit | Self::Abridged | Self::Excerpt | Self::Update
        )
    }

    /// In a few words, for people.
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

/// How strictly articles are judged to be recycled.
///
/// The defaults were found on wire stories judged one by one and on copies with errors of
/// recognition; see the README for the figures.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[non_exhaustive]
pub struct Criteria {
    /// The least share of one article, by weight, that must stand in the other, 0 to 1. Pairs of
    /// articles that were written apart about one event stay under .3; an update that keeps half
    /// of its text is one.
    pub coverage: f64,
    /// The least share of the other one, of which less stands in the first, 0 to 1. At 0, excerpts
    /// and abridgements are recycled; at .9, only what is the same text as a whole.
    pub mutual: f64,
    /// The most facts (numbers, names, dates) that may differ in 100 shared words. Edits change
    /// one or two; a template is filled with a new one every ten words or so.
    pub conflicts: f64,
    /// The most of the numbers that may differ, of those that stand at one place in both, 0 to 1.
    /// A report has few numbers that could change; a notice is all numbers.
    pub number_conflicts: f64,
}

impl Default for Criteria {
    fn default() -> Self {
        Self {
            coverage: 0.55,
            mutual: 0.0,
            conflicts: 2.5,
            number_conflicts: 0.3,
        }
    }
}

impl Criteria {
    /// Only what is all but the same: nine words in ten of both, one fact in a hundred words. An
    /// excerpt is partial reuse.
    pub fn strict() -> Self {
        Self {
            coverage: 0.9,
            mutual: 0.9,
            conflicts: 1.0,
            number_conflicts: 0.1,
        }
    }

    /// Also what shares a good third, and differs in more facts: to be read by people.
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

/// The constants of the verdict that were found on judged pairs.
///
/// `examples/fit.rs` reads judged pairs, finds the constants that tell copies best, and prints them
/// with their figures. The defaults are those it has printed; ARCHITECTURE.md says on which pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rules {
    /// [`Criteria::coverage`] allows a copy some text of its own. A copy whose lead is not the
    /// other's lead may have this share of the allowance, 0 to 1. At 1 the leads do not matter.
    pub allowance_without_lead: f64,
    /// The least share of either lead, by weight, that stands in the other lead if the two are one,
    /// 0 to 1.
    pub lead: f64,
    /// Facts that a swap counts for each time that it recurs. At 0 a recurring swap is a swap.
    pub recurring: f64,
    /// Facts that a swap of telling words counts for which are neither numbers nor names nor dates.
    pub swap: f64,
    /// The share of [`Criteria::conflicts`] that a notice of fewer than 100 words may have, 0 to 1.
    pub conflicts_of_notice: f64,
    /// Shared words that count as one equal number: a long shared text is evidence of a copy,
    /// even if it has few numbers.
    pub words_of_a_number: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allowance_without_lead: 1.0,
            lead: 0.0,
            recurring: 0.0,
            swap: 0.0,
            conflicts_of_notice: 1.0,
            words_of_a_number: f64::INFINITY,
        }
    }
}

/// Five or six words of content: with fewer there is nothing to tell a short copy by. In a corpus of
/// one subject no word weighs much, and a longer text is told by its words all the same.
const LEAST_MASS: f64 = 30.0;

/// An error of recognition takes a word from the coverage now and then: noise makes up for it, at
/// this rate.
const NOISE_FOR_COVERAGE: f64 = 0.4;

/// The least share of runs of three words that a clean copy keeps in order; words in common that
/// don't stand together are those of the subject. An error in six words leaves no such run.
const LEAST_RUNS: f64 = 0.4;
const ERRORS_WITHOUT_RUNS: f64 = 6.0;

/// A text of fewer words that loses most of its facts is a filled-in form.
const SHORT: u32 = 60;

/// A text of fewer words is a notice: its lead, of some fifty words, is most of it.
const NOTICE: f64 = 100.0;

/// A text of so many words of which so much stands in the other, either way, is that text, even if
/// many of its numbers differ: its clocks and counters moved. Half of the numbers make another.
const LONG: u32 = 200;
const NEARLY_ALL: f64 = 0.9;
const HALF_OF_THE_NUMBERS: f64 = 0.5;

/// One number that differs is enough to ask how many others there are, even if there are a few
/// errors of recognition.
const ONE_WITH_SOME_DOUBT: f64 = 0.7;

/// One fact that differs is a correction if all else is as it was.
const ALL_ELSE: f64 = 0.95;

/// A side that has less of its own was not added to.
const LITTLE_OF_ITS_OWN: f64 = 0.15;
/// So many other facts make a light edit an update.
const FACTS_OF_AN_UPDATE: u32 = 3;
/// How far the words of an excerpt may be spread in its source: by half their number.
const SPREAD_OF_AN_EXCERPT: f64 = 1.5;

/// Words in passages that make reuse of a part: three sentences' worth, or fewer if they are more
/// than a few in a hundred of the shorter article.
const PARTIAL_WORDS: u32 = 40;
const PARTIAL_WORDS_OF_SHORT: u32 = 12;
const PARTIAL_RUNS: f64 = 0.06;

impl Evidence {
    /// What follows from the evidence.
    pub fn relation(&self, criteria: &Criteria, rules: &Rules) -> Relation {
        if self.is_exact() {
            Relation::Exact
        } else if self.shares_enough(criteria, rules) {
            if self.differs_in_facts(criteria, rules) {
                Relation::Template
            } else {
                self.relation_of_copies()
            }
        } else if self.is_partial() {
            if self.differs_in_facts(criteria, rules) {
                Relation::Template
            } else {
                Relation::Partial
            }
        } else {
            Relation::Unrelated
        }
    }

    /// Whether both have the same words in the same order.
    fn is_exact(&self) -> bool {
        let words = self.a_words;
        words > 0 && words == self.b_words && words == self.matched && self.close == 0
    }

    /// Words of the article that has fewer, without passages that repeat an earlier one.
    fn least_words(&self) -> u32 {
        let words = |all: u32, repeated| all.saturating_sub(repeated);
        words(self.a_words, self.a_repeated).min(words(self.b_words, self.b_repeated))
    }

    fn shares_enough(&self, criteria: &Criteria, rules: &Rules) -> bool {
        let noise = self.noise();
        let with_noise = |coverage: f64| coverage + NOISE_FOR_COVERAGE * noise;
        let words = self.least_words();
        let of_both = self.a_coverage.min(self.b_coverage);
        with_noise(self.coverage()) >= self.least_coverage(criteria, rules)
            && with_noise(of_both) >= criteria.mutual
            && (self.mass >= LEAST_MASS || words >= SHORT)
            && self.runs >= LEAST_RUNS * (1.0 - ERRORS_WITHOUT_RUNS * noise).clamp(0.0, 1.0)
    }

    /// The coverage that makes a copy. News of its own has a lead of its own, above whatever
    /// background it copies.
    fn least_coverage(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        let leads = self.a_lead.min(self.b_lead);
        if leads >= rules.lead && self.words() >= NOTICE {
            criteria.coverage
        } else {
            1.0 - rules.allowance_without_lead * (1.0 - criteria.coverage)
        }
    }

    fn is_partial(&self) -> bool {
        self.in_passages >= PARTIAL_WORDS
            || self.in_passages >= PARTIAL_WORDS_OF_SHORT && self.runs >= PARTIAL_RUNS
    }

    fn differs_in_facts(&self, criteria: &Criteria, rules: &Rules) -> bool {
        let words = self.least_words();
        if words < SHORT && 2 * self.lost_slots > self.slots {
            return true;
        }
        let least_coverage = self.a_coverage.min(self.b_coverage);
        let swap_recurs = rules.recurring > 0.0 && self.recurring > 0;
        let is_correction = words >= SHORT
            && self.facts() == 1
            && !swap_recurs
            && self.lost_slots <= 1
            && least_coverage >= ALL_ELSE;
        let is_same_but_for_numbers = words >= LONG
            && !swap_recurs
            && least_coverage >= NEARLY_ALL
            && self.number_conflicts_by(rules) < HALF_OF_THE_NUMBERS
            && 100.0 * f64::from(self.names) <= criteria.conflicts * f64::from(self.matched);
        if is_correction || is_same_but_for_numbers {
            return false;
        }
        let numbers_differ = self.number_conflicts_by(rules) >= criteria.number_conflicts
            && self.different_numbers() >= ONE_WITH_SOME_DOUBT;
        let most_conflicts = if self.words() < NOTICE {
            criteria.conflicts * rules.conflicts_of_notice
        } else {
            criteria.conflicts
        };
        self.conflicts_by(rules) > most_conflicts || numbers_differ
    }

    fn relation_of_copies(&self) -> Relation {
        let of_both = (self.a_coverage, self.b_coverage);
        let (shorter, longer) = match self.a_words.cmp(&self.b_words) {
            Ordering::Less => of_both,
            Ordering::Greater => (of_both.1, of_both.0),
            // Neither was shortened, so neither is an abridgement of the other.
            Ordering::Equal => (of_both.0.min(of_both.1), of_both.0.max(of_both.1)),
        };
        // What errors of recognition have taken is not the copy's own.
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
