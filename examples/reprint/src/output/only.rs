//! The groups and articles that `--only` shows.
//!
//! In: conditions. Out: whether a group or a flagged article meets all of them.

use reprint::ArticleId;
use reprint::group::Tie;
use reprint::relation::Relation;

use super::Found;
use crate::options::Only;

impl Found<'_> {
    /// Whether the group with this number is shown.
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

    /// Whether a flagged article is shown. A flagged article has no relation and no size.
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

/// The name of a copy's relation to the kept article; `None` for the kept article.
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
        // Copies have no other relation.
        _ => "similar",
    })
}
