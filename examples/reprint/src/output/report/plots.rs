//! The plots of the overview.
//!
//! In: counts by class. Out: SVG drawn by `plotters`, with a sentence and a table as text
//! alternatives. The page's style replaces each colour by one for light, dark or print.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};
use reprint::report::StoryRecord;

use super::super::Found;
use super::count;
use super::records::thousands;

/// Colours that `style.css` replaces.
pub(super) const BAR: RGBColor = RGBColor(0x4A, 0x7A, 0x99);
pub(super) const LINE: RGBColor = RGBColor(0xDF, 0xDB, 0xD0);
pub(super) const WORD: RGBColor = RGBColor(0x62, 0x5E, 0x56);

/// Width and height of a plot in units. A small screen shows a unit as about a pixel.
const SIZE: (u32, u32) = (380, 210);
const LEFT: i32 = 44;
const RIGHT: i32 = 372;
const TOP: i32 = 16;
const BOTTOM: i32 = 182;

/// Height of letters, in units.
pub(super) const LETTERS: f64 = 11.0;

/// Characters that fit in a row of labels, at six units each.
const LABELS: usize = 52;

/// A plot with its text alternatives.
#[derive(Debug)]
pub(super) struct Plot {
    pub(super) title: &'static str,
    pub(super) says: String,
    pub(super) svg: String,
    pub(super) columns: [&'static str; 2],
    pub(super) rows: Vec<[String; 2]>,
}

/// A class and its count.
struct Bar {
    name: String,
    /// The label under the bar.
    label: String,
    count: usize,
}

/// The drawing area. Drawing into a string can't fail, so errors are ignored.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The plots that have figures.
pub(super) fn all(found: &Found<'_>) -> Vec<Plot> {
    let plots = [sizes(found), similarities(found), times(found.stories)];
    plots.into_iter().flatten().collect()
}

/// Groups by size.
fn sizes(found: &Found<'_>) -> Option<Plot> {
    const CLASSES: [(usize, usize); 9] = [
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 5),
        (6, 9),
        (10, 19),
        (20, 49),
        (50, 99),
        (100, usize::MAX),
    ];
    let sizes: Vec<usize> = found
        .groups
        .groups
        .iter()
        .map(|group| group.members.len())
        .collect();
    let largest = *sizes.iter().max()?;
    let classes = CLASSES.iter().filter(|class| class.0 <= largest.max(5));
    let bars: Vec<Bar> = classes
        .map(|&(from, to)| {
            let name = if from == to {
                from.to_string()
            } else if to == usize::MAX {
                format!("{from} or more")
            } else {
                format!("{from} to {to}")
            };
            Bar {
                label: name.replace(" to ", "–").replace(" or more", "+"),
                name,
                count: sizes
                    .iter()
                    .filter(|size| (from..=to).contains(size))
                    .count(),
            }
        })
        .collect();
    Some(Plot {
        title: "Group sizes",
        says: format!(
            "{}; the largest has {}.",
            count(sizes.len(), "group", "groups"),
            count(largest, "article", "articles")
        ),
        svg: bar_chart(&bars, "Groups by their number of articles, as in the table"),
        columns: ["Articles in the group", "Groups"],
        rows: table(&bars),
    })
}

/// Matching pairs by score.
fn similarities(found: &Found<'_>) -> Option<Plot> {
    const CLASSES: usize = 20;
    let within = found.groups.groups.iter().flat_map(|group| &group.links);
    let scores: Vec<f64> = within
        .map(reprint::group::Pair::score)
        .chain(
            found
                .corpus
                .known
                .iter()
                .flatten()
                .map(|known| known.found.score()),
        )
        .collect();
    if scores.is_empty() {
        return None;
    }
    let class = |score: f64| ((score * CLASSES as f64) as usize).min(CLASSES);
    let lowest = scores.iter().copied().map(class).min()?.min(CLASSES / 2);
    let bars: Vec<Bar> = (lowest..=CLASSES)
        .map(|at| {
            let percent = at * 100 / CLASSES;
            let next = (at + 1) * 100 / CLASSES;
            let (name, label) = if at == CLASSES {
                ("100%".to_owned(), "100%".to_owned())
            } else {
                let label = if percent.is_multiple_of(10) {
                    percent.to_string()
                } else {
                    String::new()
                };
                (format!("{percent} to under {next}%"), label)
            };
            Bar {
                name,
                label,
                count: scores.iter().filter(|&&score| class(score) == at).count(),
            }
        })
        .collect();
    let whole = bars.last().map_or(0, |bar| bar.count);
    let is_recycled = matches!(
        found.corpus.detector.settings().mode,
        reprint::Mode::Recycled { .. }
    );
    let (title, what) = if is_recycled {
        (
            "How much is copied",
            "by the share of one that stands in the other",
        )
    } else {
        ("How similar copies are", "by their Jaccard similarity")
    };
    Some(Plot {
        title,
        says: format!(
            "{} {what}; {} at 100%.",
            count(scores.len(), "verified pair", "verified pairs"),
            thousands(whole)
        ),
        svg: bar_chart(&bars, "Verified pairs by their similarity, as in the table"),
        columns: ["Similarity", "Pairs"],
        rows: table(&bars),
    })
}

