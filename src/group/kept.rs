//! The choice of the article to keep in a group.
//!
//! In: each article's date, source, length and key. Out: the best article, and the name of the rule
//! that decided.

use std::cmp::{Ordering, Reverse};

/// The rule that chose the kept article. Rules apply in this order until a single article is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KeptBy {
    /// The earliest date. Articles with a date come before articles without.
    EarliestDate,
    /// The source listed first by the caller. Listed sources come before others.
    SourcePriority,
    /// The most words.
    Longest,
    /// The lowest key.
    Key,
}

/// The facts that the rules compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) date: Option<i64>,
    /// The source's place in the caller's list.
    pub(crate) priority: Option<usize>,
    pub(crate) tokens: u32,
    pub(crate) key: &'a str,
}

impl Claim<'_> {
    fn compare(&self, other: &Self) -> (Ordering, KeptBy) {
        let absent_last = |claim: &Self| (claim.date.is_none(), claim.date);
        let unlisted_last = |claim: &Self| (claim.priority.is_none(), claim.priority);
        [
            (
                absent_last(self).cmp(&absent_last(other)),
                KeptBy::EarliestDate,
            ),
            (
                unlisted_last(self).cmp(&unlisted_last(other)),
                KeptBy::SourcePriority,
            ),
            (
                Reverse(self.tokens).cmp(&Reverse(other.tokens)),
                KeptBy::Longest,
            ),
        ]
        .into_iter()
        .find(|(order, _)| order.is_ne())
        .unwrap_or((self.key.cmp(other.key), KeptBy::Key))
    }
}

/// The index of the article to keep, and the rule that decided against the runner-up.
///
/// `claims` must not be empty. Keys must be distinct.
pub(crate) fn choose(claims: &[Claim<'_>]) -> (usize, KeptBy) {
    let best = (0..claims.len())
        .min_by(|&a, &b| claims[a].compare(&claims[b]).0)
        .expect("a group has members");
    let against = claims.iter().enumerate().filter(|&(at, _)| at != best);
    let last_rule = against
        .map(|(_, claim)| claims[best].compare(claim).1)
        .max();
    (best, last_rule.unwrap_or(KeptBy::Key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_in_order() {
        let claim = |date, priority, tokens, key| Claim {
            date,
            priority,
            tokens,
            key,
        };
        let late = claim(Some(9), Some(0), 100, "a");
        let early = claim(Some(3), None, 10, "b");
        let undated = claim(None, Some(0), 900, "c");
        assert_eq!(choose(&[late, early, undated]), (1, KeptBy::EarliestDate));
        assert_eq!(
            choose(&[undated, claim(None, Some(1), 9000, "d")]),
            (0, KeptBy::SourcePriority)
        );
        assert_eq!(
            choose(&[undated, claim(None, Some(0), 901, "d")]),
            (1, KeptBy::Longest)
        );
        assert_eq!(
            choose(&[claim(None, Some(0), 900, "d"), undated]),
            (1, KeptBy::Key)
        );
    }
}
