//! The summary: what came in, what was found, what was left out.
//!
//! In: the run's summary. Out: a few lines of counts.

use std::io;

use reprint::relation::Relation;
use reprint::report::SummaryRecord;

use super::Page;
use crate::output::table::{count, thousands};

impl Page<'_> {
    /// Counts of changed groups since the earlier run.
    fn since(&mut self, summary: &SummaryRecord<'_>) -> io::Result<()> {
        let Some(changes) = &summary.changes else {
            return Ok(());
        };
        let named = |(kind, count): (&String, &usize)| format!("{} {kind}", thousands(*count));
        let parts: Vec<String> = changes.iter().map(named).collect();
        let said = if parts.is_empty() {
            "no group".to_owned()
        } else {
            parts.join(", ")
        };
        writeln!(self.out, "groups since the earlier run: {said}")
    }

    pub(super) fn summary(&mut self, summary: &SummaryRecord<'_>) -> io::Result<()> {
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
                write!(
                    out,
                    ", {} not judged: not prose",
                    thousands(verdicts.not_prose)
                )?;
            }
        }
        writeln!(out)?;
        if let Some(reference) = summary.reference {
            let articles = count(reference.articles, "article", "articles");
            writeln!(
                out,
                "matched with the reference of {articles}: {}",
                thousands(reference.matched)
            )?;
        }
        // Input: what was left out or accepted with a warning.
        for (what, counts) in [("skipped", &summary.skipped), ("noted", &summary.noted)] {
            if !counts.is_empty() {
                let parts: Vec<String> = counts
                    .iter()
                    .map(|(kind, count)| {
                        format!("{} {}", thousands(*count as usize), kind.replace('_', " "))
                    })
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