/// Copies by date.
fn times(stories: &[StoryRecord<'_>]) -> Option<Plot> {
    /// The most bars. By hand: as many as can be told apart.
    const MOST: i64 = 36;
    // 1. Collect the dates of later articles.
    let copies = stories
        .iter()
        .filter_map(|story| Some((story.date?, story)));
    let dates: Vec<i64> = copies
        .flat_map(|(date, story)| {
            let later = story.followers.iter().map(|found| found.seconds_later);
            later.map(move |later| date.saturating_add_unsigned(later))
        })
        .collect();
    let (first, last) = (*dates.iter().min()?, *dates.iter().max()?);
    // 2. Choose the smallest calendar unit with at most `MOST` bars between the first and the
    // last date.
    let day = |at: i64| {
        jiff::Timestamp::from_second(at).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date())
    };
    let (first, last) = (day(first).ok()?, day(last).ok()?);
    let days = i64::from((last - first).get_days()) + 1;
    let unit = [
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ]
    .into_iter()
    .find(|unit| days / unit.days() < MOST)
    .unwrap_or(Unit::Year);
    // 3. Count the dates in each unit.
    let mut starts = vec![unit.start(first)];
    while starts.len() <= 10 * MOST as usize {
        let next = unit.next(*starts.last()?);
        if next > last {
            break;
        }
        starts.push(next);
    }
    let mut counts = vec![0; starts.len()];
    for date in &dates {
        let at = day(*date).ok()?;
        counts[starts
            .partition_point(|&start| start <= at)
            .saturating_sub(1)] += 1;
    }
    // 4. Label at most five bars, evenly spaced.
    let every = starts.len().div_ceil(5);
    let bars: Vec<Bar> = starts
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(at, (&start, count))| Bar {
            name: unit.name(start),
            label: if at.is_multiple_of(every) {
                unit.name(start)
            } else {
                String::new()
            },
            count,
        })
        .collect();
    Some(Plot {
        title: "Copies over time",
        says: format!(
            "{} after the first of {} group, by {}.",
            count(dates.len(), "dated article", "dated articles"),
            if dates.len() == 1 { "its" } else { "their" },
            unit.word(),
        ),
        svg: bar_chart(&bars, "Copies by their date, as in the table"),
        columns: [unit.heading(), "Copies"],
        rows: table(&bars)
            .into_iter()
            .filter(|row| row[1] != "0")
            .collect(),
    })
}

/// A calendar unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The length in days, about.
    fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 91,
            Self::Year => 365,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week from",
            Self::Month => "Month",
            Self::Quarter => "Quarter from",
            Self::Year => "Year",
        }
    }

    /// The first day of the period that holds `day`.
    fn start(self, day: jiff::civil::Date) -> jiff::civil::Date {
        let back = |months: i8| {
            let month = day.month() - (day.month() - 1) % months;
            jiff::civil::Date::new(day.year(), month, 1).unwrap_or(day)
        };
        match self {
            Self::Day => day,
            Self::Week => {
                let since = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(jiff::Span::new().days(since))
                    .unwrap_or(day)
            }
            Self::Month => back(1),
            Self::Quarter => back(3),
            Self::Year => back(12),
        }
    }

    fn next(self, start: jiff::civil::Date) -> jiff::civil::Date {
        let span = jiff::Span::new();
        let span = match self {
            Self::Day => span.days(1),
            Self::Week => span.days(7),
            Self::Month => span.months(1),
            Self::Quarter => span.months(3),
            Self::Year => span.years(1),
        };
        start.checked_add(span).unwrap_or(jiff::civil::Date::MAX)
    }

    fn name(self, start: jiff::civil::Date) -> String {
        match self {
            Self::Day | Self::Week => start.to_string(),
            Self::Month | Self::Quarter => format!("{:04}-{:02}", start.year(), start.month()),
            Self::Year => format!("{:04}", start.year()),
        }
    }
}

