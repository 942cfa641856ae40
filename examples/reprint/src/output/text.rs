//! Output for people.
//!
//! In: the results. Out: flagged articles, worst first; groups, largest first; a summary. With an
//! earlier run, changes come first; unchanged groups are shown if all are asked for. Texts and keys
//! reach the terminal only through [`super::clean`].

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::{self, Write};

use reprint::group::{KeptBy, Member, Tie};
use reprint::phrase::{PhraseFamily, Verdict};
use reprint::relation::{Relation, RelationSummary, Side};
use reprint::report::{AppearanceRecord, ChangeKind, GroupRecord, StoryRecord, SummaryRecord};
use reprint::text::Span;
use reprint::{ArticleId, Group, Linkage, Mode};

use super::cut::Cut;
use super::look::{ASIDE, FLAGGED, HEADING, KEPT, Look, QUOTED};
use super::table::{count, thousands};
use super::telling::most_telling;
use super::{Found, clean, templates};
use crate::corpus::{Corpus, is_flagged};
use crate::date::is_later;

/// Most flagged articles shown, unless all are asked for.
const MOST_FLAGGED: usize = 20;
/// Most groups shown, unless all are asked for.
const MOST_GROUPS: usize = 50;
/// Most members shown of a group, unless all are asked for.
const MOST_MEMBERS: usize = 12;

/// Keys and publishers named in one line.
const NAMED: usize = 4;

/// Occurrences quoted of a phrase.
const PLACES: usize = 3;

/// Columns beside a quotation.
const BESIDE: usize = 10;
/// Characters around an occurrence.
const AROUND: usize = 30;

pub(crate) fn write(
    out: &mut dyn Write,
    look: Look,
    found: &Found<'_>,
    summary: &SummaryRecord<'_>,
    all: bool,
) -> io::Result<()> {
    match look.terminal {
        Some(columns) => {
            let mut lines = Cut::new(out, columns);
            pages(&mut lines, look, found, summary, all)?;
            lines.finish()
        }
        None => pages(out, look, found, summary, all),
    }
}

fn pages(
    out: &mut dyn Write,
    look: Look,
    found: &Found<'_>,
    summary: &SummaryRecord<'_>,
    all: bool,
) -> io::Result<()> {
    let most = |most: usize| if all { usize::MAX } else { most };
    let mut page = Page {
        out,
        look,
        found,
        corpus: found.corpus,
        members: most(MOST_MEMBERS),
        quoted: look.columns - BESIDE,
    };
    page.flagged(most(MOST_FLAGGED))?;
    page.known(most(MOST_GROUPS))?;
    page.groups(most(MOST_GROUPS), all)?;
    if let Some(all_found) = found.templates {
        templates::write(page.out, found.corpus, all_found, all)?;
    }
    page.gone(most(MOST_GROUPS))?;
    page.summary(summary)
}

struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    found: &'a Found<'a>,
    corpus: &'a Corpus,
    members: usize,
    quoted: usize,
}

