//! At which column a text was wrapped.
//!
//! In: the line breaks of a text. Out: a [`Wrapping`]: the column at which its lines were broken by
//! hand or by a program, if they were; and for one break whether the paragraph goes on behind it.
//!
//! # The rule
//!
//! A program that wraps at column C breaks a line of width w before a word of width n only if the
//! word does not fit: w ≤ C < w + 1 + n. Each break thus names an interval of columns. C is the
//! column that most intervals hold. The text is wrapped in either of two cases:
//!
//! - The lines whose breaks C explains hold at least half of the text within paragraphs, so that the
//!   short items of a list weigh little, and behind two in five of the explained breaks a sentence goes
//!   on: the next word starts with a small letter, or with a letter of a script
//!   without case, and no full stop stands before it. Lines of verse start with capitals and end where
//!   their metre does; rows of a table start with capitals or digits; items of a list have any length.
//! - C explains at least .85 of at least eight breaks to the character, and the lines differ in width.
//!   A text full of names reads on behind few breaks.
//!
//! The greedy rule is that of every editor and mail program. Text set by Knuth and Plass's rule
//! ("Breaking paragraphs into lines", 1981) or in a proportional font is ragged: a break also counts
//! as explained if the line has at least three quarters of the column and a sentence goes on.

/// The first wide character. Widths are counted in columns: two for an ideograph, a kana, a Hangul syllable and everything
/// else from U+2E80 up, one for other characters. (Unicode Standard Annex #11 draws the border in
/// more detail; an error of one column in a line changes no verdict.)
const WIDE: char = '\u{2E80}';

/// The narrowest column, in columns: verse of seven ideographs and its mark has 16, and no text of
/// the corpora measured is set narrower than 22.
const NARROWEST: usize = 20;
/// The widest column: typewriters had 132 at most. A longer line was not wrapped.
const WIDEST: usize = 132;
/// The fewest breaks that tell by their widths alone. Chosen by hand.
const BREAKS_THAT_FIT: usize = 8;
/// The share of breaks that a column explains to the character if widths alone tell. Measured: at most
/// .42 in 52 song lyrics and .83 in 67 hymns; at least .97 in 300 articles of BBC news wrapped at 40
/// columns with empty lines between paragraphs, .87 in the median at 72 columns without them. Rows of
/// a table fit too, but most rows have one width.
const FITTING: (usize, usize) = (17, 20);
/// The fewest breaks that tell: three lines of similar width are chance.
const FEWEST_BREAKS: usize = 4;
/// The part of the column that a line of ragged text fills at least. Chosen by hand: OCR of a newspaper
/// column of 35 has lines of 28 to 40.
const RAGGED: (usize, usize) = (3, 4);
/// The share of explained breaks behind which a sentence goes on. Of English and French words three in
/// four start with a small letter, of German words three in five.
const GOING_ON: (usize, usize) = (2, 5);

/// A line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineBreak {
    /// Columns of the line before.
    pub(super) width: usize,
    /// Columns of the first word behind, with the marks that touch it.
    pub(super) next: usize,
    /// Whether a sentence goes on behind the break.
    pub(super) goes_on: bool,
    /// Whether a sentence goes on, as a small letter tells.
    pub(super) goes_on_small: bool,
    /// Whether an empty line stands there: then it tells nothing.
    pub(super) is_blank: bool,
}

/// The column at which a text was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrapping {
    column: usize,
}

