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
/// The defaults were fitted together with those of [`Rules`], which says on what.
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
            conflicts: 2.0,
            number_conflicts: 0.35,
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
/// `examples/fit.rs` finds the constants that tell the copies among judged pairs best, and prints
/// them with their figures. It has printed these defaults, and those of [`Criteria`], for 422 pairs
/// of news judged one by one in 20 sources and 24 languages, 900 pairs of web pages, 76 short answers
/// and 808 pairs of scanned reprints and earnings notices.
///
/// With each source judged by constants fitted on the others, F1 is .91 on the news, .96 on that in
/// English, .80 on that in 23 other languages; the constants that were found then differ by little.
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
    /// The share of [`Criteria::conflicts`] that a notice of fewer than 100 words may have, 0 to 1.
    pub conflicts_of_notice: f64,
    /// The share of the numbers that differ is asked for if more than one differs in so many shared
    /// words. In a long copy one clock or one count of words says nothing, even if it is the only
    /// number.
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

/// How clear it is that a text is the same, if it is the same in spite of facts that differ. Chosen
/// by hand: less than of one without such facts.
const MARGIN_ALL_THE_SAME: f64 = 0.2;

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

    /// How clear it is that one is recycled from the other, -1 to 1: at 0 or more it is, below it is
    /// not. It is the least of what is left of each allowance: of text of its own, of facts that
    /// differ, of numbers that differ.
    pub fn margin(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        if self.is_exact() {
            return 1.0;
        }
        let margin = self
            .margin_of_text(criteria, rules)
            .min(self.margin_of_facts(criteria, rules));
        margin.clamp(-1.0, 1.0)
    }

    /// What is left of the allowance of text of its own.
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

    /// The share that a copy may have of its own. News of its own has a lead of its own, above
    /// whatever background it copies.
    fn allowance(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        let allowance = 1.0 - criteria.coverage;
        if self.a_lead.min(self.b_lead) >= rules.lead && self.words() >= NOTICE {
            allowance
        } else {
            // A scan loses its first lines. Background is copied clean.
            allowance * self.if_clean(rules.allowance_without_lead)
        }
    }

    /// A share by which an allowance shrinks in a clean copy. It shrinks less with each error of
    /// recognition, and not at all with an error in eight words.
    fn if_clean(&self, share: f64) -> f64 {
        1.0 - self.trust() * (1.0 - share)
    }

    fn is_partial(&self) -> bool {
        self.in_passages >= PARTIAL_WORDS
            || self.in_passages >= PARTIAL_WORDS_OF_SHORT && self.runs >= PARTIAL_RUNS
    }

    /// What is left of the allowance of facts and of numbers that differ.
    fn margin_of_facts(&self, criteria: &Criteria, rules: &Rules) -> f64 {
        let words = self.least_words();
        if words < SHORT && 2 * self.lost_slots > self.slots {
            return -1.0;
        }
        let most_conflicts = if self.words() < NOTICE {
            criteria.conflicts * rules.conflicts_of_notice
        } else {
            criteria.conflicts
        };
        let mut margin = left(self.conflicts_by(rules), most_conflicts);
        let least_numbers = ONE_WITH_SOME_DOUBT.max(self.frame() / rules.words_of_a_number);
        if self.different_numbers() >= least_numbers {
            margin = margin.min(left(self.number_conflicts(), criteria.number_conflicts));
        }
        if self.is_same_text_all_the_same(criteria, rules) {
            margin = margin.max(MARGIN_ALL_THE_SAME);
        }
        margin
    }

    /// Whether so much is the same that the facts which differ are corrections, or clocks and
    /// counters that moved.
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

/// The share of an allowance that is left; negative if more than all of it was used.
fn left(used: f64, allowed: f64) -> f64 {
    if allowed > 0.0 {
        1.0 - used / allowed
    } else if used > 0.0 {
        -1.0
    } else {
        1.0
    }
}
