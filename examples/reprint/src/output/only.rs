//! The filter of groups and flagged articles, `--only`.
//!
//! In: conditions. Out: whether a group or an article meets every condition.

use reprint::ArticleId;
use reprint::group::Tie;
use reprint::relation::Relation;

use super::Found;
use crate::options::Only;

impl Found<'_> {
    /// Whether a group meets every condition.
    pub(crate) fn shows_group(&self, number: usize) -> bool {
        self.only.iter().all(|only| self.group_meets(number, only))
    }

    fn group_meets(&self, number: usize, only: &Only) -> bool {
        let group = &self.groups.groups[number];
        let ties = || group.members.iter().map(|member| member.tie);
        match only {
            Only::Publisher(_) => group.members.iter().any(|one| self.is_of(one.id, only)),
            Only::Relation(wanted) => ties().any(|tie| relation(tie) == Some(wanted)),
            Only::Size(size) => group.members.len() >= *size,
            Only::Score(score) => ties().all(|tie| match tie {
                Tie::Direct(pair) => pair.score() >= *score,
                Tie::Kept | Tie::ExactCopy => true,
                _ => false,
            }),
            Only::Change(kind) => {
                let record = self.group(number);
                record.change.is_some_and(|change| change.kind == *kind)
            }
        }
    }

    /// Whether a flagged article meets every condition. Only a publisher can: conditions on relation,
    /// size, score or change are about groups.
    pub(crate) fn shows_article(&self, id: ArticleId) -> bool {
        self.only.iter().all(|only| self.is_of(id, only))
    }

    fn is_of(&self, id: ArticleId, only: &Only) -> bool {
        let Only::Publisher(wanted) = only else {
            return false;
        };
        self.corpus.detector.source(id) == Some(wanted)
    }
}

/// A member's relation to the kept article, by name; `None` for the kept article.
fn relation(tie: Tie) -> Option<&'static str> {
    let relation = match tie {
        Tie::Kept => return None,
        Tie::ExactCopy => Relation::Exact,
        Tie::Direct(pair) => match pair.summary {
            Some(summary) => summary.relation,
            None => return Some("similar"),
        },
        _ => return Some("indirect"),
    };
    Some(match relation {
        Relation::Exact => "exact",
        Relation::LightEdit => "light_edit",
        Relation::Abridged => "abridged",
        Relation::Excerpt => "excerpt",
        Relation::Update => "update",
        // Copies have no further relations.
        _ => "similar",
    })
}
