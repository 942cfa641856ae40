//! The matrix of publishers: first publisher against follower.
//!
//! In: stories of groups. Out: a [`Matrix`] of the most frequent publishers, as an image with links
//! for cells, and as a table.

use std::collections::{BTreeMap, BTreeSet};

use plotters::style::text_anchor::{HPos, VPos};
use reprint::report::StoryRecord;

use super::plots::{draw, word};
use super::{count, records::thousands};
use crate::date::is_later;
use crate::output::clean;

/// Publishers in the matrix. By hand: the image fits a screen.
const MOST: usize = 14;

/// Width of a cell, width of the names, height of the numbers above the cells; in units.
const CELL: i32 = 34;
/// Units of the names before the cells.
const NAMES: i32 = 170;
/// Units of the names above the cells.
const ABOVE: i32 = 34;

/// Characters of a name.
const NAME: usize = 24;

/// Rows of the table. By hand: longer tables are not read.
const ROWS: usize = 200;

#[derive(Debug)]
pub(super) struct Matrix {
    pub(super) says: String,
    pub(super) width: i32,
    pub(super) height: i32,
    /// An SVG image of the names.
    pub(super) names: String,
    pub(super) cells: Vec<Cell>,
    pub(super) rows: Vec<[String; 3]>,
}

/// A pair of publishers and the count of groups.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) first: String,
    pub(super) then: String,
    pub(super) says: String,
    pub(super) groups: String,
    pub(super) x: i32,
    pub(super) y: i32,
    /// Opacity of the cell.
    pub(super) depth: String,
}

/// Counts of groups by first publisher and follower.
type Spread<'a> = BTreeMap<(&'a str, &'a str), usize>;

fn spread<'a>(stories: &'a [StoryRecord<'_>]) -> Spread<'a> {
    let mut groups = Spread::new();
    for story in stories {
        let Some(date) = story.date else { continue };
        let later = story.followers.iter();
        let later =
            later.filter(|found| is_later(date, date.saturating_add_unsigned(found.seconds_later)));
        let followers: BTreeSet<&str> = later.filter_map(|found| found.source.as_deref()).collect();
        let first: BTreeSet<&str> = story
            .first
            .iter()
            .filter_map(|found| found.source.as_deref())
            .collect();
        for first in first {
            for follower in &followers {
                *groups.entry((first, follower)).or_default() += 1;
            }
        }
    }
    groups
}

/// The publishers by falling count of groups.
fn ranked<'a>(groups: &Spread<'a>) -> Vec<&'a str> {
    let mut weights: BTreeMap<&str, usize> = BTreeMap::new();
    for (&(first, then), &count) in groups {
        *weights.entry(first).or_default() += count;
        if first != then {
            *weights.entry(then).or_default() += count;
        }
    }
    let mut names: Vec<&str> = weights.keys().copied().collect();
    // A stable sort: equal counts keep the order of names.
    names.sort_by_key(|name| std::cmp::Reverse(weights[name]));
    names
}

/// The matrix; `None` with fewer than two publishers.
pub(super) fn matrix(stories: &[StoryRecord<'_>]) -> Option<Matrix> {
    // 1. Rank the publishers, and keep those with the most groups.
    let groups = spread(stories);
    let mut names = ranked(&groups);
    let there_are = names.len();
    // A single publisher makes no matrix.
    if there_are < 2 {
        return None;
    }
    names.truncate(MOST);
    // 2. A cell for each pair with groups. Depth grows with the square root, so that small counts
    // stay visible.
    let most = groups.values().copied().max().unwrap_or(1).max(1);
    let places = || (0_i32..).zip(&names);
    let mut cells = Vec::new();
    for (row, &first) in places() {
        for (column, &then) in places() {
            let Some(&of_both) = groups.get(&(first, then)) else {
                continue;
            };
            let share = (of_both as f64 / most as f64).sqrt();
            cells.push(Cell {
                first: first.to_owned(),
                then: then.to_owned(),
                says: format!(
                    "{} first, {} later: {}",
                    clean::short(first, 60),
                    clean::short(then, 60),
                    count(of_both, "group", "groups")
                ),
                groups: thousands(of_both),
                x: NAMES + CELL * column,
                y: ABOVE + CELL * row,
                depth: format!("{:.2}", 0.12 + 0.48 * share),
            });
        }
    }
    // 3. Draw the names: in full before the rows, by number above the columns.
    let side = places().map(|_| CELL).sum::<i32>();
    let (width, height) = (NAMES + side + 8, ABOVE + side + 8);
    let size = (width.unsigned_abs(), height.unsigned_abs());
    let drawn = draw(size, "Names of publishers", |area| {
        for (at, name) in places() {
            let middle = CELL * at + CELL / 2;
            let name = format!("{} {}", clean::short(name, NAME), at + 1);
            let beside = (NAMES - 8, ABOVE + middle);
            word(area, &name, beside, HPos::Right, VPos::Center);
            let above = (NAMES + middle, ABOVE - 8);
            word(
                area,
                &(at + 1).to_string(),
                above,
                HPos::Center,
                VPos::Bottom,
            );
        }
    });
    // 4. Describe the matrix, and list the pairs as a table.
    let mut says =
        "A row is a publisher that had a report first, a column one that had it later, by \
                    the dates that are given; the number is that of their groups."
            .to_owned();
    if there_are > MOST {
        let there_are = thousands(there_are);
        says = format!("{says} The {MOST} publishers of most groups, of {there_are}.");
    }
    let rows = groups.iter().map(|(&(first, then), &count)| {
        let names = [first, then].map(|name| clean::short(name, 60));
        let [first, then] = names;
        [first, then, thousands(count)]
    });
    Some(Matrix {
        says,
        width,
        height,
        names: drawn,
        cells,
        rows: rows.take(ROWS).collect(),
    })
}
