//! Tables for people.
//!
//! In: a heading and rows of cells. Out: aligned lines, and bars for shares. The first column is
//! aligned left. Other columns are aligned right, except bars and cells that begin with a space.

use std::io::{self, Write};

use super::clean;

/// Columns of the longest bar.
const BAR: usize = 30;

/// Writes a table, indented by two spaces.
pub(crate) fn write<const N: usize>(
    out: &mut dyn Write,
    heading: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let heading = heading.map(str::to_owned);
    let width = |column: usize| {
        let cells = rows.iter().chain([&heading]);
        let width = |row: &[String; N]| row[column].chars().count();
        cells.map(width).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for row in [&heading].into_iter().chain(rows) {
        let mut line = String::from(" ");
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let cell = clean::line(cell);
            let is_left = column == 0 || is_to_the_left(&cell);
            let cell = if is_left {
                format!(" {cell:<width$} ")
            } else {
                format!(" {cell:>width$} ")
            };
            line.push_str(&cell);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A bar for the share `part / whole`.
pub(crate) fn bar(part: usize, whole: usize) -> String {
    let eighths = (8 * BAR * part).div_ceil(whole.max(1)).min(8 * BAR);
    let rest = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

fn is_to_the_left(cell: &str) -> bool {
    cell.starts_with(|c| ('▉'..='▏').contains(&c) || c == '█' || c == ' ')
}

/// A count with separated thousands.
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun.
pub(crate) fn count(number: usize, one: &str, more: &str) -> String {
    format!(
        "{} {}",
        thousands(number),
        if number == 1 { one } else { more }
    )
}

#[cfg(test)]
mod tests {
    use super::{bar, thousands, write};

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let mut out = Vec::new();
        let rows = [["a", "1", "█▌"], ["longer", "1,000", "█"]].map(|row| row.map(str::to_owned));
        write(&mut out, ["name", "count", ""], &rows).expect("in memory");
        let expected = "  name    count\n  a           1  █▌\n  longer  1,000  █\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }

    #[test]
    fn counts_and_bars() {
        let counts = [0, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(counts, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [bar(0, 10), bar(10, 10), bar(0, 0)].map(|bar| bar.trim_end().chars().count()),
            [0, 30, 0]
        );
        assert_eq!(bar(1, 1000), "▏");
    }
}