impl Wrapping {
    /// The wrapping of a text with these breaks; none if it was not wrapped. Time is linear in the
    /// number of breaks.
    pub(super) fn of<'b>(breaks: impl Iterator<Item = &'b LineBreak> + Clone) -> Option<Self> {
        let within = breaks.filter(|line| !line.is_blank);
        // How many intervals start at a column, less those that have ended before it.
        let mut steps = [0_i32; WIDEST + 2];
        let mut breaks = 0;
        for line in within.clone() {
            breaks += 1;
            if line.width <= WIDEST {
                steps[line.width] += 1;
                steps[(line.width + 1 + line.next).min(WIDEST + 1)] -= 1;
            }
        }
        if breaks < FEWEST_BREAKS {
            return None;
        }
        // The column that most intervals hold; the narrowest of equals.
        let mut holding = 0;
        let (mut most, mut column) = (0, 0);
        for (at, step) in steps[..=WIDEST].iter().enumerate() {
            holding += step;
            if at >= NARROWEST && holding > most {
                (most, column) = (holding, at);
            }
        }
        if most == 0 {
            return None;
        }
        let wrapping = Self { column };
        let [mut explained, mut going_on] = [0; 2];
        let [mut explained_columns, mut columns] = [0; 2];
        let mut of_width = [0_usize; WIDEST + 1];
        for line in within {
            // A line counts as a full one at most.
            let width = line.width.min(column);
            columns += width;
            if wrapping.explains(line) {
                explained += 1;
                explained_columns += width;
                going_on += usize::from(line.goes_on);
                of_width[line.width] += 1;
            }
        }
        let reads_on =
            explained_columns * 2 >= columns && going_on * GOING_ON.1 >= explained * GOING_ON.0;
        let of_commonest_width = of_width.iter().copied().max().unwrap_or(0);
        let fits = breaks >= BREAKS_THAT_FIT
            && most as usize * FITTING.1 >= breaks * FITTING.0
            && of_commonest_width * 2 <= breaks;
        (reads_on || fits).then_some(wrapping)
    }

    /// Whether the column is why the line ends where it does.
    fn explains(self, line: &LineBreak) -> bool {
        let is_full = line.width <= self.column && self.column < line.width + 1 + line.next;
        let is_ragged = line.goes_on_small
            && line.width <= WIDEST
            && line.width * RAGGED.1 >= self.column * RAGGED.0;
        is_full || is_ragged
    }

    /// Whether the paragraph goes on behind a break: the next word did not fit into the line, or a
    /// sentence goes on and the line is no shorter than ragged lines are.
    pub(super) fn joins(self, line: &LineBreak) -> bool {
        let is_full = self.column < line.width + 1 + line.next;
        let is_ragged = line.goes_on_small && line.width * RAGGED.1 >= self.column * RAGGED.0;
        !line.is_blank && (is_full || is_ragged)
    }
}

/// The width of some text, in columns.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| if c < WIDE { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaks(lines: &[&str]) -> Vec<LineBreak> {
        lines
            .windows(2)
            .map(|pair| {
                let next = pair[1].split(' ').next().unwrap_or("");
                LineBreak {
                    width: width(pair[0]),
                    next: width(next),
                    goes_on: next.starts_with(|c: char| !c.is_uppercase() && !c.is_numeric())
                        && !pair[0].ends_with('.'),
                    goes_on_small: next.starts_with(char::is_lowercase) && !pair[0].ends_with('.'),
                    is_blank: false,
                }
            })
            .collect()
    }

    #[test]
    fn the_column_is_found() {
        let lines = [
            "The ferry to the island left",
            "the pier at noon with all of",
            "its passengers, and was late",
            "again. Nobody at the harbour",
            "knew why.",
        ];
        let found = Wrapping::of(breaks(&lines).iter()).expect("wrapped");
        assert_eq!(found.column, 28);
        assert!(found.joins(&breaks(&lines)[2]));
    }

    #[test]
    fn verse_and_tables_are_not_wrapped() {
        let verse = [
            "The harbour sleeps beneath the hill,",
            "And all its boats are lying still,",
            "Till morning calls them from the quay",
            "To draw their nets across the sea,",
            "And men go down in twos and threes",
        ];
        let table = [
            "Wheat 1,200 1,310",
            "Barley 900 870",
            "Oats 450 440",
            "Rye 80 95",
            "Maize 2,300 2,150",
        ];
        assert_eq!(Wrapping::of(breaks(&verse).iter()), None);
        assert_eq!(Wrapping::of(breaks(&table).iter()), None);
    }
}
