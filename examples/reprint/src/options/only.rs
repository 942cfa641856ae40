//! Conditions of `--only`.
//!
//! In: `NAME=VALUE`. Out: an [`Only`].

use std::str::FromStr;

use reprint::report::ChangeKind;

/// Relations of copies, by their names in records; `similar` and `indirect` have no record name.
const RELATIONS: [&str; 7] = [
    "exact",
    "light_edit",
    "abridged",
    "excerpt",
    "update",
    "similar",
    "indirect",
];

const CHANGES: [ChangeKind; 7] = [
    ChangeKind::New,
    ChangeKind::Unchanged,
    ChangeKind::Grew,
    ChangeKind::Shrank,
    ChangeKind::Changed,
    ChangeKind::Merged,
    ChangeKind::Split,
];

/// A condition on groups.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Only {
    /// A member has this publisher.
    Publisher(String),
    /// A copy has this relation to the kept article.
    Relation(&'static str),
    /// The least number of articles.
    Size(usize),
    /// The least score of any copy, 0 to 1.
    Score(f64),
    /// The change since the earlier run.
    Change(ChangeKind),
}

impl FromStr for Only {
    type Err = String;

    fn from_str(said: &str) -> Result<Self, String> {
        let Some((name, value)) = said.split_once('=') else {
            return Err("it takes NAME=VALUE, as relation=update".to_owned());
        };
        match name {
            "publisher" => Ok(Self::Publisher(value.to_owned())),
            "relation" => {
                let known = RELATIONS.iter().find(|&&known| known == value);
                let known = known.map(|known| Self::Relation(known));
                known.ok_or_else(|| format!("relation is one of {}", RELATIONS.join(", ")))
            }
            "size" => match value.parse() {
                Ok(size) => Ok(Self::Size(size)),
                Err(_) => Err("size is a number of articles".to_owned()),
            },
            "score" => match value.parse() {
                Ok(score) if (0.0..=1.0).contains(&score) => Ok(Self::Score(score)),
                _ => Err("score is from 0 to 1".to_owned()),
            },
            "change" => {
                let known = CHANGES.into_iter().find(|known| known.name() == value);
                let names = CHANGES.map(ChangeKind::name);
                let known = known.map(Self::Change);
                known.ok_or_else(|| format!("change is one of {}", names.join(", ")))
            }
            _ => Err("NAME is publisher, relation, size, score or change".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Only;

    #[test]
    fn conditions_are_read() {
        let read = |said: &str| said.parse::<Only>();
        assert_eq!(
            read("publisher=A = B"),
            Ok(Only::Publisher("A = B".to_owned()))
        );
        assert_eq!(read("relation=update"), Ok(Only::Relation("update")));
        assert_eq!(read("size=5"), Ok(Only::Size(5)));
        assert_eq!(read("score=0.9"), Ok(Only::Score(0.9)));
        for wrong in [
            "update",
            "relation=copy",
            "size=many",
            "score=90",
            "change=old",
            "colour=red",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
