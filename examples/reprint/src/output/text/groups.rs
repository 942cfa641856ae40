//! Groups of recycled articles, and matches with the reference.
//!
//! In: groups and their ties. Out: each group with the kept article, the share that each copy took,
//! the relation in words, and the shared passage that tells most.

use std::cmp::Reverse;
use std::io;

use reprint::group::{KeptBy, Member, Tie};
use reprint::relation::{Relation, RelationSummary, Side};
use reprint::report::{ChangeKind, GroupRecord};
use reprint::{Group, Linkage};

use super::{Page, named};
use crate::date::is_later;
use crate::output::clean;
use crate::output::look::{ASIDE, HEADING, KEPT, QUOTED};
use crate::output::table::{count, thousands};
use crate::output::telling::most_telling;

impl Page<'_> {
    /// Matches with the reference, in input order.
    pub(super) fn known(&mut self, most: usize) -> io::Result<()> {
        let (found, corpus) = (self.found, self.corpus);
        let matched = corpus.known.iter().flatten().count();
        if matched == 0 {
            return Ok(());
        }
        let known = corpus.ids().zip(&corpus.known);
        let known = known.filter_map(|(id, known)| Some((id, known.as_ref()?)));
        self.heading("MATCHES WITH THE REFERENCE")?;
        for (id, known) in known.take(most) {
            let key = clean::key(corpus.key(id));
            let score = self.score(known.found.score());
            let of = found.reference.map(|reference| &reference.detector);
            let of = of.and_then(|detector| detector.date(known.found.id));
            let dates = [corpus.detector.date(id), of];
            let relation = known.found.summary.map(|summary| related(summary, dates));
            let relation = relation.unwrap_or_default();
            writeln!(self.out, "  {score:>4}  {key}{relation}")?;
            writeln!(self.out, "        of {}", clean::key(&known.key))?;
        }
        writeln!(self.out)?;
        self.more(matched, most, "matches")
    }

    pub(super) fn groups(&mut self, most: usize, all: bool) -> io::Result<()> {
        let found = self.found;
        let members = |number: usize| found.groups.groups[number].members.len();
        let mut records: Vec<(usize, GroupRecord<'_>)> = (0..found.groups.groups.len())
            .filter(|&number| found.shows_group(number))
            .map(|number| (number, found.group(number)))
            .filter(|(_, record)| all || !is_unchanged(record))
            .collect();
        // A stable sort: equal groups stay in the order of their first keys.
        records.sort_by_key(|(number, record)| (is_unchanged(record), Reverse(members(*number))));
        if records.is_empty() {
            return Ok(());
        }
        self.heading("GROUPS OF RECYCLED ARTICLES")?;
        if !found.only.is_empty() {
            let of = count(found.groups.groups.len(), "group", "groups");
            writeln!(self.out, "{} of {of} by --only\n", thousands(records.len()))?;
        }
        for (number, record) in records.iter().take(most) {
            self.group(&found.groups.groups[*number], record)?;
        }
        self.more(records.len(), most, "groups")
    }

    fn group(&mut self, group: &Group, record: &GroupRecord<'_>) -> io::Result<()> {
        let articles = count(group.members.len(), "article", "articles");
        let copied = self.copied(group);
        write!(self.out, "{articles}{copied}")?;
        // A reader who follows groups from run to run needs their names.
        if record.change.is_some() {
            let id = format!("({})", clean::line(&record.id));
            write!(self.out, " {}", self.look.paint(ASIDE, id))?;
        }
        writeln!(self.out)?;
        self.change(record)?;
        let kept = clean::key(self.corpus.key(group.kept));
        let kept = self.look.paint(KEPT, kept);
        writeln!(self.out, "  keep  {kept} ({})", kept_by(group.kept_by))?;
        let is_other = |member: &&Member| member.tie != Tie::Kept;
        let others: Vec<&Member> = group.members.iter().filter(is_other).collect();
        let is_star = self.corpus.detector.settings().linkage == Linkage::Star;
        if is_star && others.iter().any(|member| member.tie == Tie::Indirect) {
            let centre = clean::key(self.corpus.key(group.centre));
            writeln!(self.out, "  via   {centre} (all the others match it)")?;
        }
        for member in others.iter().take(self.members) {
            self.member(group, member)?;
        }
        if others.len() > self.members {
            writeln!(
                self.out,
                "   …    {} more",
                thousands(others.len() - self.members)
            )?;
        }
        // A copy shares everything. The shared passage of a changed text tells more.
        let changed = others
            .iter()
            .find(|member| matches!(member.tie, Tie::Direct(_)));
        let quoted = changed.or(others.first());
        if let Some(passage) = quoted.and_then(|member| self.most_telling(group, member)) {
            let passage = self.look.paint(QUOTED, format!("“{passage}”"));
            writeln!(self.out, "  both  {passage}")?;
        }
        if let Some(story) = &record.story {
            self.story(story)?;
        }
        writeln!(self.out)
    }

    /// How a group changed since the earlier run.
    fn change(&mut self, record: &GroupRecord<'_>) -> io::Result<()> {
        let Some(change) = &record.change else {
            return Ok(());
        };
        let is_of_many = matches!(change.kind, ChangeKind::Merged | ChangeKind::Split);
        let parts = [
            ("from", &change.from, is_of_many),
            ("with", &change.joined, true),
            ("without", &change.left, true),
        ];
        let mut said = vec![change.kind.name().to_owned()];
        for (word, keys, is_told) in parts {
            if is_told && !keys.is_empty() {
                said.push(format!("{word} {}", named(keys)));
            }
        }
        let said = self.look.paint(HEADING, said.join(", "));
        writeln!(self.out, "  since {said}")
    }

    /// The copies' coverage by the kept article, from least to most.
    fn copied(&self, group: &Group) -> String {
        let scores = group.members.iter().filter_map(|member| match member.tie {
            Tie::Direct(pair) => Some(pair.score()),
            Tie::ExactCopy => Some(1.0),
            _ => None,
        });
        let scores: Vec<f64> = scores.collect();
        let ends = [
            scores.iter().copied().min_by(f64::total_cmp),
            scores.iter().copied().max_by(f64::total_cmp),
        ];
        let [Some(least), Some(most)] = ends.map(|end| end.map(|score| self.score(score))) else {
            return String::new();
        };
        let range = if least == most {
            least
        } else {
            format!("{least} to {most}")
        };
        if self.is_recycled() {
            format!(", {range} copied")
        } else {
            format!(", Jaccard similarity {range}")
        }
    }

    /// Earlier groups whose names no group bears.
    pub(super) fn gone(&mut self, most: usize) -> io::Result<()> {
        let gone: Vec<_> = self.found.lineage.gone().collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.heading("GROUPS THAT ARE NO MORE")?;
        for group in gone.iter().take(most) {
            let id = clean::line(&group.id);
            let what = if group.into.is_empty() {
                "gone".to_owned()
            } else {
                format!("now in {}", named(&group.into))
            };
            writeln!(self.out, "{id}: {what} ({})", named(&group.members))?;
        }
        writeln!(self.out)?;
        self.more(gone.len(), most, "groups that are no more")
    }

    fn member(&mut self, group: &Group, member: &Member) -> io::Result<()> {
        let key = clean::key(self.corpus.key(member.id));
        match member.tie {
            Tie::Direct(pair) => {
                let score = self.score(pair.score());
                let dates = [member.id, group.kept].map(|id| self.corpus.detector.date(id));
                let relation = pair.summary.map(|summary| related(summary, dates));
                let relation = relation.unwrap_or_default();
                writeln!(self.out, "  {score:>4}  {key}{relation}")
            }
            Tie::ExactCopy => writeln!(self.out, "  {:>4}  {key} (exact copy)", self.score(1.0)),
            _ => writeln!(self.out, "   -    {key} (indirect)"),
        }
    }

    /// The passage shared by the kept article and a member that tells most, quoted.
    fn most_telling(&self, group: &Group, member: &Member) -> Option<String> {
        let (kept, other) = (self.corpus.body(group.kept)?, self.corpus.body(member.id)?);
        let detector = &self.corpus.detector;
        let comparison = detector.compare(&kept, &other).ok()?;
        let known = detector.statistics().map(AsRef::as_ref);
        let passage = most_telling(known, &kept, &comparison.passages)?;
        Some(clean::short(&kept[passage.a.range()], self.quoted))
    }
}

