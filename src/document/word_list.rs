//! The format of the word lists in `words/`.
//!
//! In: the text of a list. Out: its words. Words are parted by spaces and line ends; a line that
//! starts with `#` is a comment, and each list opens with one that says what it is and where it comes
//! from.

/// The words of a list, in its order.
pub(super) fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_words() {
        let list = "# a list\none two\n\n# more\nthree\n";
        assert_eq!(words(list).collect::<Vec<_>>(), ["one", "two", "three"]);
    }
}
