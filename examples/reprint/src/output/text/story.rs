//! Who published first, and who followed.
//!
//! In: the story of a group. Out: a sentence, as far as dates or publishers tell.

use std::collections::HashSet;
use std::io;

use reprint::report::{AppearanceRecord, StoryRecord};

use super::{NAMED, Page, named, wrapped};
use crate::date::is_later;
use crate::output::clean;
use crate::output::table::{count, thousands};

/// The start of a story's line.
const STORY: &str = "  story ";

impl Page<'_> {
    /// Who published first, and who followed, as far as dates or publishers tell.
    pub(super) fn story(&mut self, story: &StoryRecord<'_>) -> io::Result<()> {
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
            .partition(|found| after(found).is_some());
        // One publisher without dates says nothing.
        if story.publishers < 2 && later.is_empty() && story.sharing == 0 {
            return Ok(());
        }
        let mut spread = Vec::new();
        if !later.is_empty() {
            let mut first: Vec<&str> = story.first.iter().chain(same).map(publisher).collect();
            let mut seen = HashSet::new();
            first.retain(|who| seen.insert(*who));
            spread.push(format!("{} first", named(&first)));
            let followers = first_of_each(&later);
            for follower in followers.iter().take(NAMED) {
                let who = publisher(follower);
                let again = if seen.contains(who) { "again " } else { "" };
                let after = after_words(follower.seconds_later);
                spread.push(format!("{} {again}{after} later", clean::line(who)));
            }
            if followers.len() > NAMED {
                spread.push(format!("{} more", thousands(followers.len() - NAMED)));
            }
        }
        let mut counts = Vec::new();
        if story.publishers > 0 {
            counts.push(count(story.publishers, "publisher", "publishers"));
        }
        counts.push(count(story.texts, "text", "different texts"));
        let mut said = vec![spread.join(", "), counts.join(", ")];
        if story.sharing > 0 {
            let others = count(story.sharing, "other report", "other reports");
            said.push(format!("a passage of it in {others}"));
        }
        said.retain(|part| !part.is_empty());
        let said = wrapped(&said.join("; "), STORY.len(), self.look.columns);
        writeln!(self.out, "{STORY}{said}")
    }
}

/// The publisher of an article, or else its key.
fn publisher<'a>(article: &'a AppearanceRecord<'_>) -> &'a str {
    article.source.as_deref().unwrap_or(&article.key)
}

/// The first article of each publisher.
fn first_of_each<'a>(articles: &[&'a AppearanceRecord<'a>]) -> Vec<&'a AppearanceRecord<'a>> {
    let mut seen = HashSet::new();
    let mut firsts = articles.to_vec();
    firsts.retain(|article| seen.insert(publisher(article)));
    firsts
}

/// A time in its two largest units; from a week on, in days.
fn after_words(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const WEEK: u64 = 7 * DAY;
    let days = || count((seconds / DAY) as usize, "day", "days");
    let (large, rest, small) = match seconds {
        0..MINUTE => return format!("{seconds} s"),
        MINUTE..HOUR => return format!("{} min", seconds / MINUTE),
        HOUR..DAY => (
            format!("{} h", seconds / HOUR),
            seconds % HOUR / MINUTE,
            "min",
        ),
        DAY..WEEK => (days(), seconds % DAY / HOUR, "h"),
        WEEK.. => return days(),
    };
    if rest == 0 {
        large
    } else {
        format!("{large} {rest} {small}")
    }
}