fn is_unchanged(record: &GroupRecord<'_>) -> bool {
    let change = record.change.as_ref();
    change.is_some_and(|change| change.kind == ChangeKind::Unchanged)
}

/// A member's relation to the kept article, in brackets.
fn related(summary: RelationSummary, dates: [Option<i64>; 2]) -> String {
    let facts = match summary.facts {
        0 => String::new(),
        facts => format!(
            ", {}",
            count(facts as usize, "fact differs", "facts differ")
        ),
    };
    // The member is `a`, the kept article `b`. Only dates tell which is later.
    let relation = match (summary.relation, summary.derived, dates) {
        (Relation::Abridged, Some(Side::B), _) => "longer",
        (Relation::Excerpt, Some(Side::B), _) => "source of it",
        (Relation::Update, _, [Some(member), Some(kept)]) if is_later(kept, member) => {
            "later version"
        }
        (Relation::Update, _, [Some(member), Some(kept)]) if is_later(member, kept) => {
            "earlier version"
        }
        (Relation::Update, ..) => "other version",
        (relation, ..) => relation.name(),
    };
    format!(" ({relation}{facts})")
}

fn kept_by(rule: KeptBy) -> &'static str {
    match rule {
        KeptBy::EarliestDate => "the earliest",
        KeptBy::SourcePriority => "the preferred source",
        KeptBy::Longest => "the longest",
        _ => "the first key",
    }
}
