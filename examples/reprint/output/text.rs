//! Output for people.
//!
//! In: what was found. Out: the flagged articles, the worst first; the groups, the largest first;
//! a summary. Nothing of a text or a key reaches the terminal as it is, see [`super::clean`].

use std::cmp::Reverse;
use std::io::{self, Write};

use reprint::group::{KeptBy, Member, Tie};
use reprint::phrase::{PhraseFamily, Verdict};
use reprint::relation::{Kinship, Passage, PassageKind, Relation, Side};
use reprint::report::SummaryRecord;
use reprint::text::Span;
use reprint::{ArticleId, Group, Groups, Linkage};

use super::clean;
use crate::corpus::{Corpus, is_flagged};

/// Shown at most, unless all are asked for.
const FLAGGED: usize = 20;
const GROUPS: usize = 50;
const MEMBERS: usize = 12;

/// Places of a phrase that are quoted.
const PLACES: usize = 3;

/// Columns of a quotation; characters around a place.
const QUOTED: usize = 160;
const AROUND: usize = 30;

pub(crate) fn write(
    out: &mut impl Write,
    corpus: &Corpus,
    groups: &Groups,
    summary: &SummaryRecord<'_>,
    all: bool,
) -> io::Result<()> {
    let most = |most: usize| if all { usize::MAX } else { most };
    let mut page = Page {
        out,
        corpus,
        members: most(MEMBERS),
    };
    page.flagged(most(FLAGGED))?;
    page.known(most(GROUPS))?;
    page.groups(groups, most(GROUPS))?;
    page.summary(summary)
}

struct Page<'a, W> {
    out: &'a mut W,
    corpus: &'a Corpus,
    members: usize,
}