impl Page<'_> {
    fn flagged(&mut self, most: usize) -> io::Result<()> {
        let corpus = self.corpus;
        let key = |number: usize| ArticleId::new(number).map(|id| corpus.key(id));
        let is_shown = |number: usize| {
            let id = ArticleId::new(number);
            id.is_some_and(|id| self.found.shows_article(id))
        };
        let mut flagged: Vec<usize> = (0..corpus.phrasing.len())
            .filter(|&number| is_flagged(&corpus.phrasing[number]) && is_shown(number))
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
        self.heading("FLAGGED FOR REPEATED PHRASING")?;
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
        let key = clean::key(self.corpus.key(id));
        let verdict = self.look.paint(FLAGGED, verdict);
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
        let phrase = clean::short(&family.canonical, self.quoted);
        let phrase = self.look.paint(QUOTED, format!("“{phrase}”"));
        let times = count(family.occurrences.len(), "time", "times");
        let paragraphs = count(family.paragraphs, "paragraph", "paragraphs");
        writeln!(self.out, "  {phrase}, {times} in {paragraphs}")?;
        let corpus = self.corpus;
        if let Some(body) = corpus.body(id) {
            for &place in family.occurrences.iter().take(PLACES) {
                writeln!(self.out, "    {}", quotation(&body, place, self.quoted))?;
            }
        }
        Ok(())
    }

    /// Matches with the reference, in input order.
    fn known(&mut self, most: usize) -> io::Result<()> {
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

    fn heading(&mut self, heading: &str) -> io::Result<()> {
        writeln!(self.out, "{}\n", self.look.paint(HEADING, heading))
    }

    fn groups(&mut self, most: usize, all: bool) -> io::Result<()> {
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
            let id = format!("({})", clean::line(record.id));
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

    fn is_recycled(&self) -> bool {
        matches!(self.corpus.detector.settings().mode, Mode::Recycled { .. })
    }

    /// A score for people: the share copied, or a similarity. Rounded down, so that 100% means all.
    fn score(&self, score: f64) -> String {
        if self.is_recycled() {
            format!("{:.0}%", (score * 100.0).floor())
        } else {
            format!("{:.2}", (score * 100.0).floor() / 100.0)
        }
    }

    /// Who published first, and who followed, as far as dates or publishers tell.
    fn story(&mut self, story: &StoryRecord<'_>) -> io::Result<()> {
        let after = |found: &AppearanceRecord<'_>| {
            let first = story.date?;
            let date = first.saturating_add_unsigned(found.seconds_later);
            is_later(first, date).then_some(found.seconds_later)
        };
        // An article with only a day may be earlier than an article with a time on this day. All
        // articles of this day count as first.
        let (later, same): (Vec<_>, Vec<_>) = story
            .followers
            .iter()
            .copied()
            .partition(|found| after(found).is_some());
        if story.publishers == 0 && later.is_empty() && story.sharing == 0 {
            return Ok(());
        }
        let mut spread = Vec::new();
        if !later.is_empty() {
            let first: Vec<&str> = story.first.iter().chain(&same).map(publisher).collect();
            spread.push(format!("{} first", named(&first)));
            let followers = first_of_each(&later);
            for follower in followers.iter().take(NAMED) {
                let after = after_words(follower.seconds_later);
                spread.push(format!(
                    "{} {after} later",
                    clean::line(publisher(follower))
                ));
            }
            if followers.len() > NAMED {
                spread.push(format!("{} more", thousands(followers.len() - NAMED)));
            }
        }
        let mut counts = Vec::new();
        if story.publishers > 0 {
            counts.push(count(story.publishers, "publisher", "publishers"));
        }
        counts.push(count(story.texts, "different text", "different texts"));
        let mut said = vec![spread.join(", "), counts.join(", ")];
        if story.sharing > 0 {
            let others = count(story.sharing, "other report", "other reports");
            said.push(format!("a passage of it in {others}"));
        }
        said.retain(|part| !part.is_empty());
        writeln!(self.out, "  story {}", said.join("; "))
    }

    /// Earlier groups whose names no group bears.
    fn gone(&mut self, most: usize) -> io::Result<()> {
        let gone: Vec<_> = self.found.lineage.gone().collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.heading("GROUPS THAT ARE NO MORE")?;
        for group in gone.iter().take(most) {
            let id = clean::line(group.id);
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

    fn more(&mut self, there_are: usize, shown: usize, what: &str) -> io::Result<()> {
        if there_are > shown {
            writeln!(
                self.out,
                "{} more {what} (--all shows them)\n",
                thousands(there_are - shown)
            )?;
        }
        Ok(())
    }

    /// Counts of changed groups since the earlier run.
    fn since(&mut self, summary: &SummaryRecord<'_>) -> io::Result<()> {
        let Some(changes) = &summary.changes else {
            return Ok(());
        };
        let named = |(kind, count): (&&str, &usize)| format!("{count} {kind}");
        let parts: Vec<String> = changes.iter().map(named).collect();
        let said = if parts.is_empty() {
            "no group".to_owned()
        } else {
            parts.join(", ")
        };
        writeln!(self.out, "groups since the earlier run: {said}")
    }

    fn summary(&mut self, summary: &SummaryRecord<'_>) -> io::Result<()> {
        let out = &mut *self.out;
        // Articles: counts of groups, verdicts and matches with the reference.
        let articles = count(summary.articles, "article", "articles");
        let groups = count(summary.groups, "group", "groups");
        let extra = if summary.reference.is_none() {
            summary.grouped - summary.groups
        } else {
            // Articles that match an older article go, too.
            let articles = self.found.articles().into_iter();
            articles.filter(|article| !article.kept).count()
        };
        write!(
            out,
            "{articles}: {} in {groups}, {} to drop",
            thousands(summary.grouped),
            thousands(extra)
        )?;
        if let Some(verdicts) = summary.phrasing {
            let counts = [verdicts.repetitive, verdicts.suspicious];
            let [repetitive, suspicious] = counts.map(thousands);
            write!(out, "; {repetitive} repetitive, {suspicious} suspicious")?;
            if verdicts.not_prose > 0 {
                write!(out, ", {} not judged: not prose", verdicts.not_prose)?;
            }
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
        // Input: what was left out or accepted with a warning.
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
        // Changes since the earlier run.
        self.since(summary)?;
        let out = &mut *self.out;
        // Search: candidates, comparisons and matches, and where recall is suspended.
        let candidates = &summary.candidates;
        let pairs = count(candidates.pairs, "candidate pair", "candidate pairs");
        let [compared, links] = [candidates.compared, summary.links].map(thousands);
        write!(out, "{pairs}, {compared} compared in full, {links} matched")?;
        for (relation, what) in [
            (Relation::Template, "a template only"),
            (Relation::Partial, "a passage only"),
        ] {
            if let Some(&count) = summary.relations.get(&relation) {
                let count = thousands(count);
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

fn is_unchanged(record: &GroupRecord<'_>) -> bool {
    let change = record.change.as_ref();
    change.is_some_and(|change| change.kind == ChangeKind::Unchanged)
}

/// The first few keys, and how many more there are.
fn named(keys: &[&str]) -> String {
    let mut parts: Vec<_> = keys.iter().take(NAMED).map(|key| clean::key(key)).collect();
    if keys.len() > NAMED {
        parts.push(format!("{} more", keys.len() - NAMED).into());
    }
    parts.join(", ")
}

/// The publisher of an article, or else its key.
fn publisher<'a>(article: &AppearanceRecord<'a>) -> &'a str {
    article.source.unwrap_or(article.key)
}

/// The first article of each publisher.
fn first_of_each<'a, 'b>(articles: &'b [AppearanceRecord<'a>]) -> Vec<&'b AppearanceRecord<'a>> {
    let mut seen = HashSet::new();
    let mut firsts: Vec<_> = articles.iter().collect();
    firsts.retain(|article| seen.insert(publisher(article)));
    firsts
}

/// A time in its largest units.
fn after_words(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let (large, names) = match seconds {
        0..MINUTE => return format!("{seconds} s"),
        MINUTE..HOUR => return format!("{} min", seconds / MINUTE),
        HOUR..DAY => (HOUR, ("h", "min")),
        DAY.. => (DAY, ("d", "h")),
    };
    let small = if large == DAY { HOUR } else { MINUTE };
    match seconds % large / small {
        0 => format!("{} {}", seconds / large, names.0),
        rest => format!("{} {} {rest} {}", seconds / large, names.0, names.1),
    }
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

/// An occurrence with its surroundings in the line.
fn quotation(body: &str, place: Span, columns: usize) -> String {
    let (before, after) = (&body[..place.range().start], &body[place.range().end..]);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let start = before.char_indices().rev().nth(AROUND - 1);
    let start = start.map_or(0, |(at, _)| at).max(line_start);
    let line_end = after.find('\n').unwrap_or(after.len());
    let end = after.char_indices().nth(AROUND);
    let end = end.map_or(after.len(), |(at, _)| at).min(line_end);
    let before = if start > line_start { "…" } else { "" };
    let quoted = clean::short(body[start..place.range().end + end].trim(), columns);
    let after = if end < line_end && !quoted.ends_with('…') {
        "…"
    } else {
        ""
    };
    format!("{before}{quoted}{after}")
}