fn table(bars: &[Bar]) -> Vec<[String; 2]> {
    let row = |bar: &Bar| [bar.name.clone(), thousands(bar.count)];
    bars.iter().map(row).collect()
}

/// A bar chart with grid lines at round counts.
fn bar_chart(bars: &[Bar], label: &str) -> String {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let step = round_step(most);
    let ceiling = most.div_ceil(step) * step;
    let y = |count: usize| {
        BOTTOM - (f64::from(BOTTOM - TOP) * count as f64 / ceiling as f64).round() as i32
    };
    let slot = f64::from(RIGHT - LEFT) / bars.len() as f64;
    let gap = if bars.len() > 14 { 0.12 } else { 0.28 };
    let labels: usize = bars.iter().map(|bar| bar.label.chars().count() + 1).sum();
    let every = labels.div_ceil(LABELS);
    draw(SIZE, label, |area| {
        for count in (0..=ceiling).step_by(step) {
            line(area, [(LEFT, y(count)), (RIGHT, y(count))]);
            let at = (LEFT - 6, y(count));
            word(area, &thousands(count), at, HPos::Right, VPos::Center);
        }
        for (at, bar) in bars.iter().enumerate() {
            let left = f64::from(LEFT) + slot * at as f64;
            let (from, to) = (left + slot * gap / 2.0, left + slot * (1.0 - gap / 2.0));
            if bar.count > 0 {
                // A small count is one unit high at least.
                let top = y(bar.count).min(BOTTOM - 1);
                let corners = [(from.round() as i32, top), (to.round() as i32, BOTTOM)];
                let _ = area.draw(&Rectangle::new(corners, BAR.filled()));
            }
            if !bar.label.is_empty() && at.is_multiple_of(every) {
                let middle = (left + slot / 2.0).round() as i32;
                word(
                    area,
                    &bar.label,
                    (middle, BOTTOM + 7),
                    HPos::Center,
                    VPos::Top,
                );
            }
        }
    })
}

/// The least step of 1, 2 or 5 times a power of ten that gives at most five grid lines.
fn round_step(most: usize) -> usize {
    let mut power = 1;
    loop {
        for step in [1, 2, 5] {
            if most.div_ceil(step * power) <= 5 {
                return step * power;
            }
        }
        power *= 10;
    }
}

/// Draws an SVG image with an accessible name.
pub(super) fn draw(size: (u32, u32), label: &str, draw: impl FnOnce(&Area<'_>)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area);
        let _ = area.present();
    }
    svg.replacen(
        "<svg ",
        &format!("<svg role=\"img\" aria-label=\"{label}\" "),
        1,
    )
}

pub(super) fn line(area: &Area<'_>, ends: [(i32, i32); 2]) {
    let _ = area.draw(&PathElement::new(ends.to_vec(), LINE.stroke_width(1)));
}

pub(super) fn word(area: &Area<'_>, text: &str, at: (i32, i32), across: HPos, down: VPos) {
    let style = TextStyle::from(("sans-serif", LETTERS).into_font())
        .color(&WORD)
        .pos(Pos::new(across, down));
    let _ = area.draw(&Text::new(text.to_owned(), at, style));
}

#[cfg(test)]
mod tests {
    use super::{BAR, LINE, Unit, WORD, round_step};

    #[test]
    fn the_style_has_every_colour() {
        let style = super::super::page::Head::style();
        for colour in [BAR, LINE, WORD] {
            let name = format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2);
            assert!(style.contains(&format!("\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn steps_are_round() {
        let steps = [1, 5, 6, 10, 11, 99, 12_345].map(round_step);
        assert_eq!(steps, [1, 1, 2, 2, 5, 20, 5000]);
    }

    #[test]
    fn units_begin_where_calendars_do() {
        let day = jiff::civil::date(2026, 8, 19);
        let starts = [
            Unit::Day,
            Unit::Week,
            Unit::Month,
            Unit::Quarter,
            Unit::Year,
        ];
        let starts = starts.map(|unit| unit.start(day).to_string());
        assert_eq!(
            starts,
            [
                "2026-08-19",
                "2026-08-17",
                "2026-08-01",
                "2026-07-01",
                "2026-01-01"
            ]
        );
    }
}