impl<W: Write> Page<'_, W> {
    fn flagged(&mut self, most: usize) -> io::Result<()> {
        let corpus = self.corpus;
        let key = |number: usize| ArticleId::new(number).map(|id| corpus.key(id));
        let mut flagged: Vec<usize> = (0..corpus.phrasing.len())
            .filter(|&number| is_flagged(&corpus.phrasing[number]))
            .collect();
        flagged.sort_by(|&a, &b| {
            let score = |number: usize| corpus.phrasing[number].score;
            score(b)
                .total_cmp(&score(a))
                .then_with(|| key(a).cmp(&key(b)))
        });
        if flagged.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "FLAGGED FOR REPEATED PHRASING\n")?;
        for id in flagged
            .iter()
            .take(most)
            .copied()
            .filter_map(ArticleId::new)
        {
            self.flagged_article(id)?;
        }
        self.more(flagged.len(), most, "flagged articles")
    }

    fn flagged_article(&mut self, id: ArticleId) -> io::Result<()> {
        let found = &self.corpus.phrasing[id.index()];
        let verdict = match found.verdict {
            Verdict::Repetitive => "repetitive",
            _ => "suspicious",
        };
        let key = clean::line(self.corpus.key(id));
        writeln!(self.out, "{key}: {verdict} {:.2}", found.score)?;
        let phrases = &self.corpus.phrases;
        if let Ok(at) = phrases.binary_search_by_key(&id, |&(id, _)| id) {
            let families = &phrases[at].1;
            if let Some(family) = families.first() {
                self.phrase(id, family)?;
            }
            if families.len() > 1 {
                let more = count(families.len() - 1, "more phrase", "more phrases");
                writeln!(self.out, "  and {more}")?;
            }
        }
        writeln!(self.out)
    }

    fn phrase(&mut self, id: ArticleId, family: &PhraseFamily) -> io::Result<()> {
        let phrase = clean::short(&family.canonical, QUOTED);
        let times = count(family.occurrences.len(), "time", "times");
        let paragraphs = count(family.paragraphs, "paragraph", "paragraphs");
        writeln!(self.out, "  “{phrase}”, {times} in {paragraphs}")?;
        let corpus = self.corpus;
        if let Some(body) = corpus.body(id) {
            for &place in family.occurrences.iter().take(PLACES) {
                writeln!(self.out, "    {}", quotation(&body, place))?;
            }
        }
        Ok(())
    }

    /// What matches the reference, in the order of the input.
    fn known(&mut self, most: usize) -> io::Result<()> {
        let corpus = self.corpus;
        let matched = corpus.known.iter().flatten().count();
        if matched == 0 {
            return Ok(());
        }
        let known = corpus.ids().zip(&corpus.known);
        let known = known.filter_map(|(id, known)| Some((id, known.as_ref()?)));
        writeln!(self.out, "MATCHES WITH THE REFERENCE\n")?;
        for (id, known) in known.take(most) {
            let key = clean::line(corpus.key(id));
            let score = two_places(known.found.score());
            let relation = known.found.kinship.map_or_else(String::new, related);
            writeln!(self.out, "  {score:.2}  {key}{relation}")?;
            writeln!(self.out, "        of {}", clean::line(&known.key))?;
        }
        writeln!(self.out)?;
        self.more(matched, most, "matches")
    }

    fn groups(&mut self, groups: &Groups, most: usize) -> io::Result<()> {
        let mut order: Vec<&Group> = groups.groups.iter().collect();
        // A stable sort: groups come in the order of their first keys.
        order.sort_by_key(|group| Reverse(group.members.len()));
        if order.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "GROUPS OF RECYCLED ARTICLES\n")?;
        for group in order.iter().take(most) {
            self.group(group)?;
        }
        self.more(order.len(), most, "groups")
    }

    fn group(&mut self, group: &Group) -> io::Result<()> {
        let articles = group.members.len();
        let lowest = two_places(group.lowest.jaccard);
        let of = if group.lowest.exact {
            ""
        } else {
            " of those verified"
        };
        writeln!(
            self.out,
            "{articles} articles, lowest Jaccard similarity{of} {lowest:.2}"
        )?;

        let kept = clean::line(self.corpus.key(group.kept));
        writeln!(self.out, "  keep  {kept} ({})", kept_by(group.kept_by))?;
        let is_other = |member: &&Member| member.tie != Tie::Kept;
        let others: Vec<&Member> = group.members.iter().filter(is_other).collect();
        let is_star = self.corpus.detector.settings().linkage == Linkage::Star;
        if is_star && others.iter().any(|member| member.tie == Tie::Indirect) {
            let centre = clean::line(self.corpus.key(group.centre));
            writeln!(self.out, "  via   {centre} (all the others match it)")?;
        }
        for member in others.iter().take(self.members) {
            self.member(member)?;
        }
        if others.len() > self.members {
            writeln!(self.out, "   …    {} more", others.len() - self.members)?;
        }
        // A copy shares all of it: what a changed text still shares says more.
        let changed = others
            .iter()
            .find(|member| matches!(member.tie, Tie::Direct(_)));
        let quoted = changed.or(others.first());
        if let Some(passage) = quoted.and_then(|member| self.shared(group, member)) {
            writeln!(self.out, "  both  “{passage}”")?;
        }
        writeln!(self.out)
    }

    fn member(&mut self, member: &Member) -> io::Result<()> {
        let key = clean::line(self.corpus.key(member.id));
        match member.tie {
            Tie::Direct(pair) => {
                let score = two_places(pair.score());
                let relation = pair.kinship.map_or_else(String::new, related);
                writeln!(self.out, "  {score:.2}  {key}{relation}")
            }
            Tie::ExactCopy => writeln!(self.out, "  1.00  {key} (exact copy)"),
            _ => writeln!(self.out, "   -    {key} (indirect)"),
        }
    }

    /// The longest passage that the kept article shares with a member.
    fn shared(&self, group: &Group, member: &Member) -> Option<String> {
        let (kept, other) = (self.corpus.body(group.kept)?, self.corpus.body(member.id)?);
        let comparison = self.corpus.detector.compare(&kept, &other).ok()?;
        let is_clean = |passage: &&Passage| passage.kind != PassageKind::Noisy;
        let clean = comparison.passages.iter().filter(is_clean);
        // The first of the longest.
        let passage = clean.rev().max_by_key(|passage| passage.words)?;
        Some(clean::short(&kept[passage.a.range()], QUOTED))
    }

    fn more(&mut self, there_are: usize, shown: usize, what: &str) -> io::Result<()> {
        if there_are > shown {
            writeln!(
                self.out,
                "{} more {what} (--all shows them)\n",
                there_are - shown
            )?;
        }
        Ok(())
    }

    fn summary(&mut self, summary: &SummaryRecord<'_>) -> io::Result<()> {
        let out = &mut *self.out;
        let articles = count(summary.articles, "article", "articles");
        let groups = count(summary.groups, "group", "groups");
        let extra = summary.grouped - summary.groups;
        write!(
            out,
            "{articles}: {} in {groups}, {extra} to drop",
            summary.grouped
        )?;
        if let Some(verdicts) = summary.phrasing {
            let (repetitive, suspicious) = (verdicts.repetitive, verdicts.suspicious);
            write!(out, "; {repetitive} repetitive, {suspicious} suspicious")?;
        }
        writeln!(out)?;
        if let Some(reference) = summary.reference {
            let articles = count(reference.articles, "article", "articles");
            writeln!(
                out,
                "matched with the reference of {articles}: {}",
                reference.matched
            )?;
        }
        for (what, counts) in [("skipped", &summary.skipped), ("noted", &summary.noted)] {
            if !counts.is_empty() {
                let parts: Vec<String> = counts
                    .iter()
                    .map(|(kind, count)| format!("{} {count}", kind.replace('_', " ")))
                    .collect();
                writeln!(out, "{what}: {}", parts.join(", "))?;
            }
        }
        if summary.unread > 0 {
            let texts = count(summary.unread, "text", "texts");
            writeln!(
                out,
                "{texts} could not be read again: their matches are missing"
            )?;
        }
        let candidates = &summary.candidates;
        let pairs = count(candidates.pairs, "candidate pair", "candidate pairs");
        write!(out, "{pairs} compared, {} matched", summary.links)?;
        for (relation, what) in [
            (Relation::Template, "a template only"),
            (Relation::Partial, "a passage only"),
        ] {
            if let Some(count) = summary.relations.get(&relation) {
                write!(out, ", {count} share {what}")?;
            }
        }
        writeln!(out)?;
        if candidates.suspended_articles > 0 {
            let articles = count(candidates.suspended_articles, "article", "articles");
            writeln!(
                out,
                "too much alike to compare all pairs, so recall is not promised: {articles}"
            )?;
        }
        Ok(())
    }
}

