//! Columns and colours of text output.
//!
//! In: the output's destination, and the user's wishes. Out: columns and colours. A terminal has
//! both. A file or a pipe has no colour unless asked for.
//!
//! `--color` decides. Without it, [`NO_COLOR`](https://no-color.org), [`CLICOLOR_FORCE` and
//! `CLICOLOR`](https://bixense.com/clicolors/) decide, in this order. Otherwise there are colours
//! on a terminal that supports colours.

use std::ffi::OsString;
use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};
use terminal_size::{Height, Width};

use crate::options::ColorChoice;

/// Columns where their number is unknown. Chosen by hand.
const COLUMNS: usize = 170;

/// The fewest columns with quotations. Chosen by hand: in a narrower terminal, lines are cut
/// instead.
const LEAST: usize = 40;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) columns: usize,
    /// Columns of the terminal, if there is one.
    pub(crate) terminal: Option<usize>,
    is_coloured: bool,
}

pub(crate) const HEADING: Style = Style::new().bold();
pub(crate) const KEPT: Style = AnsiColor::Green.on_default();
pub(crate) const FLAGGED: Style = AnsiColor::Yellow.on_default();
pub(crate) const QUOTED: Style = AnsiColor::Cyan.on_default();
pub(crate) const ASIDE: Style = Style::new().dimmed();

impl Look {
    /// The look of stdout, or of a file written in its place.
    pub(crate) fn new(choice: ColorChoice, into_file: bool) -> Self {
        let stdout = std::io::stdout();
        let size = (!into_file)
            .then(|| terminal_size::terminal_size_of(&stdout))
            .flatten();
        let terminal = size.map(|(Width(columns), Height(_))| usize::from(columns));
        let terminal = terminal.filter(|&columns| columns > 0);
        let columns = terminal.map_or(COLUMNS, |columns| columns.max(LEAST));
        let is_terminal = !into_file && std::io::IsTerminal::is_terminal(&stdout);
        Self {
            columns,
            terminal,
            is_coloured: is_coloured(choice, is_terminal, |name| std::env::var_os(name)),
        }
    }

    /// Whether there is colour.
    pub(crate) fn is_coloured(self) -> bool {
        self.is_coloured
    }

    /// The text in a style, if there is colour.
    pub(crate) fn paint<T: Display>(self, style: Style, text: T) -> Painted<T> {
        let style = if self.is_coloured {
            style
        } else {
            Style::new()
        };
        Painted { style, text }
    }
}

/// A text in a style.
pub(crate) struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { style, text } = self;
        write!(f, "{style}{text}{style:#}")
    }
}

fn is_coloured(
    choice: ColorChoice,
    is_terminal: bool,
    variable: impl Fn(&str) -> Option<OsString>,
) -> bool {
    let said = |name| variable(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if said("NO_COLOR").is_some() => false,
        ColorChoice::Auto if said("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => {
            let is_off = said("CLICOLOR").is_some_and(|value| value == "0");
            is_terminal && !is_off && variable("TERM").is_some_and(|term| term != "dumb")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decides_on_colour() {
        use ColorChoice::{Always, Auto, Never};
        let coloured = |choice, is_terminal, variables: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(other, _)| *other == name);
                found.map(|(_, value)| OsString::from(value))
            };
            is_coloured(choice, is_terminal, variable)
        };
        let term = ("TERM", "xterm");
        assert!(coloured(Auto, true, &[term]));
        assert!(!coloured(Auto, true, &[("TERM", "dumb")]));
        assert!(!coloured(Auto, true, &[]));
        assert!(!coloured(Auto, false, &[term]));
        assert!(!coloured(Auto, true, &[term, ("NO_COLOR", "1")]));
        assert!(coloured(Auto, true, &[term, ("NO_COLOR", "")]));
        assert!(coloured(Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!coloured(Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!coloured(Auto, true, &[term, ("CLICOLOR", "0")]));
        assert!(!coloured(
            Auto,
            true,
            &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
        ));
        assert!(coloured(Always, false, &[("NO_COLOR", "1")]));
        assert!(!coloured(Never, true, &[term, ("CLICOLOR_FORCE", "1")]));
    }
}