/// What a member has to do with the kept article, in brackets.
fn related(kinship: Kinship) -> String {
    let facts = match kinship.facts {
        0 => String::new(),
        1 => ", 1 fact differs".to_owned(),
        facts => format!(", {facts} facts differ"),
    };
    // The member is the first of the two.
    let relation = match (kinship.relation, kinship.derived) {
        (Relation::Abridged, Some(Side::B)) => "longer",
        (Relation::Excerpt, Some(Side::B)) => "source of it",
        (Relation::Update, Some(Side::A)) => "later version",
        (Relation::Update, Some(Side::B)) => "earlier version",
        (relation, _) => relation.name(),
    };
    format!(" ({relation}{facts})")
}

/// Rounded down: 1.00 is for what shares everything.
fn two_places(similarity: f64) -> f64 {
    (similarity * 100.0).floor() / 100.0
}

fn kept_by(rule: KeptBy) -> &'static str {
    match rule {
        KeptBy::EarliestDate => "the earliest",
        KeptBy::SourcePriority => "the preferred source",
        KeptBy::Longest => "the longest",
        _ => "the first key",
    }
}

/// A place and what stands around it in its line.
fn quotation(body: &str, place: Span) -> String {
    let (before, after) = (&body[..place.range().start], &body[place.range().end..]);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let start = before.char_indices().rev().nth(AROUND - 1);
    let start = start.map_or(0, |(at, _)| at).max(line_start);
    let line_end = after.find('\n').unwrap_or(after.len());
    let end = after.char_indices().nth(AROUND);
    let end = end.map_or(after.len(), |(at, _)| at).min(line_end);
    let before = if start > line_start { "…" } else { "" };
    let quoted = clean::short(body[start..place.range().end + end].trim(), QUOTED);
    let after = if end < line_end && !quoted.ends_with('…') {
        "…"
    } else {
        ""
    };
    format!("{before}{quoted}{after}")
}

fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}
